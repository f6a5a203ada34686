"""The tools that make and read lessons: lesson_script, refresh, rows, and what they share."""

import json
import re

import lesson_script
import lessons
import nbformat
import pytest
import refresh
import rows
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

SCRIPT = """\
# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   lesson: {number: "04", title: Overfitting, rows: [R34], minutes_read: 45}
# ---

# %% [markdown] id="title"
# # Overfitting
#
# A formula: $x^2$.

# %% id="proof" tags=["R34"]
x = 1
assert x == 1

# %%
x + 1

# %% [markdown]
# ## The *end* of it
"""


@pytest.fixture
def work(tmp_path):
    """A folder with the script; returns what packs a text into its notebook and reads that."""

    def pack(text):
        (tmp_path / "04.py").write_text(text, encoding="utf-8")
        lesson_script.pack(tmp_path / "04.py", tmp_path / "04.ipynb")
        return lessons.read(tmp_path / "04.ipynb")

    pack.folder = tmp_path
    return pack


def executed(notebook, path):
    """The notebook with an output in each code cell, written to path."""
    for count, cell in enumerate([cell for cell in notebook.cells if cell.cell_type == "code"], start=1):
        cell.execution_count = count
        cell.outputs = [new_output("stream", name="stdout", text=f"output of {cell.id}")]
    lessons.write(notebook, path)
    return notebook


def test_pack(work):
    notebook = work(SCRIPT)
    assert [cell.id for cell in notebook.cells] == ["title", "proof", "x-1", "the-end-of-it"]
    assert notebook.cells[0].source == "# Overfitting\n\nA formula: $x^2$."
    assert notebook.cells[1].metadata == {"tags": ["R34"]}
    assert notebook.cells[1].source == "x = 1\nassert x == 1"
    assert notebook.metadata.lesson == {"number": "04", "title": "Overfitting", "rows": ["R34"], "minutes_read": 45}
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    nbformat.validate(notebook)


def test_unpack_and_pack_change_nothing(work):
    executed(work(SCRIPT), work.folder / "04.ipynb")
    before = (work.folder / "04.ipynb").read_bytes()
    lesson_script.unpack(work.folder / "04.ipynb", work.folder / "back.py")
    lesson_script.pack(work.folder / "back.py", work.folder / "04.ipynb")
    assert (work.folder / "04.ipynb").read_bytes() == before
    lesson_script.pack(work.folder / "back.py", work.folder / "new.ipynb")
    again = lessons.read(work.folder / "new.ipynb")
    assert [(cell.id, cell.source, cell.metadata) for cell in again.cells] == [
        (cell.id, cell.source, cell.metadata) for cell in lessons.read(work.folder / "04.ipynb").cells
    ]


def test_pack_keeps_ids_and_outputs(work):
    executed(work(SCRIPT), work.folder / "04.ipynb")
    text = SCRIPT.replace("x + 1", "x + 2").replace("The *end* of it", "The end")
    text = text.replace('# %% id="proof"', '# %% [markdown]\n# Before the proof.\n\n# %% id="proof"')
    notebook = work(text)
    assert [cell.id for cell in notebook.cells] == ["title", "before-the-proof", "proof", "x-1", "the-end-of-it"]
    assert notebook.cells[2].outputs[0].text == "output of proof"
    assert notebook.cells[2].execution_count == 1
    assert notebook.cells[3].source == "x + 2"
    assert notebook.cells[3].outputs == []
    assert notebook.cells[3].execution_count is None


def test_pack_keeps_the_ids_of_moved_cells(work):
    work(SCRIPT)
    first, rest = SCRIPT.split("# %% [markdown]\n# ## The *end* of it\n")
    notebook = work(first + "# %% [markdown]\n# New\n\n# %% [markdown]\n# ## The *end* of it\n" + rest)
    assert [cell.id for cell in notebook.cells] == ["title", "proof", "x-1", "new", "the-end-of-it"]


def test_pack_makes_ids_that_differ(work):
    notebook = work("# %%\nx = 1\n\n# %%\nx = 1\n\n# %% [markdown]\n# …\n")
    assert [cell.id for cell in notebook.cells] == ["x-1", "x-1-2", "cell"]


def test_pack_keeps_the_metadata_that_the_script_leaves_out(work):
    work(SCRIPT)
    notebook = work('# %% [markdown] id="title"\n# # Overfitting\n')
    assert notebook.metadata.lesson.number == "04"


@pytest.mark.parametrize(
    ("old", "new", "message"), [('id="proof"', 'id="title"', "title"), ('id="proof"', 'id="a proof"', "a proof")]
)
def test_pack_refuses_bad_ids(old, new, message, work, capsys):
    before = work(SCRIPT)
    with pytest.raises(SystemExit) as stopped:
        work(SCRIPT.replace(old, new))
    assert stopped.value.code == 1
    assert message in capsys.readouterr().err
    assert lessons.read(work.folder / "04.ipynb") == before


def make(path, *sources):
    """A notebook with code cells named a, b, c …"""
    cells = [new_markdown_cell("# Title", id="title")]
    cells += [new_code_cell(code, id=name) for name, code in zip("abcdefgh", sources, strict=False)]
    notebook = new_notebook(cells=cells, metadata={"lesson": {"number": "98"}})
    lessons.write(notebook, path)
    return path


def test_refresh(tmp_path):
    lines = ["import os", '_ = os.write(2, b"native noise\\n")', 'print("one")']
    lines += ["for n in range(3):", '    print(f"\\rstep {n}", end="")', "print()"]
    widget = "from ipywidgets import IntSlider\ndisplay(IntSlider())\n"
    widget += f"print(os.path.basename(os.getcwd()) == {tmp_path.name!r})"
    measured = 'import random\ndisplay("between")\nprint("two")\nf"value ≈{random.random():.6f}"'
    path = make(tmp_path / "98_x.ipynb", "\n".join(lines), widget, measured)
    refresh.refresh(path)
    first = path.read_text(encoding="utf-8")
    notebook = lessons.read(path)
    _, a, b, c = notebook.cells
    assert [cell.execution_count for cell in (a, b, c)] == [1, 2, 3]
    assert [output.get("text") for output in a.outputs] == ["one\nstep 2\n"]
    assert b.outputs[0].data == {"text/plain": "IntSlider(value=0)"}
    assert b.outputs[1].text == "True\n"
    assert notebook.metadata.language_info == lessons.LANGUAGE_INFO
    assert notebook.metadata.lesson == {"number": "98"}
    assert all(cell.metadata == {} for cell in notebook.cells)
    assert first == nbformat.writes(notebook) + "\n"

    refresh.refresh(path, keep=True)
    assert path.read_text(encoding="utf-8") == first
    refresh.refresh(path)
    second = path.read_text(encoding="utf-8")
    assert second != first
    measured = re.compile(r"≈0\.\d+")
    assert measured.sub("", second) == measured.sub("", first)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("y = 2\nz = y / 0", "98_x.ipynb, cell b, line 2: z = y / 0\n    ZeroDivisionError: division by zero"),
        ("y =", "98_x.ipynb, cell b, line 1: y =\n    SyntaxError"),
        ('import warnings\nwarnings.warn("old")', "98_x.ipynb, cell b writes to stderr"),
        ("import os\nos._exit(1)", "98_x.ipynb, cell "),
    ],
)
def test_refresh_that_fails(code, message, tmp_path, monkeypatch, capsys):
    path = make(tmp_path / "98_x.ipynb", "x = 1", code, "x")
    before = path.read_bytes()
    monkeypatch.setattr("sys.argv", ["refresh.py", str(path)])
    with pytest.raises(SystemExit) as stopped:
        refresh.main()
    assert stopped.value.code == 1
    assert message in capsys.readouterr().err
    assert path.read_bytes() == before


def test_find(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lessons, "NOTEBOOKS", tmp_path)
    paths = [make(tmp_path / name) for name in ("04_b.ipynb", "00_a.ipynb", "draft.ipynb")]
    assert lessons.find([]) == [paths[1], paths[0]]
    assert lessons.find(["4"]) == lessons.find(["04"]) == lessons.find(["04_b"]) == [paths[0]]
    assert lessons.find([str(paths[2])]) == [paths[2].resolve()]
    with pytest.raises(SystemExit):
        lessons.find(["5"])
    assert capsys.readouterr().err == "No lesson '5'. Written so far: 00, 04.\n"


def test_plan_is_complete():
    assert [row.name for row in rows.course()] == [f"R{number}" for number in range(1, 132)]
    titles = list(dict.fromkeys(row.title for row in rows.course()))
    assert [title[:2] for title in titles] == [f"{number:02}" for number in range(25)]
    text = rows.COURSE.read_text(encoding="utf-8")
    for title in titles:
        assert f"`{title}`" in text, f"{title} is not in the table of notebooks"
    assert rows.rows_of("04") == [f"R{number}" for number in range(34, 44)]
    assert rows.rows_of("14") == ["R92"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("assert x == 1", True),
        ("for x in y:\n    assert x", True),
        ("np.testing.assert_allclose(a, b)", True),
        ("assert_equal(a, b)", True),
        ("x = 1  # assert x", False),
        ('"assert x"', False),
        ("check(x)", False),
    ],
)
def test_has_assertion(code, expected):
    assert rows.has_assertion(code) == expected


@pytest.fixture
def plan(tmp_path, monkeypatch):
    """A course of two lessons, the first written, with one row proved of two; returns a run of rows.py."""
    found = [
        rows.Row("R1", "97", "97_a", "one"),
        rows.Row("R2", "97", "97_a", "two"),
        rows.Row("R3", "98", "98_b", "three"),
    ]
    monkeypatch.setattr(rows, "course", lambda: found)
    monkeypatch.setattr(lessons, "NOTEBOOKS", tmp_path)
    path = make(tmp_path / "97_a.ipynb", "assert True", "x = 1", "assert 1")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell, tags in zip(notebook["cells"][1:], (["R1"], ["R2"], ["R3"]), strict=True):
        cell["metadata"]["tags"] = tags
    path.write_text(json.dumps(notebook), encoding="utf-8")

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["rows.py", *arguments])
        rows.main()

    run.path = path
    return run


def test_rows(plan, capsys):
    plan()
    printed = capsys.readouterr().out
    assert "97_a: 1 of 2\n  R1    proved   one: a\n  R2    not yet  two\n" in printed
    assert "98_b: 0 of 1, not written yet\n  R3    not yet  three\n" in printed
    assert "1 of 3 rows are proved, in 1 lessons written so far.\n" in printed
    assert "97_a is written but does not prove R2: two" in printed


def test_rows_check(plan, capsys):
    with pytest.raises(SystemExit) as stopped:
        plan("--check")
    assert stopped.value.code == 1
    plan.path.write_text(plan.path.read_text(encoding="utf-8").replace("x = 1", "assert 2"), encoding="utf-8")
    plan("--check")
    assert "2 of 3 rows are proved" in capsys.readouterr().out
