"""Right answers of other kinds to the exercises of lesson 02a."""

import numpy as np

from utils import boxes


def slide_of_scipy(picture, kernel):
    """With SciPy."""
    from scipy.signal import correlate2d

    return correlate2d(np.asarray(picture, float), np.asarray(kernel, float), mode="valid")


def slide_of_keras(picture, kernel):
    """With Keras's operations: a tensor of float32."""
    from keras import ops

    picture, kernel = (np.asarray(one, np.float32) for one in (picture, kernel))
    return ops.conv(picture[None, :, :, None], kernel[:, :, None, None])[0, :, :, 0]


def slide_in_lists(picture, kernel):
    """With loops alone, as lists."""
    size = range(len(kernel))
    return [
        [
            sum(float(picture[row + i][column + j]) * float(kernel[i][j]) for i in size for j in size)
            for column in range(len(picture[0]) - len(kernel) + 1)
        ]
        for row in range(len(picture) - len(kernel) + 1)
    ]


def network(channels, side):
    """The textbook's network in Keras."""
    from keras import Sequential, layers

    blocks = [part for n in (32, 64, 128, 128) for part in (layers.Conv2D(n, 3), layers.MaxPooling2D(2))]
    return Sequential([layers.Input((side, side, channels)), *blocks])


def sides_of_keras(side, blocks=4):
    """Built, and asked."""
    from keras import Sequential, layers

    parts = [part for _ in range(blocks) for part in (layers.Conv2D(1, 3), layers.MaxPooling2D(2))]
    built = Sequential([layers.Input((side, side, 1)), *parts])
    return tuple(layer.output.shape[1] for layer in built.layers[1::2])


def counts_of_keras(channels, flat):
    """Built, and asked."""
    from keras import Sequential, layers

    head = Sequential([layers.Input((flat,)), layers.Dense(512), layers.Dense(1)])
    convolutions = network(channels, 150).layers[::2]
    return np.array([layer.count_params() for layer in [*convolutions, *head.layers]])


def average_of_keras(units):
    """Built, and asked."""
    from keras import layers

    built = network(3, 150)
    for layer in (layers.GlobalAveragePooling2D(), layers.Dense(units), layers.Dense(1)):
        built.add(layer)
    return built.count_params()


RIGHT = {
    "slide": [slide_of_scipy, slide_of_keras, slide_in_lists],
    "sides": [sides_of_keras, lambda side, blocks=4: np.array([(side + 2) // 2**n - 2 for n in range(1, blocks + 1)])],
    "parameter_counts": [counts_of_keras],
    "leaking": [
        lambda train, test: np.mean(boxes.iou(test, train).max(axis=1) > 0),
        lambda train, test: np.float32(np.mean(np.any(boxes.iou(test, train) > 0, axis=1))),
    ],
    "average_parameters": [average_of_keras],
}
