"""Tests of utils.engines: networks in processes of their own, and XLA's plans."""

import numpy as np
import pytest

from utils import engines

BEFORE = """HloModule a, entry_computation_layout={(f32[2,3]{1,0}, f32[3,4]{1,0})->f32[2,4]{1,0}}

%region_0.1 (a: f32[], b: f32[]) -> f32[] {
  %a = f32[] parameter(0)
  %b = f32[] parameter(1)
  ROOT %m = f32[] maximum(f32[] %a, f32[] %b)
}

ENTRY %main.3 (arg0.1: f32[2,3], arg1.1: f32[3,4]) -> (f32[2,4]) {
  %arg0.1 = f32[2,3]{1,0} parameter(0), metadata={op_name="XLA_Args"}
  %arg1.1 = f32[3,4]{1,0} parameter(1)
  %MatMul.4 = f32[2,4]{1,0} dot(f32[2,3]{1,0} %arg0.1, f32[3,4]{1,0} %arg1.1), lhs_contracting_dims={1}
  %zero = f32[] constant(0)
  %many = f32[2,4]{1,0} broadcast(f32[] %zero), dimensions={}
  %Relu.5 = f32[2,4]{1,0} maximum(f32[2,4]{1,0} %MatMul.4, f32[2,4]{1,0} %many)
  %sums = f32[2]{0} reduce(f32[2,4]{1,0} %Relu.5, f32[] %zero), dimensions={1}, to_apply=%region_0.1
  ROOT %out = (f32[2,4]{1,0}, f32[2]{0}) tuple(f32[2,4]{1,0} %Relu.5, f32[2]{0} %sums)
}
"""

AFTER = """HloModule a, is_scheduled=true

%fused_computation (p0: f32[2,4]) -> f32[2,4] {
  %p0 = f32[2,4]{1,0} parameter(0)
  %zero = f32[] constant(0)
  %many = f32[2,4]{1,0} broadcast(%zero), dimensions={}
  ROOT %Relu = f32[2,4]{1,0} maximum(%p0, %many)
}

ENTRY main.3 (arg0.1: f32[2,3], arg1.1: f32[3,4]) -> f32[2,4] {
  %arg0.1 = f32[2,3]{1,0} parameter(0)
  %arg1.1 = f32[3,4]{1,0} parameter(1)
  %MatMul.4 = f32[2,4]{1,0} dot(%arg0.1, %arg1.1), lhs_contracting_dims={1}, rhs_contracting_dims={0}
  ROOT %relu_fusion = f32[2,4]{1,0} fusion(%MatMul.4), kind=kLoop, calls=%fused_computation
}
"""


def test_a_plan_has_the_steps_of_the_program_and_what_they_use():
    plan = engines.read_plan(BEFORE)
    assert [step.operation for step in plan.working] == ["dot", "broadcast", "maximum", "reduce"]
    dot, broadcast, maximum, reduce = plan.working
    assert (dot.name, dot.shape, dot.uses) == ("MatMul.4", (2, 4), ("arg0.1", "arg1.1"))
    assert (broadcast.uses, maximum.uses, reduce.uses) == (("zero",), ("MatMul.4", "many"), ("Relu.5", "zero"))
    assert plan.steps[-1].uses == ("Relu.5", "sums") and not plan.steps[-1].works
    assert plan.fused == () and plan.count() == 4 and plan.count("dot") == 1
    assert plan.numbers_written == 8 + 8 + 8 + 2


def test_a_fused_step_is_one_step_and_what_is_in_it_is_kept():
    plan = engines.read_plan(AFTER)
    assert [step.operation for step in plan.working] == ["dot", "fusion"]
    assert plan.working[1].uses == ("MatMul.4",)
    assert [step.inside for step in plan.working] == [(), ("broadcast", "maximum")]
    assert plan.count() == 2 and plan.count("maximum") == 1 and plan.count("maximum", "dot") == 2
    assert plan.numbers_written == 16


def test_a_plan_without_signs_and_types_is_read_as_well():
    text = "ENTRY main.1 {\n  x.1 = f32[2,3]{1,0} parameter(0)\n  ROOT y.2 = f32[2,3]{1,0} tanh(x.1)\n}\n"
    (step,) = engines.read_plan(text).working
    assert step == engines.Step("y.2", "tanh", (2, 3), ("x.1",), ())


@pytest.mark.parametrize("text", ["", "HloModule a", "%a (b: f32[]) -> f32[] {\n  ROOT %b = f32[] parameter(0)\n}"])
def test_a_text_without_a_program_is_refused(text):
    with pytest.raises(ValueError, match="no ENTRY"):
        engines.read_plan(text)


@pytest.fixture(scope="module")
def network():
    import keras
    from keras import layers

    model = keras.Sequential([layers.Input((5,)), layers.Dense(4, activation="tanh"), layers.Dense(3)])
    x = np.random.default_rng(0).normal(size=(6, 5)).astype(np.float32)
    first, bias, second, other = model.get_weights()
    return model, x, np.tanh(x @ first + bias) @ second + other


def test_every_installed_backend_gives_the_same_answers(network):
    model, x, expected = network
    found = engines.predictions(model, x)
    assert list(found) == engines.installed() and "tensorflow" in found
    for answers in found.values():
        np.testing.assert_allclose(answers, expected, atol=1e-5)


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_xla_changes_the_plan_and_not_the_answers(network, backend):
    if backend not in engines.installed():
        pytest.skip(f"{backend} is not installed")
    model, x, expected = network
    found = engines.xla(model, x, backend)
    np.testing.assert_allclose(found.plain, expected, atol=1e-5)
    np.testing.assert_allclose(found.compiled, expected, atol=1e-5)
    assert found.after.count() < found.before.count()
    assert found.before.count("tanh") == 1


def test_a_plan_is_made_for_the_processor_wherever_there_is_a_gpu(network, monkeypatch):
    given = {}

    def started(command, env, **settings):
        given.update(env)
        raise RuntimeError("not started")

    monkeypatch.setattr(engines.subprocess, "run", started)
    with pytest.raises(RuntimeError, match="not started"):
        engines.xla(*network[:2])
    assert (given["CUDA_VISIBLE_DEVICES"], given["JAX_PLATFORMS"]) == ("-1", "cpu")
    given.clear()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    with pytest.raises(RuntimeError, match="not started"):
        engines.predictions(*network[:2], ["tensorflow"])
    assert given["CUDA_VISIBLE_DEVICES"] == "0", "answers are computed where the backend would compute them"


def test_what_is_not_installed_is_refused(network, monkeypatch):
    model, x, _ = network
    with pytest.raises(ValueError, match="none of them"):
        engines.predictions(model, x, ["mxnet"])
    with pytest.raises(ValueError, match="XLA compiles"):
        engines.xla(model, x, "torch")
    monkeypatch.setattr(engines, "installed", lambda: ["torch"])
    with pytest.raises(ValueError, match="XLA compiles"):
        engines.xla(model, x, "jax")


def test_a_process_that_fails_says_why(network):
    model, x, _ = network
    with pytest.raises(RuntimeError, match="backend tensorflow failed"):
        engines.predictions(model, x[:, :2], ["tensorflow"])
