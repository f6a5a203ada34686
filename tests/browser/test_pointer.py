"""Boxes dragged and a pad drawn on with the mouse, in JupyterLab in a real browser; Python must learn of it."""

import re
import time

import pointer_page
import pytest


@pytest.fixture(scope="module")
def page(browser, lab, lab_folder):
    """JupyterLab with both experiments, all cells run."""
    pointer_page.write(lab_folder / "pointer.ipynb")
    opened = browser.new_page(viewport={"width": 1400, "height": 2000})
    opened.set_default_timeout(60_000)
    opened.goto(f"{lab}/lab/tree/pointer.ipynb?token=browser-test&reset")
    opened.wait_for_selector('#jp-main-statusbar :text("| Idle")')
    bar = opened.locator("#jp-MainMenu")
    bar.get_by_text("Run", exact=True).click()
    opened.locator(".lm-Menu").get_by_text("Run All Cells", exact=True).click()
    opened.wait_for_selector(".pointer-box")
    opened.wait_for_selector(".pointer-clear")
    yield opened
    opened.close()


def known(page):
    """What the last cell prints when it is run once more: the red box, and the ink."""
    cell = page.locator(".jp-CodeCell").nth(1)
    cell.scroll_into_view_if_needed()
    before = cell.locator(".jp-InputPrompt").text_content()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    end = time.monotonic() + 60
    while not re.fullmatch(r"\s*\[\d+\]:\s*", now := cell.locator(".jp-InputPrompt").text_content()) or now == before:
        assert time.monotonic() < end, "the cell did not run"
        page.wait_for_timeout(100)
    text = cell.locator(".jp-OutputArea-output").text_content()
    *box, ink = map(int, re.findall(r"-?\d+", text))
    return box, ink


def drag(page, start, *places):
    page.mouse.move(*start)
    page.mouse.down()
    for place in places:
        page.mouse.move(*place, steps=5)
    page.mouse.up()
    page.wait_for_timeout(500)


def test_a_box_follows_the_mouse_and_the_keys(page):
    assert known(page)[0] == [10, 10, 40, 40]
    box = page.locator(".pointer-box").first
    box.scroll_into_view_if_needed()
    picture = page.locator(".jp-OutputArea-output", has=page.locator(".pointer-box")).locator("img").first
    before = picture.get_attribute("src")
    frame = page.locator("svg.pointer-canvas").bounding_box()
    pixel = frame["width"] / 100
    x, y = frame["x"] + 25 * pixel, frame["y"] + 25 * pixel
    drag(page, (x, y), (x - 5 * pixel, y + 20 * pixel))
    assert picture.get_attribute("src") != before
    moved = known(page)[0]
    assert all(abs(a - b) <= 1 for a, b in zip(moved, [5, 30, 35, 60], strict=True)), moved

    box.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.wait_for_timeout(500)
    after = known(page)[0]
    assert after == [moved[0] + 1, moved[1], moved[2] + 1, moved[3] + 1]

    box.scroll_into_view_if_needed()
    frame = page.locator("svg.pointer-canvas").bounding_box()
    corner = page.locator(".pointer-corner").first.bounding_box()
    middle = corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2
    drag(page, middle, (frame["x"] + 300 * pixel, frame["y"] + 300 * pixel))
    assert known(page)[0] == [*after[:2], 100, 100], "a box stays on the canvas"


def test_the_pad_takes_ink_and_is_cleared(page):
    assert known(page)[1] == 0
    pad = page.locator("canvas.pointer-canvas")
    pad.scroll_into_view_if_needed()
    frame = pad.bounding_box()
    x, y, side = frame["x"], frame["y"], frame["width"]
    drag(page, (x + side / 2, y + side / 4), (x + side / 2, y + 3 * side / 4))
    ink = known(page)[1]
    assert 30 <= ink <= 90, "a stroke down half of 28 pixels, three pixels wide"
    page.locator(".pointer-clear").click()
    page.wait_for_timeout(500)
    assert known(page)[1] == 0
