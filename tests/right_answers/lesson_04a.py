"""Right answers of other kinds to the exercises of lesson 04a."""

import numpy as np
from sklearn.linear_model import Ridge

from utils.exercises import lesson_04a


def zero_by_a_product(x, points):
    """A factor for each point."""
    return np.prod(np.asarray(x)[:, None] - points, axis=1)


def zero_by_the_distance(x, points):
    """How far the nearest point is."""
    return np.abs(np.asarray(x)[:, None] - points).min(axis=1)


def ridge_of_scikit_learn(features, targets, price, solver="auto"):
    """The judge that the lesson names."""
    return Ridge(alpha=price, fit_intercept=False, solver=solver).fit(features, targets).coef_


def ridge_of_longer_rows(features, targets, price):
    """With least squares: the price as further rows."""
    columns = features.shape[1]
    longer = np.vstack([features, np.sqrt(price) * np.eye(columns)])
    return np.linalg.lstsq(longer, np.append(targets, np.zeros(columns)), rcond=None)[0]


RIGHT = {
    "zero_at": [
        zero_by_a_product,
        zero_by_the_distance,
        lambda x, points: [float(value) for value in zero_by_the_distance(x, points)],
    ],
    "ridge": [
        ridge_of_scikit_learn,
        lambda *case: ridge_of_scikit_learn(*case, solver="svd"),
        lambda *case: ridge_of_scikit_learn(*case, solver="lsqr") if case[2] == 0 else lesson_04a.ridge(*case),
        ridge_of_longer_rows,
        lambda features, targets, price: (
            np.linalg.pinv(features) @ targets
            if price == 0
            else np.linalg.solve(features.T @ features + price * np.eye(features.shape[1]), features.T @ targets)
        ),
    ],
    "choose_degree": [lambda *case: np.float32(lesson_04a.choose_degree(*case))],
}
