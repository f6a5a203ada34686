"""Write what README.md says of the lessons: the table, the routes under it, and the picture above it.

    make index

The table comes from the notebooks, `title` and `builds` in their metadata and the minutes to read by the formula of
tools/lessons.py, and from tools/costs.json, the least seconds that `tools/bench.py --record` measured on two cores.
The routes are COURSE.md's, with a link where a lesson is written. The picture, lessons.png, is a contact sheet of one
figure from each lesson: the metadata's `cover` names the cell that shows it. A test compares README.md with what this
writes.
"""

import surroundings

if __name__ == "__main__":
    surroundings.enter()

import base64
import io
import json
import re
import sys
from pathlib import Path

import rows
from lessons import ROOT, chapter, fail, is_cut, lessons, minutes, number, read
from matplotlib import font_manager
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

README = ROOT / "README.md"
PICTURE = ROOT / "lessons.png"
COSTS = Path(__file__).with_name("costs.json")
BEGIN, END = "<!-- lessons: written by make index -->\n", "<!-- end of lessons -->\n"
FIGURE = re.compile(r'<img alt="([^"]*)"[^>]* src="data:image/png;base64,([A-Za-z0-9+/=]+)"')
COLUMNS, WIDTH, HEIGHT, TITLE, GAP = 3, 400, 200, 34, 16


def plan(number: str) -> str:
    """The link to a chapter's heading in COURSE.md."""
    heading = re.search(rf"^## ({number}_.*)$", rows.COURSE.read_text(encoding="utf-8"), re.M)
    if heading is None:
        return fail(f"COURSE.md has no chapter {number}.")
    anchor = re.sub(r"[^\w\- ]", "", heading[1]).replace(" ", "-").lower()
    return f"[{number}]({rows.COURSE.name}#{anchor})"


def table() -> str:
    """The index of the lessons under their chapters, as Markdown."""
    costs = json.loads(COSTS.read_text(encoding="utf-8"))
    lines = ["| chapter | lesson | what you build | minutes to read | seconds to run |", "|---|---|---|--:|--:|"]
    before = None
    for path in lessons():
        notebook = read(path)
        lesson = notebook.metadata["lesson"]
        of = "" if chapter(path) == before else plan(chapter(path))
        before = chapter(path)
        link = f"[{number(path)} {lesson['title']}](notebooks/{path.name})"
        seconds = costs.get(number(path), {}).get("seconds", "")
        lines.append(f"| {of} | {link} | {lesson['builds']} | {minutes(notebook)} | {seconds} |")
    return "\n".join(lines) + "\n"


def routes() -> str:
    """The routes of COURSE.md as Markdown; the number of a lesson or chapter that is written is a link."""
    places = {}
    for path in reversed(lessons()):
        places[number(path)] = places[chapter(path)] = path.name
        if not is_cut(path):
            places |= {chapter(path) + letter: path.name for letter in "abcd"}
    section = re.search(r"^## Routes\n+(.*?)\n+## ", rows.COURSE.read_text(encoding="utf-8"), re.M | re.S)
    if section is None:
        return fail("COURSE.md has no section Routes.")

    def link(found: re.Match[str]) -> str:
        return f"[{found[0]}](notebooks/{places[found[0]]})" if found[0] in places else found[0]

    return re.sub(r"\b\d\d[a-d]?\b", link, section[1]) + "\n"


def with_index(readme: str) -> str:
    """The text of README.md with the table of today's lessons and the routes through them in it."""
    before, _, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        fail(f"README.md has no lines {BEGIN.strip()} and {END.strip()}: the table stands between them.")
    return (
        f"{before}{BEGIN}\n{table()}\nRoutes through it; COURSE.md names the texts B and C:\n\n{routes()}\n{END}{after}"
    )


def cover(path: Path) -> tuple[str, Image.Image]:
    """The alt text and the pixels of the figure that stands for a lesson."""
    notebook = read(path)
    name = notebook.metadata["lesson"].get("cover")
    for cell in notebook.cells:
        if cell.id == name and cell.cell_type == "code":
            pages = [str(output.get("data", {}).get("text/html", "")) for output in cell.outputs]
            if found := FIGURE.search("\n".join(pages)):
                return found[1], Image.open(io.BytesIO(base64.b64decode(found[2]))).convert("RGB")
    return fail(f"{path.name}: the metadata's cover, {name!r}, is no code cell that shows a figure.")


def draw_picture(target: Path = PICTURE) -> None:
    """Write the contact sheet: one figure a lesson, its title above it; the file's metadata lists the numbers."""
    paths = lessons()
    rows = -(-len(paths) // COLUMNS)
    size = (GAP + COLUMNS * (WIDTH + GAP), GAP + rows * (TITLE + HEIGHT + GAP))
    sheet = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.truetype(font_manager.findfont("DejaVu Sans:bold"), 18)
    for place, path in enumerate(paths):
        x = GAP + place % COLUMNS * (WIDTH + GAP)
        y = GAP + place // COLUMNS * (TITLE + HEIGHT + GAP)
        title = read(path).metadata["lesson"]["title"]
        pen.text((x, y + 4), f"{number(path)} {title}", fill="black", font=font)
        figure = cover(path)[1]
        figure.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        corner = (x + (WIDTH - figure.width) // 2, y + TITLE + (HEIGHT - figure.height) // 2)
        sheet.paste(figure, corner)
        pen.rectangle((x, y + TITLE, x + WIDTH - 1, y + TITLE + HEIGHT - 1), outline="#bbbbbb")
    about = PngImagePlugin.PngInfo()
    about.add_text("lessons", " ".join(map(number, paths)))
    sheet.quantize(256, dither=Image.Dither.NONE).save(target, format="png", optimize=True, pnginfo=about)


def main() -> int:
    README.write_text(with_index(README.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    draw_picture()
    print(f"README.md and {PICTURE.name}: {len(lessons())} lessons")
    return 0


if __name__ == "__main__":
    sys.exit(main())
