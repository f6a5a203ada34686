"""Right answers of other kinds to the exercises of lesson 03c."""

from collections import Counter
from fractions import Fraction
from math import comb

import numpy as np
from scipy import stats


def _with_counter(answers):
    return [Counter(sorted(int(one) for one in row)).most_common(1)[0][0] for row in answers]


def _recursively(is_broken, newest, works=0, tested=0):
    if newest - works == 1:
        return newest, tested
    middle = works + (newest - works + 1) // 2
    if is_broken(middle):
        return _recursively(is_broken, middle, works, tested + 1)
    return _recursively(is_broken, newest, middle, tested + 1)


def _with_partition(probabilities, count):
    top = -np.partition(-np.asarray(probabilities), 1, axis=1)[:, :2]
    return np.argsort(top[:, 0] - top[:, 1], kind="stable")[:count].tolist()


def _in_fractions(votes, wrong):
    wrong = Fraction(wrong)
    return sum(comb(votes, k) * (1 - wrong) ** k * wrong ** (votes - k) for k in range((votes + 1) // 2, votes + 1))


RIGHT = {
    "by_majority": [_with_counter, lambda answers: stats.mode(answers, axis=1).mode],
    "first_broken": [_recursively],
    "least_sure": [_with_partition],
    "exam_score": [
        lambda accuracy, wrong, classes: accuracy - wrong * (accuracy - (1 - accuracy) / (classes - 1)),
    ],
    "majority_right": [
        _in_fractions,
        lambda votes, wrong: stats.binom.cdf(votes // 2, votes, wrong),
    ],
}
