"""Boltzmann machines and mixtures against counting everything, finite differences and scikit-learn."""

import numpy as np
import pytest
from sklearn.neural_network import BernoulliRBM

from utils import boltzmann


@pytest.fixture
def machines():
    rng = np.random.default_rng(3)
    made = boltzmann.Machines(5, 3, 2, rng, scale=1.0)
    made.visible, made.hidden = rng.normal(size=(2, 5)), rng.normal(size=(2, 3))
    return made


def joint(machines):
    """(count, 32, 8): exp(-energy) of every state, one at a time."""
    return np.array(
        [
            [[np.exp(v @ a + h @ b + v @ w @ h) for h in boltzmann.all_states(3)] for v in boltzmann.all_states(5)]
            for w, a, b in zip(machines.weights, machines.visible, machines.hidden, strict=True)
        ]
    )


def test_states_are_binary_numbers():
    assert boltzmann.all_states(2).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert len(np.unique(boltzmann.all_states(12), axis=0)) == 4096
    with pytest.raises(ValueError, match="not of 17"):
        boltzmann.all_states(17)


def test_sigmoid_and_softplus_do_not_overflow():
    s = np.array([-1000.0, 0, 1000])
    np.testing.assert_allclose(boltzmann.sigmoid(s), [0, 0.5, 1])
    np.testing.assert_allclose(boltzmann.softplus(s), [0, np.log(2), 1000])


def test_energies_by_counting(machines):
    states = joint(machines)
    v, h = boltzmann.all_states(5), boltzmann.all_states(3)
    np.testing.assert_allclose(machines.energy(v[:8], h), -np.log(states[:, range(8), range(8)]))
    np.testing.assert_allclose(machines.free_energy(v), -np.log(states.sum(axis=2)))
    np.testing.assert_allclose(machines.log_partition(), np.log(states.sum(axis=(1, 2))))
    np.testing.assert_allclose(machines.turned().log_partition(), machines.log_partition())
    shares = states / states.sum(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(machines.log_likelihood(v[[3, 9]]), np.log(shares.sum(axis=2)[:, [3, 9]]).mean(axis=1))
    np.testing.assert_allclose(machines.hidden_given(v)[:, 6], (shares[:, 6] @ h) / shares[:, 6].sum(axis=1)[:, None])
    given = (shares[:, :, 5][..., None] * v).sum(axis=1) / shares[:, :, 5].sum(axis=1)[:, None]
    np.testing.assert_allclose(machines.visible_given(h)[:, 5], given)


def test_pseudo_likelihood_by_counting(machines):
    shares, v = joint(machines).sum(axis=2), boltzmann.all_states(5)
    expected = np.zeros(2)
    for n in (3, 17):
        for pixel in range(5):
            other = n ^ (1 << (4 - pixel))
            expected += np.log(shares[:, n] / (shares[:, n] + shares[:, other]))
    np.testing.assert_allclose(machines.pseudo_likelihood(v[[3, 17]]), expected / 2)


def test_moments_and_gradient(machines):
    shares, v, h = joint(machines), boltzmann.all_states(5), boltzmann.all_states(3)
    shares /= shares.sum(axis=(1, 2), keepdims=True)
    expected = [
        np.einsum("cvh,vi,hj->cij", shares, v, h),
        np.einsum("cvh,vi->ci", shares, v),
        np.einsum("cvh,hj->cj", shares, h),
    ]
    for found, wanted in zip(machines.model_moments(), expected, strict=True):
        np.testing.assert_allclose(found, wanted)
    turned = machines.turned().model_moments()
    np.testing.assert_allclose(turned[0], expected[0].transpose(0, 2, 1))
    np.testing.assert_allclose(turned[1], expected[2])
    data = v[[1, 7, 30]]
    gradient = machines.exact_gradient(data)
    for part, change in zip((machines.weights, machines.visible, machines.hidden), gradient, strict=True):
        place = (1, *np.array(part.shape[1:]) - 2)
        was = part[place]
        part[place] = was + 1e-5
        up = machines.log_likelihood(data)[1]
        part[place] = was - 1e-5
        down = machines.log_likelihood(data)[1]
        part[place] = was
        np.testing.assert_allclose((up - down) / 2e-5, change[place], rtol=1e-6)


def test_gibbs_chains_reach_the_counted_shares(machines):
    shares = joint(machines).sum(axis=2)
    shares /= shares.sum(axis=1, keepdims=True)
    rng = np.random.default_rng(0)
    ends = machines.gibbs(np.zeros((40_000, 5)), rng, steps=40)
    assert ends.shape == (2, 40_000, 5)
    for one, wanted in zip(ends, shares, strict=True):
        found = np.bincount((one @ (2 ** np.arange(5)[::-1])).astype(int), minlength=32) / len(one)
        assert np.abs(found - wanted).sum() < 0.04
    clamped = np.array([True, False, True, False, False])
    ends = machines.gibbs(np.ones((100, 5)), rng, 5, clamped)
    assert (ends[..., clamped] == 1).all()
    assert (ends[..., ~clamped] == 0).any()


@pytest.mark.parametrize("settings", [{"k": "exact"}, {"k": 1}, {"k": 5}, {"persistent": True}])
def test_training_climbs(settings):
    rng = np.random.default_rng(1)
    x = np.tile([[1.0, 1, 0, 0], [0, 0, 1, 1]], (10, 1))
    made = boltzmann.Machines(4, 3, 2, rng, scale=0.1)
    before = made.log_likelihood(x)
    made.train(x, [0.1, 0.2], rng, steps=400, size=20, **settings)
    assert (made.log_likelihood(x) > before + 1).all()
    assert (made.log_likelihood(x) <= -np.log(2)).all()


def test_a_step_of_cd_by_hand():
    """With chains that cannot move, the step is zero; with weights of zero it is data minus the drawn pictures."""
    made = boltzmann.Machines(3, 2, 1, np.random.default_rng(0), scale=0.0)
    made.visible[:] = 1000
    x = np.ones((6, 3))
    made.train(x, 0.5, np.random.default_rng(0), steps=1, size=6)
    assert np.array_equal(made.weights, np.zeros((1, 3, 2)))
    made.visible[:] = -1000  # every chain ends on an empty picture
    made.train(x, 0.5, np.random.default_rng(0), steps=1, size=6, decay=0.3)
    np.testing.assert_allclose(made.weights, np.full((1, 3, 2), 0.25))
    np.testing.assert_allclose(made.visible, -999.5)
    made.train(x, 0.5, np.random.default_rng(0), steps=2, size=6, decay=0.2, last=0.5, k="exact")
    assert np.isfinite(made.weights).all()
    for same in (made, made.exactly(), made.only(0), made.turned()):
        assert (same.steps, same.size) == (4, 6)


def test_scikit_learns_machine():
    rng = np.random.default_rng(2)
    x = (rng.random((60, 6)) < 0.4).astype("float64")
    theirs = BernoulliRBM(n_components=4, n_iter=5, random_state=0, learning_rate=0.2).fit(x)
    ours = boltzmann.Machines(6, 4, 1, rng)
    ours.weights[0] = theirs.components_.T
    ours.visible[0], ours.hidden[0] = theirs.intercept_visible_, theirs.intercept_hidden_
    np.testing.assert_allclose(ours.hidden_given(x)[0], theirs.transform(x))
    np.testing.assert_allclose(ours.free_energy(x)[0], theirs._free_energy(x))


def test_start_only_and_batches():
    rng = np.random.default_rng(4)
    x = np.array([[1.0, 0], [1, 0], [1, 1]])
    made = boltzmann.Machines(2, 2, 3, rng, scale=0.0).start_at(x)
    assert (made.steps, made.size) == (0, 0)
    np.testing.assert_allclose(boltzmann.sigmoid(made.visible[0]), [4 / 5, 2 / 5])
    one = made.only(1)
    one.weights += 1
    assert len(one) == 1
    assert not made.weights.any()
    found = list(boltzmann.batches(np.arange(10)[:, None], 3, 7, rng))
    assert [len(batch) for batch in found] == [3] * 7
    assert len(np.unique(np.concatenate(found[:3]))) == 9
    with pytest.raises(ValueError, match="1 to 10"):
        next(boltzmann.batches(np.arange(10)[:, None], 11, 1, rng))
    for wrong in (0, -1, "exactly"):
        with pytest.raises(ValueError, match="number of Gibbs steps"):
            made.train(x, 0.1, rng, steps=1, size=3, k=wrong)
    with pytest.raises(ValueError, match="at least 1"):
        boltzmann.Machines(2, 0, 1, rng)
    with pytest.raises(ValueError, match="broadcast"):
        made.train(x, [0.1, 0.2], rng, steps=1, size=3)


def test_mixture():
    rng = np.random.default_rng(5)
    kinds = np.array([[0.95] * 4 + [0.05] * 4, [0.05] * 4 + [0.95] * 4])
    x = (rng.random((400, 8)) < kinds[rng.choice(2, 400, p=[0.25, 0.75])]).astype("float64")
    found = boltzmann.Mixture(x, 2, rng)
    order = np.argsort(found.shares)
    np.testing.assert_allclose(found.shares[order], [0.25, 0.75], atol=0.07)
    np.testing.assert_allclose(found.ink[order], kinds, atol=0.06)
    states = boltzmann.all_states(8)
    assert np.isclose(sum(np.exp(found.log_likelihood(state[None])) for state in states), 1)
    assert found.kinds_of(np.ones((1, 8)), np.arange(8) < 4)[0, order[0]] > 0.8
    drawn = found.draw(4000, rng)
    np.testing.assert_allclose(drawn.mean(axis=0), found.shares @ found.ink, atol=0.04)
    with pytest.raises(ValueError, match="kinds=0"):
        boltzmann.Mixture(x, 0, rng)
