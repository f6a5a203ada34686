"""Recurrent classifiers in NumPy, several trained side by side: a dense layer on the last state, Adam, clipping.

The layers are those of `recurrent`, with one axis of networks in front of all arrays; no network sees another, so each
ends where it would end alone. Lesson 17 needs it wherever it compares cells, learning rates or starts over several
networks::

    layer = recurrent.LSTM.random(features, 16, rng, networks=5)
    model, losses = train(layer, batches, classes=4, steps=400, rates=[0.01] * 5, label="five LSTMs: batches", seed=17)
    model.accuracy(x, answers)                     # five numbers

References: Kingma, Ba (2015), "Adam: a method for stochastic optimization"; Pascanu, Mikolov, Bengio (2013), "On the
difficulty of training recurrent neural networks" (clipping).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from utils import progress

__all__ = ["Adam", "Classifier", "clipped", "cross_entropy", "scores_gradient", "softmax", "train"]


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return probabilities along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def cross_entropy(scores: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Return each network's mean cross-entropy, (networks,).

    Args:
        scores: (networks, N, classes).
        answers: the right classes, (networks, N), or (N,) for all.

    Raises:
        ValueError: the two do not fit.
    """
    answers = _answers(scores, answers)
    highest = scores.max(axis=-1, keepdims=True)
    total = np.log(np.exp(scores - highest).sum(axis=-1)) + highest[..., 0]
    return (total - np.take_along_axis(scores, answers[..., None], axis=-1)[..., 0]).mean(axis=-1)


def scores_gradient(scores: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Return the gradient of `cross_entropy` by the scores: probability minus truth, over N. Errors as there."""
    answers = _answers(scores, answers)
    truth = np.eye(scores.shape[-1], dtype=scores.dtype)[answers]
    return (softmax(scores) - truth) / scores.shape[-2]


def clipped(gradients: Sequence[np.ndarray], limits: float | np.ndarray) -> list[np.ndarray]:
    """Shorten each network's gradient, all its arrays together, to its limit; the direction stays.

    Args:
        gradients: arrays (networks, …).
        limits: the greatest length, one for all or one for each network, above 0.

    Raises:
        ValueError: a limit that is not above 0.
    """
    limits = np.asarray(limits, float)
    if not np.all(limits > 0):
        raise ValueError(f"a limit of a gradient's length is above 0, not {limits.tolist()}")
    length = np.sqrt(sum((g.reshape(len(g), -1).astype(float) ** 2).sum(axis=1) for g in gradients))
    shrink = np.minimum(1, limits / np.maximum(length, 1e-300))
    return [(g * shrink.reshape(-1, *[1] * (g.ndim - 1))).astype(g.dtype) for g in gradients]


class Adam:
    """Adam as Keras computes it, with a learning rate of its own for each network.

    Args:
        weights: arrays (networks, …), which are changed in place.
        rates: one for all or one for each network, above 0.

    Raises:
        ValueError: a rate that is not above 0, or as many rates as there are no networks.
    """

    def __init__(self, weights: Sequence[np.ndarray], rates: float | Sequence[float]):
        self.weights, self.count = list(weights), 0
        networks = len(self.weights[0])
        rates = np.asarray(rates, float)
        if not np.all(rates > 0) or rates.shape not in ((), (networks,)):
            raise ValueError(f"rates are above 0, one for all or for each of {networks} networks, not {rates.tolist()}")
        self.rates = np.broadcast_to(rates, networks)
        self.means = [np.zeros_like(w) for w in self.weights]
        self.squares = [np.zeros_like(w) for w in self.weights]

    def step(self, gradients: Sequence[np.ndarray]) -> None:
        """Change the weights by one step against these gradients, arrays of the weights' shapes."""
        self.count += 1
        correction = np.sqrt(1 - 0.999**self.count) / (1 - 0.9**self.count)
        for w, g, mean, square in zip(self.weights, gradients, self.means, self.squares, strict=True):
            mean += 0.1 * (g - mean)
            square += 0.001 * (g**2 - square)
            rate = (self.rates * correction).reshape(-1, *[1] * (w.ndim - 1))
            w -= (rate * mean / (np.sqrt(square) + 1e-7)).astype(w.dtype)


class Classifier:
    """Recurrent networks side by side, and a dense layer on the last state of each.

    Args:
        layer: a layer with one axis of networks: `weights`, `units`, `networks`, `forward` and `backward` as in
            `recurrent`.
        classes: how many answers there are, at least 2.
        rng: draws the dense layer's weights (Glorot's uniform).

    Raises:
        ValueError: the layer has no axis of networks or several, or fewer than two classes.
    """

    def __init__(self, layer, classes: int, rng: np.random.Generator):
        if len(layer.networks) != 1 or classes < 2:
            raise ValueError(
                f"a layer of networks side by side and two classes at least: {layer.networks=}, {classes=}"
            )
        shape = (*layer.networks, layer.units, classes)
        kind = layer.weights[0].dtype
        self.layer = layer
        self.out = (rng.uniform(-1, 1, shape) * np.sqrt(6 / sum(shape[1:]))).astype(kind)
        self.bias = np.zeros((shape[0], 1, classes), kind)

    def scores(self, x: np.ndarray) -> np.ndarray:
        """Return scores, (networks, N, classes), of (N, T, features) or (networks, N, T, features)."""
        pieces = np.array_split(x, max(1, -(-x.shape[-3] // 100)), axis=-3)  # a run keeps all that it has seen
        return np.concatenate([self.layer.forward(piece).final for piece in pieces], axis=1) @ self.out + self.bias

    def accuracy(self, x: np.ndarray, answers: np.ndarray) -> np.ndarray:
        """Return the share of right answers of each network, (networks,). `answers` as for `cross_entropy`."""
        scores = self.scores(x)
        return np.mean(scores.argmax(axis=-1) == _answers(scores, answers), axis=-1)

    def gradients(self, x: np.ndarray, answers: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
        """Return the gradients of the cross-entropy by the layer's weights, `out` and `bias`, and the losses."""
        run = self.layer.forward(x)
        scores = run.final @ self.out + self.bias
        into = scores_gradient(scores, answers)
        back = self.layer.backward(run, final_gradient=into @ np.swapaxes(self.out, 1, 2), input_gradient=False)
        of_out = np.swapaxes(run.final, 1, 2) @ into, into.sum(axis=1, keepdims=True)
        return [*back.weights, *of_out], cross_entropy(scores, answers)


def train(
    layer,
    batches: Callable[[np.random.Generator], tuple[np.ndarray, np.ndarray]],
    classes: int,
    steps: int,
    rates: float | Sequence[float],
    label: str,
    *,
    limits: float | Sequence[float] = 1.0,
    seed: int = 0,
) -> tuple[Classifier, np.ndarray]:
    """Train networks side by side: a batch, forward, backward, clip, step. Leaves the line `label: 400 of 400`.

    Args:
        layer: as for `Classifier`; its weights are changed in place.
        batches: called with a generator, returns x and answers of a batch.
        classes, rates: as for `Classifier` and `Adam`.
        steps: how many batches.
        label: what is being trained, for the line of progress.
        limits: as for `clipped`; infinity for no clipping.
        seed: of the dense layer and of the batches.

    Returns:
        The classifier, and the losses, (steps, networks).
    """
    draw = np.random.default_rng(seed)
    model, losses = Classifier(layer, classes, draw), []
    adam = Adam([*layer.weights, model.out, model.bias], rates)
    for _ in progress.track(range(steps), label):
        gradients, loss = model.gradients(*batches(draw))
        adam.step(clipped(gradients, limits))
        losses.append(loss)
    return model, np.array(losses)


def _answers(scores: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Return the right classes, (networks, N), or say what does not fit."""
    answers = np.asarray(answers)
    if scores.ndim != 3 or answers.shape not in (scores.shape[:2], scores.shape[1:2]):
        raise ValueError(
            f"scores are (networks, N, classes) and answers (networks, N) or (N,), not {scores.shape}, {answers.shape}"
        )
    return np.broadcast_to(answers, scores.shape[:2])
