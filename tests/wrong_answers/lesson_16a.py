"""Typical wrong answers to the exercises of lesson 16a, each with a part of the hint that it must get."""

from itertools import pairwise

import numpy as np


def spoil_the_others(x, dice, share):
    return x * (dice < share)


def spoil_like_dropout(x, dice, share):
    return x * (dice >= share) / max(1 - share, 1e-9)


def spoil_to_ones(x, dice, share):
    return (dice >= share).astype(float)


def spoil_one_row_alike(x, dice, share):
    return x * (dice.reshape(-1)[0] >= share)


def encode_without_sigmoid(x, stack):
    for kernel, bias in stack:
        x = x @ kernel + bias
    return x


def encode_without_bias(x, stack):
    for kernel, _ in stack:
        x = 1 / (1 + np.exp(-(x @ kernel)))
    return x


def encode_last_linear(x, stack):
    for kernel, bias in stack[:-1]:
        x = 1 / (1 + np.exp(-(x @ kernel + bias)))
    return x @ stack[-1][0] + stack[-1][1]


def encode_wrong_sign(x, stack):
    for kernel, bias in stack:
        x = 1 / (1 + np.exp(x @ kernel + bias))
    return x


def encode_with_tanh(x, stack):
    for kernel, bias in stack:
        x = np.tanh(x @ kernel + bias)
    return x


def encode_forgets(x, stack):
    for kernel, bias in stack:
        _ = 1 / (1 + np.exp(-(x @ kernel + bias)))
    return x


def spoil_in_place(x, dice, share):
    x[dice < share] = 0
    return x


def encode_first_only(x, stack):
    for kernel, bias in stack:
        return 1 / (1 + np.exp(-(x @ kernel + bias)))
    return x


def encode_from_the_end(x, stack):
    for kernel, bias in reversed(stack):
        x = 1 / (1 + np.exp(-(x @ kernel + bias)))
    return x


def encode_every_floor(x, stack):
    codes = []
    for kernel, bias in stack:
        x = 1 / (1 + np.exp(-(x @ kernel + bias)))
        codes.append(x)
    return codes


WRONG = {
    "spoil": [
        (spoil_the_others, "those that should go are still there"),
        (spoil_like_dropout, "as dropout does"),
        (spoil_to_ones, "only zeros and ones"),
        (spoil_one_row_alike, "whose own die"),
        (spoil_in_place, "Make a new array"),
    ],
    "encode": [
        (encode_without_sigmoid, "the sigmoid is missing"),
        (encode_without_bias, "the biases are missing"),
        (encode_last_linear, "the last layer of the stack has its sigmoid"),
        (encode_wrong_sign, "the sign in the exponent"),
        (encode_with_tanh, "tanh in place of"),
        (encode_forgets, "comes back as it went in"),
        (encode_first_only, "`return` inside the loop"),
        (encode_from_the_end, "from its end"),
        (encode_every_floor, "codes of all floors"),
    ],
    "tied_slope": [
        (lambda by_encoder, by_decoder: by_encoder, "encoder's part only"),
        (lambda by_encoder, by_decoder: by_decoder.T, "decoder's part only"),
        (lambda by_encoder, by_decoder: by_decoder, "turn it back first"),
        (lambda by_encoder, by_decoder: by_encoder + by_decoder, "turn it back first"),
        (lambda by_encoder, by_decoder: (by_encoder + by_decoder.T) / 2, "This is the mean"),
        (lambda by_encoder, by_decoder: by_encoder.T + by_decoder, "by W transposed"),
        (lambda by_encoder, by_decoder: by_encoder - by_decoder.T, "A small change d of W"),
    ],
    "floor_parameters": [
        (lambda sizes: [(a + 1) * b for a, b in pairwise(sizes)], "the encoders alone"),
        (lambda sizes: [2 * a * b for a, b in pairwise(sizes)], "the biases are missing"),
        (lambda sizes: [a * b + a + b for a, b in pairwise(sizes)], "tied weights"),
        (
            lambda sizes: [(a + 1) * b + (b + 1) * sizes[0] for a, b in pairwise(sizes)],
            "draws the codes of the floor below",
        ),
        (lambda sizes: [2 * (a + 1) * b for a, b in pairwise(sizes)], "no second encoder"),
        (lambda sizes: sum((a + 1) * b + (b + 1) * a for a, b in pairwise(sizes)), "one number for each"),
        (lambda sizes: [a * b for a, b in pairwise(sizes)], "count for one floor"),
    ],
}
