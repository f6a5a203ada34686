"""The lessons and the other documents as documents: every rule of `document_checks.py` holds, and can fail."""

import json
from decimal import Decimal
from functools import cache
from types import SimpleNamespace

import document_checks
import lessons
import measured
import nbformat
import pytest
import rows
from document_checks import RULES, Lesson, broken_links, ignored_outputs
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbformat.warnings import DuplicateCellId

NOTEBOOKS = lessons.lessons()
DOCUMENTS = sorted(lessons.ROOT.glob("*.md"))
NAMES = [rule.__name__ for rule in RULES]


opened = cache(Lesson)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_lesson(rule, path):
    problems = list(rule(opened(path)))
    assert not problems, "\n".join([f"{path.stem}: {rule.__doc__}", *problems])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_of_document(path):
    problems = list(broken_links(path.read_text(encoding="utf-8"), path, lessons.ROOT))
    assert not problems, "\n".join([path.name, *problems])


def test_notebooks_are_those_of_the_plan():
    present = list(lessons.NOTEBOOKS.glob("*.ipynb"))
    assert present, "there is no lesson"
    assert sorted(present) == sorted(NOTEBOOKS), "a notebook's name is a chapter's number, a letter, and words"
    chapters = {row.chapter: row.title for row in rows.course()}
    strangers = {path.stem for path in NOTEBOOKS if lessons.chapter(path) not in chapters}
    assert not strangers, f"COURSE.md has no chapter of {strangers}"
    for path in NOTEBOOKS:
        assert lessons.is_cut(path) or path.stem == chapters[lessons.chapter(path)], f"{path.stem} needs a letter"


def test_what_is_still_to_be_cut_gets_less():
    start = {"00", "01", "04", "05", "09", "10", "13", "14", "15", "17", "19"}
    assert start >= document_checks.UNCUT, "a lesson that is new keeps the rules for lessons of one question"
    without_letter = {lessons.number(path) for path in NOTEBOOKS if not lessons.is_cut(path)}
    assert without_letter == document_checks.UNCUT, (
        "a chapter that is cut leaves the set, a notebook without a letter is in it"
    )


def test_ignored_outputs_are_in_use():
    in_use = {
        (lesson.number, cell.id)
        for lesson in map(opened, NOTEBOOKS)
        for cell in lesson.code
        if "nbval-ignore-output" in cell.metadata.get("tags", [])
    }
    assert in_use == ignored_outputs()


# The rules can fail: a small lesson that keeps all of them, and copies of it with one fault each.

ALT = "A line that rises from left to right."
PICTURE = f'<img alt="{ALT}" width="9" src="data:image/png;base64,iVBORw0KGgo=">'
FOLDED = lessons.COLLAPSED
STUBS = {"one": "def one(x):\n    # your code\n    ...", "two": "two = ...", "three": "three = ...  # a number"}


def good_lesson():
    """A lesson numbered 98a that keeps every rule."""
    text = "# A good lesson\n\nIt uses 1,797 images, and 30 % of the labels are wrong (Saxe et al. 2014)."
    often = (
        "> *Often said (A, B):* 99.9 % of it is data.\n\nMeasured: ≈0.983, and $p = 0.77$. See [the code](#in-code)."
    )
    stubs = {name: f'{stub}\n\n\ncheck("{name}", {name})' for name, stub in STUBS.items()}
    untouched = stdout("not attempted yet\n")
    images = "np.testing.assert_equal(1797, 1797)\n1797"
    code = [
        ("start", "from utils import runtime\n\nSEED = runtime.start_lesson(seed=98)", [], []),
        ("exercise-one", stubs["one"], [], untouched),
        ("worked-one", "one = abs", [], []),
        ("proof", 'share = 0.3\nassert share < 1\nprint(f"score ≈{0.98321:.3f}")', ["R901"], stdout("score ≈0.983\n")),
        ("images", images, ["R902"], [new_output("execute_result", {"text/plain": "1797"}, execution_count=5)]),
        ("figure", "plots.show(fig, alt=ALT)", [FOLDED], [new_output("display_data", {"text/html": PICTURE})]),
        ("exercise-two", stubs["two"], [], untouched),
        ("worked-two", "two = one(2)", [], []),
        ("exercise-three", stubs["three"], [], untouched),
    ]
    cells = [new_markdown_cell(text, id="title"), new_markdown_cell(often, id="often")]
    cells += [new_markdown_cell("## In code\n\n`share` is `0.3`; the output has `≈` before a number.", id="in-code")]
    for count, (name, source, tags, outputs) in enumerate(code, start=1):
        metadata = lessons.cell_metadata(tags)
        cells.append(new_code_cell(source, id=name, execution_count=count, metadata=metadata, outputs=outputs))
    for name in document_checks.SECTIONS:
        text = f"## {name}\n\nShannon, 1948: 2.58 bits." if name == "Go further" else f"## {name}\n\n- This."
        place = len(cells) - 1 if name == "Exercises" else len(cells)
        cells.insert(place, new_markdown_cell(text, id=lessons.slug(name)))
    metadata = {"number": "98a", "title": "A good lesson", "rows": ["R901", "R902"], "minutes_read": 2}
    return new_notebook(
        cells=cells, metadata=lessons.normal_metadata({"lesson": metadata | {"knobs": {"share": [0.2]}}})
    )


def stdout(text):
    """A cell's outputs: one printed text."""
    return [new_output("stream", name="stdout", text=text)]


BANDS = {"proof": [(Decimal("0.970"), Decimal("0.990"))]}


@pytest.fixture
def judge(tmp_path, monkeypatch):
    """Returns what turns a notebook, or the text of its file, into {name of a broken rule: complaints}.

    What is given besides becomes its band file: the bands of its cells, the lesson's number, the digest of its code.
    """
    plan = [rows.Row("R901", "98", "98_good", "one"), rows.Row("R902", "98", "98_good", "two")]
    monkeypatch.setattr(rows, "course", lambda: plan)
    monkeypatch.setattr(rows, "sources", lambda: {"R901": {"A", "B"}, "R902": {"C"}, "R7": {"D"}})
    exercises = [SimpleNamespace(name=name, stub=stub) for name, stub in STUBS.items()]
    monkeypatch.setattr(document_checks, "exercises_of", lambda lesson: exercises)

    words = new_notebook(cells=[new_markdown_cell("# Words\n\n## Training\n\n### weight decay\n\nOf weights.")])
    nbformat.write(words, tmp_path / document_checks.VOCABULARY)

    def judge(notebook, cells=BANDS, number="98a", code=None):
        path = tmp_path / "98a_good.ipynb"
        text = notebook if isinstance(notebook, str) else nbformat.writes(notebook).rstrip("\n") + "\n"
        path.write_text(text, encoding="utf-8")
        lesson = Lesson(path, root=tmp_path)
        if cells is not None:
            bands = measured.file_of("98a", tmp_path)
            measured.write(bands, number, code or lessons.digest(lesson.notebook), ["own", "jax"], cells)
        found = {rule.__name__: list(rule(lesson)) for rule in RULES}
        return {name: problems for name, problems in found.items() if problems}

    return judge


def test_good_lesson_keeps_all_rules(judge):
    assert judge(good_lesson()) == {}


def cell_of(notebook, name):
    """The cell with an id."""
    return next(cell for cell in notebook.cells if cell.id == name)


def says(name, text):
    """A fault: text is added to a cell's source."""

    def change(notebook):
        cell_of(notebook, name).source += text

    return change


def prints(text):
    """A fault: a cell shows a text."""

    def change(notebook):
        cell_of(notebook, "images").outputs += stdout(text)

    return change


def becomes(name, **values):
    """A fault: fields of a cell are other ones."""

    def change(notebook):
        cell_of(notebook, name).update(nbformat.from_dict(values))

    return change


def shows(name, data):
    """A fault: a cell displays a bundle."""

    def change(notebook):
        cell_of(notebook, name).outputs.append(new_output("display_data", data))

    return change


def is_told(**values):
    """A fault: the metadata of the lesson is another one."""

    def change(notebook):
        notebook.metadata.lesson.update(values)

    return change


def forgets(row):
    """A fault: a row is neither in the metadata nor a tag."""

    def change(notebook):
        notebook.metadata.lesson["rows"].remove(row)
        for cell in notebook.cells:
            cell.metadata["tags"] = [tag for tag in cell.metadata.get("tags", []) if tag != row]

    return change


def starts_with(text):
    """A fault: the first code cell is another one."""
    return becomes("start", source=text)


def recounted(notebook):
    """Set the counts of a notebook's code cells in order."""
    for count, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), start=1):
        cell.execution_count = count
        for output in [output for output in cell.outputs if output.output_type == "execute_result"]:
            output.execution_count = count


def drops(name):
    """A fault: a cell is gone; the counts stay in order."""

    def change(notebook):
        notebook.cells.remove(cell_of(notebook, name))
        recounted(notebook)

    return change


def moves(*names, to):
    """A fault: cells stand elsewhere, the first of them before what was at the place."""

    def change(notebook):
        before = notebook.cells[to]
        moved = [cell_of(notebook, name) for name in names]
        rest = [cell for cell in notebook.cells if cell not in moved]
        place = rest.index(before)
        notebook.cells = rest[:place] + moved + rest[place:]
        recounted(notebook)

    return change


def takes_an_hour(notebook):
    """A fault: many words, and minutes that are true."""
    says("title", " word" * 12_000)(notebook)
    is_told(minutes_read=lessons.minutes(notebook))(notebook)


def closes_in_the_midst_of_a_cell(notebook):
    """A fault: the heading of the closing exercises does not open its cell; minutes and worked versions are right."""
    becomes("exercises", source="Some more.\n\n## Exercises")(notebook)
    notebook.cells.insert(-2, new_code_cell("three = 3", id="worked-three"))
    recounted(notebook)
    is_told(minutes_read=lessons.minutes(notebook))(notebook)


def turns_what_a_function_binds(notebook):
    """A fault: a knob is the name of a variable in a function."""
    says("figure", "\ndef draw():\n    inner = 1")(notebook)
    is_told(knobs={"inner": [2]})(notebook)


def with_widget_state(notebook):
    """A fault: the metadata holds widgets."""
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}


def with_picture(alt):
    """A fault: a figure with another alt attribute."""
    return shows("figure", {"text/html": PICTURE.replace(f'alt="{ALT}" ', alt)})


EXPERIMENT = """
shift, table, again = 1, [1, 2], 3


def moved(x):
    return x + shift


def draw(figure, step):
    table = {again: len(figure) for again in range(step)}
    return moved(table)


functions = {"draw": draw, "same": lambda figure, again: again}
experiment = interact.experiment(functions["draw"], {"step": 1})
"""
WIDGET_VIEW = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "live"}
ERROR = [new_output("error", ename="ValueError", evalue="no", traceback=["no"])]

# What is done to the good lesson, the rule that must notice, and a part of what it must say.
FAULTS = {
    "an old format": (lambda notebook: notebook.update(nbformat_minor=4), "has_valid_format", "4.5"),
    "a file of 2 MB": (shows("figure", {"text/html": "<p>" + "x" * 2_000_000 + "</p>"}), "is_small", "bytes"),
    "another number": (is_told(number="97"), "has_metadata", "'97'"),
    "no title": (is_told(title=""), "has_metadata", "title"),
    "no minutes": (is_told(minutes_read=None), "has_metadata", "minutes_read"),
    "a Python version": (
        lambda notebook: notebook.metadata.language_info.update(version="3.11.7"),
        "has_metadata",
        "language_info",
    ),
    "widget state": (with_widget_state, "has_no_widget_state", "state"),
    "a widget view": (shows("figure", WIDGET_VIEW), "has_no_widget_state", "figure"),
    "no count": (becomes("proof", execution_count=None), "was_executed", "proof"),
    "a count twice": (becomes("proof", execution_count=1), "was_executed", "proof"),
    "an error": (becomes("proof", outputs=[*stdout("≈0.983"), *ERROR]), "has_no_errors", "proof"),
    "stderr": (
        becomes("start", outputs=[new_output("stream", name="stderr", text="warning")]),
        "has_no_errors",
        "start",
    ),
    "a carriage return": (prints("1\r2\n"), "has_plain_text", "images"),
    "a terminal color": (prints("\x1b[31mred\n"), "has_plain_text", "images"),
    "a home folder": (prints("/home/ada/course\n"), "has_no_machine_path", "/home/ada"),
    "a Windows path": (prints("C:\\Users\\ada\n"), "has_no_machine_path", "C:"),
    "a path in the code": (says("start", '\nopen("/tmp/data.npz")'), "has_no_machine_path", "start"),
    "a memory address": (prints("<object object at 0x7f12ab34cd56>\n"), "has_no_memory_address", "0x7f12"),
    "no alt attribute": (with_picture(""), "has_alt_texts", "figure"),
    "an empty alt text": (with_picture('alt="" '), "has_alt_texts", "figure"),
    "an alt text that is no sentence": (
        with_picture('alt="training_curves_of_the_network" '),
        "has_alt_texts",
        "curves",
    ),
    "a picture of its own": (shows("figure", {"image/png": "iVBORw0KGgo="}), "has_alt_texts", "plots.show"),
    "a picture in the prose": (says("often", "\n\n![](98a_good.ipynb)"), "has_alt_texts", "often"),
    "a link to no file": (says("often", " See [this](97_gone.ipynb)."), "has_working_links", "97_gone"),
    "a link to no heading": (says("often", " See [this](98a_good.ipynb#gone)."), "has_working_links", "gone"),
    "a link to a heading of the vocabulary that is no entry": (
        says("often", " See [this](02b_vocabulary.ipynb#training)."),
        "leads_to_entries",
        "#training",
    ),
    "a link to an entry in capitals": (
        says("often", " See [this](02b_vocabulary.ipynb#Weight-decay)."),
        "leads_to_entries",
        "#Weight-decay",
    ),
    "a mail address by chance": (says("often", " Ask ada@example.org."), "has_working_links", "ada@example.org"),
    "a link out of the project": (says("often", " See [this](../../x.md)."), "has_working_links", "leaves"),
    "a row forgotten in the metadata": (is_told(rows=["R901"]), "has_its_rows", "cell images is tagged R902"),
    "a row that the chapter lacks": (
        forgets("R902"),
        "has_its_rows",
        "no lesson of chapter 98 has the row R902",
    ),
    "a row of another chapter in the metadata": (is_told(rows=["R901", "R902", "R7"]), "has_its_rows", "row R7 is not"),
    "rows out of order": (is_told(rows=["R902", "R901"]), "has_its_rows", "order"),
    "a row without a cell": (becomes("images", metadata={}), "has_its_rows", "R902"),
    "a row of another lesson": (becomes("images", metadata={"tags": ["R902", "R7"]}), "has_its_rows", "R7"),
    "a row without an assertion": (becomes("images", source="1797"), "proves_its_rows", "images"),
    "an assertion in a comment": (becomes("images", source="1797  # assert 1"), "proves_its_rows", "images"),
    "a row of a Markdown cell": (becomes("often", metadata={"tags": ["R901"]}), "proves_its_rows", "often"),
    "an ignored output": (
        becomes("figure", metadata=lessons.cell_metadata(["nbval-ignore-output", FOLDED])),
        "compares_all_outputs",
        "figure",
    ),
    "a skipped cell": (
        becomes("figure", metadata=lessons.cell_metadata(["nbval-skip", FOLDED])),
        "compares_all_outputs",
        "figure",
    ),
    "an ignored output by a comment": (says("figure", "\n# NBVAL_IGNORE_OUTPUT"), "compares_all_outputs", "figure"),
    "≈ before a word in an output": (prints("≈harmful\n"), "marks_measured_numbers", "images"),
    "≈ before a space in an output": (prints("≈ 0.5\n"), "marks_measured_numbers", "images"),
    "≈ before a word in an alt text": (
        shows("figure", {"text/html": PICTURE.replace("A line", "A line ≈that")}),
        "marks_measured_numbers",
        "figure",
    ),
    "≈ before a word in the prose": (says("often", " It is ≈half."), "marks_measured_numbers", "often"),
    "a measured constant": (says("figure", '\nprint("score ≈0.983")'), "computes_measured_numbers", "figure"),
    "a measured number without a band": (prints("≈7\n"), "has_its_bands", "measured numbers: 1, bands: 0"),
    "a measured number with other digits": (says("often", " Also ≈0.98."), "has_true_numbers", "≈0.98 "),
    "a measured number without ≈": (says("often", " That is 0.983."), "has_true_numbers", "0.983"),
    "a decimal from nowhere": (says("often", " That is 0.25."), "has_true_numbers", "0.25"),
    "a decimal in inline code": (says("often", " Set `rate=0.25`."), "has_true_numbers", "0.25"),
    "a decimal before a letter": (says("often", " It is 2.5x faster."), "has_true_numbers", "2.5"),
    "a power from nowhere": (says("often", " Below 1e-7."), "has_true_numbers", "1e-7"),
    "a percentage from nowhere": (says("often", " It is 31 %."), "has_true_numbers", "31 %"),
    "a large number from nowhere": (says("often", " With 1,796 images."), "has_true_numbers", "1,796"),
    "a year that is a number": (says("often", " With 2000 images."), "has_true_numbers", "2000"),
    "a magic": (says("figure", "\n%matplotlib inline"), "has_parsing_code", "figure"),
    "a shell line": (says("figure", "\n!ls"), "has_parsing_code", "figure"),
    "no start": (starts_with("import numpy as np"), "starts_properly", "start_lesson"),
    "sys.path": (says("figure", '\nimport sys\nsys.path.append("..")'), "stays_neutral", "sys.path"),
    "the backend's name": (says("figure", "\nkeras.backend.backend()"), "stays_neutral", "figure"),
    "a test for the backend": (says("figure", '\nif backend == "jax":\n    pass'), "stays_neutral", "backends"),
    "pyplot": (says("figure", "\nimport matplotlib.pyplot as plt"), "stays_neutral", "pyplot"),
    "a call of plt": (says("figure", "\nplt.plot([1])"), "stays_neutral", "pyplot"),
    "a network module": (says("figure", "\nimport urllib.request"), "stays_offline", "urllib"),
    "a data set of Keras": (says("figure", "\nfrom keras.datasets import mnist"), "stays_offline", "keras.datasets"),
    "a data set of scikit-learn": (says("figure", '\nfetch_openml("mnist_784")'), "stays_offline", "fetch_openml"),
    "a name of an experiment bound anew": (
        says("figure", f"\n{EXPERIMENT}\nfor shift in range(3):\n    pass"),
        "keeps_its_experiments",
        "cell figure binds shift anew",
    ),
    "a knob that is not assigned": (is_told(knobs={"RUNS": [3]}), "has_turnable_knobs", "RUNS is assigned 0 times"),
    "a knob without values": (is_told(knobs={"share": []}), "has_turnable_knobs", "no list of values"),
    "a knob that is assigned twice": (says("figure", "\nshare = 0.4"), "has_turnable_knobs", "share is assigned 2"),
    "an allowance for nothing": (is_told(other_numbers=["5 by 5"]), "has_turnable_knobs", "'5 by 5'"),
    "two titles": (says("often", "\n\n# Another"), "has_its_sections", "2 titles"),
    "another title": (is_told(title="Overfitting"), "has_its_sections", "Overfitting"),
    "no section of claims": (drops("what-you-can-now-say"), "has_its_sections", "What you can now say"),
    "a heading two levels down": (says("often", "\n\n### Deep"), "has_its_sections", "Deep"),
    "another stub": (says("exercise-two", "  # done"), "has_its_exercises", "two"),
    "a stub without its comment": (
        becomes("exercise-three", source='three = ...\n\n\ncheck("three", three)'),
        "has_its_exercises",
        "three",
    ),
    "an exercise that is not defined": (says("figure", '\ncheck("four", 4)'), "has_its_exercises", "four"),
    "an exercise that is not set": (drops("exercise-two"), "has_its_exercises", "two"),
    "other minutes": (is_told(minutes_read=3), "is_read_in_time", "is 3, and by the formula it is 2"),
    "an hour": (takes_an_hour, "is_read_in_time", "62 minutes to read, more than 40"),
    "a late first exercise": (moves("exercise-one", "worked-one", to=11), "asks_early", "cell 8 of 15"),
    "few exercises in the flow": (moves("exercise-two", to=13), "asks_early", "1 of 3"),
    "closing exercises under no heading": (closes_in_the_midst_of_a_cell, "asks_early", "no cell opens"),
    "an exercise that the lesson waits for": (drops("worked-two"), "goes_on_by_itself", "defines two"),
    "a worked version of another name": (
        becomes("worked-one", source="other = abs"),
        "goes_on_by_itself",
        "defines one",
    ),
    "nothing to see": (becomes("figure", outputs=[]), "pays_early", "first ten"),
    "a saying of nobody": (says("often", "\n\n> *Often said:* so."), "names_who_says_it", "'Often said:' is neither"),
    "a saying of a text that is silent": (says("often", "\n\n> *Often said (D):* so."), "names_who_says_it", "text D"),
    "one text of three that is silent": (
        says("often", "\n\n>*Often said (A, D, C):* so."),
        "names_who_says_it",
        "text D",
    ),
    "common knowledge with a letter": (says("often", "\n\n> *Commonly said (A):* so."), "names_who_says_it", "(A)"),
    "letters without a comma": (says("often", "\n\n> *Often said (A C):* so."), "names_who_says_it", "(A C)"),
    "a folded cell without the tag": (
        becomes("figure", metadata={"jupyter": {"source_hidden": True}}),
        "stores_folded_cells",
        "figure",
    ),
    "a tag without a folded cell": (becomes("figure", metadata={"tags": [FOLDED]}), "stores_folded_cells", "figure"),
    "a figure's code on the page": (becomes("figure", metadata={}), "folds_what_only_draws", "cell figure only draws"),
    "a knob that is assigned in a function": (turns_what_a_function_binds, "has_turnable_knobs", "inner is assigned"),
    "a knob with one value": (is_told(knobs={"share": 0.2}), "has_turnable_knobs", "no list of values"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_rule_notices(fault, judge):
    change, rule, message = FAULTS[fault]
    notebook = good_lesson()
    change(notebook)
    found = judge(notebook)
    assert list(found) == [rule], f"{fault} was noticed by {found}, not by {rule} alone"
    assert message in "\n".join(found[rule])


def test_rule_notices_a_cell_id_of_two_cells(judge):
    with pytest.warns(DuplicateCellId):
        found = judge(nbformat.writes(good_lesson()).replace('"id": "often"', '"id": "title"') + "\n")
    assert list(found) == ["has_valid_format"]
    assert "title" in found["has_valid_format"][0]


def test_rule_notices_another_layout_of_the_file(judge):
    found = judge(json.dumps(good_lesson(), indent=2))
    assert list(found) == ["has_valid_format"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"cells": {"proof": [(Decimal("0.5"), Decimal("0.6"))]}}, "≈0.983 lies outside 0.5 … 0.6, where 2 runs lie"),
        ({"cells": {}}, "measured numbers: 1, bands: 0 – 98a, cell proof"),
        ({"cells": {"proof": BANDS["proof"] * 2}}, "measured numbers: 1, bands: 2 – 98a, cell proof"),
        ({"cells": BANDS | {"gone": [None]}}, "there are bands for cell gone, which 98a does not have"),
        ({"cells": None}, "98a has no bands: make bands LESSON=98a"),
        ({"number": "97"}, "tests/bands/98a.json holds the bands of 97, not of 98a: make bands LESSON=98a"),
        ({"code": "0" * 16}, "the bands of 98a were measured on other code than it has now: make bands LESSON=98a"),
    ],
)
def test_rule_notices_wrong_bands(wrong, message, judge):
    found = judge(good_lesson(), **wrong)
    assert list(found) == ["has_its_bands"]
    assert message in found["has_its_bands"][0]


def test_ignored_outputs_need_no_bands(judge):
    notebook = good_lesson()
    becomes("images", metadata={"tags": ["R902", "nbval-ignore-output"]}, outputs=stdout("≈7\n"))(notebook)
    assert list(judge(notebook)) == ["compares_all_outputs"]


def test_lessons_that_wait_for_bands_have_none():
    assert not [number for number in sorted(measured.WAITING) if measured.file_of(number).exists()]


def test_every_rule_is_seen_to_fail():
    assert {rule for _, rule, _ in FAULTS.values()} == set(NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "The score is ≈0.983, and 0.3 of 1797 is `0.30`.",
        "See [weight decay](02b_vocabulary.ipynb#weight-decay), [all](02b_vocabulary.ipynb), [here](#in-code).",
        "Of 1,797 images, 30 % or 30%.",
        "Saxe et al. (2014), Fukumizu & Amari 2000, (LeCun, 1998), the rule (1958), the 1950s.",
        "Keras 3.15.1 and 64-bit numbers, 12 or 999 of them.",
        "$0.77$ and $$x = 0.123$$ and [a paper](https://example.org/1.2345).",
        "> *Often said (A):* 98 % of 1,000,000 dollars.",
        "> *Commonly said:* 97 % of 1,000,000 dollars.",
    ],
)
def test_true_numbers(text, judge):
    notebook = good_lesson()
    cell_of(notebook, "often").source += "\n\n" + text
    assert judge(notebook) == {}


def test_numbers_after_go_further_count_again(judge):
    notebook = good_lesson()
    notebook.cells.append(new_markdown_cell("## Later\n\nThat is 0.25.", id="later"))
    assert list(judge(notebook)) == ["has_true_numbers"]


def test_the_lessons_of_a_chapter_share_its_rows(judge, tmp_path):
    first, second = good_lesson(), good_lesson()
    forgets("R902")(first)
    second.metadata.lesson["rows"] = ["R902"]
    nbformat.write(second, tmp_path / "98b_other.ipynb")
    assert judge(first) == {}
    second.metadata.lesson["rows"] = ["R901"]
    nbformat.write(second, tmp_path / "98b_other.ipynb")
    assert judge(first) == {"has_its_rows": ["no lesson of chapter 98 has the row R902"]}
    nbformat.write(second, tmp_path / "98_uncut.ipynb")
    assert judge(first) == {}, "what is still to be cut may hold it"


def test_uncut_lessons_keep_the_old_rules(judge, monkeypatch):
    notebook = good_lesson()
    for change in (is_told(minutes_read=60), drops("worked-two"), says("often", "\n\n> *Often said:* so.")):
        change(notebook)
    assert list(judge(notebook)) == ["is_read_in_time", "goes_on_by_itself", "names_who_says_it"]
    monkeypatch.setattr(document_checks, "UNCUT", {"98a"})
    assert judge(notebook) == {}


@pytest.mark.parametrize(
    ("code", "later", "draws_only"),
    [
        ("plots.show(fig)", "fig = 1\nplots.show(fig)", True),
        ("curve = 1", "x = curve", False),
        ("curve = 1", "curve += 1", False),
        ("curve = 1", "curve = curve + 1", False),
        ("curve = 1", "curve = 2\nx = curve", True),
        ("curve = 1", "def f():\n    return curve", False),
        ("curve = 1", "def f(curve):\n    return curve", True),
        ("curve = 1", "x = [curve for _ in y]", False),
        ("curve = 1", "x = [curve for curve in y]", True),
        ("curve = 1", "for x in y:\n    curve = x\n    print(curve)", True),
        ("curve = 1", "for x in y:\n    print(curve)", False),
        ("curve = 1", "for curve in y:\n    print(curve)", True),
        ("curve = 1", "if curve:\n    pass", False),
        ("curve = 1", "with curve:\n    pass", False),
        ("curve = 1", "try:\n    pass\nexcept E:\n    print(curve)", False),
        ("import curve", "curve.x", False),
        ("def curve():\n    pass", "print(curve())", False),
        ("fig, axes = figure()\nassert axes", "", False),
    ],
)
def test_what_only_draws(code, later, draws_only, judge):
    notebook = good_lesson()
    becomes("figure", source=code, metadata={})(notebook)
    becomes("worked-two", source="two = 2\n" + later)(notebook)
    is_told(minutes_read=lessons.minutes(notebook))(notebook)
    assert list(judge(notebook)) == (["folds_what_only_draws"] if draws_only else [])


def test_an_experiment_without_a_picture_is_folded_too(judge):
    notebook = good_lesson()
    becomes("figure", source="interact.experiment(print, {})", metadata={}, outputs=[])(notebook)
    becomes("exercise-one", outputs=stdout("one: 20 epochs\nnot attempted yet\n"))(notebook)
    assert list(judge(notebook)) == ["folds_what_only_draws"]


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("plain network: 20 epochs", True),
        ("x: 1 epoch", True),
        ("with early stopping: ≈37 of at most 200 epochs", True),
        ("five networks: 20 of 20", True),
        ("five networks: 12 of 20", False),
        ("an epoch", False),
    ],
)
def test_the_line_of_a_training_is_something_to_see(line, counts, judge):
    notebook = good_lesson()
    becomes("figure", outputs=stdout(line + "\n"))(notebook)
    cells = BANDS | {"figure": [(37, 37)] * line.count("≈")}
    assert list(judge(notebook, cells=cells)) == ([] if counts else ["pays_early"])


def test_only_the_first_ten_cells_pay_early(judge):
    notebook = good_lesson()
    for count in range(5):
        notebook.cells.insert(6, new_code_cell("0", id=f"more-{count}"))
    recounted(notebook)
    is_told(minutes_read=lessons.minutes(notebook))(notebook)
    assert list(judge(notebook)) == ["pays_early"]
