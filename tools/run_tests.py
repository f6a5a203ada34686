"""The whole proof in one run of pytest: lint, unit tests, document checks, and every notebook under strict nbval.

    make test [LESSON=04] [BACKEND=jax|torch] [SEED=3] [WORKERS=2]

The variables are read from the environment. LESSON narrows the run to a lesson (05b) or a chapter (05) or several of
them (their notebooks, and the tests that carry their names) and to the lint. What is added on the command line goes to
pytest.
"""

import importlib.util
import os
import subprocess
import sys

import lessons
import machine

BACKENDS = {"tensorflow": "tensorflow", "jax": "jax", "torch": "torch"}
CELL_TIMEOUT = 300
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", "tests/nbval_sanitize.cfg"]
NBVAL += ["--nbval-cell-timeout", str(CELL_TIMEOUT)]


def whole_number(name: str) -> str:
    text = os.environ.get(name, "").strip()
    if text and not text.isdecimal():
        sys.exit(f"{name}={text} is not a whole number: {name}=3 would be one")
    return text


def settings() -> dict[str, str]:
    """The environment of the kernels: BACKEND and SEED decide, not what the shell has set for other work."""
    backend = os.environ.get("BACKEND", "").strip() or "tensorflow"
    if backend not in BACKENDS:
        sys.exit(f"There is no backend {backend}. There are: {' '.join(BACKENDS)}")
    if importlib.util.find_spec(BACKENDS[backend]) is None:
        sys.exit(f"BACKEND={backend} is not installed. Install JAX and PyTorch into .venv: make backends")
    environment = dict(os.environ, KERAS_BACKEND=backend)
    environment.setdefault("JAX_ENABLE_X64", "true")  # as in a lesson: JAX reads it once, whichever test comes first
    environment.pop("LESSON_SEED", None)
    if seed := whole_number("SEED"):
        environment["LESSON_SEED"] = seed
    for variable in ("LESSON", "BACKEND", "SEED", "PORT", "WORKERS", "HEADLESS", "MAKEFLAGS", "MAKELEVEL"):
        environment.pop(variable, None)
    return environment


def main() -> int:
    wanted = os.environ.get("LESSON", "").strip()
    notebooks = lessons.find(wanted.replace(",", " ").split())
    environment = settings()
    workers = int(whole_number("WORKERS") or machine.workers()) or 1
    workers = max(1, min(workers, len(notebooks) + 1))
    command = [sys.executable, "-m", "pytest", *(str(path.relative_to(lessons.ROOT)) for path in notebooks), "tests"]
    command += [*NBVAL, "-n", str(workers), "--dist", "loadfile"]
    if wanted:
        names = [name for path in notebooks for name in (path.stem, f"lesson_{lessons.number(path)}")]
        command += ["-k", " or ".join([*names, "test_lint"])]
    try:
        return subprocess.call([*command, *sys.argv[1:]], cwd=lessons.ROOT, env=environment)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
