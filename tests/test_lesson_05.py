"""Lesson 05's own optimizers, taken from its cells, equal those of Keras for any settings."""

from pathlib import Path

import keras
import nbformat
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks" / "05_saddle_points.ipynb"
CELLS = ("gradient-descent", "momentum", "rmsprop", "adam")
STEPS = 12


def whole(low, high, parts):
    """Numbers that float32 holds exactly: whole multiples of 1 / parts."""
    return st.integers(low, high).map(lambda number: number / parts)


RATE = whole(1, 64, 256)
SHARE = whole(0, 63, 64)
EPSILON = st.integers(3, 24).map(lambda power: 2.0**-power)
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def lesson():
    """What the cells with the optimizers define."""
    found = {cell.id: cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells}
    names = {"np": np}
    for cell in CELLS:
        exec(compile(found[cell], f"{NOTEBOOK.name}, cell {cell}", "exec"), names)
    return names


def both_paths(ours, theirs, seed):
    """Feed both the same gradients, of sizes from 1e-9 to 100, some of them zero; return where each went."""
    rng = np.random.default_rng(seed)
    start = rng.normal(size=5)
    variable = keras.Variable(start, dtype="float64")
    x, path, keras_path = start, [], []
    for _ in range(STEPS):
        gradient = rng.normal(size=5) * np.array([1e-9, 1e-5, 1e-2, 1.0, 100.0]) * (rng.random(5) > 0.2)
        x = ours.step(x, gradient)
        theirs.apply([keras.ops.convert_to_tensor(gradient, dtype="float64")], [variable])
        path.append(x)
        keras_path.append(np.array(keras.ops.convert_to_numpy(variable)))
    return np.array(path), np.array(keras_path)


def assert_equal(ours, theirs, seed):
    path, keras_path = both_paths(ours, theirs, seed)
    np.testing.assert_allclose(path, keras_path, rtol=1e-9, atol=1e-9)


@FEW
@given(rate=RATE, seed=st.integers(0, 2**31))
def test_gradient_descent(lesson, rate, seed):
    assert_equal(lesson["GradientDescent"](rate), keras.optimizers.SGD(rate), seed)


@FEW
@given(rate=RATE, momentum=SHARE, seed=st.integers(0, 2**31))
def test_momentum(lesson, rate, momentum, seed):
    assert_equal(lesson["Momentum"](rate, momentum), keras.optimizers.SGD(rate, momentum=momentum), seed)


@FEW
@given(rate=RATE, momentum=SHARE, seed=st.integers(0, 2**31))
def test_nesterov(lesson, rate, momentum, seed):
    theirs = keras.optimizers.SGD(rate, momentum=momentum, nesterov=True)
    assert_equal(lesson["Nesterov"](rate, momentum), theirs, seed)


@FEW
@given(rate=RATE, rho=SHARE, momentum=SHARE, epsilon=EPSILON, centered=st.booleans(), seed=st.integers(0, 2**31))
def test_rmsprop(lesson, rate, rho, momentum, epsilon, centered, seed):
    options = {"rho": rho, "momentum": momentum, "epsilon": epsilon, "centered": centered}
    assert_equal(lesson["RMSProp"](rate, **options), keras.optimizers.RMSprop(rate, **options), seed)


@FEW
@given(rate=RATE, beta_1=SHARE, beta_2=SHARE, epsilon=EPSILON, seed=st.integers(0, 2**31))
def test_adam(lesson, rate, beta_1, beta_2, epsilon, seed):
    options = {"beta_1": beta_1, "beta_2": beta_2, "epsilon": epsilon}
    assert_equal(lesson["Adam"](rate, **options), keras.optimizers.Adam(rate, **options), seed)
