"""The exercises of lesson 03e, what did the pictures really teach."""

import itertools

import numpy as np

from utils.exercises.engine import Exercise, Wrong, call, expect, expect_array, expect_close, expect_number

# ---- group by group ----


def by_group(answers, is_bin, is_blue):
    """(2, 2): [is_bin, is_blue] → the share of answers in this group that agree with is_bin."""
    table = np.zeros((2, 2))
    for kind in (0, 1):
        for blue in (0, 1):
            group = (is_bin == kind) & (is_blue == blue)
            table[kind, blue] = np.mean(answers[group] == kind)
    return table


_ANSWERS = np.array([1, 1, 0, 1, 0, 0, 1, 0, 0, 0])
_IS_BIN = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 1])
_IS_BLUE = np.array([1, 1, 1, 0, 0, 0, 1, 1, 1, 0])


def check_by_group(answer):
    """Ten things by hand, then random ones."""
    result = expect_array(call(answer, _ANSWERS, _IS_BIN, _IS_BLUE), (2, 2), "the table")
    right = by_group(_ANSWERS, _IS_BIN, _IS_BLUE)
    expect(
        not np.allclose(result, [[2, 2], [1, 2]]),
        "Those are counts. A share is a count of right answers divided by the size of the group.",
    )
    expect(
        not np.allclose(result, np.array([[2, 2], [1, 2]]) / 10),
        "Those are shares of all things. Divide by the size of each group.",
    )
    expect(
        not np.allclose(result, right.T),
        "The numbers are right and the table is turned: rows are kinds, columns are colors.",
    )
    expect(
        not np.allclose(result, [[0, 1 / 3], [0.5, 2 / 3]]),
        "That is the share of the answer “bin” in each group. For kennels that answer is wrong.",
    )
    expect(
        not np.allclose(result, 0.7),
        "That is the share over all things, four times. Each place of the table is about its own group.",
    )
    expect_close(
        result,
        right,
        "the table of ten things",
        hint="A group is where both hold: (is_bin == kind) & (is_blue == blue), with the brackets.",
    )
    drawn = np.random.default_rng(0).integers(0, 2, (3, 200))
    expect_close(call(answer, *drawn), by_group(*drawn), "the table of 200 random things")


# ---- one attribute alone ----


def audit(attribute, labels):
    """The share of labels that are guessed right from the attribute alone."""
    right = 0
    for value in np.unique(attribute):
        commonest = np.bincount(labels[attribute == value]).argmax()
        right += np.sum(labels[attribute == value] == commonest)
    return right / len(labels)


def check_audit(answer):
    """Attributes that tell everything, nothing, or something, with more values than two."""
    result = expect_number(call(answer, np.zeros(6, int), np.array([0, 0, 2, 2, 2, 3])), "the audit of one value")
    expect(
        not np.isclose(result, 1 / 6),
        "The guess seems to be how often the commonest label occurs. Wanted is the label itself.",
    )
    expect(
        not np.isclose(result, 0),
        "The guess is no label that occurs: a place in the array is none, and neither is a mean.",
    )
    labels = np.array([0, 0, 0, 1, 1, 1])
    result = expect_number(call(answer, 1 - labels, labels), "the audit of an attribute that says the opposite")
    expect(
        not np.isclose(result, 0),
        "An attribute that is always the opposite of the label tells it perfectly. The guess is the commonest label of "
        "each value, and not the value itself.",
    )
    expect(
        not np.isclose(result, 0.5),
        "That is the share of the commonest label of all, whatever the attribute says. Each value has its own guess.",
    )
    expect_close(result, 1.0, "the audit of an attribute that says the opposite")
    expect_close(call(answer, np.array([5, 5, 5, 2, 2, 2]), labels), 1.0, "the audit of an attribute that tells all")
    result = expect_number(call(answer, np.zeros(6, int), labels), "the audit of an attribute with one value")
    expect_close(result, 0.5, "the audit of an attribute with one value", hint="Then one label is said to everything.")
    attribute, labels = np.array([1, 1, 1, 1, 2, 2, 3, 3, 3, 3]), np.array([4, 4, 4, 2, 2, 2, 4, 2, 2, 2])
    result = expect_number(call(answer, attribute, labels), "the audit of three values")
    expect(
        not np.isclose(result, (0.75 + 1 + 0.75) / 3),
        "That is the mean over the values. A value with more examples counts more: add up examples.",
    )
    expect_close(
        result,
        0.8,
        "the audit of three values",
        hint="For each value: how many examples of it have its commonest label?",
    )
    rng = np.random.default_rng(0)
    attribute, labels = rng.integers(0, 6, 300), rng.integers(0, 4, 300)
    expect_close(call(answer, attribute, labels), audit(attribute, labels), "the audit of 300 random examples")


# ---- repaint ----


def repainted(pictures, rng):
    """Pictures (N, height, width, 3), the channels of each in a random order of its own."""
    orders = rng.permuted(np.tile([0, 1, 2], (len(pictures), 1)), axis=1)
    return np.take_along_axis(pictures, orders[:, None, None, :], axis=-1)


def check_repainted(answer):
    """Each picture keeps its pixels, has one order, and all six orders come up."""
    rng = np.random.default_rng(0)
    pictures = rng.random((300, 2, 3, 3))
    result = expect_array(call(answer, pictures, rng), pictures.shape, "the repainted pictures")
    expect(
        np.allclose(np.sort(result, axis=-1), np.sort(pictures, axis=-1), atol=1e-6),
        "Somewhere a pixel has other numbers than before, or a channel twice. In each row of the orders, 0, 1 and 2 "
        "stand once.",
    )
    counts = np.zeros(6, int)
    for before, after in zip(pictures, result, strict=True):
        fits = [
            number
            for number, order in enumerate(itertools.permutations(range(3)))
            if np.allclose(after, before[..., list(order)], atol=1e-6)
        ]
        if not fits:
            raise Wrong("Within one picture all pixels get the same order, else it is confetti.")
        counts[fits[0]] += 1
    expect(
        np.sum(counts > 0) > 1,
        "All pictures got the same order. Then blue is another color everywhere, and as good a sign as before.",
    )
    expect(
        np.all(counts > 0),
        "Not all of the six orders come up. Does each picture draw an order of its own, and any of the six?",
    )
    expect(counts.max() < 90, "One order comes up far more often than the others.")


# ---- the worst group ----


def worst_group(answers, labels, *attributes):
    """The lowest share of right answers over all groups of equal label and attributes."""
    keys = np.stack([labels, *attributes], axis=1)
    _, group = np.unique(keys, axis=0, return_inverse=True)
    group = group.ravel()
    right = np.bincount(group, np.asarray(answers) == np.asarray(labels))
    return (right / np.bincount(group)).min()


def check_worst_group(answer):
    """Groups by hand, without and with one or two attributes."""
    result = expect_number(call(answer, _ANSWERS, _IS_BIN, _IS_BLUE), "the worst group of ten things")
    expect(not np.isclose(result, 1.0), "That is the best group.")
    expect(not np.isclose(result, 0.7), "That is the mean of all. Take each group apart.")
    expect(
        not np.isclose(result, 0.6),
        "Groups differ in label *and* attribute: blue bins and blue kennels are two groups.",
    )
    expect_close(result, 0.5, "the share in the worst group of ten things")
    result = call(answer, np.array([0, 0, 1]), np.array([0, 0, 0]), np.array([7, 7, 9]))
    expect_close(result, 0.0, "the worst group, one of which is a single wrong answer")
    plain = call(answer, np.array([1, 1, 2, 2, 2]), np.array([1, 1, 2, 2, 1]))
    expect_close(plain, 2 / 3, "the worst group without any attribute", hint="Then a group is a label.")
    drawn = np.random.default_rng(0).integers(0, 3, (4, 400))
    expect_close(
        call(answer, *drawn),
        worst_group(*drawn),
        "the worst group of two attributes",
        hint="Two attributes of three values and three labels are up to 27 groups.",
    )


# ---- weights ----


def balancing_weights(labels, attribute):
    """(N,) weights: each group of equal label and attribute has the same sum; their mean is 1."""
    _, group, sizes = np.unique(np.stack([labels, attribute]), axis=1, return_inverse=True, return_counts=True)
    return len(labels) / (len(sizes) * sizes[group.ravel()])


def check_balancing_weights(answer):
    """Two groups of 3 and 1, then four groups, then one that is missing."""
    result = expect_array(call(answer, np.array([0, 0, 0, 1]), np.array([0, 0, 0, 1])), (4,), "the weights of four")
    expect(
        not np.allclose(result, [0.75, 0.75, 0.75, 0.25]),
        "Those are the shares of the groups: the large one weighs even more. The rare ones need the large weights.",
    )
    expect(
        not np.allclose(result / result[0], 1),
        "All weights are equal, so a large group weighs more than a small one.",
    )
    expect(
        np.isclose(np.mean(result), 1, atol=1e-4) or not np.allclose(result / result[0], [1, 1, 1, 3]),
        "The ratios are right, but the mean of the weights is not 1.",
    )
    expect_close(result, [2 / 3, 2 / 3, 2 / 3, 2], "the weights of a group of three and a group of one")
    result = expect_array(call(answer, _IS_BIN, _IS_BLUE), (10,), "the weights of ten things")
    expect_close(
        result,
        balancing_weights(_IS_BIN, _IS_BLUE),
        "the weights of ten things",
        hint="Groups differ in label and attribute; count those that there are.",
    )
    drawn = np.random.default_rng(0).integers(0, 3, (2, 100))
    expect_close(call(answer, *drawn), balancing_weights(*drawn), "the weights of 100 things in nine groups")


EXERCISES = [
    Exercise(
        name="by_group",
        kind="function",
        stub='''def by_group(answers, is_bin, is_blue):
    """(2, 2): [is_bin, is_blue] → the share of answers in this group that agree with is_bin."""
    table = np.zeros((2, 2))
    for kind in (0, 1):
        for blue in (0, 1):
            table[kind, blue] = ...
    return table''',
        solution=by_group,
        check=check_by_group,
        hint="Pick the group with a mask of truth values, then take the mean of `answers[group] == kind`.",
    ),
    Exercise(
        name="audit",
        kind="function",
        stub='''def audit(attribute, labels):
    """The share of labels that are guessed right from the attribute alone."""
    right = 0
    for value in np.unique(attribute):
        commonest = ...
        right += np.sum(labels[attribute == value] == commonest)
    return right / len(labels)''',
        solution=audit,
        check=check_audit,
        hint="np.bincount counts each label in labels[attribute == value]; where is the largest count?",
    ),
    Exercise(
        name="repainted",
        kind="function",
        stub='''def repainted(pictures, rng):
    """Pictures (N, height, width, 3), the channels of each in a random order of its own."""
    orders = ...
    return np.take_along_axis(pictures, orders[:, None, None, :], axis=-1)''',
        solution=repainted,
        check=check_repainted,
        hint="rng.permuted with axis=1 shuffles each row of a table by itself; rng.permutation would shuffle the rows.",
    ),
    Exercise(
        name="worst_group",
        kind="function",
        stub='''def worst_group(answers, labels, *attributes):
    """The lowest share of right answers over all groups of equal label and attributes."""
    ...''',
        solution=worst_group,
        check=check_worst_group,
        hint="zip(labels, *attributes) gives each example's group; collect right and wrong in a dictionary of lists.",
    ),
    Exercise(
        name="balancing_weights",
        kind="function",
        stub='''def balancing_weights(labels, attribute):
    """(N,) weights: each group of equal label and attribute has the same sum; their mean is 1."""
    ...''',
        solution=balancing_weights,
        check=check_balancing_weights,
        hint="The weight of an example is one over the size of its group, times a number that makes the mean 1.",
    ),
]
