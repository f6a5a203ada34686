"""Exercises of lesson 16a: layer by layer."""

from itertools import pairwise

import numpy as np

from utils.exercises.engine import (
    Exercise,
    Wrong,
    call,
    expect,
    expect_array,
)

# ---- 1. Spoil it ----


def spoil(x, dice, share):
    """A product with True and False: those with a low die become zero."""
    return x * (dice >= share)


def check_spoil(answer):
    rng = np.random.default_rng(1)
    for shape, share in (((6,), 0.5), ((3, 4), 0.3), ((2, 5, 8), 0.25), ((4,), 0.0), ((4,), 1.0)):
        x, dice = rng.uniform(0.1, 1, shape), rng.random(shape)
        handed = []

        def watched(x, dice, share, handed=handed):
            handed.append(x)
            return answer(x, dice, share)

        result = expect_array(call(watched, x, dice, share), shape, "the spoiled numbers")
        expect(np.array_equal(handed[0], x), "x itself has been changed, and is still needed. Make a new array.")
        wanted = spoil(x, dice, share)
        if np.allclose(result, wanted, rtol=1e-5, atol=1e-6):
            continue
        where = f"With the share {share:g}: "
        expect(
            not np.allclose(result, x * (dice < share), atol=1e-6),
            where + "those that should go are still there, and the others are gone.",
        )
        expect(
            share in (0.0, 1.0) or not np.allclose(result, wanted / (1 - share), atol=1e-6),
            where + "the numbers that stay were enlarged, as dropout does. Here they stay as they are.",
        )
        expect(
            not np.array_equal(np.isin(result, (0, 1)), np.ones(shape, bool)),
            where
            + "these are only zeros and ones. Which of them stay is right or wrong, but what stays is a number of x.",
        )
        raise Wrong(
            where + f"{int(np.sum(result == 0))} numbers are zero, and {int(np.sum(wanted == 0))} should be, "
            "those whose own die is below the share."
        )


# ---- 2. One floor up ----


def encode(x, stack):
    """The result of each encoder is the next one's input."""
    for kernel, bias in stack:
        x = 1 / (1 + np.exp(-(x @ kernel + bias)))
    return x


def check_encode(answer):
    rng = np.random.default_rng(2)
    for sizes, runs in (((4, 4, 4, 4), None), ((4, 3), None), ((5, 3, 2), None), ((6, 3, 5), 2)):
        front = () if runs is None else (runs,)
        x = rng.normal(size=(*front, 7, sizes[0]))
        stack = [
            (rng.normal(size=(*front, before, after)), rng.normal(size=(*front, 1, after)))
            for before, after in pairwise(sizes)
        ]
        floors = len(stack)
        where = f"With {floors} encoder{'s' * (floors > 1)}: "
        result = call(answer, x, stack)
        try:
            unchanged = np.shape(result) == x.shape and np.allclose(np.asarray(result, float), x)
        except (TypeError, ValueError):
            unchanged = False
        expect(not unchanged, where + "x comes back as it went in. Give the result of each layer the name x.")
        try:
            of_all = np.ndim(result) == x.ndim + 1 and len(result) == floors
        except (TypeError, ValueError):
            of_all = isinstance(result, (list, tuple)) and len(result) == floors
        expect(not of_all, where + "these are the codes of all floors. Only those of the last one are asked for.")
        result = expect_array(result, (*front, 7, sizes[-1]), where + "the codes")
        if np.allclose(result, encode(x, stack), rtol=1e-4, atol=1e-5):
            continue

        def other(f, with_bias=1.0, last=None, x=x, stack=stack):
            signal = x
            for number, (kernel, bias) in enumerate(stack):
                signal = signal @ kernel + with_bias * bias
                signal = f(signal) if number < len(stack) - 1 or last is None else last(signal)
            return signal

        def sigmoid(s):
            return 1 / (1 + np.exp(-s))

        for slip, text in (
            (encode(x, stack[:1]), "only the first encoder was used. Is `return` inside the loop?"),
            (encode(x, stack[::-1]) if len(set(sizes)) == 1 else x, "the stack is walked through from its end."),
            (other(lambda s: s), "the sigmoid is missing."),
            (other(sigmoid, last=lambda s: s), "the last layer of the stack has its sigmoid, too."),
            (other(sigmoid, with_bias=0.0), "the biases are missing."),
            (other(lambda s: sigmoid(-s)), "the sign in the exponent is turned around: sigmoid(s) grows with s."),
            (other(np.tanh), "this is tanh in place of the sigmoid."),
            (other(lambda s: np.maximum(s, 0)), "this is ReLU in place of the sigmoid."),
        ):
            expect(slip.shape != result.shape or not np.allclose(result, slip, atol=1e-5), where + text)
        raise Wrong(
            where + "the codes are others. Each layer is x @ kernel + bias, then a sigmoid, in the stack's order."
        )
    x = rng.normal(size=(2, 3))
    nothing = call(answer, x, [])
    expect(
        nothing is not None and np.shape(nothing) == x.shape and np.allclose(np.asarray(nothing, float), x),
        "With an empty stack, the codes are the pictures themselves.",
    )


# ---- 3. One matrix for both ways ----


def tied_slope(by_encoder, by_decoder):
    """W moves both uses at once, so their slopes add up; the decoder's stands on its side."""
    return by_encoder + np.transpose(by_decoder)


def check_tied_slope(answer):
    rng = np.random.default_rng(3)
    for inputs, width in ((4, 4), (3, 2), (2, 5)):
        by_encoder, by_decoder = rng.normal(size=(inputs, width)), rng.normal(size=(width, inputs))
        result = call(answer, by_encoder.copy(), by_decoder.copy())
        expect(
            np.shape(result) != (width, inputs) or width == inputs,
            f"The slope by W has W's shape, ({inputs}, {width}), and not that of its transpose.",
        )
        result = expect_array(result, (inputs, width), "the slope by W")
        wanted = tied_slope(by_encoder, by_decoder)
        if np.allclose(result, wanted, rtol=1e-4, atol=1e-5):
            continue
        for slip, text in (
            (by_encoder, "This is the encoder's part only. If W moves, the decoder moves as well."),
            (by_decoder.T, "This is the decoder's part only. If W moves, the encoder moves as well."),
            (wanted / 2, "This is the mean. A small change of W is felt in both places: by how much in all?"),
        ):
            expect(not np.allclose(result, slip, atol=1e-5), text)
        turned = inputs == width and (by_encoder + by_decoder, by_decoder, (by_encoder + by_decoder) / 2)
        expect(
            not turned or not any(np.allclose(result, slip, atol=1e-5) for slip in turned),
            "The decoder's slope stands by its own kernel, which is W transposed: turn it back first.",
        )
        expect(
            not turned or not np.allclose(result, wanted.T, atol=1e-5),
            "This is the slope by W transposed, the decoder's kernel: it is the encoder's that is W itself.",
        )
        raise Wrong("A small change d of W changes the loss by sum(by_encoder * d) through the encoder. And beyond?")


# ---- 4. What does a floor cost? ----


def floor_parameters(sizes):
    """An encoder (before + 1) · after and a decoder (after + 1) · before for each floor."""
    return [(before + 1) * after + (after + 1) * before for before, after in pairwise(sizes)]


def check_floor_parameters(answer):
    for sizes in ([64, 48, 48], [64, 48], [10, 7, 5, 3], [2, 9, 1]):
        wanted = np.array(floor_parameters(sizes))
        pairs = list(pairwise(sizes))
        result = call(answer, list(sizes))
        expect(
            np.ndim(result) == 1 and len(result) == len(pairs),
            f"{sizes}: there are {len(pairs)} encoders, and one number for each is asked for, in a list.",
        )
        result = expect_array(result, (len(pairs),), f"{sizes}: the counts")
        if np.allclose(result, wanted, atol=1e-6):
            continue
        encoders = np.array([(before + 1) * after for before, after in pairs])
        weights = np.array([2 * before * after for before, after in pairs])
        tied = np.array([before * after + before + after for before, after in pairs])
        to_pictures = np.array([(before + 1) * after + (after + 1) * sizes[0] for before, after in pairs])
        for slip, text in (
            (encoders, "these are the encoders alone; each is trained together with a decoder."),
            (weights, "the biases are missing: one for each number that a layer puts out, in encoder and decoder."),
            (tied, "this counts one matrix for both ways, tied weights. Here the decoder has a matrix of its own."),
            (2 * encoders, "a decoder is no second encoder: it has as many outputs as the encoder has inputs."),
            (to_pictures, "a decoder higher up draws the codes of the floor below, not the picture."),
        ):
            expect(not np.allclose(result, slip, atol=1e-6), f"{sizes}: {text}")
        raise Wrong(f"{sizes}: count for one floor on paper: a layer from {sizes[0]} to {sizes[1]}, and one back.")


EXERCISES = [
    Exercise(
        name="spoil",
        kind="function",
        stub='''def spoil(x, dice, share):
    """x with those numbers set to zero whose die is below the share; x itself stays as it is."""
    ...''',
        solution=spoil,
        check=check_spoil,
        hint="A comparison of arrays gives True and False, which count as 1 and 0 in a product.",
    ),
    Exercise(
        name="encode",
        kind="function",
        stub='''def encode(x, stack):
    """x (…, rows, inputs) after the layers of the stack, a list of (kernel, bias)."""
    ...''',
        solution=encode,
        check=check_encode,
        hint="One layer is 1 / (1 + np.exp(-s)) of s = x @ kernel + bias, and its result is what the next one gets.",
    ),
    Exercise(
        name="tied_slope",
        kind="function",
        stub='''def tied_slope(by_encoder, by_decoder):
    """The slope of the loss by W, (inputs, width)."""
    ...''',
        solution=tied_slope,
        check=check_tied_slope,
        hint="Where a number is used twice, the slopes of both uses add up (01b). Which shapes can be added?",
    ),
    Exercise(
        name="floor_parameters",
        kind="function",
        stub='''def floor_parameters(sizes):
    """[6304, 4704] for [64, 48, 48]: what each autoencoder has to train."""
    ...''',
        solution=floor_parameters,
        check=check_floor_parameters,
        hint="A dense layer from a to b numbers has (a + 1) · b parameters. Which two layers has one autoencoder?",
    ),
]
