"""Tests of utils.diagrams: what is drawn stands apart, is legible, and is said in words."""

import math
from itertools import combinations

import matplotlib
import numpy as np
import pytest

from utils import diagrams, plots
from utils import drawing as drawing_module
from utils.diagrams import Block, Branch, Node


@pytest.fixture(autouse=True)
def style():
    plots.use_style()


def beams():
    return Branch(
        "<start>",
        [
            Branch(
                "the",
                [
                    Branch("cat", score="−1.1", edge=".6", kind="marked"),
                    Branch("dog", score=-1.9, edge=".3", kind="dropped"),
                ],
                score="−0.4",
            ),
            Branch("a", [Branch("rather long label", [Branch("end", kind="marked")], score="−1.6", edge=".5")]),
            Branch("an", score="−4.6", kind="dropped"),
        ],
    )


def full_tree(depth):
    return Branch(f"x{depth} < {depth / 7:.2f}?", [full_tree(depth - 1)] * 2) if depth else Branch("leaf", score=12)


def fan_out():
    nodes = {
        "x": Node(2.0, 9.0),
        "x²": Node(4.0, 1.0, "square"),
        "3x": Node(6, 1, "×3"),
        "y": Node(10, 1, "+"),
        "z": Node(20, 0.5, "×"),
        "loss": Node(30, 1, "+", marked=True),
    }
    links = [("x", "x²", "2x = 4"), ("x", "3x", "3"), ("x²", "y"), ("3x", "y"), ("y", "z"), ("x", "z"), ("z", "loss")]
    return nodes, [*links, ("x²", "loss")]


PICTURE = np.arange(9).reshape(3, 3)
LOOP = {"labels": ["", "", "", "no"], "decisions": ["any left?"], "back": [("any left?", "take the best", "yes")]}
STEPS = ["boxes, sorted\nby score", "take the best", "drop all with\nIoU > t", "any left?", "kept boxes"]
LENET = [
    Block(28, 28, 1, "picture"),
    Block(28, 28, 6, "C1", "conv\n5×5"),
    Block(14, 14, 6, "S2", "pool\n2×2"),
    Block(10, 10, 16, "C3", "conv\n5×5"),
    Block(5, 5, 16, "S4", "pool\n2×2"),
    Block(1, 1, 120, "F5", "dense"),
]
DRAWINGS = {
    "flow": lambda: diagrams.flow(
        ["data", "loss", "gradient", "optimizer\n(state)", "step"],
        labels=["x, y", "∂L/∂w", "", "Δw"],
        back=[("step", "loss", "next batch")],
        marked=["optimizer\n(state)"],
    ),
    "loop": lambda: diagrams.flow(STEPS, **LOOP),
    "loop down": lambda: diagrams.flow(STEPS, down=True, **LOOP),
    "one step": lambda: diagrams.flow(["step"], back=[("step", "step", "again")]),
    "state": lambda: diagrams.grid(
        [[0.5, -1.25, 3], [1, 2, 3]], rows=["momentum", "variance"], columns=["w₁", "w₂", "b"], title="Adam"
    ),
    "window": lambda: diagrams.window(
        PICTURE, [[19, 25], [37, np.nan]], (0, 1), (2, 2), kernel=np.arange(4).reshape(2, 2), sum_text="2 + 8 + 15 = 25"
    ),
    "padded": lambda: diagrams.window(PICTURE, np.zeros((3, 3)), (2, 2), (3, 3), padding=1),
    "channels": lambda: diagrams.channels(LENET),
    "graph": lambda: diagrams.graph(*fan_out()),
    "graph down": lambda: diagrams.graph(*fan_out(), down=True),
    "one node": lambda: diagrams.graph({"a": None}, []),
    "chart": lambda: diagrams.graph(
        dict.fromkeys(["stem", "1×1", "3×3", "5×5", "join"]),
        [(a, b) for a, b in [("stem", "1×1"), ("stem", "3×3"), ("stem", "5×5"), ("1×1", "join"), ("3×3", "join")]]
        + [("5×5", "join"), ("stem", "join")],
    ),
    "unrolled": lambda: diagrams.unrolled(
        ["t = 1", "t = 2", "…", "t = T"],
        cell="LSTM",
        states=["h₀ = 0", "h₁", "h₂", "", "h"],
        inputs=["the", "cat", "", "end"],
        outputs=["", "", "", "y"],
        marked=[3],
        folded=True,
    ),
    "bare loop": lambda: diagrams.unrolled(["t = 1", "t = 2"]),
    "tree": lambda: diagrams.tree(beams()),
    "tree down": lambda: diagrams.tree(beams(), down=True),
    "31 nodes": lambda: diagrams.tree(full_tree(4)),
    "one leaf": lambda: diagrams.tree(Branch("leaf"), down=True),
    "rectangles": lambda: diagrams.rectangles({"a": (0, 0, 4, 3), "b": (2, 1, 6, 5)}, shade="intersection"),
    "union": lambda: diagrams.rectangles({"a": (0, 0, 4, 3), "b": (2, 1, 6, 5)}, shade="union"),
    "hull": lambda: diagrams.rectangles({"a": (0, 0, 2, 2), "b": (3, 0, 5, 2)}, shade="hull"),
    "inside": lambda: diagrams.rectangles({"truth": (0, 0, 10, 10), "guess": (1, 1, 4, 3)}, unit=" px", shade="hull"),
    "joined": lambda: diagrams.join(
        [diagrams.grid([[1, 2]], title="x"), diagrams.flow(["f"]), diagrams.grid([[2, 4]])], ["in", None]
    ),
}


@pytest.fixture(params=DRAWINGS)
def drawing(request):
    return DRAWINGS[request.param]()


def written(ax):
    """The texts of an Axes that say something, with the pixels that they cover."""
    ax.figure.canvas.draw()
    return [(text, text.get_window_extent()) for text in ax.texts if text.get_text().strip()]


def overlap(one, other):
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return max(0, wide) * max(0, high)


def test_texts_are_legible_inside_the_figure_and_apart(drawing):
    drawn = drawing.figure()
    texts = written(drawn.axes[0])
    assert texts
    assert min(text.get_fontsize() for text, _ in texts) >= 8
    assert drawn.get_figwidth() <= 8 + 1e-9
    for text, place in texts:
        assert drawn.bbox.x0 <= place.x0 and place.x1 <= drawn.bbox.x1, f"{text.get_text()!r} is cut off"
        assert drawn.bbox.y0 <= place.y0 and place.y1 <= drawn.bbox.y1, f"{text.get_text()!r} is cut off"
    for (one, a), (other, b) in combinations(texts, 2):
        shared = overlap(a, b) / min(a.width * a.height, b.width * b.height)
        assert shared < 0.1, f"{one.get_text()!r} stands on {other.get_text()!r}"


def test_boxes_hold_their_texts_and_stand_apart(drawing):
    boxes = [
        (n, b) for n, b in drawing.boxes.items() if n != "grid" and not (isinstance(n, tuple) and n[:1] == ("part",))
    ]
    for text in drawing.texts:
        left, bottom, right, top = drawing_module.extent(text)
        for name, box in boxes:
            if (box.x, box.y) == (text.x, text.y) and text.side == "center" and text.text == box.text:
                assert right - left <= box.width + 1e-9 and top - bottom <= box.height + 1e-9, name
    names = ("intersection", "hull", "a", "b", "truth", "guess")
    for (one, a), (other, b) in combinations([(n, b) for n, b in boxes if n not in names], 2):
        wide = min(a.right[0], b.right[0]) - max(a.left[0], b.left[0])
        high = min(a.top[1], b.top[1]) - max(a.bottom[1], b.bottom[1])
        assert wide < 1e-6 or high < 1e-6, f"{one} and {other} overlap"


def test_every_drawing_has_alt_text_and_is_shown_with_it(drawing, monkeypatch):
    shown = []
    monkeypatch.setattr(plots, "show", lambda drawn, alt: shown.append(alt))
    drawing.show()
    drawing.show("The point.")
    assert shown == [drawing.alt, f"{drawing.alt} The point."]
    assert len(drawing.alt) >= 20 and "\n" not in drawing.alt and drawing.alt.endswith(".")
    for text in drawing.texts:
        for word in text.text.replace("×", " ").split():
            assert word.strip(",:∗=") in drawing.alt.replace("×", " "), f"{word!r} is drawn and not said"


def test_a_drawing_needs_no_pyplot_and_leaves_the_style_alone(drawing):
    before = dict(matplotlib.rcParams)
    drawing.figure()
    assert dict(matplotlib.rcParams) == before


# ---- Drawings by hand ----


def test_a_box_is_as_large_as_its_text_and_no_smaller_than_asked():
    drawing = diagrams.Drawing()
    short, long = drawing.box(0, 0, "a"), drawing.box(3, 0, "a much longer label")
    assert long.width > 3 * short.width and long.height == short.height
    two = drawing.box(0, 2, "one\ntwo")
    assert two.height > short.height
    large = drawing.box(0, 4, "a", width=2, height=1)
    assert (large.width, large.height) == (2, 1)
    assert drawing.box(9, 9, -1.5, name="n").text == "−1.5" and set(drawing.boxes) >= {"n", "a much longer label"}


def test_an_arrow_runs_from_edge_to_edge_and_is_said():
    drawing = diagrams.Drawing()
    a, b = drawing.box(0, 0, "a", width=1, height=0.5), drawing.box(3, 0, "b", width=1, height=0.5, diamond=True)
    drawing.arrow(a, b, "to")
    np.testing.assert_allclose(drawing.shapes[-1].points, [(0.5, 0), (2.5, 0)])
    drawing.arrow(a, b, via=[(0, 2), (3, 2)])
    np.testing.assert_allclose(drawing.shapes[-1].points, [(0, 0.25), (0, 2), (3, 2), (3, b.top[1])])
    drawing.arrow(b, a, bend=0.5)
    curve = drawing.shapes[-1].points
    assert curve[1][1] == pytest.approx(-1.0), "to the left of the way from b to a, twice as far as the middle"
    drawing.arrow(a, (5, 5), head=False)
    assert drawing.alt == "A drawing of boxes: a, b. a → b (to). a → b. b → a."


def test_a_diamond_is_left_at_its_slanted_sides():
    square = diagrams.Box(0, 0, 2, 2)
    diamond = diagrams.Box(0, 0, 2, 2, diamond=True)
    assert square.toward(5, 5) == (1, 1) and diamond.toward(5, 5) == (0.5, 0.5)
    assert square.toward(0, -9) == (0, -1) and square.toward(0, 0) == (0, 0)
    assert (square.left, square.right, square.top, square.bottom) == ((-1, 0), (1, 0), (0, 1), (0, -1))


def test_alt_text_can_be_replaced():
    drawing = diagrams.Drawing()
    drawing.arrow(drawing.box(0, 0, "a"), drawing.box(2, 0, "b"))
    drawing.alt = "Another sentence."
    drawing.arrow(drawing.boxes["b"], drawing.boxes["a"])
    assert drawing.alt == "Another sentence."


def test_a_drawing_added_to_another_moves_with_its_boxes():
    part = diagrams.flow(["f", "g"])
    whole = diagrams.Drawing()
    first, second = whole.add(part), whole.add(part, 1.0, -2.0)
    assert (second["f"].x - first["f"].x, second["f"].y - first["f"].y) == (1.0, -2.0)
    assert whole.boxes["f"] == first["f"], "the first of a name keeps it"
    assert whole.alt == f"{part.alt} {part.alt}"
    left, bottom, right, top = whole.bounds
    assert right - left == pytest.approx(part.size[0] + 1) and top - bottom == pytest.approx(part.size[1] + 2)


def test_lines_and_texts_by_hand():
    drawing = diagrams.Drawing()
    drawing.line([(0, 0), (1, 1)])
    drawing.line([(0, 0), (1, 1), (2, 0)], closed=True, fill=diagrams.SHADED)
    for side in ("center", "left", "right", "above", "below"):
        drawing.text(0.5, 0.5, side, side=side)
    assert drawing.size[0] == pytest.approx(2.16 + max(0, -min(drawing_module.extent(t)[0] for t in drawing.texts)))
    with pytest.raises(ValueError, match="not 'over'"):
        drawing.text(0, 0, "a", side="over")
    with pytest.raises(ValueError, match="two points at least, not 1"):
        drawing.line([(0, 0)])
    with pytest.raises(ValueError, match="the drawing is empty"):
        _ = diagrams.Drawing().size


def test_a_drawing_is_a_panel_among_others():
    drawn, axes = plots.figure(columns=2, height=3)
    axes[0].plot([0, 1], [0, 1])
    drawing = DRAWINGS["hull"]()
    drawing.draw(axes[1])
    texts = written(axes[1])
    assert not axes[1].axison and {text.get_fontsize() for text, _ in texts} <= {9, 10}
    half = drawn.bbox.width / 2
    assert all(place.x0 >= half - 1 for _, place in texts)


def test_a_drawing_is_refused_where_it_would_be_illegible():
    axes = plots.figure(columns=4, height=2)[1]
    with pytest.raises(ValueError, match="smaller than 8 points"):
        DRAWINGS["31 nodes"]().draw(axes[0])
    with pytest.raises(ValueError, match="smaller than 8 points"):
        diagrams.flow([f"a rather long step {n}" for n in range(9)]).figure()
    wide = diagrams.flow([f"step {n}" for n in range(9)])
    assert 8 < wide.size[0] < 10
    assert wide.figure().get_figwidth() == 8


# ---- What each function promises ----


def test_numbers_are_written_short_with_a_true_minus_sign():
    cases = {-1.25: "−1.25", 3: "3", 1 / 3: "0.3333", 12345.6: "1.235e+04", "≈0.98": "≈0.98", math.nan: "", None: ""}
    for value, text in [*cases.items(), (np.int64(-4), "−4"), (np.float32(0.5), "0.5"), (True, "True")]:
        assert drawing_module.written(value) == text


def test_a_flow_is_said_with_its_way_back():
    assert DRAWINGS["loop"]().alt == (
        "Steps: boxes, sorted by score → take the best → drop all with IoU > t → any left? (no) → kept boxes. "
        "An arrow (yes) leads back from any left? to take the best."
    )
    boxes = DRAWINGS["loop"]().boxes
    assert [boxes[step].x for step in STEPS] == sorted(boxes[step].x for step in STEPS)
    assert boxes["any left?"].diamond and not boxes["kept boxes"].diamond
    down = DRAWINGS["loop down"]().boxes
    assert [-down[step].y for step in STEPS] == sorted(-down[step].y for step in STEPS)


def test_a_grid_is_read_by_rows():
    drawing = diagrams.grid([[1, None], [0.5, "b"]], columns=["u", "v"], shaded=[(1, 0)], fills={(0, 1): "red"})
    assert drawing.alt == "A grid of 2 rows and 2 columns, columns u, v; 1 empty; 0.5 b. Shaded: row 1, column 0."
    assert drawing.boxes[0, 0].left[0] == drawing.boxes["grid"].left[0] == 0
    assert drawing.boxes[0, 0].top[1] == drawing.boxes["grid"].top[1] == 0
    assert drawing.boxes[1, 0].y < drawing.boxes[0, 0].y
    fills = [shape.fill for shape in drawing.shapes[:4]]
    assert fills == ["white", "red", diagrams.SHADED, "white"]
    assert diagrams.grid(np.zeros((9, 9))).alt == "A grid of 9 rows and 9 columns."


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("padding", [0, 1])
def test_the_window_shades_what_a_convolution_multiplies(stride, dilation, padding):
    rng = np.random.default_rng(0)
    image = rng.integers(1, 9, (7, 8))
    padded = np.pad(image, padding)
    rows, columns = ((n - dilation * (k - 1) - 1) // stride + 1 for n, k in zip(padded.shape, (2, 3), strict=True))
    at = (rows - 1, columns - 1)
    drawing = diagrams.window(
        image, np.full((rows, columns), np.nan), at, (2, 3), stride=stride, dilation=dilation, padding=padding
    )
    held = [padded[at[0] * stride + i * dilation, at[1] * stride + j * dilation] for i in range(2) for j in range(3)]
    assert f"The shaded window holds {', '.join(map(str, held))}; it gives row {at[0]}, column {at[1]}" in drawing.alt
    shaded = [s for s in drawing.shapes if s.fill == diagrams.SHADED]
    assert len(shaded) == 7, "six cells of the input and one of the output"
    centers = {tuple(np.round(s.points[:4].mean(axis=0), 6)) for s in shaded}
    for i in range(2):
        for j in range(3):
            place = (at[0] * stride + i * dilation - padding, at[1] * stride + j * dilation - padding)
            box = drawing.boxes["input", *place]
            assert (round(box.x, 6), round(box.y, 6)) in centers
    assert (round(drawing.boxes["output", *at].x, 6), round(drawing.boxes["output", *at].y, 6)) in centers


def test_a_window_with_its_kernel_and_its_arithmetic():
    drawing = DRAWINGS["window"]()
    assert drawing.alt == (
        "input: a grid of 3 rows and 3 columns; 0 1 2; 3 4 5; 6 7 8. kernel: a grid of 2 rows and 2 columns; 0 1; 2 3. "
        "The shaded window holds 1, 2, 4, 5; it gives row 0, column 1 of the output. "
        "output: a grid of 2 rows and 2 columns; 19 25; 37 empty. 2 + 8 + 15 = 25."
    )
    assert ("kernel", 1, 1) in drawing.boxes and ("output", 1, 1) in drawing.boxes


def test_blocks_are_stacks_and_their_sizes_are_said():
    drawing = DRAWINGS["channels"]()
    assert drawing.alt.startswith("Blocks of channels: 1 map of 28 by 28 (picture); conv 5×5 gives 6 maps of 28 by 28")
    sheets = [shape for shape in drawing.shapes if not shape.head]
    assert len(sheets) == 1 + 6 + 6 + 8 + 8 + 8
    heights = [drawing.boxes[n].height - 0.07 * (min(b.channels, 8) - 1) for n, b in enumerate(LENET)]
    assert heights[0] == pytest.approx(heights[1]) and heights[1] == pytest.approx(heights[2] * math.sqrt(2))
    assert drawing.size[0] <= 8


def test_a_graph_lists_its_nodes_with_value_and_slope():
    alt = diagrams.graph(
        {"a": Node(2, -3), "b": Node("≈0.5"), "c": Node(-6.0, 1, "×")},
        [("a", "c", 4), ("b", "c")],
        words=("is", "grad"),
    ).alt
    assert alt == "A graph of 3 nodes: a, is 2, grad −3; b, is ≈0.5; c from a (4) and b by ×, is −6, grad 1."


@pytest.mark.parametrize("down", [False, True])
def test_nodes_stand_after_those_that_lead_to_them(down):
    nodes, links = fan_out()
    boxes = diagrams.graph(nodes, links, down=down).boxes
    for start, end, *_ in links:
        one, other = boxes[start], boxes[end]
        assert one.bottom[1] > other.top[1] if down else one.right[0] < other.left[0]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("down", [False, True])
def test_graphs_of_any_form_stand_apart(seed, down):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 14))
    names = [f"node {n}" * int(rng.integers(1, 3)) + str(n) for n in range(count)]
    links = [(names[a], names[b]) for a in range(count) for b in range(a + 1, count) if rng.random() < 0.25]
    drawing = diagrams.graph({name: Node(n, -n, "+" * (n % 3)) for n, name in enumerate(names)}, links, down=down)
    test_boxes_hold_their_texts_and_stand_apart(drawing)
    curves = [shape.points for shape in drawing.shapes if shape.head]
    assert len(curves) == len(links)
    for (start, end), curve in zip(links, curves, strict=True):
        sign = drawing.boxes.get((end, "operation"), drawing.boxes[end])
        np.testing.assert_allclose(curve[0], drawing.boxes[start].bottom if down else drawing.boxes[start].right)
        np.testing.assert_allclose(curve[-1], sign.top if down else sign.left)


def test_a_long_edge_leads_around_the_nodes_between():
    names = ["a", "b", "c", "d"]
    drawing = diagrams.graph(dict.fromkeys(names), [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d")])
    long = drawing.shapes[-1].points
    for name in ("b", "c"):
        box = drawing.boxes[name]
        near = long[(long[:, 0] > box.left[0] - 0.01) & (long[:, 0] < box.right[0] + 0.01)]
        assert len(near) and np.all(np.abs(near[:, 1] - box.y) > box.height / 2)


def test_two_edges_between_the_same_nodes_are_two():
    drawing = diagrams.graph({"x": Node(3, 6), "y": Node(9, 1, "×")}, [("x", "y", 3), ("x", "y", 3)])
    one, other = (shape.points for shape in drawing.shapes if shape.head)
    assert abs(one[0][1] - other[0][1]) > 0.1 and "y from x (3) and x (3) by ×" in drawing.alt


def test_an_unrolled_loop_says_what_goes_in_and_out_of_each_step():
    drawing = DRAWINGS["unrolled"]()
    assert drawing.alt == (
        "A loop unrolled, one LSTM for each step, left to right. "
        "t = 1: input the, state before h₀ = 0, state after h₁; t = 2: input cat, state before h₁, state after h₂; …; "
        "t = T: input end, output y, state after h."
    )
    cells = [drawing.boxes["cell", step] for step in (0, 1, 3)]
    assert ("cell", 2) not in drawing.boxes and ("output", 0) not in drawing.boxes
    assert drawing.boxes["input", 0].y < cells[0].y < drawing.boxes["output", 3].y
    assert len({cell.width for cell in cells}) == 1 and drawing.boxes["loop"].x < cells[0].x


def test_a_tree_has_parents_over_the_middle_of_their_children():
    for down in (False, True):
        boxes = diagrams.tree(full_tree(2 if down else 4), down=down).boxes
        for path, box in boxes.items():
            children = [boxes[(*path, n)] for n in (0, 1) if (*path, n) in boxes]
            if children:
                middle = np.mean([c.x if down else c.y for c in children])
                assert (box.x if down else box.y) == pytest.approx(middle)
                assert all((c.top[1] < box.bottom[1]) if down else (c.left[0] > box.right[0]) for c in children)


def test_a_tree_is_said_from_its_root():
    alt = diagrams.tree(Branch("a", [Branch("b", score=-1, edge="yes", kind="marked"), Branch("c", [Branch("d")])])).alt
    assert alt == "A tree, from its root: a leads to [by yes b (−1, marked); c leads to [d]]."


def test_rectangles_are_drawn_to_scale_with_y_downwards():
    drawing = diagrams.rectangles({"a": (0, 0, 4, 3), "b": (2, 1, 6, 5)}, shade="intersection", size=3)
    a, b, shared, hull = (drawing.boxes[name] for name in ("a", "b", "intersection", "hull"))
    assert (hull.width, hull.height) == pytest.approx((3, 2.5))
    assert (a.width, a.height, shared.width, shared.height) == pytest.approx((2, 1.5, 1, 1))
    assert b.y < a.y, "larger y is further down"
    assert drawing.alt == (
        "Rectangles: a from (0, 0) to (4, 3), 4 wide and 3 high; b from (2, 1) to (6, 5), 4 wide and 4 high. "
        "Shaded: their intersection, from (2, 1) to (4, 3), 2 wide and 2 high."
    )
    (filled,) = [shape for shape in drawing.shapes if shape.fill]
    corners = filled.points
    np.testing.assert_allclose([corners.min(axis=0), corners.max(axis=0)], [[1, -1.5], [2, -0.5]])


def test_rectangles_that_share_nothing_have_no_intersection():
    for other in ((2, 0, 4, 2), (3, 0, 5, 2)):
        drawing = diagrams.rectangles({"a": (0, 0, 2, 2), "b": other}, shade="intersection")
        assert "intersection" not in drawing.boxes and "no intersection" in drawing.alt
        assert not [shape for shape in drawing.shapes if shape.fill]


def test_a_path_is_an_arrow_for_each_step():
    _, ax = plots.figure()
    diagrams.path(ax, [(0, 0), (1, 0), (1, 0), (1, 2), (np.nan, 0), (5, 5)], 1, "descent")
    arrows = [(tuple(text.xyann), tuple(text.xy)) for text in ax.texts]
    assert arrows == [((0, 0), (1, 0)), ((1, 0), (1, 2))]
    assert ax.get_lines()[0].get_label() == "descent" and ax.get_lines()[0].get_color() == plots.COLORS[1]
    assert ax.get_xlim()[1] >= 1 and ax.get_ylim()[1] >= 2
    _, ax = plots.figure()
    diagrams.path(ax, np.column_stack([range(8), range(8)]), every=3)
    assert [text.xy[0] for text in ax.texts] == [3, 6, 7]


def test_joined_drawings_stand_in_line():
    parts = [diagrams.grid([[1, 2], [3, 4]]), diagrams.flow(["f"]), diagrams.grid([[5]])]
    for down in (False, True):
        joined = diagrams.join(parts, ["in", ""], down=down)
        one, two, three = (joined.boxes["part", n] for n in range(3))
        if down:
            assert one.x == pytest.approx(two.x) == pytest.approx(three.x) and one.bottom[1] > two.top[1]
        else:
            assert one.y == pytest.approx(two.y) == pytest.approx(three.y) and one.right[0] < two.left[0]
        assert len([shape for shape in joined.shapes if shape.head]) == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: diagrams.flow([]), "one step at least"),
        (lambda: diagrams.flow(["a", "a"]), "no two alike"),
        (lambda: diagrams.flow(["a", "b"], labels=["x", "y"]), "2 labels for 1 arrows"),
        (lambda: diagrams.flow(["a", "b"], back=[("b", "c", "")]), "'c' is no step"),
        (lambda: diagrams.flow(["a", "b"], marked=["d"]), "'d' is no step"),
        (lambda: diagrams.grid([]), "rows of equal length"),
        (lambda: diagrams.grid([[1, 2], [3]]), "rows of equal length"),
        (lambda: diagrams.grid([1, 2]), "rows of equal length"),
        (lambda: diagrams.grid([[1, 2]], rows=["a", "b"]), "2 names for 1 rows"),
        (lambda: diagrams.grid([[1, 2]], columns=["a"]), "1 names for 2 columns"),
        (lambda: diagrams.grid([[1, 2]], shaded=[(0, 2)]), "outside of a grid of 1 rows"),
        (lambda: diagrams.window([1], [[1]], (0, 0), (1, 1)), r"not \(1,\) and \(1, 1\)"),
        (lambda: diagrams.window([[1]], [[1]], (0, 1), (1, 1)), r"it has no place \(0, 1\)"),
        (lambda: diagrams.window([[1]], [[1]], (0, 0), (2, 2)), r"reaches out of the \(1, 1\) input"),
        (lambda: diagrams.window([[1]], [[1]], (0, 0), (1, 1), stride=0), "stride=0"),
        (lambda: diagrams.window([[1]], [[1]], (0, 0), (1, 1), kernel=[[1, 2]]), r"the kernel \(1, 2\)"),
        (lambda: diagrams.channels([]), "at least one block"),
        (lambda: Block(3, 3, 0), "at least one row, column and channel"),
        (lambda: diagrams.graph({}, []), "one node at least"),
        (lambda: diagrams.graph({"a": None}, [("a", "b")]), "'b', which is no node"),
        (lambda: diagrams.graph({"a": None}, [("a", "a")]), "from 'a' to itself"),
        (lambda: diagrams.graph({"a": None, "b": None}, [("a", "b"), ("b", "a")]), "a cycle among a, b"),
        (lambda: diagrams.unrolled([]), "0 steps"),
        (lambda: diagrams.unrolled(["t"], states=["h"]), "1 steps have 2 states, not 1"),
        (lambda: diagrams.unrolled(["t", "u"], inputs=["x"]), "2 steps have 2 inputs, not 1"),
        (lambda: Branch("a", kind="best"), "not 'best'"),
        (lambda: diagrams.rectangles({}), "one box at least"),
        (lambda: diagrams.rectangles({"a": (0, 0, 1, 1)}, shade="all"), "'all'"),
        (lambda: diagrams.rectangles({"a": (0, 0, 0, 1)}), "box 'a' is"),
        (lambda: diagrams.rectangles({"a": (0, 0, 1)}), "box 'a' is"),
        (lambda: diagrams.path(plots.figure()[1], [1, 2]), r"not \(2,\)"),
        (lambda: diagrams.path(plots.figure()[1], [(0, 0), (np.inf, 0)]), "two finite points"),
        (lambda: diagrams.join([]), "drawings"),
        (lambda: diagrams.join([diagrams.flow(["a"])], ["x"]), "1 labels for 1 drawings"),
    ],
)
def test_what_cannot_be_drawn_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
