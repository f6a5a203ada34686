"""Right answers of other kinds to the exercises of lesson 16b."""

import itertools

import numpy as np
from scipy.special import expit, log_expit

from utils.exercises import lesson_16b


def by_counting(v, weights, visible, hidden):
    """The sum over all hidden states, one at a time."""
    states = itertools.product((0, 1), repeat=len(hidden))
    below = [v @ visible + (v @ weights + hidden) @ np.array(state) for state in states]
    return -np.logaddexp.reduce(below, axis=0)


def summed_with_einsum(shown, pictures, chance, weights, hidden):
    first = np.einsum("ni,nj->ij", shown, expit(shown @ weights + hidden)) / len(shown)
    return first - np.einsum("n,ni,nj->ij", chance, pictures, expit(pictures @ weights + hidden))


def with_binomial(v, weights, visible, hidden, rng):
    h = rng.binomial(1, expit(v @ weights + hidden))
    return rng.binomial(1, expit(h @ weights.T + visible))


def with_truth_values(v, weights, visible, hidden, rng):
    return with_binomial(v, weights, visible, hidden, rng).astype(bool)


def by_log_expit(v, weights, visible, hidden):
    """A picture and a pixel at a time."""
    found = []
    for row in v:
        others = np.abs(row - np.eye(len(row)))
        both = lesson_16b.free_energy(np.vstack([row, others]), weights, visible, hidden)
        found.append(log_expit(both[1:] - both[0]).sum())
    return found


RIGHT = {
    "free_energy": [by_counting],
    "weight_gradient": [summed_with_einsum],
    "gibbs_step": [with_binomial, with_truth_values],
    "pseudo_log_chance": [by_log_expit],
}
