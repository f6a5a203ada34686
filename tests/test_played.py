"""The played detector: what its objects and answers are."""

import re

import numpy as np
import pytest

from utils import boxes, played


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("count", [1, 6, 9])
def test_objects_stand_apart_in_the_scene(count):
    for seed in range(30):
        objects = played.objects_apart(rng(seed), count)
        assert objects.shape == (count, 4) and objects.min() > 0 and objects.max() < played.SIDE
        overlap = boxes.iou(objects, objects)
        np.testing.assert_array_equal(overlap > 0, np.eye(count, dtype=bool))
        sides = boxes.to_xywh(objects)[:, 2:]
        assert sides.min() >= 22 and sides.max() <= 45


def test_people_of_a_crowd_overlap_their_neighbors():
    for seed in range(30):
        people = played.crowd(rng(seed), 9)
        np.testing.assert_allclose(people[:, 2:] - people[:, :2], [[30, 60]] * 9)
        steps = np.diff(people[:, 0]) / 30
        assert (steps > 0.15).all() and (steps < 0.5).all() and people[-1, 2] < played.SIDE
        assert (np.diag(boxes.iou(people, people), 1) > 0.25).all()


def test_answers_lie_around_their_objects_and_the_scores_know_it():
    objects = played.objects_apart(rng(1), 6)
    many, scores = played.answers(rng(2), objects, guesses=200, strays=100, off=0.1)
    assert many.shape == (1300, 4) and scores.shape == (1300,) and ((scores >= 0.01) & (scores <= 1)).all()
    assert (many[:, 2:] >= many[:, :2]).all()
    near = many[:1200].reshape(6, 200, 4)
    np.testing.assert_allclose(np.median(near, axis=1), objects, atol=1.5)
    size = np.tile(objects[:, 2:] - objects[:, :2], 2)
    np.testing.assert_allclose(((near - objects[:, None]) / size[:, None]).std(), 0.1, atol=0.01)
    fit = boxes.iou(many, objects).max(axis=1)
    assert np.corrcoef(fit[:1200], scores[:1200])[0, 1] > 0.5
    assert np.median(scores[1200:]) < np.median(scores[:1200]) - 0.3
    stray = many[1200:]
    assert stray.min() >= 0 and stray.max() <= played.SIDE
    again = played.answers(rng(2), objects, guesses=200, strays=100, off=0.1)
    np.testing.assert_array_equal(again[0], many)


def test_answers_without_strays_or_noise():
    objects = played.objects_apart(rng(3), 2)
    many, scores = played.answers(rng(4), objects, guesses=3, strays=0, off=0)
    np.testing.assert_array_equal(many, np.repeat(objects, 3, axis=0))
    assert scores.shape == (6,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: played.objects_apart(rng(), 0), "a scene has 1 to 9 objects that stand apart, not 0"),
        (lambda: played.objects_apart(rng(), 10), "a scene has 1 to 9 objects that stand apart, not 10"),
        (lambda: played.crowd(rng(), 0), "a crowd has 1 person or more, not 0"),
        (lambda: played.answers(rng(), [[0, 0, 1, 1]], guesses=0), "guesses are 1 or more, strays and off 0 or more"),
        (lambda: played.answers(rng(), [[0, 0, 1, 1]], strays=-1), "not 12, -1 and 0.1"),
        (lambda: played.answers(rng(), [[0, 0, 1, 1]], off=-1), "not 12, 10 and -1"),
        (lambda: played.answers(rng(), [[2, 0, 1, 1]]), "corners are x0 ≤ x1 and y0 ≤ y1"),
    ],
)
def test_what_is_refused_is_said(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
