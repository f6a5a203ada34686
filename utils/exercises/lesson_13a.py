"""The exercises of lesson 13a, IoU and NMS."""

from fractions import Fraction

import numpy as np

from utils import boxes
from utils.exercises.engine import Exercise, call, expect, expect_array, expect_close, expect_number


def _number(answer, a, b):
    """What the answer says of two boxes; an exact fraction is a number as well."""
    result = call(answer, a, b)
    return expect_number(float(result) if isinstance(result, Fraction) else result, f"the result for {a} and {b}")


# ---- Shared area ----


def shared_area(a, b):
    """The area that two boxes have in common."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return max(0, width) * max(0, height)


def check_shared_area(answer):
    orange, blue = (1, 1, 5, 4), (3, 2, 7, 5)
    result = _number(answer, orange, blue)
    expect(result != 24, "That is both areas added, or the hull around both. Which squares lie in orange and in blue?")
    expect(result != 20, "That is what the two cover together. Which of these squares lie in both of them?")
    expect(
        result != 9,
        "Along x both share the strip from 3 to 5, which is 2 wide and not 3. Is 1 added to a width? "
        "And are the last two numbers read as corners, not as width and height?",
    )
    expect_close(result, 4, f"the result for {orange} and {blue}", hint="Count the gray squares of the picture.")
    expect(_number(answer, blue, orange) == 4, "It should not matter which of the two boxes comes first.")
    result = _number(answer, (0, 0, 2, 2), (5, 5, 7, 7))
    expect(result != 9, "Apart along both sides: a negative width times a negative height is positive, and no area.")
    expect(result == 0, "Two boxes that lie apart share nothing: the area is 0.")
    result = _number(answer, (0, 0, 2, 4), (5, 1, 7, 3))
    expect(result == 0, "Apart along x alone: a negative width should count as 0.")
    expect(
        _number(answer, (0, 0, 4, 2), (1, 5, 3, 7)) == 0, "Apart along y alone: a negative height should count as 0."
    )
    expect_close(
        _number(answer, (0, 0, 9, 9), (2, 3, 4, 8)),
        10,
        "the result for a box within another",
        hint="It is the inner one.",
    )
    for a, b in (((1, 2, 6, 5), (4, 1, 9, 7)), ((-3, -2, 1, 0), (0, -5, 8, 5)), ((0, 0, 1, 9), (0.5, 2, 7, 3))):
        expect_close(_number(answer, a, b), shared_area(a, b), f"the result for {a} and {b}")


# ---- Intersection over union ----


def intersection_over_union(a, b):
    """The share of what two boxes cover together that both cover."""
    shared = shared_area(a, b)
    together = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared / together


def check_intersection_over_union(answer):
    orange, blue = (1, 1, 5, 4), (3, 2, 7, 5)
    result = _number(answer, orange, blue)
    expect(
        not np.isclose(result, 4 / 24),
        "The two areas added count the shared part twice; and the hull around both covers squares that lie in neither.",
    )
    expect(
        not np.isclose(result, 4 / 51) and not np.isclose(result, 9 / 46),
        "Are the last two numbers corners, not width and height?",
    )
    expect(not np.isclose(result, 9 / 31), "From 3 to 5 it is 2: nothing is added to the difference of two corners.")
    expect(
        not np.isclose(result, 4 / 12),
        "That is the share of one box, or the shared part counted twice. Asked is its share of what both cover.",
    )
    expect(not np.isclose(result, 5), "It is a share: what both have in common comes first, above the line.")
    expect(
        not np.isclose(result, 4 / 16),
        "The squares in exactly one box are not all: those in both are covered as well.",
    )
    expect_close(result, 4 / 20, f"the result for {orange} and {blue}", hint="Of 20 squares, 4 lie in both boxes.")
    expect_close(_number(answer, orange, orange), 1, "the result for a box with itself")
    expect(_number(answer, (0, 0, 2, 2), (5, 5, 7, 7)) == 0, "Boxes that lie apart have nothing in common.")
    for a, b in (((1, 2, 6, 5), (4, 1, 9, 7)), ((-3, -2, 1, 0), (0, -5, 8, 5)), ((0, 0, 1, 9), (0.5, 2, 7, 3))):
        expect_close(_number(answer, a, b), intersection_over_union(a, b), f"the result for {a} and {b}")


# ---- NMS ----


def plain_nms(many, scores, threshold=0.5):
    """The places of the kept boxes, best first."""
    waiting = sorted(range(len(many)), key=lambda place: -scores[place])
    kept = []
    while waiting:
        top, *waiting = waiting
        kept.append(top)
        waiting = [place for place in waiting if intersection_over_union(many[top], many[place]) <= threshold]
    return kept


def check_plain_nms(answer):
    def kept(many, scores, threshold=0.5):
        result = call(answer, np.array(many, float).reshape(-1, 4), np.array(scores, float), threshold)
        expect(np.iterable(result), "The result should be a list of places, such as [0, 2].")
        result = list(result)
        kind = np.asarray(result)
        expect(kind.dtype != bool, "That is a mask, a yes or no for each box. Asked are the places of the kept ones.")
        expect(kind.ndim == 1 or not kind.size, "Those are the boxes themselves. Asked are their places in the list.")
        return [int(place) for place in result]

    row = [[0, 0, 8, 8], [2, 0, 10, 8], [4, 0, 12, 8], [20, 0, 28, 8]]
    result = kept(row, [0.9, 0.8, 0.7, 0.6])
    expect(
        result != [0, 1, 2, 3],
        "Nothing was deleted of A, B, C, D. Only boxes whose overlap with the top is not over the threshold wait on.",
    )
    expect(
        result != [0, 1], "Those that overlap the top should go, and the others wait on: it is the other way around."
    )
    expect(result != [0], "All are gone but the top. Who overlaps the top too little goes on waiting.")
    expect(
        result != [0, 3],
        "C is gone, though its IoU with A is a third only. Is the overlap compared with the threshold? "
        "Or has B deleted it? What is deleted deletes nothing.",
    )
    expect(result == [0, 2, 3], "Of A, B, C, D (0 to 3), A, C and D should be left.")
    result = kept(row, [0.7, 0.9, 0.6, 0.5])
    expect(result == [1, 3], "The best score comes first, wherever its box stands in the list.")
    result = kept(row, [0.6, 0.7, 0.8, 0.9])
    expect(result != [0, 2, 3], "These are the right places, but in the order of the list. Asked is best first.")
    expect(result == [3, 2, 0], "The best score comes first, wherever its box stands in the list.")
    half = [[0, 0, 3, 3], [1, 0, 4, 3]]
    expect(kept(half, [0.9, 0.8]) == [0, 1], "An IoU of exactly the threshold is not over it: the box stays.")
    expect(
        kept(half, [0.9, 0.8], 0.4) == [0],
        "At a threshold of 0.4 an IoU of 1/2 is over it. Is the threshold that was handed over the one in use?",
    )
    expect(kept([], []) == [], "Of no boxes, none are kept.")
    rng = np.random.default_rng(13)
    for _ in range(20):
        corner = rng.integers(0, 15, (12, 2))
        many = np.concatenate([corner, corner + rng.integers(3, 10, (12, 2))], axis=1)
        scores, threshold = rng.permutation(12) / 12, float(rng.choice([0.2, 0.5, 0.7]))
        expect(
            kept(many, scores, threshold) == boxes.nms(many, scores, threshold).tolist(),
            "For twelve random boxes other ones should be left. Is each waiting box compared with the top of now?",
        )


# ---- Distance IoU ----


def distance_iou(a, b):
    """IoU minus the squared distance of the centers over the squared diagonal of the hull (Zheng and others 2020)."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(0, wide) * max(0, high)
    together = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    between = ((a[0] + a[2] - b[0] - b[2]) / 2) ** 2 + ((a[1] + a[3] - b[1] - b[3]) / 2) ** 2
    diagonal = (max(a[2], b[2]) - min(a[0], b[0])) ** 2 + (max(a[3], b[3]) - min(a[1], b[1])) ** 2
    return shared / together - between / diagonal


def check_distance_iou(answer):
    def value(a, b):
        return expect_number(call(answer, a, b), f"the result for {a} and {b}")

    result = value((0, 0, 2, 2), (0, 0, 2, 2))
    expect(
        not np.isclose(result, 0),
        "Equal boxes get 0. Is that the loss, 1 − DIoU, or what is subtracted? DIoU begins with IoU, which is 1 here.",
    )
    expect(
        np.isclose(result, 1),
        "Equal boxes: their IoU is 1, and their centers are not apart.",
    )
    result = value((0, 0, 2, 2), (6, 0, 8, 2))
    expect(not np.isclose(result, 0), "That is IoU itself. It cannot see how far apart boxes are: what is subtracted?")
    expect(
        not np.isclose(result, -8 / 16),
        "That is GIoU, which subtracts the empty share of the hull. Here it is a share of distances.",
    )
    expect(not np.isclose(result, 36 / 68), "The further apart, the lower: the share of the distance is subtracted.")
    expect(
        result <= 0 and not np.isclose(result, -8 / 16 - 36 / 68),
        "Boxes that share nothing: when both shared sides or one of them is negative, the shared area is 0.",
    )
    expect(
        not np.isclose(result, -6 / 68**0.5) and not np.isclose(result, -6 / 68),
        "Both the distance and the diagonal are squared.",
    )
    expect(
        not np.isclose(result, -36 / 8) and not np.isclose(result, -36 / 4),
        "The diagonal is that of the hull, the smallest box around both.",
    )
    expect(not np.isclose(result, -36 / 64), "The diagonal of the hull has two sides in it, not one (Pythagoras).")
    expect_close(result, -36 / 68, "the result for two squares side by side", hint="Work it out on paper first.")
    apart = value((0, 0, 2, 2), (3, 3, 5, 5))
    expect(
        not np.isclose(apart, 1 / 7 - 18 / 50),
        "Apart along both sides: a negative width times a negative height is positive, and no area.",
    )
    expect_close(apart, -18 / 50, "the result for squares apart along both sides")
    result = value((0, 0, 4, 2), (0, 0, 2, 2))
    expect(
        not np.isclose(result, 0.5),
        "The boxes share a corner, but it is the centers whose distance counts.",
    )
    expect_close(result, 0.5 - 1 / 20, "the result for a box and its left half")
    for a, b in (((1, 2, 6, 5), (4, 1, 9, 7)), ((-3, -2, 1, 0), (0, -5, 8, 5)), ((0, 0, 2, 18), (1, 4, 14, 6))):
        one, other = np.reshape(a, (2, 2)), np.reshape(b, (2, 2))  # two corners each
        hull = np.maximum(one[1], other[1]) - np.minimum(one[0], other[0])
        right = boxes.iou([a], [b])[0, 0] - np.sum((one.mean(axis=0) - other.mean(axis=0)) ** 2) / np.sum(hull**2)
        expect_close(value(a, b), right, f"the result for {a} and {b}")


# ---- Gaussian Soft-NMS ----


def gaussian_scores(many, scores, sigma):
    """New scores by Gaussian Soft-NMS, in the order of the boxes."""
    new = np.array(scores, float)
    waiting = list(range(len(many)))
    while waiting:
        top = max(waiting, key=lambda place: new[place])
        waiting.remove(top)
        new[waiting] *= np.exp(-(boxes.iou(many[[top]], many[waiting])[0] ** 2) / sigma)
    return new


def check_gaussian_scores(answer):
    pair, scores = np.array([[0, 0, 2, 1], [0, 0, 2, 2]]), np.array([0.8, 0.9])
    result = expect_array(call(answer, pair, scores, 0.5), (2,), "the result for two boxes")
    expect(
        not np.allclose(result, [0.9, 0.8 * np.exp(-0.5)]),
        "Return the scores in the order of the boxes, not in the order in which they were taken.",
    )
    expect(np.isclose(result[1], 0.9), "The best box keeps its score.")
    expect(not np.isclose(result[0], 0.8 * np.exp(-0.25)), "Is IoU² divided by sigma?")
    expect(not np.isclose(result[0], 0.8 * np.exp(-1)), "It is the square of IoU that stands in the exponent.")
    expect(
        not np.isclose(result[0], 0.8 * (1 - np.exp(-0.5))),
        "The factor is exp(−IoU² / sigma) itself: 1 where nothing overlaps.",
    )
    expect(not np.isclose(result[0], 0.4), "That is 1 − IoU, the linear form. Here the factor is exp(−IoU² / sigma).")
    expect_close(result, [0.8 * np.exp(-0.5), 0.9], "the result for two boxes", hint="Their IoU is a half.")
    row = np.array([[0, 0, 8, 8], [3, 0, 11, 8], [4, 0, 12, 8], [20, 0, 28, 8]])
    scores = np.array([0.5, 0.9, 0.6, 0.3])
    result = expect_array(call(answer, row, scores, 0.4), (4,), "the result for four boxes")
    expect(
        not np.allclose(result, gaussian_scores(row, scores, 0.5)),
        "With a sigma of 0.4 that is the result of 0.5. Is the sigma that was handed over the one in use?",
    )
    expect(
        not np.allclose(result, gaussian_scores(row, scores, 2 * 0.4**2)),
        "IoU² is divided by sigma itself here, not by 2 · sigma² as in the bell curve.",
    )
    expect(
        not np.allclose(result, _once(row, scores, 0.4)),
        "Only the best box has acted. Each box that is taken lowers the scores of those still waiting.",
    )
    expect(
        not np.allclose(result, _in_the_old_order(row, scores, 0.4)),
        "Who is next? The best by the scores of now, not by those at the start.",
    )
    expect_close(result, gaussian_scores(row, scores, 0.4), "the result for four boxes")
    rng = np.random.default_rng(13)
    for _ in range(20):
        corner = rng.integers(0, 12, (9, 2))
        many = np.concatenate([corner, corner + rng.integers(2, 9, (9, 2))], axis=1)
        scores = rng.permutation(9) / 9 + 0.05
        result = expect_array(call(answer, many, scores, 0.4), (9,), "the result for nine boxes")
        expect(
            not np.allclose(result, _in_the_old_order(many, scores, 0.4))
            or np.allclose(result, gaussian_scores(many, scores, 0.4)),
            "Who is next? The best by the scores of now, not by those at the start.",
        )
        expect_close(result, gaussian_scores(many, scores, 0.4), "the result for nine boxes")
    expect_close(call(answer, np.zeros((0, 4), int), np.zeros(0), 0.5), np.zeros(0), "the result for no boxes")


def _once(many, scores, sigma=0.5):
    new, top = np.array(scores, float), int(np.argmax(scores))
    weights = np.exp(-(boxes.iou(many[[top]], many)[0] ** 2) / sigma)
    weights[top] = 1
    return new * weights


def _in_the_old_order(many, scores, sigma=0.5):
    new = np.array(scores, float)
    order = np.argsort(-new, kind="stable")
    for rank, top in enumerate(order):
        rest = order[rank + 1 :]
        new[rest] *= np.exp(-(boxes.iou(many[[top]], many[rest])[0] ** 2) / sigma)
    return new


EXERCISES = [
    Exercise(
        name="shared_area",
        kind="function",
        title="The shared area (5 minutes)",
        stub=(
            "def shared_area(a, b):\n"
            '    """The area that two boxes (x0, y0, x1, y1) have in common; corners may be fractions."""\n'
            "    ..."
        ),
        solution=shared_area,
        check=check_shared_area,
        hint="The shared width ends at the earlier of the two right sides. And if it ends before it begins?",
    ),
    Exercise(
        name="intersection_over_union",
        kind="function",
        title="The share (5 minutes)",
        stub=(
            "def intersection_over_union(a, b):\n"
            '    """Shared area over the area that both cover together, from 0 to 1."""\n'
            "    ..."
        ),
        solution=intersection_over_union,
        check=check_intersection_over_union,
        hint="The area of one box is its width times its height. The shared part lies in both.",
    ),
    Exercise(
        name="plain_nms",
        kind="function",
        title="The sentence as a program (10 minutes)",
        stub=(
            "def plain_nms(many, scores, threshold=0.5):\n"
            '    """The places of the kept boxes, best first."""\n'
            "    waiting = sorted(range(len(many)), key=lambda place: -scores[place])  # sort by score\n"
            "    kept = []\n"
            "    while waiting:  # repeat\n"
            "        top, *waiting = waiting\n"
            "        kept.append(top)  # keep the top\n"
            "        waiting = [place for place in waiting if ...]  # delete what overlaps it\n"
            "    return kept"
        ),
        solution=plain_nms,
        check=check_plain_nms,
        hint="Compare the overlap of two boxes with the threshold: the top, and the one at this place.",
    ),
    Exercise(
        name="distance_iou",
        kind="function",
        title="Distance IoU (10 minutes)",
        stub='def distance_iou(a, b):\n    """DIoU of two boxes (x0, y0, x1, y1)."""\n    ...',
        solution=distance_iou,
        check=check_distance_iou,
        hint="Three parts: the IoU of the lesson; the two centers; the hull, with the outermost corners.",
    ),
    Exercise(
        name="gaussian_scores",
        kind="function",
        title="Softer (20 minutes)",
        stub=(
            "def gaussian_scores(many, scores, sigma):\n"
            '    """The new score of each box, in the order of the boxes."""\n'
            "    ..."
        ),
        solution=gaussian_scores,
        check=check_gaussian_scores,
        hint=(
            "Begin with plain_soft_nms of the lesson. One line goes and one changes; "
            "mind the order in which the scores come back."
        ),
    ),
]
