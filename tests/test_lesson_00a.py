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
    side, lines, faintest = lesson["SIDE"], lesson["LINES"], lesson["FAINTEST"]
    clean = lesson["pages"](images[:200], np.random.default_rng(0), 0)
    pages = lesson["pages"](images[:200], np.random.default_rng(0))
    assert pages.shape == (200, side, side) and pages.min() == 0 and pages.max() <= 1
    assert np.all(pages >= clean), "a line only adds ink"
    corners, inks = set(), []
    for image, page in zip(images, clean, strict=False):
        under = np.lib.stride_tricks.sliding_window_view(page, (8, 8))
        ink = page.max() / image.max()
        off = np.abs(under - ink * image).sum(axis=(2, 3))
        assert off.min() < 1e-4
        corners.add(np.unravel_index(off.argmin(), off.shape))
        inks.append(ink)
    assert len(corners) > 50, "digits lie anywhere"
    assert faintest <= min(inks) < faintest + 0.1 and 0.9 < max(inks) <= 1, "each in its own ink"
    empty = lesson["pages"](np.zeros((300, 8, 8), np.float32), np.random.default_rng(1))
    inked = (empty > 0).sum(axis=(1, 2))
    assert inked.max() == lines * side and inked.min() >= side, "as many lines as are asked for, some of them crossing"
    assert empty[empty > 0].min() >= faintest and np.ptp(empty[empty > 0]) > 0.7, "lines of many inks"
    assert max(len(np.unique(page)) for page in empty) == lines + 1, "a line has one ink"


MEASURES = ["by_distance", "by_shape", "where_no_line"]


@pytest.mark.parametrize("measure", MEASURES)
def test_the_neighbor_that_looks_everywhere_is_a_search_over_all_windows(lesson, measure):
    images, labels = datasets.digits()
    pages = lesson["pages"](images[100:110], np.random.default_rng(1))
    read_pages = lesson["told_where"](images[:60], labels[:60], lesson[measure])
    expected = []
    for page in pages:
        best, answer = -np.inf, None
        for row in range(page.shape[0] - 7):
            for column in range(page.shape[1] - 7):
                window = page[row : row + 8, column : column + 8]
                for image, label in zip(images[:60], labels[:60], strict=True):
                    light = window < lesson["FAINTEST"]
                    if measure == "by_distance":
                        alike = -np.sum((window - image) ** 2)
                    elif measure == "where_no_line":
                        alike = -np.sum((window - image)[light] ** 2) / (light.sum() + 1e-9)
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
    for measure in MEASURES[:2]:
        read = lesson["told_where"](images[:40], labels[:40], lesson[measure])
        assert read(pages).tolist() == labels[:40].tolist()


def test_a_neighbor_that_knows_how_the_pages_were_made_reads_most_of_them(lesson):
    images, labels = datasets.digits()
    (known, known_labels), (new, new_labels) = datasets.split([images, labels], [1000, 797], 0)
    pages = lesson["pages"](new[:100], np.random.default_rng(0))
    inks = np.array([0.2, 0.3, 0.45, 0.65, 1], np.float32)

    def forgiving(under, known):
        too_little = np.array([(np.maximum(known - window, 0) ** 2).sum(axis=1) for window in under])
        apart = 0.1 * lesson["by_distance"](under, known) + 0.9 * too_little
        return apart / (known**2).sum(axis=1)

    in_all_inks = (known * inks[:, None, None, None]).reshape(-1, 8, 8)
    read = lesson["told_where"](in_all_inks, np.tile(known_labels, len(inks)), forgiving)(pages)
    by_light = lesson["told_where"](known, known_labels, lesson["where_no_line"])(pages)
    assert np.mean(read == new_labels[:100]) > max(0.8, np.mean(by_light == new_labels[:100]))
