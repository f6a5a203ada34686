"""Typical wrong answers to the exercises of lesson 10."""

import numpy as np

from utils.exercises.lesson_10 import axis_angle, consistency, occlusion_map, shift_image


def shift_by_slices(image, down, across):
    """Right for shifts down and to the right only."""
    shifted = np.zeros_like(image)
    height, width = image.shape
    shifted[max(0, down) :, max(0, across) :] = image[: max(0, height - down), : max(0, width - across)][
        : height - max(0, down), : width - max(0, across)
    ]
    return shifted


def shift_by_negative_slices(image, down, across):
    """Right for shifts down and to the right that are not 0."""
    shifted = np.zeros_like(image)
    shifted[down:, across:] = image[:-down, :-across]
    return shifted


def majority(answers):
    return np.mean([np.unique(column, return_counts=True)[1].max() / len(column) for column in answers.T])


def agree(answers, pairs):
    return np.mean([answers[a] == answers[b] for a, b in pairs])


def occlude(score, image, size, fresh=True, rows=None, columns=None):
    covered = image.copy()
    fallen = np.zeros((rows or image.shape[0] - size + 1, columns or image.shape[1] - size + 1))
    for row, column in np.ndindex(*fallen.shape):
        if fresh:
            covered = image.copy()
        covered[row : row + size, column : column + size] = 0
        fallen[row, column] = score(image) - score(covered)
    return fallen


def occlude_in_place(score, image, size):
    before = score(image)
    fallen = np.zeros((image.shape[0] - size + 1, image.shape[1] - size + 1))
    for row, column in np.ndindex(*fallen.shape):
        image[row : row + size, column : column + size] = 0
        fallen[row, column] = before - score(image)
    return fallen


def axis(image, centered=True, upward=True, function=None):
    weight = image / image.sum()
    y, x = np.mgrid[: image.shape[0], : image.shape[1]].astype(float)
    middle = (np.sum(weight * y), np.sum(weight * x)) if centered else [(n - 1) / 2 for n in image.shape]
    y, x = y - middle[0], x - middle[1]
    y = -y if upward else y
    yy, xx, yx = (np.sum(weight * product) for product in (y * y, x * x, y * x))
    return function(yy, xx, yx) if function else np.degrees(np.arctan2(2 * yx, xx - yy)) / 2


WRONG = {
    "shift_image": [
        (lambda image, down, across: np.roll(image, (down, across), axis=(0, 1)), "comes back at the top"),
        (lambda image, down, across: shift_image(image, -down, -across), "moves the picture up"),
        (lambda image, down, across: shift_image(image, across, down), "the wrong way round"),
        (shift_by_slices, "positive, negative and too large"),
        (lambda image, down, across: image, "Row r of the result"),
        (shift_by_negative_slices, "With down=0, across=0"),
    ],
    "consistency": [
        (lambda answers: np.mean(answers == answers[0, 0]), "may well be read differently"),
        (lambda answers: agree(answers, [(a, b) for a in range(len(answers)) for b in range(len(answers))]), "itself"),
        (lambda answers: agree(answers, [(0, a) for a in range(1, len(answers))]), "not only with the first"),
        (lambda answers: agree(answers, [(a - 1, a) for a in range(1, len(answers))]), "not only neighbors"),
        (lambda answers: 1 - consistency(answers), "it is 1"),
        (lambda answers: np.mean(np.all(answers == answers[0], axis=0)), "not only with the first"),
        (majority, "itself"),
    ],
    "occlusion_map": [
        (lambda score, image, size: -occlusion_map(score, image, size), "The sign"),
        (lambda score, image, size: score(image) - occlusion_map(score, image, size), "the covered image"),
        (lambda score, image, size: occlude(score, image, size, rows=image.shape[0], columns=image.shape[1]), "fit at"),
        (occlude_in_place, "one window set to 0 and no other"),
        (lambda score, image, size: occlude(score, image, 1)[: 1 - size, : 1 - size], "Only one pixel"),
        (lambda score, image, size: occlude(score, image, size, fresh=False), "one window set to 0 and no other"),
        (lambda score, image, size: occlude(score, image, size)[:-1], "should have the shape"),
    ],
    "axis_angle": [
        (lambda image: axis(image, upward=False), "grow downward"),
        (lambda image: np.radians(axis_angle(image)), "in degrees"),
        (lambda image: 2 * axis_angle(image), "twice an angle"),
        (lambda image: 90 - axis_angle(image), "A level stroke"),
        (lambda image: axis(image, centered=False), "from the middle of the ink"),
        (
            lambda image: axis(image, function=lambda yy, xx, yx: np.degrees(np.arctan(2 * yx / (xx - yy))) / 2),
            "arctan2 is needed",
        ),
        (lambda image: axis(image, function=lambda yy, xx, yx: np.degrees(np.arctan(yx / xx))), "arctan2 is needed"),
        (lambda image: axis_angle(image) % 180, "between −90 and 90"),
    ],
}
