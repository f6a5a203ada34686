"""Execute lessons in place and store their outputs in one normal form.

    python tools/refresh.py            all lessons
    python tools/refresh.py 04 05      all lessons of these two chapters
    python tools/refresh.py 05b        this one

A refresh of an unchanged lesson changes nothing in the file but the numbers after ≈ and the pictures. The new
numbers are taken, not kept, because the prose must agree with what the code gives now: a test compares the two,
and a number that moved shows in the diff. With --keep-measured an output that differs from the stored one only
in its measured numbers and pictures stays as it was, which is right when nothing but the surroundings of the
cell has been edited.

A cell that fails, or writes to stderr, stops the refresh of that lesson: the lesson, the cell and the error are
printed, and the file is left as it was.
"""

import surroundings

if __name__ == "__main__":
    surroundings.enter()

import argparse
import asyncio
import json
import re
import sys
import time
from pathlib import Path

from execution import LessonError, run
from lessons import cell_metadata, find, normal_metadata, number, read, write
from nbval.plugin import coalesce_streams, get_sanitize_patterns

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
SANITIZE = Path(__file__).resolve().parent.parent / "tests" / "nbval_sanitize.cfg"


def normalize(notebook, path):
    """Bring an executed notebook into the form in which the course stores it."""
    notebook.metadata = normal_metadata(notebook.metadata)
    count = 0
    for cell in notebook.cells:
        cell.metadata = type(cell.metadata)(cell_metadata(cell.metadata.get("tags", [])))
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count if cell.source.strip() else None
        cell.outputs = [kept for kept in map(plain_output, coalesce_streams(cell.outputs)) if kept is not None]
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
            if output.output_type == "stream" and output.name == "stderr":
                raise LessonError(f"{path.name}, cell {cell.id} writes to stderr:\n    {output.text.strip()}")


def plain_output(output):
    """The output without live widgets, which no reader of a file can see; None if nothing is left."""
    if "data" in output:
        output.data.pop(WIDGET_VIEW, None)
        output.metadata = type(output.metadata)()
        if not output.data:
            return None
    return None if output.output_type == "stream" and not output.text else output


def without_measured(outputs):
    """The outputs as text in which measured numbers and pictures are all alike."""
    text = json.dumps(outputs, ensure_ascii=False, sort_keys=True)
    for pattern, replacement in get_sanitize_patterns(SANITIZE.read_text(encoding="utf-8")):
        text = re.sub(pattern, replacement, text)
    return re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]*", "", text)


def keep_measured(notebook, old):
    """Put back the stored outputs of cells in which nothing but measured numbers and pictures differs."""
    stored = {cell.id: cell for cell in old.cells if cell.cell_type == "code"}
    for cell in notebook.cells:
        before = stored.get(cell.id) if cell.cell_type == "code" else None
        unchanged = before is not None and before.source == cell.source
        if unchanged and without_measured(cell.outputs) == without_measured(before.outputs):
            cell.outputs = before.outputs


def refresh(path, timeout=600, keep=False):
    """Execute one lesson and store it; LessonError, and an untouched file, if it fails."""
    notebook = read(path)
    asyncio.run(run(notebook, path, timeout))
    normalize(notebook, path)
    if keep:
        keep_measured(notebook, read(path))
    write(notebook, path)


def main():
    """Read the command line; exit status 1 if a lesson failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lesson", nargs="*", help="numbers or files; all lessons if none is named")
    parser.add_argument("--keep-measured", action="store_true", help="see above")
    parser.add_argument("--timeout", type=int, default=600, help="seconds for one cell (600)")
    args = parser.parse_args()
    failed = []
    for path in find(args.lesson):
        start = time.perf_counter()
        try:
            refresh(path, args.timeout, args.keep_measured)
        except LessonError as error:
            failed.append(number(path))
            print(f"FAILED {error}", file=sys.stderr, flush=True)
        else:
            print(f"{path.name}: {time.perf_counter() - start:.0f} s", flush=True)
    if failed:
        print(f"Not refreshed, and left as they were: {', '.join(failed)}", file=sys.stderr)
        raise SystemExit(1)


if __name__ == "__main__":
    main()
