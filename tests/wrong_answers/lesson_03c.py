"""Typical wrong answers to the exercises of lesson 03c, each with a fragment of the hint it must get."""

import math

import numpy as np


def _counts(answers):
    return np.stack([np.bincount(row, minlength=10) for row in answers])


def _last_of_ties(answers):
    return 9 - _counts(answers)[:, ::-1].argmax(axis=1)


def _linear(is_broken, newest):
    for version in range(1, newest):
        if is_broken(version):
            return version, version
    return newest, newest - 1


def _search(next_version):
    """A search that asks about another version than the middle one."""

    def first_broken(is_broken, newest):
        works, broken, tested = 0, newest, 0
        while broken - works > 1:
            unsure = next_version(works, broken)
            tested += 1
            if is_broken(unsure):
                broken = unsure
            else:
                works = unsure
        return broken, tested

    return first_broken


def _by(score):
    return lambda probabilities, count: np.argsort(score(np.asarray(probabilities)))[:count]


def _ordered(p):
    return np.sort(p, axis=1)


def _exactly(votes, wrong):
    right = votes // 2 + 1
    return math.comb(votes, right) * (1 - wrong) ** right * wrong ** (votes - right)


def _without_ways(votes, wrong):
    return sum((1 - wrong) ** k * wrong ** (votes - k) for k in range(votes // 2 + 1, votes + 1))


def _majority(votes, wrong):
    return sum(math.comb(votes, k) * (1 - wrong) ** k * wrong ** (votes - k) for k in range(votes // 2 + 1, votes + 1))


WRONG = {
    "by_majority": [
        (lambda answers: _counts(answers).max(axis=1), "how often"),
        (lambda answers: answers[:, 0], "All of them vote"),
        (lambda answers: _counts(answers).argmax(), "shape"),
        (_last_of_ties, "take the smaller"),
        (lambda answers: np.median(answers, axis=1), "greatest count"),
    ],
    "first_broken": [
        (_linear, "are enough"),
        (_search(lambda works, broken: works + max(1, (broken - works) // 8)), "are enough"),
        (_search(lambda works, broken: (works + broken) / 2), "Whole versions"),
        (_search(lambda works, broken: (broken - works) // 2), "strictly between"),
        (lambda is_broken, newest: newest, "Return two numbers"),
    ],
    "least_sure": [
        (_by(lambda p: -(_ordered(p)[:, -1] - _ordered(p)[:, -2])), "surest"),
        (_by(lambda p: p.max(axis=1)), "far behind"),
        (_by(lambda p: p[:, 0] - p[:, 1]), "sort each row"),
        (_by(lambda p: _ordered(p)[:, -1] - _ordered(p)[:, 0]), "far behind"),
        (lambda p, count: np.sort(_ordered(p)[:, -1] - _ordered(p)[:, -2])[:count], "no other margin"),
    ],
    "exam_score": [
        (lambda accuracy, wrong, classes: accuracy, "contradicts"),
        (lambda accuracy, wrong, classes: accuracy * (1 - wrong), "both right"),
        (lambda accuracy, wrong, classes: accuracy * (1 - wrong) + (1 - accuracy) * wrong, "rarely the same"),
        (
            lambda accuracy, wrong, classes: accuracy * (1 - wrong) + (1 - accuracy) * wrong / classes,
            "*wrong* classes",
        ),
    ],
    "majority_right": [
        (lambda votes, wrong: (1 - wrong) ** votes, "all three are right"),
        (lambda votes, wrong: 1 - wrong**votes, "at least one"),
        (_without_ways, "in how many ways"),
        (_exactly, "Three right"),
        (lambda votes, wrong: 1 - _majority(votes, wrong), "majority is wrong"),
    ],
}
