"""Exercises of lesson 01c: width and depth."""

import numpy as np

from utils.exercises.engine import (
    Exercise,
    Wrong,
    call,
    expect,
    expect_array,
    expect_number,
    expect_parts,
)


def outputs_of(layers, inputs):
    """Outputs of a network with ReLU between its layers: (rows, inputs) to (rows, outputs)."""
    for kernel, bias in layers[:-1]:
        inputs = np.maximum(inputs @ kernel + bias, 0)
    kernel, bias = layers[-1]
    return inputs @ kernel + bias


# ---- 1. Kinks ----


def output_weights(heights):
    """The change of the slope at each kink; the first piece begins from slope 0."""
    slopes = np.diff(heights) * (len(heights) - 1)
    return np.diff(slopes, prepend=0)


def check_output_weights(answer):
    cases = {
        "a straight line": [0.0, 0.25, 0.5, 0.75, 1.0],
        "one tooth": [0.0, 1.0, 0.0],
        "the curve in the picture": [0.0, 0.25, -0.25, 0.0, 0.0],
        "a curve that begins at 2": [2.0, 1.0, 4.0, 4.0],
        "any curve": list(np.random.default_rng(1).normal(size=9).round(3)),
    }
    for case, heights in cases.items():
        heights = np.array(heights)
        pieces, wanted = len(heights) - 1, output_weights(heights)
        result = call(answer, heights)
        try:
            size = np.size(np.asarray(result, dtype=float))
        except (TypeError, ValueError):
            size = -1
        expect(
            size != pieces + 1,
            f"{case}: there are {pieces} neurons, one for each piece, and so {pieces} weights, not {pieces + 1}.",
        )
        expect(
            size != pieces - 1 or pieces == 1,
            f"{case}: one weight is missing. The first neuron has one too: before it, the slope is 0.",
        )
        result = expect_array(result, (pieces,), f"{case}: the weights")
        if np.allclose(result, wanted, rtol=1e-4, atol=1e-5):
            continue
        slopes = np.diff(heights) * pieces
        expect(
            not np.allclose(result, slopes, atol=1e-5),
            f"{case}: these are the slopes of the pieces. A neuron goes on climbing after its piece: what does the "
            "next one have to add to that?",
        )
        expect(
            not np.allclose(result * pieces, wanted, atol=1e-5)
            and not np.allclose(result, np.diff(heights), atol=1e-5),
            f"{case}: these are differences of heights. A slope is a difference divided by the width of a piece, "
            f"which is 1/{pieces} here.",
        )
        expect(not np.allclose(result, -wanted, atol=1e-5), f"{case}: the signs are turned around.")
        drawn = np.maximum(np.arange(pieces + 1)[:, None] / pieces - np.arange(pieces) / pieces, 0) @ result
        drawn = drawn + heights[0]
        place = int(np.argmax(~np.isclose(drawn, heights, atol=1e-4)))
        raise Wrong(
            f"{case}: the height at {place}/{pieces} becomes {drawn[place]:.3g}, and {heights[place]:g} is wanted."
        )


# ---- 2. and 5. Folding ----


def _checked_layers(layers, folds, width):
    """The answer as a list of (kernel, bias) of the right shapes."""
    count = folds + 1
    layers = expect_parts(
        layers,
        count,
        f"For {folds} fold{'s' * (folds > 1)}, return a list of {count} layers: "
        f"{folds} hidden one{'s' * (folds > 1)} and the last.",
    )
    sizes, checked = [1, *[width] * folds, 1], []
    for number, layer in enumerate(layers):
        layer = expect_parts(layer, 2, f"Layer {number + 1} is a pair: kernel and bias.")
        before, after = sizes[number], sizes[number + 1]
        kernel = expect_array(layer[0], (before, after), f"the kernel of layer {number + 1}")
        checked.append((kernel, expect_array(layer[1], (after,), f"the bias of layer {number + 1}")))
    return checked


def _check_folding(answer, width, target):
    u = np.arange(0, 1001) / 1000
    for folds in (1, 2, 3, 5):
        found = outputs_of(_checked_layers(call(answer, folds), folds, width), u[:, None])[:, 0]
        wanted = target(u, folds)
        if np.allclose(found, wanted, atol=1e-3):
            continue
        if folds > 1 and np.allclose(found, target(u, 1), atol=1e-3):
            raise Wrong(f"Asked for {folds} folds, the network folds once. Does each layer fold what reaches it?")
        if np.allclose(found, found[0], atol=1e-6):
            raise Wrong(f"Asked for {folds}, the network draws a flat line at {found[0]:g}. Follow u = 0.2 through it.")
        place = int(np.argmax(~np.isclose(found, wanted, atol=1e-3)))
        begins = "It is right with one fold: look at a layer in the middle. " if folds > 1 else ""
        raise Wrong(
            f"Asked for {folds} fold{'s' * (folds > 1)}, the network gives {found[place]:.3g} at u = {u[place]:g}, and "
            f"{wanted[place]:.3g} is wanted. {begins}Follow that one number through the layers, on paper."
        )


def _sawtooth(u, folds):
    for _ in range(folds):
        u = 1 - np.abs(2 * u - 1)
    return u


def deep_sawtooth(folds):
    """A middle layer puts the fold together (2, -4) and hands it on twice, once moved by a half."""
    put_together = np.array([[2.0], [-4.0]])
    first = np.array([[1.0, 1.0]]), np.array([0.0, -0.5])
    middle = put_together @ first[0], first[1]
    return [first, *[middle] * (folds - 1), (put_together, np.zeros(1))]


def check_deep_sawtooth(answer):
    _check_folding(answer, 2, _sawtooth)


def _zigzag(u, folds):
    for _ in range(folds):
        u = np.interp(u, [0, 1 / 3, 2 / 3, 1], [0, 1, 0, 1])
    return u


def fold_in_three(folds):
    """Slope 3, then -3, then 3: the weights 3, -6, 6 of three kinks at 0, 1/3 and 2/3."""
    put_together = np.array([[3.0], [-6.0], [6.0]])
    first = np.ones((1, 3)), np.array([0.0, -1 / 3, -2 / 3])
    middle = put_together @ first[0], first[1]
    return [first, *[middle] * (folds - 1), (put_together, np.zeros(1))]


def check_fold_in_three(answer):
    _check_folding(answer, 3, _zigzag)


# ---- 3. At equal parameters ----


def _count(width, hidden_layers):
    """Parameters of 1-w-…-w-1: 2w for the first layer, w(w + 1) for each further one, w + 1 for the last."""
    return 2 * width + (hidden_layers - 1) * width * (width + 1) + width + 1


def width_for(most, hidden_layers):
    """Widen by one neuron as long as it still fits."""
    width = 1
    while _count(width + 1, hidden_layers) <= most:
        width += 1
    return width


def check_width_for(answer):
    for most, hidden_layers in [(25, 1), (24, 1), (103, 1), (103, 2), (97, 2), (103, 3), (4, 1), (10_000, 4)]:
        wanted = width_for(most, hidden_layers)
        result = expect_number(call(answer, most, hidden_layers), "the width")
        if np.isclose(result, wanted):
            continue
        case = f"at most {most:,} parameters, {hidden_layers} hidden layer{'s' * (hidden_layers > 1)}"
        expect(np.isclose(result, round(float(result))), f"{case}: a width is a whole number, not {result:g}.")
        width = round(float(result))
        expect(width >= 1, f"{case}: a width is at least 1, and {width} is too small.")
        has = _count(width, hidden_layers)
        too_many = f"{case}: with width {width} there are {has:,} parameters, which is too many."
        if width == wanted + 1:
            raise Wrong(f"{too_many} It is one neuron too wide: which width was the last that fitted?")
        if has > most:
            raise Wrong(f"{too_many} Are the biases counted?")
        raise Wrong(f"{case}: width {width} has {has:,} parameters, and one more neuron in each layer would still fit.")


# ---- 4. A skip without a skip ----


def pass_through():
    """relu(x) - relu(-x) is x: one neuron carries the positive numbers, the other the negative ones."""
    return (np.array([[1.0, -1.0]]), np.zeros(2)), (np.array([[1.0], [-1.0]]), np.zeros(1))


def check_pass_through(answer):
    layers = expect_parts(answer, 2, "Two layers are wanted, each a pair of kernel and bias.")
    first = expect_parts(layers[0], 2, "The first layer is a pair: kernel and bias.")
    last = expect_parts(layers[1], 2, "The second layer is a pair: kernel and bias.")
    neurons = np.size(np.asarray(first[1], dtype=float))
    first = [
        expect_array(first[0], (1, neurons), "the first kernel"),
        expect_array(first[1], (neurons,), "the first bias"),
    ]
    last = [expect_array(last[0], (neurons, 1), "the second kernel"), expect_array(last[1], (1,), "the second bias")]
    x = np.array([-1e9, -250.0, -3.0, -0.5, 0.0, 0.25, 1.0, 7.0, 250.0, 1e9])
    found = outputs_of([first, last], x[:, None])[:, 0]
    if np.allclose(found, x, rtol=1e-4, atol=1e-4):
        return
    expect(not np.allclose(found, np.abs(x), atol=1e-4), "Negative numbers come back without their sign.")
    far = np.abs(x) > 10
    expect(
        not np.allclose(found[~far], x[~far], atol=1e-4),
        "Numbers of ordinary size pass, and larger ones do not: a bias that lifts everything above 0 ends somewhere. "
        "Which numbers does it not lift far enough?",
    )
    expect(
        not np.allclose(found[x >= 0], x[x >= 0], atol=1e-4),
        "Positive numbers pass, negative ones do not: ReLU stops them. Which sum would a second neuron need, so that "
        "it lets just these through?",
    )
    place = int(np.argmax(~np.isclose(found, x, rtol=1e-4, atol=1e-4)))
    raise Wrong(f"{x[place]:g} comes back as {found[place]:.3g}.")


EXERCISES = [
    Exercise(
        name="output_weights",
        kind="function",
        stub='''def output_weights(heights):
    """One weight for each piece: n + 1 heights at 0, 1/n, …, 1; neuron k is relu(u − k/n)."""
    ...''',
        solution=output_weights,
        check=check_output_weights,
        hint="First the slope of each piece: how much higher, divided by how far. Then, at each kink, by how much the "
        "slope changes.",
    ),
    Exercise(
        name="deep_sawtooth",
        kind="function",
        stub='''def deep_sawtooth(folds):
    """Layers of a ReLU network 1-2-…-2-1 with so many hidden layers, that folds as often."""
    ...''',
        solution=deep_sawtooth,
        check=check_deep_sawtooth,
        hint="Write the network with one fold first. For two, multiply its last kernel with its first one: that is the "
        "kernel in the middle.",
    ),
    Exercise(
        name="width_for",
        kind="function",
        stub='''def width_for(most, hidden_layers):
    """The largest w so that 1-w-…-w-1, w so many times, has at most `most` parameters."""
    ...''',
        solution=width_for,
        check=check_width_for,
        hint="No algebra is needed: begin with width 1 and try one more, as long as it fits.",
    ),
    Exercise(
        name="pass_through",
        kind="value",
        stub="pass_through = ...",
        solution=pass_through,
        check=check_pass_through,
        hint="What are relu(x) and relu(-x) for x = 3, and for x = -3? How do you make x of them?",
    ),
    Exercise(
        name="fold_in_three",
        kind="function",
        stub='''def fold_in_three(folds):
    """Layers, as in deep_sawtooth, of a network 1-3-…-3-1 that draws 3**folds pieces."""
    ...''',
        solution=fold_in_three,
        check=check_fold_in_three,
        hint="Begin with output_weights([0, 1, 0, 1]). The rest is as in deep_sawtooth.",
    ),
]
