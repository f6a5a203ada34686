"""Typical wrong answers to the exercises of lesson 00d, each with a fragment of the hint it must get."""

import math

import numpy as np


def _vote(distance):
    """A vote of neighbors by some other distance, given as a function of (images, image)."""

    def vote(image, images, labels, k):
        return np.bincount(labels[np.argsort(distance(images, image))[:k]]).argmax()

    return vote


def _all_vote(image, images, labels, k):
    order = np.argsort(np.sum((images - image) ** 2, axis=1))
    return labels[order[0]] if k == 1 else np.bincount(labels).argmax()


def _nearest_alone(image, images, labels, k):
    return labels[np.argmin(np.sum((images - image) ** 2, axis=1))]


def _step_in_place(weights, slopes, rate):
    weights -= rate * slopes
    return weights


def _step_through_the_slopes(weights, slopes, rate):
    slopes *= rate
    return weights - slopes


WRONG = {
    "neighbors_vote": [
        (_vote(lambda images, image: np.abs(np.sum(images - image, axis=1))), "must not cancel"),
        (_vote(lambda images, image: -np.sum((images - image) ** 2, axis=1)), "near one"),
        (_vote(lambda images, image: np.abs(images - image).sum(axis=1)), "*squares*"),
        (_vote(lambda images, image: np.abs(images - image).max(axis=1)), "largest difference alone"),
        (_nearest_alone, "nearest alone"),
        (_all_vote, "commonest label of all"),
        (_vote(lambda images, image: np.sum((images - image) ** 2)), "must not cancel"),
    ],
    "kl_divergence": [
        (lambda p, q: -np.sum(p * np.log2(q)), "cross-entropy"),
        (lambda p, q: np.sum(p * np.log2(q / p)), "sign is not"),
        (lambda p, q: np.sum(p * np.log(p / q)), "natural units"),
        (lambda p, q: np.mean(p * np.log2(p / q)), "mean over the outcomes"),
        (lambda p, q: np.sum(q * np.log2(q / p)), "changed places"),
        (lambda p, q: np.sum(p * np.log2(p / q)), "cannot happen"),
        (lambda p, q: np.sum(p[p > 0] * np.log2(p[p > 0] / q[: np.sum(p > 0)])), "goes with it"),
        (lambda p, q: np.sum(p * np.log2((p + 1e-9) / (q + 1e-9))), "add a small number"),
        (lambda p, q: np.sum(p * np.log2((p + 1e-5) / (q + 1e-5))), "add a small number"),
    ],
    "step_down": [
        (lambda weights, slopes, rate: weights + rate * slopes, "a step up"),
        (lambda weights, slopes, rate: weights - slopes, "What is the rate for"),
        (lambda weights, slopes, rate: rate * slopes, "From where"),
        (lambda weights, slopes, rate: -rate * slopes, "From where"),
        (lambda weights, slopes, rate: weights - rate * np.sign(slopes), "how far"),
        (lambda weights, slopes, rate: weights - 0.5 * slopes, "the rate that it is given"),
        (_step_in_place, "return new ones"),
        (_step_through_the_slopes, "return new ones"),
    ],
    "exam_size": [
        (lambda share, error: math.ceil(share * (1 - share) / error), "four times as many"),
        (lambda share, error: math.ceil(math.sqrt(share * (1 - share)) / error), "root of the number"),
        (lambda share, error: math.ceil(round(share / error**2, 6)), "Only one of the two"),
        (lambda share, error: share * (1 - share) / error**2, "examples come whole"),
        (lambda share, error: math.floor(share * (1 - share) / error**2), "round up"),
        (lambda share, error: round(share * (1 - share) / error**2, 6), "Examples come whole"),
        (lambda share, error: int(round(share * (1 - share) / error**2, 6)), "one too few"),
        (lambda share, error: math.ceil(share * (1 - share) / error**2) + 1, "one too many"),
        (lambda share, error: math.ceil(round(0.25 / error**2, 6)), "use the share"),
    ],
}
