"""The exercises of lesson 19, sequence to sequence."""

import numpy as np

from utils.exercises.engine import Exercise, call, expect, expect_array, expect_close, expect_number

# ---- Right, word by word ----


def word_accuracy(predicted, true, padding=0):
    """The share of words that are right, counted where the true sentences have a word."""
    real = true != padding
    return np.mean(predicted[real] == true[real])


def check_word_accuracy(answer):
    true = np.array([[5, 6, 2, 0, 0, 0], [7, 2, 0, 0, 0, 0]])

    def accuracy(predicted, true=true):
        return expect_number(call(answer, np.array(predicted), np.array(true), 0), "the accuracy")

    perfect = accuracy(true)
    expect(perfect != 5 / 12, "You divide by all the places. How many of them hold a word of the true sentence?")
    expect(np.isclose(perfect, 1), "A translation that is right in every word has the accuracy 1.")
    two_wrong = [[5, 9, 2, 0, 0, 0], [8, 2, 0, 0, 0, 0]]
    result = accuracy(two_wrong)
    expect(not np.isclose(result, 10 / 12), "Padding counts as right in yours. It is no word.")
    expect(
        not np.isclose(result, (2 / 3 + 1 / 2) / 2),
        "That is the mean of the sentences' shares. Count all words of all sentences together.",
    )
    expect(not np.isclose(result, 0), "That is the exact match of sentences. Count words.")
    expect(not np.isclose(result, 1 / 3), "The end mark is a word as well: it has to be said at the right place.")
    expect(np.isclose(result, 3 / 5), "Five words, two of them wrong: the accuracy is 3/5.")
    too_long = [[5, 6, 4, 2, 0, 0], [7, 2, 0, 0, 0, 0]]
    expect(
        np.isclose(accuracy(too_long), 4 / 5),
        "Only where the *true* sentence has a word is counted; the predicted one may go on longer, or stop early.",
    )
    marked = expect_number(call(answer, np.array(two_wrong) - 1, true - 1, -1), "the accuracy with padding -1")
    expect(np.isclose(marked, 3 / 5), "The padding is given as an argument; it need not be 0.")
    between = np.array([[8, 4, 3, 5, 5], [7, 3, 5, 5, 5]])
    guessed = np.array([[8, 9, 3, 5, 5], [4, 3, 5, 5, 5]])
    marked = expect_number(call(answer, guessed, between, 5), "the accuracy with padding 5")
    expect(np.isclose(marked, 3 / 5), "The padding need not be the least number: words may be above it and below it.")
    rng = np.random.default_rng(19)
    for _ in range(10):
        true_rows = rng.integers(0, 4, (6, 7))
        true_rows[:, 0] = 2
        guessed = rng.integers(0, 4, (6, 7))
        expect(
            np.isclose(accuracy(guessed, true_rows), word_accuracy(guessed, true_rows)),
            "It is not right on random sentences. Count where the true number is not the padding.",
        )


# ---- How wrong? ----


def edit_distance(a, b):
    """The least number of insertions, deletions and replacements that turn sequence a into sequence b."""
    before = list(range(len(b) + 1))  # from nothing to each beginning of b
    for row, left in enumerate(a, start=1):
        now = [row]
        for column, right in enumerate(b, start=1):
            replaced = before[column - 1] + (left != right)
            now.append(min(replaced, before[column] + 1, now[-1] + 1))
        before = now
    return before[-1]


def check_edit_distance(answer):
    def distance(a, b):
        return expect_number(call(answer, a, b), f"the distance of {a!r} and {b!r}")

    expect(distance("abc", "abc") == 0, "Equal sequences have the distance 0.")
    expect(distance("", "abc") == 3, "From nothing to three letters takes three insertions.")
    expect(distance("abc", "") == 3, "From three letters to nothing takes three deletions.")
    result = distance("abc", "axc")
    expect(result != 2, "A replacement is one change, not a deletion and an insertion.")
    expect(result == 1, "One letter is replaced: the distance is 1.")
    result = distance("abcd", "bcd")
    expect(result != 4, "You compare place by place. One deletion at the front moves all that follows.")
    expect(result == 1, "One deletion at the front is one change.")
    expect(distance("ab", "ba") == 2, "To swap two neighbors takes two of the three kinds of change.")
    expect(distance("kitten", "sitting") == 3, "kitten, sitten, sittin, sitting: three changes.")
    words = distance(("pump", "a", "deugain"), ("naw", "a", "deugain"))  # tuples, for the sake of functools.cache
    expect(words == 1, "It has to work on tuples of words too: an item is a whole word there.")
    rng = np.random.default_rng(19)
    for _ in range(20):
        a, b = ("".join(rng.choice(list("abc"), rng.integers(0, 8))) for _ in range(2))
        expect(distance(a, b) == edit_distance(a, b), f"It is not right for {a!r} and {b!r}.")


# ---- Look near a place ----


def local_attention(scores, keep, center, sigma):
    """Softmax weights of the words that `keep` leaves, times a bell curve around the position `center`."""
    scores = np.where(keep, scores, -np.inf)
    weights = np.exp(scores - scores.max())
    weights = weights / weights.sum()
    places = np.arange(len(scores))
    return weights * np.exp(-((places - center) ** 2) / (2 * sigma**2))


def check_local_attention(answer):
    rng = np.random.default_rng(19)
    scores, all_kept = rng.normal(size=6), np.ones(6, bool)
    right = local_attention(scores, all_kept, 2.5, 1.5)
    result = expect_array(call(answer, scores, all_kept, 2.5, 1.5), (6,), "the weights")
    expect(
        not np.allclose(result, right / right.sum()),
        "Yours sum to one. As in the paper, they are not divided again after the bell curve.",
    )
    bell = np.exp(-((np.arange(6) - 2.5) ** 2) / (2 * 1.5**2))
    inside = np.exp(scores * bell) / np.exp(scores * bell).sum()
    expect(not np.allclose(result, inside), "The bell curve multiplies the weights, not the scores.")
    expect(not np.allclose(result, np.exp(scores) * bell), "The weights under the bell curve are those of a softmax.")
    wrong_bell = np.exp(-((np.arange(6) - 2.5) ** 2) / 1.5**2)
    expect(
        not np.allclose(result, right / bell * wrong_bell),
        "Look at the divisor in the exponent: it has a factor that yours lacks.",
    )
    expect(
        not np.allclose(result, right / bell * np.exp(-((np.arange(6) - 1.5) ** 2) / (2 * 1.5**2))),
        "Positions count from 0.",
    )
    expect_close(result, right, "the weights of six words", hint="A softmax, times a bell curve.")
    keep = np.array([True, True, True, True, False, False])
    result = expect_array(call(answer, scores, keep, 3, 1.0), (6,), "the weights with padding")
    expect(np.all(result[4:] == 0), "Padding gets the weight 0, also where the bell curve is high.")
    right = local_attention(scores, keep, 3, 1.0)
    unmasked = np.where(keep, local_attention(scores, all_kept, 3, 1.0), 0)
    expect(
        not np.allclose(result, unmasked),
        "Padding must not take part in the softmax either: leave it out before the weights are divided by their sum.",
    )
    expect_close(result, right, "the weights with padding", hint="Softmax over what is kept, then the bell curve.")
    large = call(answer, scores + 1000, keep, 3, 1.0)
    expect(
        np.all(np.isfinite(np.asarray(large, float))),
        "For scores near 1000 yours overflows. What may be subtracted from all the scores of a softmax?",
    )
    expect_close(
        large,
        right,
        "the weights for large scores",
        tolerance=1e-4,  # in float32 a score near 1000 is off by 3e-5
        hint="A softmax does not change when all scores move.",
    )


# ---- Fair to long sentences ----


def best_sentence(log_probabilities, lengths, alpha):
    """The place of the sentence whose log probability, divided by ((5 + length) / 6)^alpha, is the greatest."""
    penalties = ((5 + np.asarray(lengths)) / 6) ** alpha
    return int(np.argmax(np.asarray(log_probabilities) / penalties))


def check_best_sentence(answer):
    def best(log_probabilities, lengths, alpha):
        place = call(answer, np.array(log_probabilities), np.array(lengths), alpha)
        return expect_number(place, "the place of the best sentence")

    logs, lengths = [-2.0, -2.2, -6.0], [2, 9, 4]
    result = best(logs, lengths, 0.0)
    expect(result != -2, "That is the score of the best sentence. Its place is wanted.")
    expect(result != 2, "Log probabilities are negative: the best one is nearest to zero.")
    expect(result == 0, "With alpha = 0 the divisor is 1, and the most probable sentence is the best.")
    expect(
        best([-2.0, -1.9], [2, 9], 1.0) == 1,
        "The longer sentence is the more probable one here, and loses. Do you divide or multiply?",
    )
    result = best(logs, lengths, 1.0)
    expect(result != 0, "With alpha = 1 the longer sentence, nearly as probable, should win.")
    expect(result == 1, "With alpha = 1 the second of these should be the best.")
    expect(
        best([-1.0, -2.5], [1, 4], 1.0) == 0,
        "Divided by the plain length the long one would win. The paper's divisor grows more slowly at first.",
    )
    expect(best([-1.0, -1.4], [1, 4], 0.5) == 0, "Alpha is an exponent of the whole divisor, not a factor of it.")
    expect(best([-1.0, -2.2], [1, 19], 0.5) == 0, "Alpha is an exponent: half of it means a square root.")
    expect(best([-1.0, -2.9], [1, 13], 1.0) == 1, "With alpha = 1 the divisors of the lengths 1 and 13 are 1 and 3.")
    rng = np.random.default_rng(19)
    for _ in range(30):
        count = int(rng.integers(1, 7))
        many, alpha = rng.integers(1, 20, count), float(rng.uniform(0, 1.5))
        case = (-rng.uniform(0.8, 1.2, count) * ((5 + many) / 6) ** alpha, many, alpha)
        expect(best(*case) == best_sentence(*case), "It is not right on random sentences: compare with the formula.")


EXERCISES = [
    Exercise(
        name="word_accuracy",
        kind="function",
        title="Right, word by word (10 minutes)",
        stub=(
            "def word_accuracy(predicted, true, padding=0):\n"
            '    """The share of right words; both are (sentences, places) of word numbers."""\n'
            "    ..."
        ),
        solution=word_accuracy,
        check=check_word_accuracy,
        hint="A truth value per place says where the true sentences have a word. It can be an index.",
    ),
    Exercise(
        name="edit_distance",
        kind="function",
        title="How wrong? (30 minutes)",
        stub=(
            "def edit_distance(a, b):\n"
            '    """The least number of insertions, deletions and replacements that turn a into b."""\n'
            "    ..."
        ),
        solution=edit_distance,
        check=check_edit_distance,
        hint=(
            "Fill a table: the distance of the first i items of a and the first j of b. "
            "Each entry follows from three neighbors."
        ),
    ),
    Exercise(
        name="local_attention",
        kind="function",
        title="Look near a place (30 minutes)",
        stub=(
            "def local_attention(scores, keep, center, sigma):\n"
            '    """scores and keep are (words,); keep is False at padding. Returns the weights, (words,)."""\n'
            "    ..."
        ),
        solution=local_attention,
        check=check_local_attention,
        hint="Take the weights of `attend` for one query, then multiply.",
    ),
    Exercise(
        name="best_sentence",
        kind="function",
        title="Fair to long sentences (20 minutes)",
        stub=(
            "def best_sentence(log_probabilities, lengths, alpha):\n"
            '    """The place of the best finished sentence after the length penalty."""\n'
            "    ..."
        ),
        solution=best_sentence,
        check=check_best_sentence,
        hint="One divisor per sentence, then the place of the largest quotient.",
    ),
]
