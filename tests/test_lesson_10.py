"""Lesson 10: what it builds, taken from its own cells, on random problems; and its cells on a stand-in for MNIST."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import affine_transform, map_coordinates

from utils import convolution, datasets

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "10_lenet_and_invariance.ipynb"
SOURCES = {cell.id: cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells}
SEEDS = st.integers(0, 2**32 - 1)
QUICK = settings(max_examples=30, deadline=None)


def taken(*cells, **names):
    """The names that cells of the lesson define."""
    names = {"np": np, "convolution": convolution, "datasets": datasets, "map_coordinates": map_coordinates, **names}
    for cell in cells:
        exec(compile(SOURCES[cell], cell, "exec"), names)
    return names


move = taken("move")["move"]


def a_picture(seed, count=2, height=15, width=18):
    pictures = np.zeros((count, height, width), np.float32)
    pictures[:, 5:-5, 5:-5] = np.random.default_rng(seed).uniform(size=(count, height - 10, width - 10))
    return pictures


@QUICK
@given(SEEDS, st.integers(-5, 5), st.integers(-5, 5))
def test_moving_by_whole_pixels_is_a_slice(seed, down, across):
    pictures = a_picture(seed)
    expected = np.roll(pictures, (down, across), axis=(1, 2))
    np.testing.assert_allclose(move(pictures, down, across), expected, atol=1e-6)


@QUICK
@given(SEEDS, st.floats(-180, 180), st.floats(0.5, 2), st.floats(-0.8, 0.8), st.floats(-3, 3))
def test_moving_is_the_affine_map_that_it_promises(seed, angle, scale, slant, down):
    """Slant, then scale, then turn to the left, then shift: the matrices are multiplied, SciPy resamples."""
    pictures = a_picture(seed, count=1)
    radians = np.radians(angle)
    # Points as (y down, x right). A slant moves a point at height y to x − slant · y.
    slanted = np.array([[1, 0], [-slant, 1]])
    turned = np.array([[np.cos(radians), -np.sin(radians)], [np.sin(radians), np.cos(radians)]])
    back = np.linalg.inv(turned @ (scale * slanted))
    middle = (np.array(pictures.shape[1:]) - 1) / 2
    offset = middle - back @ (middle + np.array([down, 0]))
    expected = affine_transform(pictures[0], back, offset, order=1)
    moved = move(pictures, down, angle=angle, scale=scale, slant=slant)[0]
    np.testing.assert_allclose(moved, expected, atol=1e-4)


@QUICK
@given(SEEDS)
def test_each_picture_gets_its_own_settings(seed):
    pictures, rng = a_picture(seed, count=3), np.random.default_rng(seed)
    settings_of = {"angle": rng.uniform(-90, 90, 3), "scale": rng.uniform(0.5, 2, 3), "across": rng.uniform(-3, 3, 3)}
    together = move(pictures, **settings_of)
    for number in range(3):
        alone = move(pictures[number : number + 1], **{name: one[number] for name, one in settings_of.items()})
        np.testing.assert_allclose(together[number], alone[0], atol=1e-6)


@QUICK
@given(SEEDS, st.floats(-0.4, 0.4), st.floats(0.8, 1.2), st.integers(-3, 3), st.integers(-3, 3))
def test_straight_letters_are_the_same_however_they_were_disturbed(seed, slant, scale, down, across):
    straight = taken("moments", "straight", SIDE=32, move=move)["straight"]
    letters, labels, _ = datasets.letters()
    narrow = letters[~np.isin(labels, [12, 22])]  # M and W would leave the canvas
    letter = narrow[np.random.default_rng(seed).integers(len(narrow), size=1)]
    disturbed = move(letter, down, across, scale=scale, slant=slant)
    a, b = straight(letter).ravel(), straight(disturbed).ravel()
    assert np.corrcoef(a, b)[0, 1] > 0.9


@QUICK
@given(SEEDS, st.integers(1, 4))
def test_the_pyramid_keeps_flat_light_and_halves_the_sides(seed, levels):
    pyramid = taken("half", "pyramid")["pyramid"]
    flat = np.full((2, 32, 48), 0.7)
    for number, level in enumerate(pyramid(flat, levels)):
        assert level.shape == (2, 32 >> number, 48 >> number)
    inside = pyramid(flat, 2)[-1][:, 2:-2, 2:-2]
    np.testing.assert_allclose(inside, 0.7)


@pytest.mark.parametrize("count", [1792, 2000])
def test_the_first_cells_take_mnist_instead_of_the_small_digits(count, tmp_path, monkeypatch):
    (tmp_path / "datasets").mkdir()
    images, labels = datasets.digits()
    wanted = np.arange(count) % len(images)
    large = move(np.pad(images[wanted], [(0, 0), (10, 10), (10, 10)]), scale=2.5)
    large = np.round(255 * np.clip(large, 0, 1)).astype(np.uint8)
    half = count // 2
    np.savez(
        tmp_path / "datasets" / "mnist.npz",
        x_train=large[:half],
        x_test=large[half:],
        y_train=labels[wanted][:half].astype(np.uint8),
        y_test=labels[wanted][half:].astype(np.uint8),
    )
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert "FULL_MNIST = False" in SOURCES["canvas"]
    monkeypatch.setitem(SOURCES, "canvas", SOURCES["canvas"].replace("FULL_MNIST = False", "FULL_MNIST = True"))
    names = taken("move", "canvas", "move-tested", "folds", SEED=10, rng=np.random.default_rng(10))
    assert names["canvas"].shape == (count, 32, 32) and names["canvas"].dtype == np.float32
    assert names["part"] % 32 == 0 and len(names["known"][0]) == (names["RUNS"] - 1) * names["part"]
    assert names["slipped"].shape == names["canvas"].shape


def test_average_pooling_at_the_edge_follows_the_rule_that_the_lesson_tells_of_this_backend():
    import keras

    cell = taken("pool", "pool-uneven-compared", keras=keras, ops=keras.ops)
    rule = "edge_again" if keras.backend.backend() == "torch" else "what_is_there"
    np.testing.assert_allclose(cell["given"], cell[rule])
