"""Tests of utils.interact: an experiment is widgets, a function that draws, and its main positions drawn once."""

import ipywidgets
import numpy as np
import pytest
from pictures import picture_size

from utils import interact


def draw_line(figure, slope, kind="solid", flag=False):
    ax = figure.subplots()
    ax.plot([0, 1], [0, slope])
    ax.set_title(f"{kind} {flag}")
    return {"end": slope, "kind": kind, "flag": flag}


@pytest.fixture
def shown(monkeypatch):
    """Collect what is displayed."""
    outputs = []

    def collect(data, raw):
        assert raw
        outputs.append(data)

    monkeypatch.setattr(interact, "display", collect)
    monkeypatch.setattr(interact.plots, "display", collect)
    return outputs


ALT = "two lines, the second steeper than the first"


def lines(shown, **changes):
    arguments = {
        "draw": draw_line,
        "controls": {"slope": interact.Slider(1, 5, value=2)},
        "positions": [{"slope": 1}, {"slope": 4}],
        "alt": ALT,
        "title": "Slopes",
    }
    return interact.experiment(**{**arguments, **changes})


def test_the_static_positions_are_drawn_and_their_data_kept(shown):
    experiment = lines(shown)
    assert [data["end"] for data in experiment.data] == [1, 4]
    static, live = shown
    assert f'alt="{ALT}"' in static["text/html"]
    assert live["text/plain"] == "Slopes (run this cell in Jupyter to move the controls: slope)"
    view = live["application/vnd.jupyter.widget-view+json"]
    assert view == {"version_major": 2, "version_minor": 0, "model_id": experiment.box.model_id}


def test_moving_a_control_draws_a_new_live_picture(shown):
    experiment = lines(shown)
    first = experiment.picture.value
    assert 'alt="Slopes, drawn for slope = 2"' in first
    experiment.controls["slope"].value = 5
    second = experiment.picture.value
    assert 'alt="Slopes, drawn for slope = 5"' in second
    assert first.split("src=")[1] != second.split("src=")[1]
    assert experiment.values == {"slope": 5}
    assert len(shown) == 2, "moving a control displays nothing new"
    experiment.controls["slope"].value = 2
    assert experiment.picture.value == first


def test_the_alt_text_has_numbers_as_they_are_read(shown):
    controls = {"slope": interact.Slider(-1, 1, step=0.05)}
    experiment = lines(shown, controls=controls, positions=[{"slope": 1}])
    for value, text in [(0.15000000000000002, "0.15"), (-0.2999999999999998, "-0.3"), (0.0, "0")]:
        experiment.controls["slope"].value = value
        experiment.redraw()
        assert f'alt="Slopes, drawn for slope = {text}"' in experiment.picture.value


def test_an_error_while_drawing_is_shown_in_place_of_the_picture(shown):
    def fails_at_three(figure, slope):
        if slope == 3:
            raise RuntimeError("no <line> here")
        return draw_line(figure, slope)

    experiment = lines(shown, draw=fails_at_three)
    experiment.controls["slope"].value = 3
    assert experiment.picture.value.startswith("<pre>")
    assert "RuntimeError: no &lt;line&gt; here" in experiment.picture.value
    experiment.controls["slope"].value = 4
    assert experiment.picture.value.startswith("<img")


def test_every_kind_of_control(shown):
    controls = {
        "slope": interact.Scrub(0, 9, value=4, label="step", milliseconds=250),
        "kind": interact.Choice(["solid", "dashed"], value="dashed", label="line"),
        "flag": interact.Toggle(True, label="yes?"),
    }
    experiment = lines(shown, controls=controls, positions=[{"slope": 1, "kind": "solid", "flag": False}])
    assert shown[-1]["text/plain"].endswith("to move the controls: step, line, yes?)")
    assert experiment.values == {"slope": 4, "kind": "dashed", "flag": True}
    assert [widget.description for widget in experiment.controls.values()] == ["step", "line", "yes?"]
    scrub_row = experiment.box.children[0]
    slider, play = scrub_row.children
    assert isinstance(play, ipywidgets.Play)
    assert (play.min, play.max, play.value, play.interval) == (0, 9, 4, 250)
    assert (slider.min, slider.max) == (0, 9)
    assert len(experiment.box.children) == 4
    assert [len(row.children) for row in experiment.box.children[:3]] == [2, 2, 1]
    for name, value in {"slope": 5, "kind": "solid", "flag": False}.items():
        before = experiment.picture.value
        experiment.controls[name].value = value
        assert experiment.picture.value != before


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8])
def test_whole_numbers_of_numpy_are_whole(kind):
    slider = interact.Slider(kind(1), kind(5), step=kind(2), value=kind(3)).widget("n")
    assert isinstance(slider, ipywidgets.IntSlider) and slider.value == 3 and type(slider.value) is int
    number = interact.Number(kind(1), kind(5), value=kind(3)).widget("n")
    assert number.value == 3 and type(number.value) is int
    assert isinstance(interact.Slider(kind(0), kind(1), step=np.float32(0.5)).widget("n"), ipywidgets.FloatSlider)


def test_sliders_are_whole_where_their_numbers_are():
    whole = interact.Slider(1, 5, value=2).widget("n")
    assert isinstance(whole, ipywidgets.IntSlider)
    assert (whole.min, whole.max, whole.step, whole.value, whole.description) == (1, 5, 1, 2, "n")
    assert not whole.continuous_update
    parts = interact.Slider(0, 1, step=0.25, label="rate").widget("n")
    assert isinstance(parts, ipywidgets.FloatSlider)
    assert (parts.value, parts.step, parts.description) == (0, 0.25, "rate")
    assert isinstance(interact.Slider(0, 1, value=0.5).widget("n"), ipywidgets.FloatSlider)


@pytest.mark.parametrize(
    "slider",
    [interact.Slider(5, 1), interact.Slider(1, 1), interact.Slider(1, 5, step=0), interact.Slider(1, 5, value=6)],
)
def test_a_bad_slider_is_named(slider):
    with pytest.raises(ValueError, match="slider 'n': needs low < high"):
        slider.widget("n")


@pytest.mark.parametrize("choice", [interact.Choice([]), interact.Choice(["a"], value="b")])
def test_a_bad_choice_is_named(choice):
    with pytest.raises(ValueError, match="choice 'n': needs options"):
        choice.widget("n")


def test_a_number_is_typed_between_its_limits():
    widget = interact.Number(0, 99, value=7, label="n").widget("number")
    assert isinstance(widget, ipywidgets.BoundedIntText)
    assert (widget.min, widget.max, widget.value, widget.description) == (0, 99, 7, "n")
    widget.value = 1000
    assert widget.value == 99
    assert interact.Number(3, 5).widget("n").value == 3


@pytest.mark.parametrize(
    "number", [interact.Number(5, 5), interact.Number(0, 9, value=10), interact.Number(0, 9, value=0.5)]
)
def test_a_bad_number_is_named(number):
    with pytest.raises(ValueError, match="number 'n': needs whole numbers"):
        number.widget("n")


def test_a_matrix_is_a_grid_of_number_boxes(shown):
    def draw(figure, kernel):
        figure.subplots().imshow(kernel)
        return {"kernel": kernel}

    start = [[0, 1, 2], [3, 4, 5]]
    experiment = lines(
        shown, draw=draw, controls={"kernel": interact.Matrix(start, -9, 9)}, positions=[{"kernel": np.eye(2)}]
    )
    widget = experiment.controls["kernel"]
    np.testing.assert_array_equal(experiment.values["kernel"], start)
    assert 'kernel = [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]"' in experiment.picture.value
    before = experiment.picture.value
    widget.children[1].children[2].value = -7
    np.testing.assert_array_equal(widget.value, [[0, 1, -7], [3, 4, 5]])
    assert experiment.picture.value != before
    widget.value = np.full((2, 3), 4.0)
    assert [box.value for row in widget.children[1:] for box in row.children] == [4.0] * 6
    np.testing.assert_array_equal(start, [[0, 1, 2], [3, 4, 5]])


def test_a_matrix_draws_once_however_many_numbers_change(shown):
    drawn = []

    def draw(figure, kernel):
        drawn.append(kernel)
        return {}

    start = np.arange(9.0).reshape(3, 3)
    experiment = lines(shown, draw=draw, controls={"kernel": interact.Matrix(start)}, positions=[{"kernel": start}])
    assert len(drawn) == 2, "the static position and the live picture"
    experiment.controls["kernel"].value = -start
    assert len(drawn) == 3
    assert drawn[-1].dtype == float
    np.testing.assert_array_equal(drawn[-1], -start)
    experiment.controls["kernel"].children[3].children[1].value = 50
    assert len(drawn) == 4
    assert drawn[-1][2, 1] == 50


def test_the_boxes_of_a_matrix():
    widget = interact.Matrix([[1, 2]], low=1, high=2, step=0.25).widget("kernel")
    assert widget.description == "kernel"
    label, row = widget.children
    assert label.value == "kernel"
    for box in row.children:
        assert (box.min, box.max, box.step) == (1, 2, 0.25)
        assert (box.layout.width, box.layout.margin) == ("5em", "1px")
    assert interact.Matrix([[1]], label="weights").widget("kernel").children[0].value == "weights"
    assert interact.Matrix(np.zeros((8, 8))).widget("kernel").value.shape == (8, 8)
    with pytest.raises(ValueError, match="at most 64"):
        interact.Matrix(np.zeros((5, 13))).widget("kernel")
    with pytest.raises(ValueError, match="zip"):
        widget.value = np.zeros((2, 2))


def test_controls_are_as_wide_as_each_other_and_wait_until_the_mouse_is_let_go():
    controls = [
        interact.Slider(0, 9),
        interact.Choice([1]),
        interact.Toggle(),
        interact.Scrub(0, 9),
        interact.Number(0, 9),
    ]
    widgets = [control.widget("n") for control in controls]
    for widget in widgets:
        assert widget.layout.width == "35em"
        assert widget.style.description_width == "12em"
    assert not widgets[-1].continuous_update
    assert interact.Scrub(0, 9).widget("n").step == 1
    assert interact.Number(0, 9, value=9).widget("n").value == 9
    slider = interact.Scrub(2, 9).widget("n")
    play = interact.Scrub(2, 9).play_button(slider)
    assert (play.min, play.max, play.value, play.show_repeat) == (2, 9, 2, False)


def test_the_size_of_the_pictures(shown):
    experiment = lines(shown)
    assert 'width="768"' in shown[0]["text/html"]
    assert 'width="672"' in experiment.picture.value
    live, static = picture_size(experiment.picture.value), picture_size(shown[0]["text/html"])
    assert live == (910, 468)
    assert static == (1040, 416)
    lines(shown, height=4.0)
    assert picture_size(shown[2]["text/html"]) == (1040, 520)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (interact.Matrix([1, 2]), "rows and columns"),
        (interact.Matrix(np.zeros((9, 9))), "at most 64"),
        (interact.Matrix([[5]], low=0, high=4), "numbers from 0 to 4"),
        (interact.Matrix([[5]], step=0), "step > 0"),
    ],
)
def test_a_bad_matrix_is_named(matrix, message):
    with pytest.raises(ValueError, match=f"matrix 'n': needs .*{message}"):
        matrix.widget("n")


@pytest.mark.parametrize(
    "options",
    [
        [(1, 2), (3, 4), (3, 5)],
        [[3, 3], [5, 5], [3, 5, 7]],
        [("wide", [8, 2]), ("deep", [4, 4]), ("deep", [4, 4, 4])],
        [None, 0, "a"],
    ],
)
def test_what_is_chosen_is_an_option_whatever_its_kind(shown, options):
    chosen = []
    controls = {"one": interact.Choice(options, value=options[1])}
    experiment = interact.experiment(
        lambda figure, one: chosen.append(one) or {"one": one},
        controls,
        [{"one": options[0]}],
        "What is chosen, and nothing else.",
        "Choose",
    )
    assert chosen[0] is options[0] and chosen[1] is options[1]
    for number in (2, 0, 1):
        experiment.controls["one"].index = number
        assert chosen[-1] is options[number] and experiment.values["one"] is options[number]
        experiment.controls["one"].value = options[2 - number]
        assert chosen[-1] is options[2 - number]
    assert experiment.controls["one"].options == tuple((str(one), one) for one in options)
    assert interact.Choice(options).widget("n").index == 0


@pytest.mark.parametrize("value", [[1, 2], (1, 3), 1])
def test_a_value_that_only_resembles_an_option_is_none(value):
    with pytest.raises(ValueError, match="choice 'n': needs options"):
        interact.Choice([(1, 2), (3, 4)], value=value).widget("n")


def test_a_choice_starts_at_its_first_option():
    assert interact.Choice(["a", "b"]).widget("n").value == "a"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"controls": {}}, "at least one control"),
        ({"positions": []}, "one to four static positions, not 0"),
        ({"positions": [{"slope": 1}] * 5}, "one to four static positions, not 5"),
        ({"positions": [{"slop": 1}]}, r"\['slope'\], not \['slop'\]"),
        ({"positions": [{"slope": 1, "kind": "x"}]}, r"\['slope'\], not \['kind', 'slope'\]"),
        ({"alt": ""}, "alt text is a sentence"),
    ],
)
def test_a_malformed_experiment_is_refused(shown, changes, message):
    with pytest.raises(ValueError, match=message):
        lines(shown, **changes)
    assert shown == []


def test_one_to_four_positions_are_fine(shown):
    for count in (1, 4):
        assert len(lines(shown, positions=[{"slope": 1 + n} for n in range(count)]).data) == count
