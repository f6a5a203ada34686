"""Turn a lesson into a script that reads well in an editor, and back.

    python tools/lesson_script.py unpack notebooks/NNx_name.ipynb NNx_name.py
    python tools/lesson_script.py pack NNx_name.py notebooks/NNx_name.ipynb

The script is in Jupytext's percent format. A cell's id and tags stand in its header:

    # %% [markdown] id="why-dropout"
    # %% id="dropout-by-hand" tags=["R41"]
    # %% id="the-picture" tags=["hide-input"]

The tag "hide-input" folds the source of a cell away, for one that only draws.
`pack` updates a notebook that is there: it keeps the outputs of code cells whose text is unchanged, the ids,
and the notebook's metadata where the script names none. A cell without an id takes the id of the old cell with
the same text or in the same place, else a new one made from its first words, which stays from then on. Two cells
with one id are an error.
"""

import surroundings

if __name__ == "__main__":
    surroundings.start_again()

import argparse
import re
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path

import jupytext
import nbformat
from lessons import cell_metadata, fail, normal_metadata, read, slug, write

UNPACK = {
    "extension": ".py",
    "format_name": "percent",
    "notebook_metadata_filter": "kernelspec,lesson,-all",
    "cell_metadata_filter": "id,tags,-all",
}


def pack(script, notebook):
    """Make or update the notebook from the script."""
    new = jupytext.reads(Path(script).read_text(encoding="utf-8"), fmt="py:percent")
    old = read(notebook) if Path(notebook).exists() else nbformat.v4.new_notebook()

    cells = []
    for cell in new.cells:
        tags = cell.metadata.get("tags", [])
        named = str(cell.metadata.get("id", ""))
        make = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
        made = make(cell.source, metadata=cell_metadata(tags))
        made.id = named or "?"
        cells.append(made)
    give_ids(cells, old.cells, script)
    keep_outputs(cells, old.cells)

    metadata = dict(old.metadata)
    metadata.update({key: value for key, value in new.metadata.items() if key == "lesson"})
    write(nbformat.v4.new_notebook(cells=cells, metadata=normal_metadata(metadata)), notebook)


def give_ids(cells, old_cells, script):
    """Fill in the ids that the script leaves out (marked "?"): the old cell's, else one made from the text."""
    named = Counter(cell.id for cell in cells if cell.id != "?")
    twice = sorted(name for name, count in named.items() if count > 1)
    if twice:
        fail(f"{script}: more than one cell has the id " + ", ".join(twice))
    wrong = sorted(name for name in named if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name))
    if wrong:
        fail(f"{script}: an id is 1 to 64 letters, digits, - and _, not " + ", ".join(wrong))

    known = ids_by_place(cells, old_cells)
    taken = set(named)
    for place, cell in enumerate(cells):
        if cell.id != "?":
            continue
        if known.get(place, "?") in taken | {"?"}:
            cell.id = unused(slug(cell.source), taken | {old.id for old in old_cells})
        else:
            cell.id = known[place]
        taken.add(cell.id)


def ids_by_place(cells, old_cells):
    """The old ids of the new cells, by place: of cells with the same text, and of edited cells between those."""
    old_ids = {old.id for old in old_cells}
    named = {cell.id for cell in cells} & old_ids
    new_keys = [cell.id if cell.id in named else (cell.cell_type, cell.source) for cell in cells]
    old_keys = [old.id if old.id in named else (old.cell_type, old.source) for old in old_cells]
    known = {}
    for kind, i, i_end, j, j_end in SequenceMatcher(None, old_keys, new_keys, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "replace" and i_end - i == j_end - j):
            for old, place in zip(old_cells[i:i_end], range(j, j_end), strict=True):
                if old.cell_type == cells[place].cell_type:
                    known[place] = old.id
    return known


def unused(name, taken):
    """The name itself, or the first of name-2, name-3, … that is not taken."""
    candidate, count = name, 1
    while candidate in taken:
        count += 1
        candidate = f"{name}-{count}"
    return candidate


def keep_outputs(cells, old_cells):
    """Give unchanged code cells the outputs and counts they had: by id first, else by an equal text."""
    code = [cell for cell in old_cells if cell.cell_type == "code"]
    by_id = {cell.id: cell for cell in code}
    for cell in cells:
        if cell.cell_type != "code":
            continue
        old = by_id.get(cell.id)
        if old is None or old.source != cell.source:
            old = next((other for other in code if other.source == cell.source), None)
        if old is not None:
            cell.outputs, cell.execution_count = old.outputs, old.execution_count


def unpack(notebook, script):
    """Write the notebook's cells, without outputs, as a script."""
    lesson = read(notebook)
    for cell in lesson.cells:
        cell.metadata = type(cell.metadata)({"id": cell.id, **cell.metadata})
    Path(script).write_text(jupytext.writes(lesson, fmt=UNPACK), encoding="utf-8")


def main():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["pack", "unpack"])
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    args = parser.parse_args()
    if not args.source.is_file():
        fail(f"There is no file {args.source}.")
    {"pack": pack, "unpack": unpack}[args.action](args.source, args.target)


if __name__ == "__main__":
    main()
