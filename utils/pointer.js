// The browser's half of utils/pointer.py: boxes to drag on a canvas, and a pad to draw on.
// Both write into the widget's model; Python draws what follows from it.

const SVG = "http://www.w3.org/2000/svg";
const WAIT = 120; // milliseconds between two messages to Python while the pointer moves

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// Call `send` at most once in WAIT milliseconds, and once more after the last call.
function throttled(send) {
  let timer = null;
  let waiting = false;
  return () => {
    if (timer !== null) {
      waiting = true;
      return;
    }
    send();
    timer = setTimeout(function tick() {
      timer = null;
      if (waiting) {
        waiting = false;
        send();
        timer = setTimeout(tick, WAIT);
      }
    }, WAIT);
  };
}

// Follow one pointer from where it presses the target until it lets go: the left button of a mouse, the first finger,
// or the tip of a pen. All targets with the same `held` follow one pointer together; others are ignored meanwhile.
// A release that never arrives (a dialog or the edge of a frame may swallow it) is noticed at the next move.
function follow(target, held, { begin, move, end }) {
  const stop = (event) => {
    if (held.target !== target || held.pointer !== event.pointerId) return;
    held.target = null;
    end();
  };
  target.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.ctrlKey || !event.isPrimary) return;
    if (held.target !== null && held.type !== event.pointerType) return;
    event.preventDefault();
    event.stopPropagation();
    if (held.target !== null) held.end(); // two of one type cannot be primary: the first has gone unnoticed
    Object.assign(held, { target, end, pointer: event.pointerId, type: event.pointerType });
    target.setPointerCapture(event.pointerId);
    begin(event);
  });
  target.addEventListener("pointermove", (event) => {
    if (held.target !== target || held.pointer !== event.pointerId) return;
    if (event.buttons & 1) move(event);
    else stop(event);
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) target.addEventListener(name, stop);
}

function dragging(model, root) {
  const [width, height] = model.get("size");
  const unit = Math.max(width, height) / 100;
  const canvas = element("svg", { viewBox: `0 0 ${width} ${height}`, class: "pointer-canvas" });
  const scale = Math.min(300 / width, 300 / height);
  canvas.style.width = `${width * scale}px`;
  canvas.style.height = `${height * scale}px`;
  root.append(canvas);
  const pictures = model.get("pictures");
  const colors = model.get("colors");
  const resizable = model.get("resizable");
  let boxes = structuredClone(model.get("boxes"));
  const send = throttled(() => {
    model.set("boxes", structuredClone(boxes));
    model.save_changes();
  });
  const shapes = {};
  const held = { target: null };

  function place(name) {
    const [x0, y0, x1, y1] = boxes[name];
    const { body, label, corner, group } = shapes[name];
    for (const [key, value] of Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 })) {
      body.setAttribute(key, value);
    }
    label.setAttribute("x", x0 + unit);
    label.setAttribute("y", y0 > 6 * unit ? y0 - unit : y1 + 5 * unit);
    corner.setAttribute("cx", x1);
    corner.setAttribute("cy", y1);
    const numbers = boxes[name].map((one) => Math.round(one * 10) / 10).join(", ");
    group.setAttribute("aria-label", `${name}: ${numbers}. Arrow keys move it${resizable ? ", with Shift resize it" : ""}.`);
  }

  function move(name, dx, dy) {
    const [x0, y0, x1, y1] = boxes[name];
    dx = Math.min(Math.max(dx, -x0), width - x1);
    dy = Math.min(Math.max(dy, -y0), height - y1);
    boxes[name] = [x0 + dx, y0 + dy, x1 + dx, y1 + dy];
  }

  function resize(name, dx, dy) {
    const [x0, y0, x1, y1] = boxes[name];
    const least = 2 * unit;
    boxes[name] = [x0, y0, Math.min(Math.max(x1 + dx, x0 + least), width), Math.min(Math.max(y1 + dy, y0 + least), height)];
  }

  function drag(target, name, change) {
    let start, before;
    follow(target, held, {
      begin(event) {
        shapes[name].group.focus();
        [start, before] = [event, [...boxes[name]]];
      },
      move(event) {
        const pixel = canvas.getBoundingClientRect().width / width;
        boxes[name] = [...before];
        change(name, (event.clientX - start.clientX) / pixel, (event.clientY - start.clientY) / pixel);
        place(name);
        send();
      },
      end() {},
    });
  }

  Object.keys(boxes).forEach((name, number) => {
    const color = colors[number % colors.length];
    const group = element("g", { tabindex: 0, role: "application", class: "pointer-box" });
    const body = pictures[name]
      ? element("image", { href: pictures[name], preserveAspectRatio: "none" })
      : element("rect", { fill: color, "fill-opacity": 0.25, stroke: color, "stroke-width": 0.8 * unit });
    const label = element("text", { fill: color, "font-size": 5 * unit, "font-family": "sans-serif" });
    label.textContent = pictures[name] ? "" : name;
    const corner = element("circle", { r: 2.2 * unit, fill: color, class: "pointer-corner" });
    group.append(body, label);
    if (resizable) group.append(corner);
    canvas.append(group);
    shapes[name] = { body, label, corner, group };
    place(name);
    drag(body, name, move);
    drag(corner, name, resize);
    group.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const change = event.shiftKey && resizable ? resize : move;
      change(name, (step[0] * width) / 100, (step[1] * height) / 100);
      place(name);
      send();
    });
  });

  const onBoxes = () => {
    const now = model.get("boxes");
    if (JSON.stringify(now) === JSON.stringify(boxes) || held.target !== null) return;
    boxes = structuredClone(now);
    Object.keys(boxes).forEach(place);
  };
  model.on("change:boxes", onBoxes);
  return () => model.off("change:boxes", onBoxes);
}

function drawing(model, root) {
  const [rows, columns] = model.get("shape");
  const scale = Math.max(1, Math.floor(280 / Math.max(rows, columns)));
  const brush = Math.max(rows, columns) / 20; // the radius of the pen, in pixels of the picture
  const pad = document.createElement("canvas");
  pad.width = columns * scale;
  pad.height = rows * scale;
  pad.className = "pointer-canvas";
  pad.setAttribute("role", "img");
  pad.setAttribute("aria-label", "a pad to draw on with the mouse, a pen or a finger");
  const clear = document.createElement("button");
  clear.textContent = "clear";
  clear.className = "jupyter-button pointer-clear";
  root.append(pad, clear);
  const pen = pad.getContext("2d");
  let ink = new Float32Array(rows * columns);
  const send = throttled(() => {
    model.set("pixels", Array.from(ink, (one) => Math.round(one * 255) / 255));
    model.save_changes();
  });

  function paint() {
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const gray = Math.round(255 * (1 - ink[row * columns + column]));
        pen.fillStyle = `rgb(${gray},${gray},${gray})`;
        pen.fillRect(column * scale, row * scale, scale, scale);
      }
    }
  }

  // Ink every pixel by its distance from the line between two places.
  function stroke([x0, y0], [x1, y1]) {
    const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const [x, y] = [column + 0.5, row + 0.5];
        const part = length ? Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length)) : 0;
        const distance = Math.hypot(x - x0 - part * (x1 - x0), y - y0 - part * (y1 - y0));
        const wet = Math.min(1, Math.max(0, brush + 0.5 - distance));
        ink[row * columns + column] = Math.max(ink[row * columns + column], wet);
      }
    }
  }

  let last = null;
  const where = (event) => {
    const frame = pad.getBoundingClientRect();
    return [((event.clientX - frame.left) / frame.width) * columns, ((event.clientY - frame.top) / frame.height) * rows];
  };
  const draw = (event) => {
    const now = where(event);
    stroke(last ?? now, now);
    last = now;
    paint();
    send();
  };
  const stop = () => {
    last = null;
  };
  follow(pad, { target: null }, { begin: draw, move: draw, end: stop });
  clear.addEventListener("click", () => {
    ink.fill(0);
    paint();
    send();
  });

  const onPixels = () => {
    if (last !== null) return;
    const now = model.get("pixels");
    if (now.length === ink.length) ink = Float32Array.from(now);
    paint();
  };
  model.on("change:pixels", onPixels);
  onPixels();
  return () => model.off("change:pixels", onPixels);
}

export default {
  render({ model, el }) {
    return model.get("kind") === "dragging" ? dragging(model, el) : drawing(model, el);
  },
};
