"""Sequences of words for translation: vocabularies, greedy and beam search, exact match and its confidence interval.

NumPy alone. A model comes in as a function `step(words, state)`: for N unfinished sentences it gets the last word of
each, integers (N,), and a state, a tuple of arrays whose first axis is N. It returns the logarithms of the
probabilities of the next word, (N, size of the vocabulary), and the new state.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np

__all__ = [
    "END",
    "PADDING",
    "START",
    "UNKNOWN",
    "Vocabulary",
    "beam_search",
    "exact_match",
    "greedy",
    "wilson_interval",
]

PADDING, START, END, UNKNOWN = 0, 1, 2, 3
"""The numbers of the four marks that every vocabulary begins with."""

MARKS = ["<pad>", "<start>", "<end>", "<unknown>"]

State = tuple[np.ndarray, ...]
Step = Callable[[np.ndarray, State], tuple[np.ndarray, State]]


class Vocabulary:
    """The words of some sentences, each with a number; 0 to 3 are the marks PADDING, START, END and UNKNOWN.

    Args:
        sentences: sequences of words (strings): the training sentences, since a word that is not in them is unknown.

    Attributes:
        words: all marks and words, in the order of their numbers; the words are sorted.
    """

    def __init__(self, sentences: Iterable[Sequence[str]]):
        self.words = MARKS + sorted({word for sentence in sentences for word in sentence} - set(MARKS))
        self.numbers = {word: number for number, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, sentences: Sequence[Sequence[str]], length: int, end: bool = False) -> np.ndarray:
        """Return sentences as numbers, int32 (N, length), filled up with PADDING; with END after each if `end`.

        Raises:
            ValueError: a sentence, with its END, is longer than `length`.
        """
        encoded = np.full((len(sentences), length), PADDING, np.int32)
        for row, sentence in zip(encoded, sentences, strict=True):
            numbers = [self.numbers.get(word, UNKNOWN) for word in sentence] + [END] * end
            if len(numbers) > length:
                raise ValueError(f"a sentence of {len(numbers)} words does not fit into {length}: {' '.join(sentence)}")
            row[: len(numbers)] = numbers
        return encoded

    def decode(self, numbers: Iterable[int]) -> list[str]:
        """Return the words of one row of numbers, up to its first END or PADDING."""
        words = []
        for number in numbers:
            if number in (END, PADDING):
                break
            words.append(self.words[number])
        return words


def exact_match(predicted: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Say for each sentence whether all its numbers are right, the padding too: bool (N,).

    Raises:
        ValueError: the arrays are not both (N, length).
    """
    predicted, true = np.asarray(predicted), np.asarray(true)
    if predicted.shape != true.shape or true.ndim != 2:
        raise ValueError(f"both arrays are (N, length), not {predicted.shape} and {true.shape}")
    return np.all(predicted == true, axis=1)


def wilson_interval(right: int, trials: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the confidence interval of a share by Wilson (1927), "Probable inference, the law of succession, …".

    Args:
        right: how many of the trials were right.
        trials: how many there were, at least 1.
        z: how many standard errors wide; the default gives 95 %.

    Raises:
        ValueError: `right` does not lie between 0 and `trials`, or there are no trials.
    """
    if not 0 <= right <= trials or trials < 1:
        raise ValueError(f"{right} right of {trials} trials is no share")
    right, trials = float(right), float(trials)  # np.int32 would overflow
    share = right / trials
    center = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z / (1 + z**2 / trials) * math.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    return max(0.0, center - half), min(1.0, center + half)


def greedy(step: Step, state: State, length: int) -> np.ndarray:
    """Write N sentences, always with the most probable next word. PADDING is no word, however probable it is.

    Args:
        step, state: the model, and its state before the first word; see the top of this module.
        length: how many words to write at most, END included.

    Returns:
        int32 (N, length): the words, END, and PADDING after it.
    """
    count = len(state[0])
    written = np.full((count, length), PADDING, np.int32)
    words = np.full(count, START, np.int32)
    finished = np.zeros(count, bool)
    for position in range(length):
        log_probabilities, state = step(words, state)
        best = np.argmax(np.asarray(log_probabilities)[:, PADDING + 1 :], axis=-1) + PADDING + 1
        words = np.where(finished, PADDING, best).astype(np.int32)
        written[:, position] = words
        finished |= words == END
        if finished.all():
            break
    return written


def beam_search(step: Step, state: State, width: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Write N sentences, going on with the `width` most probable beginnings of each. A width of 1 is `greedy`.

    A sentence that has ended keeps its place among the best for as long as its probability deserves it.

    Args:
        step, state, length: as for `greedy`.
        width: how many beginnings are kept for each sentence.

    Returns:
        The sentences, int32 (N, width, length), best first, padded as by `greedy`; and the logarithms of their
        probabilities, (N, width). Where the model knows fewer sentences than `width`, the rest have -inf.

    Raises:
        ValueError: the width is not at least 1.
    """
    if width < 1:
        raise ValueError(f"a beam is at least 1 wide, not {width}")
    count = len(state[0])
    state = tuple(np.repeat(array, width, axis=0) for array in state)
    written = np.full((count, width, length), PADDING, np.int32)
    scores = np.full((count, width), -np.inf)
    scores[:, 0] = 0.0  # all beams begin alike: only one of them may count
    words = np.full(count * width, START, np.int32)
    finished = np.zeros((count, width), bool)
    sentences = np.arange(count)[:, None]
    for position in range(length):
        log_probabilities, state = step(words, state)
        size = log_probabilities.shape[-1]
        grown = np.array(log_probabilities, float).reshape(count, width, size)
        grown[finished] = -np.inf  # after its end a sentence goes on with padding, at no cost, and not before
        grown[:, :, PADDING] = np.where(finished, 0.0, -np.inf)
        totals = (scores[:, :, None] + grown).reshape(count, width * size)
        best = np.argsort(-totals, axis=1, kind="stable")[:, :width]
        scores = np.take_along_axis(totals, best, axis=1)
        beams, chosen = best // size, best % size
        written, finished = written[sentences, beams], finished[sentences, beams]
        written[:, :, position] = chosen
        finished |= chosen == END
        rows = (sentences * width + beams).reshape(-1)
        state = tuple(array[rows] for array in state)
        words = chosen.reshape(-1).astype(np.int32)
        if finished.all():
            break
    return written, scores
