"""Typical wrong answers to the exercises of lesson 04b, each with a fragment of the hint it must get."""

import numpy as np

from utils.exercises import lesson_04b


def _held(missing):
    return lambda p_right: len(p_right) - missing(np.asarray(p_right))


def _count(step):
    def count(points, weights):
        if points == 1 or weights == 1:
            return 2
        return step(count, points, weights)

    return count


def _memory(kinks_of, order_labels=True):
    def memory(x, labels):
        direction = np.random.default_rng(0).normal(size=x.shape[1])
        along = x @ direction
        order = np.argsort(along)
        kinks = kinks_of(along[order])
        hidden = np.maximum(along[order][:, None] - kinks, 0)
        weights = np.linalg.lstsq(hidden, labels[order] if order_labels else labels, rcond=None)[0]
        return np.outer(direction, np.ones(len(kinks))), -kinks, weights

    return memory


def _before_each(places):
    return np.concatenate([[places[0] - 1], (places[:-1] + places[1:]) / 2])


WRONG = {
    "bits_held": [
        (_held(lambda p: np.log2(p).sum()), "mind the sign"),
        (_held(lambda p: -np.log(p).sum()), "natural logarithm"),
        (_held(lambda p: -np.log10(p).sum()), "base 10"),
        (_held(lambda p: (1 - p).sum()), "minus the logarithm"),
        (_held(lambda p: (-p * np.log2(p)).sum()), "a term of the entropy"),
        (_held(lambda p: -np.log2(p).mean()), "all bits are missing"),
        (lambda p_right: -np.log2(p_right).sum(), "all bits are missing"),
    ],
    "labelings": [
        (_count(lambda count, n, d: count(n - 1, d)), "still to be added"),
        (_count(lambda count, n, d: 2 * count(n - 1, d)), "all there are"),
        (_count(lambda count, n, d: count(n - 1, d) * count(n - 1, d - 1)), "all there are"),
        (_count(lambda count, n, d: 2**n), "all there are"),
        (lambda n, d: 2 * n, "With one weight"),
        (_count(lambda count, n, d: count(n - 1, d) + count(n, d - 1)), "one point less"),
        (lambda n, d: min(2**n, 2 * n * (d - 1) or 2), "With as many weights"),
    ],
    "weights_needed": [
        (lambda points: points, "Half will do"),
        (lambda points: points // 2, "less than half"),
        (lambda points: points // 2 + 1, "Exactly half counts"),
        (lambda points: 2 * points, "another number"),
    ],
    "written_memory": [
        (_memory(lambda places: places), "every hidden unit is 0"),
        (_memory(lambda places: places[0] - 1 - np.arange(len(places))), "combinations of the others"),
        (_memory(_before_each, order_labels=False), "Does the order of the labels agree"),
        (
            lambda x, labels: (np.ones((x.shape[1], 2 * len(x))), np.ones(2 * len(x)), np.ones(2 * len(x))),
            "more than the",
        ),
        (lambda x, labels: lesson_04b.written_memory(x, labels)[:2], "Return three arrays"),
    ],
}
