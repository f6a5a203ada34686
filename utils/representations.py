"""How good is a code? Measures by which representations of the same data can be compared.

A code is an array with one row per picture (or text, or sound); where it comes from does not matter. Everything here is
NumPy in and NumPy out, computed in float64. NaN and infinities, in codes, scores, prices or labels, raise ValueError: a
measure of them would look like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

__all__ = [
    "area_under_roc",
    "few_labels",
    "linear_probe",
    "nearest",
    "precision_at_k",
    "principal_angles",
    "reconstruction_error",
]

_BLOCK = 1 << 21  # how many numbers `nearest` works on at a time


def reconstruction_error(x: np.ndarray, reconstruction: np.ndarray) -> float:
    """Return the squared error of a picture, summed over its pixels, on average over the pictures.

    Args:
        x, reconstruction: (N, …), of one shape, N at least 1.

    Raises:
        ValueError: the shapes differ, there is no picture, or a number is not finite.
    """
    x, reconstruction = _finite(x, "x"), _finite(reconstruction, "reconstruction")
    if x.shape != reconstruction.shape or x.ndim < 2 or len(x) == 0:
        raise ValueError(f"two arrays (N, …) of one shape are needed, not {x.shape} and {reconstruction.shape}")
    return float(np.sum((x - reconstruction) ** 2) / len(x))


def few_labels(labels: np.ndarray, per_class: int, rng: np.random.Generator) -> np.ndarray:
    """Draw the rows whose labels we pretend to know: `per_class` of each class, without repetition.

    Args:
        labels: (N,), the classes.
        per_class: how many of each, at least 1.
        rng: where the randomness comes from.

    Returns:
        The row numbers, (classes · per_class,), class by class in ascending order.

    Raises:
        ValueError: a class has fewer rows than that.
    """
    labels = _labels(labels)
    if per_class < 1:
        raise ValueError(f"per_class is at least 1, not {per_class}")
    drawn = []
    for each in np.unique(labels):
        rows = np.flatnonzero(labels == each)
        if len(rows) < per_class:
            raise ValueError(f"class {each} has {len(rows)} rows, fewer than {per_class}")
        drawn.append(rng.choice(rows, per_class, replace=False))
    return np.concatenate(drawn)


def linear_probe(
    codes: np.ndarray, labels: np.ndarray, labeled: np.ndarray, price: float = 1.0
) -> Callable[[np.ndarray], np.ndarray]:
    """Fit a linear classifier to the codes of a few labeled rows, and return it.

    The codes are centered and divided by **one** number, their root mean square distance from the center, so that
    codes of different sizes pay the same price. Both come from all rows: they need no labels. The classifier is ridge
    regression onto one column per class (1 for the row's class, else 0); the largest answer wins.

    Args:
        codes: (N, K), the codes of all known rows, labeled or not.
        labels: (N,), of which only those of the labeled rows are looked at.
        labeled: the numbers of the rows whose labels are known.
        price: of squared weights, above 0.

    Returns:
        A function from codes (M, K) to predicted labels (M,).

    Raises:
        ValueError: the shapes do not fit, the price is not positive, or all codes are equal; also when predicting.

    Alain and Bengio 2016, "Understanding intermediate layers using linear classifier probes".
    """
    codes, labels = _codes(codes), _labels(labels, labeled)
    if len(codes) != len(labels):
        raise ValueError(f"{len(codes)} codes but {len(labels)} labels")
    if not 0 < price < np.inf:
        raise ValueError(f"the price is positive, not {price}")
    if (codes == codes[0]).all():  # the rounded mean of equal codes may differ from them
        raise ValueError("all codes are equal: they say nothing about the pictures")
    center = codes.mean(axis=0)
    largest = np.abs(codes - center).max()
    scale = largest * np.sqrt(np.mean(np.sum(((codes - center) / largest) ** 2, axis=1)))
    if not np.isfinite(scale):
        raise ValueError("the codes are so large that their mean or their distance from it is not finite")
    known = (codes[labeled] - center) / scale
    classes, positions = np.unique(labels[labeled], return_inverse=True)
    targets = np.eye(len(classes))[positions]
    known_mean, target_mean = known.mean(axis=0), targets.mean(axis=0)
    known, targets = known - known_mean, targets - target_mean
    weights = np.linalg.solve(known.T @ known + price * np.eye(codes.shape[1]), known.T @ targets)

    def predict(new_codes: np.ndarray) -> np.ndarray:
        scaled = (_codes(new_codes) - center) / scale
        return classes[((scaled - known_mean) @ weights + target_mean).argmax(axis=1)]

    return predict


def nearest(queries: np.ndarray, database: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the k rows of the database that are nearest to each query, nearest first.

    Args:
        queries: (M, K).
        database: (N, K).
        k: from 1 to N.

    Returns:
        Row numbers (M, k), int64, and Euclidean distances (M, k), inf where float64 knows no number so large. Of equal
        distances the lower row number comes first.

    Raises:
        ValueError: the shapes do not fit, or the database has fewer than k rows.

    |q|² − 2·q·d + |d|² is quick, one matrix product, but takes large numbers from each other and so loses the small
    digits. It is used to find those rows that may be among the nearest, given how large its error can be; they are
    then ordered by the differences themselves.
    """
    queries, database = _codes(queries), _codes(database)
    if queries.shape[1] != database.shape[1]:
        raise ValueError(f"codes of one length are needed, not {queries.shape} and {database.shape}")
    if not 1 <= k <= len(database):
        raise ValueError(f"k is from 1 to {len(database)}, not {k}")
    rows, distances = np.empty((len(queries), k), np.int64), np.empty((len(queries), k))
    step = max(1, _BLOCK // len(database))
    near = _may_be_nearest(queries, database, k, step)
    for start, (asking, found) in zip(range(0, len(queries), step), near, strict=True):
        mantissas, exponents = _squared_distances(queries[start : start + step], database, asking, found)
        order = np.lexsort((found, mantissas, exponents, asking))
        firsts = np.searchsorted(asking, np.arange(asking[-1] + 1))  # asking rises, and every query asks
        chosen = order[firsts[:, None] + np.arange(k)]
        rows[start : start + step] = found[chosen]
        odd = exponents[chosen] % 2
        halves = (exponents[chosen] - odd) // 2
        with np.errstate(over="ignore"):
            distances[start : start + step] = np.ldexp(np.sqrt(np.ldexp(mantissas[chosen], odd)), halves)
    return rows, distances


def precision_at_k(
    queries: np.ndarray, query_labels: np.ndarray, database: np.ndarray, database_labels: np.ndarray, k: int = 10
) -> float:
    """Return the share of the k nearest that have the query's label, on average over the queries.

    Args:
        queries, query_labels: (M, K) and (M,).
        database, database_labels: (N, K) and (N,).
        k: from 1 to N.

    Raises:
        ValueError: as for `nearest`, or the labels are not as many as the codes.
    """
    query_labels, database_labels = _labels(query_labels), _labels(database_labels)
    rows, _ = nearest(queries, database, k)
    if len(query_labels) != len(rows) or len(database_labels) != len(np.asarray(database)):
        raise ValueError("each code needs a label")
    return float(np.mean(database_labels[rows] == query_labels[:, None]))


def principal_angles(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the angles between two subspaces, in degrees, largest first.

    The smallest is the least angle between a vector of one and a vector of the other; the next is the least among
    vectors perpendicular to those two, and so on. All are 0 if one subspace lies in the other.

    Args:
        a, b: (N, P) and (N, Q), whose columns span the subspaces.

    Returns:
        min(rank of a, rank of b) angles from 0 to 90.

    Raises:
        ValueError: the columns have different lengths, or are all zero.

    Björck and Golub 1973, "Numerical methods for computing angles between linear subspaces": small angles come from
    sines, large ones from cosines, so that both are exact.
    """
    a, b = (_orthonormal(_codes(each)) for each in (a, b))
    if len(a) != len(b):
        raise ValueError(f"columns of one length are needed, not {len(a)} and {len(b)}")
    if a.shape[1] < b.shape[1]:
        a, b = b, a
    cosines = np.clip(np.linalg.svd(a.T @ b, compute_uv=False), 0, 1)[::-1]
    sines = np.clip(np.linalg.svd(b - a @ (a.T @ b), compute_uv=False), 0, 1)
    return np.degrees(np.where(sines**2 < 0.5, np.arcsin(sines), np.arccos(cosines)))


def area_under_roc(normal: np.ndarray, odd: np.ndarray) -> float:
    """Return how often an odd one scores higher than a normal one: 1 is perfect, 0.5 is guessing. Ties count half.

    This is the area under the receiver operating characteristic.

    Args:
        normal, odd: (N,) and (M,), the scores; a high score is an alarm.

    Raises:
        ValueError: one of them is empty, has more than one axis, or has a score that is not finite.
    """
    normal, odd = np.sort(_finite(normal, "normal")), _finite(odd, "odd")
    if normal.ndim != 1 or odd.ndim != 1 or len(normal) == 0 or len(odd) == 0:
        raise ValueError(f"two rows of scores are needed, not {normal.shape} and {odd.shape}")
    below = np.searchsorted(normal, odd, "left")
    not_above = np.searchsorted(normal, odd, "right")
    return float(np.mean((below + not_above) / (2 * len(normal))))


def _may_be_nearest(
    queries: np.ndarray, database: np.ndarray, k: int, step: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield, for blocks of `step` queries, all pairs that may be among the k nearest: the query's number in its block,
    rising, and the row's number, rising for each query.
    """
    center = np.median(database, axis=0)  # near zero less is lost; the mean would follow a single row far away
    largest = max(np.abs(part / 2 - center / 2).max() for part in (queries, database))
    size = np.ldexp(1.0, min(1000, -int(np.frexp(largest)[1]) - 1))  # a power of 2, so that no square overflows
    queries, database = (part * size - center * size for part in (queries, database))
    doubt = (queries.shape[1] + 8) * np.finfo(float).eps  # of a square, relative to |q|² + |d|², generously
    lengths = np.sum(database**2, axis=1)
    for start in range(0, len(queries), step):
        block = queries[start : start + step]
        at_most = block @ (-2 * database.T) + (1 + 2 * doubt) * lengths  # without |q|², which is the same for all rows
        kth = np.partition(at_most, k - 1, axis=1)[:, k - 1] + 4 * doubt * np.sum(block**2, axis=1)
        at_most -= 4 * doubt * lengths  # at least, now
        yield np.nonzero(at_most <= kth[:, None])


def _squared_distances(
    queries: np.ndarray, database: np.ndarray, asking: np.ndarray, found: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the squared distance of each pair of a query and a row as mantissa · 2^exponent, which neither overflows
    nor underflows.
    """
    mantissas, exponents = np.empty(len(asking)), np.empty(len(asking), np.int64)
    step = max(1, _BLOCK // queries.shape[1])
    halved = max(np.abs(queries).max(), np.abs(database).max()) > 1e307  # else halves of the least numbers are lost
    if halved:
        queries, database = queries / 2, database / 2
    for start in range(0, len(asking), step):
        part = slice(start, start + step)
        differences = np.abs(queries[asking[part]] - database[found[part]])
        size = np.frexp(differences.max(axis=1))[1]
        squares = np.sum(np.ldexp(differences, -size[:, None]) ** 2, axis=1)
        mantissas[part], more = np.frexp(squares)
        exponents[part] = np.where(squares == 0, -(1 << 20), 2 * (size.astype(np.int64) + halved) + more)
    return mantissas, exponents


def _finite(numbers: np.ndarray, name: str) -> np.ndarray:
    """Return numbers as float64, or say in a ValueError which one is not finite."""
    numbers = np.asarray(numbers, float)
    if not np.isfinite(numbers).all():
        place = tuple(int(one) for one in np.argwhere(~np.isfinite(numbers))[0])
        raise ValueError(f"{name}: all numbers are finite, but at {place} stands {numbers[place]}")
    return numbers


def _codes(codes: np.ndarray) -> np.ndarray:
    """Return codes as float64 (N, K), or say in a ValueError what a code is."""
    codes = _finite(codes, "codes")
    if codes.ndim != 2 or 0 in codes.shape:
        raise ValueError(f"codes are an array (rows, numbers), not {codes.shape}")
    return codes


def _labels(labels: np.ndarray, known: np.ndarray | slice = np.s_[:]) -> np.ndarray:
    """Return labels as an array (N,), or say in a ValueError that they are not; those that are known are finite."""
    labels = np.asarray(labels)
    if labels.ndim != 1:
        raise ValueError(f"labels are one row, not {labels.shape}")
    if labels.dtype.kind == "f":
        _finite(labels[known], "labels")
    return labels


def _orthonormal(columns: np.ndarray) -> np.ndarray:
    """Return perpendicular columns of length 1 that span the same subspace."""
    left, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    kept = sizes > sizes.max() * max(columns.shape) * np.finfo(float).eps
    if not kept.any():
        raise ValueError("columns of zeros span nothing")
    return left[:, kept]
