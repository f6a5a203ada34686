"""Ruff's rules and format hold, in the modules and in the notebooks; docstrings are in one style, Google's."""

import ast
import re
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


UNDERLINED = re.compile(
    r"^ *(Attributes|Examples?|Methods|Notes?|Parameters|Raises|References|Returns|Yields)\n *--+$", re.M
)


def numpy_sections(code):
    """The sections with a line under their heading, NumPy's style, in the docstrings of a module."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    texts = [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(code)) if isinstance(node, kinds)]
    return [heading for text in texts for heading in UNDERLINED.findall(text)]


@pytest.mark.parametrize("path", sorted((FOLDER / "utils").rglob("*.py")), ids=lambda path: path.stem)
def test_docstrings_are_in_googles_style(path):
    assert not numpy_sections(path.read_text(encoding="utf-8")), "write Args:, Returns:, Raises: as its neighbors do"


def test_sections_of_numpys_style_are_found():
    section = "Move.\n\n    Returns\n    -------\n    array\n    "
    for code in (
        f'"""{section}"""',
        f'def move():\n    """{section}"""',
        f'class A:\n    def b():\n        """{section}"""',
    ):
        assert numpy_sections(code) == ["Returns"]
    assert numpy_sections('def move():\n    """Move.\n\n    Returns:\n        array\n    """') == []
