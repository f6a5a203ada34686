"""Right answers of other kinds to the exercises of lesson 13."""

from fractions import Fraction

import numpy as np

from utils import boxes
from utils.exercises import lesson_13


def intersection_over_union(a, b):
    """As the lesson defines it, exactly: it takes whole corners only."""
    shared = max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))
    area_a, area_b = ((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return Fraction(shared, area_a + area_b - shared)


def exact_distance_iou(a, b):
    """With the lesson's own function, in fractions."""
    between = sum(Fraction(a[i] + a[i + 2] - b[i] - b[i + 2], 2) ** 2 for i in (0, 1))
    diagonal = sum((max(a[i + 2], b[i + 2]) - min(a[i], b[i])) ** 2 for i in (0, 1))
    return intersection_over_union(a, b) - between / diagonal


def distance_iou_in_float32(a, b):
    """With NumPy, in float32."""
    one, other = np.array(a, np.float32).reshape(2, 2), np.array(b, np.float32).reshape(2, 2)
    hull = np.maximum(one[1], other[1]) - np.minimum(one[0], other[0])
    between = np.sum((one.mean(axis=0) - other.mean(axis=0)) ** 2) / np.sum(hull**2)
    return boxes.iou(one.reshape(1, 4), other.reshape(1, 4))[0, 0] - between


def distance_iou_of_keras(a, b):
    """With Keras's operations: a tensor."""
    from keras import ops

    a, b = (ops.reshape(ops.convert_to_tensor(box, "float32"), (2, 2)) for box in (a, b))
    area_a, area_b = (ops.prod(box[1] - box[0]) for box in (a, b))
    shared = ops.prod(ops.maximum(ops.minimum(a[1], b[1]) - ops.maximum(a[0], b[0]), 0.0))
    hull = ops.maximum(a[1], b[1]) - ops.minimum(a[0], b[0])
    between = ops.sum(ops.square((a[0] + a[1] - b[0] - b[1]) / 2)) / ops.sum(ops.square(hull))
    return shared / (area_a + area_b - shared) - between


def scores_in_a_list(many, scores, sigma, kind=float):
    """With a loop, a list, and the lesson's own function for the overlap."""
    new, waiting = [kind(score) for score in scores], set(range(len(many)))
    while waiting:
        top = max(waiting, key=new.__getitem__)
        waiting.remove(top)
        for place in waiting:
            overlap = intersection_over_union(many[top], many[place])
            new[place] = kind(new[place] * np.exp(-(float(overlap) ** 2) / sigma))
    return new


def exact_eleven_points(scores, correct, objects):
    """In fractions."""
    hits = [bool(correct[place]) for place in np.argsort(-scores, kind="stable")]
    found = np.cumsum(hits).tolist()
    precision = [Fraction(count, rank) for rank, count in enumerate(found, start=1)]
    recall = [Fraction(count, objects) for count in found]
    curve = list(zip(precision, recall, strict=True))
    return sum(max((p for p, r in curve if r >= Fraction(level, 10)), default=0) for level in range(11)) / 11


def errors_named_exactly(answers, scores, objects):
    """With the lesson's own function, in fractions."""
    words, free = [""] * len(answers), set(range(len(objects)))
    for place in sorted(range(len(answers)), key=lambda place: -scores[place]):
        overlap = [intersection_over_union(answers[place], one) for one in objects]
        fits = [number for number, value in enumerate(overlap) if value >= Fraction(1, 2)]
        if left := [number for number in fits if number in free]:
            words[place] = "right"
            free.remove(max(left, key=overlap.__getitem__))
        elif fits:
            words[place] = "repeated"
        else:
            words[place] = "misplaced" if max(overlap, default=0) >= Fraction(1, 10) else "background"
    return words


RIGHT = {
    "distance_iou": [exact_distance_iou, distance_iou_in_float32, distance_iou_of_keras],
    "gaussian_scores": [
        scores_in_a_list,
        lambda many, scores, sigma: scores_in_a_list(many, scores, sigma, np.float32),
        lambda many, scores, sigma: scores_in_a_list(many, scores, sigma, Fraction),
    ],
    "eleven_point_precision": [exact_eleven_points],
    "name_the_errors": [
        errors_named_exactly,
        lambda *case: np.array(lesson_13.name_the_errors(*case)),
    ],
}
