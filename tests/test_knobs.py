"""`make test-knobs`: which lessons with a turned knob are well, and which are not."""

import asyncio

import knobs
import lessons
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

START = "RUNS = 5\nlosses = [1 / (run + 1) for run in range(RUNS)]"
# What the lesson's other cell does, the sentence about it with RUNS = 3, and whether that is well.
LESSONS = {
    "passes": ('print(f"{len(losses)} runs, the last ≈{losses[-1]:.1f}; of 15 points, x5 and 0.5")', "passes", True),
    "finding": (
        'print(min(losses))\nassert min(losses) < 0.3, "the last run should have a loss under 0.3"',
        "stops at cell more: the last run should have a loss under 0.3",
        True,
    ),
    "finding of NumPy": (
        'import numpy as np\nnp.testing.assert_allclose(min(losses), 0.2, err_msg="the last loss is a fifth")',
        "stops at cell more: ",
        True,
    ),
    "key": ("{5: 1}[RUNS]", "KeyError: 3", False),
    "shape": ("import numpy as np\nnp.ones(5) + np.ones(RUNS)", "ValueError: operands could not be broadcast", False),
    "no message": ("assert RUNS == 5", "the assertion of cell more has no sentence: nothing", False),
    "a word": ('assert RUNS == 5, "runs"', "the assertion of cell more has no sentence: runs", False),
    "a value": ("assert RUNS == 5, losses", "the assertion of cell more has no sentence: [1.0, 0.5", False),
    "NumPy's report": (
        "import numpy as np\nnp.testing.assert_allclose(min(losses), 0.2)",
        "the assertion of cell more has no sentence: Not equal to tolerance rtol=1e-07, atol=0",
        False,
    ),
    "end of the kernel": ("import os\nif RUNS < 5:\n    os._exit(1)", "DeadKernelError", False),
    "label": ('print("median of 5 long runs")', "cell more still says 5: median of 5 long runs", False),
    "word": ('print(max(losses), "Five curves.")', "cell more still says 5: Five curves.", False),
    "fixed part": ('print(f"{min(losses):.1f} in five runs")', "cell more still says 5: in five runs", False),
    "alternative text": (
        'losses.sort()\ndisplay({"text/html": \'<img alt="The five losses fall.">\'}, raw=True)',
        'cell more still says 5: <img alt="The five losses fall.">',
        False,
    ),
    "own noun": ('count = 4 + 1\nprint(count, "long runs")', "cell more still says 5: 5 long runs", False),
    "stale finding": ('assert RUNS == 5, "all five runs should agree"', "cell more still says 5: all five runs", False),
    "number of another matter": ('print("a window of 5")', "passes", True),
    "number alone": ('print({"5": losses}["5"][0], 5)', "passes", True),
    "made from it": ('last = losses[-1]\nprint(f"{last:.2f}, the loss of 5")', "still says 5: , the loss of 5", False),
    "changed in place": (
        'lines = []\nfor loss in losses:\n    lines.append(loss)\nprint(len(lines), "5 curves")',
        "cell more still says 5: 5 curves",
        False,
    ),
    "longer number": ('rows = {"row 5": 1, "row 55": losses}\nprint("row 55", len(rows))', "passes", True),
    "other number": ('print(max(losses), "in a window of 5 by 5")', "passes", True),
}


@pytest.fixture
def lesson(tmp_path):
    """Returns what writes a lesson of two cells with knobs and gives its path."""

    def write(more, start=START, **metadata):
        cells = [new_code_cell(start, id="start"), new_code_cell(more, id="more")]
        metadata = {"lesson": {"number": "98", **metadata}}
        lessons.write(new_notebook(cells=cells, metadata=metadata), tmp_path / "98_x.ipynb")
        return tmp_path / "98_x.ipynb"

    return write


@pytest.mark.parametrize("name", LESSONS)
def test_verdict(name, lesson, capsys):
    more, sentence, well = LESSONS[name]
    path = lesson(more, other_numbers=["5 by 5"])
    assert asyncio.run(knobs.turn(path, "RUNS", 3)) == well
    said = capsys.readouterr().out
    assert said.startswith("98, RUNS = 3: " if well else "FAILED 98, RUNS = 3: ")
    assert sentence in said


@pytest.mark.parametrize(
    ("start", "name", "value", "expected"),
    [
        ("RUNS = 5", "RUNS", 3, "RUNS = 3"),
        ("CELL, x = (  # größer\n    16\n), 1", "CELL", 8, "CELL, x = (  # größer\n    8\n), 1"),
        ("x, CELL = 1, 16", "CELL", 8, "x, CELL = 1, 8"),
        ("x, CELL = divmod(33, 2)", "CELL", 8, None),
        ("CELL, *x = 1, 16, 17", "CELL", 8, None),
        ("CELL = (  # größer\n    16  # pixels\n)\nx = 1", "CELL", 8, "CELL = (  # größer\n    8  # pixels\n)\nx = 1"),
        ("é = 'é'; CELL = 16; y = 1", "CELL", 8, "é = 'é'; CELL = 8; y = 1"),
        ("RATES = [\n    0.1,\n    0.2,\n]", "RATES", [0.3], "RATES = [0.3]"),
        ("SIZES = 1, 2", "SIZES", [3, 4], "SIZES = (3, 4)"),
        ("FULL = False", "FULL", True, "FULL = True"),
        ("RUNS = 5\nRUNS = 6", "RUNS", 3, None),
        ("RUNS = 5\nRUNS += 1", "RUNS", 3, None),
        ("if True:\n    RUNS = 5", "RUNS", 3, None),
        ("RUNS = STEPS = 5", "RUNS", 3, None),
        ("for RUNS in [5]:\n    pass", "RUNS", 3, None),
        ("x = 5", "RUNS", 3, None),
        ("RUNS = 5\ndef f():\n    RUNS = 6", "RUNS", 3, "RUNS = 3\ndef f():\n    RUNS = 6"),
    ],
)
def test_turned(start, name, value, expected, lesson):
    notebook = lessons.read(lesson("1", start=start))
    if expected is None:
        with pytest.raises(knobs.KnobError, match=f"{name} is assigned"):
            knobs.turned(notebook, name, value)
    else:
        assert knobs.turned(notebook, name, value).cells[0].source == expected
        assert notebook.cells[0].source == start, "the lesson itself was changed"


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("5 of 15, 5.5, 0.5, x5, 5x, 5", 5, ["5", "5"]),
        ("5.0 and 5,000 and ≈5", 5, ["5.0"]),
        ("at 1,797 and 1797", 1797, ["1,797", "1797"]),
        ("Five, fivefold, twenty-five", 5, ["Five", "five"]),
        ("one and two", 2, []),
        ("0.05, 0.050, 5e-2", 0.05, ["0.05", "0.050", "5e-2"]),
    ],
)
def test_places(text, wanted, expected):
    assert [text[start:end] for start, end in knobs.places(text, wanted)] == expected


def test_numbers_that_stay_are_not_old(lesson):
    notebook = lessons.read(lesson("1", start="RATES = [0.1, 0.2]\nNAMES = {'a': 5}\nAUTO = len(RATES)\nOLD = True"))
    assert knobs.old_numbers(notebook, "RATES", [0.1, 0.3]) == {0.2}
    assert knobs.old_numbers(notebook, "NAMES", {"b": 6}) == {5}
    assert knobs.old_numbers(notebook, "AUTO", 7) == set()
    assert knobs.old_numbers(notebook, "OLD", False) == set()


@pytest.mark.parametrize(
    "statement",
    [
        "assert_equal(1, 2{})",
        "assert_equal([1, 2], [1, 3]{})",
        "assert_equal('a', 'b'{})",
        "assert_array_equal([1, 2], [1, 2, 3]{})",
        "assert_array_equal([1, np.nan], [1, 2]{})",
        "assert_allclose([1, 2], [1, 3], rtol=1e-3{})",
        "assert_array_less([1, 2], [1, 3]{})",
        "assert_almost_equal(1, 2{})",
        "assert_array_almost_equal([1], [2]{})",
    ],
)
@pytest.mark.parametrize(
    "sentence",
    ["", "the two agree", "the sums by hand are those of the library, whatever the order of summation may be"],
)
def test_reports_of_numpy(statement, sentence):
    call = statement.format(f", err_msg={sentence!r}" if sentence else "")
    with pytest.raises(AssertionError) as raised:
        eval(f"np.testing.{call}", {"np": np})
    assert knobs.is_sentence(str(raised.value)) == bool(sentence), str(raised.value)


def test_main(lesson, monkeypatch, capsys):
    monkeypatch.setenv("WORKERS", "1")
    monkeypatch.setattr("sys.argv", ["knobs.py", str(lesson("1"))])
    assert knobs.main() == 0
    assert capsys.readouterr().out == "None of these lessons names knobs in its metadata.\n"
    path = lesson("assert RUNS > 2, 'there should be three runs at least'", knobs={"RUNS": [3, 1], "CELL": [1]})
    monkeypatch.setattr("sys.argv", ["knobs.py", str(path)])
    assert knobs.main() == 1
    third, first, second = capsys.readouterr().out.splitlines()
    assert first == "98, RUNS = 3: passes"
    assert second == "98, RUNS = 1: stops at cell more: there should be three runs at least"
    assert third == "FAILED 98, CELL: CELL is assigned 0 times, 0 of them as CELL = … at the top of a cell"
