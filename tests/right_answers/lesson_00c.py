"""Right answers of other kinds to the exercises of lesson 00c."""

import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler


def _with_scikit_learn(seen, new):
    scaler = StandardScaler().fit(seen)
    return scaler.transform(seen), scaler.transform(new)


def _lists_of_float32(seen, new):
    return [np.float32(part).tolist() for part in _with_scikit_learn(seen, new)]


RIGHT = {
    "dense_numbers": [
        lambda inputs, outputs: inputs * outputs + outputs,
        lambda inputs, outputs: sum(inputs + 1 for _ in range(outputs)),
    ],
    "predicted_ratings": [
        lambda people, films, levels, mean: mean + levels + np.einsum("nk,nk->n", people, films),
        lambda people, films, levels, mean: (
            [mean + level + float(np.dot(a, b)) for a, b, level in zip(people, films, levels, strict=True)]
        ),
        lambda people, films, levels, mean: np.diag(people @ films.T) + levels + mean,
    ],
    "standardized": [_with_scikit_learn, _lists_of_float32],
    "newcomers_row": [
        lambda films, ratings: LinearRegression(fit_intercept=False).fit(films, ratings).coef_,
        lambda films, ratings: np.linalg.pinv(films) @ ratings,
        lambda films, ratings: np.linalg.solve(films.T @ films, films.T @ ratings),
    ],
}
