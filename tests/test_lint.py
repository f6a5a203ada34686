"""Ruff's rules and format hold, in the modules and in the notebooks."""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent


@pytest.mark.parametrize("command", [["check"], ["format", "--check", "--diff"]], ids=["rules", "format"])
def test_lint(command):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "."], cwd=FOLDER, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(f"ruff {' '.join(command)} .\n{done.stdout}{done.stderr}", pytrace=False)
