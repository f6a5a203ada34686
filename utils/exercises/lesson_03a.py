"""The exercises of lesson 03a, Numbers first."""

import math

import numpy as np

from utils.exercises.engine import Exercise, call, expect, expect_array, expect_close, expect_number

# ---- One-hot ----


def one_hot_rows(words, known):
    """A row for each word, with a 1 in the column of that word; known: the words with a column."""
    rows = np.zeros((len(words), len(known)))
    for row, word in enumerate(words):
        if word in known:
            column = list(known).index(word)
            rows[row, column] = 1
    return rows


def check_one_hot_rows(answer):
    words, known = ["Aalen", "Ulm", "Aalen"], ["Aalen", "Bonn", "Ulm"]
    expected = one_hot_rows(words, known)
    result = expect_array(call(answer, words, known), (3, 3), "the rows for three words, of three that are known")
    expect(not np.allclose(result, 1), "Every row is full of ones. In which one column does a word have its 1?")
    expect(
        not np.allclose(result, np.eye(3)),
        "The first word got the first column, the second the second. The column goes with the word, not with the row.",
    )
    expect(
        not np.allclose(result, [[1, 0, 0], [0, 1, 0], [1, 0, 0]]),
        "That is where the word stands in words. Where does it stand in known?",
    )
    expect(
        not np.allclose(result, np.roll(expected, 1, axis=1)),
        "The 1 stands a column too far to the right. Python counts from 0.",
    )
    expect(
        not np.allclose(result, np.roll(expected, -1, axis=1)),
        "The 1 stands a column too far to the left. Python counts from 0.",
    )
    expect(
        not np.allclose(result, expected[:, ::-1]),
        "The columns are in reverse. The order is the one of known.",
    )
    expect_close(result, expected, "the rows for Aalen, Ulm, Aalen", hint="Where does the word stand in known?")
    other = call(answer, ["Rom", "Paris", "Oslo"], ("Oslo", "Rom"))
    other = expect_array(other, (3, 2), "the rows for three words, of two that are known")
    expect(
        np.allclose(other[1], 0),
        "A word that is not known gets zeros alone: Paris has no column here.",
    )
    expect_close(other, one_hot_rows(["Rom", "Paris", "Oslo"], ("Oslo", "Rom")), "the rows for Rom, Paris, Oslo")


# ---- One scale ----


def standardizer(train):
    """A function that brings any table to the scale of the training rows."""
    mean, deviation = train.mean(axis=0), train.std(axis=0)

    def rescale(table):
        return (table - mean) / np.where(deviation > 0, deviation, 1)

    return rescale


def check_standardizer(answer):
    rng = np.random.default_rng(0)
    scale, offset = np.array([1.0, 100.0, 0.01]), np.array([0.0, 500.0, -3.0])
    train, later = (rng.normal(size=(rows, 3)) * scale + offset for rows in (20, 4))
    rescale = call(answer, train)
    expect(callable(rescale), "A function is wanted: standardizer(train) returns rescale, which takes a table.")
    result = expect_array(call(rescale, later), (4, 3), "four rows rescaled")
    expected = standardizer(train)(later)
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    mistakes = [
        ((later - later.mean(axis=0)) / later.std(axis=0), "The mean and deviation are those of the table that is "
         "given. Those of the training rows are wanted."),
        ((later - mean) / deviation**2, "That is divided by the variance. Its root is the deviation."),
        ((later - mean) / train.std(axis=0, ddof=1), "That deviation divides by one row less (ddof=1). Here the plain "
         "one is wanted: the root of the mean square."),
        (later - mean, "The mean is taken off. The columns still have scales of their own."),
        (later / deviation, "The deviations are all 1. The means are not 0 yet."),
        (later - mean / deviation, "Division comes before subtraction: a pair of parentheses is missing."),
        ((later - train.mean()) / train.std(), "One mean for the whole table? Each column has its own."),
        ((mean - later) / deviation, "The sign is turned around: what is above the mean should be positive."),
        (later * deviation + mean, "That goes the other way, from the common scale back to the old one."),
    ]  # fmt: skip
    for wrong, text in mistakes:
        expect(not np.allclose(result, wrong, rtol=1e-4, atol=1e-6), text)
    expect_close(result, expected, "four rows rescaled", tolerance=1e-4)
    still = train.copy()
    still[:, 1] = 7
    with np.errstate(all="ignore"):
        result = np.asarray(call(call(answer, still), still[:5]), dtype=float)
    expect(
        result.shape == (5, 3) and np.all(np.isfinite(result)),
        "A column without any spread divides 0 by 0. It should become 0.",
    )
    expect_close(result, standardizer(still)(still[:5]), "rows with a column that is always 7", tolerance=1e-4)


# ---- Whiten ----


def whitening_matrix(variances, axes):
    """The matrix that turns to the axes, divides by the deviations along them, and turns back."""
    return axes / np.sqrt(variances) @ axes.T


def check_whitening_matrix(answer):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 3)) @ np.array([[2.0, 1.0, 0.0], [0.0, 1.0, 0.5], [0.0, 0.0, 0.3]])
    x -= x.mean(axis=0)
    values, axes = np.linalg.eigh(x.T @ x / len(x))
    matrix = expect_array(call(answer, values, axes), (3, 3), "the matrix for three axes")
    expected = whitening_matrix(values, axes)
    mistakes = [
        (axes, "That turns, and does not divide."),
        (axes @ axes.T, "Turned and turned back, without dividing: nothing has happened."),
        (axes / values @ axes.T, "That divides by the variances. Their roots are the deviations."),
        (axes * np.sqrt(values) @ axes.T, "That multiplies by the deviations. Divide."),
        (axes * values @ axes.T, "That is the covariance matrix itself again."),
        (axes.T / np.sqrt(values) @ axes, "axes and axes.T have changed places. The columns of axes are the axes."),
        (
            np.diag(1 / np.sqrt(values)),
            "That divides only: turned and turned back at once, before the division or after it, nothing is turned.",
        ),
    ]
    for wrong, text in mistakes:
        expect(not np.allclose(matrix, wrong, rtol=1e-4, atol=1e-5), text)
    white = x @ matrix
    if np.allclose(white.T @ white / len(white), np.eye(3), atol=1e-3) and not np.allclose(
        matrix, expected, rtol=1e-3, atol=1e-4
    ):
        expect(False, "White it is: the covariance is the identity. But the cloud is not turned back.")
    expect_close(matrix, expected, "the matrix for three axes", tolerance=1e-4)
    few = call(answer, values[1:], axes[:, 1:])
    expect_close(few, whitening_matrix(values[1:], axes[:, 1:]), "the matrix for two axes of three", tolerance=1e-4)


# ---- Fill and flag ----


def fill_and_flag(train, values):
    """(len(values), 2): values with gaps filled, and 1 where a gap was; both arrays have NaNs."""
    gone = np.isnan(values)
    return np.column_stack([np.where(gone, np.nanmean(train), values), gone])


def check_fill_and_flag(answer):
    train, values = np.array([1.0, np.nan, 2.0, 6.0]), np.array([5.0, np.nan, 7.0, np.nan, 0.0])
    result = call(answer, train, values)
    array = np.asarray(result, dtype=float) if np.iterable(result) else np.zeros(0)
    expect(
        array.shape != (2, 5),
        "Two rows of five: the two should stand side by side, as columns.",
    )
    expect(
        array.shape != (5, 2) or not np.isnan(array[:, 0]).any(),
        "There are still NaNs. Was the mean taken over the gaps as well? And no number is equal to NaN, not even NaN.",
    )
    array = expect_array(result, (5, 2), "the two columns for five values")
    filled, flag = array.T
    expect(not np.isclose(filled[1], 4), "That is the mean of the values themselves. The training's is wanted.")
    expect(not np.isclose(filled[1], 2.25), "The mean counts the gap of the training as a 0. It is not there.")
    expect(
        not np.isclose(filled[1], 0),
        "The gaps are filled with 0. The mean of the training values is wanted.",
    )
    expect(not np.isclose(filled[1], 2), "That is the median of the training values, not their mean.")
    expect(not np.allclose(flag, 0), "No gap is marked. Were the gaps looked for after they had been filled?")
    expect(
        not np.allclose(flag, [1, 0, 1, 0, 1]),
        "The second column says where a value was there. It should say where one was missing.",
    )
    expect(
        not np.allclose(flag, [0, 1, 0, 1, 1]),
        "The last value is a true 0, not a gap.",
    )
    expect_close(array, fill_and_flag(train, values), "the two columns for five values")
    expect_close(
        call(answer, np.array([2.0, 4.0]), np.array([1.0, 2.0])),
        [[1, 0], [2, 0]],
        "the two columns where nothing is missing",
    )


# ---- The same number of steps ----


def epochs_for(rows, batch, epochs, new_batch):
    """The fewest epochs with new_batch that take at least the steps of epochs with batch."""
    steps = epochs * math.ceil(rows / batch)
    return math.ceil(steps / math.ceil(rows / new_batch))


def check_epochs_for(answer):
    result = expect_number(call(answer, 100, 32, 20, 64), "the epochs for 100 rows, from 20 of batches of 32 to 64")
    expect(result != 80, "That is the number of steps. How many epochs do they fill?")
    expect(result != 30, "A short last batch is a step, too: 100 rows in batches of 32 are 4 steps, not 3.")
    expect(result == 40, "100 rows are 4 steps in batches of 32, and 2 in batches of 64.")
    result = expect_number(call(answer, 100, 32, 1, 40), "the epochs for 100 rows, from 1 of batches of 32 to 40")
    expect(result != 1, "One epoch in batches of 40 has 3 steps, and 4 are wanted. Round up.")
    expect(abs(result - round(result)) < 1e-9, "A whole number of epochs is wanted.")
    expect(result == 2, "4 steps are wanted, and an epoch in batches of 40 has 3.")
    for arguments in ((442, 4, 3, 442), (1000, 10, 7, 33), (50, 100, 9, 7), (96, 32, 5, 32)):
        expect_close(
            call(answer, *arguments),
            epochs_for(*arguments),
            f"the epochs for {arguments[0]} rows, from {arguments[2]} of batches of {arguments[1]} to {arguments[3]}",
            hint="Is each of the two divisions rounded up?",
        )


EXERCISES = [
    Exercise(
        name="one_hot_rows",
        kind="function",
        stub='''def one_hot_rows(words, known):
    """A row for each word, with a 1 in the column of that word; known: the words with a column."""
    rows = np.zeros((len(words), len(known)))
    for row, word in enumerate(words):
        if word in known:
            column = ...
            rows[row, column] = 1
    return rows''',
        solution=one_hot_rows,
        check=check_one_hot_rows,
        hint="A list has a method that says where something stands in it.",
    ),
    Exercise(
        name="standardizer",
        kind="function",
        stub='''def standardizer(train):
    """A function that brings any table to the scale of the training rows."""

    def rescale(table):
        return (table - ...) / ...

    return rescale''',
        solution=standardizer,
        check=check_standardizer,
        hint="train.mean(axis=0) has the mean of each column. np.where(condition, a, b) chooses number by number.",
    ),
    Exercise(
        name="whitening_matrix",
        kind="function",
        stub='''def whitening_matrix(variances, axes):
    """The matrix that turns to the axes, divides by the deviations along them, and turns back."""
    return ...''',
        solution=whitening_matrix,
        check=check_whitening_matrix,
        hint="x @ axes turns the rows. What does dividing the columns of a matrix do to the columns of the product? "
        "And the transpose of a turn turns back.",
    ),
    Exercise(
        name="fill_and_flag",
        kind="function",
        stub='''def fill_and_flag(train, values):
    """(len(values), 2): values with gaps filled, and 1 where a gap was; both arrays have NaNs."""
    ...''',
        solution=fill_and_flag,
        check=check_fill_and_flag,
        hint="np.isnan finds the gaps, np.nanmean leaves them out, np.column_stack puts columns side by side.",
    ),
    Exercise(
        name="epochs_for",
        kind="function",
        stub='''def epochs_for(rows, batch, epochs, new_batch):
    """The fewest epochs with new_batch that take at least the steps of epochs with batch."""
    ...''',
        solution=epochs_for,
        check=check_epochs_for,
        hint="Count the steps of the old training, then those of one new epoch. What is left over needs an epoch, too.",
    ),
]
