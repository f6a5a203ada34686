"""Training with Keras: `fit` with live progress and a stable line left behind.

Import this module after `runtime.start_lesson`, which chooses the backend.
"""

from __future__ import annotations

import keras

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
        self.progress.close(f"≈{done} of at most {total} epochs" if self.may_stop_early else f"{done} epochs")


def fit(model: keras.Model, *data, label: str, callbacks=(), **options) -> keras.callbacks.History:
    """Call `model.fit` with progress in place of Keras's own output, whose times differ from run to run.

    Args:
        model: a compiled Keras model.
        data: the positional arguments of `model.fit`: inputs and targets, or a data set.
        label: what is being trained, for the line of progress.
        callbacks: further Keras callbacks.
        options: the other keyword arguments of `model.fit`.

    Returns:
        What `model.fit` returns: the History, with `.history` and `.epoch`.

    Raises:
        ValueError: `verbose` is given (this function is the output).
    """
    if "verbose" in options:
        raise ValueError("training.fit shows its own progress: leave out verbose, or call model.fit yourself")
    progress = EpochProgress(label)
    callbacks = list(callbacks)
    progress.may_stop_early = any(isinstance(one, keras.callbacks.EarlyStopping) for one in callbacks)
    return model.fit(*data, callbacks=[*callbacks, progress], verbose=0, **options)
