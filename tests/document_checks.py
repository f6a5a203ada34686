"""What every lesson must be as a document, one function a rule. `test_documents.py` runs them.

A rule takes a `Lesson` and yields its complaints, one sentence each, with the id of the cell. `RULES` holds them all.
Those of the section "A lesson of one question" leave out the chapters that are still to be cut, which `UNCUT` names.

## Numbers in the prose

A reader must be able to find every result that the text states. So in the Markdown cells of a lesson:

- a measured number, `≈0.98`, stands with the same characters in an output of that lesson;
- a decimal, a percentage, a power such as 1e-3 and a number from 1000 upwards stand, with the same value, in an output
  or in a code cell of that lesson; 1,797 is 1797, and 30 % may be 0.3 in the code;
- exempt are sayings in a block quote, formulas in LaTeX, addresses of links, the section "Go further", and years, which
  follow a name or stand in parentheses: (Saxe et al. 2014), Hinton 2006, (1958), the 1950s. Inline and fenced code
  are not exempt.
- The alt text of figures does not count as an output here, since nothing checks it against the data.
"""

import ast
import copy
import html
import io
import json
import re
import symtable
import tokenize
import tomllib
from decimal import Decimal
from functools import cached_property
from html.parser import HTMLParser
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import knobs
import lessons
import measured
import nbformat
import rows
from measured import MEASURED, NUMBER

LARGEST = 1_500_000
SHORTEST_ALT = 20
FEWEST_EXERCISES = 3
IGNORED_OUTPUTS = Path(__file__).with_name("ignored_outputs.toml")

UNCUT = {"09", "10", "14", "15", "17", "19"}
"""The chapters that are one notebook without a letter until they are cut into lessons; the set may only shrink."""

LONGEST = 40
"""Minutes that a lesson may take to read, by `lessons.minutes`."""

SECTIONS = ["Exercises", "What you can now say", "Go further"]
NETWORK_MODULES = {
    "aiohttp",
    "ftplib",
    "gdown",
    "http",
    "httpx",
    "huggingface_hub",
    "kagglehub",
    "requests",
    "smtplib",
    "socket",
    "tensorflow_datasets",
    "urllib",
    "urllib3",
}
NETWORK_CALLS = {"get_file", "load_data", "urlopen", "urlretrieve"}

EXACT = re.compile(rf"(?<![\w.])(?<![0-9],)({NUMBER})(?![0-9]|\.[0-9])(\s?%)?")


class Lesson:
    """A notebook, with what the rules need to know about it."""

    def __init__(self, path, root=lessons.ROOT):
        self.path, self.root = Path(path), Path(root)
        self.text = self.path.read_text(encoding="utf-8")
        self.notebook = nbformat.reads(self.text, as_version=4)
        self.number = lessons.number(self.path)
        self.chapter = lessons.chapter(self.path)
        self.uncut = self.number in UNCUT
        self.cells = self.notebook.cells
        self.code = [cell for cell in self.cells if cell.cell_type == "code"]
        self.markdown = [cell for cell in self.cells if cell.cell_type == "markdown"]
        self.metadata = self.notebook.metadata.get("lesson", {})

    @cached_property
    def trees(self):
        """Cell ids and syntax trees of the code cells that parse."""
        found = []
        for cell in self.code:
            try:
                found.append((cell, ast.parse(cell.source)))
            except SyntaxError:
                continue
        return found

    @cached_property
    def results(self):
        """All text of the outputs, tags removed, without alt texts."""
        return "\n".join(plain for cell in self.code for _, plain in shown(cell) if not plain.startswith("Figure: "))


def shown(cell):
    """The texts that a code cell's outputs show, as (kind, text); HTML without its tags."""
    for output in cell.outputs:
        if output.output_type == "stream":
            yield output.name, output.text
        for kind, content in output.get("data", {}).items():
            if kind == "text/html":
                yield kind, html.unescape(re.sub(r"<[^>]*>", " ", content))
            elif kind.startswith("text/"):
                yield kind, content


def raw_outputs(cell):
    """All strings in a code cell's outputs as they are stored, pixels of figures left out."""
    for output in cell.outputs:
        contents = [output.get("text", ""), *output.get("data", {}).values(), *output.get("traceback", [])]
        for content in contents:
            yield re.sub(r"data:image/[a-z+]*;base64,[A-Za-z0-9+/=\s]*", "", str(content))


def without_code(markdown):
    """Markdown without fenced and inline code."""
    markdown = re.sub(r"^(```+|~~~+).*?^\1[ \t]*$", "", markdown, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"(`+).+?\1", " ", markdown, flags=re.DOTALL)


def without_latex(markdown):
    """Markdown without formulas."""
    markdown = re.sub(r"\$\$.+?\$\$|\\\(.+?\\\)|\\\[.+?\\\]", " ", markdown, flags=re.DOTALL)
    return re.sub(r"(?<![\\$\w])\$(?=\S)[^$\n]*(?<=\S)\$(?![\d$])", " ", markdown)


# The file


def has_valid_format(lesson):
    """Valid nbformat 4.5, ids that differ, and stored as `tools/refresh.py` stores it."""
    if (lesson.notebook.nbformat, lesson.notebook.nbformat_minor) != (4, 5):
        yield "the file is not nbformat 4.5"
    ids = [cell.get("id") for cell in json.loads(lesson.text)["cells"]]
    for name in sorted({str(name) for name in ids if name is None or ids.count(name) > 1}):
        yield f"cell id {name} is missing or stands more than once"
    try:
        nbformat.validate(lesson.notebook)
    except nbformat.ValidationError as error:
        yield f"the file is not valid: {error.message}"
    if lesson.text != nbformat.writes(lesson.notebook).rstrip("\n") + "\n":
        yield "the file is not stored in normal form; run make refresh"


def is_small(lesson):
    """Under 1.5 MB."""
    size = len(lesson.text.encode())
    if size > LARGEST:
        yield f"the file has {size:,} bytes, more than {LARGEST:,}"


def has_metadata(lesson):
    """Complete metadata: number, title, rows, minutes to read, and the kernel that every machine has."""
    data = lesson.metadata
    if data.get("number") != lesson.number:
        yield f"lesson number {data.get('number')!r} in the metadata is not the file's, {lesson.number!r}"
    if not isinstance(data.get("title"), str) or not data["title"]:
        yield "the metadata has no title"
    if not isinstance(data.get("minutes_read"), int) or data["minutes_read"] <= 0:
        yield "the metadata has no minutes_read"
    if not isinstance(data.get("rows"), list):
        yield "the metadata has no list of rows"
    expected = lessons.normal_metadata(lesson.notebook.metadata)
    for key in sorted(set(expected) | set(lesson.notebook.metadata)):
        if lesson.notebook.metadata.get(key) != expected.get(key) and key != "widgets":
            yield f"the notebook's metadata {key!r} is not as make refresh leaves it"


def has_no_widget_state(lesson):
    """No live widgets, neither their state nor their views."""
    if "widgets" in lesson.notebook.metadata:
        yield "the metadata holds the state of widgets"
    for cell in lesson.code:
        if any("widget" in kind for output in cell.outputs for kind in output.get("data", {})):
            yield f"cell {cell.id} holds the view of a widget"


# Outputs


def was_executed(lesson):
    """Executed from top to bottom: counts 1 to n."""
    for count, cell in enumerate(lesson.code, start=1):
        if cell.execution_count != count:
            yield f"cell {cell.id} has execution count {cell.execution_count}, not {count}; run make refresh"
        for output in cell.outputs:
            if output.output_type == "execute_result" and output.execution_count != count:
                yield f"cell {cell.id} has a result with another execution count"


def has_no_errors(lesson):
    """No error, nothing on stderr."""
    for cell in lesson.code:
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"cell {cell.id} shows an error: {output.ename}: {output.evalue}"
            elif output.output_type == "stream" and output.name != "stdout":
                yield f"cell {cell.id} writes to {output.name}: {output.text.strip()[:100]}"


def has_plain_text(lesson):
    """Text that every page shows alike: no terminal codes, no carriage returns."""
    for cell in lesson.code:
        if any(re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text) for text in raw_outputs(cell)):
            yield f"cell {cell.id} shows a terminal code or a carriage return"


MACHINE_PATH = re.compile(
    r"(?<![\w./:-])/(?:home|root|tmp|Users|work|usr|var|opt|mnt|private|Library)/[\w.-]+|\b[A-Z]:\\\w+|site-packages"
)


def has_no_machine_path(lesson):
    """No absolute path of a machine, in outputs, code or prose."""
    for cell in lesson.cells:
        texts = [cell.source] + (list(raw_outputs(cell)) if cell.cell_type == "code" else [])
        for path in sorted({match[0] for text in texts for match in MACHINE_PATH.finditer(text)}):
            yield f"cell {cell.id} names a place on one machine: {path}"


def has_no_memory_address(lesson):
    """No memory address, which differs with every run."""
    for cell in lesson.code:
        for address in sorted({match[0] for text in raw_outputs(cell) for match in ADDRESS.finditer(text)}):
            yield f"cell {cell.id} shows a memory address: {address}"


ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{4,}|\b0x[0-9a-fA-F]{7,}")


# Figures


class Images(HTMLParser):
    """Collects the alt texts of the images in HTML; None where there is none."""

    def __init__(self):
        super().__init__()
        self.alts = []

    def handle_starttag(self, tag, attrs):
        """Note an image."""
        if tag == "img":
            self.alts.append(dict(attrs).get("alt"))


def alts(text):
    """The alt texts of all images in Markdown or HTML."""
    parser = Images()
    parser.feed(text)
    return parser.alts + re.findall(r"!\[([^\]]*)\](?=[(\[])", text)


def has_alt_texts(lesson):
    """Every figure has an alt text, and it is a sentence; no picture comes in a form that cannot carry one."""
    for cell in lesson.cells:
        if cell.cell_type == "markdown":
            texts = [without_code(cell.source)]
        else:
            data = [output.get("data", {}) for output in cell.get("outputs", [])]
            texts = [bundle["text/html"] for bundle in data if "text/html" in bundle]
            if any(kind.startswith("image/") for bundle in data for kind in bundle):
                yield f"cell {cell.get('id')} shows a picture without alt text; use plots.show"
        for alt in [alt for text in texts for alt in alts(text)]:
            words = (alt or "").split()
            if len(alt or "") < SHORTEST_ALT or len(words) < 4 or not alt.rstrip().endswith((".", "?", "!")):
                yield f"cell {cell.get('id')}: alt text {alt!r} is not a sentence that says what the figure shows"


# Links


def anchors(path):
    """The anchors of a Markdown file or a notebook: GitHub's and JupyterLab's forms, lower case."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        notebook = nbformat.reads(text, as_version=4)
        text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    headings = re.findall(
        r"^#{1,6} (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE
    )
    found = set(re.findall(r'<[^>]*\b(?:id|name)="([^"]+)"', text))
    for heading in headings:
        plain = re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading).strip().lower()
        found |= {plain.replace(" ", "-"), re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")}
    return found


def broken_links(markdown, path, root):
    """The links in Markdown of the file at path that lead nowhere inside the project."""
    text = without_code(markdown)
    links = re.findall(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)", text) + re.findall(
        r"^\s*\[[^\]]+\]:\s*(\S+)", text, re.MULTILINE
    )
    links += re.findall(r'<(?:a|img)\b[^>]*\b(?:href|src)="([^"]+)"', text)
    for link in links:
        if re.match(r"(?:https?:|mailto:|data:|attachment:)", link):
            continue
        place, _, anchor = unquote(link).partition("#")
        target = (path.parent / place).resolve() if place else path.resolve()
        if place.startswith("/") or not target.is_relative_to(root.resolve()):
            yield f"link {link} leaves the project"
        elif not target.exists():
            yield f"link {link} leads to no file"
        elif anchor and target.suffix in {".md", ".ipynb"} and anchor.lower() not in anchors(target):
            yield f"link {link} leads to no heading of {target.name}"


def has_working_links(lesson):
    """Every relative link leads to a file, and to a heading if it names one."""
    for cell in lesson.markdown:
        for problem in broken_links(cell.source, lesson.path, lesson.root):
            yield f"cell {cell.id}: {problem}"
        for address in re.findall(r"[\w.+-]+@[\w-]+\.[\w.-]*\w", without_code(cell.source)):
            yield f"cell {cell.id}: JupyterLab makes {address} a mail address; set it as code"


VOCABULARY = "02b_vocabulary.ipynb"


def entries(path):
    """The anchors of the vocabulary's entries in their order: its third-level headings as JupyterLab writes them."""
    markdown = [cell.source for cell in lessons.read(path).cells if cell.cell_type == "markdown"]
    return [
        heading.strip().replace(" ", "-") for heading in re.findall(r"^### (.+)$", "\n".join(markdown), re.MULTILINE)
    ]


def leads_to_entries(lesson):
    """A link into the vocabulary leads to an entry, in its very letters: JupyterLab tells capitals apart."""
    for cell in lesson.markdown:
        for place, anchor in re.findall(r"\]\(([^)\s#]*)#([^)\s]+)\)", without_code(cell.source)):
            target = lesson.path.parent / place if place else lesson.path
            if target.name == VOCABULARY and target.exists() and unquote(anchor) not in entries(target):
                yield f"cell {cell.id}: link {place}#{anchor} leads to no entry of {VOCABULARY}"


# Rows


def has_its_rows(lesson):
    """Its rows are of its chapter, each is tagged in it, no other is; a cut chapter lacks none of its rows."""
    if lesson.chapter not in {row.chapter for row in rows.course()}:
        yield f"COURSE.md has no chapter {lesson.chapter}"
    own, listed = rows.rows_of(lesson.chapter), lesson.metadata.get("rows", [])
    for row in [row for row in listed if row not in own]:
        yield f"the metadata's row {row} is not one of chapter {lesson.chapter}, which has {', '.join(own)}"
    if listed != [row for row in own if row in listed]:
        yield f"the metadata's rows {listed} are not in the order of COURSE.md, each once"
    tagged = {row for cell in lesson.cells for row in rows.row_tags(cell)}
    for row in [row for row in listed if row not in tagged]:
        yield f"no cell is tagged {row}"
    for cell in lesson.cells:
        for row in [row for row in rows.row_tags(cell) if row not in listed]:
            yield f"cell {cell.id} is tagged {row}, which is not a row of this lesson"
    chapter = [path for path in lesson.path.parent.glob("*.ipynb") if lessons.NAME.fullmatch(path.name)]
    chapter = [path for path in chapter if lessons.chapter(path) == lesson.chapter]
    if all(map(lessons.is_cut, chapter)):
        covered = {row for path in chapter for row in lessons.read(path).metadata["lesson"].get("rows", [])}
        for row in [row for row in own if row not in covered]:
            yield f"no lesson of chapter {lesson.chapter} has the row {row}"


def proves_its_rows(lesson):
    """Each cell with the tag of a row is code with an assertion."""
    trees = {cell.id for cell, _ in lesson.trees}
    for cell in lesson.cells:
        if rows.row_tags(cell) and (cell.id not in trees or not rows.has_assertion(cell.source)):
            yield f"cell {cell.id} is tagged {', '.join(rows.row_tags(cell))} but asserts nothing"


def ignored_outputs():
    """The cells whose outputs may be left uncompared, as (lesson, cell id); each needs a reason."""
    listed = tomllib.loads(IGNORED_OUTPUTS.read_text(encoding="utf-8")).get("cell", [])
    for entry in listed:
        assert len(entry["reason"]) >= SHORTEST_ALT, f"{IGNORED_OUTPUTS.name}: {entry} needs a reason"
    return {(entry["lesson"], entry["id"]) for entry in listed}


def compares_all_outputs(lesson):
    """No cell escapes the comparison of outputs but those listed in ignored_outputs.toml; no unknown tags."""
    for cell in lesson.cells:
        for tag in cell.metadata.get("tags", []):
            listed = tag == "nbval-ignore-output" and (lesson.number, cell.id) in ignored_outputs()
            if not re.fullmatch(r"R\d+", tag) and tag != lessons.COLLAPSED and not listed:
                yield f"cell {cell.id} has the tag {tag!r}; a tag is a row, or stands in ignored_outputs.toml"
        if cell.cell_type == "code" and re.search(r"#\s*(?:NBVAL|PYTEST_VALIDATE)_\w+", cell.source):
            yield f"cell {cell.id} tells nbval in a comment how to treat it"


# Measured numbers


def marks_measured_numbers(lesson):
    """≈ stands directly before a number, in outputs, alt texts and prose; never before a word, never alone."""
    for cell in lesson.code:
        if any("≈" in MEASURED.sub("", text) for text in raw_outputs(cell)):
            yield f"cell {cell.id} shows ≈ without a number directly after it"
    for cell in lesson.markdown:
        if "≈" in MEASURED.sub("", without_latex(without_code(cell.source))):
            yield f"cell {cell.id} has ≈ without a number directly after it"


def computes_measured_numbers(lesson):
    """No code holds a measured number as a constant: what is printed after ≈ is computed."""
    for cell, tree in lesson.trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and MEASURED.search(node.value):
                yield f"cell {cell.id} holds {MEASURED.search(node.value)[0]} as a constant; compute it"


def has_its_bands(lesson):
    """The bands were measured on this code, and the measured numbers of the stored outputs lie in them."""
    bands, complaint = measured.read(lesson.number, lessons.digest(lesson.notebook), lesson.root)
    shown = {cell.id: measured.numbers(cell.outputs) for cell in lesson.code if not is_ignored(cell)}
    if lesson.number in measured.WAITING:
        return
    if complaint:
        yield from [complaint] if any(shown.values()) else []
        return
    for cell, seen in shown.items():
        yield from measured.problems(lesson.number, cell, seen, bands)
    for cell in [cell for cell in bands["cells"] if cell not in shown]:
        yield f"there are bands for cell {cell}, which {lesson.number} does not have: make bands LESSON={lesson.number}"


def is_ignored(cell):
    """Whether the outputs of a code cell are not compared."""
    return "nbval-ignore-output" in cell.metadata.get("tags", [])


NOT_A_NAME = {
    "After",
    "All",
    "And",
    "At",
    "Before",
    "But",
    "For",
    "From",
    "Here",
    "In",
    "Of",
    "On",
    "Only",
    "The",
    "With",
}
CITATION = re.compile(r"(?<!\w)((?:[A-ZÀ-Þ][\w'’-]*)|al\.|others),?(?: \(|\s)((?:19|20)\d\d)[a-z]?\b(?![,.]?\d)")


def prose(lesson):
    """The cells' prose as (cell id, text) without what the rule on numbers exempts."""
    further = False
    for cell in lesson.markdown:
        kept = []
        for line in cell.source.splitlines():
            if heading := re.match(r"(#{1,2}) (.*)", line):
                further = heading[2].strip().lower() == "go further"
            if not further and not line.lstrip().startswith(">"):
                kept.append(line)
        text = without_latex("\n".join(kept))
        text = re.sub(r"\]\([^)]*\)|<[^>]+>|https?://\S+", " ", text)
        text = re.sub(r"\((?:19|20)\d\d\)|\b(?:19|20)\d0s\b", " ", text)
        text = CITATION.sub(lambda found: found[0] if found[1] in NOT_A_NAME else " ", text)
        yield cell.id, text


def value(number):
    """The value of a number as it is written in prose, output or code."""
    return Decimal(number.replace(",", "").replace("_", "")).normalize()


def values(text):
    """The values of the numbers in outputs or code without their signs, and those of the percentages among them."""
    numbers, percentages = set(), set()
    for found in re.finditer(r"(?<![\w.])((?:\d[\d_]*(?:,\d{3})*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(\s?%)?", text):
        numbers.add(value(found[1]))
        if found[2]:
            percentages.add(value(found[1]))
    return numbers, percentages


def has_true_numbers(lesson):
    """Every result in the prose stands in an output or in the code; see the top of this module."""
    code = "\n".join(cell.source for cell in lesson.code)
    numbers, percentages = values(MEASURED.sub(" ", lesson.results) + "\n" + code)
    for place, text in prose(lesson):
        for found in MEASURED.finditer(text):
            if not re.search(re.escape(found[0]) + r"(?![0-9]|[.,][0-9]|[eE][-+]?[0-9])", lesson.results):
                yield f"cell {place}: {found[0]} stands in no output of the lesson"
        for found in EXACT.finditer(MEASURED.sub(" ", text)):
            number = value(found[1])
            if found[2]:
                known = number in percentages or number / 100 in numbers
            else:
                known = number in numbers or (number < 1000 and re.fullmatch("[0-9]+", found[1]))
            if not known:
                yield f"cell {place}: {found[0]} stands neither in an output nor in the code of the lesson"


# Code


def has_parsing_code(lesson):
    """All code is plain Python: it parses, so there are no magics and no shell lines."""
    parsed = {cell.id for cell, _ in lesson.trees}
    for cell in lesson.code:
        if cell.id not in parsed:
            yield f"cell {cell.id} is not plain Python; magics and shell lines are not either"


def starts_properly(lesson):
    """The first code cell calls runtime.start_lesson(seed=…) before it imports Keras or NumPy."""
    calls = [
        ast.unparse(node.func) for _, tree in lesson.trees[:1] for node in ast.walk(tree) if isinstance(node, ast.Call)
    ]
    if "runtime.start_lesson" not in calls:
        yield "the first code cell does not call runtime.start_lesson"


def stays_neutral(lesson):
    """No sys.path, no test for the backend, no pyplot: `utils` does what differs from place to place."""
    for cell, tree in lesson.trees:
        for node in ast.walk(tree):
            text = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Import | ast.ImportFrom) else ""
            if text == "sys.path":
                yield f"cell {cell.id} changes sys.path"
            if text.endswith(("backend.backend", "config.backend", "keras.backend")) or "import backend" in text:
                yield f"cell {cell.id} asks which backend is in use"
            if "pyplot" in text or (isinstance(node, ast.Name) and node.id == "plt"):
                yield f"cell {cell.id} uses pyplot; use plots.figure and plots.show"
            if isinstance(node, ast.If | ast.IfExp) and "backend" in ast.unparse(node.test).lower():
                yield f"cell {cell.id} does different things on different backends"


def stays_offline(lesson):
    """No module and no call that opens a network connection."""
    for cell, tree in lesson.trees:
        for node in ast.walk(tree):
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            for module in modules:
                if module.split(".")[0] in NETWORK_MODULES or module.startswith("keras.datasets"):
                    yield f"cell {cell.id} imports {module}, which uses the network"
            called = ast.unparse(node.func).split(".")[-1] if isinstance(node, ast.Call) else ""
            if called in NETWORK_CALLS or (called.startswith("fetch_")):
                yield f"cell {cell.id} calls {called}, which uses the network"


# Its experiments

EXPERIMENTS = {"interact.experiment", "pointer.dragging", "pointer.drawing"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def bound_names(statement):
    """The names that a statement of a cell binds when it runs: assigned, imported, defined, looped over."""
    if isinstance(statement, FUNCTIONS):
        return {statement.name}
    found, waiting = set(), [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, FUNCTIONS):
            found.add(node.name)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
        elif not isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            waiting += ast.iter_child_nodes(node)
    return found


def names_looked_up(node, also_at_once=False):
    """The names of the lesson that the functions in a piece of code look up when they are called.

    With `also_at_once`, also those that the code reads by itself when it runs.
    """
    found, waiting = set(), [symtable.symtable(ast.unparse(node), "cell", "exec")]
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        at_once = table.get_type() == "module" or table.get_name().endswith(("comp", "genexpr"))
        if also_at_once or not at_once:
            names = [name for name in table.get_symbols() if name.is_referenced()]
            found |= {name.get_name() for name in names if table.get_type() == "module" or name.is_global()}
    return found


def keeps_its_experiments(lesson):
    """No later line binds a name anew that a live experiment looks up: its controls work after the last cell."""
    lines = [(cell, line, bound_names(line)) for cell, tree in lesson.trees for line in tree.body]
    for number, (cell, line, _) in enumerate(lines):
        for call in [node for node in ast.walk(line) if isinstance(node, ast.Call)]:
            if ast.unparse(call.func) not in EXPERIMENTS:
                continue
            draw = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "draw")]
            looked_up = set().union(*map(names_looked_up, draw))
            waiting = {node.id for one in draw for node in ast.walk(one) if isinstance(node, ast.Name)} | looked_up
            known = set()
            while waiting:
                name = waiting.pop()
                known.add(name)
                definition = next((line for _, line, names in reversed(lines[:number]) if name in names), None)
                if definition is None:
                    continue
                inner = names_looked_up(definition)
                looked_up |= inner
                if isinstance(definition, ast.Assign) and isinstance(definition.value, (ast.Dict, ast.List, ast.Tuple)):
                    inner |= {node.id for node in ast.walk(definition.value) if isinstance(node, ast.Name)}
                waiting |= inner - known
            for later, anew, names in lines[number + 1 :]:
                if not isinstance(anew, (ast.Import, ast.ImportFrom)):
                    for name in sorted(names & looked_up):
                        yield f"cell {later.id} binds {name} anew, which the experiment of cell {cell.id} looks up"


# Its knobs


def has_turnable_knobs(lesson):
    """Each knob of the metadata is assigned once, by a plain `NAME = …`, and has values to try."""
    for name, values in lesson.metadata.get("knobs", {}).items():
        if not isinstance(values, list) or not values:
            yield f"the metadata has no list of values for the knob {name}"
        try:
            knobs.assignment(lesson.notebook, name)
        except knobs.KnobError as error:
            yield f"the knob {error}"
    for piece in lesson.metadata.get("other_numbers", []):
        if not any(piece in cell.source for cell in lesson.code):
            yield f"the metadata's other_numbers name {piece!r}, which stands in no code cell"


# Shape and exercises


def has_its_sections(lesson):
    """One title, in the first cell, that is the metadata's; the sections that each lesson has, in their order."""
    headings = []
    for cell in lesson.markdown:
        for line in re.sub(r"^```.*?^```", "", cell.source, flags=re.DOTALL | re.MULTILINE).splitlines():
            if found := re.match(r"(#{1,6}) (.+)", line):
                headings.append((len(found[1]), found[2].strip(), cell.id))
    titles = [text for level, text, _ in headings if level == 1]
    if len(titles) != 1 or not lesson.cells[0].source.startswith("# "):
        yield f"the lesson has {len(titles)} titles (# …), not one that opens the first cell"
    elif str(lesson.metadata.get("title")).lower() not in titles[0].lower():
        yield f"the title {titles[0]!r} does not hold the metadata's, {lesson.metadata.get('title')!r}"
    names = [text for level, text, _ in headings if level == 2]
    if [name for name in names if name in SECTIONS] != SECTIONS:
        yield f"the lesson has not the sections {', '.join(SECTIONS)}, each once and in this order"
    for (above, _, _), (level, text, place) in pairwise(headings):
        if level > above + 1:
            yield f"cell {place}: heading {text!r} skips a level"


def tokens(source):
    """A piece of code as its tokens and comments, without the layout that a formatter may change."""
    layout = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    return [
        token.string for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type not in layout
    ]


def exercises_of(lesson):
    """The definitions of the lesson's exercises, none if there are none."""
    try:
        return import_module(f"utils.exercises.lesson_{lesson.number}").EXERCISES
    except ModuleNotFoundError:
        return []


def checks(lesson):
    """The calls of `check`, as (place of the cell in the lesson, name, whether the cell is the exercise's stub)."""
    defined = {exercise.name: tokens(exercise.stub) for exercise in exercises_of(lesson)}
    places = {cell.id: place for place, cell in enumerate(lesson.cells)}
    for cell, tree in lesson.trees:
        for call in [node for node in ast.walk(tree) if isinstance(node, ast.Call)]:
            if ast.unparse(call.func) in {"check", "exercises.check"} and call.args:
                name = getattr(call.args[0], "value", None)
                stub = defined.get(name, []) + tokens(ast.get_source_segment(cell.source, call))
                yield places[cell.id], name, name in defined and tokens(cell.source) == stub


def has_its_exercises(lesson):
    """Each exercise stands once in the lesson, as a cell with the stub of its definition and a call of `check`."""
    defined = [exercise.name for exercise in exercises_of(lesson)]
    if len(defined) < FEWEST_EXERCISES:
        yield f"the lesson has {len(defined)} exercises, fewer than {FEWEST_EXERCISES}"
    for place, name, _ in checks(lesson):
        if name not in defined:
            yield f"cell {lesson.cells[place].id} checks {name!r}, which lesson_{lesson.number}.py does not define"
    for name in defined:
        count = [name for _, name, is_stub in checks(lesson) if is_stub].count(name)
        if count != 1:
            yield f"{count} cells, not one, are the stub of {name!r} followed by its check"


# A lesson of one question


def is_read_in_time(lesson):
    """`minutes_read` is what the formula of tools/lessons.py gives, and at most 40."""
    minutes, said = lessons.minutes(lesson.notebook), lesson.metadata.get("minutes_read")
    if lesson.uncut or not isinstance(said, int):
        return
    if said != minutes:
        yield f"minutes_read is {said}, and by the formula it is {minutes}"
    if minutes > LONGEST:
        yield f"it takes {minutes} minutes to read, more than {LONGEST}: cut it, or fold away what only draws"


def asks_early(lesson):
    """The first exercise stands in the first third of the cells, and half of them before the heading "Exercises"."""
    places = [place for place, _, is_stub in checks(lesson) if is_stub]
    closing = lessons.closing_exercises(lesson.notebook)
    if lesson.uncut or not places:
        return
    if closing == len(lesson.cells):
        yield "no cell opens with the heading Exercises"
    if places[0] > len(lesson.cells) / 3:
        yield f"the first exercise is cell {places[0] + 1} of {len(lesson.cells)}, not in the first third"
    early = sum(place < closing for place in places)
    if early < len(places) / 2:
        yield f"{early} of {len(places)} exercises stand before the heading Exercises, fewer than half"


def goes_on_by_itself(lesson):
    """After an exercise in the flow comes a code cell that defines the same name, so that it may be left out."""
    lines = {cell.id: tree.body for cell, tree in lesson.trees}
    for place, _, is_stub in checks(lesson):
        if lesson.uncut or not is_stub or place >= lessons.closing_exercises(lesson.notebook):
            continue
        asked = bound_names(lines[lesson.cells[place].id][-2])
        after = [line for cell in lesson.cells[place + 1 : place + 2] for line in lines.get(cell.id, [])]
        if not asked <= set().union(*map(bound_names, after)):
            name = lesson.cells[place].id
            yield f"the cell after {name} is not the lesson's own version, code that defines {', '.join(asked)}"


TRAINED = re.compile(r": (?:\d+ epochs?|≈\d+ of at most \d+ epochs|(\d+) of \1\b)")


def pays_early(lesson):
    """One of the first ten code cells shows a figure, a table, or the line that a training leaves behind."""
    for cell in lesson.code[:10]:
        printed = "".join(text for kind, text in shown(cell) if kind == "stdout")
        if lessons.shows_figure_or_table(cell) or TRAINED.search(printed):
            return
    if not lesson.uncut:
        yield "none of the first ten code cells shows a figure, a table or a training"


def names_who_says_it(lesson):
    """A saying has the letters of texts that speak of the lesson's rows; what is general knowledge has none."""
    if lesson.uncut:
        return
    known = set().union(*(rows.sources().get(row, set()) for row in lesson.metadata.get("rows", [])))
    for cell in lesson.markdown:
        for opening in re.findall(r"^> *\*((?:Often|Commonly) said\b[^*\n]*)", cell.source, re.MULTILINE):
            letters = re.fullmatch(r"Often said \(([A-Z](?:, [A-Z])*)\):", opening)
            if letters is None and opening != "Commonly said:":
                yield f"cell {cell.id}: {opening!r} is neither 'Often said (B, D):' nor 'Commonly said:'"
            for letter in letters[1].split(", ") if letters else []:
                if letter not in known:
                    yield f"cell {cell.id}: by COURSE.md, text {letter} says nothing on {lesson.metadata.get('rows')}"


def stores_folded_cells(lesson):
    """A folded cell has the tag hide-input and is stored as folded, for every kind of page."""
    for cell in lesson.cells:
        tagged = lessons.COLLAPSED in cell.metadata.get("tags", [])
        if tagged != bool(cell.metadata.get("jupyter", {}).get("source_hidden")):
            yield f"cell {cell.id} has one of the tag {lessons.COLLAPSED} and jupyter.source_hidden; run make refresh"


def steps(lines):
    """What a cell's statements do in order, as (names that are read, names that are bound); blocks are taken apart."""
    for line in lines:
        blocks = [getattr(line, kind, []) for kind in ("body", "orelse", "finalbody")]
        blocks += [handler.body for handler in getattr(line, "handlers", [])]
        if isinstance(line, (ast.For, ast.While, ast.If, ast.With)):
            head = copy.copy(line)
            head.body, head.orelse = [ast.Pass()], []
            yield names_looked_up(head, also_at_once=True), bound_names(head)
        elif not isinstance(line, ast.Try):
            added_to = bound_names(line.target) if isinstance(line, ast.AugAssign) else set()
            yield names_looked_up(line, also_at_once=True) | added_to, bound_names(line)
            continue
        for block in blocks:
            yield from steps(block)


def folds_what_only_draws(lesson):
    """A cell that shows a figure, asserts nothing and binds no name that a later cell reads is folded away."""
    for number, (cell, tree) in enumerate(lesson.trees):
        calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        draws = "<img" in "".join(raw_outputs(cell)) or calls & EXPERIMENTS
        if lesson.uncut or not draws or lessons.is_collapsed(cell) or rows.has_assertion(cell.source):
            continue
        alive = set().union(*map(bound_names, tree.body))
        for read, bound in [step for _, later in lesson.trees[number + 1 :] for step in steps(later.body)]:
            if alive & read:
                break
            alive -= bound
        else:
            yield f"cell {cell.id} only draws: give it the tag {lessons.COLLAPSED}"


RULES = [
    has_valid_format,
    is_small,
    has_metadata,
    has_no_widget_state,
    was_executed,
    has_no_errors,
    has_plain_text,
    has_no_machine_path,
    has_no_memory_address,
    has_alt_texts,
    has_working_links,
    leads_to_entries,
    has_its_rows,
    proves_its_rows,
    compares_all_outputs,
    marks_measured_numbers,
    computes_measured_numbers,
    has_its_bands,
    has_true_numbers,
    has_parsing_code,
    starts_properly,
    stays_neutral,
    stays_offline,
    keeps_its_experiments,
    has_turnable_knobs,
    has_its_sections,
    has_its_exercises,
    is_read_in_time,
    asks_early,
    goes_on_by_itself,
    pays_early,
    names_who_says_it,
    stores_folded_cells,
    folds_what_only_draws,
]
