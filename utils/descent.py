"""Optimizers in NumPy, step by step the same as those of Keras: each turns a gradient into new parameters.

All have a method `step(x, gradient)` that returns the new parameters, an array or a number as `x` is, and leaves its
arguments as they are. What an optimizer remembers, its *state*, starts at zero and takes the shape of the gradient. The
attribute `rate` may be set anew between two steps: that is a schedule.
"""

from __future__ import annotations

import math

import numpy as np

__all__ = ["Adam", "GradientDescent", "Momentum", "Nesterov", "RMSProp"]


class GradientDescent:
    """Walks against the gradient: x − rate · gradient.

    Args:
        rate: the learning rate, above 0.

    Raises:
        ValueError: the rate is not a positive number.
    """

    def __init__(self, rate: float):
        self.rate = _positive(rate, "rate")

    def step(self, x: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Return the parameters after one step."""
        return x - self.rate * gradient


class Momentum(GradientDescent):
    """Gradient descent with a velocity (Polyak 1964): velocity ← momentum · velocity − rate · gradient.

    Args:
        rate: as for `GradientDescent`.
        momentum: the share of the velocity that is kept, from 0 to below 1.

    Raises:
        ValueError: a number outside its range.
    """

    def __init__(self, rate: float, momentum: float = 0.9):
        super().__init__(rate)
        self.momentum, self.velocity = _share(momentum, "momentum"), 0.0

    def step(self, x: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Return the parameters after one step."""
        self.velocity = self.momentum * self.velocity - self.rate * gradient
        return x + self.velocity


class Nesterov(Momentum):
    """Momentum with the gradient taken ahead (Nesterov 1983), in the variables of Keras.

    The parameters that come and go are the point *ahead*, where the gradient is asked for: in the textbook's variables
    x + momentum · velocity. Arguments and errors are those of `Momentum`.
    """

    def step(self, x: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Return the parameters after one step."""
        self.velocity = self.momentum * self.velocity - self.rate * gradient
        return x + self.momentum * self.velocity - self.rate * gradient


class RMSProp(GradientDescent):
    """Divides each parameter's step by the recent size of its gradient (Tieleman and Hinton 2012).

    `epsilon` stands inside the root, as in Keras and TensorFlow; PyTorch has it outside.

    Args:
        rate: as for `GradientDescent`.
        rho: the share of the running mean of squares that is kept, from 0 to below 1.
        momentum: as for `Momentum`; 0 for none.
        epsilon: a small number above 0 that keeps the root from zero.
        centered: subtract the square of the running mean, so that the root is a standard deviation.

    Raises:
        ValueError: a number outside its range.
    """

    def __init__(
        self, rate: float, rho: float = 0.9, momentum: float = 0.0, epsilon: float = 1e-7, centered: bool = False
    ):
        super().__init__(rate)
        self.rho, self.momentum = _share(rho, "rho"), _share(momentum, "momentum")
        self.epsilon, self.centered = _positive(epsilon, "epsilon"), bool(centered)
        self.mean = self.square = self.velocity = 0.0

    def step(self, x: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Return the parameters after one step."""
        self.mean = self.rho * self.mean + (1 - self.rho) * gradient
        self.square = self.rho * self.square + (1 - self.rho) * gradient**2
        size = np.sqrt(self.square - self.centered * self.mean**2 + self.epsilon)
        self.velocity = self.momentum * self.velocity + self.rate * gradient / size
        return x - self.velocity


class Adam(GradientDescent):
    """Steps by running means of the gradient and of its square, both corrected for their start (Kingma and Ba 2015).

    `epsilon` stands outside the root and is added before the correction, as in Keras ("epsilon hat" in the paper).

    Args:
        rate: as for `GradientDescent`.
        beta_1, beta_2: the shares of the two running means that are kept, from 0 to below 1.
        epsilon: a small number above 0 that keeps the divisor from zero.

    Raises:
        ValueError: a number outside its range.
    """

    def __init__(self, rate: float, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-7):
        super().__init__(rate)
        self.beta_1, self.beta_2 = _share(beta_1, "beta_1"), _share(beta_2, "beta_2")
        self.epsilon = _positive(epsilon, "epsilon")
        self.mean = self.square = 0.0
        self.steps = 0

    def step(self, x: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Return the parameters after one step."""
        self.steps += 1
        self.mean = self.beta_1 * self.mean + (1 - self.beta_1) * gradient
        self.square = self.beta_2 * self.square + (1 - self.beta_2) * gradient**2
        correction = math.sqrt(1 - self.beta_2**self.steps) / (1 - self.beta_1**self.steps)
        return x - self.rate * correction * self.mean / (np.sqrt(self.square) + self.epsilon)


def _positive(value: float, name: str) -> float:
    """Return the value if it is a finite number above 0, else raise ValueError."""
    if not _is_number(value) or not 0 < value < math.inf:
        raise ValueError(f"{name} is a number above 0, not {value!r}")
    return value


def _share(value: float, name: str) -> float:
    """Return the value if it is a number from 0 to below 1, else raise ValueError."""
    if not _is_number(value) or not 0 <= value < 1:
        raise ValueError(f"{name} is a number from 0 to below 1, not {value!r}")
    return value


def _is_number(value: object) -> bool:
    """Say whether a value is one real number, of Python or NumPy, and no truth value."""
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
