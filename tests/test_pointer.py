"""Tests of utils.pointer, with anywidget and as if it were not installed. The mouse itself: tests/browser."""

import numpy as np
import pytest

from utils import pointer

ALT = "two boxes that touch, and two that do not"
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
    import base64
    import io

    from PIL import Image

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
    made.choice.value = 1
    assert made.pixels.sum() == 30
    made.choice.value = -1
    assert made.pixels.sum() == 0
    assert "anywidget is not installed" in made.live.children[0].value


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
