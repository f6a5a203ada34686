"""Right answers of other kinds to the exercises of lesson 05a."""

import itertools

import numpy as np

from utils.exercises import lesson_05a


def accumulated(slope, x, rate, steps):
    """With itertools, as an array."""
    walk = itertools.accumulate(range(steps), lambda place, _: place - rate * slope(place), initial=x)
    return np.array(list(walk))


def raised_until_it_diverges(curvature):
    """By trial, in steps of two per mille."""
    rate = 1e-4
    while abs(lesson_05a.descend(lambda x: curvature * x, 1.0, rate, 40)[-1]) <= 1:
        rate *= 1.002
    return rate


def in_float32(function):
    """The worked answer, all of it in float32, as a layer computes."""
    return lambda *arguments: function(*(one if isinstance(one, int) else np.float32(one) for one in arguments))


def yielded(slope, x, rate, steps):
    """As a generator."""
    yield x
    for _ in range(steps):
        x = x - rate * slope(x)
        yield x


RIGHT = {
    "descend": [accumulated, yielded, lambda *arguments: tuple(map(np.float32, lesson_05a.descend(*arguments)))],
    "largest_rate": [
        lambda curvature: 2 / curvature,
        lambda curvature: np.float32(1.999 / curvature),
        raised_until_it_diverges,
    ],
    "next_velocity": [
        in_float32(lesson_05a.next_velocity),
        lambda v, g, rate, momentum: [momentum * a - rate * b for a, b in zip(v, g, strict=True)],
    ],
    "rms_step": [
        in_float32(lesson_05a.rms_step),
        lambda *arguments: np.array(lesson_05a.rms_step(*arguments)),
        lambda g, s, rate, rho, e: [rate * g * (s + (1 - rho) * (g**2 - s) + e) ** -0.5, s + (1 - rho) * (g**2 - s)],
    ],
    "adam_move": [
        in_float32(lesson_05a.adam_move),
        lambda m, s, t, rate, b1, b2: rate * np.sqrt(1 - b2**t) / (1 - b1**t) * m / (np.sqrt(s) + 1e-7),
        lambda m, s, t, rate, b1, b2: rate * m / (1 - b1**t) / (np.sqrt(s / (1 - b2**t)) + 1e-8),
        lambda m, s, t, rate, b1, b2: rate * m / (1 - b1**t) / np.sqrt(s / (1 - b2**t) + 1e-7),
    ],
    "critical_rate": [
        lambda A: 2 / np.linalg.norm(A, 2),
        lambda A: np.float32(2) / np.linalg.eigvalsh(np.float32(A))[-1],
        lambda A: 2 / max(np.linalg.eigvals(A.astype(complex)), key=abs).real,
        lambda A: 1.995 / np.linalg.eigvalsh(A)[-1],
        lambda A: complex(2 / np.linalg.eigvalsh(A)[-1]),
    ],
    "adamw_step": [
        in_float32(lesson_05a.adamw_step),
        lambda *arguments: np.array(lesson_05a.adamw_step(*arguments)),
    ],
}
