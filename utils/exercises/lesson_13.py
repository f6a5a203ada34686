"""The exercises of lesson 13, IoU and NMS."""

import numpy as np

from utils import boxes
from utils.exercises.engine import Exercise, call, expect, expect_array, expect_close, expect_number

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

    expect(
        np.isclose(value((0, 0, 2, 2), (0, 0, 2, 2)), 1),
        "Equal boxes: their IoU is 1, and their centers are not apart.",
    )
    result = value((0, 0, 2, 2), (6, 0, 8, 2))
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
    # All corners are whole numbers, and integers: the lesson's own intersection_over_union takes no others.
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
    expect_close(result, [0.8 * np.exp(-0.5), 0.9], "the result for two boxes", hint="Their IoU is a half.")
    row = np.array([[0, 0, 8, 8], [3, 0, 11, 8], [4, 0, 12, 8], [20, 0, 28, 8]])
    scores = np.array([0.5, 0.9, 0.6, 0.3])
    result = expect_array(call(answer, row, scores, 0.5), (4,), "the result for four boxes")
    expect(
        not np.allclose(result, _once(row, scores)),
        "Only the best box has acted. Each box that is taken lowers the scores of those still waiting.",
    )
    expect(
        not np.allclose(result, _in_the_old_order(row, scores)),
        "Who is next? The best by the scores of now, not by those at the start.",
    )
    expect_close(result, gaussian_scores(row, scores, 0.5), "the result for four boxes")
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


# ---- Eleven points ----


def eleven_point_precision(scores, correct, objects):
    """Average precision as PASCAL VOC 2007 computes it."""
    hits = np.asarray(correct, bool)[np.argsort(-np.asarray(scores, float), kind="stable")]
    found = np.cumsum(hits)
    precision, recall = found / np.arange(1, len(found) + 1), found / objects
    return sum(max(precision[recall >= level / 10], default=0) for level in range(11)) / 11


def check_eleven_point_precision(answer):
    def value(scores, correct, objects):
        result = call(answer, np.array(scores, float), np.array(correct, bool), objects)
        return expect_number(result, f"the result for correct={[bool(one) for one in correct]}, {objects} objects")

    result = value([0.9, 0.8, 0.7], [True, True, True], 4)
    expect(
        not np.isclose(result, 1.0),
        "Three of four objects are found. The recalls that are never reached count as well, with precision 0.",
    )
    expect(not np.isclose(result, 0.7), "Count the levels of recall from 0 to 1, both ends among them.")
    expect(not np.isclose(result, 0.75), "That is the whole area. Here precision is read at eleven levels of recall.")
    expect_close(result, 8 / 11, "the result for three of four found", hint="Which levels does a recall of 3/4 reach?")
    result = value([0.2, 0.9], [True, False], 1)
    expect(not np.isclose(result, 1.0), "Sort the answers by score first, the best one in front.")
    expect(
        not np.isclose(result, 10 * 0.5 / 11),
        "At each level it is the best precision at this recall or a higher one: "
        "not the first one that reaches it, and not only those beyond it.",
    )
    expect_close(result, 0.5, "the result for a right answer behind a wrong one")
    result = value([0.9, 0.8, 0.7, 0.6], [True, False, False, True], 4)
    expect_close(result, (3 * 1 + 3 * 0.5) / 11, "the result for right, wrong, wrong, right of 4 objects")
    result = value([0.9, 0.8, 0.7, 0.6, 0.5], [False, True, True, True, True], 9)
    expect_close(result, 5 * 0.8 / 11, "the result for a wrong answer before four right ones, of 9 objects")
    expect_close(value([0.5], [False], 3), 0.0, "the result for a single wrong answer")
    expect_close(value([], [], 3), 0.0, "the result for no answers", hint="Then no level of recall is reached.")
    result = value([0.9, 0.8, 0.7], [True, True, True], 5)
    expect(
        not np.isclose(result, 6 / 11),
        "Recall 3/5 reaches the level 0.6. In floats, 6 · 0.1 is a hair more than that: make the levels another way.",
    )
    expect_close(result, 7 / 11, "the result for three of five found")
    rng = np.random.default_rng(13)
    for _ in range(20):
        scores, correct = rng.permutation(12) / 12, rng.random(12) < 0.5
        expect_close(
            value(scores, correct, 13), eleven_point_precision(scores, correct, 13), "the result for random answers"
        )


# ---- What went wrong? ----


def name_the_errors(answers, scores, objects):
    """One word for each answer: right, repeated, misplaced, or background."""
    words, taken = [""] * len(answers), set()
    overlap = boxes.iou(answers, objects)
    for place in np.argsort(-scores, kind="stable"):
        fits = np.flatnonzero(overlap[place] >= 0.5)
        free = [number for number in fits if number not in taken]
        if free:
            words[place] = "right"
            taken.add(max(free, key=lambda number: overlap[place, number]))
        elif len(fits):
            words[place] = "repeated"
        else:
            words[place] = "misplaced" if max(overlap[place], default=0) >= 0.1 else "background"
    return words


_A_TENTH = (
    "An IoU of exactly 0.1 is misplaced still. (If you compute in fractions: Fraction(1, 10) is less than the float "
    "0.1, which is rounded up. Compare it with Fraction(1, 10).)"
)


def check_name_the_errors(answer):
    def words(answers, scores, objects):
        shaped = [np.array(many, int).reshape(-1, 4) for many in (answers, objects)]  # for intersection_over_union
        result = call(answer, shaped[0], np.array(scores, float), shaped[1])
        expect(
            isinstance(result, list | tuple | np.ndarray) and len(result) == len(answers),
            f"The result should be a list of words, one for each answer: {len(answers)} of them.",
        )
        known = {"right", "repeated", "misplaced", "background"}
        unknown = {str(word) for word in result} - known
        expect(not unknown, f"There are four words, {', '.join(sorted(known))}. Yours has others: {sorted(unknown)}.")
        return [str(word) for word in result]

    square, far = [0, 0, 10, 10], [50, 50, 60, 60]
    expect(words([square], [0.9], [square]) == ["right"], "An answer that is equal to the only object is right.")
    expect(
        words([square, square], [0.9, 0.8], [square]) == ["right", "repeated"],
        "The second answer for the same object overlaps it enough, but finds it taken.",
    )
    expect(
        words([square, square], [0.8, 0.9], [square]) == ["repeated", "right"],
        "The best score chooses first. The words stand in the order of the answers.",
    )
    expect(
        words([[0, 0, 10, 5]], [0.9], [square]) == ["right"], "An IoU of exactly 0.5 is enough: at least the threshold."
    )
    expect(words([[0, 0, 10, 3]], [0.9], [square]) == ["misplaced"], "An IoU of 0.3 is a misplaced answer.")
    expect(words([[0, 0, 10, 1]], [0.9], [square]) == ["misplaced"], _A_TENTH)
    expect(words([far], [0.9], [square]) == ["background"], "An answer far from all objects is background.")
    expect(words([square], [0.9], []) == ["background"], "Without objects, every answer is background.")
    expect(words([], [], [square]) == [], "Without answers there are no words.")
    expect(
        words([square, [0, 0, 10, 3]], [0.9, 0.8], [square]) == ["right", "misplaced"],
        "An answer that overlaps a taken object by less than 0.5 does not repeat it.",
    )
    objects = [[0, 0, 10, 10], [0, 3, 10, 13]]
    result = words([[0, 0, 10, 10], [0, 1, 10, 11]], [0.9, 0.8], objects)
    expect(
        result == ["right", "right"],
        "The second answer fits the first object best, which is taken. But another one that it fits is still free.",
    )
    for ordered in (objects, objects[::-1]):
        result = words([[0, 1, 10, 11], [0, 6, 10, 16]], [0.9, 0.8], ordered)
        expect(result == ["right"] * 2, "Of several free objects, an answer takes the one it fits best.")
    rng = np.random.default_rng(13)
    for _ in range(30):
        corner = rng.integers(0, 15, (10, 2))
        many = np.concatenate([corner, corner + rng.integers(4, 9, (10, 2))], axis=1)
        scores = rng.permutation(10) / 10
        moved = many[:4] + np.repeat(rng.integers(0, 3, (4, 1)), 4, axis=1)
        expect(
            words(many, scores, moved) == name_the_errors(many.astype(float), scores, moved.astype(float)),
            "It is not right for random boxes. Who is free, when each answer has its turn?",
        )


EXERCISES = [
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
        hint="Begin with plain_soft_nms of the lesson. Two lines go; mind the order in which the scores come back.",
    ),
    Exercise(
        name="eleven_point_precision",
        kind="function",
        title="Eleven points (20 minutes)",
        stub=(
            "def eleven_point_precision(scores, correct, objects):\n"
            '    """Average precision; correct: is this answer right?; objects: how many there are."""\n'
            "    ..."
        ),
        solution=eleven_point_precision,
        check=check_eleven_point_precision,
        hint="Sort, then running sums give precision and recall. At each level, which of the precisions may be taken?",
    ),
    Exercise(
        name="name_the_errors",
        kind="function",
        title="What went wrong? (40 minutes)",
        stub=(
            "def name_the_errors(answers, scores, objects):\n"
            '    """One word for each answer, in the order given. The best score chooses first."""\n'
            "    ..."
        ),
        solution=name_the_errors,
        check=check_name_the_errors,
        hint="For each answer, best first: which objects does it fit, and which of these are free?",
    ),
]
