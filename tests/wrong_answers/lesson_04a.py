"""Typical wrong answers to the exercises of lesson 04a, each with a part of the hint that it must get."""

import numpy as np


def _wave_by_the_first_gap(x, points):
    """Right where all gaps are equal."""
    return np.sin(np.pi * (x - points[0]) / (points[1] - points[0]))


def _product_that_leaves_one_out(x, points):
    return np.prod(np.asarray(x)[:, None] - points[1:], axis=1)


def _wave_twice_as_fast(x, points):
    return np.sin(2 * np.pi * np.interp(x, points, np.arange(len(points))))


def _solve(features, targets, price):
    columns = features.shape[1]
    return np.linalg.solve(features.T @ features + price * np.eye(columns), features.T @ targets)


def _divide_by_every_size(features, targets, price):
    left, sizes, right = np.linalg.svd(features, full_matrices=False)
    return right.T @ (sizes / (sizes**2 + price) * (left.T @ targets))


def _inner_line(factors_of):
    """The lesson's routine with another inner line."""

    def ridge(features, targets, price):
        left, sizes, right = np.linalg.svd(features, full_matrices=False)
        kept = sizes > sizes.max() * max(features.shape) * np.finfo(float).eps
        return right[kept].T @ (factors_of(sizes[kept], price) * (left[:, kept].T @ targets))

    return ridge


def _pinv(features, targets):
    return np.linalg.pinv(features) @ targets


def _degree_by_training_error(x, y, largest_degree, folds):
    errors = [np.mean((np.polynomial.Polynomial.fit(x, y, degree)(x) - y) ** 2) for degree in range(largest_degree + 1)]
    return int(np.argmin(errors))


def _degree(parts_of, stop=1):
    def choose(x, y, largest_degree, folds):
        part = parts_of(len(x), folds)
        errors = []
        for degree in range(largest_degree + stop):
            of_parts = []
            for left_out in range(folds):
                known = part != left_out
                curve = np.polynomial.Polynomial.fit(x[known], y[known], degree)
                of_parts.append(np.mean((curve(x[~known]) - y[~known]) ** 2))
            errors.append(np.mean(of_parts))
        return int(np.argmin(errors))

    return choose


def _degree_trained_on_the_part(x, y, largest_degree, folds):
    part = np.arange(len(x)) % folds
    errors = []
    for degree in range(largest_degree + 1):
        of_parts = []
        for chosen in range(folds):
            known = part == chosen
            curve = np.polynomial.Polynomial.fit(x[known], y[known], min(degree, known.sum() - 1))
            of_parts.append(np.mean((curve(x[~known]) - y[~known]) ** 2))
        errors.append(np.mean(of_parts))
    return int(np.argmin(errors))


WRONG = {
    "zero_at": [
        (lambda x, points: np.zeros(len(x)), "zero everywhere"),
        (lambda x, points: np.cos(np.pi * np.interp(x, points, np.arange(len(points)))), "zero at none of the points"),
        (lambda x, points: np.ones(len(x)), "zero at none of the points"),
        (_wave_by_the_first_gap, "one gap for all"),
        (_product_that_leaves_one_out, "where all the points are"),
        (_wave_twice_as_fast, "half way between two points"),
        (lambda x, points: np.prod(np.asarray(x)[:, None] - points, axis=0), "should have the shape"),
        (lambda x, points: np.where(np.isin(x, points), 0.0, 1.0), "jumps"),
    ],
    "ridge": [
        (lambda features, targets, price: _pinv(features, targets), "without any price"),
        (lambda features, targets, price: _solve(features, targets, price**2), "price is squared"),
        (lambda features, targets, price: _solve(features, targets, price * len(features)), "number of rows"),
        (lambda features, targets, price: _pinv(features, targets) / (1 + price), "shrunk by one factor"),
        (_solve, "no inverse"),
        (_divide_by_every_size, "Dividing by it explodes"),
        (_inner_line(lambda s, price: 1 / (s + price)), "stands beside the price"),
        (_inner_line(lambda s, price: s / (s + price)), "stands beside the price"),
        (_inner_line(lambda s, price: 1 / (s**2 + price)), "has to become 1 / sizes"),
    ],
    "choose_degree": [
        (_degree_by_training_error, "always returns the largest degree"),
        (_degree(lambda count, folds: np.sort(np.arange(count) % folds)), "blocks of neighbors"),
        (_degree(lambda count, folds: np.arange(count) % folds, stop=0), "range(n) stops before n"),
        (_degree_trained_on_the_part, "Fit and measurement are swapped"),
        (
            lambda x, y, largest_degree, folds: _degree(lambda n, k: np.arange(n) % k)(x, y, largest_degree, 2),
            "exactly once",
        ),
        (lambda x, y, largest_degree, folds: 3.5, "whole number"),
    ],
}
