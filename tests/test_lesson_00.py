"""What lesson 00 builds by hand, taken from its cells and tried harder than the lesson itself does."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from nbformat import read

LESSON = Path(__file__).resolve().parent.parent / "notebooks" / "00_start_here.ipynb"


@pytest.fixture(scope="module")
def lesson():
    """The names that the lesson's cells on the game and on the rules define."""
    cells = {cell.id: cell.source for cell in read(LESSON, as_version=4).cells if cell.cell_type == "code"}
    names = {"np": np}
    for wanted in (
        "rules-of-the-game",
        "minimax-value",
        "minimax-never-loses-proof",
        "holes",
        "measure",
        "read-by-rules",
        "matmul",
    ):
        source = cells[wanted].replace("default_rng(SEED)", "default_rng(0)")
        exec(compile(source, wanted, "exec"), names)
    return names


LINES = (0b111, 0b111000, 0b111000000, 0b001001001, 0b010010010, 0b100100100, 0b100010001, 0b001010100)


@cache
def worth(mine, other):
    """The value of a board to the player to move, by another route: squares as bits, the sign turned at each move."""
    if any(line & other == line for line in LINES):
        return -1
    free = [1 << square for square in range(9) if not (mine | other) >> square & 1]
    return max((-worth(other, mine | square) for square in free), default=0)


def bits(board, mark):
    """The squares of a board that carry this mark, as bits."""
    return sum(1 << square for square in range(9) if board[square] == mark)


def reachable(lesson):
    """Every board that can come up in a game."""
    boards, waiting = set(), ["." * 9]
    while waiting:
        board = waiting.pop()
        if board not in boards:
            boards.add(board)
            waiting += [lesson["play"](board, square) for square in lesson["moves"](board)]
    return boards


def test_there_are_as_many_boards_as_is_known(lesson):
    boards = reachable(lesson)
    results = [lesson["winner"](board) for board in boards]
    assert (len(boards), results.count("X"), results.count("O")) == (5478, 626, 316)
    assert sum(board.count(".") == 0 and not lesson["winner"](board) for board in boards) == 16


def test_minimax_values_every_board_as_another_search_does(lesson):
    for board in reachable(lesson):
        me, other = ("X", "O") if lesson["player"](board) == "X" else ("O", "X")
        sign = 1 if me == "X" else -1
        assert lesson["value"](board) == sign * worth(bits(board, me), bits(board, other)), board


def test_perfect_play_never_makes_a_board_worse(lesson):
    for board in reachable(lesson):
        if lesson["moves"](board):
            after = lesson["play"](board, lesson["best_move"](board))
            assert lesson["value"](after) == lesson["value"](board), board


def test_perfect_play_never_loses_and_a_blunderer_does(lesson):
    all_games, best_move, moves = lesson["all_games"], lesson["best_move"], lesson["moves"]
    assert all_games(best_move, "X")["O"] == 0
    assert all_games(best_move, "O")["X"] == 0
    first_free = all_games(lambda board: moves(board)[0], "O")
    assert first_free["X"] > 0


@pytest.mark.parametrize("seed", range(3))
def test_holes_are_those_that_labeling_finds(lesson, seed):
    ndimage = pytest.importorskip("scipy.ndimage")
    rng = np.random.default_rng(seed)
    for _ in range(30):
        image = rng.random((8, 8)) ** rng.uniform(0.2, 1)
        patches, count = ndimage.label(np.pad(image < 0.5, 1, constant_values=True))
        expected = sorted(np.argwhere(patches == number)[:, 0].mean() - 1 for number in range(2, count + 1))
        np.testing.assert_allclose(sorted(lesson["holes"](image)), expected)


def test_the_rules_answer_every_image_with_a_digit(lesson):
    rng = np.random.default_rng(0)
    images = [np.zeros((8, 8)), np.ones((8, 8)), *rng.random((200, 8, 8)) ** 2]
    answers = [lesson["read_by_rules"](image) for image in images]
    assert all(type(answer) is int and 0 <= answer <= 9 for answer in answers)


def test_the_rules_know_every_digit(lesson):
    from utils import datasets

    images, labels = datasets.digits()
    answers = np.array([lesson["read_by_rules"](image) for image in images])
    for digit in range(10):
        assert np.mean(answers[labels == digit] == digit) > 0.5
