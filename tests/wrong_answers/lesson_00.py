"""Typical wrong answers to the exercises of lesson 00, each with a fragment of the hint it must get."""

import numpy as np


def _nearest(distance):
    """A nearest neighbor by some other distance, given as a function of (images, image)."""
    return lambda image, images, labels: labels[distance(images, image).argmin()]


def _sticks_by_brute_force(number):
    if number == 0:
        return -1
    return max(-_sticks_by_brute_force(number - taken) for taken in (1, 2, 3) if taken <= number)


def _sticks_same_sign(number):
    values = [-1]
    while len(values) <= number:
        values.append(max(values[-3:]))
    return values[number]


def _threshold_of_the_measured(measurements, is_yes):
    mistakes = [np.sum((measurements > candidate) != is_yes) for candidate in measurements]
    return measurements[np.argmin(mistakes)]


def _threshold_below_everything(measurements, is_yes):
    candidates = [-np.inf, *measurements]
    return min(candidates, key=lambda candidate: np.sum((measurements > candidate) != is_yes))


def _threshold_turned_round(measurements, is_yes):
    values = np.sort(measurements)
    candidates = (values[1:] + values[:-1]) / 2
    return candidates[np.argmin([np.sum((measurements < candidate) != is_yes) for candidate in candidates])]


WRONG = {
    "accuracy": [
        (lambda answers, labels: np.sum(answers == labels), "how many answers are right"),
        (lambda answers, labels: 100 * np.mean(answers == labels), "percentage"),
        (lambda answers, labels: np.mean(answers != labels), "share of wrong answers"),
        (lambda answers, labels: np.sum(answers == labels) / 5, "any length"),
        (lambda answers, labels: round(np.mean(answers == labels), 2), "without rounding"),
        (lambda answers, labels: answers == labels, "should be a number"),
    ],
    "nearest_neighbor": [
        (lambda image, images, labels: ((images - image) ** 2).sum(axis=(1, 2)).argmin(), "position of the nearest"),
        (lambda image, images, labels: labels[((images - image) ** 2).sum(axis=(1, 2)).argmax()], "farthest away"),
        (_nearest(lambda images, image: np.abs((images - image).sum(axis=(1, 2)))), "must not cancel"),
        (_nearest(lambda images, image: np.abs(images - image).sum(axis=(1, 2))), "over all 64 pixels"),
        (_nearest(lambda images, image: (images - image).sum(axis=(1, 2)) ** 2), "must not cancel"),
        (_nearest(lambda images, image: ((images - image) ** 2).sum()), "one number for each image"),
        (lambda image, images, labels: ((images - image) ** 2).sum(axis=(1, 2)).min(), "which image is the nearest"),
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
    "sticks": [
        (lambda number: 1 if number % 4 else 0, "1 or -1"),
        (lambda number: 1, "no stick left"),
        (_sticks_same_sign, "take them all"),
        (lambda number: -1 if number == 0 else 1, "With 4 sticks"),
        (lambda number: 1 if number in (1, 2, 3) else -1, "One good move is enough"),
        (_sticks_by_brute_force, "the same work done over and over"),
    ],
    "best_threshold": [
        (lambda measurements, is_yes: measurements[is_yes].min() if is_yes.any() else 1.0, "At the threshold itself"),
        (lambda measurements, is_yes: measurements.mean(), "means do not"),
        (_threshold_of_the_measured, "always yes"),
        (_threshold_turned_round, "yours makes some"),
        (_threshold_below_everything, "finite number is asked for"),
    ],
    "three_or_eight": [
        (lambda image: 3, "same answer for every image"),
        (lambda image: image[2:6, 1:4].mean() > 0.32, "truth value"),
        (lambda image: "8" if image[2:6, 1:4].mean() > 0.32 else "3", "not a text"),
        (lambda image: 3 if image[2:6, 1:4].mean() > 0.32 else 8, "changed places"),
        (lambda image: 8 if image.mean() > 0.31 else 3, "of both are wanted"),
    ],
}
