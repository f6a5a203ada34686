"""Gradient and Hessian of a plain function: against formulas and finite differences, on every installed backend.

The tests below run on the default backend. `test_other_backends` runs this same file once more for each other backend
that is installed, in a process of its own, since Keras cannot change its backend; where none is, it has nothing to run.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from keras import ops

from utils.gradients import gradient, hessian

ROOT = Path(__file__).resolve().parents[1]
BACKEND = os.environ.get("KERAS_BACKEND") or "tensorflow"
OTHERS = [name for name in ("tensorflow", "jax", "torch") if name != BACKEND and importlib.util.find_spec(name)]
INSIDE = "TEST_GRADIENTS_INSIDE"

MATRIX = np.array([[2.0, 1.0, 0.0], [1.0, -3.0, 0.5], [0.0, 0.5, 1.0]])
INPUTS = np.random.default_rng(0).normal(size=(20, 4))
TARGETS = np.eye(3)[np.random.default_rng(1).integers(3, size=20)]

# Each function is written once, for keras.ops and for NumPy: the finite differences know nothing of the backend.


def quadratic(x, m=ops):
    return m.sum(x * m.matmul(MATRIX, x)) / 2


def wavy(x, m=ops):
    return m.sum(m.sin(x) * m.exp(-m.square(x))) + m.prod(x)


def saddle(x, m=ops):
    return x[0] ** 2 - x[1] ** 2


def network(x, m=ops):
    """Cross-entropy of a 4-5-3 network whose parameters are the elements of x."""
    hidden = m.tanh(m.matmul(INPUTS, m.reshape(x[:20], (4, 5))) + x[20:25])
    logits = m.matmul(hidden, m.reshape(x[25:40], (5, 3))) + x[40:43]
    return m.mean(m.log(m.sum(m.exp(logits), axis=1)) - m.sum(m.multiply(logits, TARGETS), axis=1))


FUNCTIONS = {"quadratic": (quadratic, 3), "wavy": (wavy, 4), "saddle": (saddle, 2), "network": (network, 43)}


def differences(f, x, width=1e-5):
    """Central differences of f, one element of x at a time; f may return an array."""
    columns = [(f(x + width * unit) - f(x - width * unit)) / (2 * width) for unit in np.eye(x.size)]
    return np.stack(columns, axis=-1)


@pytest.fixture(params=FUNCTIONS)
def example(request):
    f, size = FUNCTIONS[request.param]
    return f, np.random.default_rng(size).normal(size=size)


def test_gradient_equals_finite_differences(example):
    f, x = example
    expected = differences(lambda point: f(point, np), x)
    np.testing.assert_allclose(gradient(f, x), expected, atol=1e-8, rtol=1e-7)


def test_hessian_equals_finite_differences_of_the_gradient(example):
    f, x = example
    expected = differences(lambda point: gradient(f, point), x)
    np.testing.assert_allclose(hessian(f, x), expected, atol=1e-8, rtol=1e-7)


def test_hessian_is_symmetric(example):
    f, x = example
    second = hessian(f, x)
    np.testing.assert_allclose(second, second.T, atol=1e-13)


def test_formulas():
    x = np.array([0.5, -2.0, 3.0])
    np.testing.assert_allclose(gradient(quadratic, x), MATRIX @ x, rtol=1e-15)
    np.testing.assert_allclose(hessian(quadratic, x), MATRIX, rtol=1e-15)
    assert gradient(saddle, np.array([3.0, 5.0])).tolist() == [6.0, -10.0]
    assert hessian(saddle, np.array([3.0, 5.0])).tolist() == [[2.0, 0.0], [0.0, -2.0]]


def test_float64_stays_float64_to_the_last_digits():
    x = np.array([1 / 3, 1e-9])
    assert gradient(lambda x: ops.sum(ops.square(x)), x).dtype == np.float64
    assert gradient(lambda x: ops.sum(ops.square(x)), x).tolist() == [2 / 3, 2e-9]
    assert hessian(lambda x: ops.sum(ops.square(x)) / 3, x).dtype == np.float64
    np.testing.assert_allclose(hessian(lambda x: ops.sum(ops.square(x)) / 3, x), np.eye(2) * (2 / 3), rtol=1e-15)


def test_float32_stays_float32():
    x = np.array([0.25, 2.0], dtype=np.float32)
    assert gradient(lambda x: ops.sum(ops.square(x)), x).dtype == np.float32
    assert hessian(lambda x: ops.sum(ops.square(x)), x).dtype == np.float32


def test_shapes():
    def f(x):
        return ops.sum(x**3)

    x = np.arange(6.0).reshape(2, 3)
    assert gradient(f, x).shape == (2, 3)
    assert hessian(f, x).shape == (2, 3, 2, 3)
    np.testing.assert_allclose(gradient(f, x), 3 * x**2)
    np.testing.assert_allclose(hessian(f, x).reshape(6, 6), np.diag(6 * x.ravel()))
    assert gradient(lambda x: x**2, 3).tolist() == 6.0
    assert hessian(lambda x: x**2, 3).tolist() == 2.0


def test_input_is_not_changed_and_result_is_writable():
    x = np.array([1.0, 2.0])
    slope = gradient(saddle, x)
    slope += 1
    second = hessian(saddle, x)
    second += 1
    assert x.tolist() == [1.0, 2.0]
    assert gradient(saddle, x).tolist() == [2.0, -4.0]


@pytest.mark.parametrize("f", [lambda x: 3.0, lambda x: ops.sum(ops.ones(2)), lambda x: 0.0 * ops.sum(x)])
def test_a_function_that_does_not_depend_on_x_has_derivative_zero(f):
    x = np.array([1.0, 2.0])
    assert gradient(f, x).tolist() == [0.0, 0.0]
    assert hessian(f, x).tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_a_linear_function_has_hessian_zero():
    assert hessian(lambda x: 2 * x[0] - x[1], np.array([1.0, 2.0])).tolist() == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize("derivative", [gradient, hessian])
def test_more_than_one_number_is_refused(derivative):
    with pytest.raises(ValueError, match=r"one number, but it returned an array of shape \(2,\)"):
        derivative(lambda x: x**2, np.array([1.0, 2.0]))


@pytest.mark.parametrize("x", [np.array([]), np.array(["a"]), np.array([1j])])
def test_x_is_an_array_of_real_numbers(x):
    with pytest.raises(ValueError, match="real numbers"):
        gradient(saddle, x)


def test_other_backends():
    if os.environ.get(INSIDE):
        return  # this is one of those processes
    for backend in OTHERS:
        environment = os.environ | {"KERAS_BACKEND": backend, INSIDE: "yes", "OMP_NUM_THREADS": "1"}
        environment.pop("JAX_ENABLE_X64", None)  # the module must not depend on it
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(Path(__file__))]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"on {backend}:\n{done.stdout[-3000:]}{done.stderr[-1000:]}"
