"""The loss of a small network as a function of one vector: its value, its gradient, and its Hessian.

Whoever asks how a loss looks, where it is level and what an optimizer does on it wants all parameters in one vector and
derivatives that are exact to rounding. `Network` is a plain multilayer perceptron in NumPy and float64 that gives them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

__all__ = ["Network"]

IMAGINARY_STEP = 1e-30
"""The size of the imaginary step for the Hessian; nothing is subtracted, so it may be as small as this."""


class Network:
    """Dense layers with tanh between them and a softmax at the end; the loss is cross-entropy with weight decay.

    Parameters are one vector `theta`, (size,): layer by layer the kernel, (inputs, units), row by row, and the bias,
    (units,), in the order of `model.get_weights()` in Keras.

    Args:
        sizes: the number of inputs, of units of each hidden layer, and of classes: (64, 32, 10).
        decay: the weight decay λ; λ/2 · |theta|² is added to the loss, biases included.

    Attributes:
        sizes, decay: as given.
        size: the number of parameters.

    Raises:
        ValueError: fewer than two sizes, a size that is not a whole number from 1 up, or a negative decay.
    """

    def __init__(self, sizes: Sequence[int], decay: float = 0.0):
        whole = all(isinstance(size, int | np.integer) and not isinstance(size, bool) and size >= 1 for size in sizes)
        if len(sizes) < 2 or not whole:
            raise ValueError(f"sizes are whole numbers from 1 up, inputs and classes at least, not {sizes!r}")
        if not decay >= 0:
            raise ValueError(f"the decay is a number from 0 up, not {decay!r}")
        self.sizes, self.decay = tuple(int(size) for size in sizes), decay
        self.size = sum((inputs + 1) * units for inputs, units in pairwise(self.sizes))

    def start(self, rng: np.random.Generator, scale: float = 1.0) -> np.ndarray:
        """Draw a start: kernels normal with the standard deviation scale / √inputs, biases zero."""
        parts = []
        for inputs, units in pairwise(self.sizes):
            parts += [rng.normal(size=inputs * units) * scale / np.sqrt(inputs), np.zeros(units)]
        return np.concatenate(parts)

    def layers(self, theta: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return the kernel, (inputs, units), and the bias, (units,), of each layer: views of theta.

        Raises:
            ValueError: theta has not the shape (size,).
        """
        theta = np.asarray(theta)
        if theta.shape != (self.size,):
            raise ValueError(f"theta has the shape ({self.size},), not {theta.shape}")
        found, place = [], 0
        for inputs, units in pairwise(self.sizes):
            kernel = theta[place : place + inputs * units].reshape(inputs, units)
            place += (inputs + 1) * units
            found.append((kernel, theta[place - units : place]))
        return found

    def join(self, layers: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        """Return the vector of these kernels and biases: the reverse of `layers`.

        Raises:
            ValueError: a kernel or bias has not the shape that `sizes` says.
        """
        shapes = [(np.shape(kernel), np.shape(bias)) for kernel, bias in layers]
        expected = [((inputs, units), (units,)) for inputs, units in pairwise(self.sizes)]
        if shapes != expected:
            raise ValueError(f"the layers have the shapes {shapes}, not {expected}")
        return np.concatenate([np.ravel(part) for layer in layers for part in layer])

    def probabilities(self, theta: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Return what the network answers: (N, classes), for inputs (N, inputs)."""
        return self._forward(theta, x)[1]

    def loss(self, theta: np.ndarray, x: np.ndarray, labels: np.ndarray) -> float:
        """Return the mean cross-entropy on inputs (N, inputs) with labels (N,), plus the decay."""
        scores = self._forward(theta, x)[2]
        highest = scores.max(axis=1, keepdims=True)
        of_label = np.take_along_axis(scores - highest, np.asarray(labels)[:, None], axis=1)[:, 0]
        entropy = np.log(np.exp(scores - highest).sum(axis=1)) - of_label
        return float(entropy.mean() + self.decay / 2 * (theta @ theta))

    def accuracy(self, theta: np.ndarray, x: np.ndarray, labels: np.ndarray) -> float:
        """Return the share of inputs whose most probable class is their label."""
        return float(np.mean(self._forward(theta, x)[2].argmax(axis=1) == labels))

    def gradient(self, theta: np.ndarray, x: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Return the gradient of `loss` by backpropagation: (size,)."""
        signals, probabilities, _ = self._forward(theta, x)
        back = probabilities.copy()
        back[np.arange(len(x)), labels] -= 1
        back = back / len(x)
        parts = []
        for (kernel, _), signal in zip(reversed(self.layers(theta)), reversed(signals), strict=True):
            parts += [back.sum(axis=0), (signal.T @ back).ravel()]
            back = (back @ kernel.T) * (1 - signal**2)  # for the layer below, whose tanh gave the signal
        return np.concatenate(parts[::-1]) + self.decay * theta

    def hessian(self, theta: np.ndarray, x: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Return the matrix of second derivatives of `loss`, (size, size), exact to rounding and symmetric."""
        found = np.array([self.hessian_times(theta, e, x, labels) for e in np.eye(self.size)])
        return (found + found.T) / 2

    def hessian_times(self, theta: np.ndarray, direction: np.ndarray, x: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Return the product of the Hessian and a direction, (size,), at the price of one gradient.

        A small step ih in an imaginary direction d leaves the derivative in the imaginary part of the gradient,
        g(theta + ihd) ≈ g(theta) + ih ∂g: Squire and Trapp (1998), "Using complex variables to estimate derivatives
        of real functions". So it is exact to rounding.
        """
        return self.gradient(theta + 1j * IMAGINARY_STEP * direction, x, labels).imag / IMAGINARY_STEP

    def _forward(self, theta: np.ndarray, x: np.ndarray) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
        """Return what goes into each layer, the probabilities, and the scores before the softmax."""
        signals = [np.asarray(x)]
        *hidden, (kernel, bias) = self.layers(theta)
        for inner, inner_bias in hidden:
            signals.append(np.tanh(signals[-1] @ inner + inner_bias))
        scores = signals[-1] @ kernel + bias
        odds = np.exp(scores - scores.real.max(axis=1, keepdims=True))
        return signals, odds / odds.sum(axis=1, keepdims=True), scores
