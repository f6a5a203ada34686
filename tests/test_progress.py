"""Tests of utils.progress and utils.training: live while something runs, one stable line left behind."""

import importlib
import sys
import types

import numpy as np
import pytest

from utils import progress


def settled(text):
    """Return what a terminal shows in the end: of each line, what stands after the last carriage return."""
    return "\n".join(line.rsplit("\r", 1)[-1] for line in text.split("\n"))


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until a test moves it."""

    class Clock:
        now = 0.0

    monkeypatch.setattr(progress.time, "monotonic", lambda: Clock.now)
    return Clock


def test_track_yields_everything_and_leaves_one_line(capsys):
    assert list(progress.track(["a", "b", "c"], "letters")) == ["a", "b", "c"]
    assert settled(capsys.readouterr().out) == "letters: 3 of 3\n"


def test_track_takes_a_total_for_what_has_no_length(capsys):
    assert list(progress.track((n for n in range(2)), "numbers", total=2)) == [0, 1]
    assert settled(capsys.readouterr().out) == "numbers: 2 of 2\n"
    assert list(progress.track([], "nothing")) == []
    assert settled(capsys.readouterr().out) == "nothing: 0 of 0\n"


def test_a_loop_left_early_says_how_far_it_came(capsys):
    loop = progress.track(range(5), "steps")
    assert [next(loop), next(loop), next(loop)] == [0, 1, 2]
    loop.close()
    assert settled(capsys.readouterr().out) == "steps: 2 of 5\n"


def test_the_line_is_rewritten_as_time_goes_by(capsys, clock):
    line = progress.Progress("work", 12, "steps")
    for elapsed in [0.0, 0.1, 0.19, 0.2, 0.25, 0.5]:
        clock.now = elapsed
        line.step()
    shown = capsys.readouterr().out
    assert shown == "\rwork: 1 of 12 steps\rwork: 4 of 12 steps\rwork: 6 of 12 steps"
    line.close()
    assert capsys.readouterr().out == "\rwork: 6 of 12 steps\n"
    line.close("done")
    assert capsys.readouterr().out == "\rwork: done\n"


def test_without_a_unit_there_is_no_trailing_space(capsys):
    progress.Progress("work", 0).close()
    assert capsys.readouterr().out == "\rwork: 0 of 0\n"


def test_bad_arguments_are_named_at_once():
    with pytest.raises(ValueError, match="total="):
        progress.track((n for n in range(2)), "numbers")
    for label in ["", "two\nlines", "back\rhere"]:
        with pytest.raises(ValueError, match="a label is one line"):
            progress.track([1], label)
    with pytest.raises(ValueError, match="0 or more, not -1"):
        progress.track(iter([]), "numbers", total=-1)


@pytest.fixture
def line_model():
    from utils import runtime

    runtime.start_lesson(seed=0)
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    return model


INPUTS = np.linspace(-1, 1, 16, dtype="float32")[:, None]


def test_fit_trains_and_leaves_one_line(line_model, capsys):
    from utils import training

    seen = []
    import keras

    watcher = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))
    history = training.fit(line_model, INPUTS, 3 * INPUTS, label="a line", epochs=30, batch_size=4, callbacks=[watcher])
    assert settled(capsys.readouterr().out) == "a line: 30 epochs\n"
    assert seen == list(range(30))
    assert len(history.history["loss"]) == 30
    assert history.history["loss"][-1] < 0.01 * history.history["loss"][0]


@pytest.mark.parametrize("form", [None, (), [], "one", "list", "nested", "CallbackList"])
def test_callbacks_come_in_every_form_that_keras_takes(line_model, capsys, form):
    import keras

    from utils import training

    seen = []
    watcher = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))
    stopper = keras.callbacks.EarlyStopping(monitor="loss", patience=1, min_delta=1e9)
    forms = {"one": watcher, "list": [watcher], "nested": [[watcher], stopper]}
    forms["CallbackList"] = keras.callbacks.CallbackList([watcher, stopper])
    callbacks = forms[form] if isinstance(form, str) else form
    training.fit(line_model, INPUTS, INPUTS, label="a line", epochs=2, callbacks=callbacks)
    text = "a line: ≈2 of at most 2 epochs\n" if form in ("nested", "CallbackList") else "a line: 2 epochs\n"
    assert settled(capsys.readouterr().out) == text
    assert seen == ([0, 1] if callbacks else [])


def test_a_single_epoch_is_not_many(line_model, capsys):
    from utils import training

    training.fit(line_model, INPUTS, INPUTS, label="once", epochs=1)
    assert settled(capsys.readouterr().out) == "once: 1 epoch\n"
    training.fit(line_model, INPUTS, INPUTS, label="never", epochs=0)
    assert settled(capsys.readouterr().out) == "never: 0 epochs\n"


def test_the_callback_alone_shows_the_epochs_and_marks_nothing_as_measured(line_model, capsys, clock):
    import keras

    from utils import training

    def a_second_later(epoch, logs):
        clock.now += 1.0

    ticking = keras.callbacks.LambdaCallback(on_epoch_begin=a_second_later)
    line_model.fit(INPUTS, INPUTS, epochs=2, verbose=0, callbacks=[ticking, training.EpochProgress("by hand")])
    shown = capsys.readouterr().out
    assert shown == "\rby hand: 1 of 2 epochs\rby hand: 2 of 2 epochs\rby hand: 2 epochs\n"


def test_an_early_stop_is_marked_as_measured(line_model, capsys):
    import keras

    from utils import training

    stopper = keras.callbacks.EarlyStopping(monitor="loss", patience=1, min_delta=1e9)
    history = training.fit(line_model, INPUTS, INPUTS, label="stopped", epochs=50, callbacks=(stopper,))
    assert len(history.epoch) < 50
    assert settled(capsys.readouterr().out) == f"stopped: ≈{len(history.epoch)} of at most 50 epochs\n"


def test_the_optimizer_is_ready_before_the_first_step(line_model, capsys):
    import keras

    from utils import training

    ready = []
    watcher = keras.callbacks.LambdaCallback(on_train_begin=lambda logs: ready.append(line_model.optimizer.built))
    training.fit(line_model, INPUTS, INPUTS, label="once", callbacks=[watcher])
    assert ready == [True]

    unbuilt = keras.Sequential([keras.layers.Dense(1)])
    unbuilt.compile("sgd", "mse")
    training.fit(unbuilt, INPUTS, INPUTS, label="its shapes are not known yet")
    assert unbuilt.built


def test_on_jax_what_was_compiled_before_is_dropped(line_model, monkeypatch):
    import keras

    from utils import training

    on_jax, events = keras.backend.backend() == "jax", []
    jax = importlib.import_module("jax") if on_jax else types.ModuleType("jax")
    monkeypatch.setattr(jax, "clear_caches", lambda: events.append("dropped"), raising=False)
    monkeypatch.setitem(sys.modules, "jax", jax)
    begins = keras.callbacks.LambdaCallback(on_train_begin=lambda logs: events.append("training"))
    training.fit(line_model, INPUTS, INPUTS, label="here", callbacks=[begins])
    assert events == (["dropped", "training"] if on_jax else ["training"])

    events.clear()
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    training.fit(line_model, INPUTS, INPUTS, label="as on JAX", callbacks=[begins])
    assert events == ["dropped", "training"]


def test_fit_shows_its_own_progress(line_model):
    from utils import training

    with pytest.raises(ValueError, match="leave out verbose"):
        training.fit(line_model, INPUTS, INPUTS, label="x", verbose=1)
    with pytest.raises(ValueError, match="a label is one line"):
        training.fit(line_model, INPUTS, INPUTS, label="")


@pytest.fixture
def seeds(monkeypatch):
    """The seeds that were set, with those of a lesson standing in."""
    found = []
    monkeypatch.setattr(progress.runtime, "seeds", lambda count: [100 + n for n in range(count)])
    monkeypatch.setattr(progress.runtime, "reseed", found.append)
    return found


def test_repeat_seeds_each_run_and_leaves_one_line(capsys, seeds):
    assert progress.repeat(lambda seed: (seed, seeds[-1]), 3, "runs") == [(100, 100), (101, 101), (102, 102)]
    assert settled(capsys.readouterr().out) == "runs: 3 of 3\n"


def test_repeat_gathers_what_has_names(capsys, seeds):
    results = progress.repeat(lambda seed: {"a": seed, "b": -seed}, 2, "runs")
    assert results == {"a": [100, 101], "b": [-100, -101]}
    for second in ({"a": 1}, 5):
        with pytest.raises(ValueError, match=r"a mapping with the keys \['a', 'b'\]"):
            progress.repeat(lambda seed, second=second: {"a": 1, "b": 2} if seed == 100 else second, 2, "runs")
    with pytest.raises(ValueError, match="or none does"):
        progress.repeat(lambda seed: {"a": 1} if seed == 101 else 5, 2, "runs")
