"""The exercises of lesson 05: saddle points and optimizers."""

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
        if abs(result - np.log(1 / distance) / (2 * rate)) <= 1:
            raise Wrong("That is continuous time. A step multiplies by 1 + 2·rate, not by exp(2·rate).")
        if abs(result - np.log(1 / distance) / np.log(1 + rate)) <= 1:
            raise Wrong("The derivative of y² is not y: by what factor does one step multiply the distance?")
        if abs(result - np.log10(1 / distance) / np.log(1 + 2 * rate)) <= 1:
            raise Wrong("Two logarithms of different bases do not go together.")
        raise Wrong("By what factor does one step multiply y? How many such factors lead from the distance to 1?")


# ---- critical_rate ----


def critical_rate(A):
    """The largest rate at which gradient descent on p·Ap/2 converges: 2 / (largest eigenvalue).

    Proof. The gradient is Ap, so a step maps p to (I - rate·A) p. Write p in the eigenvectors of A: the part along
    the eigenvector of eigenvalue a is multiplied by 1 - rate·a in each step, and is untouched by the others.
    It goes to zero if and only if |1 - rate·a| < 1, that is 0 < rate·a < 2, that is rate < 2/a.
    All parts go to zero if and only if this holds for the largest a.
    """
    return 2 / np.linalg.eigvalsh(A).max()


def check_critical_rate(answer):
    rng = np.random.default_rng(0)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    for eigenvalues in ((1.0, 4.0, 10.0), (0.5, 0.7, 3.0), (2.0, 2.5, 40.0)):
        A = turn @ np.diag(eigenvalues) @ turn.T
        rate = expect_number(call(answer, A), "the rate")
        expect(rate > 0, "A learning rate is positive.")
        if np.isclose(rate, 1 / max(eigenvalues)):
            raise Wrong(
                "That rate lands in the bottom along the steepest direction in one step. "
                "A larger one jumps across, and may still converge: how far may it jump?"
            )
        if np.isclose(rate, 2 / min(eigenvalues)):
            raise Wrong("Try your rate: the steepest direction is thrown out. Which eigenvalue sets the bound?")
        if np.isclose(rate, 2 / np.diag(A).max()):
            raise Wrong("The diagonal is the curvature along the axes. The valley may be turned.")
        if np.isclose(rate, 2 / (max(eigenvalues) + min(eigenvalues))):
            raise Wrong("That is the rate at which it converges fastest, not the one at which it stops converging.")
        stays = np.linalg.norm(np.linalg.matrix_power(np.eye(3) - 0.999 * rate * A, 4000)) < 1
        leaves = np.linalg.norm(np.linalg.matrix_power(np.eye(3) - 1.001 * rate * A, 4000)) > 1
        expect(stays, "With a rate just below yours, gradient descent still diverges.")
        expect(leaves, "With a rate just above yours, gradient descent still converges.")


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


# ---- adamw_step ----


def adamw_step(x, gradient, mean, square, step, rate, decay, beta_1, beta_2, epsilon):
    """One step of AdamW, as in Keras: first the decay, on the weights themselves, then Adam."""
    x = x - rate * decay * x
    mean = beta_1 * mean + (1 - beta_1) * gradient
    square = beta_2 * square + (1 - beta_2) * gradient**2
    correction = np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    return x - rate * correction * mean / (np.sqrt(square) + epsilon), mean, square


def check_adamw_step(answer):
    import keras

    rng = np.random.default_rng(2)
    settings = {"rate": 1 / 64, "decay": 0.25, "beta_1": 0.875, "beta_2": 1 - 1 / 256, "epsilon": 1 / 1024}
    gradients = rng.normal(size=(50, 4)) * np.array([1e-5, 1e-2, 1.0, 10.0])

    def follow(one_step, **changed):
        x, mean, square = np.array([1.0, -2.0, 0.5, 3.0]), np.zeros(4), np.zeros(4)
        for number, gradient in enumerate(gradients, start=1):
            arguments = (x.copy(), gradient.copy(), mean.copy(), square.copy(), number, *(settings | changed).values())
            result = one_step(*arguments)
            result = expect_parts(result, 3, "It should return three arrays: x, mean and square.")
            names = ("x", "mean", "square")
            x, mean, square = (expect_array(part, (4,), name) for part, name in zip(result, names, strict=True))
        return x

    ours = follow(answer)
    exact = 1e-5 if ours.dtype == np.float32 else 1e-6
    variable = keras.Variable(np.array([1.0, -2.0, 0.5, 3.0]), dtype="float64")
    optimizer = keras.optimizers.AdamW(
        settings["rate"],
        weight_decay=settings["decay"],
        beta_1=settings["beta_1"],
        beta_2=settings["beta_2"],
        epsilon=settings["epsilon"],
    )
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient, dtype="float64")], [variable])
    if np.allclose(ours, keras.ops.convert_to_numpy(variable), rtol=0, atol=exact):
        return
    for variant, text in _ADAMW_SLIPS:
        if np.allclose(ours, follow(variant), rtol=0, atol=exact):
            raise Wrong(text)
    if np.allclose(follow(answer, decay=0.0), follow(adamw_step, decay=0.0), rtol=0, atol=exact):
        raise Wrong("With decay = 0 it is Adam, as it should be. What does the decay do to the weights, and when?")
    raise Wrong("After 50 steps it is not where Keras's AdamW is, and with decay = 0 not where Adam is.")


def _slip(
    l2=False,
    rate_in_decay=True,
    correct=True,
    inside=False,
    no_decay=False,
    swapped=False,
    paper=False,
    decay_last=False,
    hands_on=False,
):
    """AdamW with a slip."""

    def step(x, gradient, mean, square, step, rate, decay, beta_1, beta_2, epsilon):
        if swapped:
            beta_1, beta_2 = beta_2, beta_1
        if l2:
            gradient = gradient + decay * x
        elif not no_decay and not decay_last:
            x = x - (rate if rate_in_decay else 1.0) * decay * x
        mean = beta_1 * mean + (1 - beta_1) * gradient
        square = beta_2 * square + (1 - beta_2) * gradient**2
        correction = np.sqrt(1 - beta_2**step) / (1 - beta_1**step) if correct else 1.0
        size = np.sqrt(square + epsilon) if inside else np.sqrt(square) + epsilon
        if paper:
            correction, size = 1 / (1 - beta_1**step), np.sqrt(square / (1 - beta_2**step)) + epsilon
        x = x - rate * correction * mean / size
        if decay_last:
            x = x - rate * decay * x
        if hands_on:
            mean, square = mean / (1 - beta_1**step), square / (1 - beta_2**step)
        return x, mean, square

    return step


_ADAMW_SLIPS = [
    (_slip(l2=True), "That is Adam with the decay inside the gradient, the very thing that AdamW changes."),
    (_slip(rate_in_decay=False), "The decay is far too strong: it also scales with the learning rate."),
    (_slip(correct=False), "The bias correction is missing."),
    (_slip(inside=True), "Where does Adam's epsilon stand: inside the root or outside?"),
    (_slip(no_decay=True), "That is Adam. Where do the weights decay?"),
    (_slip(paper=True), "That is the paper's form: epsilon after the correction. Where does Keras add it?"),
    (_slip(decay_last=True), "The decay comes too late: it should act on the weights before the step."),
    (
        _slip(hands_on=True),
        "mean and square go on to the next step as they are. Correct only what the step uses.",
    ),
    (_slip(swapped=True), "Which beta belongs to the mean, and which to the square?"),
]


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
        name="critical_rate",
        kind="function",
        stub='''def critical_rate(A):
    """Return the rate below which gradient descent always converges, and above which not."""
    ...''',
        solution=critical_rate,
        check=check_critical_rate,
        hint="Along an eigenvector with eigenvalue a, a step multiplies p by 1 - rate·a. When does that grow?",
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
    Exercise(
        name="adamw_step",
        kind="function",
        stub='''def adamw_step(x, gradient, mean, square, step, rate, decay, beta_1, beta_2, epsilon):
    """Return (x, mean, square) after step number `step`, counted from 1."""
    ...''',
        solution=adamw_step,
        check=check_adamw_step,
        hint="Start from the Adam of this lesson. Before its step, shrink x itself, by rate times decay of its value.",
        time_limit=20.0,
    ),
]
