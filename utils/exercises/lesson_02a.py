"""The exercises of lesson 02a, Keras by code."""

import numpy as np

from utils.exercises.engine import Exercise, call, expect, expect_array, expect_close, expect_number, expect_parts

# ---- Slide ----


def slide(picture, kernel):
    """Lay the square kernel on each place of the picture; each time, multiply and add up."""
    size = len(kernel)
    sums = np.zeros((len(picture) - size + 1, len(picture[0]) - size + 1))
    for row, column in np.ndindex(sums.shape):
        window = picture[row : row + size, column : column + size]
        sums[row, column] = np.sum(window * kernel)
    return sums


def check_slide(answer):
    picture = np.array([[0, 0, 0, 1, 1]] * 4)
    edge = np.array([[-1, 0, 1]] * 3)
    result = expect_array(call(answer, picture, edge), None, "the result for the picture above")
    expect(result.shape == (2, 3), "A window of 3 has two places below each other here, and three side by side.")
    rng = np.random.default_rng(0)
    photo, kernel = rng.normal(size=(5, 7)), rng.normal(size=(2, 2))
    other = expect_array(call(answer, photo, kernel), (4, 6), "the result for 5 by 7 pixels and a kernel of 2 by 2")
    expected = slide(photo, kernel)
    products = [[np.sum(photo[i : i + 2, j : j + 2] @ kernel) for j in range(6)] for i in range(4)]
    expect(
        not np.allclose(other, products),
        "That is a matrix product of window and kernel. Multiply number by number, each with the one on top of it.",
    )
    expect(
        not np.allclose(other, expected / 4),
        "Those are the means of the products, not their sums. Multiply and add up.",
    )
    expect(
        not np.allclose(other, other[0, 0]),
        "Every place got the same number. Does the window move with row and column?",
    )
    expect(
        not np.allclose(other, slide(photo, kernel[::-1, ::-1])),
        "The kernel is turned around. Here it is laid on as it is written.",
    )
    expect_close(result, [[0, 3, 3]] * 2, "the result for the picture above", hint="Look at the shaded window.")
    expect_close(other, expected, "the result for 5 by 7 random numbers and a kernel of 2 by 2")


# ---- Sides ----


def sides(side, blocks=4):
    """The side of the maps after each block: a 3×3 convolution, then a 2×2 pooling."""
    found = []
    for _ in range(blocks):
        side = (side - 2) // 2
        found.append(side)
    return found


def check_sides(answer):
    parts = expect_parts(call(answer, 150, 4), 4, "A list with one side for each of the four blocks is wanted.")
    result = [expect_number(part, "a side") for part in parts]
    expect(result[0] != 75, "That is pooling alone. How many places has a window of 3 on a side of 150?")
    expect(result[0] != 73.5 and result[0] != 73, "A window of 3 has only two places fewer than there are pixels.")
    expect(result[0] != 148, "That is the convolution alone. Pooling halves what it leaves.")
    expect(result[:3] == [74, 36, 17], "Follow the side: 150 to 148 to 74, then 72, and so on.")
    expect(
        result[3] == 7,
        "The last convolution leaves 15. What does a pooling of 2 do with an odd row at the end? A side is a whole "
        "number.",
    )
    for side, blocks in ((75, 3), (63, 2), (10, 2)):
        found = expect_parts(call(answer, side, blocks), blocks, f"{blocks} sides are wanted for {blocks} blocks.")
        expect_close(np.array([float(one) for one in found]), sides(side, blocks), f"the sides from {side} on")


# ---- Parameters ----


def parameter_counts(channels, flat):
    """The parameters of the four convolutions and the two Dense layers; flat: from Flatten."""
    convolutions = [(channels, 32), (32, 64), (64, 128), (128, 128)]
    counts = [(3 * 3 * maps + 1) * filters for maps, filters in convolutions]
    return counts + [(numbers + 1) * units for numbers, units in [(flat, 512), (512, 1)]]


def check_parameter_counts(answer):
    parts = expect_parts(call(answer, 3, 6272), 6, "Six numbers are wanted: four convolutions and two Dense layers.")
    result = [expect_number(part, "a count") for part in parts]
    expect(result[0] != 864, "The kernels are right. Each filter has a bias as well.")
    expect(result[0] != 320, "Each kernel has 3×3 weights for every channel that comes in, and there are three.")
    expect(
        result[0] != 865,
        "There is a bias for each filter, not one for all of them.",
    )
    expect(result[0] == 896, "The first convolution is off: 3×3 weights for each channel, and one bias, per filter.")
    expect(
        result[1:4] == [18496, 73856, 147584],
        "The first convolution is right. What comes into the next one? As many maps as the one before has filters.",
    )
    expect(result[4] != 3211264, "Dense 512 lacks its biases: one for each unit.")
    expect(result[4] != 3211265, "Dense has a bias for each unit, not one for all of them.")
    expect(result[4:] == [3211776, 513], "Dense: each unit has a weight for each number that comes in, and a bias.")
    expect_close(
        np.array([float(one) for one in call(answer, 1, 128)]),
        parameter_counts(1, 128),
        "the counts for one channel and 128 numbers from Flatten",
        hint="Are channels and flat used, or is a number written in?",
    )


# ---- Leaks ----


def leaking(train_boxes, test_boxes):
    """The share of the test boxes that overlap at least one training box."""
    found = 0
    for x0, y0, x1, y1 in test_boxes:
        found += any(x0 < c and a < x1 and y0 < d and b < y1 for a, b, c, d in train_boxes)
    return found / len(test_boxes)


def check_leaking(answer):
    train = np.array([[0, 0, 10, 10], [40, 0, 50, 10]])
    cases = [
        ([[5, 5, 15, 15]], 1, "A box that shares a quarter of a training box leaks."),
        ([[20, 20, 30, 30]], 0, "A box far from all training boxes does not leak."),
        ([[2, 30, 8, 36]], 0, "These boxes overlap along x, but not along y: they share no pixel."),
        ([[20, 2, 26, 8]], 0, "These boxes overlap along y, but not along x: they share no pixel."),
        ([[10, 0, 20, 10]], 0, "Boxes that only touch share no pixel: x1 is the first column that is not in the box."),
        ([[0, 10, 10, 20]], 0, "Boxes that only touch share no pixel, along y either."),
        ([[42, 2, 44, 4]], 1, "A box within the second training box leaks. Are all training boxes looked at?"),
        (
            [[-2, -2, 60, 12]],
            1,
            "A box around both training boxes shares pixels with them, though no corner lies within.",
        ),
        ([[5, 5, 15, 15], [20, 20, 30, 30], [41, 1, 43, 3], [0, 0, 1, 1]], 0.75, "Three of these four boxes leak."),
    ]
    for boxes, expected, text in cases:
        result = expect_number(call(answer, train, np.array(boxes)), "the share")
        expect(
            not (expected == 0.75 and result == 3),
            "That is the number of boxes that leak. Divide by how many there are.",
        )
        expect(
            not (expected == 0.75 and np.isclose(result, 0.375)),
            "That is the share of all pairs. A test box leaks once, however many training boxes it overlaps.",
        )
        expect(abs(result - expected) < 1e-6, text)


# ---- Another head ----


def average_parameters(units):
    """All parameters, those of the four convolutions included."""
    return 896 + 18496 + 73856 + 147584 + (128 + 1) * units + units + 1


def check_average_parameters(answer):
    result = expect_number(call(answer, 512), "the number for 512 units")
    expect(result != 3453121, "That is the textbook's own head: with an average, 128 numbers come in, not 6272.")
    expect(result != 240961, "That is the head with Dense(1) alone. Here a Dense layer of so many units comes before.")
    expect(result != 66561, "That is the head alone. The convolutions have parameters, too.")
    expect(
        result not in (240832 + 128 * 512 + 512, 240832 + 128 * 512),
        "Biases are missing: one for each unit, and one for the last.",
    )
    expect(
        result == 307393, "The convolutions have 240,832. Then 128 means go into Dense, and its units into Dense(1)."
    )
    for units in (1, 64):
        expect_close(call(answer, units), average_parameters(units), f"the number for {units} units")


EXERCISES = [
    Exercise(
        name="slide",
        kind="function",
        stub='''def slide(picture, kernel):
    """Lay the square kernel on each place of the picture; each time, multiply and add up."""
    size = len(kernel)
    sums = np.zeros((len(picture) - size + 1, len(picture[0]) - size + 1))
    for row, column in np.ndindex(sums.shape):
        sums[row, column] = ...
    return sums''',
        solution=slide,
        check=check_slide,
        hint="picture[row : row + size, …] are the rows under the kernel. Then one product and one sum.",
    ),
    Exercise(
        name="sides",
        kind="function",
        stub='''def sides(side, blocks=4):
    """The side of the maps after each block: a 3×3 convolution, then a 2×2 pooling."""
    found = []
    for _ in range(blocks):
        side = ...
        found.append(side)
    return found''',
        solution=sides,
        check=check_sides,
        hint="On a row of 5 cells, a window of 3 has how many places? And how many whole pairs are in 7 cells?",
    ),
    Exercise(
        name="parameter_counts",
        kind="function",
        stub='''def parameter_counts(channels, flat):
    """The parameters of the four convolutions and the two Dense layers; flat: from Flatten."""
    convolutions = [(channels, 32), (32, 64), (64, 128), (128, 128)]
    counts = [... for maps, filters in convolutions]
    return counts + [... for numbers, units in [(flat, 512), (512, 1)]]''',
        solution=parameter_counts,
        check=check_parameter_counts,
        hint="Count what one filter, or one unit, has of its own. Then there are so many of them.",
    ),
    Exercise(
        name="leaking",
        kind="function",
        stub='''def leaking(train_boxes, test_boxes):
    """The share of the test boxes that overlap at least one training box."""
    ...''',
        solution=leaking,
        check=check_leaking,
        hint="When do two boxes share nothing? When one ends, along x or along y, before the other begins.",
    ),
    Exercise(
        name="average_parameters",
        kind="function",
        stub='''def average_parameters(units):
    """All parameters, those of the four convolutions included."""
    ...''',
        solution=average_parameters,
        check=check_average_parameters,
        hint="The average of a map is one number. How many maps has the last convolution?",
    ),
]
