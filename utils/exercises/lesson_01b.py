"""Exercises of lesson 01b: an autodiff engine."""

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

# ---- 1. A new operation ----


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


# ---- 2. The way back ----


class Recorded:
    """A node as the lesson's: a value, parents, pass_on, and a slope."""

    def __init__(self, value, parents=(), local=()):
        self.value, self.parents, self.slope, self.asked = np.asarray(float(value)), list(parents), 0.0, []
        self.operation, self._local = None, local
        self.pass_on = self._pass_on if parents else None

    def _pass_on(self, slope):
        self.asked.append(float(slope))
        return tuple(slope * one for one in self._local)


def send_slopes_back(order):
    """From the end to the start: each node passes its slope on, and what arrives at a parent is added."""
    for node in reversed(order):
        if node.parents:
            for parent, slope in zip(node.parents, node.pass_on(node.slope), strict=True):
                parent.slope = parent.slope + slope


def _chain():
    """Three nodes in a row, with the slopes 6, 2, 1."""
    a = Recorded(1)
    b = Recorded(3, [a], [3.0])
    c = Recorded(6, [b], [2.0])
    return [a, b, c], [6.0, 2.0, 1.0]


def _square():
    """w, s and s · s, with both arrows of the square from s."""
    w = Recorded(1.5)
    s = Recorded(3, [w], [2.0])
    square = Recorded(9, [s, s], [3.0, 3.0])
    return [w, s, square], [12.0, 6.0, 1.0]


def _diamond():
    """a leads to d through b and through c, and directly."""
    a = Recorded(2)
    b = Recorded(4, [a], [2.0])
    c = Recorded(10, [a], [5.0])
    d = Recorded(16, [b, c, a], [1.0, -3.0, 1.0])
    return [a, b, c, d], [2.0 - 15.0 + 1.0, 1.0, -3.0, 1.0]


def _send(answer, order):
    """Call the answer, which returns nothing by right; the two likeliest slips of Python get a hint of their own."""
    try:
        answer(order)
    except TypeError as error:
        expect(
            "NoneType" not in str(error),
            "A node that was not made by an operation has no parents, and its pass_on is None. Leave such nodes out.",
        )
        expect(
            "tuple" not in str(error),
            "pass_on gives all slopes at once, one for each parent, in their order. Each parent gets its own only.",
        )
        raise


def check_send_slopes_back(answer):
    for case, make in [("three nodes in a row", _chain), ("a square", _square), ("a diamond", _diamond)]:
        order, wanted = make()
        kept = list(order)
        order[-1].slope = 1.0
        _send(answer, order)
        expect(
            order == kept or order == kept[::-1],
            f"{case}: the list of nodes has lost some. Go through it, and leave it.",
        )
        found = [expect_number(node.slope, "a slope") for node in kept]
        if np.allclose(found, wanted, atol=1e-6):
            expect(
                all(len(node.asked) == 1 for node in kept if node.parents),
                f"{case}: the slopes are right, but a node's pass_on is called more than once. One call gives all.",
            )
            continue
        expect(any(found[:-1]), f"{case}: no slope has arrived anywhere. Which node can begin, and which comes next?")
        if case == "a square" and np.isclose(found[1], 3):
            raise Wrong(
                "Two arrows lead from s to its square, and one of their slopes is lost. What becomes of the first?"
            )
        if case == "a diamond":
            lost = np.isclose(found[0], [2.0, -15.0, 1.0, -14.0, 3.0]).any()
            expect(
                not lost, "In a diamond, several arrows lead away from one node, and not all of their slopes are there."
            )
        early = [value for node in kept[1:-1] for value in node.asked if value == 0]
        expect(
            not early,
            f"{case}: a node passed a slope of 0 on before its own had arrived. From which end is order gone through?",
        )
        expect(
            not np.isclose(found[-1], 2.0),
            "The last node's slope is 1 from the start; it should not grow.",
        )
        raise Wrong(f"{case}: the slopes are {[f'{value:g}' for value in found]}, and the paths give others.")


# ---- 3. Topological order ----


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
    chain = {"output": ["sum"], "loss": ["output"], "weight": [], "sum": ["weight", "input"], "input": []}
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


# ---- 4. Cross-entropy for the engine ----


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
        name="divide",
        kind="function",
        stub="def divide(a, b):\n    ...",
        solution=divide,
        check=check_divide,
        hint="Start from `multiply`. Two slopes are wanted: of a / b as a moves, and of a / b as b moves.",
    ),
    Exercise(
        name="send_slopes_back",
        kind="function",
        stub='''def send_slopes_back(order):
    """Give every node its slope; the last one has it already, and parents come before children."""
    ...''',
        solution=send_slopes_back,
        check=check_send_slopes_back,
        hint="Two loops: over the nodes from the end of the list, and over the parents of each, together with the "
        "slopes that pass_on gives for them.",
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
