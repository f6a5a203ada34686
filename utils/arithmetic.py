"""Another float32 arithmetic for TensorFlow on a CPU: what an accelerator's would do to a result, without one.

An accelerator adds up a product's terms in another order, and may round the factors first. Two stand-ins for that are
put under every float32 matrix product and convolution, those of the gradients included:

- `"noise"`, for another order of summation: each number of the result is moved by a millionth of itself, up or down as
  its bits decide, so that a run repeats. The results of two orders usually differ by less.
- `"tf32"`, for NVIDIA's TF32 format (NVIDIA 2020, "NVIDIA A100 Tensor Core GPU Architecture"): both factors are rounded
  to ten bits of mantissa, to nearest and ties to even, and their products are summed in float32 as before.

`runtime.start_lesson` puts in place what the environment variable `LESSON_ARITHMETIC` names. Only products and
convolutions are touched: sums, means and elementwise functions are not, nor is float64.
"""

from __future__ import annotations

import functools
import importlib
import inspect

KINDS = ("noise", "tf32")
"""The arithmetics that there are besides TensorFlow's own."""

NOISE = 1e-6
"""The share of itself by which `"noise"` moves a number."""

TF32_BITS = 10
"""The bits of mantissa that TF32 keeps of float32's 23."""

_OPERANDS = {
    "gen_math_ops": {
        "mat_mul": "a b",
        "batch_mat_mul": "x y",
        "batch_mat_mul_v2": "x y",
        "batch_mat_mul_v3": "x y",
    },
    "gen_linalg_ops": {"einsum": "inputs"},
    "gen_nn_ops": {
        "conv": "input filter",
        "conv2d": "input filter",
        "conv2d_backprop_filter": "input out_backprop",
        "conv2d_backprop_filter_v2": "input out_backprop",
        "conv2d_backprop_input": "filter out_backprop",
        "conv2d_backprop_input_v2": "filter out_backprop",
        "conv3d": "input filter",
        "conv3d_backprop_filter": "input out_backprop",
        "conv3d_backprop_filter_v2": "input out_backprop",
        "conv3d_backprop_input": "filter out_backprop",
        "conv3d_backprop_input_v2": "filter out_backprop",
        "depthwise_conv2d_native": "input filter",
        "depthwise_conv2d_native_backprop_filter": "input out_backprop",
        "depthwise_conv2d_native_backprop_input": "filter out_backprop",
    },
}
"""TensorFlow's products and convolutions, where its functions and its gradients call them, with their two factors."""

_own = {}


def use(kind: str | None) -> None:
    """Put an arithmetic under TensorFlow's products and convolutions, for this process, until the next call.

    A `tf.function` keeps the arithmetic with which it was traced.

    Args:
        kind: one of `KINDS`, or None for TensorFlow's own.

    Raises:
        ValueError: there is no arithmetic of that name.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"an arithmetic is one of {', '.join(KINDS)}, not {kind!r}")
    from tensorflow.python import ops

    for module_name, operations in _OPERANDS.items():
        module = importlib.import_module(f"{ops.__name__}.{module_name}")
        for name, operands in operations.items():
            own = _own.setdefault((module_name, name), getattr(module, name))
            setattr(module, name, own if kind is None else _replaced(own, operands.split(), kind))


def _replaced(operation, operands: list[str], kind: str):
    """Return an operation of TensorFlow with its float32 factors rounded, or its float32 result moved."""
    signature = inspect.signature(operation)

    @functools.wraps(operation)
    def replacement(*args, **options):
        call = signature.bind(*args, **options)
        if len(call.arguments.get("inputs", "two")) == 1:  # an einsum of one tensor multiplies nothing
            return operation(*args, **options)
        if kind == "noise":
            return _changed(operation(*args, **options), moved)
        for operand in operands:
            factor = call.arguments[operand]
            several = isinstance(factor, (list, tuple))
            call.arguments[operand] = [_changed(f, rounded) for f in factor] if several else _changed(factor, rounded)
        return operation(*call.args, **call.kwargs)

    return replacement


def _changed(x, change):
    """Return a float32 tensor after a change that gradients pass as if it were none; anything else as it is.

    Infinities and NaNs stay as they are.
    """
    import tensorflow as tf

    if getattr(x, "dtype", None) != tf.float32:
        return x
    x = tf.convert_to_tensor(x)
    return x + tf.stop_gradient(tf.where(tf.math.is_finite(x), change(x) - x, 0.0))


def moved(x):
    """Return a float32 tensor, each number moved by `NOISE` times itself, up or down as a hash of its bits says."""
    import tensorflow as tf

    bits = tf.bitcast(x, tf.int32) * -1640531535  # Knuth's multiplier: the top bit depends on all bits
    return x * tf.where(bits < 0, 1 - NOISE, 1 + NOISE)


def rounded(x):
    """Return a float32 tensor, each number rounded to `TF32_BITS` bits of mantissa, to nearest and ties to even."""
    import tensorflow as tf

    dropped = 23 - TF32_BITS
    bits = tf.bitcast(x, tf.int32)
    last_kept = tf.bitwise.bitwise_and(tf.bitwise.right_shift(bits, dropped), 1)
    bits += last_kept + (2 ** (dropped - 1) - 1)
    return tf.bitcast(tf.bitwise.bitwise_and(bits, -(2**dropped)), tf.float32)
