"""The exercises of lesson 05b: saddle points."""

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

# ---- classify ----


def classify(hessian):
    """Tell what a critical point is from its Hessian."""
    eigenvalues = np.linalg.eigvalsh(hessian)
    up, down = np.any(eigenvalues > 1e-9), np.any(eigenvalues < -1e-9)
    level = np.any(np.abs(eigenvalues) <= 1e-9)
    if up and down:
        return "saddle"  # zeros do not matter: there is a way up and a way down
    if level:
        return "cannot tell"
    return "minimum" if up else "maximum"


def check_classify(answer):
    words = ("minimum", "maximum", "saddle", "cannot tell")
    turn = np.linalg.qr(np.random.default_rng(5).normal(size=(4, 4)))[0]

    def verdict(*eigenvalues):
        n = len(eigenvalues)
        q = turn if n == 4 else np.linalg.qr(turn[:n, :n])[0]
        matrix = q @ np.diag(np.array(eigenvalues, dtype=float)) @ q.T
        word = call(answer, (matrix + matrix.T) / 2)
        expect(isinstance(word, str) and word in words, f"It should return one of the four words, not {word!r}.")
        return word

    expect(verdict(1, 2) == "minimum", "Every eigenvalue of a minimum is positive.")
    expect(verdict(-1, -2) == "maximum", "If every eigenvalue is negative, every direction leads down from the point.")
    expect(verdict(1, -2) == "saddle", "One way up and one way down make a saddle.")
    expect(
        verdict(1, 1, -2, -3) == "saddle",
        "Two positive and two negative eigenvalues: their product, the determinant, is positive, and yet it is no "
        "minimum. Look at the signs one by one.",
    )
    expect(
        call(answer, np.array([[1.0, 3.0], [3.0, 1.0]])) == "saddle",
        "A matrix can have a positive diagonal and a negative eigenvalue. The diagonal tells only about the axes.",
    )
    expect(verdict(1, 2, 0) == "cannot tell", "With an eigenvalue 0, x² + y³ or x² + y⁴ look the same to the Hessian.")
    expect(verdict(0, 0) == "cannot tell", "The Hessian of the monkey saddle is zero. What can be told from it?")
    expect(verdict(0, -1, -2) == "cannot tell", "A zero among negative eigenvalues may hide a way up.")
    expect(
        verdict(1, -1, 0) == "saddle",
        "There is a way up and a way down here; the zero cannot change that any more.",
    )
    expect(
        verdict(1, 2, 1e-5) == "minimum",
        "An eigenvalue of 1e-5 is small, and not zero. Only what is within 1e-9 of zero counts as "
        "zero; float32 and a wider tolerance lose it.",
    )
    expect(
        verdict(1, 2, 1e-13) == "cannot tell",
        "A computed eigenvalue is hardly ever exactly 0. Take what is within 1e-9 of zero as zero.",
    )


# ---- escape_steps ----


def escape_steps(distance, rate):
    """Steps of gradient descent until |y| reaches 1, on x² - y²."""
    return int(np.ceil(np.log(1 / distance) / np.log(1 + 2 * rate)))


def check_escape_steps(answer):
    for distance, rate in ((1e-4, 0.01), (0.3, 0.1), (1e-9, 0.05), (0.02, 0.4), (0.9, 0.5), (0.25, 0.5)):
        y, count = distance, 0
        while y < 1:
            y, count = y * (1 + 2 * rate), count + 1
        result = expect_number(call(answer, distance, rate), f"the answer for distance {distance} and rate {rate}")
        exact = np.log(1 / distance) / np.log(1 + 2 * rate)
        if result == count:
            continue
        if np.isclose(result, exact) or result == count - 1:
            raise Wrong("Steps are whole: after how many of them has the distance *reached* 1? Round which way?")
        if result == count + 1 and exact == count:
            raise Wrong(f"After {count} steps the distance is exactly 1 here, and has reached it: one step too many.")
        if result < 0:
            raise Wrong("A number of steps is not negative, but log(distance) is: start from 1/distance.")
        if abs(result - np.log(1 / distance) / (2 * rate)) <= 1:
            raise Wrong("That is continuous time. A step multiplies by 1 + 2·rate, not by exp(2·rate).")
        if abs(result - np.log(1 / distance) / np.log(1 + rate)) <= 1:
            raise Wrong("The derivative of y² is not y: by what factor does one step multiply the distance?")
        if abs(result - np.log10(1 / distance) / np.log(1 + 2 * rate)) <= 1:
            raise Wrong("Two logarithms of different bases do not go together.")
        raise Wrong("By what factor does one step multiply y? How many such factors lead from the distance to 1?")


# ---- ways_down ----


def ways_down(strengths, decay, dead):
    """Each dead unit adds a way down for each strength above the decay."""
    return dead * int(np.sum(np.asarray(strengths) > decay))


def check_ways_down(answer):
    for strengths, decay, dead in (
        ([0.35, 0.2, 0.05], 0.1, 4),
        ([0.35, 0.2, 0.05], 0.01, 1),
        ([0.3, 0.2, 0.1, 0.0], 0.0, 8),
        ([0.35, 0.2, 0.07, 0.01], 0.1, 3),
        ([0.02, 0.01], 0.05, 6),
        ([0.35, 0.2, 0.05], 0.1, 0),
    ):
        result = expect_number(call(answer, np.array(strengths), decay, dead), "the number of ways down")
        above = sum(strength > decay for strength in strengths)
        if result == dead * above:
            continue
        if result == above:
            raise Wrong("That is one dead unit's share. How many dead units are there?")
        if result == 2 * dead * above:
            raise Wrong(
                "A pair has the curvatures decay + strength and decay - strength. How many of the two are negative?"
            )
        if result == dead * len(strengths):
            raise Wrong("A strength not above the decay gives no way down: decay - strength is not negative there.")
        if result == dead * (len(strengths) - above):
            raise Wrong("Those are the strengths that the decay outweighs. Which ones lead down?")
        halves = sum(strength > decay / 2 for strength in strengths)
        if result == dead * halves:
            raise Wrong("The curvature is decay - strength, with the whole decay and not half of it.")
        raise Wrong("For each dead unit and each strength: is decay - strength negative?")


# ---- split_unit ----


def split_unit(incoming, outgoing, unit, share):
    """Replace a hidden unit by two copies that share its outgoing weights."""
    incoming = np.column_stack([incoming, incoming[:, unit]])
    outgoing = np.vstack([outgoing, share * outgoing[unit]])
    outgoing[unit] *= 1 - share
    return incoming, outgoing


def check_split_unit(answer):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(6, 3))
    for unit, share in ((0, 0.25), (2, 0.5), (1, -0.5)):
        incoming, outgoing = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
        kept = incoming.copy(), outgoing.copy()
        result = answer(incoming, outgoing, unit, share)
        result = expect_parts(result, 2, "It should return two arrays.")
        wide = expect_array(result[0], (3, 5), "the new incoming")
        tall = expect_array(result[1], (5, 2), "the new outgoing")
        expect(
            np.array_equal(incoming, kept[0]) and np.array_equal(outgoing, kept[1]),
            "Your function changes its arguments. Work on copies.",
        )
        hidden, both = np.tanh(x @ incoming), np.tanh(x @ wide)
        if np.allclose(tall[4], 0) and np.allclose(wide[:, 4], 0):
            raise Wrong("That adds a dead unit. Here the new one should be a copy.")
        places = [np.insert(np.arange(4), place, unit) for place in (unit, unit + 1)]
        if unit < 3 and any(np.allclose(wide, incoming[:, place]) for place in places):
            raise Wrong("The copy stands beside the original. It should be the last unit.")
        if not np.allclose(wide[:, 4], incoming[:, unit]) or not np.allclose(wide[:, :4], incoming):
            raise Wrong("A copy computes what the original computes: its incoming weights are the same, undivided.")
        if np.allclose(tall[4], outgoing[unit]) and np.allclose(tall[unit], outgoing[unit]):
            raise Wrong("Now the unit counts twice. The two have to share the outgoing weights.")
        if not np.allclose(both @ tall, hidden @ outgoing):
            raise Wrong("The outputs of the network changed. What must the two outgoing weights add up to?")
        if np.allclose(tall[unit], share * outgoing[unit]) and not np.isclose(share, 0.5):
            raise Wrong("The outputs are right, but the copy should get `share`, and the original the rest.")
        expect_close(tall[4], share * outgoing[unit], "the copy's outgoing weights", hint="It gets `share` of them.")
        expect_close(
            tall[:4],
            np.where(np.arange(4)[:, None] == unit, 1 - share, 1) * outgoing,
            "the other outgoing weights",
            hint="Only the split unit's change.",
        )


EXERCISES = [
    Exercise(
        name="classify",
        kind="function",
        stub='''def classify(hessian):
    """Return "minimum", "maximum", "saddle" or "cannot tell".

    Eigenvalues within 1e-9 of zero count as zero.
    """
    ...''',
        solution=classify,
        check=check_classify,
        hint="np.linalg.eigvalsh gives the eigenvalues of a symmetric matrix. Which signs occur among them?",
    ),
    Exercise(
        name="escape_steps",
        kind="function",
        stub='''def escape_steps(distance, rate):
    """Return the number of steps as an int, for 0 < distance < 1 and rate > 0."""
    ...''',
        solution=escape_steps,
        check=check_escape_steps,
        hint="After n steps the distance has been multiplied n times by the same factor. Take logarithms.",
    ),
    Exercise(
        name="ways_down",
        kind="function",
        stub='''def ways_down(strengths, decay, dead):
    """Return how many negative curvatures `dead` dead units add; strengths is an array."""
    ...''',
        solution=ways_down,
        check=check_ways_down,
        hint="One dead unit: count the strengths that are greater than the decay. The others are the same again.",
    ),
    Exercise(
        name="split_unit",
        kind="function",
        stub='''def split_unit(incoming, outgoing, unit, share):
    """Return (incoming, outgoing) with one unit more, the last: the copy of `unit`.

    The copy gets `share` of the outgoing weights, the original the rest. The arguments are not
    changed; incoming is (inputs, units), outgoing is (units, outputs).
    """
    ...''',
        solution=split_unit,
        check=check_split_unit,
        hint="A unit's incoming weights are a column, its outgoing weights a row: np.column_stack and np.vstack.",
    ),
]
