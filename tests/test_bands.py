"""`make bands`: from the runs of a lesson to the file of its bands."""

import importlib.util
import json
from decimal import Decimal

import bands
import lessons
import measured
import pytest
import surroundings
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

CODE = {
    "start": "import os\nrun = os.environ.get('LESSON_SEED') or os.environ['KERAS_BACKEND']",
    "score": "print(f'≈{dict(tensorflow=0.5, jax=0.7).get(run, 0.6):.2f} of 1')",
    "steps": "assert run != '8', 'seed 8 is odd'\nprint('≈1,200' + ', ≈3' * (run == '9'))",
    "time": "from timeit import timeit\nprint(f'≈{timeit(int):.9f} s')",
}


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A folder with one lesson; returns what measures it with some of the runs: (exit status, its band file)."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    path = folder / "98_x.ipynb"
    cells = [new_markdown_cell("# X", id="x"), *(new_code_cell(code, id=name) for name, code in CODE.items())]
    lessons.write(new_notebook(cells=cells), path)
    monkeypatch.setattr(measured, "ROOT", tmp_path)
    monkeypatch.setattr(bands, "file_of", lambda lesson: measured.file_of(lesson, tmp_path))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(surroundings, "is_installed", lambda backend: True)  # the notebook imports no backend
    every = dict(bands.RUNS)

    def measure(*runs, arguments=()):
        monkeypatch.setattr(bands, "RUNS", {name: every[name] for name in runs})
        monkeypatch.setattr("sys.argv", ["bands.py", *arguments, str(path)])
        return bands.main(), measured.file_of("98", tmp_path)

    measure.path = path
    return measure


def executed(path, texts, file):
    """Write what an execution of the lesson at path leaves in a file, with these texts printed by its cells."""
    notebook = lessons.read(path)
    for count, cell in enumerate(notebook.cells[1:], start=1):
        cell.execution_count = count
        if text := texts.get(cell.id):
            cell.outputs = [new_output("stream", name="stdout", text=text)]
    file.parent.mkdir(parents=True, exist_ok=True)
    lessons.write(notebook, file)


def test_runs_are_thirteen():
    assert list(bands.RUNS) == ["own", *(f"seed{seed}" for seed in range(1, 10)), "jax", "torch", "noise"]
    for name, chosen in bands.RUNS.items():
        if importlib.util.find_spec(chosen.get("backend", "tensorflow")):
            assert measured.run_name(surroundings.of_lessons(**chosen)) == name


def test_bands_are_measured(course, capsys):
    status, file = course("own", "seed1", "jax")
    assert status == 0, capsys.readouterr()
    found = json.loads(file.read_text(encoding="utf-8"), parse_float=str)
    assert found == {
        "lesson": "98",
        "code": lessons.digest(lessons.read(course.path)),
        "runs": ["own", "seed1", "jax"],
        "cells": {"score": [["0.50", "0.70"]], "steps": [[1200, 1200]], "time": [None]},
    }
    assert "98: 3 bands in 3 cells\n" in capsys.readouterr().out


def test_runs_that_lie_in_a_folder_are_taken(course, tmp_path, capsys):
    folder = tmp_path / "runs"
    texts = {"score": "≈0.10 of 1", "steps": "≈900", "time": "≈1 s"}
    executed(course.path, texts, folder / "98" / "own.ipynb")
    executed(course.path, {"score": "≈0.40 of 1", "steps": "≈30", "time": "≈2 s"}, folder / "98" / "seed9.ipynb")
    status, file = course("own", "seed9", arguments=["--from", str(folder)])
    assert status == 0
    assert '"score": [[0.10, 0.40]],\n  "steps": [[30, 900]]' in file.read_text(encoding="utf-8")
    printed = capsys.readouterr().out
    assert "let the page say less, or measure more" in printed
    assert "98, cell score, number 1: 0.10 … 0.40, its ends are a factor of 4 apart" in printed
    assert "98, cell steps, number 1: 30 … 900, its ends are a factor of 30 apart" in printed


def test_run_of_other_code_or_unfinished_is_made_anew(course, tmp_path, capsys):
    folder = tmp_path / "runs"
    executed(course.path, {"score": "≈0.10 of 1"}, folder / "98" / "own.ipynb")
    old = lessons.read(folder / "98" / "own.ipynb")
    old.cells[1].source += "  # old"
    lessons.write(old, folder / "98" / "own.ipynb")
    unfinished = lessons.read(course.path)
    lessons.write(unfinished, folder / "98" / "jax.ipynb")
    status, file = course("own", "jax", arguments=["--from", str(folder)])
    assert status == 0
    assert '"score": [[0.50, 0.70]]' in file.read_text(encoding="utf-8")
    assert "the run own in" in capsys.readouterr().out


def test_runs_are_kept_in_the_folder_where_another_fails(course, tmp_path, capsys):
    status, _ = course("own", "seed8", arguments=["--from", str(tmp_path)])
    assert status == 1
    assert bands.is_whole(lessons.read(tmp_path / "98" / "own.ipynb"))
    assert not (tmp_path / "98" / "seed8.ipynb").exists()
    assert "the run own is done" in capsys.readouterr().out
    status, file = course("own", arguments=["--from", str(tmp_path)])
    assert status == 0 and file.exists()
    assert "is done" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("run", "message"),
    [
        ("seed8", "run seed8: 98_x.ipynb, cell steps, line 1: assert run != '8', 'seed 8 is odd'\n    AssertionError"),
        ("seed9", "cell steps shows different numbers of numbers after ≈: own 1, seed9 2"),
    ],
)
def test_nothing_is_written_where_a_run_fails(run, message, course, capsys):
    status, file = course("own", run)
    assert status == 1
    assert message in capsys.readouterr().err
    assert not file.exists()


def test_failed_run_of_a_folder_is_told(course, tmp_path, capsys):
    executed(course.path, {}, tmp_path / "98" / "own.ipynb")
    notebook = lessons.read(tmp_path / "98" / "own.ipynb")
    notebook.cells[2].outputs = [new_output("error", ename="AssertionError", evalue="no", traceback=[])]
    lessons.write(notebook, tmp_path / "98" / "own.ipynb")
    status, file = course("own", arguments=["--from", str(tmp_path)])
    assert status == 1
    assert "98_x.ipynb, run own: cell score: AssertionError: no" in capsys.readouterr().err
    assert not file.exists()


def test_no_bands_in_ci(course, monkeypatch, capsys):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr("sys.argv", ["bands.py", str(course.path)])
    assert bands.main() == 1
    assert "not in CI" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("least", "greatest", "expected"),
    [
        ("0.70", "0.79", None),
        ("0.20", "0.70", "its ends are a factor of 4 apart"),
        ("-0.70", "-0.20", "its ends are a factor of 4 apart"),
        ("-0.20", "0.70", "its sign is open"),
        ("0.00", "0.70", "one end is zero"),
        ("-0.01", "0.02", None),  # three units of the last place
        ("0.01", "0.04", None),
        ("0.01", "0.05", "its ends are a factor of 5 apart"),
        ("2", "17", None),  # counts
        ("0", "19", None),
        ("-5", "5", None),
        ("20", "80", "its ends are a factor of 4 apart"),
        ("2e-16", "3e-15", None),  # gaps of rounding
        ("-2e-8", "3e-9", None),
    ],
)
def test_wide_bands(least, greatest, expected):
    assert bands.is_wide((Decimal(least), Decimal(greatest))) == expected
