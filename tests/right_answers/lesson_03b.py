"""Right answers of other kinds to the exercises of lesson 03b."""

from fractions import Fraction
from math import comb

import numpy as np
from sklearn.model_selection import GroupShuffleSplit, TimeSeriesSplit


def _stop_by_counting(losses, patience):
    lowest, waited, best = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, 1):
        if loss < lowest:
            lowest, waited, best = loss, 0, epoch
        else:
            waited += 1
            if waited == patience:
                return [epoch, best]
    return [len(losses), best]


def _pick_in_python(right, choosing, reporting):
    scores = [sum(bool(row[k]) for k in choosing) for row in right]
    chosen = scores.index(max(scores))
    return chosen, Fraction(sum(bool(right[chosen][k]) for k in reporting), len(reporting))


def _groups_by_scikit_learn(groups, share, rng):
    splitter = GroupShuffleSplit(1, test_size=share, random_state=int(rng.integers(2**31)))
    _, test = next(splitter.split(groups, groups=groups))
    return [row in set(test.tolist()) for row in range(len(groups))]


def _groups_by_choice(groups, share, rng):
    things = sorted(set(groups.tolist()))
    test = set(rng.choice(things, round(share * len(things)), replace=False).tolist())
    return np.array([int(group in test) for group in groups])


def _best_in_fractions(count, questions, share):
    share = Fraction(str(share))
    exactly = [comb(questions, j) * share**j * (1 - share) ** (questions - j) for j in range(questions + 1)]
    at_most = [sum(exactly[: j + 1]) ** count for j in range(questions + 1)]
    return sum(j * (at_most[j] - (at_most[j - 1] if j else 0)) for j in range(questions + 1)) / questions


def _folds_by_scikit_learn(count, folds, size):
    return list(TimeSeriesSplit(folds, test_size=size).split(np.zeros(count)))


def _folds_yielded(count, folds, size):
    yield from TimeSeriesSplit(folds, test_size=size).split(np.zeros(count))


RIGHT = {
    "stop_at": [_stop_by_counting],
    "pick_and_report": [_pick_in_python],
    "split_groups": [_groups_by_scikit_learn, _groups_by_choice],
    "best_of_equals": [
        lambda count, questions, share: float(_best_in_fractions(count, questions, share)),
    ],
    "later_folds": [
        _folds_by_scikit_learn,
        _folds_yielded,
        lambda count, folds, size: [
            [list(range(count - k * size)), list(range(count - k * size, count - (k - 1) * size))]
            for k in range(folds, 0, -1)
        ],
    ],
}
