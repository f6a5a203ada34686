"""Experiments: a function that draws, sliders that call it, and its main positions drawn once for the printed page.

The live part is made of ipywidgets that write a new image into an HTML widget. The static part is an ordinary figure,
so that a page without a running kernel says the same.
"""

from __future__ import annotations

import html
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import ipywidgets
import numpy as np
import traitlets
from IPython.display import display
from matplotlib.figure import Figure

from utils import plots

try:
    import anywidget
except ImportError:  # then JupyterLab takes the keys of a list
    anywidget = None

LIVE_TEXT = "(run this cell in Jupyter to move the controls: {names})"


@dataclass(frozen=True)
class Slider:
    """A number between two limits. Whole limits and step give integers, anything else gives floats."""

    low: float
    high: float
    step: float = 1
    value: float | None = None
    label: str | None = None

    def widget(self, name: str) -> ipywidgets.Widget:
        """Make the widget; raises ValueError if the limits, step or value do not fit each other."""
        value = self.low if self.value is None else self.value
        if not self.low < self.high or self.step <= 0 or not self.low <= value <= self.high:
            raise ValueError(f"slider {name!r}: needs low < high, step > 0 and a value between, not {self}")
        whole = all(isinstance(number, Integral) for number in (self.low, self.high, self.step, value))
        kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
        return kind(
            value=value,
            min=self.low,
            max=self.high,
            step=self.step,
            description=self.label or name,
            continuous_update=False,
            **_WIDE,
        )


@dataclass(frozen=True)
class Choice:
    """One of several values, chosen from a list: of numbers, strings, tuples, lists, or whatever can be compared."""

    options: Sequence[Any]
    value: Any = None
    label: str | None = None

    def widget(self, name: str) -> ipywidgets.Widget:
        """Make the widget; raises ValueError if there is no option or the value is not one of them."""
        options = list(self.options)
        if not options or (self.value is not None and self.value not in options):
            raise ValueError(f"choice {name!r}: needs options and a value that is one of them, not {self}")
        chosen = 0 if self.value is None else options.index(self.value)
        # Named one by one, since of options that are pairs Dropdown would take the first half for a name.
        named = [(str(one), one) for one in options]
        return ipywidgets.Dropdown(options=named, index=chosen, description=self.label or name, **_WIDE)


@dataclass(frozen=True)
class Toggle:
    """Yes or no."""

    value: bool = False
    label: str | None = None

    def widget(self, name: str) -> ipywidgets.Widget:
        """Make the widget."""
        return ipywidgets.Checkbox(value=self.value, description=self.label or name, **_WIDE)


@dataclass(frozen=True)
class Scrub:
    """A step from `first` to `last`, as a slider with a play button."""

    first: int
    last: int
    value: int | None = None
    label: str | None = None
    milliseconds: int = 400

    def widget(self, name: str) -> ipywidgets.Widget:
        """Make the slider; raises ValueError as `Slider` does."""
        return Slider(self.first, self.last, 1, self.value, self.label).widget(name)

    def play_button(self, slider: ipywidgets.Widget) -> ipywidgets.Widget:
        """Make the play button that moves the slider."""
        play = ipywidgets.Play(
            value=slider.value, min=self.first, max=self.last, interval=self.milliseconds, show_repeat=False
        )
        ipywidgets.jslink((play, "value"), (slider, "value"))
        return play


@dataclass(frozen=True)
class Number:
    """A whole number to type, between two limits."""

    low: int
    high: int
    value: int | None = None
    label: str | None = None

    def widget(self, name: str) -> ipywidgets.Widget:
        """Make the widget; raises ValueError if the limits or value are not whole or do not fit each other."""
        value = self.low if self.value is None else self.value
        whole = all(isinstance(number, Integral) for number in (self.low, self.high, value))
        if not whole or not self.low < self.high or not self.low <= value <= self.high:
            raise ValueError(f"number {name!r}: needs whole numbers, low < high and a value between, not {self}")
        return ipywidgets.BoundedIntText(
            value=value, min=self.low, max=self.high, description=self.label or name, continuous_update=False, **_WIDE
        )


@dataclass(frozen=True)
class Matrix:
    """A grid of numbers, each in a box of its own: the weights of a small kernel, say. Gives a float array."""

    value: Any
    low: float = -100
    high: float = 100
    step: float = 0.5
    label: str | None = None

    def widget(self, name: str) -> ipywidgets.Widget:
        """Make the widget; raises ValueError if the value is not a small matrix of numbers between the limits."""
        start = np.asarray(self.value, float)
        if start.ndim != 2 or not 1 <= start.size <= 64:
            raise ValueError(f"matrix {name!r}: needs rows and columns of at most 64 numbers, not {start.shape}")
        if not (self.step > 0 and self.low <= start.min() and start.max() <= self.high):
            raise ValueError(f"matrix {name!r}: needs step > 0 and numbers from {self.low} to {self.high}, not {self}")
        return _Grid(start, self.low, self.high, self.step, self.label or name)


class _Grid(ipywidgets.VBox):
    """Number boxes in rows and columns; `value` is a new float array at every change."""

    value = traitlets.Any()

    def __init__(self, start: np.ndarray, low: float, high: float, step: float, description: str):
        self.description = description
        layout = ipywidgets.Layout(width="5em", margin="1px")
        self._boxes = [
            [ipywidgets.BoundedFloatText(value=one, min=low, max=high, step=step, layout=layout) for one in row]
            for row in start
        ]
        self._at_work = False
        super().__init__([ipywidgets.Label(description), *(ipywidgets.HBox(row) for row in self._boxes)])
        self.value = start.copy()
        for row in self._boxes:
            for box in row:
                box.observe(self._read, names="value")
        self.observe(self._write, names="value")

    def _read(self, change) -> None:
        if not self._at_work:
            self.value = np.array([[box.value for box in row] for row in self._boxes], float)

    def _write(self, change) -> None:
        """Put a new value into the boxes; each clips it to the limits."""
        self._at_work = True
        try:
            for row, numbers in zip(self._boxes, np.asarray(self.value, float), strict=True):
                for box, number in zip(row, numbers, strict=True):
                    box.value = number
        finally:
            self._at_work = False


_KEYS_JS = """
function own(event) {
  const modified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
  if (!modified && event.key !== "Escape") event.stopPropagation();
}

function render({ el }) {
  el.style.display = "none";
  let row = null;
  const timer = setInterval(() => {
    row = el.closest(".widget-hbox");
    if (!row) return; // not in the page yet
    clearInterval(timer);
    row.addEventListener("keydown", own);
  }, 50);
  return () => {
    clearInterval(timer);
    row?.removeEventListener("keydown", own);
  };
}

export default { render };
"""

if anywidget:

    class _Keys(anywidget.AnyWidget):
        """Keeps the keys of its row from JupyterLab, for which an arrow on a list means the next cell of the notebook.

        See https://github.com/jupyter-widgets/ipywidgets/issues/3912.
        """

        _esm = _KEYS_JS


_WIDE = {"style": {"description_width": "12em"}, "layout": ipywidgets.Layout(width="35em")}

Control = Slider | Choice | Toggle | Scrub | Number | Matrix
Draw = Callable[..., dict[str, Any]]


class Experiment:
    """What `experiment` returns.

    Attributes:
        data: what `draw` returned for each of the static positions, in order: the plotted data, to assert on.
        controls: the widgets by name; setting a value redraws, as moving a slider does.
        picture: the HTML widget that holds the live image.
    """

    def __init__(self, draw: Draw, controls: Mapping[str, Control], title: str):
        self.title = title
        self.data: list[dict[str, Any]] = []
        self._draw = draw
        self.controls = {name: control.widget(name) for name, control in controls.items()}
        self.picture = ipywidgets.HTML()
        rows = []
        for name, control in controls.items():
            widget = self.controls[name]
            extra = [control.play_button(widget)] if isinstance(control, Scrub) else []
            extra += [_Keys()] if anywidget and isinstance(control, Choice) else []
            rows.append(ipywidgets.HBox([widget, *extra]))
            widget.observe(lambda change: self.redraw(), names="value")
        self.box = ipywidgets.VBox([*rows, self.picture])

    @property
    def values(self) -> dict[str, Any]:
        """The values that the controls stand at."""
        return {name: widget.value for name, widget in self.controls.items()}

    def redraw(self) -> None:
        """Draw the live image for the values that the controls stand at. An error is shown in its place."""
        values = self.values
        try:
            drawn = Figure(figsize=(7.0, 3.6), layout="constrained")
            self._draw(drawn, **values)
            self.picture.value = plots.to_html(drawn, _sentence(self.title, values))
        except Exception:
            self.picture.value = f"<pre>{html.escape(traceback.format_exc(limit=-2))}</pre>"


def experiment(
    draw: Draw,
    controls: Mapping[str, Control],
    positions: Sequence[Mapping[str, Any]],
    alt: str,
    title: str,
    height: float = 3.2,
) -> Experiment:
    """Show an experiment: a static picture of its main positions, and below it the live one with its controls.

    Args:
        draw: `draw(figure, **values)` draws into an empty Matplotlib figure or sub-figure (`figure.subplots()`) and
            returns a dict of what it plotted. Called with one value per control; it should take under 0.3 seconds.
        controls: a `Slider`, `Choice`, `Toggle`, `Scrub`, `Number` or `Matrix` for each argument of `draw`.
        positions: the values of all controls for each panel of the static picture, one to four.
        alt: what the static picture shows, as a sentence.
        title: what the experiment is called.
        height: of the static picture, in inches.

    Returns:
        The experiment, whose `data` holds what was plotted in the static picture.

    Raises:
        ValueError: no control, no position or more than four, or a position that does not name exactly the controls.
    """
    if not controls:
        raise ValueError("an experiment needs at least one control")
    if not 1 <= len(positions) <= 4:
        raise ValueError(f"an experiment has one to four static positions, not {len(positions)}")
    for position in positions:
        if set(position) != set(controls):
            raise ValueError(f"a position names every control once, {sorted(controls)}, not {sorted(position)}")
    made = Experiment(draw, controls, title)
    static = Figure(figsize=(8.0, height), layout="constrained")
    panels = static.subfigures(1, len(positions), squeeze=False)[0]
    made.data = [draw(panel, **position) for panel, position in zip(panels, positions, strict=True)]
    plots.show(static, alt)
    made.redraw()
    names = ", ".join(control.label or name for name, control in controls.items())
    text = f"{title} {LIVE_TEXT.format(names=names)}"
    view = {"version_major": 2, "version_minor": 0, "model_id": made.box.model_id}
    display({"application/vnd.jupyter.widget-view+json": view, "text/plain": text}, raw=True)
    return made


def _sentence(title: str, values: Mapping[str, Any]) -> str:
    """Return alt text for a live image: the title and where the controls stand."""
    return f"{title}, drawn for " + ", ".join(f"{name} = {_text(value)}" for name, value in values.items())


def _text(value: Any) -> str:
    """Return a control's value as it is read: 0.15 where a slider's steps add up to 0.15000000000000002."""
    if isinstance(value, np.ndarray):
        return str(value.tolist())
    return f"{value:.10g}" if isinstance(value, float) else str(value)
