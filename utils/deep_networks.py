"""Dense networks of many layers in NumPy, with what was invented to make them trainable: each cure is a switch.

`Deep` is `networks.Networks` in float32 with batch normalization and dropout (lesson 06c); `pretrain` trains its layers
one after another without labels, and `become_twins` starts sigmoids as if they were tanhs. Activation, start and skip
connections are those of `networks`, and the optimizers those of `descent`.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real

import numpy as np

from utils import networks

EPSILON = 1e-3
"""What batch normalization adds to the variance, as in Keras."""


class Deep(networks.Networks):
    """Several dense networks of one shape, side by side, in float32.

    Each hidden layer computes f(x @ kernel + bias). With batch normalization the sum is first centered and divided by
    its standard deviation over the batch, neuron by neuron, then multiplied by a scale and moved by a shift that are
    learned. Dropout follows the activation, and the skip connection adds the layer's input where both have the same
    size.

    Args:
        sizes, count, rng, activation, skip, start, gain: as for `networks.Networks`.
        normalize: whether the hidden layers normalize.
        dropout: the share of the hidden neurons that are silent in a step of training, from 0 to below 1. The others
            are enlarged to make up for them.

    `norms` has each hidden layer's scales and shifts, (networks, 1, units), or is empty; like `layers`, views of
    `theta`. `steps_done` counts the steps of training, `rows_seen` the rows in their batches.

    Raises:
        ValueError: as for `networks.Networks`, or a share of dropout outside its range.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        count: int,
        rng: np.random.Generator,
        *,
        activation: str = "sigmoid",
        skip: bool = False,
        start: str = "normal",
        gain: float = 1.0,
        normalize: bool = False,
        dropout: float = 0.0,
    ):
        if isinstance(dropout, bool) or not isinstance(dropout, Real) or not 0 <= dropout < 1:
            raise ValueError(f"the share of dropout is a number from 0 to below 1, not {dropout!r}")
        super().__init__(sizes, count, rng, activation=activation, skip=skip, start=start, gain=gain, dtype="float32")
        self.dropout, self.rng, self.normalize = float(dropout), rng, bool(normalize)
        self.population, self.steps_done, self.rows_seen = None, 0, 0
        if normalize:
            extra = np.zeros((len(self.theta), 2 * sum(self.sizes[1:-1])), np.float32)
            self.theta = np.concatenate([self.theta, extra], axis=1)
        self.layers, self.norms = self._views(self.theta), self._norms(self.theta)
        for scale, _ in self.norms:
            scale[...] = 1

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the scores for inputs (rows, inputs): (networks, rows, outputs), without dropout.

        With normalization they come from the statistics that `settle` took last; before it, from those of the inputs.
        """
        return self._pass(self._own(x), self.population)[0]

    def settle(self, x: np.ndarray) -> None:
        """Take the statistics of batch normalization from these inputs, (rows, inputs), for all later answers."""
        self.population = self._pass(self._own(x), None)[2] if self.normalize else None

    def signals(self, x: np.ndarray) -> list[np.ndarray]:
        """Return what each hidden layer hands on for inputs (rows, inputs): (networks, rows, neurons) of each."""
        return self._pass(self._own(x), self.population)[1]

    def _norms(self, flat):
        place, norms = networks.parameters(self.sizes), []
        for units in self.sizes[1:-1] if self.normalize else ():
            norms.append((flat[:, None, place : place + units], flat[:, None, place + units : place + 2 * units]))
            place += 2 * units
        return norms

    def _pass(self, x, population):
        """Return the scores, the signals of the hidden layers, and the statistics that they were normalized with."""
        signal, signals, used = x, [], []
        for number, (kernel, bias) in enumerate(self.layers[:-1]):
            s = signal @ kernel + bias
            if self.normalize:
                mean, variance = _statistics(s) if population is None else population[number]
                used.append((mean, variance))
                scale, shift = self.norms[number]
                s = (s - mean) * (scale / np.sqrt(variance + np.float32(EPSILON))) + shift
            passed = self.f(s)
            signal = signal + passed if self._skips(kernel) else passed
            signals.append(signal)
        kernel, bias = self.layers[-1]
        return signal @ kernel + bias, signals, used

    def _gradient(self, x, targets, loss):
        """Return the losses of a batch in training and their gradient by `theta`."""
        signal, kept = self._own(x), []
        self.steps_done += 1
        self.rows_seen += signal.shape[-2]
        ones = np.ones((1, signal.shape[-2]), np.float32)
        share = ones / np.float32(signal.shape[-2])
        for number, (kernel, bias) in enumerate(self.layers[:-1]):
            s, unit, one_over = signal @ kernel + bias, None, None
            if self.normalize:
                s -= share @ s
                one_over = 1 / np.sqrt(share @ (s * s) + np.float32(EPSILON))
                unit = s * one_over
                scale, shift = self.norms[number]
                s = unit * scale + shift
            passed = self.f(s)
            slope = self.slope_of_f(s, passed)
            if self.dropout:
                alive = self.rng.random(passed.shape, np.float32) >= self.dropout
                alive = alive * np.float32(1 / (1 - self.dropout))
                passed, slope = passed * alive, slope * alive
            kept.append((signal, slope, unit, one_over))
            signal = signal + passed if self._skips(kernel) else passed
        kernel, bias = self.layers[-1]
        losses, by_s = loss(signal @ kernel + bias, self._own(targets))
        gradient = np.empty_like(self.theta)
        slopes, by_norms = self._views(gradient), self._norms(gradient)
        kept.append((signal, None, None, None))
        by_signal = None
        for number in reversed(range(len(self.layers))):
            (kernel, _), (signal, slope, unit, one_over) = self.layers[number], kept[number]
            if by_signal is not None:
                by_s = by_signal * slope
                if self.normalize:
                    by_scale, by_shift = by_norms[number]
                    by_scale[...], by_shift[...] = ones @ (by_s * unit), ones @ by_s
                    by_s = by_s - share[0, 0] * (by_shift + unit * by_scale)
                    by_s *= self.norms[number][0] * one_over
            np.matmul(signal.swapaxes(-1, -2), by_s, out=slopes[number][0])
            slopes[number][1][...] = ones @ by_s
            if number:
                past = by_signal if by_signal is not None and self._skips(kernel) else None
                by_signal = by_s @ kernel.swapaxes(-1, -2)
                if past is not None:
                    by_signal += past
        return losses, gradient


def become_twins(many: networks.Networks) -> None:
    """Change sigmoid networks in place so that they compute what tanh networks of their parameters would.

    tanh(s) = 2 sigmoid(2s) − 1: each hidden layer sums twice as much, and each but the first reads sigmoids in place of
    tanhs. Between the hidden layers the kernels become four times as large (lesson 06a). With normalization or skip
    connections it is no more than a start.

    Raises:
        ValueError: networks without sigmoids.
    """
    if many.f is not networks.ACTIVATIONS["sigmoid"][0]:
        raise ValueError("twins are sigmoid networks")
    for number, (kernel, bias) in enumerate(many.layers):
        if number > 0:
            bias -= kernel.sum(axis=1, keepdims=True)
            kernel *= 2
        if number < len(many.layers) - 1:
            kernel *= 2
            bias *= 2


def pretrain(
    many: Deep,
    x: np.ndarray,
    rng: np.random.Generator,
    *,
    steps: int = 300,
    rate: float = 0.03,
    size: int = 32,
) -> list[np.ndarray]:
    """Train the hidden layers of sigmoid networks one after another, without labels, in place.

    Each layer learns together with a decoder, which is thrown away afterwards, to give back what it is shown: the codes
    of the layer below, or the inputs (*stacked autoencoders*; Bengio and others 2007). The decoder starts as the
    transpose of the layer, the loss is the binary cross-entropy, and Adam's rate falls to almost zero.

    Args:
        many: networks with sigmoids, without normalization, skip connections and dropout.
        x: (rows, inputs), from 0 to 1.
        rng: draws the batches.
        steps: of each layer.
        rate: of Adam at the first step.
        size: rows of a batch.

    Returns:
        The losses of each layer before each step, (steps, networks).

    Raises:
        ValueError: other networks, inputs of another shape, none, or outside 0 to 1, or a number that is not positive.
    """
    if many.f is not networks.ACTIVATIONS["sigmoid"][0] or many.normalize or many.skip or many.dropout:
        raise ValueError("pretrain is for plain sigmoid networks, without normalization, skips and dropout")
    for name, number in (("steps", steps), ("size", size)):
        if isinstance(number, bool) or not isinstance(number, Integral) or number < 1:
            raise ValueError(f"{name} is a whole number from 1 up, not {number!r}")
    if isinstance(rate, bool) or not isinstance(rate, Real) or not 0 < rate < np.inf:
        raise ValueError(f"the rate is a number above 0, not {rate!r}")
    x = np.asarray(x, np.float32)
    if x.ndim != 2 or not len(x) or x.shape[1] != many.sizes[0] or not ((x >= 0) & (x <= 1)).all():
        raise ValueError(f"the inputs are (rows, {many.sizes[0]}), at least one row, from 0 to 1; not {x.shape}")
    codes, losses = np.broadcast_to(x, (len(many.theta), *x.shape)), []
    for kernel, bias in many.layers[:-1]:
        auto = _Autoencoder(kernel, bias)
        shown = ((codes[:, rows],) * 2 for rows in (rng.integers(0, len(x), size) for _ in range(steps)))
        losses.append(auto.train(shown, binary_cross_entropy, rate, steps=steps))
        kernel[...], bias[...] = auto.layers[0]
        codes = many.f(codes @ kernel + bias)
    return losses


def binary_cross_entropy(outputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the binary cross-entropy of sigmoid(outputs), summed over a row and averaged over rows, and its slope.

    Args:
        outputs: scores, (networks, rows, units).
        targets: from 0 to 1, of the same shape.
    """
    losses = np.maximum(outputs, 0) - outputs * targets + np.log1p(np.exp(-np.abs(outputs)))
    rows = outputs.shape[1]
    return losses.sum(axis=(1, 2)) / rows, (networks.ACTIVATIONS["sigmoid"][0](outputs) - targets) / rows


class _Autoencoder(Deep):
    """A layer that starts with these weights, and a decoder behind it."""

    def __init__(self, kernel, bias):
        count, inputs, units = kernel.shape
        super().__init__([inputs, units, inputs], count, np.random.default_rng(0))
        (first, first_bias), (second, _) = self.layers
        first[...], first_bias[...], second[...] = kernel, bias, kernel.swapaxes(-1, -2)


def _statistics(s):
    """Return mean and variance over the rows, (networks, 1, units) each."""
    mean = s.mean(axis=1, keepdims=True)
    return mean, np.mean((s - mean) ** 2, axis=1, keepdims=True)
