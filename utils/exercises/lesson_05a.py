"""The exercises of lesson 05a: descent and its optimizers."""

import inspect

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

# ---- descend ----


def descend(slope, x, rate, steps):
    """Walk against the slope, and keep every place."""
    places = [x]
    for _ in range(steps):
        places.append(places[-1] - rate * slope(places[-1]))
    return places


def check_descend(answer):
    for slope, x, rate, steps in (
        (lambda x: 2 * x, 1.0, 0.1, 3),
        (np.sin, 2.0, 0.5, 6),
        (lambda x: 3 * x - 1, 4, 0.25, 0),
    ):
        result = _listed(call(answer, slope, x, rate, steps))
        expected = descend(slope, x, rate, steps)
        places = expect_array(result, None, "the list of places")
        expect(
            places.ndim == 1, "It should return a list of numbers, one for each place, and not the last place alone."
        )
        if len(places) == steps:
            raise Wrong("The place where the walk begins is one of the places: with it there are steps + 1.")
        expect(len(places) == steps + 1, f"{steps} steps visit {steps + 1} places, but there are {len(places)}.")
        if np.allclose(places, expected):
            continue
        if np.allclose(places, _climb(slope, x, rate, steps)):
            raise Wrong("It walks uphill: the slope points to where the ground rises. Go against it.")
        if np.allclose(places, descend(slope, x, 1.0, steps)):
            raise Wrong("The rate is missing: a step is the rate times the slope.")
        first_step = rate * slope(x)
        if steps and np.allclose(np.abs(np.diff(places)), abs(first_step)):
            raise Wrong("All steps are the same. Ask for the slope anew at every place.")
        expect_close(
            places,
            expected,
            "the list of places",
            hint="A step is rate times the slope *at the place where it begins*.",
        )


def _listed(result):
    """What a generator yields, as a list, so that an answer with `yield` counts; anything else as it is."""
    return list(result) if inspect.isgenerator(result) else result


def _climb(slope, x, rate, steps):
    return descend(lambda place: -slope(place), x, rate, steps)


# ---- largest_rate ----


def largest_rate(curvature):
    """Halve an interval of rates: below the bound the walk stays, above it diverges. (The answer is 2 / curvature.)"""
    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        stays = abs(descend(lambda x: curvature * x, 1.0, middle, 20)[-1]) <= 1
        low, high = (middle, high) if stays else (low, middle)
    return low


def check_largest_rate(answer):
    for curvature in (0.5, 2, 3.7, 40, 100):
        rate = expect_number(call(answer, curvature), f"the rate for curvature {curvature}")
        expect(rate > 0, "A learning rate is positive.")
        if abs(rate * curvature - 2) < 0.01:
            continue
        if abs(rate * curvature - 1) < 0.01:
            raise Wrong("That rate lands on the bottom in one step. A larger one jumps across: how far may it jump?")
        if abs(rate - curvature) < 0.01 * curvature or abs(rate / curvature - 0.5) < 0.01:
            raise Wrong("Try it on a steeper parabola: does it bear a larger rate, or a smaller one?")
        end = descend(lambda x, c=curvature: c * x, 1.0, rate, 50)[-1]
        expect(abs(end) > 1, f"At curvature {curvature}, a rate a little larger than yours does not diverge either.")
        raise Wrong(f"At curvature {curvature}, your rate diverges already: look at what descend returns for it.")


# ---- next_velocity ----


def next_velocity(velocity, gradient, rate, momentum):
    """Keep a share of the velocity, and add the step of plain descent."""
    return momentum * velocity - rate * gradient


def check_next_velocity(answer):
    velocity, gradient = np.array([1.0, -2.0, 0.5]), np.array([0.25, 3.0, -4.0])
    for rate, momentum in ((0.2, 0.9), (0.5, 0.25), (0.02, 0.0)):
        result = expect_array(call(answer, velocity, gradient, rate, momentum), (3,), "the velocity")
        if np.allclose(result, momentum * velocity - rate * gradient):
            continue
        if np.allclose(result, momentum * velocity + rate * gradient):
            raise Wrong("It speeds up uphill. Which sign has the gradient?")
        if np.allclose(result, -rate * gradient):
            raise Wrong("That is plain descent: the old velocity is forgotten.")
        if np.allclose(result, momentum * velocity - gradient):
            raise Wrong("The gradient comes in with the rate as its factor.")
        if np.allclose(result, momentum * velocity - (1 - momentum) * rate * gradient):
            raise Wrong("That is a running mean. Polyak's velocity adds the whole step; nothing is taken off it.")
        if np.allclose(result, momentum * (velocity - rate * gradient)):
            raise Wrong("Only the old velocity is shortened; the new step comes in whole.")
        if np.allclose(result, momentum * velocity + gradient):
            raise Wrong("That is the buffer of PyTorch's SGD. Here the rate and the sign are part of the velocity.")
        if np.allclose(result, momentum * velocity - (1 - momentum) * gradient):
            raise Wrong("That is a running mean, and without the rate. Polyak's velocity adds the whole step.")
        if np.allclose(result, rate * velocity - momentum * gradient):
            raise Wrong("Rate and momentum are exchanged: momentum belongs to the old velocity.")
        if np.allclose(result, velocity - rate * gradient):
            raise Wrong("Of the old velocity nothing is lost: where is momentum?")
        raise Wrong("A share of the old velocity, and the step that plain descent would take: no more than that.")


# ---- rms_step ----


def rms_step(gradient, square, rate, rho, epsilon):
    """Update the running mean of squares, and divide the gradient by its root."""
    square = rho * square + (1 - rho) * gradient**2
    return rate * gradient / np.sqrt(square + epsilon), square


def check_rms_step(answer):
    gradient, square = np.array([0.5, -2.0, 1e-3]), np.array([0.1, 1.0, 1e-5])
    for rate, rho, epsilon in ((0.1, 0.9, 1e-2), (0.5, 0.25, 1e-4)):
        result = call(answer, gradient, square, rate, rho, epsilon)
        result = expect_parts(_listed(result), 2, "It should return two arrays: (move, square).")
        move, mean = (expect_array(part, (3,), what) for part, what in zip(result, ("move", "square"), strict=True))
        expected_move, expected_mean = rms_step(gradient, square, rate, rho, epsilon)
        if np.allclose(move, expected_mean) and np.allclose(mean, expected_move):
            raise Wrong("The move comes first, then the new mean of squares.")
        if np.allclose(mean, (1 - rho) * square + rho * gradient**2):
            raise Wrong("The old mean keeps the share rho, and the new square gets the rest.")
        if np.allclose(mean, rho * square + (1 - rho) * gradient):
            raise Wrong("It is a mean of *squares*: square the gradient before it comes in.")
        expect_close(mean, expected_mean, "square", 1e-6, "A share rho of the old one, 1 - rho of the new square.")
        if np.allclose(move, -expected_move):
            raise Wrong("The move is subtracted from the parameters: it has the sign of the gradient.")
        if np.allclose(move, rate * gradient / np.sqrt(square + epsilon)):
            raise Wrong("The move is made with the *new* mean of squares.")
        if np.allclose(move, rate * gradient / (np.sqrt(mean) + epsilon)):
            raise Wrong("Here epsilon stands under the root.")
        if np.allclose(move, rate * gradient / np.sqrt(mean)):
            raise Wrong("Epsilon is missing: it stands under the root, with the mean of squares.")
        if np.allclose(move, gradient / np.sqrt(mean + epsilon)):
            raise Wrong("The rate is missing.")
        if np.allclose(move, rate * gradient / (mean + epsilon)):
            raise Wrong("Divide by the *root* of the mean of squares.")
        expect_close(move, expected_move, "move", 1e-6, "Rate times gradient, over a root.")


# ---- adam_move ----


def adam_move(mean, square, steps, rate, beta_1, beta_2):
    """Correct both means for having started at zero, and divide."""
    return rate * (mean / (1 - beta_1**steps)) / np.sqrt(square / (1 - beta_2**steps))


def check_adam_move(answer):
    mean, square = np.array([0.5, -0.2, 0.01]), np.array([0.4, 0.09, 0.04])
    for steps, rate, beta_1, beta_2 in ((1, 0.3, 0.9, 0.999), (7, 0.02, 0.75, 0.875), (300, 0.1, 0.9, 0.99)):
        arguments = (mean, square, steps, rate, beta_1, beta_2)
        move = expect_array(call(answer, *arguments), (3,), "the move")
        expected = adam_move(*arguments)

        def is_close(other, move=move):
            return np.allclose(move, other, rtol=1e-4, atol=0)

        if is_close(expected):
            continue
        if is_close(-expected):
            raise Wrong("The move is subtracted from the parameters: it has the sign of the mean.")
        if is_close(rate * mean / np.sqrt(square)):
            raise Wrong("The bias correction is missing.")
        if is_close(rate * mean / np.sqrt(square / (1 - beta_2**steps))):
            raise Wrong("Both means started at zero: the mean of the gradients needs its correction as well.")
        if is_close(rate * mean / (1 - beta_1**steps) / np.sqrt(square)):
            raise Wrong("Both means started at zero: the mean of squares needs its correction as well.")
        if is_close(rate * mean / (1 - beta_1) / np.sqrt(square / (1 - beta_2))):
            raise Wrong("After t steps the weights of a running mean add up to 1 - beta**t, and not to 1 - beta.")
        if is_close(rate * mean / (1 - beta_1**steps) / (square / (1 - beta_2**steps))):
            raise Wrong("Divide by the *root* of the mean of squares.")
        if is_close(rate * mean / (1 - beta_2**steps) / np.sqrt(square / (1 - beta_1**steps))):
            raise Wrong("Which beta belongs to the mean, and which to the square?")
        if is_close(expected / rate):
            raise Wrong("The rate is missing.")
        if is_close(rate * mean / (1 - beta_1**steps) / np.sqrt(square) / (1 - beta_2**steps)):
            raise Wrong("Correct the mean of squares first, and take the root of the corrected one.")
        if is_close(rate * mean * (1 - beta_1**steps) / np.sqrt(square * (1 - beta_2**steps))):
            raise Wrong("Both means are too small at first. To divide by the sum of the weights makes them larger.")
        if steps > 1 and is_close(rate * mean / (1 - beta_1 * steps) / np.sqrt(np.abs(square / (1 - beta_2 * steps)))):
            raise Wrong("A share is kept in each of t steps: beta to the power of t, and not beta times t.")
        expect_close(
            move,
            expected,
            "the move",
            1e-6,
            "Divide each mean by the sum of its weights, then the first by the root of the second.",
        )


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
        rate = call(answer, A)
        if np.iscomplexobj(rate) and np.ndim(rate) == 0 and rate.imag == 0:  # np.linalg.eigvals says so
            rate = rate.real
        rate = expect_number(rate, "the rate")
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
        if np.isclose(rate, 2 / sum(eigenvalues)):
            raise Wrong("The trace gives a bound, and a safe one, but not the sharp one.")
        stays = np.linalg.norm(np.linalg.matrix_power(np.eye(3) - 0.99 * rate * A, 400)) < 1
        leaves = np.linalg.norm(np.linalg.matrix_power(np.eye(3) - 1.01 * rate * A, 400)) > 1
        expect(stays, "With a rate just below yours, gradient descent still diverges.")
        expect(leaves, "With a rate just above yours, gradient descent still converges.")


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
        name="descend",
        kind="function",
        stub='''def descend(slope, x, rate, steps):
    """Return the list of the places visited, x first. slope(x) is the derivative at x."""
    ...''',
        solution=descend,
        check=check_descend,
        hint="Begin with [x]. In a loop, append the last place minus rate times the slope there.",
    ),
    Exercise(
        name="largest_rate",
        kind="function",
        stub='''def largest_rate(curvature):
    """Return the largest rate at which curvature · x² / 2 does not diverge, to three digits."""
    ...''',
        solution=largest_rate,
        check=check_largest_rate,
        hint="Is the last of twenty places farther from 0 than the first? Halve an interval of rates again and again.",
    ),
    Exercise(
        name="next_velocity",
        kind="function",
        stub='''def next_velocity(velocity, gradient, rate, momentum):
    """Return the velocity after this gradient; the parameters will then be moved by it."""
    ...''',
        solution=next_velocity,
        check=check_next_velocity,
        hint="Two terms: what is kept of the old velocity, and what plain descent would do.",
    ),
    Exercise(
        name="rms_step",
        kind="function",
        stub='''def rms_step(gradient, square, rate, rho, epsilon):
    """Return (move, square): what to subtract from the parameters, and the new mean of squares.

    The new mean of squares comes first, and the move is made with it.
    """
    ...''',
        solution=rms_step,
        check=check_rms_step,
        hint="First line: the running mean of gradient**2. Second line: rate * gradient over a root.",
    ),
    Exercise(
        name="adam_move",
        kind="function",
        stub='''def adam_move(mean, square, steps, rate, beta_1, beta_2):
    """Return what to subtract from the parameters; epsilon may be left out.

    mean and square are the running means after `steps` steps, not corrected yet.
    """
    ...''',
        solution=adam_move,
        check=check_adam_move,
        hint="Divide each mean by 1 - beta**steps, with its own beta. The rest is as in RMSProp.",
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
