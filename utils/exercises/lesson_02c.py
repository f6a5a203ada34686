"""The exercises of lesson 02c, Three generations."""

import numpy as np

from utils.exercises.engine import Exercise, Wrong, call, expect, expect_close, expect_number

# ---- The interpreter ----


def run_config(config, x):
    """Send x through the layers of the table, in order."""
    for entry in config:
        if entry["layer"] == "dense":
            x = x @ entry["kernel"] + entry["bias"]
        elif entry["layer"] == "relu":
            x = np.maximum(x, 0)
        elif entry["layer"] == "softmax":
            powers = np.exp(x - x.max(axis=1, keepdims=True))
            x = powers / powers.sum(axis=1, keepdims=True)
        else:
            raise ValueError(f"no layer is called {entry['layer']}")
    return x


def check_run_config(answer):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4, 3))
    one = {"layer": "dense", "kernel": rng.normal(size=(3, 3)), "bias": rng.normal(size=3)}
    result = call(answer, [one], x)
    expect(not _alike(result, x @ one["kernel"]), "That is the product alone. The layer has a bias as well.")
    expect(
        not _alike(result, x * one["kernel"][:1] + one["bias"]) and not _alike(result, x + one["bias"]),
        "A matrix product is wanted: every number of a row has a weight for every number that comes out.",
    )
    expect(
        not _alike(result, x @ one["kernel"].T + one["bias"]),
        "The kernel is turned around: its rows belong to what comes in.",
    )
    expect(not _alike(result, (x + one["bias"]) @ one["kernel"]), "The bias is added after the product.")
    expect_close(result, run_config([one], x), "the result of a table with one dense layer")
    other = {"layer": "dense", "kernel": rng.normal(size=(3, 2)), "bias": rng.normal(size=2)}
    config = [one, {"layer": "relu"}, other, {"layer": "softmax"}]
    result = call(answer, config, x)
    expect(
        np.shape(result) == (4, 2),
        "After two dense layers and a softmax there are 4 rows of 2. Does each layer get what the one before gave?",
    )
    expect_close(result, run_config(config, x), "the result of dense, relu, dense, softmax")


def _alike(result, expected):
    """Whether a result has this shape and these values."""
    result = np.asarray(result)
    return result.shape == np.shape(expected) and np.allclose(result, expected)


# ---- The executor ----


def run_graph(plan, operators, given):
    """Compute every node of the plan; returns all values by name, the given ones too."""
    known = dict(given)
    for name, (operator, sources) in plan.items():
        known[name] = operators[operator](*[known[source] for source in sources])
    return known


class _OnlyGiven(dict):
    """What is given; a name that only another node has is a hint."""

    def __missing__(self, name):
        raise _NotGiven(f"{name} is a node's name, and given lacks it: a node may take what another node gave.")


class _NotGiven(Wrong, KeyError):
    """A KeyError, for an answer that catches those, and a hint for any other."""

    def __str__(self):
        return self.args[0]


def check_run_graph(answer):
    one = {"d": ("both", ["a", "b"])}
    result = call(answer, one, {"both": lambda *values: values}, {"a": 7, "b": 3})
    names = isinstance(result, dict) and isinstance(result.get("d"), tuple) and "a" in map(str, result["d"])
    expect(not names, "The operator got the names of the inputs. Their values stand in known.")
    operators = {"minus": lambda a, b: a - b, "double": lambda a: 2 * a, "three": lambda a, b, c: a + 10 * b + 100 * c}
    given = {"a": 7, "b": 3}
    result = call(answer, {"d": ("minus", ["a", "b"])}, operators, given)
    expect(isinstance(result, dict), "A dictionary with every value by its name is wanted.")
    expect(
        "d" in result and not isinstance(result.get("d"), str | tuple | list) and not callable(result.get("d")),
        "The node is not computed yet: look the operator up by its name, and call it.",
    )
    expect(
        result["d"] != -4,
        "a − b came out as b − a: the inputs come in the order in which the plan names them.",
    )
    expect(result["d"] == 4, "7 minus 3 should give 4. Are the values of the inputs handed over, in their order?")
    expect(result.get("a") == 7, "The given values should be in the result, too.")
    result = call(answer, {"d": ("double", ["a"])}, operators, given)
    expect(result["d"] == 14, "An operator may have one input. Hand over as many values as the node names.")
    plan = {"d": ("minus", ["a", "b"]), "e": ("double", ["d"]), "f": ("three", ["e", "d", "e"])}
    result = call(answer, plan, operators, _OnlyGiven(given))
    expect(result["e"] == 8, "A node may take what another node gave.")
    expect(result["f"] == 848, "An operator may have three inputs, and the same one twice.")


# ---- A loop over the data ----


def read(sequence, w, u, b):
    """Read a sequence (length, inputs), element by element, and return the last state."""
    state = np.zeros(len(b))
    for element in sequence:
        state = np.tanh(element @ w + state @ u + b)
    return state


def check_read(answer):
    rng = np.random.default_rng(0)
    w, u, b = rng.normal(size=(3, 2)), rng.normal(size=(2, 2)), rng.normal(size=2)
    sequence = rng.normal(size=(5, 3))
    result = call(answer, sequence[:1], w, u, b)
    expect(not _alike(result, sequence[0] @ w + b), "The sum is right for one element. Where is tanh?")
    expect(not _alike(result, np.tanh(sequence[0] @ w)), "The bias b is missing.")
    expect(not _alike(result, np.tanh(sequence[0] @ w) + b), "tanh is taken of the whole sum, bias and all.")
    expect_close(result, read(sequence[:1], w, u, b), "the state after one element")
    result = call(answer, sequence, w, u, b)
    expect(
        not _alike(result, np.tanh(sequence[-1] @ w + b)),
        "The last element alone decides: the state before has no say. It is multiplied by u and goes into the sum.",
    )
    expect(
        not _alike(result, read(sequence, w, u.T, b)),
        "u is turned around: its rows belong to the state that comes in.",
    )
    expect(not _alike(result, read(sequence, w, np.eye(2), b)), "The state before is multiplied by u.")
    expect_close(result, read(sequence, w, u, b), "the state after five elements")
    expect_close(call(answer, sequence[:0], w, u, b), [0, 0], "the state after no element at all")


# ---- Fuse ----


def steps_left(chain, elementwise):
    """chain: names of operators in order; elementwise: the set of those that can be merged."""
    left, merging = 0, False
    for operator in chain:
        left += not (merging and operator in elementwise)
        merging = operator in elementwise
    return left


def check_steps_left(answer):
    elementwise = {"add", "relu", "exp"}
    cases = [
        (["add", "relu"], 1, "add and relu treat every number by itself: they become one step."),
        (["matmul", "matmul"], 2, "Two matrix products in a row stay two steps."),
        (["matmul", "add", "relu"], 2, "The product stays alone, and add and relu become one step: two."),
        (["matmul", "add", "relu", "matmul", "add"], 4, "Only neighbors can be merged: a product parts them."),
        (["add", "matmul"], 2, "An operator of each kind: nothing to merge."),
        (["exp"], 1, "One operator is one step."),
        ([], 0, "An empty chain has no steps."),
        (["add", "add", "sum", "exp", "add", "exp"], 3, "The same operator twice in a row is merged as well."),
        (["relu", "matmul", "relu", "matmul", "relu"], 5, "No neighbors of the same kind: all five stay."),
    ]
    for chain, expected, text in cases:
        result = expect_number(call(answer, chain, elementwise), "the number of steps")
        expect(result == expected, text)
    expect(
        expect_number(call(answer, ["add", "tanh", "relu"], {"tanh"}), "the number of steps") == 3,
        "Which operators can be merged, the second argument says.",
    )


# ---- In time ----


def in_time(plan, given):
    """Return the names of the plan, each after all that it needs."""
    order, waiting = [], list(plan)
    while waiting:
        ready = [name for name in waiting if all(need in given or need in order for need in plan[name][1])]
        order += ready
        waiting = [name for name in waiting if name not in ready]
    return order


def check_in_time(answer):
    cases = [
        ({"a": ("f", ["x"]), "b": ("f", ["a"])}, ["x"]),
        ({"b": ("f", ["a"]), "a": ("f", ["x"])}, ["x"]),
        ({"c": ("f", ["b", "a"]), "b": ("f", ["a"]), "a": ("f", ["x"])}, ["x"]),
        ({"a": ("f", ["b", "c"]), "b": ("f", ["d"]), "c": ("f", ["d"]), "d": ("f", ["x", "y"])}, ["x", "y"]),
        ({"a": ("f", []), "z": ("f", ["m"]), "m": ("f", ["a", "y"])}, ["x", "y"]),
        ({f"n{i}": ("f", [f"n{i + 1}"] if i < 30 else ["x"]) for i in range(31)}, ["x"]),
    ]
    for plan, given in cases:
        result = call(answer, plan, given)
        expect(
            not isinstance(result, dict) and np.iterable(result),
            "A list of names is wanted, in the order in which they can be computed.",
        )
        order = list(result)
        expect(not set(order) & set(given), "The given names need no computing: they are not in the list.")
        expect(len(order) == len(set(order)), "A name stands in the list more than once: each is computed once.")
        expect(set(order) == set(plan), "Every name of the plan should be in the list, and no other.")
        for place, name in enumerate(order):
            late = [need for need in plan[name][1] if need not in given and need not in order[:place]]
            if len(plan) <= 5:
                expect(not late, f"{name} needs {', '.join(late)}, which comes later in your list.")
            expect(
                not late,
                "In a chain of 31 that stands the wrong way round, something comes before what it needs. Is one pass, "
                "or moving a name once, enough?",
            )


EXERCISES = [
    Exercise(
        name="run_config",
        kind="function",
        stub='''def run_config(config, x):
    """Send x through the layers of the table, in order."""
    for entry in config:
        if entry["layer"] == "dense":
            x = ...
        elif entry["layer"] == "relu":
            x = np.maximum(x, 0)
        elif entry["layer"] == "softmax":
            powers = np.exp(x - x.max(axis=1, keepdims=True))
            x = powers / powers.sum(axis=1, keepdims=True)
        else:
            raise ValueError(f"no layer is called {entry['layer']}")
    return x''',
        solution=run_config,
        check=check_run_config,
        hint='The entry has what you need under "kernel" and "bias". A Dense layer is one product and one sum.',
    ),
    Exercise(
        name="run_graph",
        kind="function",
        stub='''def run_graph(plan, operators, given):
    """Compute every node of the plan; returns all values by name, the given ones too."""
    known = dict(given)
    for name, (operator, sources) in plan.items():
        values = [... for source in sources]
        known[name] = operators[operator](*values)
    return known''',
        solution=run_graph,
        check=check_run_graph,
        hint="Every value so far stands in known, by its name: the given ones, and those computed before.",
    ),
    Exercise(
        name="read",
        kind="function",
        stub='''def read(sequence, w, u, b):
    """Read a sequence (length, inputs), element by element, and return the last state."""
    state = np.zeros(len(b))
    for element in sequence:
        state = np.tanh(element @ w + ...)
    return state''',
        solution=read,
        check=check_read,
        hint="What is left of the sum: the state before, times its matrix with @, and the bias.",
    ),
    Exercise(
        name="steps_left",
        kind="function",
        stub='''def steps_left(chain, elementwise):
    """chain: names of operators in order; elementwise: the set of those that can be merged."""
    ...''',
        solution=steps_left,
        check=check_steps_left,
        hint="An operator adds no step if it can be merged and the one before it could be, too.",
    ),
    Exercise(
        name="in_time",
        kind="function",
        stub='''def in_time(plan, given):
    """The names of the plan, each after all that it needs; given: names known from the start.

    plan: name → (operator, names of its inputs), in any order.
    """
    ...''',
        solution=in_time,
        check=check_in_time,
        hint="Take what needs nothing that is not known yet. Then look again: now more is known.",
    ),
]
