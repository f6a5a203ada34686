"""Right answers of other kinds to the exercises of lesson 06b."""

from fractions import Fraction
from statistics import median

import numpy as np


def idle_with_lists(width):
    return [[int(row == column) for column in range(width)] for row in range(width)], [0] * width


def flops_layer_by_layer(sizes, rows):
    """Forward, kernel, layer before: one after another, in whole numbers."""
    total = 0
    for number in range(len(sizes) - 1):
        product = 2 * rows * sizes[number] * sizes[number + 1]
        total += product * (2 if number == 0 else 3)
    return total


def flops_in_fractions(sizes, rows):
    sizes = np.asarray(sizes, dtype=np.float64)
    products = sizes[:-1] * sizes[1:]
    return Fraction(int(2 * rows * (3 * products.sum() - products[0])))


def gap_in_plain_python(training, test, least=0.95):
    chosen = [a - b for a, b in zip(training, test, strict=True) if a >= least]
    if chosen:
        return median(chosen)
    return None


def gap_with_nan(training, test, least=0.95):
    chosen = np.where(training >= least, training - test, np.nan)
    return None if np.isnan(chosen).all() else np.nanmedian(chosen)


def twice_as_wide(width):
    """With two neurons for each number."""
    small = 0.01 * np.eye(width)
    return np.hstack([small, -small]), np.vstack([50 * np.eye(width), -50 * np.eye(width)])


RIGHT = {
    "idle_layer": [idle_with_lists],
    "training_flops": [flops_layer_by_layer, flops_in_fractions],
    "gap": [gap_in_plain_python, gap_with_nan],
    "nearly_idle": [twice_as_wide],
}
