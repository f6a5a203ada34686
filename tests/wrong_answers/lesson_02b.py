"""Typical wrong answers to the exercises of lesson 02b."""

import numpy as np


def softmax(scores, axis=-1, off=0.0):
    """Softmax with a mistake in it: another axis, or another number taken off."""
    powers = np.exp(scores - off)
    return powers / (powers.sum() if axis is None else powers.sum(axis=axis, keepdims=True))


def per_row(scores):
    """Softmax as it should be."""
    return softmax(scores, off=scores.max(axis=-1, keepdims=True))


def dropped(x, rate, rng, factor, share=None):
    """A share of x dropped, the rest multiplied by a factor."""
    return x * (rng.random(np.shape(x)) >= (rate if share is None else share)) * factor


def normalized(x, gamma, beta, mean, variance, under=0.001, outside=0.0):
    """Moved, divided, scaled and shifted."""
    return (x - mean) / (np.sqrt(variance + under) + outside) * gamma + beta


def own(x, gamma, beta, axis=0, ddof=0, **options):
    """By statistics of x itself."""
    mean, variance = x.mean(axis=axis, keepdims=True), x.var(axis=axis, ddof=ddof, keepdims=True)
    return normalized(x, gamma, beta, mean, variance, **options)


def both(in_training, afterwards):
    """Batch normalization from its two cases."""

    def batch_norm(x, gamma, beta, stored_mean, stored_variance, training):
        stored = (stored_mean, stored_variance)
        return in_training(x, gamma, beta, *stored) if training else afterwards(x, gamma, beta, *stored)

    return batch_norm


def of_batch(**options):
    """The case of training, with a mistake in it."""
    return lambda x, gamma, beta, mean, variance: own(x, gamma, beta, **options)


def field(stack, own_stride=False, strides=True, multiply=True, product=False, plain_sum=False):
    """The receptive field with a mistake in it."""
    seen, step = 1, 1
    for size, stride in stack:
        if own_stride:
            step = step * stride
        seen += (size - 1) * step
        if strides and not own_stride:
            step = step * stride if multiply else step + stride - 1
    if plain_sum:
        return sum(size for size, _ in stack)
    return int(np.prod([size for size, _ in stack])) if product else seen


WRONG = {
    "softmax_rows": [
        (lambda s: softmax(s, axis=None), "All shares together"),
        (lambda s: softmax(s, axis=0), "Each column sums to 1"),
        (lambda s: s / s.sum(axis=-1, keepdims=True), "divides the scores themselves"),
        (lambda s: np.log(per_row(s)), "the logarithms"),
        (lambda s: softmax(s), "some share is not a number"),
        (lambda s: softmax(s, off=s.max()), "Is one number taken off all rows"),
        (lambda s: softmax(s, off=s.max(axis=0)), "Powers of e"),
        (lambda s: softmax(s, off=700.0 * (s.max() > 700)), "some share is not a number"),
        (lambda s: np.exp(s), "Powers of e"),
        (lambda s: np.eye(s.shape[1])[s.argmax(axis=1)], "Powers of e"),
        (lambda s: 1 / (1 + np.exp(-s)), "Powers of e"),
        (lambda s: per_row(s).max(axis=1), "shape"),
    ],
    "dropout_both": [
        (lambda x, rate, rng, t: dropped(x, rate, rng, 1) if t else x, "What makes up for it"),
        (lambda x, rate, rng, t: dropped(x, rate, rng, 1 / (1 - rate)), "still dropped"),
        (lambda x, rate, rng, t: x if t else dropped(x, rate, rng, 1 / (1 - rate)), "still dropped"),
        (lambda x, rate, rng, t: x, "no number became zero"),
        (lambda x, rate, rng, t: dropped(x, rate, rng, 1) if t else x * (1 - rate), "first described"),
        (lambda x, rate, rng, t: dropped(x, rate, rng, 1 / rate, 1 - rate) if t else x, "the share that is kept"),
        (lambda x, rate, rng, t: dropped(x, rate, rng, 1 / rate) if t else x, "divided by the share that was dropped"),
        (lambda x, rate, rng, t: dropped(x, rate, rng, 1 - rate) if t else x, "it has to grow"),
        (lambda x, rate, rng, t: dropped(x, rate, rng, 2) if t else x, "What is kept did not"),
        (lambda x, rate, rng, t: dropped(x, rate, rng, 1.25, 0.2) if t else x, "at rate 0.5"),
        (lambda x, rate, rng, t: x * (rng.random(x.shape[1]) >= rate) / (1 - rate) if t else x, "of all"),
        (lambda x, rate, rng, t: rng.random(x.shape) >= rate, "still dropped"),
    ],
    "batch_norm_both": [
        (both(of_batch(), of_batch()), "still"),
        (both(normalized, normalized), "already"),
        (both(normalized, of_batch()), "the wrong way round"),
        (both(of_batch(axis=1), normalized), "Over which axis"),
        (both(of_batch(axis=None), normalized), "Over which axis"),
        (
            both(lambda x, g, b, m, v: own(x, 1, 0), lambda x, g, b, m, v: normalized(x, 1, 0, m, v)),
            "Gamma and beta are missing",
        ),
        (both(lambda x, g, b, m, v: own(x, g, 0), normalized), "Beta is missing"),
        (both(lambda x, g, b, m, v: own(x, 1, b), normalized), "Gamma is missing"),
        (both(lambda x, g, b, m, v: own(x, 1, b) * g, normalized), "before beta is added"),
        (
            both(lambda x, g, b, m, v: (x - x.mean(0)) / (x.var(0) + 0.001) * g + b, normalized),
            "divides by the variance",
        ),
        (both(of_batch(ddof=1), normalized), "one fewer"),
        (both(of_batch(), lambda x, g, b, m, v: (x - m) / v * g + b), "a variance, of which the root"),
        (both(of_batch(under=0), lambda *all_of: normalized(*all_of, under=0)), "0.001 is missing"),
        (both(of_batch(), lambda *all_of: normalized(*all_of, under=0, outside=0.001)), "under the root"),
        (both(of_batch(), lambda *all_of: normalized(*all_of, under=0.01)), "The result after training did not"),
    ],
    "layer_norm": [
        (lambda x, g, b: own(x, g, b), "That is batch normalization"),
        (lambda x, g, b: (x - x.mean(axis=1)) / np.sqrt(x.var(axis=1) + 0.001) * g + b, "keepdims"),
        (lambda x, g, b: own(x, 1, 0, axis=1), "Gamma and beta are missing"),
        (
            lambda x, g, b: (x - x.mean(1, keepdims=True)) / (x.var(1, keepdims=True) + 0.001) * g + b,
            "take its root",
        ),
        (lambda x, g, b: own(x, g, b, axis=1, under=0), "The 0.001 is missing"),
        (lambda x, g, b: own(x, g, b, axis=1, under=0, outside=0.001), "under the root"),
        (lambda x, g, b: own(x, g, b, axis=1, ddof=1), "one fewer"),
        (lambda x, g, b: own(x, g, b, axis=None), "One mean and one variance for each row"),
    ],
    "field_of_stack": [
        (lambda stack: field(stack, plain_sum=True), "do not add up"),
        (lambda stack: field(stack, product=True), "overlap, so the field is not 3 times 3"),
        (lambda stack: field(stack, strides=False), "The strides are left out"),
        (lambda stack: field(stack, own_stride=True), "own stride"),
        (lambda stack: field(stack, multiply=False), "Strides multiply"),
        (lambda stack: field(stack[::-1]), "Strides multiply"),
        (lambda stack: field(stack) - 1, "sees 3 pixels"),
        (lambda stack: field(stack) if stack else 0, "it sees 1"),
    ],
}
