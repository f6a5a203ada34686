"""The exercises of lesson 04b, by heart."""

import numpy as np

from utils.exercises.engine import (
    Exercise,
    call,
    expect,
    expect_array,
    expect_close,
    expect_number,
    expect_parts,
)

# ---- bits held ----


def bits_held(p_right):
    """How many bits of the labels are held, from the probability given to each right one."""
    missing = -np.log2(p_right)
    return len(p_right) - missing.sum()


def check_bits_held(answer):
    """Single labels whose bits are known, then many."""

    def held(*p_right):
        return expect_number(call(answer, np.array(p_right)), "the bits held")

    expect(not np.isnan(held(0.5, 0.5)), "Half and half should give a number.")
    got = held(0.5, 0.5, 0.5)
    expect(
        not np.isclose(got, 6),
        "For three labels at one half it gives 6. The logarithm of a number below 1 is negative: mind the sign.",
    )
    expect(
        not np.isclose(got, 3 - 3 * np.log(2)),
        "That is the natural logarithm. A bit is counted with the logarithm to base 2.",
    )
    expect(not np.isclose(got, 3 - 3 * np.log10(2)), "That is the logarithm to base 10. A bit is counted with base 2.")
    expect(
        not (np.isclose(got, 1.5) and np.isclose(held(0.25), 0.5)),
        "That is −p·log₂ p, a term of the entropy: an average over what may come. Which side came is known here, so "
        "there is nothing to average: count the bits of that side alone.",
    )
    expect(
        not np.isclose(got, 1.5),
        "For three labels at one half it gives 1.5. What is missing is not 1 − p, but minus the logarithm of p.",
    )
    expect(
        np.isclose(got, 0, atol=1e-6), "Who gives one half to each side of a coin holds nothing: all bits are missing."
    )
    expect(np.isclose(held(1.0, 1.0), 2, atol=1e-6), "Who is certain of both labels, and right, holds both: 2 bits.")
    expect(
        np.isclose(held(0.25), -1, atol=1e-6),
        "One label, and its right side was given a quarter: 2 bits are missing, so −1 is held. Certain and wrong is "
        "worse than knowing nothing.",
    )
    p = np.random.default_rng(4).uniform(0.05, 1, 50)
    expect_close(
        call(answer, p),
        bits_held(p),
        "the bits held of 50 labels",
        hint="The bits that are missing are added up over the labels, not averaged.",
    )


# ---- labelings ----


def labelings(points, weights):
    """How many labelings of so many points in general position a neuron of so many weights can hold."""
    if points == 1:
        return 2
    if weights == 1:
        return 2
    return labelings(points - 1, weights) + labelings(points - 1, weights - 1)


def check_labelings(answer):
    """Counts that can be made on paper, then larger ones."""

    def count(points, weights):
        return expect_number(call(answer, points, weights), f"the count for {points} points and {weights} weights")

    expect(count(1, 1) == 2 and count(1, 3) == 2, "A single point has two labelings, and any neuron holds both.")
    got = count(3, 2)
    expect(
        got not in (2, 4),
        f"For 3 points and 2 weights it gives {got}: the labelings that split in two are still to be added.",
    )
    expect(
        got != 8,
        "For 3 points and 2 weights it gives 8, all there are. Only those double whose border can pass through the new "
        "point; such a border has one weight less to choose.",
    )
    expect(got == 6, "3 points and 2 weights: turn a line once around the origin; it passes each point twice.")
    expect(count(4, 2) == 8, "4 points and 2 weights: 8 of the 16 labelings.")
    expect(count(5, 1) == 2, "With one weight there are two labelings, however many points: the weight's sign.")
    got = count(6, 6)
    expect(got <= 64, f"For 6 points it gives {got}, and there are 64. Do both terms have one point less?")
    expect(got == 64 and count(5, 8) == 32, "With as many weights as points, every labeling can be held.")
    for points, weights in ((6, 3), (12, 5), (14, 7)):
        expect(
            count(points, weights) == labelings(points, weights),
            f"For {points} points and {weights} weights it is another number. Both terms have one point less.",
        )


# ---- weights needed ----


def weights_needed(points):
    """The fewest weights with which a neuron holds at least half of the labelings of so many points."""
    weights = 1
    while 2 * labelings(points, weights) < 2**points:
        weights += 1
    return weights


def check_weights_needed(answer):
    """Numbers of points, odd and even."""
    for points in (4, 10, 1, 2, 7, 13, 16):
        weights = expect_number(call(answer, points), f"the weights for {points} points")
        right = weights_needed(points)
        expect(weights != points or right == points, "With so many weights it holds *all* labelings. Half will do.")
        expect(
            weights != right - 1,
            f"With {right - 1} weights a neuron holds less than half of the labelings of {points} points.",
        )
        expect(
            weights != right + 1,
            f"One weight fewer will do for {points} points. Exactly half counts as half.",
        )
        expect(weights == right, f"For {points} points it is another number. Try all numbers of weights from 1 up.")


# ---- a memory written by hand ----


def written_memory(x, labels):
    """Kernel, biases and output weights of a ReLU network that gives each row of x exactly its label."""
    x, labels = np.asarray(x, float), np.asarray(labels, float)
    direction = np.random.default_rng(0).normal(size=x.shape[1])
    along = x @ direction
    order = np.argsort(along)
    places, wanted = along[order], labels[order]
    kinks = np.concatenate([[places[0] - 1], (places[:-1] + places[1:]) / 2])
    hidden = np.maximum(places[:, None] - kinks, 0)
    weights = np.linalg.solve(hidden, wanted)
    return np.outer(direction, np.ones(len(x))), -kinks, weights


def check_written_memory(answer):
    """A few points in one dimension, then many in several, with any labels."""
    draw = np.random.default_rng(4)
    for rows, inputs in ((3, 1), (12, 2), (25, 8)):
        x, labels = draw.normal(size=(rows, inputs)), draw.integers(0, 2, rows).astype(float)
        labels[:3] = [0.0, 1.0, -2.5]
        parts = expect_parts(
            call(answer, x, labels), 3, "Return three arrays: the kernel, the biases and the output weights."
        )
        kernel = expect_array(parts[0], (inputs, None), "the kernel")
        expect(kernel.shape[1] <= rows, f"{kernel.shape[1]} hidden units are more than the {rows} that are allowed.")
        bias = expect_array(parts[1], (kernel.shape[1],), "the biases")
        weights = expect_array(parts[2], (kernel.shape[1],), "the output weights")
        hidden = np.maximum(x @ kernel + bias, 0)
        expect(
            np.all(hidden.max(axis=1) > 0),
            "For one of the rows every hidden unit is 0, so its answer is 0 whatever the output weights are. Let the "
            "first kink lie before the first point.",
        )
        off = np.abs(hidden @ weights - labels).max()
        right = off < 1e-3 * max(1, np.abs(weights).max() * 1e-3)
        expect(
            right or np.linalg.matrix_rank(hidden) == rows,
            "The outputs of the hidden units do not tell the rows apart: some of them are combinations of the others. "
            "Put one kink before each point, in the order of the points.",
        )
        expect(
            right,
            f"With {rows} rows the network is wrong by up to {off:.3g}. Does the order of the labels agree with that "
            "of the kinks?",
        )


EXERCISES = [
    Exercise(
        name="bits_held",
        kind="function",
        stub='''def bits_held(p_right):
    """How many bits of the labels are held, from the probability given to each right one."""
    missing = ...
    return len(p_right) - missing.sum()''',
        solution=bits_held,
        check=check_bits_held,
        hint="Probability one half: 1 bit is missing. A quarter: 2 bits. An eighth: 3. Which function is that?",
    ),
    Exercise(
        name="labelings",
        kind="function",
        stub='''def labelings(points, weights):
    """How many labelings of so many points a neuron of so many weights can hold."""
    if points == 1 or weights == 1:
        return 2
    return ...''',
        solution=labelings,
        check=check_labelings,
        hint="Two terms: those that were there with one point less, and those of them that split in two.",
    ),
    Exercise(
        name="weights_needed",
        kind="function",
        stub="def weights_needed(points):\n    ...",
        solution=weights_needed,
        check=check_weights_needed,
        hint="There are 2**points labelings. Try 1 weight, 2, 3 … until labelings(points, weights) is half of that.",
    ),
    Exercise(
        name="written_memory",
        kind="function",
        stub='''def written_memory(x, labels):
    """Kernel (inputs, N), biases (N,) and output weights (N,), so that each row has its label."""
    ...''',
        solution=written_memory,
        check=check_written_memory,
        hint="Project all rows on one random direction and sort them. Put a kink before each: the first unit then sees "
        "all points, the last one only the last. What is np.linalg.solve of that triangle and the labels?",
    ),
]
