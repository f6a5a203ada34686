"""The small network on one vector: its loss, gradient and Hessian are those of Keras's layers and of autodiff."""

import keras
import numpy as np
import pytest
from keras import ops

from utils import gradients, landscape

SIZES = [(3, 4), (4, 5, 3), (6, 4, 5, 3)]


def problem(sizes, decay=0.0, seed=0, rows=9):
    """A network, weights, inputs and labels."""
    rng = np.random.default_rng(seed)
    network = landscape.Network(sizes, decay)
    weights = network.start(rng) + 0.3 * rng.normal(size=network.size)
    return network, weights, rng.normal(size=(rows, sizes[0])), rng.integers(sizes[-1], size=rows)


def loss_by_operations(network, x, labels):
    """The same loss, written with keras.ops for autodiff."""

    def loss(theta):
        place, signal = 0, ops.convert_to_tensor(x)
        for depth, (inputs, units) in enumerate(zip(network.sizes, network.sizes[1:], strict=False)):
            kernel = ops.reshape(theta[place : place + inputs * units], (inputs, units))
            bias = theta[place + inputs * units : place + (inputs + 1) * units]
            signal = ops.matmul(signal, kernel) + bias
            signal = ops.tanh(signal) if depth < len(network.sizes) - 2 else signal
            place += (inputs + 1) * units
        right = ops.sum(ops.multiply(signal, np.eye(network.sizes[-1])[labels]), axis=1)
        entropy = ops.log(ops.sum(ops.exp(signal), axis=1)) - right
        return ops.mean(entropy) + network.decay / 2 * ops.sum(theta**2)

    return loss


@pytest.mark.parametrize("sizes", SIZES)
def test_it_is_the_network_of_keras_with_the_same_weights(sizes):
    network, weights, x, labels = problem(sizes)
    layers = [keras.layers.Dense(units, "tanh", dtype="float64") for units in sizes[1:-1]]
    model = keras.Sequential([*layers, keras.layers.Dense(sizes[-1], "softmax", dtype="float64")])
    model.build((None, sizes[0]))
    model.set_weights([part for layer in network.layers(weights) for part in layer])
    answers = ops.convert_to_numpy(model(ops.convert_to_tensor(x, dtype="float64")))
    np.testing.assert_allclose(network.probabilities(weights, x), answers, rtol=1e-6)
    entropy = -np.log(answers[np.arange(len(x)), labels]).mean()
    np.testing.assert_allclose(network.loss(weights, x, labels), entropy, rtol=1e-6)
    assert network.accuracy(weights, x, labels) == np.mean(answers.argmax(axis=1) == labels)


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("decay", [0.0, 0.25])
def test_gradient_and_hessian_are_those_of_autodiff(sizes, decay):
    network, weights, x, labels = problem(sizes, decay)
    loss = loss_by_operations(network, x, labels)
    np.testing.assert_allclose(network.gradient(weights, x, labels), gradients.gradient(loss, weights), atol=1e-13)
    hessian = network.hessian(weights, x, labels)
    np.testing.assert_allclose(hessian, gradients.hessian(loss, weights), atol=1e-12)
    assert np.array_equal(hessian, hessian.T)
    direction = np.random.default_rng(1).normal(size=network.size)
    product = network.hessian_times(weights, direction, x, labels)
    np.testing.assert_allclose(product, hessian @ direction, atol=1e-12)


def test_gradient_equals_central_differences():
    network, weights, x, labels = problem((4, 5, 3), 0.1)
    steps = 1e-6 * np.eye(network.size)
    slopes = [(network.loss(weights + e, x, labels) - network.loss(weights - e, x, labels)) / 2e-6 for e in steps]
    np.testing.assert_allclose(network.gradient(weights, x, labels), slopes, atol=1e-8)


def test_large_scores_do_not_overflow():
    network, weights, x, labels = problem((4, 5, 3))
    assert np.isfinite(network.loss(1e6 * weights, x, labels))
    assert np.isfinite(network.gradient(1e6 * weights, x, labels)).all()


def test_parts_come_apart_and_together():
    network, weights, _, _ = problem((6, 4, 5, 3))
    parts = network.layers(weights)
    assert [(kernel.shape, bias.shape) for kernel, bias in parts] == [((6, 4), (4,)), ((4, 5), (5,)), ((5, 3), (3,))]
    assert np.array_equal(network.join(parts), weights)
    assert network.size == 7 * 4 + 5 * 5 + 6 * 3


def test_start_has_the_promised_spread_and_repeats():
    network = landscape.Network((400, 100, 10))
    (kernel, bias), (outgoing, last) = network.layers(network.start(np.random.default_rng(1), scale=2.0))
    assert abs(kernel.std() * 20 / 2 - 1) < 0.02 and abs(outgoing.std() * 10 / 2 - 1) < 0.06
    assert not bias.any() and not last.any()
    again = network.start(np.random.default_rng(1), scale=2.0)
    assert np.array_equal(network.layers(again)[0][0], kernel)


def test_a_dead_unit_gets_exactly_no_gradient():
    network, weights, x, labels = problem((4, 5, 3))
    (kernel, bias), (outgoing, _) = network.layers(weights)
    kernel[:, 2], bias[2], outgoing[2] = 0, 0, 0  # views of the weights
    (slope, bias_slope), (out_slope, _) = network.layers(network.gradient(weights, x, labels))
    assert not slope[:, 2].any() and bias_slope[2] == 0 and not out_slope[2].any()


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: landscape.Network((4,)), "inputs and classes at least"),
        (lambda: landscape.Network((4, 0, 3)), "whole numbers from 1 up"),
        (lambda: landscape.Network((4, 2.5)), "whole numbers from 1 up"),
        (lambda: landscape.Network((4, True)), "whole numbers from 1 up"),
        (lambda: landscape.Network((4, 3), -0.1), "decay is a number from 0 up"),
        (lambda: landscape.Network((4, 3), float("nan")), "decay is a number from 0 up"),
        (lambda: landscape.Network((4, 3)).layers(np.zeros(14)), r"shape \(15,\), not \(14,\)"),
        (lambda: landscape.Network((4, 3)).join([(np.zeros((3, 4)), np.zeros(3))]), "the layers have the shapes"),
    ],
)
def test_wrong_input_is_refused(make, text):
    with pytest.raises(ValueError, match=text):
        make()


def test_with_unequal_classes_the_sleeping_network_is_a_saddle():
    """05b says so: its least curvature, λ(1 − |b|), is positive for balanced classes and negative for unequal ones."""
    rng, decay = np.random.default_rng(5), 3e-4
    network = landscape.Network((3, 2, 2, 10), decay)
    x = rng.normal(size=(300, 3))
    for share, positive in ((0.1, True), (1 / 3, False)):
        first = round(share * len(x))
        labels = np.append(np.zeros(first, int), 1 + np.arange(len(x) - first) % 9)
        place = np.zeros(network.size)
        for _ in range(20):  # Newton's method for the bias that is best while all else is zero
            slope = network.gradient(place, x, labels)[-10:]
            place[-10:] -= np.linalg.solve(network.hessian(place, x, labels)[-10:, -10:], slope)
        assert np.linalg.norm(network.gradient(place, x, labels)) < 1e-11
        least = np.linalg.eigvalsh(network.hessian(place, x, labels)).min()
        assert np.isclose(least, decay * (1 - np.linalg.norm(place[-10:])))
        assert (least > 0) == positive
