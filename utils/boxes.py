"""Boxes in NumPy: how much two overlap, which of many to keep, which anchor learns which object, and average precision.

Boxes are float arrays (N, 4) of x0, y0, x1, y1 with x0 ≤ x1 and y0 ≤ y1, in any unit. The corners are places on a
plane, not numbers of pixels: a box from 2 to 5 is 3 wide. float32 is computed in float32, everything else in float64.
A threshold is compared in the type of what it is compared with, so that equality does not depend on the types: an IoU
of 1/5 is not over 0.2, be it a float of Python's, an np.float64 or an np.float32, and be the boxes float32 or float64.

What is taken, and what not, everywhere in this module:

- no boxes, as `[]` or an array (0, 4), is fine; results are empty as well;
- a box without area is fine: it overlaps nothing, its IoU is 0 with every box, itself included;
- boxes that only touch have IoU 0;
- NaN, infinities, reversed corners (x1 < x0), another shape, and coordinates so large that an area would overflow
  (beyond 4e18 in float32, 3e153 in float64) raise ValueError. So do scores that are not finite.

Equal scores keep the order in which they were given. Work is done in blocks, so that no array of N × N numbers is
made, but for the result of `iou` and `generalized_iou` themselves: 100,000 boxes are no problem for the rest.

References: Rezatofighi and others (2019), "Generalized intersection over union"; Bodla, Singh, Chellappa, Davis (2017),
"Soft-NMS: improving object detection with one line of code"; Lin and others (2014), "Microsoft COCO: common objects in
context"; Everingham and others (2010), "The PASCAL visual object classes (VOC) challenge".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

__all__ = [
    "COCO_AREAS",
    "COCO_THRESHOLDS",
    "IGNORED",
    "NEGATIVE",
    "Evaluation",
    "areas",
    "average_precision",
    "from_center_size",
    "from_xywh",
    "generalized_iou",
    "iou",
    "match",
    "mean_average_precision",
    "nms",
    "precision_recall",
    "soft_nms",
    "to_center_size",
    "to_xywh",
]

NEGATIVE, IGNORED = -1, -2
"""What `match` gives an anchor that has no object: background to learn from, or neither the one nor the other."""

COCO_THRESHOLDS = tuple(np.linspace(0.5, 0.95, 10).tolist())
"""The ten IoU thresholds over which COCO averages: 0.5, 0.55, … 0.95."""

COCO_AREAS = {"all": (0, 1e10), "small": (0, 32**2), "medium": (32**2, 96**2), "large": (96**2, 1e10)}
"""COCO's ranges of the area of an object, in pixels; both ends belong to a range."""

_BLOCK = 128  # boxes that `nms` decides together
_PAIRS = 1 << 16  # pairs of boxes that are compared at a time: so much fits into a processor's cache


# ---- Boxes and their other forms ----


def areas(boxes: np.ndarray) -> np.ndarray:
    """Return the area of each box, (N,)."""
    return _areas(_columns(boxes))


def to_center_size(boxes: np.ndarray) -> np.ndarray:
    """Turn (x0, y0, x1, y1) into (center x, center y, width, height), (N, 4)."""
    x0, y0, x1, y1 = _columns(boxes)
    return np.stack([(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0], axis=1)


def from_center_size(boxes: np.ndarray) -> np.ndarray:
    """Turn (center x, center y, width, height) into (x0, y0, x1, y1), (N, 4). A negative size raises ValueError."""
    x, y, width, height = _sized(boxes)
    return np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=1)


def to_xywh(boxes: np.ndarray) -> np.ndarray:
    """Turn (x0, y0, x1, y1) into (x0, y0, width, height), the form of COCO's files, (N, 4)."""
    x0, y0, x1, y1 = _columns(boxes)
    return np.stack([x0, y0, x1 - x0, y1 - y0], axis=1)


def from_xywh(boxes: np.ndarray) -> np.ndarray:
    """Turn (x0, y0, width, height) into (x0, y0, x1, y1), (N, 4). A negative size raises ValueError."""
    x, y, width, height = _sized(boxes)
    return np.stack([x, y, x + width, y + height], axis=1)


# ---- Overlap ----


def iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the intersection over union of every box of a with every box of b.

    The area that two boxes share over the area that they cover together (the index of Jaccard 1901): 1 for equal
    boxes, 0 for boxes that share nothing, or where one has no area.

    Args:
        a: boxes (N, 4).
        b: boxes (M, 4).

    Returns:
        (N, M), from 0 to 1.

    Raises:
        ValueError: boxes that are none; see the top of the module.
    """
    return _pairwise(_iou_block, a, b)


def generalized_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the generalized IoU of every box of a with every box of b (Rezatofighi and others 2019).

    IoU minus the share of the common hull (the smallest box around both) that neither covers. It tells how far apart
    boxes are that share nothing, where IoU is 0 and flat. Where the hull has no area, that share counts as 0.

    Args:
        a: boxes (N, 4).
        b: boxes (M, 4).

    Returns:
        (N, M), over −1 and up to 1.

    Raises:
        ValueError: as for `iou`.
    """
    return _pairwise(_generalized_iou_block, a, b)


# ---- Which to keep ----


def nms(
    boxes: np.ndarray, scores: np.ndarray, iou_threshold: float = 0.5, class_ids: np.ndarray | None = None
) -> np.ndarray:
    """Non-maximum suppression: keep the best box, delete what overlaps it too much, go on with the best that is left.

    Too much: an IoU *over* the threshold. At the threshold a box stays, as in TensorFlow and TorchVision. A box
    without area overlaps nothing, so it is kept, and deletes nothing.

    Args:
        boxes: (N, 4).
        scores: (N,), finite.
        iou_threshold: from 0 to 1.
        class_ids: (N,) integers; boxes of different classes do not delete each other. Without, all boxes compete.

    Returns:
        The indices of the kept boxes by falling score; equal scores in the order given.

    Raises:
        ValueError: arrays that do not fit each other, a threshold off its range; see also the top of the module.
    """
    columns = _columns(boxes)
    scores = _scores(scores, columns.shape[1])
    iou_threshold = columns.dtype.type(_fraction(iou_threshold, "iou_threshold"))
    order = np.argsort(-scores, kind="stable")
    kept = np.zeros(len(order), bool)
    for places in _by_class(class_ids, order):
        kept[places[_kept_of_sorted(columns[:, order[places]], iou_threshold)]] = True
    return order[kept]


def soft_nms(
    boxes: np.ndarray,
    scores: np.ndarray,
    iou_threshold: float = 0.5,
    method: str = "linear",
    sigma: float = 0.5,
    score_threshold: float = 0.001,
    class_ids: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Soft-NMS: a box that overlaps a better one loses score instead of its life (Bodla and others 2017).

    The best box is taken; the score of each that is left is multiplied by 1 − IoU where the IoU is over the threshold
    ("linear"), or by exp(−IoU² / sigma) ("gaussian", without a threshold); the best that is left now is next. A box
    whose score falls under `score_threshold` is dropped.

    Args:
        boxes: (N, 4).
        scores: (N,), finite and not negative.
        iou_threshold: from 0 to 1; for "linear" alone.
        method: "linear" or "gaussian".
        sigma: over 0; for "gaussian" alone. TensorFlow's `soft_nms_sigma` is half of this.
        score_threshold: the least score to go on with, from 0 up.
        class_ids: (N,) integers; boxes of different classes do not touch each other's scores.

    Returns:
        Indices of the boxes that are left, by falling new score (equal ones in the order given), and their new scores,
        of the type of the scores given.

    Raises:
        ValueError: as for `nms`; a negative score, another method, a sigma that is not over 0.
    """
    columns = _columns(boxes)
    scores = _scores(scores, columns.shape[1])
    columns = columns.astype(np.result_type(columns, scores), copy=False)  # an IoU as exact as the score it changes
    iou_threshold = columns.dtype.type(_fraction(iou_threshold, "iou_threshold"))
    if method not in ("linear", "gaussian"):
        raise ValueError(f'method is "linear" or "gaussian", not {method!r}')
    if not 0 < sigma < np.inf or not 0 <= score_threshold < np.inf:
        raise ValueError(f"sigma is over 0 and score_threshold is 0 or more, not {sigma!r} and {score_threshold!r}")
    score_threshold = scores.dtype.type(_as_written(score_threshold))
    if (scores < 0).any():
        raise ValueError("soft_nms multiplies scores: they have to be 0 or more")
    order, linear = np.arange(len(scores)), method == "linear"
    chosen, chosen_scores = [], []
    for left in _by_class(class_ids, order):
        left = left[scores[left] >= score_threshold]
        now = scores[left]
        while len(left):
            best = np.argmax(now)
            chosen.append(left[best])
            chosen_scores.append(now[best])
            overlap = _iou_block(columns[:, left[best], None], columns[:, left])[0]
            factor = np.where(overlap > iou_threshold, 1 - overlap, 1) if linear else np.exp(-(overlap**2) / sigma)
            now = now * factor.astype(now.dtype, copy=False)
            stays = now >= score_threshold
            stays[best] = False
            left, now = left[stays], now[stays]
    chosen, chosen_scores = np.array(chosen, np.intp), np.array(chosen_scores, scores.dtype)
    by_score = np.lexsort((chosen, -chosen_scores))
    return chosen[by_score], chosen_scores[by_score]


# ---- Which anchor learns which object ----


def match(
    anchors: np.ndarray,
    truths: np.ndarray,
    positive: float = 0.5,
    negative: float = 0.4,
    claim_best: bool = True,
) -> np.ndarray:
    """Say for each anchor (default box) which object it shall learn to find.

    An anchor is positive if its best IoU is *at least* `positive`: it gets the object of that IoU, the first one of
    equals. It is `NEGATIVE`, background, if its best IoU is under `negative`. In between it is `IGNORED`.

    Then each truth also claims its best anchor, whatever the IoU is, as long as they overlap at all: the pair of the
    highest IoU first, each anchor for one truth only, so that no object is left without an anchor while there is one
    that overlaps it and that no other truth has claimed with a higher IoU.

    Args:
        anchors: (N, 4).
        truths: (M, 4); none is fine, then every anchor is negative.
        positive, negative: 0 ≤ negative ≤ positive ≤ 1.
        claim_best: whether each truth claims its best anchor.

    Returns:
        (N,) integers: the index of a truth, or `NEGATIVE` (−1), or `IGNORED` (−2).

    Raises:
        ValueError: thresholds that are not in this order; see also the top of the module.
    """
    positive, negative = _fraction(positive, "positive"), _fraction(negative, "negative")
    if negative > positive:
        raise ValueError(f"negative may not be over positive, but {negative!r} > {positive!r}")
    anchors, truths = _same_dtype(_columns(anchors, "anchors"), _columns(truths, "truths"))
    positive, negative = anchors.dtype.type(positive), anchors.dtype.type(negative)
    count, objects = anchors.shape[1], truths.shape[1]
    assigned = np.full(count, NEGATIVE)
    if not objects:
        return assigned
    for rows in _slices(count, objects):
        overlap = _iou_block(anchors[:, rows], truths)
        best = overlap.argmax(axis=1)
        highest = overlap.max(axis=1)
        assigned[rows] = np.where(highest >= positive, best, np.where(highest < negative, NEGATIVE, IGNORED))
        assigned[rows][highest == 0] = NEGATIVE  # also where a threshold is 0
    if claim_best:
        claimed, by = _claims(anchors, truths)
        assigned[claimed] = by
    return assigned


# ---- How good is a detector? ----


def precision_recall(scores: np.ndarray, correct: np.ndarray, truths: int) -> tuple[np.ndarray, np.ndarray]:
    """Return precision and recall after each detection, from the highest score to the lowest.

    Precision is the share of the detections so far that are correct, recall the share of the truths that they found.

    Args:
        scores: (N,).
        correct: (N,) booleans, or 0 and 1: did this detection find an object that no better one had found?
        truths: how many objects there are, at least 1.

    Returns:
        precision (N,) and recall (N,).

    Raises:
        ValueError: arrays that do not fit each other, more correct detections than truths, or no truths.
    """
    correct = np.asarray(correct)
    if correct.ndim != 1:
        raise ValueError(f"correct is one truth value for each detection, (N,), not of the shape {correct.shape}")
    if not np.isin(correct, (0, 1)).all():
        raise ValueError("correct says yes or no for each detection: True and False, or 1 and 0, and nothing else")
    correct = correct.astype(bool)
    scores = _scores(scores, len(correct))
    if isinstance(truths, bool) or not isinstance(truths, int | np.integer) or truths < max(1, correct.sum()):
        raise ValueError(f"truths is a whole number, 1 or more and no less than are correct, not {truths!r}")
    found = np.cumsum(correct[np.argsort(-scores, kind="stable")])
    return found / np.arange(1, len(found) + 1), found / truths


def average_precision(scores: np.ndarray, correct: np.ndarray, truths: int, points: int | str = 101) -> float:
    """Return the average precision of detections of one class: precision averaged over all levels of recall.

    Precision first loses its teeth: at each recall it is the best precision at this recall or a higher one.

    Args:
        scores, correct, truths: as for `precision_recall`; no truths gives NaN.
        points: at how many evenly spaced recalls, 0 and 1 among them, precision is read: 101 as COCO does, 11 as
            PASCAL VOC did until 2009; or "all" for the whole area, as VOC does since 2010.

    Returns:
        A number from 0 to 1, or NaN where there is nothing to find.

    Raises:
        ValueError: as for `precision_recall`; another `points`.
    """
    if truths == 0 and not np.any(correct):
        _scores(scores, np.size(correct))
        return float("nan")
    precision, recall = precision_recall(scores, correct, truths)
    return float(_average(precision, recall, points))


@dataclass(frozen=True)
class Evaluation:
    """What `mean_average_precision` returns. NaN stands where there is nothing to find.

    Attributes:
        mean: the mean average precision over thresholds and classes, for objects of the first area range.
        at: the mean over classes at each threshold: `at[0.5]` is what is often written as mAP@0.5.
        by_class: the mean over thresholds for each class.
        by_area: the mean over thresholds and classes for each area range.
        recall: COCO's average recall: the share of objects found, mean over thresholds and classes.
        table: average precision of each (area range, threshold, class).
        recalls: recall of each (area range, threshold, class).
    """

    mean: float
    at: dict[float, float]
    by_class: dict[int, float]
    by_area: dict[str, float]
    recall: float
    table: np.ndarray
    recalls: np.ndarray


def mean_average_precision(
    detections: Sequence[tuple],
    truths: Sequence[tuple],
    thresholds: Sequence[float] = COCO_THRESHOLDS,
    points: int | str = 101,
    max_detections: int | None = 100,
    area_ranges: Mapping[str, tuple[float, float]] | None = None,
    rules: str = "coco",
) -> Evaluation:
    """Return the mean average precision of detections in a list of images.

    COCO's rules (as pycocotools computes it): in each image and class, detections by falling score each take the free
    object with which their IoU is highest, if it is at least the threshold; the last one of equals. Only the
    `max_detections` best of each image and class count. An object is not asked for if it is ignored or if its area is
    off the range; a detection that has taken such an object, or that has taken none and is off the range itself,
    counts neither as right nor as wrong. An ignored object is a *crowd*: any number of detections may take it, and
    their IoU with it is the share of the detection that lies inside.

    VOC's rules (`rules="voc"`, then mostly with `thresholds=[0.5]` and points 11 or "all"): each detection, whatever
    is free, looks at the object with which its IoU is highest, the first one of equals. If that is at least the
    threshold, it is right if it is the first to come, and wrong (a duplicate) if not; ignored objects are the
    *difficult* ones, and detections that look at them do not count. (VOC's own code adds 1 to widths and heights,
    since its corners are pixels: add 1 to x1 and y1 for the same result.) Areas and max_detections work as above.

    Args:
        detections: for each image (boxes (N, 4), scores (N,), class_ids (N,)).
        truths: for each image (boxes (M, 4), class_ids (M,)), and if needed a third, ignored (M,) booleans or None,
            and a fourth, areas (M,), which take the place of the boxes' areas (COCO gives the area of the outline).
        thresholds: IoU from which on a detection may be right, one or more, each over 0 and up to 1.
        points: as for `average_precision`.
        max_detections: how many of each image and class count; None for all.
        area_ranges: the least and the greatest area by name, `COCO_AREAS` for instance; by default one range, "all".
            The first one is that of `mean`, `at`, `by_class` and `recall`.
        rules: "coco" or "voc".

    Returns:
        An `Evaluation`. The classes are those of the truths; a class without an object to find has NaN, and does not
        count in a mean. Without any truth all is NaN.

    Raises:
        ValueError: as many detections as truths are not given, an entry of another form, and all that the other
            functions refuse.
    """
    thresholds = _thresholds(thresholds)
    ranges = {"all": (0, np.inf)} if area_ranges is None else dict(area_ranges)
    if not ranges or any(not low <= high for low, high in ranges.values()):
        raise ValueError(f"area ranges are pairs of a least and a greatest area, at least one, not {ranges}")
    if rules not in ("coco", "voc"):
        raise ValueError(f'rules are "coco" or "voc", not {rules!r}')
    if max_detections is not None and max_detections < 1:
        raise ValueError(f"max_detections is 1 or more, or None, not {max_detections!r}")
    _points(points)
    detections = [_detections(entry, number) for number, entry in enumerate(detections)]
    truths = [_truths(entry, number) for number, entry in enumerate(truths)]
    if len(detections) != len(truths):
        raise ValueError(f"{len(detections)} images with detections, {len(truths)} with truths: give both for each")
    classes = sorted({int(one) for _, ids, _, _ in truths for one in ids})
    limits = np.array(list(ranges.values()), float)
    table = np.full((len(ranges), len(thresholds), len(classes)), np.nan)
    recalls = table.copy()
    for column, one in enumerate(classes):
        judged = [
            _judge(found, known, one, thresholds, limits, max_detections, rules)
            for found, known in zip(detections, truths, strict=True)
        ]
        scores = np.concatenate([image[0] for image in judged])
        right, counts = (np.concatenate([image[part] for image in judged], axis=2) for part in (1, 2))
        to_find = np.sum([image[3] for image in judged], axis=0)
        order = np.argsort(-scores, kind="stable")
        right, counts = right[:, :, order], counts[:, :, order]
        for place in np.ndindex(*table.shape[:2]):
            objects = to_find[place[0]]
            if objects:
                found = np.cumsum(right[place][counts[place]])
                recall = found / objects
                table[(*place, column)] = _average(found / np.arange(1, len(found) + 1), recall, points)
                recalls[(*place, column)] = recall[-1] if len(recall) else 0
    return Evaluation(
        mean=_mean(table[0]),
        at={round(float(t), 10): _mean(table[0, row]) for row, t in enumerate(thresholds)},
        by_class={one: _mean(table[0, :, column]) for column, one in enumerate(classes)},
        by_area={name: _mean(table[row]) for row, name in enumerate(ranges)},
        recall=_mean(recalls[0]),
        table=table,
        recalls=recalls,
    )


# ---- Overlap of blocks: columns are x0, y0, x1, y1, so that NumPy walks along memory ----


def _areas(columns: np.ndarray) -> np.ndarray:
    return (columns[2] - columns[0]) * (columns[3] - columns[1])


def _intersection(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The shared area of every box of a with every box of b, (n, m); a and b are columns (4, n) and (4, m)."""
    wide = np.minimum(a[2][:, None], b[2])
    tall = np.maximum(a[0][:, None], b[0])
    wide -= tall
    np.maximum(wide, 0, out=wide)
    high = np.minimum(a[3][:, None], b[3])
    np.maximum(a[1][:, None], b[1], out=tall)
    high -= tall
    np.maximum(high, 0, out=high)
    wide *= high
    return wide


def _iou_block(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """IoU of columns with columns, (n, m)."""
    shared = _intersection(a, b)
    union = _areas(a)[:, None] + _areas(b)
    union -= shared
    union[union == 0] = 1  # two boxes without area
    shared /= union
    return shared


def _generalized_iou_block(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Generalized IoU of columns with columns, (n, m)."""
    shared = _intersection(a, b)
    union = _areas(a)[:, None] + _areas(b)
    union -= shared
    hull = np.maximum(a[2][:, None], b[2]) - np.minimum(a[0][:, None], b[0])
    hull *= np.maximum(a[3][:, None], b[3]) - np.minimum(a[1][:, None], b[1])
    empty = np.maximum(hull - union, 0)
    union[union == 0] = 1
    hull[hull == 0] = 1
    shared /= union
    empty /= hull
    shared -= empty
    return shared


def _pairwise(of_block, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Fill an (N, M) array block by block, so that what is made in between stays small."""
    a, b = _same_dtype(_columns(a, "a"), _columns(b, "b"))
    result = np.empty((a.shape[1], b.shape[1]), a.dtype)
    for rows in _slices(*result.shape):
        result[rows] = of_block(a[:, rows], b)
    return result


def _slices(rows: int, columns: int) -> list[slice]:
    """Cut the rows of a table into blocks of about _PAIRS entries."""
    step = max(1, _PAIRS // max(1, columns))
    return [slice(start, min(start + step, rows)) for start in range(0, rows, step)]


# ---- NMS and matching ----


def _kept_of_sorted(columns: np.ndarray, threshold: np.floating) -> np.ndarray:
    """Which boxes NMS keeps, as indices; columns (4, n), the best box first.

    The best boxes that are left, a block of them, are decided among themselves. Then those that stand delete what
    they overlap of the rest, and so on.
    """
    left = np.arange(columns.shape[1])
    kept = [left[:0]]
    while len(left):
        block = columns[:, :_BLOCK]
        over = np.triu(_over(block, block, threshold), 1)  # [i, j]: i would delete j, which is worse
        stands = ~over.any(axis=0)
        while True:  # a box falls if one falls on it that stands: settled from the best box on
            before, stands = stands, ~over[stands].any(axis=0)
            if np.array_equal(before, stands):
                break
        kept.append(left[:_BLOCK][stands])
        keeper = block[:, stands]
        left, columns = left[_BLOCK:], columns[:, _BLOCK:]
        stays = np.ones(len(left), bool)
        for part in _slices(len(left), keeper.shape[1]):
            stays[part] = ~_over(columns[:, part], keeper, threshold).any(axis=1)
        left, columns = left[stays], columns[:, stays]
    return np.concatenate(kept)


def _over(a: np.ndarray, b: np.ndarray, threshold: np.floating) -> np.ndarray:
    """Which pairs have an IoU over the threshold, (n, m)."""
    return _iou_block(a, b) > threshold


def _by_class(class_ids: np.ndarray | None, order: np.ndarray) -> list[np.ndarray]:
    """The places in `order` that belong together, rising: one array a class."""
    if class_ids is None:
        return [np.arange(len(order))]
    ids = _class_ids(class_ids, len(order))[order]
    by_class = np.argsort(ids, kind="stable")
    ends = np.flatnonzero(np.diff(ids[by_class])) + 1
    return np.split(by_class, ends)


def _claims(anchors: np.ndarray, truths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pair truths with anchors, the pair of the highest IoU first: (indices of anchors, indices of truths).

    A truth and an anchor that are each other's best are a pair that no other can break: all of these at once, then
    again with what is left.
    """
    free = np.ones(anchors.shape[1], bool)
    waiting = np.arange(truths.shape[1])
    claimed, by = [], []
    while len(waiting):
        best, highest = np.zeros(len(waiting), np.intp), np.zeros(len(waiting), anchors.dtype)
        for rows in _slices(anchors.shape[1], len(waiting)):
            overlap = _iou_block(anchors[:, rows], truths[:, waiting])
            overlap[~free[rows]] = 0
            here = overlap.max(axis=0)
            better = here > highest
            best[better] = rows.start + overlap.argmax(axis=0)[better]
            highest[better] = here[better]
        waiting, best = waiting[highest > 0], best[highest > 0]
        if not len(waiting):
            break
        mutual = np.zeros(len(waiting), bool)
        for rows in _slices(len(waiting), len(waiting)):
            wanted_by = _iou_block(anchors[:, best[rows]], truths[:, waiting]).argmax(axis=1)
            mutual[rows] = wanted_by == np.arange(rows.start, rows.stop)
        claimed.append(best[mutual])
        by.append(waiting[mutual])
        free[best[mutual]] = False
        waiting = waiting[~mutual]
    return np.concatenate([*claimed, np.zeros(0, np.intp)]), np.concatenate([*by, np.zeros(0, np.intp)])


# ---- Average precision ----


def _average(precision: np.ndarray, recall: np.ndarray, points: int | str) -> float:
    """Average precision of a curve, read at some points or as the whole area."""
    _points(points)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    if points == "all":
        return float(np.sum(np.diff(recall, prepend=0.0) * envelope))
    # COCO's levels are multiples of the float 0.01, some a hair over the recall that they mean (0.35 is one), and who
    # wants its numbers needs them. All other levels are exact: found / truths reaches 6 / 10 where it is 3 / 5.
    levels = np.linspace(0, 1, points) if points == 101 else np.arange(points) / (points - 1)
    places = np.searchsorted(recall, levels, side="left")
    return float(np.mean(np.append(envelope, 0.0)[places]))


def _judge(found, known, class_id, thresholds, limits, max_detections, rules):
    """Judge the detections of one class in one image.

    Returns:
        scores (N,), falling; right and counts, booleans (area ranges, thresholds, N); objects to find per area range.
    """
    columns, scores, ids = found
    chosen = np.flatnonzero(ids == class_id)
    chosen = chosen[np.argsort(-scores[chosen], kind="stable")][:max_detections]
    columns, scores = columns[:, chosen], scores[chosen]
    objects, ids, ignored, sizes = (part[..., known[1] == class_id] for part in known)
    low, high = limits[:, :1], limits[:, 1:]
    skipped = ignored | (sizes < low) | (sizes > high)  # (area ranges, objects): not asked for in this range
    to_find = (~skipped).sum(axis=1)
    area = _areas(columns)
    off_range = (area < low) | (area > high)
    shape = (len(limits), len(thresholds), len(scores))
    right, counts = np.zeros(shape, bool), np.repeat(~off_range[:, None], len(thresholds), axis=1)
    if len(scores) and objects.shape[1]:
        overlap = _iou_block(columns, objects)
        judge = _judge_by_coco if rules == "coco" else _judge_by_voc
        if rules == "coco" and ignored.any():
            inside = _intersection(columns, objects[:, ignored])
            overlap[:, ignored] = inside / np.where(area > 0, area, 1)[:, None]
        judge(overlap, ignored, skipped, thresholds, right, counts)
    return scores, right, counts, to_find


def _judge_by_coco(overlap, crowd, skipped, thresholds, right, counts):
    """Fill in right and counts by COCO's rules."""
    taken = np.zeros((*right.shape[:2], overlap.shape[1]), bool)
    needed = np.minimum(thresholds, 1 - 1e-10)[:, None]
    skipped = skipped[:, None]
    backwards = overlap[:, ::-1]  # argmax then gives the last one of equals
    for number, row in enumerate(backwards):
        fits = (row >= needed) & ~taken[:, :, ::-1]
        if not fits.any():
            continue
        # An object that is asked for goes before one that is not, whatever the IoU.
        asked = fits & ~skipped[:, :, ::-1]
        rank = np.where(np.where(asked.any(axis=2, keepdims=True), asked, fits), row, -1)
        best = overlap.shape[1] - 1 - rank.argmax(axis=2)[:, :, None]
        hit = fits.any(axis=2)
        not_asked = np.take_along_axis(np.broadcast_to(skipped, taken.shape), best, axis=2)[:, :, 0]
        right[:, :, number] = hit & ~not_asked
        counts[:, :, number] = np.where(hit, ~not_asked, counts[:, :, number])
        now = np.take_along_axis(taken, best, axis=2)
        np.put_along_axis(taken, best, now | (hit[:, :, None] & ~crowd[best]), axis=2)


def _judge_by_voc(overlap, difficult, skipped, thresholds, right, counts):
    """Fill in right and counts by PASCAL VOC's rules."""
    best = overlap.argmax(axis=1)
    for number, place in enumerate(best):
        hit = overlap[number, place] >= thresholds
        earlier = (best[:number] == place) & (overlap[:number, place] >= thresholds[:, None])
        right[:, :, number] = hit & ~earlier.any(axis=1) & ~skipped[:, place, None]
        counts[:, :, number] = np.where(hit, ~skipped[:, place, None], counts[:, :, number])


def _mean(values: np.ndarray) -> float:
    """The mean of what is not NaN; NaN if there is nothing."""
    values = values[~np.isnan(values)]
    return float(values.mean()) if values.size else float("nan")


# ---- What is taken ----


def _columns(boxes: np.ndarray, name: str = "boxes") -> np.ndarray:
    """Return boxes as checked columns (4, N) of float32 or float64, or say in a ValueError what is wrong."""
    columns = _four(boxes, name)
    if (columns[2:] < columns[:2]).any():
        number = int(np.flatnonzero((columns[2:] < columns[:2]).any(axis=0))[0])
        raise ValueError(f"{name}: corners are x0 ≤ x1 and y0 ≤ y1, but box {number} is {columns[:, number].tolist()}")
    return columns


def _sized(boxes: np.ndarray) -> np.ndarray:
    """Return checked columns of two coordinates, a width and a height."""
    columns = _four(boxes, "boxes")
    if (columns[2:] < 0).any():
        number = int(np.flatnonzero((columns[2:] < 0).any(axis=0))[0])
        raise ValueError(f"boxes: width and height are 0 or more, but box {number} is {columns[:, number].tolist()}")
    return columns


def _four(boxes: np.ndarray, name: str) -> np.ndarray:
    """Return four finite numbers a box as columns (4, N), float32 or float64."""
    boxes = np.asarray(boxes)
    if boxes.size == 0 and boxes.shape in ((0,), (0, 4)):
        return np.zeros((4, 0), boxes.dtype if boxes.dtype == np.float32 else np.float64)
    if boxes.dtype.kind not in "fiu" or boxes.ndim != 2 or boxes.shape[1] != 4:
        raise ValueError(f"{name} are numbers of the shape (N, 4), not {boxes.dtype} of the shape {boxes.shape}")
    if boxes.dtype != np.float32:
        boxes = boxes.astype(np.float64)
    largest = np.sqrt(np.finfo(boxes.dtype).max) / 4
    if not (np.abs(boxes) <= largest).all():
        number = int(np.flatnonzero(~(np.abs(boxes) <= largest).all(axis=1))[0])
        raise ValueError(
            f"{name}: coordinates are finite and at most {largest:.0e}, but box {number} is {boxes[number].tolist()}"
        )
    return np.ascontiguousarray(boxes.T)


def _same_dtype(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """float32 if both are, else float64."""
    dtype = np.result_type(a, b)
    return a.astype(dtype, copy=False), b.astype(dtype, copy=False)


def _scores(scores: np.ndarray, count: int) -> np.ndarray:
    """Return `count` finite scores as floats."""
    scores = np.asarray(scores)
    if scores.shape != (count,):
        raise ValueError(f"scores are one for each box, of the shape ({count},), not {scores.shape}")
    if scores.dtype.kind not in "fiub":
        raise ValueError(f"scores are numbers, not {scores.dtype}")
    if not np.isfinite(scores).all():
        raise ValueError(f"scores are finite, but score {int(np.flatnonzero(~np.isfinite(scores))[0])} is not")
    return scores if scores.dtype == np.float32 else scores.astype(np.float64)


def _class_ids(class_ids: np.ndarray, count: int) -> np.ndarray:
    """Return `count` class ids as integers."""
    ids = np.asarray(class_ids)
    if ids.shape != (count,):
        raise ValueError(f"class_ids are one for each box, of the shape ({count},), not {ids.shape}")
    if count and ids.dtype.kind not in "iub":
        raise ValueError(f"class_ids are integers, not {ids.dtype}")
    return ids.astype(np.int64)


def _fraction(number: float, name: str) -> float:
    """Return a threshold as a float of Python's; refuse what is not a number from 0 to 1."""
    if not 0 <= number <= 1:
        raise ValueError(f"{name} is a number from 0 to 1, not {number!r}")
    return _as_written(number)


def _as_written(number: float) -> float:
    """Return the float that a number is written as: np.float32(0.2) means 0.2, though it lies a little above."""
    return float(str(number)) if isinstance(number, np.float32 | np.float16) else float(number)


def _thresholds(thresholds: Sequence[float]) -> np.ndarray:
    """Return IoU thresholds, (T,)."""
    given = np.asarray(thresholds)
    thresholds = np.array([_as_written(one) for one in thresholds]) if given.ndim == 1 and given.size else given
    if thresholds.ndim != 1 or not thresholds.size or not ((thresholds > 0) & (thresholds <= 1)).all():
        raise ValueError(f"thresholds are one or more numbers over 0 and up to 1, not {thresholds}")
    return thresholds


def _points(points: int | str) -> None:
    """Refuse points that are neither a whole number from 2 up nor "all"."""
    if points != "all" and (isinstance(points, bool | str | float) or points < 2):
        raise ValueError(f'points is a whole number from 2 up, or "all", not {points!r}')


def _detections(entry: tuple, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return one image's detections as columns in float64, scores and class ids."""
    if len(entry) != 3:
        raise ValueError(f"detections of image {number}: give (boxes, scores, class_ids), not {len(entry)} things")
    columns = _columns(entry[0], f"detections of image {number}").astype(np.float64)
    return columns, _scores(entry[1], columns.shape[1]), _class_ids(entry[2], columns.shape[1])


def _truths(entry: tuple, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return one image's truths as columns in float64, class ids, what is ignored, and areas."""
    if not 2 <= len(entry) <= 4:
        raise ValueError(
            f"truths of image {number}: give (boxes, class_ids) and if needed ignored and areas, "
            f"not {len(entry)} things"
        )
    boxes, ids, ignored, sizes = (*entry, None, None)[:4]
    columns = _columns(boxes, f"truths of image {number}").astype(np.float64)
    count = columns.shape[1]
    ignored = np.zeros(count, bool) if ignored is None else np.asarray(ignored)
    sizes = _areas(columns) if sizes is None else np.asarray(sizes)
    for what, given, kinds in (("ignored", ignored, "biu"), ("areas", sizes, "fiu")):
        if given.shape != (count,) or (count and given.dtype.kind not in kinds):
            raise ValueError(f"{what} of image {number}: give one for each truth, not the shape {given.shape}")
    if not (np.isfinite(sizes) & (sizes >= 0)).all():
        raise ValueError(f"areas of image {number}: finite numbers from 0 up")
    return columns, _class_ids(ids, count), ignored.astype(bool), sizes.astype(float)
