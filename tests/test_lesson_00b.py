"""What lesson 00b builds by hand, taken from its cells and tried harder than the lesson itself does."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from nbformat import read

LESSON = Path(__file__).resolve().parent.parent / "notebooks" / "00b_search_or_learning.ipynb"


CELLS = ("rules-of-the-game", "foolish-player", "tree-value", "minimax-value", "minimax-never-loses-proof")


def names_of(cells, **changed):
    """What the lesson's cells on the game define, after constants of the first have been changed."""
    sources = {cell.id: cell.source for cell in read(LESSON, as_version=4).cells if cell.cell_type == "code"}
    names = {"np": np, "cache": cache, "Counter": Counter, "FEW_LEFT": "XOXXOO...", "grown": lambda board: ("", 1)}
    for number, wanted in enumerate(cells):
        tree = ast.parse(sources[wanted])
        if changed:  # another game: its claims are findings
            tree.body = [line for line in tree.body if not isinstance(line, ast.Assert)]
        for line in tree.body:
            exec(compile(ast.Module([line], []), wanted, "exec"), names)
            if number == 0 and isinstance(line, ast.Assign):
                names |= {name: one for name, one in changed.items() if name in names}
    return names


@pytest.fixture(scope="module")
def lesson():
    """The names that the lesson's cells on the game define."""
    return names_of(CELLS)


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


def test_the_tree_of_a_board_has_the_value_of_the_board(lesson):
    for board in sorted(reachable(lesson)):
        if board.count(".") <= 4:
            tree = lesson["tree_of"](board)
            assert lesson["tree_value"](tree, lesson["player"](board) == "X") == lesson["value"](board)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [({"COMPLETING_WINS": False}, 0), ({"IN_A_ROW": 2}, 1), ({"IN_A_ROW": 1}, 1), ({"WIDTH": 2, "HEIGHT": 2}, 0)],
)
def test_another_game_is_valued_too(changed, expected):
    lesson = names_of(CELLS, **changed)
    assert lesson["value"](lesson["EMPTY"]) == expected
    assert lesson["all_games"](lesson["best_move"], "X")["O"] == 0


def test_lines_are_all_that_fit_on_a_board():
    lines = names_of(CELLS[:1], WIDTH=4)["LINES"]
    assert len(lines) == 14 and [0, 1, 2] in lines and [1, 2, 3] in lines and [0, 5, 10] in lines
    assert sorted(map(sorted, names_of(CELLS[:1])["LINES"])) == sorted(
        [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]]
    )
