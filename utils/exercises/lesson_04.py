"""The exercises of lesson 04, overfitting."""

import numpy as np

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


def dropout_backward(output_gradient, kept, rate):
    """Return the gradient with respect to dropout's input.

    The forward pass is ``np.where(kept, x / (1 - rate), 0)``: each kept number was multiplied by 1 / (1 - rate), so
    its gradient is too. A dropped number had no influence on the output: its gradient is zero.
    """
    return np.where(kept, output_gradient / (1 - rate), 0)


def check_dropout_backward(answer):
    draw = np.random.default_rng(4)
    for rate in (0.5, 0.2, 0.0):
        gradient, kept = draw.normal(size=(6, 5)), draw.random((6, 5)) >= rate
        result = expect_array(call(answer, gradient, kept, rate), gradient.shape, "the gradient")
        if rate:
            dropped = result[~kept]
            expect(
                np.allclose(dropped, 0),
                "A number that was dropped did not reach the output. How can the output change with it?",
            )
            expect(
                not np.allclose(result[kept], gradient[kept]),
                "The mask is right. But the forward pass also scaled what it kept; the gradient is scaled by the same.",
            )
            expect(
                not np.allclose(result[kept], gradient[kept] * (1 - rate)),
                "The scale is upside down: did the forward pass multiply by 1 − rate, or divide?",
            )
            expect(
                rate == 0.5 or not np.allclose(result[kept], gradient[kept] / rate),
                "The scale is made from the rate, the share that is dropped. It belongs to the share that is kept.",
            )
        expected = dropout_backward(gradient, kept, rate)
        expect_close(result, expected, f"the gradient for rate {rate}", hint="Try a rate of 0.2 by hand.")


def patient_stop(losses, patience, min_delta):
    """Return (last epoch that runs, best epoch), counted from 0, as keras.callbacks.EarlyStopping does.

    The best loss is the last one that counted as better, so many small steps that together exceed `min_delta` do
    count in the end.
    """
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] - min_delta:
            best = epoch
        if epoch - best >= patience:
            break
    return epoch, best


def check_patient_stop(answer):
    def stops(losses, patience, min_delta):
        result = call(answer, list(losses), patience, min_delta)
        result = expect_parts(result, 2, "Return two numbers: the last epoch that runs, and the best epoch.")
        return int(expect_number(result[0], "the last epoch")), int(expect_number(result[1], "the best epoch"))

    losses = [5.0, 4.0, 3.0, 4.0, 4.0, 4.0, 1.0]
    got = stops(losses, 2, 0.0)
    expect(
        got[::-1] != (4, 2), "The two numbers are the wrong way round: first the last epoch that runs, then the best."
    )
    expect(got != (5, 3), "Epochs count from 0.")
    expect(got != (5, 2), "With patience 2 and the best at epoch 2, epoch 4 is the second one without a better loss.")
    expect(
        got != (6, 6),
        "Epoch 6 never runs: training has stopped before. What comes after the stop must not be looked at.",
    )
    expect(got == (4, 2), "For losses 5, 4, 3, 4, 4, 4, 1, patience 2, min_delta 0: work it out by hand and compare.")
    got = stops([5.0, 4.0, 3.0, 2.0], 2, 0.0)
    expect(got == (3, 3), "If the losses keep falling, all epochs run, and the last one is the best.")

    got = stops([3.0, 4.0, 2.0, 3.0, 1.0], 2, 0.0)
    expect(
        got == (4, 4),
        "For losses 3, 4, 2, 3, 1, patience 2: waiting starts again at each better loss, and the first epoch is never "
        "a wait.",
    )

    crumbs = [1.0, 0.95, 0.90, 0.85, 0.80]
    got = stops(crumbs, 4, 0.12)
    expect(got != (4, 4), "A loss that is lower by less than min_delta was counted as better.")
    expect(
        got != (4, 0),
        "The loss to beat is neither the one before nor the lowest seen. It is the last one that counted as better; "
        "small steps add up until they do.",
    )
    expect(got == (4, 3), "For losses 1, 0.95, 0.9, 0.85, 0.8, patience 4 and min_delta 0.12: work it out by hand.")
    got = stops([10.0, 9.5, 9.0, 8.5], 3, 0.9)
    expect(got != (3, 0), "min_delta is a difference, not a share of the loss.")
    draw = np.random.default_rng(4)
    for _ in range(200):
        losses = (draw.integers(0, 40, size=20) / 8).tolist()
        patience, min_delta = int(draw.integers(1, 6)), draw.integers(0, 5) / 8
        expect(
            stops(losses, patience, min_delta) == patient_stop(losses, patience, min_delta),
            "It fails on a longer sequence of losses. Compare with stop_early for min_delta 0; then ask whether a loss "
            "lower by exactly min_delta counts (it does not).",
        )


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
        name="dropout_backward",
        kind="function",
        stub="def dropout_backward(output_gradient, kept, rate):\n    ...",
        solution=dropout_backward,
        check=check_dropout_backward,
        hint="If one input grows by a tiny amount, by how much does its output, if it was kept? And if dropped?",
    ),
    Exercise(
        name="patient_stop",
        kind="function",
        stub="def patient_stop(losses, patience, min_delta):\n    ...",
        solution=patient_stop,
        check=check_patient_stop,
        hint="Start from the lesson's stop_early. One comparison changes.",
    ),
    Exercise(
        name="ridge",
        kind="function",
        stub="def ridge(features, targets, price):\n    ...",
        solution=ridge,
        check=check_ridge,
        hint="Start from the lesson's least_squares: along a direction of size s it divides by s. With a price, which "
        "number w makes (s·w − t)² + price·w² least?",
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
