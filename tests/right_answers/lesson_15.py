"""Right answers of other kinds to the exercises of lesson 15."""

import numpy as np

from utils.exercises import lesson_15


def tried_one_by_one(scores, share):
    """The first of the different scores, from below, above which few enough lie."""
    return next(one for one in np.unique(scores) if np.mean(scores > one) <= share)


RIGHT = {
    "alarm_threshold": [
        tried_one_by_one,
        lambda scores, share: np.float32(tried_one_by_one(scores, share)),
        lambda scores, share: np.quantile(scores, 1 - share, method="inverted_cdf"),
    ],
    "tied_gradients": [lambda *case: list(lesson_15.tied_gradients(*(np.float32(one) for one in case)))],
}
