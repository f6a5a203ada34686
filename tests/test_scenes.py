"""Scenes: every digit fills its box, obeys the limits asked for, and the same seed gives the same scenes."""

import numpy as np
import pytest
from scipy import ndimage

from utils import boxes, datasets, scenes

IMAGES, LABELS = datasets.digits()


def made(count=60, seed=0, **options):
    return scenes.make_scenes(IMAGES, LABELS, count, seed, **options)


def test_ink_box_of_pictures_with_known_boxes():
    picture = np.zeros((6, 8))
    picture[2:4, 3:7] = 1.0
    # The ink falls to 0.5 half-way between the middles of the last inked pixel and the next.
    np.testing.assert_allclose(scenes.ink_box(picture, edge=0.5), [3, 2, 7, 4])
    np.testing.assert_allclose(scenes.ink_box(picture, edge=0.25), [2.75, 1.75, 7.25, 4.25])
    np.testing.assert_allclose(scenes.ink_box(np.ones((2, 3)), edge=0.5), [0, 0, 3, 2])
    picture[2, 2] = 0.5  # half of the darkest: the edge is in the middle of this column
    np.testing.assert_allclose(scenes.ink_box(picture, edge=0.5), [2.5, 2, 7, 4])


def test_ink_box_moves_scales_and_turns_with_the_picture():
    for image in IMAGES[:50]:
        x0, y0, x1, y1 = scenes.ink_box(image)
        padded = np.pad(image, ((2, 1), (3, 5)))
        np.testing.assert_allclose(scenes.ink_box(padded), [x0 + 3, y0 + 2, x1 + 3, y1 + 2])
        np.testing.assert_allclose(scenes.ink_box(image * 0.25), [x0, y0, x1, y1], atol=1e-6)
        np.testing.assert_allclose(scenes.ink_box(image.T), [y0, x0, y1, x1])
        np.testing.assert_allclose(scenes.ink_box(image[:, ::-1]), [8 - x1, y0, 8 - x0, y1])


@pytest.mark.parametrize(
    ("image", "edge"),
    [
        (np.zeros((3, 3)), 0.4),
        (-np.ones((3, 3)), 0.4),
        (np.full((3, 3), np.nan), 0.4),
        (np.array([[1, np.nan], [0, 0]]), 0.4),
        (np.array([[1, -1], [0, 0]]), 0.4),
        (np.ones(3), 0.4),
        (np.ones((3, 3)), 0.0),
        (np.ones((3, 3)), 1.0),
    ],
)
def test_ink_box_refuses(image, edge):
    with pytest.raises(ValueError, match=r"picture|edge"):
        scenes.ink_box(image, edge)


def test_shapes_types_and_limits():
    some = made(200, digits=(2, 4), sizes=(12, 20))
    assert len(some) == 200
    assert some.pixels.shape == (200, 64, 64) and some.pixels.dtype == np.uint8
    assert {len(b) for b in some.boxes} == {2, 3, 4}
    for place, classes in zip(some.boxes, some.classes, strict=True):
        assert place.dtype == np.float64 and classes.dtype == np.int64 and len(place) == len(classes)
        assert place.min() >= 0 and place.max() <= 64 and set(classes) <= set(range(10))
        longest = (place[:, 2:] - place[:, :2]).max(axis=1)
        assert longest.min() >= 12 - 1e-9 and longest.max() <= 20 + 1e-9
        overlap = boxes.iou(place, place) - np.eye(len(place))
        assert overlap.max() <= 0.1 + 1e-9


def test_every_number_of_digits_every_class_and_every_size_occurs():
    some = made(600)
    counts = np.bincount([len(b) for b in some.boxes], minlength=6)
    assert counts[0] == 0 and counts[1:].min() > 60
    assert np.bincount(np.concatenate(some.classes)).min() > 100
    longest = np.concatenate([(b[:, 2:] - b[:, :2]).max(axis=1) for b in some.boxes])
    assert np.histogram(longest, bins=[12, 16, 20, 24, 28])[0].min() > 0.2 * len(longest)


def test_overlap_zero_parts_the_boxes_and_a_large_one_lets_them_meet():
    def largest(overlap):
        some = made(100, overlap=overlap, digits=(5, 5))
        return max((boxes.iou(b, b) - np.eye(len(b))).max() for b in some.boxes)

    assert largest(0.0) == 0
    assert 0.3 < largest(0.5) <= 0.5
    assert np.mean([len(b) for b in made(100, overlap=0.0, digits=(5, 5), sizes=(8, 8)).boxes]) > 4.9


def test_every_number_of_digits_is_equally_likely_where_there_is_place():
    some = made(1500, side=40, digits=(1, 3), sizes=(4, 4), fragments=(0, 0))
    np.testing.assert_allclose(np.bincount([len(b) for b in some.boxes], minlength=4), [0, 500, 500, 500], atol=70)


def test_the_overlap_is_that_of_boxes():
    corner, size = np.random.default_rng(0).uniform(0, 9, (2, 2, 40, 2))
    a, b = np.concatenate([corner, corner + size], axis=2)
    table = scenes._iou(a[:, None], b)
    np.testing.assert_allclose(table, boxes.iou(a, b), atol=1e-12)
    assert (table == 0).any() and table.max() > 0.3


def test_the_ink_of_one_digit_fills_its_box():
    """On a clean page, the box that is measured on the drawn picture is the box that was promised."""
    some = made(80, digits=(1, 1), fragments=(0, 0), noise=0.0, sizes=(24, 40))
    for pixels, (box,) in zip(some.pixels, some.boxes, strict=True):
        # Sampling at whole pixels may miss the darkest point, and with it the level of the edge, a little.
        np.testing.assert_allclose(scenes.ink_box(pixels), box, atol=1.0)
    errors = [scenes.ink_box(p) - b[0] for p, b in zip(some.pixels, some.boxes, strict=True)]
    assert np.abs(np.mean(errors, axis=0)).max() < 0.1, "no side should lean to one direction"
    assert np.sqrt(np.mean(np.square(errors))) < 0.25


def test_a_digit_is_drawn_as_itself():
    """Shrunk back to its own size, a drawn digit is the picture that it was made of."""
    image = IMAGES[7]
    box = scenes.ink_box(image)
    longest = (box[2:] - box[:2]).max()
    some = scenes.make_scenes(
        image[None], LABELS[7:8], 10, 3, digits=(1, 1), fragments=(0, 0), noise=0.0, sizes=(4 * longest, 4 * longest)
    )
    for pixels, (place,), (label,) in zip(some.pixels, some.boxes, some.classes, strict=True):
        assert label == LABELS[7]
        corner = place[:2] - 4 * box[:2]
        middle = corner + 4 * (np.indices((8, 8))[::-1].transpose(1, 2, 0) + 0.5)
        rows, columns = middle[..., 1].astype(int).clip(0, 63), middle[..., 0].astype(int).clip(0, 63)
        inside = np.all((middle >= 0) & (middle < 64), axis=2)
        found = pixels[rows, columns] * inside
        assert np.corrcoef(found.ravel(), (image * inside).ravel())[0, 1] > 0.97
        assert 0.45 * 255 < pixels.max() <= 255


def test_fragments_have_no_box_and_noise_has_its_size():
    blank = {"digits": (1, 1), "sizes": (12, 12)}
    clean = made(50, **blank, fragments=(0, 0), noise=0.0)
    strewn = made(50, **blank, fragments=(4, 4), noise=0.0)
    assert all(len(b) == 1 for b in strewn.boxes)
    assert np.mean(strewn.pixels > 50) > 1.5 * np.mean(clean.pixels > 50)
    noisy = made(50, **blank, fragments=(0, 0), noise=0.08).pixels
    paper = noisy[clean.pixels == 0].astype(float) / 255
    # Half of the noise is below the white of the paper and cut off: the mean of the rest is sigma over root 2 pi.
    assert abs(np.mean(paper) * np.sqrt(2 * np.pi) - 0.08) < 0.005
    change = noisy.astype(int) - clean.pixels
    assert np.abs(change).max() < 6 * 0.08 * 255, "noise on the darkest ink does not come out white"


def fragments_of(images, count, fragments=(1, 1), side=40, size=9):
    """The layer of fragments alone, as large as in their pictures."""
    images = np.asarray(images, np.float32)
    return scenes._fragment_layer(np.random.default_rng(0), images, count, side, (size, size), fragments)


@pytest.mark.parametrize("edge", [np.s_[0, :], np.s_[-1, :], np.s_[:, 0], np.s_[:, -1]])
def test_fragments_are_quarters_from_all_over_a_picture(edge):
    picture = np.zeros((9, 9))
    picture[edge] = 1
    strewn = fragments_of([picture], 2000)
    # A quarter is 4 of the 9 rows, so there are 6 places for it, and one of them holds the edge.
    assert abs(np.mean(strewn.max(axis=(1, 2)) > 0) - 1 / 6) < 0.025
    whole = fragments_of([np.ones((9, 9))], 2000)
    ink = whole.sum(axis=(1, 2)) / whole.max(axis=(1, 2))
    assert 15 < np.median(ink) < 19 and ink.max() < 20, "16 pixels of ink, but for the place of the pixels"
    assert 0.45 < whole.max(axis=(1, 2)).min() < 0.55 and 0.95 < whole.max() <= 1


def test_fragments_come_from_every_picture_in_every_number():
    one_of_two = fragments_of([np.ones((9, 9)), np.zeros((9, 9))], 500)
    assert abs(np.mean(one_of_two.max(axis=(1, 2)) > 0) - 0.5) < 0.07
    small = fragments_of([np.ones((9, 9))], 400, fragments=(1, 4), side=100, size=6)
    counts = np.bincount([ndimage.label(page > 0)[1] for page in small], minlength=5)
    np.testing.assert_allclose(counts[:5], [0, 100, 100, 100, 100], atol=35)


def test_digits_are_drawn_in_half_to_full_ink():
    some = made(200, digits=(1, 1), fragments=(0, 0), noise=0.0, sizes=(24, 40))
    darkest = some.pixels.max(axis=(1, 2)) / 255
    assert darkest.min() < 0.55 and darkest.max() > 0.95


def test_the_same_seed_gives_the_same_scenes_and_another_seed_others():
    one, same, other = made(300, seed=[3, 1]), made(300, seed=[3, 1]), made(300, seed=[3, 2])
    np.testing.assert_array_equal(one.pixels, same.pixels)
    for a, b in zip(one.boxes + one.classes, same.boxes + same.classes, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(one.pixels, other.pixels)


def test_the_defaults():
    options = {"side": 64, "digits": (1, 5), "sizes": (12, 28), "fragments": (2, 6), "overlap": 0.1, "noise": 0.08}
    np.testing.assert_array_equal(made(20).pixels, made(20, **options).pixels)


def test_the_smallest_pictures_and_the_largest_digits_are_taken():
    (box,) = scenes.make_scenes(np.ones((1, 2, 2)), np.array([1]), 1, 0, side=20, digits=(1, 1), sizes=(20, 20)).boxes
    np.testing.assert_allclose(box, [[0, 0, 20, 20]], atol=1e-9)


def test_the_digits_given_are_not_changed():
    images = IMAGES[:20].copy()
    scenes.make_scenes(images, LABELS[:20], 30, 0)
    np.testing.assert_array_equal(images, IMAGES[:20])


@pytest.mark.parametrize(
    "options",
    [
        {"count": 0},
        {"count": 2.0},
        {"count": True},
        {"side": 0},
        {"digits": (0, 3)},
        {"digits": (4, 2)},
        {"sizes": (0, 20)},
        {"sizes": (12, 65)},
        {"sizes": (28, 12)},
        {"fragments": (-1, 2)},
        {"fragments": (3, 2)},
        {"overlap": -0.1},
        {"overlap": 1.5},
        {"overlap": float("nan")},
        {"noise": -1.0},
        {"noise": float("nan")},
    ],
)
def test_numbers_out_of_range_are_refused(options):
    with pytest.raises(ValueError, match=r"count|side|digits|sizes|fragments|overlap|noise"):
        made(**{"count": 2, **options})


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        (IMAGES[:0], LABELS[:0]),
        (IMAGES[0], LABELS[:8]),
        (IMAGES[:3], LABELS[:2]),
        (IMAGES[:3], np.zeros(3)),
        (2 * IMAGES[:3], LABELS[:3]),
        (-IMAGES[:3], LABELS[:3]),
        (np.zeros((3, 8, 8)), LABELS[:3]),
        (IMAGES[:3, :, :1], LABELS[:3]),
        (IMAGES[:3, :1], LABELS[:3]),
    ],
)
def test_pictures_that_are_none_are_refused(images, labels):
    with pytest.raises(ValueError, match=r"images|label|picture"):
        scenes.make_scenes(images, labels, 2, 0)
