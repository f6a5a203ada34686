"""Tests of utils.training: many networks trained in one. (Its `fit` is tested in test_progress.py.)"""

import numpy as np
import pytest


@pytest.fixture(scope="module")
def keras():
    from utils import runtime

    runtime.start_lesson(seed=0)
    import keras

    return keras


rng = np.random.default_rng(0)


@pytest.mark.parametrize("rows", [(), (4,), (2, 3)])
@pytest.mark.parametrize("activation", [None, "tanh"])
def test_each_network_has_a_dense_layer_of_its_own(keras, rows, activation):
    from utils.training import SideBySide

    together = SideBySide(5, activation)
    x = rng.normal(size=(7, 3, *rows, 6)).astype("float32")
    together(x)
    together.set_weights([rng.normal(size=w.shape) for w in together.get_weights()])
    kernels, biases = together.get_weights()
    assert kernels.shape == (3, 6, 5) and biases.shape == (3, 5)
    y = keras.ops.convert_to_numpy(together(x))
    assert y.shape == (7, 3, *rows, 5)
    for i in range(3):
        alone = keras.layers.Dense(5, activation)
        alone.build((None, 6))
        alone.set_weights([kernels[i], biases[i]])
        np.testing.assert_allclose(y[:, i], keras.ops.convert_to_numpy(alone(x[:, i])), atol=1e-5)


def test_networks_trained_side_by_side_end_where_each_ends_alone(keras):
    from utils.training import SideBySide

    def network(Dense, entry):
        return keras.Model(entry, Dense(2)(Dense(4, "tanh")(entry)))

    def loss(y, z):
        return keras.ops.sum(keras.ops.square(y - z), axis=tuple(range(1, len(z.shape))))

    x, y = rng.normal(size=(40, 3, 6)).astype("float32"), rng.normal(size=(40, 3, 2)).astype("float32")
    together = network(SideBySide, keras.Input((3, 6)))
    alone = [network(keras.layers.Dense, keras.Input((6,))) for _ in range(3)]
    together.set_weights([np.stack(each) for each in zip(*(one.get_weights() for one in alone), strict=True)])
    for model, i in [(together, slice(None)), *zip(alone, range(3), strict=True)]:
        model.compile(keras.optimizers.Adam(0.01), loss)
        model.fit(x[:, i], y[:, i], batch_size=10, epochs=5, shuffle=False, verbose=0)
    for i, one in enumerate(alone):
        for mine, theirs in zip(together.get_weights(), one.get_weights(), strict=True):
            np.testing.assert_allclose(mine[i], theirs, atol=1e-3)


@pytest.mark.parametrize("fan_out", [None, 90])
def test_weights_start_as_those_of_dense(keras, fan_out):
    from utils.training import SideBySide

    layer = SideBySide(10, fan_out=fan_out)
    layer.build((None, 50, 40))
    kernel, bias = layer.get_weights()
    limit = np.sqrt(6 / (40 + (fan_out or 10)))
    assert 0.99 * limit < np.abs(kernel).max() <= limit
    assert abs(kernel.std() - limit / np.sqrt(3)) < 0.02 * limit
    assert not np.allclose(kernel[0], kernel[1])
    assert np.all(bias == 0)


def test_a_shared_kernel_or_one_each(keras):
    from utils.training import times

    x, kernel = rng.normal(size=(5, 3, 6)), rng.normal(size=(3, 6, 2))
    np.testing.assert_allclose(times(x[:, 0], kernel[0]), x[:, 0] @ kernel[0], atol=1e-5)
    np.testing.assert_allclose(times(x, kernel[0]), x @ kernel[0], atol=1e-5)
    each = np.stack([x[:, i] @ kernel[i] for i in range(3)], axis=1)
    np.testing.assert_allclose(times(x, kernel), each, atol=1e-5)


def test_bad_shapes_are_named(keras):
    from utils.training import SideBySide, times

    assert SideBySide(1).units == 1
    for units in (0, 2.5, True):
        with pytest.raises(ValueError, match=f"at least 1, not {units}"):
            SideBySide(units)
    for shape in [(None, 6), (None, None, 6), (None, 3, None)]:
        with pytest.raises(ValueError, match="both known"):
            SideBySide(2).build(shape)
    for x, kernel in [((5, 4, 6), (3, 6, 2)), ((5, 6), (3, 6, 2)), ((5, 3, 6), (1, 3, 6, 2)), ((5, 6), (6,))]:
        with pytest.raises(ValueError, match="not of the same networks"):
            times(np.zeros(x), np.zeros(kernel))


@pytest.mark.parametrize("count", [2, 3, 50])
def test_several_steps_in_one_call_end_where_single_steps_end(keras, count):
    from utils.training import several_steps

    x, y = rng.normal(size=(40, 6)).astype("float32"), rng.normal(size=(40, 2)).astype("float32")
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(2)])
    start = model.get_weights()
    ends = []
    for options in ({}, several_steps(count)):
        keras.utils.set_random_seed(0)
        model.set_weights(start)
        model.compile(keras.optimizers.Adam(0.01), "mse", **options)
        model.fit(x, y, batch_size=10, epochs=3, verbose=0)
        ends.append(model.get_weights())
    assert np.abs(ends[0][0] - start[0]).max() > 0.01
    for single, several in zip(*ends, strict=True):
        np.testing.assert_allclose(several, single, atol=1e-6)


def test_several_steps_are_at_least_one(keras):
    from utils.training import several_steps

    assert several_steps(1) == ({} if keras.backend.backend() == "torch" else {"steps_per_execution": 1})
    assert several_steps(3) == ({} if keras.backend.backend() == "torch" else {"steps_per_execution": 3})
    for count in (0, 2.5, True):
        with pytest.raises(ValueError, match=f"at least 1 step, a whole number of them, not {count}"):
            several_steps(count)
