"""Recurrent layers in NumPy against Keras, outputs, states and gradients, and against numerical gradients."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import recurrent, runtime

runtime.start_lesson(seed=17)

import keras  # noqa: E402 (the backend is chosen above)
from keras import layers, ops  # noqa: E402

from utils.gradients import _float64_kept, gradient  # noqa: E402

EXACT = {"rtol": 1e-9, "atol": 1e-9}
# JAX compiles for every new shape, and PyTorch is slow step by step.
EXAMPLES = 60 if keras.backend.backend() == "tensorflow" else 8
GRADIENTS = {"rtol": 1e-7, "atol": 1e-9}
KINDS = {"SimpleRNN": {}, "LSTM": {}, "GRU": {"reset_after": True}, "GRU, reset before": {"reset_after": False}}


def tensor(mask):
    """A mask for Keras; PyTorch takes no NumPy array here."""
    return None if mask is None else ops.convert_to_tensor(mask)


class Case:
    """One random layer, ours and Keras's with the same weights, and what it is to read."""

    def __init__(self, kind, n, steps, features, units, bias, activation, masked, with_state, reverse, seed):
        rng = np.random.default_rng(seed)
        self.kind = kind.split(",")[0]
        self.own_class, self.options = getattr(recurrent, self.kind), KINDS[kind]
        columns = self.own_class.blocks * units
        bias_shape = (2, columns) if self.options.get("reset_after") else (columns,)
        shapes = [(features, columns), (units, columns), *([bias_shape] if bias else [])]
        self.weights = [rng.normal(size=shape) for shape in shapes]
        self.own = self.own_class(*self.weights, activation=activation, reverse=reverse, **self.options)
        self.keras = getattr(layers, self.kind)(
            units,
            activation=activation,
            use_bias=bias,
            return_sequences=True,
            return_state=True,
            go_backwards=reverse,
            dtype="float64",
            **self.options,
        )
        self.keras.build((n, steps, features))
        self.keras.set_weights(self.weights)
        self.reverse = reverse
        self.x = rng.normal(size=(n, steps, features))
        self.states = len(self.own.state_names)
        self.initial = [rng.normal(size=(n, units)) for _ in range(self.states)] if with_state else None
        self.mask = None
        if masked:
            self.mask = rng.random((n, steps)) < 0.6
            if with_state:  # backends differ for an initial state before padding; see the module
                self.mask[:, -1 if reverse else 0] = True
        self.output_gradient = rng.normal(size=(n, steps, units))
        self.final_gradient = [rng.normal(size=(n, units)) for _ in range(self.states)]

    def parts(self):
        """Everything that has a gradient: x, the weights, the initial states."""
        return [self.x, *self.weights, *(self.initial or [])]

    def keras_call(self, x, weights, initial):
        """Outputs in the order of time, then the final states."""
        x, *initial = [ops.convert_to_tensor(one) for one in (x, *(initial or []))]
        results, _ = self.keras.stateless_call(
            weights, self.keras.non_trainable_variables, x, initial_state=initial or None, mask=tensor(self.mask)
        )
        outputs, *final = results
        return [ops.flip(outputs, axis=1) if self.reverse else outputs, *final]

    def keras_gradients(self):
        parts = self.parts()
        ends = np.cumsum([part.size for part in parts])

        def loss(flat):
            cut = [ops.reshape(flat[e - p.size : e], p.shape) for e, p in zip(ends, parts, strict=True)]
            x, weights, initial = cut[0], cut[1 : 1 + len(self.weights)], cut[1 + len(self.weights) :]
            results = self.keras_call(x, weights, initial or None)
            given = [self.output_gradient, *self.final_gradient]
            return sum(ops.sum(ops.multiply(a, b)) for a, b in zip(results, given, strict=True))

        flat = gradient(loss, np.concatenate([part.ravel() for part in parts]))
        return [piece.reshape(part.shape) for piece, part in zip(np.split(flat, ends[:-1]), parts, strict=True)]

    def loss(self, x, weights, initial):
        """The same loss, by our forward pass."""
        layer = self.own_class(*weights, activation=self.activation, reverse=self.reverse, **self.options)
        run = layer.forward(x, self.mask, initial)
        finals = [run.states[name][:, -1] for name in layer.state_names]
        return np.sum(run.outputs * self.output_gradient) + sum(
            np.sum(a * b) for a, b in zip(finals, self.final_gradient, strict=True)
        )

    activation = "tanh"


def settings_of(activations=("tanh", "sigmoid", "linear")):
    """Random arguments of a `Case` but for its kind."""
    return st.fixed_dictionaries(
        {
            "n": st.integers(1, 3),
            "steps": st.integers(1, 5),
            "features": st.integers(1, 3),
            "units": st.integers(1, 4),
            "bias": st.booleans(),
            "activation": st.sampled_from(activations),
            "masked": st.booleans(),
            "with_state": st.booleans(),
            "reverse": st.booleans(),
            "seed": st.integers(0, 10**6),
        }
    )


@pytest.mark.parametrize("kind", KINDS)
def test_outputs_states_and_gradients_equal_keras(kind):
    @settings(max_examples=EXAMPLES, deadline=None)
    @given(settings_of())
    def check(arguments):
        case = Case(kind, **arguments)
        run = case.own.forward(case.x, case.mask, case.initial)
        with _float64_kept(keras.backend.backend()):
            results = case.keras_call(case.x, case.weights, case.initial)
        outputs, *finals = [ops.convert_to_numpy(result) for result in results]
        np.testing.assert_allclose(run.outputs, outputs, **EXACT)
        for name, final in zip(case.own.state_names, finals, strict=True):
            np.testing.assert_allclose(run.states[name][:, -1], final, **EXACT, err_msg=f"final {name}")
        back = case.own.backward(run, case.output_gradient, case.final_gradient)
        own = [back.x, *back.weights, *(back.initial_state if case.initial else [])]
        for number, (ours, theirs) in enumerate(zip(own, case.keras_gradients(), strict=True)):
            np.testing.assert_allclose(ours, theirs, **GRADIENTS, err_msg=f"gradient {number}")

    check()


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_equal_differences(kind):
    @settings(max_examples=40, deadline=None)
    @given(settings_of(activations=("tanh",)))
    def check(arguments):
        case = Case(kind, **arguments)
        back = case.own.backward(
            case.own.forward(case.x, case.mask, case.initial), case.output_gradient, case.final_gradient
        )
        own = [back.x, *back.weights, *(back.initial_state if case.initial else [])]
        parts = case.parts()
        rng = np.random.default_rng(0)
        directions = [rng.normal(size=part.shape) for part in parts]

        def along(step):
            moved = [part + step * d for part, d in zip(parts, directions, strict=True)]
            cut = 1 + len(case.weights)
            return case.loss(moved[0], moved[1:cut], moved[cut:] or None)

        numerical = (along(1e-5) - along(-1e-5)) / 2e-5
        analytical = sum(np.sum(g * d) for g, d in zip(own, directions, strict=True))
        np.testing.assert_allclose(analytical, numerical, rtol=1e-6, atol=1e-6)

    check()


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(list(KINDS)), st.integers(2, 7), st.booleans(), st.integers(0, 10**6))
def test_a_sequence_can_be_read_in_two_parts(kind, steps, masked, seed):
    case = Case(kind, 2, steps, 3, 4, True, "tanh", masked, True, False, seed)
    whole = case.own.forward(case.x, case.mask, case.initial)
    back = case.own.backward(whole, case.output_gradient, case.final_gradient)
    for cut in range(1, steps):
        masks = (None, None) if case.mask is None else (case.mask[:, :cut], case.mask[:, cut:])
        first = case.own.forward(case.x[:, :cut], masks[0], case.initial)
        state = [first.states[name][:, -1] for name in case.own.state_names]
        second = case.own.forward(case.x[:, cut:], masks[1], state)
        np.testing.assert_allclose(np.concatenate([first.outputs, second.outputs], axis=1), whole.outputs)
        for name in case.own.state_names:
            np.testing.assert_allclose(first.states[name][:, -1], whole.states[name][:, cut])
        later = case.own.backward(second, case.output_gradient[:, cut:], case.final_gradient)
        # Gradients of the states: what comes from later, and for h what the output of this step says.
        expected = list(later.initial_state)
        expected[0] = expected[0] + case.output_gradient[:, cut - 1]
        for name, one in zip(case.own.state_names, expected, strict=True):
            np.testing.assert_allclose(back.states[name][:, cut], one, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(list(KINDS)), st.integers(1, 4), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 10**6)
)
def test_networks_side_by_side_are_the_networks_one_by_one(kind, networks, same_x, masked, reverse, seed):
    rng = np.random.default_rng(seed)
    singles = [Case(kind, 3, 4, 2, 3, True, "tanh", False, False, reverse, seed + k) for k in range(networks)]
    together = singles[0].own_class(
        *[np.stack(one) for one in zip(*[case.weights for case in singles], strict=True)],
        reverse=reverse,
        **singles[0].options,
    )
    x = rng.normal(size=(3, 4, 2)) if same_x else rng.normal(size=(networks, 3, 4, 2))
    mask = rng.random((3, 4)) < 0.7 if masked else None
    into = rng.normal(size=(networks, 3, 4, 3))
    run = together.forward(x, mask)
    back = together.backward(run, into)
    from_x = []
    for k, case in enumerate(singles):
        alone = case.own.forward(x if same_x else x[k], mask)
        np.testing.assert_allclose(run.outputs[k], alone.outputs)
        np.testing.assert_allclose(run.final[k], alone.final)
        for name in alone.gates:
            np.testing.assert_allclose(run.gates[name][k], alone.gates[name])
        own = case.own.backward(alone, into[k])
        for a, b in zip(back.weights, own.weights, strict=True):
            np.testing.assert_allclose(a[k], b, atol=1e-12)
        for name in own.states:
            np.testing.assert_allclose(back.states[name][k], own.states[name], atol=1e-12)
        from_x.append(own.x)
    np.testing.assert_allclose(back.x, sum(from_x) if same_x else np.stack(from_x), atol=1e-12)


# ---- Stacked, and in both directions ----


def weighted(results, rng):
    """A loss, and its gradient with respect to the results: a random weighting of them."""
    given = rng.normal(size=np.shape(results))
    return (lambda tensor: ops.sum(ops.multiply(tensor, given))), given


def model_gradients(model, x, mask, loss):
    """Keras's gradients of x and of all weights, with the mask handed to every layer by hand."""
    parts = [x, *model.get_weights()]
    ends = np.cumsum([part.size for part in parts])

    def f(flat):
        cut = [ops.reshape(flat[e - p.size : e], p.shape) for e, p in zip(ends, parts, strict=True)]
        y, _ = model.stateless_call(cut[1:], model.non_trainable_variables, cut[0], mask=tensor(mask))
        return loss(y)

    flat = gradient(f, np.concatenate([part.ravel() for part in parts]))
    return [piece.reshape(part.shape) for piece, part in zip(np.split(flat, ends[:-1]), parts, strict=True)]


def assert_model_equal(own, model, x, mask, sequences, rng):
    with _float64_kept(keras.backend.backend()):
        y = ops.convert_to_numpy(model(x, mask=tensor(mask)))
    run = own.forward(x, mask)
    np.testing.assert_allclose(run.outputs if sequences else run.final, y, **EXACT)
    loss, given = weighted(y, rng)
    if sequences:
        back = own.backward(run, given)
    else:
        back = own.backward(run, None, given)
    for ours, theirs in zip([back.x, *back.weights], model_gradients(model, x, mask, loss), strict=True):
        np.testing.assert_allclose(ours, theirs, **GRADIENTS)


class Chain(keras.layers.Layer):
    """Layers on top of each other, all with the same mask."""

    def __init__(self, chain):
        super().__init__(dtype="float64")
        self.chain = chain
        self.supports_masking = True

    def build(self, shape):
        for layer in self.chain:
            layer.build(shape)
            shape = layer.compute_output_shape(shape)

    def call(self, x, mask=None):
        for layer in self.chain:
            x = layer(x, mask=mask)
        return x


@pytest.mark.parametrize("sequences", [True, False])
@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_both_directions_equal_keras(kind, masked, sequences):
    name = kind.split(",")[0]
    for seed in range(4):
        rng = np.random.default_rng(seed)
        n, steps, features, units = rng.integers(1, 5, size=4)
        model = layers.Bidirectional(
            getattr(layers, name)(int(units), return_sequences=sequences, dtype="float64", **KINDS[kind]),
            dtype="float64",
        )
        x = rng.normal(size=(n, steps, features))
        model.build(x.shape)
        weights = [rng.normal(size=w.shape) for w in model.get_weights()]
        model.set_weights(weights)
        half = len(weights) // 2
        own_class = getattr(recurrent, name)
        own = recurrent.Bidirectional(
            own_class(*weights[:half], **KINDS[kind]), own_class(*weights[half:], reverse=True, **KINDS[kind])
        )
        mask = rng.random((n, steps)) < 0.6 if masked else None
        assert_model_equal(own, model, x, mask, sequences, rng)


@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("sequences", [True, False])
def test_stacked_layers_equal_keras(masked, sequences):
    orders = [
        ["SimpleRNN", "LSTM"],
        ["LSTM", "GRU"],
        ["GRU", "GRU", "SimpleRNN"],
        ["LSTM", "LSTM"],
        ["Bidirectional", "LSTM"],
    ]
    for seed, names in enumerate(orders):
        rng = np.random.default_rng(seed)
        n, steps, features = rng.integers(1, 5, size=3)
        chain = []
        for place, name in enumerate(names):
            inner = getattr(layers, "GRU" if name == "Bidirectional" else name)(
                int(rng.integers(1, 4)), return_sequences=sequences or place < len(names) - 1, dtype="float64"
            )
            chain.append(layers.Bidirectional(inner, dtype="float64") if name == "Bidirectional" else inner)
        model = Chain(chain)
        x = rng.normal(size=(n, steps, features))
        mask = rng.random((n, steps)) < 0.6 if masked else None
        model.build(x.shape)
        model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
        own = []
        for layer, name in zip(chain, names, strict=True):
            weights = layer.get_weights()
            if name == "Bidirectional":
                half = len(weights) // 2
                own.append(
                    recurrent.Bidirectional(
                        recurrent.GRU(*weights[:half]), recurrent.GRU(*weights[half:], reverse=True)
                    )
                )
            else:
                own.append(getattr(recurrent, name)(*weights))
        assert_model_equal(recurrent.Stack(own), model, x, mask, sequences, rng)


# ---- Properties that need no Keras ----


def test_a_stack_keeps_what_happened_in_its_layers():
    rng = np.random.default_rng(0)
    low, high = recurrent.GRU.random(2, 3, rng), recurrent.LSTM.random(3, 4, rng)
    x, into = rng.normal(size=(2, 5, 2)), rng.normal(size=(2, 5, 4))
    stack = recurrent.Stack([low, high])
    both = recurrent.Bidirectional(low, recurrent.GRU.random(2, 3, rng, reverse=True))
    run = stack.forward(x)
    first, second = low.forward(x), high.forward(low.forward(x).outputs)
    np.testing.assert_array_equal(run.states["c"], second.states["c"])
    np.testing.assert_array_equal(run.gates["f"], second.gates["f"])
    np.testing.assert_array_equal(run.saved[0].states["h"], first.states["h"])
    back = stack.backward(run, into)
    np.testing.assert_array_equal(back.states["c"], high.backward(second, into).states["c"])
    assert back.initial_state == []
    run = both.forward(x)
    assert run.states == run.gates == both.backward(run, run.outputs).states == {}, "they are in what each layer saved"
    np.testing.assert_array_equal(run.saved[0][0].states["h"], first.states["h"])
    assert (
        [a.shape for a in back.weights]
        == [a.shape for a in stack.weights]
        == [a.shape for a in low.weights + high.weights]
    )


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(list(KINDS)), st.integers(1, 5), st.integers(0, 4), st.booleans(), st.integers(0, 10**6))
def test_padding_changes_nothing(kind, steps, padding, in_front, seed):
    case = Case(kind, 2, steps, 3, 4, True, "tanh", False, True, False, seed)
    rng = np.random.default_rng(seed)
    noise, there = rng.normal(size=(2, padding, 3)) * 10, np.ones((2, steps), bool)
    absent = np.zeros((2, padding), bool)
    padded = np.concatenate([noise, case.x] if in_front else [case.x, noise], axis=1)
    mask = np.concatenate([absent, there] if in_front else [there, absent], axis=1)
    plain, run = case.own.forward(case.x, None, case.initial), case.own.forward(padded, mask, case.initial)
    np.testing.assert_allclose(run.final, plain.final)
    a = case.own.backward(plain, None, case.final_gradient)
    b = case.own.backward(run, None, case.final_gradient)
    for one, other in zip([*a.weights, *a.initial_state], [*b.weights, *b.initial_state], strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)
    np.testing.assert_allclose(b.x[~mask], 0, atol=0)
    np.testing.assert_allclose(b.x[mask].reshape(a.x.shape), a.x, atol=1e-12)


def test_reverse_is_the_reading_of_the_reversed_sequence():
    case = Case("LSTM", 2, 5, 3, 4, True, "tanh", True, False, False, 1)
    back = recurrent.LSTM(*case.weights, reverse=True)
    there, mirrored = case.own.forward(case.x, case.mask), back.forward(case.x[:, ::-1], case.mask[:, ::-1])
    np.testing.assert_array_equal(there.outputs, mirrored.outputs[:, ::-1])
    np.testing.assert_array_equal(there.states["c"], mirrored.states["c"])
    np.testing.assert_array_equal(there.gates["f"], mirrored.gates["f"])


def test_forward_does_not_change_what_it_is_given():
    case = Case("GRU", 2, 5, 3, 4, True, "tanh", True, True, False, 1)
    copies = [np.copy(a) for a in (case.x, case.mask, *case.weights, *case.initial)]
    run = case.own.forward(case.x, case.mask, case.initial)
    case.own.backward(run, case.output_gradient, case.final_gradient)
    for copy, now in zip(copies, (case.x, case.mask, *case.weights, *case.initial), strict=True):
        np.testing.assert_array_equal(copy, now)


def test_gates_and_states_are_what_the_equations_say():
    case = Case("LSTM", 2, 4, 3, 4, True, "tanh", False, True, False, 2)
    run = case.own.forward(case.x, None, case.initial)
    c, h, gates = run.states["c"], run.states["h"], run.gates
    np.testing.assert_allclose(c[:, 1:], gates["f"] * c[:, :-1] + gates["i"] * gates["g"])
    np.testing.assert_allclose(h[:, 1:], gates["o"] * np.tanh(c[:, 1:]))
    np.testing.assert_array_equal(run.outputs, h[:, 1:])
    np.testing.assert_array_equal(run.final, h[:, -1])
    case = Case("GRU", 2, 4, 3, 4, True, "tanh", False, True, False, 2)
    run = case.own.forward(case.x, None, case.initial)
    h, gates = run.states["h"], run.gates
    np.testing.assert_allclose(h[:, 1:], gates["z"] * h[:, :-1] + (1 - gates["z"]) * gates["g"])


def test_random_layers_start_as_keras_does():
    rng = np.random.default_rng(0)
    layer = recurrent.LSTM.random(5, 8, rng, networks=30)
    assert layer.kernel.shape == (30, 5, 32) and layer.kernel.dtype == np.float32
    np.testing.assert_array_equal(layer.bias, np.tile(np.repeat([0, 1, 0, 0], 8), (30, 1)))
    products = layer.recurrent_kernel @ np.swapaxes(layer.recurrent_kernel, -1, -2)
    np.testing.assert_allclose(products, np.tile(np.eye(8), (30, 1, 1)), atol=1e-5)
    limit = np.sqrt(6 / (5 + 32))
    assert np.abs(layer.kernel).max() <= limit and np.std(layer.kernel) == pytest.approx(limit / 3**0.5, rel=0.03)
    theirs = layers.LSTM(8)
    theirs.build((1, 2, 5))
    kernel, recurrent_kernel, bias = theirs.get_weights()
    np.testing.assert_array_equal(bias, layer.bias[0])
    np.testing.assert_allclose(recurrent_kernel @ recurrent_kernel.T, np.eye(8), atol=1e-5)
    assert np.abs(kernel).max() <= limit
    gru, simple = recurrent.GRU.random(2, 3, rng), recurrent.SimpleRNN.random(2, 3, rng, activation="relu")
    assert not gru.bias.any() and gru.bias.shape == (2, 9) and simple.kernel.shape == (2, 3)
    assert recurrent.GRU.random(2, 3, rng, reset_after=False).bias.shape == (9,)
    smallest = recurrent.LSTM.random(1, 1, rng, networks=1)
    assert [weights.shape for weights in smallest.weights] == [(1, 1, 4), (1, 1, 4), (1, 4)]
    assert {weights.dtype for weights in [*layer.weights, *smallest.weights]} == {np.dtype("float32")}


@pytest.mark.parametrize(("rows", "columns"), [(4, 4), (6, 3), (3, 6), (1, 1)])
def test_orthogonal(rows, columns):
    matrices = recurrent.orthogonal(np.random.default_rng(0), rows, columns, 200)
    small = matrices if rows <= columns else np.swapaxes(matrices, -1, -2)
    np.testing.assert_allclose(
        small @ np.swapaxes(small, -1, -2), np.tile(np.eye(min(rows, columns)), (200, 1, 1)), atol=1e-9
    )
    assert np.abs(matrices.mean(axis=0)).max() < 0.25, "no direction should be preferred"


def test_sigmoid_is_exact_and_never_overflows():
    x = np.array([-1000.0, -3.0, 0.0, 2.0, 1000.0])
    with np.errstate(all="raise"):
        y = recurrent.sigmoid(x)
    np.testing.assert_allclose(y[1:4], 1 / (1 + np.exp(-x[1:4])), rtol=1e-12)
    np.testing.assert_allclose(y[[0, 4]], [0, 1])


def test_float32_stays_and_other_types_become_float64():
    rng = np.random.default_rng(0)
    layer = recurrent.LSTM.random(2, 3, rng)
    run = layer.forward(np.ones((1, 4, 2), "float32"))
    assert run.outputs.dtype == np.float32
    assert all(g.dtype == np.float32 for g in layer.backward(run, np.ones_like(run.outputs)).weights)
    wide = recurrent.LSTM.random(2, 3, rng, dtype="float64")
    assert wide.forward(np.ones((1, 4, 2), int)).outputs.dtype == np.float64


@pytest.mark.parametrize("cls", [recurrent.SimpleRNN, recurrent.LSTM, recurrent.GRU])
@pytest.mark.parametrize("number", range(4))
def test_one_float64_among_the_weights_and_the_input_makes_all_of_it_float64(cls, number):
    rng = np.random.default_rng(0)
    arrays = [*cls.random(2, 3, rng).weights, rng.normal(size=(1, 4, 2)).astype("float32")]
    mixed = [array.astype("float64") if k == number else array for k, array in enumerate(arrays)]
    wide = [array.astype("float64") for array in arrays]
    runs = [cls(*weights).forward(x) for *weights, x in (mixed, wide)]
    for name, state in runs[0].states.items():
        assert state.dtype == np.float64
        np.testing.assert_allclose(state, runs[1].states[name], rtol=1e-12)
    ones = np.ones_like(runs[0].outputs)
    ours_all, theirs_all = (cls(*a[:3]).backward(run, ones).weights for a, run in zip((mixed, wide), runs, strict=True))
    for ours, theirs in zip(ours_all, theirs_all, strict=True):
        assert ours.dtype == np.float64
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_weights_can_be_replaced():
    case = Case("GRU", 2, 3, 2, 3, True, "tanh", False, False, False, 1)
    other = Case("GRU", 2, 3, 2, 3, True, "tanh", False, False, False, 2)
    case.own.weights = other.weights
    np.testing.assert_array_equal(case.own.forward(case.x).outputs, other.own.forward(case.x).outputs)
    with pytest.raises(ValueError, match="the weights have the shapes"):
        case.own.weights = other.weights[:2]


def test_input_gradient_may_be_left_out():
    case = Case("LSTM", 2, 3, 2, 3, True, "tanh", False, False, False, 1)
    back = case.own.backward(case.own.forward(case.x), case.output_gradient, input_gradient=False)
    assert back.x is None and back.weights[0].shape == case.weights[0].shape


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: recurrent.LSTM(np.ones((2, 8)), np.ones((3, 12))), "kernel has the shape"),
        (lambda: recurrent.LSTM(np.ones((2, 12)), np.ones((3, 11))), "recurrent_kernel has the shape"),
        (lambda: recurrent.GRU(np.ones((2, 9)), np.ones((3, 9)), np.ones(9)), "bias has the shape"),
        (lambda: recurrent.SimpleRNN(np.ones(3), np.ones((3, 3))), "are matrices"),
        (lambda: recurrent.SimpleRNN(np.array([["a"]]), np.ones((1, 1))), "an array of numbers"),
        (lambda: recurrent.SimpleRNN(np.ones((1, 1)), np.ones((1, 1)), activation="step"), "activation is one of"),
        (lambda: recurrent.LSTM.random(0, 3, np.random.default_rng(0)), "at least 1, not 0, 3, None"),
        (lambda: recurrent.LSTM.random(2, 3, np.random.default_rng(0), networks=0), "at least 1, not 2, 3, 0"),
        (lambda: recurrent.Stack([]), "at least one layer"),
        (lambda: recurrent.Bidirectional(small(), small()), "reverse=True"),
        (lambda: small().forward(np.ones((2, 3, 4))), "x is"),
        (lambda: small().forward(np.ones((2, 0, 2))), "x is"),
        (lambda: small().forward(np.ones((2, 3, 2)), np.ones((2, 3))), "mask is"),
        (lambda: small().forward(np.ones((2, 3, 2)), np.ones((3, 2), bool)), "mask is"),
        (lambda: small().forward(np.ones((2, 3, 2)), None, np.ones((2, 3))), "initial_state is one array for each"),
        (lambda: small().forward(np.ones((2, 3, 2)), None, [np.ones((2, 4))] * 2), "initial_state has the shape"),
        (lambda: small().backward(small().forward(np.ones((2, 3, 2))), np.ones((2, 3, 4))), "output_gradient is"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def small():
    return recurrent.LSTM.random(2, 3, np.random.default_rng(0))
