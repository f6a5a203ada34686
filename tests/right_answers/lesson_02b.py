"""Right answers of other kinds to the exercises of lesson 02b."""

import math

import numpy as np


def softmax_of_keras(scores):
    """The library's: a tensor."""
    from keras import ops

    return ops.softmax(ops.convert_to_tensor(scores, "float32"))


def softmax_in_lists(scores):
    """With plain Python, row by row."""
    rows = []
    for row in np.asarray(scores).tolist():
        powers = [math.exp(score - max(row)) for score in row]
        rows.append([power / sum(powers) for power in powers])
    return rows


def softmax_by_logarithms(scores):
    """By the logarithm of the sum of powers."""
    return np.exp(scores - np.logaddexp.reduce(scores, axis=1)[:, None])


def softmax_by_pairs(scores):
    """One over a sum of powers of differences: nothing is shifted."""
    with np.errstate(over="ignore"):
        return 1 / np.exp(scores[:, None, :] - scores[:, :, None]).sum(axis=2)


def dropout_in_place(x, rate, rng, training):
    """By the places that are dropped."""
    if training:
        x = x.copy()
        x[rng.random(x.shape) < rate] = 0
        x /= 1 - rate
    return x


def dropout_with_choice(x, rate, rng, training):
    """By factors that are drawn."""
    return x * rng.choice([0, 1 / (1 - rate)], size=x.shape, p=[rate, 1 - rate]) if training else x


def dropout_in_float32(x, rate, rng, training):
    """In float32."""
    return dropout_in_place(np.asarray(x, np.float32), rate, rng, training)


def dropout_of_keras(x, rate, rng, training):
    """The library's layer, which draws for itself."""
    from keras import layers

    return layers.Dropout(rate, seed=int(rng.integers(1000)))(x, training=training)


def batch_norm_of_keras(x, gamma, beta, stored_mean, stored_variance, training):
    """The library's layer."""
    from keras import layers

    layer = layers.BatchNormalization()
    layer.build(x.shape)
    layer.set_weights([gamma, beta, stored_mean, stored_variance])
    return layer(x, training=training)


def batch_norm_column_by_column(x, gamma, beta, stored_mean, stored_variance, training):
    """In lists, by the definition of a variance."""
    columns = []
    for unit, column in enumerate(np.asarray(x).T.tolist()):
        mean, variance = stored_mean[unit], stored_variance[unit]
        if training:
            mean = sum(column) / len(column)
            variance = sum((number - mean) ** 2 for number in column) / len(column)
        columns.append([(number - mean) / (variance + 1e-3) ** 0.5 * gamma[unit] + beta[unit] for number in column])
    return np.transpose(columns).tolist()


def batch_norm_in_one_factor(x, gamma, beta, stored_mean, stored_variance, training):
    """With scale and shift put together, in float32."""
    x = np.asarray(x, np.float32)
    mean, variance = (x.mean(axis=0), x.var(axis=0)) if training else (stored_mean, stored_variance)
    factor = gamma / np.sqrt(variance + 1e-3)
    return x * factor + (beta - mean * factor)


def layer_norm_by_rows(x, gamma, beta):
    """A row at a time, in lists."""
    return [((row - row.mean()) / math.sqrt(row.var() + 1e-3) * gamma + beta).tolist() for row in np.asarray(x)]


def layer_norm_of_keras(x, gamma, beta):
    """The library's layer."""
    from keras import layers

    layer = layers.LayerNormalization()
    layer.build(x.shape)
    layer.set_weights([gamma, beta])
    return layer(x)


def layer_norm_transposed(x, gamma, beta):
    """Batch normalization of the transposed."""
    x = x.T
    return ((x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-3)).T * gamma + beta


def field_from_the_end(stack):
    """How many pixels feed one answer, counted back."""
    field = 1
    for size, stride in reversed(stack):
        field = (field - 1) * stride + size
    return field


def field_as_a_sum(stack):
    """All at once, as a float."""
    steps = np.cumprod([1.0, *(stride for _, stride in stack)])
    return 1 + sum((size - 1) * step for (size, _), step in zip(stack, steps, strict=False))


RIGHT = {
    "softmax_rows": [softmax_of_keras, softmax_in_lists, softmax_by_logarithms, softmax_by_pairs],
    "dropout_both": [dropout_in_place, dropout_with_choice, dropout_in_float32, dropout_of_keras],
    "batch_norm_both": [batch_norm_of_keras, batch_norm_column_by_column, batch_norm_in_one_factor],
    "layer_norm": [layer_norm_by_rows, layer_norm_of_keras, layer_norm_transposed],
    "field_of_stack": [field_from_the_end, field_as_a_sum],
}
