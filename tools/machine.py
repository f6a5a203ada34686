"""What the tools ask about the machine, and how they time it."""

import os
import time
from pathlib import Path

BYTES_PER_WORKER = 2.5e9
SECONDS = 0.5  # for each measurement of `milliseconds`


def cores() -> int:
    """The cores that this process may use: of the machine, its affinity and its container."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        if quota != "max":
            count = min(count, max(1, round(int(quota) / int(period))))
    except (OSError, ValueError):
        pass
    return count


def workers() -> int:
    """How many notebooks may run at once: one a core, as far as the memory goes."""
    import psutil

    return max(1, min(cores(), int(psutil.virtual_memory().available / BYTES_PER_WORKER)))


def milliseconds(function):
    """The best time of one call, after a first one that is not counted."""
    function()
    best, until = float("inf"), time.perf_counter() + SECONDS
    while True:
        began = time.perf_counter()
        function()
        ended = time.perf_counter()
        best = min(best, ended - began)
        if ended > until:
            return 1000 * best
