"""Lesson 05a's own optimizers, taken from its cells, are those of utils, which test_descent compares with Keras."""

from pathlib import Path

import nbformat
import numpy as np
import pytest

from utils import descent

NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks" / "05a_descent.ipynb"
CELLS = ("gradient-descent", "momentum", "nesterov", "rmsprop", "adam")
SETTINGS = {
    "GradientDescent": [{}],
    "Momentum": [{}, {"momentum": 0.5}],
    "Nesterov": [{}, {"momentum": 0.5}],
    "RMSProp": [{}, {"rho": 0.5, "epsilon": 1e-3}],
    "Adam": [{}, {"beta_1": 0.5, "beta_2": 0.75}],
}


@pytest.fixture(scope="module")
def lesson():
    """What the cells with the optimizers define."""
    found = {cell.id: cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells}
    names = {"np": np}
    for cell in CELLS:
        exec(compile(found[cell], f"{NOTEBOOK.name}, cell {cell}", "exec"), names)
    return names


@pytest.mark.parametrize(("name", "options"), [(name, options) for name in SETTINGS for options in SETTINGS[name]])
def test_the_lessons_optimizer_is_that_of_utils(lesson, name, options):
    ours, theirs = lesson[name](0.1, **options), getattr(descent, name)(0.1, **options)
    rng = np.random.default_rng(0)
    x = y = rng.normal(size=5)
    for _ in range(200):
        gradient = rng.normal(size=5) * [1e-9, 1e-5, 1e-2, 1.0, 100.0] * (rng.random(5) > 0.2)
        x, y = ours.step(x, gradient), theirs.step(y, gradient)
        np.testing.assert_allclose(x, y, rtol=1e-12, atol=1e-12)
