"""Tests of utils.recurrent_training: networks trained side by side end where each ends alone, and as in Keras."""

import numpy as np
import pytest

from utils import recurrent
from utils.recurrent_training import Adam, Classifier, clipped, cross_entropy, scores_gradient, softmax, train


def batches(rng):
    """The class is the place of the largest mean."""
    x = rng.normal(size=(16, 5, 3))
    return x, x.mean(axis=1).argmax(axis=1)


@pytest.mark.parametrize("kind", [recurrent.LSTM, recurrent.GRU, recurrent.SimpleRNN])
def test_networks_side_by_side_end_where_each_ends_alone(kind, capsys):
    rates, limits = [0.01, 0.03, 0.1], [1.0, 0.05, np.inf]

    def layer(networks=slice(None)):
        made = kind.random(3, 4, np.random.default_rng(1), networks=3)
        return kind(*(w[networks].astype(float) for w in made.weights))

    together, losses = train(layer(), batches, 3, 30, rates, "three", limits=limits, seed=7)
    assert capsys.readouterr().out.endswith("three: 30 of 30\n")
    assert losses.shape == (30, 3) and np.all(losses[-10:].mean(axis=0) < losses[:3].mean(axis=0))
    for i in range(3):
        draw = np.random.default_rng(7)  # the same dense layers and batches as those of the three
        alone = Classifier(layer(slice(i, i + 1)), 3, np.random.default_rng(0))
        alone.out[:] = Classifier(layer(), 3, draw).out[i : i + 1]
        adam = Adam([*alone.layer.weights, alone.out, alone.bias], rates[i])
        for step in range(30):
            gradients, loss = alone.gradients(*batches(draw))
            adam.step(clipped(gradients, limits[i]))
            np.testing.assert_allclose(loss[0], losses[step, i], rtol=1e-8)
        for mine, other in zip(alone.layer.weights, together.layer.weights, strict=True):
            np.testing.assert_allclose(mine[0], other[i], atol=1e-9)
        x, answers = batches(np.random.default_rng(3))
        assert alone.accuracy(x, answers)[0] == together.accuracy(x, answers)[i]


def test_gradients_are_those_of_finite_differences():
    rng = np.random.default_rng(0)
    made = recurrent.LSTM.random(3, 4, rng, networks=2)
    model = Classifier(recurrent.LSTM(*(w.astype(float) for w in made.weights)), 3, rng)
    x, answers = batches(rng)
    gradients, losses = model.gradients(x, answers)
    np.testing.assert_allclose(losses, cross_entropy(model.scores(x), answers), rtol=1e-12)
    for weights, gradient in zip([*model.layer.weights, model.out, model.bias], gradients, strict=True):
        place = tuple(rng.integers(n) for n in weights.shape)
        sides = []
        for change in (1e-6, -2e-6):
            weights[place] += change
            sides.append(cross_entropy(model.scores(x), answers)[place[0]])
        weights[place] += 1e-6
        assert gradient[place] == pytest.approx((sides[0] - sides[1]) / 2e-6, rel=1e-4, abs=1e-8)


def test_adam_is_that_of_keras():
    from utils import runtime

    runtime.start_lesson(seed=0)
    import keras

    rng = np.random.default_rng(0)
    ours = rng.normal(size=(2, 3)).astype("float32")
    variables, rates = [keras.Variable(row) for row in ours], [0.01, 0.3]
    optimizers = [keras.optimizers.Adam(rate) for rate in rates]
    adam = Adam([ours], rates)
    for _ in range(5):
        pull = rng.normal(size=(2, 3)).astype("float32")
        adam.step([pull])
        for variable, optimizer, row in zip(variables, optimizers, pull, strict=True):
            optimizer.apply([keras.ops.convert_to_tensor(row)], [variable])
    theirs = np.stack([keras.ops.convert_to_numpy(v) for v in variables])
    np.testing.assert_allclose(ours, theirs, atol=1e-4)  # theirs in float32 throughout


def test_a_gradient_is_shortened_to_its_limit_and_keeps_its_direction():
    gradients = [np.array([[3.0], [0.3], [0.0]]), np.array([[4.0], [0.4], [0.0]])]  # lengths 5, 0.5 and 0
    np.testing.assert_allclose(clipped(gradients, 1.0), [[[0.6], [0.3], [0]], [[0.8], [0.4], [0]]])
    np.testing.assert_allclose(clipped(gradients, [np.inf, 0.25, 1])[0], [[3], [0.15], [0]])
    assert clipped([gradients[0].astype("float32")], 1.0)[0].dtype == np.float32
    with pytest.raises(ValueError, match=r"above 0, not 0\.0"):
        clipped(gradients, 0.0)


def test_probabilities_and_their_loss():
    scores = np.array([[[0.0, np.log(3)]], [[1000.0, 0.0]]])
    np.testing.assert_allclose(softmax(scores)[0], [[0.25, 0.75]])
    np.testing.assert_allclose(cross_entropy(scores, [0]), [np.log(4), 0])
    np.testing.assert_allclose(cross_entropy(scores, [[1], [1]]), [np.log(4 / 3), 1000])
    np.testing.assert_allclose(scores_gradient(scores, [0]), [[[-0.75, 0.75]], [[0, 0]]])


def test_what_does_not_fit_is_named():
    rng = np.random.default_rng(0)
    layer = recurrent.LSTM.random(3, 4, rng, networks=2)
    with pytest.raises(ValueError, match=r"answers \(networks, N\)"):
        cross_entropy(np.zeros((2, 3, 4)), np.zeros(2, int))
    with pytest.raises(ValueError, match="side by side and two classes"):
        Classifier(recurrent.LSTM.random(3, 4, rng), 3, rng)
    with pytest.raises(ValueError, match="two classes at least"):
        Classifier(layer, 1, rng)
    for rates in ([0.1, 0.1, 0.1], 0, [0.1, -1]):
        with pytest.raises(ValueError, match="for each of 2 networks"):
            Adam(layer.weights, rates)
