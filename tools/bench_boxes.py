"""How long IoU and NMS take: this course's NumPy, the usual NumPy, TensorFlow. `make bench` prints it.

    python tools/bench_boxes.py

The times are the best of several runs on this machine, in milliseconds; nothing is asserted but that all agree.
"""

import surroundings

if __name__ == "__main__":
    surroundings.enter()

import sys

import numpy as np
from machine import milliseconds

BOXES, PAIRED = 5000, 2000


def usual_iou(a, b):
    """IoU as TorchVision writes it, in NumPy: (N, M, 2) corners of the shared boxes at once."""
    low, high = np.maximum(a[:, None, :2], b[:, :2]), np.minimum(a[:, None, 2:], b[:, 2:])
    width_height = np.clip(high - low, 0, None)
    shared = width_height[:, :, 0] * width_height[:, :, 1]
    areas_a, areas_b = np.prod(a[:, 2:] - a[:, :2], axis=1), np.prod(b[:, 2:] - b[:, :2], axis=1)
    return shared / (areas_a[:, None] + areas_b - shared)


def usual_nms(boxes, scores, threshold):
    """NMS as it is usually written in NumPy: the best box against all that are left, until none is left."""
    x0, y0, x1, y1 = boxes.T
    areas = (x1 - x0) * (y1 - y0)
    order, kept = np.argsort(-scores, kind="stable"), []
    while order.size:
        best, rest = order[0], order[1:]
        kept.append(best)
        wide = np.maximum(0, np.minimum(x1[best], x1[rest]) - np.maximum(x0[best], x0[rest]))
        high = np.maximum(0, np.minimum(y1[best], y1[rest]) - np.maximum(y0[best], y0[rest]))
        shared = wide * high
        order = rest[shared / (areas[best] + areas[rest] - shared) <= threshold]
    return np.array(kept)


def spread(rng, count, smallest, largest):
    """Boxes anywhere on 1000×1000 pixels."""
    center, size = rng.uniform(0, 1000, (count, 2)), rng.uniform(smallest, largest, (count, 2))
    return np.concatenate([center - size / 2, center + size / 2], axis=1).astype(np.float32)


def around(rng, count, objects):
    """What a detector gives before NMS: many boxes around each of some objects."""
    boxes = spread(rng, objects, 30, 150)[rng.integers(0, objects, count)]
    return (boxes + rng.normal(0, 5, (count, 4))).astype(np.float32)


def main() -> int:
    from utils import runtime

    runtime.start_lesson(seed=13)
    from utils import boxes, tables

    try:
        import tensorflow as tf
    except ModuleNotFoundError:
        tf = None
    rng = np.random.default_rng(13)

    def line(name, *times):
        columns = " ".join("none".rjust(9) if t is None else tables.measured(t, ".1f").rjust(9) for t in times)
        print(f"{name:42} {columns}", flush=True)

    print(f"{'boxes':42} {'ours ms':>9} {'usual ms':>9} {'TF ms':>9}")
    a, b = spread(rng, PAIRED, 10, 100), spread(rng, PAIRED, 10, 100)
    np.testing.assert_allclose(boxes.iou(a, b), usual_iou(a, b), atol=1e-6)
    line(
        f"IoU of {PAIRED}×{PAIRED}", milliseconds(lambda: boxes.iou(a, b)), milliseconds(lambda: usual_iou(a, b)), None
    )
    cases = {
        "small, spread": spread(rng, BOXES, 2, 10),
        "medium, spread": spread(rng, BOXES, 10, 100),
        "large, spread": spread(rng, BOXES, 50, 300),
        "around 300 objects": around(rng, BOXES, 300),
        "around 30 objects": around(rng, BOXES, 30),
    }
    for name, many in cases.items():
        scores = rng.random(BOXES).astype(np.float32)
        kept = boxes.nms(many, scores)
        np.testing.assert_array_equal(kept, usual_nms(many, scores, 0.5))
        times = [milliseconds(lambda: boxes.nms(many, scores)), milliseconds(lambda: usual_nms(many, scores, 0.5))]  # noqa: B023
        if tf:
            with tf.device("CPU"):
                tensors = tf.constant(many), tf.constant(scores), tf.constant(BOXES)
                np.testing.assert_array_equal(kept, tf.image.non_max_suppression(*tensors).numpy())
                times.append(milliseconds(lambda: tf.image.non_max_suppression(*tensors).numpy()))  # noqa: B023
        line(f"NMS of {BOXES}, {name}, {len(kept)} kept", *times, *([] if tf else [None]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
