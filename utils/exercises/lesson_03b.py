"""The exercises of lesson 03b, three parts."""

from collections.abc import Iterator
from itertools import islice

import numpy as np
from scipy.stats import binom

from utils.exercises.engine import (
    Exercise,
    Wrong,
    call,
    expect,
    expect_array,
    expect_close,
    expect_number,
    expect_parts,
)

# ---- when to stop ----


def stop_at(losses, patience):
    """The epoch after which training stops, and the epoch whose weights are kept."""
    best = 1
    for epoch in range(1, len(losses) + 1):
        if losses[epoch - 1] < losses[best - 1]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(losses), best


def _stop(answer, losses, patience):
    try:
        result = call(answer, np.array(losses, float), patience)
    except IndexError as error:
        if "only integers" not in str(error):
            raise
        raise Wrong("`best` is the number of an epoch, not a loss: `losses[best - 1]` looks the loss up.") from error
    parts = expect_parts(result, 2, "Two epochs are wanted: the one after which training stops, and the one kept.")
    return tuple(expect_number(part, what) for part, what in zip(parts, ("the stop", "the epoch kept"), strict=True))


def check_stop_at(answer):
    """Cases by hand, then random curves."""
    stop, best = _stop(answer, [5, 4, 3, 4, 5, 6, 7, 8], 2)
    expect(best != 2, "With the losses 5, 4, 3, 4, … the third epoch is the best. Are epochs counted from 1?")
    expect(best == 3, "With the losses 5, 4, 3, 4, 5, … the kept epoch should be that of the lowest loss so far.")
    expect(stop != 4, "It stops too early: with patience 2, two epochs without a new lowest value have to go by.")
    expect(stop != 6, "It stops an epoch too late: after the second epoch without a new lowest value it is time.")
    expect(stop == 5, "With the losses 5, 4, 3, 4, 5, 6, … and patience 2, training stops after epoch 5.")
    stop, best = _stop(answer, [5, 4, 3.5, 3.4, 3.3], 2)
    expect((stop, best) == (5, 5), "While the loss falls, training goes on to the last epoch, and keeps that.")
    stop, best = _stop(answer, [5, 4, 4.5, 3, 3.5, 3.2, 3.1, 1], 3)
    expect(
        stop != 8,
        "3.5, 3.2, 3.1 fall, but none of them is lower than the 3 before. Compare with the lowest, not the last.",
    )
    expect(
        (stop, best) == (7, 4),
        "With 5, 4, 4.5, 3, 3.5, 3.2, 3.1 and patience 3: each new lowest value starts the waiting anew, "
        "and only a new lowest value does.",
    )
    stop, best = _stop(answer, [3, 3, 3, 3, 3], 2)
    expect((stop, best) == (3, 1), "A loss that is equal to the lowest is no new lowest value.")
    rng = np.random.default_rng(0)
    for length, patience in [(1, 1), (6, 1), (30, 4), (30, 10), (12, 40)]:
        losses = rng.normal(size=length).cumsum()
        expect(
            _stop(answer, losses, patience) == stop_at(losses, patience),
            f"For a random curve of {length} epochs and patience {patience} it stops or keeps another epoch.",
        )


# ---- choose, and report ----


def pick_and_report(right, choosing, reporting):
    """The row that is best on the columns `choosing`, and its accuracy on `reporting`."""
    candidate = right[:, choosing].mean(axis=1).argmax()
    accuracy = right[candidate, reporting].mean()
    return candidate, accuracy


def _pick(answer, right, choosing, reporting):
    result = call(answer, right, choosing, reporting)
    parts = expect_parts(result, 2, "Two things are wanted: the number of the candidate, and an accuracy.")
    return expect_number(parts[0], "the candidate"), expect_number(parts[1], "the accuracy")


def check_pick_and_report(answer):
    """A table in which each wrong way shows, then random ones."""
    right = np.array([[1, 0, 0, 1, 1], [1, 1, 0, 0, 0], [0, 0, 0, 1, 0]], bool)
    candidate, accuracy = _pick(answer, right, np.array([0, 1]), np.array([2, 3, 4]))
    expect(
        candidate != 0,
        "The first candidate is best on the columns 2, 3, 4, and on all five. Only the columns `choosing` choose.",
    )
    expect(candidate != 2, "That candidate is the worst on the columns `choosing`. Which one is the best?")
    expect(candidate == 1, "On the columns 0 and 1 the second candidate, number 1, is always right.")
    expect(accuracy != 1, "1 is the accuracy on the columns that have chosen. It is to be reported on the others.")
    expect(
        not np.isclose(accuracy, 2 / 3),
        "That is the best accuracy that anybody has on `reporting`. Report the chosen one's.",
    )
    expect(not np.isclose(accuracy, 0.4), "That is the accuracy on all five columns. Only those of `reporting` count.")
    expect(accuracy == 0, "The chosen candidate answers none of the columns 2, 3, 4 right.")
    rng = np.random.default_rng(0)
    for size in (7, 20):
        right = rng.random((6, 3 * size)) < 0.6
        choosing, reporting = rng.permutation(3 * size)[: 2 * size].reshape(2, size)
        result = _pick(answer, right, choosing, reporting)
        expect(
            np.allclose(result, pick_and_report(right, choosing, reporting)),
            "In a random table the candidate or its accuracy is another one.",
        )


# ---- split by group ----


def split_groups(groups, share, rng):
    """For each row, whether it is in the test: `share` of the groups are, with all their rows."""
    things = np.unique(groups)
    things_in_test = rng.permutation(things)[: round(share * len(things))]
    return np.isin(groups, things_in_test)


def _group_mask(answer, groups, share, seed):
    mask = expect_array(call(answer, groups, share, np.random.default_rng(seed)), (len(groups),))
    values = set(np.unique(mask).tolist())
    if mask.dtype != bool and not values <= {0, 1}:
        raise Wrong("A truth value for each row is wanted: is it in the test? `np.isin` tells it.")
    return mask.astype(bool)


def check_split_groups(answer):
    """Each group on one side, the share counted in groups, and drawn by chance."""
    groups = np.array([7, 3, 7, 9, 3, 1, 9, 9, 5, 1])
    mask = _group_mask(answer, groups, 0.4, 0)
    for thing in np.unique(groups):
        expect(
            len(set(mask[groups == thing].tolist())) == 1,
            f"Some rows of group {thing} are in the test and some are not. Deal out the groups, not the rows.",
        )
    expect(mask.any() and not mask.all(), "Both parts should have rows: two of the five groups in the test.")
    sizes = [len(np.unique(groups[_group_mask(answer, groups, 0.4, seed)])) for seed in range(20)]
    expect(
        set(sizes) != {3},
        "Three of five groups are in the test where two should be. True means: this row is in the test.",
    )
    expect(set(sizes) == {2}, "A share of 0.4 of five groups: two groups should be in the test, each time.")
    rng = np.random.default_rng(1)
    groups = rng.permutation(np.repeat(np.arange(100), rng.integers(1, 6, 100)))
    chosen = []
    for seed in range(30):
        mask = _group_mask(answer, groups, 0.3, seed)
        expect(
            not set(groups[mask]) & set(groups[~mask]),
            "With 100 groups some are in both parts. Deal out the groups, not the rows.",
        )
        expect(len(set(groups[mask])) == 30, "Of 100 groups, 30 should be in the test with a share of 0.3.")
        chosen.append(set(groups[mask]))
    expect(
        len({tuple(sorted(one)) for one in chosen}) > 20,
        "Another rng should give other groups: draw them by chance, with the rng that is given.",
    )
    expect(
        len(set.union(*chosen)) == 100,
        "Some groups never get into the test, in thirty draws. Each should be as likely as the others.",
    )
    again = [_group_mask(answer, groups, 0.3, 5) for _ in range(2)]
    expect(np.array_equal(*again), "The same rng should give the same split. Draw with the rng that is given.")


# ---- the best of equals ----


def best_of_equals(count, questions, share):
    """The expected accuracy of the best of `count` equal, independent candidates."""
    at_most = binom.cdf(np.arange(questions), questions, share)
    return np.sum(1 - at_most**count) / questions


def check_best_of_equals(answer):
    """Small cases that fit on a line, then larger ones."""
    value = expect_number(call(answer, 1, 50, 0.7), "the mean score of a single candidate")
    expect(
        not np.isclose(value, 35),
        "That is a number of questions. The accuracy is wanted: divide by how many there are.",
    )
    near = (
        "That is close, and not exact. No normal distribution and no random numbers are needed: sum over the number of "
    )
    near += "right answers, from 0 to `questions`."
    expect(not 1e-5 < abs(value - 0.7) < 0.02, near)
    expect(np.isclose(value, 0.7), "With one candidate there is nothing to choose: its mean score is `share`.")
    value = expect_number(call(answer, 2, 1, 0.5), "the best of two, one question, share 1/2")
    expect(not np.isclose(value, 0.5), "The best of two is right if at least one of them is: more than 1/2.")
    expect(
        not np.isclose(value, 0.25),
        "That is how often *both* are right. The best of two is right if at least one of them is.",
    )
    expect(np.isclose(value, 0.75), "Two candidates, one question, share 1/2: at least one is right in 3 of 4 cases.")
    value = expect_number(call(answer, 2, 2, 0.5), "the best of two, two questions")
    expect_close(
        value,
        11 / 16,
        "the best of two with two questions, share 1/2",
        tolerance=1e-9,
        hint="The best has at most j right if all have: P(one has at most j) to the power of `count`.",
    )
    for case in [(10, 100, 0.5), (90, 100, 0.7), (1000, 20, 0.9)]:
        value = expect_number(call(answer, *case))
        if 1e-5 < abs(value - best_of_equals(*case)) < 0.02:
            raise Wrong(near)
        expect_close(value, best_of_equals(*case), "the best of {} with {} questions".format(*case[:2]), tolerance=1e-6)


# ---- always later ----


def later_folds(count, folds, size):
    """A list of pairs of arrays: the rows to learn from, and the rows of the test."""
    starts = range(count - folds * size, count, size)
    return [(np.arange(start), np.arange(start, start + size)) for start in starts]


def _listed(answer, most):
    """The answer, with what it yields in a list of so many pairs at most."""

    def listed(*arguments):
        result = answer(*arguments)
        return list(islice(result, most)) if isinstance(result, Iterator) else result

    return listed


def check_later_folds(answer):
    """Ten rows in three tests of two, then other sizes."""
    for count, folds, size in [(10, 3, 2), (11, 2, 3), (100, 5, 15), (6, 5, 1)]:
        case = f"With {count} rows, {folds} tests of {size} rows"
        result = expect_parts(
            call(_listed(answer, folds + 1), count, folds, size),
            folds,
            f"{case}: a list of {folds} pairs is wanted, one for each test.",
        )
        for number, pair in enumerate(result):
            parts = expect_parts(pair, 2, f"{case}: each fold is a pair, the rows to learn from and those of the test.")
            seen, new = (expect_array(part, (None,), "the rows") for part in parts)
            start = count - (folds - number) * size
            expect(not set(seen.tolist()) & set(new.tolist()), f"{case}: a row is in both parts of fold {number + 1}.")
            expect(
                not len(seen) or not len(new) or seen.max() < new.min(),
                f"{case}: fold {number + 1} learns from rows that come after rows of its test.",
            )
            expect(len(new) == size, f"{case}: the test of fold {number + 1} has {len(new)} rows.")
            last = (
                f"{case}: the last test should end at the last row, and each should begin where the one before it ends."
            )
            expect(sorted(new.tolist()) == list(range(start, start + size)), last)
            expect(
                sorted(seen.tolist()) == list(range(start)),
                f"{case}: fold {number + 1} should learn from *all* rows before its test, from row 0 on.",
            )


EXERCISES = [
    Exercise(
        name="stop_at",
        kind="function",
        stub='''def stop_at(losses, patience):
    """The epoch after which training stops, and the epoch whose weights are kept."""
    best = 1
    for epoch in range(1, len(losses) + 1):
        if losses[epoch - 1] < losses[best - 1]:
            ...
        if ...:
            return epoch, best
    return len(losses), best''',
        solution=stop_at,
        check=check_stop_at,
        hint="`best` is an epoch, not a loss. How many epochs have gone by since the best one?",
    ),
    Exercise(
        name="pick_and_report",
        kind="function",
        stub='''def pick_and_report(right, choosing, reporting):
    """The row that is best on the columns `choosing`, and its accuracy on `reporting`."""
    candidate = ...
    accuracy = ...
    return candidate, accuracy''',
        solution=pick_and_report,
        check=check_pick_and_report,
        hint="`right[:, choosing]` has the columns that choose. The mean of truth values is an accuracy.",
    ),
    Exercise(
        name="split_groups",
        kind="function",
        stub='''def split_groups(groups, share, rng):
    """For each row, whether it is in the test: `share` of the groups are, with all their rows."""
    things_in_test = ...
    return np.isin(groups, things_in_test)''',
        solution=split_groups,
        check=check_split_groups,
        hint="`np.unique(groups)` are the things. Shuffle them and take the first; `np.isin` asks each row.",
    ),
    Exercise(
        name="best_of_equals",
        kind="function",
        stub='''def best_of_equals(count, questions, share):
    """The expected accuracy of the best of `count` equal, independent candidates."""
    ...''',
        solution=best_of_equals,
        check=check_best_of_equals,
        hint="The mean of a whole number from 0 up is the sum over j = 0, 1, … of the probability that it is above j.",
    ),
    Exercise(
        name="later_folds",
        kind="function",
        stub='''def later_folds(count, folds, size):
    """A list of pairs of arrays: the rows to learn from, and the rows of the test."""
    ...''',
        solution=later_folds,
        check=check_later_folds,
        hint="Count from the end: the first test begins folds · size rows before the end.",
    ),
]
