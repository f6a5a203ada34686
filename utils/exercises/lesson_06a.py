"""Exercises of lesson 06a: why twenty layers learn nothing."""

import numpy as np

from utils.exercises.engine import (
    Exercise,
    call,
    expect,
    expect_array,
    expect_close,
    expect_number,
    expect_parts,
)


def _sigmoid(s):
    return 1 / (1 + np.exp(-s))


# ---- 1. One link of a chain ----


def layer_slope(w, s):
    """The weight times the slope of the sigmoid at the sum."""
    return w * _sigmoid(s) * (1 - _sigmoid(s))


def check_layer_slope(answer):
    for w, s in ((2.0, 1.0), (1.0, 0.0), (2.0, 0.0), (1.0, 2.0), (-2.0, -1.0), (5.0, 0.3), (0.7, 1.5)):
        case = f"weight {w:g}, sum {s:g}"
        found, wanted = expect_number(call(answer, w, s), f"{case}: the slope"), layer_slope(w, s)
        if np.isclose(found, wanted, rtol=1e-4):
            continue
        at = _sigmoid(s)
        wrong = {
            "the weight is left out.": at * (1 - at),
            "that is the sigmoid itself. How steep is it at this sum?": w * at,
            "the weight is there. What does the sigmoid multiply by?": w,
            "a quarter is the sigmoid's slope at the sum 0 only.": w / 4,
            "h · (1 − h) is the slope if h is the *output*. Here s is the sum.": w * s * (1 - s),
            "that is the slope of tanh.": w * (1 - np.tanh(s) ** 2),
            "s is already the sum: the weight is in it.": w * _sigmoid(w * s) * (1 - _sigmoid(w * s)),
            "s is already the sum: the weight is in it, and what comes before the layer is h.": _sigmoid(w * s)
            * (1 - _sigmoid(w * s)),
        }
        for text, value in wrong.items():
            expect(not np.isclose(found, value, rtol=1e-4), f"{case}: {text}")
        expect_close(found, wanted, f"{case}: the slope", hint="Differentiate sigmoid(w · h + b) by h.")


# ---- 2. A gain for any activation ----


def gain_for(f, s):
    """The next sums have the variance gain² times the mean of h²."""
    h = f(s)
    return np.mean(h**2) ** -0.5


def check_gain_for(answer):
    s = np.random.default_rng(0).normal(size=20_000)
    cases = {
        "ReLU": lambda s: np.maximum(s, 0),
        "tanh": np.tanh,
        "sigmoid": _sigmoid,
        "half of the sum": lambda s: s / 2,
        "no activation": lambda s: s,
    }
    for case, f in cases.items():
        found = expect_number(call(answer, f, s), f"{case}: the gain")
        h = f(s)
        wanted = gain_for(f, s)
        if np.isclose(found, wanted, rtol=1e-3):
            continue
        wrong = {
            np.mean(h**2): "that is the mean of h². By what do you multiply to get back to 1?",
            1
            / np.mean(h**2): "that is the *variance* that the weights need, times n. The gain is a standard deviation.",
            np.mean(h**2) ** 0.5: "too small signals need a larger gain, not a smaller one.",
            1 / h.std(): "this takes the mean off h first. The sum of w · h does not do that: what counts is mean(h²).",
            1 / np.mean(np.abs(h)): "this is made of the mean of |h|. In the variance of a sum stand squares.",
        }
        for value, text in wrong.items():
            expect(not np.isclose(found, value, rtol=1e-3), f"{case}: {text}")
        expect_close(
            found, wanted, f"{case}: the gain", hint="gain² · mean(h²) should be 1; average over the s that is given."
        )


# ---- 3. The twin ----


def twin_layer(kernel, bias):
    """With h = 2 g − 1: twice h W + b is g (4 W) + 2 (b − the sum of W over its inputs)."""
    return 4 * kernel, 2 * (bias - kernel.sum(axis=-2))


def check_twin_layer(answer):
    rng = np.random.default_rng(1)
    for inputs, units in ((4, 4), (3, 2), (1, 1)):
        kernel, bias = rng.normal(size=(inputs, units)), rng.normal(size=units)
        parts = expect_parts(call(answer, kernel, bias), 2, "Return two arrays: the kernel and the bias.")
        found = expect_array(parts[0], (inputs, units), "the kernel")
        moved = np.asarray(parts[1], dtype=float)
        expect(
            moved.size == units,
            f"The bias has one number for each of the {units} units. Over which axis of the kernel do the inputs lie?",
        )
        moved = moved.reshape(units)
        if np.allclose(found, 2 * kernel, rtol=1e-4):
            expect(
                False,
                "The kernel is twice the old one. Two things ask for a factor of two: the sums have to be twice as "
                "large, and a tanh is *twice* a sigmoid, less one.",
            )
        expect_close(found, 4 * kernel, "the kernel", hint="Put h = 2 g − 1 into 2 (h W + b), and look at g.")
        wanted = 2 * (bias - kernel.sum(axis=0))
        if np.allclose(moved, wanted, rtol=1e-4, atol=1e-4):
            continue
        wrong = {
            "The bias is only doubled. What becomes of the −1 in h = 2 g − 1, once for every input?": 2 * bias,
            "The bias has the −1 in it, but the sums have to be twice as large.": bias - kernel.sum(axis=0),
            "The sign of what the −1 brings is turned around.": 2 * (bias + kernel.sum(axis=0)),
            "The −1 stands beside W, not beside 4 W.": 2 * bias - 4 * kernel.sum(axis=0),
        }
        if inputs == units:
            wrong["The kernel is summed over its units. Which axis are the inputs?"] = 2 * (bias - kernel.sum(axis=1))
        for text, value in wrong.items():
            expect(not np.allclose(moved, value, rtol=1e-4, atol=1e-4), text)
        expect_close(moved, wanted, "the bias", hint="Put h = 2 g − 1 into 2 (h W + b): what stands without g?")


# ---- 4. He without a normal distribution ----


def he_limit(inputs):
    """A number drawn evenly from −a to a has the variance a²/3."""
    return (6 / inputs) ** 0.5


def check_he_limit(answer):
    for inputs in (1, 6, 64, 400):
        found = expect_number(call(answer, inputs), f"{inputs} inputs: the limit")
        if np.isclose(found, he_limit(inputs), rtol=1e-4):
            continue
        wrong = {
            (2 / inputs) ** 0.5: "that is the standard deviation. Some weights have to lie farther out.",
            (3 / inputs) ** 0.5: "this gives the variance 1/n. ReLU needs another.",
            6 / inputs: "the limit is a size like the weights, not like their variance.",
            (24 / inputs) ** 0.5: "that is the whole width, from −limit to limit.",
        }
        for value, text in wrong.items():
            expect(not np.isclose(found, value, rtol=1e-4), f"{inputs} inputs: {text}")
        expect_close(
            found,
            he_limit(inputs),
            f"{inputs} inputs: the limit",
            hint="What is the variance of a number drawn evenly from −1 to 1? Average x² over it.",
        )


# ---- 5. Off or alike ----


def off_and_on(signals):
    """A neuron is a column: off if no digit is above 0, on if all are."""
    signals = np.asarray(signals)
    return np.mean((signals <= 0).all(axis=0)), np.mean((signals > 0).all(axis=0))


def check_off_and_on(answer):
    rng = np.random.default_rng(2)
    some = np.maximum(rng.normal(size=(6, 8)), 0)
    some[:, :2], some[:, 2:5] = 0, 1 + rng.random((6, 3))
    some[0, 5:], some[1, 5:] = 0, 1.0
    never = np.maximum(rng.normal(size=(5, 4)), 0)
    never[0], never[1] = 0, 2.0
    for case, signals in {"8 neurons and 6 digits": some, "4 neurons": never, "all off": np.zeros((3, 5))}.items():
        found = expect_parts(call(answer, signals), 2, "Return two shares: off for every digit, on for every digit.")
        found = [expect_number(one, f"{case}: a share") for one in found]
        wanted = off_and_on(signals)
        if np.allclose(found, wanted, atol=1e-5):
            continue
        expect(not np.allclose(found, wanted[::-1], atol=1e-5), f"{case}: the two are in the other order.")
        count = np.array(wanted) * signals.shape[1]
        expect(not np.allclose(found, count, atol=1e-5), f"{case}: these are counts. Shares of the neurons are wanted.")
        by_digit = np.mean((signals <= 0).all(axis=1)), np.mean((signals > 0).all(axis=1))
        expect(
            not np.allclose(found, by_digit, atol=1e-5),
            f"{case}: this goes through the digits. A neuron is a column: which axis is to be looked along?",
        )
        expect(
            not np.allclose(found, [np.mean(signals <= 0), np.mean(signals > 0)], atol=1e-5),
            f"{case}: this counts single signals. A neuron counts only if it is off for *every* digit.",
        )
        expect_close(np.array(found), np.array(wanted), f"{case}: the shares", hint="For each neuron, ask all digits.")


EXERCISES = [
    Exercise(
        name="layer_slope",
        kind="function",
        stub='''def layer_slope(w, s):
    """The slope of one sigmoid neuron's output by its input, for the weight w and the sum s."""
    ...''',
        solution=layer_slope,
        check=check_layer_slope,
        hint="The layer is two steps, a product and a sigmoid: multiply the slopes of both. 01a has the sigmoid's.",
    ),
    Exercise(
        name="gain_for",
        kind="function",
        stub='''def gain_for(f, s):
    """The gain that keeps the size of the sums; s holds many sums, normal with variance 1."""
    ...''',
        solution=gain_for,
        check=check_gain_for,
        hint="With var(w) = gain²/n, the first of the two lines reads: mean of the next s² = gain² · mean(h²).",
    ),
    Exercise(
        name="twin_layer",
        kind="function",
        stub='''def twin_layer(kernel, bias):
    """(kernel, bias) of the sigmoid twin; kernel (inputs, units), bias (units,)."""
    ...''',
        solution=twin_layer,
        check=check_twin_layer,
        hint="Let g be the sigmoids, so that the tanhs are h = 2 g − 1. Write 2 (h W + b) with g in place of h.",
    ),
    Exercise(
        name="he_limit",
        kind="function",
        stub='''def he_limit(inputs):
    """The limit of he_uniform for a layer with so many inputs."""
    ...''',
        solution=he_limit,
        check=check_he_limit,
        hint="He's variance is 2/n. A number drawn evenly between −a and a has a variance that is a share of a².",
    ),
    Exercise(
        name="off_and_on",
        kind="function",
        stub='''def off_and_on(signals):
    """Shares of the neurons that are off for every digit, and that are on for every digit."""
    ...''',
        solution=off_and_on,
        check=check_off_and_on,
        hint="Off is `signals <= 0`. Ask `all` along the axis of the digits, and take the mean over the neurons.",
    ),
]
