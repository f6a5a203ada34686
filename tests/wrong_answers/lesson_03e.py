"""Typical wrong answers to the exercises of lesson 03e, each with a fragment of the hint it must get."""

import numpy as np


def _groups(value):
    """A table by some other share, given as a function of (answers, is_bin, group, kind)."""

    def table(answers, is_bin, is_blue):
        found = np.zeros((2, 2))
        for kind in (0, 1):
            for blue in (0, 1):
                found[kind, blue] = value(answers, is_bin, (is_bin == kind) & (is_blue == blue), kind)
        return found

    return table


def _right_table(answers, is_bin, is_blue):
    return _groups(lambda a, b, group, kind: np.mean(a[group] == kind))(answers, is_bin, is_blue)


def _mean_of_values(attribute, labels):
    return np.mean([np.bincount(labels[attribute == v]).max() / np.sum(attribute == v) for v in np.unique(attribute)])


def _guesses(guess):
    """An audit by some other guess, a function of the labels of one value."""

    def right(attribute, labels):
        each = [labels[attribute == value] for value in np.unique(attribute)]
        return sum(np.sum(found == guess(found)) for found in each) / len(labels)

    return right


def _one_order(pictures, rng):
    return pictures[..., rng.permutation(3)]


def _any_channels(pictures, rng):
    orders = rng.integers(0, 3, (len(pictures), 3))
    return np.take_along_axis(pictures, orders[:, None, None, :], axis=-1)


def _rotated(pictures, rng):
    orders = (np.arange(3) + rng.integers(0, 3, (len(pictures), 1))) % 3
    return np.take_along_axis(pictures, orders[:, None, None, :], axis=-1)


def _confetti(pictures, rng):
    return rng.permuted(pictures, axis=-1)


def _shares(answers, labels, groups):
    return [np.mean(answers[groups == g] == labels[groups == g]) for g in np.unique(groups)]


def _group_sizes(labels, attribute):
    return np.array([np.sum((labels == a) & (attribute == b)) for a, b in zip(labels, attribute, strict=True)])


WRONG = {
    "by_group": [
        (_groups(lambda a, b, group, kind: np.sum(a[group] == kind)), "counts"),
        (_groups(lambda a, b, group, kind: np.sum(a[group] == kind) / len(a)), "shares of all"),
        (lambda *given: _right_table(*given).T, "turned"),
        (_groups(lambda a, b, group, kind: np.mean(a[group])), "answer “bin”"),
        (_groups(lambda a, b, group, kind: np.mean(a == b)), "four times"),
    ],
    "audit": [
        (lambda attribute, labels: np.mean(attribute == labels), "not the value itself"),
        (_mean_of_values, "mean over the values"),
        (lambda attribute, labels: np.bincount(labels).max() / len(labels), "whatever the attribute"),
        (_guesses(lambda found: found.argmax()), "a place in the array"),
        (_guesses(lambda found: np.bincount(found).max()), "how often the commonest"),
    ],
    "repainted": [
        (_one_order, "same order"),
        (_any_channels, "stand once"),
        (_rotated, "six orders"),
        (_confetti, "confetti"),
        (lambda pictures, rng: pictures, "same order"),
    ],
    "worst_group": [
        (lambda answers, labels, *attributes: np.mean(answers == labels), "mean of all"),
        (lambda answers, labels, *attributes: min(_shares(answers, labels, labels)), "label *and* attribute"),
        (lambda answers, labels, *attributes: max(_shares(answers, labels, labels + 2 * attributes[0])), "best group"),
    ],
    "balancing_weights": [
        (lambda labels, attribute: _group_sizes(labels, attribute) / len(labels), "rare ones"),
        (lambda labels, attribute: np.ones(len(labels)), "All weights are equal"),
        (lambda labels, attribute: 1 / _group_sizes(labels, attribute), "mean of the weights"),
        (lambda labels, attribute: len(labels) / (4 * _group_sizes(labels, attribute)), "mean of the weights"),
    ],
}
