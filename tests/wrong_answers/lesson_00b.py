"""Typical wrong answers to the exercises of lesson 00b, each with a fragment of the hint it must get."""

import numpy as np


def _tree_by(choose):
    """A tree's value by another choice, given as a function of (values, whether X moves)."""

    def tree_value(tree, x_moves):
        if not isinstance(tree, list):
            return tree
        return choose([tree_value(branch, not x_moves) for branch in tree], x_moves)

    return tree_value


def _tree_without_turns(tree, x_moves):
    if not isinstance(tree, list):
        return tree
    return (max if x_moves else min)(_tree_without_turns(branch, x_moves) for branch in tree)


def _sticks_by_brute_force(number):
    if number == 0:
        return -1
    return max(-_sticks_by_brute_force(number - taken) for taken in (1, 2, 3) if taken <= number)


def _sticks_same_sign(number):
    values = [-1]
    while len(values) <= number:
        values.append(max(values[-3:]))
    return values[number]


def _turned(board):
    return "".join(board[3 * (2 - column) + row] for row in range(3) for column in range(3))


def _least_of_the_turned(board):
    turned = [board]
    for _ in range(3):
        turned.append(_turned(turned[-1]))
    return min(turned)


WRONG = {
    "tree_value": [
        (_tree_by(lambda values, x_moves: max(values)), "which of the values does O take"),
        (_tree_by(lambda values, x_moves: min(values) if x_moves else max(values)), "which of the values does X take"),
        (_tree_by(lambda values, x_moves: sum(values)), "which of the values does X take"),
        (_tree_by(lambda values, x_moves: np.mean(values)), "which of the values does X take"),
        (_tree_by(lambda values, x_moves: values), "should be a number"),
        (_tree_without_turns, "change from level to level"),
    ],
    "board_numbers": [
        (lambda board: [float(square == mark) for mark in "OX" for square in board], "should"),
        (lambda board: [float(square == mark) for square in board for mark in "XO"], "Square by square"),
        (lambda board: [float(square == mark) for mark in "XO." for square in board], "needs no number of its own"),
        (lambda board: [{"X": 1, "O": -1, ".": 0}[square] for square in board], "two for each square"),
        (
            lambda board: [float(square == "X") for square in board] + [-float(s == "O") for s in board],
            "too: the place",
        ),
        (lambda board: [float(square != mark) for mark in "XO" for square in board], "first a 1 for each X"),
    ],
    "sticks": [
        (lambda number: 1 if number % 4 else 0, "1 or -1"),
        (lambda number: 1, "no stick left"),
        (_sticks_same_sign, "take them all"),
        (lambda number: -1 if number == 0 else 1, "With 4 sticks"),
        (lambda number: 1 if number in (1, 2, 3) else -1, "One good move is enough"),
        (_sticks_by_brute_force, "the same work done over and over"),
    ],
    "normal_form": [
        (lambda board: board, "quarter turn"),
        (lambda board: "".join(sorted(board)), "none of the eight"),
        (_least_of_the_turned, "mirror image"),
        (lambda board: min(board, board[::-1]), "quarter turn"),
        (lambda board: [board, board[::-1]], "string of nine"),
    ],
}
