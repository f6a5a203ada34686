"""Turn the constants that a lesson invites its reader to change, and run the lesson with each.

    make test-knobs [LESSON=05]

A lesson's metadata names them with the values to try: `knobs: {RUNS: [3], CELL: [16, 32]}`. Each is assigned once, at
the top level of a code cell, as `RUNS = …`. The right side is replaced, and the lesson runs in a fresh kernel with
TensorFlow, WORKERS of them at once. It passes, or it stops at an assertion that says in a sentence what was expected:
that is a finding. Failures are

- any other error, and an assertion without a sentence (that NumPy's own report of arrays that differ is not);
- a stale label: the old value still stands where the new one should. Looked at are what the turned lesson shows,
  alternative texts included, but no measured numbers. A label is stale (1) if it was written by hand: in a cell that
  uses the knob, or what was made from it, a string or the fixed part of an f-string holds the old value, as a number
  or from three on as a word, and is shown; (2) if the old value stands directly before the knob's own noun, with one
  word between at most: "5 runs" or "five long runs" for RUNS. What is right as it is, since its number is another, the
  metadata lists by a piece of its text: `other_numbers: ["5 by 5"]`.

Exit status 1 if anything failed.
"""

import surroundings

if __name__ == "__main__":
    surroundings.start_again()

import argparse
import ast
import asyncio
import copy
import html
import re
import sys

import execution
import machine
import measured
from lessons import find, number, read
from num2words import num2words

FEWEST_WORDS = 3
SMALLEST_IN_WORDS = 3  # "one" and "two" are said of other things too often
NUMBER = re.compile(rf"(?<![\w.≈])(?<![0-9],)(?:{measured.NUMBER})(?![\w]|[.,][0-9])")
# The reports of numpy.testing begin and go on with these; the lesson's own sentence stands between.
NUMPYS_HEAD = re.compile(
    r"(?:Arrays are not (?:strictly ordered `[^`]*`|almost equal to \d+ \w+|equal)"
    r"|Items are not equal:?(?:\s+(?:item|key)=\S+)*"
    r"|Not equal to tolerance \S+ \S+)"
)
NUMPYS_REST = re.compile(
    r"^ *(?:Mismatched elements|Max (?:absolute|relative)|ACTUAL|DESIRED|[xy]:|[xy] and|nan location|\(shapes)",
    flags=re.MULTILINE,
)


class KnobError(Exception):
    """A knob that cannot be turned; the message says why."""


def nodes_of_cell(tree):
    """The syntax nodes that are executed with the cell itself, not in a function, class or comprehension of it."""
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*inner, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            waiting += ast.iter_child_nodes(node)


def parsed(notebook):
    """The code cells with their syntax trees; a cell that is not Python is left out."""
    for cell in [cell for cell in notebook.cells if cell.cell_type == "code"]:
        try:
            yield cell, ast.parse(cell.source)
        except SyntaxError:
            continue


def right_sides(statement):
    """The names that a plain assignment binds, with the expression of each: `A = 1` and `A, B = 1, 2`."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) > 1:
        return {}
    target, right = statement.targets[0], statement.value
    pairs = [(target, right)]
    if isinstance(target, ast.Tuple) and isinstance(right, ast.Tuple) and len(target.elts) == len(right.elts):
        pairs = zip(target.elts, right.elts, strict=True)
    return {name.id: one for name, one in pairs if isinstance(name, ast.Name)}


def assignment(notebook, name):
    """The code cell that assigns a knob, and the expression on the right side.

    Raises:
        KnobError: it is not assigned exactly once, by `NAME = …` at the top level of a cell.
    """
    bound, plain = 0, []
    for cell, tree in parsed(notebook):
        stored = [node for node in nodes_of_cell(tree) if isinstance(node, ast.Name) and node.id == name]
        bound += sum(isinstance(node.ctx, ast.Store) for node in stored)
        plain += [(cell, right) for line in tree.body for one, right in right_sides(line).items() if one == name]
    if bound != 1 or not plain:
        raise KnobError(f"{name} is assigned {bound} times, {len(plain)} of them as {name} = … at the top of a cell")
    return plain[0]


def turned(notebook, name, value):
    """A copy of the notebook in which a knob has another value, of the same kind: a tuple stays a tuple."""
    notebook = copy.deepcopy(notebook)
    cell, right = assignment(notebook, name)
    if isinstance(right, ast.Tuple) and isinstance(value, list):
        value = tuple(value)
    lines = cell.source.encode().splitlines(keepends=True)
    before = b"".join(lines[: right.lineno - 1]) + lines[right.lineno - 1][: right.col_offset]
    after = lines[right.end_lineno - 1][right.end_col_offset :] + b"".join(lines[right.end_lineno :])
    cell.source = (before + repr(value).encode() + after).decode()
    return notebook


def cells_that_follow(notebook, name):
    """The ids of the cells with a line that uses the knob, or a name that was made from it."""
    made, cells = {name}, set()
    for cell, tree in parsed(notebook):
        for line in tree.body:
            names = [node for node in ast.walk(line) if isinstance(node, ast.Name)]
            if not made & {node.id for node in names if isinstance(node.ctx, ast.Load)}:
                continue
            cells.add(cell.id)
            made |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
            if isinstance(line, (ast.FunctionDef, ast.ClassDef)):
                made.add(line.name)
            # What a line changes in place: losses.append(…), table[key] = …
            changed = [node.value for node in ast.walk(line) if isinstance(node, (ast.Attribute, ast.Subscript))]
            made |= {node.id for node in changed if isinstance(node, ast.Name)} & bound_by(notebook)
    return cells


def bound_by(notebook):
    """The names that the notebook's own lines assign; a module that is imported is none."""
    trees = [tree for _, tree in parsed(notebook)]
    names = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return {node.id for node in names if isinstance(node.ctx, ast.Store)}


def plain_numbers(value):
    """The numbers in a constant: itself, or those of a list, a tuple or a dictionary; truth values are none."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, (list, tuple, set)):
        return {found for part in value for found in plain_numbers(part)}
    return {value} if isinstance(value, (int, float)) and not isinstance(value, bool) else set()


def old_numbers(notebook, name, value):
    """The numbers that a knob had and has no longer; none where its right side is computed."""
    try:
        old = ast.literal_eval(assignment(notebook, name)[1])
    except ValueError:
        return set()
    return plain_numbers(old) - plain_numbers(value)


def places(text, wanted):
    """Where a number stands in a text, as digits or as a word: (start, end) of each."""
    for found in NUMBER.finditer(text):
        if float(found[0].replace(",", "")) == wanted:
            yield found.span()
    if isinstance(wanted, int) and wanted >= SMALLEST_IN_WORDS:
        for found in re.finditer(rf"\b{num2words(wanted)}\b", text, flags=re.IGNORECASE):
            yield found.span()


def written_by_hand(source):
    """The lines with a word of the strings in a piece of code, of f-strings the fixed parts.

    No docstrings, no format codes.
    """
    waiting = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from [line for line in node.value.splitlines() if re.search(r"[^\W\d_]{2,}", line)]
        if isinstance(node, ast.FormattedValue):
            waiting.append(node.value)
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            waiting += ast.iter_child_nodes(node)


def shown(cell):
    """What a cell's outputs show, as one text: printed lines, plain texts, HTML with alternative texts, errors."""
    texts = []
    for output in cell.get("outputs", []):
        texts += [output.get("text", ""), output.get("evalue", ""), output.get("data", {}).get("text/plain", "")]
        markup = re.sub(r"base64,[A-Za-z0-9+/=\s]*", "", output.get("data", {}).get("text/html", ""))
        texts += [html.unescape(markup), *map(html.unescape, re.findall(r'\balt="([^"]*)"', markup))]
        texts.append(html.unescape(re.sub(r"<[^>]*>", " ", markup)))
    return "\n".join(texts)


def noun_after(name):
    """A pattern for the noun of a knob after its number: "runs" for RUNS, with one word between at most."""
    noun = name.lower().split("_")[-1].removesuffix("s")
    return re.compile(rf"[ -](?:[\w-]+ )?{noun}s?\b", flags=re.IGNORECASE)


def stands_in(label, page):
    """Whether a label stands on the page, and not as the beginning or the end of a longer number."""
    begin, end = (r"(?<![\d.])" if label[:1].isdigit() else ""), (r"(?!\.?\d)" if label[-1:].isdigit() else "")
    return re.search(begin + re.escape(label) + end, page) is not None


def stale_labels(notebook, ran, name, value):
    """The labels that still show the old value of a knob, one sentence each.

    Args:
        notebook: the lesson as it is.
        ran: the lesson with the knob turned, executed as far as it went.
        name: the knob.
        value: its new value.
    """
    allowed = notebook.metadata.get("lesson", {}).get("other_numbers", [])
    cells = [(cell, shown(cell)) for cell in ran.cells if cell.cell_type == "code"]
    page = "\n".join(text for _, text in cells)
    follow, said = cells_that_follow(notebook, name), set()
    for wanted in old_numbers(notebook, name, value):
        for cell in [cell for cell, _ in cells if cell.id in follow]:
            for line in written_by_hand(cell.source):
                if any(places(line, wanted)) and stands_in(line.strip(), page):
                    said.add((cell.id, wanted, line.strip()))
        for cell, text in cells:
            for line in text.splitlines():
                if any(noun_after(name).match(line, end) for _, end in places(line, wanted)):
                    said.add((cell.id, wanted, line.strip()))
    for cell, wanted, line in sorted(said, key=str):
        if not any(piece in line for piece in allowed):
            yield f"cell {cell} still says {wanted}: {line}"


def is_sentence(message):
    """Whether an assertion's message says something in words of its own."""
    own = NUMPYS_HEAD.sub("", NUMPYS_REST.split(message)[0]) if NUMPYS_HEAD.match(message.lstrip()) else message
    return len(re.findall(r"[^\W\d_]{2,}", own)) >= FEWEST_WORDS


def verdict(notebook, ran, name, value, error=None):
    """What a turned lesson did, and whether that is well: (well, sentence).

    Args:
        notebook, ran, name, value: as for `stale_labels`.
        error: what `execution.run` raised, or None.
    """
    stale = list(stale_labels(notebook, ran, name, value))
    failed = execution.failure(ran)
    if error and not failed:
        return False, str(error)
    if failed:
        cell, output = failed
        if output.ename != "AssertionError":
            return False, str(error)
        if not is_sentence(output.evalue):
            return False, f"the assertion of cell {cell.id} has no sentence: {output.evalue.strip() or 'nothing'}"
    if stale:
        return False, "\n    ".join(stale)
    return True, f"stops at cell {failed[0].id}: {failed[1].evalue}" if failed else "passes"


async def turn(path, name, value):
    """Run a lesson with one knob turned; print the verdict and return whether it is well."""
    notebook, error = read(path), None
    try:
        ran = turned(notebook, name, value)
        await execution.run(ran, path, environment=surroundings.of_lessons())
    except execution.LessonError as failed:
        error = failed
    except KnobError as cannot:
        print(f"FAILED {number(path)}, {name}: {cannot}", flush=True)
        return False
    well, sentence = verdict(notebook, ran, name, value, error)
    print(f"{'' if well else 'FAILED '}{number(path)}, {name} = {value!r}: {sentence}", flush=True)
    return well


def main() -> int:
    """Read the command line; exit status 1 if a knob is not safe to turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lesson", nargs="*", help="numbers or files; all lessons if none is named")
    paths = find(parser.parse_args().lesson)
    knobs = {path: read(path).metadata.get("lesson", {}).get("knobs", {}) for path in paths}
    turns = [turn(path, name, value) for path in paths for name, values in knobs[path].items() for value in values]
    if not turns:
        print("None of these lessons names knobs in its metadata.")
    workers = int(surroundings.whole_number("WORKERS") or machine.workers()) or 1
    return 0 if all(asyncio.run(execution.at_once(turns, workers))) else 1


if __name__ == "__main__":
    sys.exit(main())
