"""Lesson 04a: what it says of peaks, with its own routines, on other bases, laws, places and sizes of data."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from utils import datasets, descent, networks

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "04a_curve_fitting.ipynb"
SOURCES = {cell.id: cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells}

legendre = np.polynomial.legendre.legvander
chebyshev = np.polynomial.chebyshev.chebvander
EVEN = np.linspace(-1, 1, 15)
TOWARD_ENDS = -np.cos((2 * np.arange(15) + 1) * np.pi / 30)
NEW = np.random.default_rng(4).uniform(-1, 1, 1000)
LESSON = {"np": np, "legendre": legendre, "x_test": NEW}
exec(compile(SOURCES["ridge"], "ridge", "exec"), LESSON)
exec(compile(SOURCES["amplified"], "amplified", "exec"), LESSON)
ridge, amplified = LESSON["ridge"], LESSON["amplified"]


def off(law, degree, places=EVEN, basis=legendre, price=0.0, noise=0.0):
    """How far the fit is off the law at new places, as a mean square."""
    y = law(places) + noise * np.random.default_rng(0).normal(size=len(places))
    return np.mean((basis(NEW, degree) @ ridge(basis(places, degree), y, price) - law(NEW)) ** 2)


def curve(x):
    return np.sin(4 * x) + x


@pytest.mark.parametrize("law", [lambda x: np.sign(x - 0.05), lambda x: np.abs(x - 0.1), lambda x: 1 / (1 + 25 * x**2)])
def test_laws_that_no_polynomial_follows_peak_without_noise(law):
    assert off(law, 14) > 10 * max(off(law, 10), off(law, 30))
    assert off(law, 14, TOWARD_ENDS) < 0.1 * off(law, 14)


def test_the_peak_is_the_same_in_any_basis_and_the_smallest_size_is_not():
    powers = np.vander(TOWARD_ENDS, 15)
    assert np.linalg.svd(powers)[1].min() < 1e-3, "a tiny size"
    assert off(curve, 14, TOWARD_ENDS, lambda x, d: np.vander(x, d + 1), noise=0.3) < 0.3, "and no peak"
    for basis in (chebyshev, lambda x, d: legendre(x, d) * (np.arange(d + 1) + 1)):
        np.testing.assert_allclose(off(curve, 14, basis=basis, noise=0.3), off(curve, 14, noise=0.3), rtol=1e-6)
    assert np.linalg.svd(np.vander(EVEN, 15))[1].min() < 0.01 * np.linalg.svd(legendre(EVEN, 14))[1].min(), (
        "high powers are more alike than high Legendre polynomials"
    )


@pytest.mark.parametrize("places", [EVEN, TOWARD_ENDS])
@pytest.mark.parametrize("degree", [5, 14, 16, 100])
def test_amplified_is_what_noise_becomes(places, degree):
    noise = np.random.default_rng(1).normal(size=(15, 4000))
    became = np.mean((legendre(NEW, degree) @ ridge(legendre(places, degree), noise, 0.0)) ** 2)
    np.testing.assert_allclose(became, amplified(places, degree), rtol=0.15)


def test_a_price_of_a_hundredth_leaves_part_of_the_peak():
    without, small, price = (off(curve, 14, price=price, noise=1.0) for price in (0.0, 0.001, 0.1))
    assert without > 3 * small > 6 * price


def digits(seen, runs=5):
    """Several deals of digits, two labels in ten drawn by dice, and new ones with true labels."""
    images, labels = datasets.digits()
    deals = []
    for seed in range(runs):
        (x, right), (x_new, y_new) = datasets.split(
            [images.reshape(len(images), 64) - 0.3, labels], [seen, 1000], seed=seed
        )
        dice = np.random.default_rng(seed)
        y = np.where(dice.random(seen) < 0.2, dice.integers(0, 10, seen), right)
        deals.append((x, np.eye(10)[y], x_new, np.eye(10)[y_new]))
    return [np.stack(parts) for parts in zip(*deals, strict=True)]


def test_with_more_digits_the_peak_of_trained_networks_moves_to_wider_ones():
    ratios = {}
    for seen in (100, 200):
        x, y, x_new, y_new = digits(seen)
        rng, errors = np.random.default_rng(4), []
        for hidden in (13, 40):
            many = networks.Networks([64, hidden, 10], len(x), rng, activation="leaky_relu", gain=2**0.5)
            with threadpool_limits(1):  # of such small products several threads make slower ones
                many.train([(x, y)] * 2000, networks.mean_square, 0.01, optimizer=descent.Adam(1.0))
            errors.append(np.median(np.mean((many(x_new) - y_new) ** 2, axis=(1, 2))))
        ratios[seen] = errors[0] / errors[1]
    assert ratios[100] > 1.15, "13 units, as many parameters as numbers to hit, are worse than 40"
    assert ratios[200] < 0.95, "with twice as many numbers 40 are worse"


def test_rmsprop_meets_the_digits_as_closely_with_hardly_a_peak():
    x, y, x_new, y_new = digits(100)
    found = {}
    for optimizer, steps in ((descent.Adam, None), (descent.RMSProp, 2000)):
        many = networks.Networks([64, 13, 10], len(x), np.random.default_rng(4), activation="leaky_relu", gain=2**0.5)
        with threadpool_limits(1):
            many.train([(x, y)] * 2000, networks.mean_square, 0.01, steps=steps, optimizer=optimizer(1.0))
        found[optimizer] = [
            np.median(np.mean((many(part) - wanted) ** 2, axis=(1, 2))) for part, wanted in ((x, y), (x_new, y_new))
        ]
    known, new = zip(*found.values(), strict=True)
    assert known[1] < 1.5 * known[0] < 0.01, "both are near the numbers that they were trained on"
    assert new[1] < 0.75 * new[0], "one of them far from the new ones"


def test_many_relu_units_of_a_narrow_network_are_zero_on_every_digit():
    x, y, _, _ = digits(100)
    many = networks.Networks([64, 4, 10], len(x), np.random.default_rng(4), activation="relu", gain=2**0.5)
    with threadpool_limits(1):
        many.train([(x, y)] * 600, networks.mean_square, 0.01)
    assert np.mean(many.signals(x)[0].max(axis=1) == 0) > 0.4


def test_keras_has_the_peak_too():
    import keras

    from utils import runtime, training

    runtime.reseed(4)
    x, y, x_new, y_new = digits(100, runs=3)
    models = {}
    for hidden in (13, 128):
        unit = keras.layers.Dense(hidden, activation="leaky_relu", kernel_initializer="he_normal")
        one = keras.Sequential([keras.layers.Input((64,)), unit, keras.layers.Dense(10)])
        models[str(hidden)] = training.side_by_side(one, 3)
    known, wanted = (np.concatenate([part.swapaxes(0, 1)] * 50).astype("float32") for part in (x, y))  # 50 steps
    loss = training.summed(keras.losses.mean_squared_error)
    options = {"epochs": 30, "batch_size": 100, "shuffle": False}
    training.train_together(models, (known, wanted), keras.optimizers.Adam(0.01), loss, label="both", **options)
    narrow, wide = (
        np.median(
            np.mean((keras.ops.convert_to_numpy(model(x_new.swapaxes(0, 1))).swapaxes(0, 1) - y_new) ** 2, (1, 2))
        )
        for model in models.values()
    )
    assert narrow > 1.3 * wide and narrow > 0.1 > wide
