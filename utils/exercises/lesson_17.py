"""The exercises of lesson 17, LSTM."""

import numpy as np

from utils.exercises.engine import Exercise, call, expect, expect_array, expect_close, expect_number, expect_parts

# ---- How long a memory ----


def forget_bias_for(half_life):
    """The bias of a forget gate that leaves half of the cell after `half_life` steps."""
    gate = 0.5 ** (1 / half_life)
    return np.log(gate / (1 - gate))


def check_forget_bias_for(answer):
    def bias(half_life):
        return expect_number(call(answer, half_life), f"the bias for a half-life of {half_life}")

    result = bias(50)
    gate = 0.5 ** (1 / 50)
    expect(not np.isclose(result, gate), "That is where the gate has to stand. Which bias makes a sigmoid stand there?")
    expect(not np.isclose(result, -forget_bias_for(50)), "The sign is wrong: a gate that keeps has a positive bias.")
    expect(
        not np.isclose(result, np.log(50 - 1)),
        "1 − 1/steps leaves about 1/e after that many steps. Here it is one half.",
    )
    half = bias(1)
    expect(abs(half) < 1e-6, "Half after a single step: the gate stands at one half. Which bias is that?")
    expect(
        not np.isclose(result, np.log(0.5**50 / (1 - 0.5**50))),
        "The gate is applied at each of the steps; after all of them one half is left. How much does one step leave?",
    )
    for half_life in (2, 5, 10, 50, 1000):
        left = (1 / (1 + np.exp(-float(bias(half_life))))) ** half_life
        # a gate in float32 is off by 6e-8, and every step adds to that
        close = 1e-6 + 2e-7 * half_life
        expect(abs(left - 0.5) < close, f"With your bias for {half_life} steps, {left:.6f} is left after them.")


# ---- A smaller cell ----


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def minimal_gated_unit(x, kernel, recurrent_kernel, bias):
    """The states (N, T, units) of a minimal gated unit, which starts at 0."""
    units = len(recurrent_kernel)
    h, states = np.zeros((len(x), units)), []
    for t in range(x.shape[1]):
        from_x = x[:, t] @ kernel + bias
        f = 1 / (1 + np.exp(-(from_x[:, :units] + h @ recurrent_kernel[:, :units])))
        g = np.tanh(from_x[:, units:] + (f * h) @ recurrent_kernel[:, units:])
        h = (1 - f) * h + f * g
        states.append(h)
    return np.stack(states, axis=1)


def _other_gated_unit(x, kernel, recurrent_kernel, bias, *, swap=False, after=False, full=False, turned=False):
    """A minimal gated unit with a typical mistake."""
    units = len(recurrent_kernel)
    h, states = np.zeros((len(x), units)), []
    for t in range(x.shape[1]):
        from_x, from_h = x[:, t] @ kernel + bias, h @ recurrent_kernel
        first, second = (np.s_[:, units:], np.s_[:, :units]) if swap else (np.s_[:, :units], np.s_[:, units:])
        f = _sigmoid(from_x[first] + from_h[first])
        seen = f * from_h[second] if after else (h if full else f * h) @ recurrent_kernel[second]
        g = np.tanh(from_x[second] + seen)
        h = f * h + (1 - f) * g if turned else (1 - f) * h + f * g
        states.append(h)
    return np.stack(states, axis=1)


def check_minimal_gated_unit(answer):
    rng = np.random.default_rng(17)
    x, kernel = rng.normal(size=(3, 4, 2)), rng.normal(size=(2, 10))
    recurrent_kernel, bias = rng.normal(size=(5, 10)), rng.normal(size=10)
    inputs = x, kernel, recurrent_kernel, bias
    result = expect_array(call(answer, *inputs), None)
    expect(result.shape != (3, 5), "That is the last state. All of them are wanted, (N, T, units).")
    expect(result.shape != (4, 3, 5), "Time comes second: (N, T, units).")
    expect(result.shape != (3, 5, 5), "Does it begin with the 0 that comes before the first step? That is left out.")
    result = expect_array(result, (3, 4, 5))
    for hint, mistake in {
        "The gate's columns come first, then the candidate's.": {"swap": True},
        "The gate multiplies h before the recurrent kernel does, not after.": {"after": True},
        "The candidate sees all of h; it should see f · h.": {"full": True},
        "Here f says how much is written, not how much is kept.": {"turned": True},
    }.items():
        expect(not np.allclose(result, _other_gated_unit(*inputs, **mistake)), hint)
    right = minimal_gated_unit(*inputs)
    expect(
        not np.allclose(result[:, 0], right[:, 0]) or np.allclose(result, right),
        "The first step is right, and a later one is not. Which h does it start from, and how much of that h is kept?",
    )
    expect_close(result, right, hint="Compare the first step by hand: h is 0 there.")


# ---- Program an LSTM ----


def register_weights():
    """An LSTM of one unit whose cell holds tanh(value) of the last marked step (value, mark)."""
    kernel = np.array(
        [
            [0.0, 0.0, 1.0, 0.0],  # the value goes to the candidate
            [40.0, -40.0, 0.0, 0.0],  # a mark opens the input gate and shuts the forget gate
        ]
    )
    recurrent_kernel = np.zeros((1, 4))
    bias = np.array([-20.0, 20.0, 0.0, 0.0])  # otherwise: write nothing, keep everything
    return kernel, recurrent_kernel, bias


def check_register_weights(answer):
    weights = expect_parts(call(answer), 3, "Return three arrays: kernel, recurrent_kernel and bias.")
    names = ("kernel", "recurrent_kernel", "bias")
    weights = [
        expect_array(one, shape, f"the {name}")
        for one, shape, name in zip(weights, ((2, 4), (1, 4), (4,)), names, strict=True)
    ]
    from utils.recurrent import LSTM

    layer = LSTM(*[one.astype("float64") for one in weights])
    rng = np.random.default_rng(17)

    def held(values, marks):
        return layer.forward(np.stack([values, marks], axis=-1)[None]).states["c"][0, 1:, 0]

    value = rng.uniform(-1, 1, size=201)
    one_mark = np.zeros(201)
    one_mark[0] = 1
    cell = held(value, one_mark)
    expect(
        abs(cell[0] - np.tanh(value[0])) < 0.01,
        "At a mark, the cell should take over tanh(value): i = 1, g = tanh(value).",
    )
    expect(
        abs(cell[1] - np.tanh(value[0])) < 0.01,
        "One step after the mark it is already something else. Without a mark: what should i be, and what f?",
    )
    expect(
        np.abs(cell - np.tanh(value[0])).max() < 0.01,
        "It holds for some steps and then drifts away. A gate that is nearly shut or open is not enough for 200 steps.",
    )
    second = np.zeros(201)
    second[[3, 100]] = 1
    expect(
        abs(held(value, second)[100] - np.tanh(value[100])) < 0.01,
        "The second mark does not replace what the first has written. What should f be at a mark?",
    )
    for _ in range(20):
        values, marks = rng.uniform(-1, 1, size=60), rng.random(60) < 0.1
        marks[0] = True
        latest = np.maximum.accumulate(np.where(marks, np.arange(60), 0))
        expect(
            np.abs(held(values, marks.astype(float)) - np.tanh(values[latest])).max() < 0.01,
            "With many marks, at random places, the cell is not always tanh of the last marked value.",
        )


# ---- Back through a leak ----


def leaky_gradients(x, kernel, recurrent_kernel, bias, leak, final_gradient):
    """The gradients of kernel, recurrent_kernel and bias of a leaky layer."""
    h, bends = [np.zeros((len(x), len(recurrent_kernel)))], []
    for t in range(x.shape[1]):
        bends.append(np.tanh(x[:, t] @ kernel + h[t] @ recurrent_kernel + bias))
        h.append(leak * h[t] + (1 - leak) * bends[t])
    of_kernel, of_recurrent, of_bias = np.zeros(kernel.shape), np.zeros(recurrent_kernel.shape), np.zeros(bias.shape)
    dh = final_gradient
    for t in reversed(range(x.shape[1])):
        into = dh * (1 - leak) * (1 - bends[t] ** 2)
        of_kernel += x[:, t].T @ into
        of_recurrent += h[t].T @ into
        of_bias += into.sum(axis=0)
        dh = leak * dh + into @ recurrent_kernel.T
    return of_kernel, of_recurrent, of_bias


def _same(one, other):
    return np.shape(one) == np.shape(other) and np.allclose(one, other)


def _bias_gradients_by_step(x, kernel, recurrent_kernel, bias, final_gradient):
    """What each step alone says about the bias of a layer without a leak, the first step first."""
    h = [np.zeros((len(x), len(recurrent_kernel)))]
    for t in range(x.shape[1]):
        h.append(np.tanh(x[:, t] @ kernel + h[t] @ recurrent_kernel + bias))
    dh, found = final_gradient, []
    for t in reversed(range(x.shape[1])):
        into = dh * (1 - h[t + 1] ** 2)
        found.insert(0, into.sum(axis=0))
        dh = into @ recurrent_kernel.T
    return found


def check_leaky_gradients(answer):
    rng = np.random.default_rng(17)
    kernel, recurrent_kernel, bias = rng.normal(size=(2, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)

    def compare(steps, leak, hint):
        x, final = rng.normal(size=(4, steps, 2)), rng.normal(size=(4, 3))
        given = call(answer, x, kernel, recurrent_kernel, bias, leak, final)
        given = expect_parts(given, 3, "Return three arrays: the gradients of kernel, recurrent_kernel and bias.")
        if steps > 1 and leak == 0:
            first, *_, last = _bias_gradients_by_step(x, kernel, recurrent_kernel, bias, final)
            expect(not _same(given[2], last), "Only the last step counts. How does dh reach the step before it?")
            expect(not _same(given[2], first), "Only the first step counts. The uses at all steps add up.")
        right = leaky_gradients(x, kernel, recurrent_kernel, bias, leak, final)
        for name, one, other in zip(("kernel", "recurrent_kernel", "bias"), given, right, strict=True):
            what = f"the gradient of {name} with {steps} step{'s' * (steps > 1)} and leak {leak}"
            expect_close(expect_array(one, other.shape, what), other, what, hint=hint)

    compare(1, 0.0, "With one step and no leak it is a dense layer with tanh: slope times what comes in.")
    compare(1, 0.3, "The tanh enters the state with the factor 1 − leak; so does its gradient.")
    compare(3, 0.0, "Without a leak it is a plain SimpleRNN; the lesson has its gradients.")
    compare(3, 0.7, "On its way back dh has two ways: through the tanh, and straight through the leak.")
    compare(6, 0.4, "It is right for few steps and wrong for more.")


EXERCISES = [
    Exercise(
        name="forget_bias_for",
        kind="function",
        title="How long a memory (10 minutes)",
        stub="def forget_bias_for(half_life): ...",
        solution=forget_bias_for,
        check=check_forget_bias_for,
        hint="First the gate: which number to the power of half_life is one half? Then undo the sigmoid.",
    ),
    Exercise(
        name="minimal_gated_unit",
        kind="function",
        title="A smaller cell (20 minutes)",
        stub=(
            "def minimal_gated_unit(x, kernel, recurrent_kernel, bias):\n"
            '    """x (N, T, features), the kernels (…, 2·units), bias (2·units,): all states."""\n'
            "    ..."
        ),
        solution=minimal_gated_unit,
        check=check_minimal_gated_unit,
        hint="Take gru_forward. Cut the columns in two; f · h is multiplied before it meets its half of the kernel.",
    ),
    Exercise(
        name="register_weights",
        kind="function",
        title="Program an LSTM (30 minutes)",
        stub=(
            'def register_weights():\n    """Return kernel (2, 4), recurrent_kernel (1, 4) and bias (4,)."""\n    ...'
        ),
        solution=register_weights,
        check=check_register_weights,
        hint="Write down i, f and g with a mark and without. A sigmoid is 0 or 1 if its input is large enough.",
    ),
    Exercise(
        name="leaky_gradients",
        kind="function",
        title="Back through a leak (one hour)",
        stub=(
            "def leaky_gradients(x, kernel, recurrent_kernel, bias, leak, final_gradient):\n"
            '    """Return the gradients of kernel, recurrent_kernel and bias."""\n'
            "    ..."
        ),
        solution=leaky_gradients,
        check=check_leaky_gradients,
        hint="Take rnn_backward. Keep the tanh of each step by itself; the state is no longer the same as it.",
    ),
]
