"""Right answers of other kinds to the exercises of lesson 00b."""

import numpy as np


def tree_by_turned_signs(tree, x_moves):
    """Always the greatest, with the sign turned from level to level."""

    def to_the_mover(tree, sign):
        return sign * tree if not isinstance(tree, list) else max(-to_the_mover(one, -sign) for one in tree)

    sign = 1 if x_moves else -1
    return sign * to_the_mover(tree, sign)


def greatest_form(board):
    """With NumPy, and the greatest in place of the least."""
    squares = np.array(list(board)).reshape(3, 3)
    forms = [np.rot90(one, turns) for one in (squares, squares.T) for turns in range(4)]
    return max("".join(form.ravel()) for form in forms)


RIGHT = {
    "tree_value": [tree_by_turned_signs],
    "board_numbers": [
        lambda board: [square == mark for mark in "XO" for square in board],
        lambda board: np.concatenate([np.array(list(board)) == "X", np.array(list(board)) == "O"]).astype("float32"),
    ],
    "sticks": [lambda number: -1 if number % 4 == 0 else 1, lambda number: np.float64(1 - 2 * (number % 4 == 0))],
    "normal_form": [greatest_form],
}
