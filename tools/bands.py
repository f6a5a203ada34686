"""Measure the bands within which a lesson's measured numbers are compared, and write tests/bands/NN.json.

    make bands LESSON=05a
    .venv/bin/python tools/bands.py --from FOLDER 05a

The lesson is run on its own seed and on seeds 1 to 9 with TensorFlow, on its own seed with JAX and with PyTorch, and
once more with disturbed arithmetic, each time in a fresh kernel, WORKERS of them at once. Of each number after ≈ the
least and the greatest value are written; `measured.py` says how they are used. `--from` takes runs that lie in
FOLDER/05a/own.ipynb, seed1.ipynb … seed9.ipynb, jax.ipynb, torch.ipynb, noise.ipynb, runs only what is missing there or
has other code, and puts there what it has run: a measurement that was broken off goes on from where it was.

Nothing is written where a run fails, or where two runs show different numbers of numbers in a cell: exit status 1. A
band that is too wide to be worth printing is named, and written all the same.
"""

import surroundings

if __name__ == "__main__":
    surroundings.start_again()

import argparse
import asyncio
import os
import sys
from pathlib import Path

import execution
import machine
import measured
from lessons import digest, find, number, read, write
from measured import file_of

SEEDS = range(1, 10)
OTHER_BACKENDS = ("jax", "torch")
RUNS = {"own": {}, **{f"seed{seed}": {"seed": str(seed)} for seed in SEEDS}}
RUNS |= {backend: {"backend": backend} for backend in OTHER_BACKENDS} | {"noise": {"arithmetic": "noise"}}

FACTOR = 3  # between the ends of a band: beyond it the number says little
FEW = 20  # a count below it may vary by more: the range of 13 counts around 10 goes from 5 to 17
PLACES = 3  # units of the last printed place: a band so narrow is never wide


class BandsError(Exception):
    """Bands that could not be measured; the message says why."""


def is_whole(notebook):
    """Whether every code cell was executed; one that failed is told by `failure`."""
    return all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip())


def found(folder, path, name):
    """The run of a lesson that lies in a folder, None if it has to be run.

    Raises:
        BandsError: a cell of it failed.
    """
    file = Path(folder, number(path), f"{name}.ipynb") if folder else None
    if file is None or not file.exists():
        return None
    notebook = read(file)
    if digest(notebook) != digest(read(path)):
        print(f"{path.name}: the run {name} in {folder} has other code and is run anew", flush=True)
        return None
    if failed := execution.failure(notebook):
        raise BandsError(f"{path.name}, run {name}: cell {failed[0].id}: {failed[1].ename}: {failed[1].evalue}")
    return notebook if is_whole(notebook) else None


async def run_all(path, folder, workers):
    """The executed notebooks of a lesson by the name of the run.

    Raises:
        BandsError: runs failed; all others are finished first, so that the message names every one.
    """
    failed = {}

    async def one(name):
        try:
            if notebook := found(folder, path, name):
                return notebook
            notebook = read(path)
            await execution.run(notebook, path, environment=surroundings.of_lessons(**RUNS[name]))
            if folder:
                Path(folder, number(path)).mkdir(parents=True, exist_ok=True)
                write(notebook, Path(folder, number(path), f"{name}.ipynb"))
        except (execution.LessonError, BandsError) as error:
            failed[name] = error
            print(f"{path.name}: the run {name} failed", flush=True)
        else:
            print(f"{path.name}: the run {name} is done", flush=True)
            return notebook

    notebooks = dict(zip(RUNS, await execution.at_once(map(one, RUNS), workers), strict=True))
    if failed:
        raise BandsError("\n".join(f"run {name}: {failed[name]}" for name in RUNS if name in failed))
    return notebooks


def code_cells(notebook):
    """The code cells whose outputs are compared, by id."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return {cell.id: cell for cell in cells if "nbval-ignore-output" not in cell.metadata.get("tags", [])}


def bands_of(notebooks):
    """For each cell with measured numbers its bands, in the order of the lesson; None for those of a clock.

    Args:
        notebooks: the executed notebooks by the name of the run.

    Raises:
        BandsError: runs show different numbers of numbers in a cell.
    """
    cells, differ = {}, []
    for cell, first in code_cells(next(iter(notebooks.values()))).items():
        seen = {name: measured.numbers(code_cells(notebook)[cell].outputs) for name, notebook in notebooks.items()}
        counts = {name: len(found) for name, found in seen.items()}
        if len(set(counts.values())) > 1:
            said = ", ".join(f"{name} {count}" for name, count in counts.items())
            differ.append(f"cell {cell} shows different numbers of numbers after ≈: {said}")
        elif any(seen.values()):
            columns = zip(*(map(measured.value, found) for found in seen.values()), strict=True)
            clock = measured.CLOCK.search(first.source)
            cells[cell] = [None if clock else (min(column), max(column)) for column in columns]
    if differ:
        raise BandsError("\n".join(differ))
    return cells


def is_wide(band):
    """Why a band is too wide to be worth printing, or None.

    Never so are a gap of rounding, a band of three units of the last printed place, and counts below 20.
    """
    least, greatest = band
    place = max(end.as_tuple().exponent for end in band)
    size = max(abs(least), abs(greatest))
    whole = least == int(least) and greatest == int(greatest) and place == 0
    if size < measured.ROUNDING or greatest - least <= PLACES * 10 ** measured.Decimal(place) or (whole and size < FEW):
        return None
    if least <= 0 <= greatest:
        return "its sign is open" if least < 0 < greatest else "one end is zero"
    if size > FACTOR * min(abs(least), abs(greatest)):
        return f"its ends are a factor of {size / min(abs(least), abs(greatest)):.0f} apart"
    return None


def wide(lesson, cells):
    """A sentence for each band that is too wide to be worth printing."""
    for cell, bands in cells.items():
        for place, band in enumerate(bands, start=1):
            if band is not None and (why := is_wide(band)):
                least, greatest = (str(end).lower() for end in band)
                yield f"{lesson}, cell {cell}, number {place}: {least} … {greatest}, {why}"


def main() -> int:
    """Read the command line; exit status 1 if a lesson's bands could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lesson", nargs="*", help="numbers or files; all lessons if none is named")
    parser.add_argument("--from", dest="folder", metavar="FOLDER", help="see above")
    args = parser.parse_args()
    if os.environ.get("CI"):
        print("Bands are measured by hand and looked at, not in CI: nothing is written.", file=sys.stderr)
        return 1
    workers = int(surroundings.whole_number("WORKERS") or machine.workers()) or 1
    status = 0
    for path in find(args.lesson):
        lesson, code = number(path), digest(read(path))
        try:
            cells = bands_of(asyncio.run(run_all(path, args.folder, workers)))
        except BandsError as error:
            print(f"No bands for {lesson}:\n{error}", file=sys.stderr, flush=True)
            status = 1
            continue
        measured.write(file_of(lesson), lesson, code, list(RUNS), cells)
        print(f"{lesson}: {sum(map(len, cells.values()))} bands in {len(cells)} cells", flush=True)
        if sentences := list(wide(lesson, cells)):
            print("\n".join(["These bands are wide: let the page say less, or measure more.", *sentences]), flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
