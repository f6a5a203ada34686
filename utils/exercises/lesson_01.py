"""Exercises of lesson 01: from one neuron to a network."""

import inspect

import numpy as np

from utils.exercises.engine import (
    Exercise,
    Wrong,
    call,
    expect,
    expect_array,
    expect_close,
    expect_number,
    expect_parts,
)

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
XOR = np.array([0, 1, 1, 0])


# ---- 1. XOR by hand ----


def xor_by_hand():
    """XOR is OR and not AND: one hidden neuron answers OR, the other AND, and the output subtracts."""
    hidden_weights = np.array([[1, 1], [1, 1]])
    hidden_biases = np.array([-0.5, -1.5])  # above 0 from one input on; above 0 from two inputs on
    output_weights = np.array([1, -1])
    output_bias = -0.5
    return hidden_weights, hidden_biases, output_weights, output_bias


def check_xor_by_hand(answer):
    expect(
        isinstance(answer, tuple | list) and len(answer) == 4,
        "Four things are wanted: hidden weights, hidden biases, output weights, output bias.",
    )
    hidden_weights = expect_array(answer[0], (2, 2), "the matrix of hidden weights")
    hidden_biases = expect_array(answer[1], (2,), "the array of hidden biases")
    output_weights = expect_array(answer[2], (2,), "the array of output weights")
    output_bias = expect_number(answer[3], "the output bias")
    sums = CORNERS @ hidden_weights + hidden_biases
    hidden = (sums > 0).astype(int)
    says = (hidden @ output_weights + output_bias > 0).astype(int)
    if np.array_equal(says, XOR):
        return
    if np.any(sums == 0) and np.array_equal(((sums >= 0) @ output_weights + output_bias > 0).astype(int), XOR):
        raise Wrong("Some sums are exactly 0, where the step gives 0. Move the lines between the points, not through.")
    turned = ((CORNERS @ hidden_weights.T + hidden_biases > 0) @ output_weights + output_bias > 0).astype(int)
    expect(
        not np.array_equal(turned, XOR),
        "This would be right if each row of the matrix were a hidden neuron. Here each column is one.",
    )
    expect(
        len({tuple(column) for column in hidden.T}) == 2,
        "Both hidden neurons give the same answers to the four inputs, so one of them is not needed, and one line is "
        "not enough. Let them draw two different lines.",
    )
    expect(
        np.all(np.ptp(hidden, axis=0) > 0),
        "One hidden neuron gives the same answer to all four inputs. Look at its bias: which sums can it meet?",
    )
    groups = {tuple(row) for row in hidden[XOR == 1]} & {tuple(row) for row in hidden[XOR == 0]}
    expect(
        not groups,
        "The hidden layer gives the same pair of answers to an input that wants 1 and to one that wants 0. "
        "No output neuron can tell these two apart; move a line between them.",
    )
    expect(
        not np.array_equal(says, 1 - XOR),
        "Every answer is the opposite of XOR. The hidden layer is good; look at the signs in the output neuron.",
    )
    count = int(np.sum(says == XOR))
    raise Wrong(
        f"{count} of 4 answers are right. The hidden layer does tell the two groups apart; list what it gives for "
        "each input, and choose the output neuron's line for those pairs."
    )


# ---- 2. The planted bug ----

REPAIR_STUB = """def backward_relu(inputs, targets, W1, b1, W2, b2):
    s1 = inputs @ W1 + b1
    hidden = np.maximum(s1, 0)
    outputs = hidden @ W2 + b2
    by_outputs = 2 * (outputs - targets) / targets.size
    by_hidden = by_outputs @ W2.T
    by_s1 = by_hidden * (s1 > 0)
    by_W1, by_b1 = inputs.T @ by_s1, by_hidden.sum(axis=0)
    by_W2, by_b2 = hidden.T @ by_outputs, by_outputs.sum(axis=0)
    return [by_W1, by_b1, by_W2, by_b2]"""


def backward_relu(inputs, targets, W1, b1, W2, b2):
    """Gradient of the mean squared error by W1, b1, W2, b2. The bias sits inside the ReLU, as the weights do."""
    s1 = inputs @ W1 + b1
    hidden = np.maximum(s1, 0)
    outputs = hidden @ W2 + b2
    by_outputs = 2 * (outputs - targets) / targets.size
    by_hidden = by_outputs @ W2.T
    by_s1 = by_hidden * (s1 > 0)
    by_W1, by_b1 = inputs.T @ by_s1, by_s1.sum(axis=0)  # the bug was here: by_hidden in place of by_s1
    by_W2, by_b2 = hidden.T @ by_outputs, by_outputs.sum(axis=0)
    return [by_W1, by_b1, by_W2, by_b2]


def relu_loss(inputs, targets, W1, b1, W2, b2):
    """Mean squared error of a network with ReLU hidden neurons and linear outputs."""
    return np.mean((np.maximum(inputs @ W1 + b1, 0) @ W2 + b2 - targets) ** 2)


def central_gradient(loss, parameters, h=1e-6):
    """Gradient of loss(*parameters) by each array of parameters, element by element, by central differences."""
    gradient = []
    for number, parameter in enumerate(parameters):
        slopes = np.zeros_like(parameter)
        for place in np.ndindex(parameter.shape):
            values = []
            for sign in (1, -1):
                moved = [array.copy() for array in parameters]
                moved[number][place] += sign * h
                values.append(loss(*moved))
            slopes[place] = (values[0] - values[1]) / (2 * h)
        gradient.append(slopes)
    return gradient


def check_repair_backward(answer):
    rng = np.random.default_rng(1)
    for count, n_in, n_hidden, n_out in [(1, 3, 4, 2), (6, 3, 4, 2), (5, 2, 6, 3)]:
        inputs, targets = rng.normal(size=(count, n_in)), rng.normal(size=(count, n_out))
        parameters = [rng.normal(size=shape) for shape in [(n_in, n_hidden), (n_hidden,), (n_hidden, n_out), (n_out,)]]
        result = call(answer, inputs, targets, *parameters)
        result = expect_parts(result, 4, "Return a list of four gradients: by W1, b1, W2 and b2.")

        def loss(*moved, inputs=inputs, targets=targets):
            return relu_loss(inputs, targets, *moved)

        expected = central_gradient(loss, parameters)
        size = targets.size
        for name, gradient, wanted in zip(["W1", "b1", "W2", "b2"], result, expected, strict=True):
            gradient = expect_array(gradient, wanted.shape, f"the gradient by {name}")
            if np.allclose(gradient, wanted, atol=1e-6):
                continue
            expect(
                not np.allclose(gradient, -wanted, atol=1e-6),
                f"The gradient by {name} has the wrong sign: it points downhill.",
            )
            for factor in (count, n_out, size, 0.5, 2, 1 / count, 1 / n_out, 1 / size):
                if factor != 1 and np.allclose(gradient, factor * wanted, atol=1e-6):
                    raise Wrong(
                        f"The gradient by {name} has the right direction and the wrong length. The loss is the mean "
                        f"over {count} × {n_out} squares: count the factors."
                    )
            raise Wrong(
                f"With {count} example{'s' * (count > 1)}, the gradient by {name} is not the slope that central "
                f"differences give. Follow the path from the loss to {name} and name every operation on it."
            )


# ---- 3. An operation for the engine ----


def divide(a, b):
    """a / b, and what to pass on: the slope of a quotient by its numerator is 1 / b, by its denominator -a / b²."""
    return a / b, lambda slope: (slope / b, -slope * a / b**2)


def _operation(answer, *arrays):
    """Call an operation of the engine; return its result and its pass_on, checked."""
    result = call(answer, *arrays)
    expect(
        isinstance(result, tuple | list) and len(result) == 2,
        "An operation returns two things: its result, and a function that passes the slope on.",
    )
    expect(
        callable(result[1]),
        "The second thing that an operation returns is a function: it is called later, in the backward pass, with the "
        "slope that arrives.",
    )
    expect(_takes_one(result[1]), "pass_on takes one argument, the slope that arrives.")
    return result


def _takes_one(function):
    """Whether a function can be called with one positional argument; True where Python cannot tell."""
    try:
        inspect.signature(function).bind(1.0)
    except TypeError:
        return False
    except ValueError:  # some built-in functions have no signature
        return True
    return True


def _passed_on(pass_on, slope, count):
    """What pass_on gives for a slope: one array for each input."""
    slopes = pass_on(slope)
    expect(slopes is not None, "pass_on returns None. Is there a return statement in it?")
    return expect_parts(slopes, count, f"pass_on returns a tuple with one slope for each of the {count} inputs.")


def check_divide(answer):
    rng = np.random.default_rng(2)
    a, b, slope = rng.normal(size=(3, 4)), rng.uniform(0.5, 3, size=(3, 4)), rng.normal(size=(3, 4))
    result, pass_on = _operation(answer, a, b)
    expect_close(result, a / b, "the result", hint="It should be a divided by b.")
    by_a, by_b = _passed_on(pass_on, slope, 2)
    by_a = expect_array(by_a, (3, 4), "the slope passed on to a")
    by_b = expect_array(by_b, (3, 4), "the slope passed on to b")
    expect(
        not (np.allclose(by_a, 1 / b) or np.allclose(by_b, -a / b**2)),
        "These are the slopes of this operation alone. The chain rule multiplies them with the slope that arrives.",
    )
    expect(not np.allclose(by_b, slope / b), "The slopes come in the order of the inputs: first for a, then for b.")
    expect(
        not np.allclose(by_b, slope * a / b**2),
        "If b grows, does a / b grow or shrink? Look at the sign of the slope by b.",
    )
    expect_close(by_a, slope / b, "the slope passed on to a", hint="How fast does a / b change with a?")
    expect_close(
        by_b,
        -slope * a / b**2,
        "the slope passed on to b",
        hint="How fast does a / b change with b? Write it as a times b to the power of -1.",
    )


# ---- 4. Topological order ----


def build_order(needs):
    """The names in an order in which each comes after all that it needs.

    needs: a dict from each name to the list of names that it needs directly.
    """
    order, seen = [], set()

    def visit(name):
        if name in seen:
            return
        seen.add(name)
        for needed in needs[name]:
            visit(needed)
        order.append(name)

    for name in needs:
        visit(name)
    return order


def _expect_order(order, needs, case):
    expect(isinstance(order, list | tuple), f"{case}: return a list of names.")
    order = list(order)
    twice = sorted({str(name) for name in order if order.count(name) > 1})
    expect(not twice, f"{case}: {', '.join(twice)} stands in the list more than once. Remember what you have visited.")
    absent = sorted(set(needs) - set(order))
    expect(not absent, f"{case}: {', '.join(absent)} is missing from the list.")
    expect(set(order) == set(needs), f"{case}: the list holds something that is not a name of the graph.")
    place = {name: number for number, name in enumerate(order)}
    links = [(name, needed) for name in needs for needed in needs[name]]
    broken = [(name, needed) for name, needed in links if place[needed] > place[name]]
    expect(
        not links or len(broken) < len(links),
        f"{case}: every name stands before all that it needs. Is the list the wrong way round?",
    )
    if broken:
        name, needed = broken[0]
        raise Wrong(f"{case}: {name} needs {needed}, but stands before it.")


class Counted(dict):
    """A dict that counts, for all its copies together, how often something is looked up in it."""

    looked_up = 0

    def __getitem__(self, name):
        Counted.looked_up += 1
        return super().__getitem__(name)

    def get(self, name, default=None):
        Counted.looked_up += 1
        return super().get(name, default)


def check_build_order(answer):
    chain = {"loss": ["output"], "output": ["sum"], "sum": ["weight", "input"], "weight": [], "input": []}
    diamond = {"d": ["b", "c"], "b": ["a"], "c": ["b", "a"], "a": [], "e": ["d", "a"]}
    separate = {"x": [], "y": ["x"], "p": ["q"], "q": []}
    for case, needs in [("a chain", chain), ("a diamond", diamond), ("two separate graphs", separate), ("nothing", {})]:
        _expect_order(call(answer, needs), needs, case)
    rng = np.random.default_rng(3)
    for _ in range(20):
        names = [f"n{number}" for number in rng.permutation(12)]
        needs = {name: [earlier for earlier in names[:place] if rng.random() < 0.3] for place, name in enumerate(names)}
        shuffled = {names[place]: needs[names[place]] for place in rng.permutation(12)}
        _expect_order(call(answer, shuffled), shuffled, "a random graph of 12 names")
    short = Counted({str(rung): [str(rung - 1)] * 2 if rung else [] for rung in range(14, -1, -1)})
    Counted.looked_up = 0
    order = call(answer, short)
    looked_up = Counted.looked_up
    _expect_order(order, short, "a ladder of 14 rungs")
    expect(
        looked_up <= 2000,
        "The order is right, but the same name is visited once for every path that leads to it. Remember what you "
        "have visited.",
    )
    ladder = {str(rung): [str(rung - 1)] * 2 if rung else [] for rung in range(30, -1, -1)}
    _expect_order(call(answer, ladder), ladder, "a ladder of 30 rungs")


# ---- 5. Cross-entropy for the engine ----


def cross_entropy(scores, one_hot):
    """Mean over the rows of -log(softmax(scores) at the right class), and what to pass on.

    Subtracting the largest score of a row changes no softmax and keeps exp from overflowing. The slope by the scores
    is softmax minus target, over the number of rows; the targets are data and get no slope.
    """
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    result = -np.sum(one_hot * log_softmax) / len(scores)

    def pass_on(slope):
        return slope * (np.exp(log_softmax) - one_hot) / len(scores), np.zeros_like(one_hot)

    return result, pass_on


def check_cross_entropy(answer):
    rng = np.random.default_rng(4)
    scores, one_hot = rng.normal(size=(6, 4)), np.eye(4)[rng.integers(0, 4, size=6)]
    wanted, wanted_pass_on = cross_entropy(scores, one_hot)
    result, pass_on = _operation(answer, scores, one_hot)
    result = expect_number(result, "the loss")
    expect(not np.isclose(result, -wanted), "The loss has the wrong sign: it should be positive.")
    expect(
        not np.isclose(result, wanted * 6),
        "That is the sum over the examples. Take the mean, so that the slope does not grow with the batch.",
    )
    expect(not np.isclose(result, wanted / 4), "That is the mean over all elements. Take it over the examples only.")
    by_columns = -np.sum(one_hot * np.log(np.exp(scores) / np.exp(scores).sum(axis=0))) / 6
    expect(not np.isclose(result, by_columns), "The softmax of an example sums over its classes: which axis is that?")
    expect_close(result, wanted, "the loss", hint="Softmax along each row, logarithm, the right class, minus, mean.")
    for slope in (1.0, -2.5):
        by_scores, by_targets = _passed_on(pass_on, slope, 2)
        by_scores = expect_array(by_scores, (6, 4), "the slope passed on to the scores")
        expect(by_targets is not None, "The targets get a slope too, as every parent does: an array of zeros will do.")
        expect_array(by_targets, (6, 4), "the slope passed on to the targets (zeros will do)")
        right = wanted_pass_on(slope)[0]
        expect(
            slope == 1 or not np.allclose(by_scores, wanted_pass_on(1.0)[0]),
            "The slope passed on does not depend on the slope that arrives. The chain rule multiplies by it.",
        )
        expect(
            not np.allclose(by_scores, 6 * right),
            "The slope by the scores is too long by the number of examples: the loss is a mean.",
        )
        expect(
            not np.allclose(by_scores, -right),
            "The slope by the scores has the wrong sign: it points downhill.",
        )
        expect_close(
            by_scores,
            right,
            "the slope by the scores",
            hint="Take the slope of log(sum(exp(scores))) and of the right score apart.",
        )
    large = call(answer, scores + 1000.0, one_hot)
    with np.errstate(all="ignore"):
        expect(
            np.isfinite(float(large[0])),
            "With scores around 1000 the loss is not finite: exp overflows. Which number may be subtracted from all "
            "scores of a row without changing its softmax?",
        )
    expect_close(
        large[0],
        wanted,
        "the loss for scores around 1000",
        tolerance=1e-4,  # in float32 a score near 1000 is off by 3e-5
        hint="It should not change when all scores grow.",
    )
    hint = (
        "Here a row holds scores that differ by hundreds: softmax is exactly 0 somewhere, and its logarithm is not "
        "finite. Take the logarithm on paper first."
    )
    with np.errstate(all="ignore"):
        spread = call(answer, scores * 1000.0, one_hot)
        expect(np.isfinite(float(spread[0])), hint)
    expect_close(spread[0], cross_entropy(scores * 1000.0, one_hot)[0], "the loss for scores far apart", hint=hint)


EXERCISES = [
    Exercise(
        name="xor_by_hand",
        kind="value",
        stub="xor_weights = ...",
        solution=xor_by_hand,
        check=check_xor_by_hand,
        hint="Which two gates that one neuron can answer does XOR differ between? Let each hidden neuron answer one.",
    ),
    Exercise(
        name="repair_backward",
        kind="function",
        stub=REPAIR_STUB,
        solution=backward_relu,
        check=check_repair_backward,
        hint="Compare each of the four gradients with central differences of the loss, one after the other. "
        "The first that differs tells which line to read.",
    ),
    Exercise(
        name="divide",
        kind="function",
        stub="def divide(a, b):\n    ...",
        solution=divide,
        check=check_divide,
        hint="Start from `multiply`. Two slopes are wanted: of a / b as a moves, and of a / b as b moves.",
    ),
    Exercise(
        name="build_order",
        kind="function",
        stub="def build_order(needs):\n    ...",
        solution=build_order,
        check=check_build_order,
        hint="To place a name, first place all that it needs, unless they have been placed already.",
    ),
    Exercise(
        name="cross_entropy",
        kind="function",
        stub="def cross_entropy(scores, one_hot):\n    ...",
        solution=cross_entropy,
        check=check_cross_entropy,
        hint="Write log(softmax) as the score minus the logarithm of the sum of exp(scores) of its row. "
        "Then the slope is one subtraction.",
    ),
]
