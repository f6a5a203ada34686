"""Exercises that check themselves.

In a lesson::

    from utils.exercises import check, hint, solution

    check("dropout", dropout)   # says whether the answer is right, and if not, what to look at
    hint("dropout")             # a push in the right direction
    solution("dropout")         # a worked answer

The exercises of lesson NN are defined in ``utils/exercises/lesson_NN.py``; ``engine.py`` says how.
"""

from utils.exercises.engine import check, hint, solution

__all__ = ["check", "hint", "solution"]
