"""The comparison of outputs can fail: each kind of fault in a notebook turns its cell red, and the report names it.

A small good notebook is made by `tools/refresh.py`. From its cells two others are put together: one of copies with one
fault each, named after the fault, and one of copies in which only what may vary was changed. More copies of the whole
have bands that are not theirs. They stand in a project that has this one's conftest.py, pytest settings and sanitize
file, and one run of pytest, with the options that `make test` uses, judges them.
"""

import copy
import os
import re
import shutil
import subprocess
import sys

import document_checks
import lessons
import measured
import pytest
import refresh
import run_tests
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

SANITIZE = lessons.ROOT / "tests" / "nbval_sanitize.cfg"

# The measured numbers and the pixels of the good notebook are others on every run.
CODE = {
    "words": 'print("one line")\nprint("another")',
    "measured": 'import random\nprint(f"error ≈{-random.random():.3f}", f"rate ≈{random.random():.1%} of 5")',
    "columns": 'import random\nsteps = f"≈{10 ** random.randrange(6):,}"\nprint(f"steps {steps:>9} |", "done")',
    "table": 'from IPython.display import HTML\nHTML("<table><tr><td>size</td><td>64</td></tr></table>")',
    "figure": (
        "import base64, os\n"
        "pixels = base64.b64encode(os.urandom(300)).decode()\n"
        'html = f\'<img alt="Ten dots on a line." width="9" src="data:image/png;base64,{pixels}">\'\n'
        'display({"text/html": html, "text/plain": "Figure: Ten dots on a line."}, raw=True)'
    ),
    "claim": 'assert 1 + 1 == 2, "one and one are two"',
    "result": "6 * 7",
    "score": 'score = 0.75\nprint(f"score ≈{score:.2f} of 1")',
    "time": 'from timeit import timeit\nprint(f"≈{timeit(int):.9f} s")',
}
# A cell of the good notebook, and the bands of its measured numbers.
BANDS = {"measured": [(-1, 0), (0, 100)], "columns": [(1, 100000)], "score": [("0.70", "0.79")], "time": [None]}


def stored(old, new):
    """A change: in a cell's stored outputs a text is replaced. It has to be there."""

    def change(cell):
        before = repr(cell.outputs)
        for output in cell.outputs:
            data = output.get("data", {})
            for holder, key in [(output, "text"), *((data, kind) for kind in data)]:
                if key in holder:
                    holder[key] = re.sub(old, new, holder[key])
        assert repr(cell.outputs) != before, f"{old} is not in {before}"

    return change


def outputs(*values):
    """A change: a cell's stored outputs are these."""
    return lambda cell: cell.update(outputs=list(values))


def source(code):
    """A change: a cell's code is another; its stored outputs are as before."""
    return lambda cell: cell.update(source=code)


def stdout(text):
    """An output: printed text."""
    return new_output("stream", name="stdout", text=text)


def both(old, new):
    """A change: in a cell's code and in its stored outputs a text is replaced."""

    def change(cell):
        cell.source = cell.source.replace(old, new)
        stored(re.sub(r"{.*?}", "0.75", old), re.sub(r"{.*?}", "0.75", new))(cell)

    return change


def score(number):
    """A change: the score that the cell computes is another; what is stored is as before."""
    return source(CODE["score"].replace("0.75", number))


WORDS = CODE["words"]

# A cell of the good notebook, and what is done to its copy, which must then fail.
FAULTS = {
    "wrong-number": ("result", stored("42", "43")),
    "number-beside-a-measured-one": ("measured", stored("of 5", "of 6")),
    "lost-percent-sign": ("measured", stored("%", "")),
    "measured-number-without-its-sign": ("measured", stored("rate ≈", "rate ")),
    "failing-assertion": ("claim", source('assert 1 + 1 == 3, "one and one are two"')),
    "changed-string": ("words", stored("another", "an other")),
    "changed-letter-case": ("words", stored("another", "Another")),
    "lost-line-end": ("words", stored("another\n", "another")),
    "changed-column": ("columns", stored(r"\|", "!")),
    "missing-output": ("words", outputs()),
    "output-where-there-was-none": ("claim", outputs(stdout("fine\n"))),
    "extra-output": ("words", outputs(stdout("one line\nanother\n"), new_output("display_data", {"text/plain": "3"}))),
    "extra-line": ("words", outputs(stdout("one line\nanother\nthird\n"))),
    "output-on-stderr": ("claim", source('import sys\nprint("careful", file=sys.stderr)')),
    "exception": ("words", source(f"{WORDS}\n1 / 0")),
    "sign-before-a-word": ("words", source(WORDS.replace("another", "≈another"))),
    "sign-before-another-word": ("figure", stored("Ten dots on", "Ten dots ≈on")),
    "changed-alt-text": ("figure", stored('alt="Ten', 'alt="Six')),
    "changed-text-of-figure": ("figure", stored("Figure: Ten", "Figure: Six")),
    "changed-width-of-figure": ("figure", stored('width="9"', 'width="8"')),
    "figure-without-pixels": ("figure", stored(r"base64,[^\"]+", "base64,")),
    "figure-of-another-kind": ("figure", stored("image/png", "image/gif")),
    "number-below-its-band": ("score", score("0.558")),
    "number-above-its-band": ("score", score("7.5")),
    "number-just-below-its-margin": ("score", score("0.65")),
    "number-just-above-its-margin": ("score", score("0.85")),
    "number-with-another-sign": ("score", score("-0.75")),
    "one-measured-number-too-few": ("score", both("≈{score:.2f} of", "of")),
    "one-measured-number-too-many": ("score", both("of 1", "of ≈1")),
    "changed-table-cell": ("table", stored("64", "65")),
    "result-with-outputs-that-was-never-run": ("result", lambda cell: cell.update(execution_count=None)),
}

# The same for what may vary: these copies must pass. That cells which never ran pass is nbval's weakness.
VARIATIONS = {
    "other-measured-number": ("measured", stored(r"≈-\d\.\d+", "≈-1,234.5e-07")),
    "other-measured-percentage": ("measured", stored(r"≈[\d.]+%", "≈7%")),
    "other-width-of-a-number": ("columns", stored(r" +≈[\d,]+", "      ≈3")),
    "another-number-within-its-band": ("score", score("0.70")),
    "number-within-its-lower-margin": ("score", score("0.66")),
    "number-within-its-upper-margin": ("score", score("0.83")),
    "another-stored-number": ("score", stored("0.75", "0.99")),
    "another-time": ("time", source(CODE["time"].replace("timeit(int)", "86400"))),
    "other-pixels": ("figure", stored(r"base64,[^\"]+", "base64,iVBORw0KGgo=")),
    "never-run": ("words", lambda cell: cell.update(outputs=[], execution_count=None)),
}


# What is done to the band file of a copy of the good notebook, and what the report then says.
WRONG_BANDS = {
    "93_no": (lambda path: path.unlink(), "93 has no bands: make bands LESSON=93"),
    "94_foreign": (
        lambda path: shutil.copy(path.with_name("90.json"), path),
        "tests/bands/94.json holds the bands of 90, not of 94: make bands LESSON=94",
    ),
    "95_stale": (
        lambda path: path.write_text(re.sub('"code": "....', '"code": "0000', path.read_text())),
        "the bands of 95 were measured on other code than it has now: make bands LESSON=95",
    ),
    "96_broken": (
        lambda path: path.write_text(path.read_text()[:-3]),
        "tests/bands/96.json cannot be read: make bands LESSON=96",
    ),
}


def put(folder, name, cells, bands):
    """Write a notebook of these cells and its band file."""
    notebook = new_notebook(cells=cells)
    lessons.write(notebook, folder / f"{name}.ipynb")
    path = measured.file_of(name[:2], folder.parent)
    ends = {
        place: [band and tuple(map(measured.Decimal, map(str, band))) for band in found]
        for place, found in bands.items()
    }
    measured.write(path, name[:2], lessons.digest(notebook), ["own", "seed1"], ends)
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The project after pytest has judged it: (folder of the notebooks, exit status, what pytest printed)."""
    project = tmp_path_factory.mktemp("project")
    folder = project / "notebooks"
    for part in (folder, project / "tests", project / "tools"):
        part.mkdir()
    for name in ("conftest.py", "pyproject.toml", "tests/nbval_sanitize.cfg", "tools/lessons.py", "tools/measured.py"):
        shutil.copy(lessons.ROOT / name, project / name)

    cells = [new_markdown_cell("# Good", id="title"), *(new_code_cell(code, id=name) for name, code in CODE.items())]
    put(folder, "90_good", cells, BANDS)
    refresh.refresh(folder / "90_good.ipynb")
    good = lessons.read(folder / "90_good.ipynb")
    originals = {cell.id: cell for cell in good.cells}
    for name, changes in {"91_faults": FAULTS, "92_variations": VARIATIONS}.items():
        cells, bands = [], {}
        for place, (original, change) in changes.items():
            cells.append(copy.deepcopy(originals[original]))
            cells[-1].id = place
            change(cells[-1])
            bands[place] = BANDS.get(original, [])
        put(folder, name, cells, bands)
    for name, (spoil, _) in WRONG_BANDS.items():
        spoil(put(folder, name, good.cells, BANDS))

    command = [sys.executable, "-m", "pytest", "notebooks", *run_tests.NBVAL, "-rA", "--color=no"]
    decides = ("PYTEST_", "KERAS_BACKEND", "LESSON_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(decides)}
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider"],
        cwd=project,
        env={**environment, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    return folder, done.returncode, done.stdout + done.stderr


def outcomes(printed, notebook):
    """What pytest's summary says of a notebook: {cell id: outcome}."""
    line = re.compile(rf"^([A-Z]+) notebooks/{notebook}\.ipynb::Cell \d+ \(([\w-]+)\)", re.MULTILINE)
    return {cell: outcome for outcome, cell in line.findall(printed)}


def test_run_is_red(run):
    assert run[1] == 1, run[2]


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_noticed(fault, run):
    printed = run[2]
    assert outcomes(printed, "91_faults").get(fault) == "FAILED", printed
    number = list(FAULTS).index(fault)
    assert f" 91_faults.ipynb, Cell {number} ({fault}) " in printed, (
        "the report does not name the notebook and the cell"
    )


def test_good_notebook_passes(run):
    assert outcomes(run[2], "90_good") == dict.fromkeys(CODE, "PASSED"), run[2]


def test_what_may_vary_passes(run):
    assert outcomes(run[2], "92_variations") == dict.fromkeys(VARIATIONS, "PASSED"), run[2]


@pytest.mark.parametrize("name", WRONG_BANDS)
def test_bands_of_other_code_turn_measured_numbers_red(name, run):
    expected = {cell: "FAILED" if cell in BANDS else "PASSED" for cell in CODE}
    assert outcomes(run[2], name) == expected, run[2]
    report = run[2].partition("short test summary info")[0]  # which repeats the messages in full where CI is set
    assert report.count(WRONG_BANDS[name][1]) == len(BANDS), run[2]


def test_report_says_the_number_its_band_and_the_cell(run):
    assert "≈0.56 lies outside 0.70 … 0.79, where 2 runs lie: 91, cell number-below-its-band" in run[2]
    said = "measured numbers: 2, bands: 1 – 91, cell one-measured-number-too-many; if that is right, make"
    assert f"{said} bands LESSON=91" in run[2]


def test_cell_that_never_ran_is_noticed_by_the_document_check(run):
    assert not list(document_checks.was_executed(document_checks.Lesson(run[0] / "90_good.ipynb")))
    problems = list(document_checks.was_executed(document_checks.Lesson(run[0] / "92_variations.ipynb")))
    assert any("never-run" in problem for problem in problems), problems


def sanitized(text):
    """The text as nbval compares it."""
    for pattern, replacement in refresh.get_sanitize_patterns(SANITIZE.read_text(encoding="ascii")):
        text = re.sub(pattern, replacement, text)
    return text


def test_one_pattern():
    assert len(refresh.get_sanitize_patterns(SANITIZE.read_text(encoding="ascii"))) == 1


@pytest.mark.parametrize(
    "number",
    ["0", "7", "0.983", "-0.5", "−0.5", "+3", "12,345", "1,234,567.89", "1797", "1e-07", "2.5E+10", "-1,234.5e3"],
)
def test_measured_number(number):
    assert sanitized(f"≈{number}") == "<measured>"
    assert sanitized(f"a ≈{number} b") == "a <measured> b"
    assert sanitized(f"(≈{number}, ≈{number})") == "(<measured>, <measured>)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no sign 0.983", "no sign 0.983"),
        ("≈", "≈"),
        ("≈ 0.983", "≈ 0.983"),
        ("≈harmful", "≈harmful"),
        ("≈x1", "≈x1"),
        ("≈nan ≈inf ≈-inf", "≈nan ≈inf ≈-inf"),
        ("≈-", "≈-"),
        ("≈.5", "≈.5"),
        ("~0.5", "~0.5"),
        ("≈98.3%", "<measured>%"),
        ("≈98.3 %", "<measured> %"),
        ("≈3 s", "<measured> s"),
        ("≈2.5x", "<measured>x"),
        ("≈0.98.", "<measured>."),
        ("≈0.98, 0.99", "<measured>, 0.99"),
        ("≈0.98 0.99", "<measured> 0.99"),
        ("≈1,2345", "<measured>,2345"),
        ("≈1,23", "<measured>,23"),
        ("≈1.2.3", "<measured>.3"),
        ("≈5e", "<measured>e"),
        ("≈0.812 (≈0.790 to ≈0.834)", "<measured> (<measured> to <measured>)"),
        ("a≈1", "a<measured>"),
        ("a ≈1", "a <measured>"),
        ("a     ≈1", "a <measured>"),
        ("a     1", "a     1"),
        ("a\n≈1", "a\n<measured>"),
        ("a\t≈1", "a\t<measured>"),
        ("≈1  b", "<measured>  b"),
    ],
)
def test_all_else_is_compared(text, expected):
    assert sanitized(text) == expected
