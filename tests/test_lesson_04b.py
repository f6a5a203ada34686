"""Lesson 04b in bulk: how many labelings a neuron can hold, by trying every one of them."""

import math

import numpy as np
import pytest
from scipy.optimize import linprog

from utils.exercises.lesson_04b import labelings, written_memory


def can_hold(points, heads):
    """Whether some weights put every point on its side."""
    signed = np.where(heads, 1, -1)[:, None] * points
    found = linprog(np.zeros(points.shape[1]), A_ub=-signed, b_ub=-np.ones(len(points)), bounds=(None, None))
    return found.success


@pytest.mark.parametrize("weights", [1, 2, 3, 4])
@pytest.mark.parametrize("points", [1, 2, 3, 5, 7])
def test_labelings_counts_what_a_linear_program_finds(points, weights):
    x = np.random.default_rng(points).normal(size=(points, weights))
    every = (np.arange(2**points)[:, None] >> np.arange(points)) % 2 == 1
    assert labelings(points, weights) == sum(can_hold(x, heads) for heads in every)


def test_labelings_equals_covers_sum():
    for points in range(1, 15):
        for weights in range(1, 8):
            assert labelings(points, weights) == 2 * sum(math.comb(points - 1, k) for k in range(weights))


def test_half_of_all_labelings_at_two_points_a_weight():
    for weights in range(1, 9):
        assert labelings(2 * weights, weights) * 2 == 2 ** (2 * weights)


def test_written_memory_holds_any_labels():
    rng = np.random.default_rng(0)
    for rows, inputs in ((1, 3), (10, 1), (30, 5)):
        x, labels = rng.normal(size=(rows, inputs)), rng.normal(size=rows)
        kernel, bias, weights = written_memory(x, labels)
        assert kernel.shape == (inputs, rows)
        np.testing.assert_allclose(np.maximum(x @ kernel + bias, 0) @ weights, labels, atol=1e-6)
