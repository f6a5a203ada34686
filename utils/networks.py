"""Dense networks of any depth in NumPy, several of one shape side by side: their answers, gradients and training.

For experiments that train many small networks from different starts, with and without links across layers
(lesson 01c). The gradient is the backward pass that lesson 01a writes by hand; the optimizers are those of `descent`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from numbers import Integral

import numpy as np

from utils import descent


def _sigmoid(s: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-s))


def _open(s: np.ndarray) -> np.ndarray:
    """How far GELU opens: an approximation of the share of a normal distribution that lies below s."""
    return _sigmoid(_GATE * (s + 0.044715 * s**3))


_GATE = (8 / np.pi) ** 0.5


def _slope_of_gelu(s: np.ndarray, passed: np.ndarray) -> np.ndarray:
    share = _open(s)
    return share + passed * (1 - share) * _GATE * (1 + 3 * 0.044715 * s**2)


ACTIVATIONS = {
    "tanh": (np.tanh, lambda s, passed: 1 - passed**2),
    "sigmoid": (_sigmoid, lambda s, passed: passed * (1 - passed)),
    "relu": (lambda s: np.maximum(s, 0), lambda s, passed: s > 0),
    "leaky_relu": (lambda s: np.maximum(s, 0.2 * s), lambda s, passed: np.where(s > 0, 1.0, 0.2).astype(s.dtype)),
    "silu": (lambda s: s * _sigmoid(s), lambda s, passed: passed + _sigmoid(s) * (1 - passed)),
    "gelu": (lambda s: s * _open(s), _slope_of_gelu),
}
"""By name: f(s), and its slope from s and f(s). GELU is the one that Keras computes with `approximate=True`."""


def _normal(rng: np.random.Generator, shape: tuple[int, int, int]) -> np.ndarray:
    return rng.normal(0, shape[1] ** -0.5, shape)


def _orthogonal(rng: np.random.Generator, shape: tuple[int, int, int]) -> np.ndarray:
    """Return kernels whose rows or columns, whichever are fewer, are orthogonal and of length 1."""
    count, before, after = shape
    q, r = np.linalg.qr(rng.normal(size=(count, max(before, after), min(before, after))))
    q = q * np.sign(np.diagonal(r, axis1=1, axis2=2))[:, None]
    return q if before >= after else q.swapaxes(1, 2)


STARTS = {"normal": _normal, "orthogonal": _orthogonal}
"""By name: (rng, shape) to kernels, (networks, inputs, units)."""


def mean_square(outputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean squared error of each network, (networks,), and its slope by the outputs.

    Args:
        outputs: (networks, rows, outputs).
        targets: (rows, outputs), or (networks, rows, outputs).
    """
    difference = outputs - targets
    return np.mean(difference**2, axis=(1, 2)), 2 * difference / difference[0].size


def cross_entropy(outputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean cross-entropy of softmax(outputs) of each network, (networks,), and its slope by the outputs.

    Args:
        outputs: scores, (networks, rows, classes).
        targets: one-hot, (rows, classes), or (networks, rows, classes).
    """
    shifted = outputs - outputs.max(axis=-1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    rows = outputs.shape[1]
    return -np.sum(targets * logs, axis=(1, 2)) / rows, (np.exp(logs) - targets) / rows


def parameters(sizes: Sequence[int]) -> int:
    """Return how many weights and biases a network of these layers has: (1, 8, 1) has 25.

    Raises:
        ValueError: fewer than two sizes, or one that is not a whole number from 1 up.
    """
    return sum((before + 1) * after for before, after in pairwise(_checked(sizes)))


class Networks:
    """Several dense networks of one shape, each from a start of its own; none of them sees the others.

    Between the layers stands an activation; the last layer is linear. The weights start normal with the standard
    deviation gain / √inputs, or orthogonal and multiplied by the gain, the biases at zero.

    Args:
        sizes: inputs, the neurons of each hidden layer, outputs; two numbers are a network without a hidden layer.
        count: how many networks.
        rng: for the start.
        activation: one of `ACTIVATIONS`, as Keras defines and names them.
        skip: whether a layer's output is added to its input where both have the same size, in place of replacing it.
        start: "normal" or "orthogonal".
        gain: of the weights' start.
        dtype: "float64", or "float32", in which training takes about half the time.

    `theta`, (networks, parameters), holds all parameters; `layers` has each layer's kernels, (networks, inputs,
    units), and biases, (networks, 1, units), as views of it: who writes into one writes into the other.

    Raises:
        ValueError: sizes or a count that are not whole numbers from 1 up, or an unknown activation, start or dtype.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        count: int,
        rng: np.random.Generator,
        *,
        activation: str = "tanh",
        skip: bool = False,
        start: str = "normal",
        gain: float = 1.0,
        dtype: str = "float64",
    ):
        self.sizes, self.skip = _checked(sizes), skip
        (count,) = _checked([count], least=1)
        if activation not in ACTIVATIONS or start not in STARTS:
            raise ValueError(
                f"the activation is one of {', '.join(ACTIVATIONS)} and the start one of {', '.join(STARTS)}, "
                f"not {activation!r} and {start!r}"
            )
        self.f, self.slope_of_f = ACTIVATIONS[activation]
        if dtype not in ("float64", "float32"):
            raise ValueError(f"the dtype is one of float64 and float32, not {dtype!r}")
        self.theta = np.zeros((count, parameters(self.sizes)), dtype)
        self.layers = self._views(self.theta)
        for kernel, _ in self.layers:
            kernel[...] = gain * STARTS[start](rng, kernel.shape)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return what each network answers to inputs, (networks, rows, outputs).

        Args:
            x: (rows, inputs) for all, or (networks, rows, inputs) for each its own.
        """
        return self._forward(self._own(x))[0]

    def signals(self, x: np.ndarray) -> list[np.ndarray]:
        """Return what each hidden layer hands on for inputs (rows, inputs): (networks, rows, neurons) of each."""
        return [signal for signal, *_ in self._forward(self._own(x))[1][1:]]

    def spread_kinks(self, x: np.ndarray, rng: np.random.Generator) -> None:
        """Set the biases of the hidden layers so that each neuron's sum is zero at one of the inputs, drawn for it.

        There a ReLU has its kink. With biases of zero, those of all layers but the first bend where they happen to.

        Args:
            x: (rows, inputs).
            rng: for the draws.
        """
        x = self._own(x)
        for number, (kernel, bias) in enumerate(self.layers[:-1]):
            bias[...] = 0
            s = self._forward(x)[1][number][1]
            chosen = rng.integers(s.shape[1], size=(len(kernel), 1, kernel.shape[2]))
            bias[...] = -np.take_along_axis(s, chosen, axis=1)

    def slopes(self, x: np.ndarray, targets: np.ndarray, loss: Callable) -> tuple[np.ndarray, list]:
        """Return the loss of each network, (networks,), and its slopes by each layer, as `layers` has the parameters.

        Args:
            x: (rows, inputs).
            targets: (rows, outputs).
            loss: `mean_square` or `cross_entropy`.
        """
        losses, gradient = self._gradient(x, targets, loss)
        return losses, self._views(gradient)

    def train(
        self,
        batches: Iterable[tuple[np.ndarray, np.ndarray]],
        loss: Callable,
        rate: float | np.ndarray = 0.01,
        *,
        steps: int | None = None,
        optimizer: descent.GradientDescent | None = None,
    ) -> np.ndarray:
        """Train all networks in place, one step a batch, and return their losses before each step, (steps, networks).

        Args:
            batches: of (x, targets), seen by all networks; or of (networks, rows, …), for each its own.
            loss: `mean_square` or `cross_entropy`.
            rate: of the first step: one for all, or one for each network.
            steps: if given, the rate falls in a straight line to almost zero at this number of steps.
            optimizer: one of `utils.descent`, made with the rate 1; Adam if none is given.
        """
        optimizer = descent.Adam(1.0) if optimizer is None else optimizer
        rate, losses = np.reshape(rate, (-1, 1)).astype(self.theta.dtype), []
        for step, (x, targets) in enumerate(batches):
            found, gradient = self._gradient(x, targets, loss)
            left = 1.0 if steps is None else 1 - (step + 1) / (steps + 1)
            self.theta += left * rate * optimizer.step(0.0, gradient)
            losses.append(found)
        return np.array(losses)

    def _own(self, array: np.ndarray) -> np.ndarray:
        """Return it in the precision of the parameters."""
        return np.asarray(array, self.theta.dtype)

    def _views(self, flat: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        views, place = [], 0
        for before, after in pairwise(self.sizes):
            kernel = flat[:, place : place + before * after].reshape(-1, before, after)
            place += before * after
            views.append((kernel, flat[:, None, place : place + after]))
            place += after
        return views

    def _forward(self, x: np.ndarray) -> tuple[np.ndarray, list]:
        """Return the outputs, and what the backward pass needs of each hidden layer: its input, s and f(s)."""
        kept, signal = [], x
        for kernel, bias in self.layers[:-1]:
            s = signal @ kernel + bias
            passed = self.f(s)
            kept.append((signal, s, passed))
            signal = signal + passed if self._skips(kernel) else passed
        kernel, bias = self.layers[-1]
        kept.append((signal, None, None))
        return signal @ kernel + bias, kept

    def _skips(self, kernel: np.ndarray) -> bool:
        return self.skip and kernel.shape[1] == kernel.shape[2]

    def _gradient(self, x: np.ndarray, targets: np.ndarray, loss: Callable) -> tuple[np.ndarray, np.ndarray]:
        """Return the losses and their gradient by `theta`."""
        outputs, kept = self._forward(self._own(x))
        losses, by_s = loss(outputs, self._own(targets))
        gradient = np.empty_like(self.theta)
        slopes = self._views(gradient)
        by_signal = None
        for number in reversed(range(len(self.layers))):
            (kernel, _), (signal, s, passed) = self.layers[number], kept[number]
            if by_signal is not None:
                by_s = by_signal * self.slope_of_f(s, passed)
            np.matmul(signal.swapaxes(-1, -2), by_s, out=slopes[number][0])
            np.sum(by_s, axis=1, keepdims=True, out=slopes[number][1])
            if number:
                past = by_signal if by_signal is not None and self._skips(kernel) else 0.0
                by_signal = by_s @ kernel.swapaxes(-1, -2) + past
        return losses, gradient


def batches(
    x: np.ndarray, targets: np.ndarray, steps: int, rng: np.random.Generator, size: int | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (x, targets) of so many steps: `size` rows drawn anew for each, or all rows if no size is given."""
    for _ in range(steps):
        if size is None:
            yield x, targets
        else:
            chosen = rng.integers(0, len(x), size)
            yield x[chosen], targets[chosen]


def epochs(
    x: np.ndarray, targets: np.ndarray, count: int, rng: np.random.Generator, size: int
) -> Iterator[list[tuple[np.ndarray, np.ndarray]]]:
    """Yield the batches of so many epochs, for networks that learn each from rows of its own (lesson 03b).

    In an epoch each row is seen once, and each network has its rows in an order of its own; the last batch of an epoch
    may be short.

    Args:
        x: (networks, rows, inputs).
        targets: (networks, rows, outputs).
        count: how many epochs.
        rng: for the orders.
        size: rows of a batch.

    Raises:
        ValueError: arrays that do not go together, or a count or a size below 1.
    """
    x, targets = np.asarray(x), np.asarray(targets)
    if x.ndim != 3 or targets.ndim != 3 or x.shape[:2] != targets.shape[:2]:
        raise ValueError(f"x and targets are (networks, rows, …), not {x.shape} and {targets.shape}")
    count, size = _checked([count, size])
    return _epochs(x, targets, count, rng, size)


def _epochs(x, targets, count, rng, size):
    """The generator behind `epochs`, apart so that the arguments are checked at once."""
    networks, rows = x.shape[:2]
    for _ in range(count):
        order = rng.permuted(np.tile(np.arange(rows), (networks, 1)), axis=1)[:, :, None]
        starts = range(0, rows, size)
        yield [
            tuple(np.take_along_axis(part, order[:, start : start + size], axis=1) for part in (x, targets))
            for start in starts
        ]


def _checked(sizes: Sequence[int], least: int = 2) -> tuple[int, ...]:
    """Return whole numbers from 1 up, else raise ValueError."""
    whole = all(isinstance(size, Integral) and not isinstance(size, bool) and size >= 1 for size in sizes)
    if len(sizes) < least or not whole:
        raise ValueError(f"at least {least} whole numbers from 1 up, not {list(sizes)}")
    return tuple(int(size) for size in sizes)
