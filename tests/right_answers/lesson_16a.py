"""Right answers of other kinds to the exercises of lesson 16a."""

from itertools import pairwise

import numpy as np
from scipy.special import expit

from utils import networks


def spoil_by_where(x, dice, share):
    return np.where(dice < share, 0, x)


def spoil_by_copy(x, dice, share):
    x = np.array(x)
    x[np.asarray(dice) < share] = 0
    return x


def encode_by_scipy(x, stack):
    for kernel, bias in stack:
        x = expit(np.matmul(x, kernel) + bias)
    return x


def encode_by_recursion(x, stack):
    if not len(stack):
        return x
    (kernel, bias), *others = stack
    return encode_by_recursion(0.5 * (1 + np.tanh((x @ kernel + bias) / 2)), others)


def slope_by_loop(by_encoder, by_decoder):
    rows, columns = np.shape(by_encoder)
    return [[by_encoder[i][j] + by_decoder[j][i] for j in range(columns)] for i in range(rows)]


RIGHT = {
    "spoil": [spoil_by_where, spoil_by_copy],
    "encode": [encode_by_scipy, encode_by_recursion],
    "tied_slope": [slope_by_loop, lambda e, d: np.einsum("ij->ji", d) + e],
    "floor_parameters": [
        lambda sizes: [networks.parameters([a, b, a]) for a, b in pairwise(sizes)],
        lambda sizes: tuple(2 * a * b + a + b for a, b in pairwise(sizes)),
        lambda sizes: np.array([2.0 * a * b + a + b for a, b in pairwise(sizes)], "float32"),
    ],
}
