"""Lesson 01a: the backward passes that it builds, taken from its own cells, on random problems."""

import itertools
from pathlib import Path

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.exercises import lesson_01a

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "01a_neuron_to_network.ipynb"
CELLS = ["neuron-line", "step-tools", "activation-slopes", "forward", "forward-backward", "train-by-hand", "deep-tools"]
SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(1, 6)
QUICK = settings(max_examples=25, deadline=None)


def taken_from_the_lesson():
    """The names that the cells of the lesson define; of the last, the functions alone."""
    sources = {cell.id: cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells}
    names = {"np": np, "itertools": itertools, "SPLITS": 3}
    for cell in CELLS:
        source = sources[cell].partition("\nkinds = ")[0]
        exec(compile(source, cell, "exec"), names)
    return names


LESSON = taken_from_the_lesson()


def central_differences(function, arrays, h=1e-6):
    """The gradient of function(*arrays) by each of the arrays."""
    gradients = []
    for number, array in enumerate(arrays):
        slopes = np.zeros(np.shape(array))
        for place in np.ndindex(array.shape):
            up, down = [[np.array(one) for one in arrays] for _ in range(2)]
            up[number][place] += h
            down[number][place] -= h
            slopes[place] = (function(*up) - function(*down)) / (2 * h)
        gradients.append(slopes)
    return gradients


@QUICK
@given(count=SIZES, n_in=SIZES, n_hidden=SIZES, n_out=SIZES, seed=SEEDS)
def test_backward_by_hand_is_the_slope_of_the_loss(count, n_in, n_hidden, n_out, seed):
    rng = np.random.default_rng(seed)
    inputs, targets = rng.normal(size=(count, n_in)), rng.normal(size=(count, n_out))
    parameters = [rng.normal(size=shape) for shape in [(n_in, n_hidden), (n_hidden,), (n_hidden, n_out), (n_out,)]]
    expected = central_differences(lambda *moved: LESSON["loss"](inputs, targets, *moved), parameters)
    for slope, wanted in zip(LESSON["backward"](inputs, targets, *parameters), expected, strict=True):
        assert slope.shape == wanted.shape
        np.testing.assert_allclose(slope, wanted, rtol=1e-5, atol=1e-8)


@QUICK
@given(size=SIZES, seed=SEEDS)
def test_central_differences_are_exact_for_squares(size, seed):
    rng = np.random.default_rng(seed)
    at, matrix = rng.normal(size=size), rng.normal(size=(size, size))
    slopes = LESSON["central_differences"](lambda x: x @ matrix @ x, at, h=0.5)
    np.testing.assert_allclose(slopes, (matrix + matrix.T) @ at, atol=1e-9)


@QUICK
@given(rows=SIZES, inputs=SIZES, seed=SEEDS)
def test_the_loop_of_the_first_minute_follows_the_slope_of_cross_entropy(rows, inputs, seed):
    """Its error times input is what backward gives with the slope of the sigmoid left out."""
    rng = np.random.default_rng(seed)
    x, weights, targets = rng.normal(size=(rows, inputs)), rng.normal(size=inputs), rng.integers(0, 2, size=rows)

    def cross_entropy(weights):
        outputs = 1 / (1 + np.exp(-(x @ weights)))
        return -np.sum(targets * np.log(outputs) + (1 - targets) * np.log(1 - outputs))

    (slopes,) = central_differences(cross_entropy, [weights])
    error = 1 / (1 + np.exp(-(x @ weights))) - targets
    np.testing.assert_allclose(slopes, x.T @ error, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["linear", "tanh", "sigmoid"])
@pytest.mark.parametrize("depth", [1, 2, 4])
def test_the_deep_backward_pass_is_the_slope_of_the_loss(name, depth):
    rng = np.random.default_rng(depth)
    layers = LESSON["deep_start"](depth, 1.0, rng, width=4)
    x, labels = rng.normal(size=(3, 5, 64)), rng.integers(0, 10, size=(3, 5))
    found, scores = LESSON["deep_gradient"](layers, name, x, np.eye(10)[labels])
    assert scores.shape == (3, 5, 10)
    assert [[one.shape for one in pair] for pair in found] == [[one.shape for one in pair] for pair in layers]

    def loss():
        scores = LESSON["deep_gradient"](layers, name, x, np.eye(10)[labels])[1]
        right = np.take_along_axis(scores, labels[..., None], axis=-1)[..., 0]
        return np.sum(np.mean(np.log(np.exp(scores).sum(axis=-1)) - right, axis=1))

    for pair, slopes in zip(layers, found, strict=True):
        for array, slope in zip(pair, slopes, strict=True):
            place = tuple(rng.integers(size) for size in array.shape)
            before, values = array[place], []
            for moved in (before + 1e-5, before - 1e-5):
                array[place] = moved
                values.append(loss())
            array[place] = before
            np.testing.assert_allclose((values[0] - values[1]) / 2e-5, slope[place], rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_the_worked_answers_are_the_lesson_s(seed):
    rng = np.random.default_rng(seed)
    inputs, targets = rng.normal(size=(5, 3)), rng.uniform(size=(5, 2))
    parameters = [rng.normal(size=shape) for shape in [(3, 4), (4,), (4, 2), (2,)]]
    ours = LESSON["backward"](inputs, targets, *parameters)
    for one, other in zip(lesson_01a.backward(inputs, targets, *parameters), ours, strict=True):
        np.testing.assert_array_equal(one, other)
