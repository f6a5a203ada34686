"""Drawings of mechanisms in the look of `plots`: boxes and arrows, grids, blocks, graphs, loops, trees.

Every function returns a `Drawing`, laid out in inches with its texts measured, so that nothing overlaps and nothing is
written smaller than 8 points. It is displayed with the alt text that its content gives::

    drawing = diagrams.flow(["data", "loss", "gradient", "step"], back=[("step", "loss", "next batch")])
    drawing.show()                               # or plots.show(drawing.figure(), drawing.alt)
    drawing.draw(axes[0])                        # or as one panel of a figure among others

What a function does not draw is added to what it returns: its parts stand in `Drawing.boxes`, and `box`, `arrow`,
`text` and `line` take positions in inches, x to the right and y upwards. A number is written with up to four digits; a
measured one is handed over as a text with its `≈` (`tables.measured`), which is then in the alt text as well.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from utils import graph_layout, plots
from utils.drawing import (
    FAINT,
    PAGE,
    SHADED,
    SLOPE,
    SMALL,
    TEXT,
    TINTS,
    Box,
    Drawing,
    Text,
    extent,
    measure,
    one_line,
    written,
)

# ---- Boxes and arrows ----


def flow(
    steps: Sequence[str],
    *,
    labels: Sequence[str] | None = None,
    back: Sequence[tuple[str, str, str]] = (),
    decisions: Sequence[str] = (),
    marked: Sequence[str] = (),
    down: bool = False,
) -> Drawing:
    """Draw steps in a row with an arrow from each to the next, and arrows that lead back.

    Args:
        steps: the texts, each another; a line break in one is a line break in its box.
        labels: what is written on the arrow from each step to the next, one fewer than steps.
        back: (from, to, label) for arrows that return, below the row, or to the right of a column.
        decisions: which steps are drawn as decisions.
        marked: which have a shaded ground.
        down: a column in place of a row.

    Returns:
        The drawing; `boxes` has the steps' texts as names.

    Raises:
        ValueError: no steps, two alike, another number of labels, or a step named that is none.
    """
    steps, labels = [str(step) for step in steps], [""] * (len(steps) - 1) if labels is None else list(labels)
    if not steps or len(set(steps)) < len(steps):
        raise ValueError(f"a flow has one step at least, and no two alike: {steps}")
    if len(labels) != len(steps) - 1:
        raise ValueError(f'{len(labels)} labels for {len(steps) - 1} arrows: one each, "" for none')
    for name in [*decisions, *marked, *(end for way in back for end in way[:2])]:
        if name not in steps:
            raise ValueError(f"{name!r} is no step: the steps are {', '.join(map(repr, steps))}")
    drawing, place = Drawing(), 0.0
    sizes = [Drawing().box(0, 0, step, diamond=step in decisions) for step in steps]
    tallest = max((size.height for size in sizes if not size.diamond), default=0.0)
    for number, (step, size) in enumerate(zip(steps, sizes, strict=True)):
        options = {"diamond": step in decisions, "fill": SHADED if step in marked else "white"}
        if down:
            drawing.box(0, place - size.height / 2, step, **options)
        else:
            drawing.box(place + size.width / 2, 0, step, height=0 if step in decisions else tallest, **options)
        if number < len(labels):
            wide, high = measure(labels[number], SMALL)
            place += -(size.height + max(0.35, high + 0.2)) if down else size.width + max(0.4, wide + 0.3)
    boxes = [drawing.boxes[step] for step in steps]
    drawing.alt = "Steps: " + " → ".join(
        f"{one_line(step)}{f' ({one_line(label)})' if label else ''}"
        for step, label in zip(steps, [*labels, ""], strict=True)
    )
    for (one, other), label in zip(pairwise(boxes), labels, strict=True):
        drawing.arrow(one, other, label)
    drawing.alt += "."
    far = max(box.width for box in boxes) / 2 if down else max(box.height for box in boxes) / 2
    for number, (start, end, label) in enumerate(back):
        one, other = drawing.boxes[start], drawing.boxes[end]
        offset = far + 0.3 + 0.32 * number
        shift = 0.12 * (number + 1) if one is not other else 0.15
        if down:
            way = [(one.right[0], one.y), (offset, one.y), (offset, other.y + (shift if one is other else 0))]
            drawing.arrow(way[0], (other.x + other.width / 2, way[-1][1]), label, via=way[1:])
        else:
            way = [one.bottom, (one.x, -offset), (other.x + (shift if one is other else 0), -offset)]
            drawing.arrow(way[0], (way[-1][0], other.y - other.height / 2), "", via=way[1:])
            if label:
                drawing.text((one.x + other.x) / 2, -offset - 0.03, label, side="below")
        on = f" ({one_line(label)})" if label else ""
        drawing.alt += f" An arrow{on} leads back from {one_line(start)} to {one_line(end)}."
    return drawing


# ---- Grids ----


def grid(
    values: Sequence[Sequence[object]] | np.ndarray,
    *,
    rows: Sequence[object] | None = None,
    columns: Sequence[object] | None = None,
    shaded: Iterable[tuple[int, int]] = (),
    fills: Mapping[tuple[int, int], str] | None = None,
    title: str = "",
    cell: float = 0.36,
) -> Drawing:
    """Draw a grid of numbers or short texts: a picture's pixels, a kernel, a matching matrix, an optimizer's state.

    Args:
        values: (height, width); None or NaN is an empty cell.
        rows, columns: what is written before each row and above each column.
        shaded: (row, column) of cells with a shaded ground.
        fills: a color for the ground of further cells, by (row, column).
        title: written above.
        cell: the least side of a cell in inches; the columns are as wide as the longest text asks.

    Returns:
        The drawing, its upper left corner at (0, 0); `boxes` has the cells by (row, column), counted from 0, and the
        whole under "grid".

    Raises:
        ValueError: `values` is not a table, or names or marked cells do not fit it.
    """
    table = _table(values)
    height, width = len(table), len(table[0])
    for what, names, count in (("rows", rows, height), ("columns", columns, width)):
        if names is not None and len(names) != count:
            raise ValueError(f"{len(names)} names for {count} {what}: one each")
    fills = {**dict.fromkeys(map(tuple, shaded), SHADED), **(fills or {})}
    outside = [place for place in fills if not (0 <= place[0] < height and 0 <= place[1] < width)]
    if outside:
        raise ValueError(f"the cells {outside} are outside of a grid of {height} rows and {width} columns")
    drawing = Drawing()
    heads = [written(name) for name in columns] if columns is not None else [""] * width
    texts = [[written(value) for value in row] for row in table]
    widest = max((measure(text, TEXT)[0] for row in texts for text in row), default=0) + 0.2
    widest = max([cell, widest, *(measure(head, SMALL)[0] + 0.1 for head in heads)])
    tallest = max(cell, max(measure(text, TEXT)[1] for row in texts for text in row) + 0.14)
    for i, row in enumerate(texts):
        for j, text in enumerate(row):
            drawing.box(
                (j + 0.5) * widest,
                -(i + 0.5) * tallest,
                text,
                width=widest,
                height=tallest,
                fill=fills.get((i, j), "white"),
                color=FAINT,
                square=True,
                name=(i, j),
            )
        if rows is not None:
            drawing.text(-0.06, -(i + 0.5) * tallest, rows[i], side="left")
    for j, head in enumerate(heads):
        if head:
            drawing.text((j + 0.5) * widest, 0.03, head, side="above")
    _frame(drawing, 0, -height * tallest, width * widest, 0)
    drawing.boxes["grid"] = Box(width * widest / 2, -height * tallest / 2, width * widest, height * tallest, title)
    if title:
        over = max((measure(head, SMALL)[1] for head in heads), default=0) + 0.06 if columns is not None else 0
        drawing.text(width * widest / 2, over + 0.04, title, side="above", size=TEXT)
    drawing.alt = _grid_in_words(texts, rows, columns, title)
    marked = [place for place in fills if fills[place] == SHADED]
    if marked and len(marked) < height * width:
        drawing.alt += f" Shaded: {_places(marked)}."
    return drawing


def window(
    image: np.ndarray,
    output: np.ndarray,
    at: tuple[int, int],
    size: tuple[int, int],
    *,
    stride: int = 1,
    dilation: int = 1,
    padding: int = 0,
    kernel: np.ndarray | None = None,
    sum_text: str = "",
    titles: tuple[str, str, str] = ("input", "kernel", "output"),
    cell: float = 0.36,
) -> Drawing:
    """Draw how a window over an input gives one number of the output: both shaded, with an arrow between them.

    Args:
        image: the input, (height, width).
        output: (rows, columns); what is not computed yet is NaN and stays empty.
        at: (row, column) of the output that is looked at; the window stands where it comes from.
        size: (height, width) of the window.
        stride, dilation, padding: as for a convolution; the padding is drawn as a ring of zeros.
        kernel: drawn between the two, (height, width).
        sum_text: the arithmetic of this one number, written below, as in "0·0 + 1·1 + 3·2 + 4·3 = 19".
        titles: of input, kernel and output.
        cell: the least side of a cell in inches.

    Returns:
        The drawing; `boxes` has ("input", row, column), ("kernel", …) and ("output", …), the input's rows and columns
        counted from 0 without the padding.

    Raises:
        ValueError: the window at this place does not fit into the padded input, the place is not in the output, the
            kernel has another size, or stride, dilation or padding are out of range.
    """
    image, output = np.asarray(image, dtype=object), np.asarray(output, dtype=object)
    if image.ndim != 2 or output.ndim != 2 or not image.size or not output.size:
        raise ValueError(f"input and output are (height, width), not {image.shape} and {output.shape}")
    if stride < 1 or dilation < 1 or padding < 0 or min(size) < 1:
        raise ValueError(f"at least 1, and padding 0: {stride=}, {dilation=}, {padding=}, {size=}")
    if not all(0 <= place < count for place, count in zip(at, output.shape, strict=True)):
        raise ValueError(f"the output is {output.shape}: it has no place {tuple(at)}")
    if kernel is not None and np.shape(kernel) != tuple(size):
        raise ValueError(f"the window is {tuple(size)}, the kernel {np.shape(kernel)}")
    padded = np.full(np.add(image.shape, 2 * padding), 0, dtype=object)
    padded[padding : padding + image.shape[0], padding : padding + image.shape[1]] = image
    inside = [
        (at[0] * stride + i * dilation, at[1] * stride + j * dilation) for i in range(size[0]) for j in range(size[1])
    ]
    if any(i >= padded.shape[0] or j >= padded.shape[1] for i, j in inside):
        raise ValueError(
            f"the window of {tuple(size)} at {tuple(at)} with {stride=} and {dilation=} "
            f"reaches out of the {padded.shape} input"
        )
    ring = {
        (i, j): "#eeeeee"
        for i, j in np.ndindex(padded.shape)
        if not (padding <= i < padded.shape[0] - padding and padding <= j < padded.shape[1] - padding)
    }
    left = grid(padded, shaded=inside, fills={**ring, **dict.fromkeys(inside, SHADED)}, title=titles[0], cell=cell)
    right = grid(output, shaded=[tuple(at)], title=titles[2], cell=cell)
    parts, signs = [left, right], [""]
    if kernel is not None:
        parts, signs = [left, grid(kernel, shaded=np.ndindex(*size), title=titles[1], cell=cell), right], ["∗", "="]
    drawing, place, moved = Drawing(), 0.0, []
    for part, sign in zip(parts, [*signs, ""], strict=True):
        whole = part.boxes["grid"]
        moved.append(drawing.add(part, place, whole.height / 2))
        place += whole.width
        if sign:
            drawing.text(place + 0.25, 0, sign, size=14)
        place += 0.5 if sign else 1.0
    corners = [moved[0][inside[0]], moved[0][inside[-1]]]
    outline = (corners[0].left[0], corners[1].bottom[1], corners[1].right[0], corners[0].top[1])
    if dilation == 1:
        _frame(drawing, *outline, width=2.2)
    target = moved[-1][tuple(at)]
    _frame(drawing, target.left[0], target.bottom[1], target.right[0], target.top[1], width=2.2)
    if kernel is None:
        for corner in (1, 3):  # from the right corners of the window to the left ones of the cell
            end = (target.left[0], target.y + (corner - 2) * target.height / 2)
            drawing.line([(outline[2], outline[corner]), end], color=SLOPE, width=0.9, over=True)
    boxes = {("input", i - padding, j - padding): box for (i, j), box in _cells(moved[0])}
    if kernel is not None:
        boxes |= {("kernel", *place): box for place, box in _cells(moved[1])}
    boxes |= {("output", *place): box for place, box in _cells(moved[-1])}
    if sum_text:
        _, bottom, _, _ = drawing.bounds
        drawing.text(sum(drawing.bounds[::2]) / 2, bottom, sum_text, side="below", size=TEXT)
    drawing.boxes = boxes
    held = ", ".join(written(padded[place]) or "nothing" for place in inside)
    drawing.alt = " ".join(
        [
            _grid_in_words(_texts_of(image), None, None, titles[0]),
            *([f"Around it {padding} ring{'s' * (padding > 1)} of zeros."] if padding else []),
            *([_grid_in_words(_texts_of(kernel), None, None, titles[1])] if kernel is not None else []),
            f"The shaded window holds {held}; it gives row {at[0]}, column {at[1]} of the {titles[2]}.",
            _grid_in_words(_texts_of(output), None, None, titles[2]),
            *([f"{sum_text}."] if sum_text else []),
        ]
    )
    return drawing


# ---- Blocks of channels ----


@dataclass(frozen=True)
class Block:
    """A stack of maps: its height and width in pixels and its number of channels, and a name.

    Args:
        height, width, channels: at least 1.
        name: written above it.
        operation: written on the arrow that leads to it from the block before.
    """

    height: int
    width: int
    channels: int
    name: str = ""
    operation: str = ""

    def __post_init__(self):
        if min(self.height, self.width, self.channels) < 1:
            raise ValueError(f"a block has at least one row, column and channel, not {self}")


def channels(blocks: Sequence[Block], *, tallest: float = 1.3, most_sheets: int = 8) -> Drawing:
    """Draw blocks of channels one after another, each a stack of maps seen from the front and a little from above.

    The sides grow with the square root of the pixels, so that small maps can be seen beside large ones; the sizes are
    written on. Of more than `most_sheets` channels only so many are drawn.

    Args:
        blocks: in the order of the network.
        tallest: the side of the largest map, in inches; less where the row would be wider than a page.
        most_sheets: how many maps of a block are drawn at most.

    Returns:
        The drawing; `boxes` has the blocks by their place in the row, from 0.

    Raises:
        ValueError: no blocks, or sizes that are not positive.
    """
    if not blocks or tallest <= 0 or most_sheets < 1:
        raise ValueError(f"at least one block, sheet, and a size: {len(blocks)} blocks, {tallest=}, {most_sheets=}")
    largest = max(max(block.height, block.width) for block in blocks)
    drawing, place, words = Drawing(), 0.0, []
    step = 0.07
    for number, block in enumerate(blocks):
        wide, high = (max(0.14, tallest * math.sqrt(side / largest)) for side in (block.width, block.height))
        sheets = min(block.channels, most_sheets)
        deep = step * (sheets - 1)
        if number:
            label = measure(block.operation, SMALL)[0]
            gap = max(0.4, label + 0.24)
            drawing.arrow((place + 0.05, 0), (place + gap - 0.05, 0), block.operation)
            place += gap
        sizes = f"{block.height}×{block.width}×{block.channels}"
        label = max(measure(sizes, SMALL)[0], measure(block.name, TEXT)[0])
        whole = max(wide + deep, label)
        left, bottom = place + (whole - wide - deep) / 2, -(high + deep) / 2
        for sheet in reversed(range(sheets)):  # from the back to the front
            x, y = left + sheet * step, bottom + sheet * step
            drawing.line(
                [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)],
                closed=True,
                fill=TINTS[0] if sheet else TINTS[5],
                color=plots.COLORS[0],
                width=0.9,
            )
        drawing.text(place + whole / 2, bottom - 0.03, sizes, side="below")
        if block.name:
            drawing.text(place + whole / 2, -bottom + 0.03, block.name, side="above", size=TEXT)
        drawing.boxes[number] = Box(place + whole / 2, 0, wide + deep, high + deep, block.name or sizes)
        place += whole
        operation = f"{one_line(block.operation)} gives " if block.operation else ""
        name = f" ({one_line(block.name)})" if block.name else ""
        maps = f"{block.channels} maps" if block.channels > 1 else "1 map"
        words.append(f"{operation}{maps} of {block.height} by {block.width}{name}")
    if drawing.size[0] > PAGE and tallest > 0.5:
        return channels(blocks, tallest=max(0.5, 0.85 * tallest), most_sheets=most_sheets)
    drawing.alt = "Blocks of channels: " + "; ".join(words) + "."
    return drawing


# ---- Graphs ----


@dataclass(frozen=True)
class Node:
    """A node of a computation graph.

    Args:
        value: what flows forward: a number, or a text such as a measured one; None if there is none to show.
        slope: what flows back, the derivative of the last node by this one.
        operation: how it is made from what leads to it ("+", "×", "tanh"); "" for an input.
        marked: whether its ground is shaded.
    """

    value: object = None
    slope: object = None
    operation: str = ""
    marked: bool = False


def graph(
    nodes: Mapping[str, Node | None],
    edges: Sequence[tuple[str, str] | tuple[str, str, object]],
    *,
    down: bool = False,
    words: tuple[str, str] = ("value", "slope"),
) -> Drawing:
    """Draw a graph without cycles in layers: each node after all that lead to it, with its value and its slope.

    With plain nodes (`None`) it is a chart of boxes and arrows with branches.

    Args:
        nodes: by name; the name is written at the top of the node.
        edges: (from, to), or (from, to, label): the label stands on the arrow, for instance a local slope.
        down: from top to bottom in place of left to right.
        words: what value and slope are called.

    Returns:
        The drawing; `boxes` has the nodes by name.

    Raises:
        ValueError: no nodes, an edge to a name that is no node or from a node to itself, or a cycle.
    """
    nodes = {str(name): node or Node() for name, node in nodes.items()}
    links = [(str(edge[0]), str(edge[1]), written(edge[2]) if len(edge) > 2 else "") for edge in edges]
    if not nodes:
        raise ValueError("a graph has one node at least")
    for start, end, _ in links:
        for name in (start, end):
            if name not in nodes:
                raise ValueError(f"an edge names {name!r}, which is no node: they are {', '.join(nodes)}")
        if start == end:
            raise ValueError(f"an edge leads from {start!r} to itself; a graph here has no cycles")
    looks = {name: _node_look(name, node, words, down) for name, node in nodes.items()}
    turned = slice(1, None, -1) if down else slice(0, 2)  # (height, width) where the layers follow downwards
    rooms = [(start, end, measure(label, SMALL)[1 if down else 0]) for start, end, label in links]
    places, ways = graph_layout.layered({name: look[:2][turned] for name, look in looks.items()}, rooms)

    def at(place: tuple[float, float]) -> tuple[float, float]:
        along, across = place
        return (across, -along) if down else (along, -across)

    drawing = Drawing()
    for name, node in nodes.items():
        _draw_node(drawing, name, node, looks[name], at(places[name]), words, down)
    for number, (start, end, label) in enumerate(links):
        way = [at(place) for place in (places[start], *ways.get((start, end), []), places[end])]
        same = [k for k, other in enumerate(links) if other[:2] == (start, end)]
        aside = 0.12 * (same.index(number) - (len(same) - 1) / 2)  # x · x has two edges from x
        _draw_link(drawing, way, [looks[start], looks[end]], label, down, aside)
    drawing.alt = _graph_in_words(nodes, links, words)
    return drawing


def unrolled(
    steps: Sequence[str],
    *,
    cell: object = "cell",
    states: Sequence[str] | None = None,
    inputs: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    marked: Iterable[int] = (),
    folded: bool = False,
) -> Drawing:
    """Draw a loop unrolled in time: the same cell once for each step, its state handed on, inputs below, outputs above.

    Args:
        steps: a name for each step, written under its input ("t = 1", or a word); "…" is drawn as three dots in place
            of a cell.
        cell: what is written in the cells.
        states: on the arrows between the cells: one before the first, one after each, thus one more than steps.
        inputs, outputs: one for each step; "" for none.
        marked: the steps whose cell is shaded, from 0.
        folded: whether the loop itself is drawn before it, with an arrow that leads back.

    Returns:
        The drawing; `boxes` has ("cell", step), ("input", step) and ("output", step).

    Raises:
        ValueError: no steps, or another number of states, inputs or outputs.
    """
    count, marked = len(steps), set(marked)
    for what, texts, wanted in (("states", states, count + 1), ("inputs", inputs, count), ("outputs", outputs, count)):
        if count < 1 or (texts is not None and len(texts) != wanted):
            raise ValueError(f"{count} steps have {max(wanted, 2)} {what}, not {None if texts is None else len(texts)}")
    states = [written(s) for s in states] if states is not None else [""] * (count + 1)
    inputs = [written(s) for s in inputs] if inputs is not None else [""] * count
    outputs = [written(s) for s in outputs] if outputs is not None else [""] * count
    cell, drawing, place = written(cell), Drawing(), 0.0
    wide, high = measure(cell, TEXT)
    wide = max([wide, *(measure(text, TEXT)[0] for text in (*inputs, *outputs, *steps))]) + 0.24
    high = max(0.45, high + 0.2)
    up = high / 2 + 0.42
    if folded:
        loop = drawing.box(wide / 2, 0, cell, width=wide, height=high, name="loop")
        corner = loop.right[0] + 0.2
        way = [(corner, 0.0), (corner, high / 2 + 0.2), (-0.2, high / 2 + 0.2), (-0.2, 0.0)]
        drawing.arrow(loop.right, loop.left, via=way)
        drawing.text(corner + 0.3, 0, "=", size=14)
        place = corner + 0.6
    gaps = [max(0.4, measure(state, SMALL)[0] + 0.26) for state in states]
    if states[0] or any(states):
        drawing.arrow((place, 0), (place + gaps[0], 0), states[0])
        place += gaps[0]
    for number, step in enumerate(steps):
        x = place + wide / 2
        if step == "…":
            box = Box(x, 0, wide, high)
            drawing.text(x, 0, "…", size=14)
        else:
            fill = SHADED if number in marked else TINTS[0]
            box = drawing.box(x, 0, cell, width=wide, height=high, fill=fill, name=("cell", number))
            for text, what, sign in ((inputs[number], "input", -1), (outputs[number], "output", 1)):
                if text:
                    other = drawing.box(x, sign * (up + 0.15), text, name=(what, number))
                    drawing.arrow(*((other.top, box.bottom) if sign < 0 else (box.top, other.bottom)))
            below = -up - 0.3 if any(inputs) else -high / 2
            drawing.text(x, below - 0.04, step, side="below", color="#444444")
        place += wide
        if number < count - 1 or any(states):
            drawing.arrow((place, 0), (place + gaps[number + 1], 0), states[number + 1])
            place += gaps[number + 1]
    said = []
    for number, step in enumerate(steps):
        if step == "…":
            said.append("…")
            continue
        parts = [
            f"{what} {one_line(text)}"
            for what, text in (
                ("input", inputs[number]),
                ("state before", states[number]),
                ("output", outputs[number]),
                ("state after", states[number + 1]),
            )
            if text
        ]
        said.append(f"{one_line(step)}: {', '.join(parts)}" if parts else one_line(step))
    drawing.alt = f"A loop unrolled, one {one_line(cell)} for each step, left to right. {'; '.join(said)}."
    return drawing


# ---- Trees ----


@dataclass(frozen=True)
class Branch:
    """A node of a tree and what grows from it.

    Args:
        text: in its box.
        children: further branches.
        score: written beside the box: a number or a text.
        edge: written on the line that leads to it.
        kind: "plain", "marked" (shaded: on the best way, kept) or "dropped" (gray and dashed).
    """

    text: str
    children: Sequence[Branch] = ()
    score: object = None
    edge: object = ""
    kind: str = "plain"

    def __post_init__(self):
        if self.kind not in ("plain", "marked", "dropped"):
            raise ValueError(f"a branch is plain, marked or dropped, not {self.kind!r}")


def tree(root: Branch, *, down: bool = False) -> Drawing:
    """Draw a tree that grows to the right, or downwards: of beams, of decisions.

    To the right it is as high as it has leaves (0.4 inches each) and takes any number of them; downwards it is as wide
    as its leaves' texts, which suits a small one.

    Args:
        root: the first node, with its children.
        down: the root at the top.

    Returns:
        The drawing; `boxes` has each node by its path: () the root, (0,) its first child, (0, 2) that one's third.
    """
    found: dict[tuple[int, ...], Branch] = {}

    def collect(branch: Branch, path: tuple[int, ...]) -> None:
        found[path] = branch
        for number, child in enumerate(branch.children):
            collect(child, (*path, number))

    collect(root, ())
    sizes = {path: _branch_size(branch, down) for path, branch in found.items()}
    along_of = (lambda size: size[1]) if down else (lambda size: size[0])
    across_of = (lambda size: size[0]) if down else (lambda size: size[1])
    depths = range(max(map(len, found)) + 1)
    thick = [max(along_of(sizes[path]) for path in found if len(path) == depth) for depth in depths]
    edges = [
        max(
            (measure(written(b.edge), SMALL)[1 if down else 0] for p, b in found.items() if len(p) == depth),
            default=0,
        )
        for depth in depths
    ]
    starts, place = [], 0.0
    for depth in depths:
        place += max(0.45, edges[depth] + 0.35) if depth else 0
        starts.append(place)
        place += thick[depth]
    across = graph_layout.tree({path: across_of(size) for path, size in sizes.items()}, 0.16 if down else 0.12)
    drawing = Drawing()
    for path, branch in found.items():
        start = starts[len(path)]
        gray = branch.kind == "dropped"
        score = written(branch.score)
        wide, high = _box_size(branch.text)
        x, y = (across[path], -start - high / 2) if down else (start + wide / 2, -across[path])
        box = drawing.box(
            x,
            y,
            branch.text,
            fill=SHADED if branch.kind == "marked" else "white",
            color=FAINT if gray else "black",
            text_color="#555555" if gray else "black",
            dashed=gray,
            name=path,
        )
        if score:
            at = box.bottom if down else box.right
            drawing.text(
                *((at[0], at[1] - 0.02) if down else (at[0] + 0.05, at[1])),
                score,
                side="below" if down else "right",
                color="#555555" if gray else plots.COLORS[0],
            )
    for path, branch in found.items():
        if path:
            parent, box = drawing.boxes[path[:-1]], drawing.boxes[path]
            gray = branch.kind == "dropped"
            size = sizes[path[:-1]]
            if down:
                start, end = (parent.x, parent.top[1] - size[1]), box.top
            else:
                start, end = (parent.left[0] + size[0], parent.y), box.left
            heavy = branch.kind == "marked"
            drawing.curve(
                [start, end],
                down=down,
                color=FAINT if gray else "black",
                dashed=gray,
                width=2.0 if heavy else 1.0,
                head=False,
            )
            edge = written(branch.edge)
            if edge and down:
                drawing.text((start[0] + 2 * end[0]) / 3, (start[1] + 2 * end[1]) / 3, edge, ground=True)
            elif edge:
                drawing.text(starts[len(path)] - 0.13 - measure(edge, SMALL)[0] / 2, end[1], edge, ground=True)
    drawing.alt = f"A tree, from its root: {_branch_in_words(root)}."
    return drawing


# ---- Geometry ----


def rectangles(
    boxes: Mapping[str, Sequence[float]],
    *,
    shade: str | None = None,
    sides: bool = True,
    unit: str = "",
    size: float = 3.0,
) -> Drawing:
    """Draw labelled rectangles to scale, y downwards as in a picture, with what two of them share shaded.

    Args:
        boxes: (x1, y1, x2, y2) by name.
        shade: "intersection", "union" or "hull" of the boxes, or None.
        sides: whether widths and heights are written on, those of the intersection too where it is shaded.
        unit: written after each length.
        size: the longer side of the whole, in inches.

    Returns:
        The drawing; `boxes` has the rectangles by name, and "intersection" and "hull" where they exist.

    Raises:
        ValueError: no boxes, one that is not (x1, y1, x2, y2) with x1 < x2 and y1 < y2, or another word for `shade`.
    """
    corners = {str(name): tuple(box) for name, box in boxes.items()}
    if not corners or shade not in (None, "intersection", "union", "hull") or size <= 0:
        raise ValueError(
            f"one box at least, shade is intersection, union, hull or None: {len(corners)} boxes, {shade!r}, {size=}"
        )
    for name, box in corners.items():
        if len(box) != 4 or not (box[0] < box[2] and box[1] < box[3]) or not all(map(math.isfinite, box)):
            raise ValueError(f"box {name!r} is (x1, y1, x2, y2) with x1 < x2 and y1 < y2, not {box}")
    lists = list(zip(*corners.values(), strict=True))
    hull = (min(lists[0]), min(lists[1]), max(lists[2]), max(lists[3]))
    shared = (max(lists[0]), max(lists[1]), min(lists[2]), min(lists[3]))
    overlap = shared[0] < shared[2] and shared[1] < shared[3] and len(corners) > 1
    inch = size / float(max(hull[2] - hull[0], hull[3] - hull[1]))

    def placed(box: Sequence[float], text: str = "") -> Box:
        x1, x2 = (float(x - hull[0]) * inch for x in (box[0], box[2]))
        y1, y2 = (float(hull[1] - y) * inch for y in (box[1], box[3]))
        return Box((x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y1 - y2, text)

    def outline(box: Box, **look) -> None:
        (left, _), (right, _), (_, top), (_, bottom) = box.left, box.right, box.top, box.bottom
        drawing.line([(left, bottom), (right, bottom), (right, top), (left, top)], closed=True, **look)

    drawing = Drawing()
    look = {"color": "none", "fill": SHADED}
    if shade == "hull":
        outline(placed(hull), fill=SHADED, color=FAINT, dashed=True)
    for box in corners.values():
        outline(
            placed(box),
            **(look if shade == "union" else {"color": "none", "fill": "white" if shade == "hull" else None}),
        )
    if shade == "hull":  # the boxes are shaded as well: the hull is everything within
        for box in corners.values():
            outline(placed(box), **look)
    if shade == "intersection" and overlap:
        outline(placed(shared), **look)
    for number, (name, box) in enumerate(corners.items()):
        color = plots.COLORS[number % len(plots.COLORS)]
        drawing.boxes[name] = placed(box, name)
        outline(drawing.boxes[name], color=color, dashed=number % 2 == 1, width=2)
    if overlap:
        drawing.boxes["intersection"] = placed(shared, "intersection")
    drawing.boxes["hull"] = placed(hull, "hull")
    _rectangle_texts(drawing, corners, shared if overlap and shade == "intersection" else None, sides, unit)
    drawing.alt = _rectangles_in_words(corners, shared if overlap else None, hull, shade, unit)
    return drawing


def path(ax: Axes, points: Sequence[Sequence[float]], number: int = 0, label: str = "", every: int = 1) -> None:
    """Draw a way through the plane, an arrow for each step, on a contour plot or any other Axes.

    Args:
        ax: where to draw.
        points: (steps + 1, 2), in the units of the Axes; what is not finite ends the way.
        number: which of `plots.COLORS` and `plots.MARKERS` it has.
        label: for the legend.
        every: only each so-manieth point is an arrow's end.

    Raises:
        ValueError: the points are not (steps + 1, 2), fewer than two of them are finite, or `every` is below 1.
    """
    points = np.asarray(points, float)
    if points.ndim != 2 or points.shape[1] != 2 or every < 1:
        raise ValueError(f"points are (steps + 1, 2) and every is at least 1, not {points.shape} and {every}")
    finite = np.isfinite(points).all(axis=1)
    points = points[: len(points) if finite.all() else int(np.argmin(finite))]
    if len(points) < 2:
        raise ValueError("a way has two finite points at least")
    color, marker = (styles[number % len(styles)] for styles in (plots.COLORS, plots.MARKERS))
    points = points[[*range(0, len(points) - 1, every), len(points) - 1]]
    ax.plot(*points[:1].T, color=color, marker=marker, linestyle="-", label=label or None)
    for start, end in pairwise(points):
        if not np.array_equal(start, end):
            ax.annotate(
                "", end, start, arrowprops={"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0, "lw": 1.5}
            )
    ax.update_datalim(points)
    ax.autoscale_view()


def join(drawings: Sequence[Drawing], labels: Sequence[str | None] | None = None, *, down: bool = False) -> Drawing:
    """Put drawings beside or below each other, their middles in line.

    Args:
        drawings: at least one.
        labels: for an arrow from each to the next, one fewer than drawings: a text, "" for a plain arrow, None for
            none. Without labels there are no arrows.
        down: below each other.

    Returns:
        The drawing; `boxes` has ("part", 0), ("part", 1), … for the wholes, and the boxes of each part, where the
        same name stands in two, those of the last.

    Raises:
        ValueError: no drawings, or another number of labels.
    """
    labels = [None] * (len(drawings) - 1) if labels is None else list(labels)
    if not drawings or len(labels) != len(drawings) - 1:
        raise ValueError(f"{len(labels)} labels for {len(drawings)} drawings: one fewer than drawings, and one of them")
    joined, place = Drawing(), 0.0
    for number, (part, label) in enumerate(zip(drawings, [*labels, None], strict=True)):
        left, bottom, right, top = part.bounds
        wide, high = right - left, top - bottom
        x, y = (-(left + right) / 2, place - top) if down else (place - left, -(bottom + top) / 2)
        joined.add(part, x, y)
        joined.boxes["part", number] = Box(x + (left + right) / 2, y + (bottom + top) / 2, wide, high)
        text = measure(label or "", SMALL)
        gap = 0.3 if label is None else max(0.5, (text[1] if down else text[0]) + 0.3)
        place += -(high + gap) if down else wide + gap
        if label is not None:
            ends = ((0, place + gap), (0, place)) if down else ((place - gap, 0), (place, 0))
            joined.arrow(*ends, label)
            joined.alt += f" An arrow{f' ({one_line(label)})' if label else ''} leads to:"
    return joined


# ---- Grids ----


def _frame(drawing: Drawing, left: float, bottom: float, right: float, top: float, width: float = 1.2) -> None:
    """Add a frame over what is there."""
    drawing.line([(left, bottom), (right, bottom), (right, top), (left, top)], closed=True, width=width, over=True)


def _table(values: Sequence[Sequence[object]] | np.ndarray) -> list[list[object]]:
    """Return rows of equal length; raise ValueError where they are not."""
    rows = [list(row) if not isinstance(row, str) and np.ndim(row) else row for row in values]
    if not rows or not all(isinstance(row, list) and row and len(row) == len(rows[0]) for row in rows):
        raise ValueError("a grid has rows of equal length, (height, width), at least one cell")
    return rows


def _texts_of(values: np.ndarray) -> list[list[str]]:
    """Return a grid's cells as texts."""
    return [[written(value) for value in row] for row in _table(values)]


def _grid_in_words(
    texts: list[list[str]], rows: Sequence[object] | None, columns: Sequence[object] | None, title: str
) -> str:
    """Return a grid as a sentence: all its cells if they are few, else its size."""
    start = f"{one_line(title)}: a grid" if title else "A grid"
    start += f" of {_many(len(texts), 'row')} and {_many(len(texts[0]), 'column')}"
    if len(texts) * len(texts[0]) > 64:
        return f"{start}."
    heads = f", columns {', '.join(one_line(written(name)) for name in columns)}" if columns is not None else ""
    lines = [" ".join(one_line(text) or "empty" for text in row) for row in texts]
    if rows is not None:
        lines = [f"{one_line(written(name))}: {line}" for name, line in zip(rows, lines, strict=True)]
    return f"{start}{heads}; {'; '.join(lines)}."


def _many(count: int, what: str) -> str:
    """Return "1 row" or "2 rows"."""
    return f"{count} {what}{'s' * (count != 1)}"


def _places(cells: Sequence[tuple[int, int]]) -> str:
    """Return cells in words, by rows, at most sixteen of them."""
    by_row: dict[int, list[int]] = {}
    for i, j in sorted(cells)[:16]:
        by_row.setdefault(i, []).append(j)
    words = [f"row {i}, column{'s' * (len(js) > 1)} {', '.join(map(str, js))}" for i, js in by_row.items()]
    return "; ".join(words) + ("; …" if len(cells) > 16 else "")


def _cells(boxes: Mapping[Hashable, Box]) -> list[tuple[tuple[int, int], Box]]:
    """Return a grid's cells with their places, without the whole."""
    return [(place, box) for place, box in boxes.items() if place != "grid"]


# ---- Graphs ----


def _node_look(name: str, node: Node, words: tuple[str, str], down: bool) -> tuple[float, float, float, float]:
    """Return width and height of a node with its operation, and those of the operation's sign alone."""
    lines = [
        (name, TEXT, _is_bold(node)),
        *(
            (f"{word} {written(v)}", SMALL, False)
            for v, word in zip((node.value, node.slope), words, strict=True)
            if v is not None
        ),
    ]
    wide = max(measure(*line)[0] for line in lines) + 0.22
    high = sum(measure(*line)[1] for line in lines) + 0.16
    if not node.operation:
        return wide, high, 0.0, 0.0
    sign = max(0.27, _box_size(node.operation)[0]), max(0.27, _box_size(node.operation)[1])
    if down:
        return max(wide, sign[0]), high + sign[1] + 0.1, *sign
    return wide + sign[0] + 0.1, max(high, sign[1]), *sign


def _is_bold(node: Node) -> bool:
    """Say whether a node's name is a heading, above numbers."""
    return node.value is not None or node.slope is not None


def _draw_node(
    drawing: Drawing,
    name: str,
    node: Node,
    look: tuple[float, float, float, float],
    place: tuple[float, float],
    words: tuple[str, str],
    down: bool,
) -> None:
    """Draw a node around its place: the sign of its operation, then a box with name, value and slope."""
    wide, high, sign_wide, sign_high = look
    x, y = place
    left, right, bottom, top = x - wide / 2, x + wide / 2, y - high / 2, y + high / 2
    if node.operation:
        if down:
            sign = drawing.box(
                x,
                top - sign_high / 2,
                node.operation,
                width=sign_wide,
                height=sign_high,
                fill=TINTS[5],
                name=(name, "operation"),
            )
            top -= sign_high + 0.1
            drawing.line([sign.bottom, (x, top)])
        else:
            sign = drawing.box(
                left + sign_wide / 2,
                y,
                node.operation,
                width=sign_wide,
                height=sign_high,
                fill=TINTS[5],
                name=(name, "operation"),
            )
            left += sign_wide + 0.1
            drawing.line([sign.right, (left, y)])
    lines = [(name, TEXT, "black", _is_bold(node))]
    if node.value is not None:
        lines.append((f"{words[0]} {written(node.value)}", SMALL, plots.COLORS[0], False))
    if node.slope is not None:
        lines.append((f"{words[1]} {written(node.slope)}", SMALL, SLOPE, False))
    box = drawing.box(
        (left + right) / 2,
        (bottom + top) / 2,
        width=right - left,
        height=top - bottom,
        fill=SHADED if node.marked else "white",
        name=name,
    )
    drawing.boxes[name] = replace(box, text=name)
    line = top - 0.08
    for text, size, color, bold in lines:
        drawing.text(box.x, line, text, side="below", size=size, color=color, bold=bold)
        line -= measure(text, size, bold)[1]


def _draw_link(
    drawing: Drawing,
    way: Sequence[tuple[float, float]],
    looks: Sequence[tuple[float, float, float, float]],
    label: str,
    down: bool,
    aside: float,
) -> None:
    """Draw an edge of a graph from the end of one node to the start of another, so far off the middle of both."""
    (x1, y1), (x2, y2) = way[0], way[-1]
    if down:
        start, end = (x1 + aside, y1 - looks[0][1] / 2), (x2 + aside, y2 + looks[1][1] / 2)
    else:
        start, end = (x1 + looks[0][0] / 2, y1 + aside), (x2 - looks[1][0] / 2, y2 + aside)
    points = [start, *way[1:-1], end]
    drawing.curve(points, down=down)
    if label:
        (x1, y1), (x2, y2) = points[0], points[1]
        drawing.text((x1 + x2) / 2, (y1 + y2) / 2 + aside, label, color=SLOPE, ground=True)


def _graph_in_words(nodes: Mapping[str, Node], links: Sequence[tuple[str, str, str]], words: tuple[str, str]) -> str:
    """Return a graph as sentences: each node with what leads to it, its value and its slope."""
    said = []
    for name, node in nodes.items():
        text = one_line(name)
        sources = [f"{one_line(start)}{f' ({label})' if label else ''}" for start, end, label in links if end == name]
        if sources:
            text += f" from {' and '.join(sources)}" + (f" by {node.operation}" if node.operation else "")
        for word, value in zip(words, (node.value, node.slope), strict=True):
            text += f", {word} {written(value)}" if value is not None else ""
        said.append(text)
    return f"A graph of {_many(len(nodes), 'node')}: {'; '.join(said)}."


# ---- Trees ----


def _box_size(text: object) -> tuple[float, float]:
    """Return width and height of a box around a text."""
    box = Drawing().box(0, 0, text)
    return box.width, box.height


def _branch_size(branch: Branch, down: bool) -> tuple[float, float]:
    """Return width and height of a branch's box and score together."""
    wide, high = _box_size(branch.text)
    score = measure(written(branch.score), SMALL)
    if not score[0]:
        return wide, high
    return (max(wide, score[0]), high + score[1] + 0.02) if down else (wide + score[0] + 0.08, max(high, score[1]))


def _branch_in_words(branch: Branch) -> str:
    """Return a branch and what grows from it in words."""
    text = one_line(branch.text)
    notes = [written(branch.score)] if written(branch.score) else []
    notes += [branch.kind] if branch.kind != "plain" else []
    if written(branch.edge):
        text = f"by {one_line(written(branch.edge))} {text}"
    text += f" ({', '.join(notes)})" if notes else ""
    if branch.children:
        text += " leads to [" + "; ".join(map(_branch_in_words, branch.children)) + "]"
    return text


# ---- Geometry ----


def _rectangle_texts(
    drawing: Drawing,
    corners: Mapping[str, Sequence[float]],
    shared: Sequence[float] | None,
    sides: bool,
    unit: str,
) -> None:
    """Write the names of rectangles in a corner that no other covers, and the lengths of their sides outside."""
    names = list(corners)
    for number, name in enumerate(names):
        box, color = drawing.boxes[name], plots.COLORS[number % len(plots.COLORS)]
        wide, high = measure(name, TEXT, True)
        spots = [
            (box.x + sx * (box.width / 2 - wide / 2 - 0.06), box.y + sy * (box.height / 2 - high / 2 - 0.04))
            for sx, sy in ((-1, 1), (1, 1), (-1, -1), (1, -1), (0, 0))
        ]

        def covered(spot: tuple[float, float], name: str = name, wide: float = wide, high: float = high) -> int:
            return sum(
                abs(spot[0] - other.x) < (other.width + wide) / 2 and abs(spot[1] - other.y) < (other.height + high) / 2
                for key, other in drawing.boxes.items()
                if key in corners and key != name
            )

        drawing.text(*min(spots, key=covered), name, size=TEXT, color=color, bold=True)
    if not sides:
        return
    for number, name in enumerate(names):
        box, color = drawing.boxes[name], plots.COLORS[number % len(plots.COLORS)]
        wide, high = (f"{written(corners[name][k + 2] - corners[name][k])}{unit}" for k in (0, 1))
        for text, spots in (
            (wide, ((box.x, box.top[1] + 0.02, "above"), (box.x, box.bottom[1] - 0.02, "below"))),
            (high, ((box.left[0] - 0.04, box.y, "left"), (box.right[0] + 0.04, box.y, "right"))),
        ):
            choices = [Text(x, y, text, SMALL, color, side) for x, y, side in spots]
            drawing.texts.append(min(choices, key=lambda choice: _in_the_way(choice, drawing, names)))
    if shared is not None and tuple(shared) not in {tuple(box) for box in corners.values()}:
        wide, high = (f"{written(shared[k + 2] - shared[k])}{unit}" for k in (0, 1))
        box = drawing.boxes["intersection"]
        text = f"{wide} × {high}"
        if measure(text, SMALL)[0] + 0.08 > box.width:
            text = f"{wide}\n× {high}"
        drawing.text(box.x, box.y, text)


def _in_the_way(text: Text, drawing: Drawing, names: Sequence[str]) -> int:
    """Return how many sides of rectangles and other texts a text would stand on."""
    left, bottom, right, top = extent(text)
    count = 0
    for box in (drawing.boxes[name] for name in names):
        within_x = left < box.right[0] and right > box.left[0]
        within_y = bottom < box.top[1] and top > box.bottom[1]
        count += within_y and sum(left < x < right for x in (box.left[0], box.right[0]))
        count += within_x and sum(bottom < y < top for y in (box.bottom[1], box.top[1]))
    for other in drawing.texts:
        x1, y1, x2, y2 = extent(other)
        count += left < x2 and x1 < right and bottom < y2 and y1 < top
    return count


def _rectangles_in_words(
    corners: Mapping[str, Sequence[float]],
    shared: Sequence[float] | None,
    hull: Sequence[float],
    shade: str | None,
    unit: str,
) -> str:
    """Return rectangles in words: each with its corners and sides, then what is shaded."""

    def said(box: Sequence[float]) -> str:
        x1, y1, x2, y2 = map(written, box)
        return (
            f"from ({x1}, {y1}) to ({x2}, {y2}), {written(box[2] - box[0])}{unit} wide and "
            f"{written(box[3] - box[1])}{unit} high"
        )

    text = "Rectangles: " + "; ".join(f"{name} {said(box)}" for name, box in corners.items()) + "."
    if shade == "intersection":
        text += f" Shaded: their intersection, {said(shared)}." if shared else " They have no intersection to shade."
    elif shade == "union":
        text += " Shaded: their union."
    elif shade == "hull":
        text += f" Shaded: their hull, {said(hull)}."
    return text
