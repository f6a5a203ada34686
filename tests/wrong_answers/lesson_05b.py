"""Typical wrong answers to the exercises of lesson 05b, each with a fragment of the hint it must get."""

import numpy as np

from utils.exercises import lesson_05b


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
    return lesson_05b.classify(hessian)


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
    wide, tall = lesson_05b.split_unit(incoming, outgoing, unit, share)
    wide[:, -1] *= share
    wide[:, unit] *= 1 - share
    return wide, tall


def _split_swapped(incoming, outgoing, unit, share):
    return lesson_05b.split_unit(incoming, outgoing, unit, 1 - share)


def _split_forgets_rest(incoming, outgoing, unit, share):
    return np.column_stack([incoming, incoming[:, unit]]), np.vstack([outgoing, share * outgoing[unit]])


def _split_beside(incoming, outgoing, unit, share):
    wide, tall = lesson_05b.split_unit(incoming, outgoing, unit, share)
    order = np.insert(np.arange(incoming.shape[1]), unit + 1, incoming.shape[1])
    return wide[:, order], tall[order]


def _classify_wide_tolerance(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    return lesson_05b.classify(np.diag(np.where(np.abs(eigenvalues) < 1e-4, 0, eigenvalues)))


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
        (_classify_wide_tolerance, "small, and not zero"),
        (lambda hessian: 1, "one of the four words"),
    ],
    "escape_steps": [
        (lambda distance, rate: int(np.log(1 / distance) / np.log(1 + 2 * rate)), "Steps are whole"),
        (lambda distance, rate: np.log(1 / distance) / np.log(1 + 2 * rate), "Steps are whole"),
        (lambda distance, rate: int(np.ceil(np.log(1 / distance) / (2 * rate))), "continuous time"),
        (lambda distance, rate: _log_ratio(distance, 1 + rate), "derivative of y² is not y"),
        (lambda distance, rate: int(np.ceil(np.log10(1 / distance) / np.log(1 + 2 * rate))), "different bases"),
        (lambda distance, rate: int(np.log(1 / distance) / np.log(1 + 2 * rate)) + 1, "one step too many"),
        (lambda distance, rate: int(np.log(distance) / np.log(1 + 2 * rate)), "is not negative"),
        (lambda distance, rate: 466, "How many such factors"),
    ],
    "ways_down": [
        (lambda strengths, decay, dead: np.sum(strengths > decay), "dead unit's share"),
        (lambda strengths, decay, dead: 2 * dead * np.sum(strengths > decay), "How many of the two"),
        (lambda strengths, decay, dead: dead * len(strengths), "gives no way down"),
        (lambda strengths, decay, dead: dead * np.sum(strengths <= decay), "Which ones lead down"),
        (lambda strengths, decay, dead: dead * np.sum(strengths > decay / 2), "not half of it"),
        (lambda strengths, decay, dead: dead + 1, "is decay - strength negative"),
    ],
    "split_unit": [
        (_split_in_place, "changes its arguments"),
        (_split_twice, "counts twice"),
        (_split_beside, "beside the original"),
        (_split_dead, "adds a dead unit"),
        (_split_incoming, "undivided"),
        (_split_swapped, "the original the rest"),
        (_split_forgets_rest, "add up to"),
    ],
}
