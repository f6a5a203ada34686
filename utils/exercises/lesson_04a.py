"""Exercises of lesson 04a: curve fitting."""

import numpy as np

from utils.exercises.engine import Exercise, Wrong, call, expect, expect_array, expect_close, expect_number

# ---- 1. Zero at the points ----


def zero_at(x, points):
    """The number of gaps that have gone by, with fractions, makes half a turn of the sine in each gap."""
    return np.sin(np.pi * np.interp(x, points, np.arange(len(points))))


def check_zero_at(answer):
    draw = np.random.default_rng(4)
    cases = {
        "15 points": np.linspace(-1, 1, 15),
        "three points": np.array([0.0, 1.0, 2.5]),
        "uneven points": np.sort(draw.uniform(-2, 2, 8)),
    }
    for case, points in cases.items():
        gaps = points[1:] - points[:-1]
        places = np.concatenate([points, points[:-1] + gaps / 2, points[:-1] + gaps / 3])
        values = expect_array(call(answer, places, points), places.shape, f"{case}: the values")
        size = np.abs(values).max()
        expect(
            size > 0, "It is zero everywhere, and adding it gives no other curve. Between the points it must not be."
        )
        there, middle = values[: len(points)] / size, values[len(points) : 2 * len(points) - 1] / size
        wrong = np.flatnonzero(np.abs(there) > 1e-5)
        expect(len(wrong) < len(points), f"{case}: it is zero at none of the points. Try it on one of them by hand.")
        if len(wrong):
            raise Wrong(
                f"{case}: at x = {points[wrong[0]]:.3g}, which is one of the points, it is not 0. Does it use where "
                "all the points are, or only some of them, or one gap for all?"
            )
        beside = np.abs(call(answer, points[1:] - 1e-6 * gaps, points)) / size
        expect(
            np.max(beside) < 0.01,
            f"{case}: it is 0 at the points and jumps to something else right beside them. A curve comes down to zero.",
        )
        dead = np.flatnonzero(np.abs(middle) <= 1e-9)
        if len(dead):
            place = points[dead[0]] + gaps[dead[0]] / 2
            raise Wrong(f"{case}: at x = {place:.3g}, half way between two points, it is zero as well.")
    one = call(answer, np.array([0.5]), np.array([0.0, 1.0, 2.0]))
    expect_array(one, (1,), "the values at one place")


# ---- 2. The price ----


def ridge(features, targets, price):
    """Return the weights that make |features @ w - targets|² + price · |w|² least; of several such, the smallest.

    The singular value decomposition turns the problem into one division for each direction: where the lesson's
    `least_squares` has 1 / s, ridge has s / (s² + price), which is calm where s is small.
    """
    left, sizes, right = np.linalg.svd(features, full_matrices=False)
    kept = sizes > sizes.max() * max(features.shape) * np.finfo(float).eps
    factors = sizes[kept] / (sizes[kept] ** 2 + price)
    return right[kept].T @ (factors * (left[:, kept].T @ targets))


def check_ridge(answer):
    draw = np.random.default_rng(4)
    for rows, columns in ((30, 4), (8, 20)):
        features, targets = draw.normal(size=(rows, columns)), draw.normal(size=rows)
        left, sizes, right = np.linalg.svd(features, full_matrices=False)
        size = f"{rows} rows and {columns} features"
        for price in (0.3, 10.0):
            weights = expect_array(call(answer, features, targets, price), (columns,), "the weights")
            expected = ridge(features, targets, price)
            expect(
                not np.allclose(weights, ridge(features, targets, 0)),
                "These are the weights without any price. Where does the price enter?",
            )
            expect(
                not np.allclose(weights, ridge(features, targets, price**2)),
                "The price is squared. The formula has price · ‖w‖²; only the weights are squared.",
            )
            expect(
                not np.allclose(weights, ridge(features, targets, price * rows)),
                "The price is multiplied by the number of rows: here the errors are summed, not averaged.",
            )
            expect(
                not np.allclose(weights, ridge(features, targets, 0) / (1 + price)),
                "All weights are shrunk by one factor. Ridge shrinks a direction more, the less the data say about it.",
            )
            for factors in (1 / (sizes + price), sizes / (sizes + price)):
                expect(
                    not np.allclose(weights, right.T @ (factors * (left.T @ targets))),
                    "The price is added to the size. Set the slope of (s·w − t)² + price · w² to zero: which power "
                    "of s stands beside the price?",
                )
            expect(
                not np.allclose(weights, right.T @ (left.T @ targets / (sizes**2 + price))),
                "With price 0 it should be least squares again: then the line has to become 1 / sizes.",
            )
            expect_close(
                weights,
                expected,
                f"the weights for {size} and price {price}",
                hint="Where the weights are best, the gradient of the whole sum is zero: solve that for w.",
            )
    features = np.column_stack([np.arange(5.0), np.arange(5.0), np.ones(5)])
    targets = np.array([1.0, 2.0, 2.0, 4.0, 5.0])
    try:
        weights = call(answer, features, targets, 0.0)
    except np.linalg.LinAlgError:
        raise Wrong(
            "With price 0 and two equal features the matrix has no inverse. Use the singular values, or np.linalg.pinv."
        ) from None
    weights = expect_array(weights, (3,), "the weights")
    expect(
        np.all(np.abs(weights) < 1e6),
        "The weights for price 0 are huge. A size that should be zero is only nearly zero: rounding. "
        "Dividing by it explodes.",
    )
    expect_close(  # many weights fit equally well, and without a price none of them is better
        features @ weights,
        features @ ridge(features, targets, 0),
        "the fit for price 0 with two equal features",
        hint="Without a price nothing but the errors counts, and other weights make them smaller.",
    )


# ---- 3. Choose the degree honestly ----


def choose_degree(x, y, largest_degree, folds):
    """Return the degree of the polynomial that cross-validation prefers."""
    return _cross_validated(x, y, largest_degree, np.arange(len(x)) % folds)


def _cross_validated(x, y, largest_degree, part, swapped=False):
    """Do the work of choose_degree, given each point's part; swapped: fit on the one part, measure on the others."""
    folds = part.max() + 1
    errors = np.zeros(largest_degree + 1)
    for degree in range(largest_degree + 1):
        for left_out in range(folds):
            known = (part == left_out) if swapped else (part != left_out)
            curve = np.polynomial.Polynomial.fit(x[known], y[known], min(degree, known.sum() - 1))
            errors[degree] += np.mean((curve(x[~known]) - y[~known]) ** 2) / folds
    return int(np.argmin(errors))


def check_choose_degree(answer):
    draw = np.random.default_rng(4)
    degrees, expected, in_blocks, swapped = [], [], [], []
    for _ in range(12):
        count, folds = int(draw.integers(24, 40)), int(draw.integers(3, 7))
        x = draw.permutation(np.linspace(-1, 1, count))
        y = np.sin(4 * x) + x + draw.normal(0, 0.3, count)
        degree = expect_number(call(answer, x, y, 9, folds), "the degree")
        expect(degree == int(degree) and 0 <= degree <= 9, "The degree is a whole number from 0 to largest_degree.")
        part = np.arange(count) % folds
        degrees.append(degree)
        expected.append(choose_degree(x, y, 9, folds))
        in_blocks.append(_cross_validated(x, y, 9, np.sort(part)))
        swapped.append(_cross_validated(x, y, 9, part, swapped=True))
    expect(
        set(degrees) != {9},
        "It always returns the largest degree. An error on points that the fit has seen can only fall with the degree: "
        "measure on the part left out.",
    )
    expect(degrees != in_blocks, "The parts are blocks of neighbors. Point i belongs to part i % folds.")
    expect(degrees != swapped, "Fit and measurement are swapped: fit on all parts but one, measure on that one.")
    expect(
        degrees == expected,
        "On some data it prefers another degree. Is each part left out exactly once? Is the mean taken over parts? "
        "Does point i, in the order given, belong to part i % folds? Does the position in your list equal the degree?",
    )
    x = np.linspace(-1, 1, 20)
    degree = expect_number(call(answer, x, 1 + x - 2 * x**3 + 1e-3 * np.cos(40 * x), 3, 4), "the degree")
    expect(degree == 3, "Is largest_degree itself tried? range(n) stops before n.")


EXERCISES = [
    Exercise(
        name="zero_at",
        kind="function",
        stub='''def zero_at(x, points):
    """Values at x, (N,), of a curve that is zero at the sorted points, and not half way between."""
    return ...''',
        solution=zero_at,
        check=check_zero_at,
        hint="A product is zero where one of its factors is. Or: np.interp can count at which point x is, 2.5 half way "
        "between points 2 and 3; which wave is zero at whole numbers?",
    ),
    Exercise(
        name="ridge",
        kind="function",
        stub='''def ridge(features, targets, price):
    """The weights w that make ‖features @ w − targets‖² + price · ‖w‖² least."""
    left, sizes, right = np.linalg.svd(features, full_matrices=False)
    kept = sizes > sizes.max() * max(features.shape) * np.finfo(float).eps
    along_each = left[:, kept].T @ targets
    factors = ...  # least_squares has 1 / sizes[kept] here
    return right[kept].T @ (along_each.T * factors).T''',
        solution=ridge,
        check=check_ridge,
        hint="Along a direction of size s one number w is sought, and t is what it should give: which w makes "
        "(s·w − t)² + price · w² least? Set the slope to zero.",
    ),
    Exercise(
        name="choose_degree",
        kind="function",
        stub="def choose_degree(x, y, largest_degree, folds):\n    ...",
        solution=choose_degree,
        check=check_choose_degree,
        hint="np.arange(len(x)) % folds gives each point its part; part != 0 selects all but the first part. "
        "np.polynomial.Polynomial.fit does the fit.",
    ),
]
