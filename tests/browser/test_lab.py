"""A lesson in JupyterLab in a real browser: run all cells, move a slider, answer an exercise."""

import json
import re
import time
from pathlib import Path
from statistics import median

import lessons
import pytest

from utils.exercises import engine

START_SECONDS = 120
RUN_SECONDS = 600  # far more than a lesson takes, for slow machines
STEP_SECONDS = 60
WIDGET_ERRORS = ["Error displaying widget", "model not found", "Error creating widget", "Loading widget..."]
# Tracebacks, and whatever a lesson writes to stderr.
ERROR_OUTPUTS = (
    '.jp-OutputArea-output[data-mime-type$="jupyter.error"], .jp-OutputArea-output[data-mime-type$="jupyter.stderr"]'
)
FIGURES = ".jp-OutputArea-output img"
SLIDER = ".widget-hslider .noUi-handle"
CONTROLS = f"{SLIDER}, select, input[type=checkbox], input[type=number], .pointer-box, canvas.pointer-canvas"
PATIENCE = 3  # seconds until a picture usually follows its control; a second is what we want, but tests share machines


def code_of(notebook):
    """The code cells of a notebook, each as a text."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


class Lab:
    """JupyterLab's page with one notebook open, and what a learner does there."""

    def __init__(self, page, notebook, pictures, keep_all):
        self.page = page
        self.notebook = notebook
        self.pictures = pictures
        self.keep_all = keep_all
        self.console = []
        page.on("console", lambda message: self.console.append(message.text) if message.type == "error" else None)

    def open(self, address, token):
        self.page.goto(f"{address}/lab/tree/{self.notebook.name}?token={token}&reset")
        self.wait_until_idle(START_SECONDS)
        self.step("opened")

    def wait_until_idle(self, seconds):
        self.page.wait_for_selector('#jp-main-statusbar :text("| Idle")', timeout=1000 * seconds)

    def menu(self, *labels):
        """Choose from the menu bar: ``menu("Run", "Run All Cells")``."""
        bar = self.page.locator("#jp-MainMenu")
        bar.get_by_text(labels[0], exact=True).click()
        item = self.page.locator(".lm-Menu-item", has=self.page.get_by_text(labels[1], exact=True))
        item.click()

    def run_all(self):
        """Run all cells and wait for the last one."""
        self.menu("Edit", "Clear Outputs of All Cells")
        self.menu("Run", "Run All Cells")
        expected = self.code_cells()
        end = time.monotonic() + RUN_SECONDS
        while self.finished_cells() < expected:
            assert time.monotonic() < end, f"{self.finished_cells()} of {expected} cells ran in {RUN_SECONDS} seconds"
            assert not self.page.locator(ERROR_OUTPUTS).count(), self.error_text()
            self.page.wait_for_timeout(500)
        self.wait_until_idle(STEP_SECONDS)
        self.step("ran")

    def code_cells(self):
        """How many code cells have something to run and show a prompt, which one that is folded away does not."""
        cells = lessons.read(self.notebook).cells
        code = [cell for cell in cells if cell.cell_type == "code" and not lessons.is_collapsed(cell)]
        return sum(bool(cell.source.strip()) for cell in code)

    def finished_cells(self):
        """How many cells show an execution count: [7]: and neither [ ]: nor [*]:. (Those folded away show none.)"""
        prompts = self.page.locator(".jp-CodeCell .jp-InputPrompt").all_text_contents()
        return sum(bool(re.fullmatch(r"\s*\[\d+\]:\s*", prompt)) for prompt in prompts)

    def error_text(self):
        return "\n".join(self.page.locator(ERROR_OUTPUTS).all_text_contents())

    def cell(self, text):
        """The first code cell whose code contains the text. (The editor of a cell out of sight shows no text.)"""
        numbers = [number for number, code in enumerate(code_of(self.notebook)) if text in code]
        assert numbers, f"{self.notebook.name}: no cell with {text}"
        return self.page.locator(".jp-CodeCell").nth(numbers[0])

    def replace_and_run(self, cell, code):
        """Put the code in place of the cell's, as by pasting, and run it by keyboard."""
        cell.scroll_into_view_if_needed()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Control+Enter")

    def move_every_control(self):
        """Move each control of each experiment a little; returns what is wrong, and the seconds each answer took."""
        wrong, seconds = [], []
        live = self.page.locator(".jp-OutputArea-output", has=self.page.locator(".widget-html"))
        for label in live.locator(".widget-label").all():
            if label.evaluate("label => label.scrollWidth > label.clientWidth"):
                wrong.append(f"the label {label.text_content()!r} is cut off")
        for part in live.all():
            picture = part.locator(".widget-html").last
            for control in part.locator(CONTROLS).all():
                before, start = picture.inner_html(), time.monotonic()
                self.move(control)
                while picture.inner_html() == before and time.monotonic() < start + STEP_SECONDS:
                    self.page.wait_for_timeout(20)
                seconds.append(time.monotonic() - start)
                if picture.inner_html() == before or "<img" not in picture.inner_html():
                    wrong.append(f"{part.text_content()}, {control.get_attribute('class')}: no new picture")
        return wrong, seconds

    def move(self, control):
        """Move one control, whatever its kind, by mouse or keyboard."""
        control.scroll_into_view_if_needed()
        kind = control.get_attribute("type") or control.get_attribute("class") or "list"
        frame = control.bounding_box()
        middle = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
        if "pointer" in kind:
            self.page.mouse.move(*middle)
            self.page.mouse.down()
            self.page.mouse.move(middle[0] + 12, middle[1] - 12, steps=3)
            self.page.mouse.up()
        elif "noUi-handle" in kind:
            control.focus()
            at_the_end = control.get_attribute("aria-valuenow") == control.get_attribute("aria-valuemax")
            self.page.keyboard.press("ArrowLeft" if at_the_end else "ArrowRight")
        elif "checkbox" in kind:
            control.click()
        elif "number" in kind:
            at_the_end = float(control.input_value()) + 1 > float(control.get_attribute("max"))
            control.fill(str(int(float(control.input_value())) + (-1 if at_the_end else 1)))
            control.press("Enter")
        else:
            chosen = control.evaluate("list => list.selectedIndex")
            control.focus()  # by keyboard: JupyterLab would take the arrows for itself
            self.page.keyboard.press("ArrowUp" if chosen else "ArrowDown")

    def step(self, name):
        if self.keep_all:
            self.picture(Path(self.keep_all), name)

    def picture(self, folder, name):
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{name}.png"
        self.page.screenshot(path=target)
        return target


@pytest.fixture(scope="module")
def lesson(browser, lab, notebook, request, tmp_path_factory):
    """The lesson, opened in JupyterLab with all cells run."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(1000 * STEP_SECONDS)
    opened = Lab(page, notebook, tmp_path_factory.mktemp("pictures"), request.config.getoption("screenshots"))
    try:
        opened.open(lab, "browser-test")
        page.wait_for_timeout(2000)
        assert_no_widget_error(opened, "before it is run")
        opened.run_all()
    except BaseException:
        print("picture of the failure:", opened.picture(opened.pictures, "start"))
        raise
    yield opened
    page.close()


def assert_no_widget_error(lesson, when):
    text = lesson.page.locator(".jp-Notebook").text_content()
    found = [error for error in WIDGET_ERRORS if error in text]
    assert not found, f"the page says {found} {when}"


def test_runs_without_errors(lesson):
    assert not lesson.page.locator(ERROR_OUTPUTS).count(), lesson.error_text()
    assert_no_widget_error(lesson, "after it is run")
    assert lesson.page.locator(CONTROLS).count() >= 1, "no control is shown"


def test_figures_have_alt_text(lesson):
    alts = lesson.page.locator(FIGURES).evaluate_all("images => images.map(image => image.getAttribute('alt'))")
    assert alts, "no figure in the page"
    assert all(alt and len(alt) >= 20 for alt in alts), alts
    widths = lesson.page.locator(FIGURES).evaluate_all("images => images.map(image => image.naturalWidth)")
    assert all(widths), "a figure has no pixels"


def test_a_slider_changes_the_figure(lesson):
    handle = lesson.page.locator(SLIDER).first
    handle.scroll_into_view_if_needed()
    live = lesson.page.locator(".jp-OutputArea-output", has=lesson.page.locator(".widget-hslider")).first
    image = live.locator("img").first
    before, value_before = image.get_attribute("src"), handle.get_attribute("aria-valuetext")
    lesson.step("slider_before")
    handle.focus()
    lesson.page.keyboard.press("ArrowRight")
    wait_until(lambda: image.get_attribute("src") != before, lesson, "the figure did not change")
    assert handle.get_attribute("aria-valuetext") != value_before
    lesson.step("slider_after")
    assert_no_widget_error(lesson, "after the slider moved")


def test_every_experiment_answers_after_the_last_cell(lesson):
    wrong, seconds = lesson.move_every_control()
    assert not wrong, "\n".join(wrong)
    assert seconds, "no control is shown"
    assert median(seconds) < PATIENCE, f"the answers took {seconds} seconds"
    assert_no_widget_error(lesson, "after the controls moved")


def test_an_exercise_tells_wrong_from_right(lesson, notebook):
    exercise = first_exercise(notebook)
    cell = lesson.cell(f'check("{exercise.name}", {exercise.variable})')
    says = cell.locator(".jp-OutputArea-output")
    assert f"{exercise.name}: not attempted yet" in says.first.text_content()

    wrong = 'def answer(*arguments):\n    return "a text"' if exercise.kind == "function" else 'answer = "a text"'
    lesson.replace_and_run(cell, f'{wrong}\n\ncheck("{exercise.name}", answer)')
    wait_until(
        lambda: f"{exercise.name}: not right yet." in says.first.text_content(), lesson, "no word on the wrong answer"
    )
    lesson.step("exercise_wrong")

    lesson.replace_and_run(cell, right_answer(exercise))
    wait_until(lambda: f"{exercise.name}: right." in says.first.text_content(), lesson, "no word on the right answer")
    lesson.step("exercise_right")
    assert not lesson.page.locator(ERROR_OUTPUTS).count(), lesson.error_text()


def first_exercise(notebook):
    """The first exercise that the notebook checks."""
    names = re.findall(r'^check\("([^"]+)"', "\n".join(code_of(notebook)), flags=re.MULTILINE)
    assert names, f"{notebook.name} has no exercise"
    return engine.find(names[0])


def right_answer(exercise):
    """The worked answer as a learner would type it, and its check."""
    function = exercise.solution.__name__
    answer = function if exercise.kind == "function" else f"{function}()"
    return f'import numpy as np\n\n{engine.source(exercise)}\n\ncheck("{exercise.name}", {answer})'


def wait_until(condition, lesson, message):
    end = time.monotonic() + STEP_SECONDS
    while not condition():
        assert time.monotonic() < end, message
        lesson.page.wait_for_timeout(200)
