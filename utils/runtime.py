"""Start a lesson: backend, threads, seed, quiet imports and the look of the figures, in one call.

Import this module before NumPy and Keras: thread counts and the backend are read by those libraries when they are
imported. Nothing heavy is imported here until `start_lesson` is called, and Keras only where the lesson needs it.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import importlib.metadata
import importlib.util
import os
import platform
import random
import sys
import tempfile

BACKENDS = ("tensorflow", "jax", "torch")
"""The Keras 3 backends that every lesson runs on, in the order in which they are tried."""

LARGEST_SEED = 4_000_000
"""Lesson seeds stay below this, so that 1,000 derived seeds each still fit into 32 bits."""

THREADS = 1
"""Threads of each numerical library on the CPU. The lessons' arrays are so small that a second thread waits longer than
it computes: on two cores lesson 10 took 147 s with two threads and 87 s with one, lesson 14 took 162 s and 105 s."""

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)
"""Where BLAS, OpenMP and TensorFlow read the number of their threads."""

DISTRIBUTION = "deep-learning-from-code"
"""The name under which this project is installed (see pyproject.toml)."""

_lesson_seed: int | None = None
_seed_in_force: int | None = None


def start_lesson(seed: int, keras: bool = True) -> int:
    """Prepare this Python process for a lesson and return the seed that is in force.

    Chooses the Keras backend (`KERAS_BACKEND`, else the first of `BACKENDS` that is installed) and the number of
    threads (`THREADS`), silences the start-up lines of the backend, asks it for full float32 on an accelerator, sets
    Keras's defaults and the style of the figures whatever the user's `keras.json` and `matplotlibrc` say, and seeds
    Python, NumPy and the backend. Prints nothing.

    Args:
        seed: the lesson's own seed, an integer from 0 to 3,999,999. The environment variable `LESSON_SEED`, when
            set, takes its place: a lesson must hold for any seed.
        keras: whether to import Keras and its backend. A lesson that needs neither starts in a fraction of the time
            and memory with False. Whatever imports Keras later all the same finds it chosen, quiet and seeded.

    Returns:
        The seed in force.

    The environment variable `LESSON_ARITHMETIC`, when set, puts one of `arithmetic.KINDS` under TensorFlow.

    Raises:
        ValueError: the seed is not an integer in range, `KERAS_BACKEND` names no backend of Keras 3, or
            `LESSON_ARITHMETIC` no arithmetic, or one for a backend that is not TensorFlow.
        ModuleNotFoundError: no backend is installed, or not the one that `KERAS_BACKEND` asks for.
        RuntimeError: this Python leaves assertions out (`PYTHONOPTIMIZE`, `-O`).
    """
    global _lesson_seed
    if not __debug__:
        raise RuntimeError(
            "this Python leaves every assert out, so no claim of the lesson would be checked: start Jupyter again"
            " without PYTHONOPTIMIZE and -O, or with `make lab`"
        )
    chosen = _checked_seed(os.environ.get("LESSON_SEED") or seed)
    _choose_backend()
    _chosen_arithmetic()
    _limit_threads()
    _tell_backend()
    if "keras" in sys.modules:
        _prepare_keras()
    else:
        _PreparedImport.expect()
    if keras:
        importlib.import_module("keras")
    from utils import plots

    plots.use_style()
    _lesson_seed = chosen
    reseed(chosen)
    return chosen


def reseed(seed: int) -> None:
    """Seed Python's, NumPy's and the backend's random numbers with one integer (0 to 2**32 − 1).

    TensorFlow is seeded too if it is imported already; it is not imported for that where another backend computes.
    Where Keras is not imported yet, it is seeded when it is.

    Raises:
        ValueError: the seed is not such an integer.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise ValueError(f"a seed is an integer from 0 to {2**32 - 1}, not {seed!r}")
    global _seed_in_force
    _seed_in_force = seed
    if "keras" in sys.modules:
        _seed_keras(seed)
    else:
        import numpy as np

        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002 (the generator that Keras seeds)


def _seed_keras(seed: int) -> None:
    """Seed Python, NumPy, Keras and its backend."""
    import keras

    with _tensorflow_left_out():
        keras.utils.set_random_seed(seed)


@contextlib.contextmanager
def _tensorflow_left_out():
    """Keep the body from importing TensorFlow where another backend computes and nothing has imported it yet.

    Keras seeds TensorFlow too wherever it is installed, and imports it for that: seconds and half a gigabyte that
    serve nobody. A None in `sys.modules` makes an import fail as if the package were not there. From then on the
    few layers of Keras that need TensorFlow with any backend, such as `TextVectorization`, say that it is missing.
    """
    if os.environ.get("KERAS_BACKEND") == "tensorflow" or "tensorflow" in sys.modules:
        yield
        return
    sys.modules["tensorflow"] = None
    try:
        yield
    finally:
        del sys.modules["tensorflow"]


def seeds(count: int) -> list[int]:
    """Return `count` different seeds that follow from the lesson's seed: for repeated trials that show a spread.

    Two lesson seeds never share a derived seed.

    Raises:
        ValueError: `count` is not an integer from 1 to 1,000.
        RuntimeError: `start_lesson` has not been called.
    """
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 1000:
        raise ValueError(f"the number of seeds is an integer from 1 to 1000, not {count!r}")
    if _lesson_seed is None:
        raise RuntimeError("call runtime.start_lesson(seed=…) first: the seeds follow from the lesson's seed")
    return [1000 * _lesson_seed + number for number in range(count)]


@contextlib.contextmanager
def without_log_lines():
    """Keep what the body writes to file descriptor 2 off the page; if it raises, write it out after all.

    TensorFlow's, JAX's and PyTorch's C++ parts write log lines there when they are first imported and used. Jupyter
    captures them into the notebook's outputs, nbval does not, and they differ between machines.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as log:
        os.dup2(log.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(kept, 2)
            log.seek(0)
            sys.stderr.write(log.read().decode(errors="replace"))
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def device() -> str:
    """Return "GPU" if the backend in force computes on one, else "CPU". Call `start_lesson` before."""
    backend = os.environ.get("KERAS_BACKEND")
    if backend not in BACKENDS:
        raise RuntimeError("call runtime.start_lesson(seed=…) first: no backend has been chosen")
    with without_log_lines():
        module = importlib.import_module(backend)
        if backend == "tensorflow":
            return "GPU" if module.config.list_physical_devices("GPU") else "CPU"
        if backend == "jax":
            return "GPU" if module.default_backend() == "gpu" else "CPU"
        named = os.environ.get("KERAS_TORCH_DEVICE")
        return "GPU" if (not named.startswith("cpu") if named else module.cuda.is_available()) else "CPU"


def environment_report() -> None:
    """Display a table: Python, each package the lessons need, the backend, its device and precision; OK or what to do.

    Its content is about the machine, so it differs from one to the next.
    """
    from utils import tables

    tables.show(["part", "found", "verdict"], _environment_rows())


def _environment_rows() -> list[list[str]]:
    """Return the rows of `environment_report`: name, what was found, "OK" or what to do."""
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

    try:
        about = importlib.metadata.metadata(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return [["this course", "not installed for this Python", "open it with `make lab`"]]
    wanted_python = SpecifierSet(about["Requires-Python"])
    python = platform.python_version()
    python_verdict = "OK" if wanted_python.contains(python) else f"install a Python that is {wanted_python}"
    rows = [["Python", python, python_verdict]]
    for line in importlib.metadata.requires(DISTRIBUTION) or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            rows.append(_package_row(requirement))
    computes_on = device()  # raises where no backend has been chosen
    importlib.import_module("keras")  # which sets the precision
    full = _computes_full_float32()
    products = f"LESSON_ARITHMETIC={kind}" if (kind := _chosen_arithmetic()) else "full" if full else "rounded"
    return [
        *rows,
        ["Keras backend", os.environ["KERAS_BACKEND"], "OK"],
        ["computes on", computes_on, "OK"],
        ["float32 products", products, "OK" if full else "call runtime.start_lesson again"],
    ]


def _package_row(requirement) -> list[str]:
    """Return one row of the report for a `packaging` Requirement."""
    try:
        found = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return [requirement.name, "not installed", "run `make lab` again"]
    if not requirement.specifier.contains(found, prereleases=True):
        return [requirement.name, found, f"needs {requirement.specifier}: run `make clean`, then `make lab`"]
    return [requirement.name, found, "OK"]


def _checked_seed(seed: int | str) -> int:
    """Return the seed as an integer, or say in a ValueError what a seed is."""
    if isinstance(seed, str) and seed.strip().isdecimal():
        seed = int(seed)
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < LARGEST_SEED:
        raise ValueError(f"a lesson's seed (LESSON_SEED) is an integer from 0 to {LARGEST_SEED - 1}, not {seed!r}")
    return seed


def _choose_backend() -> None:
    """Set KERAS_BACKEND to an installed backend, respecting one that is set."""
    wanted = os.environ.get("KERAS_BACKEND")
    if wanted and wanted not in BACKENDS:
        raise ValueError(f"KERAS_BACKEND is one of {', '.join(BACKENDS)}, not {wanted!r}")
    for backend in [wanted] if wanted else BACKENDS:
        if importlib.util.find_spec(backend):
            os.environ["KERAS_BACKEND"] = backend
            return
    what = f"the backend {wanted} is not installed" if wanted else "no backend of Keras is installed"
    raise ModuleNotFoundError(f"{what}: run `make lab` for TensorFlow, `make backends` for JAX and PyTorch")


def _chosen_arithmetic() -> str | None:
    """Return what LESSON_ARITHMETIC names, None where it is not set, or say in a ValueError what is wrong with it."""
    from utils import arithmetic

    name = os.environ.get("LESSON_ARITHMETIC")
    if not name:
        return None
    if name not in arithmetic.KINDS:
        raise ValueError(f"LESSON_ARITHMETIC is one of {', '.join(arithmetic.KINDS)}, not {name!r}")
    if os.environ["KERAS_BACKEND"] != "tensorflow":
        raise ValueError(f"LESSON_ARITHMETIC is for TensorFlow, not for {os.environ['KERAS_BACKEND']}")
    return name


def _limit_threads() -> None:
    """Give each numerical library `THREADS` threads, unless the user has set a number."""
    for name in THREAD_VARIABLES:
        os.environ.setdefault(name, str(THREADS))


def _tell_backend() -> None:
    """Set what the backends read from the environment when they are imported, unless the user has set it."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    os.environ.setdefault("JAX_ENABLE_X64", "true")
    if sys.platform == "darwin":  # Apple's GPU has no float64
        os.environ.setdefault("KERAS_TORCH_DEVICE", "cpu")


def _prepare_keras() -> None:
    """Set the defaults of the imported Keras and the precision of its backend, and run one operation.

    The backend writes log lines at its first use; they stay off the page.
    """
    import keras

    keras.config.set_floatx("float32")
    keras.config.set_epsilon(1e-7)
    keras.config.set_image_data_format("channels_last")
    keras.config.set_dtype_policy("float32")
    keras.config.set_max_epochs(None)
    keras.config.set_max_steps_per_epoch(None)
    _ask_for_full_float32()
    if kind := _chosen_arithmetic():
        from utils import arithmetic

        arithmetic.use(kind)
    with without_log_lines():
        keras.ops.convert_to_numpy(keras.ops.ones((1, 1)) @ keras.ops.ones((1, 1)))


def _ask_for_full_float32() -> None:
    """Have the imported backend multiply float32 numbers as such on an accelerator.

    NVIDIA's cards round them to TF32's ten bits of mantissa first where a library lets them, and all three do:
    TensorFlow and JAX in products and convolutions, PyTorch in convolutions. PyTorch's newer switches
    (`fp32_precision`) leave `torch.backends.cudnn.flags` unable to read the older ones, hence the older.
    """
    backend = os.environ["KERAS_BACKEND"]
    module = importlib.import_module(backend)
    if backend == "tensorflow":
        module.config.experimental.enable_tensor_float_32_execution(False)
    elif backend == "jax":
        module.config.update("jax_default_matmul_precision", "highest")
    else:
        module.set_float32_matmul_precision("highest")
        module.backends.cudnn.allow_tf32 = False


def _computes_full_float32() -> bool:
    """Return whether the imported backend is set to multiply float32 numbers as such."""
    backend = os.environ["KERAS_BACKEND"]
    module = importlib.import_module(backend)
    if backend == "tensorflow":
        return not module.config.experimental.tensor_float_32_execution_enabled()
    if backend == "jax":
        return module.config.jax_default_matmul_precision == "highest"
    return module.get_float32_matmul_precision() == "highest" and not module.backends.cudnn.allow_tf32


class _PreparedImport(importlib.abc.MetaPathFinder):
    """Imports Keras, whoever asks for it, quietly, and prepares it at once; then steps out of the way."""

    @classmethod
    def expect(cls) -> None:
        """Have the next import of Keras prepared."""
        if not any(isinstance(finder, cls) for finder in sys.meta_path):
            sys.meta_path.insert(0, cls())

    def find_spec(self, name, path, target=None):
        """Find Keras where Python finds it, and wrap its execution; leave any other module to the other finders."""
        found = importlib.machinery.PathFinder.find_spec(name, path, target) if name == "keras" else None
        if found is not None:
            execute = found.loader.exec_module

            def execute_and_prepare(module):
                with _random_numbers_kept():
                    with without_log_lines():
                        execute(module)
                    sys.meta_path.remove(self)
                    _prepare_keras()
                    if _seed_in_force is not None:
                        _seed_keras(_seed_in_force)

            found.loader.exec_module = execute_and_prepare
        return found


@contextlib.contextmanager
def _random_numbers_kept():
    """Let Python's and NumPy's random numbers go on after the body as if it had not been."""
    import numpy as np

    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 (the generator that Keras seeds)
    yield
    random.setstate(python)
    np.random.set_state(numpy)  # noqa: NPY002
