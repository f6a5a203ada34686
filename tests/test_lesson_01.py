"""Lesson 01: the gradients and the engine that it builds, taken from its own cells, on random problems."""

import itertools
from pathlib import Path

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "01_neuron_to_network.ipynb"
CELLS = [
    "forward-backward",
    "engine-operations",
    "engine-functions",
    "engine-node",
    "engine-order",
    "engine-backward",
    "engine-network",
    "adam",
]
SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(1, 6)
QUICK = settings(max_examples=25, deadline=None)


def taken_from_the_lesson():
    """The names that the cells of the lesson define."""
    sources = {cell.id: cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells}
    names = {"np": np, "itertools": itertools}
    for cell in CELLS:
        exec(compile(sources[cell], cell, "exec"), names)
    return names


LESSON = taken_from_the_lesson()
Node, apply, backpropagate = LESSON["Node"], LESSON["apply"], LESSON["backpropagate"]


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


@QUICK
@given(count=SIZES, n_in=SIZES, n_hidden=SIZES, n_out=SIZES, seed=SEEDS)
def test_backward_by_hand_is_the_slope_of_the_loss(count, n_in, n_hidden, n_out, seed):
    rng = np.random.default_rng(seed)
    inputs, targets = rng.normal(size=(count, n_in)), rng.normal(size=(count, n_out))
    parameters = [rng.normal(size=shape) for shape in [(n_in, n_hidden), (n_hidden,), (n_hidden, n_out), (n_out,)]]
    expected = central_differences(lambda *moved: LESSON["loss"](inputs, targets, *moved), parameters)
    for slope, wanted in zip(LESSON["backward"](inputs, targets, *parameters), expected, strict=True):
        assert slope.shape == wanted.shape
        np.testing.assert_allclose(slope, wanted, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("operation", ["add", "subtract", "multiply"])
@QUICK
@given(shapes=broadcast_shapes(), seed=SEEDS)
def test_operations_on_two_arrays_broadcast(operation, shapes, seed):
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=np.broadcast_shapes(*shapes))

    def formula(a, b):
        return apply(LESSON["total"], apply(LESSON[operation], a, b) * weights)

    assert_engine_is_right(formula, [rng.normal(size=shape) for shape in shapes])


@pytest.mark.parametrize("operation", ["tanh", "sigmoid", "relu"])
@QUICK
@given(shape=st.lists(st.integers(1, 4), max_size=3), seed=SEEDS)
def test_activations(operation, shape, seed):
    rng = np.random.default_rng(seed)
    # Away from 0, where ReLU has a corner.
    array = rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.01, 3, size=shape)
    weights = rng.normal(size=shape)
    assert_engine_is_right(lambda a: apply(LESSON["total"], apply(LESSON[operation], a) * weights), [array])


@QUICK
@given(stacked_a=st.booleans(), stacked_b=st.booleans(), rows=SIZES, inner=SIZES, columns=SIZES, seed=SEEDS)
def test_matrix_products_with_and_without_a_stack_of_networks(stacked_a, stacked_b, rows, inner, columns, seed):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(3,) * stacked_a + (rows, inner))
    b = rng.normal(size=(3,) * stacked_b + (inner, columns))
    weights = rng.normal(size=(a @ b).shape)
    assert_engine_is_right(lambda a, b: apply(LESSON["total"], (a @ b) * weights), [a, b])


@QUICK
@given(widths=st.lists(SIZES, min_size=2, max_size=6), skip=st.booleans(), seed=SEEDS)
def test_networks_of_any_depth(widths, skip, seed):
    rng = np.random.default_rng(seed)
    inputs, targets = rng.normal(size=(4, widths[0])), rng.normal(size=(4, widths[-1]))
    shapes = [shape for pair in itertools.pairwise(widths) for shape in (pair, pair[1:])]

    def formula(*nodes):
        layers = list(zip(nodes[::2], nodes[1::2], strict=True))
        return LESSON["mean_square"](LESSON["scores"](inputs, layers, skip=skip), targets)

    assert_engine_is_right(formula, [rng.normal(size=shape) for shape in shapes])


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
    backpropagate(apply(LESSON["total"], apply(LESSON["relu"], Node(a) @ Node(b))))
    np.testing.assert_array_equal(a, kept[0])
    np.testing.assert_array_equal(b, kept[1])


def test_adam_takes_keras_steps():
    """With the rate of each step that the lesson's schedule gives, Keras's Adam makes the same steps."""
    import keras

    rng = np.random.default_rng(1)
    W, b, inputs, targets = rng.normal(size=(3, 2)), np.zeros(2), rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    theirs = [keras.Variable(W, dtype="float64"), keras.Variable(b, dtype="float64")]
    optimizer = keras.optimizers.Adam(learning_rate=0.01, epsilon=1e-8)
    optimizer.build(theirs)
    for step in range(1, 11):
        nodes = [Node(keras.ops.convert_to_numpy(variable.value)) for variable in theirs]
        backpropagate(LESSON["mean_square"](LESSON["scores"](inputs, [nodes]), targets))
        optimizer.learning_rate = 0.01 * (1 - step / 11)
        optimizer.apply([keras.ops.convert_to_tensor(node.slope) for node in nodes])
    ours = [(Node(W.copy()), Node(b.copy()))]
    LESSON["adam"](ours, targets, lambda parameters: LESSON["scores"](inputs, parameters), steps=10)
    for our, their in zip(ours[0], theirs, strict=True):
        np.testing.assert_allclose(our.value, keras.ops.convert_to_numpy(their.value), rtol=1e-5, atol=1e-6)
