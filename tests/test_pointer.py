"""Tests of utils.pointer, with anywidget and as if it were not installed. The mouse itself: tests/browser."""

import base64
import io

import numpy as np
import pytest
from pictures import picture_size
from PIL import Image

from utils import pointer

ALT = "two boxes that touch, and two that do not"
BLUE, VERMILION = pointer.plots.COLORS[:2]
BOXES = {"red": (0, 0, 20, 10), "blue": (50, 50, 60, 80)}


@pytest.fixture(params=["with anywidget", "without"])
def shown(monkeypatch, request):
    """Collect what is displayed."""
    if request.param == "without":
        monkeypatch.setattr(pointer, "anywidget", None)
    outputs = []

    def collect(data, raw):
        assert raw
        outputs.append(data)

    monkeypatch.setattr(pointer, "display", collect)
    monkeypatch.setattr(pointer.plots, "display", collect)
    return outputs


def draw_boxes(figure, red, blue):
    ax = figure.subplots()
    ax.plot([red[0], blue[0]], [red[1], blue[1]])
    if blue[0] == 1:
        raise RuntimeError("no <box> here")
    return {"gap": blue[0] - red[2]}


def drag(**changes):
    arguments = {
        "draw": draw_boxes,
        "boxes": BOXES,
        "size": (100, 80),
        "positions": [BOXES, {**BOXES, "red": (30, 0, 50, 10)}],
        "alt": ALT,
        "title": "Boxes",
    }
    return pointer.dragging(**{**arguments, **changes})


def test_dragging_draws_its_positions_and_shows_the_live_part(shown):
    made = drag()
    assert made.data == [{"gap": 30}, {"gap": 0}]
    static, live = shown
    assert f'alt="{ALT}"' in static["text/html"]
    assert live["text/plain"] == "Boxes (run this cell in Jupyter to drag: red, blue)"
    assert live["application/vnd.jupyter.widget-view+json"]["model_id"] == made.live.model_id
    assert made.boxes == BOXES


def test_a_moved_box_draws_a_new_live_picture(shown):
    made = drag()
    first = made.picture.value
    assert first.startswith("<img alt=")
    made.move("red", (40, 20, 60, 30))
    assert made.boxes == {"red": (40, 20, 60, 30), "blue": (50, 50, 60, 80)}
    assert made.picture.value.split("src=")[1] != first.split("src=")[1]
    made.move("red", BOXES["red"])
    assert made.picture.value == first
    made.move("blue", (1, 50, 11, 80))
    assert "RuntimeError: no &lt;box&gt; here" in made.picture.value
    assert len(shown) == 2, "moving a box displays nothing new"


@pytest.mark.parametrize("shown", ["with anywidget"], indirect=True)
def test_what_the_browser_is_told_of_the_boxes(shown):
    canvas = drag(pictures={"red": np.eye(3)}, resizable=False).canvas
    assert (canvas.kind, canvas.size, canvas.resizable) == ("dragging", [100, 80], False)
    assert canvas.boxes == {name: list(box) for name, box in BOXES.items()}
    assert canvas.pictures == {"red": pointer._data_address(np.eye(3))}
    assert canvas.colors == [VERMILION, BLUE], "red is vermilion, here as in the pictures"
    assert drag().canvas.resizable
    assert drag(pictures={"red": np.eye(3), "blue": np.eye(3)}).canvas.pictures.keys() == BOXES.keys()
    assert "export default" in canvas._esm and "pointer-box" in canvas._css


@pytest.mark.parametrize(
    ("names", "colors"),
    [
        (["blue", "red"], [BLUE, VERMILION]),
        (["digit"], [BLUE]),
        (["digit", "blue", "other"], [VERMILION, BLUE, pointer.plots.COLORS[2]]),
        (["a", "b", *pointer.COLOR_NAMES], [BLUE, BLUE, *pointer.plots.COLORS]),
        ([str(number) for number in range(8)], [*pointer.plots.COLORS, BLUE]),
    ],
)
def test_a_box_named_after_a_color_has_it(names, colors):
    assert pointer._colors(names) == colors


@pytest.mark.parametrize("shown", ["with anywidget"], indirect=True)
def test_only_what_the_mouse_changes_draws_anew(shown):
    made = drag()
    made.picture.value = "kept"
    made.canvas.colors = ["#000000"]
    assert made.picture.value == "kept"
    made.canvas.boxes = {**made.canvas.boxes, "red": [1, 1, 2, 2]}
    assert made.picture.value != "kept"


@pytest.mark.parametrize("shown", ["without"], indirect=True)
def test_without_anywidget_sliders_move_the_boxes(shown):
    made = drag()
    message, *sliders, _ = made.live.children
    assert message.value == pointer.WITHOUT_ANYWIDGET.format(instead="the sliders")
    found = [(one.description, one.min, one.max, round(one.step, 3), one.value) for one in sliders]
    assert found == [
        ("red x", 0, 80, 0.8, 0),
        ("red y", 0, 70, 0.7, 0),
        ("blue x", 0, 90, 0.9, 50),
        ("blue y", 0, 50, 0.5, 50),
    ]
    made.picture.value = "kept"
    sliders[1].description = "up"
    assert made.picture.value == "kept"
    sliders[1].value = 7
    assert made.boxes["red"] == (0, 7, 20, 17)
    assert made.picture.value != "kept"
    assert drag(boxes={"red": (0, 0, 100, 80), "blue": (0, 0, 1, 1)}).boxes["red"] == (0, 0, 100, 80)


def test_one_to_four_positions_and_their_height(shown):
    for count in (1, 4):
        assert len(drag(positions=[BOXES] * count).data) == count
    assert picture_size(shown[0]["text/html"]) == (1040, 364)
    made = drag(height=4.0)
    assert picture_size(shown[-2]["text/html"]) == (1040, 520)
    assert picture_size(made.picture.value) == (572, 429)
    assert 'alt="Boxes, drawn for what stands on the canvas"' in made.picture.value
    assert drag(size=(100, 90.5)).boxes == BOXES


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"boxes": {}}, "at least one box"),
        ({"size": (0, 10)}, "two positive numbers"),
        ({"boxes": {"red": (20, 0, 0, 10), "blue": (0, 0, 1, 1)}}, "box 'red' has x0 < x1"),
        ({"boxes": {"red": (0, 0, 101, 10), "blue": (0, 0, 1, 1)}}, "lies on a canvas"),
        ({"boxes": {"red": (0, 0, np.nan, 10), "blue": (0, 0, 1, 1)}}, "box 'red' is x0"),
        ({"boxes": {"red": (0, 0, 5), "blue": (0, 0, 1, 1)}}, "box 'red' is x0"),
        ({"positions": []}, "one to four static positions, not 0"),
        ({"positions": [BOXES] * 5}, "one to four static positions, not 5"),
        ({"positions": [{"red": (0, 0, 1, 1)}]}, "names every box once"),
        ({"pictures": {"green": np.zeros((2, 2))}}, "pictures are for boxes"),
        ({"alt": ""}, "alt text is a sentence"),
    ],
)
def test_malformed_boxes_are_refused(shown, changes, message):
    with pytest.raises(ValueError, match=message):
        drag(**changes)
    assert shown == []


def test_a_box_cannot_be_moved_off_the_canvas_or_by_another_name(shown):
    made = drag()
    with pytest.raises(ValueError, match="lies on a canvas"):
        made.move("red", (90, 0, 110, 10))
    with pytest.raises(ValueError, match="no box 'green'; the boxes are red, blue"):
        made.move("green", (0, 0, 1, 1))


def test_a_picture_becomes_transparent_paper_with_ink():
    picture = np.array([[0, 0.5], [1, 0.2]])
    address = pointer._data_address(picture)
    head, body = address.split(",")
    assert head == "data:image/png;base64"
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(body))))
    np.testing.assert_array_equal(pixels[..., 3], [[0, 128], [255, 51]])
    assert not pixels[..., :3].any()
    for wrong in (np.zeros(3), np.full((2, 2), 1.5), np.full((2, 2), np.nan)):
        with pytest.raises(ValueError, match="from 0 to 1"):
            pointer._data_address(wrong)


def draw_pixels(figure, pixels):
    figure.subplots().imshow(pixels)
    return {"ink": float(pixels.sum()), "dtype": str(pixels.dtype)}


def pad(**changes):
    example = np.zeros((6, 5))
    example[2, 3] = 1
    arguments = {
        "draw": draw_pixels,
        "shape": (6, 5),
        "examples": [example, np.ones((6, 5))],
        "alt": "one pixel of ink, and ink all over",
        "title": "Pad",
    }
    return pointer.drawing(**{**arguments, **changes})


def test_drawing_draws_its_examples_and_what_is_put_on_the_pad(shown):
    made = pad()
    assert made.data == [{"ink": 1.0, "dtype": "float32"}, {"ink": 30.0, "dtype": "float32"}]
    assert shown[1]["text/plain"] == "Pad (run this cell in Jupyter to draw with the mouse)"
    assert not made.pixels.any()
    empty = made.picture.value
    picture = np.linspace(0, 1, 30).reshape(6, 5)
    made.put(picture)
    np.testing.assert_allclose(made.pixels, picture, atol=1e-6)
    assert made.picture.value != empty
    made.pixels[:] = 1
    np.testing.assert_allclose(made.pixels, picture, atol=1e-6)
    made.put(np.zeros((6, 5)))
    assert made.picture.value == empty


@pytest.mark.parametrize("shown", ["without"], indirect=True)
def test_without_anywidget_an_example_is_chosen(shown):
    made = pad()
    assert made.choice.options == (("nothing", -1), ("example 1", 0), ("example 2", 1))
    assert (made.choice.value, made.choice.description) == (-1, "draw")
    assert made.pixels.dtype == np.float32
    made.choice.value = 0
    assert made.pixels.sum() == 1
    made.choice.value = 1
    assert made.pixels.sum() == 30
    made.choice.value = -1
    assert made.pixels.sum() == 0
    assert made.pixels.dtype == np.float32
    assert made.live.children[0].value == pointer.WITHOUT_ANYWIDGET.format(instead="the examples")


@pytest.mark.parametrize("shown", ["with anywidget"], indirect=True)
def test_what_the_browser_is_told_of_the_pad(shown):
    made = pad()
    assert (made.canvas.kind, made.canvas.shape) == ("drawing", [6, 5])
    assert made.canvas.pixels == [0.0] * 30
    made.picture.value = "kept"
    made.canvas.colors = ["#000000"]
    assert made.picture.value == "kept"


def test_the_sizes_that_a_pad_may_have(shown):
    for side in (4, 128):
        assert pad(shape=(side, side), examples=[np.ones((side, side))]).pixels.shape == (side, side)
    assert len(pad(examples=[np.ones((6, 5))] * 4).data) == 4
    pad(height=4.0)
    assert picture_size(shown[0]["text/html"]) == (1040, 364)
    assert picture_size(shown[-2]["text/html"]) == (1040, 520)
    with pytest.raises(ValueError, match="from 4 to 128"):
        pad(shape=(129, 129), examples=[np.ones((129, 129))])
    with pytest.raises(ValueError, match="one to four examples, not 5"):
        pad(examples=[np.ones((6, 5))] * 5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"shape": (3, 5)}, "from 4 to 128"),
        ({"shape": (6, 5, 1)}, "from 4 to 128"),
        ({"examples": []}, "one to four examples, not 0"),
        ({"examples": [np.zeros((5, 6))]}, r"\(6, 5\) with values from 0 to 1, not \(5, 6\)"),
        ({"examples": [np.full((6, 5), 2)]}, "values from 0 to 1"),
        ({"examples": [np.full((6, 5), np.nan)]}, "values from 0 to 1"),
    ],
)
def test_a_malformed_pad_is_refused(shown, changes, message):
    with pytest.raises(ValueError, match=message):
        pad(**changes)
    assert shown == []
