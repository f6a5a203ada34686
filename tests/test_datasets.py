"""The lessons' data: shapes, ranges, and what a split must and must not do."""

import datetime
import hashlib
import importlib.metadata
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import datasets


def test_digits_have_the_promised_shapes_types_and_ranges():
    images, labels = datasets.digits()
    assert images.shape == (1797, 8, 8) and images.dtype == np.float32
    assert labels.shape == (1797,) and labels.dtype == np.int64
    assert images.min() == 0.0 and images.max() == 1.0
    assert np.array_equal(np.unique(labels), np.arange(10))


def test_digits_are_the_images_of_scikit_learn_in_the_same_order():
    from sklearn.datasets import load_digits

    images, labels = datasets.digits()
    np.testing.assert_array_equal(images.reshape(-1, 64) * 16, load_digits().data)
    np.testing.assert_array_equal(labels, load_digits().target)


def test_digits_returns_new_arrays_each_time():
    images, labels = datasets.digits()
    images[:] = -1
    labels[:] = -1
    assert datasets.digits()[0].min() == 0 and datasets.digits()[1].min() == 0


@st.composite
def splittable(draw):
    rows = draw(st.integers(4, 120))
    classes = draw(st.integers(1, 6))
    labels = np.array(draw(st.lists(st.integers(0, classes - 1), min_size=rows, max_size=rows)))
    sizes = []
    left = rows
    for _ in range(draw(st.integers(1, 4))):
        if left:
            sizes.append(draw(st.integers(1, left)))
            left -= sizes[-1]
    return labels, sizes, draw(st.integers(0, 1000))


@settings(max_examples=150, deadline=None)
@given(splittable())
def test_parts_have_their_sizes_share_no_row_and_keep_rows_together(case):
    labels, sizes, seed = case
    row_numbers = np.arange(len(labels))
    matrix = np.column_stack([row_numbers, labels])
    parts = datasets.split([row_numbers, matrix, labels], sizes, seed)
    assert [len(part[0]) for part in parts] == sizes
    used = np.concatenate([part[0] for part in parts])
    assert len(set(used)) == len(used), "a row was dealt twice"
    for numbers, together, part_labels in parts:
        np.testing.assert_array_equal(together[:, 0], numbers)
        np.testing.assert_array_equal(labels[numbers], part_labels)


@settings(max_examples=150, deadline=None)
@given(splittable())
def test_class_shares_are_kept(case):
    labels, sizes, seed = case
    values, counts = np.unique(labels, return_counts=True)
    if 2 * len(values) > len(labels):
        return
    for (_, part_labels), size in zip(datasets.split([labels, labels], sizes, seed), sizes, strict=True):
        for value, count in zip(values, counts, strict=True):
            expected = size * count / len(labels)
            assert abs(np.sum(part_labels == value) - expected) <= len(values)


def test_digits_are_split_evenly():
    images, labels = datasets.digits()
    (_, train), (_, test) = datasets.split([images, labels], [200, 1000], seed=4)
    assert np.abs(np.bincount(train, minlength=10) - 20).max() <= 2
    assert np.abs(np.bincount(test, minlength=10) - 100).max() <= 5
    assert not np.array_equal(train, np.tile(train[:10], 20)), "the labels come in a pattern"


def test_the_same_seed_gives_the_same_parts_and_another_seed_other_parts():
    images, labels = datasets.digits()
    first = datasets.split([images, labels], [50], seed=1)
    again = datasets.split([images, labels], [50], seed=1)
    other = datasets.split([images, labels], [50], seed=2)
    np.testing.assert_array_equal(first[0][0], again[0][0])
    assert not np.array_equal(first[0][0], other[0][0])


def test_the_parts_of_a_whole_have_the_same_shares():
    parts = datasets.split([np.repeat([0, 1], [90, 10])], [10] * 10, seed=0)
    assert [int(labels.sum()) for (labels,) in parts] == [1] * 10


def test_labels_have_at_most_half_as_many_values_as_rows():
    def of_first_value(values):
        return {int(np.sum(datasets.split([np.array(values)], [4], seed=seed)[0][0] == 0)) for seed in range(60)}

    assert of_first_value([0, 0, 0, 0, 1, 1, 2, 3]) == {2}, "4 values in 8 rows: stratified"
    assert of_first_value([0, 0, 0, 0, 1, 2, 3, 4]) > {1, 2, 3}, "5 values in 8 rows: drawn at random"


def test_real_numbers_are_not_taken_for_class_labels():
    targets = np.repeat([0.0, 1.0], [90, 10])
    counts = {int(datasets.split([targets], [50], seed=seed)[0][0].sum()) for seed in range(30)}
    assert len(counts) > 2, "a stratified split would give 5 ones every time"


def test_row_numbers_are_not_taken_for_class_labels_and_are_shuffled():
    (numbers,) = datasets.split([np.arange(100)], [100], seed=0)[0]
    assert not np.array_equal(numbers, np.arange(100))
    assert sorted(numbers) == list(range(100))


def test_parts_are_copies():
    labels = np.zeros(10, dtype=int)
    (part,) = datasets.split([labels], [10], seed=0)[0]
    part[:] = 7
    assert labels.sum() == 0


@pytest.mark.parametrize(
    ("arrays", "sizes", "message"),
    [
        ([], [1], "arrays is empty"),
        ([np.zeros(3)], [], "sizes is empty"),
        ([np.zeros(3), np.zeros(4)], [1], r"same number of rows, not \[3, 4\]"),
        ([np.zeros(3)], [2, 2], "ask for 4 rows, but there are only 3"),
        ([np.zeros(3)], [0], "at least 1, not 0"),
        ([np.zeros(3)], [-1], "at least 1, not -1"),
        ([np.zeros(3)], [0.5], "whole number of rows, not 0.5"),
        ([np.zeros(3)], [True], "whole number of rows, not True"),
        ([np.float64(3)], [1], "a single number"),
    ],
)
def test_wrong_arguments_are_refused_with_the_reason(arrays, sizes, message):
    with pytest.raises(ValueError, match=message):
        datasets.split(arrays, sizes, seed=0)


@pytest.mark.parametrize("channels", [(), (3,)])
def test_moved_images_keep_what_stays_lose_what_leaves_and_paper_comes_in(channels):
    images = np.random.default_rng(0).uniform(1, 2, (4, 5, 7, *channels)).astype(np.float32)
    for right in range(-8, 9):
        for down in range(-6, 7):
            expected = np.zeros_like(images)
            for row in range(5):
                for column in range(7):
                    if 0 <= row - down < 5 and 0 <= column - right < 7:
                        expected[:, row, column] = images[:, row - down, column - right]
            np.testing.assert_array_equal(datasets.moved(images, right, down), expected)
    same = datasets.moved(images, 0)
    assert same.dtype == images.dtype
    same[:] = -1
    assert images.min() >= 1, "the images given must not change"


def test_images_move_by_whole_pixels_only():
    for step in (0.5, 1.0, True, None, np.zeros(3, dtype=int)):
        with pytest.raises(ValueError, match="whole pixels"):
            datasets.moved(np.zeros((1, 3, 3)), step)
        with pytest.raises(ValueError, match="whole pixels"):
            datasets.moved(np.zeros((1, 3, 3)), 0, down=step)
    with pytest.raises(ValueError, match=r"not \(8, 8\)"):
        datasets.moved(np.zeros((8, 8)), 1)


def test_a_canvas_holds_its_image_at_the_corner_and_is_paper_elsewhere():
    rng = np.random.default_rng(0)
    images = rng.uniform(1, 2, (50, 3, 4))
    corners = np.column_stack([rng.integers(0, 6, 50), rng.integers(0, 2, 50)])
    canvases = datasets.on_canvas(images, (8, 5), corners)
    assert canvases.shape == (50, 8, 5) and canvases.dtype == np.float32
    for canvas, image, (row, column) in zip(canvases, images, corners, strict=True):
        np.testing.assert_array_equal(canvas[row : row + 3, column : column + 4], image.astype(np.float32))
        assert np.count_nonzero(canvas) == image.size
    everywhere = datasets.on_canvas(images, (8, 5), (2, 1))
    np.testing.assert_array_equal(everywhere, datasets.on_canvas(images, (8, 5), np.tile([2, 1], (50, 1))))


@pytest.mark.parametrize(
    ("images", "shape", "corners", "message"),
    [
        (np.zeros((8, 8)), (9, 9), (0, 0), r"not \(8, 8\)"),
        (np.zeros((2, 8, 8)), (9, 9), (0.0, 0.0), "whole numbers"),
        (np.zeros((2, 8, 8)), (9, 9), [(0, 0)] * 3, r"2 images, not int64 of shape \(3, 2\)"),
        (np.zeros((2, 8, 8)), (9, 9), (2, 0), "does not lie wholly"),
        (np.zeros((2, 8, 8)), (9, 9), [(0, 0), (0, -1)], "does not lie wholly"),
        (np.zeros((2, 8, 8)), (9, 7), (0, 0), "does not lie wholly"),
    ],
)
def test_an_image_that_does_not_fit_its_canvas_is_refused(images, shape, corners, message):
    with pytest.raises(ValueError, match=message):
        datasets.on_canvas(images, shape, corners)


@pytest.mark.parametrize("name", ["china", "flower"])
def test_photographs_have_the_promised_shape_type_and_range_and_are_new_arrays(name):
    picture = datasets.photograph(name)
    assert picture.shape == (427, 640, 3) and picture.dtype == np.float32
    assert 0 <= picture.min() < 0.1 and 0.9 < picture.max() <= 1
    np.testing.assert_allclose(255 * picture, np.round(255 * picture), atol=1e-4)
    picture[:] = -1
    assert datasets.photograph(name).min() >= 0


def test_another_photograph_is_refused_with_the_names_of_those_there_are():
    with pytest.raises(ValueError, match='"china" or "flower", not \'cat\''):
        datasets.photograph("cat")


def test_letters_have_the_promised_shapes_types_and_ranges():
    images, labels, families = datasets.letters()
    assert images.shape == (572, 32, 32) and images.dtype == np.float32
    assert labels.shape == families.shape == (572,) and labels.dtype == np.int64
    assert images.min() == 0 and 0.9 < images.max() <= 1
    assert np.bincount(labels).tolist() == [22] * 26
    counts = {"DejaVu Sans": 4, "DejaVu Sans Mono": 4, "DejaVu Serif": 4, "STIX": 4, "Computer Modern": 6}
    for family, faces in counts.items():
        assert np.sum(families == family) == 26 * faces


def test_letters_are_centered_and_as_high_as_promised():
    images, labels, _ = datasets.letters()
    ink = images > 0
    for axis in (1, 2):
        any_ink = ink.any(axis=3 - axis)
        first, last = any_ink.argmax(axis=1), 31 - any_ink[:, ::-1].argmax(axis=1)
        assert np.abs(first + last - 31).max() <= 2
    heights = ink[labels == 7].any(axis=2).sum(axis=1)
    assert heights.min() >= 15 and heights.max() <= 17


def test_letters_of_one_label_look_alike_and_hardly_two_are_equal():
    images, labels, _ = datasets.letters()
    flat = images.reshape(572, -1)
    assert len(np.unique(flat, axis=0)) >= 571, "the two Computer Modern italics share a letter"
    nearest = np.linalg.norm(flat[:, None] - flat, axis=2) + 1e6 * np.eye(572)
    assert np.mean(labels[nearest.argmin(axis=1)] == labels) > 0.85


def test_the_letters_are_the_files_that_the_readme_describes():
    import hashlib

    folder = datasets.DATA / "letters"
    digest = hashlib.sha256((folder / "letters.npz").read_bytes()).hexdigest()
    assert digest in (folder / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def keras_home(tmp_path, monkeypatch):
    """A new folder that KERAS_HOME names; in the other places where Keras keeps data there is none."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.setattr(datasets, "KERAS_FALLBACK", str(tmp_path / "fallback"))
    (tmp_path / "datasets").mkdir()
    return tmp_path


def write_mnist(home, side=28, dtype=np.uint8, **changed):
    rng = np.random.default_rng(0)
    arrays = {
        "x_train": rng.integers(0, 256, (60, side, side)).astype(dtype),
        "y_train": np.arange(60).astype(np.uint8) % 10,
        "x_test": rng.integers(0, 256, (10, side, side)).astype(dtype),
        "y_test": np.arange(10).astype(np.uint8),
    }
    np.savez(home / "datasets" / "mnist.npz", **arrays, **changed)
    return arrays


def test_mnist_is_read_where_keras_keeps_it_training_digits_first(keras_home):
    arrays = write_mnist(keras_home)
    images, labels = datasets.mnist()
    assert images.shape == (70, 28, 28) and images.dtype == np.float32
    assert labels.shape == (70,) and labels.dtype == np.int64
    np.testing.assert_allclose(images[:60] * 255, arrays["x_train"], atol=1e-3)
    np.testing.assert_allclose(images[60:] * 255, arrays["x_test"], atol=1e-3)
    np.testing.assert_array_equal(labels[60:], arrays["y_test"])


@pytest.mark.parametrize("place", ["home/.keras", "fallback"])
@pytest.mark.parametrize("named", [True, False], ids=["KERAS_HOME", "no-KERAS_HOME"])
def test_mnist_is_also_looked_for_in_the_home_folder_and_where_keras_falls_back_to(
    place, named, keras_home, monkeypatch
):
    if not named:
        monkeypatch.delenv("KERAS_HOME")
    (keras_home / place / "datasets").mkdir(parents=True)
    write_mnist(keras_home / place)
    assert len(datasets.mnist()[0]) == 70


@pytest.mark.skipif(os.name == "nt", reason="Windows always knows a home folder")
def test_mnist_is_looked_for_without_a_home_folder(keras_home, monkeypatch):
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)  # a user's number without a name, as in some containers
    with pytest.raises(FileNotFoundError, match="fallback"):
        datasets.mnist()


def test_without_mnist_the_message_says_where_it_was_sought_and_how_to_get_it(keras_home):
    with pytest.raises(FileNotFoundError, match=r"datasets.mnist\.npz.*keras\.datasets\.mnist\.load_data"):
        datasets.mnist()


def test_another_file_in_the_place_of_mnist_is_refused(keras_home):
    write_mnist(keras_home, side=14)
    with pytest.raises(ValueError, match=r"damaged.*14, 14"):
        datasets.mnist()
    np.savez(keras_home / "datasets" / "mnist.npz", a=np.zeros(3))
    with pytest.raises(ValueError, match="holds \\['a'\\]"):
        datasets.mnist()


# Number words and dates


def made_again(name, folder, package):
    """Run data/NAME/make.py into a folder, if the package that it needs is here in its version."""
    script = datasets.DATA / name / "make.py"
    wanted = re.search(r'^VERSION = "(.+)"', script.read_text(encoding="utf-8"), re.MULTILINE)[1]
    pytest.importorskip(package)
    if importlib.metadata.version(package) != wanted:
        pytest.skip(f"data/{name} was made with {package} {wanted}")
    subprocess.run([sys.executable, script, folder], check=True)


@pytest.mark.parametrize(
    ("name", "file", "package"), [("number_words", "numbers.tsv", "num2words"), ("dates", "formats.json", "babel")]
)
def test_data_made_again_are_the_same_bytes_as_the_readme_says(name, file, package, tmp_path):
    stored = (datasets.DATA / name / file).read_bytes()
    assert hashlib.sha256(stored).hexdigest() in (datasets.DATA / name / "README.md").read_text(encoding="utf-8")
    made_again(name, tmp_path, package)
    assert (tmp_path / file).read_bytes() == stored


def test_number_words_have_the_promised_columns():
    table = datasets.number_words()
    assert list(table) == ["number", "english", "welsh", "german"]
    assert all(column.shape == (11_000,) for column in table.values())
    assert table["number"].dtype == np.int64 and np.all(np.diff(table["number"]) > 0)
    np.testing.assert_array_equal(table["number"][:10_000], np.arange(10_000))
    assert table["number"][10_000] >= 10_000 and table["number"][-1] < 100_000
    for language in ("english", "welsh", "german"):
        assert table[language].dtype.kind == "U"
        assert len(set(table[language])) == 11_000, "two numbers have one name"
    assert table["english"][96] == "ninety-six"
    assert table["welsh"][96] == "un ar bymtheg a phedwar ugain"
    assert table["german"][96] == "sechsundneunzig"
    table["welsh"][96] = "?"
    assert datasets.number_words()["welsh"][96] != "?"


def test_number_words_are_those_of_num2words():
    num2words = pytest.importorskip("num2words").num2words
    table = datasets.number_words()
    for row in np.random.default_rng(0).choice(11_000, 100):
        for language, code in (("english", "en"), ("welsh", "cy"), ("german", "de")):
            assert table[language][row] == num2words(int(table["number"][row]), lang=code)


def test_date_formats_have_the_promised_entries():
    formats = datasets.date_formats()
    assert len(formats) == 20
    for locale in formats.values():
        assert set(locale) == {"language", "patterns", "names"}
        assert list(locale["patterns"]) == ["full", "long", "medium", "short"]
        assert all(len(names) == (12 if field[0] in "ML" else 7) for field, names in locale["names"].items())
    formats["de"]["patterns"].clear()
    assert datasets.write_date(datetime.date(2026, 3, 5), "de", "long") == "5. März 2026"


@pytest.mark.parametrize(
    ("locale", "style", "text"),
    [
        ("en_US", "full", "Thursday, March 5, 2026"),
        ("en_US", "short", "3/5/26"),
        ("en_GB", "short", "05/03/2026"),
        ("es", "long", "5 de marzo de 2026"),
        ("hu", "medium", "2026. márc. 5."),
        ("fi", "full", "torstai 5. maaliskuuta 2026"),
    ],
)
def test_dates_are_written_as_in_their_country(locale, style, text):
    assert datasets.write_date(datetime.date(2026, 3, 5), locale, style) == text


def test_dates_are_written_as_babel_writes_them():
    dates = pytest.importorskip("babel.dates")
    if importlib.metadata.version("babel") != "2.18.0":
        pytest.skip("another version of Babel may carry another CLDR")
    rng = np.random.default_rng(0)
    for locale, about in datasets.date_formats().items():
        for style in about["patterns"]:
            for number in rng.integers(
                datetime.date(1900, 1, 1).toordinal(), datetime.date(2100, 1, 1).toordinal(), 30
            ):
                day = datetime.date.fromordinal(int(number))
                assert datasets.write_date(day, locale, style) == dates.format_date(day, style, locale=locale)


@pytest.mark.parametrize("day", [datetime.date(999, 12, 31), "2026-03-05", None])
def test_what_is_no_day_from_the_year_1000_on_is_refused(day):
    with pytest.raises(ValueError, match="from the year 1000 on"):
        datasets.write_date(day, "de", "long")


@pytest.mark.parametrize(("locale", "style"), [("xx", "long"), ("de", "longest")])
def test_an_unknown_locale_or_style_is_refused(locale, style):
    with pytest.raises(ValueError, match="there is no style"):
        datasets.write_date(datetime.date(2026, 3, 5), locale, style)


# ---- Equal parts ----


@pytest.mark.parametrize("rows", [1797, 70_000, 60_000])  # the small digits, all of MNIST, its training set
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 10])
def test_any_number_of_runs_gets_parts_of_one_size(rows, count):
    labels = np.random.default_rng(10).integers(0, 10, rows)
    for multiple in (1, 32, np.int64(17)):
        parts = datasets.equal_parts([np.arange(rows), labels], count, seed=10, multiple=multiple)
        assert len(parts) == count
        (size,) = {len(part) for part, _ in parts}
        assert size % multiple == 0 and 0 <= rows - count * size < count * multiple, "as large as can be"
        taken = np.concatenate([part for part, _ in parts])
        assert len(set(taken.tolist())) == count * size, "no row twice"
        for part, names in parts:
            np.testing.assert_array_equal(names, labels[part])
            share = np.bincount(names, minlength=10) / size - np.bincount(labels, minlength=10) / rows
            assert np.abs(share).max() <= 2 / size, "each class keeps its share"


def test_the_sizes_of_equal_parts_by_hand():
    rows = np.arange(1797)
    for count, multiple, size in ((5, 32, 352), (4, 32, 448), (3, 32, 576), (3, 1, 599), (7, 1, 256), (1, 1000, 1000)):
        assert [len(part) for (part,) in datasets.equal_parts([rows], count, 0, multiple)] == [size] * count
    ours, theirs = datasets.equal_parts([rows, rows % 10], 3, seed=4), datasets.split([rows, rows % 10], [599] * 3, 4)
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0,), "count is a whole number from 1 up, not 0"),
        ((2.0,), "count is a whole number"),
        ((True,), "count is a whole number"),
        ((2, 0, 0), "multiple is a whole number from 1 up, not 0"),
        ((11,), "10 rows are too few for 11 parts"),
        ((2, 0, 6), "10 rows are too few for 2 parts, each of a multiple of 6 rows"),
    ],
)
def test_equal_parts_that_cannot_be_are_refused(arguments, message):
    count, seed, multiple = (*arguments, 0, 1)[:3] if len(arguments) == 1 else arguments
    with pytest.raises(ValueError, match=message):
        datasets.equal_parts([np.arange(10)], count, seed, multiple)
    with pytest.raises(ValueError, match="same number of rows"):
        datasets.equal_parts([np.arange(10), np.arange(9)], 2, 0)


def test_crops_lie_within_their_part_and_are_cut_where_they_say():
    picture = np.arange(20 * 30 * 3).reshape(20, 30, 3)
    squares, places = datasets.crops(picture, (5, 2, 17, 13), 6, 400, np.random.default_rng(0))
    assert squares.shape == (400, 6, 6, 3) and squares.dtype == picture.dtype and places.shape == (400, 4)
    assert places.min(axis=0).tolist() == [5, 2, 11, 8] and places.max(axis=0).tolist() == [11, 7, 17, 13]
    for square, (x0, y0, x1, y1) in zip(squares, places, strict=True):
        np.testing.assert_array_equal(square, picture[y0:y1, x0:x1])
    gray, _ = datasets.crops(picture[..., 0], (0, 0, 30, 20), 20, 2, np.random.default_rng(1))
    assert gray.shape == (2, 20, 20)


@pytest.mark.parametrize(
    ("box", "side", "count"),
    [
        ((0, 0, 31, 20), 5, 1),
        ((0, 0, 30, 21), 5, 1),
        ((-1, 0, 9, 9), 5, 1),
        ((0, 0, 9, 4), 5, 1),
        ((0, 0, 9, 9), 0, 1),
        ((0, 0, 9, 9), 5, 0),
        ((0, 0, 9), 5, 1),
    ],
)
def test_crops_that_do_not_fit_are_refused(box, side, count):
    with pytest.raises(ValueError, match=r"square|box"):
        datasets.crops(np.zeros((20, 30)), box, side, count, np.random.default_rng(0))
