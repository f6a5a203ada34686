"""The exercises of lesson 04c, the remedies."""

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

# ---- drop out ----


def drop_out(x, rate, rng):
    """Set each number to zero with probability rate; scale the others so that the mean stays."""
    kept = rng.random(np.shape(x)) >= rate
    return np.where(kept, x / (1 - rate), 0)


def check_drop_out(answer):
    """Many numbers at two rates: what is kept, how often, and that numbers fall out one by one."""
    x = np.random.default_rng(4).uniform(1, 2, (300, 40))
    for rate in (0.2, 0.75):
        result = expect_array(call(answer, x, rate, np.random.default_rng(5)), x.shape, "the numbers after dropout")
        kept = ~np.isclose(result, 0)
        expect(not kept.all(), "Nothing was dropped.")
        columns, rows = kept.all(axis=0) | ~kept.any(axis=0), kept.all(axis=1) | ~kept.any(axis=1)
        expect(not columns.any() and not rows.any(), "Whole rows or columns fall out together: draw for each number.")
        expect(
            not np.allclose(result[kept], x[kept]),
            "What is kept was left as it is, so the mean falls to 1 − rate of what it was. By what must it be divided?",
        )
        expect(
            not np.allclose(result[kept], x[kept] * (1 - rate)),
            "What is kept became smaller. Less gets through; what does get through has to make up for it.",
        )
        expect(
            not np.allclose(result[kept], x[kept] / rate),
            "The scale is made from the share that is dropped. It belongs to the share that is kept.",
        )
        expect_close(
            result[kept],
            x[kept] / (1 - rate),
            f"what is kept at rate {rate}",
            hint="Take 6 and the rate 1/3: it has to become 9, since 9 · 2/3 = 6.",
        )
        share = 1 - kept.mean()
        expect(
            abs(share - (1 - rate)) > 0.02 or abs(rate - 0.5) < 0.01,
            "The share that is dropped is 1 − rate. The rate is the share that goes.",
        )
        expect(abs(share - rate) < 0.02, "The share that is dropped should be the rate.")
    result = expect_array(call(answer, x, 0.0, np.random.default_rng(6)), x.shape, "the numbers at rate 0")
    expect_close(result, x, "the numbers at rate 0", hint="Nothing is dropped, and nothing scaled.")


# ---- stop early ----


def stop_early(losses, patience):
    """The last round that is trained, and the best one."""
    best = 0
    for number, loss in enumerate(losses):
        if loss < losses[best]:
            best = number
        if number - best >= patience:
            break
    return number, best


def _stops(answer, losses, *settings):
    result = call(answer, list(losses), *settings)
    result = expect_parts(result, 2, "Return two numbers: the last round that is trained, and the best round.")
    return int(expect_number(result[0], "the last round")), int(expect_number(result[1], "the best round"))


def _expect_patience(answer, *threshold):
    """What both exercises on stopping ask: order, counting, patience, and not to look ahead."""
    got = _stops(answer, [5.0, 4.0, 3.0, 4.0, 4.0, 4.0, 1.0], 2, *threshold)
    expect(got[::-1] != (4, 2), "The two numbers are the wrong way round: first the last round trained, then the best.")
    expect(got != (5, 3), "Rounds count from 0.")
    expect(got != (5, 2), "With patience 2 and the best at round 2, round 4 is the second one without a better loss.")
    expect(
        got != (3, 2),
        "It gives up after the first round that is no better. Count the rounds that have gone by since the best one.",
    )
    expect(
        got != (6, 6),
        "Round 6 is never trained: training has stopped before. What comes after the stop must not be looked at.",
    )
    expect(got == (4, 2), "For losses 5, 4, 3, 4, 4, 4, 1 and patience 2: work it out by hand and compare.")
    got = _stops(answer, [5.0, 4.0, 3.0, 2.0], 2, *threshold)
    expect(got == (3, 3), "If the losses keep falling, all rounds are trained, and the last one is the best.")
    got = _stops(answer, [3.0, 4.0, 2.0, 3.0, 1.0], 2, *threshold)
    expect(
        got == (4, 4),
        "For losses 3, 4, 2, 3, 1 and patience 2: waiting starts again at each better loss, and the first round is "
        "never a wait.",
    )
    got = _stops(answer, [4.0, 2.0, 3.0, 2.5, 5.0], 3, *threshold)
    expect(
        got == (4, 1),
        "For losses 4, 2, 3, 2.5, 5 and patience 3: a loss is compared with the best so far, and not with the one "
        "before.",
    )


def check_stop_early(answer):
    """Sequences with one trap each, then 200 random ones."""
    _expect_patience(answer)
    got = _stops(answer, [2.0, 2.0, 2.0, 2.0], 2)
    expect(got == (2, 0), "For losses 2, 2, 2, 2 and patience 2: a loss that is equal to the best is not lower.")
    draw = np.random.default_rng(4)
    for _ in range(200):
        losses, patience = (draw.integers(0, 40, size=20) / 8).tolist(), int(draw.integers(1, 6))
        expect(
            _stops(answer, losses, patience) == stop_early(losses, patience),
            "It fails on a longer sequence. Take one with equal losses, and one that stops in its last round.",
        )


# ---- back through dropout ----


def through_dropout(output_gradient, kept, rate):
    """Return the gradient with respect to dropout's input.

    The forward pass is ``np.where(kept, x / (1 - rate), 0)``: each kept number was multiplied by 1 / (1 - rate), so
    its gradient is too. A dropped number had no influence on the output: its gradient is zero.
    """
    return np.where(kept, output_gradient / (1 - rate), 0)


def check_through_dropout(answer):
    """Random gradients and masks at three rates."""
    draw = np.random.default_rng(4)
    for rate in (0.5, 0.2, 0.0):
        gradient, kept = draw.normal(size=(6, 5)), draw.random((6, 5)) >= rate
        result = expect_array(call(answer, gradient, kept, rate), gradient.shape, "the gradient")
        if rate:
            expect(
                np.allclose(result[~kept], 0),
                "A number that was dropped did not reach the output. How can the output change with it?",
            )
            expect(
                not np.allclose(result[kept], gradient[kept]),
                "The mask is right. But the forward pass also scaled what it kept; the gradient is scaled by the same.",
            )
            expect(
                not np.allclose(result[kept], gradient[kept] * (1 - rate)),
                "The scale is upside down: did the forward pass multiply by 1 − rate, or divide?",
            )
            expect(
                rate == 0.5 or not np.allclose(result[kept], gradient[kept] / rate),
                "The scale is made from the rate, the share that is dropped. It belongs to the share that is kept.",
            )
        expected = through_dropout(gradient, kept, rate)
        expect_close(result, expected, f"the gradient for rate {rate}", hint="Try a rate of 0.2 by hand.")


# ---- stop with a threshold ----


def stop_with_threshold(losses, patience, min_delta):
    """Return (last round trained, best round), counted from 0, as keras.callbacks.EarlyStopping does.

    The best loss is the last one that counted as better, so many small steps that together exceed `min_delta` do
    count in the end.
    """
    best = 0
    for number, loss in enumerate(losses):
        if loss < losses[best] - min_delta:
            best = number
        if number - best >= patience:
            break
    return number, best


def check_stop_with_threshold(answer):
    """What holds without a threshold, then small steps, then 200 random sequences."""
    _expect_patience(answer, 0.0)
    got = _stops(answer, [1.0, 0.95, 0.90, 0.85, 0.80], 4, 0.12)
    expect(got != (4, 4), "A loss that is lower by less than min_delta was counted as better.")
    expect(
        got != (4, 0),
        "The loss to beat is neither the one before nor the lowest seen. It is the last one that counted as better; "
        "small steps add up until they do.",
    )
    expect(got == (4, 3), "For losses 1, 0.95, 0.9, 0.85, 0.8, patience 4 and min_delta 0.12: work it out by hand.")
    got = _stops(answer, [10.0, 9.5, 9.0, 8.5], 3, 0.9)
    expect(got != (3, 0), "min_delta is a difference, not a share of the loss.")
    draw = np.random.default_rng(4)
    for _ in range(200):
        losses = (draw.integers(0, 40, size=20) / 8).tolist()
        patience, min_delta = int(draw.integers(1, 6)), draw.integers(0, 5) / 8
        expect(
            _stops(answer, losses, patience, min_delta) == stop_with_threshold(losses, patience, min_delta),
            "It fails on a longer sequence. Compare with stop_early for min_delta 0; then ask whether a loss lower by "
            "exactly min_delta counts (it does not).",
        )


EXERCISES = [
    Exercise(
        name="drop_out",
        kind="function",
        stub='''def drop_out(x, rate, rng):
    """Set each number to zero with probability rate; scale the others so that the mean stays."""
    kept = rng.random(np.shape(x)) >= rate
    return np.where(kept, ..., 0)''',
        solution=drop_out,
        check=check_drop_out,
        hint="On average a share of 1 − rate gets through. If what gets through is divided by that share, the average "
        "is what it was.",
    ),
    Exercise(
        name="stop_early",
        kind="function",
        stub='''def stop_early(losses, patience):
    """The last round that is trained, and the best one."""
    best = 0
    for number, loss in enumerate(losses):
        if loss < ...:
            best = number
        if patience <= ...:
            break
    return number, best''',
        solution=stop_early,
        check=check_stop_early,
        hint="losses[best] is the lowest loss so far. How many rounds have gone by since, and how many may?",
    ),
    Exercise(
        name="through_dropout",
        kind="function",
        stub="def through_dropout(output_gradient, kept, rate):\n    ...",
        solution=through_dropout,
        check=check_through_dropout,
        hint="If one input grows by a tiny amount, by how much does its output, if it was kept? And if dropped?",
    ),
    Exercise(
        name="stop_with_threshold",
        kind="function",
        stub="def stop_with_threshold(losses, patience, min_delta):\n    ...",
        solution=stop_with_threshold,
        check=check_stop_with_threshold,
        hint="Start from the lesson's stop_early. One comparison changes.",
    ),
]
