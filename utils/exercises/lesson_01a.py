"""The exercises of lesson 01a: from one neuron to a network."""

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


# ---- A neuron ----


def neuron(inputs, weights, bias, f):
    """The products and the bias added up, and f of the sum."""
    return f(inputs @ weights + bias)


def check_neuron(answer):
    rng = np.random.default_rng(0)
    many, weights = rng.normal(size=(5, 3)), rng.normal(size=3)
    for inputs, case in ((many[0], "for one input"), (many, "for five inputs, one a row")):
        for f, bias in ((np.tanh, 0.7), (lambda s: 3 * s - 2, -0.3), (lambda s: s**2 + 1, 0.4)):
            result = call(answer, inputs, weights, bias, f)
            s = inputs @ weights
            shape = np.shape(result)
            expect(
                shape != (3,) and shape != (5, 3),
                f"The result {case} has the shape {shape}. Products are wanted, and then their sum: one number for "
                "each input.",
            )
            expect(
                not (inputs.ndim == 2 and shape == ()),
                "For five inputs, one a row, it returns one number. Five are wanted: add up in each row, not over all.",
            )
            result = expect_array(result, s.shape, f"the result {case}")
            expect(not _near(result, s + bias), "That is the sum with the bias, before f. Send it through f.")
            expect(not _near(result, f(s)), "The bias is missing from the sum, or comes to nothing.")
            expect(not _near(result, f(s) + bias), "The bias belongs to the sum: add it before f, not after.")
            expect(not _near(result, f(s - bias)), "The bias is added to the sum, and not taken away.")
            expect_close(result, f(s + bias), f"the result {case}", hint="Multiply, add, add the bias, apply f.")


def _near(result, wrong):
    return np.allclose(result, wrong, rtol=1e-5, atol=1e-5)


# ---- Central differences ----


def central_differences(function, at, h=1e-6):
    """The slope by each number: the change between a little up and a little down, by the distance of the two."""
    slopes = [(function(at + h * d) - function(at - h * d)) / (2 * h) for d in np.eye(len(at))]
    return np.array(slopes)


def check_central_differences(answer):
    def function(at):
        return at[0] ** 3 + 2 * at[0] * at[1] - np.sin(at[2])

    at, h = np.array([1.0, -2.0, 0.5]), 0.1
    central = central_differences(function, at, h)
    result = expect_array(call(answer, function, at, h), None, "the result")
    expect(
        result.shape == (3,),
        f"Three slopes are wanted, one for each of the three numbers, and not an array of shape {result.shape}.",
    )
    one_sided = [
        np.array([sign * (function(at + sign * h * d) - function(at)) / h for d in np.eye(3)]) for sign in (1, -1)
    ]
    expect(
        not any(_near(result, one) for one in one_sided),
        "It moves the number to one side only. Move it up and down by h: what curves then falls out.",
    )
    for factor, text in (
        (2, "These slopes are twice as large. How far apart are the two places where the function is asked?"),
        (-1, "These slopes have the wrong sign: up minus down, not down minus up."),
        (2 * h, "That is the change of the function. Divide it by the distance between the two places."),
        (0.5, "These slopes are half as large. How far apart are the two places where the function is asked?"),
        (2 * h * h, "Dividing by the distance comes after subtracting: look at the brackets around 2 * h."),
        (h * h, "Dividing by the distance comes after subtracting: look at the brackets around 2 * h."),
    ):
        expect(not _near(result, factor * central), text)
    expect(
        not _near(result, central_differences(function, at, h / 2)),
        "The two places are h apart. Move by the whole h to each side.",
    )
    summed = np.full(3, (function(at + h) - function(at - h)) / (2 * h))
    expect(not _near(result, summed), "It moves all three numbers at once. `direction` says which one to move.")
    fine = central_differences(function, at, 1e-6)
    expect(
        not (_near(result, fine) and not _near(result, central)),
        "It uses a distance of its own. h is an argument: with h = 0.1 the slopes come out a little different.",
    )
    expect_close(
        result, central, "the array of slopes", hint="(function a little up − function a little down) / distance."
    )
    smooth = expect_array(call(answer, lambda q: q @ q, np.array([3.0, 4.0]), 1e-6), (2,), "the slopes of a square")
    expect_close(smooth, [6.0, 8.0], "the slope of a sum of squares", tolerance=1e-3, hint="It should be 2 · at.")


# ---- The backward pass ----

BACKWARD_STUB = """def backward(inputs, targets, W1, b1, W2, b2):
    \"\"\"The slopes of the loss by W1, b1, W2 and b2.\"\"\"
    hidden, outputs = forward(inputs, W1, b1, W2, b2)
    by_outputs = 2 * (outputs - targets) / targets.size  # the mean of squares
    by_s2 = by_outputs * outputs * (1 - outputs)  # the slope of the sigmoid
    by_hidden = ...  # back along the arrows; paths from several outputs add
    by_s1 = by_hidden * ...  # the slope of tanh
    return [inputs.T @ by_s1, by_s1.sum(axis=0), hidden.T @ by_s2, by_s2.sum(axis=0)]"""


def forward(inputs, W1, b1, W2, b2):
    """What the network of lesson 01a computes: tanh, then the sigmoid."""
    hidden = np.tanh(inputs @ W1 + b1)
    return hidden, 1 / (1 + np.exp(-(hidden @ W2 + b2)))


def backward(inputs, targets, W1, b1, W2, b2):
    """The chain rule, read against the lines of `forward`, from the last to the first."""
    hidden, outputs = forward(inputs, W1, b1, W2, b2)
    by_outputs = 2 * (outputs - targets) / targets.size  # the mean of squares
    by_s2 = by_outputs * outputs * (1 - outputs)  # the slope of the sigmoid
    by_hidden = by_s2 @ W2.T  # every output that a hidden neuron feeds: paths add
    by_s1 = by_hidden * (1 - hidden**2)  # the slope of tanh
    return [inputs.T @ by_s1, by_s1.sum(axis=0), hidden.T @ by_s2, by_s2.sum(axis=0)]


def check_backward(answer):
    rng = np.random.default_rng(3)
    # The square case comes first: in it a wrong product has a shape that fits, so it gets a hint and no NumPy error.
    for count, n_in, n_hidden, n_out in [(3, 3, 3, 3), (5, 3, 4, 2), (1, 2, 4, 1)]:
        inputs, targets = rng.normal(size=(count, n_in)), rng.uniform(size=(count, n_out))
        parameters = [rng.normal(size=shape) for shape in [(n_in, n_hidden), (n_hidden,), (n_hidden, n_out), (n_out,)]]
        result = call(answer, inputs, targets, *parameters)
        result = expect_parts(result, 4, "Return a list of four gradients: by W1, b1, W2 and b2.")
        hidden, outputs = forward(inputs, *parameters)
        by_s2 = 2 * (outputs - targets) / targets.size * outputs * (1 - outputs)
        by_hidden, slope = by_s2 @ parameters[2].T, 1 - hidden**2
        shape = (n_in, n_hidden)
        by_W1 = expect_array(result[0], shape, "the gradient by W1")
        mistakes = [
            (by_hidden, "The slope of tanh is missing: by_s1 is what arrives at hidden, times that slope."),
            (by_hidden * (1 - hidden), "tanh has another slope. The cell with `slopes` above has it, by s."),
            (by_hidden * hidden * (1 - hidden), "That is the slope of the sigmoid. The hidden neurons have tanh."),
            (
                by_hidden * (1 - np.tanh(hidden) ** 2),
                "hidden is tanh(s) already, so tanh is taken twice here: write its slope by `hidden`.",
            ),
            (
                (2 * (outputs - targets) / targets.size) @ parameters[2].T * slope,
                "The slope of the sigmoid is left out on the way: start from by_s2, not from by_outputs.",
            ),
            (slope * by_s2.sum(axis=1, keepdims=True), "On the arrows back from the outputs one multiplies by W2."),
        ]
        if n_out == n_hidden:
            elementwise = (
                "With several examples and outputs, elementwise × no longer adds the paths: which product of matrices "
                "has a row for each example and a column for each hidden neuron?"
            )
            mistakes += [
                (by_s2 @ parameters[2] * slope, "Each output goes back along *its* arrows. Which axis of W2 is that?"),
                (by_s2 * parameters[2] * slope, elementwise),
                (by_s2 * parameters[2].T * slope, elementwise),
            ]
        for wrong, text in mistakes:
            expect(not _near(by_W1, inputs.T @ wrong), text)
        expected = backward(inputs, targets, *parameters)
        for name, one, wanted in zip(["W1", "b1", "W2", "b2"], result, expected, strict=True):
            expect_close(
                one,
                wanted,
                f"the gradient by {name}",
                hint="Which line of `forward` does the line undo? Multiply what arrives by the slope of that line.",
            )


# ---- XOR by hand ----


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


# ---- The planted bug ----

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


EXERCISES = [
    Exercise(
        name="neuron",
        kind="function",
        stub='''def neuron(inputs, weights, bias, f):
    """The output of one neuron for one input, or for many, one a row."""
    ...''',
        solution=neuron,
        check=check_neuron,
        hint="`inputs @ weights` multiplies and adds, for one input as for many. Two things are left to do.",
    ),
    Exercise(
        name="central_differences",
        kind="function",
        stub='''def central_differences(function, at, h=1e-6):
    """The slope of function at an array of numbers, by each of them."""
    slopes = []
    for direction in np.eye(len(at)):
        slopes.append((function(at + h * direction) - ...) / ...)
    return np.array(slopes)''',
        solution=central_differences,
        check=check_central_differences,
        hint="`at + h * direction` has one number moved up. Where is it moved down, and how far apart are the two?",
    ),
    Exercise(
        name="backward",
        kind="function",
        stub=BACKWARD_STUB,
        solution=backward,
        check=check_backward,
        hint="In the numbers above there was one output: by_hidden was by_s2 times W2, along each arrow. With several "
        "outputs, a product of matrices adds the paths; look at the shapes.",
    ),
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
]
