"""Typical wrong answers to the exercises of lesson 16b, each with a fragment of the hint it must get."""

import numpy as np

from utils.exercises import lesson_16b


def _sigmoid(s):
    return 1 / (1 + np.exp(-s))


def _softplus(s):
    return np.logaddexp(0, s)


def _gradient(of_h, second=True, sums=False):
    """The gradient with another function for h, without the second mean, or with sums in the first."""

    def answer(shown, pictures, chance, weights, hidden):
        first = shown.T @ of_h(shown @ weights + hidden) / (1 if sums else len(shown))
        own = (pictures * chance[:, None]).T @ of_h(pictures @ weights + hidden)
        return first - own if second else first

    return answer


def _uniform(shown, pictures, chance, weights, hidden):
    return lesson_16b.weight_gradient(shown, pictures, np.full(len(pictures), 1 / len(pictures)), weights, hidden)


def _mean_field(v, weights, visible, hidden, rng):
    black = _sigmoid(_sigmoid(v @ weights + hidden) @ weights.T + visible)
    return (rng.random(black.shape) < black).astype(float)


def _chances(v, weights, visible, hidden, rng):
    on = _sigmoid(v @ weights + hidden)
    h = (rng.random(on.shape) < on).astype(float)
    return _sigmoid(h @ weights.T + visible)


def _rounded(v, weights, visible, hidden, rng):
    h = (v @ weights + hidden > 0).astype(float)
    return (h @ weights.T + visible > 0).astype(float)


def _hard_hidden(v, weights, visible, hidden, rng):
    h = (v @ weights + hidden > 0).astype(float)
    black = _sigmoid(h @ weights.T + visible)
    return (rng.random(black.shape) < black).astype(float)


def _other_way_round(v, weights, visible, hidden, rng):
    return 1 - lesson_16b.gibbs_step(v, weights, visible, hidden, rng)


def _hidden_drawn_for_each_pixel(v, weights, visible, hidden, rng):
    columns = [lesson_16b.gibbs_step(v, weights, visible, hidden, rng)[:, n] for n in range(v.shape[1])]
    return np.column_stack(columns)


def _own_generator(v, weights, visible, hidden, rng):
    return lesson_16b.gibbs_step(v, weights, visible, hidden, np.random.default_rng())


def _rises(v, weights, visible, hidden):
    found = []
    for pixel in range(v.shape[1]):
        flipped = v.copy()
        flipped[:, pixel] = 1 - flipped[:, pixel]
        found.append(
            lesson_16b.free_energy(flipped, weights, visible, hidden)
            - lesson_16b.free_energy(v, weights, visible, hidden)
        )
    return np.array(found)


WRONG = {
    "free_energy": [
        (lambda v, w, a, b: v @ a + _softplus(v @ w + b).sum(axis=1), "The sign: F is minus"),
        (lambda v, w, a, b: -_softplus(v @ w + b).sum(axis=1), "own biases are missing"),
        (lambda v, w, a, b: v @ a - _softplus(v @ w + b).sum(axis=1), "sign of the pixels' biases"),
        (lambda v, w, a, b: -v @ a - _softplus(v @ w).sum(axis=1), "hidden units' biases are missing"),
        (lambda v, w, a, b: -v @ a - (v @ w + b).sum(axis=1), "can be off too"),
        (lambda v, w, a, b: -v @ a - np.log1p(np.exp((v @ w + b).sum(axis=1))), "after the logarithm"),
        (lambda v, w, a, b: -v @ a - _sigmoid(v @ w + b).sum(axis=1), "chances to be on"),
        (lambda v, w, a, b: -v @ a - np.log(np.sum(1 + np.exp(v @ w + b), axis=1)), "a product of factors"),
        (lambda v, w, a, b: -v @ a - np.log(1 + np.exp(v @ w + b)).sum(axis=1), "overflows"),
    ],
    "weight_gradient": [
        (lambda *given: -lesson_16b.weight_gradient(*given), "leads uphill"),
        (_gradient(_sigmoid, second=False), "the first mean alone"),
        (_gradient(_sigmoid, sums=True), "divide by how many"),
        (_uniform, "by its chance, not all alike"),
        (lambda s, p, c, w, b: lesson_16b.weight_gradient(s, p, c, w, 0 * b), "has its bias in it"),
        (_gradient(lambda s: s > 0), "take its probability"),
        (_gradient(lambda s: s), "sigmoid of the sum is missing"),
    ],
    "gibbs_step": [
        (_mean_field, "are to be drawn, 0 or 1"),
        (_chances, "chances in between"),
        (_own_generator, "take the random numbers from rng"),
        (_rounded, "nothing is drawn"),
        (_hard_hidden, "not whenever it exceeds a half"),
        (_other_way_round, "wrong way round"),
        (_hidden_drawn_for_each_pixel, "from the same drawn h"),
        (lambda v, w, a, b, rng: lesson_16b.gibbs_step(v, w, 0 * a, b, rng), "own biases are missing"),
        (lambda v, w, a, b, rng: lesson_16b.gibbs_step(v, w, a, 0 * b, rng), "hidden units' biases are missing"),
    ],
    "pseudo_log_chance": [
        (lambda v, *machine: lesson_16b.pseudo_log_chance(v, *machine) / v.shape[1], "not their mean"),
        (lambda v, *machine: -lesson_16b.pseudo_log_chance(v, *machine), "is not positive"),
        (lambda v, *machine: -_softplus(_rises(v, *machine)).sum(axis=0), "difference is the wrong way round"),
        (lambda v, *machine: _sigmoid(_rises(v, *machine)).sum(axis=0), "Those are chances"),
        (lambda v, *machine: _rises(v, *machine).sum(axis=0), "difference of the free energies"),
        (lambda v, *machine: -lesson_16b.free_energy(v, *machine), "That is -F"),
    ],
}
