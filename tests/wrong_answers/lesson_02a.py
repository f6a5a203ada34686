"""Typical wrong answers to the exercises of lesson 02a."""

import numpy as np


def slid(picture, kernel, of=lambda window, kernel: np.sum(window * kernel), step=1):
    """The sliding loop with another inner line."""
    size = len(kernel)
    sums = np.zeros((len(picture) - size + 1, len(picture[0]) - size + 1))
    for row, column in np.ndindex(sums.shape):
        top, left = step * row, step * column
        sums[row, column] = of(picture[top : top + size, left : left + size], kernel)
    return sums


def counts(channels, flat, conv, dense, follow=True):
    """The parameters of the six layers, by one rule for convolutions and another for Dense."""
    found = []
    for filters in (32, 64, 128, 128):
        found.append(conv(channels, filters))
        channels = filters if follow else channels
    for units in (512, 1):
        found.append(dense(flat, units))
        flat = units
    return found


def halved(side, blocks, next_side):
    found = []
    for _ in range(blocks):
        side = next_side(side)
        found.append(side)
    return found


def overlapping(train_boxes, test_boxes, share):
    """How many test boxes share something, by a rule of one's own, with some training box."""
    return sum(any(share(one, other) for other in train_boxes) for one in test_boxes)


def along(one, other, axis, touch=False):
    low, high = max(one[axis], other[axis]), min(one[axis + 2], other[axis + 2])
    return low <= high if touch else low < high


def corner_within(one, other):
    return any(
        other[0] <= x < other[2] and other[1] <= y < other[3]
        for x in (one[0], one[2] - 1)
        for y in (one[1], one[3] - 1)
    )


WRONG = {
    "slide": [
        (lambda picture, kernel: slid(picture, kernel[::-1, ::-1]), "kernel is turned around"),
        (lambda picture, kernel: slid(picture, kernel, lambda w, k: np.sum(w @ k)), "matrix product"),
        (lambda picture, kernel: slid(picture, kernel, lambda w, k: np.mean(w * k)), "means of the products"),
        (lambda picture, kernel: slid(picture, kernel, step=0), "Does the window move"),
        (lambda picture, kernel: np.array(picture), "two places below each other"),
    ],
    "sides": [
        (lambda side, blocks=4: halved(side, blocks, lambda n: n // 2), "pooling alone"),
        (lambda side, blocks=4: halved(side, blocks, lambda n: (n - 3) // 2), "two places fewer"),
        (lambda side, blocks=4: halved(side, blocks, lambda n: n - 2), "convolution alone"),
        (lambda side, blocks=4: halved(side, blocks, lambda n: (n - 2) / 2), "odd row"),
        (lambda side, blocks=4: halved(side, blocks, lambda n: -(-(n - 2) // 2)), "odd row"),
        (lambda side, blocks=4: [74, 36, 17, 7], "3 sides are wanted"),
    ],
    "parameter_counts": [
        (lambda c, f: counts(c, f, lambda i, o: 9 * i * o, lambda i, o: (i + 1) * o), "a bias as well"),
        (lambda c, f: counts(c, f, lambda i, o: 10 * o, lambda i, o: (i + 1) * o), "every channel"),
        (lambda c, f: counts(c, f, lambda i, o: 9 * i * o + 1, lambda i, o: (i + 1) * o), "for each filter, not one"),
        (
            lambda c, f: counts(c, f, lambda i, o: (9 * i + 1) * o, lambda i, o: (i + 1) * o, False),
            "comes into the next",
        ),
        (lambda c, f: counts(c, f, lambda i, o: (9 * i + 1) * o, lambda i, o: i * o), "lacks its biases"),
        (lambda c, f: counts(c, f, lambda i, o: (9 * i + 1) * o, lambda i, o: i * o + 1), "for each unit, not one"),
        (lambda c, f: [896, 18496, 73856, 147584, 3211776, 513], "one channel"),
    ],
    "leaking": [
        (
            lambda a, b: overlapping(a, b, lambda p, q: along(p, q, 0, True) and along(p, q, 1, True)) / len(b),
            "only touch",
        ),
        (lambda a, b: overlapping(a, b, lambda p, q: along(p, q, 1)) / len(b), "along y, but"),
        (lambda a, b: overlapping(a, b, lambda p, q: along(p, q, 0) or along(p, q, 1)) / len(b), "along x, but"),
        (lambda a, b: overlapping(a, b, corner_within) / len(b), "no corner"),
        (
            lambda a, b: overlapping(a[:1], b, lambda p, q: along(p, q, 0) and along(p, q, 1)) / len(b),
            "Are all training",
        ),
        (lambda a, b: overlapping(a, b, lambda p, q: along(p, q, 0) and along(p, q, 1)), "Divide"),
    ],
    "average_parameters": [
        (lambda units: 240832 + (6272 + 1) * units + units + 1, "128 numbers come in"),
        (lambda units: 240832 + 129, "Dense(1) alone"),
        (lambda units: 129 * units + units + 1, "head alone"),
        (lambda units: 240832 + 128 * units + units, "Biases are missing"),
        (lambda units: 307393, "for 1 units"),
    ],
}
