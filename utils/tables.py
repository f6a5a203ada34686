"""Small tables of results, shown as HTML in a page and as text elsewhere, and how a measured number is written.

A number that may differ between runs, machines or backends carries a leading `≈`. The text form of a table is not
padded: its width would change with the digits of such a number.
"""

from __future__ import annotations

import html
import math
import numbers
from collections.abc import Mapping, Sequence
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


def runs(
    results: Mapping[str, Sequence[float] | Mapping[str, Sequence[float] | None] | None],
    measure: str = "value",
    *,
    head: str = "",
    spec: str = ".3f",
    better: str | None = None,
    against: str | None = None,
    caption: str | None = None,
) -> Table:
    """Return a table of repeated runs: a row for each thing that was tried, with the median and the range of its runs.

    Median and range stand in columns of their own, so that the medians can be read down the page. (Lessons 04, 10, 15
    and 17: remedies, readers, codes and networks, each with the numbers of its runs.)

    Args:
        results: by name, the numbers of its runs; or, for several measures, by name and by measure. None, or NaN in
            every run, means that there is no such number, and is written "–".
        measure: what is measured, for the head of the columns; with several measures, their own names are used.
        head: the head of the first column.
        spec: a format specification for all numbers.
        better: "more" or "less" puts the best median of the (first) measure at the top; without it the order stays as
            given. The order of rows is a claim: where another seed could change it, leave it as it is.
        against: the name of a row; then the change against it, run by run, is given by its median, and in how many runs
            it is an improvement, if `better` says what that is.
        caption: a sentence above the table; the number of runs, if they are as many everywhere and none is given.

    Returns:
        The table, for `display` or as the last expression of a cell.

    Raises:
        ValueError: no results, a row without runs, a NaN among numbers, measures that differ from row to row, another
            word for `better`, an unknown name for `against`, or a comparison of rows with other numbers of runs.
    """
    if not results or better not in (None, "more", "less") or (against is not None and against not in results):
        raise ValueError(
            f"runs of at least one thing, better is more, less or None, and against is one of {list(results)}; "
            f"not {better=}, {against=}"
        )
    given = {name: row if isinstance(row, Mapping) else {measure: row} for name, row in results.items()}
    measures = list(next(iter(given.values())))
    rows = {}
    for name, row in given.items():
        if list(row) != measures:
            raise ValueError(f"each row has the measures {measures}, but {name!r} has {list(row)}")
        rows[name] = {key: _numbers(name, values) for key, values in row.items()}
    if better:
        sign = -1 if better == "more" else 1

        def place(name: str) -> tuple[bool, float]:
            values = rows[name][measures[0]]
            return values is None, sign * median(values) if values else 0.0

        rows = {name: rows[name] for name in sorted(rows, key=place)}
    header = [head]
    for key in measures:
        header += [f"{key}, median", "range"]
        header += [f"change against {against}"] if against is not None else []
        header += ["better in"] if against is not None and better else []
    body = []
    for name, row in rows.items():
        cells: list[str | int] = [name]
        for key, values in row.items():
            cells += _median_and_range(values, spec)
            if against is not None:
                cells += _compared(name, values, rows[against][key] if name != against else None, spec, better)
        body.append(cells)
    counts = {len(values) for row in rows.values() for values in row.values() if values}
    if caption is None and len(counts) == 1:
        caption = f"Median and range of {counts.pop()} runs."
    return Table(header, body, caption)


def _numbers(name: str, values: Sequence[float] | None) -> list[float] | None:
    """Return a row's runs as floats, or None if there is no such number."""
    if values is None:
        return None
    values = [float(value) for value in values]
    missing = [math.isnan(value) for value in values]
    if not values or (any(missing) and not all(missing)):
        raise ValueError(f"{name!r} has no run, or a NaN among its runs: {values}")
    return None if all(missing) else values


def _median_and_range(values: list[float] | None, spec: str) -> list[str]:
    """Return the cells of median and range."""
    if values is None:
        return ["–", "–"]
    return [measured(median(values), spec), f"{measured(min(values), spec)} to {measured(max(values), spec)}"]


def _compared(
    name: str, values: list[float] | None, others: list[float] | None, spec: str, better: str | None
) -> list[str]:
    """Return the cells of a comparison run by run: the median change, and in how many runs it is for the better."""
    if values is None or others is None:
        return ["–"] * (2 if better else 1)
    if len(values) != len(others):
        raise ValueError(f"{name!r} has {len(values)} runs and is compared run by run with {len(others)}")
    changes = [value - other for value, other in zip(values, others, strict=True)]
    signed = spec if spec.startswith(("+", "-", " ")) else f"+{spec}"
    cells = [measured(median(changes), signed)]
    if better:
        won = sum(change > 0 if better == "more" else change < 0 for change in changes)
        cells.append(f"{measured(won, 'd')} of {len(changes)}")
    return cells


def _is_number(cell: str | int) -> bool:
    """Say whether a cell starts like a number, after a sign, "<" or ">" if any: those stand on the right."""
    return str(cell).lstrip(APPROXIMATELY + "<> −-+")[:1].isdigit()


def _html_cell(tag: str, cell: str | int, side: str) -> str:
    """Return one cell as HTML, aligned to the given side."""
    return f'<{tag} style="text-align:{side}">{html.escape(str(cell))}</{tag}>'
