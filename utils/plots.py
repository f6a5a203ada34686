"""One look for every figure: safe for color-blind readers, legible on light and dark pages, described in words.

Figures are made by `figure` (no pyplot, so nothing is drawn behind the reader's back) and displayed by `show`, which
asks for alt text. The colors are those of Okabe and Ito (2008, "Color Universal Design"); lines differ by style and
marker as well, so that no figure depends on color alone.
"""

from __future__ import annotations

import base64
import html
import io
import math
from collections.abc import Callable, Mapping, Sequence

import matplotlib
import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle
from PIL import Image

COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
"""Okabe and Ito's colors, strongest first: blue, vermilion, green, purple, orange, sky blue, black."""

LINES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (1, 1))]
"""A line style for each of `COLORS`."""

MARKERS = ["o", "s", "^", "D", "v", "P", "X"]
"""A marker for each of `COLORS`."""

SEQUENTIAL, DIVERGING = "cividis", "PuOr"
"""Color maps that stay apart for color-blind readers: from low to high, and from negative to positive."""

PIXELS_PER_INCH = 130
PAGE_PIXELS_PER_INCH = 96
SHORTEST_ALT = 20

_STYLE = {
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.facecolor": "white",
    "axes.prop_cycle": matplotlib.cycler(color=COLORS) + matplotlib.cycler(linestyle=LINES),
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "image.cmap": SEQUENTIAL,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "lines.markersize": 5,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
}


def use_style() -> None:
    """Set Matplotlib's defaults to the course's style, for this process; a user's `matplotlibrc` has no say."""
    matplotlib.rcdefaults()
    matplotlib.rcParams.update(_STYLE)


def figure(
    columns: int = 1, rows: int = 1, width: float = 8.0, height: float = 3.2, **options
) -> tuple[Figure, Axes | np.ndarray]:
    """Make a figure with a grid of axes.

    Args:
        columns, rows: the size of the grid.
        width, height: of the whole figure, in inches; a page is about 8 inches wide.
        options: further arguments of `Figure.subplots` (`sharex`, `sharey`, `subplot_kw`, …).

    Returns:
        The figure, and one Axes, or an array of them, (columns,), (rows,) or (rows, columns), as `Figure.subplots`
        gives.

    Raises:
        ValueError: a size that is not positive.
    """
    if columns < 1 or rows < 1 or width <= 0 or height <= 0:
        raise ValueError(f"a figure's sizes are positive, not {columns=}, {rows=}, {width=}, {height=}")
    drawn = Figure(figsize=(width, height), layout="constrained")
    return drawn, drawn.subplots(rows, columns, **options)


def show(drawn: Figure, alt: str) -> None:
    """Display a figure with its alt text.

    The output is HTML, an image with an `alt` attribute: JupyterLab and nbconvert give an image of the type
    `image/png` none. Its text form is "Figure: " and the alt text.

    Args:
        drawn: a Matplotlib figure.
        alt: what the figure shows, as a sentence for somebody who cannot see it: not only what kind of figure it is
            but the point that it makes.

    Raises:
        ValueError: the alt text is missing or too short to say anything.
    """
    display({"text/html": to_html(drawn, alt), "text/plain": f"Figure: {alt}"}, raw=True)


def to_html(drawn: Figure, alt: str) -> str:
    """Return a figure as an HTML `img` element that holds its pixels and its alt text. Errors as for `show`."""
    if not isinstance(alt, str) or len(alt.strip()) < SHORTEST_ALT:
        raise ValueError(f"alt text is a sentence that says what the figure shows, not {alt!r}")
    width = round(drawn.get_figwidth() * PAGE_PIXELS_PER_INCH)
    pixels = base64.b64encode(_png(drawn)).decode("ascii")
    return f'<img alt="{html.escape(alt)}" width="{width}" src="data:image/png;base64,{pixels}">'


def image_grid(
    images: np.ndarray,
    titles: Sequence[str] | None = None,
    columns: int = 8,
    cell: float = 1.0,
    cmap: str = "gray_r",
    limits: tuple[float, float] | None = None,
) -> Figure:
    """Draw images side by side.

    Args:
        images: (N, height, width) for one channel or (N, height, width, 3) for colors in 0 … 1.
        titles: a short text above each, N of them.
        columns: images in a row.
        cell: the width of one image, in inches.
        cmap: the color map of one-channel images.
        limits: the values drawn as the two ends of the map; the least and greatest of all images if not given.

    Returns:
        The figure, for `show`.

    Raises:
        ValueError: the array has another shape or is empty, or the titles are not N.
    """
    images = np.asarray(images)
    if images.ndim not in (3, 4) or len(images) == 0 or (images.ndim == 4 and images.shape[-1] != 3):
        raise ValueError(f"images are (N, height, width) or (N, height, width, 3), N at least 1, not {images.shape}")
    if titles is not None and len(titles) != len(images):
        raise ValueError(f"{len(titles)} titles for {len(images)} images: give one each")
    columns = max(1, min(columns, len(images)))
    rows = math.ceil(len(images) / columns)
    low, high = limits or (float(images.min()), float(images.max()))
    row_height = cell * images.shape[1] / images.shape[2] + (0.25 if titles is not None else 0.05)
    drawn, axes = figure(columns, rows, width=columns * cell, height=rows * row_height, squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for number, (ax, image) in enumerate(zip(axes.flat, images, strict=False)):
        ax.imshow(image, cmap=cmap, vmin=low, vmax=high, interpolation="nearest")
        if titles is not None:
            ax.set_title(titles[number], fontsize=9, loc="center")
    return drawn


def decision_map(
    ax: Axes,
    predict: Callable[[np.ndarray], np.ndarray],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    resolution: int = 100,
    limits: tuple[float, float] = (0.0, 1.0),
) -> np.ndarray:
    """Color the plane by what a model of two inputs predicts, with a line where it is half-way between the limits.

    Args:
        ax: where to draw.
        predict: maps points (M, 2) to values (M,).
        x_range, y_range: the part of the plane.
        resolution: points along each axis.
        limits: the values at the two ends of the color map.

    Returns:
        The predicted values on the grid, (resolution, resolution), rows by y.

    Raises:
        ValueError: `predict` does not return one value per point.
    """
    x, y = np.meshgrid(np.linspace(*x_range, resolution), np.linspace(*y_range, resolution))
    values = np.asarray(predict(np.column_stack([x.ravel(), y.ravel()])))
    if values.shape != (x.size,):
        raise ValueError(f"predict maps points (M, 2) to values (M,): for M={x.size} it returned {values.shape}")
    values = values.reshape(x.shape)
    middle = sum(limits) / 2
    ax.imshow(
        values,
        extent=(*x_range, *y_range),
        origin="lower",
        aspect="auto",
        cmap=DIVERGING,
        vmin=limits[0],
        vmax=limits[1],
        alpha=0.75,
    )
    if values.min() < middle < values.max():
        ax.contour(x, y, values, levels=[middle], colors="black", linewidths=1.5)
    ax.grid(False)
    return values


def runs(
    ax: Axes,
    x: Sequence[float],
    values: np.ndarray,
    number: int,
    label: str,
    middle: Callable[..., np.ndarray] = np.median,
) -> None:
    """Draw repeated runs of one thing: each a thin line, and their median a thick one that carries the label.

    Args:
        ax: where to draw.
        x: (points,).
        values: (points, runs).
        number: which of `COLORS`, `LINES` and `MARKERS` it has; after the last the first comes again. More than a
            dozen points get no markers.
        label: for the legend or for `label_lines`.
        middle: what the thick line shows; called with `axis=1`, as `np.median` and `np.mean` are.

    Raises:
        ValueError: the values are not (points, runs).
    """
    values = np.asarray(values)
    if values.ndim != 2 or len(values) != len(x):
        raise ValueError(f"values are (points, runs), here ({len(x)}, …), not {values.shape}")
    color, line, marker = (styles[number % len(styles)] for styles in (COLORS, LINES, MARKERS))
    marker = marker if len(x) <= 12 else None
    ax.plot(x, values, color=color, linestyle="-", linewidth=0.6, alpha=0.5)
    ax.plot(x, middle(values, axis=1), color=color, linestyle=line, marker=marker, label=label)


def boxes(
    ax: Axes, many: np.ndarray, color: str, view: tuple[float, float, float, float] | None = None, **style
) -> None:
    """Draw the outlines of boxes on a plane whose y grows downward, without ticks.

    Args:
        ax: where to draw.
        many: (N, 4) of x0, y0, x1, y1; none is fine.
        color: of all of them.
        view: the part of the plane to show, x0, y0, x1, y1; left as it is if not given.
        style: what Matplotlib's `Rectangle` takes (`linewidth`, `linestyle`, `zorder`, …).

    Raises:
        ValueError: boxes that are not (N, 4).
    """
    many = np.asarray(many, float).reshape(-1, 4) if np.size(many) == 0 else np.asarray(many, float)
    if many.ndim != 2 or many.shape[1] != 4:
        raise ValueError(f"boxes are (N, 4), not {many.shape}")
    style = {"fill": False, "color": color} | style
    for x0, y0, x1, y1 in many:
        ax.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, **style))
    if view is not None:
        ax.set(xlim=(view[0], view[2]), ylim=(view[3], view[1]))
    ax.set(aspect="equal", xticks=[], yticks=[])
    ax.spines[:].set(visible=True, color="0.8")
    ax.grid(False)


def dots(
    ax: Axes,
    results: Mapping[str, Sequence[float]],
    *,
    gray: Sequence[str] = (),
    line: str | None = None,
    better: str | None = None,
) -> list[str]:
    """Draw repeated runs by row: a dot for each run, a bar at the median, the first name at the top.

    The spread can be seen at once, and whether two rows overlap. (Lessons 04 and 15: remedies and codes, with their
    baselines in gray.)

    Args:
        ax: where to draw; with `sharey=True` the panels of several measures share their names.
        results: by name, the numbers of its runs; those that are NaN are left out.
        gray: names of baselines.
        line: a name whose median is drawn as a dotted line down the page, to compare with.
        better: "more" or "less" puts the best median at the top; else the order is that of `results`.

    Returns:
        The names from the top down.

    Raises:
        ValueError: no results, a row without runs, a name that is none of theirs, or another word for `better`.
    """
    rows = {name: np.asarray(values, float).ravel() for name, values in results.items()}
    strange = [name for name in [*gray, *([line] if line is not None else [])] if name not in rows]
    if not rows or not all(len(values) for values in rows.values()) or strange or better not in (None, "more", "less"):
        raise ValueError(
            f"dots of at least one run each, of names that are given, better is more, less or None: "
            f"{ {name: len(values) for name, values in rows.items()} }, {strange=}, {better=}"
        )
    rows = {name: values[~np.isnan(values)] for name, values in rows.items()}
    names = list(rows)
    if better:
        sign = -1 if better == "more" else 1
        names.sort(key=lambda name: sign * np.median(rows[name]) if len(rows[name]) else math.inf)
    for place, name in enumerate(names):
        values = rows[name]
        if not len(values):
            continue
        color, marker = ("#777777", "s") if name in gray else (COLORS[0], "o")
        ax.plot(values, np.full(len(values), place), marker, color=color, alpha=0.55, linestyle="none")
        ax.plot(np.median(values), place, "|", color="black", markersize=14, markeredgewidth=2, linestyle="none")
    if line is not None and len(rows[line]):
        ax.axvline(np.median(rows[line]), color="black", linewidth=1, linestyle=":")
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    return names


def label_lines(ax: Axes) -> None:
    """Write each labelled line's label at its right end, in its color, moved apart where two would overlap.

    For figures whose lines end at different heights, this reads faster than a legend.
    """
    lines = [line for line in ax.get_lines() if not line.get_label().startswith("_") and len(line.get_xdata())]
    ax.figure.canvas.draw()
    to_points = 72 / ax.figure.dpi
    heights = [ax.transData.transform((line.get_xdata()[-1], line.get_ydata()[-1]))[1] * to_points for line in lines]
    lowest = -math.inf
    for number in np.argsort(heights):
        line, wanted = lines[number], heights[number]
        lowest = max(wanted, lowest + 12)
        ax.annotate(
            line.get_label(),
            (line.get_xdata()[-1], line.get_ydata()[-1]),
            xytext=(6, lowest - wanted),
            textcoords="offset points",
            color=line.get_color(),
            va="center",
            fontsize=9,
        )


def _png(drawn: Figure | SubFigure) -> bytes:
    """Return a figure as a small PNG: at most 256 colors, no metadata that changes with the software."""
    raw = io.BytesIO()
    drawn.savefig(raw, format="png", dpi=PIXELS_PER_INCH)
    small = io.BytesIO()
    picture = Image.open(raw).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    picture.save(small, format="png", optimize=True)
    return small.getvalue()
