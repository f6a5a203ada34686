"""Exercises: the machine that checks answers, and every exercise of the course."""

import ast
import dataclasses
import functools
import importlib
import importlib.util
import inspect
import io
import json
import re
import threading
import time
import tokenize
import types
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import lessons
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from utils.exercises import check, engine, hint, solution
from utils.exercises.engine import (
    Exercise,
    Wrong,
    call,
    expect,
    expect_array,
    expect_close,
    expect_function,
    expect_number,
)

ROOT = Path(__file__).resolve().parents[1]
SHORT = 0.3  # seconds: a time limit for answers that never end

# ---- Toy exercises for the machine itself ----


def mean_square(x):
    """Mean of the squares."""
    return np.mean(np.square(x))


def check_mean_square(answer):
    x = np.random.default_rng(0).normal(size=(3, 4))
    result = call(answer, x)
    expect(not np.isclose(np.asarray(result, dtype=float).sum(), np.sum(x**2)), "That is the sum. Divide.")
    expect_close(result, mean_square(x), hint="Square first, then take the mean.")


def largest():
    return np.array([1.5, 2.5])


def check_largest(answer):
    expect_close(answer, largest(), "the answer", hint="Look at the last row.")


class Doubler:
    def __init__(self, factor):
        self.factor = factor

    def apply(self, x):
        return self.factor * x


def check_doubler(answer):
    expect_number(answer(3).apply(2), "apply(2)")


MEAN_SQUARE = Exercise(
    name="mean_square",
    kind="function",
    stub='def mean_square(x):\n    """Mean of the squares."""\n    ...',
    solution=mean_square,
    check=check_mean_square,
    hint="NumPy has a function for each word.",
    time_limit=SHORT,
)
LARGEST = Exercise(
    name="largest",
    kind="value",
    stub="answer = ...",
    solution=largest,
    check=check_largest,
    hint="Sort.",
    time_limit=SHORT,
)
DOUBLER = Exercise(
    name="doubler",
    kind="function",
    stub="class Doubler:\n    def __init__(self, factor):\n        self.factor = factor\n\n"
    "    def apply(self, x):\n        ...",
    solution=Doubler,
    check=check_doubler,
    hint="Multiply.",
)


@pytest.fixture
def toys(monkeypatch):
    """Let check, hint and solution know the toy exercises and no others."""
    toys = {one.name: one for one in (MEAN_SQUARE, LARGEST, DOUBLER)}
    monkeypatch.setattr(engine, "lessons", lambda: [Path(__file__)])
    monkeypatch.setattr(engine, "exercises_of", lambda path: list(toys.values()))


def run_stub(exercise):
    """What the learner's variable is after running the untouched stub."""
    module = inspect.getmodule(exercise.solution)
    names = dict(vars(module)) if module else {}
    for _ in range(3):
        try:
            exec(compile(exercise.stub, "stub", "exec"), names)
            return names[exercise.variable]
        except NameError as missing:  # a library that the definitions import only inside their functions
            names[missing.name] = importlib.import_module({"np": "numpy"}.get(missing.name, missing.name))
    raise AssertionError(f"the stub of {exercise.name} does not run")


@pytest.mark.parametrize("exercise", [MEAN_SQUARE, LARGEST, DOUBLER], ids=lambda one: one.name)
def test_stub_and_solution_of_toys(exercise):
    untouched = engine.judge(exercise, run_stub(exercise))
    assert untouched.state == "not attempted"
    assert untouched.text == f'{exercise.name}: not attempted yet; hint("{exercise.name}") helps.'
    assert engine.judge(exercise, exercise.answer).state == "right"


def test_bodies_that_do_nothing_count_as_not_attempted():
    def only_ellipsis(x): ...

    def only_pass(x):
        pass

    def only_docstring(x):
        """Mean."""

    def not_implemented(x):
        raise NotImplementedError

    def not_implemented_with_text(x):
        raise NotImplementedError("later")

    class Empty:
        def apply(self, x):
            pass

    not_yet = [only_ellipsis, only_pass, only_docstring, not_implemented, not_implemented_with_text, ...]
    for answer in not_yet:
        assert engine.judge(MEAN_SQUARE, answer).state == "not attempted", answer
    assert engine.judge(DOUBLER, Empty).state == "not attempted"


def test_stub_with_a_part_written_counts_as_not_attempted_until_it_is_changed():
    stub = "def mean_square(x):\n    squares = ...\n    return np.mean(squares)"
    exercise = dataclasses.replace(MEAN_SQUARE, stub=stub)

    def started(x):
        squares = x
        return np.mean(squares)

    assert engine.judge(exercise, run_stub(exercise)).state == "not attempted"
    assert engine.judge(exercise, started).state == "wrong"


# ---- Exercises in the flow of a lesson: the inner line is left out, and the next cell goes on without the reader ----

INNER_LINES = {
    "a statement": "def mean_square(x):\n    total = 0\n    for value in x:\n        ...\n    return total / 2",
    "the right side": "def mean_square(x):\n    total = ...\n    count = ...\n    return total / count",
    "an increment": "def mean_square(x):\n    total = 0\n    for value in x:\n        total += ...\n    return total",
    "an argument": "def mean_square(x):\n    return sum(value**2 for value in ...) / np.size(x)",
    "a loop's end": "def mean_square(x):\n    for i in range(...):\n        x = ...\n    return x",
    "an inner function": "def mean_square(x):\n    def square(value):\n        ...\n    return sum(map(square, x))",
    "a method": "class mean_square:\n    def __new__(cls, x):\n        total = ...\n        return total / np.size(x)",
    "an expression": "mean_square = lambda x: np.mean(...)",
}


@pytest.mark.parametrize("case", INNER_LINES)
def test_an_untouched_inner_line_stays_quiet(case):
    stub = INNER_LINES[case]
    exercise = dataclasses.replace(MEAN_SQUARE, stub=stub)
    assert exercise.variable == "mean_square"
    for text in (stub, stub.replace("(x):\n", '(x):\n    """My own words."""\n    # and a remark\n\n', 1)):
        names = {"np": np}
        exec(compile(text, "cell", "exec"), names)
        verdict = engine.judge(exercise, names["mean_square"])
        assert (verdict.state, verdict.printed) == ("not attempted", "")
        assert verdict.text == 'mean_square: not attempted yet; hint("mean_square") helps.'


def test_a_second_line_left_open_is_named():
    def half(x):
        total = np.sum(x[..., :] ** 2)
        count = ...
        return total / count

    line = inspect.getsourcelines(half)[1] + 2
    exercise = dataclasses.replace(MEAN_SQUARE, stub=INNER_LINES["the right side"])
    assert engine.judge(exercise, half).text == (
        f"mean_square: not right yet. There is still a `...` in line {line}: put your own code in its place."
    )

    def statement(x):
        total = 0
        for value in np.ravel(x):
            total += value
            ...  # noqa: PIE790
        return total / np.size(x)

    line = inspect.getsourcelines(statement)[1] + 4
    assert f"a `...` in line {line}:" in engine.judge(MEAN_SQUARE, statement).text

    def endless(x):
        while True:
            x += 0 * x if len(x) else ...

    assert "There is still a `...` in line" in engine.judge(MEAN_SQUARE, endless).text

    class Half:
        def __init__(self, factor):
            self.factor = factor

        def apply(self, x):
            return self.factor * ...

    assert "There is still a `...` in line" in engine.judge(DOUBLER, Half).text


def test_a_line_left_open_is_noticed_without_the_source():
    exercise = dataclasses.replace(MEAN_SQUARE, stub=INNER_LINES["the right side"])
    for text in ("total = np.sum(x**2)\n    count = ...", "total = np.sum(x**2)\n    count = max(1, ...)"):
        names = {"np": np}
        exec(f"def mean_square(x):\n    {text}\n    return total / count", names)
        text = engine.judge(exercise, names["mean_square"]).text
        assert text == "mean_square: not right yet. There is still a `...`: put your own code in its place."


def test_the_dots_of_an_index_are_no_line_left_open():
    def by_index(x):
        return np.mean(x[..., 0]) + x[..., None].sum()

    exec(
        "def without_source(x):\n    i = 0\n    return np.mean(x[..., 0]) + x[...].sum() + x[..., i].sum()",
        names := {"np": np},
    )
    for answer in (by_index, names["without_source"]):
        verdict = engine.judge(MEAN_SQUARE, answer)
        assert verdict.state == "wrong" and "..." not in verdict.text

    def right(x):
        ...  # noqa: PIE790
        return np.mean(x[...] ** 2)

    assert engine.judge(MEAN_SQUARE, right).state == "right", "what is right may say what it likes"


@pytest.mark.parametrize("value", [[1.5, ...], (..., 2.5), {"a": [1, ...]}, np.array([1.5, ...], dtype=object)])
def test_a_value_left_open_in_part_is_noticed(value):
    exercise = dataclasses.replace(LARGEST, stub="answer = [..., ...]")
    text = "largest: not right yet. There is still a `...`: put your own code in its place."
    assert engine.judge(exercise, value).text == text
    assert engine.judge(exercise, [..., ...]).state == "not attempted"


def test_later_cells_use_the_worked_version_and_the_check_judges_the_readers():
    """In a kernel, as a reader would: the exercise, the lesson's version, a use of it, and the exercise once more."""
    stub = "def distance_iou(a, b):\n    shared = ...\n    return shared"
    own = "def distance_iou(a, b):\n    return 0.25"
    check_it = '\n\n\ncheck("distance_iou", distance_iou)'
    worked = "from utils.exercises import engine\n\nright = engine.find('distance_iou').solution\n\n"
    worked += "def distance_iou(a, b):\n    return right(a, b)"
    use = "print(distance_iou((0, 0, 2, 2), (0, 0, 2, 2)))"
    sources = [
        "from utils.exercises import check, hint, solution",
        stub + check_it,
        worked,
        use,
        own + check_it,
        worked,
        use,
        worked + check_it,
        own.replace("distance_iou", "my_iou") + check_it,
        'hint("distance_iou")\nsolution("distance_iou")',
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}).execute()
    texts = ["".join(o.get("text", "") for o in cell.outputs) for cell in notebook.cells]
    assert texts[1].startswith("distance_iou: not right yet. There is still a `...` in line 2:")
    assert texts[3] == texts[6] == "1.0\n", "later cells use the lesson's own version"
    assert "not right yet" in texts[4] and "another cell" not in texts[4]
    assert texts[7].startswith("distance_iou: right.") and "another cell" not in texts[7]
    assert texts[8].endswith(
        "This distance_iou was defined by another cell. Does this one define it, under this name?\n"
    )
    assert texts[9].startswith("distance_iou: ") and "def distance_iou(a, b)" in str(notebook.cells[9].outputs)


@pytest.mark.parametrize("stub", ["answer = None", 'answer = {"a": ..., "b": ...}', 'answer = ""', "answer = 0"])
def test_value_stubs(stub):
    exercise = dataclasses.replace(LARGEST, stub=stub)
    assert engine.judge(exercise, run_stub(exercise)).state == "not attempted"
    assert engine.judge(exercise, 7.0).state == "wrong"


def raises(x):
    y = len(x)
    return y / 0


def loops(x):
    while True:
        x = x + 0


def loops_and_catches_errors(x):
    while True:
        try:
            x = x + 0
        except Exception:
            continue


def recurses(x):
    return recurses(x)


def exits(x):
    raise SystemExit(3)


def interrupts(x):
    raise KeyboardInterrupt


def returns_none(x):
    x = 1  # noqa: F841


def returns_nan(x):
    return np.log(-1.0)


def leaves_dots(x):
    result = ...
    return result


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("no text")


def raises_unprintable(x):
    raise Unprintable


BAD_FUNCTIONS = {
    "raises": (raises, "Your code raised ZeroDivisionError: division by zero, in line"),
    "loops": (loops, "stopped after 0.3 seconds in line"),
    "loops and catches errors": (loops_and_catches_errors, "stopped after 0.3 seconds"),
    "recurses": (recurses, "calls itself without end"),
    "exits": (exits, "SystemExit"),
    "interrupts": (interrupts, "KeyboardInterrupt"),
    "unprintable error": (raises_unprintable, "Unprintable"),
    "a number": (3.5, "should be a function, but it is the number 3.5"),
    "an array": (np.ones((2, 3)), "an array of shape (2, 3)"),
    "None": (None, "should be a function, but it is None"),
    "too few arguments": (lambda: 1, "called with 1 argument, (x), but yours is"),
    "too many arguments": (lambda x, y: 1, "called with 1 argument, (x), but yours is"),
    "returns None": (returns_none, "came out as None. Is there a return"),
    "returns ...": (leaves_dots, "still a `...` in line"),
    "returns NaN": (returns_nan, "NaN"),
    "returns a text": (lambda x: "text", "text"),
    "wrong shape": (lambda x: x, "should be a number, not an array of shape (3, 4)"),
    "sum": (lambda x: np.sum(x**2), "That is the sum."),
    "no squares": (lambda x: np.mean(x), "Square first"),
}


@pytest.mark.parametrize("case", BAD_FUNCTIONS)
def test_bad_functions_get_a_clear_message(case):
    answer, fragment = BAD_FUNCTIONS[case]
    started = time.monotonic()
    verdict = engine.judge(MEAN_SQUARE, answer)
    assert verdict.state == "wrong"
    assert verdict.text.startswith("mean_square: not right yet. ")
    assert fragment in verdict.text
    assert "\n" not in verdict.text and len(verdict.text) < 600
    assert time.monotonic() - started < 10
    assert engine.judge(MEAN_SQUARE, mean_square).state == "right", "the next check works again"


def test_the_message_names_the_line_of_the_learner():
    line = inspect.getsourcelines(raises)[1] + 2
    assert f"in line {line}: return y / 0." in engine.judge(MEAN_SQUARE, raises).text


def test_bad_values_get_a_clear_message():
    for answer, fragment in [
        (None, "The answer is None. Did it come from a function that has no return statement?"),
        (largest, "should be a value, but it is the function largest"),
        ("text", "an array of numbers, not the text 'text'"),
        (np.zeros((2, 3)), "should have the shape (2,), not (2, 3)"),
        ([1.5, np.inf], "infinity"),
        ([1.5, [2.5]], "an array of numbers, not a list of length 2"),
        ([1.5, 2.0], "(1 of 2 elements is off). Look at the last row."),
        ([1.5, ...], "There is still a `...`: put your own code"),
    ]:
        verdict = engine.judge(LARGEST, answer)
        assert verdict.state == "wrong"
        assert fragment in verdict.text


def test_an_answer_that_cannot_be_stopped_is_told_so():
    release = threading.Event()

    def waits_in_c(x):
        release.wait(60)

    def swallows(x):
        while not release.is_set():
            try:
                time.sleep(0.001)
            except BaseException:
                continue

    for answer in (waits_in_c, swallows):
        assert "Restart Kernel" in engine.judge(dataclasses.replace(MEAN_SQUARE, time_limit=0.1), answer).text
    left = [thread for thread in threading.enumerate() if thread.name == "exercise"]
    assert len(left) == 2 and all(thread.daemon for thread in left), "they do not keep Python from ending"
    release.set()
    for thread in left:
        thread.join(5)


def test_nothing_is_left_running():
    engine.judge(MEAN_SQUARE, loops)
    assert not [thread for thread in threading.enumerate() if thread.name == "exercise" and thread.is_alive()]


def test_an_interrupt_by_the_learner_stops_the_answer_too(monkeypatch):
    def interrupted(thread, timeout=None):
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "join", interrupted)
    with pytest.raises(KeyboardInterrupt):
        engine.judge(dataclasses.replace(MEAN_SQUARE, time_limit=60), loops)
    test_nothing_is_left_running()


def test_arguments_are_copies():
    x = [np.ones(3)]

    def changes(values):
        values[0] *= 5
        return 1.0

    call(changes, x)
    np.testing.assert_array_equal(x[0], np.ones(3))


def test_printing_is_shown_below_the_verdict_and_cut(toys, capsys):
    def chatty(x):
        for _ in range(10_000):
            print("a line")
        return mean_square(x)

    check("mean_square", chatty)
    out = capsys.readouterr().out
    assert out.startswith("mean_square: right.")
    assert "Your code printed during the check:\n  a line\n" in out
    assert len(out) < 2 * engine.PRINT_LIMIT
    assert out.rstrip().endswith("[... the rest is left out]")


def test_endless_printing_costs_no_memory():
    def endless(x):
        while True:
            print("x" * 1000)

    verdict = engine.judge(MEAN_SQUARE, endless)
    assert "stopped after" in verdict.text
    assert len(verdict.printed) < 2 * engine.PRINT_LIMIT


def test_check_says_right_wrong_and_not_attempted(toys, capsys):
    check("largest", ...)
    assert capsys.readouterr().out == 'largest: not attempted yet; hint("largest") helps.\n'
    check("largest", [1, 2])
    assert capsys.readouterr().out.startswith("largest: not right yet. The answer did not")
    assert check("largest", np.array([1.5, 2.5])) is None
    assert capsys.readouterr().out == 'largest: right. solution("largest") shows one way to write it.\n'


def test_hint_and_solution(toys, capsys):
    hint("largest")
    assert capsys.readouterr().out == "largest: Sort.\n"
    solution("mean_square")
    assert capsys.readouterr().out == inspect.getsource(mean_square)


def test_solution_in_a_notebook_is_highlighted_code(toys, monkeypatch):
    import IPython.display

    shown = []
    monkeypatch.setattr(IPython, "get_ipython", lambda: "a shell")
    monkeypatch.setattr(IPython.display, "display", lambda data, raw: shown.append(data if raw else None))
    solution("largest")
    assert shown[0]["text/plain"] == inspect.getsource(largest).rstrip()
    assert shown[0]["text/markdown"].startswith("````python\ndef largest():\n")


@pytest.mark.parametrize("function", [check, hint, solution])
def test_unknown_names_are_explained(toys, capsys, function):
    function("mean_sqare")
    assert 'there is no exercise "mean_sqare". Did you mean "mean_square"?' in capsys.readouterr().out
    function("xyz")
    assert "The exercises are: mean_square, largest, doubler." in capsys.readouterr().out
    function(mean_square)
    assert "the name of the exercise comes first, in quotes" in capsys.readouterr().out


def test_at_most_three_names_are_offered(monkeypatch):
    monkeypatch.setattr(engine, "lessons", list)
    monkeypatch.setattr(engine, "all_exercises", lambda: {f"mean_square_{letter}": None for letter in "abcde"})
    with pytest.raises(engine.UnknownExercise) as caught:
        engine.find("mean_square")
    assert str(caught.value).count(" or ") == 2


def test_an_error_outside_of_the_answer_is_told_as_well():
    assert "division by zero" in engine.run_limited(lambda: 1 / 0, 1)


def test_a_name_may_not_be_taken_twice(toys, monkeypatch):
    monkeypatch.setattr(engine, "lessons", lambda: [Path(__file__), Path(__file__)])
    with pytest.raises(ValueError, match="is taken"):
        engine.all_exercises()


def test_an_exercise_has_a_known_kind():
    with pytest.raises(ValueError, match="kind"):
        dataclasses.replace(LARGEST, kind="number")


def test_helpers_return_what_they_accept():
    assert expect_number(np.float32(2.5)) == 2.5
    assert expect_number(np.array(3)) == 3
    assert expect_array([[1, 2]], (None, 2)).shape == (1, 2)
    assert expect_array([1.0, 2.0], None).tolist() == [1.0, 2.0]
    assert expect_close([1.0, 2.0 + 1e-9], [1, 2]).shape == (2,)
    assert expect_close(1e6 + 0.5, 1e6) == 1e6 + 0.5
    expect(True, "fine")
    expect_function(lambda a, b=1: a, ["a"])


@pytest.mark.parametrize(
    ("helper", "arguments", "fragment"),
    [
        (expect, (False, "Look again."), "Look again."),
        (expect_number, (True,), "the truth value True"),
        (expect_number, ("3",), "the text '3'"),
        (expect_number, (None, "the rate"), "The rate came out as None."),
        (expect_array, (..., None, "the mask"), "There is still `...` in place of the mask."),
        (expect_number, ([1, 2],), "a list of length 2"),
        (expect_number, (float("nan"),), "NaN"),
        (expect_array, (np.zeros((2, 3)), (None, 4)), "the shape (any, 4), not (2, 3)"),
        (expect_array, (np.zeros(2), (2, 1), "the mask"), "The mask should have the shape (2, 1)"),
        (expect_array, ({"a": 1}, None), "a dict of length 1"),
        (
            expect_close,
            ([1.0, 2.1], [1, 2], "the sum", 1e-3, "Add."),
            "The sum did not come out as expected (1 of 2",
        ),
        (expect_close, (1.0, 2.0), "The result did not come out as expected."),
        (expect_close, (1e6 + 2.0, 1e6), "did not come out as expected"),
        (expect_function, (3, ["x"]), "the number 3"),
        (expect_function, (lambda a, b: a, ["x"]), "called with 1 argument, (x)"),
    ],
)
def test_helpers_reject_with_a_clear_text(helper, arguments, fragment):
    with pytest.raises(Wrong, match=re.escape(fragment)):
        helper(*arguments)


class Callable:
    def __call__(self):
        return 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (..., "still ..."),
        (True, "the truth value True"),
        (np.bool_(False), "the truth value False"),
        (3, "the number 3"),
        (2.5, "the number 2.5"),
        (1j, "the number 1j"),
        (np.float32(0.5), "the number 0.5"),
        ("word", "the text 'word'"),
        (dict, "the class dict"),
        (raises, "the function raises"),
        (Callable(), "the function Callable"),
        (np.zeros((2, 3)), "an array of shape (2, 3)"),
        ([1, 2], "a list of length 2"),
        ((), "a tuple of length 0"),
        ({"a": 1}, "a dict of length 1"),
        ({1, 2, 3}, "a set of length 3"),
        (object(), "an object of type object"),
    ],
)
def test_any_value_is_put_into_words(value, text):
    assert engine.describe(value) == text


def test_long_texts_are_cut_and_become_one_line():
    assert engine.short("two\n  lines") == "two lines"
    assert engine.short("x" * 200) == "x" * 200
    assert engine.short("x" * 201) == "x" * 196 + " ..."
    assert engine.short("x" * 30, 20) == "x" * 16 + " ..."
    assert engine.short(["a", 1]) == "['a', 1]"


def test_an_error_is_told_with_its_line_and_one_end():
    def ends_a_sentence(x):
        raise ValueError("Too small!")

    def says_nothing(x):
        raise ValueError

    text = engine.judge(MEAN_SQUARE, ends_a_sentence).text
    line = line_of(ends_a_sentence)
    assert text.endswith(f'Your code raised ValueError: Too small! in line {line}: raise ValueError("Too small!").')
    text = engine.judge(MEAN_SQUARE, says_nothing).text
    assert text.endswith(f"Your code raised ValueError, in line {line_of(says_nothing)}: raise ValueError.")
    typed = {}
    exec(compile("def answer(x):\n    return 1 / 0", "<typed>", "exec"), typed)
    text = engine.judge(MEAN_SQUARE, typed["answer"]).text
    assert text.endswith("ZeroDivisionError: division by zero, in line 2."), "its source is not known"
    error = TypeError("'int' object is not iterable")
    assert engine.describe_error(error) == (
        "The check came to grief over the answer (TypeError: 'int' object is not iterable). "
        "Look at what your code returns: is it of the type and shape that is asked for?"
    )


def line_of(function):
    """The number of the first line in a function of two."""
    return inspect.getsourcelines(function)[1] + 1


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (lambda: 1, "It is called with 2 arguments, (x, rate), but yours is <lambda>()."),
        (lambda x, rate, seed: 1, "It is called with 2 arguments, (x, rate), but yours is <lambda>(x, rate, seed)."),
        (functools.partial(raises, 1), "It is called with 2 arguments, (x, rate), but yours is the function()."),
    ],
)
def test_a_function_of_other_arguments_is_told_which_are_wanted(answer, text):
    with pytest.raises(Wrong) as wrong:
        expect_function(answer, ["x", "rate"])
    assert str(wrong.value) == text
    expect_function(max, ["x", "rate"])  # has no signature
    expect_function(lambda x, rate, seed=0, *more, **named: 1, ["x", "rate"])


def test_close_is_measured_by_the_largest_expected_value_or_by_one():
    expect_close([1000.0, 0.0009], [1000.0, 0.0])
    expect_close([0.5, 0.0009], [0.5, 0.0], tolerance=1e-3)
    expect_close(np.zeros((0, 3)), np.zeros((0, 3)))
    expect_close([1 + 1e-9j], [1])
    expect_close([1.5], [1.0], tolerance=0.5)
    for result, expected in (([1000.0, 0.0011], [1000.0, 0.0]), ([0.5, 2e-6], [0.5, 0.0]), ([1 + 1e-3j], [1])):
        with pytest.raises(Wrong, match=r"The result did not come out as expected( \(1 of 2 elements is off\))?\.$"):
            expect_close(result, expected)
    with pytest.raises(Wrong, match=r"The mean did not come out as expected\. Divide\.$"):
        expect_close(1.0, 2.0, "the mean", hint="Divide.")
    with pytest.raises(Wrong, match=r"\(2 of 3 elements are off\)"):
        expect_close([1.0, 0.0, 0.0], [1.0, 2.0, -2.0])


def test_exact_numbers_are_numbers():
    assert expect_number(Fraction(3, 4)) == 0.75
    assert expect_number(Decimal("0.5")) == 0.5
    assert expect_array([Fraction(1, 4), 2], (2,)).tolist() == [0.25, 2.0]
    assert expect_array(np.array([Fraction(1, 4), 1j]), (2,)).tolist() == [0.25, 1j]
    expect_close([[Fraction(1, 3)], [Fraction(2, 3)]], [[1 / 3], [2 / 3]])
    for mixed in ([Fraction(1, 4), "1"], [Fraction(1, 4), None], [Fraction(10) ** 400]):
        with pytest.raises(Wrong, match="should be an array of numbers"):
            expect_array(mixed, None)


def test_float32_is_compared_as_float32():
    third = np.float32(1) / np.float32(3)
    assert expect_number(third).dtype == np.float32
    expect_close(np.float32([1 + 9e-6, 2]), [1, 2])
    expect_close(expect_number(np.float32(1 + 9e-6)), 1)
    for rounded in (np.float32([1 + 4e-5, 2]), [1 + 9e-6, 2]):
        with pytest.raises(Wrong, match="did not come out as expected"):
            expect_close(rounded, [1, 2])


@pytest.mark.parametrize(
    ("helper", "arguments", "text"),
    [
        (expect_close, ([1.0, 3.0], [1.0, 2.0]), "The weights did not come out as expected (1 of 2 elements is off)."),
        (expect_close, ([0.0, 3.0], [1.0, 2.0]), "The weights did not come out as expected (2 of 2 elements are off)."),
        (expect_array, ([[1.0]], (2,)), "The weights should have the shape (2,), not (1, 1)."),
        (expect_array, ("all", (2,)), "The weights should be an array of numbers, not the text 'all'."),
        (expect_array, (None, (2,)), "The weights came out as None. Is there a return statement at the end?"),
    ],
)
def test_a_text_about_many_is_no_text_about_one(helper, arguments, text):
    with pytest.raises(Wrong) as wrong:
        helper(*arguments, "the weights")
    assert str(wrong.value) == text


@pytest.mark.parametrize("result", [(1, 2), [1, 2], np.array([1, 2]), np.ones((2, 3)), (np.ones(3), [])])
def test_parts_come_in_a_tuple_a_list_or_an_array(result):
    assert len(engine.expect_parts(result, 2, "Two.")) == 2
    with pytest.raises(Wrong, match=r"^Three\.$"):
        engine.expect_parts(result, 3, "Three.")


@pytest.mark.parametrize("result", [3.0, "12", None, {1, 2}, np.array(2), {1: 2, 3: 4}, len])
def test_what_has_no_parts_is_told_so(result):
    with pytest.raises(Wrong, match=r"^Two\.$"):
        engine.expect_parts(result, 2, "Two.")


def test_an_error_of_a_library_is_told_with_what_it_was_called_with():
    remembered = functools.cache(mean_square)
    with pytest.raises(Wrong) as wrong:
        call(remembered, [1, 2])
    assert str(wrong.value) == "It raised TypeError: unhashable type: 'list'. It was called with [1, 2]."
    verdict = engine.judge(MEAN_SQUARE, remembered)
    assert "It raised TypeError: unhashable type: 'numpy.ndarray'. It was called with array(" in verdict.text
    with pytest.raises(ZeroDivisionError):
        call(raises, [1, 2])


def test_an_argument_that_has_a_default_may_be_required():
    def power(x, exponent=2):
        """Mean of a power."""
        return np.mean(x**exponent)

    def check_power(answer):
        expect_close(call(answer, np.ones(3), 2), 1.0)

    exercise = dataclasses.replace(
        MEAN_SQUARE, stub="def power(x, exponent=2):\n    ...", solution=power, check=check_power
    )
    assert engine.judge(exercise, lambda x, exponent: np.mean(x**exponent)).state == "right"
    text = engine.judge(exercise, lambda x: np.mean(x**2)).text
    assert "called with 2 arguments, (x, exponent), but yours is <lambda>(x)" in text


def test_tensors_of_the_backend_are_arrays():
    keras = pytest.importorskip("keras")
    expect_close(keras.ops.ones((2, 3)), np.ones((2, 3)))
    expect_number(keras.ops.sum(keras.ops.ones(3)))


# ---- Every exercise of the course ----

LESSON_OF = {one.name: path.stem for path in engine.lessons() for one in engine.exercises_of(path)}
EXERCISES = engine.all_exercises()
EXERCISE_IDS = [f"{LESSON_OF[name]}-{name}" for name in EXERCISES]  # make test LESSON=05a takes those of lesson_05a
every_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISE_IDS)


def answers_in(folder, table):
    """The tables of all modules in a folder of tests, as one."""
    found = {}
    for path in sorted((ROOT / "tests" / folder).glob("lesson_*.py")):
        spec = importlib.util.spec_from_file_location(f"{folder}_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        answers = getattr(module, table)
        unknown = set(answers) - {name for name, lesson in LESSON_OF.items() if lesson == path.stem}
        assert not unknown, f"{path.name}: no such exercise in this lesson: {sorted(unknown)}"
        found |= answers
    return found


WRONG_ANSWERS = answers_in("wrong_answers", "WRONG")
RIGHT_ANSWERS = answers_in("right_answers", "RIGHT")


@pytest.fixture(scope="module", autouse=True)
def _libraries():
    """Import Keras before the clock of a check runs, as a lesson does."""
    if any("keras" in path.read_text(encoding="utf-8") for path in engine.lessons()):
        importlib.import_module("keras")


@every_exercise
def test_untouched_stub_is_not_attempted(exercise):
    assert engine.judge(exercise, run_stub(exercise)).state == "not attempted"


@every_exercise
def test_solution_passes(exercise):
    verdict = engine.judge(exercise, exercise.answer)
    assert verdict.state == "right", verdict.text
    assert not verdict.printed, "a check and a solution print nothing"


def in_another_form(value, change):
    """A value with `change` made to each number or array of floats in it, in tuples and lists as well."""
    if isinstance(value, tuple | list):
        return type(value)(in_another_form(one, change) for one in value)
    if isinstance(value, float | np.floating) or (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
        return change(value)
    return value


def as_tensor(value):
    """A tensor of the backend, in float32."""
    return importlib.import_module("keras").ops.convert_to_tensor(np.asarray(value), "float32")


FORMS = {
    "float32": np.float32,
    "lists": lambda value: np.asarray(value).tolist(),
    "fractions": lambda value: np.vectorize(Fraction, otypes=[object])(value)[()],
    "tensors": as_tensor,
}


NOT_IN_FORM = {
    ("classify", "in float32"): "an eigenvalue within 1e-9 of zero is asked for",
}


def in_form(exercise, form):
    """The worked answer, with its result in another form; "in float32" computes so from the start."""
    if exercise.kind == "value":
        return in_another_form(exercise.answer, FORMS.get(form, np.float32))

    @functools.wraps(exercise.answer)
    def answer(*arguments):
        if form == "in float32":
            return exercise.answer(*in_another_form(arguments, np.float32))
        return in_another_form(exercise.answer(*arguments), FORMS[form])

    return answer


@every_exercise
@pytest.mark.parametrize("form", [*FORMS, "in float32"])
def test_the_solution_passes_in_other_forms(exercise, form):
    if isinstance(exercise.answer, type):
        pytest.skip("a class")
    if (exercise.name, form) in NOT_IN_FORM:
        pytest.skip(NOT_IN_FORM[exercise.name, form])
    verdict = engine.judge(exercise, in_form(exercise, form))
    assert verdict.state == "right", verdict.text


@pytest.mark.parametrize("name", sorted(RIGHT_ANSWERS))
def test_right_answers_of_other_kinds_pass(name):
    for number, answer in enumerate(RIGHT_ANSWERS[name]):
        verdict = engine.judge(EXERCISES[name], answer)
        assert verdict.state == "right", f"answer {number}: {verdict.text}"


@every_exercise
def test_texts(exercise):
    assert exercise.hint.strip().endswith((".", "?")), "the hint is made of sentences"
    assert inspect.getdoc(exercise.solution), "the solution is documented"


@every_exercise
def test_wrong_answers_are_rejected_each_with_its_own_hint(exercise):
    wrong = WRONG_ANSWERS.get(exercise.name, [])
    assert len(wrong) >= 3, f"{exercise.name}: at least three typical wrong answers, in tests/wrong_answers"
    fragments = [fragment for _, fragment in wrong]
    texts = []
    for answer, fragment in wrong:
        verdict = engine.judge(exercise, answer)
        assert verdict.state == "wrong", f"{exercise.name}: accepted or not attempted, but expected {fragment!r}"
        assert fragment in verdict.text
        texts.append(verdict.text)
    assert len(set(fragments)) >= 3 and all(len(fragment) >= 5 for fragment in fragments)
    assert len(set(texts)) >= len(set(fragments)), "two wrong answers get one and the same hint"
    assert_gives_nothing_away(exercise, [exercise.hint, *texts])


def answer_lines(exercise):
    """The lines of the worked answer that matter: not its first, not documentation, not short, not in the stub."""
    text = engine.source(exercise)
    text = re.sub(r'""".*?"""', "", text, flags=re.DOTALL)
    lines = [line.strip() for line in text.splitlines()]
    kept = [line for line in lines if len(line) > 8 and not line.startswith(("def ", "class ", "#", "@", "import"))]
    given = {line.strip() for line in exercise.stub.splitlines()}
    return (set(kept) | {line.removeprefix("return ") for line in kept if len(line) > 18}) - given


def assert_gives_nothing_away(exercise, texts):
    for text in texts:
        if "Your code raised" in text:
            continue  # quotes the learner's own line
        leaked = [line for line in answer_lines(exercise) if line in text]
        assert not leaked, f"{exercise.name}: the text {text!r} gives away {leaked}"
        if exercise.kind == "value" and isinstance(exercise.answer, int | float):
            number = str(exercise.answer)
            assert len(number) < 3 or not re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", text), text


def with_signature_of(exercise, body):
    """A function that takes what the worked answer takes and then does something wrong."""

    def bad(*arguments, **keywords):
        return body()

    return bad


def _raise():
    raise ValueError("planted")


def _loop():
    while True:
        pass


GENERIC_FUNCTIONS = {
    "raises": (_raise, "Your code raised ValueError: planted, in line"),
    "loops": (_loop, "stopped after"),
    "returns None": (lambda: None, ""),
    "returns a text": (lambda: "text", ""),
    "returns a function": (lambda: _raise, ""),
    "wrong shape": (lambda: np.zeros((7, 11, 13)), ""),
    "NaN": (lambda: np.full((7, 11, 13), np.nan), ""),
}
GENERIC_VALUES = [None, "text", _raise, np.zeros((7, 11, 13)), object(), [], {}, float("nan")]


@every_exercise
def test_generic_bad_answers_get_a_clear_message(exercise):
    quick = dataclasses.replace(exercise, time_limit=min(exercise.time_limit, 1.0))
    if exercise.kind == "function":
        bad = [(3.5, "should be a function"), (None, "should be a function")]
        bad += [(with_signature_of(exercise, body), fragment) for body, fragment in GENERIC_FUNCTIONS.values()]
    else:
        bad = [(value, "") for value in GENERIC_VALUES]
    for answer, fragment in bad:
        verdict = engine.judge(quick, answer)
        assert verdict.state == "wrong", f"{answer} was accepted"
        assert fragment in verdict.text
        assert len(verdict.text) < 900
    assert engine.judge(exercise, exercise.answer).state == "right", "the next check works again"


# ---- The notebooks use the exercises ----


def code_cells(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def meaning(code):
    """The code without its layout: syntax tree and comments."""
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return ast.dump(ast.parse(code)), [token.string for token in tokens if token.type == tokenize.COMMENT]


NOTEBOOKS = {f"lesson_{lessons.number(path)}": path for path in lessons.lessons()}


@every_exercise
def test_notebook_has_the_stub_and_its_check(exercise):
    notebook = NOTEBOOKS[LESSON_OF[exercise.name]]
    cells = [code for code in code_cells(notebook) if f'check("{exercise.name}"' in code]
    assert meaning(exercise.cell) in map(meaning, cells), (
        f"{notebook.name}: no cell that is the stub of {exercise.name} and its check. Expected:\n{exercise.cell}"
    )


@pytest.mark.parametrize("lesson", NOTEBOOKS)
def test_notebook_checks_only_exercises_of_its_lesson(lesson):
    checked = re.findall(r'^check\("([^"]+)"', "\n".join(code_cells(NOTEBOOKS[lesson])), flags=re.MULTILINE)
    strangers = [name for name in checked if LESSON_OF.get(name) != lesson]
    assert not strangers, f"{NOTEBOOKS[lesson].name}: not defined in {lesson}.py: {strangers}"


def test_modules_of_exercises_are_those_of_lessons():
    modules = {path.stem for path in engine.lessons()}
    assert modules == set(NOTEBOOKS)
    assert {path.stem for path in (ROOT / "tests" / "wrong_answers").glob("lesson_*.py")} == modules


def test_code_objects_are_compared_deeply():
    one, other = (compile(f"def f():\n    return lambda: {n}", "stub", "exec") for n in (1, 2))
    assert isinstance(one, types.CodeType)
    assert not engine._same_code(one, other)
    assert engine._same_code(one, compile("def f():\n    return lambda: 1", "elsewhere", "exec"))
