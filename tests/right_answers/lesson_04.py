"""Right answers of other kinds to the exercises of lesson 04."""

import numpy as np
from sklearn.linear_model import Ridge

from utils.exercises import lesson_04


def ridge_of_scikit_learn(features, targets, price, solver="auto"):
    """The judge that the lesson names."""
    return Ridge(alpha=price, fit_intercept=False, solver=solver).fit(features, targets).coef_


def ridge_of_longer_rows(features, targets, price):
    """With least squares: the price as further rows."""
    columns = features.shape[1]
    longer = np.vstack([features, np.sqrt(price) * np.eye(columns)])
    return np.linalg.lstsq(longer, np.append(targets, np.zeros(columns)), rcond=None)[0]


RIGHT = {
    "dropout_backward": [
        lambda gradient, kept, rate: gradient * kept / (1 - rate),
        lambda gradient, kept, rate: (np.float32(gradient) * np.float32(1 / (1 - rate)) * kept).tolist(),
    ],
    "patient_stop": [
        lambda *case: np.array(lesson_04.patient_stop(*case)),
        lambda *case: [np.int64(one) for one in lesson_04.patient_stop(*case)],
    ],
    "ridge": [
        ridge_of_scikit_learn,
        lambda *case: ridge_of_scikit_learn(*case, solver="svd"),
        lambda *case: ridge_of_scikit_learn(*case, solver="lsqr") if case[2] == 0 else lesson_04.ridge(*case),
        ridge_of_longer_rows,
        lambda features, targets, price: (
            np.linalg.pinv(features) @ targets
            if price == 0
            else np.linalg.solve(features.T @ features + price * np.eye(features.shape[1]), features.T @ targets)
        ),
    ],
    "choose_degree": [lambda *case: np.float32(lesson_04.choose_degree(*case))],
}
