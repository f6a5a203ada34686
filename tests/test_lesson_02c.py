"""What lesson 02c says of frameworks beside the three generations that it builds."""

import keras
import numpy as np
import pytest

LENGTHS = (1, 4, 7)


@pytest.fixture(scope="module")
def tf():
    """TensorFlow, which the course installs whatever Keras's backend is."""
    return pytest.importorskip("tensorflow")


@pytest.fixture
def step():
    """The weights of a step: w, u, b."""
    rng = np.random.default_rng(0)
    return [rng.normal(0, 0.5, shape).astype(np.float32) for shape in ((3, 5), (5, 5), (5,))]


def sequences():
    rng = np.random.default_rng(1)
    return [rng.normal(size=(length, 3)).astype(np.float32) for length in LENGTHS]


def test_autograph_makes_operators_of_pythons_for_and_if(tf, step):
    w, u, b = step
    seen = []

    def read(sequence):
        seen.append("runs")
        state = tf.zeros((1, 5))
        for element in sequence:
            if tf.reduce_sum(element) > 0:
                state = tf.tanh(element[None] @ w + state @ u + b)
            else:
                state = -state
        return state[0]

    signature = [tf.TensorSpec((None, 3), tf.float32)]
    rewritten = tf.function(read, input_signature=signature)
    for sequence in sequences():
        state = np.zeros(5)
        for element in sequence:
            state = np.tanh(element @ w + state @ u + b) if element.sum() > 0 else -state
        np.testing.assert_allclose(rewritten(sequence), state, atol=1e-5)
    assert seen == ["runs"], "the function ran once, on symbols"
    kinds = {operation.type for operation in rewritten.get_concrete_function().graph.get_operations()}
    assert kinds & {"While", "StatelessWhile"}, "the loop is an operator"

    with pytest.raises(Exception, match=r"[Ii]terating over a symbolic"):  # the rewriting is what does it
        tf.function(read, input_signature=signature, autograph=False)(sequences()[0])


def test_xla_makes_a_plan_for_each_shape(tf, step):
    from utils import engines

    w, _, b = step
    compiled = tf.function(
        lambda x: tf.tanh(x @ w + b), input_signature=[tf.TensorSpec((None, 3), tf.float32)], jit_compile=True
    )
    with tf.device("/CPU:0"):
        plans = {
            rows: engines.read_plan(compiled.experimental_get_compiler_ir(tf.ones((rows, 3)))(stage="optimized_hlo"))
            for rows in (8, 9)
        }
    for rows, plan in plans.items():
        assert plan.steps[-1].shape == (rows, 5)


def test_keras_table_names_a_class_of_ones_own():
    @keras.saving.register_keras_serializable("lesson_02c")
    class Square(keras.layers.Layer):
        def call(self, x):
            return x * x

    model = keras.Sequential([keras.layers.Input((2,)), Square()])
    table = model.to_json()
    assert "lesson_02c>Square" in table
    again = keras.models.model_from_json(table)
    np.testing.assert_allclose(again.predict(np.array([[2.0, -3.0]]), verbose=0), [[4, 9]], atol=1e-5)
