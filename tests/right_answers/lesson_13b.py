"""Right answers of other kinds to the exercises of lesson 13b."""

from fractions import Fraction

import numpy as np

from utils.exercises import lesson_13b


def intersection_over_union(a, b):
    """As an exact fraction, of whole corners."""
    shared = max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))
    area_a, area_b = ((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return Fraction(int(shared), int(area_a + area_b - shared))


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


def errors_named_with_the_first_of_equals(answers, scores, objects):
    """Of two free objects with the same IoU, the first one is taken."""
    return lesson_13b.name_the_errors(answers, scores, objects[::-1])


def judged_with_the_first_of_equals(ranked, objects, threshold=0.5):
    """Of two free objects with the same IoU, the first one is taken."""
    return lesson_13b.judge(ranked, objects[::-1], threshold)


def judged_with_a_mask(ranked, objects, threshold=0.5):
    """A mask of the free objects, and an array of truth values."""
    free, verdicts = np.ones(len(objects), bool), []
    for answer in ranked:
        overlap = np.array([float(intersection_over_union(answer, one)) for one in objects])
        allowed = np.where(free & (overlap >= threshold), overlap, -1)
        verdicts.append(allowed.max(initial=-1) >= 0)
        free[allowed.argmax()] &= not verdicts[-1]
    return np.array(verdicts)


def exact_shares(right, objects):
    """Lists of fractions."""
    found = np.cumsum(right).tolist()
    return [Fraction(hits, rank) for rank, hits in enumerate(found, 1)], [Fraction(hits, objects) for hits in found]


def exact_area(precision, recall):
    """In fractions, from the end of the list to its start."""
    area, best = Fraction(0), Fraction(0)
    for rank in reversed(range(len(recall))):
        best = max(best, Fraction(precision[rank]))
        area += (Fraction(recall[rank]) - (Fraction(recall[rank - 1]) if rank else 0)) * best
    return area


RIGHT = {
    "judge": [judged_with_a_mask, judged_with_the_first_of_equals],
    "precision_and_recall": [
        exact_shares,
        lambda right, objects: np.array(lesson_13b.precision_and_recall(right, objects)),
    ],
    "average_precision": [exact_area],
    "eleven_point_precision": [exact_eleven_points],
    "name_the_errors": [
        errors_named_exactly,
        errors_named_with_the_first_of_equals,
        lambda *case: np.array(lesson_13b.name_the_errors(*case)),
    ],
}
