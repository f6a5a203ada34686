"""Right answers of other kinds to the exercises of lesson 01a."""

from fractions import Fraction

import numpy as np

from utils.exercises.lesson_01a import backward_relu, forward


def neuron_by_dot(inputs, weights, bias, f):
    return f(np.dot(inputs, weights) + bias)


def neuron_by_einsum(inputs, weights, bias, f):
    return f(np.einsum("...i,i->...", np.float32(inputs), np.float32(weights)) + np.float32(bias))


def differences_number_by_number(function, at, h=1e-6):
    """Moves one number after the other, as a list."""
    slopes = []
    for place in range(len(at)):
        up, down = at.copy(), at.copy()
        up[place] += h
        down[place] -= h
        slopes.append((function(up) - function(down)) / (2 * h))
    return slopes


def backward_by_loops(inputs, targets, W1, b1, W2, b2):
    """One example and one weight at a time."""
    found = [np.zeros_like(array) for array in (W1, b1, W2, b2)]
    for p, wanted in zip(inputs, targets, strict=True):
        hidden, outputs = forward(p, W1, b1, W2, b2)
        by_s2 = 2 * (outputs - wanted) / targets.size * outputs * (1 - outputs)
        for j in range(len(b1)):
            by_s1 = sum(by_s2[k] * W2[j, k] for k in range(len(b2))) * (1 - hidden[j] ** 2)
            found[0][:, j] += by_s1 * p
            found[1][j] += by_s1
            found[2][j] += hidden[j] * by_s2
        found[3] += by_s2
    return tuple(found)


def backward_in_float32(*arguments):
    inputs, targets, W1, b1, W2, b2 = map(np.float32, arguments)
    hidden, outputs = forward(inputs, W1, b1, W2, b2)
    by_s2 = 2 * (outputs - targets) / np.float32(targets.size) * outputs * (1 - outputs)
    by_s1 = np.einsum("nk,jk->nj", by_s2, W2) * (1 + hidden) * (1 - hidden)
    return [inputs.T @ by_s1, by_s1.sum(0), hidden.T @ by_s2, by_s2.sum(0)]


HALF = Fraction(1, 2)

RIGHT = {
    "neuron": [neuron_by_dot, neuron_by_einsum],
    "central_differences": [
        differences_number_by_number,
        lambda function, at, h=1e-6: tuple(differences_number_by_number(function, at, h)),
    ],
    "backward": [backward_by_loops, backward_in_float32],
    "xor_by_hand": [
        ([[1, -1], [-1, 1]], [-HALF, -HALF], [1, 1], -HALF),
        (np.float32([[1, -1], [1, -1]]), np.float32([-0.5, 1.5]), np.float32([1, 1]), np.float32(-1.5)),
        (((2, 2), (2, 2)), (-1, -3), (3, -4), -1),
    ],
    "repair_backward": [lambda *arguments: tuple(map(np.float32, backward_relu(*arguments)))],
}
