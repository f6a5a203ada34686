"""Small tables of results, shown as HTML in a page and as text elsewhere, and how a measured number is written.

A number that may differ between runs, machines or backends carries a leading `≈`. The text form of a table is not
padded: its width would change with the digits of such a number.
"""

from __future__ import annotations

import html
import math
import numbers
from collections.abc import Sequence
from statistics import median

from IPython.display import display

APPROXIMATELY = "≈"


class Table:
    """A table with one header row; displays itself as HTML and as plain text.

    Args:
        header: the names of the columns, at least one.
        rows: one sequence per row, as long as the header; a cell is a string or an integer. A float is refused,
            since it says neither how many of its digits are meant nor whether they can be trusted: use `measured`
            or format it.
        caption: an optional sentence above the table.

    Raises:
        ValueError: no column, a row of another length, or a cell that is neither string nor integer.
    """

    def __init__(self, header: Sequence[str], rows: Sequence[Sequence[str | int]], caption: str | None = None):
        self.header = [str(name) for name in header]
        if not self.header:
            raise ValueError("a table needs at least one column; the header is empty")
        self.rows = [list(row) for row in rows]
        self.caption = caption
        for number, row in enumerate(self.rows):
            if len(row) != len(self.header):
                raise ValueError(f"row {number} has {len(row)} cells, the header has {len(self.header)}")
            for cell in row:
                if not isinstance(cell, (str, numbers.Integral)):
                    raise ValueError(
                        f"row {number}: a cell is a string or an integer, not {cell!r}; "
                        "write a measured number with tables.measured(number, '.3f')"
                    )

    def __repr__(self) -> str:
        lines = [self.caption] if self.caption else []
        lines += [" | ".join(str(cell) for cell in row) for row in [self.header, *self.rows]]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        caption = f"<caption>{html.escape(self.caption)}</caption>" if self.caption else ""
        sides = ["right" if all(map(_is_number, column)) else "left" for column in zip(*self.rows, strict=True)]
        head = "".join(
            _html_cell("th", name, side)
            for name, side in zip(self.header, sides or ["left"] * len(self.header), strict=True)
        )
        body = "".join(
            f"<tr>{''.join(_html_cell('td', cell, 'right' if _is_number(cell) else 'left') for cell in row)}</tr>"
            for row in self.rows
        )
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def show(header: Sequence[str], rows: Sequence[Sequence[str | int]], caption: str | None = None) -> None:
    """Display a `Table`. Arguments and errors are those of `Table`."""
    display(Table(header, rows, caption))


def measured(number: float, spec: str = ".3f") -> str:
    """Write a measured number: `measured(0.98321, ".3f")` is "≈0.983".

    Args:
        number: any real number.
        spec: a format specification of Python for it.
    """
    return f"{APPROXIMATELY}{number:{spec}}"


def spread(values: Sequence[float], spec: str = ".3f") -> str:
    """Write the median and the range of repeated measurements: "≈0.812 (≈0.790 to ≈0.834)".

    The order of the values does not matter. If one of them is NaN, so are all three.

    Raises:
        ValueError: there are no values.
    """
    values = sorted((float(value) for value in values), key=lambda value: (value, math.copysign(1, value)))
    if not values:
        raise ValueError("a spread needs at least one value; none was given")
    if any(map(math.isnan, values)):
        values = [math.nan]
    low, middle, high = (measured(number, spec) for number in (values[0], median(values), values[-1]))
    return f"{middle} ({low} to {high})"


def _is_number(cell: str | int) -> bool:
    """Say whether a cell starts like a number, after a sign, "<" or ">" if any: those stand on the right."""
    return str(cell).lstrip(APPROXIMATELY + "<> −-+")[:1].isdigit()


def _html_cell(tag: str, cell: str | int, side: str) -> str:
    """Return one cell as HTML, aligned to the given side."""
    return f'<{tag} style="text-align:{side}">{html.escape(str(cell))}</{tag}>'
