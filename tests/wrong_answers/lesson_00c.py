"""Typical wrong answers to the exercises of lesson 00c, each with a fragment of the hint it must get."""

import numpy as np


def _own_scale(seen, new):
    both = []
    for rows in (seen, new):
        scale = rows.std(axis=0)
        scale[scale == 0] = 1
        both.append((rows - rows.mean(axis=0)) / scale)
    return tuple(both)


def _one_scale(seen, new):
    return (seen - seen.mean()) / seen.std(), (new - seen.mean()) / seen.std()


def _sample_deviation(seen, new):
    scale = seen.std(axis=0, ddof=1)
    scale[scale == 0] = 1
    return (seen - seen.mean(axis=0)) / scale, (new - seen.mean(axis=0)) / scale


def _only_scaled(seen, new):
    scale = seen.std(axis=0)
    scale[scale == 0] = 1
    return seen / scale, new / scale


def _without_care(seen, new):
    with np.errstate(all="ignore"):
        return (seen - seen.mean(axis=0)) / seen.std(axis=0), (new - seen.mean(axis=0)) / seen.std(axis=0)


def _new_left_alone(seen, new):
    return _own_scale(seen, new)[0], new


def _all_rows(seen, new):
    both = np.concatenate([seen, new])
    scale = np.where(both.std(axis=0) == 0, 1, both.std(axis=0))
    return (seen - both.mean(axis=0)) / scale, (new - both.mean(axis=0)) / scale


def _by_rows(seen, new):
    return tuple((rows - rows.mean(axis=1, keepdims=True)) / rows.std(axis=1, keepdims=True) for rows in (seen, new))


WRONG = {
    "dense_numbers": [
        (lambda inputs, outputs: inputs * outputs, "What does each output have besides"),
        (lambda inputs, outputs: (outputs + 1) * inputs, "not to each input"),
        (lambda inputs, outputs: inputs * outputs + 1, "a bias of its own"),
        (lambda inputs, outputs: inputs + outputs, "more than one weight"),
        (lambda inputs, outputs: 2 * inputs * outputs, "added once"),
        (lambda inputs, outputs: 8, "use both numbers"),
    ],
    "predicted_ratings": [
        (lambda people, films, levels, mean: mean + levels + people @ films.T, "2 by 2"),
        (lambda people, films, levels, mean: mean + levels[:, None] + people * films, "place by place"),
        (lambda people, films, levels, mean: mean + levels + np.mean(people * films, axis=1), "mean of the products"),
        (lambda people, films, levels, mean: mean + levels + np.sum(people * films), "Which axis"),
        (lambda people, films, levels, mean: mean + levels, "match is missing"),
        (lambda people, films, levels, mean: np.sum(people * films, axis=1), "The first match is 1·3"),
    ],
    "standardized": [
        (_own_scale, "in other company"),
        (_one_scale, "Each column has its own"),
        (_sample_deviation, "divides by N"),
        (_only_scaled, "not taken away"),
        (_new_left_alone, "as they were"),
        (_all_rows, "new ones included"),
        (_by_rows, "by its own mean"),
        (lambda seen, new: (seen - seen.mean(axis=0), new - seen.mean(axis=0)), "the scale is still the old one"),
        (_without_care, "never changes"),
        (lambda seen, new: _own_scale(seen, new)[0], "two arrays"),
    ],
    "newcomers_row": [
        (lambda films, ratings: films.T @ ratings, "divided out"),
        (lambda films, ratings: (films * ratings[:, None]).mean(axis=0), "not her"),
        (lambda films, ratings: np.linalg.solve(films[: films.shape[1]], ratings[: films.shape[1]]), "first three"),
        (
            lambda films, ratings: np.linalg.solve(films.T @ films + np.eye(films.shape[1]), films.T @ ratings),
            "Compare film_rows",
        ),
        (lambda films, ratings: np.linalg.lstsq(films, ratings, rcond=None), "array of numbers"),
    ],
}
