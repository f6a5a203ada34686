"""The exercises of lesson 09, convolution."""

import numpy as np

from utils.exercises.engine import Exercise, call, expect, expect_array, expect_close, expect_number

# ---- How many positions ----


def convolution_output_size(size, kernel, stride, padding, dilation):
    """How many positions a kernel takes along an axis of `size` pixels.

    padding: pixels added on each side; dilation: pixels from one weight of the kernel to the next.
    """
    reach = (kernel - 1) * dilation + 1
    return (size + 2 * padding - reach) // stride + 1


def check_convolution_output_size(answer):
    def size_of(*arguments):
        return expect_number(call(answer, *arguments), f"the size for {arguments}")

    expect(
        size_of(32, 5, 1, 0, 1) != 27,
        "A kernel of 5 on 32 pixels: write down its first and its last position, and count both of them.",
    )
    expect(
        size_of(32, 5, 1, 0, 1) == 28,
        "Begin with the plainest case: size 32, kernel 5, stride 1, padding 0, dilation 1. The lesson has it.",
    )
    expect(size_of(32, 5, 1, 2, 1) == 32, "The padding is added on both sides of the image.")
    result = size_of(8, 3, 2, 0, 1)
    expect(
        result == int(result),
        "A size is a whole number. A position where the kernel would hang over the edge does not count.",
    )
    expect(result == 3, "With a stride, a last position that does not fit is left out: round down, not up.")
    expect(
        size_of(9, 3, 1, 0, 3) == 3,
        "With dilation 3, how many pixels lie between the first weight of a kernel of 3 and its last, both counted?",
    )
    expect(
        size_of(28, 2, 2, 0, 1) == 14,
        "A kernel of 2 with stride 2 on 28 pixels: the windows lie side by side. How many are there?",
    )
    for arguments in ((12, 3, 4, 1, 1), (7, 4, 3, 2, 2), (11, 1, 4, 0, 5), (10, 3, 2, 1, 2)):
        expect(
            size_of(*arguments) == convolution_output_size(*arguments),
            f"It is not right for (size, kernel, stride, padding, dilation) = {arguments}. "
            "Do the options still work when they come together?",
        )


# ---- The receptive field ----


def receptive_field_size(layers):
    """The side of the input area that one output of stacked layers sees.

    layers: (kernel, stride, dilation) of each layer, the one next to the image first.
    """
    side, step = 1, 1  # step: how many pixels of the image lie between two neighbors in the current layer's input
    for kernel, stride, dilation in layers:
        side += (kernel - 1) * dilation * step
        step *= stride
    return side


def check_receptive_field_size(answer):
    def side_of(layers):
        return expect_number(call(answer, layers), f"the receptive field of {layers}")

    expect(side_of([(3, 1, 1)]) == 3, "One layer alone sees as far as its kernel reaches: 3 for [(3, 1, 1)].")
    result = side_of([(3, 1, 1), (3, 1, 1)])
    expect(result != 9, "The kernels of neighbors overlap: with stride 1 the sizes do not multiply.")
    expect(result != 6, "The sizes do not add up either: how many pixels are new to the second layer?")
    expect(result == 5, "Two kernels of 3 with stride 1: the lesson has measured it.")
    expect(
        side_of([(3, 3, 1)]) == 3,
        "The stride of a layer says how far its outputs lie apart. It does not widen what one of them sees.",
    )
    expect(side_of([(3, 3, 1), (3, 1, 1)]) == 9, "The stride of a layer widens what the layers after it see.")
    expect(side_of([(3, 1, 2)]) == 5, "A dilated kernel of 3 has gaps: how far apart are its two ends?")
    expect(
        side_of([(3, 2, 1), (3, 2, 1), (3, 1, 1)]) == 15,
        "The strides of all the layers before count, and they multiply.",
    )
    for layers in ([], [(5, 1, 1), (2, 2, 1), (5, 1, 1), (2, 2, 1)], [(2, 1, 1), (2, 1, 2), (2, 1, 4), (2, 1, 8)]):
        expect(side_of(layers) == receptive_field_size(layers), f"It is not right for {layers}.")


# ---- Depthwise convolution ----


def depthwise_convolution(x, kernel):
    """Slide one small kernel over each channel by itself: no padding, stride 1.

    x: (height, width, channels); kernel: (kernel height, kernel width, channels).
    Returns (positions down, positions across, channels).
    """
    height, width, channels = kernel.shape
    rows, columns = x.shape[0] - height + 1, x.shape[1] - width + 1
    output = np.zeros((rows, columns, channels))
    for row, column in np.ndindex(rows, columns):
        window = x[row : row + height, column : column + width]
        output[row, column] = np.sum(window * kernel, axis=(0, 1))
    return output


def check_depthwise_convolution(answer):
    rng = np.random.default_rng(9)
    x, kernel = rng.normal(size=(6, 7, 3)), rng.normal(size=(2, 3, 3))
    right = depthwise_convolution(x, kernel)
    result = expect_array(call(answer, x, kernel), None)
    summed = right.sum(axis=2)
    expect(
        not (result.shape in (summed.shape, (*summed.shape, 1)) and np.allclose(result.reshape(summed.shape), summed)),
        "The channels are added up: that is a plain convolution with one output. Here each channel stays by itself.",
    )
    result = expect_array(result, right.shape)
    expect(
        not np.allclose(result, depthwise_convolution(x, kernel[::-1, ::-1])),
        "The kernel is flipped. In a network it is slid as it is.",
    )
    expect(
        not np.allclose(result, np.repeat(summed[:, :, None], 3, axis=2)),
        "All the channels of the result are equal: the sum ran over the channels of the window as well.",
    )
    first_kernel = np.repeat(kernel[:, :, :1], 3, axis=2)
    expect(
        not np.allclose(result, depthwise_convolution(x, first_kernel)),
        "Every channel is convolved with the kernel of channel 0. Each has its own.",
    )
    expect_close(result, right, hint="Channel c of the result comes from channel c of x and channel c of the kernel.")


# ---- Transposed convolution ----


def transposed_convolution(y, kernel, stride):
    """Stamp the kernel onto an empty picture once for each number of y, that number times, and add up.

    y: (rows, columns); kernel: (height, width); neighbors in y are stamped `stride` pixels apart.
    Returns a picture that is just large enough for all the stamps.
    """
    rows, columns = y.shape
    height, width = kernel.shape
    picture = np.zeros(((rows - 1) * stride + height, (columns - 1) * stride + width))
    for row, column in np.ndindex(rows, columns):
        top, left = row * stride, column * stride
        picture[top : top + height, left : left + width] += y[row, column] * kernel
    return picture


def check_transposed_convolution(answer):
    rng = np.random.default_rng(9)
    kernel = rng.normal(size=(2, 3))
    one = call(answer, np.array([[2.0]]), kernel, 1)
    one = expect_array(one, (2, 3), "the result for a y of one number")
    expect(
        not np.allclose(one, 2 * kernel[::-1, ::-1]),
        "A y of one number stamps the kernel once. Yours is flipped; it is stamped as it is.",
    )
    expect_close(one, 2 * kernel, "the result for a y of one number", hint="That number times the kernel.")
    y = rng.normal(size=(3, 4))
    for stride, what in ((1, "with stride 1"), (2, "with stride 2"), (3, "with stride 3")):
        right = transposed_convolution(y, kernel, stride)
        result = expect_array(call(answer, y, kernel, stride), None, f"the result {what}")
        expect(
            result.shape != (y.shape[0] * stride, y.shape[1] * stride) or stride > 2 or result.shape == right.shape,
            f"The size {what} is not right: the last stamp begins at (rows − 1) · stride and needs room.",
        )
        result = expect_array(_without_gaps(result, right.shape, stride), right.shape, f"the result {what}")
        expect(
            not np.allclose(result, _last_stamp_wins(y, kernel, stride)) or np.allclose(result, right),
            "Where stamps overlap, the later one has wiped out the earlier. They add up.",
        )
        expect_close(result, right, f"the result {what}", hint="Neighbors in y are stamped `stride` pixels apart.")


def _without_gaps(picture, shape, stride):
    """A picture that ends with its last stamp: where a kernel is smaller than the stride, Keras has a gap behind it."""
    rows, columns = shape
    extra = [max(0, stride - size) for size in (2, 3)]  # a kernel of 2×3
    padded = picture.shape == (rows + extra[0], columns + extra[1])
    empty = padded and not picture[rows:].any() and not picture[:, columns:].any()
    return picture[:rows, :columns] if empty else picture


def _last_stamp_wins(y, kernel, stride):
    picture = np.zeros_like(transposed_convolution(y, kernel, stride))
    for row, column in np.ndindex(*y.shape):
        top, left = row * stride, column * stride
        picture[top : top + kernel.shape[0], left : left + kernel.shape[1]] = y[row, column] * kernel
    return picture


EXERCISES = [
    Exercise(
        name="convolution_output_size",
        kind="function",
        title="How many positions? (10 minutes)",
        stub=(
            "def convolution_output_size(size, kernel, stride, padding, dilation):\n"
            '    """How many positions a kernel takes along an axis; `padding` pixels are added on each side."""\n'
            "    ..."
        ),
        solution=convolution_output_size,
        check=check_convolution_output_size,
        hint="First the reach: how many pixels is it from the kernel's first weight to its last? Then count.",
    ),
    Exercise(
        name="receptive_field_size",
        kind="function",
        title="How far does it see? (20 minutes)",
        stub=(
            "def receptive_field_size(layers):\n"
            '    """The side of what one output sees; layers: (kernel, stride, dilation), first to last."""\n'
            "    ..."
        ),
        solution=receptive_field_size,
        check=check_receptive_field_size,
        hint="Carry two numbers along: the side so far, and how many pixels of the image one step here is worth.",
    ),
    Exercise(
        name="depthwise_convolution",
        kind="function",
        title="One kernel a channel (20 minutes)",
        stub=(
            "def depthwise_convolution(x, kernel):\n"
            '    """x and kernel are (height, width, channels): each channel by itself, no padding, stride 1."""\n'
            "    ..."
        ),
        solution=depthwise_convolution,
        check=check_depthwise_convolution,
        hint="Take the loop over positions of the lesson. Over which axes of window · kernel does the sum run?",
    ),
    Exercise(
        name="transposed_convolution",
        kind="function",
        title="The way back as a layer (40 minutes)",
        stub=(
            "def transposed_convolution(y, kernel, stride):\n"
            '    """Stamp the kernel for each number of y, that number times, `stride` pixels apart; add up."""\n'
            "    ..."
        ),
        solution=transposed_convolution,
        check=check_transposed_convolution,
        hint="It is the line of the lesson's backward pass that adds to the image's gradient. Begin with the size.",
    ),
]
