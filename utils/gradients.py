"""The gradient and the Hessian of a plain function, on any backend of Keras.

Keras differentiates losses of models. A lesson also wants the derivatives of `f(x)`, written with `keras.ops`; each
backend has its own way to get them, and this module hides the difference. NumPy in, NumPy out; float64 in, float64 out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import numpy as np

__all__ = ["gradient", "hessian"]

Function = Callable[[object], object]


def gradient(f: Function, x: np.ndarray) -> np.ndarray:
    """Return the gradient of f at x: the derivative of f with respect to each element of x.

    Args:
        f: maps one tensor of x's shape to a single number, and is written with `keras.ops` and Python's
            operators. A NumPy array inside f goes through an operation, as in `ops.multiply(x, array)`: PyTorch has no
            `x * array`.
        x: an array of any shape, or one number. float32 is computed in float32, everything else in float64.

    Returns:
        An array of x's shape and of the precision of the computation.

    Raises:
        ValueError: f returns more than one number, or x is empty or not made of real numbers.
    """
    return _derivative(f, x, "gradient")


def hessian(f: Function, x: np.ndarray) -> np.ndarray:
    """Return the Hessian of f at x: all second derivatives of f.

    Args:
        f, x: as for `gradient`.

    Returns:
        An array of the shape of x twice: (n, n) for an x of shape (n,). Element [i, j] is the derivative of the i-th
        element of the gradient with respect to the j-th element of x.

    Raises:
        ValueError: as for `gradient`.
    """
    return _derivative(f, x, "hessian")


def _derivative(f: Function, x: np.ndarray, kind: str) -> np.ndarray:
    """Compute the gradient or the Hessian with the backend in force."""
    import keras

    x = _checked(x)
    backend = keras.backend.backend()
    with _float64_kept(backend):
        result = _BACKENDS[backend](f, x, kind)
    shape = x.shape if kind == "gradient" else x.shape * 2
    return np.array(result, dtype=x.dtype).reshape(shape)


def _checked(x: np.ndarray) -> np.ndarray:
    """Return x as an array of float32 or float64, or say in a ValueError what is wrong with it."""
    x = np.asarray(x)
    if x.dtype.kind not in "fiub" or x.size == 0:
        raise ValueError(f"x is an array of real numbers, at least one, not {x.dtype} of shape {x.shape}")
    return x if x.dtype == np.float32 else x.astype(np.float64)


def _number(value: object) -> object:
    """Return what f has returned if it is one number, else raise ValueError."""
    shape = tuple(getattr(value, "shape", ()))
    if shape != ():
        raise ValueError(f"f must return one number, but it returned an array of shape {shape}: sum it, or average it")
    return value


def _with_tensorflow(f: Function, x: np.ndarray, kind: str) -> np.ndarray:
    import tensorflow as tf

    point = tf.constant(x)
    # The outer tape differentiates what the inner one computed.
    with tf.GradientTape(persistent=kind == "hessian") as outer:
        outer.watch(point)
        with tf.GradientTape() as inner:
            inner.watch(point)
            value = tf.cast(_number(f(point)), point.dtype)
        slope = inner.gradient(value, point, unconnected_gradients="zero")
    if kind == "gradient":
        return tf.convert_to_tensor(slope).numpy()
    # Row by row: the vectorized way of `jacobian` compiles for every call, and warns about it.
    return outer.jacobian(slope, point, unconnected_gradients="zero", experimental_use_pfor=False).numpy()


def _with_jax(f: Function, x: np.ndarray, kind: str) -> np.ndarray:
    import jax

    def checked(point):
        return jax.numpy.asarray(_number(f(point)), dtype=x.dtype)

    derivative = jax.grad(checked) if kind == "gradient" else jax.jacrev(jax.grad(checked))
    return np.asarray(derivative(jax.numpy.asarray(x)))


def _with_torch(f: Function, x: np.ndarray, kind: str) -> np.ndarray:
    import keras
    import torch

    point = keras.ops.convert_to_tensor(x).requires_grad_()

    def checked(point):
        return torch.as_tensor(_number(f(point)), dtype=point.dtype, device=point.device)

    # Keras may run with gradients switched off (inside `predict`); `strict=False` gives zeros where f ignores x.
    with torch.enable_grad():
        if kind == "hessian":
            return torch.autograd.functional.hessian(checked, point).detach().cpu().numpy()
        value = checked(point)
        if not value.requires_grad:
            return np.zeros_like(x)
        return torch.autograd.grad(value, point)[0].cpu().numpy()


_BACKENDS = {"tensorflow": _with_tensorflow, "jax": _with_jax, "torch": _with_torch}


@contextlib.contextmanager
def _float64_kept(backend: str) -> Iterator[None]:
    """Let JAX and PyTorch compute in float64 all the way; TensorFlow does without being told.

    JAX has to be told once. And on both, some of Keras's operations (`tanh` and `sin` among them) turn float64 into
    float32, by a table of Keras that this changes while f is differentiated.
    """
    if backend == "tensorflow":
        yield
        return
    from keras.src.backend.common.dtypes import BIT64_TO_BIT32_DTYPE as table

    before = table["float64"]
    table["float64"] = "float64"
    try:
        with _x64_on_jax() if backend == "jax" else contextlib.nullcontext():
            yield
    finally:
        table["float64"] = before


def _x64_on_jax() -> contextlib.AbstractContextManager:
    """JAX's own switch, by its name of now or of before version 0.8."""
    import jax

    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(True)
    from jax.experimental import enable_x64

    return enable_x64(True)
