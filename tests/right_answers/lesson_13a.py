"""Right answers of other kinds to the exercises of lesson 13a."""

from fractions import Fraction

import numpy as np

from utils import boxes


def intersection_over_union(a, b):
    """As an exact fraction, of whole corners."""
    shared = max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))
    area_a, area_b = ((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return Fraction(int(shared), int(area_a + area_b - shared))


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


def shared_area_of_sets(a, b):
    """The squares that lie in both, counted; for corners that are whole."""
    if any(number != int(number) for number in (*a, *b)):
        wide, high = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
        return np.maximum(wide, 0) * np.maximum(high, 0)
    squares = [{(x, y) for x in range(box[0], box[2]) for y in range(box[1], box[3])} for box in (a, b)]
    return len(squares[0] & squares[1])


def nms_with_a_table(many, scores, threshold=0.5):
    """Rows of the table, and an array of places."""
    table, waiting, kept = boxes.iou(many, many), np.argsort(-scores, kind="stable"), []
    while len(waiting):
        kept.append(waiting[0])
        waiting = waiting[1:][table[waiting[0], waiting[1:]] <= threshold]
    return np.array(kept, int)


def nms_with_fractions(many, scores, threshold=0.5):
    """As the lesson writes it, in fractions."""
    waiting, kept = sorted(range(len(many)), key=lambda place: -scores[place]), []
    while waiting:
        top, *waiting = waiting
        kept.append(top)
        waiting = [place for place in waiting if not intersection_over_union(many[top], many[place]) > threshold]
    return kept


RIGHT = {
    "shared_area": [shared_area_of_sets],
    "intersection_over_union": [
        lambda a, b: intersection_over_union([2 * number for number in a], [2 * number for number in b]),
        lambda a, b: boxes.iou([a], [b]).item(),
        lambda a, b: boxes.iou(np.array([a], np.float32), np.array([b], np.float32))[0, 0],
    ],
    "plain_nms": [nms_with_a_table, nms_with_fractions],
    "distance_iou": [exact_distance_iou, distance_iou_in_float32, distance_iou_of_keras],
    "gaussian_scores": [
        scores_in_a_list,
        lambda many, scores, sigma: scores_in_a_list(many, scores, sigma, np.float32),
        lambda many, scores, sigma: scores_in_a_list(many, scores, sigma, Fraction),
    ],
}
