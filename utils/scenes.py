"""Scenes to find things in: handwritten digits of many sizes on a noisy page, among fragments of other digits.

NumPy alone, and vectorized: thousands of scenes a second. A digit is enlarged by linear interpolation to any size and
put at any place, not only at whole pixels; its box is computed from the same numbers, so it is exact.

Boxes are x0, y0, x1, y1 in pixels, y downward; the pixel in column i covers i to i + 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Scenes", "ink_box", "make_scenes"]

EDGE = 0.4
"""A digit's box ends where its ink falls below this share of its darkest pixel."""

_TRIES = 16
_BLOCK = 256


@dataclass(frozen=True)
class Scenes:
    """Pictures with the boxes and classes of the digits in them.

    Attributes:
        pixels: uint8 (N, side, side), 0 is paper, 255 the darkest ink.
        boxes: N arrays, float64 (digits in the scene, 4): x0, y0, x1, y1 of each digit's ink, in pixels.
        classes: N arrays, int64 (digits in the scene,): which digit it is.
    """

    pixels: np.ndarray
    boxes: list[np.ndarray]
    classes: list[np.ndarray]

    def __len__(self) -> int:
        return len(self.pixels)


def ink_box(image: np.ndarray, edge: float = EDGE) -> np.ndarray:
    """Return the box around the ink of one small picture, to a fraction of a pixel.

    The darkest value of each column, joined by straight lines from the middle of a column to the middle of the next,
    is a curve; the box begins where this curve first rises to `edge` times the darkest value of all, and ends where it
    last falls below. The same for the rows. Outside the picture there is no ink.

    Args:
        image: (height, width), 0 is paper; larger is darker.
        edge: above 0 and below 1.

    Returns:
        The box, float64 (4,): x0, y0, x1, y1 in pixels of this picture.

    Raises:
        ValueError: the picture is not two-dimensional, has a negative or not finite value, or no ink; `edge` is off its
            range.
    """
    image = np.asarray(image, dtype=float)
    if image.ndim != 2 or not np.all(np.isfinite(image)) or np.any(image < 0) or not np.any(image > 0):
        raise ValueError("a picture is a table of values from 0 up with at least one above 0")
    if not 0 < edge < 1:
        raise ValueError(f"the edge is a share between 0 and 1, not {edge!r}")
    x0, x1 = _crossings(image.max(axis=0), edge)
    y0, y1 = _crossings(image.max(axis=1), edge)
    return np.array([x0, y0, x1, y1])


def _crossings(profile: np.ndarray, edge: float) -> tuple[float, float]:
    """Return where a profile, with zeros around it, first rises to the level and where it last falls below."""
    level = edge * profile.max()
    first, last = np.flatnonzero(profile >= level)[[0, -1]]
    before = profile[first - 1] if first > 0 else 0.0
    after = profile[last + 1] if last + 1 < len(profile) else 0.0
    start = first - 0.5 + (level - before) / (profile[first] - before)
    end = last + 0.5 + (profile[last] - level) / (profile[last] - after)
    return float(start), float(end)


def make_scenes(
    images: np.ndarray,
    labels: np.ndarray,
    count: int,
    seed,
    side: int = 64,
    digits: tuple[int, int] = (1, 5),
    sizes: tuple[float, float] = (12.0, 28.0),
    fragments: tuple[int, int] = (2, 6),
    overlap: float = 0.1,
    noise: float = 0.08,
) -> Scenes:
    """Make scenes of digits, each at a random size and place, with fragments of other digits and noise.

    Args:
        images: (M, height, width), small pictures of digits, 0 (paper) to 1 (ink), each with some ink.
        labels: (M,), whole numbers: which digit each picture shows.
        count: the number of scenes.
        seed: a whole number or several; the same seed gives the same scenes.
        side: height and width of a scene, in pixels.
        digits: the least and the most digits in a scene, every number equally likely. Where no place is left, a scene
            may have fewer, but has one.
        sizes: the least and the most pixels of the longer side of a digit's box, uniform between the two; at most
            `side`.
        fragments: the least and the most pieces of digits strewn over a scene: a quarter of a picture each, never a
            whole digit. They have no box.
        overlap: the largest IoU (area shared over area covered) of two digits' boxes, from 0 to 1.
        noise: the standard deviation of the noise that is added to every pixel.

    Returns:
        The scenes, with the boxes and classes of their digits.

    Raises:
        ValueError: arrays that do not belong together, or a number out of its range.
    """
    images, labels = _checked_digits(images, labels)
    _check_numbers(count, side, digits, sizes, fragments, overlap, noise)
    rng = np.random.default_rng(seed)
    ink = np.array([ink_box(image) for image in images])
    boxes, chosen, present = _place(rng, ink, count, side, digits, sizes, overlap)
    pixels = np.empty((count, side, side), dtype=np.uint8)
    for start in range(0, count, _BLOCK):
        part = slice(start, min(start + _BLOCK, count))
        canvas = _digit_layer(rng, images, ink, boxes[part], chosen[part], present[part], side)
        np.maximum(canvas, _fragment_layer(rng, images, len(canvas), side, sizes, fragments), out=canvas)
        canvas += noise * rng.standard_normal(canvas.shape, dtype=np.float32)
        pixels[part] = np.clip(np.rint(255 * canvas), 0, 255)
    return Scenes(
        pixels,
        [box[here] for box, here in zip(boxes, present, strict=True)],
        [labels[which[here]] for which, here in zip(chosen, present, strict=True)],
    )


def _place(rng, ink, count, side, digits, sizes, overlap):
    """Choose digits, sizes and places. Returns boxes (count, most, 4), indices and presence (count, most)."""
    most = digits[1]
    wanted = rng.integers(digits[0], most + 1, size=count)
    chosen = rng.integers(0, len(ink), size=(count, most))
    shape = (ink[:, 2:] - ink[:, :2])[chosen]
    scale = rng.uniform(*sizes, size=(count, most)) / shape.max(axis=2)
    extent = shape * scale[:, :, None]
    boxes, present = np.zeros((count, most, 4)), np.zeros((count, most), dtype=bool)
    everyone = np.arange(count)
    for number in range(most):
        corner = rng.uniform(size=(count, _TRIES, 2)) * (side - extent[:, number, None])
        tried = np.concatenate([corner, corner + extent[:, number, None]], axis=2)
        free = np.ones((count, _TRIES), dtype=bool)
        for earlier in range(number):
            too_close = _iou(tried, boxes[:, earlier, None]) > overlap
            free &= ~(too_close & present[:, earlier, None])
        boxes[:, number] = tried[everyone, free.argmax(axis=1)]
        present[:, number] = free.any(axis=1) & (number < wanted)
    return boxes, chosen, present


def _iou(a, b):
    """IoU of boxes of positive area that stand at the same place of two arrays."""
    low, high = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=-1)
    return shared / (np.prod(a[..., 2:] - a[..., :2], axis=-1) + np.prod(b[..., 2:] - b[..., :2], axis=-1) - shared)


def _digit_layer(rng, images, ink, boxes, chosen, present, side):
    """Draw the digits so that their ink fills their boxes; (scenes, side, side), float32."""
    scene, number = np.nonzero(present)
    which = chosen[scene, number]
    scale = (boxes[scene, number, 2:] - boxes[scene, number, :2]) / (ink[which, 2:] - ink[which, :2])
    corner = boxes[scene, number, :2] - scale * ink[which, :2]
    strength = rng.uniform(0.5, 1.0, size=len(scene))
    return _draw(images[which] * strength[:, None, None].astype(np.float32), corner, scale, scene, len(boxes), side)


def _fragment_layer(rng, images, count, side, sizes, fragments):
    """Draw quarters of digits at random places; (count, side, side), float32."""
    wanted = rng.integers(fragments[0], fragments[1] + 1, size=count)
    scene = np.repeat(np.arange(count), wanted)
    rows, columns = images.shape[1:]
    pieces = images[rng.integers(0, len(images), size=len(scene))]
    top = rng.integers(0, rows - rows // 2 + 1, size=len(scene))
    left = rng.integers(0, columns - columns // 2 + 1, size=len(scene))
    offset_y, offset_x = np.arange(rows) - top[:, None], np.arange(columns) - left[:, None]
    inside_y, inside_x = (offset_y >= 0) & (offset_y < rows // 2), (offset_x >= 0) & (offset_x < columns // 2)
    strength = rng.uniform(0.5, 1.0, size=len(scene)).astype(np.float32)
    pieces = pieces * (inside_y[:, :, None] & inside_x[:, None, :]) * strength[:, None, None]
    scale = rng.uniform(*sizes, size=len(scene)) / max(rows, columns)
    middle = rng.uniform(0, side, size=(len(scene), 2))
    corner = middle - scale[:, None] * (np.column_stack([left, top]) + np.array([columns, rows]) / 4)
    return _draw(pieces, corner, np.column_stack([scale, scale]), scene, count, side)


def _draw(pictures, corner, scale, scene, count, side):
    """Enlarge pictures by `scale` (x, y), put them at `corner` (x, y), and keep the darkest ink of each scene.

    Linear interpolation is separable: rows times picture times columns, each weight a hat of one source pixel.
    """
    canvas = np.zeros((count, side, side), dtype=np.float32)
    centers = np.arange(side) + 0.5

    def weights(axis, length):
        source = (centers - corner[:, axis, None]) / scale[:, axis, None]
        distance = np.abs(source[:, :, None] - (np.arange(length) + 0.5))
        return np.maximum(0, 1 - distance).astype(np.float32)

    drawn = weights(1, pictures.shape[1]) @ pictures @ weights(0, pictures.shape[2]).transpose(0, 2, 1)
    # np.maximum.at is slow: take the first picture of every scene, then the second, and so on.
    order = np.arange(len(scene)) - np.searchsorted(scene, scene)
    for turn in range(order.max(initial=-1) + 1):
        now = order == turn
        canvas[scene[now]] = np.maximum(canvas[scene[now]], drawn[now])
    return canvas


def _checked_digits(images, labels):
    images, labels = np.asarray(images, dtype=np.float32), np.asarray(labels)
    if images.ndim != 3 or len(images) == 0 or min(images.shape[1:]) < 2:
        raise ValueError(f"images are (M, height, width), M at least 1, at least 2 by 2 pixels, not {images.shape}")
    if labels.shape != images.shape[:1] or labels.dtype.kind not in "iu":
        raise ValueError(f"there is one whole number as label for each of the {len(images)} images")
    if not np.all((images >= 0) & (images <= 1)):
        raise ValueError("images hold values from 0 (paper) to 1 (ink)")
    return images, labels.astype(np.int64)


def _check_numbers(count, side, digits, sizes, fragments, overlap, noise):
    for value, name in ((count, "count"), (side, "side"), (digits[0], "digits"), (fragments[0], "fragments")):
        least = 0 if name == "fragments" else 1
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
            raise ValueError(f"{name} is a whole number from {least} up, not {value!r}")
    for pair, name in ((digits, "digits"), (sizes, "sizes"), (fragments, "fragments")):
        if len(pair) != 2 or not pair[0] <= pair[1]:
            raise ValueError(f"{name} are (least, most), not {pair!r}")
    if not 0 < sizes[0] <= sizes[1] <= side:
        raise ValueError(f"the sizes lie between 0 and the side of the scene, {side}, not {sizes!r}")
    if not 0 <= overlap <= 1:
        raise ValueError(f"the overlap is an IoU from 0 to 1, not {overlap!r}")
    if not 0 <= noise < np.inf:
        raise ValueError(f"the noise is a standard deviation from 0 up, not {noise!r}")
