"""Typical wrong answers to the exercises of lesson 13b."""

import numpy as np

from utils import boxes


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


def decided(ranked, objects, threshold=0.5, fits_enough=lambda value, threshold: value >= threshold, keep=False):
    """judge with a mistake in it."""
    free, verdicts = list(range(len(objects))), []
    for answer in ranked:
        overlap = boxes.iou([answer], objects)[0]
        fits = [number for number in free if fits_enough(overlap[number], threshold)]
        verdicts.append(len(fits) > 0)
        if fits and not keep:
            free.remove(max(fits, key=lambda number: overlap[number]))
    return verdicts


def decided_at_first_sight(ranked, objects, threshold=0.5):
    """judge, but an answer takes the first free object that it fits."""
    free, verdicts = list(range(len(objects))), []
    for answer in ranked:
        fits = [number for number in free if boxes.iou([answer], objects)[0, number] >= threshold]
        verdicts.append(len(fits) > 0)
        free = [number for number in free if number not in fits[:1]]
    return verdicts


def decided_by_voc(ranked, objects, threshold=0.5):
    """judge, but an answer looks only at the object that it overlaps most."""
    free, verdicts = set(range(len(objects))), []
    for answer in ranked:
        overlap = boxes.iou([answer], objects)[0]
        best = int(overlap.argmax())
        verdicts.append(bool(overlap[best] >= threshold and best in free))
        free -= {best} if verdicts[-1] else set()
    return verdicts


def straight_levels(scores, correct, objects):
    precision, recall = curve(scores, correct, objects)
    levels = np.array(TENTHS)
    return float(np.mean(np.where(levels > recall[-1], 0, np.interp(levels, recall, precision))))


def shares(right, objects):
    found = np.cumsum(right)
    return found / np.arange(1, len(found) + 1), found / objects


def strips(precision, recall, height):
    """The area under a curve, each strip as high as `height` says."""
    widths = np.diff(np.array(recall, float), prepend=0)
    return sum(width * height(precision, rank) for rank, width in enumerate(widths))


WRONG = {
    "judge": [
        (lambda r, o, t=0.5: decided(r, o, t, lambda v, t: True), "it has to overlap it enough"),
        (lambda r, o, t=0.5: decided(r, o, t, lambda v, t: v > 0), "leaves the object free"),
        (lambda r, o, t=0.5: decided(r, o, t, lambda v, t: v > t), "at least 0.5, not over it"),
        (lambda r, o, t=0.5: decided(r, o, t, lambda v, t: v >= 0.5), "Is the threshold that was handed over"),
        (lambda r, o, t=0.5: decided(r, o, t, keep=True), "finds it taken"),
        (decided_at_first_sight, "takes the one it overlaps most"),
        (decided_by_voc, "another one that it fits is still free"),
        (lambda r, o, t=0.5: decided(r, o, t)[:-1], "True or False for each answer"),
    ],
    "precision_and_recall": [
        (lambda r, n: shares(r, n)[::-1], "Precision comes first"),
        (lambda r, n: (shares(r, n)[0], np.cumsum(r) / max(1, sum(r))), "that no answer finds"),
        (lambda r, n: (np.cumsum(r) / len(r), shares(r, n)[1]), "the answers *so far*"),
        (lambda r, n: (np.array(r, float), shares(r, n)[1]), "not only the last one"),
        (lambda r, n: shares(r, n)[0], "Return two lists"),
        (lambda r, n: (shares(r, n)[0], shares(r, n)[0]), "one of five objects is found"),
    ],
    "average_precision": [
        (lambda p, r: sum(p), "That is the sum of the precisions"),
        (lambda p, r: strips(p, r, lambda p, k: max(p[k:])) / max(r), "costs its share"),
        (lambda p, r: strips(p, r, lambda p, k: p[k]), "the area under the zigzag"),
        (lambda p, r: strips(p, r, lambda p, k: max(p)), "not the best of all"),
        (lambda p, r: strips(p, r, lambda p, k: max(p[: k + 1])), "not the best of all"),
        (lambda p, r: sum(p) / len(p), "costs its share"),
        (lambda p, r: np.trapezoid(p, r), "the area under straight lines"),
        (lambda p, r: np.trapezoid([1, *p], [0, *r]), "the area under straight lines"),
        (lambda p, r: np.trapezoid([0, *p], [0, *r]), "the area under straight lines"),
    ],
    "eleven_point_precision": [
        (lambda s, c, n: read(s, c, n, TENTHS, reached_only=True), "with precision 0"),
        (lambda s, c, n: read(s, c, n, TENTHS[1:]), "both ends among them"),
        (lambda s, c, n: read(s, c, max(1, sum(c)), TENTHS), "with precision 0"),
        (straight_levels, "not read from straight lines"),
        (whole_area, "That is the whole area"),
        (lambda s, c, n: read(s, c, n, TENTHS, sort=False), "Sort the answers by score first"),
        (lambda s, c, n: read(s, c, n, TENTHS, first=True), "not the first one that reaches it"),
        (lambda s, c, n: read(s, c, n, [level + 1e-9 for level in TENTHS]), "not the first one that reaches it"),
        (lambda s, c, n: read(s, c, n, np.linspace(0, 1, 11)), "a hair more"),
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
