"""Progress that is live while something runs and leaves one short line behind, the same on every run.

The line is rewritten with a carriage return. It holds counts alone, no times, so that the outputs of a lesson can be
compared character for character.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from utils import runtime

Item = TypeVar("Item")

SECONDS_BETWEEN_UPDATES = 0.2


class Progress:
    """A line `label: done of total unit` that is rewritten while work goes on.

    Args:
        label: what is being done.
        total: the number of steps, at least 0.
        unit: the name of a step in the plural, or nothing.

    Raises:
        ValueError: the label is empty or has a line break, or the total is negative.
    """

    def __init__(self, label: str, total: int, unit: str = ""):
        if not label or "\n" in label or "\r" in label:
            raise ValueError(f"a label is one line of text that is not empty, not {label!r}")
        if total < 0:
            raise ValueError(f"the number of steps is 0 or more, not {total}")
        self.label, self.total, self.unit = label, total, f" {unit}" if unit else ""
        self.done = 0
        self._last_update = float("-inf")

    def step(self) -> None:
        """Count one step, and rewrite the line if the last time is long enough ago."""
        self.done += 1
        now = time.monotonic()
        if now - self._last_update >= SECONDS_BETWEEN_UPDATES:
            self._last_update = now
            self._write(f"\r{self.label}: {self.done} of {self.total}{self.unit}")

    def close(self, text: str | None = None) -> None:
        """Leave the final line behind: `text` after the label, else the count."""
        self._write(f"\r{self.label}: {text or f'{self.done} of {self.total}{self.unit}'}\n")

    @staticmethod
    def _write(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


def track(items: Iterable[Item], label: str, total: int | None = None) -> Iterator[Item]:
    """Yield the items, showing how many are done; leaves the line `label: 20 of 20`.

    If the loop is left early, by `break` or an exception, the line says how far it came.

    Args:
        items: anything to loop over.
        label: what is being done.
        total: how many items there are, for an iterable without a length.

    Raises:
        ValueError: `items` has no length and no total is given, or the label is not one line.
    """
    if total is None:
        try:
            total = len(items)
        except TypeError:
            raise ValueError("these items have no length: give track(…, total=…)") from None
    return _tracked(items, Progress(label, total))


def repeat(function: Callable[[int], object], count: int, label: str) -> list | dict:
    """Do something for several seeds, one after another, and return what came out of each.

    For trainings that cannot stand side by side, baselines, and other repeated trials (lessons 04, 10, 15, 17). The
    seeds are `runtime.seeds(count)`, and before each call everything is seeded with its own; leaves the line
    `label: 5 of 5`.

    Args:
        function: called with the seed.
        count: how many seeds.
        label: what is being done.

    Returns:
        The results in a list; if each is a mapping with the same keys, a dictionary of lists, as `tables.runs` and
        `plots.dots` take it.

    Raises:
        ValueError: the count is not an integer from 1 to 1,000, the label is not one line, or one result is a mapping
            and another is not or has other keys.
    """
    results = []
    for seed in track(runtime.seeds(count), label):
        runtime.reseed(seed)
        results.append(function(seed))
    if not any(isinstance(one, Mapping) for one in results):
        return results
    keys = list(results[0]) if isinstance(results[0], Mapping) else None
    for one in results:
        if not isinstance(one, Mapping) or set(one) != set(keys or one):
            raise ValueError(f"each run gives a mapping with the keys {keys}, or none does; here one gave {one!r:.80}")
    return {key: [one[key] for one in results] for key in keys}


def _tracked(items: Iterable[Item], progress: Progress) -> Iterator[Item]:
    """The generator behind `track`, apart so that `track` checks its arguments when it is called."""
    try:
        for item in items:
            yield item
            progress.step()
    finally:
        progress.close()
