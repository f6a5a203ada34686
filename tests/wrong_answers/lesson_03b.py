"""Typical wrong answers to the exercises of lesson 03b, each with a fragment of the hint it must get."""

import numpy as np
from scipy.stats import binom


def _stop(new_low=lambda loss, lowest, before: loss < lowest, waits=lambda since, patience: since >= patience, shift=0):
    """Early stopping with another rule for a new lowest value, or for the end of waiting."""

    def stop(losses, patience):
        best = 1
        for epoch in range(1, len(losses) + 1):
            if epoch > 1 and new_low(losses[epoch - 1], losses[best - 1], losses[epoch - 2]):
                best = epoch
            if waits(epoch - best, patience):
                return epoch, best + shift
        return len(losses), best + shift

    return stop


def _stop_keeps_the_last(losses, patience):
    stop = _stop()(losses, patience)[0]
    return stop, stop


def _best_is_a_loss(losses, patience):
    best = 1
    for epoch in range(1, len(losses) + 1):
        if losses[epoch - 1] < losses[best - 1]:
            best = losses[epoch - 1]
        if epoch - best >= patience:
            return epoch, best
    return len(losses), best


def _total_waiting(losses, patience):
    best, bad = 1, 0
    for epoch in range(2, len(losses) + 1):
        if losses[epoch - 1] < losses[best - 1]:
            best = epoch
        else:
            bad += 1
        if bad >= patience:
            return epoch, best
    return len(losses), best


def _pick(choose, report):
    def pick(right, choosing, reporting):
        candidate = choose(right, choosing, reporting)
        return candidate, report(right, candidate, choosing, reporting)

    return pick


def _best(right, choosing, reporting):
    return right[:, choosing].mean(axis=1).argmax()


def _own(right, candidate, choosing, reporting):
    return right[candidate, reporting].mean()


def _rows_not_groups(groups, share, rng):
    return rng.permutation(len(groups)) < round(share * len(groups))


def _first_groups(groups, share, rng):
    things = np.unique(groups)
    return np.isin(groups, things[: round(share * len(things))])


def _training_instead(groups, share, rng):
    things = rng.permutation(np.unique(groups))
    return ~np.isin(groups, things[: round(share * len(things))])


def _each_by_chance(groups, share, rng):
    things = np.unique(groups)
    return np.isin(groups, things[rng.random(len(things)) < share])


def _indices(groups, share, rng):
    things = rng.permutation(np.unique(groups))
    return np.resize(np.flatnonzero(np.isin(groups, things[: round(share * len(things))])), len(groups))


def _worst(count, questions, share):
    above = binom.sf(np.arange(questions), questions, share)
    return np.sum(above**count) / questions


def _shuffled_folds(count, folds, size):
    rows = np.random.default_rng(0).permutation(count)
    return [
        (np.setdiff1d(rows, rows[k * size : (k + 1) * size]), rows[k * size : (k + 1) * size]) for k in range(folds)
    ]


def _from_the_front(count, folds, size):
    return [(np.arange(k * size), np.arange(k * size, (k + 1) * size)) for k in range(1, folds + 1)]


def _window_only(count, folds, size):
    starts = range(count - folds * size, count, size)
    return [(np.arange(max(0, start - size), start), np.arange(start, start + size)) for start in starts]


def _all_others(count, folds, size):
    starts = range(count - folds * size, count, size)
    tests = [np.arange(start, start + size) for start in starts]
    return [(np.setdiff1d(np.arange(count), test), test) for test in tests]


def _yields_the_front(count, folds, size):
    yield from _from_the_front(count, folds, size)


def _with_the_test(count, folds, size):
    starts = range(count - folds * size, count, size)
    return [(np.arange(start + 1), np.arange(start, start + size)) for start in starts]


WRONG = {
    "stop_at": [
        (_stop(shift=-1), "counted from 1"),
        (_stop_keeps_the_last, "lowest loss so far"),
        (_stop(waits=lambda since, patience: since > patience), "an epoch too late"),
        (_stop(waits=lambda since, patience: since >= patience - 1), "too early"),
        (_stop(new_low=lambda loss, lowest, before: loss < before), "Compare with the lowest"),
        (_stop(new_low=lambda loss, lowest, before: loss <= lowest), "no new lowest"),
        (_best_is_a_loss, "not a loss"),
        (_total_waiting, "starts the waiting anew"),
        (lambda losses, patience: int(np.argmin(losses)) + 1, "Two epochs"),
    ],
    "pick_and_report": [
        (_pick(_best, lambda right, c, choosing, reporting: right[c, choosing].mean()), "columns that have chosen"),
        (_pick(lambda right, a, b: right[:, b].mean(axis=1).argmax(), _own), "Only the columns `choosing`"),
        (_pick(lambda right, a, b: right.mean(axis=1).argmax(), _own), "Only the columns `choosing`"),
        (_pick(lambda right, a, b: right[:, a].mean(axis=1).argmin(), _own), "worst"),
        (_pick(_best, lambda right, c, a, b: right[:, b].mean(axis=1).max()), "best accuracy that anybody"),
        (_pick(_best, lambda right, c, a, b: right[c].mean()), "all five"),
        (lambda right, choosing, reporting: right[:, choosing].mean(axis=1).argmax(), "Two things"),
    ],
    "split_groups": [
        (_rows_not_groups, "not the rows"),
        (_first_groups, "Another rng"),
        (_training_instead, "True means"),
        (_each_by_chance, "each time"),
        (_indices, "truth value"),
        (lambda groups, share, rng: rng.permutation(np.unique(groups)), "shape"),
    ],
    "best_of_equals": [
        (lambda count, questions, share: share, "more than 1/2"),
        (_worst, "how often *both*"),
        (
            lambda count, questions, share: np.sum(1 - binom.cdf(np.arange(questions), questions, share) ** count),
            "divide",
        ),
        (
            lambda count, questions, share: (
                np.random.default_rng(0).binomial(questions, share, (4000, count)).max(1).mean() / questions
            ),
            "not exact",
        ),
    ],
    "later_folds": [
        (_shuffled_folds, "come after"),
        (_from_the_front, "end at the last row"),
        (_yields_the_front, "end at the last row"),
        (_window_only, "*all* rows before"),
        (_all_others, "come after"),
        (_with_the_test, "in both parts"),
        (lambda count, folds, size: later[0] if (later := _from_the_front(count, folds, size)) else None, "pairs"),
    ],
}
