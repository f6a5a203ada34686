"""Dense networks side by side: their answers, gradients and training, against formulas and against Keras."""

import keras
import numpy as np
import pytest

from utils import descent, networks

LOSSES = {"mean_square": networks.mean_square, "cross_entropy": networks.cross_entropy}


def one_hot(rng, rows, classes):
    """Random targets, (rows, classes)."""
    return np.eye(classes)[rng.integers(classes, size=rows)]


def in_keras(many, number, activation="tanh"):
    """Network `number` of many as a Keras model in float64."""
    entry = keras.Input((many.sizes[0],), dtype="float64")
    signal, layers = entry, []
    for size in many.sizes[1:-1]:
        layers.append(keras.layers.Dense(size, activation, dtype="float64"))
        passed = layers[-1](signal)
        same = many.skip and signal.shape[-1] == size
        signal = keras.layers.Add(dtype="float64")([signal, passed]) if same else passed
    layers.append(keras.layers.Dense(many.sizes[-1], dtype="float64"))
    model = keras.Model(entry, layers[-1](signal))
    for layer, (kernel, bias) in zip(layers, many.layers, strict=True):
        layer.set_weights([kernel[number], bias[number, 0]])
    return model


def test_parameters_counts_weights_and_biases():
    assert networks.parameters([1, 8, 1]) == 25
    assert networks.parameters([64, 10]) == 650
    assert networks.parameters((2, 4, 1)) == 17


@pytest.mark.parametrize("sizes", [[], [3], [2, 0, 1], [2, 1.5], [True, 2]])
def test_parameters_refuses_what_is_no_shape(sizes):
    with pytest.raises(ValueError, match="whole numbers"):
        networks.parameters(sizes)


@pytest.mark.parametrize(
    "options",
    [{"sizes": [3]}, {"count": 0}, {"activation": "step"}, {"start": "zeros"}, {"sizes": [2, -1]}, {"dtype": "int8"}],
)
def test_networks_refuse_what_they_cannot_be(options):
    given = {"sizes": [2, 3, 1], "count": 2, "rng": np.random.default_rng(0)} | options
    with pytest.raises(ValueError, match=r"whole numbers|one of"):
        networks.Networks(**given)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", networks.ACTIVATIONS)
@pytest.mark.parametrize("skip", [False, True])
def test_the_slopes_are_those_of_central_differences(loss, activation, skip):
    rng = np.random.default_rng(1)
    many = networks.Networks([3, 4, 4, 4, 2], 2, rng, activation=activation, skip=skip)
    many.theta += rng.normal(0, 0.3, many.theta.shape)  # biases too
    x, targets = rng.normal(size=(6, 3)), one_hot(rng, 6, 2)
    losses, slopes = many.slopes(x, targets, LOSSES[loss])
    flat = np.concatenate([part.reshape(2, -1) for layer in slopes for part in layer], axis=1)
    np.testing.assert_allclose(losses, LOSSES[loss](many(x), targets)[0])
    for place in range(many.theta.shape[1]):
        ends = []
        for sign in (1, -1):
            many.theta[:, place] += sign * 1e-6
            ends.append(LOSSES[loss](many(x), targets)[0])
            many.theta[:, place] -= sign * 1e-6
        np.testing.assert_allclose(flat[:, place], (ends[0] - ends[1]) / 2e-6, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("skip", [False, True])
def test_answers_and_training_are_those_of_keras(skip):
    rng = np.random.default_rng(2)
    many = networks.Networks([5, 4, 4, 3], 2, rng, skip=skip)
    x, targets = rng.normal(size=(8, 5)), one_hot(rng, 8, 3)
    theirs = in_keras(many, 1)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(theirs(x)), many(x)[1], rtol=1e-5, atol=1e-6)
    theirs.compile(keras.optimizers.SGD(0.25), keras.losses.CategoricalCrossentropy(from_logits=True, dtype="float64"))
    many.train([(x, targets)] * 5, networks.cross_entropy, 0.25, optimizer=descent.GradientDescent(1.0))
    for _ in range(5):
        theirs.train_on_batch(x, targets)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(theirs(x)), many(x)[1], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", networks.ACTIVATIONS)
def test_activations_are_those_of_keras(name):
    s = np.linspace(-6, 6, 101)
    options = {"approximate": True} if name == "gelu" else {}
    by_keras = keras.activations.get(name)(keras.ops.convert_to_tensor(s, "float64"), **options)
    by_keras = keras.ops.convert_to_numpy(by_keras)
    np.testing.assert_allclose(networks.ACTIVATIONS[name][0](s), by_keras, rtol=1e-6, atol=1e-7)


def test_losses_are_those_of_keras():
    rng = np.random.default_rng(3)
    outputs, targets = rng.normal(size=(1, 6, 4)) * 20, one_hot(rng, 6, 4)
    by_keras = keras.losses.CategoricalCrossentropy(from_logits=True)(targets, outputs[0])
    np.testing.assert_allclose(networks.cross_entropy(outputs, targets)[0], [float(by_keras)], rtol=1e-4)
    by_keras = keras.losses.MeanSquaredError()(targets, outputs[0])
    np.testing.assert_allclose(networks.mean_square(outputs, targets)[0], [float(by_keras)], rtol=1e-4)


def test_none_sees_the_others_and_each_has_its_rate():
    rng = np.random.default_rng(4)
    x, targets = rng.normal(size=(6, 2)), rng.normal(size=(6, 1))
    together = networks.Networks([2, 5, 1], 3, rng)
    alone = networks.Networks([2, 5, 1], 1, rng)
    alone.theta[...] = together.theta[1]
    losses = together.train([(x, targets)] * 20, networks.mean_square, [0.1, 0.02, 0.0], steps=20)
    own = alone.train([(x, targets)] * 20, networks.mean_square, 0.02, steps=20)
    assert losses.shape == (20, 3)
    np.testing.assert_allclose(losses[:, 1], own[:, 0], rtol=1e-10)
    assert np.ptp(losses[:, 2]) < 1e-12, "a rate of 0 should change nothing"


def test_the_rate_falls_in_a_straight_line():
    class Unit(descent.GradientDescent):
        def step(self, x, gradient):
            return x - np.ones_like(gradient)

    many = networks.Networks([1, 1], 1, np.random.default_rng(0))
    begin = many.theta.copy()
    many.train([(np.ones((1, 1)), np.ones((1, 1)))] * 3, networks.mean_square, 4.0, steps=3, optimizer=Unit(1.0))
    np.testing.assert_allclose(begin - many.theta, 3.0 + 2.0 + 1.0)


@pytest.mark.parametrize("shape", [(2, 8, 8), (2, 9, 4), (2, 4, 9)])
def test_an_orthogonal_start_keeps_lengths(shape):
    _, before, after = shape
    many = networks.Networks([before, after, 1], 2, np.random.default_rng(5), start="orthogonal", gain=1.5)
    kernel = many.layers[0][0] / 1.5
    for one in kernel:
        product = one.T @ one if before >= after else one @ one.T
        np.testing.assert_allclose(product, np.eye(min(before, after)), atol=1e-12)


def test_a_normal_start_has_the_spread_that_it_says():
    many = networks.Networks([400, 100, 1], 2, np.random.default_rng(6), gain=2.0)
    assert abs(many.layers[0][0].std() * 20 / 2 - 1) < 0.02
    assert not many.layers[0][1].any()


@pytest.mark.parametrize("skip", [False, True])
def test_spread_kinks_puts_a_zero_of_each_neuron_at_one_of_the_inputs(skip):
    rng = np.random.default_rng(9)
    many = networks.Networks([2, 6, 6, 3, 1], 4, rng, activation="relu", skip=skip)
    last = many.layers[-1][1]
    last[...] = 7.0
    x = rng.normal(size=(50, 2))
    many.spread_kinks(x, rng)
    signals, places = [np.broadcast_to(x, (4, 50, 2)), *many.signals(x)], []
    for (kernel, bias), signal in zip(many.layers[:-1], signals, strict=False):
        s = np.abs(signal @ kernel + bias)
        assert s.min(axis=1).max() < 1e-12, "each neuron should be zero at one of the inputs"
        places.append(s.argmin(axis=1).ravel())
    assert len(set(np.concatenate(places))) > 15, "and not all of them at the same one"
    assert (last == 7.0).all(), "the outputs have no kink"


def test_layers_are_views_and_signals_are_what_the_layers_hand_on():
    many = networks.Networks([2, 3, 3, 1], 2, np.random.default_rng(7), skip=True)
    many.layers[1][1][...] = 0.5
    assert np.count_nonzero(many.theta == 0.5) == 2 * 3
    x = np.random.default_rng(8).normal(size=(4, 2))
    first, second = many.signals(x)
    assert first.shape == second.shape == (2, 4, 3)
    (kernel, bias), (last, last_bias) = many.layers[1:]
    np.testing.assert_allclose(second, first + np.tanh(first @ kernel + bias))
    np.testing.assert_allclose(many(x), second @ last + last_bias)


def test_batches():
    x, targets = np.arange(10)[:, None], np.arange(10)[:, None] * 2
    whole = list(networks.batches(x, targets, 3, np.random.default_rng(0)))
    assert len(whole) == 3 and all(batch is x for batch, _ in whole)
    drawn = list(networks.batches(x, targets, 50, np.random.default_rng(0), size=4))
    assert all(len(batch) == 4 and (2 * batch == wanted).all() for batch, wanted in drawn)
    assert set(np.concatenate([batch for batch, _ in drawn]).ravel()) == set(range(10))


def test_an_epoch_shows_each_network_each_of_its_rows_once():
    rng = np.random.default_rng(7)
    x = np.arange(2 * 5).reshape(2, 5, 1).astype(float)
    shown = list(networks.epochs(x, -x, 3, rng, size=2))
    assert len(shown) == 3 and all([len(batch[0][0]) for batch in epoch] == [2, 2, 1] for epoch in shown)
    orders = []
    for epoch in shown:
        seen, targets = (np.concatenate(parts, axis=1)[:, :, 0] for parts in zip(*epoch, strict=True))
        assert np.array_equal(np.sort(seen), x[:, :, 0]) and np.array_equal(targets, -seen)
        orders += [tuple(seen[0]), tuple(seen[1] - 5)]
    assert len(set(orders)) > 3


def test_networks_with_rows_of_their_own_learn_as_they_would_alone():
    rng = np.random.default_rng(8)
    x, targets = rng.normal(size=(2, 6, 3)), np.stack([one_hot(rng, 6, 2) for _ in range(2)])
    many = networks.Networks([3, 4, 2], 2, rng)
    alone = networks.Networks([3, 4, 2], 1, rng)
    alone.theta[:] = many.theta[1]
    losses = many.train([(x, targets)] * 3, networks.cross_entropy, 0.1)
    losses_alone = alone.train([(x[1], targets[1])] * 3, networks.cross_entropy, 0.1)
    np.testing.assert_allclose(losses[:, 1], losses_alone[:, 0])
    np.testing.assert_allclose(many.theta[1], alone.theta[0], rtol=1e-9)
    np.testing.assert_allclose(many(x)[1], alone(x[1])[0])


@pytest.mark.parametrize(
    ("x", "targets", "count", "size"),
    [((5, 1), (5, 1), 1, 2), ((2, 5, 1), (2, 4, 1), 1, 2), ((2, 5, 1), (2, 5, 1), 0, 2), ((2, 5, 1), (2, 5, 1), 1, 0)],
)
def test_epochs_refuses_what_does_not_go_together(x, targets, count, size):
    with pytest.raises(ValueError, match=r"networks, rows|whole numbers"):
        networks.epochs(np.zeros(x), np.zeros(targets), count, np.random.default_rng(0), size)


@pytest.mark.parametrize("activation", networks.ACTIVATIONS)
def test_in_float32_all_is_computed_in_float32_and_nearly_the_same(activation):
    rng = np.random.default_rng(3)
    x, targets = rng.normal(size=(8, 3)), one_hot(rng, 8, 2)
    pair = [
        networks.Networks([3, 4, 4, 2], 2, np.random.default_rng(4), activation=activation, dtype=dtype)
        for dtype in ("float32", "float64")
    ]
    for many in pair:
        batches = networks.batches(x, targets, 5, rng)
        many.train(batches, networks.cross_entropy, [0.01, 0.02], steps=5)
    small, large = pair
    outputs, (_, slopes) = small(x), small.slopes(x, targets, networks.cross_entropy)
    everything = [small.theta, outputs, *small.signals(x), *(part for layer in slopes for part in layer)]
    assert {one.dtype for one in everything} == {np.dtype("float32")}
    np.testing.assert_allclose(outputs, large(x), atol=1e-4)
