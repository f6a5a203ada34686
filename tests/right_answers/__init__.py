"""Right answers of other kinds than the worked ones, for tests/test_exercises.py.

``lesson_NN.py`` holds ``RIGHT = {"name": [answer, ...]}``: answers that a check has to accept, since they return the
right values in another form: computed by a library, in float32, in exact fractions, as a list, an array or a tensor.
(That the worked answer itself may come in float32, in fractions, and so on, is tested for every exercise.)
"""
