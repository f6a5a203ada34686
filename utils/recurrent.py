"""Recurrent networks in NumPy, forward and backward through time: SimpleRNN, LSTM and GRU, in Keras's conventions.

A recurrent layer reads a sequence one step at a time and carries a state from step to step. All three layers here are
used in the same way:

    layer = LSTM(kernel, recurrent_kernel, bias)       # or LSTM(*keras_layer.get_weights())
    run = layer.forward(x)                             # x (N, T, features)
    run.outputs                                        # (N, T, units), the hidden state after each step
    run.states["c"], run.gates["f"]                    # everything that happened on the way
    back = layer.backward(run, output_gradient)        # backpropagation through time
    back.x, back.weights, back.states["h"]             # gradients, of the states at each step as well

Sequences are (N, T, features): N sequences of T steps. Weights are laid out as Keras does, so weights move over
unchanged. float32 is computed in float32, everything else in float64.

**Several networks at once.** Weights may have further axes in front: a kernel (networks, features, 4·units) holds that
many LSTMs, which share nothing but the calls to NumPy. Their inputs are (networks, N, T, features), or (N, T, features)
when all read the same. Outputs, gates, states and gradients have the same axes in front. Ten small networks side by
side take much less time than ten runs of one.

**Masks.** A mask (N, T) says which steps are there (True) and which are padding (False). At a padded step every state
stays what it was, and so does the output. (Keras on TensorFlow and PyTorch differs in one case, a sequence that begins
with padding and has an initial state: there the output is 0 until the first real step.)

References: Elman (1990), "Finding structure in time"; Hochreiter, Schmidhuber (1997), "Long short-term memory"; Gers,
Schmidhuber, Cummins (2000), "Learning to forget" (the forget gate); Cho and others (2014), "Learning phrase
representations using RNN encoder–decoder" (the GRU); Werbos (1990), "Backpropagation through time: what it does and
how to do it"; Schuster, Paliwal (1997), "Bidirectional recurrent neural networks".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["GRU", "LSTM", "Bidirectional", "Gradients", "Run", "SimpleRNN", "Stack", "orthogonal", "sigmoid"]


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(−x)), without overflow for any x."""
    return 0.5 * np.tanh(0.5 * x) + 0.5


# An activation, and its slope as a function of the activation's value.
_ACTIVATIONS = {
    "tanh": (np.tanh, lambda y: 1 - y * y),
    "sigmoid": (sigmoid, lambda y: y * (1 - y)),
    "relu": (lambda x: np.maximum(x, 0), lambda y: (y > 0).astype(y.dtype)),
    "linear": (lambda x: x, np.ones_like),
}


def orthogonal(rng: np.random.Generator, rows: int, columns: int, networks: int | None = None) -> np.ndarray:
    """Return a random matrix whose columns (or rows, if there are fewer) are perpendicular and of length 1.

    After Saxe, McClelland, Ganguli (2014). It is Keras's choice for recurrent kernels: multiplied with a square one, a
    vector keeps its length.

    Args:
        rng: where the numbers come from.
        rows, columns: the size of the matrix.
        networks: how many matrices; None for one without an axis in front.

    Returns:
        (rows, columns), or (networks, rows, columns).
    """
    tall = rng.normal(size=(() if networks is None else (networks,)) + (max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q = q * np.sign(np.diagonal(r, axis1=-2, axis2=-1))[..., None, :]  # so that no direction is preferred
    return q if rows >= columns else np.swapaxes(q, -1, -2)


@dataclass(frozen=True)
class Run:
    """What `forward` returns: all that happened.

    Attributes:
        outputs: (…, N, T, units). Each stands at its own time step, also for a layer that reads backward.
        states: each state by name, "h" and for an LSTM "c", (…, N, T + 1, units), in the order of reading: [0] is the
            initial state, [t] the state after t steps.
        gates: each gate by name, (…, N, T, units), in the order of reading. LSTM: "i", "f", "o" and the candidate
            "g". GRU: "z", "r" and the candidate "g". SimpleRNN: none. At padded steps they hold what the layer would
            have done. `backward` reads the same memory: do not write into it.
        final: (…, N, units), the hidden state at the end of reading.
    """

    outputs: np.ndarray
    states: dict[str, np.ndarray]
    gates: dict[str, np.ndarray]
    final: np.ndarray
    saved: tuple  # what `backward` needs


@dataclass(frozen=True)
class Gradients:
    """What `backward` returns: the gradient of the loss with respect to everything.

    Attributes:
        x: of the inputs' shape; None if it was not asked for.
        weights: one array for each of `layer.weights`, in that order.
        initial_state: one array for each state.
        states: by name, (…, N, T + 1, units), in the order of reading: how the loss would change if this state
            were changed after step t, just before the step after it reads it (and it is read out as output t).
    """

    x: np.ndarray | None
    weights: list[np.ndarray]
    initial_state: list[np.ndarray]
    states: dict[str, np.ndarray]


class _Recurrent:
    """What the three layers have in common: the loop over time, there and back."""

    state_names: tuple[str, ...] = ("h",)
    gate_names: tuple[str, ...] = ()
    blocks = 1  # the kernel holds this many blocks of `units` columns

    def __init__(
        self,
        kernel: np.ndarray,
        recurrent_kernel: np.ndarray,
        bias: np.ndarray | None = None,
        *,
        activation: str = "tanh",
        reverse: bool = False,
    ):
        if activation not in _ACTIVATIONS:
            raise ValueError(f"activation is one of {', '.join(_ACTIVATIONS)}, not {activation!r}")
        self.kernel, self.recurrent_kernel = _floats(kernel, "kernel"), _floats(recurrent_kernel, "recurrent_kernel")
        self.bias = None if bias is None else _floats(bias, "bias")
        self.reverse = reverse
        self._activation, self._slope = _ACTIVATIONS[activation]
        if self.kernel.ndim < 2 or self.recurrent_kernel.ndim < 2:
            raise ValueError("kernel and recurrent_kernel are matrices (with further axes in front for more networks)")
        self.inputs, self.units = self.kernel.shape[-2], self.recurrent_kernel.shape[-2]
        self.networks = self.kernel.shape[:-2]
        columns = self.blocks * self.units
        expected = {
            "kernel": (self.kernel, (*self.networks, self.inputs, columns)),
            "recurrent_kernel": (self.recurrent_kernel, (*self.networks, self.units, columns)),
        }
        if self.bias is not None:
            expected["bias"] = (self.bias, self.networks + self._bias_shape())
        for name, (weights, shape) in expected.items():
            if weights.shape != shape:
                raise ValueError(f"{name} has the shape {weights.shape}, it should be {shape} for {self.units} units")

    @property
    def weights(self) -> list[np.ndarray]:
        """Kernel, recurrent kernel and bias (if there is one), in the order of Keras's `get_weights`."""
        return [one for one in (self.kernel, self.recurrent_kernel, self.bias) if one is not None]

    @weights.setter
    def weights(self, new: Sequence[np.ndarray]) -> None:
        """Replace the weights by others of the same shapes; raises ValueError for others."""
        old = self.weights
        if len(new) != len(old) or any(np.shape(a) != b.shape for a, b in zip(new, old, strict=True)):
            raise ValueError(f"the weights have the shapes {[w.shape for w in old]}, not {[np.shape(w) for w in new]}")
        self.kernel, self.recurrent_kernel = _floats(new[0], "kernel"), _floats(new[1], "recurrent_kernel")
        if self.bias is not None:
            self.bias = _floats(new[2], "bias")

    @classmethod
    def random(
        cls,
        inputs: int,
        units: int,
        rng: np.random.Generator,
        networks: int | None = None,
        dtype: str = "float32",
        **options,
    ):
        """Return a layer with random weights, drawn as Keras does by default.

        The kernel is Glorot-uniform, the recurrent kernel orthogonal, the bias 0, and 1 for the forget gate of an LSTM.

        Args:
            inputs, units: features of a step, and numbers in the state.
            rng: where the numbers come from.
            networks: how many networks side by side; None for one without an axis in front.
            dtype: of the weights.
            options: the keyword arguments of the class.

        Raises:
            ValueError: inputs, units or networks is less than 1.
        """
        front = () if networks is None else (networks,)
        if min(inputs, units, *front) < 1:
            raise ValueError(f"inputs, units and networks are at least 1, not {inputs}, {units}, {networks}")
        columns = cls.blocks * units
        limit = np.sqrt(6 / (inputs + columns))
        kernel = rng.uniform(-limit, limit, size=(*front, inputs, columns)).astype(dtype)
        recurrent_kernel = orthogonal(rng, units, columns, networks).astype(dtype)
        layer = cls(kernel, recurrent_kernel, None, **options)
        layer.bias = np.zeros(front + layer._bias_shape(), dtype)
        layer._start_bias()
        return layer

    def forward(
        self,
        x: np.ndarray,
        mask: np.ndarray | None = None,
        initial_state: np.ndarray | Sequence[np.ndarray] | None = None,
    ) -> Run:
        """Read sequences and return all outputs, states and gates.

        Args:
            x: (N, T, features), or with the networks' axes in front.
            mask: (N, T) of truth values, False for padding; the same for all networks.
            initial_state: (N, units), or a list of one for each of `state_names`; 0 if not given.

        Raises:
            ValueError: arrays whose shapes do not fit, or no step.
        """
        x = _floats(x, "x")
        front = x.shape[:-3]
        if x.ndim < 3 or x.shape[-1] != self.inputs or x.shape[-2] == 0 or front not in ((), self.networks):
            raise ValueError(
                f"x is (N, T, {self.inputs}) with T from 1 up, or has {self.networks} in front, not {x.shape}"
            )
        x = x.astype(np.result_type(x, *self.weights), copy=False)
        steps = np.moveaxis(x, -2, 0)  # time first
        steps = steps.reshape(steps.shape[0], *(1,) * (len(self.networks) - len(front)), *steps.shape[1:])
        present = self._checked_mask(mask, x.shape[-3:-1])
        if self.reverse:
            steps, present = steps[::-1], present if present is None else present[::-1]
        projected = steps @ self.kernel
        if self.bias is not None:
            projected += self._input_bias()[..., None, :]
        states = self._first_state(initial_state, projected.shape[1:-1], projected.dtype)
        history = [np.empty((len(steps) + 1, *one.shape), one.dtype) for one in states]
        notes = []
        for t in range(len(steps)):
            for kept, one in zip(history, states, strict=True):
                kept[t] = one
            new, note = self._step(projected[t], *states)
            if present is not None:
                new = tuple(np.where(present[t], after, before) for after, before in zip(new, states, strict=True))
            states = new
            notes.append(note)
        for kept, one in zip(history, states, strict=True):
            kept[-1] = one
        outputs = history[0][1:]
        gates = dict(zip(self.gate_names, self._cut(projected), strict=False))
        return Run(
            outputs=np.moveaxis(outputs[::-1] if self.reverse else outputs, 0, -2),
            states={name: np.moveaxis(one, 0, -2) for name, one in zip(self.state_names, history, strict=True)},
            gates={name: np.moveaxis(one, 0, -2) for name, one in gates.items()},
            final=outputs[-1],
            saved=(steps, present, history, notes, x.shape),
        )

    def backward(
        self,
        run: Run,
        output_gradient: np.ndarray | None = None,
        final_gradient: np.ndarray | Sequence[np.ndarray] | None = None,
        input_gradient: bool = True,
    ) -> Gradients:
        """Backpropagation through time: from the gradient of the outputs to that of everything.

        Args:
            run: what `forward` returned, with the weights that the layer still has.
            output_gradient: of the shape of `run.outputs`; 0 if not given.
            final_gradient: the gradient with respect to `run.final` (…, N, units), or a list of one for each of
                `state_names`; 0 if not given.
            input_gradient: False leaves out the gradient of x, which a first layer does not need.

        Raises:
            ValueError: gradients whose shapes are not those of what they are gradients of.
        """
        steps, present, history, notes, x_shape = run.saved
        state_shape = history[0].shape[1:]
        if final_gradient is not None and not isinstance(final_gradient, list | tuple):
            zero = np.zeros(state_shape, history[0].dtype)
            final_gradient = [final_gradient, *[zero] * (len(self.state_names) - 1)]
        after = list(self._first_state(final_gradient, state_shape[:-1], history[0].dtype, "final_gradient"))
        outside = None
        if output_gradient is not None:
            output_gradient = np.asarray(output_gradient)
            if output_gradient.shape != run.outputs.shape:
                raise ValueError(f"output_gradient is {run.outputs.shape}, as the outputs, not {output_gradient.shape}")
            outside = np.moveaxis(output_gradient, -2, 0)
            outside = outside[::-1] if self.reverse else outside
        states_gradient = [np.empty_like(one) for one in history]
        weights = [np.zeros_like(one, history[0].dtype) for one in (self.kernel, self.recurrent_kernel)]
        of_bias = [np.zeros((*state_shape[:-1], self.kernel.shape[-1]), history[0].dtype) for _ in weights]
        x_gradient = (
            np.empty((len(steps), *state_shape[:-1], self.inputs), history[0].dtype) if input_gradient else None
        )
        for t in reversed(range(len(steps))):
            if outside is not None:
                after[0] = after[0] + outside[t]
            for kept, now in zip(states_gradient, after, strict=True):
                kept[t + 1] = now
            arriving, passing = after, None
            if present is not None:
                arriving = [np.where(present[t], one, 0) for one in after]
                passing = [np.where(present[t], 0, one) for one in after]
            before = [one[t] for one in history]
            after, into_kernel, into_recurrent = self._step_back(notes[t], before, arriving)
            weights[0] += _summed_products(steps[t], into_kernel)
            weights[1] += self._recurrent_gradient(notes[t], before[0], into_recurrent)
            of_bias[0] += into_kernel
            of_bias[1] += into_recurrent
            if input_gradient:
                x_gradient[t] = into_kernel @ np.swapaxes(self.kernel, -1, -2)
            if passing is not None:
                after = [one + kept for one, kept in zip(after, passing, strict=True)]
        for kept, now in zip(states_gradient, after, strict=True):
            kept[0] = now
        if self.bias is not None:
            weights.append(self._bias_gradient(*(one.sum(axis=-2) for one in of_bias)))
        return Gradients(
            x=self._as_given(x_gradient, x_shape) if input_gradient else None,
            weights=weights,
            initial_state=list(after),
            states={name: np.moveaxis(one, 0, -2) for name, one in zip(self.state_names, states_gradient, strict=True)},
        )

    # What the layers do differently.

    def _step(self, projected, *state):
        """Return the new state, as a tuple, and a note for the way back; leave the gates, if any, in `projected`."""
        raise NotImplementedError

    def _step_back(self, note, before, after):
        """Return the gradient of the state before, and of what the two kernels have produced."""
        raise NotImplementedError

    def _recurrent_gradient(self, note, hidden, into_recurrent):
        return _summed_products(hidden, into_recurrent)

    def _bias_shape(self):
        return (self.blocks * self.units,)

    def _input_bias(self):
        return self.bias

    def _bias_gradient(self, of_kernel, of_recurrent):
        return of_kernel

    def _start_bias(self):
        """Change the bias of a new layer, which is 0, in place."""

    # Helpers.

    def _cut(self, columns):
        """Return the blocks of `units` columns, as views."""
        return [columns[..., k * self.units : (k + 1) * self.units] for k in range(self.blocks)]

    def _as_given(self, gradient, x_shape):
        """Return a gradient (T, …, N, features) in the order and of the shape of x."""
        gradient = gradient[::-1] if self.reverse else gradient
        gradient = np.moveaxis(gradient, 0, -2)
        extra = gradient.ndim - len(x_shape)  # networks that have read the same x
        return gradient.sum(axis=tuple(range(extra))) if extra else gradient

    def _checked_mask(self, mask, shape):
        """Return the mask as (T, N, 1), or None."""
        if mask is None:
            return None
        mask = np.asarray(mask)
        if mask.shape != shape or mask.dtype != bool:
            raise ValueError(f"mask is an array {shape} of truth values, not {mask.dtype} {mask.shape}")
        return mask.T[..., None]

    def _first_state(self, given, shape, dtype, name="initial_state"):
        """Return one array (…, N, units) a state: zeros, or those that are given."""
        shape = (*shape, self.units)
        if given is None:
            return tuple(np.zeros(shape, dtype) for _ in self.state_names)
        given = list(given) if isinstance(given, list | tuple) else [given]
        if len(given) != len(self.state_names):
            raise ValueError(f"{name} is one array for each of the states {', '.join(self.state_names)}")
        try:
            return tuple(np.broadcast_to(np.asarray(one, dtype), shape) for one in given)
        except ValueError:
            raise ValueError(f"{name} has the shape {np.shape(given[0])}, it should be {shape}") from None


class SimpleRNN(_Recurrent):
    """h ← activation(x @ kernel + h @ recurrent_kernel + bias): one `keras.layers.SimpleRNN`.

    Args:
        kernel: (features, units).
        recurrent_kernel: (units, units).
        bias: (units,), or None for none.
        activation: "tanh", "relu", "sigmoid" or "linear".
        reverse: read from the last step to the first.

    Raises:
        ValueError: shapes that do not fit each other, or another activation.
    """

    def _step(self, projected, h):
        new = self._activation(projected + h @ self.recurrent_kernel)
        return (new,), (new,)

    def _step_back(self, note, before, after):
        into = after[0] * self._slope(note[0])
        return [into @ np.swapaxes(self.recurrent_kernel, -1, -2)], into, into


class LSTM(_Recurrent):
    """Long short-term memory: one `keras.layers.LSTM`. Its columns are in Keras's order: i, f, g, o.

    c ← f·c + i·g and h ← o·activation(c), with the input gate i, the forget gate f and the output gate o, which are
    sigmoids, and the candidate g, all four computed from x and h.

    Args:
        kernel: (features, 4·units).
        recurrent_kernel: (units, 4·units).
        bias: (4·units,), or None for none.
        activation: of the candidate and of the way out; "tanh", "relu", "sigmoid" or "linear".
        reverse: read from the last step to the first.

    Raises:
        ValueError: shapes that do not fit each other, or another activation.
    """

    state_names = ("h", "c")
    gate_names = ("i", "f", "g", "o")
    blocks = 4

    def _step(self, projected, h, c):
        projected += h @ self.recurrent_kernel
        i, f, g, o = self._cut(projected)
        gates = sigmoid(projected)  # all at once, which is faster than three blocks apart
        self._cut(gates)[2][...] = self._activation(g)
        projected[...] = gates
        new_c = f * c + i * g
        out = self._activation(new_c)
        return (o * out, new_c), (projected, out)

    def _step_back(self, note, before, after):
        gates, out = note
        i, f, g, o = self._cut(gates)
        dh, dc = after
        dc = dc + dh * o * self._slope(out)
        slopes = gates * (1 - gates)
        self._cut(slopes)[2][...] = self._slope(g)
        into = np.concatenate([dc * g, dc * before[1], dc * i, dh * out], axis=-1) * slopes
        return [into @ np.swapaxes(self.recurrent_kernel, -1, -2), dc * f], into, into

    def _start_bias(self):
        self._cut(self.bias)[1][...] = 1  # the forget gate begins open (Jozefowicz, Zaremba, Sutskever 2015)


class GRU(_Recurrent):
    """Gated recurrent unit: one `keras.layers.GRU`. Its columns are in Keras's order: z, r, g.

    h ← z·h + (1 − z)·g, with the update gate z, the reset gate r, which are sigmoids, and the candidate g. The reset
    gate scales what the candidate sees of the old state, either before the multiplication with the recurrent kernel
    (`reset_after=False`, as in Cho and others 2014) or after it (`reset_after=True`, Keras's default).

    Args:
        kernel: (features, 3·units).
        recurrent_kernel: (units, 3·units).
        bias: (2, 3·units), one row beside each kernel, with `reset_after`; (3·units,) without; None for none.
        activation: of the candidate; "tanh", "relu", "sigmoid" or "linear".
        reverse: read from the last step to the first.
        reset_after: see above.

    Raises:
        ValueError: shapes that do not fit each other, or another activation.
    """

    gate_names = ("z", "r", "g")
    blocks = 3

    def __init__(self, kernel, recurrent_kernel, bias=None, *, activation="tanh", reverse=False, reset_after=True):
        self.reset_after = reset_after
        super().__init__(kernel, recurrent_kernel, bias, activation=activation, reverse=reverse)

    def _bias_shape(self):
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def _input_bias(self):
        return self.bias[..., 0, :] if self.reset_after else self.bias

    def _step(self, projected, h):
        u = self.units
        z, r, g = self._cut(projected)
        gates = projected[..., : 2 * u]  # z and r
        if self.reset_after:
            recurrent = h @ self.recurrent_kernel
            if self.bias is not None:
                recurrent += self.bias[..., 1, None, :]
            gates[...] = sigmoid(gates + recurrent[..., : 2 * u])
            seen = recurrent[..., 2 * u :]
            g[...] = self._activation(g + r * seen)
        else:
            gates[...] = sigmoid(gates + h @ self.recurrent_kernel[..., : 2 * u])
            seen = r * h
            g[...] = self._activation(g + seen @ self.recurrent_kernel[..., 2 * u :])
        return (z * h + (1 - z) * g,), (z, r, g, seen)

    def _step_back(self, note, before, after):
        z, r, g, seen = note
        (h,), (dh,) = before, after
        transposed = np.swapaxes(self.recurrent_kernel, -1, -2)
        into_g = dh * (1 - z) * self._slope(g)
        into_z = dh * (h - g) * z * (1 - z)
        if self.reset_after:
            into_r = into_g * seen * r * (1 - r)
            into_recurrent = np.concatenate([into_z, into_r, into_g * r], axis=-1)
            dh = dh * z + into_recurrent @ transposed
        else:
            into_seen = into_g @ transposed[..., 2 * self.units :, :]
            into_r = into_seen * h * r * (1 - r)
            into_recurrent = np.concatenate([into_z, into_r, into_g], axis=-1)
            gates_only = into_recurrent[..., : 2 * self.units] @ transposed[..., : 2 * self.units, :]
            dh = dh * z + into_seen * r + gates_only
        return [dh], np.concatenate([into_z, into_r, into_g], axis=-1), into_recurrent

    def _recurrent_gradient(self, note, hidden, into_recurrent):
        if self.reset_after:
            return _summed_products(hidden, into_recurrent)
        u = self.units
        of_gates = _summed_products(hidden, into_recurrent[..., : 2 * u])
        return np.concatenate([of_gates, _summed_products(note[3], into_recurrent[..., 2 * u :])], axis=-1)

    def _bias_gradient(self, of_kernel, of_recurrent):
        return np.stack([of_kernel, of_recurrent], axis=-2) if self.reset_after else of_kernel


class Bidirectional:
    """Two layers, one of which reads from the end; their outputs side by side, as `keras.layers.Bidirectional`.

    At padded steps the outputs are 0, as Keras has it with `return_sequences=True`.

    Args:
        forward_layer: reads from the first step to the last.
        backward_layer: reads from the last to the first; made with `reverse=True`.

    Raises:
        ValueError: the directions are not one of each.
    """

    def __init__(self, forward_layer: _Recurrent, backward_layer: _Recurrent):
        if forward_layer.reverse or not backward_layer.reverse:
            raise ValueError("the second layer reads from the end: make it, and only it, with reverse=True")
        self.layers = [forward_layer, backward_layer]

    @property
    def weights(self) -> list[np.ndarray]:
        """The weights of the forward layer, then those of the backward layer."""
        return [one for layer in self.layers for one in layer.weights]

    def forward(self, x: np.ndarray, mask: np.ndarray | None = None) -> Run:
        """Read sequences in both directions. Arguments and errors as for one layer.

        Returns:
            A `Run` whose outputs are (…, N, T, units of both) and whose `final` holds, side by side, what each
            layer knows after its last step. The states and gates of the two are in `saved`, which holds their runs.
        """
        runs = [layer.forward(x, mask) for layer in self.layers]
        outputs = np.concatenate([run.outputs for run in runs], axis=-1)
        if mask is not None:
            outputs = np.where(np.asarray(mask)[..., None], outputs, 0)
        final = np.concatenate([run.final for run in runs], axis=-1)
        return Run(outputs, {}, {}, final, (runs, mask))

    def backward(
        self, run: Run, output_gradient: np.ndarray | None = None, final_gradient: np.ndarray | None = None
    ) -> Gradients:
        """Return the gradients of x and of the weights; the states' are left out. Errors as for one layer."""
        runs, mask = run.saved
        cut = self.layers[0].units
        of_outputs, of_final = [None, None], [None, None]
        if output_gradient is not None:
            output_gradient = np.asarray(output_gradient)
            if mask is not None:
                output_gradient = np.where(np.asarray(mask)[..., None], output_gradient, 0)
            of_outputs = [output_gradient[..., :cut], output_gradient[..., cut:]]
        if final_gradient is not None:
            of_final = [np.asarray(final_gradient)[..., :cut], np.asarray(final_gradient)[..., cut:]]
        parts = [
            layer.backward(one, outputs, final)
            for layer, one, outputs, final in zip(self.layers, runs, of_outputs, of_final, strict=True)
        ]
        return Gradients(parts[0].x + parts[1].x, parts[0].weights + parts[1].weights, [], {})


class Stack:
    """Layers on top of each other: each reads the outputs of the one below, and all have the same mask.

    Args:
        layers: `SimpleRNN`, `LSTM`, `GRU` or `Bidirectional`, the lowest first; at least one.

    Raises:
        ValueError: there is no layer.
    """

    def __init__(self, layers: Sequence[_Recurrent | Bidirectional]):
        self.layers = list(layers)
        if not self.layers:
            raise ValueError("a stack needs at least one layer")

    @property
    def weights(self) -> list[np.ndarray]:
        """The weights of all layers, the lowest first."""
        return [one for layer in self.layers for one in layer.weights]

    def forward(self, x: np.ndarray, mask: np.ndarray | None = None) -> Run:
        """Read sequences; arguments and errors as for one layer.

        Returns:
            The top layer's `Run`, whose `saved` holds the runs of all layers.
        """
        runs = []
        for layer in self.layers:
            runs.append(layer.forward(x, mask))
            x = runs[-1].outputs
        top = runs[-1]
        return Run(top.outputs, top.states, top.gates, top.final, tuple(runs))

    def backward(self, run: Run, output_gradient: np.ndarray | None = None, final_gradient=None) -> Gradients:
        """Return the gradients of x and of the weights; of the states, the top layer's. Errors as for one layer."""
        weights = []
        states = None
        for layer, one in zip(reversed(self.layers), reversed(run.saved), strict=True):
            back = layer.backward(one, output_gradient, final_gradient)
            output_gradient, final_gradient = back.x, None
            weights = back.weights + weights
            states = back.states if states is None else states
        return Gradients(back.x, weights, [], states)


def _floats(array: np.ndarray, name: str) -> np.ndarray:
    """Return an array of float32 or float64, or say in a ValueError what is wrong with it."""
    array = np.asarray(array)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} is an array of numbers, not {array.dtype}")
    return array if array.dtype == np.float32 else array.astype(np.float64)


def _summed_products(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the sum over sequences of the outer products: (…, N, a) and (…, N, b) to (…, a, b)."""
    return np.swapaxes(left, -1, -2) @ right
