"""What lesson 00a builds by hand, taken from its cells and tried harder than the lesson itself does."""

from pathlib import Path

import numpy as np
import pytest
from nbformat import read

from utils import datasets

LESSON = Path(__file__).resolve().parent.parent / "notebooks" / "00a_start_here.ipynb"


@pytest.fixture(scope="module")
def lesson():
    """The names that the lesson's cells on the rules and on the pages define."""
    cells = {cell.id: cell.source for cell in read(LESSON, as_version=4).cells if cell.cell_type == "code"}
    names = {"np": np, "datasets": datasets}
    for wanted in ("holes", "measure", "read-by-rules", "pages", "page-readers"):
        exec(compile(cells[wanted], wanted, "exec"), names)
    return names


@pytest.mark.parametrize("seed", range(3))
def test_holes_are_those_that_labeling_finds(lesson, seed):
    ndimage = pytest.importorskip("scipy.ndimage")
    rng = np.random.default_rng(seed)
    for _ in range(30):
        image = rng.random((8, 8)) ** rng.uniform(0.2, 1)
        patches, count = ndimage.label(np.pad(image < 0.5, 1, constant_values=True))
        expected = sorted(np.argwhere(patches == number)[:, 0].mean() - 1 for number in range(2, count + 1))
        np.testing.assert_allclose(sorted(lesson["holes"](image)), expected)


def test_the_rules_answer_every_image_with_a_digit(lesson):
    rng = np.random.default_rng(0)
    images = [np.zeros((8, 8)), np.ones((8, 8)), *rng.random((200, 8, 8)) ** 2]
    answers = [lesson["read_by_rules"](image) for image in images]
    assert all(type(answer) is int and 0 <= answer <= 9 for answer in answers)


def test_the_rules_know_every_digit(lesson):
    from utils import datasets

    images, labels = datasets.digits()
    answers = np.array([lesson["read_by_rules"](image) for image in images])
    for digit in range(10):
        assert np.mean(answers[labels == digit] == digit) > 0.5


def test_a_page_holds_its_digit_and_its_lines(lesson):
    images, _ = datasets.digits()
    side, lines = lesson["SIDE"], lesson["LINES"]
    rng = np.random.default_rng(0)
    pages = lesson["pages"](images[:200], rng)
    assert pages.shape == (200, side, side) and pages.min() == 0 and pages.max() == 1
    corners = set()
    for image, page in zip(images, pages, strict=False):
        under = np.lib.stride_tricks.sliding_window_view(page, (8, 8))
        # the digit lies where the page differs from it in pixels of a line alone, which are full of ink
        off = np.where(under == image, False, under < 1).sum(axis=(2, 3))
        assert off.min() == 0
        corners.add(np.unravel_index(off.argmin(), off.shape))
    assert len(corners) > 50, "digits lie anywhere"
    empty = lesson["pages"](np.zeros((300, 8, 8), np.float32), rng)
    ink = empty.sum(axis=(1, 2))
    assert ink.max() == lines * side and ink.min() >= side, "as many lines as are asked for, some of them crossing"


@pytest.mark.parametrize("by_distance", [True, False])
def test_the_neighbor_that_looks_everywhere_is_a_search_over_all_windows(lesson, by_distance):
    images, labels = datasets.digits()
    pages = lesson["pages"](images[100:110], np.random.default_rng(1))
    read_pages = lesson["told_where"](images[:60], labels[:60], by_distance)
    expected = []
    for page in pages:
        best, answer = -np.inf, None
        for row in range(page.shape[0] - 7):
            for column in range(page.shape[1] - 7):
                window = page[row : row + 8, column : column + 8]
                for image, label in zip(images[:60], labels[:60], strict=True):
                    if by_distance:
                        alike = -np.sum((window - image) ** 2)
                    else:
                        alike = np.sum(window * image) / np.sqrt((np.sum(window**2) + 0.1) * np.sum(image**2))
                    if alike > best + 1e-6:
                        best, answer = alike, label
        expected.append(answer)
    assert read_pages(pages).tolist() == expected


def test_the_neighbor_that_looks_everywhere_finds_what_it_knows(lesson):
    images, labels = datasets.digits()
    rng = np.random.default_rng(2)
    side = lesson["SIDE"]
    pages = datasets.on_canvas(images[:40], (side, side), rng.integers(0, side - 7, (40, 2)))
    for by_distance in (True, False):
        assert lesson["told_where"](images[:40], labels[:40], by_distance)(pages).tolist() == labels[:40].tolist()
