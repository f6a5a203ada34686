"""Tests of utils.runtime: the one call at the top of a lesson."""

import importlib
import os
import random
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from utils import runtime


def test_a_fresh_process_starts_silently_and_with_the_seed_of_the_environment():
    script = """
from utils import runtime
chosen = runtime.start_lesson(seed=4)
import matplotlib, numpy as np, os
print(chosen, runtime.seeds(2), np.random.randint(10**6), matplotlib.rcParams["axes.grid"], os.environ["KERAS_BACKEND"])
print(runtime.device())
import sys
print("tensorflow" in sys.modules)
"""
    environment = {**os.environ, "LESSON_SEED": "7"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    expected = np.random.RandomState(7).randint(10**6)
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    lines = done.stdout.splitlines()
    assert lines[0] == f"7 [7000, 7001] {expected} True {backend}"
    assert lines[1] in ("CPU", "GPU")
    assert lines[2] == str(backend == "tensorflow"), "no other backend should have TensorFlow imported"
    assert done.stderr == ""


def run(script, **variables):
    """Run a script in a fresh Python with some environment variables and return what it prints, line by line."""
    environment = {**os.environ, "LESSON_ARITHMETIC": "", **variables}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout.splitlines()


def test_a_lesson_without_keras_imports_neither_it_nor_a_backend():
    script = """
from utils import runtime
runtime.start_lesson(seed=4, keras=False)
import matplotlib, numpy as np, os, random, sys
print(sorted({"keras", *runtime.BACKENDS} & set(sys.modules)))
print(np.random.randint(10**6), random.random(), matplotlib.rcParams["axes.grid"], os.environ["KERAS_BACKEND"])
runtime.reseed(4)
print(np.random.randint(10**6), random.random())
print(sorted({"keras", *runtime.BACKENDS} & set(sys.modules)), runtime.device())
"""
    first, drawn, again, last = run(script, LESSON_SEED="")
    numbers = f"{np.random.RandomState(4).randint(10**6)} {random.Random(4).random()}"
    assert first == "[]"
    assert drawn == f"{numbers} True {os.environ.get('KERAS_BACKEND') or 'tensorflow'}"
    assert again == numbers
    assert last in ("[] CPU", "[] GPU")


def test_keras_imported_later_is_quiet_of_the_chosen_backend_and_seeded_and_leaves_other_random_numbers_alone():
    script = """
from utils import runtime
runtime.start_lesson(seed=4, keras={keras})
import importlib.util, numpy as np, random, sys
importlib.util.find_spec("keras")
before = [np.random.random(), random.random()]
from keras import ops, random as keras_random
import keras, os
print(keras.backend.backend() == os.environ["KERAS_BACKEND"], len(sys.meta_path))
print(ops.convert_to_numpy(keras_random.normal((2,))))
print(before, np.random.random(), random.random(), "tensorflow" in sys.modules)
print(keras.__spec__.loader.get_source("keras")[:0], importlib.util.find_spec("keras").name)
"""
    late = run(script.format(keras=False), LESSON_SEED="")
    assert late[0].startswith("True")
    assert late == run(script.format(keras=True), LESSON_SEED="")


def test_start_lesson_returns_its_own_seed_and_repeats_the_random_numbers(monkeypatch):
    monkeypatch.delenv("LESSON_SEED", raising=False)
    import keras

    numpy_number = np.random.random  # the legacy generator is the one that Keras seeds
    drawn = []
    for _ in range(2):
        assert runtime.start_lesson(seed=4) == 4
        backend_numbers = keras.ops.convert_to_numpy(keras.random.normal((3,)))
        drawn.append([random.random(), numpy_number(), *backend_numbers])
    assert drawn[0] == drawn[1]
    runtime.start_lesson(seed=5)
    assert [random.random(), numpy_number()] != drawn[0][:2]


def test_an_empty_lesson_seed_counts_as_unset(monkeypatch):
    monkeypatch.setenv("LESSON_SEED", "")
    assert runtime.start_lesson(seed=11) == 11


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "4000000", "1 2"])
def test_a_bad_lesson_seed_is_named(monkeypatch, text):
    monkeypatch.setenv("LESSON_SEED", text)
    with pytest.raises(ValueError, match=r"LESSON_SEED.*from 0 to 3999999"):
        runtime.start_lesson(seed=4)


@pytest.mark.parametrize("seed", [-1, 4_000_000, 1.0, True, None])
def test_a_bad_seed_of_the_lesson_is_named(monkeypatch, seed):
    monkeypatch.delenv("LESSON_SEED", raising=False)
    with pytest.raises(ValueError, match="integer from 0 to 3999999"):
        runtime.start_lesson(seed=seed)


def test_the_largest_seed_is_taken_and_its_derived_seeds_fit_32_bits(monkeypatch):
    monkeypatch.setenv("LESSON_SEED", " 3999999 ")
    assert runtime.start_lesson(seed=0) == 3_999_999
    runtime.reseed(runtime.seeds(1000)[-1])


def test_seeds_are_distinct_and_follow_from_the_lesson_seed(monkeypatch):
    monkeypatch.delenv("LESSON_SEED", raising=False)
    runtime.start_lesson(seed=2)
    assert runtime.seeds(3) == [2000, 2001, 2002]
    assert runtime.seeds(1) == [2000]
    first = set(runtime.seeds(1000))
    runtime.start_lesson(seed=3)
    assert len(first) == 1000
    assert first.isdisjoint(runtime.seeds(1000))


@pytest.mark.parametrize("count", [0, 1001, 2.0, True, "3"])
def test_a_bad_number_of_seeds_is_named(count):
    with pytest.raises(ValueError, match="from 1 to 1000"):
        runtime.seeds(count)


def test_seeds_before_the_start_say_what_to_call(monkeypatch):
    monkeypatch.setattr(runtime, "_lesson_seed", None)
    with pytest.raises(RuntimeError, match="start_lesson"):
        runtime.seeds(2)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, False, "1"])
def test_reseed_refuses_what_is_no_seed(seed):
    with pytest.raises(ValueError, match="a seed is an integer from 0 to 4294967295"):
        runtime.reseed(seed)


@pytest.mark.parametrize(
    ("backend", "imported", "seen"),
    [("jax", False, False), ("torch", False, False), ("jax", True, True), ("tensorflow", False, True)],
)
def test_tensorflow_is_not_imported_to_be_seeded_where_another_backend_computes(
    monkeypatch, tmp_path, backend, imported, seen
):
    import keras

    (tmp_path / "tensorflow.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace())
    if not imported:
        monkeypatch.delitem(sys.modules, "tensorflow")
    monkeypatch.setenv("KERAS_BACKEND", backend)
    found = []

    def try_to_import(seed):
        try:
            importlib.import_module("tensorflow")
        except ImportError:
            found.append((seed, False))
        else:
            found.append((seed, True))

    monkeypatch.setattr(keras.utils, "set_random_seed", try_to_import)
    runtime.reseed(7)
    assert found == [(7, seen)]
    assert ("tensorflow" in sys.modules) == seen
    importlib.import_module("tensorflow")  # whoever wants it may have it afterwards


def test_reseed_takes_the_whole_range():
    runtime.reseed(0)
    runtime.reseed(2**32 - 1)


def test_each_library_gets_one_thread_unless_the_user_chose(monkeypatch):
    for name in runtime.THREAD_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    runtime._limit_threads()
    assert [os.environ[name] for name in runtime.THREAD_VARIABLES] == ["5", "1", "1", "1", "1"]
    for name in runtime.THREAD_VARIABLES[1:]:
        monkeypatch.delenv(name)


def test_the_backends_are_told_to_be_quiet_modest_and_exact_unless_the_user_chose(monkeypatch):
    expected = {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
        "JAX_ENABLE_X64": "true",
    }
    runtime.start_lesson(seed=0)  # from here on the backend does not read them again
    for name in expected:
        monkeypatch.setenv(name, "the user's")
    runtime._tell_backend()
    assert {os.environ[name] for name in expected} == {"the user's"}
    for name in expected:
        monkeypatch.delenv(name)
    runtime._tell_backend()
    assert {name: os.environ[name] for name in expected} == expected


def found_only(*installed):
    return lambda name: object() if name in installed else None


@pytest.mark.parametrize(
    ("wanted", "installed", "chosen"),
    [
        (None, ["tensorflow", "jax", "torch"], "tensorflow"),
        (None, ["jax", "torch"], "jax"),
        (None, ["torch"], "torch"),
        ("", ["tensorflow"], "tensorflow"),
        ("torch", ["tensorflow", "torch"], "torch"),
        ("jax", ["tensorflow", "jax"], "jax"),
    ],
)
def test_the_backend_is_the_wanted_one_or_the_first_installed(monkeypatch, wanted, installed, chosen):
    monkeypatch.setenv("KERAS_BACKEND", wanted or "")
    monkeypatch.setattr(runtime.importlib.util, "find_spec", found_only(*installed))
    runtime._choose_backend()
    assert os.environ["KERAS_BACKEND"] == chosen


@pytest.mark.parametrize(
    ("wanted", "error", "message"),
    [
        ("theano", ValueError, "KERAS_BACKEND is one of tensorflow, jax, torch, not 'theano'"),
        ("jax", ModuleNotFoundError, "the backend jax is not installed: run `make lab`.*`make backends`"),
        ("", ModuleNotFoundError, "no backend of Keras is installed: run `make lab`"),
    ],
)
def test_a_missing_or_unknown_backend_is_named(monkeypatch, wanted, error, message):
    monkeypatch.setenv("KERAS_BACKEND", wanted)
    monkeypatch.setattr(runtime.importlib.util, "find_spec", found_only())
    with pytest.raises(error, match=message):
        runtime._choose_backend()


def test_noise_on_descriptor_2_is_kept_off_unless_something_fails(capfd):
    with runtime.without_log_lines():
        os.write(2, b"start-up noise\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"

    @runtime.without_log_lines()
    def fails():
        os.write(2, b"the reason\n")
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        fails()
    os.write(2, b"later\n")
    assert capfd.readouterr().err == "the reason\nlater\n"


def test_the_report_has_a_verdict_for_each_package(monkeypatch):
    monkeypatch.delenv("LESSON_ARITHMETIC", raising=False)
    runtime.start_lesson(seed=0)
    rows = runtime._environment_rows()
    names = [row[0] for row in rows]
    assert names[0] == "Python"
    assert {"tensorflow", "keras", "numpy", "scikit-learn", "matplotlib", "jupyterlab", "ipywidgets"} <= set(names)
    assert not {"nbval", "pytest", "jax", "torch"} & set(names), "extras are no part of the report"
    assert all(row[2] == "OK" for row in rows), rows
    assert rows[-3][:2] == ["Keras backend", os.environ["KERAS_BACKEND"]]
    assert rows[-2] == ["computes on", runtime.device(), "OK"]
    assert rows[-1] == ["float32 products", "full", "OK"]


def test_the_report_says_where_float32_is_rounded(monkeypatch):
    runtime.start_lesson(seed=0)
    monkeypatch.delenv("LESSON_ARITHMETIC", raising=False)
    monkeypatch.setattr(runtime, "_computes_full_float32", lambda: False)
    assert runtime._environment_rows()[-1] == ["float32 products", "rounded", "call runtime.start_lesson again"]


@pytest.mark.parametrize("backend", runtime.BACKENDS)
def test_an_accelerator_is_asked_for_full_float32_and_the_users_settings_of_keras_do_not_reach_a_lesson(
    backend, tmp_path
):
    if not importlib.util.find_spec(backend):
        pytest.skip(f"{backend} is not installed")
    settings = '{"floatx": "float16", "epsilon": 0.01, "image_data_format": "channels_first", "backend": "theano"}'
    (tmp_path / "keras.json").write_text(settings)
    script = """
import os
from utils import runtime

with runtime.without_log_lines():
    import keras
config = keras.config
for start in (False, True):
    if start:
        runtime.start_lesson(seed=0)
    print(runtime._computes_full_float32(), config.floatx(), config.epsilon(), config.image_data_format())
    print(config.max_epochs(), config.max_steps_per_epoch())
    print(config.dtype_policy().name, keras.layers.Dense(1).compute_dtype, keras.layers.Conv2D(2, 3).data_format)
if config.backend() == "torch":
    from keras.src.backend.torch.core import get_device
    from torch.backends import cuda, cudnn

    assert cuda.matmul.fp32_precision == "ieee"
    assert not {"tf32", "bf16"} & {cudnn.conv.fp32_precision, cudnn.rnn.fp32_precision}
    with cudnn.flags(enabled=True):
        pass
    assert get_device() == os.environ["KERAS_TORCH_DEVICE"]
"""
    shell = {"KERAS_MAX_EPOCHS": "1", "KERAS_MAX_STEPS_PER_EPOCH": "2"}
    lines = run(script, KERAS_BACKEND=backend, KERAS_HOME=str(tmp_path), KERAS_TORCH_DEVICE="cpu:0", **shell)
    assert lines == [
        "False float16 0.01 channels_first",
        "1 2",
        "float16 float16 channels_first",
        "True float32 1e-07 channels_last",
        "None None",
        "float32 float32 channels_last",
    ]


def test_a_python_that_leaves_assertions_out_is_refused():
    command = [sys.executable, "-O", "-c", "from utils import runtime\n\nruntime.start_lesson(seed=0)"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("RuntimeError: this Python leaves every assert out")


def test_a_users_settings_of_matplotlib_do_not_reach_a_figure(tmp_path):
    (tmp_path / "matplotlibrc").write_text("text.usetex: true\nimage.origin: lower\nfigure.dpi: 17\nlines.marker: x\n")
    own = "import matplotlib\nprint(matplotlib.rcParams['image.origin'], matplotlib.rcParams['text.usetex'])"
    drawing = """
from utils import runtime
runtime.start_lesson(seed=4, keras=False)
import hashlib
from utils import plots
drawn, axes = plots.figure()
axes.imshow([[0, 1, 2], [3, 4, 5]])
axes.set_title("half of $x^2$")
axes.plot([0, 1], [1, 0])
print(hashlib.sha256(plots.to_html(drawn, "Six squares, the brightest of them below.").encode()).hexdigest())
"""
    assert run(own, MATPLOTLIBRC=str(tmp_path)) == ["lower True"], "the file is read"
    assert run(drawing, MATPLOTLIBRC=str(tmp_path)) == run(drawing, MATPLOTLIBRC="")


def test_the_report_says_what_to_do_about_a_missing_or_old_package_or_python(monkeypatch):
    from packaging.requirements import Requirement

    assert runtime._package_row(Requirement("no-such-package-anywhere>=1")) == [
        "no-such-package-anywhere",
        "not installed",
        "run `make lab` again",
    ]
    name, found, verdict = runtime._package_row(Requirement("numpy>=999"))
    assert (name, found) == ("numpy", np.__version__)
    assert verdict.startswith("needs >=999: run `make clean`")
    runtime.start_lesson(seed=0)
    monkeypatch.setattr(runtime.importlib.metadata, "version", lambda name: "2.0rc1")
    assert runtime._package_row(Requirement("numpy>=1.9")) == ["numpy", "2.0rc1", "OK"], "a preview of a new version"
    monkeypatch.setattr(runtime.platform, "python_version", lambda: "3.9.1")
    name, found, verdict = runtime._environment_rows()[0]
    assert (name, found) == ("Python", "3.9.1")
    assert verdict.startswith("install a Python that is ") and ">=3.11" in verdict


def test_the_report_says_what_to_do_where_the_course_is_not_installed(monkeypatch):
    monkeypatch.setattr(runtime, "DISTRIBUTION", "no-such-course-anywhere")
    assert runtime._environment_rows() == [["this course", "not installed for this Python", "open it with `make lab`"]]


def test_the_report_is_displayed_as_a_table(capsys):
    runtime.start_lesson(seed=0)
    runtime.environment_report()
    assert capsys.readouterr().out.startswith("part | found | verdict\nPython | ")


def test_the_device_needs_a_backend(monkeypatch):
    runtime.start_lesson(seed=0)
    assert runtime.device() in ("CPU", "GPU")
    monkeypatch.delenv("KERAS_BACKEND")
    for function in (runtime.device, runtime.environment_report):
        with pytest.raises(RuntimeError, match="start_lesson"):
            function()


def fake_backend(name, gpu):
    """A stand-in for a backend's module that has a GPU, or none."""
    if name == "tensorflow":
        return SimpleNamespace(
            config=SimpleNamespace(list_physical_devices=lambda kind: [kind] * (gpu and kind == "GPU"))
        )
    if name == "jax":
        return SimpleNamespace(default_backend=lambda: "gpu" if gpu else "cpu")
    return SimpleNamespace(cuda=SimpleNamespace(is_available=lambda: gpu))


@pytest.mark.parametrize("backend", runtime.BACKENDS)
def test_the_device_is_what_the_backend_has(monkeypatch, backend):
    monkeypatch.setenv("KERAS_BACKEND", backend)
    monkeypatch.delenv("KERAS_TORCH_DEVICE", raising=False)
    for gpu, expected in ((True, "GPU"), (False, "CPU")):
        monkeypatch.setitem(sys.modules, backend, fake_backend(backend, gpu))
        assert runtime.device() == expected


@pytest.mark.parametrize(("named", "expected"), [("cpu", "CPU"), ("mps", "GPU"), ("cuda:1", "GPU")])
def test_the_device_that_a_user_names_for_pytorch_is_the_one_reported(monkeypatch, named, expected):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setenv("KERAS_TORCH_DEVICE", named)
    monkeypatch.setitem(sys.modules, "torch", fake_backend("torch", gpu=named == "cpu"))
    assert runtime.device() == expected


def test_pytorch_computes_on_the_cpu_of_a_mac_unless_the_user_names_a_device(monkeypatch):
    monkeypatch.setenv("KERAS_TORCH_DEVICE", "mps")  # so that it is put back after the test
    chosen = []
    for platform in ("darwin", "linux"):
        monkeypatch.setattr(sys, "platform", platform)
        for user in ("mps", None):
            os.environ.pop("KERAS_TORCH_DEVICE", None)
            if user:
                os.environ["KERAS_TORCH_DEVICE"] = user
            runtime._tell_backend()
            chosen.append(os.environ.get("KERAS_TORCH_DEVICE"))
    assert chosen == ["mps", "cpu", "mps", None]
