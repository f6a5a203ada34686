"""Typical wrong answers to the exercises of lesson 13."""

import numpy as np

from utils import boxes


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


def curve(scores, correct, objects, sort=True):
    order = np.argsort(-scores, kind="stable") if sort else np.arange(len(scores))
    found = np.cumsum(correct[order])
    return found / np.arange(1, len(found) + 1), found / objects


def read(scores, correct, objects, levels, first=False, reached_only=False, sort=True):
    """Precision read at levels of recall, with a mistake in it."""
    precision, recall = curve(scores, correct, objects, sort)
    values = []
    for level in levels:
        fits = precision[recall >= level]
        if len(fits) or not reached_only:
            values.append(0 if not len(fits) else fits[0] if first else max(fits))
    return float(np.mean(values)) if values else 0.0


def whole_area(scores, correct, objects):
    precision, recall = curve(scores, correct, objects)
    return float(np.sum(np.diff(recall, prepend=0) * np.maximum.accumulate(precision[::-1])[::-1]))


def judged(
    answers,
    scores,
    objects,
    sort=True,
    blind=False,
    over=False,
    over_a_tenth=False,
    by_place=True,
    nearest=True,
    near_is_repeated=False,
):
    """name_the_errors with a mistake in it."""
    words, taken = [""] * len(answers), set()
    overlap = boxes.iou(answers, objects)
    order = np.argsort(-scores, kind="stable") if sort else range(len(answers))
    for place in order:
        row = overlap[place]
        fits = [n for n, value in enumerate(row) if (value > 0.5 if over else value >= 0.5)]
        if blind:
            fits = [n for n in fits if n == int(np.argmax(row))]
        free = [n for n in fits if n not in taken]
        if free:
            words[place] = "right"
            taken.add(max(free, key=lambda n: row[n]) if nearest else free[0])
        elif fits or (near_is_repeated and len(row) and row.max() > 0.1):
            words[place] = "repeated"
        else:
            best = max(row, default=0)
            words[place] = "misplaced" if (best > 0.1 if over_a_tenth else best >= 0.1) else "background"
    return words if by_place else [words[place] for place in order]


TENTHS = [level / 10 for level in range(11)]

WRONG = {
    "distance_iou": [
        (lambda a, b: diou(a, b, cut=False), "the shared area is 0"),
        (lambda a, b: diou(a, b, root=True), "are squared"),
        (lambda a, b: diou(a, b, root_of_distance=True), "are squared"),
        (lambda a, b: diou(a, b, hull=False), "the smallest box around both"),
        (lambda a, b: diou(a, b, both=False), "Pythagoras"),
        (lambda a, b: diou(a, b, centers=False), "it is the centers whose distance counts"),
        (lambda a, b: boxes.generalized_iou([a], [b]).item(), "Work it out on paper first"),
        (lambda a, b: boxes.iou([a], [b]).item(), "Work it out on paper first"),
        (lambda a, b: diou(a, b) + 2 * (1 - boxes.iou([a], [b]).item()), "the shared area is 0"),
        (lambda a, b: 1 - diou(a, b), "their centers are not apart"),
        (lambda a, b: 2 * boxes.iou([a], [b]).item() - diou(a, b), "is subtracted"),
    ],
    "gaussian_scores": [
        (lambda m, s, sigma: -np.sort(-soft(m, s, sigma, right_weight)), "not in the order in which they were taken"),
        (lambda m, s, sigma: s * 0.5, "keeps its score"),
        (lambda m, s, sigma: soft(m, s, sigma, lambda v, g: np.exp(-(v**2))), "Is IoU² divided by sigma"),
        (lambda m, s, sigma: soft(m, s, sigma, lambda v, g: np.exp(-v / g)), "the square of IoU"),
        (lambda m, s, sigma: soft(m, s, sigma, lambda v, g: 1 - np.exp(-(v**2) / g)), "1 where nothing overlaps"),
        (lambda m, s, sigma: soft(m, s, sigma, lambda v, g: 1 - v), "Their IoU is a half"),
        (lambda m, s, sigma: soft(m, s, sigma, right_weight, everyone=False), "Only the best box has acted"),
        (lambda m, s, sigma: soft(m, s, sigma, right_weight, by_now=False), "by the scores of now"),
        (lambda m, s, sigma: soft(m, s, sigma, right_weight)[:-1], "should have the shape (2,)"),
    ],
    "eleven_point_precision": [
        (lambda s, c, n: read(s, c, n, TENTHS, reached_only=True), "with precision 0"),
        (lambda s, c, n: read(s, c, n, TENTHS[1:]), "both ends among them"),
        (whole_area, "That is the whole area"),
        (lambda s, c, n: read(s, c, n, TENTHS, sort=False), "Sort the answers by score first"),
        (lambda s, c, n: read(s, c, n, TENTHS, first=True), "not the first one that reaches it"),
        (lambda s, c, n: read(s, c, n, [level + 1e-9 for level in TENTHS]), "not the first one that reaches it"),
        (lambda s, c, n: read(s, c, n, np.linspace(0, 1, 11)), "a hair more than that"),
        (lambda s, c, n: read(s, c, n, np.linspace(0, 1, 101)), "Which levels does a recall of 3/4 reach"),
    ],
    "name_the_errors": [
        (lambda a, s, o: ["right"] * len(a), "finds it taken"),
        (lambda a, s, o: judged(a, s, o, sort=False), "The best score chooses first"),
        (lambda a, s, o: judged(a, s, o, by_place=False), "The best score chooses first"),
        (lambda a, s, o: judged(a, s, o, over=True), "at least the threshold"),
        (lambda a, s, o: judged(a, s, o, over_a_tenth=True), "exactly 0.1 is misplaced still"),
        (lambda a, s, o: judged(a, s, o, blind=True), "another one that it fits is still free"),
        (lambda a, s, o: judged(a, s, o, nearest=False), "takes the one it fits best"),
        (lambda a, s, o: judged(a, s, o, near_is_repeated=True), "is a misplaced answer"),
        (lambda a, s, o: ["Right"] * len(a), "There are four words"),
        (lambda a, s, o: judged(a, s, o)[:1] if len(a) > 1 else judged(a, s, o), "one for each answer"),
    ],
}
