"""The exercises of lesson 02b, Twenty-five words."""

import numpy as np

from utils.exercises.engine import Exercise, call, expect, expect_array, expect_close, expect_number

# ---- Softmax ----


def softmax(scores):
    """Each row's scores as shares of the row."""
    powers = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def check_softmax_rows(answer):
    scores = np.random.default_rng(0).normal(size=(4, 3))
    with np.errstate(all="ignore"):
        result = np.asarray(expect_array(call(answer, scores), (4, 3), "the result for scores of shape (4, 3)"))
        powers = np.exp(scores)
        expect(
            not np.allclose(result, powers / powers.sum(), atol=1e-4),
            "All shares together sum to 1. Each row should: over which axis do you sum, and does it keep its place?",
        )
        expect(
            not np.allclose(result, powers / powers.sum(axis=0), atol=1e-4),
            "Each column sums to 1. An example is a row, so each row should.",
        )
        expect(
            not np.allclose(result, scores / scores.sum(axis=-1, keepdims=True), atol=1e-4),
            "That divides the scores themselves: take e to their power first.",
        )
        expect(
            not np.allclose(result, np.log(softmax(scores)), atol=1e-4),
            "Those are the logarithms of the shares.",
        )
        expect_close(result, softmax(scores), "the result for small scores", hint="Powers of e, over their sum.")
        for large in (np.array([[1000.0, 999.0]]), np.array([[-1000.0, -1001.0]])):
            result = np.asarray(call(answer, large), dtype=float)
            expect(
                np.isfinite(result).all(),
                "For scores of 1000, or of -1000, some share is not a number. Which number may be added to a whole row "
                "without changing its shares?",
            )
            expect_close(result, softmax(large), "the result for scores of 1000 and -1000")
    apart = np.array([[0.0, 1.0], [900.0, 901.0], [-900.0, -901.0]])
    with np.errstate(all="ignore"):
        result = np.asarray(call(answer, apart.copy()), dtype=float)
    expect(
        np.isfinite(result).all() and np.allclose(result.sum(axis=-1), 1, atol=1e-4),
        "Where one row is far above another, some shares are lost. Is one number taken off all rows? Each row has a "
        "greatest score of its own.",
    )
    expect_close(result, softmax(apart), "the result for rows far apart")


# ---- Dropout ----


def dropout(x, rate, rng, training):
    """In training a share of x is dropped and the rest scaled; afterwards nothing happens."""
    kept = rng.random(np.shape(x)) >= rate
    return x * kept / (1 - rate) if training else x


def check_dropout_both(answer):
    x = np.full((200, 50), 3.0)
    result = expect_array(call(answer, x, 0.2, np.random.default_rng(1), False), x.shape, "the result after training")
    expect(
        not np.allclose(result, 3 * 0.8, atol=1e-4),
        "After training the numbers are scaled down. That is how dropout was first described; Keras scales in "
        "training, so that nothing is left to do afterwards.",
    )
    expect((np.asarray(result) != 0).all(), "After training, numbers are still dropped. What does `training` say?")
    expect_close(result, x, "the result after training", hint="After training dropout hands x on as it is.")
    result = np.asarray(
        expect_array(call(answer, x, 0.2, np.random.default_rng(1), True), x.shape, "the result in training"), float
    )
    dropped = np.mean(result == 0)
    expect(dropped > 0, "In training no number became zero. Are the cases of `training` the wrong way round?")
    expect(not 0.75 < dropped < 0.85, "The rate is the share that is dropped; here it is the share that is kept.")
    expect(0.17 < dropped < 0.23, f"With rate 0.2 about a fifth becomes zero, and here it is {dropped:.2f} of all.")
    rest = result[result != 0]
    expect(
        not np.allclose(rest, 3, atol=1e-4),
        "What is kept stays as it is, so the sum shrinks by the rate. What makes up for it?",
    )
    expect(
        not np.allclose(rest, 3 / 0.2, atol=1e-3),
        "What is kept is divided by the share that was dropped. Which share is left?",
    )
    expect(
        not np.allclose(rest, 3 * 0.8, atol=1e-4), "What is kept becomes smaller; to make up for a loss it has to grow."
    )
    expect_close(
        rest, np.full(rest.shape, 3 / 0.8), "what is kept", hint="The expected sum should be what it was before."
    )
    other = np.random.default_rng(2).normal(size=(40, 50))
    result = np.asarray(call(answer, other, 0.5, np.random.default_rng(3), True), float)
    expect_close(result[result != 0], 2 * other[result != 0], "what is kept at rate 0.5")
    expect(0.4 < np.mean(result == 0) < 0.6, "At rate 0.5 about a half should become zero.")
    expect(
        not (result == 0).all(axis=0).any() and not (result == 0).all(axis=1).any(),
        "Whole rows or columns are dropped together; each number is dropped by itself.",
    )


# ---- Batch normalization ----


def batch_norm(x, gamma, beta, stored_mean, stored_variance, training):
    """Normalized by the batch's statistics in training, by the stored ones afterwards."""
    mean, variance = (x.mean(axis=0), x.var(axis=0)) if training else (stored_mean, stored_variance)
    return (x - mean) / np.sqrt(variance + 0.001) * gamma + beta


def check_batch_norm_both(answer):
    rng = np.random.default_rng(4)
    x = rng.normal(3.0, 2.0, size=(6, 4))
    gamma, beta, mean = rng.normal(1.0, 0.4, 4), rng.normal(size=4), rng.normal(size=4)
    variance = rng.uniform(0.02, 0.4, 4)
    learned = (x, gamma, beta, mean, variance)
    trained = np.asarray(expect_array(call(answer, *learned, True), x.shape, "the result in training"), float)
    stored = np.asarray(expect_array(call(answer, *learned, False), x.shape, "the result after training"), float)
    own, kept = batch_norm(*learned, True), batch_norm(*learned, False)
    expect(
        not (np.allclose(trained, kept, atol=1e-4) and np.allclose(stored, own, atol=1e-4)),
        "The two cases are the wrong way round: in training the batch's own statistics are used.",
    )
    expect(
        not (np.allclose(trained, own, atol=1e-4) and np.allclose(stored, own, atol=1e-4)),
        "Afterwards the batch's own statistics are used still. What are the stored ones for?",
    )
    expect(
        not (np.allclose(trained, kept, atol=1e-4) and np.allclose(stored, kept, atol=1e-4)),
        "In training the stored statistics are used already; there the batch's own are.",
    )

    def normalized(spread, scale=gamma, shift=beta, center=None):
        return (x - (x.mean(axis=0) if center is None else center)) / spread * scale + shift

    root = np.sqrt(x.var(axis=0) + 0.001)
    rows = normalized(np.sqrt(x.var(axis=1, keepdims=True) + 0.001), center=x.mean(axis=1, keepdims=True))
    hints = {
        "Each unit has a mean of its own, taken over the examples. Over which axis is yours?": [
            rows,
            normalized(np.sqrt(x.var() + 0.001), center=x.mean()),
        ],
        "That divides by the variance; its root is the spread.": [normalized(x.var(axis=0) + 0.001)],
        "Gamma and beta are missing: they scale and shift what was normalized.": [normalized(root, 1, 0)],
        "Beta is missing, which shifts at the end.": [normalized(root, gamma, 0)],
        "Gamma is missing, which scales what was normalized.": [normalized(root, 1)],
        "Gamma scales the normalized number before beta is added, not afterwards.": [(normalized(root, 1)) * gamma],
        "Almost: the variance is the mean of the squares, divided by the number of examples, not by one fewer.": [
            normalized(np.sqrt(x.var(axis=0, ddof=1) + 0.001))
        ],
    }
    for text, mistakes in hints.items():
        expect(not any(np.allclose(trained, wrong, atol=1e-4) for wrong in mistakes), text)
    late = {
        "After training: is what is stored a variance, of which the root is still to be taken?": [
            (x - mean) / (variance + 0.001) * gamma + beta,
            (x - mean) / variance * gamma + beta,
        ],
        "After training 0.001 is missing under the root: Keras adds it to the stored variance too.": [
            (x - mean) / np.sqrt(variance) * gamma + beta
        ],
        "The 0.001 goes to the variance, under the root.": [(x - mean) / (np.sqrt(variance) + 0.001) * gamma + beta],
    }
    for text, mistakes in late.items():
        expect(not any(np.allclose(stored, wrong, atol=1e-4) for wrong in mistakes), text)
    expect_close(trained, own, "the result in training", 1e-5, hint="Is 0.001 added to the variance, under the root?")
    expect_close(stored, kept, "the result after training", 1e-5, hint="Stored mean, stored variance, gamma, beta.")
    flat = np.full((5, 4), 2.0)
    with np.errstate(all="ignore"):
        result = np.asarray(call(answer, flat, gamma, beta, mean, variance, True), float)
    expect(
        np.isfinite(result).all() and np.allclose(result, beta, atol=1e-3),
        "Where a unit says the same of all examples, its variance is 0, and the result should be beta: 0.001 is added "
        "to the variance before the root is taken.",
    )


# ---- Layer normalization ----


def layer_norm(x, gamma, beta):
    """Each example normalized over its own units."""
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + 0.001) * gamma + beta


def check_layer_norm(answer):
    rng = np.random.default_rng(5)
    x = rng.normal(3.0, 0.4, size=(4, 4))
    gamma, beta = rng.normal(1.0, 0.4, 4), rng.normal(size=4)
    result = np.asarray(expect_array(call(answer, x, gamma, beta), x.shape, "the result for x of shape (4, 4)"), float)
    mean, variance = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    hints = {
        "That is batch normalization: the mean is taken over the examples. Here it is taken over an example's units.": (
            batch_norm(x, gamma, beta, 0, 0, True)
        ),
        "The mean of a row is taken off a column: keep the axis (`keepdims`), or it is broadcast along the other.": (
            (x - x.mean(axis=1)) / np.sqrt(x.var(axis=1) + 0.001) * gamma + beta
        ),
        "Gamma and beta are missing.": (x - mean) / np.sqrt(variance + 0.001),
        "That divides by the variance; take its root.": (x - mean) / (variance + 0.001) * gamma + beta,
        "The 0.001 is missing, or stands outside of the root.": (x - mean) / np.sqrt(variance) * gamma + beta,
        "The 0.001 is to be added to the variance, under the root.": (
            (x - mean) / (np.sqrt(variance) + 0.001) * gamma + beta
        ),
        "Almost: the variance divides by the number of units, not by one fewer.": (
            (x - mean) / np.sqrt(x.var(axis=1, ddof=1, keepdims=True) + 0.001) * gamma + beta
        ),
    }
    for text, wrong in hints.items():
        expect(not np.allclose(result, wrong, atol=1e-5), text)
    expect_close(result, layer_norm(x, gamma, beta), "the result", 1e-5, hint="One mean and one variance for each row.")
    x = rng.normal(size=(3, 4)) * 20
    expect_close(call(answer, x, gamma, beta), layer_norm(x, gamma, beta), "the result for three rows", 1e-5)


# ---- The receptive field of a stack ----


def field_of_stack(stack):
    """How many pixels along one axis an answer sees."""
    field, step = 1, 1
    for size, stride in stack:
        field += (size - 1) * step
        step *= stride
    return field


def check_field_of_stack(answer):
    def said(stack):
        return expect_number(call(answer, list(stack)), f"the field of {stack}")

    expect(said([(3, 1)]) == 3, "A single window of 3 sees 3 pixels.")
    result = said([(3, 1), (3, 1)])
    expect(result != 6, "Two windows of 3: the second one's windows overlap, so the sizes do not add up to 6.")
    expect(result != 9, "Two windows of 3 at stride 1: they overlap, so the field is not 3 times 3.")
    expect_close(result, 5, "the field of two windows of 3", hint="Each layer adds its size less one.")
    result = said([(3, 1), (2, 2), (3, 1)])
    expect(
        result != 6,
        "The strides are left out: after a stride of 2, neighbors are two pixels apart.",
    )
    expect(
        result != 9,
        "A layer's own stride does not widen what it sees itself; it widens what later layers see.",
    )
    expect_close(result, 8, "the field of 3, pooling by 2, 3", hint="The lesson measured it.")
    expect(said([]) == 1, "Without any layer an answer is a pixel: it sees 1.")
    result = said([(5, 2), (3, 2), (3, 1)])
    expect(
        result not in (13, 15),
        "Strides multiply: after two layers of stride 2, neighbors are four pixels apart.",
    )
    expect_close(result, 17, "the field of (5, 2), (3, 2), (3, 1)", hint="Keep account of the strides so far.")
    for stack in ([(1, 1), (7, 3)], [(2, 2)] * 4, [(3, 1), (3, 1), (2, 2)] * 3):
        expect_close(said(stack), field_of_stack(stack), f"the field of {stack}")


EXERCISES = [
    Exercise(
        name="softmax_rows",
        kind="function",
        stub='def softmax(scores):\n    """Scores (rows, classes) as shares of each row."""\n    ...',
        solution=softmax,
        check=check_softmax_rows,
        hint="Adding the same number to all scores of a row changes no share. Which number keeps e's powers small?",
    ),
    Exercise(
        name="dropout_both",
        kind="function",
        stub=(
            "def dropout(x, rate, rng, training):\n"
            '    """x with a share of its numbers dropped while training, each with probability rate."""\n'
            "    ..."
        ),
        solution=dropout,
        check=check_dropout_both,
        hint="`rng.random(x.shape) >= rate` says which are kept; True and False count as 1 and 0 in a product. If a "
        "fifth is lost, what brings the expected sum back?",
    ),
    Exercise(
        name="batch_norm_both",
        kind="function",
        stub=(
            "def batch_norm(x, gamma, beta, stored_mean, stored_variance, training):\n"
            '    """x is (examples, units), the others are (units,)."""\n'
            "    ..."
        ),
        solution=batch_norm,
        check=check_batch_norm_both,
        hint="First choose mean and variance, by `training`; the rest is one line for both cases.",
    ),
    Exercise(
        name="layer_norm",
        kind="function",
        stub='def layer_norm(x, gamma, beta):\n    """x is (examples, units), the others are (units,)."""\n    ...',
        solution=layer_norm,
        check=check_layer_norm,
        hint="It is batch normalization along the other axis; `keepdims=True` keeps a row's mean in its row.",
    ),
    Exercise(
        name="field_of_stack",
        kind="function",
        stub=(
            "def field_of_stack(stack):\n"
            '    """stack is a list of (size of the window, stride), the layer next to the input first."""\n'
            "    ..."
        ),
        solution=field_of_stack,
        check=check_field_of_stack,
        hint="Go through the layers from the input on, and keep two numbers: the field so far, and how many pixels "
        "apart neighbors are by now.",
    ),
]
