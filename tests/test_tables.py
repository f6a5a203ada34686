"""Tests of utils.tables: tables as text and as HTML, and how measured numbers are written."""

import itertools

import numpy as np
import pytest

from utils import tables


def test_the_text_is_not_padded():
    table = tables.Table(["model", "accuracy"], [["nearest neighbor", "≈0.98"], ["chance", 10]], "Digits read")
    assert repr(table) == "Digits read\nmodel | accuracy\nnearest neighbor | ≈0.98\nchance | 10"
    assert repr(tables.Table(["one"], [])) == "one"


def test_the_html_escapes_and_aligns_numbers_to_the_right():
    table = tables.Table(["a<b", "n"], [["x & y", "≈0.98"], ["−3", np.int64(4)], ["3 layers", "about 3"]], "c>d")
    text = table._repr_html_()
    assert "<caption>c&gt;d</caption>" in text
    assert '<th style="text-align:left">a&lt;b</th>' in text
    assert '<td style="text-align:left">x &amp; y</td><td style="text-align:right">≈0.98</td>' in text
    assert '<td style="text-align:right">−3</td><td style="text-align:right">4</td>' in text
    assert '<td style="text-align:left">about 3</td>' in text
    assert '<th style="text-align:left">n</th>' in text, "a column with words in it has its header on the left"
    assert text.count("<tr>") == text.count("</tr>") == 4
    assert "<caption>" not in tables.Table(["a"], [["b"]])._repr_html_()


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        ([], [], "at least one column"),
        (["a", "b"], [["x", "y"], ["z"]], "row 1 has 1 cells, the header has 2"),
        (["a"], [["x", "y"]], "row 0 has 2 cells, the header has 1"),
        (["a"], [[0.5]], r"row 0: a cell is a string or an integer, not 0.5.*tables.measured"),
        (["a"], [[None]], "a cell is a string or an integer, not None"),
    ],
)
def test_a_malformed_table_is_refused(header, rows, message):
    with pytest.raises(ValueError, match=message):
        tables.Table(header, rows)


def test_the_whole_html_of_a_small_table():
    row = '<tr><td style="text-align:left">b</td></tr>'
    head = '<thead><tr><th style="text-align:left">a</th></tr></thead>'
    assert tables.Table(["a"], [["b"], ["b"]])._repr_html_() == f"<table>{head}<tbody>{row}{row}</tbody></table>"


def test_show_displays_the_table(capsys):
    tables.show(["a", "b"], [["x", 1]], caption="C")
    assert capsys.readouterr().out == "C\na | b\nx | 1\n"


def test_measured_numbers_carry_the_sign():
    assert tables.measured(0.98321) == "≈0.983"
    assert tables.measured(1234.5, ",.0f") == "≈1,234"
    assert tables.measured(-2, "d") == "≈-2"
    assert tables.measured(0.5, ".0%") == "≈50%"


def test_a_spread_is_median_and_range():
    assert tables.spread([3, 1, 10], ".1f") == "≈3.0 (≈1.0 to ≈10.0)"
    assert tables.spread(np.array([0.25, 0.75]), ".2f") == "≈0.50 (≈0.25 to ≈0.75)"
    assert tables.spread([1.0]) == "≈1.000 (≈1.000 to ≈1.000)"
    with pytest.raises(ValueError, match="at least one value"):
        tables.spread([])


@pytest.mark.parametrize("values", list(itertools.permutations([0.5, float("nan"), 2.0])))
def test_a_spread_with_a_nan_is_nan_in_any_order(values):
    assert tables.spread(values) == "≈nan (≈nan to ≈nan)"


def test_a_spread_does_not_depend_on_the_order_of_zeros():
    assert {tables.spread(values, ".0f") for values in itertools.permutations([0.0, -0.0, 0.0])} == {"≈0 (≈-0 to ≈0)"}
    assert tables.spread([float("inf"), 1, -float("inf")], ".0f") == "≈1 (≈-inf to ≈inf)"


def test_a_bound_stands_on_the_right_among_the_numbers():
    text = tables.Table(["error"], [["≈0.98"], ["< 1e-6"], ["< a word"]])._repr_html_()
    assert text.count('<td style="text-align:right">') == 2
    assert '<td style="text-align:right">&lt; 1e-6</td>' in text


def test_a_column_of_numbers_has_its_header_on_the_right():
    text = tables.Table(["name", "change"], [["a", "≈-0.005"], ["b", "≈+0.086 (≈0.01 to ≈0.1)"]])._repr_html_()
    assert '<th style="text-align:left">name</th><th style="text-align:right">change</th>' in text
    assert text.count('<td style="text-align:right">') == 2
    assert '<th style="text-align:left">empty</th>' in tables.Table(["empty"], [])._repr_html_()


THREE = {"plain": [0.5, 0.7, 0.6], "dropout": [0.7, 0.9, 0.5], "neighbors": [0.4, 0.8, 0.8]}


def test_runs_have_median_and_range_in_columns_of_their_own():
    table = tables.runs(THREE, "accuracy", head="setting", spec=".2f")
    assert repr(table) == (
        "Median and range of 3 runs.\n"
        "setting | accuracy, median | range\n"
        "plain | ≈0.60 | ≈0.50 to ≈0.70\n"
        "dropout | ≈0.70 | ≈0.50 to ≈0.90\n"
        "neighbors | ≈0.80 | ≈0.40 to ≈0.80"
    )
    assert tables.runs(THREE, caption="Five digits.").caption == "Five digits."
    assert tables.runs({"a": [1], "b": [1, 2]}).caption is None
    assert tables.runs({"a": np.array([0.5, 1.5])}).rows == [["a", "≈1.000", "≈0.500 to ≈1.500"]]


def test_runs_are_sorted_only_where_it_is_said_what_is_better():
    def names(**options):
        return [row[0] for row in tables.runs({**THREE, "none": None}, **options).rows]

    assert names() == ["plain", "dropout", "neighbors", "none"]
    assert names(better="more") == ["neighbors", "dropout", "plain", "none"]
    assert names(better="less") == ["plain", "dropout", "neighbors", "none"]


def test_runs_are_compared_run_by_run():
    table = tables.runs(THREE, "accuracy", spec=".1f", better="more", against="plain")
    assert table.header == ["", "accuracy, median", "range", "change against plain", "better in"]
    assert table.rows == [
        ["neighbors", "≈0.8", "≈0.4 to ≈0.8", "≈+0.1", "≈2 of 3"],
        ["dropout", "≈0.7", "≈0.5 to ≈0.9", "≈+0.2", "≈2 of 3"],
        ["plain", "≈0.6", "≈0.5 to ≈0.7", "–", "–"],
    ]
    less = tables.runs(THREE, spec=".1f", better="less", against="plain")
    assert less.rows[1][-2:] == ["≈+0.2", "≈1 of 3"]
    plain = tables.runs(THREE, spec="+.1f", against="plain")
    assert plain.header[-1] == "change against plain" and plain.rows[1][-1] == "≈+0.2"


def test_runs_of_several_measures():
    results = {
        "pixels": {"error": [np.nan, np.nan], "probe": [0.5, 0.7]},
        "code": {"error": [2.0, 1.0], "probe": None},
    }
    table = tables.runs(results, head="code", spec=".1f", better="less")
    assert table.header == ["code", "error, median", "range", "probe, median", "range"]
    assert table.rows == [
        ["code", "≈1.5", "≈1.0 to ≈2.0", "–", "–"],
        ["pixels", "–", "–", "≈0.6", "≈0.5 to ≈0.7"],
    ]
    table = tables.runs(results, spec=".1f", better="less", against="pixels")
    assert table.rows[0] == ["code", "≈1.5", "≈1.0 to ≈2.0", "–", "–", "–", "–", "–", "–"]


@pytest.mark.parametrize(
    ("results", "options", "message"),
    [
        ({}, {}, "at least one thing"),
        (THREE, {"better": "higher"}, "better='higher'"),
        (THREE, {"against": "nothing"}, "against='nothing'"),
        ({"a": []}, {}, "'a' has no run"),
        ({"a": [1.0, np.nan]}, {}, "a NaN among its runs"),
        ({"a": {"x": [1]}, "b": {"y": [1]}}, {}, r"'b' has \['y'\]"),
        ({"a": [1, 2], "b": [1]}, {"against": "a"}, "'b' has 1 runs and is compared run by run with 2"),
    ],
)
def test_runs_that_make_no_table_are_named(results, options, message):
    with pytest.raises(ValueError, match=message):
        tables.runs(results, **options)
