"""Typical wrong answers to the exercises of lesson 03d, each with a fragment of the hint it must get."""

import math

import numpy as np
from scipy.stats import norm


def _vote(weights, sheets_as=lambda sheets: 2 * sheets - 1):
    return lambda sheets, scores: (weights(scores) @ sheets_as(sheets) > 0).astype(int)


def _ladder(
    better=lambda score, best, step: score > best + step, new=lambda score, best, step: step * round(score / step)
):
    return lambda best, score, step: new(score, best, step) if better(score, best, step) else best


def _needed(k):
    return lambda wanted, public: k(norm.ppf(wanted), public)


def _careful(threshold):
    def careful(best_right, right):
        differences = right.astype(float) - best_right
        return right if differences.mean() > threshold(differences, right) else best_right

    return careful


def _careful_unsigned(best_right, right):
    differences = right ^ best_right
    return right if differences.mean() > differences.std(ddof=1) / math.sqrt(len(right)) else best_right


WRONG = {
    "vote": [
        (_vote(lambda scores: (scores > 0.5).astype(float)), "turned over"),
        (_vote(lambda scores: np.ones(len(scores))), "turned over"),
        (_vote(lambda scores: np.sign(scores - 0.5), lambda sheets: sheets), "no majority"),
        (_vote(lambda scores: np.where(scores > 0.5, 1, -1)), "exactly one half"),
        (_vote(lambda scores: scores - 0.5), "whatever its score"),
        (_vote(lambda scores: -np.sign(scores - 0.5)), "yes, yes, no"),
    ],
    "ladder_step": [
        (_ladder(better=lambda score, best, step: score > best), "not by a step"),
        (lambda best, score, step: score, "not by a step"),
        (_ladder(new=lambda score, best, step: score), "round it to steps"),
        (_ladder(new=lambda score, best, step: best + step), "plus a step"),
        (_ladder(new=lambda score, best, step: step * math.floor(score / step)), "nearest"),
        (lambda best, score, step: best, "a new value"),
        (lambda best, score, step: step * round(score / step), "not by a step"),
    ],
    "submissions_needed": [
        (_needed(lambda z, public: math.floor(z**2 * math.pi * public / 2)), "Round up"),
        (_needed(lambda z, public: z**2 * math.pi * public / 2), "whole number"),
        (_needed(lambda z, public: math.ceil(z * math.pi * public / 2)), "root around k"),
        (lambda wanted, public: math.ceil(norm.cdf(wanted) ** 2 * math.pi * public / 2), "inverse"),
        (_needed(lambda z, public: math.ceil(z**2 * math.pi * public)), "Solve"),
    ],
    "careful_ladder": [
        (_careful(lambda differences, right: 0), "within the noise"),
        (_careful(lambda differences, right: differences.std(ddof=1)), "clear gain"),
        (_careful(lambda differences, right: right.std(ddof=1) / math.sqrt(len(right))), "differences"),
        (_careful(lambda differences, right: 0.03), "differences"),
        (lambda best_right, right: max(np.mean(best_right), np.mean(right)), "One of the two arrays"),
        (lambda best_right, right: right, "stays the best"),
        (_careful_unsigned, "stays the best"),
    ],
}
