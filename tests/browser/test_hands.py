"""What utils/pointer.js makes of other buttons, other fingers and lost releases: in a real browser, no JupyterLab."""

from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "utils" / "pointer.js"
SETUP = """
async (source) => {
  const { default: pointer } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const style = document.createElement("style");
  style.textContent = "body { margin: 0 } .pointer-canvas { display: block; touch-action: none }";
  document.head.append(style);
  const show = (state) => {
    const root = document.createElement("div");
    document.body.append(root);
    const model = { get: (name) => state[name], set: (name, value) => { state[name] = value }, save_changes() {} };
    pointer.render({ model: { ...model, on() {}, off() {} }, el: root });
    return state;
  };
  window.boxes = show({
    kind: "dragging", size: [100, 100], resizable: true, pictures: {}, colors: ["#000000", "#0000ff"],
    boxes: { red: [10, 10, 40, 40], blue: [50, 50, 80, 90] },
  });
  window.pad = show({ kind: "drawing", shape: [28, 28], pixels: Array(784).fill(0) });
}
"""
PIXEL = 3  # of the screen, for each of the canvas of 100×100
PAD_TOP, PAD_SIDE = 300, 280


@pytest.fixture
def page(browser):
    """A page with two boxes and, below them, a pad."""
    context = browser.new_context(viewport={"width": 700, "height": 700}, has_touch=True)
    opened = context.new_page()
    opened.goto("data:text/html,<title>hands</title>")
    opened.evaluate(SETUP, SOURCE.read_text(encoding="utf-8"))
    yield opened
    context.close()


def red(page):
    """Where the red box stands on the page, rounded, once two frames were drawn: moves are handed out with a frame."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    body = page.locator(".pointer-box rect").first
    x, y, width, height = (float(body.get_attribute(name)) for name in ("x", "y", "width", "height"))
    return [round(x), round(y), round(x + width), round(y + height)]


def told(page):
    """What Python was told of the red box, once all messages are out."""
    page.wait_for_timeout(400)
    return [round(one) for one in page.evaluate("window.boxes.boxes.red")]


def ink(page):
    """How much ink Python was told of."""
    page.wait_for_timeout(400)
    return page.evaluate("window.pad.pixels.reduce((sum, one) => sum + one, 0)")


def on_canvas(x, y):
    return PIXEL * x, PIXEL * y


def on_pad(x, y):
    """A place on the pad, as shares of its side."""
    return PAD_SIDE * x, PAD_TOP + PAD_SIDE * y


def stroke(page, start, end, button="left"):
    page.mouse.move(*start)
    page.mouse.down(button=button)
    page.mouse.move(*end, steps=4)
    page.mouse.up(button=button)


def test_the_left_button_drags_and_draws(page):
    stroke(page, on_canvas(20, 20), on_canvas(30, 25))
    assert red(page) == told(page) == [20, 15, 50, 45]
    stroke(page, on_canvas(50, 45), on_canvas(60, 65))
    assert red(page) == told(page) == [20, 15, 60, 65], "the corner resizes"
    stroke(page, on_pad(0.2, 0.5), on_pad(0.8, 0.5))
    assert ink(page) > 30


@pytest.mark.parametrize("button", ["right", "middle"])
def test_no_other_button_does(page, button):
    stroke(page, on_canvas(20, 20), on_canvas(30, 25), button)
    stroke(page, on_canvas(40, 40), on_canvas(60, 65), button)
    stroke(page, on_pad(0.2, 0.5), on_pad(0.8, 0.5), button)
    assert red(page) == told(page) == [10, 10, 40, 40]
    assert ink(page) == 0


def test_nor_does_the_left_one_with_control(page):
    page.keyboard.down("Control")
    stroke(page, on_canvas(20, 20), on_canvas(30, 25))
    stroke(page, on_pad(0.2, 0.5), on_pad(0.8, 0.5))
    page.keyboard.up("Control")
    assert red(page) == told(page) == [10, 10, 40, 40]
    assert ink(page) == 0


def test_the_left_button_lets_go_though_the_right_one_is_held(page):
    page.mouse.move(*on_canvas(20, 20))
    page.mouse.down()
    page.mouse.move(*on_canvas(25, 20))
    page.mouse.down(button="right")
    page.mouse.move(*on_canvas(30, 20))
    assert red(page) == [20, 10, 50, 40], "the left one is down still"
    page.mouse.up()
    page.mouse.move(*on_canvas(60, 60))
    assert red(page) == [20, 10, 50, 40]
    page.mouse.up(button="right")


@pytest.fixture
def devtools(page):
    return page.context.new_cdp_session(page)


def mouse(devtools, kind, place, buttons):
    x, y = place
    button = "left" if buttons else "none"
    given = {"type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1}
    devtools.send("Input.dispatchMouseEvent", given)


def test_a_release_that_never_arrives_is_noticed_at_the_next_move(page, devtools):
    mouse(devtools, "mousePressed", on_canvas(20, 20), 1)
    mouse(devtools, "mouseMoved", on_canvas(30, 20), 1)
    mouse(devtools, "mouseMoved", on_canvas(60, 60), 0)
    mouse(devtools, "mouseMoved", on_canvas(70, 60), 0)
    assert red(page) == told(page) == [20, 10, 50, 40]
    stroke(page, on_canvas(30, 20), on_canvas(35, 20))
    assert red(page) == [25, 10, 55, 40], "it can be taken again"
    mouse(devtools, "mousePressed", on_pad(0.2, 0.2), 1)
    mouse(devtools, "mouseMoved", on_pad(0.2, 0.2), 0)
    before = ink(page)
    mouse(devtools, "mouseMoved", on_pad(0.8, 0.8), 0)
    assert 0 < ink(page) == before


@pytest.mark.parametrize("place", ["canvas", "pad"])
@pytest.mark.parametrize("event", ["pointercancel", "lostpointercapture"])
def test_what_is_cancelled_or_loses_the_pointer_ends(page, event, place):
    start, between, end = (on_pad(*xy) for xy in ((0.2, 0.2), (0.3, 0.2), (0.5, 0.5)))
    if place == "canvas":
        start, between, end = (on_canvas(*xy) for xy in ((20, 20), (30, 20), (60, 60)))
    page.evaluate("document.addEventListener('pointerdown', (event) => { window.down = event.pointerId }, true)")
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*between)
    target = ".pointer-box rect" if place == "canvas" else "canvas"
    page.locator(target).first.evaluate(
        "(one, name) => one.dispatchEvent(new PointerEvent(name, { pointerId: window.down, bubbles: true }))", event
    )
    before = red(page), ink(page)
    page.mouse.move(*end, steps=3)
    assert (red(page), ink(page)) == before
    page.mouse.up()


def touch(devtools, kind, **fingers):
    points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(fingers.values())]
    devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_a_second_finger_does_not_move_the_box(page, devtools):
    touch(devtools, "touchStart", first=on_canvas(20, 20))
    touch(devtools, "touchMove", first=on_canvas(25, 20))
    touch(devtools, "touchStart", first=on_canvas(25, 20), second=on_canvas(40, 35))
    touch(devtools, "touchMove", first=on_canvas(25, 20), second=on_canvas(70, 70))
    assert red(page) == [15, 10, 45, 40], "the second finger moves nothing"
    touch(devtools, "touchMove", first=on_canvas(30, 20), second=on_canvas(75, 75))
    assert red(page) == [20, 10, 50, 40], "and the first one still does"
    touch(devtools, "touchEnd")
    assert told(page) == [20, 10, 50, 40]
    touch(devtools, "touchStart", first=on_canvas(30, 20))
    touch(devtools, "touchMove", first=on_canvas(20, 20))
    touch(devtools, "touchEnd")
    assert red(page) == [10, 10, 40, 40], "it can be taken again"


def test_a_second_finger_does_not_join_the_stroke(page, devtools):
    touch(devtools, "touchStart", first=on_pad(0.2, 0.2))
    touch(devtools, "touchMove", first=on_pad(0.3, 0.2))
    before = ink(page)
    assert before > 0
    touch(devtools, "touchStart", first=on_pad(0.3, 0.2), second=on_pad(0.8, 0.8))
    touch(devtools, "touchMove", first=on_pad(0.3, 0.2), second=on_pad(0.2, 0.8))
    assert ink(page) == before
    touch(devtools, "touchMove", first=on_pad(0.4, 0.2), second=on_pad(0.2, 0.8))
    assert ink(page) > before
    touch(devtools, "touchEnd")


def test_the_mouse_does_not_join_a_finger(page, devtools):
    touch(devtools, "touchStart", first=on_canvas(20, 20))
    touch(devtools, "touchMove", first=on_canvas(25, 20))
    stroke(page, on_canvas(40, 30), on_canvas(80, 80))
    assert red(page) == [15, 10, 45, 40]
    touch(devtools, "touchMove", first=on_canvas(30, 20))
    assert red(page) == [20, 10, 50, 40]
    touch(devtools, "touchEnd")
