"""Typical wrong answers to the exercises of lesson 01c, each with a part of the hint that it must get."""

from itertools import pairwise

import numpy as np


def kinks_with_the_end(heights):
    slopes = np.diff(heights) * (len(heights) - 1)
    return np.diff(slopes, prepend=0, append=0)


def kinks_without_the_first(heights):
    return np.diff(np.diff(heights) * (len(heights) - 1))


def kinks_as_slopes(heights):
    return np.diff(heights) * (len(heights) - 1)


def kinks_without_width(heights):
    return np.diff(np.diff(heights), prepend=0)


def kinks_turned_around(heights):
    slopes = np.diff(heights) * (len(heights) - 1)
    return -np.diff(slopes, prepend=0)


def kinks_off_by_one_width(heights):
    return np.diff(np.diff(heights) * len(heights), prepend=0)


PUT_TOGETHER = np.array([[2.0], [-4.0]])
FIRST = np.array([[1.0, 1.0]]), np.array([0.0, -0.5])
LAST = PUT_TOGETHER, np.zeros(1)


def deep(middle, last=LAST, first=FIRST):
    """A network with something wrong in it."""
    return lambda folds: [first, *[middle] * (folds - 1), last]


def one_layer_short(folds):
    middle = PUT_TOGETHER @ FIRST[0], FIRST[1]
    return [FIRST, *[middle] * max(0, folds - 2), LAST]


def fold_once_then_pass(folds):
    """The layers in the middle hand on what they get."""
    middle = np.eye(2), np.zeros(2)
    return [FIRST, *[middle] * (folds - 1), LAST]


def in_three(weights, kinks=(0, 1 / 3, 2 / 3)):
    """A network that folds in three, with these weights."""

    def fold_in_three(folds):
        together = np.array(weights, dtype=float)[:, None]
        first = np.ones((1, 3)), -np.array(kinks, dtype=float)
        return [first, *[(together @ first[0], first[1])] * (folds - 1), (together, np.zeros(1))]

    return fold_in_three


def in_two(folds):
    return deep((PUT_TOGETHER @ FIRST[0], FIRST[1]))(folds)


def count(width, hidden_layers, biases=True):
    sizes = [1, *[width] * hidden_layers, 1]
    return sum((before + biases) * after for before, after in pairwise(sizes))


def widest(fits):
    """The largest width that fits."""

    def width_for(most, hidden_layers):
        width = 1
        while fits(width + 1, most, hidden_layers):
            width += 1
        return width

    return width_for


WRONG = {
    "output_weights": [
        (kinks_with_the_end, "one for each piece"),
        (kinks_without_the_first, "one weight is missing"),
        (kinks_as_slopes, "these are the slopes of the pieces"),
        (kinks_without_width, "divided by the width of a piece"),
        (np.diff, "divided by the width of a piece"),
        (kinks_turned_around, "signs are turned around"),
        (kinks_off_by_one_width, "is wanted"),
        (lambda heights: kinks_as_slopes(heights).sum(), "shape"),
    ],
    "deep_sawtooth": [
        (deep((PUT_TOGETHER.T * [[1], [1]], FIRST[1])), "look at a layer in the middle"),
        (deep((np.ones((2, 2)), FIRST[1])), "look at a layer in the middle"),
        (deep((PUT_TOGETHER @ FIRST[0], np.zeros(2))), "look at a layer in the middle"),
        (fold_once_then_pass, "the network folds once"),
        (one_layer_short, "return a list of"),
        (lambda folds: in_two(folds)[:-1], "For 1 fold, return a list of 2 layers: 1 hidden one and the last"),
        (deep((PUT_TOGETHER @ FIRST[0], FIRST[1]), (np.array([[2.0], [-2.0]]), np.zeros(1))), "on paper"),
        (deep(FIRST), "The kernel of layer 2"),
        (lambda folds: [layer[0] for layer in in_two(folds)], "is a pair"),
    ],
    "width_for": [
        (widest(lambda width, most, layers: count(width, layers) < most), "would still fit"),
        (widest(lambda width, most, layers: count(width, layers, biases=False) <= most), "Are the biases counted"),
        (lambda most, layers: widest(lambda w, m, n: count(w, n) <= m)(most, layers) + 1, "which width was the last"),
        (lambda most, layers: most / (3 * layers), "a whole number"),
        (lambda most, layers: most // 3 // layers, "too many"),
    ],
    "pass_through": [
        (((np.array([[1.0]]), np.zeros(1)), (np.array([[1.0]]), np.zeros(1))), "ReLU stops them"),
        (((np.array([[1.0, -1.0]]), np.zeros(2)), (np.array([[1.0], [1.0]]), np.zeros(1))), "without their sign"),
        (((np.array([[1.0]]), np.array([10.0])), (np.array([[1.0]]), np.array([-10.0]))), "ends somewhere"),
        (((np.array([[1.0]]), np.array([1e5])), (np.array([[1.0]]), np.array([-1e5]))), "ends somewhere"),
        (((np.array([[1.0, -1.0]]), np.zeros(2)), (np.array([[-1.0], [1.0]]), np.zeros(1))), "comes back as"),
        (((np.array([[1.0], [-1.0]]), np.zeros(2)), (np.array([[1.0], [-1.0]]), np.zeros(1))), "The first kernel"),
        ((np.array([[1.0, -1.0]]), np.zeros(2), np.array([[1.0], [-1.0]])), "Two layers"),
    ],
    "fold_in_three": [
        (in_three([3, -3, 3]), "on paper"),
        (in_three([1, -2, 2]), "on paper"),
        (in_three([3, -6, 6], (0, 0.25, 0.5)), "on paper"),
        (in_two, "The kernel of layer 1"),
        (lambda folds: in_three([3, -6, 6])(1), "return a list of"),
    ],
}
