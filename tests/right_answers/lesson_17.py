"""Right answers of other kinds to the exercises of lesson 17."""

import math

import numpy as np
from scipy.special import expit, logit

from utils.exercises import lesson_17


def bias_by_halving(half_life):
    """By search."""
    low, high = -5.0, 20.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if expit(middle) ** half_life < 0.5 else (low, middle)
    return low


RIGHT = {
    "forget_bias_for": [
        bias_by_halving,
        lambda half_life: logit(0.5 ** (1 / half_life)),
        lambda half_life: -math.log(math.expm1(math.log(2) / half_life)),
        lambda half_life: logit(np.float32(0.5) ** (np.float32(1) / np.float32(half_life))),
    ],
    "register_weights": [lambda: [np.float32(one) for one in lesson_17.register_weights()]],
}
