"""Compile the three requirements files from the ranges in pyproject.toml, with the newest versions they allow.

    .venv/bin/python tools/lock.py

One resolution holds for Python 3.11 to 3.13 on Linux, macOS and Windows; where these differ, the line carries a marker.
"""

import surroundings

if __name__ == "__main__":
    surroundings.start_again()

import re
import subprocess
import sys
from pathlib import Path

import environment

FOLDER = Path(__file__).parent.parent
HEADERS = {
    "requirements.txt": "What the lessons, the tests and the tools need, pinned with all that it needs in turn.",
    "requirements-gpu.txt": "For NVIDIA GPUs on Linux, on top of requirements.txt: make lab GPU=1",
    "requirements-backends.txt": """\
JAX and PyTorch, on top of requirements.txt: make backends
# PyTorch's CUDA packages are not listed: the wheel of PyTorch that pip or uv finds names those that it needs itself,
# and the CPU wheel names none.""",
}
# What the wheel of PyTorch brings on Linux when it is not the CPU wheel.
CUDA = re.compile(r"^(nvidia-|cuda-|triton)")


def compile_pins(output: str, *arguments: str) -> list[str]:
    """Resolve, and return the lines "name==version ; marker", with the lines "# via" that follow each."""
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "pyproject.toml",
        "--universal",
        "--python-version",
        "3.11",
    ]
    command += ["--quiet", "--no-header", "--upgrade", *arguments]
    done = subprocess.run(command, cwd=FOLDER, env=environment.uv_environment(), capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stderr)
        sys.exit(f"{output} could not be compiled: the lines above say what does not fit together.")
    return re.findall(r"^[A-Za-z0-9].*\n(?: .*\n)*", done.stdout, re.M)


def name(pin: str) -> str:
    return pin.split("==")[0]


def write(output: str, pins: list[str]) -> None:
    header = f"# {HEADERS[output]}\n# Made by `make lock` from the ranges in pyproject.toml. Do not edit.\n"
    (FOLDER / output).write_text(header + "".join(pins), encoding="utf-8", newline="\n")
    print(f"{output}: {len(pins)} pins")


def main() -> None:
    base = compile_pins("requirements.txt", "--extra", "test")
    write("requirements.txt", base)
    constraint = ("--constraint", "requirements.txt")
    known = {name(pin) for pin in base}
    for extra in ("gpu", "backends"):
        output = f"requirements-{extra}.txt"
        pins = compile_pins(output, "--extra", extra, *constraint)
        pins = [pin for pin in pins if name(pin) not in known]
        if extra == "backends":
            pins = [pin for pin in pins if not CUDA.match(pin)]
        write(output, pins)


if __name__ == "__main__":
    main()
