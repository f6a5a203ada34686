"""Tests of utils.plots: one look, described in words, and the drawing helpers."""

import base64
import io
import re

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from PIL import Image

from utils import plots

ALT = "a straight line that rises from left to right"


@pytest.fixture(autouse=True)
def style():
    plots.use_style()


def pixels_of(text):
    return Image.open(io.BytesIO(base64.b64decode(re.search(r'base64,([^"]+)"', text)[1])))


def one_line():
    drawn, ax = plots.figure(width=4, height=2)
    ax.plot([0, 1], [0, 1], label="rising")
    return drawn, ax


def test_figure_gives_one_axes_or_a_grid():
    drawn, ax = plots.figure()
    assert isinstance(drawn, Figure)
    assert isinstance(ax, Axes)
    assert list(drawn.get_size_inches()) == [8.0, 3.2]
    assert isinstance(drawn.get_layout_engine(), ConstrainedLayoutEngine), "labels do not overlap"
    assert plots.figure(columns=3)[1].shape == (3,)
    assert plots.figure(columns=2, rows=3)[1].shape == (3, 2)
    drawn, axes = plots.figure(columns=2, width=6, height=1.5, sharey=True)
    assert list(drawn.get_size_inches()) == [6, 1.5]
    axes[0].set_ylim(0, 7)
    assert axes[1].get_ylim() == (0, 7)


@pytest.mark.parametrize("sizes", [{"columns": 0}, {"rows": 0}, {"width": 0}, {"height": -1}, {"height": 0}])
def test_a_figure_without_extent_is_refused(sizes):
    with pytest.raises(ValueError, match="a figure's sizes are positive"):
        plots.figure(**sizes)


def test_a_figure_is_an_image_with_alt_text():
    drawn, _ = one_line()
    text = plots.to_html(drawn, 'a "steep" line, steeper than x < 1')
    assert text.startswith('<img alt="a &quot;steep&quot; line, steeper than x &lt; 1" width="384" src="data:image/png')
    picture = pixels_of(text)
    assert picture.size == (4 * 130, 2 * 130)
    assert picture.convert("RGB").getpixel((1, 1)) == (255, 255, 255), "a white ground, on dark pages too"
    assert text == plots.to_html(drawn, 'a "steep" line, steeper than x < 1')


@pytest.mark.parametrize("alt", [None, "", "a plot", " " * 30, "a line, drawn here  "])
def test_alt_text_is_asked_for(alt):
    with pytest.raises(ValueError, match="alt text is a sentence"):
        plots.to_html(one_line()[0], alt)


def test_twenty_characters_are_enough():
    assert "a line that goes up." in plots.to_html(one_line()[0], "a line that goes up.")


def test_show_displays_html_and_text(monkeypatch):
    outputs = []
    monkeypatch.setattr(plots, "display", lambda data, raw: outputs.append((data, raw)))
    drawn, _ = one_line()
    plots.show(drawn, ALT)
    assert outputs == [({"text/html": plots.to_html(drawn, ALT), "text/plain": f"Figure: {ALT}"}, True)]


def test_the_style_is_safe_for_color_blind_readers():
    assert len(set(plots.COLORS)) == len(plots.LINES) == len(plots.MARKERS) == len(set(plots.MARKERS)) == 7
    assert len({str(line) for line in plots.LINES}) == 7
    _, ax = plots.figure()
    lines = [ax.plot([0, 1])[0] for _ in range(3)]
    assert [line.get_color() for line in lines] == plots.COLORS[:3]
    assert [line.get_linestyle() for line in lines] == plots.LINES[:3]
    assert matplotlib.rcParams["image.cmap"] == "cividis"


def test_an_image_grid_has_a_cell_for_each_image():
    images = np.arange(5 * 4 * 4, dtype=float).reshape(5, 4, 4)
    drawn = plots.image_grid(images, titles=list("abcde"), columns=3, cell=0.8)
    assert len(drawn.axes) == 6
    assert [ax.get_title() for ax in drawn.axes] == ["a", "b", "c", "d", "e", ""]
    assert [len(ax.images) for ax in drawn.axes] == [1, 1, 1, 1, 1, 0]
    assert {ax.images[0].get_clim() for ax in drawn.axes[:5]} == {(0.0, 79.0)}
    assert not any(ax.axison for ax in drawn.axes)
    assert {ax.images[0].get_interpolation() for ax in drawn.axes[:5]} == {"nearest"}, "a pixel is a square"
    assert {ax.title.get_fontsize() for ax in drawn.axes[:5]} == {9}
    np.testing.assert_array_equal(drawn.axes[4].images[0].get_array(), images[4])
    np.testing.assert_allclose(drawn.get_size_inches(), [2.4, 2 * (0.8 + 0.25)])


def test_an_image_grid_takes_limits_colors_and_few_images():
    drawn = plots.image_grid(np.zeros((2, 4, 8)), limits=(-1, 1), cmap="gray")
    assert len(drawn.axes) == 2
    assert drawn.axes[0].images[0].get_clim() == (-1, 1)
    assert drawn.axes[0].images[0].get_cmap().name == "gray"
    np.testing.assert_allclose(drawn.get_size_inches(), [2.0, 0.5 + 0.05])
    assert len(plots.image_grid(np.zeros((1, 3, 3, 3))).axes) == 1
    assert plots.image_grid(np.zeros((9, 4, 4))).axes[0].get_gridspec().get_geometry() == (2, 8)


@pytest.mark.parametrize("shape", [(4, 4), (0, 4, 4), (2, 4, 4, 1), (2, 3, 3, 4), (2, 4, 4, 3, 1)])
def test_an_image_grid_names_the_shape_it_wants(shape):
    with pytest.raises(ValueError, match=r"images are \(N, height, width\)"):
        plots.image_grid(np.zeros(shape))


def test_an_image_grid_wants_a_title_each():
    with pytest.raises(ValueError, match="1 titles for 2 images"):
        plots.image_grid(np.zeros((2, 4, 4)), titles=["a"])


def test_a_decision_map_colors_the_plane_by_the_prediction():
    _, ax = plots.figure()
    values = plots.decision_map(ax, lambda points: points[:, 0] + 10 * points[:, 1], (0, 1), (2, 3), resolution=11)
    assert values.shape == (11, 11)
    np.testing.assert_allclose(values[0], 20 + np.linspace(0, 1, 11))
    np.testing.assert_allclose(values[:, 0], 10 * np.linspace(2, 3, 11))
    np.testing.assert_array_equal(ax.images[0].get_array(), values)
    assert ax.images[0].get_extent() == (0, 1, 2, 3) or ax.images[0].get_extent() == [0, 1, 2, 3]
    assert ax.images[0].origin == "lower"
    assert ax.images[0].get_clim() == (0.0, 1.0)
    assert len(ax.collections) == 0, "no value is near the middle, so no border is drawn"


def test_a_decision_map_draws_the_border_at_the_middle():
    _, ax = plots.figure()
    plots.decision_map(ax, lambda points: points[:, 0], (-1, 1), (-1, 1), resolution=21, limits=(-1, 0))
    (border,) = ax.collections
    np.testing.assert_allclose(border.levels, [-0.5])
    np.testing.assert_array_equal(border.get_edgecolor(), [[0, 0, 0, 1]])
    (plane,) = ax.images
    assert plane.get_cmap().name == plots.DIVERGING and ax.get_aspect() == "auto"
    assert not any(line.get_visible() for line in ax.get_xgridlines() + ax.get_ygridlines())
    np.testing.assert_allclose(border.get_paths()[0].vertices[:, 0], -0.5)


def test_a_decision_map_wants_one_value_per_point():
    with pytest.raises(ValueError, match=r"for M=100 it returned \(100, 1\)"):
        plots.decision_map(plots.figure()[1], lambda points: points[:, :1], (0, 1), (0, 1), resolution=10)


def test_labels_stand_at_the_ends_of_their_lines_and_apart():
    drawn, ax = plots.figure()
    for number, end in enumerate([1.0, 1.001, 5.0]):
        ax.plot([0, 1, 2], [0, 0, end], label=f"line {number}")
    ax.plot([0, 1], [0, 1])
    ax.plot([], [], label="empty")
    plots.label_lines(ax)
    labels = {text.get_text(): text for text in ax.texts}
    assert set(labels) == {"line 0", "line 1", "line 2"}
    for number, end in enumerate([1.0, 1.001, 5.0]):
        assert labels[f"line {number}"].xy == (2, end)
        assert labels[f"line {number}"].get_color() == plots.COLORS[number]
    to_points = 72 / drawn.dpi
    heights = [
        ax.transData.transform(labels[f"line {n}"].xy)[1] * to_points + labels[f"line {n}"].xyann[1] for n in range(3)
    ]
    assert heights[1] - heights[0] == pytest.approx(12)
    assert labels["line 2"].xyann == (6, 0)
    for label in labels.values():
        assert (label.anncoords, label.get_va(), label.get_fontsize()) == ("offset points", "center", 9)


def test_runs_are_thin_lines_and_their_middle_a_thick_one_with_the_label():
    _, ax = plots.figure()
    values = np.array([[0.0, 1.0, 5.0], [2.0, 3.0, 10.0]])
    plots.runs(ax, [4, 7], values, 1, "three runs")
    *thin, thick = ax.get_lines()
    for run, line in zip(values.T, thin, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), run)
        assert line.get_linewidth() < 1 and line.get_label().startswith("_")
    np.testing.assert_array_equal(thick.get_xdata(), [4, 7])
    np.testing.assert_array_equal(thick.get_ydata(), [1, 3])
    assert thick.get_label() == "three runs" and thick.get_linewidth() == 2
    assert (thick.get_linestyle(), thick.get_marker()) == (plots.LINES[1], plots.MARKERS[1])
    assert {line.get_color() for line in ax.get_lines()} == {plots.COLORS[1]}


def test_runs_may_show_another_middle_and_a_long_line_has_no_markers():
    _, ax = plots.figure()
    plots.runs(ax, range(13), np.tile([0.0, 1.0, 5.0], (13, 1)), 8, "the mean", middle=np.mean)
    thick = ax.get_lines()[-1]
    np.testing.assert_array_equal(thick.get_ydata(), 2)
    assert thick.get_marker() == "None" and thick.get_color() == plots.COLORS[1], "the colors begin again"


@pytest.mark.parametrize("shape", [(2,), (3, 2), (2, 2, 2)])
def test_runs_wants_points_by_runs(shape):
    with pytest.raises(ValueError, match="values are"):
        plots.runs(plots.figure()[1], [0, 1], np.zeros(shape), 0, "none")


def test_boxes_are_outlines_on_a_plane_that_grows_downward():
    _, ax = plots.figure()
    plots.boxes(ax, [[1, 2, 4, 7], [0, 0, 2, 2]], plots.COLORS[0], view=(0, 0, 10, 8), linewidth=3)
    assert [patch.get_bbox().extents.tolist() for patch in ax.patches] == [[1, 2, 4, 7], [0, 0, 2, 2]]
    assert all(patch.get_linewidth() == 3 and not patch.get_fill() for patch in ax.patches)
    assert ax.get_xlim() == (0, 10) and ax.get_ylim() == (8, 0) and ax.get_aspect() == 1
    plots.boxes(ax, [], "0.5")
    plots.boxes(ax, [[0, 0, 1, 1]], "0.7", fill=True)
    assert len(ax.patches) == 3 and ax.patches[2].get_fill() and ax.get_ylim() == (8, 0)
    with pytest.raises(ValueError, match=r"boxes are \(N, 4\), not \(4,\)"):
        plots.boxes(ax, [0, 0, 1, 1], "0.5")


RESULTS = {"plain": [0.5, 0.7, 0.6], "dropout": np.array([0.7, 0.9, 0.5]), "neighbors": [0.8, np.nan, 0.8]}


def test_dots_are_runs_by_row_with_a_bar_at_the_median():
    _, ax = plots.figure()
    assert plots.dots(ax, RESULTS, gray=["neighbors"], line="plain") == ["plain", "dropout", "neighbors"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["plain", "dropout", "neighbors"]
    low, high = ax.get_ylim()
    assert low > high, "the first is at the top"
    *rows, line = ax.get_lines()
    for number, (dots, bar) in enumerate(zip(rows[::2], rows[1::2], strict=True)):
        values = np.asarray(list(RESULTS.values())[number])
        values = values[~np.isnan(values)]
        np.testing.assert_array_equal(dots.get_xdata(), values)
        np.testing.assert_array_equal(dots.get_ydata(), number)
        assert (bar.get_xdata()[0], bar.get_ydata()[0]) == (np.median(values), number)
        assert dots.get_linestyle() == "None" and bar.get_marker() == "|"
    assert (
        rows[0].get_color() == plots.COLORS[0] != rows[4].get_color() and rows[0].get_marker() != rows[4].get_marker()
    )
    assert set(line.get_xdata()) == {0.6} and line.get_linestyle() == ":"


def test_dots_are_sorted_where_it_is_said_what_is_better():
    results = {**RESULTS, "none": [np.nan]}
    for better, names in (
        ("more", ["neighbors", "dropout", "plain", "none"]),
        ("less", ["plain", "dropout", "neighbors", "none"]),
    ):
        _, ax = plots.figure()
        assert plots.dots(ax, results, better=better) == names
        assert [text.get_text() for text in ax.get_yticklabels()] == names
        first = np.asarray(results[names[0]])
        np.testing.assert_array_equal(ax.get_lines()[0].get_xdata(), first[~np.isnan(first)])
        assert len(ax.get_lines()) == 6, "what has no number has no dot"


@pytest.mark.parametrize(
    ("results", "options"),
    [
        ({}, {}),
        ({"a": []}, {}),
        ({"a": [1]}, {"gray": ["b"]}),
        ({"a": [1]}, {"line": "b"}),
        ({"a": [1]}, {"better": "up"}),
    ],
)
def test_dots_that_cannot_be_drawn_are_named(results, options):
    with pytest.raises(ValueError, match="at least one run each"):
        plots.dots(plots.figure()[1], results, **options)
