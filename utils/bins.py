"""Bins and kennels, drawn: things that open above or below, whose color and shape may be tied to what they are.

For lessons on what a network learns where several cues tell the label, and one of them by accident. A bin has its dark
opening at the top, a kennel at the bottom; nothing else makes the difference. NumPy alone; every function takes a
generator, so that the same seed gives the same pictures.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["BLUE", "SIDE", "Things", "concatenated", "make"]

SIDE = 12
"""Height and width of a picture."""

BLUE = 0.61
"""The hue of a blue thing, between 0 and 1 (red, green at a third, blue at two thirds)."""

_FINE = 3  # a pixel is the mean of so many points along each side
_BLOCK = 500  # how many pictures are drawn at a time


class Things(NamedTuple):
    """Pictures of things and what is true of each.

    Attributes:
        pictures: float32 (count, SIDE, SIDE, 3), from 0 to 1.
        is_bin, is_blue, is_round: int64 (count,), 0 or 1.
    """

    pictures: np.ndarray
    is_bin: np.ndarray
    is_blue: np.ndarray
    is_round: np.ndarray


def make(
    rng: np.random.Generator,
    count: int,
    *,
    color_tied: float = 0.0,
    shape_tied: float = 0.0,
    faint: float = 0.0,
    paleness: float = 0.0,
    hues: np.ndarray | None = None,
    balanced: bool = False,
) -> Things:
    """Draw things, half of them bins (one less than half if the count is odd).

    A blue thing has a hue near `BLUE`, any other one from red to green. A thing that is not round is a rectangle.
    Place, size and ground differ from thing to thing.

    Args:
        rng: draws everything. With the same seed and the same count, things have the same kinds, places, sizes,
            grounds and noise, whatever `faint`, `paleness` and `hues` are.
        count: how many, 2 or more.
        color_tied, shape_tied: the probability that a thing follows the rule "bins are blue, kennels are not", or
            "bins are round, kennels are not"; else a coin decides.
        faint: of the opening, 0 (dark) to 1 (not to be seen).
        paleness: of the colors, 0 (as they are) to 1 (gray).
        hues: (count,), between 0 and 1, in place of the colors that are drawn.
        balanced: whether bins and kennels, blue or not, round or not are all equally many, in all eight combinations
            (as nearly as the count allows), in place of a coin for each thing; then nothing can be tied.

    Raises:
        ValueError: a number out of its range, hues of another shape, or ties in a balanced lot.
    """
    if count < 2 or not all(0 <= share <= 1 for share in (color_tied, shape_tied, faint, paleness)):
        raise ValueError(
            "at least two things, and all shares between 0 and 1, not "
            f"{count=}, {color_tied=}, {shape_tied=}, {faint=}, {paleness=}"
        )
    if hues is not None and np.shape(hues) != (count,):
        raise ValueError(f"hues are one number for each of the {count} things, not of shape {np.shape(hues)}")
    if balanced and (color_tied or shape_tied):
        raise ValueError(f"in a balanced lot nothing is tied, not {color_tied=}, {shape_tied=}")
    dealt = rng.permutation(count)
    is_bin = dealt % 2
    is_blue, is_round = (
        np.where(rng.random(count) < tied, is_bin, rng.integers(0, 2, count)) for tied in (color_tied, shape_tied)
    )
    if balanced:
        is_blue, is_round = dealt // 2 % 2, dealt // 4 % 2
    hue = np.where(is_blue == 1, rng.normal(BLUE, 0.02, count), rng.uniform(0, 0.45, count))
    saturation, brightness = rng.uniform(0.55, 0.9, count) * (1 - paleness), rng.uniform(0.5, 0.9, count)
    color = _rgb(hue if hues is None else np.asarray(hues, float), saturation, brightness)
    ground = rng.uniform(0.55, 0.95, (count, 3))
    low, high = [0.4, 0.4, 0.2, 0.22], [0.6, 0.6, 0.32, 0.34]  # where the middle is, half the width and the height
    place = rng.uniform(low, high, (count, 4))
    blocks = [slice(start, start + _BLOCK) for start in range(0, count, _BLOCK)]
    drawn = [
        _drawn(*(array[block] for array in (is_bin, is_round, place, color, ground)), 0.25 + 0.75 * faint)
        for block in blocks
    ]
    noise = rng.normal(0, 0.03, (count, SIDE, SIDE, 3))
    pictures = np.clip(np.concatenate(drawn) + noise, 0, 1).astype(np.float32)
    return Things(pictures, *(np.asarray(each, np.int64) for each in (is_bin, is_blue, is_round)))


def concatenated(*parts: Things) -> Things:
    """Put several lots of things one after another into one.

    Raises:
        ValueError: no parts.
    """
    if not parts:
        raise ValueError("there are no things to put together")
    return Things(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _drawn(
    is_bin: np.ndarray, is_round: np.ndarray, place: np.ndarray, color: np.ndarray, ground: np.ndarray, dark: float
) -> np.ndarray:
    """Return the pictures without noise, (count, SIDE, SIDE, 3)."""
    x, y, wide, high = place.T[:, :, None, None].astype(np.float32)
    rows, columns = np.mgrid[0 : _FINE * SIDE, 0 : _FINE * SIDE].astype(np.float32) / (_FINE * SIDE)
    across, down = (columns[:1] - x) / wide, (rows[:, :1] - y) / high
    rectangle = (np.abs(across) < 0.9) & (np.abs(down) < 0.9)
    body = np.where(is_round[:, None, None] == 1, across**2 + down**2 < 1, rectangle)
    middle = np.where(is_bin == 1, -0.5, 0.5).astype(np.float32)[:, None, None]
    opening = ((across / 0.62) ** 2 + ((down - middle) / 0.3) ** 2 < 1) & body
    in_body, in_opening = (
        part.reshape(len(place), SIDE, _FINE, SIDE, _FINE).mean(axis=(2, 4))[..., None] for part in (body, opening)
    )
    painted = (in_body - (1 - dark) * in_opening) * color[:, None, None]
    return painted + (1 - in_body) * ground[:, None, None]


def _rgb(hue: np.ndarray, saturation: np.ndarray, brightness: np.ndarray) -> np.ndarray:
    """Return red, green and blue, (count, 3), of colors given as hue, saturation and brightness (value)."""
    around = (6 * hue[:, None] + np.array([0, 4, 2])) % 6
    pure = np.clip(np.abs(around - 3) - 1, 0, 1)
    return brightness[:, None] * (1 - saturation[:, None] * (1 - pure))
