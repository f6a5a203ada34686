"""Typical wrong answers to the exercises of lesson 05, each with a fragment of the hint it must get."""

import numpy as np

from utils.exercises import lesson_05


def _classify_by_determinant(hessian):
    return "minimum" if np.linalg.det(hessian) > 0 and hessian[0, 0] > 0 else "saddle"


def _classify_by_product(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    if abs(np.prod(eigenvalues)) < 1e-9:
        return "cannot tell"
    if np.prod(eigenvalues) < 0:
        return "saddle"
    return "minimum" if eigenvalues.max() > 0 else "maximum"


def _classify_by_diagonal(hessian):
    diagonal = np.diag(np.linalg.eigvalsh(hessian)) if len(hessian) != 2 else hessian
    values = np.diag(diagonal)
    if values.min() > 0:
        return "minimum"
    return "maximum" if values.max() < 0 else "saddle"


def _classify_zero_as_minimum(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    if eigenvalues.min() >= -1e-9:
        return "minimum"
    return "maximum" if eigenvalues.max() <= 1e-9 else "saddle"


def _classify_any_zero(hessian):
    if np.abs(np.linalg.eigvalsh(hessian)).min() <= 1e-9:
        return "cannot tell"
    return lesson_05.classify(hessian)


def _classify_exact_zero(hessian):
    eigenvalues = np.round(np.linalg.eigvalsh(hessian), 14)
    if eigenvalues.min() < 0 < eigenvalues.max():
        return "saddle"
    if np.any(eigenvalues == 0):
        return "cannot tell"
    return "minimum" if eigenvalues.min() > 0 else "maximum"


def _split_in_place(incoming, outgoing, unit, share):
    wide = np.column_stack([incoming, incoming[:, unit]])
    tall = np.vstack([outgoing, share * outgoing[unit]])
    outgoing[unit] *= 1 - share
    return wide, tall


def _split_twice(incoming, outgoing, unit, share):
    return np.column_stack([incoming, incoming[:, unit]]), np.vstack([outgoing, outgoing[unit]])


def _split_dead(incoming, outgoing, unit, share):
    return np.column_stack([incoming, np.zeros(len(incoming))]), np.vstack([outgoing, np.zeros(outgoing.shape[1])])


def _split_incoming(incoming, outgoing, unit, share):
    wide, tall = lesson_05.split_unit(incoming, outgoing, unit, share)
    wide[:, -1] *= share
    wide[:, unit] *= 1 - share
    return wide, tall


def _split_swapped(incoming, outgoing, unit, share):
    return lesson_05.split_unit(incoming, outgoing, unit, 1 - share)


def _split_forgets_rest(incoming, outgoing, unit, share):
    return np.column_stack([incoming, incoming[:, unit]]), np.vstack([outgoing, share * outgoing[unit]])


def _adamw_that_grows(x, gradient, mean, square, step, rate, decay, *rest):
    return lesson_05.adamw_step(x, gradient, mean, square, step, rate, -decay, *rest)


def _log_ratio(distance, factor):
    return int(np.ceil(np.log(1 / distance) / np.log(factor)))


WRONG = {
    "classify": [
        (_classify_by_determinant, "every direction leads down"),
        (_classify_by_product, "signs one by one"),
        (_classify_by_diagonal, "only about the axes"),
        (_classify_zero_as_minimum, "look the same to the Hessian"),
        (_classify_any_zero, "cannot change that any more"),
        (_classify_exact_zero, "hardly ever exactly 0"),
        (lambda hessian: 1, "one of the four words"),
    ],
    "escape_steps": [
        (lambda distance, rate: int(np.log(1 / distance) / np.log(1 + 2 * rate)), "Steps are whole"),
        (lambda distance, rate: np.log(1 / distance) / np.log(1 + 2 * rate), "Steps are whole"),
        (lambda distance, rate: int(np.ceil(np.log(1 / distance) / (2 * rate))), "continuous time"),
        (lambda distance, rate: _log_ratio(distance, 1 + rate), "derivative of y² is not y"),
        (lambda distance, rate: int(np.ceil(np.log10(1 / distance) / np.log(1 + 2 * rate))), "different bases"),
        (lambda distance, rate: int(np.log(1 / distance) / np.log(1 + 2 * rate)) + 1, "one step too many"),
        (lambda distance, rate: 466, "How many such factors"),
    ],
    "critical_rate": [
        (lambda A: 1 / np.linalg.eigvalsh(A).max(), "how far may it jump"),
        (lambda A: 2 / np.linalg.eigvalsh(A).min(), "Which eigenvalue sets the bound"),
        (lambda A: 2 / np.diag(A).max(), "may be turned"),
        (lambda A: 2 / (np.linalg.eigvalsh(A)[0] + np.linalg.eigvalsh(A)[-1]), "converges fastest"),
        (lambda A: 2 / np.trace(A), "just above yours"),
        (lambda A: 3 / np.linalg.eigvalsh(A).max(), "just below yours"),
        (lambda A: -1.0, "is positive"),
    ],
    "split_unit": [
        (_split_in_place, "changes its arguments"),
        (_split_twice, "counts twice"),
        (_split_dead, "adds a dead unit"),
        (_split_incoming, "undivided"),
        (_split_swapped, "the original the rest"),
        (_split_forgets_rest, "add up to"),
    ],
    "adamw_step": [(slip, text[:40]) for slip, text in lesson_05._ADAMW_SLIPS]
    + [
        (lambda x, gradient, mean, square, step, rate, *rest: (x - rate * gradient, mean, square), "not where Adam is"),
        (_adamw_that_grows, "What does the decay do to the weights"),
    ],
}
