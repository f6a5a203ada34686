"""Right answers of other kinds to the exercises of lesson 03d."""

import math
from fractions import Fraction
from itertools import count

import numpy as np
from scipy.stats import norm


def _vote_by_turning(sheets, scores):
    kept = [row if score > 0.5 else 1 - row for row, score in zip(sheets, scores, strict=True) if score != 0.5]
    return [int(2 * sum(int(row[k]) for row in kept) > len(kept)) for k in range(sheets.shape[1])]


def _needed_by_counting(wanted, public):
    return next(k for k in count(1) if norm.cdf(math.sqrt(2 * k / (math.pi * public))) >= wanted)


def _careful_by_counting(best_right, right):
    gained = sum(bool(b) and not bool(a) for a, b in zip(best_right, right, strict=True))
    lost = sum(bool(a) and not bool(b) for a, b in zip(best_right, right, strict=True))
    n = len(right)
    mean = Fraction(gained - lost, n)
    variance = (gained + lost - n * mean**2) / (n - 1)
    return list(right) if mean > 0 and mean**2 > variance / n else list(best_right)


def _careful_by_the_identity(best_right, right):
    gained, lost = np.sum(right > best_right), np.sum(right < best_right)
    return right if gained > lost and (gained - lost) ** 2 > gained + lost else best_right


RIGHT = {
    "vote": [_vote_by_turning],
    "ladder_step": [
        lambda best, score, step: np.float32(np.rint(score / step) * step) if score - best > step else best,
        lambda best, score, step: round(score / step) * step if best < score - step else best,
    ],
    "submissions_needed": [_needed_by_counting, lambda wanted, public: float(_needed_by_counting(wanted, public))],
    "careful_ladder": [_careful_by_counting, _careful_by_the_identity],
}
