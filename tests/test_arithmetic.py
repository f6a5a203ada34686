"""Tests of utils.arithmetic: what stands in for an accelerator's arithmetic."""

import os

import numpy as np
import pytest

from utils import arithmetic, runtime

if (os.environ.get("KERAS_BACKEND") or "tensorflow") != "tensorflow":
    pytest.skip("the arithmetics are for TensorFlow", allow_module_level=True)

runtime.start_lesson(seed=0)

import keras  # noqa: E402 (the backend is chosen above)
import tensorflow as tf  # noqa: E402


@pytest.fixture(autouse=True)
def own_arithmetic():
    """Each test starts and ends with TensorFlow's own arithmetic, whatever LESSON_ARITHMETIC says."""
    arithmetic.use(None)
    yield
    arithmetic.use(os.environ.get("LESSON_ARITHMETIC") or None)


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def tf32(x):
    """Round to ten bits of mantissa by hand: NumPy's rint takes ties to even."""
    mantissa, exponent = np.frexp(np.asarray(x, "float64"))
    return np.ldexp(np.rint(mantissa * 2**11), exponent - 11).astype("float32")


OPERATIONS = {
    "matmul": (tf.matmul, (4, 5), (5, 3)),
    "batches": (tf.matmul, (2, 4, 5), (2, 5, 3)),
    "einsum": (lambda a, b: tf.einsum("bij,bjk->bik", a, b), (2, 4, 5), (2, 5, 3)),
    "tensordot": (lambda a, b: tf.tensordot(a, b, 1), (2, 4, 5), (5, 3)),
    "matvec": (tf.linalg.matvec, (30, 20), (20,)),
    "conv1d": (lambda a, b: tf.nn.conv1d(a, b, 1, "SAME"), (2, 7, 3), (3, 3, 4)),
    "conv2d": (lambda a, b: tf.nn.conv2d(a, b, 1, "SAME"), (2, 6, 6, 3), (3, 3, 3, 4)),
    "convolution": (lambda a, b: tf.nn.convolution(a, b, 1, "VALID"), (2, 6, 6, 3), (3, 3, 3, 4)),
    "transpose": (lambda a, b: tf.nn.conv2d_transpose(a, b, (2, 6, 6, 4), 2), (2, 3, 3, 3), (3, 3, 4, 3)),
    "depthwise": (lambda a, b: tf.nn.depthwise_conv2d(a, b, [1, 1, 1, 1], "SAME"), (2, 6, 6, 3), (3, 3, 3, 1)),
    "conv3d": (lambda a, b: tf.nn.conv3d(a, b, [1] * 5, "SAME"), (1, 4, 4, 4, 2), (3, 3, 3, 2, 2)),
}


def product_and_gradients(operation, a, b, graph=False):
    """Return an operation's result and the gradients of its sum, weighted by numbers that need all their bits."""

    def compute(a, b):
        with tf.GradientTape() as tape:
            tape.watch([a, b])
            product = operation(a, b)
        return product, *tape.gradient(product, [a, b], output_gradients=tf.constant(numbers(*product.shape, seed=3)))

    return [np.array(x) for x in (tf.function(compute) if graph else compute)(tf.constant(a), tf.constant(b))]


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("graph", [False, True])
def test_noise_moves_each_number_of_a_product_and_of_its_gradients_by_a_millionth_and_repeats(name, graph):
    operation, *shapes = OPERATIONS[name]
    a, b = numbers(*shapes[0], seed=1), numbers(*shapes[1], seed=2)
    plain = product_and_gradients(operation, a, b, graph)
    arithmetic.use("noise")
    noisy = product_and_gradients(operation, a, b, graph)
    again = product_and_gradients(operation, a, b, graph)
    for own, moved, repeated in zip(plain, noisy, again, strict=True):
        np.testing.assert_array_equal(moved, repeated)
        np.testing.assert_allclose(np.abs(moved / own.astype("float64") - 1), 1e-6, rtol=0.2)
        assert 0.1 < np.mean(np.abs(moved) > np.abs(own)) < 0.9, "some grow and some shrink"


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("graph", [False, True])
def test_tf32_is_the_product_of_factors_rounded_by_hand(name, graph):
    operation, *shapes = OPERATIONS[name]
    a, b = numbers(*shapes[0], seed=1), numbers(*shapes[1], seed=2)

    def rounded_by_hand(x, y):
        return operation(tf.constant(tf32(x)), tf.constant(tf32(y)))

    def gradients_by_hand():
        x, y = tf.constant(tf32(a)), tf.constant(tf32(b))
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            product = operation(x, y)
        slopes = tf.constant(tf32(numbers(*product.shape, seed=3)))
        return tape.gradient(product, [x, y], output_gradients=slopes)

    expected = [rounded_by_hand(a, b), *gradients_by_hand()]
    plain = product_and_gradients(operation, a, b, graph)
    arithmetic.use("tf32")
    rounded = product_and_gradients(operation, a, b, graph)
    for by_hand, own, found in zip(expected, plain, rounded, strict=True):
        np.testing.assert_allclose(found, by_hand, rtol=1e-5, atol=1e-6)
        assert 1e-5 < np.max(np.abs(found - own)) < 2e-2


def test_rounding_is_to_nearest_ties_to_even_and_keeps_what_fits_infinities_and_nans():
    unit = 2.0**-10
    cases = {
        1.0: 1.0,
        1 + unit: 1 + unit,
        1 + unit / 2: 1.0,
        1 + 3 * unit / 2: 1 + 2 * unit,
        -1 - 3 * unit / 2: -1 - 2 * unit,
    }
    cases |= {1 + 0.51 * unit: 1 + unit, 1 + 0.49 * unit: 1.0, 0.0: 0.0, 2 - unit / 4: 2.0, 4096.0: 4096.0}
    given, expected = (np.array(list(x), "float32") for x in (cases, cases.values()))
    np.testing.assert_array_equal(arithmetic.rounded(tf.constant(given)), expected)
    many = numbers(100_000) * 10 ** numbers(100_000, seed=1)
    np.testing.assert_array_equal(arithmetic.rounded(tf.constant(many)), tf32(many))
    for kind in arithmetic.KINDS:
        arithmetic.use(kind)
        odd = tf.matmul(tf.constant([[np.inf], [-np.inf], [np.nan], [0.0]], "float32"), tf.constant([[1.0]]))
        np.testing.assert_array_equal(odd[:, 0], [np.inf, -np.inf, np.nan, 0])


def test_without_a_name_nothing_is_touched_and_float64_and_lone_tensors_never_are():
    a, b = numbers(4, 5, seed=1), numbers(5, 3, seed=2)
    plain, trace = tf.matmul(a, b), tf.einsum("ij->i", a)
    double = tf.matmul(a.astype("float64"), b.astype("float64"))
    for kind in arithmetic.KINDS:
        arithmetic.use(kind)
        assert not np.array_equal(plain, tf.matmul(a, b))
        np.testing.assert_array_equal(trace, tf.einsum("ij->i", a))
        np.testing.assert_array_equal(double, tf.matmul(a.astype("float64"), b.astype("float64")))
    arithmetic.use(None)
    np.testing.assert_array_equal(plain, tf.matmul(a, b))
    from tensorflow.python.ops import gen_math_ops

    assert gen_math_ops.mat_mul is arithmetic._own["gen_math_ops", "mat_mul"]


MODELS = {
    "Dense": ([keras.layers.Dense(3, activation="tanh"), keras.layers.Dense(1)], (8, 5)),
    "Conv2D": (
        [keras.layers.Conv2D(3, 3, activation="tanh"), keras.layers.Flatten(), keras.layers.Dense(1)],
        (4, 8, 8, 2),
    ),
    "LSTM": ([keras.layers.LSTM(4), keras.layers.Dense(1)], (4, 6, 3)),
}


@pytest.mark.parametrize(("kind", "least", "most"), [("noise", 1e-8, 1e-4), ("tf32", 1e-6, 3e-2)])
@pytest.mark.parametrize("name", MODELS)
def test_a_training_in_keras_is_moved_a_little_and_repeats(name, kind, least, most):
    layers, shape = MODELS[name]

    def trained():
        network = keras.Sequential(
            [keras.layers.Input(shape[1:]), *(type(x).from_config(x.get_config()) for x in layers)]
        )
        for number, weight in enumerate(network.weights):
            weight.assign(0.3 * numbers(*weight.shape, seed=number))
        network.compile(optimizer=keras.optimizers.SGD(0.01), loss="mse", jit_compile=False)
        x, y = numbers(*shape, seed=7), numbers(shape[0], 1, seed=8)
        network.fit(x, y, epochs=3, batch_size=shape[0], shuffle=False, verbose=0)
        return np.concatenate([np.ravel(weight) for weight in (*network.get_weights(), network.predict(x, verbose=0))])

    plain, repeated = trained(), trained()
    arithmetic.use(kind)
    moved, again = trained(), trained()
    np.testing.assert_array_equal(plain, repeated)
    np.testing.assert_array_equal(moved, again)
    assert least < np.max(np.abs(moved - plain)) < most


def test_second_derivatives_pass():
    x = tf.Variable(numbers(3, 3))

    def curvature():
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                y = tf.reduce_sum(tf.matmul(x, x) ** 2)
            slope = inner.gradient(y, x)
        return outer.jacobian(slope, x)

    plain = curvature()
    arithmetic.use("noise")
    np.testing.assert_allclose(curvature(), plain, rtol=1e-4, atol=1e-4)
    assert not np.array_equal(curvature(), plain)


@pytest.mark.parametrize("kind", ["", "Noise", "float16"])
def test_another_name_is_refused(kind):
    with pytest.raises(ValueError, match="one of noise, tf32, not"):
        arithmetic.use(kind)


def test_start_lesson_puts_in_place_what_the_variable_names(monkeypatch):
    a, b = numbers(4, 5, seed=1), numbers(5, 3, seed=2)
    plain = np.array(tf.matmul(a, b))
    monkeypatch.setenv("LESSON_ARITHMETIC", "tf32")
    runtime.start_lesson(seed=0)
    np.testing.assert_allclose(tf.matmul(a, b), tf32(a) @ tf32(b), rtol=1e-5)
    assert runtime._environment_rows()[-1] == ["float32 products", "LESSON_ARITHMETIC=tf32", "OK"]
    monkeypatch.setenv("LESSON_ARITHMETIC", "")
    arithmetic.use(None)
    runtime.start_lesson(seed=0)
    np.testing.assert_array_equal(tf.matmul(a, b), plain)


@pytest.mark.parametrize("keras_needed", [True, False])
def test_start_lesson_refuses_another_name_and_another_backend(monkeypatch, keras_needed):
    monkeypatch.setenv("LESSON_ARITHMETIC", "float16")
    with pytest.raises(ValueError, match="LESSON_ARITHMETIC is one of noise, tf32, not 'float16'"):
        runtime.start_lesson(seed=0, keras=keras_needed)
    monkeypatch.setenv("LESSON_ARITHMETIC", "noise")
    monkeypatch.setattr(runtime, "_choose_backend", lambda: monkeypatch.setenv("KERAS_BACKEND", "jax"))
    with pytest.raises(ValueError, match="LESSON_ARITHMETIC is for TensorFlow, not for jax"):
        runtime.start_lesson(seed=0, keras=keras_needed)
