"""Lesson 01b: the engine that it builds, taken from its own cells, on random problems."""

import ast
from pathlib import Path

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import networks

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "01b_autodiff.ipynb"
CELLS = [
    "stale-backward",
    "engine-operations",
    "divide",
    "engine-node",
    "engine-records",
    "engine-order",
    "engine-backward",
    "engine-functions",
    "engine-broadcast",
    "engine-network",
]
SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(1, 6)
QUICK = settings(max_examples=25, deadline=None)


def central_differences(function, arrays, h=1e-6):
    """The gradient of function(*arrays) by each of the arrays."""
    gradients = []
    for number, array in enumerate(arrays):
        slopes = np.zeros(np.shape(array))
        for place in np.ndindex(array.shape):
            up, down = [[np.array(one) for one in arrays] for _ in range(2)]
            up[number][place] += h
            down[number][place] -= h
            slopes[place] = (function(*up) - function(*down)) / (2 * h)
        gradients.append(slopes)
    return gradients


def taken_from_the_lesson():
    """The names that the cells of the lesson define."""
    sources = {cell.id: cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells}
    names = {"np": np, "rng": np.random.default_rng(0), "central_differences": central_differences}
    names["arrives"] = np.array([[1, 10], [2, 20], [3, 30]])
    for cell in CELLS:
        exec(compile(sources[cell], cell, "exec"), names)
    return names


LESSON = taken_from_the_lesson()
Node, apply, backpropagate = LESSON["Node"], LESSON["apply"], LESSON["backpropagate"]


def assert_engine_is_right(formula, arrays):
    """The engine's gradient of a formula over nodes is that of central differences."""
    nodes = [Node(array) for array in arrays]
    backpropagate(formula(*nodes))
    expected = central_differences(lambda *moved: float(formula(*map(Node, moved)).value), arrays)
    for node, wanted in zip(nodes, expected, strict=True):
        assert np.shape(node.slope) == wanted.shape
        np.testing.assert_allclose(node.slope, wanted, rtol=1e-5, atol=1e-6)


@st.composite
def broadcast_shapes(draw):
    """Two shapes that NumPy broadcasts against each other: sizes of 1 and missing axes in either."""
    shape = draw(st.lists(st.integers(1, 4), min_size=0, max_size=3))
    pair = [[size if draw(st.booleans()) else 1 for size in shape] for _ in range(2)]
    return [tuple(one[draw(st.integers(0, len(one))) :]) for one in pair]


@pytest.mark.parametrize("operation", ["add", "subtract", "multiply", "divide"])
@QUICK
@given(shapes=broadcast_shapes(), seed=SEEDS)
def test_operations_on_two_arrays_broadcast(operation, shapes, seed):
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=np.broadcast_shapes(*shapes))

    def formula(a, b):
        return apply(LESSON["total"], apply(LESSON[operation], a, b) * weights)

    # Away from 0, where no quotient is smooth.
    arrays = [rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.5, 2, size=shape) for shape in shapes]
    assert_engine_is_right(formula, arrays)


@pytest.mark.parametrize("operation", ["tanh", "sigmoid"])
@QUICK
@given(shape=st.lists(st.integers(1, 4), max_size=3), seed=SEEDS)
def test_activations(operation, shape, seed):
    rng = np.random.default_rng(seed)
    array = rng.normal(size=shape)
    weights = rng.normal(size=shape)
    assert_engine_is_right(lambda a: apply(LESSON["total"], apply(LESSON[operation], a) * weights), [array])


@QUICK
@given(rows=SIZES, inner=SIZES, columns=SIZES, seed=SEEDS)
def test_matrix_products(rows, inner, columns, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(rows, inner)), rng.normal(size=(inner, columns))
    weights = rng.normal(size=(rows, columns))
    assert_engine_is_right(lambda a, b: apply(LESSON["total"], (a @ b) * weights), [a, b])


@QUICK
@given(rows=SIZES, wide=SIZES, outs=SIZES, skip=st.booleans(), seed=SEEDS)
def test_the_lessons_network(rows, wide, outs, skip, seed):
    rng = np.random.default_rng(seed)
    inputs, targets = rng.normal(size=(rows, wide)), rng.uniform(size=(rows, outs))

    def formula(*nodes):
        return LESSON["mean_square"](LESSON["network"](Node(inputs), *nodes, skip=skip), targets)

    assert_engine_is_right(formula, [rng.normal(size=shape) for shape in [(wide, wide), wide, (wide, outs), outs]])


@QUICK
@given(widths=st.lists(SIZES, min_size=2, max_size=5), skip=st.booleans(), seed=SEEDS)
def test_networks_of_any_depth_are_those_of_utils(widths, skip, seed):
    rng = np.random.default_rng(seed)
    theirs = networks.Networks(widths, 1, rng, skip=skip)
    inputs, targets = rng.normal(size=(4, widths[0])), rng.normal(size=(4, widths[-1]))
    layers = [(Node(kernel[0]), Node(bias[0, 0])) for kernel, bias in theirs.layers]
    signal = Node(inputs)
    for kernel, bias in layers[:-1]:
        passed = apply(LESSON["tanh"], signal @ kernel + bias)
        signal = signal + passed if skip and kernel.value.shape[0] == kernel.value.shape[1] else passed
    loss = LESSON["mean_square"](signal @ layers[-1][0] + layers[-1][1], targets)
    backpropagate(loss)
    losses, slopes = theirs.slopes(inputs, targets, networks.mean_square)
    np.testing.assert_allclose(losses[0], loss.value, rtol=1e-10)
    for ours, (kernel, bias) in zip(layers, slopes, strict=True):
        np.testing.assert_allclose(kernel[0], ours[0].slope, rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose(bias[0, 0], ours[1].slope, rtol=1e-8, atol=1e-10)


@QUICK
@given(steps=st.integers(1, 25), seed=SEEDS)
def test_random_graphs_in_which_nodes_are_used_again_and_again(steps, seed):
    def formula(a, b):
        rng = np.random.default_rng(seed)
        made = [a, b]
        for _ in range(steps):
            left, right = (made[i] for i in rng.integers(0, len(made), size=2))
            made.append([left + right, left - right, apply(LESSON["tanh"], left * right)][rng.integers(3)])
        return apply(LESSON["total"], apply(LESSON["tanh"], made[-1]) + a * 0 + b * 0)

    rng = np.random.default_rng(seed)
    assert_engine_is_right(formula, [rng.normal(size=(2, 3)), rng.normal(size=3)])


@QUICK
@given(steps=st.integers(1, 60), seed=SEEDS)
def test_topological_order_has_each_node_once_and_parents_first(steps, seed):
    rng = np.random.default_rng(seed)
    made = [Node(1.0), Node(2.0)]
    for _ in range(steps):
        left, right = (made[i] for i in rng.integers(0, len(made), size=2))
        made.append(left + right)
    order = [id(node) for node in LESSON["topological_order"](made[-1])]
    assert len(order) == len(set(order)) and order[-1] == id(made[-1])
    for node in made:
        if id(node) in order:
            assert all(order.index(id(parent)) < order.index(id(node)) for parent in node.parents)


def test_a_graph_deeper_than_pythons_recursion_limit():
    x = node = Node(1.0)
    for _ in range(5000):
        node = node + 1.0
    backpropagate(node)
    assert x.slope == 1 and node.value == 5001


def test_going_back_twice_does_not_add_up():
    x = Node(3.0)
    square = x * x
    backpropagate(square)
    backpropagate(square)
    assert x.slope == 6


def test_the_inputs_are_left_as_they_were():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 3)), rng.normal(size=(3, 2))
    kept = a.copy(), b.copy()
    backpropagate(apply(LESSON["total"], apply(LESSON["tanh"], Node(a) @ Node(b))))
    np.testing.assert_array_equal(a, kept[0])
    np.testing.assert_array_equal(b, kept[1])


def test_the_engine_has_about_sixty_lines():
    """As the lesson says: the lines of its operations, nodes, order and way back, without what tries them out."""
    sources = {cell.id: cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells}
    lines = {}
    for cell in [name for name in CELLS if name.startswith("engine-") or name == "divide"]:
        for part in ast.parse(sources[cell]).body:
            if isinstance(part, ast.FunctionDef | ast.ClassDef) and part.name not in {"network", "mean_square"}:
                lines[part.name] = sum(
                    bool(line.strip()) for line in ast.get_source_segment(sources[cell], part).split("\n")
                )
    assert {"add", "divide", "matmul", "Node", "topological_order", "sum_to_shape", "backpropagate"} <= set(lines)
    assert 55 <= sum(lines.values()) <= 68, lines


class Dual:
    """Forward mode: a number with its slope by one input, carried along."""

    def __init__(self, value, slope=0.0):
        self.value, self.slope = value, slope

    def __add__(self, other):
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def tanh(self):
        result = np.tanh(self.value)
        return Dual(result, self.slope * (1 - result**2))


def test_forward_mode_takes_as_many_steps_for_the_doublings_but_one_walk_for_each_input():
    end, steps = Dual(1.0, 1.0), 0
    for _ in range(30):
        end, steps = end + end, steps + 1
    assert end.slope == 2**30 and steps == 30

    rng = np.random.default_rng(0)
    weights = rng.normal(size=8)

    def answer(w, tanh):
        hidden = [tanh(w[0] * w[1] + w[2]), tanh(w[3] * w[1] + w[4])]
        return hidden[0] * w[5] + hidden[1] * w[6] * w[7]

    nodes = [Node(weight) for weight in weights]
    backpropagate(answer(nodes, lambda node: apply(LESSON["tanh"], node)))
    walks = []
    for place in range(len(weights)):
        duals = [Dual(weight, float(place == number)) for number, weight in enumerate(weights)]
        walks.append(answer(duals, Dual.tanh).slope)
    np.testing.assert_allclose(walks, [node.slope for node in nodes], rtol=1e-12)
