"""Right answers of other kinds to the exercises of lesson 01c."""

from fractions import Fraction
from itertools import pairwise

import numpy as np


def weights_in_fractions(heights):
    """One after another, exactly."""
    found, slope = [], Fraction(0)
    heights = [Fraction(float(height)) for height in heights]
    pieces = len(heights) - 1
    for before, after in pairwise(heights):
        new = (after - before) * pieces
        found.append(new - slope)
        slope = new
    return found


def weights_by_solving(heights):
    """As a system of equations: the heights at 1/n, …, 1."""
    pieces = len(heights) - 1
    places = np.arange(1, pieces + 1)[:, None] / pieces - np.arange(pieces) / pieces
    return np.linalg.solve(np.maximum(places, 0), np.asarray(heights[1:]) - heights[0])


def sawtooth_with_scaled_neurons(folds):
    """The factors 2 and 4 stand in the first kernel; lists in place of arrays."""
    first = ([[2.0, 4.0]], [0.0, -2.0])
    middle = ([[2.0, 4.0], [-2.0, -4.0]], [0.0, -2.0])
    return (first, *[middle] * (folds - 1), ([[1.0], [-1.0]], [0.0]))


def sawtooth_from_the_other_side(folds):
    """With neurons that look to the left: 1 - 2 relu(u - 1/2) - 2 relu(1/2 - u)."""
    first = np.array([[1.0, -1.0]]), np.array([-0.5, 0.5])
    middle = np.array([[-2.0, 2.0], [-2.0, 2.0]]), np.array([0.5, -0.5])
    return [first, *[middle] * (folds - 1), (np.array([[-2.0], [-2.0]]), np.ones(1))]


def width_by_algebra(most, hidden_layers):
    """The root of (n - 1) w² + (n + 2) w + 1 = most."""
    a, b, c = hidden_layers - 1, hidden_layers + 2, 1 - most
    root = -c / b if a == 0 else (-b + (b * b - 4 * a * c) ** 0.5) / (2 * a)
    return int(np.floor(root + 1e-9))


def width_by_searching_down(most, hidden_layers):
    """From above."""
    more = hidden_layers - 1
    return next(width for width in range(most, 0, -1) if more * width * (width + 1) + 3 * width + 1 <= most)


def carried_by_many():
    """With four neurons, in lists."""
    return [([[2, -2, 1, -1]], [0, 0, 0, 0]), ([[0.25], [-0.25], [0.5], [-0.5]], [0])]


def three_from_the_other_side(folds):
    """The last kink looks to the left: 1 - 3u + 6 relu(…) in other words."""
    third = 1 / 3
    first = np.array([[-1.0, 1.0, 1.0]]), np.array([third, -third, -2 * third])
    together = np.array([[-3.0], [-3.0], [6.0]])
    return [
        first,
        *[(together @ first[0], first[1] + first[0][0])] * (folds - 1),
        (together, np.ones(1)),
    ]


RIGHT = {
    "output_weights": [weights_in_fractions, weights_by_solving],
    "deep_sawtooth": [sawtooth_with_scaled_neurons, sawtooth_from_the_other_side],
    "width_for": [width_by_algebra, width_by_searching_down],
    "pass_through": [carried_by_many()],
    "fold_in_three": [three_from_the_other_side],
}
