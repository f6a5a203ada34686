"""Right answers of other kinds to the exercises of lesson 09."""

import numpy as np
from scipy.signal import convolve2d, correlate2d

from utils.exercises import lesson_09


def by_keras(y, kernel, stride):
    """The layer that the lesson names."""
    import keras

    layer = keras.layers.Conv2DTranspose(1, kernel.shape, strides=stride, use_bias=False)
    layer.build((None, *y.shape, 1))
    layer.set_weights([kernel[:, :, None, None]])
    return keras.ops.convert_to_numpy(layer(y[None, :, :, None].astype("float32")))[0, :, :, 0]


def by_scipy(y, kernel, stride):
    """Zeros between the numbers of y, then a true convolution."""
    spread = np.zeros([(size - 1) * stride + 1 for size in y.shape])
    spread[::stride, ::stride] = y
    return convolve2d(spread, kernel)


RIGHT = {
    "convolution_output_size": [
        lambda *case: float(lesson_09.convolution_output_size(*case)),
        lambda size, kernel, stride, padding, dilation: len(
            range(0, size + 2 * padding - (kernel - 1) * dilation, stride)
        ),
    ],
    "receptive_field_size": [lambda layers: np.int32(lesson_09.receptive_field_size(layers))],
    "depthwise_convolution": [
        lambda x, kernel: np.stack(
            [correlate2d(x[..., one], kernel[..., one], "valid") for one in range(x.shape[2])], axis=-1
        ),
    ],
    "transposed_convolution": [by_keras, by_scipy],
}
