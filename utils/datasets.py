"""The data that the lessons learn from. Nothing here opens a network connection.

Everything is NumPy in and NumPy out; the digits come with scikit-learn.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["digits", "photograph", "split"]


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Return the handwritten digits that scikit-learn carries.

    Returns
    -------
    images : float32, shape (1797, 8, 8)
        Gray values from 0 (paper) to 1 (ink).
    labels : int64, shape (1797,)
        The digit that was written, 0 to 9.

    Every call returns new arrays, so that a caller may change them.
    """
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = (bunch.images / 16.0).astype(np.float32)
    labels = bunch.target.astype(np.int64)
    return images, labels


def split(arrays: Sequence[np.ndarray], sizes: Sequence[int], seed: int) -> list[tuple[np.ndarray, ...]]:
    """Shuffle arrays together and deal their rows into parts that share no row.

    Parameters
    ----------
    arrays : sequence of arrays, each of shape (rows, ...)
        They belong together: row i of each describes the same example.
    sizes : sequence of int
        How many rows each part gets. Their sum may be smaller than the number
        of rows; the rest is left out.
    seed : int
        The same seed gives the same parts, on every machine.

    Returns
    -------
    One tuple of arrays for each size, in the order of `sizes`; each tuple
    holds one array for each of `arrays`.

    When the last array is one column of whole numbers or truth values with
    at most half as many different values as it has rows, it is taken for class
    labels, and the parts are stratified: each class keeps the share that it
    has in the whole, as nearly as whole rows allow.

    Example: `(x_train, y_train), (x_test, y_test) = split([x, y], [200, 1000], seed=4)`
    """
    arrays = [np.asarray(array) for array in arrays]
    sizes = _checked_sizes(sizes)
    rows = _checked_rows(arrays)
    if sum(sizes) > rows:
        raise ValueError(f"the sizes ask for {sum(sizes)} rows, but there are only {rows}")
    order = np.random.default_rng(seed).permutation(rows)
    if _is_class_label(arrays[-1]):
        order = _deal_evenly(order, arrays[-1])
    parts = []
    start = 0
    for size in sizes:
        parts.append(order[start : start + size])
        start += size
    if _is_class_label(arrays[-1]):
        # Dealing leaves the classes in a repeating pattern; shuffle it away.
        generator = np.random.default_rng([seed, 1])
        parts = [generator.permutation(part) for part in parts]
    return [tuple(array[part] for array in arrays) for part in parts]


def _checked_sizes(sizes: Sequence[int]) -> list[int]:
    if not len(sizes):
        raise ValueError("sizes is empty: give the number of rows of at least one part")
    for size in sizes:
        if isinstance(size, (bool, np.bool_)) or not isinstance(size, (int, np.integer)):
            raise ValueError(f"a size is a whole number of rows, not {size!r}")
        if size < 1:
            raise ValueError(f"a size must be at least 1, not {size}")
    return [int(size) for size in sizes]


def _checked_rows(arrays: list[np.ndarray]) -> int:
    if not arrays:
        raise ValueError("arrays is empty: give at least one array to split")
    if any(array.ndim == 0 for array in arrays):
        raise ValueError("each array needs rows, but one of them is a single number")
    lengths = [len(array) for array in arrays]
    if len(set(lengths)) > 1:
        raise ValueError(f"the arrays must have the same number of rows, not {lengths}")
    return lengths[0]


def _is_class_label(array: np.ndarray) -> bool:
    if array.ndim != 1 or array.dtype.kind not in "iub":
        return False
    return 2 * len(np.unique(array)) <= len(array)


def _deal_evenly(order: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Reorder the rows so that every stretch of them holds the classes in their shares.

    Of a class with n rows, the k-th row (k = 0 … n-1) is placed at the fraction
    (k + 1/2) / n of the whole; sorting all rows by their fractions interleaves the classes.
    """
    fractions = np.empty(len(order))
    shuffled_labels = labels[order]
    for label in np.unique(shuffled_labels):
        where = np.flatnonzero(shuffled_labels == label)
        fractions[where] = (np.arange(len(where)) + 0.5) / len(where)
    return order[np.argsort(fractions, kind="stable")]


def photograph(name: str) -> np.ndarray:
    """Return one of the two photographs that scikit-learn carries.

    Parameters
    ----------
    name : str
        "china" (a temple roof before a sky) or "flower" (a dahlia before a blurred background).

    Returns
    -------
    float32, shape (427, 640, 3): red, green and blue from 0 (dark) to 1 (bright). The mean over the last axis is a
    gray picture.

    Every call returns a new array, so that a caller may change it.
    """
    from sklearn.datasets import load_sample_image

    if name not in ("china", "flower"):
        raise ValueError(f'a photograph is "china" or "flower", not {name!r}')
    return (load_sample_image(f"{name}.jpg") / 255.0).astype(np.float32)
