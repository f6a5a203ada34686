"""Convolution and pooling in NumPy against Keras, and their gradients against Keras and against differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import convolution as conv
from utils import runtime

runtime.start_lesson(seed=9)

import keras  # noqa: E402 (the backend is chosen above)
from keras import ops  # noqa: E402

from utils.gradients import gradient  # noqa: E402

EXACT = {"rtol": 1e-9, "atol": 1e-9}


@st.composite
def convolutions(draw, grouped=False, both=False):
    """Random images, kernel and options; `both` lets stride and dilation be combined, which TensorFlow refuses."""
    sizes = st.integers(1, 9)
    kernel_size = (draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    strides, dilation = (1, 1), (1, 1)
    how = draw(st.sampled_from(["plain", "stride", "dilation", *(["both"] if both else [])]))
    if how in ("stride", "both"):
        strides = draw(st.sampled_from([(2, 2), (3, 3), (1, 2), (2, 1), (3, 2)]))
    if how in ("dilation", "both"):
        dilation = draw(st.sampled_from([(2, 2), (3, 3), (1, 2), (3, 1)]))
    padding = draw(st.sampled_from(["valid", "same"]))
    reach = [(k - 1) * d + 1 for k, d in zip(kernel_size, dilation, strict=True)]
    image_size = [draw(sizes) + (r - 1 if padding == "valid" else 0) for r in reach]
    groups = draw(st.integers(2, 3)) if grouped else 1
    inputs, outputs = draw(st.integers(1, 3)), draw(st.integers(1, 3)) * groups
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    x = rng.normal(size=(draw(st.integers(1, 3)), *image_size, inputs * groups))
    kernel = rng.normal(size=(*kernel_size, inputs, outputs))
    return x, kernel, {"strides": strides, "padding": padding, "dilation_rate": dilation}, rng


@st.composite
def poolings(draw):
    """Random images without ties and options of a pooling."""
    pool_size = (draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    strides = draw(st.sampled_from([None, (1, 1), (2, 2), (3, 3), (1, 2), (3, 1)]))
    padding = draw(st.sampled_from(["valid", "same"]))
    image_size = [draw(st.integers(1, 9)) + (p - 1 if padding == "valid" else 0) for p in pool_size]
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    shape = (draw(st.integers(1, 2)), *image_size, draw(st.integers(1, 3)))
    x = rng.permutation(np.prod(shape)).reshape(shape) / 10.0 - 3.0
    return x, pool_size, {"strides": strides, "padding": padding}, rng


def unevenly_padded_on_torch(x, pool_size, strides, padding):
    """Where "same" adds an odd number of pixels, Keras on PyTorch repeats the edge and counts it in the mean."""
    if padding == "valid" or keras.backend.backend() != "torch":
        return False
    steps = strides or pool_size
    steps = (steps, steps) if isinstance(steps, int) else steps
    pads = [conv.same_padding(x.shape[a + 1], pool_size[a], steps[a]) for a in (0, 1)]
    return any(before != after for before, after in pads)


def plain_conv2d(x, kernel, strides, padding, dilation_rate):
    """The definition, one output number at a time; shares no code with the module."""
    (n, tall, wide, channels), (height, width, inputs, outputs) = x.shape, kernel.shape
    rows, above = plain_positions(tall, height, strides[0], padding, dilation_rate[0])
    columns, left = plain_positions(wide, width, strides[1], padding, dilation_rate[1])
    y = np.zeros((n, rows, columns, outputs))
    for row, column, output in np.ndindex(rows, columns, outputs):
        group = output // (outputs // (channels // inputs))
        for i, j, c in np.ndindex(height, width, inputs):
            down = row * strides[0] + i * dilation_rate[0] - above
            across = column * strides[1] + j * dilation_rate[1] - left
            if 0 <= down < tall and 0 <= across < wide:
                y[:, row, column, output] += x[:, down, across, group * inputs + c] * kernel[i, j, c, output]
    return y


def plain_positions(size, kernel, stride, padding, dilation):
    """How many positions there are along an axis, and how many padded pixels stand before the image."""
    reach = (kernel - 1) * dilation + 1
    if padding == "valid":
        return len(range(0, size - reach + 1, stride)), 0
    positions = len(range(0, size, stride))
    return positions, max(0, (positions - 1) * stride + reach - size) // 2


# ---- Forward ----


@settings(max_examples=250, deadline=None)
@given(convolutions())
def test_conv2d_equals_keras(case):
    x, kernel, options, rng = case
    bias = rng.normal(size=kernel.shape[-1])
    y = conv.conv2d(x, kernel, bias, **options)
    np.testing.assert_allclose(y, ops.convert_to_numpy(ops.conv(x, kernel, **options)) + bias, **EXACT)
    assert y.shape[1:3] == tuple(
        conv.output_size(x.shape[a + 1], kernel.shape[a], options["strides"][a], options["padding"], d)
        for a, d in enumerate(options["dilation_rate"])
    )


@pytest.mark.parametrize(
    ("channels", "outputs", "groups", "options"),
    [
        (4, 4, 2, {}),
        (6, 4, 2, {"padding": "same", "strides": 2}),
        (3, 6, 3, {"dilation_rate": 2}),
        (4, 8, 4, {"padding": "same"}),
    ],
)
def test_grouped_conv2d_equals_keras(channels, outputs, groups, options):
    # Few cases: TensorFlow compiles each of these anew on a CPU.
    rng = np.random.default_rng(3)
    x, kernel = rng.normal(size=(2, 8, 7, channels)), rng.normal(size=(3, 2, channels // groups, outputs))
    np.testing.assert_allclose(
        conv.conv2d(x, kernel, **options), ops.convert_to_numpy(ops.conv(x, kernel, **options)), **EXACT
    )


@settings(max_examples=100, deadline=None)
@given(st.one_of(convolutions(grouped=True, both=True), convolutions(both=True)))
def test_conv2d_equals_the_definition_with_groups_and_with_stride_and_dilation_together(case):
    x, kernel, options, _ = case
    np.testing.assert_allclose(conv.conv2d(x, kernel, **options), plain_conv2d(x, kernel, **options), **EXACT)


@settings(max_examples=60, deadline=None)
@given(convolutions(grouped=True, both=True))
def test_a_grouped_convolution_is_one_convolution_a_group_side_by_side(case):
    x, kernel, options, _ = case
    groups = x.shape[3] // kernel.shape[2]
    parts = zip(np.split(x, groups, axis=3), np.split(kernel, groups, axis=3), strict=True)
    apart = np.concatenate([conv.conv2d(part, kernels, **options) for part, kernels in parts], axis=3)
    np.testing.assert_allclose(conv.conv2d(x, kernel, **options), apart, **EXACT)


@settings(max_examples=150, deadline=None)
@given(poolings())
def test_pooling_equals_keras(case):
    x, pool_size, options, _ = case
    for own, keras_own in ((conv.max_pool2d, ops.max_pool), (conv.average_pool2d, ops.average_pool)):
        if keras_own is ops.average_pool and unevenly_padded_on_torch(x, pool_size, **options):
            continue
        # Keras on JAX fails where strides=None meets a pool size of two numbers, so it gets the strides.
        with_strides = options | {"strides": options["strides"] or pool_size}
        expected = ops.convert_to_numpy(keras_own(ops.convert_to_tensor(x, "float64"), pool_size, **with_strides))
        np.testing.assert_allclose(own(x, pool_size, **options), expected, **EXACT)


@settings(max_examples=100, deadline=None)
@given(convolutions(both=True))
def test_unshared_kernels_that_are_all_equal_are_a_convolution(case):
    x, kernel, options, rng = case
    expected = conv.conv2d(x, kernel, **options)
    kernels = np.broadcast_to(kernel, (*expected.shape[1:3], *kernel.shape))
    bias = rng.normal(size=expected.shape[1:])
    np.testing.assert_allclose(conv.locally_connected2d(x, kernels, **options), expected, **EXACT)
    np.testing.assert_allclose(conv.locally_connected2d(x, kernels, bias, **options), expected + bias, **EXACT)


def test_unshared_kernels_apply_where_they_belong():
    rng = np.random.default_rng(0)
    x, kernels = rng.normal(size=(2, 5, 4, 2)), rng.normal(size=(4, 2, 2, 3, 2, 3))
    y = conv.locally_connected2d(x, kernels)
    for row, column in np.ndindex(4, 2):
        here = conv.conv2d(x[:, row : row + 2, column : column + 3], kernels[row, column])
        np.testing.assert_allclose(y[:, row, column], here[:, 0, 0], **EXACT)


def test_unshared_kernels_may_share_their_bias_and_have_the_same_defaults():
    rng = np.random.default_rng(2)
    x, kernels, bias = rng.normal(size=(2, 4, 4, 2)), rng.normal(size=(3, 3, 2, 2, 2, 5)), rng.normal(size=5)
    y = conv.locally_connected2d(x, kernels)
    np.testing.assert_array_equal(conv.locally_connected2d(x, kernels, bias), y + bias)
    with pytest.raises(ValueError, match=r"bias has shape \(2,\); it should be \(3, 3, 5\), or \(5,\) if shared"):
        conv.locally_connected2d(x, kernels, np.zeros(2))
    defaults = {"strides": 1, "padding": "valid", "dilation_rate": 1}
    pairs = zip(
        conv.locally_connected2d_gradients(y, x, kernels),
        conv.locally_connected2d_gradients(y, x, kernels, **defaults),
        strict=True,
    )
    for plain, given_defaults in pairs:
        np.testing.assert_array_equal(plain, given_defaults)


# ---- Backward ----


def test_gradients_of_conv2d_equal_the_backends():
    for seed in range(16):
        rng = np.random.default_rng(seed)
        size = rng.integers(1, 4, size=2)
        options = {"padding": ["valid", "same"][seed % 2]}
        options |= [{}, {"strides": (2, 1)}, {"strides": 3}, {"dilation_rate": 2}][seed // 2 % 4]
        x = rng.normal(size=(2, 8, 7, 2))
        kernel = rng.normal(size=(*size, 2, 3))
        weights = rng.normal(size=conv.conv2d(x, kernel, **options).shape)
        x_gradient, kernel_gradient, _ = conv.conv2d_gradients(weights, x, kernel, **options)
        expected = gradient(lambda k: ops.sum(ops.multiply(weights, ops.conv(x, k, **options))), kernel)  # noqa: B023
        np.testing.assert_allclose(kernel_gradient, expected, rtol=1e-8, atol=1e-8)
        expected = gradient(lambda z: ops.sum(ops.multiply(weights, ops.conv(z, kernel, **options))), x)  # noqa: B023
        np.testing.assert_allclose(x_gradient, expected, rtol=1e-8, atol=1e-8)


@settings(max_examples=120, deadline=None)
@given(st.one_of(convolutions(grouped=True, both=True), convolutions(both=True)))
def test_gradients_of_conv2d_equal_differences(case):
    # The output is linear in each argument, so a difference with a step of 1 is exact but for rounding.
    x, kernel, options, rng = case
    y = conv.conv2d(x, kernel, **options)
    weights = rng.normal(size=y.shape)  # the loss is sum(weights · y)
    x_gradient, kernel_gradient, bias_gradient = conv.conv2d_gradients(weights, x, kernel, **options)
    assert x_gradient.shape == x.shape and kernel_gradient.shape == kernel.shape
    for _ in range(3):
        step = rng.normal(size=x.shape)
        difference = np.sum(weights * (conv.conv2d(x + step, kernel, **options) - y))
        np.testing.assert_allclose(np.sum(x_gradient * step), difference, rtol=1e-8, atol=1e-8)
        step = rng.normal(size=kernel.shape)
        difference = np.sum(weights * (conv.conv2d(x, kernel + step, **options) - y))
        np.testing.assert_allclose(np.sum(kernel_gradient * step), difference, rtol=1e-8, atol=1e-8)
    for output in range(kernel.shape[3]):
        unit = np.eye(kernel.shape[3])[output]
        difference = np.sum(weights * (conv.conv2d(x, kernel, unit, **options) - y))
        np.testing.assert_allclose(bias_gradient[output], difference, rtol=1e-8, atol=1e-8)


@settings(max_examples=60, deadline=None)
@given(convolutions(both=True))
def test_unshared_gradients_summed_over_positions_are_the_shared_gradient(case):
    x, kernel, options, rng = case
    y = conv.conv2d(x, kernel, **options)
    weights = rng.normal(size=y.shape)
    kernels = np.broadcast_to(kernel, (*y.shape[1:3], *kernel.shape))
    shared = conv.conv2d_gradients(weights, x, kernel, **options)
    unshared = conv.locally_connected2d_gradients(weights, x, kernels, **options)
    np.testing.assert_allclose(unshared[0], shared[0], **EXACT)
    np.testing.assert_allclose(unshared[1].sum(axis=(0, 1)), shared[1], **EXACT)
    np.testing.assert_allclose(unshared[2].sum(axis=(0, 1)), shared[2], **EXACT)


def test_unshared_gradients_equal_differences():
    rng = np.random.default_rng(1)
    x, kernels = rng.normal(size=(2, 5, 6, 2)), rng.normal(size=(3, 3, 2, 3, 2, 3))
    options = {"strides": 2, "padding": "same"}
    y = conv.locally_connected2d(x, kernels, **options)
    weights = rng.normal(size=y.shape)
    x_gradient, kernels_gradient, bias_gradient = conv.locally_connected2d_gradients(weights, x, kernels, **options)
    for _ in range(5):
        step = rng.normal(size=x.shape)
        difference = np.sum(weights * (conv.locally_connected2d(x + step, kernels, **options) - y))
        np.testing.assert_allclose(np.sum(x_gradient * step), difference, rtol=1e-8)
        step = rng.normal(size=kernels.shape)
        difference = np.sum(weights * (conv.locally_connected2d(x, kernels + step, **options) - y))
        np.testing.assert_allclose(np.sum(kernels_gradient * step), difference, rtol=1e-8)
    np.testing.assert_allclose(bias_gradient, weights.sum(axis=0))


@settings(max_examples=120, deadline=None)
@given(poolings())
def test_gradients_of_pooling_equal_differences(case):
    # No two pixels are closer than 0.1, so a step below 0.05 does not change which is the largest: again exact.
    x, pool_size, options, rng = case
    pools = [(conv.max_pool2d, conv.max_pool2d_gradient), (conv.average_pool2d, conv.average_pool2d_gradient)]
    for pool, pool_gradient in pools:
        y = pool(x, pool_size, **options)
        weights = rng.normal(size=y.shape)
        x_gradient = pool_gradient(weights, x, pool_size, **options)
        assert x_gradient.shape == x.shape
        for _ in range(3):
            step = rng.uniform(-0.04, 0.04, size=x.shape)
            difference = np.sum(weights * (pool(x + step, pool_size, **options) - y))
            np.testing.assert_allclose(np.sum(x_gradient * step), difference, rtol=1e-8, atol=1e-8)


def test_gradients_of_pooling_equal_the_backends():
    for seed in range(16):
        rng = np.random.default_rng(seed)
        x = rng.permutation(126).reshape(1, 9, 7, 2) / 10.0
        pool_size = tuple(int(size) for size in rng.integers(1, 4, size=2))
        options = {"padding": ["valid", "same"][seed % 2], "strides": [None, 1, 2, (1, 3)][seed // 2 % 4]}
        with_strides = options | {"strides": options["strides"] or pool_size}
        for own, own_gradient, keras_own in (
            (conv.max_pool2d, conv.max_pool2d_gradient, ops.max_pool),
            (conv.average_pool2d, conv.average_pool2d_gradient, ops.average_pool),
        ):
            if keras_own is ops.average_pool and unevenly_padded_on_torch(x, pool_size, **options):
                continue
            weights = rng.normal(size=own(x, pool_size, **options).shape)
            expected = gradient(lambda z: ops.sum(ops.multiply(weights, keras_own(z, pool_size, **with_strides))), x)  # noqa: B023
            np.testing.assert_allclose(own_gradient(weights, x, pool_size, **options), expected, rtol=1e-8, atol=1e-8)


def test_of_equal_pixels_the_first_gets_the_gradient_of_a_max_pooling():
    x = np.zeros((1, 4, 4, 1))
    x[0, 2:, :2, 0] = [[1, 7], [7, 7]]
    ones = np.ones((1, 2, 2, 1))
    expected = np.zeros((4, 4))
    expected[[0, 0, 2, 2], [0, 2, 1, 2]] = 1
    np.testing.assert_array_equal(conv.max_pool2d_gradient(ones, x, 2)[0, :, :, 0], expected)


def test_a_padded_pixel_is_never_the_largest_and_does_not_count_in_a_mean():
    x = np.full((1, 3, 3, 1), -5.0)
    np.testing.assert_array_equal(conv.max_pool2d(x, 2, padding="same"), np.full((1, 2, 2, 1), -5.0))
    np.testing.assert_array_equal(conv.average_pool2d(x, 2, padding="same"), np.full((1, 2, 2, 1), -5.0))
    given_back = conv.max_pool2d_gradient(np.ones((1, 2, 2, 1)), x, 2, padding="same")
    assert given_back.sum() == 4


@pytest.mark.parametrize("image", [np.full((3, 3), -np.inf), np.array([[1, 1, 1], [1, -np.inf, -np.inf], [1, 1, 1.0]])])
def test_the_gradient_of_a_max_pooling_is_kept_where_all_is_minus_infinity(image):
    x = image[None, :, :, None]
    for pool_size, strides in ((2, None), (3, 1), (3, 2), ((1, 2), 2)):
        y = conv.max_pool2d(x, pool_size, strides=strides, padding="same")
        weights = np.arange(1.0, y.size + 1).reshape(y.shape)
        given_back = conv.max_pool2d_gradient(weights, x, pool_size, strides=strides, padding="same")
        assert given_back.sum() == weights.sum(), "each window hands its gradient to one of its pixels"


def test_of_pixels_of_minus_infinity_the_first_of_the_image_gets_the_gradient():
    # windows of 3×3 around each of four pixels: the first pixel of the image is in all of them
    x = np.full((1, 2, 2, 1), -np.inf)
    given_back = conv.max_pool2d_gradient(np.ones((1, 2, 2, 1)), x, 3, strides=1, padding="same")
    np.testing.assert_array_equal(given_back[0, :, :, 0], [[4, 0], [0, 0]])


# ---- Sizes, types, errors ----


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_no_images_are_fine(padding):
    none, kernel = np.zeros((0, 5, 4, 2)), np.ones((2, 3, 1, 4))  # two groups
    rows, columns = (5, 4) if padding == "same" else (4, 2)
    y = conv.conv2d(none, kernel, np.ones(4), padding=padding)
    assert y.shape == (0, rows, columns, 4)
    for_x, for_kernel, for_bias = conv.conv2d_gradients(y, none, kernel, padding=padding)
    assert for_x.shape == none.shape
    np.testing.assert_array_equal(for_kernel, np.zeros(kernel.shape))
    np.testing.assert_array_equal(for_bias, np.zeros(4))
    unshared = np.ones((rows, columns, 2, 3, 2, 4))
    assert conv.locally_connected2d(none, unshared, padding=padding).shape == (0, rows, columns, 4)
    for_x, for_kernels, for_bias = conv.locally_connected2d_gradients(y, none, unshared, padding=padding)
    assert for_x.shape == none.shape and not for_kernels.any() and not for_bias.any()
    for pool, gradient_of in (
        (conv.max_pool2d, conv.max_pool2d_gradient),
        (conv.average_pool2d, conv.average_pool2d_gradient),
    ):
        y = pool(none, 2, padding=padding)
        assert gradient_of(y, none, 2, padding=padding).shape == none.shape


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((32, 5), 28),
        ((28, 2, 2), 14),
        ((7, 3, 2), 3),
        ((8, 3, 2), 3),
        ((9, 3, 1, "valid", 3), 3),
        ((9, 3, 2, "same"), 5),
    ],
)
def test_output_size(arguments, expected):
    assert conv.output_size(*arguments) == expected


def test_same_padding_puts_the_odd_pixel_after():
    assert conv.same_padding(6, 2) == (0, 1)
    assert conv.same_padding(6, 3, 2) == (0, 1)
    assert conv.same_padding(5, 3) == (1, 1)
    assert conv.same_padding(5, 1, 3) == (0, 0)
    assert conv.same_padding(9, 3, 1, 2) == (2, 2)


def test_windows_are_a_view_that_nobody_writes_to():
    x = np.arange(48.0).reshape(1, 4, 6, 2)
    seen = conv.windows(x, (2, 3), strides=2)
    assert seen.shape == (1, 2, 2, 2, 3, 2)
    np.testing.assert_array_equal(seen[0, 1, 1], x[0, 2:4, 2:5])
    assert np.shares_memory(seen, x) and not seen.flags.writeable


def test_float32_stays_float32_and_whole_numbers_become_floats():
    x, kernel = np.ones((1, 4, 4, 1), np.float32), np.ones((2, 2, 1, 1), np.float32)
    results = [conv.conv2d(x, kernel, np.ones(1, np.float32)), conv.max_pool2d(x), conv.average_pool2d(x)]
    results += [*conv.conv2d_gradients(np.ones((1, 3, 3, 1), np.float32), x, kernel)]
    results += [conv.max_pool2d_gradient(results[1], x), conv.average_pool2d_gradient(results[1], x)]
    assert [result.dtype for result in results] == [np.float32] * len(results)
    double = results[1].astype(np.float64)
    assert conv.max_pool2d_gradient(double, x).dtype == np.float64, "the gradient loses no digits"
    assert conv.max_pool2d_gradient(results[1], x.astype(np.float64)).dtype == np.float64
    for pool in (conv.max_pool2d, conv.average_pool2d):
        np.testing.assert_array_equal(pool(x), pool(x, 2, strides=2, padding="valid"))
    whole = np.arange(16).reshape(1, 4, 4, 1)
    assert conv.conv2d(whole, np.ones((2, 2, 1, 1), int)).dtype == np.float64
    assert conv.max_pool2d(whole).dtype == np.float64


def test_the_arguments_are_left_as_they_were():
    rng = np.random.default_rng(0)
    x, kernel = rng.normal(size=(1, 5, 5, 2)), rng.normal(size=(3, 3, 2, 2))
    x_before, kernel_before = x.copy(), kernel.copy()
    y = conv.conv2d(x, kernel, padding="same")
    conv.conv2d_gradients(y, x, kernel, padding="same")
    conv.max_pool2d_gradient(conv.max_pool2d(x), x)
    np.testing.assert_array_equal(x, x_before)
    np.testing.assert_array_equal(kernel, kernel_before)


X, KERNEL = np.zeros((1, 5, 5, 4)), np.zeros((3, 3, 4, 2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: conv.conv2d(X[0], KERNEL), r"\(N, height, width, channels\), not \(5, 5, 4\)"),
        (lambda: conv.conv2d(X, KERNEL[0]), r"\(height, width, inputs, outputs\), none of them 0, not \(3, 4, 2\)"),
        (lambda: conv.conv2d(X, KERNEL[:, :, :0]), "none of them 0"),
        (lambda: conv.conv2d(X, KERNEL[:, :, :3]), "4 channels, the kernel takes 3"),
        (lambda: conv.conv2d(X, KERNEL[:, :, :1]), "are 4 groups, which do not divide 2 outputs"),
        (lambda: conv.conv2d(X, KERNEL, np.zeros(3)), r"bias has shape \(3,\); it should be \(2,\)"),
        (lambda: conv.conv2d(X, KERNEL, strides=0), "strides is a whole number from 1 up, not 0"),
        (lambda: conv.conv2d(X, KERNEL, strides=1.5), "strides is a whole number from 1 up, not 1.5"),
        (lambda: conv.conv2d(X, KERNEL, strides=True), "strides is a whole number from 1 up, not True"),
        (lambda: conv.conv2d(X, KERNEL, strides=(1, 2, 3)), "one for the rows and one for the columns"),
        (lambda: conv.conv2d(X, KERNEL, dilation_rate=-1), "dilation_rate is a whole number from 1 up, not -1"),
        (lambda: conv.conv2d(X, KERNEL, dilation_rate=3), "reaches over 7 pixels, but there are only 5"),
        (lambda: conv.conv2d(X, KERNEL, padding="full"), '"valid" or "same", not \'full\''),
        (lambda: conv.conv2d(X.astype(complex), KERNEL), "real numbers are needed, not an array of type complex128"),
        (lambda: conv.conv2d_gradients(np.zeros((1, 5, 5, 2)), X, KERNEL), r"the output has \(1, 3, 3, 2\)"),
        (lambda: conv.max_pool2d(X, 0), "kernel_size is a whole number from 1 up, not 0"),
        (lambda: conv.max_pool2d(X, 6), "a kernel of 6 with dilation 1 reaches over 6 pixels"),
        (lambda: conv.max_pool2d_gradient(X, X, 2), r"the output has \(1, 2, 2, 4\)"),
        (lambda: conv.average_pool2d_gradient(X, X, 2), r"the output has \(1, 2, 2, 4\)"),
        (lambda: conv.locally_connected2d(X, KERNEL), r"\(rows, columns, height, width, inputs, outputs\)"),
        (lambda: conv.locally_connected2d(X, np.zeros((2, 3, 3, 3, 4, 2))), r"begins with \(3, 3, 3, 3, 4\)"),
        (lambda: conv.locally_connected2d(X, np.zeros((3, 3, 3, 3, 4, 2)), np.zeros(3)), "the bias has shape"),
        (lambda: conv.output_size(4, 5), "reaches over 5 pixels, but there are only 4"),
        (lambda: conv.output_size(4, 3, padding="Same"), "not 'Same'"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(call, message):
    with pytest.raises(ValueError, match=message):
        call()
