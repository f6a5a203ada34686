"""Right answers of other kinds to the exercises of lesson 03a."""

from fractions import Fraction

import numpy as np


def rows_of_comparisons(words, known):
    """Each word compared with each known one, as truth values."""
    return np.array(list(words))[:, None] == np.array(list(known))[None, :]


def rows_of_keras(words, known):
    """With one more class for what is not known, which is cut off."""
    import keras

    places = [list(known).index(word) if word in known else len(known) for word in words]
    return keras.utils.to_categorical(places, len(known) + 1)[:, :-1]


def scaler_of_sklearn(train):
    """With scikit-learn."""
    from sklearn.preprocessing import StandardScaler

    return StandardScaler().fit(train).transform


def scaler_of_keras(train):
    """With Keras's layer, in float32."""
    from keras import layers

    layer = layers.Normalization()
    layer.adapt(train)
    return layer


def scaler_in_lists(train):
    """Number by number."""
    columns = list(zip(*np.asarray(train, float).tolist(), strict=True))
    means = [sum(column) / len(column) for column in columns]
    deviations = [
        (sum((n - mean) ** 2 for n in column) / len(column)) ** 0.5 or 1
        for column, mean in zip(columns, means, strict=True)
    ]
    return lambda table: [
        [(n - mean) / deviation for n, mean, deviation in zip(row, means, deviations, strict=True)]
        for row in np.asarray(table, float).tolist()
    ]


def filled_by_sklearn(train, values):
    """With scikit-learn's imputer."""
    from sklearn.impute import SimpleImputer

    imputer = SimpleImputer().fit(np.asarray(train)[:, None])
    return np.hstack([imputer.transform(np.asarray(values)[:, None]), np.isnan(values)[:, None]])


def filled_in_lists(train, values):
    """NaN is the number that is not equal to itself."""
    there = [n for n in train if n == n]
    mean = sum(there) / len(there)
    return [[n, 0] if n == n else [mean, 1] for n in values]


def epochs_counted(rows, batch, epochs, new_batch):
    """By walking through the batches."""
    wanted = epochs * len(range(0, rows, batch))
    found = steps = 0
    while steps < wanted:
        found, steps = found + 1, steps + len(range(0, rows, new_batch))
    return found


RIGHT = {
    "one_hot_rows": [
        rows_of_comparisons,
        rows_of_keras,
        lambda words, known: [[int(one == word) for one in known] for word in words],
    ],
    "standardizer": [scaler_of_sklearn, scaler_of_keras, scaler_in_lists],
    "whitening_matrix": [
        lambda variances, axes: np.einsum("ik,k,jk->ij", axes, variances**-0.5, axes),
        lambda variances, axes: axes @ np.diag(1 / np.sqrt(variances)) @ axes.T,
        lambda variances, axes: sum(np.outer(a, a) / v**0.5 for v, a in zip(variances, axes.T, strict=True)),
        lambda variances, axes: (axes / np.sqrt(variances) @ axes.T).astype(np.float32),
    ],
    "fill_and_flag": [filled_by_sklearn, filled_in_lists],
    "epochs_for": [
        epochs_counted,
        lambda rows, batch, epochs, new_batch: -(-epochs * -(-rows // batch) // -(-rows // new_batch)),
        lambda rows, batch, epochs, new_batch: Fraction(-(-epochs * -(-rows // batch) // -(-rows // new_batch))),
    ],
}
