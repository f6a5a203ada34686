"""Typical wrong answers to the exercises of lesson 13a."""

import numpy as np

from utils import boxes


def crossed(a, b, first, last):
    """Width times height from two corners, as they come."""
    return (first(a[2], b[2]) - last(a[0], b[0])) * (first(a[3], b[3]) - last(a[1], b[1]))


def common(a, b):
    return max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))


def covered(a, b):
    return (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - common(a, b)


def as_xywh(box):
    """The corners of a box whose last two numbers are taken for width and height."""
    return box[0], box[1], box[0] + box[2], box[1] + box[3]


def one_more(box):
    """With the last pixel counted in."""
    return box[0], box[1], box[2] + 1, box[3] + 1


def suppressed(many, scores, threshold, stays, sort=True):
    """NMS in which `stays` says of an overlap whether the box waits on."""
    waiting = sorted(range(len(many)), key=lambda place: -scores[place] if sort else place)
    kept = []
    while waiting:
        top, *waiting = waiting
        kept.append(top)
        waiting = [
            place
            for place in waiting
            if stays(common(many[top], many[place]) / covered(many[top], many[place]), threshold)
        ]
    return kept


def next_of_all(many, scores, threshold=0.5):
    """Each box is compared with all better ones, those that are deleted among them."""
    order = np.argsort(-scores, kind="stable")
    overlap = boxes.iou(many, many)
    return [int(place) for rank, place in enumerate(order) if not (overlap[place, order[:rank]] > threshold).any()]


def diou(a, b, cut=True, root=False, hull=True, both=True, centers=True, root_of_distance=False):
    """DIoU with a mistake in it."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(0, wide) * max(0, high) if cut else wide * high
    together = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    factor = 0.5 if centers else 0
    between = sum(
        (a[i] - b[i]) ** 2 if not centers else (factor * (a[i] + a[i + 2] - b[i] - b[i + 2])) ** 2 for i in (0, 1)
    )
    corners = [(max(a[i + 2], b[i + 2]) - min(a[i], b[i])) if hull else a[i + 2] - a[i] for i in (0, 1)]
    diagonal = corners[0] ** 2 + (corners[1] ** 2 if both else 0)
    if root:
        between, diagonal = between**0.5, diagonal**0.5
    if root_of_distance:
        between = between**0.5
    return shared / together - between / diagonal


def soft(many, scores, sigma, weight, by_now=True, everyone=True):
    """Gaussian Soft-NMS with a mistake in it; weight(iou, sigma) multiplies."""
    new, waiting = np.array(scores, float), list(range(len(many)))
    while waiting:
        top = max(waiting, key=lambda place: new[place] if by_now else scores[place])
        waiting.remove(top)
        new[waiting] *= weight(boxes.iou(many[[top]], many[waiting])[0], sigma)
        if not everyone:
            break
    return new


def right_weight(value, sigma):
    return np.exp(-(value**2) / sigma)


WRONG = {
    "shared_area": [
        (lambda a, b: (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]), "both areas added, or the hull"),
        (lambda a, b: crossed(a, b, max, min), "both areas added, or the hull"),
        (lambda a, b: covered(a, b), "what the two cover together"),
        (lambda a, b: crossed(a, b, min, max), "Apart along both sides"),
        (lambda a, b: max(0, crossed(a, b, min, max)), "Apart along both sides"),
        (lambda a, b: abs(crossed(a, b, min, max)), "Apart along both sides"),
        (lambda a, b: max(0, min(a[2], b[2]) - max(a[0], b[0])) * (min(a[3], b[3]) - max(a[1], b[1])), "along y alone"),
        (lambda a, b: (min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1])), "along x alone"),
        (lambda a, b: max(0, a[2] - b[0]) * max(0, a[3] - b[1]), "which of the two boxes comes first"),
        (lambda a, b: 4 * (a != b), "Two boxes that lie apart"),
        (lambda a, b: common(one_more(a), one_more(b)), "not as width and height"),
        (lambda a, b: common(as_xywh(a), as_xywh(b)), "not as width and height"),
    ],
    "intersection_over_union": [
        (lambda a, b: common(a, b) / (covered(a, b) + common(a, b)), "count the shared part twice"),
        (
            lambda a, b: common(a, b) / ((a[2] - a[0]) * (a[3] - a[1])),
            "That is the share of one box, or the shared part counted twice",
        ),
        (lambda a, b: common(a, b) / (covered(a, b) - common(a, b)), "those in both are covered as well"),
        (
            lambda a, b: 2 * common(a, b) / (covered(a, b) + common(a, b)),
            "That is the share of one box, or the shared part counted twice",
        ),
        (lambda a, b: covered(a, b) / common(a, b), "comes first, above the line"),
        (lambda a, b: crossed(a, b, min, max) / (covered(a, b) + common(a, b) - crossed(a, b, min, max)), "lie apart"),
        (lambda a, b: common(a, b), "Of 20 squares, 4 lie in both"),
        (lambda a, b: common(a, b) / 24, "count the shared part twice"),
        (lambda a, b: common(a, b) / (a[2] * a[3] + b[2] * b[3] - common(a, b)), "not width and height"),
        (lambda a, b: common(as_xywh(a), as_xywh(b)) / covered(as_xywh(a), as_xywh(b)), "not width and height"),
        (lambda a, b: common(one_more(a), one_more(b)) / covered(one_more(a), one_more(b)), "nothing is added"),
    ],
    "plain_nms": [
        (lambda m, s, t=0.5: suppressed(m, s, t, lambda v, t: True), "Nothing was deleted"),
        (lambda m, s, t=0.5: suppressed(m, s, t, lambda v, t: v > t), "the other way around"),
        (lambda m, s, t=0.5: suppressed(m, s, t, lambda v, t: False), "All are gone but the top"),
        (lambda m, s, t=0.5: suppressed(m, s, t, lambda v, t: v == 0), "What is deleted deletes nothing"),
        (lambda m, s, t=0.5: suppressed(m, s, t, lambda v, t: v < t), "exactly the threshold"),
        (lambda m, s, t=0.5: suppressed(m, s, t, lambda v, t: v <= 0.5), "Is the threshold that was handed over"),
        (lambda m, s, t=0.5: suppressed(m, s, t, lambda v, t: v <= t, sort=False), "The best score comes first"),
        (lambda m, s, t=0.5: next_of_all(m, s, t), "What is deleted deletes nothing"),
        (lambda m, s, t=0.5: m[boxes.nms(m, s, t)], "the boxes themselves"),
        (lambda m, s, t=0.5: np.isin(np.arange(len(m)), boxes.nms(m, s, t)), "That is a mask"),
        (lambda m, s, t=0.5: sorted(boxes.nms(m, s, t)), "in the order of the list"),
    ],
    "distance_iou": [
        (lambda a, b: diou(a, b, cut=False), "the shared area is 0"),
        (lambda a, b: diou(a, b, root=True), "are squared"),
        (lambda a, b: diou(a, b, root_of_distance=True), "are squared"),
        (lambda a, b: diou(a, b, hull=False), "the smallest box around both"),
        (lambda a, b: diou(a, b, both=False), "Pythagoras"),
        (lambda a, b: diou(a, b, centers=False), "it is the centers whose distance counts"),
        (lambda a, b: boxes.generalized_iou([a], [b]).item(), "That is GIoU"),
        (lambda a, b: boxes.iou([a], [b]).item(), "That is IoU itself"),
        (lambda a, b: diou(a, b) + 2 * (1 - boxes.iou([a], [b]).item()), "the shared area is 0"),
        (lambda a, b: 1 - diou(a, b), "Is that the loss"),
        (lambda a, b: 2 * boxes.iou([a], [b]).item() - diou(a, b), "is subtracted"),
    ],
    "gaussian_scores": [
        (lambda m, s, sigma: -np.sort(-soft(m, s, sigma, right_weight)), "not in the order in which they were taken"),
        (lambda m, s, sigma: s * 0.5, "keeps its score"),
        (lambda m, s, sigma: soft(m, s, sigma, lambda v, g: np.exp(-(v**2))), "Is IoU² divided by sigma"),
        (lambda m, s, sigma: soft(m, s, sigma, lambda v, g: np.exp(-v / g)), "the square of IoU"),
        (lambda m, s, sigma: soft(m, s, sigma, lambda v, g: 1 - np.exp(-(v**2) / g)), "1 where nothing overlaps"),
        (lambda m, s, sigma: soft(m, s, sigma, lambda v, g: 1 - v), "the linear form"),
        (lambda m, s, sigma: soft(m, s, 0.5, right_weight), "handed over"),
        (lambda m, s, sigma: soft(m, s, 2 * sigma**2, right_weight), "as in the bell curve"),
        (lambda m, s, sigma: soft(m, s, sigma, right_weight, everyone=False), "Only the best box has acted"),
        (lambda m, s, sigma: soft(m, s, sigma, right_weight, by_now=False), "by the scores of now"),
        (lambda m, s, sigma: soft(m, s, sigma, right_weight)[:-1], "should have the shape (2,)"),
    ],
}
