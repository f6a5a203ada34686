"""Exercises of lesson 06b: what more depth costs."""

from itertools import pairwise

import numpy as np

from utils.exercises.engine import (
    Exercise,
    Wrong,
    call,
    expect,
    expect_array,
    expect_close,
    expect_number,
    expect_parts,
)

# ---- 1. Deeper, and the same ----


def idle_layer(width):
    """The identity: what comes from a ReLU is not negative, so the next ReLU does nothing to it."""
    return np.eye(width), np.zeros(width)


def check_idle_layer(answer):
    for width in (1, 3, 8):
        parts = expect_parts(call(answer, width), 2, "Return two arrays: the kernel and the bias.")
        kernel = expect_array(parts[0], (width, width), "the kernel")
        bias = np.asarray(parts[1], dtype=float)
        expect(bias.size in (1, width), f"The bias has one number for each of the {width} neurons.")
        signal = np.maximum(np.random.default_rng(width).normal(size=(20, width)), 0)
        found = np.maximum(signal @ kernel + bias.reshape(-1), 0)
        if np.allclose(found, signal, atol=1e-5):
            continue
        expect(not np.allclose(found, 0), "Every signal comes out as 0.")
        expect(
            width == 1 or not np.allclose(kernel, 1),
            "With ones everywhere, each neuron hands on the sum of all. It should hand on one of them.",
        )
        expect(not np.allclose(found[signal > 0], signal[signal > 0], atol=1e-5), "A signal of 0 should stay 0.")
        expect(
            not np.allclose(np.sort(found), np.sort(signal), atol=1e-5),
            "The signals are all there, and they have changed places.",
        )
        expect(not np.allclose(signal @ kernel, signal, atol=1e-5), "The kernel is right. What does the bias add?")
        expect_close(found, signal, "the layer's output", hint="Which matrix leaves every row as it is?")


# ---- 2. The gap ----


def gap(training, test, least=0.95):
    """Only the runs that have learned count."""
    training, test = np.asarray(training, float), np.asarray(test, float)
    learned = training >= least
    return float(np.median((training - test)[learned])) if learned.any() else None


BORDER = "one stands exactly at the border"


def check_gap(answer):
    cases = {
        "all have learned": ([1.0, 0.96, 0.97], [0.9, 0.7, 0.5], None),
        "one has not learned": ([1.0, 0.5, 0.99], [0.9, 0.5, 0.8], None),
        "with least=0.4, all count": ([1.0, 0.5, 0.45], [0.9, 0.15, 0.25], 0.4),
        BORDER: ([0.75, 0.3], [0.5, 0.3], 0.75),
    }
    for case, (training, test, least) in cases.items():
        arguments = (np.array(training), np.array(test), *([least] if least else []))
        try:
            found = call(answer, *arguments)
        except Wrong as error:
            if case == BORDER and "None" in str(error):
                raise Wrong(f"{case}: at *least* so much means that the border counts.") from error
            raise
        found = expect_number(found, f"{case}: the gap")
        wanted = gap(*arguments)
        if np.isclose(found, wanted, atol=1e-5):
            continue
        difference = np.subtract(training, test)
        learned = np.array(training) >= (least or 0.95)
        wrong = {
            "runs that have not learned their digits count as well.": np.median(difference),
            "the sign is turned around: training minus test.": -wanted,
            "that is the mean. One strange run of five moves it; take the median.": np.mean(difference[learned]),
            "runs that have not learned count as well, and it is a mean.": np.mean(difference),
            "take the difference in each run first, then the median.": np.median(np.array(training)[learned])
            - np.median(np.array(test)[learned]),
        }
        for text, value in wrong.items():
            expect(not np.isclose(found, value, atol=1e-5), f"{case}: {text}")
        expect_close(found, wanted, f"{case}: the gap", hint="Choose the runs first, then take the median.")
    try:
        nothing = answer(np.array([0.5, 0.6]), np.array([0.5, 0.5]))
    except (ValueError, ZeroDivisionError, IndexError):
        nothing = ...
    expect(nothing is None, "If no run has learned its digits, there is no gap to tell of: return None.")


# ---- 3. Count it ----


def training_flops(sizes, rows):
    """Three products in each layer, and two in the first."""
    layers = [2 * rows * before * after for before, after in pairwise(sizes)]
    return 3 * sum(layers) - layers[0]


def check_training_flops(answer):
    cases = [((5, 4, 3), 10), ((3, 2), 1), ((64, 10), 32), ((64, 24, 24, 24, 10), 32)]
    for sizes, rows in cases:
        case = f"{'-'.join(map(str, sizes))} with {rows} row{'s' * (rows > 1)}"
        found, wanted = (
            expect_number(call(answer, list(sizes), rows), f"{case}: the FLOPs"),
            training_flops(sizes, rows),
        )
        if np.isclose(found, wanted, rtol=1e-6):
            continue
        terms = [rows * before * after for before, after in pairwise(sizes)]
        biases = 2 * rows * sum(sizes[1:])
        wrong = {
            "the first layer counts one product too many: nobody asks for the slopes by the pixels.": 6 * sum(terms),
            "this is the way forward. The way back has products too.": 2 * sum(terms),
            "these are multiplications; each has an addition.": wanted / 2,
            "the way back has *two* products in a layer: one for the kernel, one for the layer before.": 4 * sum(terms),
            "the rows are left out.": wanted / rows if rows > 1 else -1,
            "biases are not to be counted.": wanted + biases,
            "it is the *first* layer that can leave one product out.": 6 * sum(terms) - 2 * terms[-1],
        }
        for text, value in wrong.items():
            expect(not np.isclose(found, value, rtol=1e-6), f"{case}: {text}")
        expect_close(found / wanted, 1.0, f"{case}: the number of FLOPs", hint="Count one layer's products by hand.")


# ---- 4. Nearly idle ----


def nearly_idle(width):
    """Near 0 a tanh is a straight line: go there, and come back."""
    return 0.001 * np.eye(width), 1000 * np.eye(width)


def check_nearly_idle(answer):
    for width in (1, 4):
        parts = expect_parts(call(answer, width), 2, "Return two kernels.")
        first, second = parts
        first = np.asarray(first, dtype=float)
        expect(
            first.ndim == 2 and first.shape[0] == width,
            f"The first kernel reads {width} numbers: one row for each, and a column for each neuron.",
        )
        second = expect_array(second, (first.shape[1], width), "the second kernel")
        signal = np.random.default_rng(width).uniform(-1, 1, (50, width))
        off = np.abs(np.tanh(signal @ first) @ second - signal).max()
        if off < 1e-3:
            continue
        straight = np.abs(signal @ first @ second - signal).max()
        expect(
            straight > 1e-3,
            f"Without the tanh it would be right; with it the largest error is {off:.2g}. Where is tanh nearly a "
            "straight line?",
        )
        raise Wrong(
            f"The largest error is {off:.2g}, and without the tanh it would be {straight:.2g}. What is made smaller "
            "has to be made larger again, exactly."
        )


EXERCISES = [
    Exercise(
        name="idle_layer",
        kind="function",
        stub='''def idle_layer(width):
    """(kernel, bias) of a ReLU layer that hands on unchanged what another ReLU layer gives it."""
    ...''',
        solution=idle_layer,
        check=check_idle_layer,
        hint="What comes from a ReLU is never negative. So what is left for the second ReLU to do?",
    ),
    Exercise(
        name="gap",
        kind="function",
        stub='''def gap(training, test, least=0.95):
    """Median of training − test accuracy over the runs whose training accuracy is at least so much.

    None if there is no such run.
    """
    ...''',
        solution=gap,
        check=check_gap,
        hint="`training >= least` is a mask: it chooses from both arrays.",
    ),
    Exercise(
        name="training_flops",
        kind="function",
        stub='''def training_flops(sizes, rows):
    """FLOPs of the products in one step, forward and back; sizes: inputs, hidden, …, outputs."""
    ...''',
        solution=training_flops,
        check=check_training_flops,
        hint="`itertools.pairwise(sizes)` gives the inputs and units of each layer. All its products are equally big.",
    ),
    Exercise(
        name="nearly_idle",
        kind="function",
        stub='''def nearly_idle(width):
    """Two kernels A, B: tanh(h @ A) @ B is h up to 0.001, for numbers h between −1 and 1."""
    ...''',
        solution=nearly_idle,
        check=check_nearly_idle,
        hint="Draw tanh from −1 to 1, and from −0.01 to 0.01.",
    ),
]
