"""Execute every lesson in a fresh kernel, one after the other, and print what it cost.

    make bench [LESSON=04]
    .venv/bin/python tools/bench.py --record [04]     also write tools/costs.json, for the index in README.md

Wall seconds count from starting the kernel to the last cell's end; CPU seconds, peak memory and the seconds spent in
import statements are the kernel's own. Without --record nothing is written. With it, a lesson whose code cells are
those of the last record keeps the lower seconds of the two: what else runs on a machine can only add to them. (When
utils got slower, take the lesson out of costs.json first: a record does not know of utils.) A lesson over the budget
(90 seconds, 2 GB) or one that fails makes the exit status 1.
"""

import surroundings

if __name__ == "__main__":
    surroundings.enter()

import json
import sys
import time
from pathlib import Path

import execution
import nbformat
from lessons import digest, find, number, read
from nbclient import NotebookClient

SECONDS, MEGABYTES = 90, 2000
COSTS = Path(__file__).with_name("costs.json")
# Runs in the kernel before the first cell: the outermost import statement at any moment has its time taken.
BEFORE = """
def _bench():
    import builtins, time
    real, depth, total = builtins.__import__, [0], [0.0]
    def timed(*args, **kwargs):
        began, depth[0] = time.perf_counter(), depth[0] + 1
        try:
            return real(*args, **kwargs)
        finally:
            depth[0] -= 1
            if not depth[0]:
                total[0] += time.perf_counter() - began
    builtins.__import__ = timed
    return total
_bench_imports = _bench()
"""
AFTER = """
import json as _json, os as _os, psutil as _psutil
_memory, _times, _more = _psutil.Process().memory_info(), _psutil.Process().cpu_times(), _os.times()
try:
    import resource as _resource
    _peak = _resource.getrusage(_resource.RUSAGE_SELF).ru_maxrss * (1 if _os.uname().sysname == "Darwin" else 1024)
except ImportError:
    _peak = _memory.peak_wset
_cpu = _times.user + _times.system + _more.children_user + _more.children_system
print(_json.dumps({"cpu": _cpu, "peak": _peak / 1e6, "imports": _bench_imports[0]}))
"""


class Bench(NotebookClient):
    """A client that measures in the kernel before the first cell and after the last."""

    def measure(self) -> dict[str, float]:
        hidden = [nbformat.v4.new_code_cell(source) for source in (BEFORE, AFTER)]
        self.nb.cells = [hidden[0], *self.nb.cells, hidden[1]]
        began = time.perf_counter()
        with self.setup_kernel():
            for index, cell in enumerate(list(self.nb.cells)):
                wall = time.perf_counter() - began  # up to here: in the end, without the hidden last cell
                self.execute_cell(cell, index)
        said = "".join(output.get("text", "") for output in self.nb.cells[-1].outputs)
        return {"wall": wall, **json.loads(said)}


def updated(old: dict, code: str, cost: dict[str, float]) -> dict:
    """Return a lesson's new record: of runs of the same code the least seconds and the largest peak."""
    new = {"seconds": round(cost["wall"]), "megabytes": round(cost["peak"]), "code": code}
    if old.get("code") == code:
        new["seconds"] = min(old["seconds"], new["seconds"])
        new["megabytes"] = max(old["megabytes"], new["megabytes"])
    return new


def main() -> int:
    record = "--record" in sys.argv
    lessons = find([name for name in sys.argv[1:] if name != "--record"])
    costs = json.loads(COSTS.read_text(encoding="utf-8")) if COSTS.exists() else {}
    print(f"{'lesson':28} {'wall s':>7} {'CPU s':>7} {'peak MB':>8} {'imports':>16}")
    bad, total = [], 0.0
    for path in lessons:
        notebook = read(path)
        code = digest(notebook)
        client = execution.client(notebook, path, kind=Bench)
        try:
            cost = client.measure()
        except execution.FAILURES as error:
            lines = str(error).strip().splitlines()
            print(f"{path.stem:28} failed: {lines[-1] if lines else type(error).__name__}", flush=True)
            bad.append(path.stem)
            continue
        over = cost["wall"] > SECONDS or cost["peak"] > MEGABYTES
        share = f"{cost['imports']:.1f} s ({cost['imports'] / cost['wall']:4.0%})"
        columns = f"{cost['wall']:7.1f} {cost['cpu']:7.1f} {cost['peak']:8.0f} {share:>16}"
        print(f"{path.stem:28} {columns}{'  over the budget' if over else ''}", flush=True)
        costs[number(path)] = updated(costs.get(number(path), {}), code, cost)
        total += cost["wall"]
        bad += [path.stem] if over else []
    print(f"{'together':28} {total:7.1f}")
    if record:
        kept = {name: costs[name] for name in sorted(costs) if name in map(number, find([]))}
        COSTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8", newline="\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
