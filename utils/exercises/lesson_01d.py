"""The exercises of lesson 01d: rules of use, a network that settles, and pruning."""

import numpy as np

from utils.exercises.engine import Exercise, call, expect, expect_array, expect_close, expect_parts


def _near(result, wrong):
    return np.allclose(result, wrong, rtol=1e-5, atol=1e-5)


# ---- Oja's rule ----


def oja_step(weights, p, rate):
    """Strengthen by y · p, wither by y² · w, both with the y of before."""
    y = weights @ p
    return weights + rate * (y * p - y**2 * weights)


def check_oja_step(answer):
    rng = np.random.default_rng(1)
    for size in (2, 5, 3):
        weights, p, rate = rng.normal(size=size), rng.normal(size=size), 0.1
        y = weights @ p
        result = expect_array(call(answer, weights, p, rate), (size,), "the array of new weights")
        strengthened, right = weights + rate * y * p, oja_step(weights, p, rate)
        mistakes = [
            (strengthened, "It strengthens and does not wither: that is Hebb's rule alone."),
            (
                strengthened - rate * y * weights,
                "The weights wither with the *square* of the output, here with the output.",
            ),
            (
                strengthened - rate * weights,
                "The weights wither at each step alike. How much depends on the output, too.",
            ),
            (strengthened + rate * y**2 * weights, "The withering has the wrong sign: it makes the weights larger."),
            (weights - rate * y**2 * weights, "It withers and does not strengthen."),
            (weights + y * p - y**2 * weights, "The rate is missing: both changes are multiplied by it."),
            (strengthened - y**2 * weights, "The rate belongs to both changes, to the withering, too."),
            (
                weights + rate * (p - y**2 * weights),
                "A weight strengthens when input *and* output are active: by y · p.",
            ),
            (
                weights + rate * (y * p - weights**2),
                "It is the *output* that is squared, and it multiplies the weights.",
            ),
            (right - weights, "That is the change. The new weights are wanted."),
            (
                strengthened - rate * (strengthened @ p) ** 2 * strengthened,
                "Both changes come from the weights of before: take y once.",
            ),
        ]
        for wrong, text in mistakes:
            expect(not _near(result, wrong), text)
        expect_close(result, right, "the array of new weights", hint="rate · (what strengthens − what withers).")


# ---- Links of a Hopfield network ----


def hebb_links(patterns):
    """For each pattern 1 where two neurons agree and -1 where they differ, added up, and no neuron with itself."""
    links = patterns.T @ patterns
    np.fill_diagonal(links, 0)
    return links


def check_hebb_links(answer):
    rng = np.random.default_rng(2)
    for count, size in ((1, 4), (3, 6), (5, 9)):
        patterns = rng.choice([-1, 1], size=(count, size))
        patterns[:, 1] = -patterns[:, 0]
        right = hebb_links(patterns)
        result = expect_array(call(answer, patterns), None, "the table of links")
        expect(
            result.shape == (size, size),
            f"For {count} pattern{'s' * (count > 1)} of {size} neurons, the links are a table of {size} by {size}: one "
            f"for each pair of neurons. This has the shape {result.shape}.",
        )
        expect(
            not _near(result, patterns.T @ patterns),
            "Every neuron is linked to itself here: on the diagonal a pattern adds 1. No neuron is linked to itself.",
        )
        expect(
            not _near(result, patterns.T @ patterns - count),
            "That takes 1 from *every* link. Only the diagonal is too large: no neuron is linked to itself.",
        )
        expect(
            count == 1 or not _near(result, patterns.T @ patterns - np.eye(size)),
            "Each pattern adds 1 to the diagonal; here 1 is taken away once only.",
        )
        expect(not _near(result, -right), "The signs are turned round: two neurons that agree have a link of 1.")
        last = np.outer(patterns[-1], patterns[-1]) * (1 - np.eye(size))
        expect(count == 1 or not _near(result, last), "Only the last pattern is stored. The links of all add up.")
        one_sided = np.triu(right, 1)
        expect(
            not (_near(result, one_sided) or _near(result, one_sided.T)),
            "The links go one way only: if i is linked to j, j is linked to i.",
        )
        agreeing = (right + count * (1 - np.eye(size))) / 2
        expect(not _near(result, agreeing), "Two neurons that differ in a pattern get −1 from it, and not 0.")
        scale = right / count, right / size
        expect(
            count == 1 or not any(_near(result, one) for one in scale),
            "The links of several patterns add up; here they are divided. (Their signs would be the same.)",
        )
        expect_close(
            result, right, "the table of links", hint="For one pattern, link i, j is its state i times state j."
        )


# ---- Pruning ----


def prune(weights, score, share):
    """Keep the weights whose score lies above that share of all scores."""
    return np.where(score > np.quantile(score, share), weights, 0) if share else weights.copy()


def check_prune(answer):
    rng = np.random.default_rng(3)
    for shape, share in (((4, 5), 0.5), ((10, 3), 0.3), ((6, 6), 0.75), ((4, 5), 0.0), ((50,), 0.9)):
        weights = rng.normal(size=shape)
        for score in (np.abs(weights), rng.uniform(size=shape)):
            given = weights.copy()
            result = expect_array(call(answer, given, score, share), shape, "the array of pruned weights")
            order = np.argsort(score.ravel())
            places = np.zeros(weights.size, bool)
            count = round(share * weights.size)
            places[order[:count]] = True
            places = places.reshape(shape)
            right = np.where(places, 0, weights)
            expect(
                share == 0 or not _near(result, weights),
                "Nothing was removed. If you set something to 0, was it in `kept`?",
            )
            expect(share != 0 or _near(result, weights), "With share 0 nothing is removed, here something is.")
            expect(
                share in (0, 0.5) or not _near(result, np.where(places, weights, 0)),
                "It keeps what should go, and removes what should stay.",
            )
            others = order[weights.size - count :]
            largest = weights.copy().ravel()
            largest[others] = 0
            expect(
                share == 0 or not _near(result, largest.reshape(shape)),
                "The weights with the *greatest* score are gone. Those with the least should go.",
            )
            by_value = weights.copy().ravel()
            by_value[np.argsort(weights.ravel())[:count]] = 0
            expect(
                share == 0 or not _near(result, by_value.reshape(shape)),
                "It looks at the weights themselves. What goes is decided by `score`.",
            )
            removed = int(np.sum((np.asarray(result) == 0) & (weights != 0)))
            expect(
                abs(removed - count) <= 1,
                f"With share {share:g}, {count} of {weights.size} weights should be 0, and {removed} are.",
            )
            slack = order[max(count - 1, 0) : count + 1]  # where the border lies exactly is open
            firm = np.ones(weights.size, bool)
            firm[slack] = False
            wrong = ~np.isclose(np.asarray(result, float).ravel(), right.ravel(), rtol=1e-5, atol=1e-6) & firm
            expect(not wrong.any(), "The right number of weights is 0, but not those with the least score.")


# ---- Two components ----


def sanger_step(first, second, p, rate):
    """Oja's rule for the first neuron on p, for the second on what the first leaves of p."""
    left = p - (first @ p) * first
    return oja_step(first, p, rate), oja_step(second, left, rate)


def check_sanger_step(answer):
    rng = np.random.default_rng(4)
    for size in (3, 5):
        first, second, p = rng.normal(size=(3, size)) * 0.6
        rate = 0.1
        parts = expect_parts(
            call(answer, first, second, p, rate),
            2,
            "Return two arrays: the new weights of the first neuron and of the second.",
        )
        one = expect_array(parts[0], (size,), "the weights of the first neuron")
        two = expect_array(parts[1], (size,), "the weights of the second neuron")
        new_first, new_second = sanger_step(first, second, p, rate)
        expect_close(
            one, new_first, "the array of weights of the first neuron", hint="It is changed by Oja's rule, as before."
        )
        left = p - (first @ p) * first
        y1, y2 = first @ p, second @ p
        mistakes = [
            (oja_step(second, p, rate), "The second neuron sees the whole input: it would find the same direction."),
            (
                oja_step(second, p - (new_first @ p) * new_first, rate),
                "The second neuron sees what the *new* weights of the first leave. Take those of before the change.",
            ),
            (oja_step(second, p - first, rate), "What the first neuron leaves is p − y₁ · w₁: its output is missing."),
            (oja_step(second, p - y1 * second, rate), "What the *first* neuron leaves is meant: p − y₁ · w₁."),
            (
                second + rate * y2 * (left - y2 * second),
                "This is close to Sanger's own form, in which y₂ is computed from the whole p. Here the second neuron "
                "sees only what is left, for its output, too.",
            ),
            (oja_step(second, p + y1 * first, rate), "What the first neuron explains is taken away, not added."),
        ]
        for wrong, text in mistakes:
            expect(not _near(two, wrong), text)
        expect_close(
            two,
            new_second,
            "the array of weights of the second neuron",
            hint="It is Oja's rule once more, with another input.",
        )


EXERCISES = [
    Exercise(
        name="oja_step",
        kind="function",
        stub='''def oja_step(weights, p, rate):
    """The weights after one input p has been seen."""
    y = weights @ p
    return weights + rate * (y * ... - ...)''',
        solution=oja_step,
        check=check_oja_step,
        hint="Two terms: what strengthens is y times the input; what withers is y squared times the weights.",
    ),
    Exercise(
        name="hebb_links",
        kind="function",
        stub='''def hebb_links(patterns):
    """The links between all neurons, for patterns of 1 and -1, one a row."""
    links = np.zeros((patterns.shape[1], patterns.shape[1]))
    for pattern in patterns:
        links += np.outer(pattern, ...) - ...
    return links''',
        solution=hebb_links,
        check=check_hebb_links,
        hint="The product of two states is 1 if they agree and −1 if not. `np.outer` multiplies each with each.",
    ),
    Exercise(
        name="prune",
        kind="function",
        stub='''def prune(weights, score, share):
    """A copy of the weights in which the given share of them, those with the least score, is 0."""
    kept = weights.copy()
    ...
    return kept''',
        solution=prune,
        check=check_prune,
        hint="`np.quantile(score, share)` is the number below which that share of the scores lies.",
    ),
    Exercise(
        name="sanger_step",
        kind="function",
        stub='''def sanger_step(first, second, p, rate):
    """The weights of both neurons after one input p has been seen."""
    ...''',
        solution=sanger_step,
        check=check_sanger_step,
        hint="`oja_step` does both; what differs is the input that it gets.",
    ),
]
