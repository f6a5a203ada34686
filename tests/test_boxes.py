"""Boxes: against the definition, TensorFlow's NMS, pycocotools and a plain reading of PASCAL VOC's rules."""

import contextlib
import io
import re
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from utils import boxes as bx
from utils import runtime

runtime.start_lesson(seed=13)

import keras  # noqa: E402 (the backend is chosen above)

tf = pytest.importorskip("tensorflow")

SQUARE = [[0.0, 0.0, 2.0, 2.0]]


def random_boxes(rng, count, side=20, largest=12):
    """Boxes with whole corners, some of them without area; whole corners make ties and exact thresholds likely."""
    corner = rng.integers(0, side, size=(count, 2))
    return np.concatenate([corner, corner + rng.integers(0, largest, size=(count, 2))], axis=1).astype(np.float32)


def random_scores(rng, count):
    """Scores with many equal ones."""
    return (rng.integers(0, 8, size=count) / 8).astype(np.float32)


@st.composite
def box_sets(draw, least=0, most=12):
    count = draw(st.integers(least, most))
    numbers = st.integers(0, 30)
    corners = [draw(st.tuples(numbers, numbers, st.integers(0, 15), st.integers(0, 15))) for _ in range(count)]
    return np.array([[x, y, x + w, y + h] for x, y, w, h in corners], float).reshape(-1, 4)


@st.composite
def scored(draw, distinct=False):
    boxes = draw(box_sets())
    number = st.integers(0, 1000 if distinct else 5)
    scores = draw(st.lists(number, min_size=len(boxes), max_size=len(boxes), unique=distinct))
    return boxes, np.array(scores, float) / 1000, draw(st.sampled_from([0.0, 0.2, 1 / 3, 0.5, 0.7, 1.0]))


def plain_iou(a, b):
    """The definition, for two boxes."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = wide * high if wide > 0 and high > 0 else 0.0
    together = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared / together if together else 0.0


def plain_generalized_iou(a, b):
    shared = max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))
    together = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    hull = (max(a[2], b[2]) - min(a[0], b[0])) * (max(a[3], b[3]) - min(a[1], b[1]))
    return plain_iou(a, b) - ((hull - together) / hull if hull else 0.0)


def plain_nms(boxes, scores, threshold, class_ids=None):
    """The definition, with lists."""
    waiting = sorted(range(len(boxes)), key=lambda i: -scores[i])
    kept = []
    while waiting:
        best = waiting.pop(0)
        kept.append(best)
        other = [class_ids is not None and class_ids[i] != class_ids[best] for i in waiting]
        waiting = [i for i, o in zip(waiting, other, strict=True) if o or plain_iou(boxes[best], boxes[i]) <= threshold]
    return kept


# ---- IoU ----


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ([1, 1, 3, 3], 1 / 7),
        ([1, 0, 3, 2], 1 / 3),
        ([0, 0, 2, 1], 1 / 2),
        ([0, 0, 2, 2], 1.0),
        ([2, 0, 4, 2], 0.0),  # touches
        ([2, 2, 4, 4], 0.0),  # touches at a corner
        ([9, 9, 10, 10], 0.0),
        ([1, 1, 1, 1], 0.0),  # a point inside
        ([0, 1, 2, 1], 0.0),  # a line inside
    ],
)
def test_iou_of_the_smallest_boxes(other, expected):
    assert bx.iou(SQUARE, [other]).item() == expected
    assert bx.iou([other], SQUARE).item() == expected


def test_generalized_iou_of_the_smallest_boxes():
    assert bx.generalized_iou([[0, 0, 1, 1]], [[2, 0, 3, 1]]).item() == -1 / 3
    assert bx.generalized_iou(SQUARE, SQUARE).item() == 1
    assert bx.generalized_iou(SQUARE, [[2, 0, 4, 2]]).item() == 0, "touching boxes fill their hull"
    assert bx.generalized_iou([[0, 0, 0, 0]], [[0, 0, 0, 0]]).item() == 0, "a hull without area"
    assert bx.generalized_iou([[0, 0, 0, 0]], [[0, 5, 0, 9]]).item() == 0, "a hull without area"
    assert bx.generalized_iou([[0, 0, 0, 0]], [[1, 1, 1, 1]]).item() == -1, "nothing covers the hull"


@settings(max_examples=200, deadline=None)
@given(box_sets(), box_sets())
def test_overlap_is_the_definition_symmetric_and_in_range(a, b):
    for function, plain, low in ((bx.iou, plain_iou, 0), (bx.generalized_iou, plain_generalized_iou, -1)):
        table = function(a, b)
        assert table.shape == (len(a), len(b)) and table.dtype == np.float64
        np.testing.assert_allclose(table, [[plain(p, q) for q in b] for p in a] or np.zeros((0, len(b))), atol=1e-12)
        np.testing.assert_array_equal(table, function(b, a).T)
        assert ((table >= low) & (table <= 1)).all()
    own = np.diag(bx.iou(a, a))
    np.testing.assert_array_equal(own, bx.areas(a) > 0, "a box with an area has IoU 1 with itself")
    np.testing.assert_array_equal(np.diag(bx.generalized_iou(a, a)), own)
    assert (bx.generalized_iou(a, b) <= bx.iou(a, b)).all()


@settings(max_examples=150, deadline=None)
@given(box_sets(), box_sets(), st.integers(-50, 50), st.sampled_from([0.25, 0.5, 2, 64]))
def test_overlap_does_not_care_where_or_how_large(a, b, shift, scale):
    for function in (bx.iou, bx.generalized_iou):  # exact, since whole numbers and powers of two are
        np.testing.assert_array_equal(function(a, b), function(a + shift, b + shift))
        np.testing.assert_array_equal(function(a, b), function(a * scale, b * scale))
        np.testing.assert_array_equal(function(a, b), function(a[:, [1, 0, 3, 2]], b[:, [1, 0, 3, 2]]))


def test_iou_stays_in_range_for_any_floats():
    rng = np.random.default_rng(3)
    for dtype in (np.float32, np.float64):
        corners = np.sort(rng.normal(size=(300, 2, 2)) * 10.0 ** rng.integers(-6, 7, size=(300, 1, 1)), axis=1)
        boxes = corners.reshape(-1, 4).astype(dtype)
        table = bx.iou(boxes, boxes)
        assert table.dtype == dtype and table.min() >= 0 and table.max() == 1
        np.testing.assert_array_equal(np.diag(table), 1)
        assert np.abs(bx.generalized_iou(boxes, boxes)).max() <= 1 + 1e-6


def test_iou_is_that_of_keras():
    rng = np.random.default_rng(5)
    with_area = np.array([0, 0, 1, 1], np.float32)
    a, b = random_boxes(rng, 40) + with_area, random_boxes(rng, 30) + with_area
    by_keras = keras.utils.bounding_boxes.compute_iou(a, b, "xyxy")
    np.testing.assert_allclose(bx.iou(a, b), keras.ops.convert_to_numpy(by_keras), atol=1e-6)


def test_blocks_change_nothing(monkeypatch):
    rng = np.random.default_rng(4)
    a, b, scores = random_boxes(rng, 70), random_boxes(rng, 50), random_scores(rng, 70)
    before = bx.iou(a, b), bx.generalized_iou(a, b), bx.nms(a, scores, 0.3), bx.match(a, b, 0.3, 0.2)
    monkeypatch.setattr(bx, "_PAIRS", 64)
    monkeypatch.setattr(bx, "_BLOCK", 5)
    after = bx.iou(a, b), bx.generalized_iou(a, b), bx.nms(a, scores, 0.3), bx.match(a, b, 0.3, 0.2)
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)


# ---- Other forms ----


@settings(max_examples=100, deadline=None)
@given(box_sets())
def test_forms_go_there_and_back(boxes):
    np.testing.assert_array_equal(bx.from_center_size(bx.to_center_size(boxes)), boxes)
    np.testing.assert_array_equal(bx.from_xywh(bx.to_xywh(boxes)), boxes)
    np.testing.assert_array_equal(bx.areas(boxes), np.prod(bx.to_xywh(boxes)[:, 2:], axis=1))


def test_forms_of_one_box():
    np.testing.assert_array_equal(bx.to_center_size([[1, 2, 4, 8]]), [[2.5, 5, 3, 6]])
    np.testing.assert_array_equal(bx.to_xywh([[1, 2, 4, 8]]), [[1, 2, 3, 6]])
    assert bx.to_xywh(np.array(SQUARE, np.float32)).dtype == np.float32
    for function in (bx.from_center_size, bx.from_xywh):
        with pytest.raises(ValueError, match="width and height are 0 or more, but box 1"):
            function([[0, 0, 0, 1], [0, 0, -1, 1]])


# ---- NMS ----


@settings(max_examples=200, deadline=None)
@given(scored())
def test_nms_is_the_definition_and_keeps_its_promises(case):
    boxes, scores, threshold = case
    kept = bx.nms(boxes, scores, threshold)
    np.testing.assert_array_equal(kept, plain_nms(boxes, scores, threshold))
    assert (np.diff(scores[kept]) <= 0).all()
    assert len(boxes) == 0 or kept[0] == scores.argmax(), "the best box is always kept"
    pairs = bx.iou(boxes[kept], boxes[kept])[np.triu_indices(len(kept), 1)]
    assert (pairs <= threshold).all(), "no pair of kept boxes is over the threshold"
    again = bx.nms(boxes[kept], scores[kept], threshold)
    np.testing.assert_array_equal(again, np.arange(len(kept)), "a second time deletes nothing")
    for gone in set(range(len(boxes))) - set(kept):
        better = [k for k in kept if (-scores[k], k) < (-scores[gone], gone)]
        assert (bx.iou(boxes[[gone]], boxes[better]) > threshold).any(), "what is deleted has a better one over it"


@settings(max_examples=150, deadline=None)
@given(scored(distinct=True), st.randoms(use_true_random=False))
def test_nms_does_not_care_for_the_order_of_its_input(case, random):
    boxes, scores, threshold = case
    order = list(range(len(boxes)))
    random.shuffle(order)
    kept = bx.nms(boxes, scores, threshold)
    shuffled = bx.nms(boxes[order], scores[order], threshold)
    np.testing.assert_array_equal(kept, np.array(order, int)[shuffled])


def test_nms_equals_tensorflow_on_thousands_of_sets():
    rng = np.random.default_rng(13)
    with tf.device("CPU"):
        for number in range(4000):
            count = int(rng.integers(0, 30)) if number % 50 else 600
            boxes, scores = random_boxes(rng, count), random_scores(rng, count)
            if number % 3 == 0:
                boxes = boxes + rng.normal(scale=0.1, size=(count, 1)).astype(np.float32)
            threshold = float(rng.choice([0.0, 0.1, 0.25, 1 / 3, 0.5, 0.6, 0.75, 1.0]))
            expected = tf.image.non_max_suppression(boxes, scores, max(1, count), threshold).numpy()
            np.testing.assert_array_equal(bx.nms(boxes, scores, threshold), expected)


def test_nms_per_class_is_nms_of_each_class():
    rng = np.random.default_rng(14)
    for _ in range(200):
        boxes, scores, ids = random_boxes(rng, 25), random_scores(rng, 25), rng.integers(-2, 3, 25)
        kept = bx.nms(boxes, scores, 0.3, class_ids=ids)
        np.testing.assert_array_equal(kept, plain_nms(boxes, scores, 0.3, ids))
        apart = [np.flatnonzero(ids == one) for one in np.unique(ids)]
        apart = [places[bx.nms(boxes[places], scores[places], 0.3)] for places in apart]
        assert sorted(kept) == sorted(np.concatenate(apart))
        np.testing.assert_array_equal(bx.nms(boxes, scores, 0.3, np.full(25, 7)), bx.nms(boxes, scores, 0.3))


def test_nms_of_few_boxes():
    assert bx.nms([], []).tolist() == [] and bx.nms([], []).dtype == np.intp
    assert bx.nms(np.zeros((0, 4)), [], class_ids=[]).tolist() == []
    assert bx.nms(SQUARE, [0.3]).tolist() == [0]
    assert bx.nms(SQUARE * 3, [0.5, 0.5, 0.5]).tolist() == [0], "of equal boxes and scores, the first"
    assert bx.nms(SQUARE * 3, [0.1, 0.5, 0.5]).tolist() == [1]
    assert bx.nms([[0, 0, 2, 1], *SQUARE], [0.1, 0.9], 0.5).tolist() == [1, 0], "at the threshold a box stays"
    assert bx.nms([[0, 0, 2, 1], *SQUARE], [0.1, 0.9], 0.49).tolist() == [1]
    assert bx.nms([[0, 0, 2, 0]] * 3, [0.1, 0.9, 0.5], 0).tolist() == [1, 2, 0], "without area: all are kept"
    assert bx.nms([[0, 0, 1, 1], [1, 0, 2, 1]], [1, 2], 0).tolist() == [1, 0], "touching is no overlap"
    assert bx.nms([[0, 0, 2, 2], [0, 0, 2, 2]], [-3, -1]).tolist() == [1], "scores may be logits"


def test_a_chain_of_boxes_is_settled_from_the_best_on():
    chain = np.array([[3.0 * i, 0, 3 * i + 9, 1] for i in range(300)])  # each over 0.45 with its neighbors alone
    assert bx.nms(chain, -np.arange(300.0), 0.45).tolist() == list(range(0, 300, 2))


@pytest.mark.parametrize("kind", ["spread", "crowded", "equal"])
def test_100_000_boxes_need_little_memory(kind):
    rng = np.random.default_rng(15)
    corner = rng.uniform(0, {"spread": 3000, "crowded": 200, "equal": 0.001}[kind], (100_000, 2))
    boxes = np.concatenate([corner, corner + rng.uniform(20, 40, (100_000, 2))], axis=1).astype(np.float32)
    if kind == "spread":
        boxes[:, 2:] += 100
    tracemalloc.start()
    kept = bx.nms(boxes, rng.random(100_000))
    assigned = bx.match(boxes, boxes[:50])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6, f"{peak / 1e6:.0f} MB"
    assert len(kept) < 50_000 and len(assigned) == 100_000
    assert (np.triu(bx.iou(boxes[kept[:500]], boxes[kept[:500]]), 1) <= 0.5).all()


# ---- Soft-NMS ----


def plain_soft_nms(boxes, scores, weight, least):
    """The definition, with lists; weight(iou) is what a score is multiplied by."""
    waiting = {i: float(score) for i, score in enumerate(scores) if score >= least}
    chosen = []
    while waiting:
        best = max(waiting, key=lambda i: (waiting[i], -i))
        chosen.append((best, waiting.pop(best)))
        waiting = {i: s * weight(plain_iou(boxes[best], boxes[i])) for i, s in waiting.items()}
        waiting = {i: s for i, s in waiting.items() if s >= least}
    return chosen


@pytest.mark.parametrize("method", ["linear", "gaussian"])
def test_soft_nms_is_the_definition(method):
    rng = np.random.default_rng(16)
    for _ in range(300):
        count = int(rng.integers(0, 15))
        boxes, scores = random_boxes(rng, count).astype(float), rng.random(count)
        sigma, threshold, least = rng.uniform(0.1, 1), rng.choice([0.0, 0.3, 0.5]), rng.choice([0, 0.001, 0.2])
        if method == "linear":
            expected = plain_soft_nms(boxes, scores, lambda v: 1 - v if v > threshold else 1, least)  # noqa: B023
        else:
            expected = plain_soft_nms(boxes, scores, lambda v: np.exp(-v * v / sigma), least)  # noqa: B023
        kept, decayed = bx.soft_nms(boxes, scores, threshold, method, sigma, least)
        assert kept.tolist() == [i for i, _ in expected]
        np.testing.assert_allclose(decayed, [s for _, s in expected], atol=1e-12)
        assert (np.diff(decayed) <= 0).all() and (decayed <= scores[kept]).all()


def test_gaussian_soft_nms_equals_tensorflow():
    rng = np.random.default_rng(17)
    with tf.device("CPU"):
        for _ in range(500):
            count = int(rng.integers(1, 30))
            boxes, scores = random_boxes(rng, count), rng.permutation(count).astype(np.float32) / count + 0.01
            expected = tf.image.non_max_suppression_with_scores(
                boxes, scores, count, iou_threshold=1.0, score_threshold=0.001, soft_nms_sigma=0.25
            )
            kept, decayed = bx.soft_nms(boxes, scores, method="gaussian", sigma=0.5, score_threshold=0.001)
            # Scores that differ in the last digits may change places.
            np.testing.assert_allclose(np.sort(decayed), np.sort(expected[1].numpy()), atol=1e-6)
            assert set(kept) == set(expected[0].numpy())


def test_soft_nms_of_few_boxes_and_per_class():
    kept, scores = bx.soft_nms([], [])
    assert kept.tolist() == scores.tolist() == []
    kept, scores = bx.soft_nms(SQUARE * 2, [0.5, 0.5])
    assert kept.tolist() == [0] and scores.tolist() == [0.5], "the copy's score becomes 0"
    kept, scores = bx.soft_nms(SQUARE * 2, [0.5, 0.5], score_threshold=0)
    assert kept.tolist() == [0, 1] and scores.tolist() == [0.5, 0]
    kept, scores = bx.soft_nms(SQUARE * 2, [0.5, 0.6], class_ids=[1, 2])
    assert kept.tolist() == [1, 0] and scores.tolist() == [0.6, 0.5]
    kept, scores = bx.soft_nms([[0, 0, 2, 1], *SQUARE], [0.8, 0.9], iou_threshold=0.5)
    assert scores.tolist() == [0.9, 0.8], "at the threshold no score is lost"
    kept, scores = bx.soft_nms([[0, 0, 2, 1], *SQUARE], [0.8, 0.9], iou_threshold=0.4)
    assert scores.tolist() == [0.9, 0.4]
    assert bx.soft_nms(SQUARE, [0.0005])[0].tolist() == [], "a score under the least is dropped at once"


# ---- Matching ----


def plain_match(anchors, truths, positive, negative, claim_best):
    table = np.array([[plain_iou(a, t) for t in truths] for a in anchors]).reshape(len(anchors), len(truths))
    assigned = []
    for row in table:
        best = max(row, default=0)
        if best > 0 and best >= positive:
            assigned.append(int(np.argmax(row)))
        else:
            assigned.append(bx.IGNORED if best > 0 and best >= negative else bx.NEGATIVE)
    pairs = [(-table[a, t], t, a) for a in range(len(anchors)) for t in range(len(truths)) if table[a, t] > 0]
    used_anchors, used_truths = set(), set()
    for _, t, a in sorted(pairs) if claim_best else []:
        if a not in used_anchors and t not in used_truths:
            assigned[a] = t
            used_anchors.add(a)
            used_truths.add(t)
    return assigned


@settings(max_examples=300, deadline=None)
@given(
    box_sets(), box_sets(most=6), st.sampled_from([(0.5, 0.4), (0.3, 0.3), (1, 0), (0.7, 0.3), (0, 0)]), st.booleans()
)
def test_match_is_the_definition(anchors, truths, limits, claim_best):
    assigned = bx.match(anchors, truths, *limits, claim_best=claim_best)
    assert assigned.tolist() == plain_match(anchors, truths, *limits, claim_best)
    best = bx.iou(anchors, truths).max(axis=1, initial=0)
    if not claim_best:
        np.testing.assert_array_equal(assigned >= 0, (best >= limits[0]) & (best > 0))
    if claim_best and len(truths) == 1:
        assert (0 in assigned) == (best > 0).any()


def test_match_of_few_boxes():
    assert bx.match([], SQUARE).tolist() == []
    assert bx.match(SQUARE, []).tolist() == [bx.NEGATIVE]
    half = [[0, 0, 2, 1]]
    assert bx.match(half, SQUARE, 0.5, 0.5, claim_best=False).tolist() == [0], "at the threshold it is positive"
    assert bx.match(half, SQUARE, 0.51, 0.5, claim_best=False).tolist() == [bx.IGNORED]
    assert bx.match(half, SQUARE, 0.6, 0.51, claim_best=False).tolist() == [bx.NEGATIVE]
    assert bx.match(half, SQUARE, 0.6, 0.51).tolist() == [0], "the truth claims its best anchor"
    assert bx.match(half, [[9, 9, 10, 10]]).tolist() == [bx.NEGATIVE], "what does not overlap is not claimed"
    # Two objects want the first anchor; the one that fits it better gets it, the other its second choice.
    anchors, truths = [[0, 0, 10, 10], [0, 0, 10, 30]], [[0, 0, 10, 14], [0, 0, 10, 12]]
    assert bx.match(anchors, truths, 0.9, 0.1).tolist() == [1, 0]


# ---- Precision, recall, average precision ----


def test_average_precision_by_hand():
    scores, correct = [0.9, 0.8, 0.7, 0.6], [True, False, True, False]
    precision, recall = bx.precision_recall(scores, correct, 4)
    np.testing.assert_allclose(precision, [1, 1 / 2, 2 / 3, 1 / 2])
    np.testing.assert_allclose(recall, [1 / 4, 1 / 4, 2 / 4, 2 / 4])
    assert bx.average_precision(scores, correct, 4, "all") == pytest.approx(1 / 4 * 1 + 1 / 4 * 2 / 3)
    assert bx.average_precision(scores, correct, 4, 11) == pytest.approx((3 * 1 + 3 * 2 / 3) / 11)
    assert bx.average_precision(scores, correct, 4) == pytest.approx((26 * 1 + 25 * 2 / 3) / 101)
    order = [2, 0, 3, 1]
    shuffled = bx.average_precision(np.take(scores, order), np.take(correct, order), 4)
    assert shuffled == bx.average_precision(scores, correct, 4)


def test_levels_of_recall_are_exact_but_for_coco():
    """5 objects, 3 found: recall 0.6 reaches the level 6/10, which 6 · 0.1 is just over. COCO has such levels."""
    assert bx.average_precision([0.9, 0.8, 0.7], [True] * 3, 5, 11) == pytest.approx(7 / 11)
    levels = [sum(found / 20 >= level for level in np.linspace(0, 1, 101)) for found in range(21)]
    assert levels[7] == 35, "COCO's level 0.35 is not reached by 7 of 20"
    for found, expected in enumerate(levels):
        scores, correct = np.zeros(max(found, 1)), [found > 0] * max(found, 1)
        assert bx.average_precision(scores, correct, 20) == pytest.approx(expected / 101 if found else 0)


def test_detections_of_equal_score_keep_their_order():
    rng = np.random.default_rng(0)
    scores, correct = rng.integers(0, 8, 200) / 8, rng.random(200) < 0.3
    found = np.cumsum([correct[place] for place in sorted(range(200), key=lambda place: -scores[place])])
    precision, recall = bx.precision_recall(scores, correct, 100)
    np.testing.assert_array_equal(recall, found / 100)
    np.testing.assert_array_equal(precision, found / np.arange(1, 201))


def test_average_precision_at_its_ends():
    for points in (11, 101, "all"):
        assert bx.average_precision([0.9, 0.8], [True, True], 2, points) == pytest.approx(1)
        assert bx.average_precision([0.9], [False], 2, points) == 0
        assert bx.average_precision([], [], 2, points) == 0
        assert np.isnan(bx.average_precision([], [], 0, points))
        assert np.isnan(bx.average_precision([0.5], [False], 0, points))


@pytest.mark.parametrize(
    "arguments",
    [([0.5], [True], 0), ([0.5], [True, False], 2), ([0.5], [True], 1.5), ([np.nan], [True], 1), ([[0.5]], [True], 1)],
)
def test_average_precision_refuses(arguments):
    with pytest.raises(ValueError, match=r"truths|scores"):
        bx.average_precision(*arguments)
    for points in (1, "some", 1.5, True):
        with pytest.raises(ValueError, match="points"):
            bx.average_precision([0.5], [True], 1, points)


# ---- Mean average precision against pycocotools ----


def random_images(rng, images, classes):
    """Detections and truths with many ties, crowds, areas at the limits of the ranges, empty classes and images."""
    detections, truths = [], []
    scale = rng.choice([1, 4, 10])
    for _ in range(images):
        ids = np.repeat(np.arange(classes), rng.integers(0, 4, classes) * (rng.random(classes) < 0.8))
        known = random_boxes(rng, len(ids)).astype(float) * scale
        known[rng.random(len(known)) < 0.1, 2:] += 1
        ids = np.where(ids % 5 == 4, ids, rng.permutation(ids)) if rng.random() < 0.3 else ids
        crowd = rng.random(len(ids)) < 0.15
        sizes = np.floor(bx.areas(known) * rng.choice([0.5, 1.0], len(known)))
        sizes[rng.random(len(sizes)) < 0.1] = rng.choice([32**2, 96**2])
        near = np.repeat(np.arange(len(known)), rng.integers(0, 4, len(known)))
        found = known[near] + rng.integers(-2, 3, (len(near), 4)) * scale * (rng.random((len(near), 1)) < 0.7)
        found[:, 2:] = np.maximum(found[:, 2:], found[:, :2])
        stray = rng.integers(0, 2 * classes)
        found = np.concatenate([found, random_boxes(rng, stray) * scale])
        found_ids = np.concatenate([ids[near], rng.integers(0, classes + 2, stray)]).astype(int)
        scores = rng.integers(1, 10, len(found)) / 10
        keep = rng.random(len(found)) < rng.choice([0.0, 0.5, 1.0], p=[0.1, 0.3, 0.6])
        detections.append((found[keep], scores[keep], found_ids[keep]))
        truths.append((known, ids, crowd, sizes))
    return detections, truths


def by_pycocotools(detections, truths, classes, max_detections):
    """AP (areas, thresholds, classes), recall of the same shape, −1 where there is nothing; and the summary."""
    known, found = [], []
    for image, (boxes, ids, crowd, sizes) in enumerate(truths):
        for box, one, many, size in zip(bx.to_xywh(boxes).tolist(), ids.tolist(), crowd, sizes, strict=True):
            entry = {"id": len(known) + 1, "image_id": image, "category_id": one, "iscrowd": int(many)}
            known.append(entry | {"bbox": box, "area": float(size)})
    for image, (boxes, scores, ids) in enumerate(detections):
        for box, score, one in zip(bx.to_xywh(boxes).tolist(), scores.tolist(), ids.tolist(), strict=True):
            entry = {"id": len(found) + 1, "image_id": image, "category_id": one, "iscrowd": 0, "score": score}
            found.append(entry | {"bbox": box, "area": box[2] * box[3]})
    with contextlib.redirect_stdout(io.StringIO()):
        sides = []
        for annotations in (known, found):
            side = COCO()
            side.dataset = {
                "images": [{"id": image} for image in range(len(truths))],
                "categories": [{"id": one} for one in range(classes)],
                "annotations": annotations,
            }
            side.createIndex()
            sides.append(side)
        evaluation = COCOeval(*sides, "bbox")
        evaluation.params.maxDets = [max_detections]
        evaluation.evaluate()
        evaluation.accumulate()
    precision, recall = evaluation.eval["precision"], evaluation.eval["recall"]
    return precision[..., 0].mean(axis=1).transpose(2, 0, 1), recall[..., 0].transpose(2, 0, 1), precision[..., 0]


def mean_of_valid(values):
    values = values[values > -1]
    return values.mean() if values.size else np.nan


def test_mean_average_precision_equals_pycocotools_on_thousands_of_scenes():
    """Classes do not touch each other: each of the 40 classes of a batch is a scene of its own, of 1 to 3 images."""
    rng = np.random.default_rng(18)
    scenes, without_truths, without_detections, ties = 0, 0, 0, 0
    exact = {"atol": 1e-9, "rtol": 0, "equal_nan": True}
    for batch in range(100):
        images, classes, most = int(rng.integers(1, 4)), 40, int(rng.choice([1, 2, 3, 100]))
        detections, truths = random_images(rng, images, classes)
        table, recalls, precision = by_pycocotools(detections, truths, classes, most)
        ours = bx.mean_average_precision(detections, truths, max_detections=most, area_ranges=bx.COCO_AREAS)
        present = np.array(list(ours.by_class), int)
        absent = np.setdiff1d(np.arange(classes), present)
        assert (table[:, :, absent] == -1).all(), "classes without truths have no average precision"
        np.testing.assert_allclose(np.nan_to_num(ours.table, nan=-1), table[:, :, present], **exact)
        np.testing.assert_allclose(np.nan_to_num(ours.recalls, nan=-1), recalls[:, :, present], **exact)
        np.testing.assert_allclose(ours.mean, mean_of_valid(precision[..., 0]), **exact)
        np.testing.assert_allclose(ours.recall, mean_of_valid(recalls[0]), **exact)
        np.testing.assert_allclose(ours.at[0.75], mean_of_valid(precision[5, ..., 0]), **exact)
        for number, name in enumerate(bx.COCO_AREAS):
            np.testing.assert_allclose(ours.by_area[name], mean_of_valid(precision[..., number]), **exact)
        for one in present:
            np.testing.assert_allclose(ours.by_class[int(one)], mean_of_valid(table[0, :, one]), **exact)
        found_ids = np.concatenate([ids for _, _, ids in detections])
        scenes += classes
        without_truths += len(absent)
        without_detections += len(np.setdiff1d(np.arange(classes), found_ids))
        ties += sum(len(np.unique(scores)) < len(scores) for _, scores, _ in detections)
        assert batch or len(present) > 10
    assert scenes == 4000 and min(without_truths, without_detections, ties) > 50, "the scenes are no longer so mixed"


def test_mean_average_precision_without_truths_or_detections():
    nothing, one = ([], [], []), (SQUARE, [0.9], [3])
    for detections, truths, expected in (
        ([], [], np.nan),
        ([nothing], [([], [])], np.nan),
        ([one], [([], [])], np.nan),
        ([nothing], [(SQUARE, [3])], 0),
        ([one], [(SQUARE, [3])], 1),
        ([one], [(SQUARE, [4])], 0),
        ([one], [(SQUARE, [3], [True])], np.nan),
        ([one, nothing], [([], []), (SQUARE, [3])], 0),
    ):
        for rules in ("coco", "voc"):
            result = bx.mean_average_precision(detections, truths, rules=rules)
            np.testing.assert_equal(
                (result.mean, result.recall, result.by_area), (expected, expected, {"all": expected})
            )
            np.testing.assert_equal(result.at, dict.fromkeys(np.round(bx.COCO_THRESHOLDS, 10).tolist(), expected))
    assert bx.mean_average_precision([one], [(SQUARE, [4])]).by_class == {4: 0.0}


# ---- PASCAL VOC's rules ----


def plain_voc(detections, truths, class_id, threshold, points):
    """A plain reading of VOC's evaluation of one class."""
    seen = {}
    to_find = sum(
        int(one == class_id and not hard)
        for _, ids, difficult in truths
        for one, hard in zip(ids, difficult, strict=True)
    )
    ranked = [
        (-score, image, place, box)
        for image, (boxes, scores, ids) in enumerate(detections)
        for place, (box, score, one) in enumerate(zip(boxes, scores, ids, strict=True))
        if one == class_id
    ]
    right, wrong = [], []
    for _, image, _, box in sorted(ranked, key=lambda entry: entry[:3]):
        boxes, ids, difficult = truths[image]
        overlaps = [plain_iou(box, b) if one == class_id else -1 for b, one in zip(boxes, ids, strict=True)]
        best = int(np.argmax(overlaps)) if overlaps else -1
        if best < 0 or overlaps[best] < threshold:
            right, wrong = [*right, 0], [*wrong, 1]
        elif not difficult[best]:
            duplicate = seen.get((image, best), False)
            right, wrong = [*right, int(not duplicate)], [*wrong, int(duplicate)]
            seen[image, best] = True
    if not to_find:
        return np.nan
    recall = np.cumsum(right) / to_find
    precision = np.cumsum(right) / np.maximum(np.cumsum(right) + np.cumsum(wrong), 1)
    if points == 11:
        best_from = [max(precision[recall >= level], default=0) for level in np.arange(11) / 10]
        return sum(best_from) / 11
    steps = np.concatenate([[0], recall])
    return sum((steps[i + 1] - steps[i]) * max(precision[i:]) for i in range(len(recall)))


def test_mean_average_precision_follows_voc():
    rng = np.random.default_rng(19)
    for _ in range(60):
        detections, truths = random_images(rng, images=int(rng.integers(1, 4)), classes=6)
        truths = [truth[:3] for truth in truths]
        for threshold, points in ((0.5, 11), (0.5, "all"), (0.3, "all")):
            ours = bx.mean_average_precision(detections, truths, [threshold], points, max_detections=None, rules="voc")
            plain = {one: plain_voc(detections, truths, one, threshold, points) for one in ours.by_class}
            for one, expected in plain.items():
                np.testing.assert_allclose(ours.by_class[one], expected, atol=1e-12)


def test_voc_and_coco_differ_where_a_better_detection_is_already_there():
    """The second detection fits the first object best, which is taken: COCO lets it take the second one, VOC not."""
    truths = [([[0, 0, 10, 10], [0, 3, 10, 13]], [0, 0])]
    detections = [([[0, 0, 10, 10], [0, 1, 10, 11]], [0.9, 0.8], [0, 0])]
    assert bx.mean_average_precision(detections, truths, [0.5], "all").mean == 1
    assert bx.mean_average_precision(detections, truths, [0.5], "all", rules="voc").mean == 0.5


def test_voc_gives_a_detection_the_first_of_equally_good_objects():
    """The first detection overlaps both objects by 8/12; it takes the first, and the second comes too late for it."""
    truths = [([[0, 0, 10, 10], [4, 0, 14, 10]], [0, 0])]
    detections = [([[2, 0, 12, 10], [0, 0, 10, 10]], [0.9, 0.8], [0, 0])]
    assert bx.mean_average_precision(detections, truths, [0.5], "all", rules="voc").mean == 0.5


def test_detections_of_equal_scores_stay_in_the_order_given():
    rng = np.random.default_rng(5)
    scores, correct = rng.integers(3, size=1000) / 2, rng.random(1000) < 0.5
    order = sorted(range(1000), key=lambda i: -scores[i])  # Python's sort is a stable one
    _, recall = bx.precision_recall(scores, correct, 1000)
    np.testing.assert_allclose(recall, np.cumsum(correct[order]) / 1000)


# ---- What is refused ----


BAD_BOXES = [
    ([[0, 0, np.nan, 1]], "finite"),
    ([[0, 0, 1, 1], [0, 0, np.inf, 1]], "box 1"),
    ([[-np.inf, 0, 1, 1]], "finite"),
    ([[2, 0, 1, 1]], "x0 ≤ x1"),
    ([[0, 0, 1, 1], [0, 2, 1, 1]], "box 1"),
    ([0, 0, 1, 1], "shape"),
    ([[0, 0, 1]], "shape"),
    ([[[0, 0, 1, 1]]], "shape"),
    (np.zeros((0, 5)), "shape"),
    ([["0", "0", "1", "1"]], "numbers"),
    (np.array([[0, 0, 1, 1 + 1j]]), "numbers"),
    ([[0, 0, 1e200, 1e200]], "at most"),
    (np.array([[0, 0, 1e30, 1e30]], np.float32), "at most"),
]


@pytest.mark.parametrize(("bad", "message"), BAD_BOXES)
def test_bad_boxes_are_refused_everywhere(bad, message):
    scores = np.zeros(len(bad))
    for call in (
        lambda: bx.areas(bad),
        lambda: bx.to_center_size(bad),
        lambda: bx.to_xywh(bad),
        lambda: bx.iou(bad, SQUARE),
        lambda: bx.iou(SQUARE, bad),
        lambda: bx.generalized_iou(SQUARE, bad),
        lambda: bx.nms(bad, scores),
        lambda: bx.soft_nms(bad, scores),
        lambda: bx.match(bad, SQUARE),
        lambda: bx.match(SQUARE, bad),
        lambda: bx.mean_average_precision([(bad, scores, scores.astype(int))], [([], [])]),
        lambda: bx.mean_average_precision([([], [], [])], [(bad, scores.astype(int))]),
    ):
        with pytest.raises(ValueError, match=message):
            call()


@pytest.mark.parametrize("scores", [[], [0.1, 0.2], [np.nan], [np.inf], [-np.inf], [[0.1]], ["a"], [None]])
def test_bad_scores_are_refused(scores):
    for function in (bx.nms, bx.soft_nms):
        with pytest.raises(ValueError, match="score"):
            function(SQUARE, scores)
    with pytest.raises(ValueError, match="score"):
        bx.mean_average_precision([(SQUARE, scores, [0])], [(SQUARE, [0])])


REVERSED = [[3, 3, 3, 3], [0, 2, 1, 1]]  # the first is fine: it has no area
TRUTHS, FOUND = (SQUARE, [0]), (SQUARE, [1], [0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bx.nms(SQUARE, [1], -0.1), "iou_threshold is a number from 0 to 1, not -0.1"),
        (lambda: bx.nms(SQUARE, [1], 1.1), "iou_threshold is a number from 0 to 1, not 1.1"),
        (lambda: bx.nms(SQUARE, [1], np.nan), "iou_threshold is a number from 0 to 1, not nan"),
        (lambda: bx.nms(SQUARE, [1], class_ids=[0, 1]), "class_ids are one for each box, of the shape (1,), not (2,)"),
        (lambda: bx.nms(SQUARE, [1], class_ids=[0.5]), "class_ids are integers, not float64"),
        (lambda: bx.nms(REVERSED, [1, 1]), "boxes: corners are x0 ≤ x1 and y0 ≤ y1, but box 1 is [0.0, 2.0, 1.0, 1.0]"),
        (lambda: bx.nms([[0, 0, 1]], [1]), "boxes are numbers of the shape (N, 4), not int64 of the shape (1, 3)"),
        (
            lambda: bx.nms([[0, 0, 1, 1], [0, 0, np.inf, 1]], [1, 1]),
            "boxes: coordinates are finite and at most 3e+153, but box 1 is [0.0, 0.0, inf, 1.0]",
        ),
        (lambda: bx.nms(SQUARE * 2, [1, np.nan]), "scores are finite, but score 1 is not"),
        (lambda: bx.nms(SQUARE, [1, 2]), "scores are one for each box, of the shape (1,), not (2,)"),
        (lambda: bx.nms(SQUARE, ["high"]), "scores are numbers, not <U4"),
        (lambda: bx.iou(REVERSED, SQUARE), "a: corners"),
        (lambda: bx.iou(SQUARE, REVERSED), "b: corners"),
        (lambda: bx.from_xywh([[0, 0, 1]]), "boxes are numbers of the shape (N, 4)"),
        (lambda: bx.soft_nms(SQUARE, [-1]), "soft_nms multiplies scores: they have to be 0 or more"),
        (lambda: bx.soft_nms(SQUARE, [1], method="hard"), 'method is "linear" or "gaussian", not \'hard\''),
        (
            lambda: bx.soft_nms(SQUARE, [1], sigma=0),
            "sigma is over 0 and score_threshold is 0 or more, not 0 and 0.001",
        ),
        (lambda: bx.soft_nms(SQUARE, [1], sigma=np.inf), "not inf and 0.001"),
        (lambda: bx.soft_nms(SQUARE, [1], score_threshold=-1), "not 0.5 and -1"),
        (lambda: bx.soft_nms(SQUARE, [1], score_threshold=np.inf), "not 0.5 and inf"),
        (lambda: bx.soft_nms(SQUARE, [1], iou_threshold=2), "iou_threshold is a number from 0 to 1, not 2"),
        (lambda: bx.soft_nms(SQUARE, [1], class_ids=[]), "class_ids are one for each box, of the shape (1,), not (0,)"),
        (lambda: bx.match(SQUARE, SQUARE, 0.4, 0.5), "negative may not be over positive, but 0.5 > 0.4"),
        (lambda: bx.match(SQUARE, SQUARE, 1.4, 0.5), "positive is a number from 0 to 1, not 1.4"),
        (lambda: bx.match(SQUARE, SQUARE, 0.5, -0.1), "negative is a number from 0 to 1, not -0.1"),
        (lambda: bx.match(REVERSED, SQUARE), "anchors: corners"),
        (lambda: bx.match(SQUARE, REVERSED), "truths: corners"),
        (
            lambda: bx.mean_average_precision([], [TRUTHS]),
            "0 images with detections, 1 with truths: give both for each",
        ),
        (
            lambda: bx.mean_average_precision([FOUND, (SQUARE, [1])], [TRUTHS] * 2),
            "detections of image 1: give (boxes, scores, class_ids), not 2 things",
        ),
        (lambda: bx.mean_average_precision([(REVERSED, [1, 1], [0, 0])], [TRUTHS]), "detections of image 0: corners"),
        (lambda: bx.mean_average_precision([FOUND], [(REVERSED, [0, 0])]), "truths of image 0: corners"),
        (
            lambda: bx.mean_average_precision([FOUND] * 2, [TRUTHS, (SQUARE,)]),
            "truths of image 1: give (boxes, class_ids) and if needed ignored and areas, not 1 things",
        ),
        (lambda: bx.mean_average_precision([FOUND], [(*TRUTHS, None, None, None)]), "not 5 things"),
        (
            lambda: bx.mean_average_precision([FOUND], [(*TRUTHS, [False, True])]),
            "ignored of image 0: give one for each truth, not the shape (2,)",
        ),
        (lambda: bx.mean_average_precision([FOUND], [(*TRUTHS, [0.5])]), "ignored of image 0: give one for each truth"),
        (lambda: bx.mean_average_precision([FOUND], [(*TRUTHS, None, [1, 2])]), "areas of image 0: give one for each"),
        (lambda: bx.mean_average_precision([FOUND], [(*TRUTHS, None, ["1"])]), "areas of image 0: give one for each"),
        (lambda: bx.mean_average_precision([FOUND], [(*TRUTHS, None, [np.nan])]), "areas of image 0: finite numbers"),
        (
            lambda: bx.mean_average_precision([FOUND], [(*TRUTHS, None, [-1])]),
            "areas of image 0: finite numbers from 0",
        ),
        (lambda: bx.mean_average_precision([FOUND], [(SQUARE, [0.5])]), "class_ids are integers, not float64"),
        (lambda: bx.mean_average_precision([], [], thresholds=[]), "one or more numbers over 0 and up to 1, not []"),
        (lambda: bx.mean_average_precision([], [], thresholds=[0]), "not [0.]"),
        (lambda: bx.mean_average_precision([], [], thresholds=[0.5, 1.5]), "not [0.5 1.5]"),
        (lambda: bx.mean_average_precision([], [], thresholds=[[0.5]]), "not [[0.5]]"),
        (lambda: bx.mean_average_precision([], [], points=1), 'points is a whole number from 2 up, or "all", not 1'),
        (lambda: bx.mean_average_precision([], [], max_detections=0), "max_detections is 1 or more, or None, not 0"),
        (
            lambda: bx.mean_average_precision([], [], area_ranges={}),
            "a least and a greatest area, at least one, not {}",
        ),
        (lambda: bx.mean_average_precision([], [], area_ranges={"none": (2, 1)}), "not {'none': (2, 1)}"),
        (lambda: bx.mean_average_precision([], [], rules="imagenet"), 'rules are "coco" or "voc", not \'imagenet\''),
        (lambda: bx.precision_recall([1], [[True]], 1), "correct is one truth value for each detection, (N,)"),
        (lambda: bx.precision_recall([1, 2], [True, True], 1), "1 or more and no less than are correct, not 1"),
    ],
)
def test_arguments_that_do_not_fit_are_refused_with_the_reason(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


@pytest.mark.parametrize("correct", [[np.nan, 1], [0.5, 1], [2, 0], ["yes", "no"], [None, True]])
def test_correct_says_yes_or_no(correct):
    for measure in (bx.precision_recall, bx.average_precision):
        with pytest.raises(ValueError, match="correct says yes or no"):
            measure([0.9, 0.8], correct, 2)


@pytest.mark.parametrize("kind", [bool, int, float, np.float32, np.uint8])
def test_correct_may_be_of_any_type_that_says_so(kind):
    precision, recall = bx.precision_recall([0.9, 0.8], [kind(1), kind(0)], 2)
    assert precision.tolist() == [1, 0.5] and recall.tolist() == [0.5, 0.5]


FLOATS = (np.float32, np.float64)
WRITTEN = (float, np.float32, np.float64, lambda number: np.linspace(number, 1, 3)[0])
"""The types in which a threshold comes; np.linspace gives np.float64."""


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("written", WRITTEN)
def test_equality_with_a_threshold_does_not_depend_on_types(dtype, written):
    # they share 1·2, and cover 3·2 + 3·2 − 2 = 10 together: an IoU of 1/5
    boxes = np.array([[0, 0, 3, 2], [2, 0, 5, 2]], dtype)
    fifth = written(0.2)
    assert bx.nms(boxes, [0.9, 0.8], fifth).tolist() == [0, 1], "1/5 is not over 1/5"
    kept, scores = bx.soft_nms(boxes, [0.9, 0.8], fifth)
    assert kept.tolist() == [0, 1] and scores.tolist() == [0.9, 0.8], "nor does it lose score"
    positive = bx.match(boxes[:1], boxes[1:], positive=fifth, negative=fifth, claim_best=False)
    assert positive.tolist() == [0], "1/5 is at least 1/5"
    between = bx.match(boxes[:1], boxes[1:], positive=0.9, negative=fifth, claim_best=False)
    assert between.tolist() == [bx.IGNORED], "and not under 1/5"
    for a, b in ((dtype, np.float32), (np.float32, dtype)):
        assert bx.match(boxes[:1].astype(a), boxes[1:].astype(b), fifth, fifth, claim_best=False).tolist() == [0]
    for rules in ("coco", "voc"):
        found = [(boxes[:1], [0.9], [0])], [(boxes[1:], [0])]
        assert bx.mean_average_precision(*found, thresholds=[fifth], rules=rules).mean == 1
        assert bx.mean_average_precision(*found, thresholds=np.array([fifth]), rules=rules).mean == 1


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("score_dtype", FLOATS)
@pytest.mark.parametrize("written", WRITTEN)
def test_the_least_score_to_go_on_with_may_be_met_exactly(dtype, score_dtype, written):
    # an IoU of 1/5 takes 1/2 to 1/2 · 4/5 = 2/5
    boxes = np.array([[0, 0, 3, 2], [2, 0, 5, 2]], dtype)
    scores = np.array([0.7, 0.5], score_dtype)
    kept, left = bx.soft_nms(boxes, scores, iou_threshold=0.1, score_threshold=written(0.4))
    assert kept.tolist() == [0, 1] and left.tolist() == np.array([0.7, 0.4], score_dtype).tolist()
    assert bx.soft_nms(boxes, scores, score_threshold=written(0.7))[0].tolist() == [0]


def test_scores_are_ordered_as_they_are_given_whatever_the_boxes_are():
    # float32 knows no number between 0.5 and 0.5 + 2⁻²⁴, so that there the two would be equal
    scores = np.array([0.5, 0.5 + 2**-30])
    for dtype in FLOATS:
        apart = np.array([[0, 0, 1, 1], [2, 0, 3, 1]], dtype)
        kept, left = bx.soft_nms(apart, scores)
        assert kept.tolist() == [1, 0] and left.tolist() == scores[::-1].tolist()


def test_float32_stays_only_where_all_boxes_are_float32():
    single, double = np.array(SQUARE, np.float32), np.array(SQUARE)
    assert [bx.iou(a, b).dtype for a in (single, double) for b in (single, double)] == ["f4", "f8", "f8", "f8"]
    for boxes in (single, double):  # new scores are of the type of the old ones
        for dtype in (np.float32, np.float64):
            assert bx.soft_nms(boxes, np.array([0.5], dtype))[1].dtype == dtype
    assert bx.iou(single[:0], single).dtype == np.float32


def test_arguments_at_their_limits_are_taken():
    one = [True]
    assert bx.nms(SQUARE, [1], 1).tolist() == bx.nms(SQUARE, [1], 0).tolist() == [0]
    assert bx.soft_nms(SQUARE, [0], 0, score_threshold=0)[0].tolist() == [0]
    assert bx.match(SQUARE, SQUARE, 1, 1).tolist() == bx.match(SQUARE, SQUARE, 0, 0).tolist() == [0]
    assert bx.average_precision([1], one, 1, points=2) == 1
    for options in (
        {"thresholds": [1]},
        {"max_detections": 1},
        {"max_detections": None},
        {"area_ranges": {"just": (4, 4)}},
    ):
        assert bx.mean_average_precision([FOUND], [TRUTHS], **options).mean == 1
    assert bx.mean_average_precision([FOUND], [(*TRUTHS, None, [0])], area_ranges={"none": (0, 0)}).mean == 1
    assert np.isnan(bx.mean_average_precision([FOUND], [(*TRUTHS, [1])]).mean)


def test_inputs_are_left_as_they_were():
    rng = np.random.default_rng(20)
    boxes, scores, ids = random_boxes(rng, 30).astype(float), rng.random(30), rng.integers(0, 3, 30)
    copies = boxes.copy(), scores.copy(), ids.copy()
    bx.iou(boxes, boxes), bx.generalized_iou(boxes, boxes), bx.nms(boxes, scores, class_ids=ids)
    bx.soft_nms(boxes, scores, class_ids=ids), bx.match(boxes, boxes[:3])
    bx.mean_average_precision([(boxes, scores, ids)], [(boxes, ids)])
    for given_array, copy in zip((boxes, scores, ids), copies, strict=True):
        np.testing.assert_array_equal(given_array, copy)
