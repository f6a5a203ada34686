"""Typical wrong answers to the exercises of lesson 04c, each with a fragment of the hint it must get."""

import numpy as np


def _drop(kept_of, scaled):
    return lambda x, rate, rng: np.where(kept_of(x, rate, rng), scaled(x, rate), 0)


def _each(x, rate, rng):
    return rng.random(np.shape(x)) >= rate


def _by_columns(x, rate, rng):
    return np.broadcast_to(rng.random(np.shape(x)[1]) >= rate, np.shape(x))


def _the_other_share(x, rate, rng):
    return rng.random(np.shape(x)) < rate


def _stop(better, enough, look_ahead=False, swapped=False, first=0):
    """A stop with other conditions: better(loss, best loss, loss before), enough(rounds since the best, patience)."""

    def stop(losses, patience, min_delta=0.0):
        best = 0
        for number, loss in enumerate(losses):
            if number and better(loss, losses[best], losses[number - 1], min_delta):
                best = number
            if not look_ahead and enough(number - best, patience):
                break
        return (best + first, number + first) if swapped else (number + first, best + first)

    return stop


def _lower(loss, best, before, min_delta):
    return loss < best - min_delta


def _in_time(waited, patience):
    return waited >= patience


def _never_resets(losses, patience, min_delta=0.0):
    best, waited = 0, 0
    for number, loss in enumerate(losses):
        if loss < losses[best] - min_delta:
            best = number
        elif number:
            waited += 1
        if waited >= patience:
            break
    return number, best


STOPS = [
    (_stop(_lower, _in_time, swapped=True), "the wrong way round"),
    (_stop(_lower, _in_time, first=1), "count from 0"),
    (_stop(_lower, lambda waited, patience: waited > patience), "the second one without a better loss"),
    (_stop(_lower, lambda waited, patience: waited > 0), "after the first round that is no better"),
    (_stop(_lower, _in_time, look_ahead=True), "Round 6 is never trained"),
    (_never_resets, "starts again at each better loss"),
]

WRONG = {
    "drop_out": [
        (lambda x, rate, rng: x / (1 - rate), "Nothing was dropped"),
        (_drop(_each, lambda x, rate: x), "left as it is"),
        (_drop(_each, lambda x, rate: x * (1 - rate)), "became smaller"),
        (_drop(_each, lambda x, rate: x / rate if rate else x), "the share that is dropped. It belongs"),
        (_drop(_by_columns, lambda x, rate: x / (1 - rate)), "fall out together"),
        (_drop(_the_other_share, lambda x, rate: x / (1 - rate)), "The rate is the share that goes"),
        (_drop(_each, lambda x, rate: x + rate), "it has to become 9"),
    ],
    "stop_early": [
        *STOPS,
        (_stop(lambda loss, best, before, min_delta: loss < before, _in_time), "and not with the one before"),
        (_stop(lambda loss, best, before, min_delta: loss <= best, _in_time), "equal to the best is not lower"),
    ],
    "through_dropout": [
        (lambda gradient, kept, rate: gradient / (1 - rate), "did not reach the output"),
        (lambda gradient, kept, rate: gradient * kept, "also scaled what it kept"),
        (lambda gradient, kept, rate: gradient * kept * (1 - rate), "upside down"),
        (lambda gradient, kept, rate: gradient * kept / (rate or 1), "the share that is dropped"),
        (lambda gradient, kept, rate: gradient[kept] / (1 - rate), "should have the shape"),
    ],
    "stop_with_threshold": [
        *STOPS,
        (_stop(lambda loss, best, before, min_delta: loss < best, _in_time), "lower by less than min_delta"),
        (
            _stop(lambda loss, best, before, min_delta: loss < best and loss < before - min_delta, _in_time),
            "last one that counted as better",
        ),
        (_stop(lambda loss, best, before, min_delta: loss <= best - min_delta, _in_time), "exactly min_delta"),
        (
            _stop(lambda loss, best, before, min_delta: loss < best * (1 - min_delta), _in_time),
            "not a share of the loss",
        ),
    ],
}
