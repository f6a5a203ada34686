"""The exercises of lesson 06c: the ladder of cures."""

from itertools import pairwise

import numpy as np

from utils.exercises.engine import (
    Exercise,
    Wrong,
    call,
    expect,
    expect_array,
    expect_close,
    expect_number,
    expect_parts,
)

# ---- normalize ----


def normalize(sums, scale, shift):
    """Batch normalization in training, with 0.001 beside the variance."""
    centered = sums - sums.mean(axis=0)
    return scale * centered / np.sqrt(np.mean(centered**2, axis=0) + 0.001) + shift


def check_normalize(answer):
    rng = np.random.default_rng(61)
    sums, scale, shift = rng.normal(2, 0.1, (6, 3)), rng.normal(2, 1, 3), rng.normal(size=3)
    result = expect_array(call(answer, sums, scale, shift), (6, 3), "the result for 6 rows of 3 neurons")
    centered = sums - sums.mean(axis=0)
    variance = np.mean(centered**2, axis=0)
    unit = centered / np.sqrt(variance + 0.001)

    def is_that(other):
        return np.allclose(result, other, rtol=1e-4, atol=1e-5)

    across = sums - sums.mean(axis=1, keepdims=True)
    across = across / np.sqrt(np.mean(across**2, axis=1, keepdims=True) + 0.001)
    whole = (sums - sums.mean()) / np.sqrt(sums.var() + 0.001)
    expect(
        not is_that(scale * across + shift),
        "That is mean and variance over the neurons of a row. Which axis counts the rows of the batch?",
    )
    expect(not is_that(scale * whole + shift), "Each neuron has a mean and a variance of its own; here all share them.")
    expect(
        not is_that(scale * centered / (variance + 0.001) + shift),
        "You divide by the variance. What has the variance 1 afterwards?",
    )
    expect(
        not is_that(scale * centered / (np.sqrt(variance) + 0.001) + shift),
        "Where does the 0.001 stand, under the root or beside it?",
    )
    expect(not is_that(scale * centered / np.sqrt(variance) + shift), "Where is the 0.001?")
    expect(
        not is_that(scale * centered / np.sqrt(sums.var(axis=0, ddof=1) + 0.001) + shift),
        "The variance is the plain mean of the squares: divide by the number of rows, not by one less.",
    )
    expect(not is_that(unit), "And the scale and the shift?")
    expect(not is_that(scale * unit), "And the shift?")
    expect(not is_that(unit + shift), "And the scale?")
    expect(not is_that(shift * unit + scale), "The scale multiplies and the shift is added: which of the two is which?")
    expect(
        not is_that(scale * centered / np.sqrt(variance + 1e-5) + shift),
        "0.001 is what stands beside the variance here, not 0.00001.",
    )
    expect(not is_that(scale * (unit + shift)), "The shift comes last: it is not scaled.")
    expect(
        not is_that(scale * sums / np.sqrt(variance + 0.001) + shift), "The mean of each neuron should be taken away."
    )
    expect_close(result, scale * unit + shift, "the result for 6 rows of 3 neurons", tolerance=1e-4)


# ---- chosen_rate ----


def chosen_rate(rates, validation):
    """The rate with the best mean accuracy on the validation part."""
    return rates[int(np.mean(validation, axis=1).argmax())]


def check_chosen_rate(answer):
    cases = [
        ([0.02, 0.1, 0.5], [[0.1, 0.2], [0.7, 0.8], [0.2, 0.1]]),
        ([0.02, 0.1, 0.5], [[0.5, 0.6], [0.9, 0.1], [0.2, 0.1]]),
        ([0.001, 0.01, 0.1, 0.5], [[0.5], [0.75], [0.75], [0.5]]),
        ([0.3, 3.0], [[0.25], [0.5]]),
    ]
    for rates, scores in cases:
        result = expect_number(call(answer, list(rates), np.array(scores)), f"the rate for the scores {scores}")
        means = np.mean(scores, axis=1)
        best = int(means.argmax())
        if np.isclose(result, rates[best]):
            continue
        if np.isclose(result, best) or np.isclose(result, np.argmax(scores)):
            raise Wrong("That is a place in the list. Which rate stands there?")
        if np.isclose(result, means.max()):
            raise Wrong("That is the accuracy. Which rate has it?")
        if np.isclose(result, rates[int(np.max(scores, axis=1).argmax())]):
            raise Wrong("One lucky network decided. Judge a rate by all of its networks.")
        if np.isclose(means[rates.index(result)] if result in rates else -1, means[best]):
            raise Wrong("Two rates have the same score here. Which one was asked for?")
        if np.isclose(result, rates[int(means.argmin())]):
            raise Wrong("That is the worst rate: an accuracy should be high.")
        raise Wrong("One number for each rate, from all of its networks; and then the rate whose number is the best.")


# ---- pretraining_multiplications ----


def multiplications(sizes, rows):
    """Of one step, as the lesson has it: forward, by the weights, by the inputs; the last not for the first layer."""
    weights = [before * after for before, after in pairwise(sizes)]
    return rows * (3 * sum(weights) - weights[0])


def pretraining_multiplications(sizes, rows, steps):
    """Each hidden layer with a decoder behind it is a network of its own: before, after, before."""
    autoencoders = [(before, after, before) for before, after in pairwise(sizes[:-1])]
    return steps * sum(multiplications(one, rows) for one in autoencoders)


def check_pretraining_multiplications(answer):
    cases = (([64, 32, 32, 10], 1, 1), ([64, 32, 10], 32, 200), ([5, 4, 3, 2], 7, 3), ([9, 6, 4], 10, 20))
    for sizes, rows, steps in cases:
        result = expect_number(
            call(answer, list(sizes), rows, steps), f"the answer for {sizes}, {rows} rows and {steps} steps"
        )
        wanted = pretraining_multiplications(sizes, rows, steps)
        if np.isclose(result, wanted, rtol=1e-6):
            continue
        layers = list(pairwise(sizes))
        times = rows * steps
        hidden = sum(before * after for before, after in layers[:-1])

        def is_that(other, result=result):
            return np.isclose(result, other, rtol=1e-6)

        if is_that(2 * wanted):
            raise Wrong("A multiplication and an addition are two operations; here only multiplications count.")
        if steps > 1 and is_that(wanted / steps):
            raise Wrong("That is for one step of each layer. How many does each have?")
        if rows > 1 and is_that(wanted / rows):
            raise Wrong("That is for one row. How many are in a batch?")
        if is_that(sum(multiplications((one, other, one), rows) for one, other in layers) * steps):
            raise Wrong("The last layer, which gives the classes, is not pre-trained.")
        if is_that(times * 2 * hidden) or is_that(times * 3 * hidden):
            raise Wrong("Behind each layer stands a decoder that is trained with it.")
        if is_that(times * 6 * hidden):
            raise Wrong("The first layer of each of these small networks needs no gradient by its inputs.")
        if is_that(times * 2 * multiplications(sizes[:-1], 1)):
            raise Wrong("Each hidden layer is the first of a small network of its own: which gradient can it spare?")
        if is_that(steps * multiplications(sizes, rows)):
            raise Wrong("That is the training of the whole network. Here one layer after another has a decoder.")
        raise Wrong(
            "A hidden layer with its decoder is a network of two layers. Which sizes has it? Count one step of each "
            "with multiplications, and add up."
        )


# ---- least_and_greatest_gain ----


def least_and_greatest_gain(accuracy_of, cure):
    """Compare each company with the cure to the same company without it."""
    gains = [
        accuracy - accuracy_of[company - {cure}]
        for company, accuracy in accuracy_of.items()
        if cure in company and company - {cure} in accuracy_of
    ]
    return min(gains), max(gains)


def check_least_and_greatest_gain(answer):
    full = {
        frozenset(): 0.1,
        frozenset({"a"}): 0.2,
        frozenset({"b"}): 0.9,
        frozenset({"a", "b"}): 0.6,
    }
    partial = {**full, frozenset({"a", "c"}): 0.95, frozenset({"b", "c"}): 0.3, frozenset({"a", "b", "c"}): 0.8}
    for accuracies, cure in ((full, "a"), (full, "b"), (partial, "a"), (partial, "c")):
        pairs = [
            (accuracies[company], accuracies[company - {cure}])
            for company in accuracies
            if cure in company and company - {cure} in accuracies
        ]
        gains = [one - other for one, other in pairs]
        result = expect_parts(call(answer, dict(accuracies), cure), 2, "It should return two numbers")
        low, high = (expect_number(one, "a gain") for one in result)
        if np.isclose(low, min(gains), atol=1e-5) and np.isclose(high, max(gains), atol=1e-5):
            continue
        if np.isclose(low, max(gains), atol=1e-5) and np.isclose(high, min(gains), atol=1e-5):
            raise Wrong("The least gain comes first.")
        if np.isclose(low, -max(gains), atol=1e-5) and np.isclose(high, -min(gains), atol=1e-5):
            raise Wrong("A gain is positive where the accuracy with the cure is the higher one.")
        alone = accuracies.get(frozenset({cure}), 0) - accuracies[frozenset()]
        if np.isclose(low, alone, atol=1e-5) and np.isclose(high, alone, atol=1e-5):
            raise Wrong("That is the gain alone. What is it where other cures are there already?")
        if np.isclose(low, min(map(abs, gains)), atol=1e-5):
            raise Wrong("A cure can do harm: then its gain is negative.")
        if np.isclose(low, min(one for one, _ in pairs), atol=1e-5):
            raise Wrong("Those are accuracies. A gain is a difference between two companies.")
        raise Wrong(
            "Take each set that has the cure, and look whether the same set without it was measured, too: that pair "
            "gives one gain, and a set without its partner gives none."
        )


# ---- branch_scale ----


def branch_scale(layers, growth):
    """Each layer multiplies the mean square by 1 + c²."""
    return np.sqrt(growth ** (1 / layers) - 1)


def check_branch_scale(answer):
    for layers, growth in ((1, 2.0), (1, 5.0), (20, 2.0), (20, 1000.0), (50, np.e)):
        result = expect_number(call(answer, layers, growth), f"the answer for {layers} layers and growth {growth:.3g}")
        wanted = np.sqrt(growth ** (1 / layers) - 1)
        if np.isclose(result, wanted, rtol=1e-4):
            continue
        if np.isclose(result, wanted**2, rtol=1e-4):
            raise Wrong("That is c². Which number is asked for?")
        if np.isclose(result, growth ** (1 / layers) - 1) or np.isclose(result, growth ** (1 / layers)):
            raise Wrong("By which factor does one layer enlarge the mean square, if the branch has c² times as much?")
        if np.isclose(result, np.sqrt((growth - 1) / layers), rtol=1e-4):
            raise Wrong("That holds while little is added: a layer adds to what the layers below have added already.")
        if np.isclose(result, growth ** (1 / (2 * layers)) - 1, rtol=1e-4):
            raise Wrong("The mean squares add up, not the lengths: 1 + c², and not (1 + c)².")
        if np.isclose(result, growth ** (1 / (2 * layers)), rtol=1e-4):
            raise Wrong("The input itself is passed on as well: where is its share, the 1?")
        raise Wrong("One layer multiplies the mean square by 1 + c². What do all layers together? That is growth.")


EXERCISES = [
    Exercise(
        name="normalize",
        kind="function",
        stub='''def normalize(sums, scale, shift):
    """Batch normalization in training, with 0.001 beside the variance."""
    ...''',
        solution=normalize,
        check=check_normalize,
        hint="mean and var of NumPy take axis=0, and then give one number for each neuron.",
    ),
    Exercise(
        name="chosen_rate",
        kind="function",
        stub='''def chosen_rate(rates, validation):
    """rates from small to large; validation, (rates, networks), has the accuracy of each."""
    ...''',
        solution=chosen_rate,
        check=check_chosen_rate,
        hint="np.argmax gives the place of the greatest number, and the first one of equals.",
    ),
    Exercise(
        name="pretraining_multiplications",
        kind="function",
        stub='''def pretraining_multiplications(sizes, rows, steps):
    """sizes of the whole network, as [64, 32, 32, 10]; steps of each hidden layer."""
    ...''',
        solution=pretraining_multiplications,
        check=check_pretraining_multiplications,
        hint="itertools.pairwise(sizes[:-1]) gives the hidden layers; with its decoder one is (before, after, before).",
    ),
    Exercise(
        name="least_and_greatest_gain",
        kind="function",
        stub='''def least_and_greatest_gain(accuracy_of, cure):
    """accuracy_of: a dictionary from frozensets of names to accuracies."""
    ...''',
        solution=least_and_greatest_gain,
        check=check_least_and_greatest_gain,
        hint="company - {cure} is the same company without it, again a frozenset.",
    ),
    Exercise(
        name="branch_scale",
        kind="function",
        stub="def branch_scale(layers, growth):\n    ...",
        solution=branch_scale,
        check=check_branch_scale,
        hint="One layer multiplies the mean square by 1 + c². Undo a power, then a sum, then a square.",
    ),
]
