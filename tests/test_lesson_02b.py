"""Lesson 02b as a reference: each entry is whole and is found, and its NumPy is Keras's, on other inputs too.

That links into it lead to entries is a rule for every lesson: `leads_to_entries` in document_checks.py.
"""

import ast
import copy
import re
from pathlib import Path

import document_checks
import lessons
import nbformat
import numpy as np
import pytest
import rows

from utils.exercises.lesson_02b import field_of_stack

NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks" / document_checks.VOCABULARY
COUNT = 25
MOST_LINES = 14
MOST_WORDS = 110


@pytest.fixture(scope="module")
def lesson():
    return nbformat.read(NOTEBOOK, as_version=4)


# ---- Entries ----


def entries(notebook):
    """The entries as (word, text, code cells)."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = re.match(r"(#{1,6}) (.+)\n", cell.source + "\n")
            if heading and heading[1] == "###":
                found.append((heading[2], cell.source, []))
            elif heading and found:
                found.append((None, "", []))
        elif found:
            found[-1][2].append(cell)
    return [entry for entry in found if entry[0]]


def problems(notebook):
    """What is wrong with the vocabulary as a reference, one sentence each."""
    found = entries(notebook)
    words = [word for word, _, _ in found]
    if len(set(words)) != COUNT or len(words) != COUNT:
        yield f"there are {len(words)} entries, {len(set(words))} of them different, not {COUNT}"
    for name in ("index", "open"):
        text = next((cell.source for cell in notebook.cells if cell.id == name), "")
        linked = re.findall(r"\[([^\]]+)\]\(#([^)]+)\)", text)
        if linked != [(word, word.replace(" ", "-")) for word in words]:
            yield f"cell {name} does not link each entry once, in order"
        for code in re.findall(r"^\|[^|]*\| *`([^`]+)`", text, re.MULTILINE):
            try:
                ast.parse(code)
            except SyntaxError:
                yield f"cell {name}: {code} is not Python"
    for word, text, cells in found:
        if word != word.lower():
            yield f"{word}: GitHub and JupyterLab have one anchor in common only for a heading in small letters"
        if "*Catch" not in text:
            yield f"{word}: it has no catch"
        if len(text.split()) > MOST_WORDS:
            yield f"{word}: {len(text.split())} words are no entry, but an essay"
        proofs = [cell for cell in cells if "R23" in rows.row_tags(cell) and rows.has_assertion(cell.source)]
        if len(proofs) != 1 or not re.search(r"assert (same\(|.+ == predicted)", proofs[0].source):
            yield f"{word}: not one cell that asserts that NumPy is the same as Keras"
        elif sum(bool(line.strip()) for line in proofs[0].source.splitlines()) > MOST_LINES:
            yield f"{word}: its cell is longer than {MOST_LINES} lines"


def test_every_entry_is_whole_and_is_found(lesson):
    assert not list(problems(lesson))
    assert document_checks.entries(NOTEBOOK) == [word.replace(" ", "-") for word, _, _ in entries(lesson)]


def becomes(name, old, new):
    """A fault: a piece of a cell's source is another one."""

    def change(notebook):
        cell = next(cell for cell in notebook.cells if cell.id == name)
        assert old in cell.source, f"cell {name} does not hold {old!r}"
        cell.source = cell.source.replace(old, new)

    return change


def loses(name):
    """A fault: a cell is gone."""

    def change(notebook):
        notebook.cells = [cell for cell in notebook.cells if cell.id != name]

    return change


def loses_its_tag(notebook):
    """A fault: the cell that proves an entry does not say so."""
    next(cell for cell in notebook.cells if cell.id == "stride-tested").metadata["tags"] = []


FAULTS = {
    "an entry is gone": (loses("stride"), "there are 24 entries"),
    "an entry twice": (becomes("stride", "### stride", "### padding"), "24 of them different"),
    "an entry that the index lacks": (becomes("index", ", [momentum](#momentum)", ""), "cell index"),
    "two entries that change places": (
        becomes("index", "[logits](#logits), [softmax](#softmax)", "[softmax](#softmax), [logits](#logits)"),
        "cell index",
    ),
    "a link of the index that leads to another": (becomes("index", "(#dropout)", "(#stride)"), "cell index"),
    "a line that is missing at the end": (becomes("open", "[gate](#gate)", "gate"), "cell open"),
    "a line that is not Python": (becomes("open", "`table[words]`", "`table of words`"), "is not Python"),
    "a heading in capitals": (becomes("dropout", "### dropout", "### Dropout"), "in small letters"),
    "no catch": (becomes("gate", "*Catch:*", "Note:"), "gate: it has no catch"),
    "an essay": (becomes("gate", "*Catch:*", "*Catch:*" + " word" * MOST_WORDS), "gate: 1"),
    "no assertion": (becomes("stride-tested", "assert same(", "print("), "stride: not one cell"),
    "no tag": (loses_its_tag, "stride: not one cell"),
    "no cell": (loses("softmax-tested"), "softmax: not one cell"),
    "a long cell": (becomes("stride-tested", "assert same(", "\n".join(["x = 1"] * 15) + "\nassert same("), "longer"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_damaged_entry_is_noticed(fault, lesson):
    change, message = FAULTS[fault]
    damaged = copy.deepcopy(lesson)
    change(damaged)
    assert message in "\n".join(problems(damaged))


def test_other_lessons_link_to_entries():
    linked = [path.name for path in lessons.lessons() if f"{document_checks.VOCABULARY}#" in path.read_text("utf-8")]
    assert linked, "no lesson uses the vocabulary"


# ---- Its NumPy against Keras, in bulk ----


@pytest.fixture(scope="module")
def numpy_of_the_lesson(lesson):
    """What the lesson defines of softmax, dropout and batch normalization."""
    names = {"np": np}
    for cell in lesson.cells:
        if cell.id in ("softmax-tested", "dropout-tested", "batch-norm-tested"):
            definitions = [node for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef)]
            exec(compile(ast.Module(definitions, []), f"cell {cell.id}", "exec"), names)
    return names


@pytest.mark.parametrize("seed", range(20))
def test_softmax_is_that_of_keras(seed, numpy_of_the_lesson):
    from keras import ops

    rng = np.random.default_rng(seed)
    scores = (rng.normal(size=rng.integers(2, 6, rng.integers(1, 4))) * 10.0 ** rng.integers(-2, 4)).astype("float32")
    ours = numpy_of_the_lesson["softmax"](scores)
    np.testing.assert_allclose(ours, ops.convert_to_numpy(ops.softmax(scores)), atol=1e-6)
    np.testing.assert_allclose(ours.sum(axis=-1), 1, atol=1e-6)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_batch_norm_is_that_of_keras(seed, training, numpy_of_the_lesson):
    from keras import layers, ops

    rng = np.random.default_rng(seed)
    x = rng.normal(rng.normal(), rng.uniform(0.1, 5), size=rng.integers(2, 9, 2)).astype("float32")
    layer = layers.BatchNormalization()
    layer.build(x.shape)
    weights = [rng.normal(size=x.shape[1]).astype("float32") for _ in range(3)] + [rng.uniform(0.1, 3, x.shape[1])]
    layer.set_weights(weights)
    ours = numpy_of_the_lesson["batch_norm"](x, *weights, training)
    np.testing.assert_allclose(ours, ops.convert_to_numpy(layer(x, training=training)), atol=1e-4)


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_dropout_keeps_the_expected_sum(rate, numpy_of_the_lesson):
    x = np.random.default_rng(0).uniform(1, 2, size=(300, 300))
    dropped = numpy_of_the_lesson["dropout"](x, rate, np.random.default_rng(1), True)
    kept = dropped != 0
    assert abs(kept.mean() - (1 - rate)) < 0.01
    np.testing.assert_allclose(dropped[kept], x[kept] / (1 - rate))
    assert abs(dropped.mean() / x.mean() - 1) < 0.03
    np.testing.assert_array_equal(numpy_of_the_lesson["dropout"](x, rate, np.random.default_rng(1), False), x)


@pytest.mark.parametrize("seed", range(12))
def test_the_field_of_a_stack_is_what_its_answer_reacts_to(seed):
    from keras import layers, ops

    rng = np.random.default_rng(seed)
    stack = [(int(rng.integers(2, 5)), int(rng.integers(1, 3))) for _ in range(rng.integers(1, 4))]
    field = field_of_stack(stack)
    signal = np.eye(field + 1)[:, :, None]  # one more than the first answer sees
    for size, stride in stack:
        signal = layers.Conv1D(1, size, strides=stride, use_bias=False, kernel_initializer="ones")(signal)
    seen = np.flatnonzero(ops.convert_to_numpy(signal)[:, 0, 0])
    assert seen.max() - seen.min() + 1 == field or max(stride for _, stride in stack) > 1
    assert seen.min() == 0 and seen.max() == field - 1
