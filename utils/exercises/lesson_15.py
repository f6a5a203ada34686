"""The exercises of lesson 15, autoencoders."""

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

# ---- An alarm that may be wrong so often ----


def alarm_threshold(scores, share):
    """The smallest of the normal scores above which at most `share` of them lie. An alarm is a score above it."""
    ordered = np.sort(scores)
    allowed = int(np.floor(share * len(ordered) + 1e-9))
    return ordered[len(ordered) - 1 - min(allowed, len(ordered) - 1)]


def check_alarm_threshold(answer):
    scores = np.roll(np.arange(1.0, 21.0), 7)

    def threshold(values, share):
        return expect_number(call(answer, np.array(values, float), share), f"the threshold for share {share}")

    result = threshold(scores, 0.1)
    expect(result != 2 and result != 3, "High scores are alarms. Yours lets nearly every normal one raise an alarm.")
    expect(
        result != scores[-3] or result == 18, "The scores come in any order: which is the largest, the second largest?"
    )
    expect(result in scores, "The threshold is one of the scores. No need to interpolate between two of them.")
    expect(result != 19, "With 20 scores and share 0.1, two may lie above the threshold. Above yours lies one.")
    expect(result != 17, "With 20 scores and share 0.1, two may lie above the threshold. Above yours lie three.")
    expect(result == 18, "Take the scores 1 to 20 and share 0.1: how many may lie above, and which is the next?")
    expect(threshold(scores, 0.0) == 20, "With share 0 no normal score may raise an alarm.")
    expect(threshold(scores, 0.13) == 18, "At most that share: 0.13 of 20 is 2.6, and 3 would be too many.")
    expect(threshold([5.0, 1.0, 3.0], 1.0) == 1, "With share 1 every score may lie above; return the smallest score.")
    ties = [5.0, 1.0, 1.0, 5.0, 1.0, 9.0, 1.0, 1.0, 5.0, 1.0]
    expect(
        threshold(ties, 0.3) == 5,
        "Of ten scores, six are 1, three are 5 and one is 9: three may lie above the threshold. Equal scores count "
        "each for itself.",
    )
    for share in (0.05, 0.3, 0.75):
        expect(threshold(scores, share) == alarm_threshold(scores, share), f"It is not right for share {share}.")


# ---- The smallest code ----


def smallest_code(x, share):
    """How many numbers PCA needs so that its error is at most `share` of the mean picture's error."""
    sizes = np.linalg.svd(x - x.mean(axis=0), compute_uv=False)
    left = np.concatenate([[np.sum(sizes**2)], np.sum(sizes**2) - np.cumsum(sizes**2)])
    return int(np.argmax(left <= share * left[0] + 1e-12 * left[0]))


def check_smallest_code(answer):
    rng = np.random.default_rng(15)
    turn = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    plain = np.kron(np.diag([8.0, 4.0, 2.0, 1.0, 1.0, 1.0]), [[1.0], [-1.0]]) @ turn  # shares 64 16 4 1 1 1 of 87
    x = plain + 50 * rng.normal(size=6)

    def size(share, pictures=x):
        return expect_number(call(answer, pictures, share), f"the size for share {share}")

    expect(
        size(0.1, plain) == size(0.1),
        "Adding the same picture to all of them should change nothing. What has to be subtracted first?",
    )
    expect(
        size(0.3) != 2 or size(0.1) != 3,
        "One number less would do as well. With how many numbers does what you count from begin: 0 or 1?",
    )
    expect(
        size(0.3) != 2,
        "The sizes of the singular value decomposition are standard deviations, up to a factor. An error is squared.",
    )
    expect(size(0.3) != 0, "That counts from 0: with the first direction alone, the code has one number.")
    expect(size(0.3) == 1, "The first direction alone leaves 23/87 of the error, and that is below 0.3.")
    expect(size(0.1) != 1, "Is `share` the share that may be lost, or the share that is kept?")
    expect(size(0.1) == 2, "Two directions leave 7/87, which is below 0.1.")
    all_of_it = 1 + 1e-9  # the whole error may be added up in another order
    expect(size(all_of_it) == 0, "With share 1 the mean picture will do: a code of 0 numbers.")
    for share in (0.9, 0.03, 0.02, 0.005):
        expect(size(share) == smallest_code(x, share), f"It is not right for share {share}.")


# ---- How far apart are two normal distributions? ----


def gaussian_divergence(mean_a, variance_a, mean_b, variance_b):
    """KL(a ‖ b) of normal distributions with independent coordinates, summed over the last axis."""
    ratio = variance_a / variance_b
    return 0.5 * np.sum((mean_a - mean_b) ** 2 / variance_b + ratio - np.log(ratio) - 1, axis=-1)


def check_gaussian_divergence(answer):
    rng = np.random.default_rng(15)
    means, variances = rng.normal(size=(2, 4, 3)), rng.uniform(0.2, 3, (2, 4, 3))
    a, b = (means[0], variances[0]), (means[1], variances[1])
    right = gaussian_divergence(*a, *b)
    same = expect_array(call(answer, *a, *a), None, "the divergence of a from itself")
    expect(np.allclose(same, 0, atol=1e-9), "The divergence of a distribution from itself is 0.")
    result = expect_array(call(answer, *a, *b), None)
    expect(
        result.shape != (4, 3),
        "One number for each row: the divergences of independent coordinates add up over the last axis.",
    )
    result = expect_array(result, (4,))
    expect(
        not np.allclose(result, gaussian_divergence(*b, *a)),
        "That is the divergence of b from a. It is not symmetric.",
    )
    from_prior = gaussian_divergence(*a, 0.0, 1.0)
    expect(not np.allclose(result, from_prior), "b is not the standard normal distribution here.")
    expect(not np.allclose(result, 2 * right), "Everything is there, and a factor besides. Look at the lesson's form.")
    expect(not np.allclose(result, right / 3), "The divergences of independent coordinates add up: a sum, no mean.")
    without_log = right + 0.5 * np.sum(np.log(variances[0] / variances[1]), axis=-1)
    expect(not np.allclose(result, without_log), "The lesson's form has a logarithm. What becomes of it here?")
    wrong_scale = 0.5 * np.sum(
        (means[0] - means[1]) ** 2 + variances[0] / variances[1] - np.log(variances[0] / variances[1]) - 1, axis=-1
    )
    expect(not np.allclose(result, wrong_scale), "How far apart two means are counts in units of b's spread.")
    expect_close(result, right, hint="Shift and scale both until b is the standard normal one, and use the lesson's.")


# ---- Contraction with tanh ----


def tanh_contraction(x, W, b):
    """The squared derivatives of tanh(x @ W + b) for x, summed over units and pixels, averaged over the rows."""
    slope = 1 - np.tanh(x @ W + b) ** 2
    return np.mean(np.sum(slope**2 * np.sum(W**2, axis=0), axis=1))


def check_tanh_contraction(answer):
    rng = np.random.default_rng(15)
    x, W, b = rng.normal(size=(6, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)
    flat = expect_number(call(answer, np.zeros((6, 4)), W, np.zeros(3)), "the penalty at x = 0, b = 0")
    expect(
        not np.isclose(flat, np.sum(W**2) / 16),
        "At 0 the sigmoid has slope 1/4, and this is tanh. What is its slope, written by its value?",
    )
    expect(
        not np.isclose(flat, 6 * np.sum(W**2)), "The rows are to be averaged, so that the penalty goes with the loss."
    )
    expect(not np.isclose(flat, 0.1 * np.sum(W**2)), "The sum itself is asked for; its price of 0.1 comes later.")
    expect(not np.isclose(flat, np.sum(W**2) / 3), "Sum over the units; only the rows are averaged.")
    expect(
        np.isclose(flat, np.sum(W**2)),
        "Begin with x = 0 and b = 0: tanh has slope 1 there, and the derivatives are the weights themselves.",
    )
    result = expect_number(call(answer, x, W, b), "the penalty")
    h = np.tanh(x @ W + b)
    lengths = np.sum(W**2, axis=0)
    for wrong, hint in (
        (np.mean(np.sum((h * (1 - h)) ** 2 * lengths, axis=1)), "h·(1−h) is the slope of the sigmoid."),
        (np.mean(np.sum((1 - h**2) * lengths, axis=1)), "Slope times weight is the derivative; all of it is squared."),
        (tanh_contraction(x, W, 0 * b), "The bias moves each unit to where its slope is another one."),
        (np.sum(lengths), "That is the slope at 0 for every row. A unit far from 0 hardly moves."),
    ):
        expect(not np.isclose(result, wrong), hint)
    expect_close(result, tanh_contraction(x, W, b), "the penalty", hint="Compare with differences for one row.")


# ---- Codes that only add ----


def nonnegative_code(x, D, price, steps):
    """ISTA for ½‖x − a·D‖² + price·Σa over all a ≥ 0."""
    curvature = np.linalg.norm(D @ D.T, 2)
    a = np.zeros((len(x), len(D)))
    for _ in range(steps):
        a = np.maximum(a - ((a @ D - x) @ D.T + price) / curvature, 0)
    return a


def check_nonnegative_code(answer):
    rng = np.random.default_rng(15)
    D = rng.normal(size=(5, 8))
    D /= np.linalg.norm(D, axis=1, keepdims=True)
    x = np.concatenate([rng.uniform(0, 2, (3, 5)) @ D, rng.normal(size=(3, 8))])
    right = nonnegative_code(x, D, 0.3, 2000)
    result = expect_array(call(answer, x, D, 0.3, 2000), (6, 5), "the code")
    expect(np.all(result >= 0), "Some numbers of the code are negative.")
    clipped = np.maximum(_two_sided(x, D, 0.3), 0)
    expect(
        not np.allclose(result, clipped, atol=1e-4) or np.allclose(clipped, right, atol=1e-4),
        "Cutting off the negative numbers at the end is not the minimum: the others must adapt. Cut in every step.",
    )
    free = nonnegative_code(x, D, 0.0, 2000)
    expect(not np.allclose(result, free, atol=1e-4), "The price is missing: how far is each number pulled in a step?")
    unscaled = nonnegative_code(x, D, 0.3 * np.linalg.norm(D @ D.T, 2), 2000)
    expect(
        not np.allclose(result, unscaled, atol=1e-4),
        "The pull is as long as the gradient step is: the price is divided by the curvature, too.",
    )
    if not np.allclose(result, right, atol=1e-4):
        raise Wrong("It is not the minimum. Write the gradient of the whole loss for a ≥ 0, and cut at 0.")
    few = expect_array(call(answer, x, D, 0.3, 3), (6, 5), "the code after 3 steps")
    expect_close(
        few,
        nonnegative_code(x, D, 0.3, 3),
        "the code after 3 steps",
        hint="Start from zeros, no momentum, the lesson's step.",
    )


def _two_sided(x, D, price):
    curvature, a = np.linalg.norm(D @ D.T, 2), np.zeros((len(x), len(D)))
    for _ in range(2000):
        step = a - (a @ D - x) @ D.T / curvature
        a = np.sign(step) * np.maximum(np.abs(step) - price / curvature, 0)
    return a


# ---- The gradients of tied weights, biases included ----


def tied_gradients(x, W, b, c):
    """Gradients for W, b and c of the squared error of z = tanh(x @ W + b) @ W.T + c, averaged over the rows."""
    code = np.tanh(x @ W + b)
    wrong = 2 * (code @ W.T + c - x) / len(x)
    back = (wrong @ W) * (1 - code**2)
    return x.T @ back + wrong.T @ code, back.sum(axis=0), wrong.sum(axis=0)


def check_tied_gradients(answer):
    rng = np.random.default_rng(15)
    x, W, b, c = rng.normal(size=(7, 5)), rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=5)
    result = call(answer, x, W, b, c)
    result = expect_parts(result, 3, "Return three gradients: for W, for b and for c.")
    for_W, for_b, for_c = tied_gradients(x, W, b, c)
    mine_c = expect_array(result[2], (5,), "the gradient for c")
    expect(not np.allclose(mine_c, 7 * for_c), "The gradient for c: the loss is averaged over the rows.")
    expect(not np.allclose(mine_c, for_c / 2), "The gradient for c: a square has a 2 in its derivative.")
    expect_close(mine_c, for_c, "the gradient for c", hint="c is added to every row of z: sum over the rows.")
    mine_b = expect_array(result[1], (3,), "the gradient for b")
    code = np.tanh(x @ W + b)
    wrong = 2 * (code @ W.T + c - x) / len(x)
    expect(
        not np.allclose(mine_b, (wrong @ W).sum(axis=0)),
        "The gradient for b: the error passes through tanh on its way back. What is the slope there?",
    )
    expect_close(mine_b, for_b, "the gradient for b", hint="Carry the error back through W.T, then through tanh.")
    mine_W = expect_array(result[0], (5, 3), "the gradient for W")
    encoder = x.T @ ((wrong @ W) * (1 - code**2))
    expect(not np.allclose(mine_W, encoder), "The gradient for W: that is its job as an encoder. It has another one.")
    expect(not np.allclose(mine_W, for_W - encoder), "The gradient for W: that is its job as a decoder, and only that.")
    expect_close(
        mine_W, for_W, "the gradient for W", hint="Two jobs, two gradients, one of them turned over; add them."
    )


EXERCISES = [
    Exercise(
        name="alarm_threshold",
        kind="function",
        title="An alarm that may be wrong so often (10 minutes)",
        stub=(
            "def alarm_threshold(scores, share):\n"
            '    """The smallest of the normal scores above which at most `share` of them lie."""\n'
            "    ..."
        ),
        solution=alarm_threshold,
        check=check_alarm_threshold,
        hint="Sort. How many may lie above? Then count from the end.",
    ),
    Exercise(
        name="smallest_code",
        kind="function",
        title="The smallest code (20 minutes)",
        stub=(
            "def smallest_code(x, share):\n"
            '    """How many numbers PCA needs: error at most `share` of the mean picture\'s error."""\n'
            "    ..."
        ),
        solution=smallest_code,
        check=check_smallest_code,
        hint="The squares of the singular values of the centered pictures add up to the whole error.",
    ),
    Exercise(
        name="gaussian_divergence",
        kind="function",
        title="How far apart are two normal distributions? (20 minutes)",
        stub=(
            "def gaussian_divergence(mean_a, variance_a, mean_b, variance_b):\n"
            '    """KL(a ‖ b), coordinates independent, summed over the last axis; all are (rows, size)."""\n'
            "    ..."
        ),
        solution=gaussian_divergence,
        check=check_gaussian_divergence,
        hint="Shifting and scaling both distributions alike changes nothing. Make b the standard normal one.",
    ),
    Exercise(
        name="tanh_contraction",
        kind="function",
        title="Contraction with tanh (20 minutes)",
        stub=(
            "def tanh_contraction(x, W, b):\n"
            '    """Squared derivatives of tanh(x @ W + b) for x, summed, averaged over the rows."""\n'
            "    ..."
        ),
        solution=tanh_contraction,
        check=check_tanh_contraction,
        hint="In the lesson's formula one factor belongs to the sigmoid. Which one, and what is it for tanh?",
    ),
    Exercise(
        name="nonnegative_code",
        kind="function",
        title="Strokes that only add (30 minutes)",
        stub=(
            "def nonnegative_code(x, D, price, steps):\n"
            '    """ISTA from zeros for ½‖x − a·D‖² + price·Σa over all a ≥ 0; x: (rows, pixels)."""\n'
            "    ..."
        ),
        solution=nonnegative_code,
        check=check_nonnegative_code,
        hint="For a ≥ 0 the price is linear, a part of the gradient; what is left of the pull is the cut at 0.",
    ),
    Exercise(
        name="tied_gradients",
        kind="function",
        title="Tied weights with all that learns (40 minutes)",
        stub=(
            "def tied_gradients(x, W, b, c):\n"
            '    """Gradients for W, b, c: z = tanh(x @ W + b) @ W.T + c, error averaged over rows."""\n'
            "    ..."
        ),
        solution=tied_gradients,
        check=check_tied_gradients,
        hint="First pretend that the decoder has a matrix V of its own. Then put V = W.T, and mind which way it lies.",
    ),
]
