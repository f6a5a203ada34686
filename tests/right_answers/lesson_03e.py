"""Right answers of other kinds to the exercises of lesson 03e."""

from collections import Counter, defaultdict

import numpy as np


def _table_of_lists(answers, is_bin, is_blue):
    groups = defaultdict(list)
    for answer, kind, blue in zip(answers, is_bin, is_blue, strict=True):
        groups[int(kind), int(blue)].append(int(answer == kind))
    return [[sum(groups[k, b]) / len(groups[k, b]) for b in (0, 1)] for k in (0, 1)]


def _audit_of_counters(attribute, labels):
    groups = defaultdict(Counter)
    for value, label in zip(attribute, labels, strict=True):
        groups[int(value)][int(label)] += 1
    return sum(max(counts.values()) for counts in groups.values()) / len(labels)


def _one_by_one(pictures, rng):
    return np.stack([picture[..., rng.permutation(3)] for picture in pictures])


def _by_sorting_noise(pictures, rng):
    orders = rng.random((len(pictures), 3)).argsort(axis=1)
    return np.take_along_axis(pictures, orders[:, None, None, :], axis=-1)


def _worst_of_lists(answers, labels, *attributes):
    groups = defaultdict(list)
    for right, *group in zip(answers == labels, labels, *attributes, strict=True):
        groups[tuple(map(int, group))].append(bool(right))
    return min(sum(each) / len(each) for each in groups.values())


def _weights_of_counter(labels, attribute):
    groups = [(int(a), int(b)) for a, b in zip(labels, attribute, strict=True)]
    sizes = Counter(groups)
    return [len(groups) / len(sizes) / sizes[group] for group in groups]


RIGHT = {
    "by_group": [_table_of_lists],
    "audit": [_audit_of_counters],
    "repainted": [_one_by_one, _by_sorting_noise],
    "worst_group": [_worst_of_lists],
    "balancing_weights": [_weights_of_counter],
}
