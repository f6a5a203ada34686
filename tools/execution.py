"""Execute a notebook from top to bottom in a fresh kernel of this Python."""

import asyncio
import re

from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager
from traitlets import default

FAILURES = (CellExecutionError, CellTimeoutError, DeadKernelError)
"""What a client raises where a cell fails, takes too long, or ends its kernel."""


class LessonError(Exception):
    """A lesson that could not be executed; the message says where and why."""


class ThisPythonsKernelManager(AsyncKernelManager):
    """Starts the kernel of the Python that runs this program, whatever kernels the machine has."""

    @default("kernel_spec_manager")
    def _kernel_spec_manager(self):
        return NbvalKernelspecManager(parent=self.parent)


def client(notebook, path, timeout=600, kind=NotebookClient):
    """A client that executes the notebook as every tool of the course does, in the folder of its file.

    What native code writes to file descriptors 1 and 2 is not captured, as under pytest: a log line of a
    library's C++ part would otherwise be stored here and missed there.
    """
    return kind(
        notebook,
        kernel_name=CURRENT_ENV_KERNEL_NAME,
        kernel_manager_class=ThisPythonsKernelManager,
        timeout=timeout,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--IPKernelApp.capture_fd_output=False", "--IPKernelApp.log_level=ERROR"],
        store_widget_state=False,
        record_timing=False,
    )


def without_outputs(notebook):
    """The notebook with its outputs and execution counts taken away."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


async def run(notebook, path, timeout=600, environment=None):
    """Run all cells in one fresh kernel; its outputs are in the notebook afterwards, also those before a failure.

    Args:
        notebook: what is executed, and changed.
        path: the file that it stands for.
        timeout: seconds for one cell.
        environment: the variables of the kernel; those of this program if it is None.

    Raises:
        LessonError: a cell failed, took too long, or ended the kernel.
    """
    without_outputs(notebook)
    try:
        await client(notebook, path, timeout).async_execute(**({} if environment is None else {"env": environment}))
    except FAILURES as error:
        raise LessonError(explain(notebook, path, error)) from error


async def at_once(jobs, workers):
    """Await the jobs, so many of them at once, and return what they return in their order."""
    slots = asyncio.Semaphore(workers)

    async def one(job):
        async with slots:
            return await job

    return await asyncio.gather(*map(one, jobs))


def failure(notebook):
    """The cell that failed and its error output, or None."""
    found = ((cell, out) for cell in notebook.cells for out in cell.get("outputs", []) if out.output_type == "error")
    return next(found, None)


def explain(notebook, path, error):
    """Say in which lesson, cell and line an execution failed."""
    found = failure(notebook)
    if found is None:
        ran = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.execution_count]
        return f"{path.name}, cell {ran[-1].id if ran else '?'} or the next: {type(error).__name__}: {error}"
    failed, output = found
    trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output.traceback))
    lines = re.findall(r"Cell In\[\d+\], line (\d+)|^----> (\d+) ", trace, flags=re.MULTILINE)
    line = int(next((first or second for first, second in lines), 1))
    source = failed.source.splitlines()
    text = source[line - 1].strip() if line <= len(source) else ""
    return f"{path.name}, cell {failed.id}, line {line}: {text}\n    {output.ename}: {output.evalue}"
