"""Every lesson as it is committed, opened in JupyterLab on a small laptop in both themes; and one that is run there."""

import base64
import io
import re
from pathlib import Path
from statistics import median

import lessons
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image
from test_lab import ERROR_OUTPUTS, PATIENCE, START_SECONDS, Lab, code_of

from utils.plots import SHORTEST_ALT

SMALL_LAPTOP = {"width": 1366, "height": 768}
THEMES = ["JupyterLab Light", "JupyterLab Dark"]
WITH_BOXES = lessons.find(["13"])[0]
LOWEST_CONTRAST = 4.5  # WCAG 2.2, level AA

COMPLAINTS = Path(__file__).with_name("pages.js").read_text(encoding="utf-8")


@pytest.fixture
def page(browser):
    opened = browser.new_page(viewport=SMALL_LAPTOP)
    opened.set_default_timeout(1000 * START_SECONDS)
    yield opened
    opened.close()


def choose_theme(page, theme):
    page.locator("#jp-MainMenu").get_by_text("Settings", exact=True).click()
    page.locator(".lm-Menu-item", has=page.get_by_text("Theme", exact=True)).hover()
    page.locator(".lm-Menu-item", has=page.get_by_text(theme, exact=True)).click()
    page.wait_for_selector(f'body[data-jp-theme-name="{theme}"]', state="attached")
    page.wait_for_timeout(500)


@pytest.mark.parametrize("path", lessons.lessons(), ids=lambda path: path.stem)
def test_a_lesson_is_legible_before_it_is_run(page, lab_with_all_cells, path, request):
    lesson = Lab(page, path, None, request.config.getoption("screenshots"))
    lesson.open(lab_with_all_cells, "browser-test")
    is_whole = "count => document.querySelectorAll('.jp-Notebook .jp-CodeCell').length === count"
    page.wait_for_function(is_whole, arg=len(code_of(path)))
    if re.search(r"(?<!\\)\$[^$\\n ][^$\\n]*\$", path.read_text(encoding="utf-8")):
        page.wait_for_selector("mjx-container", state="attached")
    for theme in THEMES:
        choose_theme(page, theme)
        complaints = page.evaluate(COMPLAINTS, {"contrast": LOWEST_CONTRAST, "alt": SHORTEST_ALT})
        assert not complaints, "\n".join([f"{path.stem} in {theme}:", *complaints])
        assert not page.locator(ERROR_OUTPUTS).count(), lesson.error_text()
        lesson.step(f"{path.stem}_{theme.split()[-1]}")


def test_boxes_and_sliders_answer_after_the_last_cell(page, lab, request):
    lesson = Lab(page, WITH_BOXES, None, request.config.getoption("screenshots"))
    lesson.open(lab, "browser-test")
    lesson.run_all()
    wrong, seconds = lesson.move_every_control()
    assert not wrong, "\n".join(wrong)
    assert len(seconds) >= 4, "two boxes, a step and a threshold"
    assert median(seconds) < PATIENCE, f"the answers took {seconds} seconds"
    assert not lesson.page.locator(ERROR_OUTPUTS).count(), lesson.error_text()


def test_what_is_wrong_with_a_page_is_named(page, lab_with_all_cells, lab_folder, request):
    clear = base64.b64encode(png((0, 0, 0, 0))).decode("ascii")
    white = base64.b64encode(png((255, 255, 255, 255))).decode("ascii")
    outputs = {
        "has no alt text": f'<img src="data:image/png;base64,{white}">',
        "lets the page through": f'<img alt="a picture without paper" src="data:image/png;base64,{clear}">',
        "has no pixels": '<img alt="a picture that is broken" src="data:image/png;base64,AAAA">',
        "has a contrast of": '<span style="color: #777777">neither on white nor on black</span>',
    }
    prose = {
        "writes a mail": "# Faults\n\nmAP@0.5",
        "is no formula": r"$x^2$ and $\nosuch{1}$",
        "holds a formula as text": r"$\frac{1$",
        "pixels too wide": f"<table><tr><td><code>{'wide' * 100}</code></td></tr></table>",
    }
    cells = [new_markdown_cell(text) for text in prose.values()]
    for html in outputs.values():
        cells.append(new_code_cell("", outputs=[new_output("display_data", {"text/html": html})]))
    path = lab_folder / "faults.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata=lessons.normal_metadata({})), path)
    lesson = Lab(page, path, None, request.config.getoption("screenshots"))
    lesson.open(lab_with_all_cells, "browser-test")
    page.wait_for_selector("mjx-container", state="attached")
    said = page.evaluate(COMPLAINTS, {"contrast": LOWEST_CONTRAST, "alt": SHORTEST_ALT})
    for fault in [*prose, *outputs]:
        assert [one for one in said if fault in one], f"{fault}: not among {said}"


def png(color):
    """The bytes of a small picture in one color."""
    file = io.BytesIO()
    Image.new("RGBA", (20, 20), color).save(file, format="png")
    return file.getvalue()
