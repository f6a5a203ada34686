"""Which rows of the course are proved, where, and which are not yet.

    python tools/rows.py           the table
    python tools/rows.py --check   also exit with status 1 if a chapter that is cut lacks a row of its own

A row belongs to a chapter. It is proved by a code cell in one of the chapter's lessons that carries the row as a tag,
R39, and holds an assertion. A chapter is cut when all of its notebooks carry a letter; until then it may lack rows.
The plan, with the rows of every chapter and the texts that say what the rows are about, is COURSE.md.
"""

import surroundings

if __name__ == "__main__":
    surroundings.start_again()

import argparse
import ast
import re
from dataclasses import dataclass
from functools import cache

from lessons import ROOT, chapter, is_cut, lessons, number, read

COURSE = ROOT / "COURSE.md"


@dataclass(frozen=True)
class Row:
    """One row of the plan: its name ("R39"), the chapter's number ("04") and name, and its topic."""

    name: str
    chapter: str
    title: str
    topic: str


@cache
def course():
    """The rows of COURSE.md in their order."""
    found, heading = [], None
    for line in COURSE.read_text(encoding="utf-8").splitlines():
        if opened := re.match(r"## ((\d\d)_\w+)", line):
            heading = opened
        elif row := re.match(r"\|(R\d+)\|([^|]*)\|", line):
            found.append(Row(row[1], heading[2], heading[1], row[2].strip()))
    return found


def rows_of(chapter):
    """The names of the rows that the plan gives to a chapter's number, in order."""
    return [row.name for row in course() if row.chapter == chapter]


@cache
def sources():
    """For each row that one of COURSE.md's texts speaks of, the letters of these texts: {"R39": {"D"}, …}."""
    found = {}
    for letter, named in re.findall(r"^\|([A-Z])\|[^|]*\|([^|]*)\|$", COURSE.read_text(encoding="utf-8"), re.M):
        for first, last in re.findall(r"R(\d+)(?:–R(\d+))?", named):
            for count in range(int(first), int(last or first) + 1):
                found.setdefault(f"R{count}", set()).add(letter)
    return found


def row_tags(cell):
    """The rows that a cell's tags name."""
    return [tag for tag in cell.metadata.get("tags", []) if re.fullmatch(r"R\d+", tag)]


def has_assertion(source):
    """Whether code holds an assert statement or calls a function named assert_…, as NumPy's testing module has."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name.startswith("assert_"):
                return True
    return False


def proofs():
    """For each row that is proved, the cells that prove it, as (number of the lesson, id of the cell)."""
    found = {}
    for path in lessons():
        own = set(rows_of(chapter(path)))
        for cell in read(path).cells:
            if cell.cell_type == "code" and has_assertion(cell.source):
                for row in own.intersection(row_tags(cell)):
                    found.setdefault(row, []).append((number(path), cell.id))
    return found


def cut_chapters():
    """The numbers of the chapters that are written and of which every notebook is one of the cut lessons."""
    return {chapter(path) for path in lessons()} - {chapter(path) for path in lessons() if not is_cut(path)}


def missing(proved):
    """The rows of the chapters that are cut which none of their lessons proves."""
    cut = cut_chapters()
    return [row for row in course() if row.chapter in cut and row.name not in proved]


def places(cells):
    """Where a row is proved, in words: "05a slope, step; 05b saddle"."""
    of_lesson = {}
    for lesson, cell in cells:
        of_lesson.setdefault(lesson, []).append(cell)
    return "; ".join(f"{lesson} {', '.join(ids)}" for lesson, ids in of_lesson.items())


def main():
    """Print the table; with --check, exit status 1 if a chapter that is cut lacks one of its rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()

    proved = proofs()
    written = {}
    for path in lessons():
        written.setdefault(chapter(path), []).append(number(path))
    current = None
    for row in course():
        if row.chapter != current:
            current = row.chapter
            own = rows_of(current)
            state = f"in {', '.join(written[current])}" if current in written else "not written yet"
            print(f"\n{row.title}: {sum(name in proved for name in own)} of {len(own)}, {state}")
        if row.name in proved:
            print(f"  {row.name:5} proved   {row.topic}: {places(proved[row.name])}")
        else:
            print(f"  {row.name:5} not yet  {row.topic}")
    lacking = missing(proved)
    count = sum(map(len, written.values()))
    print(f"\n{len(proved)} of {len(course())} rows are proved, in {count} lessons of {len(written)} chapters.")
    for row in lacking:
        print(f"{row.title} is written but does not prove {row.name}: {row.topic}")
    if args.check and lacking:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
