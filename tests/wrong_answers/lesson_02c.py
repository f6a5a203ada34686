"""Typical wrong answers to the exercises of lesson 02c."""

import numpy as np

from utils.exercises.lesson_02c import run_config


def with_dense(dense):
    """The interpreter with another line for dense."""

    def run(config, x):
        for entry in config:
            x = dense(x, entry["kernel"], entry["bias"]) if entry["layer"] == "dense" else run_config([entry], x)
        return x

    return run


def always_from_the_start(config, x):
    results = [run_config([entry], x) for entry in config]
    return results[-1]


def with_node(node):
    """The executor with another inner line."""

    def run(plan, operators, given):
        known = dict(given)
        for name, (operator, sources) in plan.items():
            known[name] = node(operators, operator, sources, known, given)
        return known

    return run


def with_step(step):
    """The loop with another step."""

    def run(sequence, w, u, b):
        state = np.zeros(len(b))
        for element in sequence:
            state = step(element, state, w, u, b)
        return state

    return run


def one_move(plan, given):
    """Each name that comes too early is moved to the end, once."""
    order, late = [], []
    for name, (_, needs) in plan.items():
        (order if all(need in given or need in order for need in needs) else late).append(name)
    return order + late


WRONG = {
    "run_config": [
        (with_dense(lambda x, kernel, bias: x @ kernel), "has a bias as well"),
        (with_dense(lambda x, kernel, bias: (x + bias) @ kernel), "after the product"),
        (with_dense(lambda x, kernel, bias: x @ kernel.T + bias), "turned around"),
        (with_dense(lambda x, kernel, bias: x * kernel[:1] + bias), "A matrix product"),
        (with_dense(lambda x, kernel, bias: x @ kernel - bias), "did not come out"),
        (always_from_the_start, "what the one before gave"),
    ],
    "run_graph": [
        (with_node(lambda ops, op, sources, known, given: op), "not computed yet"),
        (with_node(lambda ops, op, sources, known, given: ops[op]), "not computed yet"),
        (with_node(lambda ops, op, sources, known, given: ops[op](*[known[s] for s in sources][::-1])), "in the order"),
        (with_node(lambda ops, op, sources, known, given: ops[op](known[sources[0]], known[sources[1]])), "IndexError"),
        (with_node(lambda ops, op, sources, known, given: ops[op](*[given[s] for s in sources])), "given lacks it"),
        (with_node(lambda ops, op, sources, known, given: ops[op](*sources)), "names of the inputs"),
        (
            with_node(lambda ops, op, sources, known, given: ops[op](*[given.get(s, 0) for s in sources])),
            "another node",
        ),
        (lambda plan, operators, given: run_only(plan, operators, given), "given values should be in"),
    ],
    "read": [
        (with_step(lambda x, s, w, u, b: x @ w + s @ u + b), "Where is tanh"),
        (with_step(lambda x, s, w, u, b: np.tanh(x @ w + s @ u)), "bias b is missing"),
        (with_step(lambda x, s, w, u, b: np.tanh(x @ w + s @ u) + b), "of the whole sum"),
        (with_step(lambda x, s, w, u, b: np.tanh(x @ w + b)), "state before has no say"),
        (with_step(lambda x, s, w, u, b: np.tanh(x @ w + s + b)), "is multiplied by u"),
        (with_step(lambda x, s, w, u, b: np.tanh(x @ w + s @ u.T + b)), "u is turned around"),
    ],
    "steps_left": [
        (lambda chain, elementwise: len(chain), "they become one step"),
        (lambda chain, elementwise: sum(one not in elementwise for one in chain), "they become one step"),
        (lambda chain, elementwise: len(set(chain)) - (len(chain) > 1), "stay two steps"),
        (
            lambda chain, elementwise: sum(one not in elementwise for one in chain) + bool(elementwise & set(chain)),
            "a product parts them",
        ),
        (
            lambda chain, elementwise: len(chain) - sum(a in elementwise for a in chain[1:]),
            "become one step: two",
        ),
    ],
    "in_time": [
        (lambda plan, given: list(plan), "comes later in your list"),
        (lambda plan, given: list(plan)[::-1], "comes later in your list"),
        (lambda plan, given: [*given, *plan], "given names need no computing"),
        (lambda plan, given: sorted(plan), "comes later in your list"),
        (lambda plan, given: dict(plan), "A list of names"),
        (one_move, "comes later in your list"),
        (lambda plan, given: [name for name in plan for _ in range(2)], "more than once"),
    ],
}


def run_only(plan, operators, given):
    """The nodes alone, without what was given."""
    known = dict(given)
    for name, (operator, sources) in plan.items():
        known[name] = operators[operator](*[known[source] for source in sources])
    return {name: known[name] for name in plan}
