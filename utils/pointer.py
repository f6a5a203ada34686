"""Experiments for the mouse: boxes to drag, and a pad to draw on.

Like `interact`, each shows a static picture of its main positions, so that a page without a running kernel says the
same, and below it the live one. The live part needs anywidget, which brings the pointer's events to Python; without it
`dragging` offers sliders and `drawing` a choice among its examples, and both say so.
"""

from __future__ import annotations

import base64
import html
import io
import itertools
import math
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import ipywidgets
import numpy as np
from IPython.display import display
from matplotlib.figure import Figure
from PIL import Image

from utils import interact, plots

try:
    import anywidget
    import traitlets
except ImportError:  # the fallbacks below
    anywidget = None

Box = tuple[float, float, float, float]
DRAGGING_TEXT = "(run this cell in Jupyter to drag: {names})"
DRAWING_TEXT = "(run this cell in Jupyter to draw with the mouse)"
COLOR_NAMES = {"blue": 0, "red": 1, "green": 2, "purple": 3, "orange": 4, "sky": 5, "black": 6}
"""Which of `plots.COLORS` a box has whose name is a color."""
WITHOUT_ANYWIDGET = "The package anywidget is not installed here, so the mouse is not felt. Use {instead} instead."
_STYLE = """
.pointer-canvas { background: white; border: 1px solid #767676; touch-action: none; cursor: crosshair; flex: none; }
.pointer-box { cursor: move; outline: none; }
.pointer-box:focus { filter: drop-shadow(0 0 1px black); }
.pointer-corner { cursor: nwse-resize; }
.pointer-clear { display: block; width: 8em; margin: 4px 0; }
"""

if anywidget:

    class _Pointer(anywidget.AnyWidget):
        """The widget that pointer.js shows: `kind` says which of its two forms."""

        _esm = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
        _css = _STYLE
        kind = traitlets.Unicode().tag(sync=True)
        size = traitlets.List(traitlets.Float()).tag(sync=True)
        boxes = traitlets.Dict().tag(sync=True)
        pictures = traitlets.Dict().tag(sync=True)
        colors = traitlets.List(traitlets.Unicode()).tag(sync=True)
        resizable = traitlets.Bool(True).tag(sync=True)
        shape = traitlets.List(traitlets.Int()).tag(sync=True)
        pixels = traitlets.List(traitlets.Float()).tag(sync=True)


class _Live:
    """A live picture that is redrawn when its input changes.

    Attributes:
        data: what `draw` returned for each static position, in order.
        picture: the HTML widget that holds the live image.
    """

    def __init__(self, draw: Callable[..., dict[str, Any]], title: str):
        self.title = title
        self.data: list[dict[str, Any]] = []
        self.picture = ipywidgets.HTML()
        self._draw = draw

    def _arguments(self) -> tuple[tuple, dict[str, Any]]:
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw the live image anew. An error is shown in its place."""
        positional, named = self._arguments()
        try:
            drawn = Figure(figsize=(4.4, 3.3), layout="constrained")
            self._draw(drawn, *positional, **named)
            self.picture.value = plots.to_html(drawn, f"{self.title}, drawn for what stands on the canvas")
        except Exception:
            self.picture.value = f"<pre>{html.escape(traceback.format_exc(limit=-2))}</pre>"

    def _show(self, positions: Sequence[tuple[tuple, dict]], alt: str, height: float, text: str) -> None:
        """Display the static picture of the positions, then the live part."""
        static = Figure(figsize=(8.0, height), layout="constrained")
        panels = static.subfigures(1, len(positions), squeeze=False)[0]
        for panel, (positional, named) in zip(panels, positions, strict=True):
            self.data.append(self._draw(panel, *positional, **named))
        plots.show(static, alt)
        self.redraw()
        view = {"version_major": 2, "version_minor": 0, "model_id": self.live.model_id}
        display(
            {"application/vnd.jupyter.widget-view+json": view, "text/plain": f"{self.title} {text}"},
            raw=True,
        )


class Dragging(_Live):
    """What `dragging` returns: `data`, `boxes`, `move` and `picture`."""

    def __init__(self, draw, boxes: Mapping[str, Box], size: tuple[float, float], resizable, pictures, title):
        super().__init__(draw, title)
        self._size = size
        self._names = list(boxes)
        self._start = dict(boxes)
        if anywidget:
            self.canvas = _Pointer(
                kind="dragging",
                size=[float(length) for length in size],
                boxes={name: list(box) for name, box in boxes.items()},
                pictures={name: _data_address(picture) for name, picture in pictures.items()},
                colors=_colors(boxes),
                resizable=resizable,
            )
            self.canvas.observe(lambda change: self.redraw(), names="boxes")
            self.live = ipywidgets.HBox([self.canvas, self.picture])
        else:
            self._sliders = {}
            for name, (x0, y0, x1, y1) in boxes.items():
                ends = {"x": (size[0] - (x1 - x0), x0), "y": (size[1] - (y1 - y0), y0)}
                for axis, (high, value) in ends.items():
                    high = max(float(high), value, 1e-6)
                    slider = interact.Slider(0.0, high, high / 100, float(value), f"{name} {axis}").widget(name)
                    slider.observe(lambda change: self.redraw(), names="value")
                    self._sliders[name, axis] = slider
            message = ipywidgets.HTML(WITHOUT_ANYWIDGET.format(instead="the sliders"))
            self.live = ipywidgets.VBox([message, *self._sliders.values(), self.picture])

    @property
    def boxes(self) -> dict[str, Box]:
        """Where the boxes stand: their x0, y0, x1, y1 by name."""
        if anywidget:
            return {name: tuple(float(one) for one in self.canvas.boxes[name]) for name in self._names}
        found = {}
        for name, (x0, y0, x1, y1) in self._start.items():
            x, y = self._sliders[name, "x"].value, self._sliders[name, "y"].value
            found[name] = (x, y, x + x1 - x0, y + y1 - y0)
        return found

    def move(self, name: str, box: Box) -> None:
        """Put a box somewhere, as dragging does. Raises ValueError for an unknown name or a box off the canvas."""
        if name not in self._names:
            raise ValueError(f"there is no box {name!r}; the boxes are {', '.join(self._names)}")
        box = _checked_box(name, box, self._size)
        if anywidget:
            self.canvas.boxes = {**self.canvas.boxes, name: list(box)}
        else:
            self._sliders[name, "x"].value, self._sliders[name, "y"].value = box[:2]

    def _arguments(self):
        return (), self.boxes


class Drawing(_Live):
    """What `drawing` returns: `data`, `pixels`, `put` and `picture`."""

    def __init__(self, draw, shape: tuple[int, int], examples: Sequence[np.ndarray], title: str):
        super().__init__(draw, title)
        self._shape = shape
        self._examples = examples
        if anywidget:
            self.canvas = _Pointer(kind="drawing", shape=list(shape), pixels=[0.0] * math.prod(shape))
            self.canvas.observe(lambda change: self.redraw(), names="pixels")
            self.live = ipywidgets.HBox([self.canvas, self.picture])
        else:
            self._chosen = np.zeros(shape, np.float32)
            numbers = [("nothing", -1)] + [(f"example {number + 1}", number) for number in range(len(examples))]
            self.choice = ipywidgets.Dropdown(options=numbers, value=-1, description="draw")
            self.choice.observe(self._choose, names="value")
            message = ipywidgets.HTML(WITHOUT_ANYWIDGET.format(instead="the examples"))
            self.live = ipywidgets.VBox([message, self.choice, self.picture])

    @property
    def pixels(self) -> np.ndarray:
        """What is drawn: float32, (rows, columns), from 0 (paper) to 1 (ink)."""
        if anywidget:
            return np.array(self.canvas.pixels, np.float32).reshape(self._shape)
        return self._chosen.copy()

    def put(self, pixels: np.ndarray) -> None:
        """Put a picture on the pad, as drawing does. Raises ValueError if it has another shape or range."""
        pixels = _checked_pixels(pixels, self._shape)
        if anywidget:
            self.canvas.pixels = [float(one) for one in pixels.ravel()]
        else:
            self._chosen = pixels
            self.redraw()

    def _choose(self, change) -> None:
        number = change["new"]
        self.put(self._examples[number] if number >= 0 else np.zeros(self._shape, np.float32))

    def _arguments(self):
        return (self.pixels,), {}


def dragging(
    draw: Callable[..., dict[str, Any]],
    boxes: Mapping[str, Box],
    size: tuple[float, float],
    positions: Sequence[Mapping[str, Box]],
    alt: str,
    title: str,
    resizable: bool = True,
    pictures: Mapping[str, np.ndarray] | None = None,
    height: float = 2.8,
) -> Dragging:
    """Show boxes that can be dragged with the mouse, a finger or the arrow keys, and what follows from where they are.

    Args:
        draw: `draw(figure, **boxes)` draws into an empty figure or sub-figure and returns a dict of what it plotted.
            Each box is a tuple x0, y0, x1, y1. It should take under 0.3 seconds.
        boxes: where the boxes stand at first, by name; a name is an argument of `draw`. A box that is named after a
            color, as "red", has that color of `plots.COLORS`.
        size: width and height of the canvas, in the units of the boxes; y grows downward.
        positions: all boxes for each panel of the static picture, one to four.
        alt: what the static picture shows, as a sentence.
        title: what the experiment is called.
        resizable: whether a box has a corner to pull at (Shift and the arrow keys do the same).
        pictures: (rows, columns) from 0 (paper) to 1 (ink), drawn in place of the box of that name.
        height: of the static picture, in inches.

    Returns:
        A `Dragging`; its `data` holds what was plotted for the static positions.

    Raises:
        ValueError: no box, a box with reversed corners or off the canvas, a picture for no box, no position or more
            than four, or a position that does not name exactly the boxes.
    """
    if not boxes or len(size) != 2 or not min(size) > 0:
        raise ValueError(f"dragging needs at least one box and a size of two positive numbers, not {boxes=}, {size=}")
    boxes = {name: _checked_box(name, box, size) for name, box in boxes.items()}
    pictures = dict(pictures or {})
    if not set(pictures) <= set(boxes):
        raise ValueError(f"pictures are for boxes, {sorted(boxes)}, not {sorted(pictures)}")
    if not 1 <= len(positions) <= 4:
        raise ValueError(f"an experiment has one to four static positions, not {len(positions)}")
    for position in positions:
        if set(position) != set(boxes):
            raise ValueError(f"a position names every box once, {sorted(boxes)}, not {sorted(position)}")
    positions = [{name: _checked_box(name, position[name], size) for name in boxes} for position in positions]
    made = Dragging(draw, boxes, size, resizable, pictures, title)
    text = DRAGGING_TEXT.format(names=", ".join(boxes))
    made._show([((), position) for position in positions], alt, height, text)
    return made


def drawing(
    draw: Callable[..., dict[str, Any]],
    shape: tuple[int, int],
    examples: Sequence[np.ndarray],
    alt: str,
    title: str,
    height: float = 2.8,
) -> Drawing:
    """Show a pad to draw on, and what follows from the drawing.

    Args:
        draw: `draw(figure, pixels)` draws into an empty figure or sub-figure and returns a dict of what it plotted.
            The pixels are float32, (rows, columns), from 0 (paper) to 1 (ink). Called for an empty pad as well.
        shape: rows and columns of the pad, from 4 to 128.
        examples: one to four drawings for the static picture, of that shape.
        alt: what the static picture shows, as a sentence.
        title: what the experiment is called.
        height: of the static picture, in inches.

    Returns:
        A `Drawing`; its `data` holds what was plotted for the examples.

    Raises:
        ValueError: the shape is out of range, there is no example or more than four, or one has another shape or
            values outside 0 … 1.
    """
    if len(shape) != 2 or not all(4 <= int(length) == length <= 128 for length in shape):
        raise ValueError(f"the shape of a pad is rows and columns from 4 to 128, not {shape}")
    shape = (int(shape[0]), int(shape[1]))
    if not 1 <= len(examples) <= 4:
        raise ValueError(f"a pad has one to four examples, not {len(examples)}")
    examples = [_checked_pixels(pixels, shape) for pixels in examples]
    made = Drawing(draw, shape, examples, title)
    made._show([((pixels,), {}) for pixels in examples], alt, height, DRAWING_TEXT)
    return made


def _checked_box(name: str, box: Box, size: tuple[float, float]) -> Box:
    """Return a box as four floats, or say in a ValueError what is wrong with it."""
    box = tuple(float(one) for one in box)
    if len(box) != 4 or not all(map(math.isfinite, box)):
        raise ValueError(f"box {name!r} is x0, y0, x1, y1, not {box}")
    x0, y0, x1, y1 = box
    if not (0 <= x0 < x1 <= size[0] and 0 <= y0 < y1 <= size[1]):
        raise ValueError(f"box {name!r} has x0 < x1 and y0 < y1 and lies on a canvas of {size}, not {box}")
    return box


def _checked_pixels(pixels: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return a drawing as a new float32 array, or say in a ValueError what is wrong with it."""
    pixels = np.array(pixels, np.float32)
    if pixels.shape != tuple(shape) or not (pixels.min() >= 0 and pixels.max() <= 1):
        raise ValueError(f"a drawing for this pad is {tuple(shape)} with values from 0 to 1, not {pixels.shape}")
    return pixels


def _colors(names: Iterable[str]) -> list[str]:
    """Return a color for each box: the one that it is named after, else one that no other box has, strongest first."""
    names = list(names)
    free = [number for number in range(len(plots.COLORS)) if number not in map(COLOR_NAMES.get, names)] or [0]
    others = itertools.cycle(free)
    return [plots.COLORS[COLOR_NAMES[name] if name in COLOR_NAMES else next(others)] for name in names]


def _data_address(picture: np.ndarray) -> str:
    """Return a picture (0 paper, 1 ink) as a data address, the paper transparent."""
    picture = np.asarray(picture, float)
    if picture.ndim != 2 or not (picture.min() >= 0 and picture.max() <= 1):
        raise ValueError(f"a picture is (rows, columns) with values from 0 to 1, not {picture.shape}")
    ink = np.zeros((*picture.shape, 4), np.uint8)
    ink[..., 3] = np.round(255 * picture)
    file = io.BytesIO()
    Image.fromarray(ink, "RGBA").save(file, format="png")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
