"""In any shell: what a user has set for other work reaches neither the tools nor the lessons that they start.

A small project with one lesson stands in a folder whose name is not ASCII. It is refreshed, tested and opened in
JupyterLab from a shell in which everything is set that is known to have broken one of them.
"""

import ast
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid

import lessons
import pytest
import surroundings
import websocket
from nbformat.v4 import new_code_cell, new_notebook

LOOK = """
import locale
import os
import sys
from pathlib import Path

import utils

flags = sys.flags
print("PYTHON…:", flags.optimize, flags.dev_mode, flags.utf8_mode, flags.no_user_site)
print("variables:", sorted(name for name in os.environ if "NASTY" in os.environ[name]))
print("utils:", Path(utils.__file__).name == "__init__.py")
print("start-up file:", "STARTED" in globals())
print("course:", [os.environ.get(name) for name in ("LESSON_SEED", "KERAS_BACKEND", "LESSON_ARITHMETIC")])
print("locale:", sys.platform == "win32" or locale.nl_langinfo(locale.CODESET))
print("let through:", os.environ.get("HTTPS_PROXY"))
"""
SEEN = """\
PYTHON…: 0 False 1 1
variables: {variables}
utils: True
start-up file: False
course: {course}
locale: {locale}
let through: the.proxy:3128
"""
SEEN = SEEN.replace("{locale}", "True" if os.name == "nt" else "UTF-8")
CELLS = {"look": LOOK, "claim": 'assert 1 + 1 == 2, "two"'}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The folder of a project that has this one's tools and one lesson."""
    project = tmp_path_factory.mktemp("in any shell") / "Kurs für Anfänger"
    (project / "notebooks").mkdir(parents=True)
    (project / "tests").mkdir()
    for name in ("conftest.py", "pyproject.toml", "tests/nbval_sanitize.cfg"):
        shutil.copy(lessons.ROOT / name, project / name)
    shutil.copytree(lessons.ROOT / "tools", project / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    cells = [new_code_cell(source.strip(), id=name) for name, source in CELLS.items()]
    lessons.write(new_notebook(cells=cells), project / "notebooks" / "00_look.ipynb")
    return project


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """The variables of a shell that is set up for anything but this course."""
    folder, home = tmp_path_factory.mktemp("NASTY"), tmp_path_factory.mktemp("home")
    files = {
        "path/utils.py": "raise ImportError('the utils of another project')",
        "path/lessons.py": "raise ImportError('the lessons of another project')",
        "path/json.py": "raise ImportError('the json of another project')",
        "startup.py": "raise ImportError('a start-up file')",
        "keras/keras.json": '{"image_data_format": "channels_first", "floatx": "float16"}',
        "matplotlib/matplotlibrc": "text.usetex: true\nimage.origin: lower\n",
        "ipython/profile_default/startup/00.py": "STARTED = True",
        "config/jupyter_server_config.py": "raise ValueError('a configuration of Jupyter')",
        "jupyter/kernels/python3/kernel.json": json.dumps(
            {"argv": [sys.executable, "-c", "raise SystemExit(1)"], "display_name": "Other", "language": "python"}
        ),
    }
    for name, text in files.items():
        path = home / name.removeprefix("home/") if name.startswith("home/") else folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    known = {name: value for name, value in os.environ.items() if name not in surroundings.OWN}
    return known | {
        "PYTHONPATH": str(folder / "path"),
        "PYTHONSTARTUP": str(folder / "startup.py"),
        "PYTHONOPTIMIZE": "1",
        "PYTHONDEVMODE": "1",
        "PYTHONWARNINGS": "error",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "ascii",
        "LC_ALL": "C",
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_PATH": str(folder / "jupyter"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "KERAS_HOME": str(folder / "keras"),
        "KERAS_BACKEND": "NASTY",
        "KERAS_MAX_EPOCHS": "NASTY",
        "KERAS_MAX_STEPS_PER_EPOCH": "NASTY",
        "LESSON_SEED": "NASTY",
        "LESSON_ARITHMETIC": "NASTY",
        "MATPLOTLIBRC": str(folder / "matplotlib"),
        "PYTEST_ADDOPTS": "--NASTY",
        "OMP_NUM_THREADS": "NASTY",
        "HTTPS_PROXY": "the.proxy:3128",
    }


def tool(name, *arguments):
    """The command by which a tool is started by hand."""
    return [sys.executable, f"tools/{name}.py", *arguments]


def output(notebook, cell):
    """What the notebook stores as printed by a cell."""
    return "".join(out.text for one in lessons.read(notebook).cells if one.id == cell for out in one.outputs)


def test_refresh_and_test_in_any_shell(project, shell):
    lesson = project / "notebooks" / "00_look.ipynb"
    options = {"cwd": project, "capture_output": True, "encoding": "utf-8", "timeout": 120, "check": False}
    done = subprocess.run(tool("refresh"), env=shell | {"SEED": "3", "BACKEND": "mxnet"}, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert output(lesson, "look") == SEEN.format(variables=[], course=[None, "tensorflow", None])

    stored = lessons.read(lesson)
    stored.cells[0].outputs[0].text = SEEN.format(variables=[], course=["3", "tensorflow", "noise"])
    stored.cells.append(new_code_cell('assert 1 + 1 == 3, "three"', id="wrong", execution_count=3))
    lessons.write(stored, lesson)
    chosen = {"SEED": "3", "ARITHMETIC": "noise", "WORKERS": "1"}
    done = subprocess.run(tool("run_tests", "-rA", "--color=no"), env=shell | chosen, **options)
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    found = {cell: outcome for outcome, cell in re.findall(r"^([A-Z]+) notebooks\S+ \d+ \((\w+)\)", said, re.M)}
    assert found == {"look": "PASSED", "claim": "PASSED", "wrong": "FAILED"}, said


@contextlib.contextmanager
def lab(project, environment):
    """JupyterLab as tools/lab.py starts it; gives its address and token."""
    command = tool("lab")
    server = subprocess.Popen(
        command, cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    said = []
    try:
        for line in server.stdout:
            said.append(line)
            if found := re.search(r"(http://127\.0\.0\.1:\d+)/lab\S*\?token=(\w+)", line):
                yield found.groups()
                return
        pytest.fail("JupyterLab did not start:\n" + "".join(said))
    finally:
        server.terminate()  # JupyterLab ends its kernels
        try:
            server.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.communicate()


def answer(request, seconds=60):
    """JupyterLab's answer to a request; it names its address a moment before it listens there."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + seconds
    while True:
        try:
            with direct.open(request, timeout=seconds) as told:
                return json.load(told)
        except urllib.error.URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def run_in_kernel(address, token, code):
    """What code prints in a new kernel of JupyterLab's own choice."""
    request = urllib.request.Request(f"{address}/api/kernels?token={token}", data=b"{}", method="POST")
    kernel = answer(request)["id"]
    channel = f"{address.replace('http', 'ws')}/api/kernels/{kernel}/channels?token={token}"
    connection = websocket.create_connection(channel, timeout=60, http_no_proxy=["*"])
    asked = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": "execute_request",
        "session": "x",
        "username": "",
        "version": "5.3",
    }
    message = {"header": asked, "parent_header": {}, "metadata": {}, "content": {"code": code}, "channel": "shell"}
    connection.send(json.dumps(message))
    printed = ""
    while True:
        told = json.loads(connection.recv())
        if told["parent_header"].get("msg_id") != asked["msg_id"]:
            continue
        if told["msg_type"] == "stream":
            printed += told["content"]["text"]
        if told["msg_type"] == "error":
            printed += f"{told['content']['ename']}: {told['content']['evalue']}\n"
        if told["msg_type"] == "execute_reply":
            connection.close()
            return printed


def test_lab_in_any_shell(project, shell):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {"LESSON": "00", "SEED": "4", "HEADLESS": "1", "PORT": str(port)}
    with lab(project, shell | own) as (address, token):
        printed = run_in_kernel(address, token, LOOK + "\nassert 1 + 1 == 3, 'three'")
    looks = ["JUPYTERLAB_SETTINGS_DIR"]  # the user's own; they are shown, not computed with
    assert printed == SEEN.format(variables=looks, course=["4", "tensorflow", None]) + "AssertionError: three\n"


@pytest.mark.parametrize("name", ["environment", "surroundings"])
def test_an_old_python_can_read_what_the_set_up_needs(name):
    source = (lessons.ROOT / "tools" / f"{name}.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))


TOOLS = sorted((lessons.ROOT / "tools").glob("*.py"))
PROGRAMS = [path for path in TOOLS if path.stem != "surroundings" and "__main__" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_tool_starts_again_before_it_imports_what_a_shell_can_replace(path):
    begin = re.compile(
        r"(import os\nimport sys\n\nsys\.path\.insert\(.*\)\n\n)?import surroundings\n\n"
        r'if __name__ == "__main__":\n    surroundings\.(enter|start_again)\(\)\n'
    )
    _, code = path.read_text(encoding="utf-8").split('\n"""\n\n', 1)
    assert begin.match(code), f"{path.name} begins with something else"


def test_every_kind_of_variable_is_let_through_for_a_reason():
    for reason, names in surroundings.LET_THROUGH:
        assert reason.endswith(".") and len(reason.split()) > 4
        assert names.split() and not set(names.split()) & set(surroundings.PACKAGES.split())
    named = " ".join(names for _, names in surroundings.LET_THROUGH).split() + surroundings.PACKAGES.split()
    assert len(named) == len(set(named))
    assert not set(named) & set(surroundings.OWN)
    assert not [name for name in named if name.startswith(("PYTHON", "LESSON"))]


@pytest.mark.parametrize(
    "name",
    ["PATH", "LC_CTYPE", "https_proxy", "DISPLAY", "CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH", "WINDIR", "CI"],
)
def test_what_a_machine_needs_is_let_through(name):
    assert surroundings.let_through({name: "1", "PYTHONPATH": "1", "LC": "1"}) == {name: "1"}


def test_where_packages_come_from_is_let_through_for_the_set_up_alone():
    where_from = {"PIP_INDEX_URL": "1", "UV_INDEX_MIRROR_PASSWORD": "1", "UV_TORCH_BACKEND": "cpu"}
    where_to = {"PIP_USER": "1", "PIP_TARGET": "1", "PIP_PREFIX": "1", "UV_PYTHON": "1", "UV_PRERELEASE": "allow"}
    assert surroundings.let_through(where_from | where_to, packages=True) == where_from
    assert surroundings.let_through(where_from | where_to) == {}


@pytest.mark.skipif(os.name == "nt", reason="Windows always knows a home folder and a user's name")
@pytest.mark.parametrize("home", [None, "missing", "read-only"])
def test_without_a_home_that_can_be_written_it_is_in_venv(home, tmp_path, monkeypatch):
    if home is None:
        monkeypatch.delenv("HOME", raising=False)
        monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)  # a user's number without a name, as in some containers
    else:
        monkeypatch.setenv("HOME", str(tmp_path / home))
    if home == "read-only":
        (tmp_path / home).mkdir()
        monkeypatch.setattr("os.access", lambda *_: False)
    for name in ("USER", "LOGNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    assert surroundings.home() is None
    made = surroundings.made()
    assert made["HOME"] == surroundings.OWN_HOME and made["USER"]


def test_a_home_that_can_be_written_stays(tmp_path, monkeypatch):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    assert surroundings.home() == str(tmp_path) == surroundings.made()["HOME"]


def test_a_name_that_is_not_the_courses_own_is_refused():
    with pytest.raises(ValueError, match="BAKEND is none of BACKEND SEED"):
        surroundings.own("BAKEND")
