"""Typical wrong answers to the exercises of lesson 19."""

import numpy as np


def softmax(scores):
    weights = np.exp(scores - np.max(scores))
    return weights / weights.sum()


def overflowing(scores):
    with np.errstate(all="ignore"):
        return np.where(scores > 700, np.nan, np.exp(np.minimum(scores, 700)))


def bell(scores, center, sigma):
    return np.exp(-((np.arange(len(scores)) - center) ** 2) / (2 * sigma**2))


def kept(scores, keep):
    return np.where(keep, scores, -np.inf)


def place_by_place(a, b):
    return sum(left != right for left, right in zip(a, b, strict=False)) + abs(len(a) - len(b))


def distance(a, b, replacement=1, insertion=1, at_start=None):
    """The table of edit_distance with other prices."""
    before = list(range(len(b) + 1)) if at_start is None else [at_start] * (len(b) + 1)
    for row, left in enumerate(a, start=1):
        now = [row]
        for column, right in enumerate(b, start=1):
            replaced = before[column - 1] + replacement * (left != right)
            now.append(min(replaced, before[column] + 1, now[-1] + insertion))
        before = now
    return before[-1]


def swapping(a, b):
    """Damerau's distance of short sequences: a swap of neighbors counts as one."""
    if len(a) == len(b) == 2 and a[0] == b[1] and a[1] == b[0] and a != b:
        return 1
    return distance(a, b)


def penalty(lengths, alpha):
    return ((5 + lengths) / 6) ** alpha


WRONG = {
    "word_accuracy": [
        (lambda predicted, true, padding: np.mean(predicted == true), "Padding counts as right"),
        (
            lambda predicted, true, padding: np.sum((predicted == true) & (true != 0)) / true.size,
            "You divide by all the places",
        ),
        (lambda predicted, true, padding: np.mean(np.all(predicted == true, axis=1)), "exact match of sentences"),
        (lambda predicted, true, padding=0: np.mean((predicted == true)[true != 0]), "given as an argument"),
        (
            lambda predicted, true, padding: np.mean(predicted[true > padding] == true[true > padding]),
            "need not be the least number",
        ),
        (
            lambda predicted, true, padding: np.mean(
                [np.mean(p[t != 0] == t[t != 0]) for p, t in zip(predicted, true, strict=True)]
            ),
            "mean of the sentences' shares",
        ),
        (
            lambda predicted, true, padding: np.mean(predicted[true > 2] == true[true > 2]),
            "The end mark is a word as well",
        ),
        (
            lambda predicted, true, padding: np.mean((predicted == true)[(true != 0) | (predicted != 0)]),
            "Only where the *true* sentence",
        ),
    ],
    "edit_distance": [
        (place_by_place, "You compare place by place"),
        (lambda a, b: distance(a, b, replacement=2), "A replacement is one change"),
        (lambda a, b: distance(a, b, insertion=9), "three changes"),
        (lambda a, b: distance(a, b, at_start=0), "From nothing to three letters"),
        (swapping, "To swap two neighbors"),
        (lambda a, b: distance("".join(a), "".join(b)), "an item is a whole word"),
        (lambda a, b: abs(len(a) - len(b)), "One letter is replaced"),
    ],
    "local_attention": [
        (
            lambda scores, keep, center, sigma: (
                softmax(kept(scores, keep))
                * bell(scores, center, sigma)
                / np.sum(softmax(kept(scores, keep)) * bell(scores, center, sigma))
            ),
            "Yours sum to one",
        ),
        (lambda scores, keep, center, sigma: softmax(scores * bell(scores, center, sigma)), "not the scores"),
        (
            lambda scores, keep, center, sigma: softmax(kept(scores, keep)) * bell(scores, center, sigma / np.sqrt(2)),
            "it has a factor that yours lacks",
        ),
        (
            lambda scores, keep, center, sigma: softmax(kept(scores, keep)) * bell(scores, center - 1, sigma),
            "Positions count from 0",
        ),
        (
            lambda scores, keep, center, sigma: softmax(scores) * bell(scores, center, sigma),
            "Padding gets the weight 0",
        ),
        (
            lambda scores, keep, center, sigma: softmax(scores) * bell(scores, center, sigma) * keep,
            "must not take part in the softmax",
        ),
        (
            lambda scores, keep, center, sigma: (
                overflowing(scores) * keep / np.sum(overflowing(scores) * keep) * bell(scores, center, sigma)
            ),
            "overflows",
        ),
        (
            lambda scores, keep, center, sigma: np.exp(scores) * keep * bell(scores, center, sigma),
            "are those of a softmax",
        ),
    ],
    "best_sentence": [
        (lambda logs, lengths, alpha: np.max(logs / penalty(lengths, alpha)), "Its place is wanted"),
        (lambda logs, lengths, alpha: int(np.argmax(logs / (1 + lengths / 6) ** alpha)), "1 and 13 are 1 and 3"),
        (lambda logs, lengths, alpha: int(np.argmin(logs / penalty(lengths, alpha))), "nearest to zero"),
        (lambda logs, lengths, alpha: int(np.argmax(logs * penalty(lengths, alpha))), "Do you divide or multiply"),
        (lambda logs, lengths, alpha: int(np.argmax(logs)), "should win"),
        (lambda logs, lengths, alpha: int(np.argmax(logs / lengths**alpha)), "grows more slowly at first"),
        (
            lambda logs, lengths, alpha: int(np.argmax(logs / (1 + alpha * ((5 + lengths) / 6 - 1)))),
            "a square root",
        ),
        (
            lambda logs, lengths, alpha: int(np.argmax(logs / ((5 + lengths) / 6 * alpha + (alpha == 0)))),
            "not a factor of it",
        ),
    ],
}
