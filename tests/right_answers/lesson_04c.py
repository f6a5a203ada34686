"""Right answers of other kinds to the exercises of lesson 04c."""

import numpy as np

from utils.exercises import lesson_04c


def drop_by_choice(x, rate, rng):
    """With a mask that is drawn as such."""
    return x * rng.choice([0, 1 / (1 - rate)], p=[rate, 1 - rate], size=np.shape(x))


def stop_by_counting(losses, patience, min_delta=0.0):
    """With the lowest loss and a counter, as Keras keeps them."""
    best, best_loss, waited = 0, losses[0], 0
    for number, loss in enumerate(losses[1:], start=1):
        waited += 1
        if loss < best_loss - min_delta:
            best, best_loss, waited = number, loss, 0
        if waited >= patience:
            return number, best
    return len(losses) - 1, best


RIGHT = {
    "drop_out": [
        drop_by_choice,
        lambda x, rate, rng: np.float32(x) * (rng.random(np.shape(x)) >= rate) / np.float32(1 - rate),
        lambda x, rate, rng: x * rng.binomial(1, 1 - rate, np.shape(x)) / (1 - rate),
    ],
    "stop_early": [
        stop_by_counting,
        lambda *case: np.array(lesson_04c.stop_early(*case)),
    ],
    "through_dropout": [
        lambda gradient, kept, rate: gradient * kept / (1 - rate),
        lambda gradient, kept, rate: (np.float32(gradient) * np.float32(1 / (1 - rate)) * kept).tolist(),
    ],
    "stop_with_threshold": [
        stop_by_counting,
        lambda *case: [np.int64(one) for one in lesson_04c.stop_with_threshold(*case)],
    ],
}
