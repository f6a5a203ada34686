"""Where the nodes of a graph without cycles and of a tree are placed, so that nothing overlaps and little crosses.

Sizes and places are numbers in any unit; nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise

import numpy as np

GAP = 0.22
"""The least distance between two nodes of a layer."""


def layered(
    sizes: Mapping[str, tuple[float, float]], links: Sequence[tuple[str, str, float]]
) -> tuple[dict[str, tuple[float, float]], dict[tuple[str, str], list[tuple[float, float]]]]:
    """Place a graph's nodes in layers, each after all that lead to it, with few crossings.

    The steps are those of Sugiyama, Tagawa and Toda (1981): layers; a point in each layer that a long edge passes; the
    order in a layer by the middle of the neighbors; places as near to them as the sizes allow.

    Args:
        sizes: of each node, (along, across) the direction in which the layers follow.
        links: (from, to, room): the edges, each with the room along it that its label needs.

    Returns:
        The centers of the nodes by name, (along, across), and by (from, to) the points through which an edge goes that
        passes other layers.

    Raises:
        ValueError: the edges form a cycle.
    """
    layer = _layers(list(sizes), links)
    rows: list[list[Hashable]] = [[] for _ in range(max(layer.values()) + 1)]
    for name, depth in layer.items():
        rows[depth].append(name)
    passed = {
        (start, end): [(start, end, depth) for depth in range(layer[start] + 1, layer[end])] for start, end, _ in links
    }
    for point in (point for points in passed.values() for point in points):
        rows[point[2]].append(point)
    before: dict[Hashable, list[Hashable]] = {item: [] for row in rows for item in row}
    after: dict[Hashable, list[Hashable]] = {item: [] for row in rows for item in row}
    for (start, end), points in passed.items():
        for one, other in pairwise([start, *points, end]):
            after[one].append(other)
            before[other].append(one)
    rows = _fewest_crossings(rows, before, after)
    spots = _spots(rows, before, after, {item: sizes[item][1] if item in sizes else GAP / 2 for item in before})
    rooms, thick = [0.0] * len(rows), [0.0] * len(rows)
    for start, _, room in links:
        rooms[layer[start]] = max(rooms[layer[start]], room)
    for (start, end), points in passed.items():  # a steep edge gets more room, so that it can be followed
        for one, other in pairwise([start, *points, end]):
            depth = one[2] if isinstance(one, tuple) else layer[one]
            rooms[depth] = max(rooms[depth], min(0.5, 0.25 * abs(spots[one] - spots[other])))
    for name, (along, _) in sizes.items():
        thick[layer[name]] = max(thick[layer[name]], along)
    middles, place = [], 0.0
    for width, room in zip(thick, rooms, strict=True):
        middles.append(place + width / 2)
        place += width + room + 0.35
    return (
        {name: (middles[layer[name]], spots[name]) for name in sizes},
        {
            ends: [(middles[p[2]] + side * thick[p[2]] / 2, spots[p]) for p in points for side in (-1, 1)]
            for ends, points in passed.items()
            if points
        },
    )


def _layers(names: Sequence[str], links: Sequence[tuple[str, str, float]]) -> dict[str, int]:
    """Return each node's layer: after all that lead to it, and no earlier than what it leads to asks."""
    layer, waiting = {}, list(names)
    while waiting:
        ready = [name for name in waiting if all(start in layer for start, end, _ in links if end == name)]
        if not ready:
            raise ValueError(f"the edges form a cycle among {', '.join(waiting)}; a graph here has none")
        for name in ready:
            layer[name] = 1 + max((layer[start] for start, end, _ in links if end == name), default=-1)
        waiting = [name for name in waiting if name not in layer]
    for name in names:  # an input stands right before what it leads to
        ends = [layer[end] for start, end, _ in links if start == name]
        if ends and not any(end == name for _, end, _ in links):
            layer[name] = min(ends) - 1
    return layer


def _fewest_crossings(
    rows: list[list[Hashable]], before: Mapping[Hashable, list], after: Mapping[Hashable, list]
) -> list[list[Hashable]]:
    """Order each layer by the middle of its neighbors, forth and back, and return the best order seen."""

    def crossings(rows: list[list[Hashable]]) -> int:
        total = 0
        for one, other in pairwise(rows):
            place = {item: number for number, item in enumerate(other)}
            ends = [(i, place[end]) for i, item in enumerate(one) for end in after[item]]
            total += sum(a < c and b > d for a, b in ends for c, d in ends)
        return total

    best, least = [list(row) for row in rows], crossings(rows)
    for sweep in range(12):
        forth = sweep % 2 == 0
        neighbors = before if forth else after
        rows = [list(row) for row in rows]
        for depth in range(1, len(rows)) if forth else range(len(rows) - 2, -1, -1):
            place = {item: number for number, item in enumerate(rows[depth - 1 if forth else depth + 1])}
            own = {item: number for number, item in enumerate(rows[depth])}
            rows[depth].sort(
                key=lambda item: (
                    np.mean([place[n] for n in neighbors[item]]) if neighbors[item] else own[item],
                    own[item],
                )
            )
        count = crossings(rows)
        if count < least:
            best, least = rows, count
    return best


def _spots(
    rows: list[list[Hashable]],
    before: Mapping[Hashable, list],
    after: Mapping[Hashable, list],
    sizes: Mapping[Hashable, float],
) -> dict[Hashable, float]:
    """Return where across its layer each node stands: near the middle of its neighbors, without touching another."""
    spot = {}
    for row in rows:
        place = 0.0
        for item in row:
            spot[item] = place + sizes[item] / 2
            place += sizes[item] + GAP
        for item in row:
            spot[item] -= (place - GAP) / 2
    for sweep in range(25):
        order = rows if sweep % 2 == 0 else rows[::-1]
        for row in order:
            wanted = []
            for item in row:
                near = [*before[item], *after[item]] if sweep > 3 else (before if sweep % 2 == 0 else after)[item]
                wanted.append(float(np.mean([spot[n] for n in near])) if near else spot[item])
            gaps = [(sizes[one] + sizes[other]) / 2 + GAP for one, other in pairwise(row)]
            spot.update(zip(row, _apart(wanted, gaps), strict=True))
    return spot


def _apart(wanted: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Return the places nearest to those wanted (least squares) that keep their order and these gaps at least."""
    offsets = np.concatenate([[0.0], np.cumsum(gaps)])
    groups: list[list[float]] = []  # (sum, count) of neighbors that move together
    for value in np.asarray(wanted, float) - offsets:
        groups.append([value, 1])
        while len(groups) > 1 and groups[-2][0] / groups[-2][1] >= groups[-1][0] / groups[-1][1]:
            total, count = groups.pop()
            groups[-1][0] += total
            groups[-1][1] += count
    levels = [total / count for total, count in groups for _ in range(int(count))]
    return [float(place) for place in np.array(levels) + offsets]


def tree(sizes: Mapping[tuple[int, ...], float], gap: float) -> dict[tuple[int, ...], float]:
    """Return where across a tree each node stands: a parent at the middle of its children, subtrees apart.

    Args:
        sizes: of each node across the tree, by its path: () the root, (0,) its first child, (0, 2) that one's third.
        gap: the least distance between two neighbors.
    """
    children: dict[tuple[int, ...], list[tuple[int, ...]]] = {path: [] for path in sizes}
    for path in sorted(sizes):
        if path:
            children[path[:-1]].append(path)
    below, whole = {}, {}
    for path in sorted(sizes, key=len, reverse=True):
        below[path] = sum(whole[child] for child in children[path]) + gap * max(0, len(children[path]) - 1)
        whole[path] = max(sizes[path], below[path])
    spots: dict[tuple[int, ...], float] = {}

    def place(path: tuple[int, ...], start: float) -> None:
        at = start + (whole[path] - below[path]) / 2
        for child in children[path]:
            place(child, at)
            at += whole[child] + gap
        ends = [spots[child] for child in (children[path][:1] + children[path][-1:])]
        spots[path] = sum(ends) / 2 if ends else start + whole[path] / 2

    place((), 0.0)
    return spots
