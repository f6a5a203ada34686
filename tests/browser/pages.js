// What is wrong with the lesson that is open in JupyterLab, a sentence each. test_pages.py calls it.
({ contrast: lowest, alt: shortest }) => {
  const found = new Set();
  const notebook = document.querySelector(".jp-Notebook");
  const name = (element) => {
    const cell = element.closest(".jp-Cell");
    const number = [...notebook.querySelectorAll(".jp-Cell")].indexOf(cell) + 1;
    const text = (element.alt || element.textContent).trim().replace(/\s+/g, " ").slice(0, 60);
    return `cell ${number}, ${element.tagName.toLowerCase()} "${text}"`;
  };
  const over = (place) => place.scrollWidth - place.clientWidth;
  for (const place of [document.documentElement, document.querySelector(".jp-WindowedPanel-outer")]) {
    if (over(place) > 1) found.add(`the page is ${over(place)} pixels too wide`);
  }
  const color = (text) => (text.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const light = (text) => {
    const [red, green, blue] = color(text).slice(0, 3).map((part) => {
      part /= 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const paper = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const background = getComputedStyle(at).backgroundColor;
      if ((color(background)[3] ?? 1) > 0.5) return background;
    }
    return "rgb(255, 255, 255)";
  };
  for (const box of notebook.querySelectorAll(".jp-OutputArea-output, .jp-MarkdownOutput")) {
    if (over(box) > 1) found.add(`${name(box)} is ${over(box)} pixels too wide`);
    for (const image of box.querySelectorAll("img")) {
      if ((image.alt ?? "").length < shortest) found.add(`${name(image)} has no alt text`);
      if (!image.naturalWidth) {
        found.add(`${name(image)} has no pixels`);
        continue;
      }
      const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 40 });
      const pen = canvas.getContext("2d");
      pen.drawImage(image, 0, 0, 40, 40);
      const pixels = pen.getImageData(0, 0, 40, 40).data;
      const clear = pixels.some((value, index) => index % 4 === 3 && value < 255);
      if (clear) found.add(`${name(image)} lets the page through`);
    }
    for (const element of box.querySelectorAll("*")) {
      if (element.closest("mjx-container, svg, pre code") || !element.getClientRects().length) continue;
      if (![...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
      const [one, other] = [light(getComputedStyle(element).color), light(paper(element))];
      const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      if (contrast < lowest) found.add(`${name(element)} has a contrast of ${contrast.toFixed(1)}`);
    }
  }
  // JupyterLab leaves a formula that it cannot read as it is, and sets a command that it does not know in red.
  for (const formula of notebook.querySelectorAll("mjx-merror, mjx-container [mathcolor='red']")) {
    found.add(`${name(formula)} is no formula`);
  }
  for (const prose of notebook.querySelectorAll(".jp-MarkdownOutput :is(p, li, td, blockquote)")) {
    const texts = [...prose.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    if (texts.some((node) => /\\[a-zA-Z]/.test(node.data))) found.add(`${name(prose)} holds a formula as text`);
  }
  for (const link of notebook.querySelectorAll('a[href^="mailto:"]')) found.add(`${name(link)} writes a mail`);
  return [...found];
}
