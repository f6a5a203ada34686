"""Measured numbers, those after ≈: how they are found in outputs, and the bands within which they are compared.

A band is the least and the greatest value that a number took in the runs of its lesson: on the lesson's own seed, on
other seeds, on the other backends, and with disturbed arithmetic. `tests/bands/NN.json` holds them, `tools/bands.py`
writes them, conftest.py compares with them, and a document check asks that they fit the lesson.

## The rule

A lesson shows as many measured numbers as were stored, and each lies in its band, widened on both sides by the
greatest of three:

- half of the band's width, as a difference or as a ratio, whichever reaches farther: losses and counts of steps are
  skewed. A run that is among those of the bands lies in them already: what moves it is another machine's order of
  summation, as the other backends and the disturbed arithmetic do;
- one unit of the last place that is printed, since what is rounded may be rounded to the neighbor;
- a hundredth of the number's size, for those that never move on the machine that measured the bands.

Two kinds of numbers need more room. A number whose size stays under 1e-5 is a gap of rounding: other hardware sums in
another order, so it may be anything from nothing to ten times what was seen. And the seconds that a machine takes are
its own: in a cell that reads a clock no band is kept, written as null, and only their count is compared.

A run that is not among those of the bands, such as seed 12 or seed 3 on JAX, may go three times as far, one and a half
widths, and a gap of rounding to a hundred times what was seen. Of 13 draws and one more, the last lies outside the
range of the others in one case of seven, so a range alone would be red all the time. For a normal quantity a margin of
half the range leaves one in 115, a whole one 1 in 2,000; but where the backend has no say, the own seed's runs are all
one, and ten draws leave one in 56, one in 520, and with one and a half widths one in 3,800. Where the logarithm is
normal (of standard deviation 0.5) a whole range of 13 leaves one in 140, and as a ratio one in 2,000 again.
`tests/test_measured.py` computes it. A lesson shows about a hundred numbers, all drawn anew where the seed is another.
"""

import copy
import json
import re
from decimal import Decimal
from pathlib import Path

from nbval.plugin import coalesce_streams

ROOT = Path(__file__).resolve().parent.parent
NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
MEASURED = re.compile("≈[-+−]?" + NUMBER)
CLOCK = re.compile(r"\b(?:timeit|perf_counter|process_time|monotonic|time\.time)\b")

SHARE = Decimal("0.5")  # of the band's width, added on each side
HUNDREDTH = Decimal("0.01")
ROUNDING = Decimal("1e-5")
ROOM_OF_ROUNDING = 10
NO_GAP = Decimal("0e-15")
UNKNOWN = 3  # times as far may a run go that is not among those of the bands

# The lessons whose bands have not been measured. A lesson that is not among them needs its bands.
WAITING = set()


def texts(outputs):
    """The texts of a cell's outputs that are searched: what was printed, and of each display one form.

    That is its plain text or, where no measured number stands in that, its HTML.
    """
    for output in coalesce_streams(copy.deepcopy(list(outputs))):
        forms = {"text": output.get("text", ""), **output.get("data", {})}
        found = [forms.get(kind, "") for kind in ("text", "text/plain", "text/html")]
        yield from [text for text in found if MEASURED.search(text)][:1]


def numbers(outputs):
    """The measured numbers in a cell's outputs, as they are printed, in their order: ["≈0.983", "≈-1,234.5"]."""
    return [found[0] for text in texts(outputs) for found in MEASURED.finditer(text)]


def value(number):
    """The value of a printed number with the places that are printed: Decimal("0.70") for "≈0.70".

    A zero with an exponent, 0e+00, says nothing of its places: it is a gap that vanished, and gets `NO_GAP`'s.
    """
    found = Decimal(number.lstrip("≈").replace(",", "").replace("−", "-"))
    if not found and "e" in number.lower():
        return NO_GAP
    return found if found else abs(found)


def limits(band, unknown=False):
    """The least and the greatest value that may be printed where a band has been measured.

    Args:
        band: the least and the greatest value of the runs, as Decimals that keep the places printed.
        unknown: whether the run is another than those.
    """
    least, greatest = band
    size = max(abs(least), abs(greatest))
    place = max(Decimal(1).scaleb(end.as_tuple().exponent) for end in band)
    times = UNKNOWN if unknown else 1
    margin = max(SHARE * (greatest - least), place, HUNDREDTH * size) * times
    low, high = least - margin, greatest + margin
    if least * greatest > 0:
        ratio = (size / min(abs(least), abs(greatest))) ** (SHARE * times)
        low, high = min(low, least / ratio, least * ratio), max(high, greatest / ratio, greatest * ratio)
    if size < ROUNDING:
        room = ROOM_OF_ROUNDING ** (2 if unknown else 1)
        low, high = min(low, 0, room * least), max(high, 0, room * greatest)
    return low, high


def run_name(environment):
    """The name of the run that variables of the environment make: "own", "seed3", "jax", "noise", "seed3-jax"."""
    parts = []
    if seed := environment.get("LESSON_SEED", "").strip():
        parts.append(f"seed{int(seed) if seed.isdecimal() else seed}")
    if (backend := environment.get("KERAS_BACKEND") or "tensorflow") != "tensorflow":
        parts.append(backend)
    if arithmetic := environment.get("LESSON_ARITHMETIC"):
        parts.append(arithmetic)
    return "-".join(parts) or "own"


# The file


def file_of(lesson, root=ROOT):
    """Where the bands of a lesson are kept."""
    return Path(root) / "tests" / "bands" / f"{lesson}.json"


def write(path, lesson, code, runs, cells):
    """Write a lesson's bands, one line a cell.

    Args:
        path: the file.
        lesson: the lesson's number.
        code: the digest of its code cells.
        runs: the names of the runs.
        cells: for each cell with measured numbers its id and its bands, in the order of the lesson.
    """
    lines = []
    for cell, bands in cells.items():
        ends = ["null" if band is None else f"[{', '.join(str(end).lower() for end in band)}]" for band in bands]
        lines.append(f"  {json.dumps(cell)}: [{', '.join(ends)}]")
    head = [f' "{key}": {json.dumps(found)},' for key, found in [("lesson", lesson), ("code", code), ("runs", runs)]]
    text = "\n".join(["{", *head, ' "cells": {', ",\n".join(lines), " }", "}"]) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def read(lesson, code, root=ROOT):
    """The bands of a lesson, and what is wrong with them: one of the two is None.

    Args:
        lesson: the lesson's number.
        code: the digest of its code cells as they are now.
        root: the folder of the project.
    """
    path, remedy = file_of(lesson, root), f"make bands LESSON={lesson}"
    if not path.exists():
        return None, f"{lesson} has no bands: {remedy}"
    try:
        bands = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)
        found, measured_code = bands["lesson"], bands["code"]
    except (ValueError, KeyError, TypeError):
        return None, f"tests/bands/{path.name} cannot be read: {remedy}"
    if found != lesson:
        return None, f"tests/bands/{path.name} holds the bands of {found}, not of {lesson}: {remedy}"
    if measured_code != code:
        return None, f"the bands of {lesson} were measured on other code than it has now: {remedy}"
    return bands, None


def problems(lesson, cell, seen, bands, run="own"):
    """What is wrong with the measured numbers that a cell shows, one sentence each.

    Args:
        lesson: the lesson's number.
        cell: the cell's id.
        seen: the numbers as they are printed.
        bands: those of the lesson, as `read` returns them.
        run: the name of the run that printed them.
    """
    known = bands["cells"].get(cell, [])
    if len(seen) != len(known):
        yield (
            f"measured numbers: {len(seen)}, bands: {len(known)} – {lesson}, cell {cell}; "
            f"if that is right, make bands LESSON={lesson}"
        )
        return
    for number, band in zip(seen, known, strict=True):
        if band is None:
            continue
        low, high = limits(band, unknown=run not in bands["runs"])
        if not low <= value(number) <= high:
            least, greatest = (str(end).lower() for end in band)
            runs = len(bands["runs"])
            yield f"{number} lies outside {least} … {greatest}, where {runs} runs lie: {lesson}, cell {cell}"
