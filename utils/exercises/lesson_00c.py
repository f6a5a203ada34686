"""The exercises of lesson 00c, what can a network be asked."""

import numpy as np

from utils.exercises.engine import (
    Exercise,
    call,
    expect,
    expect_array,
    expect_close,
    expect_number,
    expect_parts,
)

# ---- the numbers of a dense layer ----


def dense_numbers(inputs, outputs):
    """How many adjustable numbers a dense layer has."""
    return outputs * (inputs + 1)


def check_dense_numbers(answer):
    """A layer that is counted by hand, then others."""
    result = expect_number(call(answer, 3, 2), "the count for 3 inputs and 2 outputs")
    expect(result != 6, "With 3 inputs and 2 outputs there are 6 weights. What does each output have besides?")
    expect(result != 9, "A bias belongs to each output, not to each input.")
    expect(result != 7, "Each of the 2 outputs has a bias of its own.")
    expect(result != 5, "Each output is connected with each input: that is more than one weight for each of them.")
    expect(result != 12, "The bias of an output is added once, not for each of the inputs.")
    expect(result == 8, "With 3 inputs and 2 outputs: draw each line from an input to an output, and count.")
    for inputs, outputs in [(1, 1), (144, 128), (64, 144), (5, 1)]:
        result = expect_number(call(answer, inputs, outputs))
        expect(
            result == dense_numbers(inputs, outputs),
            f"For 3 inputs and 2 outputs it is right, for {inputs} and {outputs} it is not. Does it use both numbers?",
        )


# ---- predicted ratings ----


def predicted_ratings(person_rows, film_rows, levels, mean):
    """(N, K) and (N, K) rows, (N,) levels and the mean of all ratings → (N,) ratings."""
    match = np.sum(person_rows * film_rows, axis=1)
    return mean + levels + match


def check_predicted_ratings(answer):
    """Two pairs by hand, then random ones; as many pairs as columns as well."""
    people, films = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 1.0]]), np.array([[3.0, 1.0, 5.0], [2.0, 2.0, 2.0]])
    levels = np.array([0.5, -0.5])
    result = call(answer, people, films, levels, 3.0)
    expect(
        np.shape(result) != (2, 2),
        "For 2 pairs there are 2 ratings, and yours are 2 by 2: every person meets every film. Only the rows that "
        "stand side by side belong together.",
    )
    expect(
        np.shape(result) != (2, 3),
        "The products stand in your answer place by place. Each pair of rows gives one number: what is left to do?",
    )
    result = expect_array(result, (2,), "the ratings of two pairs")
    right = np.array([8.5, 6.5])
    expect(not np.allclose(result, levels + 3.0), "The match is missing: multiply the rows place by place, and add up.")
    expect(
        not np.allclose(result, np.array([5.0, 4.0]) / 3 + levels + 3.0),
        "That is the mean of the products. A dot product adds them up.",
    )
    expect(
        not np.allclose(result, 9.0 + levels + 3.0),
        "Both pairs get the same match: all products are added into one number. Which axis is to be summed?",
    )
    expect_close(result, right, "the ratings of two pairs", hint="The first match is 1·3 + 2·1 + 0·5.")
    rng = np.random.default_rng(0)
    for count, width in [(3, 3), (7, 2), (1, 4), (40, 5)]:
        people, films, levels = rng.normal(size=(count, width)), rng.normal(size=(count, width)), rng.normal(size=count)
        result = call(answer, people, films, levels, 2.5)
        expect_close(
            expect_array(result, (count,), f"the ratings of {count} pairs"),
            predicted_ratings(people, films, levels, 2.5),
            f"the ratings of {count} pairs with rows of {width}",
            hint="The sum goes along the rows, whatever the number of pairs.",
        )


# ---- standardized ----


def standardized(seen, new):
    """Both on the scale of `seen`, (N, K) and (M, K)."""
    center, scale = seen.mean(axis=0), seen.std(axis=0)
    scale = np.where(scale == 0, 1, scale)  # a column that never changes
    return (seen - center) / scale, (new - center) / scale


def check_standardized(answer):
    """Columns of several scales, one constant; the new rows lie elsewhere."""
    rng = np.random.default_rng(0)
    seen = rng.normal(size=(30, 4)) * [1, 10, 0.1, 0] + [0, 5, -2, 3]
    new = rng.normal(size=(8, 4)) * [2, 10, 0.1, 0] + [1, 7, -2.1, 3]
    given = seen.copy(), new.copy()
    parts = expect_parts(call(answer, seen, new), 2, "Return two arrays: what was seen, and what is new.")
    center, scale = given[0].mean(axis=0), given[0].std(axis=0)
    scale[3] = 1
    for part, rows in zip(parts, given, strict=True):
        if np.shape(part) == rows.shape:
            expect(
                np.isfinite(np.asarray(part, dtype=float)).all(),
                "The last column never changes, and its standard deviation is 0. Dividing by that leaves no number.",
            )
    first = expect_array(parts[0], seen.shape, "what was seen")
    second = expect_array(parts[1], new.shape, "what is new")
    expect(not np.allclose(first * scale, given[0]), "The mean is not taken away yet.")
    expect(
        not np.allclose(first, given[0] - center),
        "The mean is gone; the scale is still the old one. Divide by the standard deviation.",
    )
    expect(
        not np.allclose(first[:, :3] * scale[:3], (given[0] - center)[:, :3] / scale[:3]),
        "That divides by the square of the standard deviation.",
    )
    expect(
        not np.allclose(first, (given[0] - center) / scale * np.sqrt(29 / 30)),
        "Nearly: the sum of squares was divided by N − 1, and the standard deviation of `seen` itself divides by N.",
    )
    one_a_row = (given[0] - given[0].mean(axis=1, keepdims=True)) / given[0].std(axis=1, keepdims=True)
    expect(not np.allclose(first, one_a_row), "That treats each row by its own mean. It is the columns that differ.")
    whole = (given[0] - given[0].mean()) / given[0].std()
    expect(
        not np.allclose(first, whole),
        "All columns are treated with one mean and one standard deviation. Each column has its own.",
    )
    both = np.concatenate(given)
    expect(
        not np.allclose(
            first[:, :3], ((given[0] - both.mean(axis=0)) / np.where(both.std(axis=0), both.std(axis=0), 1))[:, :3]
        ),
        "Mean and deviation were computed from all rows, the new ones included. In an exam that is a look at the "
        "paper: only `seen` may be looked at.",
    )
    expect_close(first, (given[0] - center) / scale, "what was seen", hint="Mean 0 and standard deviation 1.")
    own = new.std(axis=0)
    own[3] = 1
    expect(
        not np.allclose(second, (given[1] - given[1].mean(axis=0)) / own),
        "The new rows are treated by their own mean and deviation. Then one and the same example would mean another "
        "thing in other company: use what was computed from `seen`.",
    )
    expect(
        not np.allclose(second, given[1]), "The new rows are as they were. They have to be treated as those seen were."
    )
    expect_close(
        second,
        (given[1] - center) / scale,
        "what is new",
        hint="The very same shift and the very same scale as for `seen`.",
    )


# ---- a newcomer's row ----


def newcomers_row(film_rows, ratings):
    """(N, K) rows of the N films that she rated, (N,) ratings → her row, (K,)."""
    return np.linalg.lstsq(film_rows, ratings, rcond=None)[0]


def check_newcomers_row(answer):
    """Ratings that a row explains wholly, then noisy ones, where only the least squared error will do."""
    rng = np.random.default_rng(0)
    films, row = rng.normal(size=(12, 3)), np.array([0.7, -0.4, 0.2])
    result = expect_array(call(answer, films, films @ row), (3,), "her row")
    expect(
        not np.allclose(result, films.T @ (films @ row)),
        "That is the sum of the films' rows, each times its rating. Films that are alike then count twice over: "
        "the rows' products with each other have to be divided out.",
    )
    expect(
        not np.allclose(result, films.T @ (films @ row) / len(films)),
        "That is the mean of the films' rows, each times its rating. Its dot products with the films are not her "
        "ratings yet.",
    )
    expect_close(
        result,
        row,
        "her row, where a row explains all ratings",
        tolerance=1e-4,
        hint="Compare film_rows @ your_row with the ratings.",
    )
    noisy = films @ row + rng.normal(0, 0.5, 12)
    result = expect_array(call(answer, films, noisy), (3,), "her row")
    best = newcomers_row(films, noisy)
    expect(
        not np.allclose(result, np.linalg.solve(films[:3], noisy[:3])),
        "That fits her first three ratings and leaves out the others.",
    )
    expect_close(
        result,
        best,
        "her row, where no row explains all ratings",
        tolerance=1e-3,
        hint="Among all rows, the squared error over all her films is to be the least, and nothing is paid for a "
        "large row.",
    )


EXERCISES = [
    Exercise(
        name="dense_numbers",
        kind="function",
        stub='''def dense_numbers(inputs, outputs):
    """How many adjustable numbers a dense layer has."""
    ...''',
        solution=dense_numbers,
        check=check_dense_numbers,
        hint="Take one output alone: how many lines lead to it, and what else does it have? Then count the outputs.",
    ),
    Exercise(
        name="predicted_ratings",
        kind="function",
        stub='''def predicted_ratings(person_rows, film_rows, levels, mean):
    """(N, K) and (N, K) rows, (N,) levels and the mean of all ratings → (N,) ratings."""
    match = ...
    return mean + levels + match''',
        solution=predicted_ratings,
        check=check_predicted_ratings,
        hint="Two arrays of one shape are multiplied place by place by *. Then sum, along one of the two axes.",
    ),
    Exercise(
        name="standardized",
        kind="function",
        stub='''def standardized(seen, new):
    """Both on the scale of `seen`, (N, K) and (M, K)."""
    center, scale = ..., ...
    scale = np.where(scale == 0, 1, scale)  # a column that never changes
    return (seen - center) / scale, (new - center) / scale''',
        solution=standardized,
        check=check_standardized,
        hint="The methods mean and std of an array take an axis: which one leaves a number for each column?",
    ),
    Exercise(
        name="newcomers_row",
        kind="function",
        stub='''def newcomers_row(film_rows, ratings):
    """(N, K) rows of the N films that she rated, (N,) ratings → her row, (K,)."""
    ...''',
        solution=newcomers_row,
        check=check_newcomers_row,
        hint="Linear regression without a constant: film_rows @ row should come as near to the ratings as it can. "
        "np.linalg has a function for least squares.",
    ),
]
