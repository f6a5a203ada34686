"""Measured numbers: how they are found, and how far they may go."""

from decimal import Decimal

import lessons
import measured
import numpy as np
import pytest
import refresh
from nbformat.v4 import new_output

SANITIZE = lessons.ROOT / "tests" / "nbval_sanitize.cfg"


def band(least, greatest):
    """A band with the places that are printed."""
    return Decimal(least), Decimal(greatest)


def test_what_nbval_leaves_out_is_what_is_compared_here():
    (pattern, replacement), *others = refresh.get_sanitize_patterns(SANITIZE.read_text(encoding="ascii"))
    assert not others
    assert replacement == r"\1<measured>"
    readable = pattern.replace(r"\u2248", "≈").replace(r"\u2212", "−")
    assert readable == "( ?) *" + measured.MEASURED.pattern


def test_numbers_are_found_in_their_order():
    outputs = [
        new_output("stream", name="stdout", text="rate ≈0.50, then ≈−1,234.5e-7 of 3\n"),
        new_output("display_data", {"text/html": "<b>≈8 and ≈9</b>", "text/plain": "≈8 | ≈9"}),
        new_output("display_data", {"text/html": "<b>≈10</b>"}),
        new_output("display_data", {"text/html": "<b>≈11</b>", "text/plain": "<IPython.core.display.HTML object>"}),
        new_output(
            "display_data", {"text/html": '<img alt="It falls to ≈2." src="…">', "text/plain": "It falls to ≈2."}
        ),
        new_output("execute_result", {"text/plain": "'≈12 %'"}),
        new_output("stream", name="stdout", text="≈13\r≈14\n"),
    ]
    expected = ["≈0.50", "≈−1,234.5e-7", "≈14", "≈8", "≈9", "≈10", "≈11", "≈2", "≈12"]
    assert measured.numbers(outputs) == expected
    assert measured.numbers(outputs) == expected, "the outputs were changed"


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("≈0.70", "0.70"),
        ("≈1,234.5", "1234.5"),
        ("≈−3", "-3"),
        ("≈+3", "3"),
        ("≈-0.00", "0.00"),
        ("≈1e-07", "1e-7"),
        ("≈0e+00", "0e-15"),
    ],
)
def test_value_keeps_the_places(printed, expected):
    assert str(measured.value(printed)) == str(Decimal(expected))


@pytest.mark.parametrize(
    ("least", "greatest", "low", "high"),
    [
        ("0.64", "1.00", "0.46", "1.25"),  # half of the band's width, as a difference and as a ratio
        ("-1.00", "-0.64", "-1.25", "-0.46"),
        ("0.1", "0.4", "-0.05", "0.8"),
        ("0.70", "0.70", "0.69", "0.71"),  # one unit of the last place
        ("0.7000", "0.7000", "0.693", "0.707"),  # a hundredth of the size
        ("-100.00", "-100.00", "-101", "-99"),
        ("7", "7", "6", "8"),
        ("0.00", "0.00", "-0.01", "0.01"),
        ("0.00", "0.20", "-0.10", "0.30"),
        ("-0.1", "0.3", "-0.3", "0.5"),
        ("2e-16", "3e-16", "0", "3e-15"),  # a gap of rounding
        ("-3e-16", "2e-16", "-3e-15", "2e-15"),
        ("0e-15", "3e-16", "-1e-15", "3e-15"),
        ("0e-15", "0e-15", "-1e-15", "1e-15"),
        ("2e-5", "2e-5", "1e-5", "3e-5"),
    ],
)
def test_limits(least, greatest, low, high):
    assert measured.limits(band(least, greatest)) == (Decimal(low), Decimal(high))


def test_a_run_that_was_not_measured_may_go_three_times_as_far():
    assert measured.limits(band("0.64", "1.00"), unknown=True) == (Decimal("0.1"), Decimal("1.953125"))
    assert measured.limits(band("2e-16", "3e-16"), unknown=True) == (Decimal("-1e-16"), Decimal("3e-14"))


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "own"),
        ({"KERAS_BACKEND": "tensorflow", "LESSON_SEED": ""}, "own"),
        ({"LESSON_SEED": "3"}, "seed3"),
        ({"LESSON_SEED": "03", "KERAS_BACKEND": "jax"}, "seed3-jax"),
        ({"KERAS_BACKEND": "torch"}, "torch"),
        ({"LESSON_ARITHMETIC": "noise"}, "noise"),
        ({"LESSON_SEED": "12", "LESSON_ARITHMETIC": "tf32"}, "seed12-tf32"),
    ],
)
def test_run_name(environment, expected):
    assert measured.run_name(environment) == expected


def test_share_of_the_width_leaves_few_false_alarms():
    rng, trials, half = np.random.default_rng(0), 400_000, float(measured.SHARE)

    def one_in(share, runs=13, spread=lambda x: x, as_ratio=False):
        seen, another = spread(rng.normal(size=(runs, trials))), spread(rng.normal(size=trials))
        if as_ratio:
            seen, another = np.log(seen), np.log(another)
        least, greatest = seen.min(axis=0), seen.max(axis=0)
        margin = share * (greatest - least)
        return 1 / np.mean((another < least - margin) | (another > greatest + margin))

    def skewed(x):
        return np.exp(x / 2)

    assert one_in(0) == pytest.approx(7, abs=0.2), "of 14 draws the last is an end in 2 of 14 cases"
    assert one_in(half) == pytest.approx(115, rel=0.1)
    assert one_in(1) == pytest.approx(2000, rel=0.3)
    assert one_in(half, runs=10) == pytest.approx(56, rel=0.1)
    assert one_in(1, runs=10) == pytest.approx(520, rel=0.2)
    assert one_in(half * measured.UNKNOWN, runs=10) == pytest.approx(3800, rel=0.4)
    assert one_in(1, spread=skewed) == pytest.approx(140, rel=0.1)
    assert one_in(1, spread=skewed, as_ratio=True) == pytest.approx(2000, rel=0.3)


CELLS = {"a": [band("0.70", "0.80"), None], "b": [band("1e-07", "-0.0")], "c-d": []}


def test_file_is_read_as_it_was_written(tmp_path):
    path = measured.file_of("98", tmp_path)
    measured.write(path, "98", "0123", ["own", "jax"], CELLS)
    text = path.read_text(encoding="utf-8")
    assert '\n  "a": [[0.70, 0.80], null],\n  "b": [[1e-7, -0.0]],\n  "c-d": []\n' in text, "one line is not one cell"
    bands, complaint = measured.read("98", "0123", tmp_path)
    assert complaint is None
    assert (bands["lesson"], bands["code"], bands["runs"]) == ("98", "0123", ["own", "jax"])
    found = {cell: [pair and tuple(pair) for pair in pairs] for cell, pairs in bands["cells"].items()}
    assert found == CELLS
    assert str(found["a"][0][0]) == "0.70", "the places that were printed are lost"


def test_problems(tmp_path):
    measured.write(measured.file_of("98", tmp_path), "98", "0123", ["own", "jax"], CELLS)
    bands, _ = measured.read("98", "0123", tmp_path)
    assert not list(measured.problems("98", "a", ["≈0.85", "≈9999999"], bands))
    said = ["≈0.86 lies outside 0.70 … 0.80, where 2 runs lie: 98, cell a"]
    assert list(measured.problems("98", "a", ["≈0.86", "≈9"], bands)) == said
    assert list(measured.problems("98", "a", ["≈0.86", "≈9"], bands, "jax")) == said
    assert not list(measured.problems("98", "a", ["≈0.86", "≈9"], bands, "seed12"))
    assert not list(measured.problems("98", "without", [], bands))
    for seen in (["≈0.7"], ["≈0.7"] * 3, []):
        (problem,) = measured.problems("98", "a", seen, bands)
        assert problem.startswith(f"measured numbers: {len(seen)}, bands: 2 – 98, cell a"), problem
