"""The exercises of lesson 00d, is the network worth it."""

import math

import numpy as np

from utils.exercises.engine import (
    Exercise,
    Wrong,
    call,
    expect,
    expect_array,
    expect_close,
    expect_number,
)

# ---- neighbors vote ----


def neighbors_vote(image, images, labels, k):
    """The commonest label among the k of `images`, (N, 64), that are nearest to `image`, (64,)."""
    distances = np.sum((images - image) ** 2, axis=1)
    nearest = np.argsort(distances)[:k]
    return np.bincount(labels[nearest]).argmax()


def check_neighbors_vote(answer):
    """Cases in which other distances give another neighbor, then votes among random images."""
    near_and_far = np.full((2, 64), 3.0)
    near_and_far[1] = 0.1
    expect(
        expect_number(call(answer, np.zeros(64), near_and_far, np.array([5, 6]), 1)) != 5
        or expect_number(call(answer, np.zeros(64), near_and_far[::-1], np.array([5, 6]), 1)) != 6,
        "Two images, one far away: its label is what comes out. Which end of the sorted distances is the near one?",
    )
    opposite, spread = np.zeros((2, 64)), np.zeros((2, 64))
    opposite[0, :32], opposite[0, 32:], opposite[1] = 1, -1, 0.2
    expect(
        expect_number(call(answer, np.zeros(64), opposite, np.array([5, 6]), 1)) == 6,
        "Two images: one differs by 1 and −1, the other by 0.2 everywhere, and is nearer. Differences of opposite sign "
        "must not cancel, and each image has a distance of its own.",
    )
    spread[0, 0], spread[1] = 1.5, 0.1
    expect(
        expect_number(call(answer, np.zeros(64), spread, np.array([5, 6]), 1)) == 6,
        "One pixel far off counts more than it should, or less: add the *squares* over all pixels.",
    )
    everywhere = np.full((2, 64), 0.5)
    everywhere[1] = 0
    everywhere[1, 0] = 1
    expect(
        expect_number(call(answer, np.zeros(64), everywhere, np.array([5, 6]), 1)) == 6,
        "One image differs by 0.5 at every pixel, the other by 1 at a single one, and is nearer. All pixels count, "
        "and not the largest difference alone.",
    )
    rng = np.random.default_rng(0)
    images, labels = rng.random((40, 64)), rng.integers(0, 10, 40)
    image = images[17] + rng.normal(0, 0.05, 64)
    result = expect_number(call(answer, image, images, labels, 1))
    expect(result == labels[17], "With k = 1 the answer is the label of the one nearest image.")
    line = np.zeros((6, 64))
    line[:, 0] = [0.1, 0.2, 0.3, 1, 2, 3]
    votes = np.array([4, 7, 7, 9, 9, 9])
    result = expect_number(call(answer, np.zeros(64), line, votes, 3))
    expect(result != 4, "Three are to vote, and the nearest alone has decided. Do the others have a voice?")
    expect(result != 9, "That is the commonest label of all images. Only the k nearest vote.")
    expect(result == 7, "Of the three nearest images one is a 4 and two are 7s. The commonest label is asked for.")
    for k in (1, 3, 7):
        for _ in range(10):
            image = rng.random(64)
            result = expect_number(call(answer, image, images, labels, k))
            expect(
                result == neighbors_vote(image, images, labels, k),
                f"For a random image and k = {k} another label wins. Is there one distance for each image?",
            )


# ---- KL divergence ----


def kl_divergence(p, q):
    """The price, in bits, of believing `q` where `p` is true."""
    possible = p > 0
    return np.sum(p[possible] * np.log2(p[possible] / q[possible]))


_SMALL_NUMBER = (
    "If you add a small number so that no logarithm is infinite, the result is off by it. Leave those outcomes out."
)


def check_kl_divergence(answer):
    """A case done by hand, one with a zero, then random ones."""
    p, q = np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.25, 0.5])
    result = expect_number(call(answer, p, q), "the KL of (1/2, 1/4, 1/4) from (1/4, 1/4, 1/2)")
    expect(
        not np.isclose(result, 1.75),
        "That is the cross-entropy. Take away the entropy of p, which no belief can save.",
    )
    expect(not np.isclose(result, -0.25), "The size is right, the sign is not: the price is never negative.")
    expect(not np.isclose(result, 0.25 * np.log(2)), "That is in natural units. Which logarithm counts bits?")
    expect(
        not np.isclose(result, 0.25 / 3),
        "That is the mean over the outcomes. The weights p already average: take the sum.",
    )
    expect(not 1e-6 < abs(result - 0.25) < 0.01, f"That is nearly it. {_SMALL_NUMBER}")
    expect_close(result, 0.25, "the KL of (1/2, 1/4, 1/4) from (1/4, 1/4, 1/2)")
    p, q = np.array([0.75, 0.25]), np.array([0.5, 0.5])
    result = expect_number(call(answer, p, q))
    expect(
        not np.isclose(result, kl_divergence(q, p)),
        "p and q have changed places. The outcomes happen with the probabilities p.",
    )
    expect_close(result, kl_divergence(p, q), "the KL of (3/4, 1/4) from (1/2, 1/2)")
    with np.errstate(all="ignore"):
        result = call(answer, np.array([0.0, 1.0]), np.array([0.5, 0.5]))
    if not np.isfinite(np.asarray(result, float)).all():
        raise Wrong("With p = (0, 1) there is no number in the result. Leave out the outcomes that cannot happen.")
    expect_close(result, 1.0, "the KL of (0, 1) from (1/2, 1/2)", hint="An outcome that cannot happen adds nothing.")
    p, q = np.array([0.5, 0.0, 0.5]), np.array([0.25, 0.5, 0.25])
    expect_close(
        call(answer, p, q),
        1.0,
        "the KL of (1/2, 0, 1/2) from (1/4, 1/2, 1/4)",
        hint="Where an outcome of p is left out, the same outcome of q goes with it.",
    )
    rng = np.random.default_rng(0)
    for size in (2, 5, 40):
        p, q = rng.dirichlet(np.ones(size), 2)
        expect_close(
            call(answer, p, q),
            kl_divergence(p, q),
            f"the KL for {size} random outcomes",
            tolerance=1e-9,
            hint=_SMALL_NUMBER,
        )


# ---- one step down ----


def step_down(weights, slopes, rate):
    """The weights after one step of gradient descent, as new arrays."""
    return weights - rate * slopes


def check_step_down(answer):
    """A step by hand; the arrays handed over stay; a small step goes down a bowl."""
    weights, slopes = np.array([1.0, 2.0, -1.0]), np.array([4.0, -2.0, 0.0])
    result = expect_array(call(answer, weights, slopes, 0.5), (3,), "the new weights")
    expect(
        not np.allclose(result, [3, 1, -1]),
        "That is a step up: where the slope is positive, a larger weight means a larger loss.",
    )
    expect(not np.allclose(result, [-3, 4, -1]), "That is a step by the whole slope. What is the rate for?")
    expect(
        not np.allclose(result, [2, -1, 0]) and not np.allclose(result, [-2, 1, 0]),
        "That is the step itself. From where does it start?",
    )
    expect(
        not np.allclose(result, [0.5, 2.5, -1]),
        "Each weight goes the same way, however steep it is there. The slope itself says how far.",
    )
    expect_close(
        result,
        [-1, 3, -1],
        "the weights after a step of rate 0.5",
        hint="A weight of 1 with a slope of 4 becomes −1.",
    )
    rng = np.random.default_rng(0)
    for size in (1, 31):
        weights, slopes = rng.normal(size=(2, size))
        expect_close(
            call(answer, weights, slopes, 0.01),
            weights - 0.01 * slopes,
            f"{size} weights after a step of rate 0.01",
            hint="Does it use the rate that it is given?",
        )
    weights, slopes = rng.normal(size=(2, 5))
    given = weights.copy(), slopes.copy()
    call(lambda: answer(weights, slopes, 0.01))  # these very arrays, and no copies
    expect(
        np.array_equal(weights, given[0]) and np.array_equal(slopes, given[1]),
        "The step is right, but it changes the arrays that it was given. Whoever handed them over may still need "
        "them: return new ones.",
    )


# ---- how long an exam ----


def exam_size(share, error):
    """The smallest number of examples for which the standard error is at most `error`."""
    needed = share * (1 - share) / error**2
    return math.ceil(needed * (1 - 1e-5))  # a float may be off in its last digits


def check_exam_size(answer):
    """Exact cases, cases to be rounded up, and extremes."""
    result = expect_number(call(answer, 0.5, 0.05), "the size for a share of 0.5 and an error of 0.05")
    expect(
        result != 5,
        "The number of examples stands under the root: to halve the error takes four times as many. Is it squared?",
    )
    expect(result != 10, "That is the root of the number. Square both sides before you solve for it.")
    expect(result != 200, "The share times one less the share: p(1 − p). Only one of the two seems to be there.")
    expect(
        float(result).is_integer() or abs(result - 100) > 0.01,
        "The size is right but for the rounding, and that it has to bring along: examples come whole.",
    )
    expect(
        result != 99,
        "It is one too few. With one example fewer than needed the error is larger than it may be: round up, and mind "
        "that a float may be off in its last digit.",
    )
    expect(
        result in (100, 101),
        "For a share of 0.5 and an error of 0.05 it is not right. Solve √(p(1 − p)/n) = error for n.",
    )
    expect(result == 100, "It is one too many: where the error is met exactly, that is small enough.")
    for share, error in [(0.9, 0.007), (0.96, 0.009), (0.8, 0.03), (0.2, 0.03)]:
        result = expect_number(call(answer, share, error))
        expect(
            float(result).is_integer(),
            f"For a share of {share} and an error of {error} it is no whole number. Examples come whole.",
        )
        expect(
            result != exam_size(share, error) - 1,
            f"For a share of {share} and an error of {error} it is one too few: round so that the error stays within.",
        )
        expect(
            result != exam_size(share, error) + 1,
            f"For a share of {share} and an error of {error} it is one too many. Where the error is met exactly, that "
            "is small enough; and a float may be off in its last digit.",
        )
        expect(
            result == exam_size(share, error),
            f"For a share of 0.5 it is right, for {share} and an error of {error} it is not. Does it use the share?",
        )


EXERCISES = [
    Exercise(
        name="neighbors_vote",
        kind="function",
        stub='''def neighbors_vote(image, images, labels, k):
    """The commonest label among the k of `images`, (N, 64), that are nearest to `image`, (64,)."""
    distances = ...
    nearest = np.argsort(distances)[:k]
    return np.bincount(labels[nearest]).argmax()''',
        solution=neighbors_vote,
        check=check_neighbors_vote,
        hint="images - image subtracts the one from each of the many. Square, then sum along the axis of the pixels.",
    ),
    Exercise(
        name="kl_divergence",
        kind="function",
        stub='''def kl_divergence(p, q):
    """The price, in bits, of believing `q` where `p` is true."""
    ...''',
        solution=kl_divergence,
        check=check_kl_divergence,
        hint="The mean, by p, of log₂(p/q): a sum with the weights p. For the zeros: p[p > 0] picks what can happen.",
    ),
    Exercise(
        name="step_down",
        kind="function",
        stub='''def step_down(weights, slopes, rate):
    """The weights after one step of gradient descent, as new arrays."""
    return ...''',
        solution=step_down,
        check=check_step_down,
        hint="Where the loss grows with a weight, the weight has to shrink; the rate says how far a slope of 1 leads.",
    ),
    Exercise(
        name="exam_size",
        kind="function",
        stub='''def exam_size(share, error):
    """The smallest number of examples for which the standard error is at most `error`."""
    ...''',
        solution=exam_size,
        check=check_exam_size,
        hint="√(p(1 − p)/n) ≤ error: square both sides, solve for n, and round up. Mind what floats make of 100.",
    ),
]
