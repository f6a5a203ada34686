"""The tools that make and read lessons: lesson_script, refresh, rows, and what they share."""

import json
import re
from types import SimpleNamespace

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

# %% tags=["hide-input"]
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
    assert notebook.cells[2].metadata == {"tags": ["hide-input"], "jupyter": {"source_hidden": True}}
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
    names = ["04_b.ipynb", "00_a.ipynb", "05b_saddle.ipynb", "05a_descent.ipynb", "draft.ipynb", "005_x.ipynb"]
    paths = [make(tmp_path / name) for name in names]
    in_order = [paths[1], paths[0], paths[3], paths[2]]
    assert lessons.lessons() == lessons.find([]) == in_order
    assert lessons.find(["4"]) == lessons.find(["04"]) == lessons.find(["04_b"]) == [paths[0]]
    assert lessons.find(["5"]) == lessons.find(["05"]) == lessons.find(["05a", "05"]) == in_order[2:]
    assert lessons.find(["5b"]) == lessons.find(["05b"]) == lessons.find(["05b_saddle"]) == [paths[2]]
    assert lessons.find(["05b", "04"]) == [paths[2], paths[0]], "in the order of the names"
    assert lessons.find([str(paths[4])]) == [paths[4].resolve()]
    for name in ("6", "05c", "04a", "05_saddle", "5B"):
        with pytest.raises(SystemExit):
            lessons.find([name])
        assert capsys.readouterr().err == f"No lesson {name!r}. Written so far: 00, 04, 05a, 05b.\n"


def test_a_lesson_has_a_chapter_and_a_letter():
    assert [lessons.number(name) for name in ("05b_saddle_points.ipynb", "notebooks/04_x.ipynb")] == ["05b", "04"]
    assert [lessons.chapter(name) for name in ("05b_saddle_points.ipynb", "notebooks/04_x.ipynb")] == ["05", "04"]


def reading(*cells):
    """A notebook whose cells are: text for Markdown, (source, tags, HTML that it shows) for code."""
    made = []
    for cell in cells:
        if isinstance(cell, str):
            made.append(new_markdown_cell(cell))
        else:
            source, tags, page = cell
            outputs = [new_output("display_data", {"text/html": page})] if page else []
            made.append(new_code_cell(source, metadata=lessons.cell_metadata(tags), outputs=outputs))
    return new_notebook(cells=made)


def test_minutes():
    words, lines = "word " * 200, "x = 1\n\n  \n" * 10
    assert lessons.minutes(reading()) == 0
    assert lessons.minutes(reading(*[words] * 3)) == 3
    assert lessons.minutes(reading(words, (lines, [], ""), (lines, ["R1"], "<p>no picture</p>"))) == 3
    assert lessons.minutes(reading(words, (lines, ["hide-input"], "<p>no picture</p>"))) == 1, "a folded source"
    shown = [("", [], "<table><tr><td>1</td></tr></table>"), ("", ["hide-input"], '<div><img alt="A line."></div>')]
    assert lessons.minutes(reading(*shown)) == 1
    assert lessons.minutes(reading(("", [], "<table></table><img><img>"), *shown)) == 2, "half a minute a cell"
    assert lessons.minutes(reading(words, "## Exercises\n\n" + words, (lines, [], "<img>"), words)) == 1
    assert lessons.minutes(reading(words, "See the\n## Exercises", words)) == 2, "the heading opens its cell"
    hidden = reading((lines, [], ""))
    hidden.cells[0].metadata["jupyter"] = {"source_hidden": True}
    assert lessons.minutes(hidden) == 0


def test_a_folded_cell_is_stored_as_one():
    assert lessons.cell_metadata([]) == {}
    assert lessons.cell_metadata(["R1"]) == {"tags": ["R1"]}
    folded = {"tags": ["R1", "hide-input"], "jupyter": {"source_hidden": True}}
    assert lessons.cell_metadata(["R1", "hide-input"]) == folded


def test_digest_is_of_the_code_alone():
    notebook = reading("words", ("x = 1", [], "<p>1</p>"), ("y = 2", [], ""))
    first = lessons.digest(notebook)
    assert re.fullmatch("[0-9a-f]{16}", first)
    notebook.cells[0].source += " and more"
    notebook.cells[1].outputs, notebook.cells[1].metadata = [], {"tags": ["R1"]}
    assert lessons.digest(notebook) == first
    notebook.cells[2].source += "\nmore = 1"
    assert lessons.digest(notebook) != first


def test_plan_is_complete():
    names = [row.name for row in rows.course()]
    assert sorted(names, key=lambda name: int(name[1:])) == [f"R{number}" for number in range(1, 140)]
    titles = list(dict.fromkeys(row.title for row in rows.course()))
    assert [title[:2] for title in titles] == [f"{number:02}" for number in range(25)]
    text = rows.COURSE.read_text(encoding="utf-8")
    for title in titles:
        assert f"`{title}`" in text, f"{title} is not in the table of chapters"
    assert rows.rows_of("04") == [f"R{number}" for number in range(34, 44)]
    assert rows.rows_of("13") == ["R88", "R90", "R91"]
    assert rows.rows_of("14") == ["R89", "R92", "R134"]


def test_every_proposed_row_stands_in_its_chapter():
    text = rows.COURSE.read_text(encoding="utf-8")
    proposals = re.findall(r"^## (\d\d)_.*\n\n\*Lessons\*: (.*)$", text, re.M)
    assert [chapter for chapter, _ in proposals] == [f"{number:02}" for number in range(25)]
    for chapter, proposal in proposals:
        proposed = set()
        for first, last in re.findall(r"\bR(\d+)(?: – R(\d+))?", proposal):
            proposed |= {f"R{number}" for number in range(int(first), int(last or first) + 1)}
        assert proposed == set(rows.rows_of(chapter)), f"the lessons proposed for chapter {chapter}"
        lessons_named = re.findall(r"(?:^|· )(\d\d)([a-d]) ", proposal)
        assert [letter for _, letter in lessons_named] == list("abcd"[: proposal.count(" · ") + 1])
        assert {number for number, _ in lessons_named} == {chapter}


def test_sources_of_the_sayings():
    sources = rows.sources()
    assert sources["R10"] == {"A", "B", "E"}
    assert sources["R25"] == {"B", "D"}, "R25 is between R24 and R26"
    assert sources["R139"] == {"A"}
    assert set().union(*sources.values()) == set("ABCDE")
    assert set(sources) == {row.name for row in rows.course()}, "one of the texts speaks of each row"


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


def tag(path, *tags):
    """Give the code cells of a notebook one tag each."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell, name in zip(notebook["cells"][1:], tags, strict=True):
        cell["metadata"]["tags"] = [name]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


@pytest.fixture
def plan(tmp_path, monkeypatch):
    """A course of three chapters, one cut, one not, one not written; returns a run of rows.py."""
    names = {"96": "96_uncut", "97": "97_cut", "98": "98_later"}
    found = [("R1", "96"), ("R2", "96"), ("R3", "97"), ("R4", "97"), ("R5", "98")]
    found = [rows.Row(name, chapter, names[chapter], f"topic {name[1:]}") for name, chapter in found]
    monkeypatch.setattr(rows, "course", lambda: found)
    monkeypatch.setattr(lessons, "NOTEBOOKS", tmp_path)
    tag(make(tmp_path / "96_uncut.ipynb", "assert True", "x = 1"), "R1", "R2")
    tag(make(tmp_path / "97a_one.ipynb", "assert True", "x = 1", "assert 1"), "R3", "R4", "R3")
    run = SimpleNamespace(
        second=tag(make(tmp_path / "97b_two.ipynb", "assert 3", "x = 1", "assert 4"), "R3", "R4", "R5")
    )

    def call(*arguments):
        monkeypatch.setattr("sys.argv", ["rows.py", *arguments])
        rows.main()

    run.call = call
    return run


def test_rows(plan, capsys):
    plan.call()
    printed = capsys.readouterr().out
    assert "96_uncut: 1 of 2, in 96\n  R1    proved   topic 1: 96 a\n  R2    not yet  topic 2\n" in printed
    assert "97_cut: 1 of 2, in 97a, 97b\n  R3    proved   topic 3: 97a a, c; 97b a\n" in printed
    assert "98_later: 0 of 1, not written yet\n  R5    not yet  topic 5\n" in printed
    assert "2 of 5 rows are proved, in 3 lessons of 2 chapters.\n" in printed
    assert "97_cut is written but does not prove R4: topic 4" in printed
    assert "does not prove R2" not in printed, "a chapter that is not cut may lack a row"


def test_rows_check(plan, capsys):
    with pytest.raises(SystemExit) as stopped:
        plan.call("--check")
    assert stopped.value.code == 1
    plan.second.write_text(plan.second.read_text(encoding="utf-8").replace("x = 1", "assert 2"), encoding="utf-8")
    plan.call("--check")
    assert "3 of 5 rows are proved" in capsys.readouterr().out


def test_rows_check_waits_for_the_last_lesson_of_a_chapter_to_be_cut(plan):
    make(plan.second.parent / "97_cut.ipynb", "x = 1")
    plan.call("--check")
