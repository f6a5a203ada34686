"""Typical wrong answers to the exercises, for tests/test_exercises.py.

``lesson_NN.py`` holds ``WRONG = {"name": [(wrong_answer, "fragment of the hint it gets"), ...]}``, with at least three
wrong answers for every exercise of lesson NN. A wrong answer is one that a learner would really give, and the
fragment is from a hint that helps with just that mistake.
"""
