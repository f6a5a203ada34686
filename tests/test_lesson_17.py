"""Lesson 17's own layers, optimizer and clipping, taken from its cells, on many random inputs."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from utils import recurrent

NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks" / "17_lstm.ipynb"
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
KINDS = {"rnn": recurrent.SimpleRNN, "lstm": recurrent.LSTM, "gru": recurrent.GRU}


def definitions(*cells):
    """What these cells of the lesson define, without what they do besides."""
    found = {cell.id: cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells}
    names = {"np": np, "SYMBOLS": 4, "STEPS": 50}
    for cell in cells:
        blocks = found[cell].split("\n\n\n")
        source = "\n\n\n".join(block for block in blocks if block.startswith(("def ", "class ")))
        exec(compile(source, f"{NOTEBOOK.name}, cell {cell}", "exec"), names)
    return names


@pytest.fixture(scope="module")
def lesson():
    """The functions of the lesson."""
    layers = [f"{kind}-{way}" for kind in ("rnn", "lstm") for way in ("forward", "backward")]
    return definitions("streams", *layers, "gru-forward", "gru-backward", "clip", "shuffled")


@pytest.mark.parametrize("kind", KINDS)
def test_layers_by_hand_equal_the_module(lesson, kind):
    @MANY
    @given(sizes=st.tuples(*[st.integers(1, 6)] * 4), seed=st.integers(0, 2**31))
    def check(sizes, seed):
        count, steps, features, units = sizes
        rng = np.random.default_rng(seed)
        layer = KINDS[kind].random(features, units, rng, dtype="float64")
        layer.bias += rng.normal(size=layer.bias.shape)
        x, into = rng.normal(size=(count, steps, features)), rng.normal(size=(count, steps, units))
        states = lesson[f"{kind}_forward"](x, *layer.weights)
        run = layer.forward(x)
        for name in layer.state_names:
            np.testing.assert_allclose(states[name], run.states[name], atol=1e-12)
        own = lesson[f"{kind}_backward"](states, x, layer.weights, into)
        for ours, fast in zip(own, layer.backward(run, into).weights, strict=True):
            np.testing.assert_allclose(ours, fast, atol=1e-11)

    check()


@MANY
@given(steps=st.integers(2, 30), seed=st.integers(0, 2**31), with_lag=st.booleans())
def test_streams_have_two_marks_and_the_answer_stands_at_the_later(lesson, steps, seed, with_lag):
    rng = np.random.default_rng(seed)
    lag = int(rng.integers(steps - 1)) if with_lag else None
    x, answers = lesson["marked_streams"](20, rng, steps=steps, lag=lag)
    assert x.shape == (20, steps, 5) and x.dtype == np.float32
    np.testing.assert_array_equal(x[:, :, :4].sum(axis=2), 1)
    for stream, answer in zip(x, answers, strict=True):
        first, last = np.flatnonzero(stream[:, 4])
        assert stream[last, answer] == 1 and first < last
        assert lag is None or last == steps - 1 - lag


@MANY
@given(seed=st.integers(0, 2**31), networks=st.integers(1, 4))
def test_clipping_shortens_what_is_too_long_and_nothing_else(lesson, seed, networks):
    rng = np.random.default_rng(seed)
    gradients = [rng.normal(size=(networks, *shape)) * 10.0 ** rng.integers(-2, 3) for shape in ((3, 2), (4,))]
    limits = rng.uniform(0.1, 10, size=networks)
    flat = np.concatenate([g.reshape(networks, -1) for g in gradients], axis=1)
    made = np.concatenate([g.reshape(networks, -1) for g in lesson["clipped"](gradients, limits)], axis=1)
    lengths = np.linalg.norm(flat, axis=1)
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), np.minimum(lengths, limits), rtol=1e-6)
    np.testing.assert_allclose(made / np.linalg.norm(made, axis=1)[:, None], flat / lengths[:, None], atol=1e-9)


@MANY
@given(seed=st.integers(0, 2**31))
def test_shuffling_keeps_each_example_s_steps(lesson, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2, 3, 5, 4))
    shuffled = lesson["shuffled"](x, rng)
    np.testing.assert_array_equal(np.sort(shuffled[..., 0], axis=-1), np.sort(x[..., 0], axis=-1))
    for one, other in zip(shuffled.reshape(6, 5, 4), x.reshape(6, 5, 4), strict=True):
        assert {tuple(step) for step in one} == {tuple(step) for step in other}
