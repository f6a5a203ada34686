"""The worked answers of exercises whose checks take them for the truth, against truths of another origin."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops
from sklearn.neighbors import KNeighborsClassifier

from utils import boxes
from utils.exercises import lesson_00a, lesson_10, lesson_13a, lesson_15, lesson_17, lesson_19
from utils.gradients import gradient

RNG_SEEDS = range(3)


@pytest.mark.parametrize("seed", RNG_SEEDS)
def test_nearest_neighbor_is_that_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    images, labels = rng.normal(size=(40, 8, 8)), rng.permutation(40) % 10
    theirs = KNeighborsClassifier(1).fit(images.reshape(40, -1), labels)
    for image in rng.normal(size=(20, 8, 8)):
        assert lesson_00a.nearest_neighbor(image, images, labels) == theirs.predict(image.reshape(1, -1))[0]


@pytest.mark.parametrize("seed", RNG_SEEDS)
def test_best_threshold_makes_no_more_mistakes_than_any_other(seed):
    rng = np.random.default_rng(seed)
    for count in (1, 2, 9, 30):
        measurements, is_yes = rng.integers(-6, 6, count) / 2, rng.random(count) < 0.5
        thresholds = [lesson_00a.best_threshold(measurements, is_yes), *np.arange(-5, 5, 0.25)]
        mistakes = [np.sum((measurements > threshold) != is_yes) for threshold in thresholds]
        assert mistakes[0] == min(mistakes)
        assert thresholds[0] not in measurements


@pytest.mark.parametrize("seed", RNG_SEEDS)
def test_occlusion_map_of_a_linear_score_is_what_the_windows_held(seed):
    rng = np.random.default_rng(seed)
    image, weight = rng.normal(size=(2, 6, 8))
    held = np.lib.stride_tricks.sliding_window_view(weight * image, (3, 3)).sum(axis=(2, 3))
    fallen = lesson_10.occlusion_map(lambda picture: np.sum(weight * picture), image, 3)
    np.testing.assert_allclose(fallen, held, atol=1e-12)


@pytest.mark.parametrize("seed", RNG_SEEDS)
def test_gaussian_scores_are_those_of_soft_nms(seed):
    rng = np.random.default_rng(seed)
    corner = rng.uniform(0, 12, (15, 2))
    many, scores = np.concatenate([corner, corner + rng.uniform(2, 12, (15, 2))], axis=1), rng.permutation(15) / 15
    kept, theirs = boxes.soft_nms(many, scores, method="gaussian", sigma=0.4, score_threshold=0.0)
    assert len(kept) == 15
    np.testing.assert_allclose(lesson_13a.gaussian_scores(many, scores, 0.4)[kept], theirs, atol=1e-12)


@pytest.mark.parametrize("seed", RNG_SEEDS)
def test_tanh_contraction_is_the_squared_jacobian(seed):
    rng = np.random.default_rng(seed)
    x, W, b = rng.normal(size=(5, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)
    squares = [
        np.sum(
            [
                gradient(lambda row, unit=unit: ops.tanh(ops.add(ops.matmul(row, W), b))[unit], row) ** 2
                for unit in range(3)
            ]
        )
        for row in x
    ]
    np.testing.assert_allclose(lesson_15.tanh_contraction(x, W, b), np.mean(squares), rtol=1e-9)


@pytest.mark.parametrize("seed", RNG_SEEDS)
def test_minimal_gated_unit_is_a_gru_whose_gates_are_one(seed):
    rng = np.random.default_rng(seed)
    x, kernel, recurrent, bias = (rng.normal(size=shape) for shape in ((3, 6, 2), (2, 8), (4, 8), 8))
    gru = keras.layers.GRU(4, reset_after=False, return_sequences=True, dtype="float64")
    gru.build((None, None, 2))
    # Keras's update gate says what is kept, the minimal unit's what is written: their sums differ in sign
    gru.set_weights([np.concatenate([-w[..., :4], w[..., :4], w[..., 4:]], axis=-1) for w in (kernel, recurrent, bias)])
    theirs = keras.ops.convert_to_numpy(gru(x))  # in float32 on some backends
    np.testing.assert_allclose(lesson_17.minimal_gated_unit(x, kernel, recurrent, bias), theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("leak", [0.0, 0.4, 0.9])
def test_leaky_gradients_are_those_of_the_backend(leak):
    rng = np.random.default_rng(17)
    x, final = rng.normal(size=(4, 5, 2)), rng.normal(size=(4, 3))
    weights = [rng.normal(size=shape) for shape in ((2, 3), (3, 3), (3,))]

    def loss(kernel, recurrent, bias):
        h = np.zeros((4, 3))
        for t in range(5):
            sums = ops.add(ops.add(ops.matmul(x[:, t], kernel), ops.matmul(h, recurrent)), bias)
            h = ops.add(leak * h, (1 - leak) * ops.tanh(sums))
        return ops.sum(ops.multiply(h, final))

    for place, given in enumerate(lesson_17.leaky_gradients(x, *weights, leak, final)):
        expected = gradient(lambda one, place=place: loss(*weights[:place], one, *weights[place + 1 :]), weights[place])
        np.testing.assert_allclose(given, expected, rtol=1e-9, atol=1e-12)


def test_edit_distance_is_the_number_of_changes_on_the_shortest_way():
    texts = {"".join(letters) for length in range(5) for letters in itertools.product("ab", repeat=length)}

    def changed_once(text):
        for place in range(len(text) + 1):
            yield from (text[:place] + letter + text[place:] for letter in "ab")
            yield from (text[:place] + letter + text[place + 1 :] for letter in ("a", "b", ""))

    for start in sorted(texts):
        distance, edge = {start: 0}, {start}
        while edge:
            edge = {other for text in edge for other in changed_once(text)} & texts - set(distance)
            distance |= dict.fromkeys(edge, max(distance.values()) + 1)
        assert {text: lesson_19.edit_distance(start, text) for text in texts} == distance


def test_the_paper_s_length_penalty_decides_between_two_sentences():
    # ((5 + length) / 6) ** alpha (Wu and others 2016): 1 and 9 ** 0.5 for the lengths 1 and 49
    for second, place in ((-2.99, 1), (-3.01, 0)):
        assert lesson_19.best_sentence([-1.0, second], [1, 49], 0.5) == place
