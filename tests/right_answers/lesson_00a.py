"""Right answers of other kinds to the exercises of lesson 00a."""

from fractions import Fraction

import numpy as np
from sklearn.metrics import accuracy_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier


def threshold_of_a_tree(measurements, is_yes):
    """With scikit-learn's tree of one question; where all answers are alike it asks none."""
    tree = DecisionTreeClassifier(max_depth=None).fit(measurements.reshape(-1, 1), is_yes).tree_
    candidates = [measurements.min() - 1, measurements.max() + 1, *tree.threshold[tree.feature >= 0]]
    return min(candidates, key=lambda one: int(np.sum((measurements > one) != is_yes)))


def threshold_at_a_measurement(measurements, is_yes):
    """One of the measurements, or just below them all, in single precision."""
    candidates = [measurements.min() - 1, *measurements]
    return np.float32(min(candidates, key=lambda one: int(np.sum((measurements > one) != is_yes))))


RIGHT = {
    "accuracy": [
        accuracy_score,
        lambda answers, labels: Fraction(int(np.sum(answers == labels)), len(labels)),
        lambda answers, labels: sum(a == b for a, b in zip(answers, labels, strict=True)) / len(labels),
        lambda answers, labels: np.float32(np.mean(answers == labels, dtype=np.float32)),
    ],
    "nearest_neighbor": [
        lambda image, images, labels: (
            KNeighborsClassifier(1).fit(images.reshape(len(images), -1), labels).predict(image.reshape(1, -1))[0]
        ),
        lambda image, images, labels: int(labels[np.argmin(np.linalg.norm(images - image, axis=(1, 2)))]),
    ],
    "best_threshold": [threshold_of_a_tree, threshold_at_a_measurement],
}
