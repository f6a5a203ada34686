"""The exercises of lesson 10, LeNet and invariance."""

import numpy as np

from utils.exercises.engine import (
    Exercise,
    Wrong,
    call,
    describe_error,
    expect,
    expect_array,
    expect_close,
    expect_number,
)

# ---- A shift without a wrap ----


def shift_image(image, down, across):
    """Shift an image by whole pixels, down and to the right; what comes in from outside is paper (0)."""
    shifted = np.zeros_like(image)
    height, width = image.shape
    for row, column in np.ndindex(height, width):
        if 0 <= row - down < height and 0 <= column - across < width:
            shifted[row, column] = image[row - down, column - across]
    return shifted


def check_shift_image(answer):
    image = np.random.default_rng(10).uniform(0.1, 1, size=(5, 7))

    def shifted(down, across):
        try:
            result = call(answer, image, down, across)
        except (IndexError, ValueError) as error:
            raise Wrong(f"With down={down}, across={across}: {describe_error(error)}") from error
        return expect_array(result, image.shape, f"the result for ({down}, {across})")

    expect_close(shifted(0, 0), image, "the result for (0, 0)", hint="No shift changes nothing.")
    right = shift_image(image, 2, 0)
    result = shifted(2, 0)
    expect(
        not np.allclose(result, np.roll(image, 2, axis=0)),
        "What leaves at the bottom comes back at the top. It should be paper there.",
    )
    expect(
        not np.allclose(result, shift_image(image, -2, 0)),
        "A positive `down` moves the picture up in yours: pixel 0 should end in row 2.",
    )
    expect(not np.allclose(result, shift_image(image, 0, 2)), "`down` and `across` are the wrong way round.")
    expect_close(result, right, "the result for (2, 0)", hint="Row r of the result is row r − down of the image.")
    for down, across in ((0, 3), (-1, 0), (0, -2), (3, -4), (-2, 1), (5, 0), (-9, 2)):
        what = f"the result for ({down}, {across})"
        hint = "Take positive, negative and too large shifts one at a time: which rows and columns are left?"
        expect_close(shifted(down, across), shift_image(image, down, across), what, hint=hint)


# ---- Consistency ----


def consistency(answers):
    """The share of agreeing pairs: two different shifts of the same digit that are read alike.

    answers: (shifts, digits), the class that was read for each shift of each digit.
    """
    shifts = len(answers)
    pairs = [(first, second) for first in range(shifts) for second in range(first)]
    return np.mean([answers[first] == answers[second] for first, second in pairs])


def check_consistency(answer):
    def of(rows):
        rows = np.array(rows)
        return expect_number(call(answer, rows), f"the consistency of {rows.tolist()}")

    expect(of([[3, 3, 3], [3, 3, 3]]) == 1, "Where all answers agree, it is 1.")
    expect(
        of([[1, 2, 3], [1, 2, 3]]) == 1,
        "Compare the shifts of the same digit. Different digits may well be read differently.",
    )
    result = of([[1], [2]])
    expect(
        result != 0.5,
        "One digit, two shifts, two answers: the only pair does not agree. Each shift agrees with itself, but that is "
        "no pair; and a majority is not asked for.",
    )
    expect(result == 0, "One digit, two shifts, two answers: no pair agrees.")
    result = of([[7, 7], [1, 7], [1, 7]])
    expect(
        not np.isclose(result, 0.5),
        "Compare every shift with every other, not only with the first one. Two may agree where the first differs.",
    )
    expect(
        not np.isclose(result, 0.75),
        "Compare every shift with every other, not only neighbors: shifts 0 and 2 are a pair, too.",
    )
    expect_close(result, 4 / 6, "the consistency of three shifts of two digits", hint="Three pairs, two digits each.")
    rows = np.random.default_rng(10).integers(0, 3, size=(6, 40))
    hint = "Count the agreeing pairs, over all pairs of different shifts and all digits."
    expect_close(of(rows), consistency(rows), "the consistency of six shifts", hint=hint)


# ---- Occlusion ----


def occlusion_map(score, image, size):
    """How far the score falls when a window of size × size is covered with paper (0), for each place of the window.

    score: a function of an image. Returns (rows of places, columns of places).
    """
    rows, columns = (length - size + 1 for length in image.shape)
    fallen = np.zeros((rows, columns))
    for row, column in np.ndindex(rows, columns):
        covered = image.copy()
        covered[row : row + size, column : column + size] = 0
        fallen[row, column] = score(image) - score(covered)
    return fallen


def check_occlusion_map(answer):
    rng = np.random.default_rng(10)
    image, weight = rng.uniform(0.2, 1, size=(6, 8)), rng.normal(size=(6, 8))

    def linear(picture):
        return np.sum(weight * picture)

    result = expect_array(call(answer, linear, image, 3), None)
    expect(
        result.shape != image.shape,
        "A window of 3 does not fit at every pixel. How many places are there along 6 pixels?",
    )
    result = expect_array(result, (4, 6))
    right = occlusion_map(linear, image, 3)
    expect(
        not np.allclose(result, -right),
        "The sign: where covering lowers the score, the map is positive.",
    )
    expect(
        not np.allclose(result, linear(image) - right),
        "That is the score of the covered image. The map says how far it fell.",
    )
    single = image[0, 0] * weight[0, 0]
    expect(
        not np.isclose(result[0, 0], single),
        "Only one pixel is covered. The window has size × size of them.",
    )
    expect_close(result, right, hint="The score of the whole image, less that with one window set to 0 and no other.")

    def squared(picture):
        return np.sum(weight * picture) ** 2

    result = expect_array(call(answer, squared, image, 2), (5, 7), "the result for another score and size")
    hint = "Does it hold for any score? The windows before must not stay covered."
    expect_close(result, occlusion_map(squared, image, 2), "the result for another score and size", hint=hint)


# ---- The axis of a letter ----


def axis_angle(image):
    """The angle of the line along which the ink spreads most, in degrees from −90 to 90.

    0 is level, 45 rises to the right. Rows grow downward.
    """
    weight = image / image.sum()
    y, x = np.mgrid[: image.shape[0], : image.shape[1]].astype(float)
    y = -(y - np.sum(weight * y))
    x = x - np.sum(weight * x)
    yy, xx, yx = (np.sum(weight * product) for product in (y * y, x * x, y * x))
    return np.degrees(np.arctan2(2 * yx, xx - yy)) / 2


def _stroke(angle, shape=(41, 51), middle=(20, 25)):
    """A stroke at an angle, somewhere in a picture."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    y, x = -(y - middle[0]), x - middle[1]
    radians = np.radians(angle)
    off = np.abs(y * np.cos(radians) - x * np.sin(radians))
    along = np.abs(x * np.cos(radians) + y * np.sin(radians))
    return np.clip(2 - off, 0, 1) * np.clip(11 - along, 0, 1)


def check_axis_angle(answer):
    def measured(angle, **where):
        return expect_number(call(answer, _stroke(angle, **where)), f"the angle of a stroke at {angle}°")

    def off_by(result, angle):
        return abs((result - angle + 90) % 180 - 90)

    elsewhere = "The answer depends on where the stroke stands. Measure from the middle of the ink."
    expect(off_by(measured(0), measured(0, middle=(8, 38))) < 1, elsewhere)
    expect(off_by(measured(0), 0) < 1, "A level stroke has the angle 0.")
    result = measured(30)
    expect(off_by(result, -30) > 1, "The rows of a picture grow downward: a stroke that rises has falling row numbers.")
    expect(abs(result - np.radians(30)) > 0.02, "The angle is wanted in degrees.")
    expect(
        off_by(result, 60) > 1,
        "arctan2 of twice the mixed moment and the difference of the others is twice an angle. Or is x taken for y?",
    )
    expect(off_by(result, 30) < 1, "A stroke that rises at 30° gives another angle. Look at the three second moments.")
    expect(off_by(measured(30, middle=(12, 14)), 30) < 1, elsewhere)
    expect(
        off_by(measured(70), 70) < 1,
        "It is right for flat strokes and wrong for steep ones. Are all three second moments in it? And what does "
        "arctan do where arctan2 is needed?",
    )
    for angle in (-75, -45, -20, 10, 45, 85):
        expect(off_by(measured(angle), angle) < 1, f"It is not right for a stroke at {angle}°.")
    result = measured(-60)
    expect(-90 <= result <= 90, "A line has no direction: angles lie between −90 and 90.")


EXERCISES = [
    Exercise(
        name="shift_image",
        kind="function",
        title="A shift without a wrap (10 minutes)",
        stub=(
            "def shift_image(image, down, across):\n"
            '    """Shift by whole pixels, down and right; what comes in is paper (0)."""\n'
            "    ..."
        ),
        solution=shift_image,
        check=check_shift_image,
        hint="np.roll moves the pixels; then only the rows and columns that came around are wrong. Or copy slices.",
    ),
    Exercise(
        name="consistency",
        kind="function",
        title="Consistency (15 minutes)",
        stub=(
            "def consistency(answers):\n"
            '    """answers (shifts, digits): how often do two different shifts of a digit agree?"""\n'
            "    ..."
        ),
        solution=consistency,
        check=check_consistency,
        hint="Two loops over the shifts, the second over those before the first. What is compared is a row with a row.",
    ),
    Exercise(
        name="occlusion_map",
        kind="function",
        title="Occlusion (20 minutes)",
        stub=(
            "def occlusion_map(score, image, size):\n"
            '    """How far score(image) falls if a size × size window is set to 0, at each place."""\n'
            "    ..."
        ),
        solution=occlusion_map,
        check=check_occlusion_map,
        hint="The places are those of a convolution of that size without padding. Each starts from a fresh copy.",
    ),
    Exercise(
        name="axis_angle",
        kind="function",
        title="The axis of a letter (30 minutes)",
        stub=(
            "def axis_angle(image):\n"
            '    """The angle in degrees along which the ink spreads most: 0 level, 45 rises to the right."""\n'
            "    ..."
        ),
        solution=axis_angle,
        check=check_axis_angle,
        hint=(
            "Turn the axes by t and write the mixed second moment in the new ones: for which t is it 0? Or: the "
            "direction of the largest spread is an eigenvector of the 2 × 2 table of second moments."
        ),
    ),
]
