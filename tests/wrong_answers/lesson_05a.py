"""Typical wrong answers to the exercises of lesson 05a, each with a fragment of the hint it must get."""

import numpy as np

from utils.exercises import lesson_05a


def _rms_uphill(*arguments):
    move, square = lesson_05a.rms_step(*arguments)
    return -move, square


def _rms_outside(gradient, square, rate, rho, epsilon):
    square = rho * square + (1 - rho) * gradient**2
    return rate * gradient / (np.sqrt(square) + epsilon), square


def _rms_without_root(gradient, square, rate, rho, epsilon):
    square = rho * square + (1 - rho) * gradient**2
    return rate * gradient / (square + epsilon), square


def _adam_times(m, s, t, rate, b1, b2):
    return rate * m / (1 - b1 * t) / np.sqrt(np.abs(s / (1 - b2 * t)))


def _adamw_that_grows(x, gradient, mean, square, step, rate, decay, *rest):
    return lesson_05a.adamw_step(x, gradient, mean, square, step, rate, -decay, *rest)


WRONG = {
    "descend": [
        (lambda slope, x, rate, steps: x, "one for each place"),
        (lambda slope, x, rate, steps: lesson_05a.descend(slope, x, rate, steps)[1:], "steps + 1"),
        (lambda slope, x, rate, steps: lesson_05a.descend(slope, x, rate, steps + 1), "visit"),
        (lesson_05a._climb, "uphill"),
        (lambda slope, x, rate, steps: [x - n * rate * slope(x) for n in range(steps + 1)], "All steps are the same"),
        (lambda slope, x, rate, steps: lesson_05a.descend(slope, x, rate / 2, steps), "where it begins"),
        (lambda slope, x, rate, steps: lesson_05a.descend(slope, x, 1.0, steps), "The rate is missing"),
    ],
    "largest_rate": [
        (lambda curvature: 1 / curvature, "how far may it jump"),
        (lambda curvature: curvature, "steeper parabola"),
        (lambda curvature: curvature / 2, "steeper parabola"),
        (lambda curvature: 1.5 / curvature, "does not diverge either"),
        (lambda curvature: 3 / curvature, "diverges already"),
        (lambda curvature: -2 / curvature, "is positive"),
    ],
    "next_velocity": [
        (lambda v, g, rate, momentum: momentum * v + rate * g, "uphill"),
        (lambda v, g, rate, momentum: -rate * g, "is forgotten"),
        (lambda v, g, rate, momentum: momentum * v - g, "rate as its factor"),
        (lambda v, g, rate, momentum: momentum * v - (1 - momentum) * rate * g, "running mean"),
        (lambda v, g, rate, momentum: momentum * (v - rate * g), "comes in whole"),
        (lambda v, g, rate, momentum: v - rate * g, "where is momentum"),
        (lambda v, g, rate, momentum: momentum * v + g, "buffer of PyTorch"),
        (lambda v, g, rate, momentum: momentum * v - (1 - momentum) * g, "without the rate"),
        (lambda v, g, rate, momentum: rate * v - momentum * g, "exchanged"),
        (lambda v, g, rate, momentum: v, "A share of the old velocity"),
    ],
    "rms_step": [
        (lambda *a: lesson_05a.rms_step(*a)[0], "two arrays"),
        (lambda *a: lesson_05a.rms_step(*a)[::-1], "The move comes first"),
        (lambda g, s, rate, rho, e: lesson_05a.rms_step(g, s, rate, 1 - rho, e), "keeps the share rho"),
        (lambda g, s, rate, rho, e: (g, rho * s + (1 - rho) * g), "square the gradient"),
        (_rms_uphill, "sign of the gradient"),
        (lambda g, s, rate, rho, e: (rate * g / np.sqrt(s + e), rho * s + (1 - rho) * g**2), "*new* mean"),
        (_rms_outside, "under the root"),
        (lambda g, s, rate, rho, e: lesson_05a.rms_step(g, s, rate, rho, 0.0), "Epsilon is missing"),
        (lambda g, s, rate, rho, e: lesson_05a.rms_step(g, s, 1.0, rho, e), "The rate is missing"),
        (_rms_without_root, "*root*"),
        (lambda g, s, rate, rho, e: (rate * g, rho * s + (1 - rho) * g**2), "over a root"),
    ],
    "adam_move": [
        (lambda *a: -lesson_05a.adam_move(*a), "sign of the mean"),
        (lambda m, s, t, rate, b1, b2: rate * m / np.sqrt(s), "correction is missing"),
        (lambda m, s, t, rate, b1, b2: rate * m / np.sqrt(s / (1 - b2**t)), "mean of the gradients needs"),
        (lambda m, s, t, rate, b1, b2: rate * m / (1 - b1**t) / np.sqrt(s), "mean of squares needs"),
        (lambda m, s, t, rate, b1, b2: rate * m / (1 - b1) / np.sqrt(s / (1 - b2)), "not to 1 - beta"),
        (lambda m, s, t, rate, b1, b2: rate * m / (1 - b1**t) / (s / (1 - b2**t)), "*root*"),
        (lambda m, s, t, rate, b1, b2: lesson_05a.adam_move(m, s, t, rate, b2, b1), "Which beta"),
        (lambda m, s, t, rate, b1, b2: rate * m, "sum of its weights"),
        (lambda m, s, t, rate, b1, b2: lesson_05a.adam_move(m, s, t, 1.0, b1, b2), "The rate is missing"),
        (
            lambda m, s, t, rate, b1, b2: rate * m / (1 - b1**t) / np.sqrt(s) / (1 - b2**t),
            "Correct the mean of squares",
        ),
        (lambda m, s, t, rate, b1, b2: rate * m * (1 - b1**t) / np.sqrt(s * (1 - b2**t)), "makes them larger"),
        (_adam_times, "to the power of t"),
    ],
    "critical_rate": [
        (lambda A: 1 / np.linalg.eigvalsh(A).max(), "how far may it jump"),
        (lambda A: 2 / np.linalg.eigvalsh(A).min(), "Which eigenvalue sets the bound"),
        (lambda A: 2 / np.diag(A).max(), "may be turned"),
        (lambda A: 2 / (np.linalg.eigvalsh(A)[0] + np.linalg.eigvalsh(A)[-1]), "converges fastest"),
        (lambda A: 2 / np.trace(A), "a safe one"),
        (lambda A: 3 / np.linalg.eigvalsh(A).max(), "just below yours"),
        (lambda A: 1.2 / np.linalg.eigvalsh(A).max(), "just above yours"),
        (lambda A: -1.0, "is positive"),
    ],
    "adamw_step": [(slip, text[:40]) for slip, text in lesson_05a._ADAMW_SLIPS]
    + [
        (lambda x, gradient, mean, square, step, rate, *rest: (x - rate * gradient, mean, square), "not where Adam is"),
        (_adamw_that_grows, "What does the decay do to the weights"),
    ],
}
