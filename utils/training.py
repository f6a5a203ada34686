"""Training with Keras: `fit` with live progress and a stable line left behind, and many networks trained in one.

Import this module after `runtime.start_lesson`, which chooses the backend.
"""

from __future__ import annotations

import gc
from numbers import Integral

import keras
from keras import ops

from utils.progress import Progress


class EpochProgress(keras.callbacks.Callback):
    """A Keras callback that shows the epochs as they go by and leaves the line `label: 20 epochs`.

    Where an `EarlyStopping` callback is at work, the number of epochs is a measured one, and the line says
    `label: ≈37 of at most 200 epochs`.

    Args:
        label: what is being trained; one line of text.
    """

    def __init__(self, label: str):
        super().__init__()
        self.label = label
        self.may_stop_early = False

    def on_train_begin(self, logs=None):
        self.progress = Progress(self.label, self.params["epochs"], "epochs")

    def on_epoch_end(self, epoch, logs=None):
        self.progress.step()

    def on_train_end(self, logs=None):
        done, total = self.progress.done, self.progress.total
        went_by = "1 epoch" if done == 1 else f"{done} epochs"
        self.progress.close(f"≈{done} of at most {total} epochs" if self.may_stop_early else went_by)


def fit(model: keras.Model, *data, label: str, callbacks=None, **options) -> keras.callbacks.History:
    """Call `model.fit` with progress in place of Keras's own output, whose times differ from run to run.

    On JAX, what was compiled before is dropped first: JAX keeps every program for as long as the process lives, and a
    lesson that trains seven networks peaks at 1.6 GB in place of 2.3. What is used again is compiled again.

    Args:
        model: a compiled Keras model.
        data: the positional arguments of `model.fit`: inputs and targets, or a data set.
        label: what is being trained, for the line of progress.
        callbacks: further Keras callbacks, in any form that `model.fit` takes: a list, a single one, or None.
        options: the other keyword arguments of `model.fit`.

    Returns:
        What `model.fit` returns: the History, with `.history` and `.epoch`.

    Raises:
        ValueError: `verbose` is given (this function is the output).
    """
    if "verbose" in options:
        raise ValueError("training.fit shows its own progress: leave out verbose, or call model.fit yourself")
    progress = EpochProgress(label)
    callbacks = getattr(callbacks, "callbacks", callbacks)  # those of a CallbackList
    callbacks = [] if callbacks is None else keras.tree.flatten(callbacks)
    progress.may_stop_early = any(isinstance(one, keras.callbacks.EarlyStopping) for one in callbacks)
    if model.built and model.optimizer is not None and not model.optimizer.built:
        # else its variables are made within the first step, which TensorFlow then traces a second time
        model.optimizer.build(model.trainable_variables)
    if keras.backend.backend() == "jax":
        import jax

        jax.clear_caches()
        gc.collect()
    return model.fit(*data, callbacks=[*callbacks, progress], verbose=0, **options)


def several_steps(count: int) -> dict[str, int]:
    """Return options for `model.compile` that let `fit` run `count` steps in one call, where the backend can.

    Training ends at the same weights, and a small network gets there sooner: much of its time goes into the calls.
    Keras's PyTorch trainer takes one step a call and refuses more; there the options are empty. Callbacks see a batch
    only after each call.

    Raises:
        ValueError: the count is not an integer, or below 1.
    """
    if isinstance(count, bool) or not isinstance(count, Integral) or count < 1:
        raise ValueError(f"a call runs at least 1 step, a whole number of them, not {count!r}")
    return {} if keras.backend.backend() == "torch" else {"steps_per_execution": int(count)}


class SideBySide(keras.layers.Layer):
    """Dense layers of several networks in one layer; none of them sees the others.

    Input is (batch, networks, …, inputs) and output (batch, networks, …, units): the second axis says whose row it is.
    Each network has its own `kernel[i]`, (inputs, units), and `bias[i]`, (units,), which start as those of
    `keras.layers.Dense` do. With a loss that sums over the networks, and an optimizer that treats each weight by
    itself, each is trained as if it were alone.

    Args:
        units: how many numbers come out, at least 1.
        activation: as for `keras.layers.Dense`.
        fan_out: by how many outputs an input is used, for the range of the initial weights; `units` if not given. A
            3×3 convolution written as a layer on windows has 9 · units.

    Raises:
        ValueError: `units` is not an integer from 1 up, or the input has no axis of networks, or an unknown length of
            it or of the last.
    """

    def __init__(self, units: int, activation=None, fan_out: int | None = None):
        super().__init__()
        if isinstance(units, bool) or not isinstance(units, Integral) or units < 1:
            raise ValueError(f"units are a whole number, at least 1, not {units!r}")
        self.units, self.activation, self.fan_out = int(units), keras.activations.get(activation), fan_out or units

    def build(self, shape):
        """Make the weights for an input of this shape."""
        if len(shape) < 3 or None in (shape[1], shape[-1]):
            raise ValueError(f"the input is (batch, networks, …, inputs), both known, not {tuple(shape)}")
        networks, inputs = shape[1], shape[-1]
        limit = (6 / (inputs + self.fan_out)) ** 0.5  # Glorot's uniform, of one network and not of all
        start = keras.initializers.RandomUniform(-limit, limit)
        self.kernel = self.add_weight((networks, inputs, self.units), initializer=start)
        self.bias = self.add_weight((networks, self.units), initializer="zeros")

    def call(self, x):
        """Return what each network's layer makes of its rows."""
        networks, units = self.bias.shape
        bias = ops.reshape(self.bias, (networks, *[1] * (len(x.shape) - 3), units))
        return self.activation(times(x, self.kernel) + bias)


def times(x, kernel):
    """Multiply rows by a kernel, or the rows of each network by a kernel of its own.

    Args:
        x: (…, inputs), or (batch, networks, …, inputs) for kernels side by side.
        kernel: (inputs, units), or (networks, inputs, units).

    Raises:
        ValueError: the kernel has neither two nor three axes, or the two do not have the same number of networks.
    """
    if len(kernel.shape) == 2:
        return ops.matmul(x, kernel)
    if len(kernel.shape) != 3 or len(x.shape) < 3 or x.shape[1] != kernel.shape[0]:
        raise ValueError(f"{tuple(x.shape)} rows and {tuple(kernel.shape)} kernels are not of the same networks")
    rows = "pqstuvw"[: len(x.shape) - 3]
    return ops.einsum(f"bn{rows}i,nio->bn{rows}o", x, kernel)
