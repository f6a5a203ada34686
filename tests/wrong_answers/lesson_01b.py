"""Typical wrong answers to the exercises of lesson 01b, each with a part of the hint that it must get."""

import numpy as np


def send_without_plus(order):
    for node in reversed(order):
        if node.parents:
            for parent, slope in zip(node.parents, node.pass_on(node.slope), strict=True):
                parent.slope = slope


def send_forward(order):
    for node in order:
        if node.parents:
            for parent, slope in zip(node.parents, node.pass_on(node.slope), strict=True):
                parent.slope = parent.slope + slope


def send_one_parent_only(order):
    for node in reversed(order):
        if node.parents:
            node.parents[0].slope = node.parents[0].slope + node.pass_on(node.slope)[0]


def send_to_the_last(order):
    """Only the last node's own parents get something."""
    last = order[-1]
    for parent, slope in zip(last.parents, last.pass_on(last.slope), strict=True):
        parent.slope = parent.slope + slope


def send_by_popping(order):
    while order:
        node = order.pop()
        if node.parents:
            for parent, slope in zip(node.parents, node.pass_on(node.slope), strict=True):
                parent.slope = parent.slope + slope


def send_with_a_call_for_each(order):
    for node in reversed(order):
        for place, parent in enumerate(node.parents):
            parent.slope = parent.slope + node.pass_on(node.slope)[place]


def send_nowhere(order):
    for node in reversed(order):
        if node.parents:
            slopes = node.pass_on(node.slope)
            assert len(slopes) == len(node.parents)


def send_to_the_node_itself(order):
    for node in reversed(order):
        if node.parents:
            for slope in node.pass_on(node.slope):
                node.slope = node.slope + slope


def send_to_roots_too(order):
    """Asks nodes without parents as well."""
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.pass_on(node.slope), strict=True):
            parent.slope = parent.slope + slope


def send_all_to_each(order):
    """Adds all that pass_on gives to each parent."""
    for node in reversed(order):
        if node.parents:
            for parent in node.parents:
                parent.slope += node.pass_on(node.slope)


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
    "send_slopes_back": [
        (send_without_plus, "one of their slopes is lost"),
        (send_forward, "From which end"),
        (send_one_parent_only, "one of their slopes is lost"),
        (send_to_the_last, "the paths give others"),
        (send_by_popping, "has lost some"),
        (send_with_a_call_for_each, "called more than once"),
        (send_nowhere, "no slope has arrived"),
        (send_to_the_node_itself, "no slope has arrived"),
        (send_to_roots_too, "has no parents"),
        (send_all_to_each, "one for each parent"),
    ],
    "build_order": [
        (order_as_given, "stands before it"),
        (order_from_the_end, "wrong way round"),
        (lambda needs: list(needs)[::-1], "stands before it"),
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
