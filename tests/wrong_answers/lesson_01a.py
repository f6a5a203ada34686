"""Typical wrong answers to the exercises of lesson 01a, each with a part of the hint that it must get."""

import numpy as np

from utils.exercises.lesson_01a import forward


def backward_with(by_hidden=lambda by_s2, W2: by_s2 @ W2.T, slope=lambda hidden: 1 - hidden**2, from_outputs=False):
    """A backward pass with one of its two inner lines changed."""

    def backward(inputs, targets, W1, b1, W2, b2):
        hidden, outputs = forward(inputs, W1, b1, W2, b2)
        by_outputs = 2 * (outputs - targets) / targets.size
        by_s2 = by_outputs * outputs * (1 - outputs)
        by_s1 = by_hidden(by_outputs if from_outputs else by_s2, W2) * slope(hidden)
        return [inputs.T @ by_s1, by_s1.sum(axis=0), hidden.T @ by_s2, by_s2.sum(axis=0)]

    return backward


def differences(change=lambda function, at, h, d: (function(at + h * d) - function(at - h * d)) / (2 * h)):
    """Central differences with another inner line."""
    return lambda function, at, h=1e-6: np.array([change(function, at, h, d) for d in np.eye(len(at))])


def relu_backward(bias_from="s1", sign=1, scale=1.0, mask="s1"):
    """A backward pass with one thing wrong."""

    def backward_relu(inputs, targets, W1, b1, W2, b2):
        s1 = inputs @ W1 + b1
        hidden = np.maximum(s1, 0)
        by_outputs = scale * 2 * (hidden @ W2 + b2 - targets) / targets.size
        by_hidden = by_outputs @ W2.T
        by_s1 = by_hidden * (s1 > 0) if mask == "s1" else by_hidden
        by_b1 = by_s1.sum(axis=0) if bias_from == "s1" else by_s1.mean(axis=0)
        by_b2 = sign * by_outputs.sum(axis=0)
        return [inputs.T @ by_s1, by_b1, hidden.T @ by_outputs, by_b2]

    return backward_relu


def unfinished_backward(inputs, targets, W1, b1, W2, b2):
    return relu_backward()(inputs, targets, W1, b1, W2, b2)[:2]


WRONG = {
    "neuron": [
        (lambda inputs, weights, bias, f: inputs @ weights + bias, "before f"),
        (lambda inputs, weights, bias, f: f(inputs @ weights), "bias is missing"),
        (lambda inputs, weights, bias, f: f(inputs @ weights) + bias, "before f, not after"),
        (lambda inputs, weights, bias, f: f(inputs * weights + bias), "then their sum"),
        (lambda inputs, weights, bias, f: f(np.sum(inputs * weights) + bias), "not over all"),
        (lambda inputs, weights, bias, f: f(inputs @ weights - bias), "not taken away"),
    ],
    "central_differences": [
        (differences(lambda function, at, h, d: (function(at + h * d) - function(at)) / h), "one side only"),
        (differences(lambda function, at, h, d: (function(at + h * d) - function(at - h * d)) / h), "How far apart"),
        (differences(lambda function, at, h, d: (function(at - h * d) - function(at + h * d)) / (2 * h)), "wrong sign"),
        (
            differences(lambda function, at, h, d: function(at + h * d) - function(at - h * d)),
            "Divide it by the distance",
        ),
        (differences(lambda function, at, h, d: (function(at + h * d) - function(at - h * d)) / 2 * h), "brackets"),
        (differences(lambda function, at, h, d: (function(at + h) - function(at - h)) / (2 * h)), "all three numbers"),
        (lambda function, at, h=1e-6: differences()(function, at, 1e-6), "distance of its own"),
        (lambda function, at, h=1e-6: differences()(function, at, h / 2), "whole h to each side"),
        (lambda function, at, h=1e-6: differences()(function, at, h)[0], "Three slopes"),
    ],
    "backward": [
        (backward_with(slope=lambda hidden: 1), "slope of tanh is missing"),
        (backward_with(slope=lambda hidden: 1 - hidden), "another slope"),
        (backward_with(slope=lambda hidden: hidden * (1 - hidden)), "slope of the sigmoid"),
        (backward_with(slope=lambda hidden: 1 - np.tanh(hidden) ** 2), "tanh is taken twice"),
        (backward_with(from_outputs=True), "left out on the way"),
        (backward_with(lambda by_s2, W2: by_s2.sum(axis=1, keepdims=True)), "multiplies by W2"),
        (backward_with(lambda by_s2, W2: by_s2 * W2), "elementwise"),
        (backward_with(lambda by_s2, W2: by_s2 * W2.T), "elementwise"),
        (backward_with(lambda by_s2, W2: by_s2 @ W2), "Which axis of W2"),
    ],
    "xor_by_hand": [
        (([[1, 1], [1, 1]], [-0.5, -0.5], [1, 1], -0.5), "two different lines"),
        (([[1, 1], [1, 1]], [-0.5, -2.5], [1, -1], -0.5), "same answer to all four inputs"),
        (([[1, 1], [1, 1]], [-0.5, -1.5], [-1, 1], 0.5), "opposite of XOR"),
        (([[1, 1], [1, 1]], [-0.5, -1.5], [1, 1], -0.5), "choose the output neuron's line"),
        (([[1, 1], [1, 1]], [0, -2], [1, -1], 0), "same answer to all four inputs"),
        (([[1, 1], [1, 1]], [-1, -2], [1, -2], -0.5), "exactly 0"),
        (([[1, 0], [0, 1]], [-0.5, -0.5], [1, 1], -0.5), "choose the output neuron's line"),
        (([[1, 1], [-1, -1]], [-0.5, 1.5], [1, 1], -1.5), "each column is one"),
        (([1, 1], [-0.5, -1.5], [1, -1], -0.5), "shape"),
        (([[1, 1], [1, 1]], [-0.5, -1.5]), "Four things"),
    ],
    "repair_backward": [
        (relu_backward(bias_from="mean"), "gradient by b1 has the right direction and the wrong length"),
        (relu_backward(mask="none"), "gradient by W1 is not the slope"),
        (relu_backward(sign=-1), "wrong sign"),
        (relu_backward(scale=0.5), "count the factors"),
        (unfinished_backward, "four gradients"),
    ],
}
