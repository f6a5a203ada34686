"""The exercises of lesson 00, start here."""

import numpy as np

from utils.exercises.engine import (
    Exercise,
    Wrong,
    call,
    expect,
    expect_array,
    expect_close,
    expect_number,
)

# ---- accuracy ----


def accuracy(answers, labels):
    """The share of places where the answers agree with the labels."""
    return np.mean(answers == labels)


def check_accuracy(answer):
    """Three cases with a known share, then random ones of several lengths."""
    truth = np.array([3, 1, 4, 1, 5])
    result = expect_number(call(answer, np.array([3, 1, 4, 2, 0]), truth))
    expect(result != 3, "That is how many answers are right. What share of all answers is it?")
    expect(not np.isclose(result, 60), "That is a percentage. A share lies between 0 and 1.")
    expect(not np.isclose(result, 0.4), "That is the share of wrong answers.")
    expect_close(result, 0.6, "the share for five answers, three of them right", hint="Compare place by place.")
    answers, labels = np.array([3, 1, 4, 0, 0, 0, 0]), np.array([3, 1, 4, 1, 5, 9, 2])
    result = expect_number(call(answer, answers, labels))
    expect(
        not 1e-6 < abs(result - 3 / 7) < 0.03, "Three of seven are right. Return the share itself, without rounding."
    )
    expect_close(result, 3 / 7, "the share for seven answers, three of them right", hint="Does it work for any length?")
    rng = np.random.default_rng(0)
    for length in (1, 7, 100):
        answers, labels = rng.integers(0, 3, (2, length))
        result = call(answer, answers, labels)
        expect_close(
            result,
            accuracy(answers, labels),
            f"the share for {length} answers",
            hint="Does it work for arrays of any length?",
        )


# ---- nearest neighbor ----


def nearest_neighbor(image, images, labels):
    """The label of the image that is closest to `image`."""
    squared_distances = ((images - image) ** 2).sum(axis=(1, 2))
    return labels[squared_distances.argmin()]


def check_nearest_neighbor(answer):
    """Random images, and two cases in which other distances give another neighbor."""
    rng = np.random.default_rng(0)
    images, labels = rng.random((30, 8, 8)), rng.permutation(30) + 100
    noisy = images[17] + rng.normal(0, 0.05, (8, 8))
    result = expect_number(call(answer, noisy, images, labels))
    expect(result != 17, "That is the position of the nearest image. What is wanted is its label.")
    expect(
        result in labels,
        "That is none of the labels. The smallest distance only says which image is the nearest.",
    )
    distances = ((images - noisy) ** 2).sum(axis=(1, 2))
    expect(result != labels[distances.argmax()], "That is the label of the image farthest away.")
    expect(
        result != labels[0],
        "That is the label of the first image, whatever the others are. Does your sum leave one number for each image?",
    )
    opposite = np.zeros((2, 8, 8))
    opposite[0, :, :4], opposite[0, :, 4:], opposite[1] = 1, -1, 0.2
    expect(
        expect_number(call(answer, np.zeros((8, 8)), opposite, np.array([5, 6]))) == 6,
        "Two images: one differs by 1 and −1, the other by 0.2 everywhere, and is nearer. Differences of opposite sign "
        "must not cancel, and nothing but their squares counts.",
    )
    spread = np.zeros((2, 8, 8))
    spread[0, 0, 0], spread[1] = 1.5, 0.1
    expect(
        expect_number(call(answer, np.zeros((8, 8)), spread, np.array([5, 6]))) == 6,
        "One pixel far off counts more than it should, or less: add the squares over all 64 pixels.",
    )
    for _ in range(20):
        image = rng.random((8, 8))
        result = expect_number(call(answer, image, images, labels))
        expect(
            result == nearest_neighbor(image, images, labels),
            "For a random image it finds another neighbor than the nearest. Do you square pixel by pixel?",
        )


# ---- KL divergence ----


def kl_divergence(p, q):
    """The price, in bits, of believing `q` where `p` is true."""
    possible = p > 0
    return np.sum(p[possible] * np.log2(p[possible] / q[possible]))


_SMALL_NUMBER = (
    "If you add a small number so that no logarithm is infinite, the result is off by it. Leave those outcomes out."
)


def check_kl_divergence(answer):
    """A case done by hand, one with a zero, then random ones."""
    p, q = np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.25, 0.5])
    result = expect_number(call(answer, p, q), "the KL of (1/2, 1/4, 1/4) from (1/4, 1/4, 1/2)")
    expect(
        not np.isclose(result, 1.75),
        "That is the cross-entropy. Take away the entropy of p, which no belief can save.",
    )
    expect(not np.isclose(result, -0.25), "The size is right, the sign is not: the price is never negative.")
    expect(not np.isclose(result, 0.25 * np.log(2)), "That is in natural units. Which logarithm counts bits?")
    expect(
        not np.isclose(result, 0.25 / 3),
        "That is the mean over the outcomes. The weights p already average: take the sum.",
    )
    expect(not 1e-6 < abs(result - 0.25) < 0.01, f"That is nearly it. {_SMALL_NUMBER}")
    expect_close(result, 0.25, "the KL of (1/2, 1/4, 1/4) from (1/4, 1/4, 1/2)")
    p, q = np.array([0.75, 0.25]), np.array([0.5, 0.5])
    result = expect_number(call(answer, p, q))
    expect(
        not np.isclose(result, kl_divergence(q, p)),
        "p and q have changed places. The outcomes happen with the probabilities p.",
    )
    expect_close(result, kl_divergence(p, q), "the KL of (3/4, 1/4) from (1/2, 1/2)")
    with np.errstate(all="ignore"):
        result = call(answer, np.array([0.0, 1.0]), np.array([0.5, 0.5]))
    if not np.isfinite(np.asarray(result, float)).all():
        raise Wrong("With p = (0, 1) there is no number in the result. Leave out the outcomes that cannot happen.")
    expect_close(result, 1.0, "the KL of (0, 1) from (1/2, 1/2)", hint="An outcome that cannot happen adds nothing.")
    p, q = np.array([0.5, 0.0, 0.5]), np.array([0.25, 0.5, 0.25])
    expect_close(
        call(answer, p, q),
        1.0,
        "the KL of (1/2, 0, 1/2) from (1/4, 1/2, 1/4)",
        hint="Where an outcome of p is left out, the same outcome of q goes with it.",
    )
    rng = np.random.default_rng(0)
    for size in (2, 5, 40):
        p, q = rng.dirichlet(np.ones(size), 2)
        expect_close(
            call(answer, p, q),
            kl_divergence(p, q),
            f"the KL for {size} random outcomes",
            tolerance=1e-9,
            hint=_SMALL_NUMBER,
        )


# ---- sticks ----


def sticks(number):
    """1 if the player to move wins with this many sticks, else -1."""
    values = [-1]  # no stick left: the other player has just taken the last one
    while len(values) <= number:
        values.append(max(-value for value in values[-3:]))
    return values[number]


def check_sticks(answer):
    """Small heaps one by one, then all up to 60, then a large one."""
    small = [expect_number(call(answer, number), f"the value of {number} sticks") for number in range(9)]
    expect(set(small) <= {1, -1}, "The value of a heap is 1 or -1, whatever the number of sticks.")
    expect(small[0] == -1, "With no stick left, the other player has just taken the last one. Who has won?")
    expect(small[1:4] == [1, 1, 1], "With 1, 2 or 3 sticks, the player to move can take them all.")
    expect(
        small[4] == -1,
        "With 4 sticks every move leaves 1, 2 or 3 to the other player. What is good for the other is bad for you.",
    )
    expect(small[5:8] == [1, 1, 1], "With 5, 6 or 7 sticks there is a move that leaves 4. One good move is enough.")
    expect(small[8] == -1, "With 8 sticks, look at what each of the three moves leaves to the other player.")
    for number in range(9, 60):
        result = call(answer, number)
        expect(result == sticks(number), f"Up to 8 sticks it is right; with {number} it is not.")
    expect(call(answer, 200) == -1, "Up to 59 sticks it is right; with 200 it is not.")


# ---- best threshold ----


def best_threshold(measurements, is_yes):
    """A threshold that makes the fewest mistakes, if the rule says yes above it."""
    values = np.unique(measurements)
    candidates = np.concatenate([[values[0] - 1], (values[1:] + values[:-1]) / 2, [values[-1] + 1]])
    mistakes = [np.sum((measurements > candidate) != is_yes) for candidate in candidates]
    return candidates[np.argmin(mistakes)]


def check_best_threshold(answer):
    """Any threshold with the fewest mistakes is right, on separable, mixed and one-sided examples."""

    def mistakes(threshold, measurements, is_yes):
        return int(np.sum((measurements > threshold) != is_yes))

    def finite(threshold):
        infinite = isinstance(threshold, float | np.floating) and np.isinf(threshold)
        expect(not infinite, "An infinite threshold decides rightly, but a finite number is asked for.")
        return expect_number(threshold, "the threshold")

    easy, is_yes = np.array([0.1, 0.7, 0.2, 0.9, 0.3]), np.array([False, True, False, True, False])
    threshold = finite(call(answer, easy, is_yes))
    expect(
        threshold not in easy[is_yes],
        "At the threshold itself the rule says no: the measurement is not greater. Should it be a yes?",
    )
    expect(
        mistakes(threshold, easy, is_yes) == 0,
        "On five easy examples (no: 0.1, 0.2, 0.3, yes: 0.7, 0.9) one can do without any mistake; yours makes some.",
    )
    far = np.array([0.0, 0.1, 0.2, 0.3, 10.0, 0.4])
    is_yes = np.array([False, False, False, True, True, True])
    threshold = finite(call(answer, far, is_yes))
    expect(
        mistakes(threshold, far, is_yes) == 0,
        "One measurement far from the others leads it astray. Count mistakes; means do not.",
    )
    always = np.array([0.2, 0.5, 0.8])
    for verdict, word in ((True, "yes"), (False, "no")):
        threshold = finite(call(answer, always, np.full(3, verdict)))
        expect(
            mistakes(threshold, always, np.full(3, verdict)) == 0,
            f"If the right answer is always {word}, a threshold beyond all measurements makes no mistake. "
            "Is it among those you try?",
        )
    rng = np.random.default_rng(0)
    for count in (10, 40, 200):
        for overlap in (0.5, 2.0):
            is_yes = rng.random(count) < 0.4
            measurements = np.round(100 * (is_yes + rng.normal(0, overlap, count)), 1)
            threshold = finite(call(answer, measurements, is_yes))
            best = mistakes(best_threshold(measurements, is_yes), measurements, is_yes)
            made = mistakes(threshold, measurements, is_yes)
            expect(
                made <= best,
                f"On {count} examples of which some overlap, it makes {made} mistakes, and fewer are possible. "
                "Try a threshold between each two neighboring measurements.",
            )


# ---- three or eight ----


def three_or_eight(image):
    """3 or 8: both loops of an 8 have ink on the left, where a 3 is open."""
    left_of_the_middle = image[2:6, 1:4].mean()
    return 8 if left_of_the_middle > 0.32 else 3


def check_three_or_eight(answer):
    """The training images of lesson 00, each of the two digits for itself."""
    from utils import datasets

    (images, labels), _ = datasets.split(list(datasets.digits()), [1000, 797], seed=0)
    kept = np.isin(labels, (3, 8))
    images, labels = images[kept], labels[kept]
    answers = [call(answer, image) for image in images]
    expect(
        not any(isinstance(one, str) for one in answers),
        "An answer must be the number 3 or the number 8, not a text.",
    )
    expect_array(np.array(answers), (len(labels),), "the answers")
    answers = np.array(answers)
    strange = set(np.unique(answers)) - {3, 8}
    expect(not strange, "An answer must be the number 3 or the number 8, not something else or a truth value.")
    expect(
        len(set(answers.tolist())) == 2,
        "It gives the same answer for every image. What differs between a 3 and an 8?",
    )
    right = answers == labels
    expect(
        right.mean() > 0.5,
        f"It reads {right.mean():.0%}: worse than a coin. Have the two answers changed places?",
    )
    for digit, other in ((3, 8), (8, 3)):
        share = right[labels == digit].mean()
        expect(
            share >= 0.9,
            f"It reads {int(100 * right[labels == 3].mean())} % of the 3s and "
            f"{int(100 * right[labels == 8].mean())} % of the 8s; 90 % of both are wanted. "
            f"Look at those {digit}s that it takes for {other}s: where do the two differ, on the left or on the right?",
        )


EXERCISES = [
    Exercise(
        name="accuracy",
        kind="function",
        stub='''def accuracy(answers, labels):
    """The share of places where the answers agree with the labels."""
    ...''',
        solution=accuracy,
        check=check_accuracy,
        hint="Comparing two arrays gives an array of True and False. What is its mean?",
    ),
    Exercise(
        name="nearest_neighbor",
        kind="function",
        stub='''def nearest_neighbor(image, images, labels):
    """The label of the image that is closest to `image`."""
    ...''',
        solution=nearest_neighbor,
        check=check_nearest_neighbor,
        hint="images - image subtracts the one from each of the many. Sum over the last two axes, then use argmin.",
    ),
    Exercise(
        name="kl_divergence",
        kind="function",
        stub='''def kl_divergence(p, q):
    """The price, in bits, of believing `q` where `p` is true."""
    ...''',
        solution=kl_divergence,
        check=check_kl_divergence,
        hint="The lesson has the formula. For the zeros: p[p > 0] picks the outcomes that can happen.",
    ),
    Exercise(
        name="sticks",
        kind="function",
        stub='''def sticks(number):
    """1 if the player to move wins with this many sticks, else -1."""
    ...''',
        solution=sticks,
        check=check_sticks,
        hint="What a heap is worth to you is the best of what its three moves leave to the other player, with the sign "
        "turned. Work upwards from 0 sticks, or remember what you have computed.",
    ),
    Exercise(
        name="best_threshold",
        kind="function",
        stub='''def best_threshold(measurements, is_yes):
    """A threshold that makes the fewest mistakes, if the rule says yes above it."""
    ...''',
        solution=best_threshold,
        check=check_best_threshold,
        hint="Only finitely many thresholds differ in what they do: one below all measurements, one between each two "
        "neighbors, one above all. Count the mistakes of each.",
    ),
    Exercise(
        name="three_or_eight",
        kind="function",
        stub='''def three_or_eight(image):
    """The digit that the image shows, 3 or 8."""
    ...''',
        solution=three_or_eight,
        check=check_three_or_eight,
        hint="Draw the mean of all 3s and the mean of all 8s: train_images[train_labels == 3].mean(axis=0). "
        "Where do they differ most?",
        time_limit=20.0,
    ),
]
