"""Typical wrong answers to the exercises of lesson 16c, each with a fragment of the hint it must get."""

import numpy as np

from utils.exercises import lesson_16c


def _nothing_held(v, known, step, turns):
    for _ in range(turns):
        v = step(v)
    return v


def _held_at_the_end(v, known, step, turns):
    return np.where(known, v, _nothing_held(v, known, step, turns))


def _other_way_round(v, known, step, turns):
    now = v
    for _ in range(turns):
        now = np.where(known, step(now), v)
    return now


def _always_from_the_start(v, known, step, turns):
    now = v
    for _ in range(turns):
        now = np.where(known, v, step(v))
    return now


def _once(v, known, step, turns):
    return lesson_16c.clamped_chain(v, known, step, 1)


def _label_first(digits, pixels, rng):
    start, held = lesson_16c.wish(digits, pixels, rng)
    return np.roll(start, 10, axis=1), np.roll(held, 10)


def _gray(digits, pixels, rng):
    start, held = lesson_16c.wish(digits, pixels, rng)
    start[:, :pixels] = rng.random((len(digits), pixels))
    return start, held


def _empty(digits, pixels, rng):
    start, held = lesson_16c.wish(digits, pixels, rng)
    start[:, :pixels] = 0
    return start, held


def _same_rows(digits, pixels, rng):
    start, held = lesson_16c.wish(digits, pixels, rng)
    start[:, :pixels] = start[0, :pixels]
    return start, held


def _with_held(change):
    def answer(digits, pixels, rng):
        start, held = lesson_16c.wish(digits, pixels, rng)
        return start, change(start, held, pixels)

    return answer


def _only_the_one(start, held, pixels):
    return held & (start[0] == 1)


def _chance(top, weights, visible):
    return 1 / (1 + np.exp(-(top[:, : weights.shape[1]] @ weights.T + visible)))


def _drawn(chance, rng):
    return (rng.random(chance.shape) < chance).astype(float)


WRONG = {
    "clamped_chain": [
        (_nothing_held, "Nothing is held"),
        (_held_at_the_end, "only at the end"),
        (_other_way_round, "The wrong way round"),
        (_always_from_the_start, "should go on from where"),
        (_once, "once a turn"),
    ],
    "wish": [
        (_label_first, "after the pixels, not before"),
        (_gray, "not numbers in between"),
        (_empty, "should be random"),
        (_same_rows, "draw them for each row"),
        (lambda digits, pixels, rng: lesson_16c.wish((digits - 1) % 10, pixels, rng), "off by one"),
        (_with_held(lambda start, held, pixels: ~held), "only the label is clamped"),
        (_with_held(lambda start, held, pixels: held | True), "nothing is drawn"),
        (_with_held(_only_the_one), "the zeros too"),
        (lambda digits, pixels, rng: lesson_16c.wish(digits, pixels, rng)[0], "two things"),
    ],
    "go_down": [
        (lambda top, w, a, rng: _chance(top, w, a), "Those are chances"),
        (lambda top, w, a, rng: (_chance(top, w, a) > 0.5).astype(float), "do not round"),
        (lambda top, w, a, rng: (rng.random(len(a)) < _chance(top, w, a)).astype(float), "draw anew"),
        (lambda top, w, a, rng: (rng.random((len(top), 1)) < _chance(top, w, a)).astype(float), "share one"),
        (lambda top, w, a, rng: _drawn(_chance(top, w, 0 * a), rng), "own biases are missing"),
        (lambda top, w, a, rng: _drawn(_chance(top[:, -w.shape[1] :], w, a), rng), "stand first"),
        (lambda top, w, a, rng: 1 - _drawn(_chance(top, w, a), rng), "wrong way round"),
        (lambda top, w, a, rng: _drawn(_chance(top[:, 1:], w, a), rng), "Which columns"),
    ],
    "variety": [
        (lambda d: np.abs(d[:, None] - d[None]).sum(axis=2).mean(), "does not differ from itself"),
        (lambda d: np.abs(d[:, None] - d[None]).sum(), "The mean is asked for"),
        (lambda d: lesson_16c.variety(d) / d.shape[1], "not their share"),
        (lambda d: (2 * d.mean(axis=0) * (1 - d.mean(axis=0))).sum(), "does not differ from itself"),
        (lambda d: lesson_16c.variety(d) / 2, "does not differ from itself"),
        (lambda d: np.abs(d[1:] - d[:-1]).sum(axis=1).mean() + 1, "For each pair"),
    ],
}
