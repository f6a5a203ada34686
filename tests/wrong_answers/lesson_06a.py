"""Typical wrong answers to the exercises of lesson 06a, each with a part of the hint that it must get."""

import numpy as np


def sigmoid(s):
    return 1 / (1 + np.exp(-s))


def by_size(measure):
    """A gain made of another measure of the signals."""
    return lambda f, s: measure(f(s))


def off_by(function):
    return lambda signals: function(np.asarray(signals))


WRONG = {
    "layer_slope": [
        (lambda w, s: sigmoid(s) * (1 - sigmoid(s)), "the weight is left out"),
        (lambda w, s: w * sigmoid(s), "How steep is it"),
        (lambda w, s: w, "What does the sigmoid multiply by"),
        (lambda w, s: w / 4, "at the sum 0 only"),
        (lambda w, s: w * s * (1 - s), "Here s is the sum"),
        (lambda w, s: w * (1 - np.tanh(s) ** 2), "slope of tanh"),
        (lambda w, s: w * sigmoid(w * s) * (1 - sigmoid(w * s)), "already the sum"),
        (lambda w, s: sigmoid(w * s) * (1 - sigmoid(w * s)), "already the sum"),
        (lambda w, s: w + sigmoid(s), "did not come out as expected"),
    ],
    "gain_for": [
        (by_size(lambda h: np.mean(h**2)), "By what do you multiply"),
        (by_size(lambda h: 1 / np.mean(h**2)), "The gain is a standard deviation"),
        (by_size(lambda h: np.mean(h**2) ** 0.5), "a larger gain"),
        (by_size(lambda h: 1 / h.std()), "takes the mean off"),
        (by_size(lambda h: 1 / np.mean(np.abs(h))), "stand squares"),
        (by_size(lambda h: 2**0.5), "over the s that is given"),
        (
            lambda f, s: np.mean(f(np.random.default_rng(9).normal(size=2000)) ** 2) ** -0.5,
            "over the s that is given",
        ),
    ],
    "twin_layer": [
        (lambda kernel, bias: (2 * kernel, 2 * bias), "Two things ask for a factor of two"),
        (lambda kernel, bias: (4 * kernel, 2 * bias), "The bias is only doubled"),
        (lambda kernel, bias: (4 * kernel, bias - kernel.sum(axis=0)), "twice as large"),
        (lambda kernel, bias: (4 * kernel, 2 * (bias + kernel.sum(axis=0))), "turned around"),
        (lambda kernel, bias: (4 * kernel, 2 * (bias - kernel.sum(axis=1))), "summed over its units"),
        (lambda kernel, bias: (4 * kernel, 2 * bias - 4 * kernel.sum(axis=0)), "not beside 4 W"),
        (lambda kernel, bias: 4 * kernel, "Return two arrays"),
        (lambda kernel, bias: (kernel, bias), "Put h = 2 g"),
    ],
    "he_limit": [
        (lambda inputs: (2 / inputs) ** 0.5, "that is the standard deviation"),
        (lambda inputs: (3 / inputs) ** 0.5, "ReLU needs another"),
        (lambda inputs: 6 / inputs, "a size like the weights"),
        (lambda inputs: (24 / inputs) ** 0.5, "the whole width"),
        (lambda inputs: 1 / inputs, "drawn evenly from −1 to 1"),
    ],
    "off_and_on": [
        (off_by(lambda s: ((s > 0).all(axis=0).mean(), (s <= 0).all(axis=0).mean())), "in the other order"),
        (off_by(lambda s: ((s <= 0).all(axis=0).sum(), (s > 0).all(axis=0).sum())), "these are counts"),
        (off_by(lambda s: ((s <= 0).all(axis=1).mean(), (s > 0).all(axis=1).mean())), "goes through the digits"),
        (off_by(lambda s: ((s <= 0).mean(), (s > 0).mean())), "counts single signals"),
        (off_by(lambda s: (s <= 0).all(axis=0).mean()), "Return two shares"),
        (off_by(lambda s: ((s < 0).all(axis=0).mean(), (s >= 0).all(axis=0).mean())), "ask all digits"),
    ],
}
