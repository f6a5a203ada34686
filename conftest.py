"""What pytest needs to know about the lessons, on top of nbval.

nbval compares every output of a cell with the stored one, except pictures in image/png, and what
tests/nbval_sanitize.cfg leaves out: the numbers after ≈. Three things are added here:

- The figures of the course are `<img alt="…" src="data:image/png;base64,…">` in text/html, because neither
  JupyterLab nor nbconvert gives an image/png output an alt text. The pixels depend on Matplotlib's version, on its
  fonts and on measured numbers. So this one payload is skipped, as nbval skips image/png; the rest of the HTML, with
  the alt text, is compared. What a figure must show is asserted in the lesson, on the data that is plotted.
- As many numbers come after ≈ as are stored, and each lies within its band, widened by a margin: `tools/measured.py`
  states the rule and its reason. Where the bands of a lesson are missing, are another lesson's or were measured on
  other code, its cells with such numbers fail and say `make bands LESSON=04`.
- A cell is reported by its id besides its number: "notebooks/04a_curve_fitting.ipynb::Cell 7 (zero-at)".
"""

import copy
import os
import re
from pathlib import Path

import lessons
import measured
from nbval.plugin import IPyNbCell, IPyNbFile

ROOT = Path(__file__).resolve().parent

PIXELS = re.compile(r'(?<= src="data:image/png;base64,)[A-Za-z0-9+/]+=*(?=")')


def without_pixels(output):
    """The output with the pixels of the figures in its text/html left out."""
    if "text/html" not in output.get("data", {}):
        return output
    output = copy.deepcopy(output)
    output["data"]["text/html"] = PIXELS.sub("pixels", output["data"]["text/html"])
    return output


class LessonCell(IPyNbCell):
    """A code cell of a lesson as a test."""

    def reportinfo(self):
        """File, line and name of the cell for pytest's report."""
        return self.path, 0, f"{self.path.name}, {self.name}"

    def compare_outputs(self, test, ref, skip_compare=None):
        """Compare as nbval does, without the pixels of figures, and then the measured numbers with their bands."""
        alike = super().compare_outputs(
            [without_pixels(output) for output in test], [without_pixels(output) for output in ref], skip_compare
        )
        problems = list(self.measured_problems(test, ref))
        self.comparison_traceback = [*problems, *self.comparison_traceback]
        return alike and not problems

    def measured_problems(self, test, ref):
        """What is wrong with the numbers after ≈, one sentence each."""
        lesson, bands, complaint = self.parent.bands
        seen, stored = measured.numbers(test), measured.numbers(ref)
        if complaint and (seen or stored):
            yield complaint
        elif bands:
            yield from measured.problems(lesson, self.cell.id, seen, bands, measured.run_name(os.environ))


def bands_of(file):
    """The number of a file's lesson, its bands, and what is wrong with them; nothing for a file that is no lesson."""
    if not lessons.NAME.fullmatch(file.path.name) or lessons.number(file.path) in measured.WAITING:
        return None, None, None
    lesson = lessons.number(file.path)
    return lesson, *measured.read(lesson, lessons.digest(file.nb), ROOT)


def collect_lesson_cells(file, collect=IPyNbFile.collect):
    """Collect the cells of a notebook as nbval does, each as a LessonCell named by number and id."""
    for item in collect(file):
        if not hasattr(file, "bands"):
            file.bands = bands_of(file)
        name = f"{item.name} ({item.cell.get('id', 'no id')})"
        yield LessonCell.from_parent(file, name=name, cell_num=item.cell_num, cell=item.cell, options=item.options)


IPyNbFile.collect = collect_lesson_cells
