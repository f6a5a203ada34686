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


# ---- Whole models side by side ----


def dense(keras):
    layers = keras.layers
    penalty = keras.regularizers.L2(0.01)
    return keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(5, "tanh", kernel_regularizer=penalty, bias_initializer="ones"),
            layers.Dense(4, use_bias=False, kernel_initializer=keras.initializers.RandomNormal(stddev=0.5)),
            layers.ReLU(),
            layers.Dense(3),
        ]
    )


def convolutional(keras):
    layers = keras.layers
    entry = keras.Input((7, 6, 2))
    x = layers.Conv2D(4, (3, 2), padding="same", activation="tanh")(entry)
    x = layers.Add()([x, layers.Conv2D(4, 1)(entry)])
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(5, 2, strides=(2, 1), activation="relu", kernel_regularizer="l2")(x)
    x = layers.Flatten()(x)
    return keras.Model(entry, layers.Dense(3)(layers.Dropout(0.0)(x)))


def pooled(keras):
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, strides=2, padding="same"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3),
        ]
    )


@pytest.fixture
def float64(keras):
    before = keras.config.floatx(), keras.config.dtype_policy()
    if keras.backend.backend() == "jax":
        import jax

        jax.config.update("jax_enable_x64", True)
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx(before[0])
    keras.config.set_dtype_policy(before[1])
    if keras.backend.backend() == "jax":
        jax.config.update("jax_enable_x64", False)


@pytest.mark.parametrize("make", [dense, convolutional, pooled])
def test_models_trained_side_by_side_end_where_each_ends_alone(keras, float64, make):
    from utils import training

    model = make(keras)
    together = training.side_by_side(model, 3)
    shape = model.inputs[0].shape[1:]
    assert together.input_shape == (None, 3, *shape) and together.output_shape == (None, 3, 3)
    x, y = rng.normal(size=(24, 3, *shape)), rng.integers(3, size=(24, 3))
    starts = [training.weights_of(together, i) for i in range(3)]
    assert not np.allclose(starts[0][0], starts[1][0]), "each network has a start of its own"
    entropy = keras.losses.sparse_categorical_crossentropy
    options = {"batch_size": 8, "epochs": 4, "shuffle": False, "verbose": 0}
    together.compile(keras.optimizers.Adam(0.02), training.summed(entropy, from_logits=True))
    together.fit(x, y, **options)
    for i, start in enumerate(starts):
        model.set_weights(start)
        model.compile(keras.optimizers.Adam(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        model.fit(x[:, i], y[:, i], **options)
        ended = training.weights_of(together, i)
        assert np.abs(ended[0] - start[0]).max() > 0.01, "it has learned"
        for mine, alone in zip(ended, model.get_weights(), strict=True):
            np.testing.assert_allclose(mine, alone, atol=1e-6)
        mine = together.predict(x, verbose=0)[:, i]
        np.testing.assert_allclose(mine, model.predict(x[:, i], verbose=0), atol=1e-5)
        right = np.mean(mine.argmax(axis=1) == y[:, i])
        assert training.accuracy_per_network(together, x, y, batch_size=7)[i] == right


def test_each_network_starts_as_the_layers_say(keras):
    from utils import training

    model = keras.Sequential([keras.Input((50, 50, 4)), keras.layers.Conv2D(30, 5)])
    kernel, bias = training.side_by_side(model, 4).get_weights()
    limit = np.sqrt(6 / (25 * (4 + 30)))
    assert kernel.shape == (4, 5, 5, 4, 30) and bias.shape == (4, 30) and not bias.any()
    assert 0.99 * limit < np.abs(kernel).max() <= limit
    assert abs(kernel.std() - limit / np.sqrt(3)) < 0.02 * limit and not np.allclose(kernel[0], kernel[1])
    seeded = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(2, kernel_initializer=keras.initializers.HeNormal(1))]
    )
    kernel = training.side_by_side(seeded, 2).get_weights()[0]
    np.testing.assert_array_equal(kernel[0], kernel[1], "a seed that is given holds for all")


def test_dropout_is_at_work_in_training_alone_and_differs_between_networks(keras):
    from utils import training

    model = keras.Sequential([keras.Input((50,)), keras.layers.Dropout(0.5)])
    together = training.side_by_side(model, 2)
    x = np.ones((40, 2, 50), "float32")
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(together(x)), x)
    dropped = keras.ops.convert_to_numpy(together(x, training=True))
    assert set(np.unique(dropped)) == {0, 2} and 0.4 < np.mean(dropped == 0) < 0.6
    assert not np.array_equal(dropped[:, 0], dropped[:, 1])


@pytest.mark.parametrize("strides", [1, 2, (2, 3)])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("size", [1, 2, (3, 2), 5])
def test_each_network_has_a_convolution_of_its_own(keras, strides, padding, size):
    from utils.training import Conv2DSideBySide

    x = rng.normal(size=(4, 2, 7, 8, 3)).astype("float32")
    layer = Conv2DSideBySide(5, size, strides, padding, "relu")
    layer.build(x.shape)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.get_weights()])
    y = keras.ops.convert_to_numpy(layer(x))
    for i in range(2):
        alone = keras.layers.Conv2D(5, size, strides, padding, activation="relu")
        alone.build((None, 7, 8, 3))
        alone.set_weights([w[i] for w in layer.get_weights()])
        np.testing.assert_allclose(y[:, i], keras.ops.convert_to_numpy(alone(x[:, i])), atol=1e-4)


def test_what_is_trained_together_ends_where_each_ends_alone(keras, float64):
    from utils import training

    x = rng.normal(size=(24, 3, 6))
    moved, y = x + 0.1, rng.integers(3, size=(24, 3))
    models = {"plain": dense(keras), "moved": dense(keras)}
    models = {name: training.side_by_side(model, 3) for name, model in models.items()}
    starts = {name: model.get_weights() for name, model in models.items()}
    data = {"plain": (x, y), "moved": (moved, y)}
    loss = training.summed(keras.losses.sparse_categorical_crossentropy, from_logits=True)
    options = {"batch_size": 8, "epochs": 3, "shuffle": False}
    losses = training.train_together(models, data, keras.optimizers.Adam(0.02), loss, label="six networks", **options)
    assert {name: len(curve) for name, curve in losses.items()} == {"plain": 3, "moved": 3}
    for name, model in models.items():
        ended = model.get_weights()
        model.set_weights(starts[name])
        model.compile(keras.optimizers.Adam(0.02), loss)
        model.fit(*data[name], verbose=0, **options)
        for mine, alone in zip(ended, model.get_weights(), strict=True):
            np.testing.assert_allclose(mine, alone, atol=1e-6)


def test_one_model_alone_may_be_trained_together(keras, capsys):
    from utils import training

    x, y = rng.normal(size=(24, 6)), rng.normal(size=(24, 3))
    losses = training.train_together(
        {"one": dense(keras)}, (x, y), keras.optimizers.Adam(0.1), "mse", "one", epochs=20, batch_size=8
    )
    assert losses["one"].shape == (20,) and losses["one"][-1] < losses["one"][0]
    assert capsys.readouterr().out.endswith("one: 20 epochs\n")


def test_the_loss_of_networks_side_by_side_is_their_sum(keras):
    from utils import training

    truth, guess = rng.normal(size=(5, 3, 4)), rng.normal(size=(5, 3, 4))
    summed = training.summed(keras.losses.mean_squared_error)
    each = keras.ops.convert_to_numpy(summed(truth, guess))
    np.testing.assert_allclose(each, np.mean((truth - guess) ** 2, axis=2).sum(axis=1), rtol=1e-5)
    alone = keras.ops.convert_to_numpy(summed(truth[:, 0], guess[:, 0]))
    np.testing.assert_allclose(alone, np.mean((truth - guess) ** 2, axis=2)[:, 0], rtol=1e-5)


def test_runs_are_stacked():
    from utils.training import stacked

    runs = [(np.full((4, 2), i), np.full(4, 10 * i)) for i in range(3)]
    x, y = stacked(runs)
    assert x.shape == (4, 3, 2) and y.shape == (4, 3)
    np.testing.assert_array_equal(x[:, 2], 2)
    np.testing.assert_array_equal(y[:, 1], 10)
    with pytest.raises(ValueError, match="array 0 has another shape"):
        stacked([(np.zeros((4, 2)),), (np.zeros((5, 2)),)])
    with pytest.raises(ValueError, match="no runs"):
        stacked([])


def test_a_fresh_model_trains_as_a_new_one(keras):
    from utils import runtime, training

    x, y = rng.normal(size=(24, 6)), rng.integers(3, size=24)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    for rate in (0.02, keras.optimizers.schedules.CosineDecay(0.02, 9)):
        model = dense(keras)
        model.compile(keras.optimizers.Adam(rate), loss)
        ends = []
        for seed in (5, 6, 5):
            assert training.fresh(model, seed) is model
            model.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0)
            ends.append(model.get_weights())
            assert float(keras.ops.convert_to_numpy(model.optimizer.iterations)) == 9
        np.testing.assert_allclose(ends[0][0], ends[2][0], atol=1e-6)
        assert np.abs(ends[0][0] - ends[1][0]).max() > 0.01
        runtime.reseed(5)
        new = keras.models.clone_model(model)
        new.compile(keras.optimizers.Adam(rate), loss)
        new.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0)
        np.testing.assert_allclose(ends[0][0], new.get_weights()[0], atol=1e-5)


def test_what_cannot_stand_side_by_side_is_named(keras):
    from utils import training
    from utils.training import Conv2DSideBySide

    layers = keras.layers

    def model(*stack):
        return keras.Sequential([keras.Input((8, 8, 2)), *stack])

    for networks in (0, 2.0, True):
        with pytest.raises(ValueError, match=f"at least 1, not {networks}"):
            training.side_by_side(dense(keras), networks)
    cases = {
        "is a BatchNormalization, whose weights": layers.BatchNormalization(),
        "groups cannot be had": layers.Conv2D(4, 3, groups=2),
        "dilation_rate cannot be had": layers.Conv2D(4, 3, dilation_rate=2),
        "activity_regularizer cannot be had": layers.Dense(4, activity_regularizer="l1"),
        "kernel_constraint cannot be had": layers.Dense(4, kernel_constraint="non_neg"),
    }
    for message, layer in cases.items():
        with pytest.raises(ValueError, match=message):
            training.side_by_side(model(layer), 2)
    with pytest.raises(ValueError, match="is built and has one input"):
        training.side_by_side(keras.Sequential([layers.Dense(2)]), 2)
    with pytest.raises(ValueError, match="does not fit into an input of"):
        Conv2DSideBySide(1, 5).build((None, 2, 4, 9, 1))
    with pytest.raises(ValueError, match="the input is"):
        Conv2DSideBySide(1, 5).build((None, 9, 9, 1))
    for arguments in [(0, 3), (1, 0), (1, (3, 0)), (1, 3, 0), (1, 3, 1, "full")]:
        with pytest.raises(ValueError, match="at least 1 and padding"):
            Conv2DSideBySide(*arguments)
    with pytest.raises(ValueError, match="build and compile it first"):
        training.fresh(dense(keras), 1)
    x, y = np.zeros((4, 6)), np.zeros((4, 3))
    adam = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="each model needs its data"):
        training.train_together({"a": dense(keras)}, {"b": (x, y)}, adam, "mse", "none")
    with pytest.raises(ValueError, match="the same number of rows"):
        training.train_together({"a": dense(keras)}, (x, y[:3]), adam, "mse", "none")
    with pytest.raises(ValueError, match=r"classes\) and y \(rows, networks\)"):
        training.accuracy_per_network(training.side_by_side(dense(keras), 2), np.zeros((4, 2, 6)), np.zeros(4))


def test_several_steps_are_at_least_one(keras):
    from utils.training import several_steps

    assert several_steps(1) == ({} if keras.backend.backend() == "torch" else {"steps_per_execution": 1})
    assert several_steps(3) == ({} if keras.backend.backend() == "torch" else {"steps_per_execution": 3})
    for count in (0, 2.5, True):
        with pytest.raises(ValueError, match=f"at least 1 step, a whole number of them, not {count}"):
            several_steps(count)
