"""How long one convolution takes: loops in Python, one matrix product in NumPy, Keras. `make bench` prints it.

    python tools/bench_convolution.py

The times are the best of several runs on this machine, in milliseconds; nothing is asserted.
"""

import surroundings

if __name__ == "__main__":
    surroundings.enter()

import sys

import numpy as np
from machine import milliseconds

# images, side, channels, kernel, maps
CASES = [(1, 28, 1, 5, 6), (1, 28, 6, 5, 16), (8, 32, 3, 3, 32), (16, 56, 16, 3, 32)]
LOOPS_UP_TO = 3_000_000  # products; more would take the loops too long


def by_loops(x, kernel):
    """The definition: every place of every map of every image, one after the other."""
    (n, tall, wide, _), (height, width, _, maps) = x.shape, kernel.shape
    y = np.zeros((n, tall - height + 1, wide - width + 1, maps), x.dtype)
    for image, row, column, number in np.ndindex(y.shape):
        window = x[image, row : row + height, column : column + width]
        y[image, row, column, number] = np.sum(window * kernel[:, :, :, number])
    return y


def main() -> int:
    from utils import runtime

    runtime.start_lesson(seed=9)
    from keras import ops

    from utils import convolution, tables

    rng = np.random.default_rng(9)
    print(f"{'convolution (images×side×side×channels)':42} {'loops ms':>9} {'matrix ms':>9} {'Keras ms':>9}")
    for n, side, channels, size, maps in CASES:
        x = rng.normal(size=(n, side, side, channels)).astype(np.float32)
        kernel = rng.normal(size=(size, size, channels, maps)).astype(np.float32)
        tensor, weights = ops.convert_to_tensor(x), ops.convert_to_tensor(kernel)
        products = n * (side - size + 1) ** 2 * kernel.size
        times = [
            milliseconds(lambda: by_loops(x, kernel)) if products <= LOOPS_UP_TO else None,  # noqa: B023
            milliseconds(lambda: convolution.conv2d(x, kernel)),  # noqa: B023
            milliseconds(lambda: ops.convert_to_numpy(ops.conv(tensor, weights))),  # noqa: B023
        ]
        columns = " ".join("too long".rjust(9) if t is None else tables.measured(t, ".2f").rjust(9) for t in times)
        print(f"{f'{n}×{side}×{side}×{channels}, kernel {size}×{size}, {maps} maps':42} {columns}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
