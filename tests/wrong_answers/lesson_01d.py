"""Typical wrong answers to the exercises of lesson 01d, each with a part of the hint that it must get."""

import numpy as np

from utils.exercises.lesson_01d import hebb_links, oja_step, prune


def links_of_the_last(patterns):
    for pattern in patterns:
        links = np.outer(pattern, pattern) * (1 - np.eye(len(pattern)))
    return links


def pruned_in_place_of_a_copy(weights, score, share):
    kept = weights.copy()
    weights[score < np.quantile(score, share)] = 0
    return kept


def sanger_with(left):
    """Sanger's step with another input for the second neuron."""
    return lambda first, second, p, rate: (
        oja_step(first, p, rate),
        oja_step(second, left(first, second, p, rate), rate),
    )


WRONG = {
    "oja_step": [
        (lambda w, p, rate: w + rate * (w @ p) * p, "does not wither"),
        (lambda w, p, rate: w + rate * ((w @ p) * p - (w @ p) * w), "*square*"),
        (lambda w, p, rate: w + rate * ((w @ p) * p - w), "at each step alike"),
        (lambda w, p, rate: w + rate * ((w @ p) * p + (w @ p) ** 2 * w), "wrong sign"),
        (lambda w, p, rate: w + rate * ((w @ p) * p - w**2), "*output* that is squared"),
        (lambda w, p, rate: rate * ((w @ p) * p - (w @ p) ** 2 * w), "That is the change"),
        (lambda w, p, rate: w + (w @ p) * p - (w @ p) ** 2 * w, "rate is missing"),
    ],
    "hebb_links": [
        (lambda patterns: patterns.T @ patterns, "linked to itself"),
        (lambda patterns: patterns.T @ patterns - len(patterns), "from *every* link"),
        (lambda patterns: patterns.T @ patterns - np.eye(patterns.shape[1]), "once only"),
        (links_of_the_last, "Only the last pattern"),
        (lambda patterns: patterns @ patterns.T, "a table of 4 by 4"),
        (lambda patterns: np.triu(hebb_links(patterns)), "one way only"),
        (lambda patterns: hebb_links((patterns > 0).astype(int)), "did not come out"),
        (lambda patterns: -hebb_links(patterns), "turned round"),
    ],
    "prune": [
        (lambda weights, score, share: np.where(score < np.quantile(score, 1 - share), weights, 0), "*greatest*"),
        (lambda weights, score, share: prune(weights, weights, share), "decided by `score`"),
        (lambda weights, score, share: np.where(score > share, weights, 0), "weights should be 0"),
        (pruned_in_place_of_a_copy, "was it in `kept`"),
        (lambda weights, score, share: prune(weights, score, 1 - share), "weights should be 0"),
    ],
    "sanger_step": [
        (sanger_with(lambda first, second, p, rate: p), "the same direction"),
        (sanger_with(lambda first, second, p, rate: p - first), "its output is missing"),
        (sanger_with(lambda first, second, p, rate: p + (first @ p) * first), "taken away"),
        (
            sanger_with(lambda first, second, p, rate: p - (oja_step(first, p, rate) @ p) * oja_step(first, p, rate)),
            "before the change",
        ),
        (lambda first, second, p, rate: oja_step(first, p, rate), "two arrays"),
    ],
}
