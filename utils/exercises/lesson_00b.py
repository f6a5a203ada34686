"""The exercises of lesson 00b, search or learning."""

import numpy as np

from utils.exercises.engine import (
    Exercise,
    call,
    expect,
    expect_array,
    expect_number,
)

# ---- tree value ----


def tree_value(tree, x_moves):
    """The value of a tree, in which X and O take turns; x_moves says whose turn it is."""
    if not isinstance(tree, list):
        return tree
    best = max if x_moves else min
    return best(tree_value(branch, not x_moves) for branch in tree)


def _random_tree(rng, depth):
    if depth == 0 or rng.random() < 0.2:
        return int(rng.integers(-1, 2))
    return [_random_tree(rng, depth - 1) for _ in range(rng.integers(1, 4))]


def check_tree_value(answer):
    """A finished game, one choice of each player, two levels, then random trees."""
    expect(expect_number(call(answer, -1, True)) == -1, "A finished game, −1, is worth −1.")
    result = expect_number(call(answer, [0, 1, -1], True), "the value of [0, 1, -1] with X to move")
    expect(result == 1, "X may choose among a draw, a win and a loss: which of the values does X take?")
    result = expect_number(call(answer, [0, 1, -1], False), "the value of [0, 1, -1] with O to move")
    expect(result == -1, "O may choose among a draw, a win for X and a loss for X: which of the values does O take?")
    result = expect_number(call(answer, [0, [1, -1]], True), "the value of [0, [1, -1]] with X to move")
    expect(
        result == 0,
        "In [0, [1, -1]] X has a draw, or lets O choose between 1 and −1. Does the turn change from level to level?",
    )
    result = expect_number(call(answer, [[1, 0], [-1, 1]], False), "the value of [[1, 0], [-1, 1]] with O to move")
    expect(result == 1, "In [[1, 0], [-1, 1]] O goes first, then X chooses. Either way X finds a 1.")
    rng = np.random.default_rng(0)
    for _ in range(100):
        tree, x_moves = [_random_tree(rng, 3) for _ in range(3)], bool(rng.integers(2))
        result = expect_number(call(answer, tree, x_moves))
        expect(
            result == tree_value(tree, x_moves),
            "On a random tree of several levels the value is another. X takes the greatest, O the least, in turns.",
        )


# ---- board numbers ----


def board_numbers(board):
    """Two numbers for each square: whether there is an X, then whether there is an O."""
    return [float(square == mark) for mark in "XO" for square in board]


def check_board_numbers(answer):
    """A board of three squares, then boards of nine and twelve."""
    result = call(answer, "X.O")
    expect(
        np.size(result) != 3,
        "Three numbers for three squares: there should be two for each square, one for X and one for O.",
    )
    expect(
        np.size(result) != 9,
        "Three numbers for each square: a free square is one without X and without O, and needs no number of its own.",
    )
    numbers = np.asarray(expect_array(result, (6,), "the numbers of the board X.O"), float)
    expect(
        not np.array_equal(numbers, [0, 0, 1, 1, 0, 0]),
        "The three numbers of O stand first; those of X should.",
    )
    expect(
        not np.array_equal(numbers, [1, 0, 0, 0, 0, -1]),
        "A 1 where an O is, too: the place says whose mark it is.",
    )
    result = np.asarray(call(answer, "XO."), float).ravel()
    expect(
        not np.array_equal(result, [1, 0, 0, 1, 0, 0]),
        "Square by square, X and O side by side: all numbers of X should come first, then all of O.",
    )
    rng = np.random.default_rng(0)
    for count in (3, 9, 12):
        for _ in range(10):
            board = "".join(rng.choice(list("XO."), count))
            numbers = np.asarray(expect_array(call(answer, board), (2 * count,), f"the numbers of {board}"), float)
            expect(
                np.array_equal(numbers, board_numbers(board)),
                f"The numbers of the board {board} are others: first a 1 for each X at its square and 0 elsewhere, "
                "then the same for O.",
            )


# ---- sticks ----


def sticks(number):
    """1 if the player to move wins with this many sticks, else -1."""
    values = [-1]  # no stick left: the other player has just taken the last one
    while len(values) <= number:
        values.append(max(-value for value in values[-3:]))
    return values[number]


def check_sticks(answer):
    """Small heaps one by one, then all up to 60, then a large one."""
    small = [expect_number(call(answer, number), f"the value of {number} sticks") for number in range(9)]
    expect(set(small) <= {1, -1}, "The value of a heap is 1 or -1, whatever the number of sticks.")
    expect(small[0] == -1, "With no stick left, the other player has just taken the last one. Who has won?")
    expect(small[1:4] == [1, 1, 1], "With 1, 2 or 3 sticks, the player to move can take them all.")
    expect(
        small[4] == -1,
        "With 4 sticks every move leaves 1, 2 or 3 to the other player. What is good for the other is bad for you.",
    )
    expect(small[5:8] == [1, 1, 1], "With 5, 6 or 7 sticks there is a move that leaves 4. One good move is enough.")
    expect(small[8] == -1, "With 8 sticks, look at what each of the three moves leaves to the other player.")
    for number in range(9, 60):
        result = call(answer, number)
        expect(result == sticks(number), f"Up to 8 sticks it is right; with {number} it is not.")
    expect(call(answer, 200) == -1, "Up to 59 sticks it is right; with 200 it is not.")


# ---- normal form ----


def _forms(board):
    """The eight forms of a board of 3 by 3."""
    found = []
    for one in (board, board[6:] + board[3:6] + board[:3]):
        for _ in range(4):
            found.append(one)
            one = "".join(one[3 * (2 - column) + row] for row in range(3) for column in range(3))
    return found


def normal_form(board):
    """Of the eight forms of a board, the one that stands for all of them."""
    found = []
    for one in (board, board[6:] + board[3:6] + board[:3]):  # as it is, and with its rows in reverse
        for _ in range(4):
            found.append(one)
            one = "".join(one[3 * (2 - column) + row] for row in range(3) for column in range(3))  # a quarter turn
    return min(found)


def check_normal_form(answer):
    """Random boards in all their forms: one answer, and one of them."""
    rng = np.random.default_rng(0)
    for board in ["XO.......", "X..O.....", *("".join(rng.choice(list("XO."), 9)) for _ in range(40))]:
        forms = _forms(board)
        answers = [call(answer, form) for form in forms]
        expect(
            all(isinstance(one, str) and len(one) == 9 for one in answers),
            "A form is a board: a string of nine characters.",
        )
        expect(
            all(one in forms for one in answers),
            f"For {board} it returns a board that is none of the eight forms: neighbors have to stay neighbors.",
        )
        expect(
            len(set(answers[:4])) == 1,
            f"The board {board} and what a quarter turn makes of it get different answers.",
        )
        expect(
            len(set(answers)) == 1,
            f"The board {board} and its mirror image get different answers.",
        )


EXERCISES = [
    Exercise(
        name="tree_value",
        kind="function",
        stub='''def tree_value(tree, x_moves):
    """The value of a tree, in which X and O take turns; x_moves says whose turn it is."""
    if not isinstance(tree, list):
        return tree
    best = ...  # the function that chooses
    return best(tree_value(branch, not x_moves) for branch in tree)''',
        solution=tree_value,
        check=check_tree_value,
        hint="One of the two players wants the greatest of the values, the other the least. Python has a function for "
        "each; which of them it is depends on x_moves.",
    ),
    Exercise(
        name="board_numbers",
        kind="function",
        stub='''def board_numbers(board):
    """Two numbers for each square: whether there is an X, then whether there is an O."""
    return [... for mark in "XO" for square in board]''',
        solution=board_numbers,
        check=check_board_numbers,
        hint="The loops go over both marks and, for each, over all squares. When should the number be 1? Comparing two "
        "characters gives True or False, and float(True) is 1.0.",
    ),
    Exercise(
        name="sticks",
        kind="function",
        stub='''def sticks(number):
    """1 if the player to move wins with this many sticks, else -1."""
    ...''',
        solution=sticks,
        check=check_sticks,
        hint="What a heap is worth to you is the best of what its three moves leave to the other player, with the sign "
        "turned. Work upwards from 0 sticks, or remember what you have computed.",
    ),
    Exercise(
        name="normal_form",
        kind="function",
        stub='''def normal_form(board):
    """Of the eight forms of a board, the one that stands for all of them."""
    ...''',
        solution=normal_form,
        check=check_normal_form,
        hint="Make all eight, for instance with np.rot90 on a board of 3 by 3, and choose one by a rule that does not "
        "ask which of them came in: Python can order strings.",
    ),
]
