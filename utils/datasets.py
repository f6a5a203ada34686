"""The data that the lessons learn from. Nothing here opens a network connection.

Everything is NumPy in and NumPy out. Digits and photographs come with scikit-learn, the rest lies in `data`; MNIST
alone has to be on the machine already (`mnist` says how).
"""

from __future__ import annotations

import datetime
import functools
import json
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

__all__ = [
    "crops",
    "date_formats",
    "digits",
    "equal_parts",
    "letters",
    "mnist",
    "moved",
    "number_words",
    "on_canvas",
    "photograph",
    "split",
    "write_date",
]

DATA = Path(__file__).resolve().parents[1] / "data"
"""Where the committed data sets are, each in a folder with its README."""


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Return the handwritten digits that scikit-learn carries.

    Returns:
        Two new arrays, which a caller may change: the images, float32 (1797, 8, 8), gray values from 0 (paper) to 1
        (ink); and the labels, int64 (1797,), the digit that was written, 0 to 9.
    """
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = (bunch.images / 16.0).astype(np.float32)
    labels = bunch.target.astype(np.int64)
    return images, labels


def split(arrays: Sequence[np.ndarray], sizes: Sequence[int], seed: int) -> list[tuple[np.ndarray, ...]]:
    """Shuffle arrays together and deal their rows into parts that share no row.

    When the last array is one column of whole numbers or truth values with at most half as many different values as it
    has rows, it is taken for class labels, and the parts are stratified: each class keeps the share that it has in the
    whole, as nearly as whole rows allow.

    Example: `(x_train, y_train), (x_test, y_test) = split([x, y], [200, 1000], seed=4)`

    Args:
        arrays: each (rows, …). They belong together: row i of each describes the same example.
        sizes: how many rows each part gets. Their sum may be smaller than the number of rows; the rest is left out.
        seed: the same seed gives the same parts, on every machine.

    Returns:
        One tuple of arrays for each size, in the order of `sizes`; each tuple holds one array for each of `arrays`.

    Raises:
        ValueError: no array, no size, arrays of different lengths, a size that is not a whole number from 1 up, or
            more rows asked for than there are.
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


def equal_parts(arrays: Sequence[np.ndarray], count: int, seed: int, multiple: int = 1) -> list[tuple[np.ndarray, ...]]:
    """Shuffle arrays together and deal their rows into parts of one size: for as many runs, one part held out in each.

    A part is as large as it can be: the greatest multiple of `multiple` of which `count` fit into the rows. What is
    left over then, fewer than `count` · `multiple` rows, is in no part; the seed decides which rows these are.

    Args:
        arrays: as for `split`, whose rule for class labels holds here too.
        count: how many parts, at least 1.
        seed: the same seed gives the same parts, on every machine.
        multiple: what the size of a part is divisible by: the size of a batch, so that batches come out even.

    Returns:
        `count` tuples of arrays, as `split` returns them.

    Raises:
        ValueError: arrays that `split` refuses, a count or a multiple that is not a whole number from 1 up, or fewer
            rows than `count` · `multiple`.

    Example: `parts = equal_parts([x, y], 5, seed=10, multiple=32)` deals 1,797 rows into five parts of 352.
    """
    arrays = [np.asarray(array) for array in arrays]
    rows = _checked_rows(arrays)
    for name, number in {"count": count, "multiple": multiple}.items():
        if isinstance(number, (bool, np.bool_)) or not isinstance(number, (int, np.integer)) or number < 1:
            raise ValueError(f"{name} is a whole number from 1 up, not {number!r}")
    size = rows // int(count) // int(multiple) * int(multiple)
    if not size:
        raise ValueError(f"{rows} rows are too few for {count} parts, each of a multiple of {multiple} rows")
    return split(arrays, [size] * int(count), seed)


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


def moved(images: np.ndarray, right: int, down: int = 0) -> np.ndarray:
    """Move images by whole pixels: what leaves is lost, what enters is paper (0).

    Args:
        images: (count, rows, columns) or (count, rows, columns, channels).
        right, down: by how many pixels; a negative number moves to the left or up. Who moves further than the image is
            wide or high gets empty paper.

    Returns:
        A new array of the same shape and type.

    Raises:
        ValueError: images of another shape, or a step that is not a whole number.
    """
    images = np.asarray(images)
    if images.ndim not in (3, 4):
        raise ValueError(f"images have the shape (count, rows, columns) or one axis more, not {images.shape}")
    for step in (right, down):
        if isinstance(step, (bool, np.bool_)) or not isinstance(step, (int, np.integer)):
            raise ValueError(f"images move by whole pixels, not by {step!r}")
    rows, columns = images.shape[1:3]
    paper = np.zeros_like(images)
    if abs(right) < columns and abs(down) < rows:
        target = np.s_[:, max(down, 0) : rows + min(down, 0), max(right, 0) : columns + min(right, 0)]
        source = np.s_[:, max(-down, 0) : rows - max(down, 0), max(-right, 0) : columns - max(right, 0)]
        paper[target] = images[source]
    return paper


def on_canvas(images: np.ndarray, shape: tuple[int, int], corners: np.ndarray) -> np.ndarray:
    """Put each image on a canvas of its own, which is paper (0) all round.

    Args:
        images: (count, rows, columns).
        shape: rows and columns of a canvas.
        corners: whole numbers, (count, 2), row and column of each image's top left pixel on its canvas; one pair, (2,),
            puts all at the same place.

    Returns:
        The canvases, float32 (count, *shape).

    Raises:
        ValueError: images or corners of another shape or type, or an image that reaches over the edge of its canvas.
    """
    images, corners = np.asarray(images), np.asarray(corners)
    if images.ndim != 3:
        raise ValueError(f"images have the shape (count, rows, columns), not {images.shape}")
    if corners.dtype.kind not in "iu" or corners.shape not in [(2,), (len(images), 2)]:
        raise ValueError(
            f"corners are whole numbers, a row and a column for each of the {len(images)} images, "
            f"not {corners.dtype} of shape {corners.shape}"
        )
    corners = np.broadcast_to(corners, (len(images), 2)).astype(np.int64)
    room = np.array(shape) - images.shape[1:]
    if room.shape != (2,) or np.any(corners < 0) or np.any(corners > room):
        raise ValueError(f"an image of {images.shape[1:]} does not lie wholly on a canvas of {tuple(shape)} everywhere")
    canvases = np.zeros((len(images), *shape), np.float32)
    for canvas, image, (row, column) in zip(canvases, images, corners, strict=True):
        canvas[row : row + image.shape[0], column : column + image.shape[1]] = image
    return canvases


def photograph(name: str) -> np.ndarray:
    """Return one of the two photographs that scikit-learn carries.

    Args:
        name: "china" (a temple roof before a sky) or "flower" (a dahlia before a blurred background).

    Returns:
        A new array, which a caller may change, float32 (427, 640, 3): red, green and blue from 0 (dark) to 1 (bright).
        The mean over the last axis is a gray picture.

    Raises:
        ValueError: another name.
    """
    from sklearn.datasets import load_sample_image

    if name not in ("china", "flower"):
        raise ValueError(f'a photograph is "china" or "flower", not {name!r}')
    return (load_sample_image(f"{name}.jpg") / 255.0).astype(np.float32)


def crops(
    picture: np.ndarray, box: Sequence[int], side: int, count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Cut squares out of a part of a picture, each at a random place within it; they may overlap.

    Args:
        picture: (rows, columns), or with channels after them.
        box: the part, x0, y0, x1, y1 in whole pixels: columns x0 to x1 − 1, rows y0 to y1 − 1.
        side: of a square, in pixels.
        count: how many squares.
        rng: which draws the places; every place is as likely as the others.

    Returns:
        The squares, (count, side, side, …), of the picture's type, and where they lie, x0, y0, x1, y1 in the picture,
        int64 (count, 4).

    Raises:
        ValueError: a picture of another shape, a part that is not within it, a square that does not fit into the part,
            or fewer than one.
    """
    picture, box = np.asarray(picture), [int(edge) for edge in box]
    if picture.ndim < 2 or len(box) != 4:
        raise ValueError(f"a picture has rows and columns, and a box four edges, not {picture.shape} and {box}")
    x0, y0, x1, y1 = box
    if not (0 <= x0 <= x1 - side and x1 <= picture.shape[1] and 0 <= y0 <= y1 - side and y1 <= picture.shape[0]):
        raise ValueError(f"no square of {side} fits into {box}, or that is not within a picture of {picture.shape[:2]}")
    if side < 1 or count < 1:
        raise ValueError(f"at least one square of at least one pixel, not {count} of {side}")
    columns = rng.integers(x0, x1 - side + 1, count)
    rows = rng.integers(y0, y1 - side + 1, count)
    squares = np.stack([picture[y : y + side, x : x + side] for x, y in zip(columns, rows, strict=True)])
    return squares, np.stack([columns, rows, columns + side, rows + side], axis=1).astype(np.int64)


def number_words() -> dict[str, np.ndarray]:
    """Return numbers and their words in three languages, from data/number_words.

    Returns:
        Four new arrays, which a caller may change, with one element per number, in ascending order: all numbers below
        10,000, then 1,000 longer ones below 100,000. "number" is int64; "english", "welsh" and "german" are texts, as
        num2words writes them: "twenty-one", "un ar hugain", "einundzwanzig".
    """
    text = (DATA / "number_words" / "numbers.tsv").read_text(encoding="utf-8")
    header, *lines = [line.split("\t") for line in text.splitlines()]
    columns = dict(zip(header, map(np.array, zip(*lines, strict=True)), strict=True))
    columns["number"] = columns["number"].astype(np.int64)
    expected = np.arange(10_000)
    if list(columns) != ["number", "english", "welsh", "german"] or not np.all(columns["number"][:10_000] == expected):
        raise ValueError("data/number_words/numbers.tsv is damaged: make it again with data/number_words/make.py")
    return columns


def letters() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the printed capital letters of 22 faces, from data/letters.

    Returns:
        Three arrays. The images, float32 (572, 32, 32): gray values from 0 (paper) to 1 (ink); the ink of each is in
        the middle, and the letter H of each face is 16 pixels high. The labels, int64 (572,): 0 for A to 25 for Z,
        each letter once in each face. The family of each one's face, str (572,): "DejaVu Sans", "DejaVu Sans Mono",
        "DejaVu Serif", "STIX" or "Computer Modern".
    """
    with np.load(DATA / "letters" / "letters.npz", allow_pickle=False) as file:
        images, labels, families = file["images"], file["labels"], file["families"]
    if images.shape != (572, 32, 32) or not np.array_equal(labels, np.tile(np.arange(26), 22)):
        raise ValueError("data/letters/letters.npz is damaged: make it again with data/letters/make.py")
    return (images / 255.0).astype(np.float32), labels.astype(np.int64), families


KERAS_FALLBACK = os.path.join("/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir(), ".keras")
"""Where Keras keeps what it loads when the home folder cannot be written."""


def mnist() -> tuple[np.ndarray, np.ndarray]:
    """Return the handwritten digits of MNIST, if Keras has loaded them on this machine before.

    The file is looked for where Keras keeps it: datasets/mnist.npz in the folder that KERAS_HOME names, in .keras in
    the home folder, and in `KERAS_FALLBACK`. It is never downloaded from here.

    Returns:
        The images, float32 (70000, 28, 28), gray values from 0 (paper) to 1 (ink): the 60,000 training digits, then the
        10,000 test digits. And the labels, int64 (70000,): the digit that was written, 0 to 9.

    Raises:
        FileNotFoundError: the file is not there; the message says how to get it.
        ValueError: the file is another one.
    """
    homes = [os.environ.get("KERAS_HOME"), os.path.join("~", ".keras"), KERAS_FALLBACK]
    places = [Path(os.path.expanduser(home), "datasets", "mnist.npz") for home in homes if home]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise FileNotFoundError(
            f"there is no {', no '.join(map(str, places))}. With a network, once, Keras can fetch it (11 MB), in a"
            " cell of a lesson: import keras; keras.datasets.mnist.load_data(). Or copy mnist.npz from another machine."
        )
    with np.load(path, allow_pickle=False) as file:
        names = ["x_train", "x_test", "y_train", "y_test"]
        if not set(names) <= set(file.files):
            raise ValueError(f"{path} is not Keras's mnist.npz: it holds {sorted(file.files)}, not {sorted(names)}")
        x_train, x_test, y_train, y_test = (file[name] for name in names)
    images, labels = np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test])
    if images.shape[1:] != (28, 28) or images.dtype != np.uint8 or labels.shape != images.shape[:1]:
        raise ValueError(f"{path} is damaged: its images are {images.dtype} of shape {images.shape}")
    return (images / np.float32(255)), labels.astype(np.int64)


def date_formats() -> dict[str, dict]:
    """Return how twenty locales write a date, from data/dates (Unicode CLDR).

    Returns:
        A dict from the locale's code, "en_GB", to a dict with three entries: "language", its name; "patterns", a dict
        from a style ("full", "long", "medium", "short") to CLDR's pattern, "EEEE, d MMMM y"; and "names", a dict from a
        field of the patterns ("MMMM", "EEEE", …) to the names of months, January first, or of weekdays, Monday first.
    """
    formats = json.loads((DATA / "dates" / "formats.json").read_text(encoding="utf-8"))
    if len(formats) != 20:
        raise ValueError("data/dates/formats.json is damaged: make it again with data/dates/make.py")
    return formats


def write_date(day: datetime.date, locale: str, style: str) -> str:
    """Write a date as a locale does: write_date(date(2026, 3, 5), "de", "long") is "5. März 2026".

    Args:
        day: from the year 1000 on.
        locale, style: a locale and one of its styles, as in `date_formats()`.

    Returns:
        One line of text, after the pattern of the Unicode CLDR for this locale and style.

    Raises:
        ValueError: no date, one before the year 1000, or a locale or style that data/dates does not have.
    """
    if not isinstance(day, datetime.date) or day.year < 1000:
        raise ValueError(f"a day is a datetime.date from the year 1000 on, not {day!r}")
    formats = _date_formats()
    if locale not in formats or style not in formats[locale]["patterns"]:
        raise ValueError(f"there is no style {style!r} of a locale {locale!r} in data/dates")
    names = formats[locale]["names"]
    numbers = {"y": day.year, "M": day.month, "d": day.day}
    written = []
    for piece in _pieces(formats[locale]["patterns"][style]):
        if piece[0] == "'":
            written.append(piece[1:-1])
        elif piece in names:
            written.append(names[piece][day.month - 1 if piece[0] in "ML" else day.weekday()])
        elif piece == "yy":
            written.append(f"{day.year % 100:02}")
        elif piece[0].isascii() and piece[0].isalpha():
            written.append(str(numbers[piece[0]]).zfill(len(piece)))
        else:
            written.append(piece)
    return "".join(written)


@functools.cache
def _pieces(pattern: str) -> tuple[str, ...]:
    """Cut a pattern of the Unicode CLDR into fields ("MMMM"), quoted text ("'de'") and all else."""
    return tuple(found[0] for found in re.finditer(r"'[^']*'|([A-Za-z])\1*|[^A-Za-z']+", pattern))


@functools.cache
def _date_formats() -> dict[str, dict]:
    return date_formats()
