"""What the course's tools share: where the lessons are, and how a notebook is read and written."""

import hashlib
import re
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
COLLAPSED = "hide-input"
LANGUAGE_INFO = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}


def fail(message):
    """Stop the program with one line on stderr and exit status 1."""
    print(message, file=sys.stderr)
    raise SystemExit(1)


NAME = re.compile(r"(\d\d)([a-z]?)_\w+\.ipynb")
"""A lesson's file: the chapter's two digits, the lesson's letter (none while a chapter is one lesson), its name."""


def lessons():
    """The notebooks that are written, in the order of reading: chapter by chapter, letter by letter."""
    return sorted((path for path in NOTEBOOKS.glob("*.ipynb") if NAME.fullmatch(path.name)), key=number)


def number(path):
    """The number of a lesson, its chapter and letter: "05b" for 05b_saddle_points.ipynb, "04" where there is none."""
    return "".join(NAME.fullmatch(Path(path).name).groups())


def chapter(path):
    """The two digits of a lesson's chapter: "05" for 05b_saddle_points.ipynb."""
    return number(path)[:2]


def is_cut(path):
    """Whether a notebook is a lesson of one question, which has a letter, and not a chapter that is still to be cut."""
    return number(path) != chapter(path)


def find(names):
    """The notebooks meant by names; all if there are none.

    A name is a chapter ("5", "05": all of its lessons), a lesson ("5b", "05b"), a file's name or a path.
    """
    if not names:
        return lessons()
    found = []
    for name in names:
        path = Path(name)
        if path.suffix == ".ipynb" and path.is_file():
            found.append(path.resolve())
            continue
        short = re.fullmatch(r"(\d{1,2})([a-z]?)", name)
        wanted = short[1].zfill(2) + short[2] if short else path.stem
        matches = [lesson for lesson in lessons() if wanted in (chapter(lesson), number(lesson), lesson.stem)]
        if not matches:
            written = ", ".join(number(lesson) for lesson in lessons()) or "none"
            fail(f"No lesson {name!r}. Written so far: {written}.")
        found += [match for match in matches if match not in found]
    return found


def read(path):
    """The notebook at path, as nbformat 4."""
    return nbformat.read(path, as_version=4)


def write(notebook, path):
    """Write a notebook the one way the course stores it: valid nbformat 4.5, UTF-8, newline at the end."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    Path(path).write_text(nbformat.writes(notebook).rstrip("\n") + "\n", encoding="utf-8", newline="\n")


def digest(notebook):
    """A short hash of the code cells: what was measured."""
    code = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def is_collapsed(cell):
    """Whether a cell's source is folded away: a reader does not meet it."""
    return COLLAPSED in cell.metadata.get("tags", []) or bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def shows_figure_or_table(cell):
    """Whether a code cell's outputs hold a figure or a table, in the HTML of `utils.plots` and `utils.tables`."""
    pages = ["".join(output.get("data", {}).get("text/html", "")) for output in cell.outputs]
    return any("<img" in page or "<table" in page for page in pages)


def closing_exercises(notebook):
    """The place of the Markdown cell that opens with the heading "Exercises"; after the last cell if there is none."""
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and re.match("##? *Exercises", cell.source):
            return place
    return len(notebook.cells)


def minutes(notebook):
    """The minutes that a lesson takes to read, up to its closing exercises, rounded.

    A minute for 200 words of Markdown and for 10 lines of code that are neither blank nor folded away; half a minute
    for each cell that shows a figure or a table.
    """
    cells = notebook.cells[: closing_exercises(notebook)]
    words = sum(len(cell.source.split()) for cell in cells if cell.cell_type == "markdown")
    code = [cell for cell in cells if cell.cell_type == "code"]
    lines = sum(bool(line.strip()) for cell in code if not is_collapsed(cell) for line in cell.source.splitlines())
    return round(words / 200 + lines / 10 + sum(map(shows_figure_or_table, code)) / 2)


def cell_metadata(tags):
    """A cell's metadata as the course stores it: its tags, and for the tag "hide-input" a source that is collapsed.

    JupyterLab folds a cell by `jupyter.source_hidden`, the pages that are built from notebooks by the tag.
    """
    metadata = {"tags": list(tags)} if tags else {}
    if COLLAPSED in tags:
        metadata["jupyter"] = {"source_hidden": True}
    return metadata


def slug(text, length=40):
    """A readable cell id from the first words of text."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    short = ""
    for word in words:
        if short and len(short) + 1 + len(word) > length:
            break
        short = f"{short}-{word}" if short else word[:length]
    return short or "cell"


def normal_metadata(metadata):
    """Notebook metadata without anything that depends on the machine: kernel, language and `lesson` only."""
    normal = {"kernelspec": dict(KERNELSPEC), "language_info": dict(LANGUAGE_INFO)}
    if "lesson" in metadata:
        normal["lesson"] = metadata["lesson"]
    return nbformat.from_dict(normal)
