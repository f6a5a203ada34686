"""A detector that is played: answers made by code around objects that are known.

For lessons on what is done with a detector's answers, where the truth has to be known.
Boxes are x0, y0, x1, y1, y downward, in a scene of `SIDE` × `SIDE`. NumPy alone; every function takes a generator, so
that the same seed gives the same boxes.
"""

from __future__ import annotations

import numpy as np

from utils import boxes

__all__ = ["SIDE", "answers", "crowd", "objects_apart"]

SIDE = 200
"""Height and width of a scene."""

_MOST_APART = 9


def objects_apart(rng: np.random.Generator, count: int = 6) -> np.ndarray:
    """Return objects that do not overlap, 22 to 45 wide and high: each in its own ninth of the scene.

    Args:
        rng: draws the ninths, places and sizes.
        count: how many, 1 to 9.

    Returns:
        (count, 4).

    Raises:
        ValueError: another count.
    """
    if not 1 <= count <= _MOST_APART:
        raise ValueError(f"a scene has 1 to {_MOST_APART} objects that stand apart, not {count!r}")
    ninth = rng.permutation(_MOST_APART)[:count]
    middle = np.stack([ninth % 3, ninth // 3], axis=1) * 66 + 33 + rng.uniform(-8, 8, (count, 2))
    size = rng.uniform(22, 45, (count, 2))
    return np.concatenate([middle - size / 2, middle + size / 2], axis=1)


def crowd(rng: np.random.Generator, count: int = 6) -> np.ndarray:
    """Return people in a row, 30 wide and 60 high, each 15 to 50 % of a width to the right of the one before.

    Args:
        rng: draws the distances.
        count: how many, 1 or more; the scene holds 9 for certain.

    Returns:
        (count, 4), from left to right.

    Raises:
        ValueError: no people.
    """
    if count < 1:
        raise ValueError(f"a crowd has 1 person or more, not {count!r}")
    left = 20 + 30 * np.cumsum(rng.uniform(0.15, 0.5, count))
    top = 70 + rng.uniform(-4, 4, count)
    return np.stack([left, top, left + 30, top + 60], axis=1)


def answers(
    rng: np.random.Generator, objects: np.ndarray, guesses: int = 12, strays: int = 10, off: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """Answer as a detector does before its repetitions are deleted: many boxes around each object, and some strays.

    Each side of a guess is off by normal noise. A score is the best IoU with an object plus noise of 0.12, clipped to
    0.01 … 1; a stray's is multiplied by 0.6, so that a box that fits well mostly has a high score.

    Args:
        rng: draws the noise.
        objects: (N, 4), each with an area.
        guesses: boxes around each object, 1 or more.
        strays: boxes anywhere in the scene, 15 to 50 wide and high, 0 or more.
        off: the standard deviation of a side's noise, as a share of the object's width or height, 0 or more.

    Returns:
        Boxes (N · guesses + strays, 4), object by object and the strays last, and scores.

    Raises:
        ValueError: a number out of its range, or objects that are no boxes.
    """
    if guesses < 1 or strays < 0 or not 0 <= off < np.inf:
        raise ValueError(f"guesses are 1 or more, strays and off 0 or more, not {guesses!r}, {strays!r} and {off!r}")
    size = boxes.to_xywh(objects)[:, 2:]
    near = np.repeat(objects, guesses, axis=0)
    near = near + rng.normal(0, off, near.shape) * np.tile(np.repeat(size, guesses, axis=0), 2)
    corner = rng.uniform(0, SIDE - 50, (strays, 2))
    stray = np.concatenate([corner, corner + rng.uniform(15, 50, (strays, 2))], axis=1)
    many = np.sort(np.concatenate([near, stray]).reshape(-1, 2, 2), axis=1).reshape(-1, 4)  # no reversed corners
    fit = boxes.iou(many, objects).max(axis=1)
    doubt = np.repeat([1, 0.6], [len(near), strays])
    return many, np.clip((fit + rng.normal(0, 0.12, len(fit))) * doubt, 0.01, 1)
