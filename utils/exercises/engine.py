"""The machine behind ``check``, ``hint`` and ``solution``.

How to define an exercise
-------------------------
The module ``utils/exercises/lesson_NNx.py`` holds the exercises of lesson NNx, as ``lesson_05a.py``::

    import numpy as np

    from utils.exercises.engine import Exercise, call, expect, expect_close


    def mean_square(x):
        \"\"\"Mean of the squares of all elements of x.\"\"\"
        return np.mean(np.square(x))


    def check_mean_square(answer):
        x = np.random.default_rng(0).normal(size=(3, 4))
        result = call(answer, x)
        expect(not np.isclose(np.sum(x**2), result), "That is the sum of the squares. Divide by how many there are.")
        expect_close(result, mean_square(x), "the result for a 3 by 4 array")


    EXERCISES = [
        Exercise(
            name="mean_square",
            kind="function",
            stub="def mean_square(x):\\n    ...",
            solution=mean_square,
            check=check_mean_square,
            hint="NumPy has a function for each of the two words in the name.",
        ),
    ]

- ``name`` is unique in the whole course.
- ``kind="function"``: the answer is a function (or a class), and ``solution`` is one such function.
- ``kind="value"``: the answer is a value, and ``solution`` is a function without arguments that returns it.
- ``stub`` is what stands in the notebook, followed by ``check("mean_square", mean_square)`` in the same cell.
- ``check`` gets the answer and returns if it is right; otherwise it raises ``Wrong("a text that helps")``.
  The text names what to look at and never gives the answer away. Most checks need only the helpers below:
  ``call``, ``expect``, ``expect_array``, ``expect_number``, ``expect_close``, ``expect_parts``, ``expect_function``.
  They take what is right in any form: float32, exact fractions, lists, tensors. A check compares no floats with ``==``
  that float32 would round, and calls the answer with every argument, those with a default too.
- Random inputs come from a generator with a fixed seed, so that a check says the same every time.
- Keras is imported inside the functions that need it, so that this package stays quick to import.

A stub may be a function with its inner line left out: a ``...`` in a loop, on the right of a ``=``, or as an argument.
In the flow of a lesson, the next cell holds the lesson's own version and defines the same name again, so that later
cells use that one, whatever stands in the exercise.

The untouched stub never reaches ``check``: the engine compares the answer's bytecode (for a value, the value) with
the stub's. Where a wrong answer has a ``...`` left, the message says so, in which line, and nothing else. An answer
that raises, loops for ever, or is of the wrong kind becomes a message, never an error. The answer runs in a thread of
its own, so that it can be stopped.
"""

import ast
import contextlib
import copy
import ctypes
import difflib
import dis
import functools
import importlib
import inspect
import io
import linecache
import numbers
import reprlib
import sys
import sysconfig
import textwrap
import threading
import time
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PACKAGE = Path(__file__).resolve().parent
PRINT_LIMIT = 1000  # characters of what an answer prints that are shown
PATIENCE = 3  # a check that waits instead of computing may take this many times its limit
STOP_SECONDS = 1.0  # how long the engine tries to stop an answer
FLOAT32_TOLERANCE = 1e-5  # what is computed in float32 may be off by so much, relative to the largest number
ENDLESS = "Does a loop never end, or is the same work done over and over?"


class Wrong(Exception):
    """Raised by a check when the answer is wrong; its text helps the learner on."""


@dataclass(frozen=True)
class Exercise:
    """One exercise: what the learner sees, a worked answer, and how an answer is judged."""

    name: str
    kind: str  # "function" or "value"
    stub: str
    solution: Callable
    check: Callable
    hint: str
    title: str = ""
    time_limit: float = 5.0  # seconds for the whole check

    def __post_init__(self):
        if self.kind not in ("function", "value"):
            raise ValueError(f'{self.name}: kind must be "function" or "value", not {self.kind!r}')

    @property
    def variable(self):
        """The name that the stub defines: ``dropout`` for ``def dropout(x): ...``, ``answer`` for ``answer = ...``."""
        last = ast.parse(self.stub).body[-1]
        return last.targets[0].id if isinstance(last, ast.Assign) else last.name

    @property
    def cell(self):
        """The code cell of the notebook: the stub and its check."""
        return f'{self.stub.rstrip()}\n\n\ncheck("{self.name}", {self.variable})'

    @property
    def answer(self):
        """The worked answer itself, as a learner would hand it to ``check``."""
        return self.solution if self.kind == "function" else self.solution()


@dataclass(frozen=True)
class Verdict:
    """What the engine thinks of an answer. ``state`` is "right", "wrong" or "not attempted"."""

    state: str
    text: str
    printed: str = ""


# ---- What a lesson calls ----


def check(name, answer=...):
    """Say in a line whether the answer is right, and if it is not, what to look at. Never raises."""
    with _explained("check"):
        exercise = find(name)
        verdict = judge(exercise, answer)
        print(verdict.text)
        if verdict.state != "not attempted" and _is_of_another_cell(answer, sys._getframe(1).f_code.co_filename):
            print(f"This {exercise.variable} was defined by another cell. Does this one define it, under this name?")
        if verdict.printed:
            print(f"Your code printed during the check:\n{textwrap.indent(verdict.printed, '  ')}")


def hint(name):
    """Show a push in the right direction."""
    with _explained("hint"):
        exercise = find(name)
        print(f"{exercise.name}: {exercise.hint}")


def solution(name):
    """Show a worked answer as highlighted code."""
    with _explained("solution"):
        show_code(source(find(name)))


def source(exercise):
    """The text of the worked answer."""
    return textwrap.dedent(inspect.getsource(exercise.solution)).rstrip()


def show_code(code):
    """Display Python code: highlighted in a notebook, as plain text elsewhere."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        print(code)
        return
    from IPython.display import display

    display({"text/plain": code, "text/markdown": f"````python\n{code}\n````"}, raw=True)


# ---- Finding exercises ----


class UnknownExercise(Exception):
    """There is no exercise of that name; the text says which are meant perhaps."""


@contextlib.contextmanager
def _explained(function):
    """A mistyped name is a line of text in the notebook, not a traceback."""
    try:
        yield
    except UnknownExercise as problem:
        print(f"{function}: {problem}")


def lessons():
    """The modules that define exercises, as paths, in the order of the lessons."""
    return sorted(PACKAGE.glob("lesson_*.py"))


def exercises_of(path):
    """The exercises that the module at this path defines."""
    return importlib.import_module(f"{__package__}.{path.stem}").EXERCISES


def all_exercises():
    """Every exercise of the course by its name."""
    found = {}
    for path in lessons():
        for exercise in exercises_of(path):
            if exercise.name in found:
                raise ValueError(f"{path.name}: the exercise name {exercise.name!r} is taken")
            found[exercise.name] = exercise
    return found


def find(name):
    """The exercise of that name. Only the modules in whose text the name occurs are imported, if one of them has it."""
    if not isinstance(name, str):
        raise UnknownExercise('the name of the exercise comes first, in quotes, as in check("dropout", dropout).')
    for path in lessons():
        if name and name in path.read_text(encoding="utf-8"):
            for exercise in exercises_of(path):
                if exercise.name == name:
                    return exercise
    names = list(all_exercises())
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    if close:
        advice = f"Did you mean {' or '.join(map(_quoted, close))}?"
    else:
        advice = f"The exercises are: {', '.join(names)}."
    raise UnknownExercise(f"there is no exercise {_quoted(name)}. {advice}")


def _quoted(text):
    return f'"{text}"'


# ---- Judging an answer ----


def judge(exercise, answer):
    """The verdict on an answer, whatever the answer is or does."""
    printed = _Printed()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        verdict = run_limited(functools.partial(_judge, exercise, answer), exercise.time_limit)
    if not isinstance(verdict, Verdict):
        verdict = _not_right(exercise, str(verdict))
    if verdict.state == "wrong" and (left := _left_open(answer)) is not None:
        verdict = _not_right(exercise, f"There is still a `...`{left}: put your own code in its place.")
    return Verdict(verdict.state, verdict.text, str(printed))


def _judge(exercise, answer):
    """The verdict, for answers that come to an end; runs in the thread that can be stopped."""
    if is_untouched(exercise, answer):
        text = f'{exercise.name}: not attempted yet; hint("{exercise.name}") helps.'
        return Verdict("not attempted", text)
    try:
        _expect_kind(exercise, answer)
        exercise.check(answer)
    except Wrong as wrong:
        return _not_right(exercise, short(str(wrong), 600))
    except _Stop:
        raise
    except BaseException as error:  # also SystemExit
        return _not_right(exercise, describe_error(error))
    return Verdict("right", f'{exercise.name}: right. solution("{exercise.name}") shows one way to write it.')


def _not_right(exercise, text):
    return Verdict("wrong", f"{exercise.name}: not right yet. {text}")


def _expect_kind(exercise, answer):
    """Raise Wrong when a value stands where a function is wanted, or the reverse, or arguments are missing."""
    if exercise.kind == "function":
        if not callable(answer):
            raise Wrong(
                f"The answer should be a function, but it is {describe(answer)}. "
                f'Hand over the function itself, without calling it: check("{exercise.name}", {exercise.variable}).'
            )
        if not isinstance(exercise.solution, type):
            expect_function(answer, _positional(exercise.solution))
    elif isinstance(answer, types.FunctionType | types.MethodType | types.BuiltinFunctionType):
        raise Wrong(f"The answer should be a value, but it is {describe(answer)}. Call it, and hand over the result.")
    elif answer is None:
        raise Wrong("The answer is None. Did it come from a function that has no return statement?")


def _positional(function):
    """The names of the positional arguments; those with a default too, since a check gives them all."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [one.name for one in inspect.signature(function).parameters.values() if one.kind in kinds]


# ---- Is it still the stub? ----


def is_untouched(exercise, answer):
    """Whether the answer is the stub as it came, or a body that does nothing yet (``...``, ``pass``)."""
    if answer is ...:
        return True
    if exercise.kind == "value":
        return _is_stub_value(exercise, answer)
    if isinstance(answer, type):
        codes = [code for code in map(_code, vars(answer).values()) if code]
        return bool(codes) and all(_is_empty(code) or _in_stub(exercise, code) for code in codes)
    code = _code(answer)
    return code is not None and (_is_empty(code) or _in_stub(exercise, code))


def _is_stub_value(exercise, answer):
    last = ast.parse(exercise.stub).body[-1]
    try:
        value = ast.literal_eval(last.value)
    except (ValueError, AttributeError):
        return False
    return type(value) is type(answer) and repr(value) == repr(answer)


def _code(function):
    return getattr(getattr(function, "__wrapped__", function), "__code__", None)


def _is_empty(code):
    """Whether a function does nothing but return None or ``...``, or raise NotImplementedError."""
    noise = {"RESUME", "NOP", "CACHE", "PUSH_NULL", "PRECALL", "CALL", "COPY_FREE_VARS", "MAKE_CELL"}
    left = [step for step in dis.get_instructions(code) if step.opname not in noise]
    names = [step.opname for step in left]
    if names in (["LOAD_CONST", "RETURN_VALUE"], ["RETURN_CONST"]):
        return left[0].argval is None or left[0].argval is ...
    if names and names[-1] == "RAISE_VARARGS":
        steps_before = {"LOAD_GLOBAL", "LOAD_CONST", "RAISE_VARARGS"}
        return left[0].argval == "NotImplementedError" and set(names) <= steps_before
    return False


def _in_stub(exercise, code):
    """Whether the stub holds a function of the same name and with the same bytecode."""
    waiting = [compile(exercise.stub, "stub", "exec")]
    while waiting:
        candidate = waiting.pop()
        if candidate.co_name == code.co_name and _same_code(candidate, code):
            return True
        waiting += [constant for constant in candidate.co_consts if isinstance(constant, types.CodeType)]
    return False


def _same_code(one, other):
    """Whether two functions do the same, step by step. Docstrings and the names of local variables do not count."""
    steps, others = (list(dis.get_instructions(code)) for code in (one, other))
    return len(steps) == len(others) and all(map(_same_step, steps, others))


def _same_step(one, other):
    if one.opname != other.opname:
        return False
    if isinstance(one.argval, types.CodeType) and isinstance(other.argval, types.CodeType):
        return _same_code(one.argval, other.argval)
    if "FAST" in one.opname:  # a local variable, by its number
        return one.arg == other.arg
    return type(one.argval) is type(other.argval) and repr(one.argval) == repr(other.argval)


# ---- What is left of the stub ----


def _left_open(answer):
    """' in line 3' where a `...` is left in the learner's code, '' if its line is not known, or None if there is none.

    The dots of an index, as in x[..., 0], do not count.
    """
    if _holds_dots(answer):
        return ""
    codes = map(_code, vars(answer).values()) if isinstance(answer, type) else [_code(answer)]
    for code in codes:
        if code is None or not _is_learners(code.co_filename):
            continue
        try:
            lines, first = inspect.getsourcelines(code)
            tree = ast.parse(textwrap.dedent("".join(lines)))
        except (OSError, TypeError, SyntaxError):  # no source, or a lambda within a longer line
            if _loads_dots(code):
                return ""
            continue
        numbers = sorted(node.lineno for node in _outside_of_indices(tree) if _is_dots(node))
        if numbers:
            return f" in line {max(first, 1) + numbers[0] - 1}"
    return None


def _is_dots(node):
    return isinstance(node, ast.Constant) and node.value is ...


def _outside_of_indices(node):
    """The parts of a syntax tree, without what stands in the brackets of an index or in a signature."""
    yield node
    for name, value in ast.iter_fields(node):
        if (isinstance(node, ast.Subscript) and name == "slice") or isinstance(value, ast.arguments):
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST):
                yield from _outside_of_indices(part)


def _loads_dots(code):
    """Whether the bytecode plainly uses `...` as a value: keeps it, returns it, reckons or loops with it."""
    uses = ("STORE_FAST", "RETURN_VALUE", "BINARY_OP", "COMPARE_OP", "GET_ITER", "PRECALL", "CALL")
    steps = list(dis.get_instructions(code))
    for step, after in zip(steps, [*steps[1:], steps[-1]], strict=True):
        if isinstance(step.argval, types.CodeType) and _loads_dots(step.argval):
            return True
        if step.argval is ... and (step.opname == "RETURN_CONST" or after.opname.startswith(uses)):
            return True
    return False


def _holds_dots(value, depth=3):
    """Whether a value is `...`, or a list, tuple, dictionary or array of objects that has one in it."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, np.ndarray) and value.dtype == object:
        value = value.ravel().tolist()
    if isinstance(value, list | tuple) and depth:
        return any(_holds_dots(one, depth - 1) for one in value)
    return value is ...


def _is_of_another_cell(answer, cell):
    """Whether the answer is a function that a cell of the notebook defined, but not the cell that checks it."""
    code = None if isinstance(answer, type) else _code(answer)
    return code is not None and code.co_filename != cell and all(map(_is_cell, (code.co_filename, cell)))


def _is_cell(filename):
    """Whether code of this file name comes from a notebook's cell."""
    return "ipykernel_" in filename or filename.startswith("<ipython-input")


# ---- Running code that may never end ----


class _Stop(SystemExit):
    """Thrown into the thread of an answer that runs too long. (threading says nothing about a SystemExit.)"""


class _Printed(io.TextIOBase):
    """A stand-in for stdout that keeps the first characters, so that endless printing costs nothing."""

    def __init__(self):
        super().__init__()
        self.kept = ""
        self.cut = False

    def write(self, text):
        text = str(text)
        room = PRINT_LIMIT - len(self.kept)
        self.cut = self.cut or len(text) > room
        self.kept += text[:room]
        return len(text)

    def __str__(self):
        return self.kept.rstrip() + ("\n[... the rest is left out]" if self.cut else "")


def run_limited(function, limit):
    """The result of ``function()``, or a text that says why there is none.

    The limit counts seconds of computing, so that a busy machine does not make an answer wrong; an answer that
    waits instead of computing may take ``PATIENCE`` times as long. A thread cannot be ended from outside, but an
    exception can be planted in it, which is raised at the next line of Python. Code that waits in a C function does
    not get there, and code that catches everything swallows it: then the text says so.
    """
    result = []

    def work():
        try:
            result.append(function())
        except _Stop as stop:
            where = describe_line(stop)
            result.append(f"It was stopped after {limit:g} seconds{where}. {ENDLESS}")
        except BaseException as error:
            result.append(describe_error(error))

    thread = threading.Thread(target=work, name="exercise", daemon=True)
    _start_with_deep_stack(thread)
    wall_start, cpu_start = time.monotonic(), time.process_time()
    try:
        while thread.is_alive():
            thread.join(0.02)
            wall, cpu = time.monotonic() - wall_start, time.process_time() - cpu_start
            if wall > limit and (cpu > limit or wall > PATIENCE * limit):
                break
    except KeyboardInterrupt:  # the learner pressed "stop": stop the answer as well
        _stop(thread)
        raise
    if thread.is_alive():
        _stop(thread)
    if result:
        return result[0]
    if not thread.is_alive():  # stopped a second time while it told where it was
        return f"It was stopped after {limit:g} seconds. {ENDLESS}"
    return (
        f"It takes more than {limit:g} seconds and cannot be stopped from here: it goes on in the background. "
        "In the menu, choose Kernel, then Restart Kernel, before you go on."
    )


def _start_with_deep_stack(thread):
    """Start with 64 MB of stack: endless recursion then ends in a RecursionError on every system."""
    try:
        before = threading.stack_size(64 * 1024 * 1024)
    except (ValueError, RuntimeError):
        thread.start()
        return
    try:
        thread.start()
    finally:
        threading.stack_size(before)


def _stop(thread):
    """Plant the exception again and again until the thread has ended, for at most STOP_SECONDS."""
    end = time.monotonic() + STOP_SECONDS
    while thread.is_alive() and time.monotonic() < end:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_Stop))
        thread.join(0.1)


# ---- Putting things into words ----


def describe(value):
    """A short description of any value: "the number 3.5", "the function relu", "an array of shape (2, 3)"."""
    if value is None or value is ...:
        return "None" if value is None else "still ..."
    if isinstance(value, bool | np.bool_):
        return f"the truth value {value}"
    if isinstance(value, int | float | complex | np.number):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text {reprlib.repr(value)}"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if callable(value):
        return f"the function {getattr(value, '__name__', type(value).__name__)}"
    if hasattr(value, "shape"):
        return f"an array of shape {tuple(value.shape)}"
    if isinstance(value, list | tuple | dict | set):
        return f"a {type(value).__name__} of length {len(value)}"
    return f"an object of type {type(value).__name__}"


def short(value, length=200):
    """``repr`` of a value, or a text as it is, cut to a readable length and to one line."""
    text = value if isinstance(value, str) else reprlib.repr(value)
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 4] + " ..."


def describe_error(error):
    """What went wrong, for the learner: type, text, and the line in the learner's own code."""
    kind, where = type(error).__name__, describe_line(error)
    if isinstance(error, RecursionError):
        return f"It calls itself without end{where} ({kind}). When does it stop?"
    try:
        text = short(str(error), 300)
    except BaseException:
        text = ""
    what = f"{kind}: {text}" if text else kind
    if where:
        return f"Your code raised {what}{'' if what.endswith(('.', '!', '?')) else ','}{where}."
    return (
        f"The check came to grief over the answer ({what}). "
        "Look at what your code returns: is it of the type and shape that is asked for?"
    )


def describe_line(error):
    """' in line 3: x = 1 / 0', the innermost line outside of the course's helpers and the libraries, or ''."""
    frames, traceback = [], error.__traceback__
    while traceback:
        filename = traceback.tb_frame.f_code.co_filename
        if _is_learners(filename):
            frames.append((filename, traceback.tb_lineno))
        traceback = traceback.tb_next
    if not frames:
        return ""
    filename, number = frames[-1]
    line = short(linecache.getline(filename, number).strip(), 100)
    return f" in line {number}: {line}" if line else f" in line {number}"


@functools.cache
def _is_learners(filename):
    """Whether a source file is the learner's: not a helper of the course, not a library, not frozen code."""
    if filename.startswith("<frozen"):
        return False
    folders = [PACKAGE.parent, *map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib", "platlib"))]
    return not any(Path(filename).is_relative_to(folder) for folder in folders)


# ---- Helpers for checks ----


def call(answer, *arguments, **keywords):
    """Call the answer with copies of the arguments (it may change them as it likes) and return what it returns.

    Raises Wrong if the result is None or ``...``, and if an error comes from no line of the learner's: from a library
    function or a decorator that does not take these arguments.
    """
    try:
        result = answer(*copy.deepcopy(arguments), **copy.deepcopy(keywords))
    except Exception as error:
        if describe_line(error):
            raise
        given = ", ".join(short(one, 60) for one in (*arguments, *keywords.values()))
        text = f"It raised {type(error).__name__}: {short(str(error), 300)}"
        raise Wrong(f"{text}{'' if text.endswith('.') else '.'} It was called with {given}.") from error
    _expect_something(result, "the result")
    return result


def expect(condition, text):
    """Raise Wrong with this text unless the condition holds."""
    if not condition:
        raise Wrong(text)


def expect_function(answer, arguments):
    """Raise Wrong unless the answer can be called with these positional arguments (a list of names)."""
    if not callable(answer):
        raise Wrong(f"A function is wanted here, but this is {describe(answer)}.")
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # some built-in functions have no signature
        return
    try:
        signature.bind(*arguments)
    except TypeError:
        name = getattr(answer, "__name__", "the function")
        raise Wrong(
            f"It is called with {len(arguments)} argument{'s' * (len(arguments) != 1)}, "
            f"({', '.join(arguments)}), but yours is {name}{signature}."
        ) from None


def expect_parts(result, count, text):
    """The parts of a tuple, a list or an array as a list; raise Wrong with this text unless they are so many."""
    parts = result if isinstance(result, tuple | list) else _as_array(result)
    if parts is None or not np.iterable(parts) or isinstance(result, str) or len(parts) != count:
        raise Wrong(text)
    return list(parts)


def expect_array(result, shape, what="the result"):
    """The result as a NumPy array; raise Wrong unless it is one of finite numbers and of this shape.

    A None in the shape stands for any length; ``shape=None`` for any shape.
    """
    _expect_something(result, what)
    array = _as_array(result)
    if array is None or not (np.issubdtype(array.dtype, np.number) or array.dtype == bool):
        raise Wrong(f"{_start(what)} should be an array of numbers, not {describe(result)}.")
    if shape is not None:
        fits = len(shape) == array.ndim and all(a in (None, b) for a, b in zip(shape, array.shape, strict=True))
        wanted = str(tuple("any" if n is None else int(n) for n in shape)).replace("'", "")
        if not fits:
            raise Wrong(f"{_start(what)} should have the shape {wanted}, not {array.shape}.")
    _expect_finite(array, what)
    return array


def expect_number(result, what="the result"):
    """The result as a number of Python's; raise Wrong unless it is a single finite number.

    A float32 stays one, so that `expect_close` knows how exact it can be.
    """
    _expect_something(result, what)
    array = _as_array(result)
    if array is None or array.ndim or not np.issubdtype(array.dtype, np.number):
        raise Wrong(f"{_start(what)} should be a number, not {describe(result)}.")
    _expect_finite(array, what)
    return array[()] if array.dtype == np.float32 else array.item()


def expect_close(result, expected, what="the result", tolerance=1e-6, hint=""):
    """The result as an array; raise Wrong unless it has the shape of ``expected`` and is close to it.

    Close: no farther than ``tolerance`` times the largest absolute expected value (or 1, if that is larger); a result
    in float32 may be off by FLOAT32_TOLERANCE, if that is more. The text says how much is wrong, then the hint; it
    never shows the expected values.
    """
    expected = np.asarray(expected)
    if expected.ndim:
        array = expect_array(result, expected.shape, what)
    else:
        array = np.asarray(expect_number(result, what))
    scale = max(1.0, float(np.max(np.abs(expected)))) if expected.size else 1.0
    if array.dtype in (np.float32, np.complex64):
        tolerance = max(tolerance, FLOAT32_TOLERANCE)
    wrong = np.abs(array.astype(complex) - expected.astype(complex)) > tolerance * scale
    if wrong.any():
        verb = "is" if wrong.sum() == 1 else "are"
        count = f" ({wrong.sum()} of {wrong.size} elements {verb} off)" if wrong.size > 1 else ""
        raise Wrong(f"{_start(what)} did not come out as expected{count}. {hint}".strip())
    return array


def _expect_something(result, what):
    if result is None:
        raise Wrong(f"{_start(what)} came out as None. Is there a return statement at the end?")
    if result is ...:
        raise Wrong(f"There is still `...` in place of {what}. Put your own code there.")


def _expect_finite(array, what):
    if np.isnan(array).any():
        raise Wrong(f"There is NaN (not a number) in {what}. Look for 0 / 0, or the logarithm of a negative number.")
    if not np.isfinite(array).all():
        raise Wrong(f"There is infinity in {what}. Look for a division by 0, log(0), or an exp of something large.")


def _as_array(value):
    """The value as a NumPy array, also from a tensor of any backend or from exact numbers; None if it cannot be one."""
    if hasattr(value, "detach"):  # a torch tensor that may carry a gradient or live on a GPU
        value = value.detach().cpu()
    try:
        array = np.asarray(value)
        if array.dtype == object and all(isinstance(one, numbers.Number) for one in array.flat):
            array = array.astype(complex if any(isinstance(one, complex) for one in array.flat) else float)
    except Exception:
        return None
    return array if array.dtype != object else None


def _start(text):
    return text[:1].upper() + text[1:]
