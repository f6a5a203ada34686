"""Typical wrong answers to the exercises of lesson 15."""

import numpy as np


def ista(x, D, price, steps, update):
    """The loop that the wrong answers to nonnegative_code share."""
    curvature, a = np.linalg.norm(D @ D.T, 2), np.zeros((len(x), len(D)))
    with np.errstate(all="ignore"):
        for _ in range(steps):
            a = update(a, (a @ D - x) @ D.T, curvature, price)
    return a


def _allowed(scores, share):
    return min(int(share * len(scores) + 1e-9), len(np.unique(scores)) - 1)


def soft(a, by):
    return np.sign(a) * np.maximum(np.abs(a) - by, 0)


def tied_parts(x, W, b, c):
    code = np.tanh(x @ W + b)
    wrong = 2 * (code @ W.T + c - x) / len(x)
    return code, wrong, (wrong @ W) * (1 - code**2)


def linear_tied(x, W, b, c):
    code, wrong, _ = tied_parts(x, W, b, c)
    back = wrong @ W
    return x.T @ back + wrong.T @ code, back.sum(axis=0), wrong.sum(axis=0)


def encoder_only(x, W, b, c):
    _, wrong, back = tied_parts(x, W, b, c)
    return x.T @ back, back.sum(axis=0), wrong.sum(axis=0)


def decoder_only(x, W, b, c):
    code, wrong, back = tied_parts(x, W, b, c)
    return wrong.T @ code, back.sum(axis=0), wrong.sum(axis=0)


def scaled(factor):
    def answer(x, W, b, c):
        code, wrong, back = tied_parts(x, W, b, c)
        return tuple(factor * g for g in (x.T @ back + wrong.T @ code, back.sum(axis=0), wrong.sum(axis=0)))

    return answer


def shares_left(x, centered=True, squared=True):
    sizes = np.linalg.svd(x - x.mean(axis=0) * centered, compute_uv=False) ** (2 if squared else 1)
    return np.concatenate([[1.0], 1 - np.cumsum(sizes) / sizes.sum()])


def divergence(ma, va, mb, vb, factor=0.5, axis=-1):
    return factor * np.sum((ma - mb) ** 2 / vb + va / vb - np.log(va / vb) - 1, axis=axis)


def contraction(x, W, b, slope, power=2, average=np.mean):
    h = np.tanh(x @ W + b)
    return average(np.sum(slope(h) ** power * np.sum(W**2, axis=0), axis=1))


WRONG = {
    "alarm_threshold": [
        (lambda scores, share: np.sort(scores)[int(share * len(scores))], "High scores are alarms"),
        (lambda scores, share: scores[len(scores) - 1 - int(share * len(scores))], "in any order"),
        (lambda scores, share: np.quantile(scores, 1 - share), "one of the scores"),
        (lambda scores, share: np.unique(scores)[::-1][_allowed(scores, share)], "Equal scores count each for itself"),
        (lambda scores, share: np.sort(scores)[::-1][max(0, int(share * len(scores)) - 1)], "lies one"),
        (lambda scores, share: np.sort(scores)[::-1][int(share * len(scores)) + 1], "lie three"),
        (
            lambda scores, share: np.sort(scores)[::-1][min(len(scores) - 1, int(np.ceil(share * len(scores) - 1e-9)))],
            "3 would be too many",
        ),
        (
            lambda scores, share: np.sort(scores)[::-1][min(len(scores) - 1, round(share * len(scores)))],
            "3 would be too many",
        ),
    ],
    "smallest_code": [
        (lambda x, share: int(np.argmax(shares_left(x, centered=False) <= share + 1e-12)), "subtracted first"),
        (lambda x, share: int(np.argmax(shares_left(x, squared=False) <= share + 1e-12)), "An error is squared"),
        (lambda x, share: int(np.argmax(shares_left(x)[1:] <= share + 1e-12)), "counts from 0"),
        (lambda x, share: int(np.argmax(shares_left(x) <= share + 1e-12)) + 1, "One number less would do"),
        (lambda x, share: int(np.argmax(1 - shares_left(x) >= share - 1e-12)), "may be lost"),
        (lambda x, share: max(1, int(np.argmax(shares_left(x) <= share + 1e-12))), "With share 1"),
    ],
    "gaussian_divergence": [
        (lambda ma, va, mb, vb: divergence(mb, vb, ma, va), "not symmetric"),
        (lambda ma, va, mb, vb: divergence(ma, va, mb, vb, axis=()), "One number for each row"),
        (lambda ma, va, mb, vb: divergence(ma, va, mb, vb, factor=1), "a factor besides"),
        (lambda ma, va, mb, vb: 0.5 * np.sum(ma**2 + va - np.log(va) - 1, axis=-1), "from itself is 0"),
        (
            lambda ma, va, mb, vb: 0.5 * np.sum((ma - mb) ** 2 + va / vb - np.log(va / vb) - 1, axis=-1),
            "units of b's spread",
        ),
        (lambda ma, va, mb, vb: divergence(ma, va, mb, vb) / ma.shape[-1], "a sum, no mean"),
        (
            lambda ma, va, mb, vb: 0.5 * np.sum((ma - mb) ** 2 / vb + va / vb - 1, axis=-1),
            "has a logarithm",
        ),
        (
            lambda ma, va, mb, vb: divergence(ma, va, mb, vb, axis=0),
            "should have the shape",
        ),
    ],
    "tanh_contraction": [
        (
            lambda x, W, b: np.mean(
                np.sum((lambda h: h * (1 - h))(1 / (1 + np.exp(-x @ W - b))) ** 2 * np.sum(W**2, axis=0), axis=1)
            ),
            "the sigmoid has slope 1/4",
        ),
        (lambda x, W, b: contraction(x, W, b, lambda h: 1 - h**2, average=np.sum), "averaged"),
        (lambda x, W, b: contraction(x, W, b, lambda h: 1 - h**2, power=1), "all of it is squared"),
        (lambda x, W, b: 0.1 * contraction(x, W, b, lambda h: 1 - h**2), "comes later"),
        (lambda x, W, b: contraction(x, W, b, lambda h: 1 - h**2) / W.shape[1], "only the rows are averaged"),
        (lambda x, W, b: contraction(x, W, 0 * b, lambda h: 1 - h**2), "The bias moves"),
        (lambda x, W, b: np.sum(W**2), "slope at 0 for every row"),
        (lambda x, W, b: contraction(x, W, b, lambda h: h * (1 - h)), "Begin with x = 0"),
    ],
    "nonnegative_code": [
        (
            lambda x, D, price, steps: ista(x, D, price, steps, lambda a, g, c, p: soft(a - g / c, p / c)),
            "negative",
        ),
        (
            lambda x, D, price, steps: np.maximum(
                ista(x, D, price, steps, lambda a, g, c, p: soft(a - g / c, p / c)), 0
            ),
            "Cut in every step",
        ),
        (
            lambda x, D, price, steps: ista(x, D, price, steps, lambda a, g, c, p: np.maximum(a - g / c, 0)),
            "The price is missing",
        ),
        (
            lambda x, D, price, steps: ista(x, D, price, steps, lambda a, g, c, p: np.maximum(a - g / c - p, 0)),
            "divided by the curvature",
        ),
        (
            lambda x, D, price, steps: ista(x, D, price, steps, lambda a, g, c, p: a - 9 * (g + p) / c),
            "There is NaN",
        ),
        (
            lambda x, D, price, steps: ista(x, D, price, steps, lambda a, g, c, p: np.maximum(a - (g + p) / c / 2, 0)),
            "after 3 steps",
        ),
        (
            lambda x, D, price, steps: ista(
                x, D, price, steps, lambda a, g, c, p: np.maximum(a - (g + p) / np.sum(D**2), 0)
            ),
            "after 3 steps",
        ),
    ],
    "tied_gradients": [
        (encoder_only, "its job as an encoder"),
        (decoder_only, "its job as a decoder"),
        (linear_tied, "passes through tanh"),
        (scaled(0.5), "a square has a 2"),
        (scaled(7), "averaged over the rows"),
        (lambda x, W, b, c: encoder_only(x, W, b, c)[0], "Return three gradients"),
    ],
}
