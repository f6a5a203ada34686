"""Drawings laid out in inches: boxes, arrows, texts and lines whose sizes are measured, so that they fit a page.

A `Drawing` knows how large it is and what it says. It is displayed at its own size with the alt text that its content
gives, or drawn into a panel of a figure; it refuses to be shrunk until its text is smaller than 8 points. The
functions of `diagrams` return drawings of mechanisms; this module is what they are made with.
"""

from __future__ import annotations

import functools
import math
import numbers
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from utils import plots

PAGE = 8.0
"""Inches that a page is wide."""

TEXT, SMALL, SMALLEST = 10.0, 9.0, 8.0
"""Sizes of text in points: usual, beside a part, and the least that a drawing may be shrunk to."""

TINTS = [to_hex(0.25 * np.array(to_rgb(color)) + 0.75) for color in plots.COLORS]
"""A light ground for text in each of `plots.COLORS`; the last is a gray."""

SHADED, FAINT, SLOPE = TINTS[4], "#888888", plots.COLORS[1]
"""The ground of what is looked at, the color of what is left aside, and the color in which slopes are written."""

_MARGIN = 0.08
_LINE = 1.25 / 72  # inches from line to line, for each point of size


@dataclass(frozen=True)
class Box:
    """A part of a drawing that arrows may lead to: its center and size in inches, and the text in it."""

    x: float
    y: float
    width: float
    height: float
    text: str = ""
    diamond: bool = False

    @property
    def left(self) -> tuple[float, float]:
        """The middle of the left side; `right`, `top` and `bottom` are the others'."""
        return self.x - self.width / 2, self.y

    @property
    def right(self) -> tuple[float, float]:
        """The middle of the right side."""
        return self.x + self.width / 2, self.y

    @property
    def top(self) -> tuple[float, float]:
        """The middle of the upper side."""
        return self.x, self.y + self.height / 2

    @property
    def bottom(self) -> tuple[float, float]:
        """The middle of the lower side."""
        return self.x, self.y - self.height / 2

    def toward(self, x: float, y: float) -> tuple[float, float]:
        """Return where the line from the center to the point (x, y) leaves the box."""
        dx, dy = x - self.x, y - self.y
        across, along = 2 * abs(dx) / max(self.width, 1e-9), 2 * abs(dy) / max(self.height, 1e-9)
        share = across + along if self.diamond else max(across, along)
        return (self.x + dx / share, self.y + dy / share) if share > 0 else (self.x, self.y)


@dataclass(frozen=True)
class Shape:
    """A closed outline, or a line with or without a head; in inches."""

    points: np.ndarray
    codes: tuple[int, ...] | None = None
    fill: str | None = None
    color: str = "black"
    style: str = "-"
    width: float = 1.2
    head: bool = False
    round: bool = False  # the points are two opposite corners of a box with round corners
    layer: int = 2


@dataclass(frozen=True)
class Text:
    """A text around a point."""

    x: float
    y: float
    text: str
    size: float
    color: str
    side: str  # of the point, at which the text stands: center, left, right, above, below
    bold: bool = False
    ground: bool = False


@dataclass
class Drawing:
    """Shapes and texts laid out in inches, x to the right and y upwards, with the alt text that they give.

    Attributes:
        alt: what is drawn, in words. A drawing made by hand lists its boxes and arrows unless it is given another.
        boxes: the parts by name, to lead arrows to; which names they have, each function says.
        shapes, texts: what is drawn, in this order; `box`, `arrow`, `line`, `curve` and `text` add to them.
    """

    _alt: str = ""
    boxes: dict[Hashable, Box] = field(default_factory=dict)
    shapes: list[Shape] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    _said: list[str] = field(default_factory=list)

    # ---- Showing it ----

    @property
    def alt(self) -> str:
        """What is drawn, in words."""
        if self._alt:
            return " ".join([self._alt, *self._said])
        names = ", ".join(one_line(box.text) for box in self.boxes.values() if box.text)
        return " ".join([f"A drawing of boxes: {names}.", *self._said])

    @alt.setter
    def alt(self, text: str) -> None:
        self._alt, self._said = text, []

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The least and greatest x and y, (left, bottom, right, top), in inches, with a narrow margin.

        Raises:
            ValueError: there is nothing in the drawing.
        """
        corners = [shape.points for shape in self.shapes]
        for text in self.texts:
            left, bottom, right, top = extent(text)
            corners.append(np.array([[left, bottom], [right, top]]))
        if not corners:
            raise ValueError("the drawing is empty: it has no bounds; add a box, a text or a line first")
        points = np.concatenate(corners)
        low, high = points.min(axis=0) - _MARGIN, points.max(axis=0) + _MARGIN
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in inches."""
        left, bottom, right, top = self.bounds
        return right - left, top - bottom

    def figure(self) -> Figure:
        """Return the drawing as a figure of its own size, shrunk if it is wider than a page.

        Raises:
            ValueError: on a page its text would be smaller than 8 points.
        """
        width, height = self.size
        scale = min(1, PAGE / width)
        drawn = Figure(figsize=(width * scale, height * scale))
        self.draw(drawn.add_axes((0, 0, 1, 1)))
        return drawn

    def show(self, note: str = "") -> None:
        """Display the drawing as a figure; its alt text is `alt`, and after it `note`, the point that it makes."""
        plots.show(self.figure(), f"{self.alt} {note}".strip())

    def draw(self, ax: Axes) -> None:
        """Draw into an Axes, in the middle, at its own size or smaller; the Axes loses its ticks and its frame.

        Panels with ticks and labels in the same figure are best drawn before: they decide how much room is left.

        Raises:
            ValueError: the Axes is so small that text would be smaller than 8 points.
        """
        left, bottom, right, top = self.bounds
        ax.set_axis_off()
        parent = ax.get_figure(root=True)
        parent.draw_without_rendering()  # lays the panels out
        room = ax.get_position(original=True).transformed(ax.figure.transSubfigure)
        width, height = room.width / parent.dpi, room.height / parent.dpi
        scale = min(1, width / (right - left), height / (top - bottom))
        if scale * TEXT < SMALLEST - 1e-6:
            raise ValueError(
                f"the drawing is {right - left:.1f} by {top - bottom:.1f} inches and has {width:.1f} by {height:.1f}: "
                f"its text would be smaller than {SMALLEST:g} points. Shorten the texts, draw fewer parts, draw it in "
                "the other direction, or give it more room"
            )
        ax.set_aspect("equal")
        middle_x, middle_y = (left + right) / 2, (bottom + top) / 2
        ax.set_xlim(middle_x - width / scale / 2, middle_x + width / scale / 2)
        ax.set_ylim(middle_y - height / scale / 2, middle_y + height / scale / 2)
        for shape in self.shapes:
            ax.add_patch(_patch(shape, scale))
        for text in self.texts:
            _write(ax, text, scale)

    # ---- Adding to it ----

    def box(
        self,
        x: float,
        y: float,
        text: object = "",
        *,
        width: float = 0.0,
        height: float = 0.0,
        fill: str | None = "white",
        color: str = "black",
        dashed: bool = False,
        diamond: bool = False,
        square: bool = False,
        size: float = TEXT,
        text_color: str = "black",
        bold: bool = False,
        name: Hashable = None,
    ) -> Box:
        """Add a box with a text in it, around the point (x, y).

        Args:
            x, y: the center.
            text: a text, with line breaks where it is to have them, or a number.
            width, height: at least; the box is as large as its text needs.
            fill, color: of the ground (None: none) and of the frame.
            dashed: whether the frame is.
            diamond: a decision's shape.
            square: whether the corners are square instead of round.
            size, text_color, bold: of the text.
            name: under which it is found in `boxes`; the text, if none is given.

        Returns:
            The box, for `arrow`.
        """
        text = written(text)
        wide, high = measure(text, size, bold)
        wide, high = (wide + 0.2, high + 0.14) if text else (0, 0)
        if diamond:
            wide, high = 1.5 * wide, 1.9 * high
        box = Box(x, y, max(width, wide), max(height, high), text, diamond)
        (left, _), (right, _), (_, top), (_, bottom) = box.left, box.right, box.top, box.bottom
        if diamond:
            corners = [box.left, box.top, box.right, box.bottom]
        elif square:
            corners = [(left, bottom), (right, bottom), (right, top), (left, top)]
        else:
            corners = [(left, bottom), (right, top)]
        style = "--" if dashed else "-"
        if diamond or square:
            self.shapes.append(_outline(corners, fill, color, style, layer=3))
        else:
            self.shapes.append(Shape(np.array(corners), None, fill, color, style, round=True, layer=3))
        if text:
            self.texts.append(Text(x, y, text, size, text_color, "center", bold))
        self.boxes[text if name is None else name] = box
        return box

    def arrow(
        self,
        start: Box | tuple[float, float],
        end: Box | tuple[float, float],
        label: object = "",
        *,
        via: Sequence[tuple[float, float]] = (),
        bend: float = 0.0,
        color: str = "black",
        dashed: bool = False,
        head: bool = True,
    ) -> None:
        """Add an arrow from a box or point to another, and say so in the alt text of a drawing made by hand.

        Args:
            start, end: boxes, whose edge it leaves and reaches, or points.
            label: what is written on it.
            via: corners on the way.
            bend: how far the middle stands off to the left of the straight way, in inches.
            color, dashed, head: how it looks; without a head it is a line.
        """
        label = written(label)
        centers = [(p.x, p.y) if isinstance(p, Box) else p for p in (start, end)]
        way = [np.array(p, float) for p in (centers[0], *via, centers[1])]
        codes = None
        if bend:
            along = way[-1] - way[0]
            middle = (way[0] + way[-1]) / 2 + 2 * bend * np.array([-along[1], along[0]]) / max(np.hypot(*along), 1e-9)
            way, codes = [way[0], middle, way[-1]], (Path.MOVETO, Path.CURVE3, Path.CURVE3)
        if isinstance(start, Box):
            way[0] = np.array(start.toward(*way[1]))
        if isinstance(end, Box):
            way[-1] = np.array(end.toward(*way[-2]))
        style = "--" if dashed else "-"
        self.shapes.append(Shape(np.array(way), codes, color=color, style=style, head=head))
        if label:
            self._label(way, codes is not None, label, color)
        if not self._alt and head:
            names = [one_line(p.text) if isinstance(p, Box) else "" for p in (start, end)]
            if all(names):
                self._said.append(f"{names[0]} → {names[1]}{f' ({one_line(label)})' if label else ''}.")

    def text(
        self,
        x: float,
        y: float,
        text: object,
        *,
        side: str = "center",
        size: float = SMALL,
        color: str = "black",
        bold: bool = False,
        ground: bool = False,
    ) -> None:
        """Add a text beside the point (x, y): center, left, right, above or below it; on a white ground over a line.

        Raises:
            ValueError: the side is not center, left, right, above or below.
        """
        if side not in ("center", "left", "right", "above", "below"):
            raise ValueError(f"a text stands center, left, right, above or below a point, not {side!r}")
        self.texts.append(Text(x, y, written(text), size, color, side, bold, ground))

    def line(
        self,
        points: Sequence[tuple[float, float]],
        *,
        closed: bool = False,
        fill: str | None = None,
        color: str = "black",
        dashed: bool = False,
        width: float = 1.2,
        over: bool = False,
    ) -> None:
        """Add a line through the points, or a closed outline with a ground; below the boxes, or over them.

        Raises:
            ValueError: fewer than two points.
        """
        if len(points) < 2:
            raise ValueError(f"a line goes through two points at least, not {len(points)}")
        style, layer = "--" if dashed else "-", 5 if over else 2
        if closed or fill:
            self.shapes.append(_outline(points, fill, color, style, width, layer))
        else:
            self.shapes.append(Shape(np.array(points, float), None, None, color, style, width, layer=layer))

    def curve(
        self,
        points: Sequence[tuple[float, float]],
        *,
        down: bool = False,
        color: str = "black",
        dashed: bool = False,
        width: float = 1.2,
        head: bool = True,
    ) -> None:
        """Add an arrow through the points that runs to the right, or downwards, where it passes each of them."""
        way, codes = [points[0]], [Path.MOVETO]
        for (x1, y1), (x2, y2) in pairwise(points):
            if down:
                way += [(x1, (y1 + y2) / 2), (x2, (y1 + y2) / 2), (x2, y2)]
            else:
                way += [((x1 + x2) / 2, y1), ((x1 + x2) / 2, y2), (x2, y2)]
            codes += [Path.CURVE4] * 3
        style = "--" if dashed else "-"
        self.shapes.append(Shape(np.array(way, float), tuple(codes), None, color, style, width, head))

    def add(self, other: Drawing, x: float = 0.0, y: float = 0.0) -> dict[Hashable, Box]:
        """Add another drawing, its point (0, 0) at (x, y), and its alt text.

        Returns:
            The other's boxes where they stand now; those with names not taken yet are in `boxes` as well.
        """
        step = np.array([x, y])
        self.shapes += [replace(shape, points=shape.points + step) for shape in other.shapes]
        self.texts += [replace(text, x=text.x + x, y=text.y + y) for text in other.texts]
        moved = {name: replace(box, x=box.x + x, y=box.y + y) for name, box in other.boxes.items()}
        self.boxes = {**moved, **self.boxes}
        self._alt = f"{self._alt} {other.alt}".strip()
        return moved

    def _label(self, way: Sequence[np.ndarray], bent: bool, label: str, color: str) -> None:
        """Write an arrow's label beside the middle of its longest part: above it, or to the right of a steep one."""
        if bent:
            middle, along = (way[0] + 2 * way[1] + way[2]) / 4, way[2] - way[0]
            outward = middle - (way[0] + way[2]) / 2
        else:
            start, end = max(pairwise(way), key=lambda part: np.hypot(*(part[1] - part[0])))
            middle, along = (start + end) / 2, end - start
            outward = np.array([1.0, 0.2 if abs(along[0]) < abs(along[1]) else 1e9])
        normal = np.array([-along[1], along[0]]) / max(np.hypot(*along), 1e-9)
        normal = normal if normal @ outward >= 0 else -normal
        wide, high = measure(label, SMALL)
        x, y = middle + normal * (abs(normal[0]) * wide / 2 + abs(normal[1]) * high / 2 + 0.04)
        self.text(float(x), float(y), label, color=color)


def written(value: object) -> str:
    """Return a number or text as it is drawn: up to four digits, a true minus sign, nothing for None and NaN."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return str(value)
    if isinstance(value, numbers.Integral):
        return str(int(value)).replace("-", "−")
    if isinstance(value, numbers.Real):
        return "" if math.isnan(value) else f"{float(value):.4g}".replace("-", "−")
    return str(value)


def one_line(text: str) -> str:
    """Return a text without line breaks, for the alt text."""
    return " ".join(text.split())


@functools.lru_cache(maxsize=4096)
def measure(text: str, size: float, bold: bool = False) -> tuple[float, float]:
    """Return width and height of a text in inches; a line is as high as its size asks, whatever its letters."""
    if not text:
        return 0.0, 0.0
    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    lines = text.split("\n")
    widths = [TextPath((0, 0), line, size=size, prop=font).get_extents().width if line.strip() else 0 for line in lines]
    return max(widths) / 72 + 0.02, len(lines) * size * _LINE


def extent(text: Text) -> tuple[float, float, float, float]:
    """Return where a text stands: (left, bottom, right, top)."""
    wide, high = measure(text.text, text.size, text.bold)
    dx = {"left": -wide, "right": 0}.get(text.side, -wide / 2)
    dy = {"below": -high, "above": 0}.get(text.side, -high / 2)
    return text.x + dx, text.y + dy, text.x + dx + wide, text.y + dy + high


def _write(ax: Axes, text: Text, scale: float) -> None:
    """Write a text into an Axes whose inch is `scale` inches."""
    left, bottom, right, top = extent(text)
    ax.text(
        (left + right) / 2,
        (bottom + top) / 2,
        text.text,
        fontsize=max(SMALLEST, text.size * scale),
        family="DejaVu Sans",
        color=text.color,
        weight="bold" if text.bold else "normal",
        ha="center",
        va="center",
        linespacing=1.15,
        zorder=6,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1} if text.ground else None,
    )


def _outline(
    points: Sequence[tuple[float, float]], fill: str | None, color: str, style: str, width: float = 1.2, layer: int = 2
) -> Shape:
    """Return a closed outline through the points."""
    points = np.array([*points, points[0]], float)
    codes = (Path.MOVETO, *[Path.LINETO] * (len(points) - 2), Path.CLOSEPOLY)
    return Shape(points, codes, fill, color, style, width, layer=layer)


def _patch(shape: Shape, scale: float) -> PathPatch | FancyBboxPatch | FancyArrowPatch:
    """Return a shape as a patch of Matplotlib."""
    if shape.round:
        (left, bottom), (right, top) = shape.points
        return FancyBboxPatch(
            (left, bottom),
            right - left,
            top - bottom,
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor=shape.fill or "none",
            edgecolor=shape.color,
            linestyle=shape.style,
            linewidth=shape.width,
            zorder=shape.layer,
        )
    outline = Path(shape.points, shape.codes)
    if shape.head:
        return FancyArrowPatch(
            path=outline,
            arrowstyle="-|>,head_length=0.5,head_width=0.22",
            mutation_scale=11 * scale,
            color=shape.color,
            linestyle=shape.style,
            linewidth=shape.width,
            joinstyle="miter",
            zorder=shape.layer,
        )
    return PathPatch(
        outline,
        facecolor=shape.fill or "none",
        edgecolor=shape.color,
        linestyle=shape.style,
        linewidth=shape.width,
        zorder=shape.layer,
    )
