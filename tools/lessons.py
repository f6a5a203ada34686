"""What the course's tools share: where the lessons are, and how a notebook is read and written."""

import re
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}


def fail(message):
    """Stop the program with one line on stderr and exit status 1."""
    print(message, file=sys.stderr)
    raise SystemExit(1)


def lessons():
    """The notebooks that are written, in the order of their numbers."""
    return sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def number(path):
    """The two digits of a lesson: "04" for 04_overfitting.ipynb."""
    return Path(path).name[:2]


def find(names):
    """The notebooks meant by names: lesson numbers ("4", "04"), file names or paths; all if there are none."""
    if not names:
        return lessons()
    found = []
    for name in names:
        path = Path(name)
        if path.suffix == ".ipynb" and path.is_file():
            found.append(path.resolve())
            continue
        wanted = name.zfill(2) if name.isdigit() else path.stem
        matches = [lesson for lesson in lessons() if wanted in (number(lesson), lesson.stem)]
        if not matches:
            written = ", ".join(number(lesson) for lesson in lessons()) or "none"
            fail(f"No lesson {name!r}. Written so far: {written}.")
        found += matches
    return found


def read(path):
    """The notebook at path, as nbformat 4."""
    return nbformat.read(path, as_version=4)


def write(notebook, path):
    """Write a notebook the one way the course stores it: valid nbformat 4.5, UTF-8, newline at the end."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    Path(path).write_text(nbformat.writes(notebook).rstrip("\n") + "\n", encoding="utf-8", newline="\n")


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
