"""The exercises of lesson 14, an object detector."""

import numpy as np

from utils import boxes
from utils.exercises.engine import Exercise, call, expect, expect_array, expect_close, expect_parts

# ---- Center-ness ----


def center_ness(distances):
    """How central a cell is in its box: 1 in the middle, 0 at a side; distances (N, 4): left, up, right, down."""
    left, up, right, down = distances.T
    across = np.minimum(left, right) / np.maximum(left, right)
    along = np.minimum(up, down) / np.maximum(up, down)
    return np.sqrt(across * along)


def check_center_ness(answer):
    middle = expect_array(call(answer, np.array([[3.0, 5.0, 3.0, 5.0]])), (1,), "the result for one cell")
    expect(np.allclose(middle, 1), "A cell in the very middle has center-ness 1. Which distances belong together?")
    side = expect_array(call(answer, np.array([[0.0, 5.0, 6.0, 5.0]])), (1,), "the result for one cell")
    expect(np.allclose(side, 0), "A cell on a side of its box has center-ness 0, however central it is up and down.")
    distances = np.random.default_rng(14).uniform(0.5, 9, size=(40, 4))
    right = center_ness(distances)
    result = expect_array(call(answer, distances), (40,))
    expect(not np.allclose(result, right**2), "That is the product of the two ratios. Something is still to be done.")
    expect(
        not np.allclose(result, np.sqrt(_ratio(distances[:, :2]) * _ratio(distances[:, 2:]))),
        "Left belongs to right, and up to down: which columns are these?",
    )
    expect(np.all(result <= 1 + 1e-9), "Center-ness is never over 1: the smaller distance goes over the larger.")
    expect_close(result, right, hint="Two ratios, each of two distances along one axis.")


def _ratio(pair):
    return pair.min(axis=1) / pair.max(axis=1)


# ---- How much may a side be off? ----


def largest_slip(width, height, threshold):
    """How far the right side may lie too far to the right, and too far to the left, at this IoU."""
    # Outward the union grows, and the IoU is width / (width + d); inward the common part shrinks, (width - d) / width.
    return width / threshold - width, width * (1 - threshold)


def check_largest_slip(answer):
    expect_parts(call(answer, 10.0, 20.0, 0.5), 2, "Return two numbers, (outward, inward).")
    for width, height, threshold in ((10.0, 30.0, 0.5), (12.0, 19.0, 0.9), (28.0, 7.0, 0.75)):
        pair = call(answer, width, height, threshold)
        outward, inward = expect_array(pair, (2,), "the pair")
        expect(outward > 0 and inward > 0, "Both are distances: positive numbers of pixels.")
        expect(
            not (np.isclose(outward, width * (1 - threshold)) and np.isclose(inward, width / threshold - width)),
            "The two are the right ones in the wrong order: outward comes first.",
        )
        expect(
            not np.isclose(outward, height / threshold - height) or np.isclose(width, height),
            "Only the right side is off. Does the height matter at all?",
        )
        expect(
            not (np.isclose(outward, inward) and np.isclose(inward, width * (1 - threshold))),
            "The inward one is right. Outward, the common part stays as it is, and the union grows.",
        )
        truth = np.array([[0, 0, width, height]])
        for name, moved in (("outward", width + outward), ("inward", width - inward)):
            expect(moved > 0, "Inward, the box has no width left.")
            overlap = boxes.iou(truth, np.array([[0, 0, moved, height]]))[0, 0]
            expect(
                not 1e-6 <= abs(overlap - threshold) < 0.01,
                f"Your {name} distance is close. A formula gives it exactly, without a search and without rounding.",
            )
            expect(
                abs(overlap - threshold) < 1e-6,
                f"With your {name} distance the IoU is not the threshold. Write common part and union as lengths.",
            )


# ---- SSD's coding ----


def ssd_decode(offsets, anchors, variances=(0.1, 0.2)):
    """Boxes (N, 4) from SSD's offsets (N, 4) to anchors (N, 4; x0, y0, x1, y1)."""
    size = anchors[:, 2:] - anchors[:, :2]
    middle = (anchors[:, :2] + anchors[:, 2:]) / 2 + offsets[:, :2] * variances[0] * size
    half = size * np.exp(offsets[:, 2:] * variances[1]) / 2
    return np.concatenate([middle - half, middle + half], axis=1)


def check_ssd_decode(answer):
    rng = np.random.default_rng(14)
    low = rng.uniform(0, 40, size=(30, 2))
    anchors = np.concatenate([low, low + rng.uniform(5, 20, size=(30, 2))], axis=1)
    still = expect_array(call(answer, np.zeros((30, 4)), anchors, (0.1, 0.2)), (30, 4), "the result for offsets of 0")
    expect(
        not np.allclose(still, boxes.to_center_size(anchors)),
        "That is middle and size. The result is x0, y0, x1, y1.",
    )
    expect_close(still, anchors, "the result for offsets of 0", hint="Offsets of 0 say: the box is the anchor.")
    offsets = rng.normal(size=(30, 4))
    for variances in ((0.1, 0.2), (0.5, 0.3), (1.0, 1.0)):
        result = expect_array(call(answer, offsets, anchors, variances), (30, 4))
        right = ssd_decode(offsets, anchors, variances)
        expect(
            variances != (0.1, 0.2) or not np.allclose(result, ssd_decode(offsets, anchors, (1.0, 1.0))),
            "Where are the variances? The encoder divides by them.",
        )
        expect(
            variances == (1.0, 1.0) or not np.allclose(result, ssd_decode(offsets, anchors, variances[::-1])),
            "The first variance belongs to the middle, the second to the size.",
        )
        expect(
            variances == (1.0, 1.0)
            or not np.allclose(result, ssd_decode(offsets, anchors, tuple(1 / v for v in variances))),
            "The encoder divides by the variances. What does the decoder do?",
        )
        expect(
            variances == (0.1, 0.2) or not np.allclose(result, ssd_decode(offsets, anchors)),
            "It works for the variances 0.1 and 0.2 alone. Use the argument.",
        )
        size = anchors[:, 2:] - anchors[:, :2]
        expect(
            not np.allclose(result, right + np.tile(offsets[:, :2] * variances[0] * (1 - size), 2)),
            "The size is right. In what unit is the shift of the middle?",
        )
        expect(
            not np.allclose(result, right + np.tile((right[:, 2:] - right[:, :2] - size) / 2, 2)),
            "The size is right. But a box grows from its middle, not from its corner.",
        )
        linear = ssd_decode(np.column_stack([offsets[:, :2], np.zeros((30, 2))]), anchors, variances)
        expect(
            not np.allclose(result, linear),
            "The middle is right. The size is that of the anchor still: the logarithm wants to be undone.",
        )
        expect_close(result, right, hint="Undo the encoder step by step, the last step first.")


# ---- One NMS for all classes ----


def moved_apart(places, class_ids):
    """Move the boxes of each class to a place of its own, so that boxes of two classes never meet."""
    if len(places) == 0:
        return places
    room = places.max() - places.min() + 1
    return places + class_ids[:, None] * room


def check_moved_apart(answer):
    rng = np.random.default_rng(14)
    for shift, scale, count in ((0, 1, 60), (-35, 1, 60), (0, 1, 1), (0, 1, 0), (0, 100, 60)):
        low = rng.uniform(0, 40, size=(count, 2)) + shift
        places = scale * np.concatenate([low, low + rng.uniform(10, 30, size=(count, 2))], axis=1)
        class_ids, scores = rng.integers(0, 4, size=count), rng.uniform(size=count)
        moved = expect_array(call(answer, places, class_ids), None, f"the result for {count} boxes")
        if count or moved.size:  # no boxes may be an empty list
            expect_array(moved, (count, 4), f"the result for {count} boxes")
        exact = 1e-3 if moved.dtype == np.float32 else 1e-6  # of a box far out, float32 knows the sides less exactly
        before, after = boxes.areas(places), boxes.areas(moved) if _are_boxes(moved) else np.full(count, np.nan)
        expect(
            np.allclose(before, after, exact) or not np.allclose(np.sort(before), np.sort(after), exact),
            "The boxes are there in another order: row i of the result is box i.",
        )
        expect(
            np.allclose(before, after, exact),
            "Sizes have to stay: move all four numbers of a box, not two of them.",
        )
        meets = boxes.iou(moved, moved) > 1e-5  # side by side, rounding may make two boxes share a hair
        other = class_ids[:, None] != class_ids
        where = " when coordinates are negative" if shift < 0 else " in a larger picture" if scale > 1 else ""
        expect(
            not np.any(meets & other),
            f"Boxes of two classes still meet{where}. How far apart must two classes be, at the least?",
        )
        expect(
            np.allclose(boxes.iou(moved, moved)[~other], boxes.iou(places, places)[~other], atol=exact),
            "Boxes of one class have to keep their places to each other: move them all alike.",
        )
        by_class = boxes.nms(places, scores, 0.5, class_ids)
        expect(
            np.array_equal(boxes.nms(moved, scores, 0.5), by_class), "NMS of your boxes keeps others than it should."
        )


def _are_boxes(moved):
    return bool(not moved.size or np.all(moved[:, 2:] >= moved[:, :2]))


EXERCISES = [
    Exercise(
        name="center_ness",
        kind="function",
        title="Center-ness (10 minutes)",
        stub=(
            "def center_ness(distances):\n"
            '    """1 in the middle of the box, 0 at a side; distances (N, 4): left, up, right, down."""\n'
            "    ..."
        ),
        solution=center_ness,
        check=check_center_ness,
        hint="np.minimum and np.maximum compare two columns row by row. The columns are left, up, right, down.",
    ),
    Exercise(
        name="largest_slip",
        kind="function",
        title="How much may a side be off? (15 minutes)",
        stub=(
            "def largest_slip(width, height, threshold):\n"
            '    """How far the right side may be off at this IoU: (outward, inward)."""\n'
            "    ..."
        ),
        solution=largest_slip,
        check=check_largest_slip,
        hint="Draw both boxes. One of common part and union is the true box itself, in both cases; which?",
    ),
    Exercise(
        name="ssd_decode",
        kind="function",
        title="SSD's coding (20 minutes)",
        stub=(
            "def ssd_decode(offsets, anchors, variances=(0.1, 0.2)):\n"
            '    """Boxes (N, 4) from the offsets (N, 4) to anchors (N, 4; x0, y0, x1, y1)."""\n'
            "    ..."
        ),
        solution=ssd_decode,
        check=check_ssd_decode,
        hint="Test it as the lesson does: write the encoder from the text, and decode what it encodes.",
    ),
    Exercise(
        name="moved_apart",
        kind="function",
        title="One NMS for all classes (30 minutes)",
        stub=(
            "def moved_apart(places, class_ids):\n"
            '    """Boxes (N, 4), moved so that boxes of two classes never meet."""\n'
            "    ..."
        ),
        solution=moved_apart,
        check=check_moved_apart,
        hint="Give class 0, 1, 2, … a corner of its own. From the smallest to the largest coordinate, how far is it?",
    ),
]
