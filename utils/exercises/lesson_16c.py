"""Exercises of lesson 16c: a clamped chain, a wish, the way down, variety."""

import numpy as np

from utils import boltzmann
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

# ---- clamped_chain ----


def clamped_chain(v, known, step, turns):
    """Put the known pixels back after every turn."""
    now = v
    for _ in range(turns):
        drawn = step(now)
        now = np.where(known, v, drawn)
    return now


def check_clamped_chain(answer):
    rng = np.random.default_rng(1)
    v = rng.integers(0, 2, (4, 6)).astype(float)
    known = np.array([True, False, True, True, False, False])
    seen = []

    def step(now):
        seen.append(np.array(now, dtype=float))
        return (1 + 0.5 * np.asarray(now).sum(axis=1, keepdims=True) + np.arange(6)) % 2

    for turns in (3, 1):
        seen.clear()
        result = expect_array(call(answer, v, known, step, turns), (4, 6), "the pictures after the turns")
        expect(len(seen) == turns, f"step should be called once a turn: {turns} times here, not {len(seen)}.")
        seen_by_answer = list(seen)
        right = clamped_chain(v, known, step, turns)
        if np.allclose(result, right):
            continue
        free = v
        for _ in range(turns):
            free = step(free)
        expect(not np.allclose(result, free), "Nothing is held: after each turn the known pixels have to be put back.")
        expect(
            not np.allclose(result, np.where(known, v, free)),
            "The known pixels come back only at the end. The hidden units have to see them in every turn.",
        )
        expect(
            not np.allclose(result[:, ~known], v[:, ~known]),
            "The wrong way round: where known is True the pixel of v stays, elsewhere the drawn one.",
        )
        expect(np.allclose(result[:, known], v[:, known]), "The known pixels should be those of v at the end.")
        expect(
            turns == 1 or not np.allclose(seen_by_answer[1], v),
            "Each turn starts again at v. It should go on from where the last one ended.",
        )
        raise Wrong("Where known is True take v, elsewhere what was drawn in this turn.")


# ---- wish ----


def wish(digits, pixels, rng):
    """Random pixels, then the label as ten units; the units from the pixels on are clamped."""
    noise = (rng.random((len(digits), pixels)) < 0.5).astype("float32")
    start = np.concatenate([noise, np.eye(10, dtype="float32")[digits]], axis=1)
    return start, np.arange(pixels + 10) >= pixels


def check_wish(answer):
    digits = np.array([3, 0, 9, 3, 7] * 40)
    for pixels in (64, 20):
        parts = expect_parts(
            call(answer, digits, pixels, np.random.default_rng(2)), 2, "It should return two things: start and clamped."
        )
        start = expect_array(parts[0], (200, pixels + 10), "start")
        held = expect_array(parts[1], (pixels + 10,), "clamped").astype(bool)
        one_hot = np.eye(10)[digits]
        if np.array_equal(start[:, :10], one_hot) and not np.array_equal(start[:, pixels:], one_hot):
            raise Wrong("The label stands after the pixels, not before them.")
        noise, label = start[:, :pixels], start[:, pixels:]
        expect(np.isin(noise, (0, 1)).all(), "The pixels are 0 or 1, not numbers in between.")
        expect(0.4 < noise.mean() < 0.6, "The pixels should be random, each black with a chance of a half.")
        expect(len(np.unique(noise, axis=0)) > 1, "Every row starts with the same pixels: draw them for each row.")
        expect(
            not np.array_equal(label, np.eye(10)[(digits - 1) % 10]),
            "The unit is off by one: digit 0 has the first of the ten units.",
        )
        expect(
            np.array_equal(label, one_hot), "The ten units after the pixels: 1 for the row's digit, 0 for the others."
        )
        expect(not held.all(), "If every unit is clamped, nothing is drawn.")
        expect(not held[:pixels].any(), "The pixels are to be drawn: only the label is clamped.")
        expect(held[pixels:].all(), "All ten label units are clamped, the zeros too.")


# ---- go_down ----


def go_down(top, weights, visible, rng):
    """Draw pixels given the hidden units; the label units are left behind."""
    h = top[:, : weights.shape[1]]
    chance = 1 / (1 + np.exp(-(h @ weights.T + visible)))
    return (rng.random(chance.shape) < chance).astype("float32")


def check_go_down(answer):
    rng = np.random.default_rng(3)
    weights, visible = rng.normal(scale=1.5, size=(7, 4)), rng.normal(size=7)
    row = np.concatenate([[1.0, 0, 1, 1], np.eye(10)[6]])
    top = np.tile(row, (20_000, 1))
    result = expect_array(
        call(answer, top, weights, visible, np.random.default_rng(4)), (20_000, 7), "the pictures for 7 pixels"
    )
    result = result.astype(float)
    expect(np.isin(result, (0, 1)).all(), "Those are chances. A drawn picture has pixels 0 and 1.")
    right = boltzmann.sigmoid(row[:4] @ weights.T + visible)
    found = result.mean(axis=0)
    if np.abs(found - right).max() < 0.02:
        off_diagonal = ~np.eye(7, dtype=bool)
        pairs = (result.T @ result / len(result))[off_diagonal]
        expect(
            np.abs(pairs - np.outer(right, right)[off_diagonal]).max() < 0.02,
            "One random number for each pixel: yours share one, so they go on and off together.",
        )
        return
    same = len(np.unique(result, axis=0)) == 1
    expect(not (same and np.array_equal(result[0], right > 0.5)), "Draw with the chances, do not round them.")
    expect(not same, "All pictures are the same: draw anew for each picture and each pixel.")
    no_bias = boltzmann.sigmoid(row[:4] @ weights.T)
    expect(np.abs(found - no_bias).max() >= 0.02, "The pixels' own biases are missing.")
    last = boltzmann.sigmoid(row[-4:] @ weights.T + visible)
    expect(
        np.abs(found - last).max() >= 0.02, "The hidden units of the lower machine stand first, the label after them."
    )
    expect(np.abs(found - (1 - right)).max() >= 0.02, "The wrong way round: 1 where rng.random() is below the chance.")
    raise Wrong("P(pixel = 1 | h) is the sigmoid of W·h plus the pixel's bias. Which columns of top are h?")


# ---- variety ----


def variety(drawings):
    """Mean distance over all pairs of different rows."""
    drawings = np.asarray(drawings, float)
    apart = np.abs(drawings[:, None] - drawings[None]).sum(axis=2)
    return apart.sum() / (len(drawings) * (len(drawings) - 1))


def check_variety(answer):
    rng = np.random.default_rng(5)
    for count in (2, 7):
        drawings = rng.integers(0, 2, (count, 9)).astype(float)
        drawings[0, 0], drawings[1, 0] = 0, 1
        result = expect_number(call(answer, drawings), f"the variety of {count} drawings")
        right = variety(drawings)
        for wrong, text in (
            (right * (count - 1) / count, "A drawing does not differ from itself: leave those pairs out of the mean."),
            (right * count * (count - 1), "That is the sum over all pairs. The mean is asked for."),
            (right * count * (count - 1) / 2, "That is the sum over all pairs. The mean is asked for."),
            (right / 9, "The number of pixels that differ, not their share."),
            (right / 2, "Each pair is counted once above the fraction and twice below it, or the other way round."),
            (right * 2, "Each pair is counted once above the fraction and twice below it, or the other way round."),
        ):
            if np.isclose(result, wrong, rtol=1e-5) and not np.isclose(wrong, right):
                raise Wrong(text)
        expect_close(
            result, right, "the variety", hint="For each pair of different rows, count the pixels that differ."
        )
    expect(
        abs(expect_number(call(answer, np.ones((4, 6))), "the variety of equal drawings")) < 1e-9,
        "Four equal drawings have no variety.",
    )


EXERCISES = [
    Exercise(
        name="clamped_chain",
        kind="function",
        stub='''def clamped_chain(v, known, step, turns):
    """Pictures v (N, V) after so many turns of step; known (V,) is True where pixels stay."""
    now = v
    for _ in range(turns):
        now = step(now)
        ...
    return now''',
        solution=clamped_chain,
        check=check_clamped_chain,
        hint="np.where(condition, a, b) takes a where the condition is True, and b elsewhere.",
    ),
    Exercise(
        name="wish",
        kind="function",
        stub='''def wish(digits, pixels, rng):
    """Start of a chain: (start (N, pixels + 10), clamped (pixels + 10,)).

    digits (N,): the label of each row, as ten units, 1 for the digit; before them so many
    random pixels, 0 or 1, each with chance a half.
    """
    ...''',
        solution=wish,
        check=check_wish,
        hint="np.eye(10)[digits] has a row for each digit; np.concatenate with axis=1 puts columns side by side.",
    ),
    Exercise(
        name="go_down",
        kind="function",
        stub='''def go_down(top, weights, visible, rng):
    """Draw pictures (N, V) from the end of the top chain, (N, H + 10): H units and the label.

    The lower machine has weights (V, H) and pixel biases visible (V,).
    """
    ...''',
        solution=go_down,
        check=check_go_down,
        hint="The second half of a Gibbs step of 16b, with the first H columns of top for the hidden units.",
    ),
    Exercise(
        name="variety",
        kind="function",
        stub='''def variety(drawings):
    """Mean number of pixels in which two different rows of drawings (N, V), 0 or 1, differ."""
    ...''',
        solution=variety,
        check=check_variety,
        hint="Pixel by pixel: k of n drawings are black there, so how many pairs have one black and one white? "
        "How many pairs are there in all? Or take drawings[:, None] - drawings[None], which holds each pair twice.",
    ),
]
