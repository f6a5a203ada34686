"""Typical wrong answers to the exercises of lesson 09."""

import numpy as np


def slide(x, kernel, reduce):
    """The loop that the wrong answers to depthwise_convolution share."""
    height, width = kernel.shape[:2]
    rows, columns = x.shape[0] - height + 1, x.shape[1] - width + 1
    positions = [[x[r : r + height, c : c + width] for c in range(columns)] for r in range(rows)]
    return np.array([[reduce(window) for window in row] for row in positions])


def stamp(y, kernel, step, shape, add=True):
    """The loop that the wrong answers to transposed_convolution share."""
    picture = np.zeros(shape)
    for row, column in np.ndindex(*y.shape):
        place = picture[row * step : row * step + kernel.shape[0], column * step : column * step + kernel.shape[1]]
        stamped = (y[row, column] * kernel)[: place.shape[0], : place.shape[1]]
        place[:] = place + stamped if add else stamped
    return picture


def full_shape(y, kernel, stride):
    return [(n - 1) * stride + k for n, k in zip(y.shape, kernel.shape, strict=True)]


WRONG = {
    "convolution_output_size": [
        (
            lambda size, kernel, stride, padding, dilation: (size + 2 * padding - (kernel - 1) * dilation) // stride,
            "lie side by side",
        ),
        (lambda size, kernel, stride, padding, dilation: (size + 2 * padding - kernel) // stride, "count both of them"),
        (
            lambda size, kernel, stride, padding, dilation: (
                (size + padding - (kernel - 1) * dilation - 1) // stride + 1
            ),
            "on both sides",
        ),
        (
            lambda size, kernel, stride, padding, dilation: (
                (size + 2 * padding - (kernel - 1) * dilation - 1) / stride + 1
            ),
            "A size is a whole number",
        ),
        (
            lambda size, kernel, stride, padding, dilation: (
                -(-(size + 2 * padding - (kernel - 1) * dilation - 1) // stride) + 1
            ),
            "round down, not up",
        ),
        (
            lambda size, kernel, stride, padding, dilation: (size + 2 * padding - kernel) // stride + 1,
            "between the first weight of a kernel of 3 and its last",
        ),
        (
            lambda size, kernel, stride, padding, dilation: (size + 2 * padding - kernel * dilation) // stride + 1,
            "between the first weight of a kernel of 3 and its last",
        ),
        (lambda size, kernel, stride, padding, dilation: -(-size // stride), "Begin with the plainest case"),
    ],
    "receptive_field_size": [
        (lambda layers: int(np.prod([kernel for kernel, _, _ in layers])), "the sizes do not multiply"),
        (lambda layers: sum(kernel for kernel, _, _ in layers), "do not add up either"),
        (lambda layers: 1 + sum(kernel - 1 for kernel, _, _ in layers), "widens what the layers after it see"),
        (
            lambda layers: 1 + sum((k - 1) * s * d for k, s, d in layers),
            "It does not widen what one of them sees",
        ),
        (
            lambda layers: (
                1 + sum((k - 1) * int(np.prod([s for _, s, _ in layers[:i]])) for i, (k, _, _) in enumerate(layers))
            ),
            "how far apart are its two ends",
        ),
        (
            lambda layers: 1 + sum((k - 1) * d * (layers[i - 1][1] if i else 1) for i, (k, _, d) in enumerate(layers)),
            "they multiply",
        ),
    ],
    "depthwise_convolution": [
        (lambda x, kernel: slide(x, kernel, lambda window: np.sum(window * kernel)), "The channels are added up"),
        (
            lambda x, kernel: slide(x, kernel, lambda window: np.sum(window * kernel[::-1, ::-1], axis=(0, 1))),
            "The kernel is flipped",
        ),
        (
            lambda x, kernel: slide(x, kernel, lambda window: np.full(3, np.sum(window * kernel))),
            "All the channels of the result are equal",
        ),
        (
            lambda x, kernel: slide(x, kernel, lambda window: np.sum(window * kernel[:, :, :1], axis=(0, 1))),
            "convolved with the kernel of channel 0",
        ),
        (
            lambda x, kernel: slide(x, kernel, lambda window: np.mean(window * kernel, axis=(0, 1))),
            "Channel c of the result",
        ),
        (lambda x, kernel: np.zeros_like(x), "should have the shape"),
    ],
    "transposed_convolution": [
        (
            lambda y, kernel, stride: stamp(y, kernel, stride, full_shape(y, kernel, stride), add=False),
            "They add up",
        ),
        (
            lambda y, kernel, stride: stamp(y, kernel[::-1, ::-1], stride, full_shape(y, kernel, stride)),
            "Yours is flipped",
        ),
        (
            lambda y, kernel, stride: stamp(y, kernel, 1, full_shape(y, kernel, stride)),
            "stamped `stride` pixels apart",
        ),
        (
            lambda y, kernel, stride: (
                stamp(y, kernel, stride, [n * stride for n in y.shape]) if y.size > 1 else y[0, 0] * kernel
            ),
            "the last stamp begins at",
        ),
        (lambda y, kernel, stride: np.kron(y, kernel), "should have the shape"),
        (
            lambda y, kernel, stride: (  # ink in the gap
                stamp(y, kernel, stride, full_shape(y, kernel, stride))
                if stride < 3
                else np.pad(stamp(y, kernel, stride, full_shape(y, kernel, stride)), ((0, 1), (0, 0)), "edge")
            ),
            "should have the shape (8, 12), not (9, 12)",
        ),
    ],
}
