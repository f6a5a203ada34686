"""The exercises of lesson 13b, average precision."""

import numpy as np

from utils import boxes
from utils.exercises.engine import Exercise, call, expect, expect_array, expect_close, expect_number, expect_parts

# ---- The judge ----


def judge(ranked, objects, threshold=0.5):
    """For each answer, best first: does it overlap a free object by at least the threshold?"""
    free, verdicts = list(range(len(objects))), []
    for answer in ranked:
        overlap = boxes.iou([answer], objects)[0]
        fits = [number for number in free if overlap[number] >= threshold]
        verdicts.append(len(fits) > 0)
        if fits:  # of equals the last one, as COCO does
            best = max(fits, key=lambda number: (overlap[number], number))
            free = [number for number in free if number != best]
    return verdicts


def _is_a_matter_of_ties(of_order, objects):
    """Is the result another one for the objects in reversed order? Then an answer may take either of two equals."""
    return of_order(objects) != of_order(objects[::-1])


def check_judge(answer):
    def verdicts(ranked, objects, threshold=0.5):
        shaped = [np.array(many, float).reshape(-1, 4) for many in (ranked, objects)]
        text = f"The result should be a list with True or False for each answer: {len(ranked)} of them."
        return [bool(one) for one in expect_parts(call(answer, *shaped, threshold), len(ranked), text)]

    square, far = [0, 0, 10, 10], [50, 50, 60, 60]
    expect(verdicts([square], [square]) == [True], "An answer that is equal to the only object is right.")
    expect(
        verdicts([far], [square]) == [False],
        "An answer far from all objects is wrong, though an object is free: it has to overlap it enough.",
    )
    expect(
        verdicts([[0, 0, 10, 3], square], [square]) == [False, True],
        "An IoU of 0.3 is not enough, and such an answer leaves the object free for the next one.",
    )
    expect(
        verdicts([[0, 0, 10, 5]], [square]) == [True],
        "An IoU of exactly the threshold is enough: at least 0.5, not over it.",
    )
    expect(
        verdicts([[0, 0, 10, 7]], [square], 0.9) == [False],
        "At a threshold of 0.9 an IoU of 0.7 is not enough. Is the threshold that was handed over the one in use?",
    )
    expect(verdicts([square, square], [square]) == [True, False], "A second answer for the same object finds it taken.")
    near = [[0, 0, 10, 10], [3, 0, 13, 10]]
    for ordered in (near, near[::-1]):
        expect(
            verdicts([[1, 0, 11, 10], [5, 0, 15, 10]], ordered) == [True, True],
            "Of two objects that it fits, an answer takes the one it overlaps most, and leaves the other to the next.",
        )
        expect(
            verdicts([[0, 0, 10, 10], [1, 0, 11, 10]], ordered) == [True, True],
            "The object that the second answer fits best is taken, but another one that it fits is still free.",
        )
    rng = np.random.default_rng(13)
    for _ in range(40):
        corner = rng.integers(0, 6, (10, 2))
        many = np.concatenate([corner, corner + rng.integers(5, 9, (10, 2))], axis=1).astype(float)
        moved, threshold = many[:4] + rng.integers(0, 3, (4, 1)), float(rng.choice([0.4, 0.5, 0.7]))
        if _is_a_matter_of_ties(lambda ordered, many=many, at=threshold: judge(many, ordered, at), moved):
            continue
        expect(
            verdicts(many, moved, threshold) == judge(many, moved, threshold),
            "It is not right for ten random boxes and four objects.",
        )


# ---- Precision and recall ----


def precision_and_recall(right, objects):
    """Precision and recall after each answer."""
    found = np.cumsum(right)
    return found / np.arange(1, len(found) + 1), found / objects


def check_precision_and_recall(answer):
    def curve(right, objects):
        parts = expect_parts(call(answer, list(right), objects), 2, "Return two lists: precision, recall.")
        return [
            expect_array(part, (len(right),), name) for part, name in zip(parts, ("precision", "recall"), strict=True)
        ]

    precision, recall = curve([True, False, True, True], 5)
    expect(
        not (np.allclose(precision, [0.2, 0.2, 0.4, 0.6]) and np.allclose(recall, [1, 1 / 2, 2 / 3, 3 / 4])),
        "Precision comes first, then recall.",
    )
    expect(
        not np.allclose(recall, np.array([1, 1, 2, 3]) / 3),
        "Recall is a share of all objects, also of those that no answer finds.",
    )
    expect(
        not np.allclose(precision, np.array([1, 1, 2, 3]) / 4),
        "Precision is a share of the answers *so far*: one after the first, two after the second.",
    )
    expect(not np.allclose(precision, [1, 0, 1, 1]), "How many of the answers so far are right, not only the last one?")
    expect_close(precision, [1, 1 / 2, 2 / 3, 3 / 4], "precision", hint="After two answers, one is right: a half.")
    expect_close(
        recall, [1 / 5, 1 / 5, 2 / 5, 3 / 5], "recall", hint="After two answers, one of five objects is found."
    )
    rng = np.random.default_rng(13)
    for _ in range(10):
        right = (rng.random(12) < 0.5).tolist()
        for given, known, name in zip(
            curve(right, 13), precision_and_recall(right, 13), ("precision", "recall"), strict=True
        ):
            expect_close(given, known, f"{name} of twelve answers")


# ---- The area under the stair ----


def average_precision(precision, recall):
    """The area under the best precision from each recall on."""
    strips = np.diff(np.array(recall, float), prepend=0)
    return sum(strip * max(precision[rank:]) for rank, strip in enumerate(strips))


def check_average_precision(answer):
    def area(precision, recall):
        result = call(answer, list(precision), list(recall))
        return expect_number(result, f"the result for precisions {list(precision)} and recalls {list(recall)}")

    result = area([1, 0.5], [0.5, 1])
    expect(
        not np.isclose(result, 1.5), "That is the sum of the precisions. Each counts as much as recall rises with it."
    )
    expect(
        not np.isclose(result, 1),
        "Each strip is as high as the best precision at this recall or a higher one, not the best of all.",
    )
    straight = np.isclose(result, [0.375, 0.625, 0.875]).any()  # from the first recall on; from 0, at 0 or at 1
    expect(not straight, "That is the area under straight lines from point to point; a stair has none.")
    expect_close(result, 0.75, "the area for precisions 1, 1/2 at recalls 1/2, 1", hint="Two strips, each 1/2 wide.")
    result = area([1, 0.5], [0.25, 0.5])
    expect(
        not np.isclose(result, 0.75),
        "What is never found costs its share: from the last recall to 1 the area is empty.",
    )
    expect_close(result, 0.375, "the area where only half of the objects are found")
    result = area([0, 0.5], [0, 1])
    expect_close(result, 0.5, "the area for a wrong answer before a right one")
    precision, recall = [1, 1 / 2, 2 / 3, 3 / 4, 3 / 5], [1 / 5, 1 / 5, 2 / 5, 3 / 5, 3 / 5]
    result = area(precision, recall)
    expect(
        not np.isclose(result, (1 + 2 / 3 + 3 / 4) / 5),
        "That is the area under the zigzag. Each strip is as high as the best precision from there on.",
    )
    expect_close(result, (1 + 3 / 4 + 3 / 4) / 5, "the area for right, wrong, right, right, wrong of 5 objects")
    rng = np.random.default_rng(13)
    for _ in range(10):
        right = rng.random(12) < 0.5
        curve = [values.tolist() for values in precision_and_recall(right, 13)]
        expect_close(area(*curve), average_precision(*curve), "the area for twelve random answers")


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
        "Three of four objects are found. Recall is a share of all four, and the recalls that are never reached count "
        "as well, with precision 0.",
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
    expect(
        not np.isclose(result, 0.25), "Precision is not read from straight lines between the answers; a stair has none."
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
        "Recall 3/5 reaches the level 0.6. In floats 6 · 0.1 is a hair more: divide whole numbers, np.arange(11) / 10.",
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
            taken.add(max(free, key=lambda number: (overlap[place, number], number)))
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
        shaped = many.astype(float), scores
        if _is_a_matter_of_ties(lambda ordered, shaped=shaped: name_the_errors(*shaped, ordered), moved.astype(float)):
            continue
        expect(
            words(many, scores, moved) == name_the_errors(*shaped, moved.astype(float)),
            "It is not right for random boxes. Who is free, when each answer has its turn?",
        )


EXERCISES = [
    Exercise(
        name="judge",
        kind="function",
        title="The judge (5 minutes)",
        stub=(
            "def judge(ranked, objects, threshold=0.5):\n"
            '    """For each answer, best first: is it right?"""\n'
            "    free, verdicts = list(range(len(objects))), []\n"
            "    for answer in ranked:\n"
            "        overlap = boxes.iou([answer], objects)[0]\n"
            "        fits = ...  # a list: the numbers of the free objects that the answer overlaps enough\n"
            "        verdicts.append(len(fits) > 0)\n"
            "        if fits:  # of equals the last one, as COCO does\n"
            "            best = max(fits, key=lambda number: (overlap[number], number))\n"
            "            free = [number for number in free if number != best]\n"
            "    return verdicts"
        ),
        solution=judge,
        check=check_judge,
        hint="How much the answer overlaps an object is overlap[number]. For which numbers in free is that enough?",
    ),
    Exercise(
        name="precision_and_recall",
        kind="function",
        title="Two running shares (10 minutes)",
        stub=(
            "def precision_and_recall(right, objects):\n"
            '    """Two lists; right: is this answer right, best first; objects: how many there are."""\n'
            "    ..."
        ),
        solution=precision_and_recall,
        check=check_precision_and_recall,
        hint="Both have the same numerator, the number of right answers so far. np.cumsum counts it.",
    ),
    Exercise(
        name="average_precision",
        kind="function",
        title="The area (10 minutes)",
        stub='def average_precision(precision, recall):\n    """The area under the stair."""\n    ...',
        solution=average_precision,
        check=check_average_precision,
        hint="A strip's width is this recall less the one before; its height is the largest of precision[rank:].",
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
