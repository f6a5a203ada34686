"""The lessons' data: shapes, ranges, and what a split must and must not do."""

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


@pytest.mark.parametrize("name", ["china", "flower"])
def test_photographs_have_the_promised_shape_type_and_range_and_are_new_arrays(name):
    picture = datasets.photograph(name)
    assert picture.shape == (427, 640, 3) and picture.dtype == np.float32
    assert 0 <= picture.min() < 0.1 and 0.9 < picture.max() <= 1
    picture[:] = -1
    assert datasets.photograph(name).min() >= 0


def test_another_photograph_is_refused_with_the_names_of_those_there_are():
    with pytest.raises(ValueError, match='"china" or "flower", not \'cat\''):
        datasets.photograph("cat")
