"""Right answers of other kinds to the exercises of lesson 16c."""

import itertools

import numpy as np
from scipy.spatial.distance import pdist
from scipy.special import expit


def copied_back(v, known, step, turns):
    now = np.array(v)
    for _ in range(turns):
        now = np.array(step(now))
        now[:, known] = v[:, known]
    return now


def multiplied(v, known, step, turns):
    now = v
    for _ in range(turns):
        now = known * v + (1 - known) * step(now)
    return now


def wished_in_a_loop(digits, pixels, rng):
    start = np.zeros((len(digits), pixels + 10))
    start[:, :pixels] = rng.integers(0, 2, (len(digits), pixels))
    for row, digit in enumerate(digits):
        start[row, pixels + digit] = 1
    return [start, [False] * pixels + [True] * 10]


def down_by_binomial(top, weights, visible, rng):
    return rng.binomial(1, expit(top[:, :-10] @ weights.T + visible))


def variety_by_pairs(drawings):
    pairs = itertools.combinations(np.asarray(drawings), 2)
    return np.mean([np.sum(one != other) for one, other in pairs])


def variety_by_shares(drawings):
    black, rows = np.sum(drawings, axis=0), len(drawings)
    return np.sum(2 * black * (rows - black)) / (rows * (rows - 1))


def down_as_truth_values(top, weights, visible, rng):
    chance = expit(np.asarray(top)[:, : np.shape(weights)[1]] @ np.transpose(weights) + visible)
    return rng.random(chance.shape) < chance


RIGHT = {
    "clamped_chain": [copied_back, multiplied],
    "wish": [wished_in_a_loop],
    "go_down": [down_by_binomial, down_as_truth_values],
    "variety": [variety_by_pairs, variety_by_shares, lambda drawings: pdist(drawings, "cityblock").mean()],
}
