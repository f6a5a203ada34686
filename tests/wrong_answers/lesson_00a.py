"""Typical wrong answers to the exercises of lesson 00a, each with a fragment of the hint it must get."""

import numpy as np


def _nearest(distance):
    """A nearest neighbor by some other distance, given as a function of (images, image)."""
    return lambda image, images, labels: labels[distance(images, image).argmin()]


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
