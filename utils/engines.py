"""A network on each backend, in a process of its own, and the plan that the compiler XLA makes of it.

A Python process has one Keras backend: it is chosen when Keras is imported. To ask another one, another Python is
started here with `KERAS_BACKEND` set, is given the network's configuration, its weights and some inputs in a temporary
folder, and leaves its answers there. Nothing is sent over a network.

XLA compiles for TensorFlow and for JAX. Its text, HLO, is read by `read_plan` into steps, before and after
optimization, as a database's EXPLAIN shows the plan of a query.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from utils import runtime

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 300
"""Seconds after which a process that does not answer is given up; a busy machine imports a backend in a minute."""

NO_WORK = {"parameter", "constant", "tuple", "get-tuple-element", "bitcast"}
"""Lines of a plan at which nothing is computed: they name what comes in, what is fixed, and what goes out."""


@dataclass(frozen=True)
class Step:
    """A line of a plan: what is computed (`dot`, `add`, `fusion`, …), from which other lines, and its shape.

    Of a fused step, `inside` has the operations that are computed in it, in order.
    """

    name: str
    operation: str
    shape: tuple[int, ...]
    uses: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()

    @property
    def works(self) -> bool:
        """Whether something is computed here."""
        return self.operation not in NO_WORK


@dataclass(frozen=True)
class Plan:
    """What XLA runs: the steps of the program, each of which writes an array, and those within fused ones."""

    steps: tuple[Step, ...]
    fused: tuple[Step, ...] = ()

    @property
    def working(self) -> list[Step]:
        """The steps that compute something."""
        return [step for step in self.steps if step.works]

    def count(self, *operations: str) -> int:
        """Count the working steps, or those of some operations, those within fused steps included."""
        if not operations:
            return len(self.working)
        return sum(Counter(step.operation for step in (*self.steps, *self.fused))[name] for name in operations)

    @property
    def numbers_written(self) -> int:
        """How many numbers the working steps write down for the next ones."""
        return sum(int(np.prod(step.shape)) for step in self.working)


@dataclass(frozen=True)
class Compiled:
    """A network's answers without and with XLA, and the plan before and after optimization."""

    plain: np.ndarray
    compiled: np.ndarray
    before: Plan
    after: Plan


def installed() -> list[str]:
    """Return the backends of Keras that this Python has, in the order of `runtime.BACKENDS`."""
    return [name for name in runtime.BACKENDS if importlib.util.find_spec(name)]


def predictions(model, x: np.ndarray, backends: Sequence[str] | None = None) -> dict[str, np.ndarray]:
    """Compute a network's answers with each backend, each in a process of its own.

    Args:
        model: a Sequential or functional Keras model of one input and one output, built.
        x: its input.
        backends: which; all that are installed if not given.

    Returns:
        The answers by backend.

    Raises:
        ValueError: a backend that is none, or is not installed.
        RuntimeError: a process failed; the message has the end of what it wrote.
    """
    names = installed() if backends is None else list(backends)
    for name in names:
        if name not in installed():
            raise ValueError(f"the installed backends are {', '.join(installed())}; {name!r} is none of them")
    return {name: _elsewhere(name, "predict", model, x)["answers"] for name in names}


def xla(model, x: np.ndarray, backend: str = "tensorflow") -> Compiled:
    """Compile a network with XLA, in a process of its own, and return its answers and its plans.

    It compiles for the processor, also where there is a GPU, so that the plan is the same everywhere.

    Args:
        model, x: as for `predictions`.
        backend: "tensorflow" or "jax"; TensorFlow is installed with the course, whatever backend is in use.

    Raises:
        ValueError: another backend, or one that is not installed.
        RuntimeError: as for `predictions`.
    """
    if backend not in {"tensorflow", "jax"} & set(installed()):
        raise ValueError(f"XLA compiles for TensorFlow and JAX, where they are installed, not for {backend!r}")
    found = _elsewhere(backend, "xla", model, x)
    plans = (read_plan(str(found[name])) for name in ("before", "after"))
    return Compiled(found["plain"], found["compiled"], *plans)


# ---- Reading a plan ----

_HEAD = re.compile(r"^(?P<entry>ENTRY )?%?(?P<name>[\w.\-]+)(?: \(.*)? *\{\s*$")
_LINE = re.compile(
    r"^\s+(?:ROOT )?%?(?P<name>[\w.\-]+) = (?P<shape>\((?:[^()]|\([^()]*\))*\)|\S+) (?P<operation>[\w\-]+)\("
)


def read_plan(text: str) -> Plan:
    """Read XLA's text of a compiled program (HLO).

    Raises:
        ValueError: the text has no program in it.
    """
    inside: dict[str, list[Step]] = {}
    called: set[str] = set()
    entry = current = None
    for line in text.splitlines():
        if found := _HEAD.match(line):
            current = found["name"]
            inside[current] = []
            entry = current if found["entry"] else entry
        elif current is not None and (found := _LINE.match(line)):
            operands = _within(line[found.end() - 1 :])
            words = (part.split()[-1].lstrip("%") for part in _parts(operands) if part.strip())
            known = {step.name for step in inside[current]}
            uses = tuple(word for word in words if word in known)
            parts: tuple[str, ...] = ()
            if found["operation"] == "fusion" and (target := re.search(r"\bcalls=%?([\w.\-]+)", line)):
                called.add(target[1])
                parts = tuple(step.operation for step in inside.get(target[1], ()) if step.works)
            inside[current].append(Step(found["name"], found["operation"], _shape(found["shape"]), uses, parts))
    if entry is None or not inside[entry]:
        raise ValueError(f"this is no text of XLA's, it has no ENTRY with steps: {text[:100]!r}")
    return Plan(tuple(inside[entry]), tuple(step for name in inside if name in called for step in inside[name]))


def _within(text: str) -> str:
    """Return what stands in the parentheses with which a text begins."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if not depth:
            return text[1:place]
    return text[1:]


def _parts(text: str) -> list[str]:
    """Split at the commas that stand in no brackets."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _shape(text: str) -> tuple[int, ...]:
    """Return the lengths in "f32[8,32]{1,0}"; of a tuple of arrays those of the first."""
    found = re.search(r"\[([\d,]*)\]", text)
    return tuple(int(length) for length in found[1].split(",") if length) if found else ()


# ---- The other process ----


def _elsewhere(backend: str, task: str, model, x: np.ndarray) -> Mapping[str, np.ndarray]:
    """Have a Python of its own do a task with a backend, and return the arrays that it leaves."""
    import keras

    environment = {name: value for name, value in os.environ.items() if name != "LESSON_ARITHMETIC"}
    environment["KERAS_BACKEND"] = backend
    if task == "xla":
        environment |= {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
    with tempfile.TemporaryDirectory() as folder:
        weights = {f"weight_{number}": array for number, array in enumerate(model.get_weights())}
        np.savez(Path(folder, "given.npz"), x=x, **weights)
        Path(folder, "network.json").write_text(
            json.dumps(keras.saving.serialize_keras_object(model)), encoding="utf-8"
        )
        command = [sys.executable, "-m", "utils.engines", task, folder]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE,
        )
        if done.returncode:
            raise RuntimeError(f"the process with the backend {backend} failed: {done.stderr.strip()[-1000:]}")
        with np.load(Path(folder, "answers.npz"), allow_pickle=False) as answers:
            return dict(answers)


def _do(task: str, folder: str) -> None:
    """Do a task with the backend of this process: what `_elsewhere` starts."""
    runtime.start_lesson(seed=0)
    import keras

    with np.load(Path(folder, "given.npz"), allow_pickle=False) as given:
        arrays = dict(given)
    x = arrays.pop("x")
    model = keras.saving.deserialize_keras_object(json.loads(Path(folder, "network.json").read_text(encoding="utf-8")))
    model.set_weights([arrays[f"weight_{number}"] for number in range(len(arrays))])
    if task == "predict":
        found = {"answers": keras.ops.convert_to_numpy(model(keras.ops.convert_to_tensor(x)))}
    else:
        found = (_xla_of_tensorflow if keras.backend.backend() == "tensorflow" else _xla_of_jax)(model, x)
    np.savez(Path(folder, "answers.npz"), **found)


def _xla_of_tensorflow(model, x: np.ndarray) -> dict[str, np.ndarray | str]:
    """Return answers without and with XLA, and XLA's text before and after optimization."""
    import tensorflow as tf

    x = tf.constant(x)
    plain = tf.function(lambda one: model(one), jit_compile=False)
    compiled = tf.function(lambda one: model(one), jit_compile=True)
    text = compiled.experimental_get_compiler_ir(x)
    return {
        "plain": plain(x).numpy(),
        "compiled": compiled(x).numpy(),
        "before": text(stage="hlo"),
        "after": text(stage="optimized_hlo"),
    }


def _xla_of_jax(model, x: np.ndarray) -> dict[str, np.ndarray | str]:
    """Return the same on JAX, where every operation alone is compiled by XLA too: "plain" is one after another."""
    import jax

    trained, others = (
        [variable.value for variable in many] for many in (model.trainable_variables, model.non_trainable_variables)
    )
    compiled = jax.jit(lambda trained, others, one: model.stateless_call(trained, others, one)[0])
    lowered = compiled.lower(trained, others, x)
    return {
        "plain": np.asarray(model(x)),
        "compiled": np.asarray(compiled(trained, others, x)),
        "before": lowered.compiler_ir(dialect="hlo").as_hlo_text(),
        "after": lowered.compile().as_text(),
    }


if __name__ == "__main__":
    _do(*sys.argv[1:])
