"""Typical wrong answers to the exercises of lesson 14."""

import numpy as np


def ratio(a, b):
    return np.minimum(a, b) / np.maximum(a, b)


def decode(offsets, anchors, first, second, grow=np.exp):
    """The decoder that the wrong answers to ssd_decode share."""
    size = anchors[:, 2:] - anchors[:, :2]
    middle = (anchors[:, :2] + anchors[:, 2:]) / 2 + offsets[:, :2] * first * size
    half = size * grow(offsets[:, 2:] * second) / 2
    return np.concatenate([middle - half, middle + half], axis=1)


def from_the_corner(offsets, anchors, variances):
    """A decoder that moves the corner in place of the middle."""
    size = anchors[:, 2:] - anchors[:, :2]
    low = anchors[:, :2] + offsets[:, :2] * variances[0] * size
    return np.concatenate([low, low + size * np.exp(offsets[:, 2:] * variances[1])], axis=1)


WRONG = {
    "center_ness": [
        (lambda d: ratio(d[:, 0], d[:, 2]) * ratio(d[:, 1], d[:, 3]), "Something is still to be done"),
        (lambda d: np.sqrt(ratio(d[:, 0], d[:, 1]) * ratio(d[:, 2], d[:, 3])), "Which distances belong together"),
        (
            lambda d: np.sqrt(np.maximum(d[:, 0], d[:, 2]) / (np.minimum(d[:, 0], d[:, 2]) + 1e-9)),
            "on a side of its box",
        ),
        (lambda d: d.min(axis=1) / d.max(axis=1), "Which distances belong together"),
        (lambda d: (ratio(d[:, 0], d[:, 2]) + ratio(d[:, 1], d[:, 3])) / 2, "on a side of its box"),
        (lambda d: ratio(d[:, 0], d[:, 2]), "Two ratios"),
        (lambda d: np.ones((len(d), 1)), "should have the shape"),
    ],
    "largest_slip": [
        (lambda w, h, t: w * (1 - t), "Return two numbers"),
        (lambda w, h, t: (w * (1 - t), w / t - w), "in the wrong order"),
        (lambda w, h, t: (w * (1 - t), w * (1 - t)), "the union grows"),
        (lambda w, h, t: (h / t - h, h * (1 - t)), "Does the height matter"),
        (lambda w, h, t: (w / t - w, w / t - w), "no width left"),
        (lambda w, h, t: (w / t, w * t), "is not the threshold"),
        (lambda w, h, t: (w - w / t, w * t - w), "positive numbers"),
        (lambda w, h, t: (w * (1 - t) / t, w * t - w), "positive numbers"),
        (lambda w, h, t: (round(w / t - w, 1), round(w - w * t, 1)), "without rounding"),
    ],
    "ssd_decode": [
        (lambda o, a, v=(0.1, 0.2): decode(o, a, 1, 1), "Where are the variances"),
        (lambda o, a, v=(0.1, 0.2): decode(o, a, v[1], v[0]), "The first variance belongs"),
        (lambda o, a, v=(0.1, 0.2): decode(o, a, 1 / v[0], 1 / v[1]), "What does the decoder do"),
        (lambda o, a, v=(0.1, 0.2): decode(o, a, 0.1, 0.2), "Use the argument"),
        (lambda o, a, v=(0.1, 0.2): decode(o, a, v[0], 0), "wants to be undone"),
        (lambda o, a, v=(0.1, 0.2): decode(o, a, v[0], v[1], lambda x: 1 + x), "step by step"),
        (lambda o, a, v=(0.1, 0.2): a + o * v[0], "step by step"),
        (
            lambda o, a, v=(0.1, 0.2): decode(o / np.tile(a[:, 2:] - a[:, :2], 2) ** [1, 1, 0, 0], a, *v),
            "In what unit",
        ),
        (lambda o, a, v=(0.1, 0.2): from_the_corner(o, a, v), "grows from its middle"),
        (lambda o, a, v=(0.1, 0.2): decode(o, a, v[0], 1, lambda x: v[1] * np.exp(x)), "the box is the anchor"),
        (
            lambda o, a, v=(0.1, 0.2): np.concatenate([(a[:, :2] + a[:, 2:]) / 2, a[:, 2:] - a[:, :2]], axis=1),
            "That is middle and size",
        ),
    ],
    "moved_apart": [
        (lambda places, class_ids: places, "still meet"),
        (lambda places, class_ids: places + class_ids[:, None], "still meet"),
        (lambda places, class_ids: places + 64 * class_ids[:, None], "in a larger picture"),
        (lambda places, class_ids: places + 1000 * class_ids[:, None], "in a larger picture"),
        (
            lambda places, class_ids: places + np.outer(class_ids, [0, 0, 1000, 1000]),
            "Sizes have to stay",
        ),
        (
            lambda places, class_ids: places + class_ids[:, None] * (places.max() if len(places) else 0),
            "when coordinates are negative",
        ),
        (
            lambda places, class_ids: places + class_ids[:, None] * (np.abs(places).max() if len(places) else 0),
            "when coordinates are negative",
        ),
        (
            lambda places, class_ids: (places + 10_000 * class_ids[:, None])[np.argsort(class_ids, kind="stable")],
            "in another order",
        ),
        (
            lambda places, class_ids: places + 1000 * np.arange(len(places))[:, None],
            "move them all alike",
        ),
    ],
}
