"""The measures of a code against scikit-learn and SciPy, and by their own laws."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import subspace_angles
from sklearn.linear_model import RidgeClassifier
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestNeighbors

from utils import datasets
from utils import representations as rep

seeds = st.integers(0, 10**6)


def rotation(size, rng):
    return np.linalg.qr(rng.normal(size=(size, size)))[0]


@settings(deadline=None)
@given(seeds)
def test_reconstruction_error_sums_over_pixels_and_averages_over_pictures(seed):
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=(2, 5, 3, 4))
    each = [np.linalg.norm(a - b) ** 2 for a, b in zip(x, z, strict=True)]
    assert np.isclose(rep.reconstruction_error(x, z), np.mean(each))
    assert rep.reconstruction_error(x, x) == 0
    assert np.isclose(rep.reconstruction_error(x[:, 0], z[:, 0]), np.sum((x - z)[:, 0] ** 2) / 5)


def test_reconstruction_error_refuses_shapes_that_would_broadcast():
    with pytest.raises(ValueError, match="one shape"):
        rep.reconstruction_error(np.zeros((5, 4)), np.zeros((1, 4)))
    with pytest.raises(ValueError, match="one shape"):
        rep.reconstruction_error(np.zeros((0, 4)), np.zeros((0, 4)))


@settings(deadline=None)
@given(seeds, st.integers(1, 4))
def test_few_labels_gives_each_class_the_same_number(seed, per_class):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat([3, 5, 9], [4, 6, 11]))
    rows = rep.few_labels(labels, per_class, rng)
    assert len(set(rows)) == len(rows)
    assert labels[rows].tolist() == np.repeat([3, 5, 9], per_class).tolist()


def test_few_labels_says_when_a_class_is_too_small():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="class 1 has 2 rows"):
        rep.few_labels(np.array([0, 0, 0, 1, 1]), 3, rng)
    with pytest.raises(ValueError, match="at least 1"):
        rep.few_labels(np.array([0, 1]), 0, rng)


@settings(max_examples=30, deadline=None)
@given(seeds, st.sampled_from([0.01, 1.0, 30.0]))
def test_linear_probe_is_ridge_classification_of_scaled_codes(seed, price):
    rng = np.random.default_rng(seed)
    codes = rng.normal(size=(60, 7)) * 5 + 3
    labels = rng.integers(0, 3, 60) + 4
    labels[:3] = [4, 5, 6]
    labelled = np.arange(20)
    new = rng.normal(size=(40, 7)) * 5 + 3
    scale = np.sqrt(codes.var(axis=0).sum())
    theirs = RidgeClassifier(alpha=price).fit(codes[labelled] / scale, labels[labelled]).predict(new / scale)
    assert np.array_equal(rep.linear_probe(codes, labels, labelled, price)(new), theirs)


@settings(max_examples=30, deadline=None)
@given(seeds, st.floats(0.01, 100))
def test_linear_probe_does_not_care_how_codes_are_turned_moved_or_scaled(seed, size):
    rng = np.random.default_rng(seed)
    codes, labels, new = rng.normal(size=(50, 6)), rng.integers(0, 3, 50), rng.normal(size=(30, 6))
    turn, move = rotation(6, rng), rng.normal(size=6)
    labelled = np.arange(12)
    plain = rep.linear_probe(codes, labels, labelled)(new)
    changed = rep.linear_probe(size * codes @ turn + move, labels, labelled)(size * new @ turn + move)
    assert np.array_equal(plain, changed)


def test_linear_probe_looks_at_no_other_labels():
    rng = np.random.default_rng(1)
    codes, labels = rng.normal(size=(50, 6)), rng.integers(0, 3, 50)
    others = labels.copy()
    others[12:] = 9
    plain, changed = (rep.linear_probe(codes, y, np.arange(12)) for y in (labels, others))
    assert np.array_equal(plain(codes), changed(codes))


def test_linear_probe_refuses_what_it_cannot_use():
    codes, labels = np.ones((4, 2)), np.array([0, 0, 1, 1])
    with pytest.raises(ValueError, match=r"^all codes are equal: they say nothing"):
        rep.linear_probe(codes, labels, np.arange(4))
    with pytest.raises(ValueError, match="positive"):
        rep.linear_probe(codes, labels, np.arange(4), price=0)
    with pytest.raises(ValueError, match="4 codes but 3 labels"):
        rep.linear_probe(codes, labels[:3], np.arange(3))


def test_the_price_of_a_linear_probe_is_one_unless_given():
    rng = np.random.default_rng(0)
    codes, labels, new = rng.normal(size=(60, 7)), rng.integers(0, 4, 60), rng.normal(size=(2000, 7))
    plain, *priced = (rep.linear_probe(codes, labels, np.arange(20), *price)(new) for price in ((), (1.0,), (2.0,)))
    assert [np.array_equal(plain, other) for other in priced] == [True, False]


@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(1, 12))
def test_nearest_agrees_with_scikit_learn(seed, k):
    rng = np.random.default_rng(seed)
    queries, database = rng.normal(size=(9, 5)) + 100, rng.normal(size=(12, 5)) + 100
    distances, rows = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(database).kneighbors(queries)
    ours, ours_far = rep.nearest(queries, database, k)
    assert np.array_equal(ours, rows)
    np.testing.assert_allclose(ours_far, distances, atol=1e-6)


def test_nearest_takes_the_lower_row_of_equal_distances():
    rows, far = rep.nearest([[0.0]], [[1.0], [-1.0], [1.0], [0.0]], 3)
    assert rows.tolist() == [[3, 0, 1]]
    np.testing.assert_allclose(far, [[0, 1, 1]], atol=1e-12)


def test_nearest_takes_the_lower_rows_of_many_equal_distances():
    database = np.random.default_rng(0).integers(0, 3, (300, 2)) - 1.0
    database = np.concatenate([database, -database])  # the center is 0, so that distances are exact
    rows, _ = rep.nearest([[0.0, 0.0]], database, 600)
    assert rows[0].tolist() == sorted(range(600), key=lambda row: np.sum(database[row] ** 2))


def test_nearest_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="one length"):
        rep.nearest(np.zeros((2, 3)), np.zeros((2, 4)), 1)
    for k in (0, 3):
        with pytest.raises(ValueError, match=f"k is from 1 to 2, not {k}"):
            rep.nearest(np.zeros((2, 3)), np.zeros((2, 3)), k)
    for nothing in (np.zeros((0, 3)), np.zeros((2, 0))):
        with pytest.raises(ValueError, match="rows, numbers"):
            rep.nearest(nothing, np.zeros((2, 3)), 1)
    with pytest.raises(ValueError, match="rows, numbers"):
        rep.nearest(np.zeros(3), np.zeros((2, 3)), 1)


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_precision_at_k_by_a_plain_loop(seed):
    rng = np.random.default_rng(seed)
    queries, database = rng.normal(size=(8, 4)), rng.normal(size=(30, 4))
    asked, stored = rng.integers(0, 3, 8), rng.integers(0, 3, 30)
    hits = 0
    for query, label in zip(queries, asked, strict=True):
        order = sorted(range(30), key=lambda row: np.linalg.norm(query - database[row]))
        hits += sum(stored[row] == label for row in order[:10])
    assert np.isclose(rep.precision_at_k(queries, asked, database, stored), hits / 80)


def test_precision_at_k_at_its_ends():
    database = np.arange(40.0)[:, None]
    labels = np.repeat([0, 1], 20)
    assert rep.precision_at_k([[3.0], [36.0]], [0, 1], database, labels) == 1
    assert rep.precision_at_k([[3.0], [36.0]], [1, 0], database, labels) == 0
    for asked, stored in (([0, 1], labels), ([0], labels[:-1])):
        with pytest.raises(ValueError, match=r"^each code needs a label$"):
            rep.precision_at_k([[3.0]], asked, database, stored)
    with pytest.raises(ValueError, match=r"labels are one row, not \(1, 1\)"):
        rep.precision_at_k([[3.0]], [[0]], database, labels)


@settings(max_examples=50, deadline=None)
@given(seeds, st.integers(1, 6), st.integers(1, 6))
def test_principal_angles_agree_with_scipy(seed, p, q):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(8, p)), rng.normal(size=(8, q))
    # SciPy may take an angle of zero from its cosine, and is then off by 1e-8 radians.
    np.testing.assert_allclose(rep.principal_angles(a, b), np.degrees(subspace_angles(a, b)), atol=1e-5)
    np.testing.assert_allclose(rep.principal_angles(b, a), rep.principal_angles(a, b), atol=1e-6)


@settings(deadline=None)
@given(st.floats(1e-9, 90))
def test_principal_angles_of_two_lines(degrees):
    turned = np.array([[np.cos(np.radians(degrees))], [np.sin(np.radians(degrees))]])
    np.testing.assert_allclose(rep.principal_angles([[2.0], [0.0]], turned), [degrees], rtol=1e-6)


def test_principal_angles_are_exact_also_near_90_degrees():
    turned = np.array([[np.cos(np.radians(89.99999))], [np.sin(np.radians(89.99999))]])
    np.testing.assert_allclose(rep.principal_angles([[1.0], [0.0]], turned), [89.99999], rtol=0, atol=1e-9)


def test_principal_angles_see_the_subspace_and_not_its_basis():
    rng = np.random.default_rng(2)
    a = rng.normal(size=(9, 4))
    mixed = np.hstack([a @ rng.normal(size=(4, 4)), a[:, :1]])
    np.testing.assert_allclose(rep.principal_angles(a, mixed), 0, atol=1e-6)
    with pytest.raises(ValueError, match=r"^columns of zeros span nothing$"):
        rep.principal_angles(a, np.zeros((9, 2)))
    with pytest.raises(ValueError, match="one length"):
        rep.principal_angles(a, np.ones((8, 2)))


@settings(deadline=None)
@given(seeds)
def test_area_under_roc_agrees_with_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    normal, odd = rng.integers(0, 6, 11), rng.integers(2, 9, 7)
    truth = np.repeat([0, 1], [11, 7])
    assert np.isclose(rep.area_under_roc(normal, odd), roc_auc_score(truth, np.concatenate([normal, odd])))


def test_area_under_roc_at_its_ends():
    assert rep.area_under_roc([1, 2], [3, 4]) == 1
    assert rep.area_under_roc([3, 4], [1, 2]) == 0
    assert rep.area_under_roc([1, 1], [1]) == 0.5
    for normal, odd in (([], [1]), ([1], []), ([[1]], [1]), ([1], [[1]])):
        with pytest.raises(ValueError, match="two rows of scores are needed"):
            rep.area_under_roc(normal, odd)


def test_distances_between_codes_of_single_precision_lose_nothing():
    codes = np.random.default_rng(0).normal(3e4, 1, (50, 4)).astype(np.float32)
    rows, distances = rep.nearest(codes, codes, 50)
    exact = np.linalg.norm(codes.astype(float)[:, None] - codes.astype(float)[rows], axis=2)
    np.testing.assert_allclose(distances, exact, atol=1e-6)


def test_a_column_that_is_another_one_but_for_rounding_adds_no_direction():
    column = np.random.default_rng(0).normal(size=(100, 1))
    twice = np.hstack([column, column / 3 * 7])
    assert np.linalg.matrix_rank(twice, tol=1e-18) == 2, "rounding left something"
    assert rep.principal_angles(twice, np.hstack([column, np.ones((100, 1))])).shape == (1,)


# ---- Near ties, large numbers, and what is not finite ----


def exactly_nearest(queries, database, k):
    """By the documented rule, in fractions: the numbers are taken for what they are."""
    chosen = []
    for query in queries.tolist():
        squares = [
            sum((Fraction(q) - Fraction(d)) ** 2 for q, d in zip(query, row, strict=True)) for row in database.tolist()
        ]
        chosen.append(sorted(range(len(squares)), key=lambda row: (squares[row], row))[:k])
    return np.array(chosen)


@pytest.mark.parametrize(
    ("query", "database", "order", "distances"),
    [
        (3, [-4, 1, 5], [1, 2, 0], [2, 2, 7]),
        (2, [0, 1, 2, 1e9], [2, 1, 0, 3], [0, 1, 2, 1e9 - 2]),
        (1e9 + 2, [1e9, 1e9 + 3, 0, 1e9 + 2], [3, 1, 0, 2], [0, 1, 2, 1e9 + 2]),
        (0, [1e200, -1e200, 1e-200, 2e-200, 0], [4, 2, 3, 0, 1], [0, 1e-200, 2e-200, 1e200, 1e200]),
        (1e308, [-1e308, 1e308, 0], [1, 2, 0], [0, 1e308, np.inf]),
        (0, [5e-324, 0], [1, 0], [0, 5e-324]),
        (0.1, [0.1] * 4, [0, 1, 2, 3], [0, 0, 0, 0]),
    ],
)
def test_the_nearest_are_those_of_the_rule(query, database, order, distances):
    found, how_far = rep.nearest([[query]], np.array([database], float).T, len(database))
    assert found.tolist() == [order]
    assert how_far.tolist() == [distances]


@pytest.mark.parametrize("offset", [0, 1e5, 1e9])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_nearest_are_those_of_exact_arithmetic(offset, dtype):
    rng = np.random.default_rng(15)
    for length in (1, 2, 3):
        database = (rng.integers(0, 4, (30, length)) / 2 + offset).astype(dtype)  # many ties
        queries = (rng.integers(0, 5, (12, length)) / 2 + offset).astype(dtype)
        database[3] = 3e9  # one far away
        for k in (1, 5, 30):
            found, _ = rep.nearest(queries, database, k)
            np.testing.assert_array_equal(found, exactly_nearest(queries, database, k))


def test_the_nearest_digits_are_those_of_whole_numbers():
    images, _ = datasets.digits()
    pixels = images.reshape(len(images), -1)
    whole = np.round(16 * pixels).astype(np.int64)
    squares = np.sum(whole**2, axis=1)
    squares = squares[:, None] - 2 * whole @ whole.T + squares
    right = np.argsort(squares, axis=1, kind="stable")[:, :10]
    found, distances = rep.nearest(pixels, pixels, 10)
    np.testing.assert_array_equal(found, right)
    np.testing.assert_array_equal(distances, np.sqrt(np.take_along_axis(squares, right, axis=1)) / 16)


def test_blocks_of_queries_and_of_pairs_change_nothing(monkeypatch):
    rng = np.random.default_rng(15)
    queries, database = rng.integers(0, 3, (23, 4)), rng.integers(0, 3, (17, 4))
    whole = rep.nearest(queries, database, 6)
    for block in (1, 40, 100):
        monkeypatch.setattr(rep, "_BLOCK", block)
        for ours, theirs in zip(rep.nearest(queries, database, 6), whole, strict=True):
            np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("number", [0.0, 0.1, 1e-300, 1e300, -7.7])
def test_equal_codes_are_refused_whatever_their_mean_is_rounded_to(number):
    with pytest.raises(ValueError, match="all codes are equal"):
        rep.linear_probe(np.full((10, 3), number), np.arange(10) % 2, np.arange(10))


@pytest.mark.parametrize("size", [1e-250, 1.0, 1e250])
def test_the_probe_does_not_mind_the_size_of_codes(size):
    codes = size * np.array([[0.0, 1], [0, 2], [5, 1], [5, 3]])
    predict = rep.linear_probe(codes, np.array([3, 3, 8, 8]), np.arange(4))
    assert predict(codes).tolist() == [3, 3, 8, 8]


BAD = [np.nan, np.inf, -np.inf]
CODES, LABELS = np.arange(8.0).reshape(4, 2), np.array([0, 1, 0, 1])


def with_bad(array, bad):
    changed = np.array(array, float)
    changed.flat[1] = bad
    return changed


MEASURES = {
    "area_under_roc, normal": lambda bad: rep.area_under_roc([0, bad], [2, 3]),
    "area_under_roc, odd": lambda bad: rep.area_under_roc([0, 1], [2, bad]),
    "linear_probe, codes": lambda bad: rep.linear_probe(with_bad(CODES, bad), LABELS, [0, 1]),
    "linear_probe, price": lambda bad: rep.linear_probe(CODES, LABELS, [0, 1], price=bad),
    "linear_probe, labels": lambda bad: rep.linear_probe(CODES, with_bad(LABELS, bad), [0, 1]),
    "linear_probe, new codes": lambda bad: rep.linear_probe(CODES, LABELS, [0, 1])(with_bad(CODES, bad)),
    "few_labels": lambda bad: rep.few_labels(with_bad(LABELS, bad), 1, np.random.default_rng(0)),
    "nearest, queries": lambda bad: rep.nearest(with_bad(CODES, bad), CODES, 1),
    "nearest, database": lambda bad: rep.nearest(CODES, with_bad(CODES, bad), 1),
    "precision_at_k": lambda bad: rep.precision_at_k(with_bad(CODES, bad), LABELS, CODES, LABELS, 1),
    "principal_angles": lambda bad: rep.principal_angles(CODES, with_bad(CODES, bad)),
    "reconstruction_error, x": lambda bad: rep.reconstruction_error(with_bad(CODES, bad), CODES),
    "reconstruction_error": lambda bad: rep.reconstruction_error(CODES, with_bad(CODES, bad)),
}


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("measure", MEASURES)
def test_no_measure_takes_what_is_not_finite(measure, bad):
    with pytest.raises(ValueError, match=r"finite|the price is positive"):
        MEASURES[measure](bad)
