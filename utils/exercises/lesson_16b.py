"""Exercises of lesson 16b: free energy, the gradient by counting, a Gibbs step, the pseudo-likelihood."""

import numpy as np

from utils import boltzmann
from utils.exercises.engine import Exercise, Wrong, call, expect, expect_array, expect_close

# ---- free_energy ----


def free_energy(v, weights, visible, hidden):
    """-v·a minus the sum of log(1 + exp(b + v·W)) over the hidden units."""
    return -v @ visible - np.logaddexp(0, v @ weights + hidden).sum(axis=1)


def _machine(rng, size=1.0):
    return rng.normal(scale=size, size=(5, 3)), rng.normal(size=5), rng.normal(size=3)


def check_free_energy(answer):
    rng = np.random.default_rng(1)
    for size in (1.0, 0.3):
        weights, visible, hidden = _machine(rng, size)
        v = boltzmann.all_states(5)[rng.permutation(32)[:9]]
        result = expect_array(call(answer, v, weights, visible, hidden), (9,), "the result for 9 pictures")
        right = free_energy(v, weights, visible, hidden)
        into = v @ weights + hidden
        for wrong, text in (
            (-right, "The sign: F is minus the logarithm of the sum, so a likely picture has a low one."),
            (right + v @ visible, "The pixels' own biases are missing: -v·a is part of the energy of every state."),
            (right + 2 * (v @ visible), "The sign of the pixels' biases: the energy holds -v·a."),
            (
                -v @ visible - np.logaddexp(0, v @ weights).sum(axis=1),
                "The hidden units' biases are missing: what does a unit add to the energy when it is on?",
            ),
            (
                -v @ visible - into.sum(axis=1),
                "A hidden unit can be off too: that state contributes exp(0) = 1 to its factor.",
            ),
            (
                -v @ visible - np.log1p(np.exp(into.sum(axis=1))),
                "The sum over the hidden units comes after the logarithm of each unit's own factor.",
            ),
            (
                -v @ visible - boltzmann.sigmoid(into).sum(axis=1),
                "That has the units' chances to be on. Here it is the logarithm of 1 + exp(…).",
            ),
            (
                -v @ visible - np.log(np.sum(1 + np.exp(into), axis=1)),
                "Independent units: the sum over their states is a product of factors, not a sum of them.",
            ),
        ):
            expect(not np.allclose(result, wrong, rtol=1e-4, atol=1e-5), text)
        expect_close(
            result,
            right,
            "the free energies",
            hint="One term for the pixels' biases, and for each hidden unit log(1 + exp(what flows into it)).",
        )
    v = np.ones((1, 5))
    large = call(answer, v, np.full((5, 2), 400.0), np.zeros(5), np.zeros(2))
    expect(
        np.all(np.isfinite(np.asarray(large, dtype=float))),
        "With large weights your exp overflows. np.logaddexp(0, s) is log(1 + exp(s)) for any s.",
    )


# ---- weight_gradient ----


def weight_gradient(shown, pictures, chance, weights, hidden):
    """Mean of v·P(h|v) over what is shown, minus the machine's own."""

    def mean_product(v, share):
        on = 1 / (1 + np.exp(-(v @ weights + hidden)))
        return (v * share[:, None]).T @ on

    return mean_product(shown, np.full(len(shown), 1 / len(shown))) - mean_product(pictures, chance)


def check_weight_gradient(answer):
    rng = np.random.default_rng(2)
    weights, visible, hidden = _machine(rng)
    pictures = boltzmann.all_states(5)
    chance = np.exp(-free_energy(pictures, weights, visible, hidden))
    chance /= chance.sum()
    shown = pictures[[3, 3, 17, 30, 9, 24, 1]]
    result = expect_array(
        call(answer, shown, pictures, chance, weights, hidden), (5, 3), "the gradient for 5 pixels and 3 hidden units"
    )
    right = weight_gradient(shown, pictures, chance, weights, hidden)
    first = weight_gradient(shown, pictures, 0 * chance, weights, hidden)
    second = first - right
    uniform = weight_gradient(shown, pictures, np.full(32, 1 / 32), weights, hidden)
    no_bias = weight_gradient(shown, pictures, chance, weights, 0 * hidden)
    for wrong, text in (
        (-right, "The sign: the gradient leads uphill, so what is shown comes first and is counted positive."),
        (first, "That is the first mean alone. The second, the machine's own, is missing."),
        (7 * first - second, "The first term is a mean over the pictures shown: divide by how many there are."),
        (uniform, "The second mean counts each picture by its chance, not all alike."),
        (first - 32 * (first - uniform), "The second mean counts each picture by its chance."),
        (no_bias, "The chance of a hidden unit has its bias in it."),
        (right * 7, "Means, not sums: divide by the number of pictures shown."),
    ):
        expect(not np.allclose(result, wrong, rtol=1e-4, atol=1e-6), text)
    hard = (shown.T @ (shown @ weights + hidden > 0)) / 7 - (pictures * chance[:, None]).T @ (
        pictures @ weights + hidden > 0
    )
    expect(not np.allclose(result, hard, atol=1e-6), "For h take its probability, not whether it is above a half.")
    linear = (shown.T @ (shown @ weights + hidden)) / 7 - (pictures * chance[:, None]).T @ (pictures @ weights + hidden)
    expect(not np.allclose(result, linear, atol=1e-6), "The sigmoid of the sum is missing: P(h = 1 | v).")
    expect_close(
        result,
        right,
        "the gradient",
        hint="The same mean of v_i times P(h_j | v) twice: over shown, and over pictures with their chances.",
    )


# ---- gibbs_step ----


def gibbs_step(v, weights, visible, hidden, rng):
    """Hidden units given pixels, then pixels given hidden units."""
    on = 1 / (1 + np.exp(-(v @ weights + hidden)))
    h = (rng.random(on.shape) < on).astype(float)
    black = 1 / (1 + np.exp(-(h @ weights.T + visible)))
    return (rng.random(black.shape) < black).astype(float)


def check_gibbs_step(answer):
    rng = np.random.default_rng(3)
    weights, visible = rng.normal(scale=3, size=(5, 3)), rng.normal(size=5)
    v = np.tile([1.0, 0, 1, 1, 0], (20_000, 1))
    hidden = np.array([0.8, -0.6, 1.0]) - v[0] @ weights  # so that each unit is now on, now off
    result = call(answer, v, weights, visible, hidden, np.random.default_rng(4))
    result = expect_array(result, v.shape, "the pictures after a step")
    expect(np.isin(result, (0, 1)).all(), "A drawn picture has pixels 0 and 1; yours has chances in between.")
    result = result.astype(float)
    expect(
        np.array_equal(np.asarray(call(answer, v, weights, visible, hidden, np.random.default_rng(4))), result),
        "With the same generator the pictures differ: take the random numbers from rng, so that a run can be repeated.",
    )
    again = call(answer, v, weights, visible, hidden, np.random.default_rng(5))
    expect(
        not np.array_equal(np.asarray(again), result),
        "With another generator the pictures are the same: nothing is drawn. Compare the chances with rng.random.",
    )
    on = boltzmann.sigmoid(v[:1] @ weights + hidden)[0]
    states = boltzmann.all_states(3)
    share = np.prod(np.where(states == 1, on, 1 - on), axis=1)
    black = boltzmann.sigmoid(states @ weights.T + visible)
    right, found = share @ black, result.mean(axis=0)
    pairs, found_pairs = (share[:, None] * black).T @ black, result.T @ result / len(result)
    np.fill_diagonal(pairs, right)
    near = 0.025
    if np.abs(found - right).max() < near:
        if np.abs(found_pairs - pairs).max() < near:
            return
        raise Wrong("Each pixel alone is right, but not pixels together: all of a picture come from the same drawn h.")
    soft = boltzmann.sigmoid(on @ weights.T + visible)
    expect(np.abs(found - soft).max() >= near, "The hidden units are to be drawn, 0 or 1, before the pixels are.")
    hard = boltzmann.sigmoid((on > 0.5) @ weights.T + visible)
    expect(np.abs(found - hard).max() >= near, "A hidden unit is on *with* its chance, not whenever it exceeds a half.")
    expect(
        np.abs(found - (1 - right)).max() >= near, "The comparison is the wrong way round: 1 where rng.random() < p."
    )
    no_bias = share @ boltzmann.sigmoid(states @ weights.T)
    expect(np.abs(found - no_bias).max() >= near, "The pixels' own biases are missing in the second half.")
    on = boltzmann.sigmoid(v[:1] @ weights)[0]
    no_hidden = np.prod(np.where(states == 1, on, 1 - on), axis=1) @ black
    expect(np.abs(found - no_hidden).max() >= near, "The hidden units' biases are missing in the first half.")
    raise Wrong(
        "The shares of black pixels are not those of a step: h given v with W and b, then v given h with Wᵀ and a."
    )


# ---- pseudo_log_chance ----


def pseudo_log_chance(v, weights, visible, hidden):
    """Sum over the pixels of log sigmoid(F(flipped) - F(v))."""
    total = np.zeros(len(v))
    for pixel in range(v.shape[1]):
        flipped = v.copy()
        flipped[:, pixel] = 1 - flipped[:, pixel]
        rise = free_energy(flipped, weights, visible, hidden) - free_energy(v, weights, visible, hidden)
        total -= np.logaddexp(0, -rise)
    return total


def check_pseudo_log_chance(answer):
    rng = np.random.default_rng(6)
    weights, visible, hidden = _machine(rng)
    v = boltzmann.all_states(5)[[2, 11, 31, 20]]
    result = expect_array(call(answer, v, weights, visible, hidden), (4,), "the result for 4 pictures")
    right = pseudo_log_chance(v, weights, visible, hidden)
    rises = []
    for pixel in range(5):
        flipped = v.copy()
        flipped[:, pixel] = 1 - flipped[:, pixel]
        rises.append(free_energy(flipped, weights, visible, hidden) - free_energy(v, weights, visible, hidden))
    rises = np.array(rises)
    for wrong, text in (
        (right / 5, "The sum over the pixels, not their mean."),
        (-right, "The sign: a logarithm of a chance is not positive."),
        (
            -np.logaddexp(0, rises).sum(axis=0),
            "The difference is the wrong way round: a flip that costs energy makes p large.",
        ),
        (boltzmann.sigmoid(rises).sum(axis=0), "Those are chances. The sum is over their logarithms."),
        (rises.sum(axis=0), "That is the difference of the free energies. Its sigmoid is the chance."),
        (-free_energy(v, weights, visible, hidden), "That is -F. What does the picture with one pixel flipped have?"),
    ):
        expect(not np.allclose(result, wrong, rtol=1e-4, atol=1e-5), text)
    expect_close(
        result,
        right,
        "the sums of logarithms",
        hint="Flip one pixel, take the difference of the two free energies, its sigmoid, the logarithm; then the next.",
    )


EXERCISES = [
    Exercise(
        name="free_energy",
        kind="function",
        stub='''def free_energy(v, weights, visible, hidden):
    """F of pictures v (N, V), as (N,); weights (V, H), biases visible (V,) and hidden (H,)."""
    ...''',
        solution=free_energy,
        check=check_free_energy,
        hint="v @ weights + hidden is what flows into each hidden unit. np.logaddexp(0, s) is log(1 + exp(s)).",
    ),
    Exercise(
        name="weight_gradient",
        kind="function",
        stub='''def weight_gradient(shown, pictures, chance, weights, hidden):
    """(V, H): how the mean log p of shown (N, V) changes with the weights.

    pictures (M, V) are all there are, chance (M,) the machine's probability of each;
    weights (V, H), hidden (H,).
    """
    ...''',
        solution=weight_gradient,
        check=check_weight_gradient,
        hint="(N, V).T @ (N, H) sums v_i times h_j over the pictures. Multiply the rows by their shares before.",
    ),
    Exercise(
        name="gibbs_step",
        kind="function",
        stub='''def gibbs_step(v, weights, visible, hidden, rng):
    """Draw hidden units given pictures v (N, V), then pictures (N, V) given those, 0 or 1."""
    ...''',
        solution=gibbs_step,
        check=check_gibbs_step,
        hint="rng.random(p.shape) < p is True with the chance p. Twice: once with weights, once with weights.T.",
    ),
    Exercise(
        name="pseudo_log_chance",
        kind="function",
        stub='''def pseudo_log_chance(v, weights, visible, hidden):
    """(N,): for each picture of v (N, V) the sum over pixels of log p(pixel | the others)."""
    ...''',
        solution=pseudo_log_chance,
        check=check_pseudo_log_chance,
        hint="For each pixel: a copy of v with that column flipped, and the free energies of both.",
    ),
]
