"""The whole proof in one run of pytest: lint, unit tests, document checks, and every notebook under strict nbval.

    make test [LESSON=04] [BACKEND=jax|torch] [SEED=3] [ARITHMETIC=noise|tf32] [WORKERS=2]

The variables are read from the environment. LESSON narrows the run to a lesson (05b) or a chapter (05) or several of
them (their notebooks, and the tests that carry their names) and to the lint. What is added on the command line goes to
pytest.
"""

import surroundings

if __name__ == "__main__":
    surroundings.start_again()

import subprocess
import sys

import lessons
import machine

CELL_TIMEOUT = 300
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", "tests/nbval_sanitize.cfg"]
NBVAL += ["--nbval-cell-timeout", str(CELL_TIMEOUT)]


def main() -> int:
    wanted = surroundings.own("LESSON")
    notebooks = lessons.find(wanted.replace(",", " ").split())
    environment = surroundings.as_chosen()
    workers = int(surroundings.whole_number("WORKERS") or machine.workers()) or 1
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
