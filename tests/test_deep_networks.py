"""Deep networks with cures: gradients against central differences, training and answers against Keras, pre-training."""

import keras
import numpy as np
import pytest

from utils import deep_networks, descent, networks

ALL = {"normalize": True, "skip": True}


def in_keras(many, number, activation):
    """Network `number` of many as a Keras model, in training."""
    entry = keras.Input((many.sizes[0],))
    signal, dense, norms = entry, [], []
    for size in many.sizes[1:-1]:
        dense.append(keras.layers.Dense(size))
        passed = dense[-1](signal)
        if many.normalize:
            norms.append(keras.layers.BatchNormalization(momentum=0.0))
            passed = norms[-1](passed)
        passed = keras.layers.Activation(activation)(passed)
        signal = keras.layers.Add()([signal, passed]) if many.skip and signal.shape[-1] == size else passed
    dense.append(keras.layers.Dense(many.sizes[-1]))
    model = keras.Model(entry, dense[-1](signal))
    for layer, (kernel, bias) in zip(dense, many.layers, strict=True):
        layer.set_weights([kernel[number], bias[number, 0]])
    for layer, (scale, shift) in zip(norms, many.norms, strict=True):
        layer.set_weights([scale[number, 0], shift[number, 0], *layer.get_weights()[2:]])
    return model


def task(rng, rows=40):
    return rng.random((rows, 6)).astype(np.float32), np.eye(3)[rng.integers(3, size=rows)]


def started(activation, rng, count=2, **settings):
    many = deep_networks.Deep([6, 5, 5, 5, 3], count, rng, activation=activation, **settings)
    many.theta += rng.normal(0, 0.2, many.theta.shape).astype(np.float32)
    return many


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("settings", [{}, {"normalize": True}, {"skip": True}, ALL])
def test_training_is_that_of_keras(activation, settings):
    rng = np.random.default_rng(3)
    many, (x, y) = started(activation, rng, **settings), task(rng)
    model = in_keras(many, 1, activation)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1), loss)
    ours = many.train(networks.batches(x, y, 6, rng), networks.cross_entropy, 0.1, optimizer=descent.GradientDescent(1))
    theirs = [model.train_on_batch(x, y) for _ in range(6)]
    np.testing.assert_allclose(ours[:, 1], np.ravel(theirs), rtol=1e-4)
    assert (many.steps_done, many.rows_seen) == (6, 6 * len(x))
    assert ours[-1, 1] < ours[0, 1]


@pytest.mark.parametrize("settings", [{}, ALL])
def test_answers_are_those_of_keras(settings):
    rng = np.random.default_rng(4)
    many, (x, _) = started("tanh", rng, **settings), task(rng)
    many.settle(x)
    model = in_keras(many, 0, "tanh")
    model(x, training=True)  # momentum 0: the running averages are those of this batch
    np.testing.assert_allclose(many(x[:7])[0], model.predict(x[:7], verbose=0), atol=1e-4)


def test_the_gradient_is_that_of_central_differences():
    rng = np.random.default_rng(5)
    many, (x, y) = started("tanh", rng, **ALL), task(rng)
    _, gradient = many._gradient(x, y, networks.cross_entropy)
    step = 1e-2
    for place in rng.choice(many.theta.shape[1], 30, replace=False):
        ends = []
        for sign in (1, -1):
            many.theta[:, place] += np.float32(sign * step)
            ends.append(many._gradient(x, y, networks.cross_entropy)[0])
            many.theta[:, place] -= np.float32(sign * step)
        np.testing.assert_allclose((ends[0] - ends[1]) / (2 * step), gradient[:, place], atol=2e-3)


def test_without_a_cure_it_is_networks():
    plain = networks.Networks([6, 5, 5, 3], 2, np.random.default_rng(6), activation="sigmoid", gain=2.0)
    many = deep_networks.Deep([6, 5, 5, 3], 2, np.random.default_rng(6), gain=2.0)
    x, y = task(np.random.default_rng(7))
    assert many.theta.dtype == np.float32 and not many.norms
    np.testing.assert_allclose(many(x), plain(x), atol=1e-5)
    for name in (descent.GradientDescent, descent.Adam):
        losses = [
            one.train(networks.batches(x, y, 20, np.random.default_rng(8), 8), networks.cross_entropy, 0.05,
                      steps=20, optimizer=name(1.0))
            for one in (plain, many)
        ]  # fmt: skip
        np.testing.assert_allclose(*losses, rtol=1e-4)
    for ours, theirs in zip(many.signals(x), plain.signals(x), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_dropout_silences_its_share_in_training_alone():
    rng = np.random.default_rng(9)
    many = deep_networks.Deep([4, 1000, 1], 1, rng, dropout=0.25)
    many.theta[:] = 0  # sigmoid(0) = 1/2 in each of the thousand
    many.layers[1][0][...] = 1e-3
    x = np.ones((200, 4), np.float32)
    seen = []

    def loss(outputs, targets):
        seen.append(outputs)
        return networks.mean_square(outputs, targets)

    many._gradient(x, np.zeros((200, 1)), loss)
    np.testing.assert_allclose(many(x), 0.5, atol=1e-5)
    assert abs(seen[0].mean() - 0.5) < 0.005, "the others make up for the silent ones"
    share = 0.25 / 0.75 * 0.25 / 1000  # variance of a mean of 0 or 1/2 / 0.75
    np.testing.assert_allclose(seen[0].var(), share, rtol=0.4)


@pytest.mark.parametrize("share", [-0.1, 1, True, "half"])
def test_dropout_refuses_what_is_no_share(share):
    with pytest.raises(ValueError, match="share of dropout"):
        deep_networks.Deep([2, 2, 1], 1, np.random.default_rng(0), dropout=share)


def test_binary_cross_entropy_is_that_of_keras():
    rng = np.random.default_rng(10)
    outputs, targets = rng.normal(0, 3, (2, 5, 4)), rng.random((2, 5, 4))
    losses, slopes = deep_networks.binary_cross_entropy(outputs, targets)
    theirs = keras.losses.binary_crossentropy(targets, outputs, from_logits=True)  # a mean over the units
    np.testing.assert_allclose(losses, 4 * np.mean(keras.ops.convert_to_numpy(theirs), axis=1), rtol=1e-5)
    for place in [(0, 0, 0), (1, 4, 3)]:
        moved = outputs.copy()
        moved[place] += 1e-6
        change = (deep_networks.binary_cross_entropy(moved, targets)[0] - losses)[place[0]]
        np.testing.assert_allclose(change / 1e-6, slopes[place], rtol=1e-3, atol=1e-6)


def test_pretraining_makes_layers_that_can_be_read_back():
    rng = np.random.default_rng(11)
    x = (rng.random((200, 3)) @ rng.random((3, 8)) / 3).astype(np.float32)
    many = deep_networks.Deep([8, 6, 6, 2], 2, rng)
    last = many.layers[-1][0].copy()
    losses = deep_networks.pretrain(many, x, rng, steps=150)
    assert [one.shape for one in losses] == [(150, 2)] * 2
    assert np.array_equal(many.layers[-1][0], last), "the last layer is not pre-trained"
    for one in losses:
        assert (one[-20:].mean(axis=0) < one[:5].mean(axis=0) - 0.1).all()


def test_pretraining_changes_each_layer_and_feeds_it_with_the_codes_below(monkeypatch):
    rng = np.random.default_rng(13)
    x = rng.random((30, 6)).astype(np.float32)
    many = deep_networks.Deep([6, 6, 6, 6, 2], 2, rng)
    before = [(kernel.copy(), bias.copy()) for kernel, bias in many.layers]
    shown, train = [], deep_networks._Autoencoder.train

    def watched(self, batches, *others, **options):
        batches = list(batches)
        shown.append(batches)
        return train(self, batches, *others, **options)

    monkeypatch.setattr(deep_networks._Autoencoder, "train", watched)
    deep_networks.pretrain(many, x, rng, steps=5, size=30, rate=0.1)
    codes = [np.broadcast_to(x, (2, *x.shape)), *many.signals(x)]
    for number, batches in enumerate(shown):
        assert len(batches) == 5
        assert all(np.abs(many.layers[number][0] - before[number][0]).mean(axis=(1, 2)) > 0.01)
        assert all(np.abs(many.layers[number][1] - before[number][1]).mean(axis=(1, 2)) > 0.01)
        for seen, wanted in batches:
            assert np.array_equal(seen, wanted) and seen.shape == (2, 30, 6)
            gaps = np.abs(seen[:, :, None] - codes[number][:, None]).max(axis=-1)  # of each row shown to each code
            assert gaps.min(axis=2).max() < 1e-6, f"layer {number + 1} should see the codes of the layer below"


def test_the_rate_of_pretraining_falls_to_almost_zero():
    x = np.random.default_rng(14).random((20, 4)).astype(np.float32)
    ends = []
    for rate in (0.1, 0.2):
        rng = np.random.default_rng(15)
        many = deep_networks.Deep([4, 3, 2], 1, rng)
        before = many.layers[0][1].copy()
        deep_networks.pretrain(many, x, rng, steps=1, rate=rate)
        ends.append(np.abs(many.layers[0][1] - before))
    np.testing.assert_allclose(ends[0], 0.05, rtol=1e-2)  # Adam's first step is the rate, of which half is left
    np.testing.assert_allclose(ends[1], 0.1, rtol=1e-2)


@pytest.mark.parametrize("kind", [networks.Networks, deep_networks.Deep])
def test_twins_compute_what_tanh_networks_do(kind):
    rng = np.random.default_rng(16)
    tanh = networks.Networks([6, 5, 5, 5, 3], 2, rng, start="orthogonal", gain=1.2)
    tanh.theta += rng.normal(0, 0.2, tanh.theta.shape)
    twins = kind([6, 5, 5, 5, 3], 2, rng, activation="sigmoid")
    twins.theta[:] = tanh.theta
    deep_networks.become_twins(twins)
    x, _ = task(rng)
    np.testing.assert_allclose(twins(x), tanh(x), atol=1e-5)
    np.testing.assert_allclose(2 * twins.signals(x)[1] - 1, tanh.signals(x)[1], atol=1e-5)


def test_twins_are_sigmoid_networks():
    with pytest.raises(ValueError, match="sigmoid"):
        deep_networks.become_twins(deep_networks.Deep([4, 3, 3, 2], 1, np.random.default_rng(0), activation="relu"))


@pytest.mark.parametrize(
    ("settings", "options", "x"),
    [
        ({"activation": "relu"}, {}, np.zeros((3, 4))),
        ({"normalize": True}, {}, np.zeros((3, 4))),
        ({}, {"steps": 0}, np.zeros((3, 4))),
        ({}, {"size": 1.5}, np.zeros((3, 4))),
        ({}, {}, np.full((3, 4), 2.0)),
        ({}, {}, np.zeros(4)),
        ({}, {}, np.zeros((3, 5))),
        ({}, {}, np.zeros((0, 4))),
        ({}, {}, np.full((3, 4), np.nan)),
        ({}, {"rate": 0}, np.zeros((3, 4))),
        ({}, {"rate": -0.1}, np.zeros((3, 4))),
        ({}, {"rate": float("nan")}, np.zeros((3, 4))),
        ({}, {"rate": True}, np.zeros((3, 4))),
    ],
)
def test_pretraining_refuses_what_it_cannot_do(settings, options, x):
    rng = np.random.default_rng(12)
    with pytest.raises(ValueError, match=r"sigmoid|whole number|from 0 to 1|above 0"):
        deep_networks.pretrain(deep_networks.Deep([4, 3, 3, 2], 1, rng, **settings), x, rng, **options)
