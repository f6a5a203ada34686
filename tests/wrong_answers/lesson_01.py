"""Typical wrong answers to the exercises of lesson 01, each with a part of the hint that it must get."""

import numpy as np


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


def order_as_given(needs):
    return list(needs)


def order_from_the_end(needs):
    order = []

    def visit(name):
        if name not in order:
            for needed in needs[name]:
                visit(needed)
            order.append(name)

    for name in needs:
        visit(name)
    return order[::-1]


def order_with_repeats(needs):
    order = []

    def visit(name, depth=0):
        for needed in needs[name] if depth < 5 else []:
            visit(needed, depth + 1)
        order.append(name)

    for name in needs:
        visit(name)
    return order


def order_of_the_first_only(needs):
    order = []

    def visit(name):
        if name not in order:
            for needed in needs[name]:
                visit(needed)
            order.append(name)

    for name in list(needs)[:1]:
        visit(name)
    return order


def order_without_memory(needs):
    order = []

    def visit(name):
        for needed in needs[name]:
            visit(needed)
        if name not in order:
            order.append(name)

    for name in needs:
        visit(name)
    return order


def entropy(total=np.mean, axis=1, shift=True, sign=-1, arrives=True):
    """A cross-entropy with one thing wrong."""

    def cross_entropy(scores, one_hot):
        with np.errstate(all="ignore"):
            shifted = scores - scores.max(axis=1, keepdims=True) if shift else scores
            softmax = np.exp(shifted) / np.exp(shifted).sum(axis=axis, keepdims=True)
            losses = sign * np.sum(one_hot * np.log(softmax), axis=1)

        def pass_on(slope):
            return (slope if arrives else 1) * (softmax - one_hot) / len(scores), np.zeros_like(one_hot)

        return total(losses), pass_on

    return cross_entropy


def entropy_with_a_floor(scores, one_hot):
    """Keeps the logarithm finite by adding a small number to the probabilities."""
    _, pass_on = entropy()(scores, one_hot)
    shifted = scores - scores.max(axis=1, keepdims=True)
    softmax = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    return -np.sum(one_hot * np.log(softmax + 1e-12)) / len(scores), pass_on


def entropy_with_one_shift(scores, one_hot):
    """Subtracts the largest score of all rows, not that of each row."""
    with np.errstate(all="ignore"):
        powers = np.exp(scores - scores.max())
        softmax = powers / powers.sum(axis=1, keepdims=True)
        result = -np.mean(np.log(np.sum(one_hot * softmax, axis=1)))
    return result, lambda slope: (slope * (softmax - one_hot) / len(scores), np.zeros_like(one_hot))


def entropy_with_slope_downhill(scores, one_hot):
    result, pass_on = entropy()(scores, one_hot)
    return result, lambda slope: (-pass_on(slope)[0], pass_on(slope)[1])


def entropy_without_slope_of_targets(scores, one_hot):
    result, pass_on = entropy()(scores, one_hot)
    return result, lambda slope: (pass_on(slope)[0], None)


def entropy_with_long_slope(scores, one_hot):
    result, pass_on = entropy()(scores, one_hot)
    return result, lambda slope: (len(scores) * pass_on(slope)[0], pass_on(slope)[1])


WRONG = {
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
    "divide": [
        (lambda a, b: (a / b, lambda slope: (slope / b, slope * a / b**2)), "grow or shrink"),
        (lambda a, b: (a / b, lambda slope: (1 / b, -a / b**2)), "multiplies them with the slope"),
        (lambda a, b: (a / b, lambda slope: (-slope * a / b**2, slope / b)), "order of the inputs"),
        (lambda a, b: (a / b, lambda slope: (slope / b, -slope * a / b)), "power of -1"),
        (lambda a, b: (a * b, lambda slope: (slope * b, slope * a)), "divided by b"),
        (lambda a, b: (a / b, (1 / b, -a / b**2)), "is a function"),
        (lambda a, b: [a / b, lambda: (1 / b, -a / b**2)], "takes one argument"),
        (lambda a, b: a / b, "two things"),
    ],
    "build_order": [
        (order_as_given, "wrong way round"),
        (order_from_the_end, "wrong way round"),
        (order_with_repeats, "more than once"),
        (order_of_the_first_only, "is missing"),
        (order_without_memory, "once for every path"),
        (lambda needs: sorted(needs, key=lambda name: len(needs[name])), "stands before it"),
    ],
    "cross_entropy": [
        (entropy(total=np.sum), "sum over the examples"),
        (entropy(sign=1), "wrong sign"),
        (entropy(axis=0, shift=False), "which axis"),
        (entropy(shift=False), "exp overflows"),
        (entropy(arrives=False), "does not depend on the slope that arrives"),
        (entropy_with_long_slope, "too long by the number of examples"),
        (entropy(), "differ by hundreds"),
        (entropy_with_a_floor, "Take the logarithm on paper"),
        (entropy_with_one_shift, "differ by hundreds"),
        (entropy_without_slope_of_targets, "an array of zeros will do"),
        (entropy_with_slope_downhill, "wrong sign: it points downhill"),
    ],
}
