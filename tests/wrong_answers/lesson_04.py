"""Typical wrong answers to the exercises of lesson 04, each with a fragment of the hint it must get."""

import numpy as np


def _stop_looking_ahead(losses, patience, min_delta):
    return len(losses) - 1, int(np.argmin(losses))


def _stop_one_late(losses, patience, min_delta):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] - min_delta:
            best = epoch
        if epoch - best > patience:
            break
    return epoch, best


def _stop_swapped(losses, patience, min_delta):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] - min_delta:
            best = epoch
        if epoch - best >= patience:
            break
    return best, epoch


def _stop_without_threshold(losses, patience, min_delta):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return epoch, best


def _stop_against_the_one_before(losses, patience, min_delta):
    best = 0
    for epoch in range(len(losses)):
        if epoch and losses[epoch] < losses[epoch - 1] - min_delta:
            best = epoch
        if epoch - best >= patience:
            break
    return epoch, best


def _stop_or_equal(losses, patience, min_delta):
    best = 0
    for epoch, loss in enumerate(losses):
        if epoch and loss <= losses[best] - min_delta:
            best = epoch
        if epoch - best >= patience:
            break
    return epoch, best


def _stop_never_resets(losses, patience, min_delta):
    best, waited = 0, 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] - min_delta:
            best = epoch
        elif epoch:
            waited += 1
        if waited >= patience:
            break
    return epoch, best


def _stop_share(losses, patience, min_delta):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] * (1 - min_delta):
            best = epoch
        if epoch - best >= patience:
            break
    return epoch, best


def _stop_from_one(losses, patience, min_delta):
    epoch, best = _stop_or_equal(losses, patience, min_delta)
    return epoch + 1, best + 1


def _solve(features, targets, price):
    columns = features.shape[1]
    return np.linalg.solve(features.T @ features + price * np.eye(columns), features.T @ targets)


def _divide_by_every_size(features, targets, price):
    left, sizes, right = np.linalg.svd(features, full_matrices=False)
    return right.T @ (sizes / (sizes**2 + price) * (left.T @ targets))


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
    "dropout_backward": [
        (lambda gradient, kept, rate: gradient / (1 - rate), "did not reach the output"),
        (lambda gradient, kept, rate: gradient * kept, "also scaled what it kept"),
        (lambda gradient, kept, rate: gradient * kept * (1 - rate), "upside down"),
        (lambda gradient, kept, rate: gradient * kept / (rate or 1), "the share that is dropped"),
        (lambda gradient, kept, rate: gradient[kept] / (1 - rate), "should have the shape"),
    ],
    "patient_stop": [
        (_stop_looking_ahead, "Epoch 6 never runs"),
        (_stop_one_late, "the second one without a better loss"),
        (_stop_swapped, "the wrong way round"),
        (_stop_without_threshold, "lower by less than min_delta"),
        (_stop_against_the_one_before, "last one that counted as better"),
        (_stop_or_equal, "exactly min_delta"),
        (_stop_never_resets, "starts again at each better loss"),
        (_stop_share, "not a share"),
        (_stop_from_one, "Epochs count from 0"),
        (lambda losses, patience, min_delta: len(losses) - 1, "Return two numbers"),
    ],
    "ridge": [
        (lambda features, targets, price: _pinv(features, targets), "without any price"),
        (lambda features, targets, price: _solve(features, targets, price**2), "price is squared"),
        (lambda features, targets, price: _solve(features, targets, price * len(features)), "number of rows"),
        (lambda features, targets, price: _pinv(features, targets) / (1 + price), "shrunk by one factor"),
        (_solve, "no inverse"),
        (_divide_by_every_size, "Dividing by it explodes"),
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
