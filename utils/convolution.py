"""Convolution and pooling of images in NumPy, forward and backward: the plain and fast form.

Images are channels-last, as in Keras: (N, height, width, channels). A kernel is
(kernel height, kernel width, input channels per group, output channels), as `keras.ops.conv` takes it.

Everything rests on one idea. A view of the padded image shows, for each output position, the window of pixels that the
kernel covers there (`windows`, nothing is copied). Laid out as the rows of a matrix, the windows times the kernel as a
matrix are the convolution: one matrix product. Backward is the same product transposed, and then every window's part
is added back to the place it came from.

What the field calls a convolution is a cross-correlation: the kernel is not flipped. So it is here.

References: Chellapilla, Puri, Simard (2006), "High performance convolutional neural networks for document processing"
(the matrix product); Dumoulin, Visin (2016), "A guide to convolution arithmetic for deep learning" (the sizes).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

__all__ = [
    "average_pool2d",
    "average_pool2d_gradient",
    "conv2d",
    "conv2d_gradients",
    "locally_connected2d",
    "locally_connected2d_gradients",
    "max_pool2d",
    "max_pool2d_gradient",
    "output_size",
    "same_padding",
    "windows",
]

Pair = int | tuple[int, int]


# ---- Sizes ----


def output_size(size: int, kernel: int, stride: int = 1, padding: str = "valid", dilation: int = 1) -> int:
    """Return how many positions a kernel takes along one axis.

    valid: ⌊(size − reach) / stride⌋ + 1, where the reach of a dilated kernel is (kernel − 1)·dilation + 1.
    same: ⌈size / stride⌉, whatever the kernel.

    Args:
        size: pixels along the axis.
        kernel: weights along the axis.
        stride: pixels from one position to the next.
        padding: "valid" (no padding) or "same".
        dilation: pixels from one weight to the next.

    Raises:
        ValueError: a number that is not a whole number from 1 up, another padding, or a kernel that reaches farther
            than a valid image.
    """
    for name, number in {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}.items():
        _whole(number, name)
    _known_padding(padding)
    if padding == "same":
        return -(-size // stride)
    reach = (kernel - 1) * dilation + 1
    if reach > size:
        raise ValueError(
            f"a kernel of {kernel} with dilation {dilation} reaches over {reach} pixels, but there are only {size}: "
            'use a smaller kernel or padding="same"'
        )
    return (size - reach) // stride + 1


def same_padding(size: int, kernel: int, stride: int = 1, dilation: int = 1) -> tuple[int, int]:
    """Return how many pixels "same" adds before and after, along one axis.

    As many as the ⌈size / stride⌉ positions need. An odd number is split unevenly, the extra pixel goes after: this
    is Keras's and TensorFlow's rule. Arguments and errors as for `output_size`.
    """
    positions = output_size(size, kernel, stride, "same", dilation)
    total = max(0, (positions - 1) * stride + (kernel - 1) * dilation + 1 - size)
    return total // 2, total - total // 2


def windows(
    x: np.ndarray,
    kernel_size: Pair,
    *,
    strides: Pair = 1,
    padding: str = "valid",
    dilation_rate: Pair = 1,
    fill: float = 0.0,
) -> np.ndarray:
    """Return what the kernel covers at each of its positions, as a read-only view: no pixel is copied.

    (With padding="same" the padded image is a copy, the windows into it are not.)

    Args:
        x: images (N, H, W, C).
        kernel_size, strides, dilation_rate: a whole number, or one for the rows and one for the columns.
        padding: "valid" or "same".
        fill: the value of padded pixels.

    Returns:
        (N, H_out, W_out, kernel height, kernel width, C).

    Raises:
        ValueError: images of another shape, and all that `output_size` refuses.
    """
    x = _images(x)
    sizes, steps = _pair(kernel_size, "kernel_size"), _pair(strides, "strides")
    gaps = _pair(dilation_rate, "dilation_rate")
    for axis in (0, 1):  # only to refuse what does not fit
        output_size(x.shape[1 + axis], sizes[axis], steps[axis], padding, gaps[axis])
    if padding == "same":
        x = np.pad(x, _pad_widths(x, sizes, steps, padding, gaps), constant_values=fill)
    reach = [(size - 1) * gap + 1 for size, gap in zip(sizes, gaps, strict=True)]
    view = sliding_window_view(x, reach, axis=(1, 2))  # (N, positions, positions, C, reach, reach)
    view = view[:, :: steps[0], :: steps[1], :, :: gaps[0], :: gaps[1]]
    return view.transpose(0, 1, 2, 4, 5, 3)


# ---- Convolution ----


def conv2d(
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    *,
    strides: Pair = 1,
    padding: str = "valid",
    dilation_rate: Pair = 1,
) -> np.ndarray:
    """Convolve images with a kernel, as `keras.ops.conv` and `keras.layers.Conv2D` do (the kernel is not flipped).

    The number of groups follows from the shapes: C_in divided by the kernel's input channels. Group number g of the
    output channels sees only group g of the input channels. Stride and dilation may be combined, which TensorFlow
    refuses.

    Args:
        x: images (N, H, W, C_in).
        kernel: (kernel height, kernel width, C_in / groups, C_out).
        bias: (C_out,), or none.
        strides, dilation_rate: a whole number, or one for the rows and one for the columns.
        padding: "valid" or "same" (zeros).

    Returns:
        (N, H_out, W_out, C_out), with the sizes of `output_size`.

    Raises:
        ValueError: shapes that do not fit each other, a wrong stride, padding or dilation, or a kernel larger than
            the image with "valid".
    """
    x, kernel = _images(x), _floats(kernel)
    groups = _check_kernel(x, kernel)
    seen = windows(x, kernel.shape[:2], strides=strides, padding=padding, dilation_rate=dilation_rate)
    y = _columns(seen, groups) @ _matrices(kernel, groups)  # (groups, positions, C_out / groups)
    y = y.transpose(1, 0, 2).reshape(*seen.shape[:3], kernel.shape[3])
    return y if bias is None else y + _check_bias(bias, kernel)


def conv2d_gradients(
    output_gradient: np.ndarray,
    x: np.ndarray,
    kernel: np.ndarray,
    *,
    strides: Pair = 1,
    padding: str = "valid",
    dilation_rate: Pair = 1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of a loss with respect to input, kernel and bias of `conv2d`.

    Args:
        output_gradient: of the loss with respect to the output of `conv2d`, of its shape.
        x, kernel, strides, padding, dilation_rate: what `conv2d` was given.

    Returns:
        Three arrays: of the shapes of x, of kernel, and (C_out,) for the bias.

    Raises:
        ValueError: as `conv2d`, and an output_gradient of another shape.
    """
    x, kernel = _images(x), _floats(kernel)
    groups = _check_kernel(x, kernel)
    seen = windows(x, kernel.shape[:2], strides=strides, padding=padding, dilation_rate=dilation_rate)
    output_gradient = _check_gradient(output_gradient, (*seen.shape[:3], kernel.shape[3]))
    height, width, inputs, outputs = kernel.shape
    positions = np.prod(seen.shape[:3])
    by_group = output_gradient.reshape(positions, groups, outputs // groups).transpose(1, 0, 2)

    kernel_gradient = _columns(seen, groups).transpose(0, 2, 1) @ by_group
    kernel_gradient = kernel_gradient.reshape(groups, height, width, inputs, outputs // groups)
    kernel_gradient = kernel_gradient.transpose(1, 2, 3, 0, 4).reshape(kernel.shape)

    window_gradient = by_group @ _matrices(kernel, groups).transpose(0, 2, 1)
    window_gradient = window_gradient.reshape(groups, *seen.shape[:3], height, width, inputs)
    window_gradient = window_gradient.transpose(1, 2, 3, 4, 5, 0, 6).reshape(seen.shape)
    input_gradient = _add_back(window_gradient, x, strides, padding, dilation_rate)
    return input_gradient, kernel_gradient, output_gradient.sum(axis=(0, 1, 2))


# ---- The same without sharing ----


def locally_connected2d(
    x: np.ndarray,
    kernels: np.ndarray,
    bias: np.ndarray | None = None,
    *,
    strides: Pair = 1,
    padding: str = "valid",
    dilation_rate: Pair = 1,
) -> np.ndarray:
    """Do what `conv2d` does, with a kernel of its own at each position: local fields that share no weight.

    Args:
        x: images (N, H, W, C_in).
        kernels: (H_out, W_out, kernel height, kernel width, C_in, C_out).
        bias: (H_out, W_out, C_out), or (C_out,) for a shared one, or none.
        strides, padding, dilation_rate: as for `conv2d`.

    Returns:
        (N, H_out, W_out, C_out).

    Raises:
        ValueError: as `conv2d`.
    """
    x, kernels = _images(x), _floats(kernels)
    seen = _check_kernels(x, kernels, strides, padding, dilation_rate)
    y = np.einsum("nhwijc,hwijco->nhwo", seen, kernels, optimize=True)
    if bias is None:
        return y
    bias = _floats(bias)
    if bias.shape not in (y.shape[1:], y.shape[3:]):
        raise ValueError(f"the bias has shape {bias.shape}; it should be {y.shape[1:]}, or {y.shape[3:]} if shared")
    return y + bias


def locally_connected2d_gradients(
    output_gradient: np.ndarray,
    x: np.ndarray,
    kernels: np.ndarray,
    *,
    strides: Pair = 1,
    padding: str = "valid",
    dilation_rate: Pair = 1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of a loss with respect to input, kernels and unshared bias of `locally_connected2d`.

    Arguments as for `conv2d_gradients`; the results have the shapes of x, of kernels, and (H_out, W_out, C_out).

    Raises:
        ValueError: as `locally_connected2d`, and an output_gradient of another shape.
    """
    x, kernels = _images(x), _floats(kernels)
    seen = _check_kernels(x, kernels, strides, padding, dilation_rate)
    output_gradient = _check_gradient(output_gradient, (*seen.shape[:3], kernels.shape[5]))
    kernels_gradient = np.einsum("nhwijc,nhwo->hwijco", seen, output_gradient, optimize=True)
    window_gradient = np.einsum("nhwo,hwijco->nhwijc", output_gradient, kernels, optimize=True)
    input_gradient = _add_back(window_gradient, x, strides, padding, dilation_rate)
    return input_gradient, kernels_gradient, output_gradient.sum(axis=0)


# ---- Pooling ----


def max_pool2d(
    x: np.ndarray, pool_size: Pair = 2, *, strides: Pair | None = None, padding: str = "valid"
) -> np.ndarray:
    """Return the largest value of each window, channel by channel, as `keras.ops.max_pool`. No parameters.

    Args:
        x: images (N, H, W, C).
        pool_size: a whole number, or one for the rows and one for the columns.
        strides: likewise; the pool size if not given, so that windows do not overlap.
        padding: "valid" or "same"; a padded pixel is never the largest.

    Returns:
        (N, H_out, W_out, C).

    Raises:
        ValueError: as `windows`.
    """
    strides = pool_size if strides is None else strides
    return windows(x, pool_size, strides=strides, padding=padding, fill=-np.inf).max(axis=(3, 4))


def max_pool2d_gradient(
    output_gradient: np.ndarray,
    x: np.ndarray,
    pool_size: Pair = 2,
    *,
    strides: Pair | None = None,
    padding: str = "valid",
) -> np.ndarray:
    """Return the gradient of a loss with respect to the input of `max_pool2d`.

    Each window hands its whole gradient to its largest pixel. Of several that are equally large, the first gets it,
    row by row from the top left, as in TensorFlow on a CPU and in PyTorch; a pixel of the padding gets none, also where
    all that a window covers is −∞.

    Args:
        output_gradient: of the loss with respect to the output of `max_pool2d`, of its shape.
        x, pool_size, strides, padding: what `max_pool2d` was given.

    Returns:
        An array of the shape of x.

    Raises:
        ValueError: as `max_pool2d`, and an output_gradient of another shape.
    """
    x, strides = _images(x), pool_size if strides is None else strides
    seen = windows(x, pool_size, strides=strides, padding=padding, fill=-np.inf)
    n, rows, columns, height, width, channels = seen.shape
    output_gradient = _check_gradient(output_gradient, (n, rows, columns, channels))
    flat = seen.reshape(n, rows, columns, height * width, channels)
    first = flat.argmax(axis=3)[:, :, :, None]  # argmax takes the first of equals
    if padding == "same":
        ones = np.ones((1, *x.shape[1:3], 1), bool)
        inside = windows(ones, pool_size, strides=strides, padding=padding).reshape(1, rows, columns, -1, 1) > 0
        outside = ~np.take_along_axis(np.broadcast_to(inside, flat.shape), first, axis=3)
        first = np.where(outside, inside.argmax(axis=3)[:, :, :, None], first)  # all else is as small: the first pixel
    window_gradient = np.zeros(flat.shape, np.result_type(x, output_gradient))
    np.put_along_axis(window_gradient, first, output_gradient[:, :, :, None], axis=3)
    return _add_back(window_gradient.reshape(seen.shape), x, strides, padding, 1)


def average_pool2d(
    x: np.ndarray, pool_size: Pair = 2, *, strides: Pair | None = None, padding: str = "valid"
) -> np.ndarray:
    """Return the mean of each window, channel by channel, as `keras.ops.average_pool`. No parameters.

    With padding="same" a window that hangs over the edge is averaged over the pixels it covers, not over its size.
    Arguments, result and errors as for `max_pool2d`.
    """
    strides = pool_size if strides is None else strides
    total = windows(x, pool_size, strides=strides, padding=padding).sum(axis=(3, 4))
    return total / _pixels_covered(x, pool_size, strides, padding)


def average_pool2d_gradient(
    output_gradient: np.ndarray,
    x: np.ndarray,
    pool_size: Pair = 2,
    *,
    strides: Pair | None = None,
    padding: str = "valid",
) -> np.ndarray:
    """Return the gradient of a loss with respect to the input of `average_pool2d`.

    Each window hands an equal part of its gradient to each pixel it covers. Arguments, result and errors as for
    `max_pool2d_gradient`. (Of x, only the shape matters.)
    """
    x, strides = _images(x), pool_size if strides is None else strides
    seen = windows(x, pool_size, strides=strides, padding=padding)
    output_gradient = _check_gradient(output_gradient, (*seen.shape[:3], seen.shape[5]))
    part = output_gradient / _pixels_covered(x, pool_size, strides, padding)
    return _add_back(np.broadcast_to(part[:, :, :, None, None], seen.shape), x, strides, padding, 1)


# ---- The parts ----


def _columns(seen: np.ndarray, groups: int) -> np.ndarray:
    """Copy windows into one matrix a group: (groups, positions of all images, kernel area · inputs)."""
    n, rows, columns, height, width, channels = seen.shape
    by_group = seen.reshape(n * rows * columns, height, width, groups, channels // groups).transpose(3, 0, 1, 2, 4)
    return by_group.reshape(groups, n * rows * columns, height * width * (channels // groups))


def _matrices(kernel: np.ndarray, groups: int) -> np.ndarray:
    """Lay a kernel out as one matrix a group: (groups, kernel area · inputs, outputs / groups)."""
    outputs = kernel.shape[3]
    return kernel.reshape(-1, groups, outputs // groups).transpose(1, 0, 2)


def _add_back(
    window_gradient: np.ndarray, x: np.ndarray, strides: Pair, padding: str, dilation_rate: Pair
) -> np.ndarray:
    """Add each window's gradient to the pixels it covers and cut the padding off: the reverse of `windows`."""
    _, rows, columns, height, width, _ = window_gradient.shape
    steps, gaps = _pair(strides, "strides"), _pair(dilation_rate, "dilation_rate")
    widths = _pad_widths(x, (height, width), steps, padding, gaps)
    padded_shape = [size + before + after for size, (before, after) in zip(x.shape, widths, strict=True)]
    padded = np.zeros(padded_shape, window_gradient.dtype)
    for i in range(height):
        for j in range(width):
            top, left = i * gaps[0], j * gaps[1]
            down = slice(top, top + rows * steps[0], steps[0])
            across = slice(left, left + columns * steps[1], steps[1])
            padded[:, down, across] += window_gradient[:, :, :, i, j]
    (above, _), (before, _) = widths[1:3]
    return padded[:, above : above + x.shape[1], before : before + x.shape[2]]


def _pad_widths(
    x: np.ndarray, sizes: tuple[int, int], steps: tuple[int, int], padding: str, gaps: tuple[int, int]
) -> list[tuple[int, int]]:
    """Return the pixels added before and after, for each of the four axes of x."""
    if padding == "valid":
        return [(0, 0)] * 4
    inner = [same_padding(x.shape[1 + axis], sizes[axis], steps[axis], gaps[axis]) for axis in (0, 1)]
    return [(0, 0), *inner, (0, 0)]


def _pixels_covered(x: np.ndarray, pool_size: Pair, strides: Pair, padding: str) -> np.ndarray:
    """Return how many pixels of the image (not of its padding) each window covers: (1, H_out, W_out, 1)."""
    ones = np.ones((1, *x.shape[1:3], 1), _images(x).dtype)
    return windows(ones, pool_size, strides=strides, padding=padding).sum(axis=(3, 4))


# ---- What is refused ----


def _floats(array: Any) -> np.ndarray:
    """Return an array of floats; whole numbers become floats, floats keep their precision."""
    array = np.asarray(array)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"real numbers are needed, not an array of type {array.dtype}")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _images(x: Any) -> np.ndarray:
    x = _floats(x)
    if x.ndim != 4:
        raise ValueError(
            f"images have the shape (N, height, width, channels), not {x.shape}; "
            "a single gray image needs x[None, :, :, None]"
        )
    return x


def _check_kernel(x: np.ndarray, kernel: np.ndarray) -> int:
    """Return the number of groups that the shapes of images and kernel imply."""
    if kernel.ndim != 4 or 0 in kernel.shape:
        raise ValueError(f"a kernel has the shape (height, width, inputs, outputs), none of them 0, not {kernel.shape}")
    channels, (inputs, outputs) = x.shape[3], kernel.shape[2:]
    if channels == 0 or channels % inputs:
        raise ValueError(
            f"the images have {channels} channels, the kernel takes {inputs}: these must be equal, or with groups "
            "the first a multiple of the second"
        )
    groups = channels // inputs
    if outputs % groups:
        raise ValueError(
            f"{channels} channels over {inputs} are {groups} groups, which do not divide {outputs} outputs"
        )
    return groups


def _check_bias(bias: Any, kernel: np.ndarray) -> np.ndarray:
    bias = _floats(bias)
    if bias.shape != kernel.shape[3:]:
        raise ValueError(
            f"the bias has shape {bias.shape}; it should be {kernel.shape[3:]}, one for each output channel"
        )
    return bias


def _check_kernels(x: np.ndarray, kernels: np.ndarray, strides: Pair, padding: str, dilation_rate: Pair) -> np.ndarray:
    """Return the windows that belong to unshared kernels, or say why these do not fit."""
    if kernels.ndim != 6:
        raise ValueError(
            f"unshared kernels have the shape (rows, columns, height, width, inputs, outputs), not {kernels.shape}"
        )
    seen = windows(x, kernels.shape[2:4], strides=strides, padding=padding, dilation_rate=dilation_rate)
    fitting = (*seen.shape[1:5], x.shape[3])
    if kernels.shape[:5] != fitting:
        raise ValueError(f"the kernels have shape {kernels.shape}; for these images it begins with {fitting}")
    return seen


def _check_gradient(output_gradient: Any, shape: tuple[int, ...]) -> np.ndarray:
    output_gradient = _floats(output_gradient)
    if output_gradient.shape != shape:
        raise ValueError(f"the output gradient has shape {output_gradient.shape}; the output has {shape}")
    return output_gradient


def _pair(value: Any, name: str) -> tuple[int, int]:
    pair = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(pair) != 2:
        raise ValueError(f"{name} is a whole number, or one for the rows and one for the columns, not {value!r}")
    for number in pair:
        _whole(number, name)
    return int(pair[0]), int(pair[1])


def _whole(number: Any, name: str) -> None:
    if isinstance(number, bool | np.bool_) or not isinstance(number, int | np.integer) or number < 1:
        raise ValueError(f"{name} is a whole number from 1 up, not {number!r}")


def _known_padding(padding: Any) -> None:
    if padding not in ("valid", "same"):
        raise ValueError(f'padding is "valid" or "same", not {padding!r}')
