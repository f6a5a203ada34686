"""Right answers of other kinds to the exercises of lesson 01d."""

import numpy as np

from utils.exercises.lesson_01d import oja_step, sanger_step


def oja_by_loop(weights, p, rate):
    y = sum(w * one for w, one in zip(weights, p, strict=True))
    return [w + rate * y * (one - y * w) for w, one in zip(weights, p, strict=True)]


def links_by_loop(patterns):
    size = patterns.shape[1]
    return [[sum(int(row[i] * row[j]) for row in patterns) if i != j else 0 for j in range(size)] for i in range(size)]


def links_in_the_loop(patterns):
    links = np.zeros((patterns.shape[1], patterns.shape[1]))
    for pattern in patterns:
        links += np.outer(pattern, pattern) - np.eye(len(pattern))
    return links


def pruned_by_sorting(weights, score, share):
    kept = weights.copy()
    kept.ravel()[np.argsort(score, axis=None)[: int(share * weights.size)]] = 0
    return kept


def pruned_by_mask(weights, score, share):
    kept = weights.copy()
    kept[score < np.quantile(score, share)] = 0
    return kept


def sanger_in_float32(first, second, p, rate):
    return [np.float32(one) for one in sanger_step(*map(np.float32, (first, second, p)), rate)]


RIGHT = {
    "oja_step": [oja_by_loop, lambda *arguments: np.float32(oja_step(*arguments))],
    "hebb_links": [links_by_loop, links_in_the_loop],
    "prune": [pruned_by_sorting, pruned_by_mask],
    "sanger_step": [sanger_in_float32],
}
