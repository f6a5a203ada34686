"""Typical wrong answers to the exercises of lesson 06c, each with a fragment of the hint it must get."""

from itertools import pairwise

import numpy as np


def _normalized(sums, axis=0, epsilon=0.001, root=True, ddof=0):
    mean, variance = sums.mean(axis=axis, keepdims=True), sums.var(axis=axis, keepdims=True, ddof=ddof)
    return (sums - mean) / (np.sqrt(variance + epsilon) if root else variance + epsilon)


def _weights(sizes):
    return [before * after for before, after in pairwise(sizes)]


def _hidden(sizes):
    return sum(_weights(sizes)[:-1])


def _gains(accuracy_of, cure, change=lambda one, other: one - other):
    return [
        change(accuracy, accuracy_of[company - {cure}])
        for company, accuracy in accuracy_of.items()
        if cure in company and company - {cure} in accuracy_of
    ]


def _all_pairs(accuracy_of, cure):
    return [
        one - other
        for company, one in accuracy_of.items()
        for another, other in accuracy_of.items()
        if cure in company and cure not in another
    ]


def _ends(numbers):
    return min(numbers), max(numbers)


def _gain_alone(accuracy_of, cure):
    return (accuracy_of.get(frozenset({cure}), 0) - accuracy_of[frozenset()],) * 2


def _last_of_equals(rates, validation):
    means = np.mean(validation, axis=1)
    return rates[len(means) - 1 - int(means[::-1].argmax())]


WRONG = {
    "normalize": [
        (lambda sums, scale, shift: scale * _normalized(sums, axis=1) + shift, "Which axis counts the rows"),
        (lambda sums, scale, shift: scale * _normalized(sums, axis=None) + shift, "of its own"),
        (lambda sums, scale, shift: scale * _normalized(sums, root=False) + shift, "divide by the variance"),
        (
            lambda sums, scale, shift: scale * (sums - sums.mean(axis=0)) / (sums.std(axis=0) + 0.001) + shift,
            "under the root or beside it",
        ),
        (lambda sums, scale, shift: scale * _normalized(sums, epsilon=0) + shift, "Where is the 0.001"),
        (lambda sums, scale, shift: scale * _normalized(sums, ddof=1) + shift, "not by one less"),
        (lambda sums, scale, shift: _normalized(sums), "the scale and the shift"),
        (lambda sums, scale, shift: scale * (_normalized(sums) + shift), "it is not scaled"),
        (lambda sums, scale, shift: scale * _normalized(sums), "And the shift"),
        (lambda sums, scale, shift: _normalized(sums) + shift, "And the scale?"),
        (lambda sums, scale, shift: shift * _normalized(sums) + scale, "which of the two is which"),
        (lambda sums, scale, shift: scale * _normalized(sums, epsilon=1e-5) + shift, "not 0.00001"),
        (lambda sums, scale, shift: scale * sums / np.sqrt(sums.var(axis=0) + 0.001) + shift, "taken away"),
    ],
    "chosen_rate": [
        (lambda rates, validation: int(np.mean(validation, axis=1).argmax()), "place in the list"),
        (lambda rates, validation: np.mean(validation, axis=1).max(), "That is the accuracy"),
        (lambda rates, validation: rates[int(np.max(validation, axis=1).argmax())], "lucky network"),
        (_last_of_equals, "the same score"),
        (lambda rates, validation: rates[int(np.mean(validation, axis=1).argmin())], "worst rate"),
        (lambda rates, validation: rates[-1], "One number for each rate"),
    ],
    "pretraining_multiplications": [
        (lambda sizes, rows, steps: 10 * rows * steps * _hidden(sizes), "only multiplications count"),
        (lambda sizes, rows, steps: 5 * rows * _hidden(sizes), "for one step of each layer"),
        (lambda sizes, rows, steps: 5 * steps * _hidden(sizes), "How many are in a batch"),
        (lambda sizes, rows, steps: 5 * rows * steps * sum(_weights(sizes)), "is not pre-trained"),
        (lambda sizes, rows, steps: 2 * rows * steps * _hidden(sizes), "stands a decoder"),
        (lambda sizes, rows, steps: 6 * rows * steps * _hidden(sizes), "needs no gradient by its inputs"),
        (
            lambda sizes, rows, steps: 2 * rows * steps * (3 * _hidden(sizes) - _weights(sizes)[0]),
            "the first of a small network",
        ),
        (
            lambda sizes, rows, steps: rows * steps * (3 * sum(_weights(sizes)) - _weights(sizes)[0]),
            "training of the whole network",
        ),
        (lambda sizes, rows, steps: rows * steps * sum(sizes), "Which sizes has it"),
    ],
    "least_and_greatest_gain": [
        (lambda accuracy_of, cure: _ends(_gains(accuracy_of, cure))[::-1], "least gain comes first"),
        (
            lambda accuracy_of, cure: _ends(_gains(accuracy_of, cure, lambda one, other: other - one)),
            "positive where",
        ),
        (
            lambda accuracy_of, cure: _ends(_gains(accuracy_of, cure, lambda one, other: abs(one - other))),
            "can do harm",
        ),
        (lambda accuracy_of, cure: _ends(_gains(accuracy_of, cure, lambda one, other: one)), "Those are accuracies"),
        (_gain_alone, "That is the gain alone"),
        (lambda accuracy_of, cure: _ends(_all_pairs(accuracy_of, cure)), "that pair gives one gain"),
    ],
    "branch_scale": [
        (lambda layers, growth: growth ** (1 / layers) - 1, "That is c²"),
        (lambda layers, growth: growth ** (1 / layers), "By which factor"),
        (lambda layers, growth: np.sqrt((growth - 1) / layers), "while little is added"),
        (lambda layers, growth: growth ** (0.5 / layers) - 1, "not the lengths"),
        (lambda layers, growth: growth ** (0.5 / layers), "where is its share"),
        (lambda layers, growth: 1 / layers, "What do all layers together"),
    ],
}
