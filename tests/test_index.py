"""README.md says the truth: its table of lessons, its picture, and the commands that it names."""

import json
import re
import sys
from pathlib import Path

import nbformat
import pytest
from PIL import Image

FOLDER = Path(__file__).parent.parent
sys.path.insert(0, str(FOLDER / "tools"))

import bench  # noqa: E402
import index  # noqa: E402
import lessons  # noqa: E402

README = (FOLDER / "README.md").read_text(encoding="utf-8")
MAKEFILE = (FOLDER / "Makefile").read_text(encoding="utf-8")
PAGES = [README, (FOLDER / "CONTRIBUTING.md").read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", lessons.lessons(), ids=lambda path: path.stem)
def test_a_lesson_says_what_it_builds_and_which_figure_stands_for_it(path):
    builds = lessons.read(path).metadata["lesson"].get("builds")
    assert isinstance(builds, str) and 10 <= len(builds) <= 100 and "|" not in builds and "\n" not in builds
    alt, pixels = index.cover(path)
    assert len(alt) >= 20
    assert min(pixels.size) > 50


def test_the_table_is_that_of_the_lessons():
    assert index.with_index(README) == README, "run `make index`"
    lines = index.table().splitlines()[2:]
    assert len(lines) == len(lessons.lessons())
    for path, line in zip(lessons.lessons(), lines, strict=True):
        assert f"| {lessons.minutes(lessons.read(path))} |" in line


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of a chapter with two lessons, and one that is still to be cut."""
    monkeypatch.setattr(lessons, "NOTEBOOKS", tmp_path)
    for name, title in [("05b_saddle", "Saddles"), ("05a_descent", "Descent"), ("06_deep", "Going deep")]:
        told = {"title": title, "builds": title.lower(), "minutes_read": 99}
        lessons.write(nbformat.v4.new_notebook(metadata={"lesson": told}), tmp_path / f"{name}.ipynb")
    monkeypatch.setattr(index, "COSTS", tmp_path / "costs.json")
    index.COSTS.write_text('{"05b": {"seconds": 12}}')


def test_the_table_shows_chapters_with_their_lessons(course):
    assert index.table().splitlines()[2:] == [
        "| [05](COURSE.md#05_saddle_points) | [05a Descent](notebooks/05a_descent.ipynb) | descent | 0 |  |",
        "|  | [05b Saddles](notebooks/05b_saddle.ipynb) | saddles | 0 | 12 |",
        "| [06](COURSE.md#06_going_deep) | [06 Going deep](notebooks/06_deep.ipynb) | going deep | 0 |  |",
    ]
    assert index.plan("00") == "[00](COURSE.md#00_start_here--rules-or-learning)"
    with pytest.raises(SystemExit):
        index.plan("77")


def test_the_routes_link_what_is_written(course, tmp_path, monkeypatch):
    monkeypatch.setattr(index.rows, "COURSE", tmp_path / "COURSE.md")
    text = "# Plan\n\n## Routes\n\n- **One**: 05, 05b, 05c, 06b, 07, 04 – 06.\n- **Two**: 05a.\n\n## 00_start\n"
    index.rows.COURSE.write_text(text)
    first, second, saddle = "notebooks/05a_descent.ipynb", "notebooks/06_deep.ipynb", "notebooks/05b_saddle.ipynb"
    assert index.routes() == (
        f"- **One**: [05]({first}), [05b]({saddle}), 05c, [06b]({second}), 07, 04 – [06]({second}).\n"
        f"- **Two**: [05a]({first}).\n"
    )
    index.rows.COURSE.write_text("# Plan\n")
    with pytest.raises(SystemExit):
        index.routes()


def test_the_costs_are_those_of_lessons_and_within_the_budget():
    costs = json.loads(index.COSTS.read_text(encoding="utf-8"))
    assert set(costs) == {lessons.number(path) for path in lessons.lessons()}, "run tools/bench.py --record"
    for cost in costs.values():
        assert 5 < cost["seconds"] <= bench.SECONDS == 90  # on the machine that recorded it
        assert 200 < cost["megabytes"] <= bench.MEGABYTES == 2000


def test_a_record_keeps_the_lower_seconds_of_the_same_code_only():
    first = bench.updated({}, "a", {"wall": 50.4, "peak": 900.2})
    assert first == {"seconds": 50, "megabytes": 900, "code": "a"}
    assert bench.updated(first, "a", {"wall": 61.0, "peak": 950.0}) == {"seconds": 50, "megabytes": 950, "code": "a"}
    assert bench.updated(first, "a", {"wall": 42.0, "peak": 890.0}) == {"seconds": 42, "megabytes": 900, "code": "a"}
    assert bench.updated(first, "b", {"wall": 61.0, "peak": 890.0}) == {"seconds": 61, "megabytes": 890, "code": "b"}


def test_the_picture_shows_every_lesson(tmp_path):
    stored = Image.open(index.PICTURE)
    assert stored.text["lessons"] == " ".join(map(lessons.number, lessons.lessons())), "run `make index`"
    index.draw_picture(tmp_path / "new.png")
    assert Image.open(tmp_path / "new.png").size == stored.size
    assert re.search(rf"!\[[^\]]{{20,}}\]\({index.PICTURE.name}\)", README), "README.md shows it, with alt text"


def test_a_cover_that_is_no_figure_is_named(monkeypatch, capsys):
    notebook = lessons.read(lessons.lessons()[0])
    notebook.metadata["lesson"]["cover"] = "nowhere"
    monkeypatch.setattr(index, "read", lambda path: notebook)
    with pytest.raises(SystemExit):
        index.cover(lessons.lessons()[0])
    assert "cover, 'nowhere', is no code cell that shows a figure" in capsys.readouterr().err


def test_every_command_that_is_named_is_one():
    targets = set(re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.M)[0].split())
    variables = set(re.findall(r"\b([A-Z]+)=", " ".join(re.findall(r"@echo '(.*)'", MAKEFILE))))
    named = [line for page in PAGES for line in re.findall(r"(?:^|`)make\b([^`\n]*)", page, re.M)]
    assert len(named) > 15
    for line in named:
        words = line.split("#")[0].replace(",", " ").split()
        for word in words:
            name, equals, _ = word.partition("=")
            assert name in (variables if equals else targets), f"make {line.strip()}: {word}"


def test_every_file_that_is_named_is_there():
    named = {name for page in PAGES for name in re.findall(r"\b((?:tools|tests|utils)/[\w./-]+)", page)}
    assert len(named) >= 5
    missing = [name for name in named if "NN" not in name and not (FOLDER / name.rstrip("./")).exists()]
    assert not missing


def test_the_table_of_another_course_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(index, "COSTS", tmp_path / "costs.json")
    index.COSTS.write_text('{"00": {"seconds": 999, "megabytes": 1}}')
    assert index.with_index(README) != README
