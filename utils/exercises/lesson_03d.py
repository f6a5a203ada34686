"""The exercises of lesson 03d, the leaderboard."""

import math

import numpy as np
from scipy.stats import norm

from utils.exercises.engine import (
    Exercise,
    Wrong,
    call,
    expect,
    expect_array,
    expect_close,
    expect_number,
)

# ---- the vote ----


def vote(sheets, scores):
    """The common answers, 0 or 1 for each question, of sheets that scored above or below 0.5."""
    votes = np.sign(scores - 0.5) @ (2 * sheets - 1)
    return (votes > 0).astype(int)


def check_vote(answer):
    """The case of the page, others in which each wrong way shows, then random sheets."""
    sheets, scores = np.array([[1, 0, 0], [0, 0, 1], [0, 1, 0]]), np.array([2 / 3, 0, 2 / 3])
    first = expect_array(call(answer, sheets, scores), (3,), "the common answers").tolist()
    expect(
        first != [0, 0, 0],
        "That is what a plain majority says of sheets as they were sent, or of those kept alone. "
        "The sheet with 0/3 has to be turned over, and counts too.",
    )
    expect(first == [1, 1, 0], "The three sheets of the table above should vote yes, yes, no.")
    sheets, scores = np.array([[1, 0, 1, 1], [0, 1, 1, 0]]), np.array([0.25, 0.25])
    result = expect_array(call(answer, sheets, scores), (4,))
    expect(
        result[2] == 0,
        "Both sheets say yes to the third question and both scored below one half. Turned over, they say no.",
    )
    result = expect_array(call(answer, np.array([[1, 0], [0, 0], [0, 0]]), np.array([0.7, 0.7, 0.7])), (2,))
    expect(
        result[0] == 0,
        "One yes among three sheets that were kept is no majority. Count +1 for a yes and −1 for a no.",
    )
    for half in ([0, 1], [1, 0]):
        sheets, scores = np.array([half, half, [0, 1]]), np.array([0.5, 0.5, 1.0])
        result = expect_array(call(answer, sheets, scores), (2,)).tolist()
        expect(result == [0, 1], "A sheet with a score of exactly one half says nothing and has no vote.")
    rng = np.random.default_rng(0)
    for count, questions in [(7, 20), (40, 60)]:
        sheets = rng.integers(2, size=(count, questions))
        scores = rng.choice(np.arange(30, 71), count) / 100
        result = expect_array(call(answer, sheets, scores), (questions,))
        votes = np.sign(scores - 0.5) @ (2 * sheets - 1)
        expect(
            np.array_equal(result[votes != 0], vote(sheets, scores)[votes != 0]),
            "For random sheets some common answers are others. Each sheet has one vote, whatever its score: count "
            "+1 for a yes and −1 for a no.",
        )


# ---- the ladder ----


def ladder_step(best, score, step):
    """What the ladder shows for this score, when it has shown `best` so far."""
    if score > best + step:
        return step * round(score / step)
    return best


def check_ladder_step(answer):
    """One step at a time, then a long sequence."""

    def shown(best, score, step):
        return expect_number(call(answer, best, score, step), "what is shown")

    for score in (0.53, 0.52):
        expect(
            np.isclose(shown(0.5, score, 0.05), 0.5),
            f"{score} is better than the 0.5 shown before, but not by a step of 0.05. The old best is shown again.",
        )
    value = shown(0.5, 0.3, 0.05)
    expect(not np.isclose(value, 0.3), "A worse score is not shown: the best so far stands.")
    expect(np.isclose(value, 0.5), "A worse score changes nothing: the best so far is shown again.")
    value = shown(0.5, 0.562, 0.05)
    expect(
        not np.isclose(value, 0.562),
        "The score is better by more than a step. Now round it to steps.",
    )
    expect(not np.isclose(value, 0.5), "0.562 beats 0.5 by more than a step of 0.05: a new value is to be shown.")
    expect(
        np.isclose(value, 0.55),
        "0.562 lies nearest to 0.55 on a ladder with steps of 0.05. (Not in general the best plus a step.)",
    )
    value = shown(0, 0.74, 0.1)
    expect(not np.isclose(value, 0.1), "The new value is the rounded score, not the old best plus a step.")
    expect(
        np.isclose(value, 0.7),
        "With a step of 0.1, a score of 0.74 shows 0.7, the nearest multiple.",
    )
    value = shown(0.5, 0.678, 0.05)
    expect(np.isclose(value, 0.7), "0.678 lies nearest to 0.7 if a step is 0.05. Round to the nearest step.")
    rng = np.random.default_rng(0)
    for step in (0.01, 0.03):
        best = 0
        for score in np.linspace(0.4, 0.8, 60) + rng.normal(0, 0.02, 60):
            wanted = ladder_step(best, score, step)
            expect_close(shown(best, score, step), wanted, "what is shown in a long climb", tolerance=1e-6)
            best = wanted


# ---- how many submissions ----


def submissions_needed(wanted, public):
    """The smallest whole k with Φ(√(2k / (π · public))) at least `wanted`; 0.5 < wanted < 1."""
    return math.ceil(norm.ppf(wanted) ** 2 * math.pi * public / 2)


def check_submissions_needed(answer):
    """Small and large boards; the number just below must not do."""
    for wanted, public in [(0.6, 400), (0.79, 400), (0.9, 400), (0.75, 1000), (0.51, 50)]:
        value = expect_number(call(answer, wanted, public), "the number of submissions")
        exact = norm.ppf(wanted) ** 2 * math.pi * public / 2
        case = f"For {wanted} on {public} questions"
        expect(value > 0, f"{case}: a number of submissions is positive.")
        expect(
            float(value).is_integer(), f"{case}: a whole number of submissions is wanted, the smallest that will do."
        )
        expect(
            not (value == math.floor(exact) < exact),
            f"{case}: {value:g} are just too few. Round up, not down.",
        )
        expect(
            not math.isclose(value, math.ceil(norm.cdf(wanted) ** 2 * math.pi * public / 2)),
            f"{case}: that is with Φ itself. Its inverse tells which number has the probability `wanted`.",
        )
        expect(
            not math.isclose(value, math.ceil(norm.ppf(wanted) * math.pi * public / 2), rel_tol=1e-6),
            f"{case}: there is a root around k. Square what the inverse of Φ gives.",
        )
        if value != math.ceil(exact):
            raise Wrong(f"{case} another number comes out. Solve √(2k / (π · public)) = z for k, where Φ(z) = wanted.")


# ---- the careful ladder ----


def careful_ladder(best_right, right):
    """Which public questions the best so far and the new one had right: the array to keep.

    That is `right` if it is better by more than the noise, else `best_right`.
    """
    best_right, right = np.asarray(best_right), np.asarray(right)
    differences = right.astype(float) - best_right
    threshold = differences.std(ddof=1) / math.sqrt(len(differences))
    # With n − 1 in the denominator of s² this is (gained − lost)² > gained + lost: n drops out. One question gained
    # and none lost is never enough; 2 and none is, 22 and 20 is not. (With n in its place only ties go the other way.)
    # It does not stop small changes: 400 changes of a hundredth of the answers end near 0.68 in public, of a fifth
    # near 0.60, which is about what the ladder with a step of 0.03 lets through.
    return right if differences.mean() > threshold else best_right


def check_careful_ladder(answer):
    """A clear gain, a gain within the noise, no change, and random pairs on both sides of the border."""

    def best(old, new):
        result = call(answer, old, new)
        if np.ndim(result) == 0:
            raise Wrong("One of the two arrays is to be returned, the better one, and not a score or a truth value.")
        return expect_array(result, (len(old),), "what is the best now").astype(bool)

    def pair(gained, lost, questions):
        old, new = np.zeros(questions, bool), np.zeros(questions, bool)
        old[:lost], new[lost : lost + gained] = True, True
        return old, new

    old, new = pair(40, 5, 100)
    expect(np.array_equal(best(old, new), new), "40 questions gained and 5 lost of 100: that is a clear gain.")
    old, new = pair(5, 40, 100)
    expect(
        np.array_equal(best(old, new), old),
        "40 questions lost and 5 gained: the old submission "
        "stays the best. A question lost counts −1: is the difference signed?",
    )
    old, new = pair(22, 20, 100)
    expect(
        np.array_equal(best(old, new), old),
        "22 questions gained and 20 lost: that is better, but within the noise. The old one stays the best.",
    )
    old, new = pair(0, 0, 50)
    new[10:20] = old[10:20] = True
    expect(np.array_equal(best(old, new), old), "Two equal submissions: nothing is gained, and the old one stays.")
    old, new = pair(9, 1, 400)
    old[200:] = new[200:] = True
    expect(
        np.array_equal(best(old, new), new),
        "9 gained, 1 lost of 400: s is the standard deviation of the *differences*, and most of them are 0. "
        "Two submissions that agree nearly everywhere need little to differ by more than the noise.",
    )
    old, new = pair(27, 20, 100)
    expect(
        np.array_equal(best(old, new), new),
        "27 gained and 20 lost of 100: that is more than s/√n. Is s the standard deviation of the differences, and "
        "divided by the root of n, once?",
    )
    rng = np.random.default_rng(0)
    for _ in range(40):
        old = rng.random(60) < 0.6
        new = np.where(rng.random(60) < 0.4, rng.random(60) < 0.7, old)
        differences = new.astype(float) - old
        if abs(differences.mean() - differences.std(ddof=1) / math.sqrt(60)) < 1e-9:
            continue  # on the border
        expect(
            np.array_equal(best(old, new), careful_ladder(old, new)),
            "For a random pair near the border the other one is the best. Is it the mean difference that is compared "
            "with s/√n, and s the standard deviation of all n differences, zeros included?",
        )


EXERCISES = [
    Exercise(
        name="vote",
        kind="function",
        stub='''def vote(sheets, scores):
    """The common answers, 0 or 1 for each question, of sheets that scored above or below 0.5."""
    votes = ...
    return (np.asarray(votes) > 0).astype(int)''',
        solution=vote,
        check=check_vote,
        hint="2 · sheets − 1 makes +1 of a yes and −1 of a no. What does np.sign(scores − 0.5) say of each sheet?",
    ),
    Exercise(
        name="ladder_step",
        kind="function",
        stub='''def ladder_step(best, score, step):
    """What the ladder shows for this score, when it has shown `best` so far."""
    if ...:
        return ...
    return best''',
        solution=ladder_step,
        check=check_ladder_step,
        hint="How many steps high is the score? Round that number, and multiply again.",
    ),
    Exercise(
        name="submissions_needed",
        kind="function",
        stub='''def submissions_needed(wanted, public):
    """The smallest whole k with Φ(√(2k / (π · public))) at least `wanted`; 0.5 < wanted < 1."""
    ...''',
        solution=submissions_needed,
        check=check_submissions_needed,
        hint="First z with Φ(z) = wanted, then k from √(2k / (π · public)) = z, then up to a whole number.",
    ),
    Exercise(
        name="careful_ladder",
        kind="function",
        stub='''def careful_ladder(best_right, right):
    """Which public questions the best so far and the new one had right: the array to keep.

    That is `right` if it is better by more than the noise, else `best_right`.
    """
    ...''',
        solution=careful_ladder,
        check=check_careful_ladder,
        hint="Make numbers of the truth values, and an array of their differences, 1, 0 or −1. Its mean against its "
        "standard deviation over √n.",
    ),
]
