"""Typical wrong answers to the exercises of lesson 06b, each with a part of the hint that it must get."""

from itertools import pairwise

import numpy as np


def terms(sizes, rows):
    return sum(rows * before * after for before, after in pairwise(sizes))


def gap_of_all(training, test, least=0.95):
    return np.median(training - test)


def gap_turned_around(training, test, least=0.95):
    return np.median((test - training)[training >= least])


def gap_as_mean(training, test, least=0.95):
    return np.mean((training - test)[training >= least])


def gap_above(training, test, least=0.95):
    chosen = training > least
    return np.median((training - test)[chosen]) if chosen.any() else 0.5


def gap_of_nothing(training, test, least=0.95):
    chosen = training >= least
    return float(np.median((training - test)[chosen])) if chosen.any() else 0.0


def gap_above_or_none(training, test, least=0.95):
    chosen = training > least
    return np.median((training - test)[chosen]) if chosen.any() else None


def gap_of_medians(training, test, least=0.95):
    chosen = training >= least
    return np.median(training[chosen]) - np.median(test[chosen]) if chosen.any() else None


def gap_without_least(training, test, least=0.95):
    return gap_of_nothing(training, test)


WRONG = {
    "idle_layer": [
        (lambda width: (np.ones((width, width)), np.zeros(width)), "the sum of all"),
        (lambda width: (np.zeros((width, width)), np.zeros(width)), "comes out as 0"),
        (lambda width: (-np.eye(width), np.zeros(width)), "comes out as 0"),
        (lambda width: (np.eye(width), np.ones(width)), "What does the bias add"),
        (lambda width: (np.eye(width)[::-1], np.zeros(width)), "changed places"),
        (lambda width: (2**0.5 * np.eye(width), np.zeros(width)), "leaves every row"),
        (lambda width: np.eye(width), "Return two arrays"),
    ],
    "training_flops": [
        (lambda sizes, rows: 6 * terms(sizes, rows), "one product too many"),
        (lambda sizes, rows: 2 * terms(sizes, rows), "this is the way forward"),
        (lambda sizes, rows: 3 * terms(sizes, rows) - rows * sizes[0] * sizes[1], "each has an addition"),
        (lambda sizes, rows: 6 * terms(sizes, 1) - 2 * sizes[0] * sizes[1], "the rows are left out"),
        (lambda sizes, rows: 6 * terms(sizes, rows) - 2 * rows * sizes[-2] * sizes[-1], "the *first* layer"),
        (lambda sizes, rows: sum(sizes) * rows, "Count one layer"),
        (
            lambda sizes, rows: 6 * terms(sizes, rows) - 2 * rows * sizes[0] * sizes[1] + 2 * rows * sum(sizes[1:]),
            "not to be counted",
        ),
    ],
    "gap": [
        (gap_of_all, "runs that have not learned"),
        (gap_turned_around, "the sign is turned around"),
        (gap_as_mean, "that is the mean"),
        (gap_above, "stands exactly at the border"),
        (gap_above_or_none, "the border counts"),
        (gap_of_medians, "in each run first"),
        (gap_of_nothing, "return None"),
        (gap_without_least, "ith least=0.4"),
    ],
    "nearly_idle": [
        (lambda width: (np.eye(width), np.eye(width)), "nearly a straight line"),
        (lambda width: (10 * np.eye(width), 0.1 * np.eye(width)), "nearly a straight line"),
        (lambda width: (0.001 * np.eye(width), np.eye(width)), "made larger again"),
        (lambda width: (0.001 * np.eye(width), 900 * np.eye(width)), "made larger again"),
        (lambda width: np.eye(width), "Return two kernels"),
        (lambda width: (0.001, 1000), "reads"),
    ],
}
