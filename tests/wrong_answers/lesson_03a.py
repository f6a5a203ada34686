"""Typical wrong answers to the exercises of lesson 03a."""

import math

import numpy as np


def rows_with(place):
    """One-hot rows with another column for a word."""

    def rows_of(words, known):
        rows = np.zeros((len(words), len(known)))
        for row, word in enumerate(words):
            if word in known:
                rows[row, place(row, word, list(known))] = 1
        return rows

    return rows_of


def rescaled_by(rule):
    """A standardizer whose later tables are rescaled by a rule of one's own."""
    return lambda train: lambda table: rule(table, train, train.mean(axis=0), train.std(axis=0))


def safe(deviation):
    return np.where(deviation > 0, deviation, 1)


def filled_too_early(train, values):
    """In place, so that no gap is left to be found."""
    values = np.array(values, float)
    values[np.isnan(values)] = np.nanmean(train)
    return np.column_stack([values, np.isnan(values)])


WRONG = {
    "one_hot_rows": [
        (rows_with(lambda row, word, known: row % len(known)), "not with the row"),
        (rows_with(lambda row, word, known: (known.index(word) + 1) % len(known)), "too far to the right"),
        (rows_with(lambda row, word, known: known.index(word) - 1), "too far to the left"),
        (rows_with(lambda row, word, known: slice(None)), "full of ones"),
        (
            lambda words, known: np.eye(len(known))[[words.index(w) % len(known) for w in words]],
            "stands in words",
        ),
        (rows_with(lambda row, word, known: -1 - known.index(word)), "in reverse"),
        (
            lambda words, known: np.eye(len(known))[[list(known).index(w) if w in known else 0 for w in words]],
            "Paris has no column",
        ),
    ],
    "standardizer": [
        (rescaled_by(lambda t, train, m, s: (t - t.mean(axis=0)) / safe(t.std(axis=0))), "table that is given"),
        (rescaled_by(lambda t, train, m, s: (t - m) / safe(s**2)), "by the variance"),
        (rescaled_by(lambda t, train, m, s: (t - m) / safe(train.std(axis=0, ddof=1))), "ddof=1"),
        (rescaled_by(lambda t, train, m, s: t - m), "scales of their own"),
        (rescaled_by(lambda t, train, m, s: t / safe(s)), "means are not 0"),
        (rescaled_by(lambda t, train, m, s: t - m / safe(s)), "parentheses"),
        (rescaled_by(lambda t, train, m, s: (t - train.mean()) / train.std()), "Each column has its own"),
        (rescaled_by(lambda t, train, m, s: (m - t) / safe(s)), "turned around"),
        (rescaled_by(lambda t, train, m, s: t * s + m), "the other way"),
        (rescaled_by(lambda t, train, m, s: (t - m) / s), "divides 0 by 0"),
        (lambda train: (train - train.mean(axis=0)) / train.std(axis=0), "A function is wanted"),
    ],
    "whitening_matrix": [
        (lambda variances, axes: axes, "does not divide"),
        (lambda variances, axes: axes @ axes.T, "without dividing"),
        (lambda variances, axes: axes / variances @ axes.T, "divides by the variances"),
        (lambda variances, axes: axes * np.sqrt(variances) @ axes.T, "multiplies by the deviations"),
        (lambda variances, axes: axes * variances @ axes.T, "covariance matrix itself"),
        (lambda variances, axes: axes.T / np.sqrt(variances) @ axes, "changed places"),
        (lambda variances, axes: axes.T @ (axes / np.sqrt(variances)), "divides only"),
        (lambda variances, axes: np.diag(1 / np.sqrt(variances)), "divides only"),
        (lambda variances, axes: axes / np.sqrt(variances), "not turned back"),
    ],
    "fill_and_flag": [
        (lambda train, values: np.array([np.nan_to_num(values), np.isnan(values)]), "as columns"),
        (
            lambda train, values: np.column_stack([np.where(np.isnan(values), train.mean(), values), np.isnan(values)]),
            "still NaNs",
        ),
        (
            lambda train, values: np.column_stack(
                [np.where(np.isnan(values), np.nanmean(values), values), np.isnan(values)]
            ),
            "of the values themselves",
        ),
        (
            lambda train, values: np.column_stack(
                [np.where(np.isnan(values), np.nan_to_num(train).mean(), values), np.isnan(values)]
            ),
            "gap of the training as a 0",
        ),
        (lambda train, values: np.column_stack([np.nan_to_num(values), np.isnan(values)]), "filled with 0"),
        (
            lambda train, values: np.column_stack(
                [np.where(np.isnan(values), np.nanmedian(train), values), np.isnan(values)]
            ),
            "median",
        ),
        (
            lambda train, values: np.column_stack(
                [np.where(np.isnan(values), np.nanmean(train), values), ~np.isnan(values)]
            ),
            "where a value was there",
        ),
        (
            lambda train, values: np.column_stack(
                [np.where(np.isnan(values), np.nanmean(train), values), np.nan_to_num(values) == 0]
            ),
            "a true 0",
        ),
        (filled_too_early, "after they had been filled"),
    ],
    "epochs_for": [
        (lambda rows, batch, epochs, new_batch: epochs * math.ceil(rows / batch), "number of steps"),
        (
            lambda rows, batch, epochs, new_batch: math.ceil(epochs * (rows // batch) / math.ceil(rows / new_batch)),
            "is a step, too",
        ),
        (
            lambda rows, batch, epochs, new_batch: epochs * math.ceil(rows / batch) // math.ceil(rows / new_batch),
            "Round up",
        ),
        (
            lambda rows, batch, epochs, new_batch: epochs * math.ceil(rows / batch) / math.ceil(rows / new_batch),
            "whole number",
        ),
        (lambda rows, batch, epochs, new_batch: math.ceil(epochs * new_batch / batch), "rounded up"),
        (lambda rows, batch, epochs, new_batch: 2 * epochs, "rounded up"),
    ],
}
