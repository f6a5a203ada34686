"""Restricted Boltzmann machines in NumPy, several of one shape side by side, and what can be counted in small ones.

A machine has V visible units (the pixels), H hidden units, and an energy for every state of both,

    energy(v, h) = - v·a - h·b - v·W·h,     probability(v, h) = exp(-energy(v, h)) / Z.

Z sums over all states. It can be counted where the machine is small (`log_partition`); everything else needs no Z.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

MOST_COUNTED = 16
"""So many units at most are enumerated."""


def sigmoid(s: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-s)), without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(s)))


def softplus(s: np.ndarray) -> np.ndarray:
    """Return log(1 + exp(s)), without overflow."""
    return np.maximum(s, 0) + np.log1p(np.exp(-np.abs(s)))


def all_states(units: int) -> np.ndarray:
    """Return every state of so many units, (2**units, units) of 0.0 and 1.0; row n is n in binary, first unit highest.

    Raises:
        ValueError: fewer than 1 unit, or more than `MOST_COUNTED`.
    """
    if not 1 <= units <= MOST_COUNTED:
        raise ValueError(f"the states of 1 to {MOST_COUNTED} units can be listed, not of {units}")
    return (np.arange(2**units)[:, None] >> np.arange(units)[::-1] & 1).astype("float64")


def batches(x: np.ndarray, size: int, steps: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield so many batches of rows of x, whole epochs in a new order each; a rest that fills no batch is left out.

    Raises:
        ValueError: a size that is not from 1 to the number of rows.
    """
    if not 1 <= size <= len(x):
        raise ValueError(f"a batch has 1 to {len(x)} rows, not {size}")
    done = 0
    while done < steps:
        order = rng.permutation(len(x))
        for start in range(0, len(x) - size + 1, size):
            if done == steps:
                return
            yield x[order[start : start + size]]
            done += 1


class Machines:
    """So many restricted Boltzmann machines of one shape, each with its own weights.

    Args:
        visible, hidden: the numbers of units.
        count: how many machines.
        rng: where the starting weights come from.
        scale: their standard deviation. The biases start at 0.
        dtype: of the weights, and of what is trained and drawn; what is counted is counted in float64.

    Raises:
        ValueError: a number below 1.

    `steps` is how many steps of training they have taken, `size` how many pictures each of the last ones saw.
    """

    def __init__(
        self,
        visible: int,
        hidden: int,
        count: int,
        rng: np.random.Generator,
        scale: float = 0.01,
        dtype: str = "float64",
    ):
        if min(visible, hidden, count) < 1:
            raise ValueError(f"at least 1 of each is needed: {visible=}, {hidden=}, {count=}")
        self.weights = rng.normal(scale=scale, size=(count, visible, hidden)).astype(dtype)
        self.visible = np.zeros((count, visible), dtype)
        self.hidden = np.zeros((count, hidden), dtype)
        self.steps = self.size = 0

    def _with(self, weights: np.ndarray, visible: np.ndarray, hidden: np.ndarray) -> Machines:
        """Return machines with these weights that have been trained as often as these."""
        found = object.__new__(Machines)
        found.weights, found.visible, found.hidden = weights, visible, hidden
        found.steps, found.size = self.steps, self.size
        return found

    def __len__(self) -> int:
        return len(self.weights)

    def start_at(self, x: np.ndarray) -> Machines:
        """Set the visible biases so that with weights of 0 each pixel has ink as often as in x (N, V); return self."""
        share = (np.sum(x, axis=0) + 1) / (len(x) + 2)
        self.visible[:] = np.log(share / (1 - share))
        return self

    def exactly(self) -> Machines:
        """Return the same machines in float64, to count with."""
        return self._with(*(np.asarray(part, "float64") for part in (self.weights, self.visible, self.hidden)))

    def only(self, chosen: Sequence[int] | int) -> Machines:
        """Return some of the machines, by their numbers, with copies of their weights."""
        chosen = np.atleast_1d(chosen)
        return self._with(*(part[chosen].copy() for part in (self.weights, self.visible, self.hidden)))

    def hidden_given(self, v: np.ndarray) -> np.ndarray:
        """Return P(hidden unit = 1 | v), (count, N, H), for pictures (N, V) for all or (count, N, V)."""
        return sigmoid(v @ self.weights + self.hidden[:, None])

    def visible_given(self, h: np.ndarray) -> np.ndarray:
        """Return P(pixel = 1 | h), (count, N, V), for hidden states (N, H) for all or (count, N, H)."""
        return sigmoid(h @ self.weights.transpose(0, 2, 1) + self.visible[:, None])

    def energy(self, v: np.ndarray, h: np.ndarray) -> np.ndarray:
        """Return the energies (count, N) of states with pictures v and hidden states h."""
        inner = np.sum((v @ self.weights) * h, axis=-1)
        return -(v @ self.visible[..., None])[..., 0] - (h @ self.hidden[..., None])[..., 0] - inner

    def free_energy(self, v: np.ndarray) -> np.ndarray:
        """Return -log of the sum of exp(-energy) over all hidden states, (count, N)."""
        inner = softplus(v @ self.weights + self.hidden[:, None]).sum(axis=-1)
        return -(v @ self.visible[..., None])[..., 0] - inner

    def turned(self) -> Machines:
        """Return the same machines with visible and hidden units exchanged (of the same arrays)."""
        return self._with(self.weights.transpose(0, 2, 1), self.hidden, self.visible)

    def log_partition(self) -> np.ndarray:
        """Return log Z of each machine, (count,), by counting over all states of the smaller of its two layers.

        Raises:
            ValueError: both layers have more than `MOST_COUNTED` units.
        """
        small = self.exactly()
        if small.weights.shape[1] > small.weights.shape[2]:
            small = small.turned()
        states = all_states(small.weights.shape[1])
        below = [-small.only(number).free_energy(states)[0] for number in range(len(small))]  # one at a time: memory
        return np.array([one.max() + np.log(np.exp(one - one.max()).sum()) for one in below])

    def log_likelihood(self, v: np.ndarray) -> np.ndarray:
        """Return the mean of log P(v) over pictures (N, V), (count,), exactly. Errors as of `log_partition`."""
        return -self.exactly().free_energy(v).mean(axis=1) - self.log_partition()

    def pseudo_likelihood(self, v: np.ndarray) -> np.ndarray:
        """Return the sum over all pixels of log P(pixel | the other pixels), on average over pictures, (count,)."""
        v = np.broadcast_to(v, (len(self), *np.shape(v)[-2:]))
        into = v @ self.weights + self.hidden[:, None]
        base, total = softplus(into).sum(axis=-1), 0.0
        for pixel in range(v.shape[-1]):
            change = 1 - 2 * v[..., pixel]
            flipped = into + change[..., None] * self.weights[:, None, pixel]
            gain = change * self.visible[:, None, pixel] + softplus(flipped).sum(axis=-1) - base
            total = total - softplus(gain).mean(axis=1)
        return total

    def gibbs(
        self,
        v: np.ndarray,
        rng: np.random.Generator,
        steps: int = 1,
        clamped: np.ndarray | None = None,
    ) -> np.ndarray:
        """Draw hidden units given the pixels, then pixels given the hidden units, so many times; return the pictures.

        Args:
            v: (N, V) for all machines or (count, N, V): where the chains start.
            rng: where the randomness comes from.
            steps: how many times.
            clamped: (V,) of truth values: the pixels that stay as they are.
        """
        kind = self.weights.dtype
        v = np.asarray(v, kind)
        for _ in range(steps):
            h = self.hidden_given(v)
            h = (rng.random(h.shape, "float32") < h).astype(kind)
            p = self.visible_given(h)
            drawn = (rng.random(p.shape, "float32") < p).astype(kind)
            v = drawn if clamped is None else np.where(clamped, v, drawn)
        return np.broadcast_to(v, (len(self), *v.shape[-2:])).copy()

    def moments(self, v: np.ndarray, shares: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the means of v·h, of v and of h, with P(h | v) for h.

        Args:
            v: pictures (N, V) for all or (count, N, V).
            shares: the weight of each picture, (count, N) or (N,), summing to 1; 1/N each if not given.
        """
        v = np.broadcast_to(v, (len(self), *np.shape(v)[-2:]))
        h = self.hidden_given(v)
        weighted = v / v.shape[1] if shares is None else v * np.broadcast_to(shares, v.shape[:2])[..., None]
        part = h / v.shape[1] if shares is None else h * np.broadcast_to(shares, v.shape[:2])[..., None]
        return weighted.transpose(0, 2, 1) @ h, weighted.sum(axis=1), part.sum(axis=1)

    def model_moments(self) -> list[np.ndarray]:
        """Return the means of v·h, of v and of h over all that the machines can draw. Errors as of `log_partition`."""
        if self.weights.shape[1] > self.weights.shape[2]:
            both, h, v = self.turned().model_moments()
            return [both.transpose(0, 2, 1), v, h]
        pictures = all_states(self.weights.shape[1]).astype(self.weights.dtype)
        below = -self.free_energy(pictures)
        shares = np.exp(below - below.max(axis=1, keepdims=True))
        shares = shares / shares.sum(axis=1, keepdims=True)
        return list(self.moments(pictures, shares))

    def exact_gradient(self, v: np.ndarray) -> list[np.ndarray]:
        """Return the gradient of the mean log-likelihood of v by the weights and both biases, by counting."""
        return [up - down for up, down in zip(self.moments(v), self.model_moments(), strict=True)]

    def train(
        self,
        x: np.ndarray,
        rates: np.ndarray | float,
        rng: np.random.Generator,
        *,
        steps: int,
        size: int = 100,
        k: int | str = 1,
        persistent: bool = False,
        decay: float = 0.0,
        last: float = 1.0,
    ) -> Machines:
        """Climb the log-likelihood, all machines on the same batches; return self.

        Args:
            x: pictures (N, V) for all.
            rates: of learning, one for all or one for each machine.
            rng: for the batches and the chains.
            steps: how many.
            size: of a batch, and the number of chains.
            k: Gibbs steps in each step: contrastive divergence, CD-k; or "exact".
            persistent: whether the chains go on where they were (PCD) in place of starting at the batch.
            decay: how much of the weights, times the rate, is taken away in each step.
            last: the rate falls linearly to so much of itself.

        Raises:
            ValueError: a k that is no whole number from 1 up and not "exact", or rates that do not fit the machines.
        """
        if k != "exact" and (isinstance(k, str) or k < 1):
            raise ValueError(f'k is a number of Gibbs steps from 1 up, or "exact", not {k!r}')
        kind = self.weights.dtype
        rates = np.broadcast_to(np.asarray(rates, kind), (len(self),))
        chains = None
        for step, batch in enumerate(batches(np.asarray(x, kind), size, steps, rng)):
            if k == "exact":
                change = self.exact_gradient(batch)
            else:
                if chains is None and persistent:
                    chains = np.broadcast_to(batch, (len(self), *batch.shape))
                chains = self.gibbs(chains if persistent else batch, rng, k)
                change = [u - d for u, d in zip(self.moments(batch), self.moments(chains), strict=True)]
            rate = rates * kind.type(1 - (1 - last) * step / steps)
            self.weights += rate[:, None, None] * (change[0] - decay * self.weights)
            self.visible += rate[:, None] * change[1]
            self.hidden += rate[:, None] * change[2]
            self.steps, self.size = self.steps + 1, len(batch)
        return self


class Mixture:
    """A mixture of so many kinds of picture, each of independent pixels, fitted by expectation-maximization.

    Args:
        x: pictures (N, V) of 0 and 1.
        kinds: how many.
        rng: shares the pictures out at the start.
        steps: of expectation and maximization.

    Raises:
        ValueError: kinds or steps below 1.

    `shares` (kinds,) sum to 1; `ink` (kinds, V) are the chances of ink. Half a picture with ink and half a one without
    are added to each kind, so that no chance is 0 or 1.
    """

    def __init__(self, x: np.ndarray, kinds: int, rng: np.random.Generator, steps: int = 50):
        if kinds < 1 or steps < 1:
            raise ValueError(f"at least 1 of each is needed: {kinds=}, {steps=}")
        x = np.asarray(x, "float64")
        belongs = rng.dirichlet(np.ones(kinds), size=len(x))
        for _ in range(steps):
            sizes = belongs.sum(axis=0)
            self.ink = (belongs.T @ x + 0.5) / (sizes[:, None] + 1)
            self.shares = (sizes + 0.5) / (len(x) + 0.5 * kinds)
            belongs = self.kinds_of(x)

    def _log_joint(self, x: np.ndarray, seen: np.ndarray | slice = np.s_[:]) -> np.ndarray:
        part, ink = np.asarray(x, "float64")[:, seen], self.ink[:, seen]
        return np.log(self.shares) + part @ np.log(ink).T + (1 - part) @ np.log(1 - ink).T

    def kinds_of(self, x: np.ndarray, seen: np.ndarray | slice = np.s_[:]) -> np.ndarray:
        """Return P(kind | the seen pixels), (N, kinds)."""
        joint = self._log_joint(x, seen)
        share = np.exp(joint - joint.max(axis=1, keepdims=True))
        return share / share.sum(axis=1, keepdims=True)

    def log_likelihood(self, x: np.ndarray) -> float:
        """Return the mean of log P(x) over pictures (N, V)."""
        return float(np.logaddexp.reduce(self._log_joint(x), axis=1).mean())

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Return drawn pictures, (count, V)."""
        ink = self.ink[rng.choice(len(self.shares), count, p=self.shares)]
        return (rng.random(ink.shape) < ink).astype("float64")
