"""Training with Keras: `fit` with live progress and a stable line left behind, and many networks trained in one.

One training is luck, so lessons train a network several times. Small networks spend their time in calls, not in
arithmetic; therefore several are trained in one `fit`, side by side: every array has an axis for the network, the
second one, and no network sees another (lessons 04 and 15)::

    five = training.side_by_side(model, 5)       # model is an ordinary Keras model; five is one of five such
    five.compile(optimizer, training.summed(keras.losses.sparse_categorical_crossentropy, from_logits=True))
    training.fit(five, x, y, label="five networks", batch_size=100, epochs=20)     # x is (rows, 5, …), y is (rows, 5)
    training.accuracy_per_network(five, x_new, y_new)                              # five numbers
    model.set_weights(training.weights_of(five, 3))                                # network 3, alone

`train_together` trains several of these, with other settings, in one `fit`; `fresh` starts a compiled network anew, for
trainings one after another (lesson 10); `progress.repeat` does anything for several seeds.

Import this module after `runtime.start_lesson`, which chooses the backend.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Mapping, Sequence
from numbers import Integral

import keras
import numpy as np
from keras import ops

from utils import runtime
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


def fresh(model: keras.Model, seed: int) -> keras.Model:
    """Start a compiled model anew: other initial weights, and an optimizer that remembers nothing. Returns the model.

    Compiling once and starting anew for each run saves the time of tracing it again (lesson 10).

    Args:
        model: a model that is built and compiled.
        seed: of the new weights; random numbers after the call follow from it, too. (On PyTorch the first `fit` of a
            model draws an order of the examples more than later ones do.)

    Raises:
        ValueError: the model is not built or not compiled.
    """
    if not model.built or getattr(model, "optimizer", None) is None:
        raise ValueError("a model that starts anew has weights and an optimizer: build and compile it first")
    runtime.reseed(seed)
    model.set_weights(keras.models.clone_model(model).get_weights())
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    else:
        rate = getattr(model.optimizer, "_learning_rate", None)
        for variable in model.optimizer.variables:
            if variable is not rate:  # a rate that is a plain number is one of the optimizer's variables
                variable.assign(np.zeros(variable.shape))
    return model


# ---- Several networks in one ----


def side_by_side(model: keras.Model, networks: int) -> keras.Model:
    """Return a model of several networks like this one, which are trained in one `fit` and do not see each other.

    Its input is (batch, networks, …) and so is its output; network `i` has a start of its own, drawn as the layers'
    initializers say. With `summed` as its loss, and an optimizer that treats each weight by itself (SGD, momentum,
    Adam, RMSprop, with or without a schedule; not one that clips gradients by their norm), each is trained as if it
    were alone on its part of the data. Penalties (`kernel_regularizer`) count for each as they would there.

    Args:
        model: a Sequential or functional Keras model of one input, made of Dense, Conv2D and layers without weights
            that treat each example by itself (Dropout, pooling, Flatten, Rescaling, activations, Add, …).
        networks: how many, at least 1.

    Returns:
        The model; `weights_of` takes one network's weights out of it.

    Raises:
        ValueError: `networks` is no such number, the model is not built or has several inputs, or it has a layer that
            cannot stand side by side.
    """
    if isinstance(networks, bool) or not isinstance(networks, Integral) or networks < 1:
        raise ValueError(f"networks are a whole number, at least 1, not {networks!r}")
    if not model.built or len(model.inputs) != 1:
        raise ValueError("a model to be put side by side is built and has one input: begin it with keras.Input(shape)")
    shape = model.inputs[0].shape[1:]
    entry = keras.Input((int(networks), *shape), dtype=model.inputs[0].dtype)
    return keras.models.clone_model(model, input_tensors=entry, clone_function=_beside)


def weights_of(together: keras.Model, network: int) -> list[np.ndarray]:
    """Return the weights of one of the networks side by side, in the order of its model's `set_weights`."""
    return [weights[network] for weights in together.get_weights()]


def summed(loss: Callable, **options) -> Callable:
    """Return a loss for networks side by side: their sum, so that no network's gradient depends on the others.

    Args:
        loss: a function of Keras that gives one number for each row, as `keras.losses.mean_squared_error` or
            `keras.losses.sparse_categorical_crossentropy`: (truth, prediction), both (batch, networks, …).
        options: further arguments of it, as `from_logits=True`.
    """

    def summed_loss(truth, prediction):
        each = loss(truth, prediction, **options)
        return ops.sum(each, axis=tuple(range(1, len(each.shape)))) if len(each.shape) > 1 else each

    return summed_loss


def stacked(runs: Sequence[Sequence[np.ndarray]]) -> tuple[np.ndarray, ...]:
    """Put the data of several runs side by side: from [(x, y), (x, y), …] to x (rows, runs, …) and y (rows, runs, …).

    Raises:
        ValueError: no runs, or arrays of different shapes.
    """
    if not len(runs):
        raise ValueError("there are no runs to put side by side")
    parts = list(zip(*runs, strict=True))
    for number, arrays in enumerate(parts):
        shapes = {np.shape(array) for array in arrays}
        if len(shapes) > 1:
            raise ValueError(f"array {number} has another shape in another run: {sorted(shapes)}; they must be alike")
    return tuple(np.stack(arrays, axis=1) for arrays in parts)


def accuracy_per_network(model: keras.Model, x: np.ndarray, y: np.ndarray, batch_size: int = 500) -> np.ndarray:
    """Return the share of right answers of each network side by side, (networks,).

    Args:
        model: its outputs are scores or probabilities, (rows, networks, classes).
        x: (rows, networks, …).
        y: the right classes, (rows, networks).
        batch_size: rows that are computed at once.

    Raises:
        ValueError: outputs and classes do not fit.
    """
    scores = model.predict(x, batch_size=batch_size, verbose=0)
    if np.ndim(scores) != 3 or scores.shape[:2] != np.shape(y):
        raise ValueError(
            f"scores are (rows, networks, classes) and y (rows, networks), not {np.shape(scores)}, {np.shape(y)}"
        )
    return np.mean(scores.argmax(axis=-1) == y, axis=0)


def train_together(
    models: Mapping[str, keras.Model],
    data: tuple[np.ndarray, np.ndarray] | Mapping[str, tuple[np.ndarray, np.ndarray]],
    optimizer: keras.optimizers.Optimizer,
    loss: Callable,
    label: str,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    **options,
) -> dict[str, np.ndarray]:
    """Train several models in one `fit`: other settings, each on its own data or all on the same.

    Their losses are added up, so each ends where it would end alone with an optimizer that treats each weight by
    itself (lessons 04 and 15: nine remedies, fourteen autoencoders, five networks of each).

    Args:
        models: by name, each of one input and one output: ordinary ones or networks side by side.
        data: (x, y) for all, or by name for each; all with the same number of rows, in the order in which they are
            seen together. Arrays that are the same object go in once.
        optimizer, loss: as for `compile`; for networks side by side the loss is a `summed` one.
        label: what is being trained, for the line of progress.
        callbacks, options: as for `fit`: batch_size, epochs, shuffle, …

    Returns:
        The loss of each model after each epoch, (epochs,), by name. The models are trained in place.

    Raises:
        ValueError: no models, one without data, or different numbers of rows.
    """
    data = data if isinstance(data, Mapping) else dict.fromkeys(models, data)
    if not models or set(models) - set(data):
        raise ValueError(f"each model needs its data: models {list(models)}, data {list(data)}")
    rows = {name: (len(data[name][0]), len(data[name][1])) for name in models}
    if len({count for pair in rows.values() for count in pair}) > 1:
        raise ValueError(f"what is trained together has the same number of rows, not {rows}")
    inputs = {id(data[name][0]): data[name][0] for name in models}
    kinds = {key: keras.config.floatx() if x.dtype.kind == "f" else x.dtype.name for key, x in inputs.items()}
    entries = {key: keras.Input(x.shape[1:], dtype=kinds[key]) for key, x in inputs.items()}
    names = {name: f"output_{number}" for number, name in enumerate(models)}
    outputs = [
        keras.layers.Identity(name=names[name])(model(entries[id(data[name][0])])) for name, model in models.items()
    ]
    together = keras.Model(list(entries.values()), outputs)
    together.compile(optimizer, [loss] * len(outputs))
    targets = [data[name][1] for name in models]
    single = len(outputs) == 1
    history = fit(
        together,
        list(inputs.values()) if len(inputs) > 1 else next(iter(inputs.values())),
        targets[0] if single else targets,
        label=label,
        callbacks=callbacks,
        **options,
    ).history
    return {name: np.array(history["loss" if single else f"{names[name]}_loss"]) for name in models}


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
        use_bias, kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer: as for
            `keras.layers.Dense`; each network starts from a draw of its own.

    Raises:
        ValueError: `units` is not an integer from 1 up, or the input has no axis of networks, or an unknown length of
            it or of the last.
    """

    def __init__(
        self,
        units: int,
        activation=None,
        fan_out: int | None = None,
        use_bias: bool = True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
    ):
        super().__init__()
        if isinstance(units, bool) or not isinstance(units, Integral) or units < 1:
            raise ValueError(f"units are a whole number, at least 1, not {units!r}")
        self.units, self.activation, self.fan_out = int(units), keras.activations.get(activation), fan_out or units
        self.use_bias = use_bias
        self.initializers = keras.initializers.get(kernel_initializer), keras.initializers.get(bias_initializer)
        self.regularizers = keras.regularizers.get(kernel_regularizer), keras.regularizers.get(bias_regularizer)

    def build(self, shape):
        """Make the weights for an input of this shape."""
        if len(shape) < 3 or None in (shape[1], shape[-1]):
            raise ValueError(f"the input is (batch, networks, …, inputs), both known, not {tuple(shape)}")
        networks, inputs = shape[1], shape[-1]
        start = self.initializers[0]
        if isinstance(start, keras.initializers.GlorotUniform) and self.fan_out != self.units:
            limit = (6 / (inputs + self.fan_out)) ** 0.5
            start = keras.initializers.RandomUniform(-limit, limit)
        _add_weights(self, networks, (inputs, self.units), start)

    def call(self, x):
        """Return what each network's layer makes of its rows."""
        return _activated(self, times(x, self.kernel))


class Conv2DSideBySide(keras.layers.Layer):
    """Convolutions of several networks in one layer; none of them sees the others.

    Input is (batch, networks, height, width, channels), output (batch, networks, rows, columns, filters). Network `i`
    has `kernel[i]`, (kernel height, kernel width, channels, filters), and `bias[i]`, as `keras.layers.Conv2D` has. The
    windows are cut out and multiplied as rows of a matrix, which every backend trains.

    Args:
        filters: at least 1.
        kernel_size, strides: one number or two, at least 1.
        padding: "valid" or "same".
        activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer: as for
            `keras.layers.Conv2D`; each network starts from a draw of its own.

    Raises:
        ValueError: a number below 1, another padding, an input of other axes or of unknown lengths, or a window that
            does not fit into it.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int],
        strides: int | tuple[int, int] = 1,
        padding: str = "valid",
        activation=None,
        use_bias: bool = True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
    ):
        super().__init__()
        self.kernel_size, self.strides = ((n, n) if isinstance(n, int) else tuple(n) for n in (kernel_size, strides))
        if min(filters, *self.kernel_size, *self.strides) < 1 or padding not in ("valid", "same"):
            raise ValueError(
                "filters, kernel_size and strides are at least 1 and padding is valid or same, not "
                f"{filters}, {kernel_size}, {strides}, {padding!r}"
            )
        self.units, self.padding, self.activation = filters, padding, keras.activations.get(activation)
        self.use_bias = use_bias
        self.initializers = keras.initializers.get(kernel_initializer), keras.initializers.get(bias_initializer)
        self.regularizers = keras.regularizers.get(kernel_regularizer), keras.regularizers.get(bias_regularizer)

    def build(self, shape):
        """Make the weights for an input of this shape."""
        if len(shape) != 5 or None in shape[1:]:
            raise ValueError(f"the input is (batch, networks, height, width, channels), not {tuple(shape)}")
        for side, size in zip(shape[2:4], self.kernel_size, strict=True):
            if self.padding == "valid" and size > side:
                raise ValueError(f"a window of {self.kernel_size} does not fit into an input of {shape[2:4]}")
        _add_weights(self, shape[1], (*self.kernel_size, shape[4], self.units), self.initializers[0])

    def call(self, x):
        """Return what each network's convolution makes of its pictures."""
        rows, columns = (
            _places(side, size, stride, self.padding)
            for side, size, stride in zip(x.shape[2:4], self.kernel_size, self.strides, strict=True)
        )
        x = ops.pad(x, [(0, 0), (0, 0), rows[1], columns[1], (0, 0)])
        (down, right), (high, wide) = self.strides, self.kernel_size
        windows = [
            x[:, :, i : i + (rows[0] - 1) * down + 1 : down, j : j + (columns[0] - 1) * right + 1 : right]
            for i in range(high)
            for j in range(wide)
        ]
        networks, *_, filters = self.kernel.shape
        kernel = ops.reshape(self.kernel, (networks, -1, filters))
        return _activated(self, times(ops.concatenate(windows, axis=-1), kernel))


class EachNetwork(keras.layers.Layer):
    """A layer without weights, applied to each network's rows: (batch, networks, …) in and out.

    Args:
        layer: treats each example by itself, as pooling, Flatten, Dropout and activations do.
    """

    def __init__(self, layer: keras.layers.Layer):
        super().__init__()
        self.layer = layer

    def call(self, x):
        """Put the networks' rows below each other, apply the layer, and put them side by side again."""
        networks = keras.tree.flatten(x)[0].shape[1]
        z = self.layer(keras.tree.map_structure(lambda part: ops.reshape(part, (-1, *part.shape[2:])), x))
        return ops.reshape(z, (-1, networks, *z.shape[1:]))


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


_TAKEN_OVER = [
    "activation",
    "use_bias",
    "kernel_initializer",
    "bias_initializer",
    "kernel_regularizer",
    "bias_regularizer",
]


def _beside(layer: keras.layers.Layer) -> keras.layers.Layer:
    """Return the layer's counterpart for networks side by side."""
    kind, settings = type(layer), layer.get_config()
    if kind is keras.layers.InputLayer:
        return layer
    taken = {key: settings[key] for key in _TAKEN_OVER if key in settings}
    strange = [key for key in ("activity_regularizer", "kernel_constraint", "bias_constraint") if settings.get(key)]
    if kind is keras.layers.Conv2D:
        plain = {"groups": 1, "dilation_rate": (1, 1), "data_format": "channels_last"}
        strange += [key for key, value in plain.items() if settings[key] != value]
    if strange:
        raise ValueError(f"{layer.name}: {', '.join(strange)} cannot be had with networks side by side")
    if kind is keras.layers.Dense:
        return SideBySide(settings["units"], **taken)
    if kind is keras.layers.Conv2D:
        return Conv2DSideBySide(settings["filters"], layer.kernel_size, layer.strides, settings["padding"], **taken)
    if layer.weights:
        raise ValueError(
            f"{layer.name} is a {kind.__name__}, whose weights cannot stand side by side: "
            "Dense, Conv2D and layers without weights can"
        )
    return EachNetwork(kind.from_config(settings))


def _add_weights(layer, networks: int, shape: tuple[int, ...], start) -> None:
    """Give a layer its kernels, (networks, *shape), and biases, each network's drawn for itself."""

    def each(initializer):
        def draw(shape, dtype=None):
            if not isinstance(initializer, keras.initializers.Initializer):
                return ops.stack([initializer(shape[1:], dtype=dtype) for _ in range(shape[0])])
            kind, settings = type(initializer), initializer.get_config()  # a seed that is None is drawn anew
            return ops.stack([kind.from_config(settings)(shape[1:], dtype=dtype) for _ in range(shape[0])])

        return draw

    of_bias, penalties = layer.initializers[1], layer.regularizers
    layer.kernel = layer.add_weight((networks, *shape), initializer=each(start), regularizer=penalties[0])
    layer.bias = None
    if layer.use_bias:
        layer.bias = layer.add_weight((networks, shape[-1]), initializer=each(of_bias), regularizer=penalties[1])


def _activated(layer, z):
    """Add each network's bias to (batch, networks, …, units) and apply the activation."""
    if layer.bias is not None:
        networks, units = layer.bias.shape
        z = z + ops.reshape(layer.bias, (networks, *[1] * (len(z.shape) - 3), units))
    return layer.activation(z)


def _places(side: int, size: int, stride: int, padding: str) -> tuple[int, tuple[int, int]]:
    """Return how many windows stand along a side, and the zeros before and after it, as Keras counts them."""
    if padding == "valid":
        return (side - size) // stride + 1, (0, 0)
    count = math.ceil(side / stride)
    zeros = max(0, (count - 1) * stride + size - side)
    return count, (zeros // 2, zeros - zeros // 2)
