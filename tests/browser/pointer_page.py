"""A page that has one of each experiment of utils.pointer, for test_pointer.py."""

import nbformat

SOURCE = """\
import numpy as np

from utils import pointer


def draw_boxes(figure, red, blue):
    figure.text(0.1, 0.5, f"red {red} blue {blue}")
    return {}


boxes = pointer.dragging(
    draw_boxes,
    boxes={"red": (10, 10, 40, 40), "blue": (50, 50, 80, 90)},
    size=(100, 100),
    positions=[{"red": (10, 10, 40, 40), "blue": (50, 50, 80, 90)}],
    alt="two boxes that stand where they stand",
    title="Boxes",
)


def draw_pixels(figure, pixels):
    figure.subplots().imshow(pixels)
    return {}


pad = pointer.drawing(
    draw_pixels, shape=(28, 28), examples=[np.eye(28)], alt="a line from corner to corner", title="Pad"
)
"""
REPORT = 'print(*(round(x) for x in boxes.boxes["red"]), "ink", round(float(pad.pixels.sum())))'


def write(path):
    """Write the page: one cell that shows the experiments, one that says what Python knows of them."""
    cells = [nbformat.v4.new_code_cell(SOURCE), nbformat.v4.new_code_cell(REPORT)]
    page = nbformat.v4.new_notebook(cells=cells)
    page.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(page, path)
