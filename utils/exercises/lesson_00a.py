"""The exercises of lesson 00a, start here."""

import numpy as np

from utils.exercises.engine import (
    Exercise,
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
            measurements = np.round(100 * (is_yes + rng.normal(0, overlap, count))) / 8  # exact in float32 too
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
    """The training images of lesson 00a, each of the two digits for itself."""
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
    distances = ...  # one for each of the images
    return labels[np.argmin(distances)]''',
        solution=nearest_neighbor,
        check=check_nearest_neighbor,
        hint="images - image subtracts the one from each of the many. Sum over the last two axes, then use argmin.",
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
