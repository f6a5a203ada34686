"""Bins and kennels: what is tied is tied, what differs is the opening, and one seed gives the same things."""

import numpy as np
import pytest
from matplotlib.colors import hsv_to_rgb

from utils import bins


def things(count=200, seed=0, **options):
    return bins.make(np.random.default_rng(seed), count, **options)


def test_shapes_types_and_range():
    made = things()
    assert made.pictures.shape == (200, 12, 12, 3) and made.pictures.dtype == np.float32
    assert made.pictures.min() >= 0 and made.pictures.max() <= 1
    for truth in made[1:]:
        assert truth.shape == (200,) and truth.dtype == np.int64 and set(truth.tolist()) == {0, 1}
    assert made.is_bin.sum() == 100


def test_ties():
    made = things(2000, color_tied=1, shape_tied=1)
    assert np.array_equal(made.is_blue, made.is_bin) and np.array_equal(made.is_round, made.is_bin)
    made = things(2000, color_tied=0.8)
    assert abs(np.mean(made.is_blue == made.is_bin) - 0.9) < 0.03  # of the rest a coin agrees in half the cases
    assert abs(np.mean(made.is_round == made.is_bin) - 0.5) < 0.04
    made = things(2000)
    assert abs(np.corrcoef(made.is_blue, made.is_bin)[0, 1]) < 0.06
    assert abs(np.corrcoef(made.is_blue, made.is_round)[0, 1]) < 0.06


def test_balanced():
    made = things(400, balanced=True)
    kinds = np.stack(made[1:], axis=1)
    assert np.array_equal(np.unique(kinds, axis=0, return_counts=True)[1], np.full(8, 50))
    assert not np.array_equal(kinds, np.stack(things(400, balanced=True, seed=1)[1:], axis=1))
    few = things(20, balanced=True)
    assert few.is_bin.sum() == 10 and np.sum(few.is_bin != few.is_blue) == 10
    middle = made.pictures[:, 5:7, 5:7].mean(axis=(1, 2))
    assert np.array_equal(middle.argmax(axis=1) == 2, made.is_blue == 1)
    for tied in ({"color_tied": 1}, {"shape_tied": 0.5}):
        with pytest.raises(ValueError, match="nothing is tied"):
            things(8, balanced=True, **tied)


def test_a_pixel_is_the_mean_of_its_nine_points():
    place, color, ground = np.array([[0.5, 0.45, 0.3, 0.3]] * 4), np.full((4, 3), 0.8), np.full((4, 3), 0.5)
    is_bin, is_round = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    drawn = bins._drawn(is_bin, is_round, place, color, ground, 0.25)
    for k in range(4):
        for row in range(12):
            for column in range(12):
                points = []
                for fine in range(9):
                    across = ((3 * column + fine % 3) / 36 - 0.5) / 0.3
                    down = ((3 * row + fine // 3) / 36 - 0.45) / 0.3
                    body = across**2 + down**2 < 1 if is_round[k] else max(abs(across), abs(down)) < 0.9
                    middle = -0.5 if is_bin[k] else 0.5
                    dark = body and (across / 0.62) ** 2 + ((down - middle) / 0.3) ** 2 < 1
                    points.append(0.2 if dark else 0.8 if body else 0.5)
                np.testing.assert_allclose(drawn[k, row, column], np.mean(points), atol=1e-6)


def test_bins_are_dark_above_and_kennels_below():
    made = things(400)
    darkest = made.pictures.mean(axis=-1).reshape(400, -1).argmin(axis=1) // bins.SIDE
    assert np.mean((darkest < 6) == made.is_bin) > 0.85
    hidden = things(400, faint=1).pictures.mean(axis=-1).reshape(400, -1).argmin(axis=1) // bins.SIDE
    assert abs(np.mean((hidden < 6) == made.is_bin) - 0.5) < 0.1


def test_blue_things_are_blue_and_pale_ones_gray():
    made = things(400)
    middle = made.pictures[:, 5:7, 5:7].mean(axis=(1, 2))
    assert np.array_equal(middle.argmax(axis=1) == 2, made.is_blue == 1)
    gray = things(400, paleness=1).pictures[:, 5:7, 5:7].mean(axis=(1, 2))
    assert np.ptp(gray, axis=1).max() < 0.1


def test_round_things_leave_their_corners_free():
    made = things(400, faint=1)
    body = np.abs(made.pictures - made.pictures[:, :1, :1]).max(axis=-1) > 0.2
    share = body.sum(axis=(1, 2)) / (body.any(axis=1).sum(axis=1) * body.any(axis=2).sum(axis=1))
    assert np.median(share[made.is_round == 1]) < np.median(share[made.is_round == 0]) - 0.1


def test_the_same_seed_gives_the_same_things_in_other_colors():
    one, other = things(seed=3), things(seed=3, hues=np.full(200, 0.1))
    for a, b in zip(one[1:], other[1:], strict=True):
        assert np.array_equal(a, b)
    corner = np.s_[:, 0, 0]
    assert np.array_equal(one.pictures[corner], other.pictures[corner])
    assert not np.allclose(one.pictures, other.pictures, atol=0.1)
    assert np.array_equal(one.pictures, things(seed=3).pictures)
    assert not np.array_equal(one.pictures, things(seed=4).pictures)


def test_colors_are_those_of_matplotlib():
    given = np.random.default_rng(0).random((3, 50))
    np.testing.assert_allclose(bins._rgb(*given), hsv_to_rgb(given.T), atol=1e-12)


def test_concatenated():
    one, other = things(10), things(6, seed=1)
    both = bins.concatenated(one, other)
    assert both.pictures.shape == (16, 12, 12, 3) and np.array_equal(both.is_round[10:], other.is_round)
    with pytest.raises(ValueError, match="no things"):
        bins.concatenated()


@pytest.mark.parametrize(
    ("count", "options"),
    [(1, {}), (9, {"color_tied": 1.1}), (9, {"shape_tied": -0.1}), (9, {"faint": 2}), (9, {"paleness": -1})],
)
def test_numbers_out_of_range(count, options):
    with pytest.raises(ValueError, match="at least two things"):
        things(count, **options)


def test_hues_of_another_shape():
    with pytest.raises(ValueError, match="one number for each"):
        things(5, hues=np.zeros(4))
