"""Right answers of other kinds to the exercises of lesson 04b."""

import math

import numpy as np

from utils.exercises import lesson_04b


def labelings_by_sum(points, weights):
    """Cover's sum of binomial coefficients."""
    return 2 * sum(math.comb(points - 1, k) for k in range(weights))


def memory_of_another_direction(x, labels):
    """Kinks a third of the way back to the point before, along another direction, as lists."""
    direction = np.random.default_rng(7).normal(size=x.shape[1])
    along = x @ direction
    order = np.argsort(along)
    kinks = along[order] - np.diff(along[order], prepend=along.min() - 1) / 3
    weights = np.linalg.solve(np.maximum(along[order][:, None] - kinks, 0), labels[order])
    return np.outer(direction, np.ones(len(x))).tolist(), (-kinks).tolist(), weights.tolist()


RIGHT = {
    "bits_held": [
        lambda p_right: np.log2(2 * np.asarray(p_right)).sum(),
        lambda p_right: sum(1 + math.log2(p) for p in p_right),
        lambda p_right: np.float32(len(p_right)) + np.log2(np.float32(p_right)).sum(),
    ],
    "labelings": [labelings_by_sum, lambda *case: np.int64(labelings_by_sum(*case))],
    "weights_needed": [
        lambda points: (points + 1) // 2,
        lambda points: next(d for d in range(1, 99) if labelings_by_sum(points, d) >= 2 ** (points - 1)),
    ],
    "written_memory": [memory_of_another_direction, lambda *case: list(lesson_04b.written_memory(*case))],
}
