"""The exercises of lesson 03c, what do you buy for the same money."""

import math

import numpy as np

from utils.exercises.engine import Exercise, call, expect, expect_array, expect_close, expect_number, expect_parts

# ---- the commonest answer ----


def by_majority(answers):
    """Answers (N, times), digits from 0 to 9 → the commonest of each row, (N,)."""
    counts = np.stack([np.bincount(row, minlength=10) for row in answers])
    return counts.argmax(axis=1)


def check_by_majority(answer):
    """A row by hand, a tie, then random ones."""
    by_hand = np.array([[1, 7, 7, 3, 0], [9, 9, 2, 0, 9], [4, 4, 4, 4, 4]])
    result = expect_array(call(answer, by_hand), (3,), "the commonest answers")
    expect(
        not np.array_equal(result, [2, 3, 5]),
        "That is how often the commonest answer was given. Which digit was it?",
    )
    expect(
        not np.array_equal(result, by_hand[:, 0]),
        "That is the first answer of each row. All of them vote.",
    )
    expect_close(result, [7, 9, 4], "the commonest of each row", hint="The place of the greatest count is the digit.")
    tie = expect_array(call(answer, np.array([[8, 2, 8, 2], [5, 6, 6, 5]])), (2,), "the answers to two ties")
    expect_close(tie, [2, 5], "the answer to a tie", hint="Of digits that were said equally often, take the smaller.")
    answers = np.random.default_rng(0).integers(0, 10, (40, 9))
    expect_close(call(answer, answers), by_majority(answers), "the commonest of nine answers to each of 40 scans")


# ---- the first broken version ----


def first_broken(is_broken, newest):
    """The first broken version of 1 … newest, and how many were tested."""
    works, broken, tested = 0, newest, 0
    while broken - works > 1:
        unsure = (works + broken) // 2
        tested += 1
        if is_broken(unsure):
            broken = unsure
        else:
            works = unsure
    return broken, tested


def check_first_broken(answer):
    """Every first broken version of short histories, then long ones; the tests are counted here."""
    for newest in (1, 2, 7, 16, 1024):
        most = math.ceil(math.log2(newest))
        for first in range(1, newest + 1) if newest < 20 else (1, 2, 511, 512, 513, 1000, 1024):
            asked = []

            def is_broken(version, first=first, newest=newest, asked=asked):
                expect(
                    float(version).is_integer() and 0 < version < newest,
                    f"Version {version} was tested of {newest}. Whole versions that lie between `works` and `broken` "
                    "are of interest.",
                )
                asked.append(version)
                expect(
                    len(asked) <= newest + 5,
                    "It tests and tests. Is the version strictly between `works` and `broken`?",
                )
                return version >= first

            result = answer(is_broken, newest)
            found, tested = expect_parts(result, 2, "Return two numbers: the version, and how many were tested.")
            expect(
                expect_number(found, "the version") == first,
                f"Of {newest} versions, {first} is the first broken one, and another was found.",
            )
            expect(
                len(asked) <= most,
                f"It is found, but by {len(asked)} tests of {newest} versions; {most} are enough. Where do you know "
                "least: near `works`, near `broken`, or in between?",
            )
            expect(expect_number(tested, "the number of tests") == len(asked), "The tests are not counted right.")


# ---- the smallest margins ----


def least_sure(probabilities, count):
    """The places of the rows with the smallest margin, the smallest first."""
    ordered = np.sort(probabilities, axis=1)
    margin = ordered[:, -1] - ordered[:, -2]
    return np.argsort(margin)[:count]


def check_least_sure(answer):
    """Four rows in which margin, largest probability and entropy disagree, then random ones."""
    rows = np.array([[0.5, 0.48, 0.02], [0.42, 0.29, 0.29], [0.9, 0.05, 0.05], [0.6, 0.35, 0.05]])
    result = expect_array(call(answer, rows, 1), (1,), "the place of the least sure of four rows")
    expect(
        result[0] != 2,
        "That is the row of which the model is surest. Small margins come first.",
    )
    expect(
        result[0] != 1,
        "In that row the largest probability is the smallest of all, but the second is far behind it. The margin is "
        "the difference of these two.",
    )
    expect(result[0] == 0, "In the first row the two largest are 0.5 and 0.48: no other margin is as small.")
    result = expect_array(call(answer, rows, 3), (3,), "the places of the three least sure rows")
    expect_close(result, [0, 1, 3], "the three least sure rows, the smallest margin first")
    shuffled = expect_array(call(answer, rows[:, ::-1], 3), (3,), "the three least sure rows, columns turned round")
    expect_close(
        shuffled,
        [0, 1, 3],
        "the answer after the columns have changed places",
        hint="Which class has the largest probability may differ from row to row: sort each row.",
    )
    two = np.array([[0.9, 0.1], [0.45, 0.55], [0.3, 0.7]])
    expect_close(call(answer, two, 2), [1, 2], "the answer for two classes")
    drawn = np.random.default_rng(0).dirichlet(np.ones(10), 60)
    expect_close(call(answer, drawn, 20), least_sure(drawn, 20), "the 20 least sure of 60 rows")


# ---- an exam with wrong labels ----


def exam_score(accuracy, wrong, classes):
    """The expected share of exam labels that the model's answers agree with."""
    return accuracy * (1 - wrong) + (1 - accuracy) * wrong / (classes - 1)


def check_exam_score(answer):
    """Extremes first, then what is right by mistake."""
    expect_close(call(answer, 0.8, 0.0, 10), 0.8, "the score with right labels")
    result = expect_number(call(answer, 1.0, 0.1, 10), "the score of a perfect model")
    expect(not np.isclose(result, 1.0), "A perfect model contradicts every wrong label. Here a tenth is wrong.")
    expect_close(result, 0.9, "the score of a perfect model when a tenth of the labels is wrong")
    result = expect_number(call(answer, 0.8, 0.1, 2), "the score for two classes")
    expect(
        not np.isclose(result, 0.72),
        "That is the share in which model and label are both right. Where both are wrong, they may agree too.",
    )
    expect(
        not np.isclose(result, 0.73),
        "Two mistakes meet among the *wrong* classes. How many of them are there?",
    )
    expect_close(
        result,
        0.74,
        "the score for two classes",
        hint="With two classes, who is wrong where the label is wrong agrees with it for certain.",
    )
    result = expect_number(call(answer, 0.8, 0.1, 11), "the score for eleven classes")
    expect(
        not np.isclose(result, 0.74),
        "With many classes two mistakes are rarely the same one. Among how many wrong classes do they have to meet?",
    )
    expect_close(result, 0.722, "the score for eleven classes")
    for given in ((0.5, 0.3, 4), (0.0, 0.25, 10), (0.93, 0.06, 26)):
        expect_close(call(answer, *given), exam_score(*given), f"the score for {given}")


# ---- the majority is right ----


def majority_right(votes, wrong):
    """The probability that more than half of an odd number of votes are right."""
    needed = range(votes // 2 + 1, votes + 1)
    return sum(math.comb(votes, right) * (1 - wrong) ** right * wrong ** (votes - right) for right in needed)


def check_majority_right(answer):
    """One vote, three by hand, then more."""
    result = expect_number(call(answer, 1, 0.3), "the probability for one vote")
    expect(not np.isclose(result, 0.3), "That is the probability that the majority is wrong.")
    expect_close(result, 0.7, "one vote that is wrong in three cases of ten")
    result = expect_number(call(answer, 3, 0.2), "three votes that are wrong in a fifth of the cases")
    expect(
        not np.isclose(result, 0.8**3),
        "That is the probability that all three are right. Two of three are a majority.",
    )
    expect(
        not np.isclose(result, 1 - 0.2**3),
        "That is the probability that at least one is right. More than half have to be.",
    )
    expect(
        not np.isclose(result, 0.8**3 + 0.8**2 * 0.2),
        "Two right and one wrong: in how many ways can that happen?",
    )
    expect(
        not np.isclose(result, 3 * 0.8**2 * 0.2),
        "That is the probability of exactly two right. Three right are a majority as well.",
    )
    expect_close(result, 0.896, "the probability for three votes")
    for votes in (5, 9, 25):
        for wrong in (0.0, 0.1, 0.5, 0.6):
            expect_close(
                call(answer, votes, wrong),
                majority_right(votes, wrong),
                f"the probability for {votes} votes, wrong with {wrong}",
                hint="Add up over all numbers of right votes from more than half to all.",
            )


EXERCISES = [
    Exercise(
        name="by_majority",
        kind="function",
        stub='''def by_majority(answers):
    """Answers (N, times), digits from 0 to 9 → the commonest of each row, (N,)."""
    counts = ...  # (N, 10): how often each digit was said
    return counts.argmax(axis=1)  # of equal counts, the first''',
        solution=by_majority,
        check=check_by_majority,
        hint="np.bincount(row, minlength=10) counts the digits of one row; np.stack puts rows below each other.",
    ),
    Exercise(
        name="first_broken",
        kind="function",
        stub='''def first_broken(is_broken, newest):
    """The first broken version of 1 … newest, and how many were tested."""
    works, broken, tested = 0, newest, 0
    while broken - works > 1:
        unsure = ...
        tested += 1
        if is_broken(unsure):
            broken = unsure
        else:
            works = unsure
    return broken, tested''',
        solution=first_broken,
        check=check_first_broken,
        hint="Whatever the test says, it should rule out half of what is left. Versions are whole numbers.",
    ),
    Exercise(
        name="least_sure",
        kind="function",
        stub='''def least_sure(probabilities, count):
    """The places of the rows with the smallest margin, the smallest first."""
    ordered = np.sort(probabilities, axis=1)
    margin = ordered[:, -1] - ...
    return np.argsort(margin)[:count]''',
        solution=least_sure,
        check=check_least_sure,
        hint="Each row of `ordered` climbs. Where do the largest and the second largest stand?",
    ),
    Exercise(
        name="exam_score",
        kind="function",
        stub='''def exam_score(accuracy, wrong, classes):
    """The expected share of exam labels that the model's answers agree with."""
    ...''',
        solution=exam_score,
        check=check_exam_score,
        hint="Two ways to agree: both right, or both wrong in the same way. How likely is it to be the same way?",
    ),
    Exercise(
        name="majority_right",
        kind="function",
        stub='''def majority_right(votes, wrong):
    """The probability that more than half of an odd number of votes are right."""
    ...''',
        solution=majority_right,
        check=check_majority_right,
        hint="The number of right votes has a binomial distribution: `math.comb` counts the ways, or use scipy.stats.",
    ),
]
