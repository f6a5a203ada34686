"""The optimizers of utils equal Keras's for any settings, and refuse settings that make no sense."""

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from utils import descent

STEPS = 12


def whole(low, high, parts):
    """Numbers that float32 holds exactly: whole multiples of 1 / parts."""
    return st.integers(low, high).map(lambda number: number / parts)


RATE = whole(1, 64, 256)
SHARE = whole(0, 63, 64)
EPSILON = st.integers(3, 24).map(lambda power: 2.0**-power)
SEEDS = st.integers(0, 2**31)
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def both_paths(ours, theirs, seed, steps=STEPS):
    """Feed both the same gradients, of sizes from 1e-9 to 100, some of them zero; return where each went."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=5)
    variable = keras.Variable(x, dtype="float64")
    path, keras_path = [], []
    for _ in range(steps):
        gradient = rng.normal(size=5) * np.array([1e-9, 1e-5, 1e-2, 1.0, 100.0]) * (rng.random(5) > 0.2)
        x = ours.step(x, gradient)
        theirs.apply([keras.ops.convert_to_tensor(gradient, dtype="float64")], [variable])
        path.append(x)
        keras_path.append(np.array(keras.ops.convert_to_numpy(variable)))
    return np.array(path), np.array(keras_path)


def assert_equal(ours, theirs, seed, steps=STEPS):
    path, keras_path = both_paths(ours, theirs, seed, steps)
    np.testing.assert_allclose(path, keras_path, rtol=1e-9, atol=1e-9)


@FEW
@given(rate=RATE, seed=SEEDS)
def test_gradient_descent(rate, seed):
    assert_equal(descent.GradientDescent(rate), keras.optimizers.SGD(rate), seed)


@FEW
@given(rate=RATE, momentum=SHARE, seed=SEEDS)
def test_momentum(rate, momentum, seed):
    assert_equal(descent.Momentum(rate, momentum), keras.optimizers.SGD(rate, momentum=momentum), seed)


@FEW
@given(rate=RATE, momentum=SHARE, seed=SEEDS)
def test_nesterov(rate, momentum, seed):
    assert_equal(descent.Nesterov(rate, momentum), keras.optimizers.SGD(rate, momentum=momentum, nesterov=True), seed)


@FEW
@given(rate=RATE, rho=SHARE, momentum=SHARE, epsilon=EPSILON, centered=st.booleans(), seed=SEEDS)
def test_rmsprop(rate, rho, momentum, epsilon, centered, seed):
    options = {"rho": rho, "momentum": momentum, "epsilon": epsilon, "centered": centered}
    assert_equal(descent.RMSProp(rate, **options), keras.optimizers.RMSprop(rate, **options), seed)


@FEW
@given(rate=RATE, beta_1=SHARE, beta_2=SHARE, epsilon=EPSILON, seed=SEEDS)
def test_adam(rate, beta_1, beta_2, epsilon, seed):
    options = {"beta_1": beta_1, "beta_2": beta_2, "epsilon": epsilon}
    assert_equal(descent.Adam(rate, **options), keras.optimizers.Adam(rate, **options), seed)


PAIRS = {
    "momentum": (descent.Momentum(1 / 64, 0.875), keras.optimizers.SGD(1 / 64, momentum=0.875)),
    "RMSProp": (
        descent.RMSProp(1 / 64, 0.75, momentum=0.5, epsilon=1e-3, centered=True),
        keras.optimizers.RMSprop(1 / 64, rho=0.75, momentum=0.5, epsilon=1e-3, centered=True),
    ),
    "Adam": (
        descent.Adam(1 / 64, 0.5, 0.75, epsilon=1e-2),
        keras.optimizers.Adam(1 / 64, beta_1=0.5, beta_2=0.75, epsilon=1e-2),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_two_hundred_steps(name):
    assert_equal(*PAIRS[name], seed=5, steps=200)


def test_usual_settings_differ_from_keras_by_no_more_than_its_float32_rate():
    path, keras_path = both_paths(descent.Adam(0.001), keras.optimizers.Adam(0.001), seed=1, steps=200)
    assert np.abs(path - keras_path).max() < 1e-6


def test_nesterov_in_keras_variables_is_the_point_ahead_of_the_textbook():
    x, velocity, ahead, ours = 1.0, 0.0, 1.0, descent.Nesterov(0.01, 0.9)
    for _ in range(50):
        velocity = 0.9 * velocity - 0.01 * np.sin(x + 0.9 * velocity)
        x = x + velocity
        ahead = ours.step(ahead, np.sin(ahead))
        assert abs(ahead - (x + 0.9 * velocity)) < 1e-14


def test_epsilon_stands_inside_the_root_here_and_outside_in_pytorch():
    torch = pytest.importorskip("torch")
    variable = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    theirs = torch.optim.RMSprop([variable], lr=0.125, alpha=0.75, eps=1e-3)
    square, outside, inside = 0.0, np.zeros(3), np.zeros(3)
    ours = descent.RMSProp(0.125, 0.75, epsilon=1e-3)
    for gradient in np.random.default_rng(0).normal(size=(20, 3)) * [1e-6, 1e-3, 1.0]:
        variable.grad = torch.tensor(gradient)
        theirs.step()
        square = 0.75 * square + 0.25 * gradient**2
        outside = outside - 0.125 * gradient / (np.sqrt(square) + 1e-3)
        inside = ours.step(inside, gradient)
    np.testing.assert_allclose(variable.detach().numpy(), outside, rtol=1e-12)
    assert np.abs(outside - inside)[0] > 10 * np.abs(inside)[0]


@pytest.mark.parametrize("make", [descent.GradientDescent, descent.Momentum, descent.Nesterov, descent.RMSProp])
def test_a_step_leaves_its_arguments_alone_and_the_rate_may_be_set_anew(make):
    x, gradient = np.ones(2), np.array([1.0, -2.0])
    optimizer = make(0.5)
    optimizer.step(x, gradient)
    assert x.tolist() == [1, 1] and gradient.tolist() == [1, -2]
    fast, slow = make(0.5), make(0.5)
    slow.rate = 0.25
    np.testing.assert_allclose(1 - slow.step(1.0, 1.0), (1 - fast.step(1.0, 1.0)) / 2)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: descent.GradientDescent(0), "rate is a number above 0, not 0"),
        (lambda: descent.GradientDescent(-0.1), "rate is a number above 0"),
        (lambda: descent.GradientDescent(float("nan")), "rate is a number above 0"),
        (lambda: descent.GradientDescent("0.1"), "rate is a number above 0"),
        (lambda: descent.GradientDescent(True), "rate is a number above 0"),
        (lambda: descent.Momentum(0.1, 1.0), "momentum is a number from 0 to below 1, not 1.0"),
        (lambda: descent.Nesterov(0.1, -0.1), "momentum is a number from 0 to below 1"),
        (lambda: descent.RMSProp(0.1, rho=1), "rho is a number from 0 to below 1"),
        (lambda: descent.RMSProp(0.1, momentum=2), "momentum is a number from 0 to below 1"),
        (lambda: descent.RMSProp(0.1, epsilon=0), "epsilon is a number above 0"),
        (lambda: descent.Adam(0.1, beta_1=1), "beta_1 is a number from 0 to below 1"),
        (lambda: descent.Adam(0.1, beta_2=float("nan")), "beta_2 is a number from 0 to below 1"),
        (lambda: descent.Adam(0.1, epsilon=float("inf")), "epsilon is a number above 0"),
    ],
)
def test_wrong_settings_are_refused(make, text):
    with pytest.raises(ValueError, match=text):
        make()
