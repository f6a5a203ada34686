"""Vocabularies, search and scores for translation: properties over random models."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from utils import translation
from utils.translation import END, PADDING, START, UNKNOWN, Vocabulary

SENTENCES = [["un", "ar", "hugain"], ["pump", "a", "deugain"], ["cant"]]


def random_model(seed, size=7, depth=5, count=3):
    """A step function whose probabilities depend on the whole path, and its first state for `count` sentences."""

    def step(words, state):
        paths = np.column_stack([state[0], words])
        rows = []
        for sentence, path in zip(state[1], paths, strict=True):
            logits = 2 * np.random.default_rng([seed, int(sentence), *path]).normal(size=size)
            logits[[PADDING, START]] = -np.inf
            if len(path) >= depth:
                logits[[n for n in range(size) if n != END]] = -np.inf
            rows.append(logits - np.log(np.sum(np.exp(logits))))
        return np.array(rows), (paths, state[1])

    return step, (np.zeros((count, 0), int), np.arange(count))


def probability(step, state, words):
    """The log probability of one sentence, word by word."""
    total, before = 0.0, START
    for word in words:
        logs, state = step(np.array([before]), state)
        total, before = total + logs[0, word], word
        if word == END:
            break
    return total


def all_sentences(step, state, length):
    """Every sentence that a model can write, with its log probability."""
    unfinished, finished = [((), 0.0, START, state)], []
    for _ in range(length):
        grown = []
        for words, total, last, at in unfinished:
            logs, after = step(np.array([last]), at)
            for word in np.flatnonzero(np.isfinite(logs[0])):
                item = ((*words, int(word)), total + logs[0, word], int(word), after)
                (finished if word == END else grown).append(item)
        unfinished = grown
    return finished


def row_of(state, row):
    return tuple(array[[row]] for array in state)


def test_a_vocabulary_numbers_its_words_after_the_four_marks():
    words = Vocabulary(SENTENCES)
    assert len(words) == 4 + 7 and words.words[4:] == sorted({w for s in SENTENCES for w in s})
    assert [words.numbers[w] for w in words.words] == list(range(len(words)))
    assert Vocabulary(reversed(SENTENCES)).words == words.words


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(["a", "b", "ü", "12"]), max_size=6), min_size=1, max_size=5), st.booleans())
def test_decoding_undoes_encoding(sentences, end):
    words = Vocabulary([*sentences, ["a", "b", "ü", "12"]])
    rows = words.encode(sentences, 7, end)
    assert rows.shape == (len(sentences), 7) and rows.dtype == np.int32
    assert [words.decode(row) for row in rows] == sentences
    for row, sentence in zip(rows, sentences, strict=True):
        assert np.all(row[len(sentence) + end :] == PADDING)
        assert not end or row[len(sentence)] == END


def test_unknown_words_and_sentences_that_are_too_long():
    words = Vocabulary(SENTENCES)
    np.testing.assert_array_equal(words.encode([["cant", "mil"]], 3), [[words.numbers["cant"], UNKNOWN, PADDING]])
    with pytest.raises(ValueError, match="4 words does not fit into 3: un ar hugain"):
        words.encode([["un", "ar", "hugain"]], 3, end=True)


def test_a_mark_in_a_sentence_is_not_numbered_twice():
    assert len(Vocabulary([["<end>", "un"]])) == 5


def test_exact_match_counts_whole_sentences():
    true = np.array([[5, 2, 0], [6, 7, 2]])
    np.testing.assert_array_equal(translation.exact_match(np.array([[5, 2, 0], [6, 8, 2]]), true), [True, False])
    np.testing.assert_array_equal(translation.exact_match(np.array([[5, 2, 2], [6, 7, 2]]), true), [False, True])
    with pytest.raises(ValueError, match=r"\(2, 2\) and \(2, 3\)"):
        translation.exact_match(true[:, :2], true)


@settings(deadline=None)
@given(st.integers(1, 5000), st.floats(0, 1), st.sampled_from([0.9, 0.95, 0.99]))
def test_wilson_is_scipys(trials, share, level):
    right = round(share * trials)
    theirs = stats.binomtest(right, trials).proportion_ci(level, method="wilson")
    ours = translation.wilson_interval(right, trials, stats.norm.ppf((1 + level) / 2))
    np.testing.assert_allclose(ours, theirs, atol=1e-9)
    assert 0 <= ours[0] <= right / trials + 1e-12 and right / trials - 1e-12 <= ours[1] <= 1


def test_wilsons_default_is_95_percent_and_nonsense_is_refused():
    theirs = stats.binomtest(198, 200).proportion_ci(method="wilson")
    np.testing.assert_allclose(translation.wilson_interval(198, 200), theirs, atol=1e-7)
    for trials in range(1, 500):
        assert translation.wilson_interval(0, trials)[0] >= 0
        assert translation.wilson_interval(trials, trials)[1] <= 1
    for right, trials in ((3, 2), (-1, 2), (0, 0)):
        with pytest.raises(ValueError, match="is no share"):
            translation.wilson_interval(right, trials)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_a_beam_of_one_is_greedy_and_scores_are_the_sentences_own(seed):
    step, state = random_model(seed)
    written = translation.greedy(step, state, 6)
    beams, scores = translation.beam_search(step, state, 1, 6)
    np.testing.assert_array_equal(beams[:, 0], written)
    for width in (1, 3):
        beams, scores = translation.beam_search(step, state, width, 6)
        assert np.all(np.diff(scores, axis=1) <= 0), "best first"
        for row in range(3):
            assert len({tuple(words) for words in beams[row]}) == width, "all different"
            for words, score in zip(beams[row], scores[row], strict=True):
                assert math.isclose(probability(step, row_of(state, row), words), score, abs_tol=1e-9)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_a_beam_that_drops_nothing_finds_the_best_sentences(seed):
    step, state = random_model(seed, size=6, depth=3, count=2)
    beams, scores = translation.beam_search(step, state, 200, 4)
    for row in range(2):
        best = sorted(all_sentences(step, row_of(state, row), 4), key=lambda item: -item[1])
        np.testing.assert_allclose(scores[row, : len(best)], [item[1] for item in best], atol=1e-9)
        np.testing.assert_array_equal(beams[row, 0, : len(best[0][0])], best[0][0])
        assert np.all(np.isneginf(scores[row, len(best) :])), "there are no more sentences than these"


def test_searching_many_sentences_is_searching_each():
    step, state = random_model(5, count=4)
    together, scores = translation.beam_search(step, state, 3, 6)
    for row in range(4):
        alone, score = translation.beam_search(step, row_of(state, row), 3, 6)
        np.testing.assert_array_equal(alone[0], together[row])
        np.testing.assert_allclose(score[0], scores[row])
        np.testing.assert_array_equal(
            translation.greedy(step, row_of(state, row), 6)[0], translation.greedy(step, state, 6)[row]
        )


def test_after_the_end_there_is_padding_and_the_length_is_kept():
    step, state = random_model(1, depth=2)
    written = translation.greedy(step, state, 9)
    assert written.shape == (3, 9) and written.dtype == np.int32
    for row in written:
        (end,) = np.flatnonzero(row == END)
        assert np.all(row[end + 1 :] == PADDING) and np.all(row[:end] > END)
    assert translation.greedy(step, state, 1).shape == (3, 1)


def test_of_equal_words_the_first_is_written_also_by_a_beam():
    def step(words, state):
        assert words.dtype == np.int32
        return np.full((len(words), 200), -math.log(200)), state

    state = (np.zeros((2, 1)),)
    np.testing.assert_array_equal(translation.greedy(step, state, 2), [[1, 1], [1, 1]])
    beams, scores = translation.beam_search(step, state, 5, 2)
    expected = [[END, PADDING], [1, 1], [1, 2], [1, 3], [1, 4]]  # what has ended costs nothing more
    np.testing.assert_array_equal(beams, [expected] * 2)
    assert beams.dtype == np.int32 and scores.dtype == np.float64


def test_a_beam_of_no_width_is_refused():
    with pytest.raises(ValueError, match="at least 1 wide"):
        translation.beam_search(*random_model(0), 0, 3)


@pytest.mark.parametrize("kind", [int, float, np.int8, np.int16, np.int32, np.int64, np.uint8, np.float32])
def test_wilson_takes_counts_of_any_type(kind):
    # by hand: share 1/2, z 2, n 100: (1/2 + 4/200 ± 2·√(1/400 + 4/40000)) / (1 + 4/100) = (52 ± 2·√26·2)/104, ÷ 100
    low, high = translation.wilson_interval(kind(50), kind(100), z=2)
    half = 2 * math.sqrt(1 / 400 + 1 / 10000) / 1.04
    assert math.isclose(low, 0.5 - half) and math.isclose(high, 0.5 + half)


def test_wilson_does_not_overflow():
    large = np.int32(100_000)  # its square is 10^10
    assert translation.wilson_interval(large // 2, large) == translation.wilson_interval(50_000, 100_000)
    for right, trials in ((np.nan, 10), (1, np.nan)):
        with pytest.raises(ValueError, match="no share"):
            translation.wilson_interval(right, trials)


def likes_padding(words, state):
    """A model for which padding is the most probable next word, then word 4; after two words it ends."""
    logs = np.log([0.5, 0.1, 0.05, 0.05, 0.3])
    if state[0][0, 0] == 2:
        logs = np.log([0.5, 0.1, 0.3, 0.05, 0.05])
    return np.tile(logs, (len(words), 1)), (state[0] + 1,)


def test_padding_is_no_word_however_probable_it_is():
    written = translation.greedy(likes_padding, (np.zeros((2, 1)),), 5)
    assert written.tolist() == [[4, 4, END, PADDING, PADDING]] * 2
    # of all sentences the shortest, END alone, is the most probable; one beam does not see it
    for width, best, probability_of_it in ((1, [4, 4, END, 0, 0], 0.3**3), (4, [END, 0, 0, 0, 0], 0.05)):
        sentences, scores = translation.beam_search(likes_padding, (np.zeros((2, 1)),), width, 5)
        assert sentences[0, 0].tolist() == best
        assert math.isclose(scores[0, 0], math.log(probability_of_it))
        for sentence in sentences[scores > -np.inf]:
            ends = np.flatnonzero(sentence == END)
            assert PADDING not in (sentence[: ends[0]] if len(ends) else sentence)
