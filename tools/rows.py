"""Which rows of the course are proved, where, and which are not yet.

    python tools/rows.py           the table
    python tools/rows.py --check   also exit with status 1 if a written lesson lacks a row that is its own

A row is proved by a code cell of its lesson that carries the row as a tag, R39, and holds an assertion.
The plan, with the rows of every lesson, is COURSE.md.
"""

import surroundings

if __name__ == "__main__":
    surroundings.start_again()

import argparse
import ast
import re
from dataclasses import dataclass
from functools import cache

from lessons import ROOT, lessons, number, read

COURSE = ROOT / "COURSE.md"


@dataclass(frozen=True)
class Row:
    """One row of the plan: its name ("R39"), the lesson's number ("04") and name, and its topic."""

    name: str
    lesson: str
    title: str
    topic: str


@cache
def course():
    """The rows of COURSE.md in their order."""
    found, lesson = [], None
    for line in COURSE.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"## ((\d\d)_\w+)", line):
            lesson = heading
        elif row := re.match(r"\|(R\d+)\|([^|]*)\|", line):
            found.append(Row(row[1], lesson[2], lesson[1], row[2].strip()))
    return found


def rows_of(lesson):
    """The names of the rows that the plan gives to a lesson's number, in order."""
    return [row.name for row in course() if row.lesson == lesson]


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
    """For each row that is proved, the ids of the cells that prove it, and the name of its notebook."""
    found = {}
    for path in lessons():
        own = set(rows_of(number(path)))
        for cell in read(path).cells:
            if cell.cell_type == "code" and has_assertion(cell.source):
                for row in own.intersection(row_tags(cell)):
                    found.setdefault(row, (path.stem, []))[1].append(cell.id)
    return found


def missing(proved):
    """Rows that a written lesson should prove and does not."""
    written = {number(path) for path in lessons()}
    return [row for row in course() if row.lesson in written and row.name not in proved]


def main():
    """Print the table; with --check, exit status 1 if a written lesson lacks one of its rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()

    proved = proofs()
    written = {number(path) for path in lessons()}
    lesson = None
    for row in course():
        if row.lesson != lesson:
            lesson = row.lesson
            own = rows_of(lesson)
            state = "" if lesson in written else ", not written yet"
            print(f"\n{row.title}: {sum(name in proved for name in own)} of {len(own)}{state}")
        if row.name in proved:
            print(f"  {row.name:5} proved   {row.topic}: {', '.join(proved[row.name][1])}")
        else:
            print(f"  {row.name:5} not yet  {row.topic}")
    lacking = missing(proved)
    print(f"\n{len(proved)} of {len(course())} rows are proved, in {len(written)} lessons written so far.")
    for row in lacking:
        print(f"{row.title} is written but does not prove {row.name}: {row.topic}")
    if args.check and lacking:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
