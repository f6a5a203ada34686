"""The set-up's error lines, its stamp, and the files of pins."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent
PINS = [FOLDER / name for name in ("requirements.txt", "requirements-gpu.txt", "requirements-backends.txt")]
sys.path.insert(0, str(FOLDER / "tools"))

import environment  # noqa: E402


def tool(name, **variables):
    """Run a tool with these variables; its exit status and what it wrote to stderr."""
    known = {key: value for key, value in os.environ.items() if key not in ("LESSON", "BACKEND", "SEED", "PORT")}
    command = [sys.executable, f"tools/{name}.py"]
    done = subprocess.run(command, cwd=FOLDER, env=known | variables, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("name", "variables", "expected"),
    [
        ("run_tests", {"LESSON": "77"}, "No lesson '77'. Written so far: 00"),
        ("run_tests", {"BACKEND": "mxnet"}, "There is no backend mxnet. There are: tensorflow jax torch"),
        ("run_tests", {"SEED": "three"}, "SEED=three is not a whole number"),
        ("lab", {"LESSON": "77"}, "No lesson '77'"),
        ("lab", {"BACKEND": "mxnet"}, "There is no backend mxnet"),
        ("lab", {"PORT": "99999"}, "PORT=99999 is not a port"),
    ],
)
def test_wrong_variable_gets_one_clear_line(name, variables, expected):
    status, said = tool(name, **variables)
    assert status == 1
    assert expected in said
    assert len(said.splitlines()) == 1, said


def test_busy_port_gets_one_clear_line():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        status, said = tool("lab", PORT=str(port))
    assert status == 1
    assert said.startswith(f"Port {port} is busy")
    assert len(said.splitlines()) == 1, said


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0)])
def test_unsupported_python_gets_one_clear_line(version, capsys):
    with pytest.raises(SystemExit) as stopped:
        environment.check_python(version)
    said = capsys.readouterr().err
    assert stopped.value.code == 1
    assert "does not fit: TensorFlow has wheels for Python 3.11 to 3.13" in said
    assert "make lab PYTHON=" in said
    assert len(said.splitlines()) == 1, said


def test_missing_venv_module_gets_one_clear_line(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit):
        environment.check_venv_module()
    said = capsys.readouterr().err
    assert "has no ensurepip module" in said
    assert f"apt install python3.{sys.version_info.minor}-venv" in said
    assert len(said.splitlines()) == 1, said


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
def test_make_alone_lists_the_targets():
    said = subprocess.run(["make"], cwd=FOLDER, capture_output=True, text=True, check=True).stdout
    for target in ["lab", "test", "test-browser", "refresh", "bench", "rows", "index", "backends", "lock", "clean"]:
        assert re.search(rf"^make {target} ", said, re.M), target


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.name)
def test_pins(path):
    text = path.read_text(encoding="utf-8")
    assert "make lock" in text.partition("\n\n")[0]
    assert "://" not in text, "a file of pins names no index"
    for line in text.splitlines():
        assert re.match(r"#|    #|[a-z0-9.-]+==[^\s;]+( ; .+)?$", line), f"not a pin: {line}"


def test_extras_agree_with_the_base_pins():
    names = [set(re.findall(r"^([a-z0-9.-]+)==", path.read_text(encoding="utf-8"), re.M)) for path in PINS]
    assert not names[0] & (names[1] | names[2])
    assert {"tensorflow", "keras", "uv", "setuptools", "nbval", "ruff"} <= names[0]
    assert "torch==2.13.0\n" in PINS[2].read_text(encoding="utf-8")


def test_binder_installs_what_the_lab_installs():
    lines = (FOLDER / ".binder" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    named = [line for line in lines if line and not line.startswith("#")]
    assert named == ["-r ../requirements.txt"]
    version = (FOLDER / ".binder" / "runtime.txt").read_text(encoding="utf-8").strip()
    environment.check_python((*map(int, version.removeprefix("python-").split(".")), 0))
    script = FOLDER / ".binder" / "postBuild"
    assert os.access(script, os.X_OK)
    assert re.findall(r"pip install (.*)", script.read_text(encoding="utf-8"))[0].split() == environment.INSTALL_COURSE


def test_the_dev_container_runs_the_set_up_of_the_lab():
    container = json.loads((FOLDER / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    command, script = container["postCreateCommand"].split()
    assert (command, script) == ("python3", "tools/environment.py")
    assert (FOLDER / script).exists()
    version = re.fullmatch(r"python:(\d+)\.(\d+)-\w+", container["image"]).groups()
    environment.check_python((*map(int, version), 0))
    assert container["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"].endswith(
        "/.venv/bin/python"
    )


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """A home folder, and functions that write pip's and uv's configuration there; no such variable is set."""
    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_", "XDG_", "SSL_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(environment, "venv_python", lambda: sys.executable)
    monkeypatch.setattr(environment, "uv_files", lambda: [tmp_path / "machine.toml", tmp_path / "user.toml"])
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    (tmp_path / "pip.conf").touch()
    return tmp_path


def test_of_pips_configuration_only_where_packages_come_from_reaches_pip_and_uv(shell, monkeypatch):
    (shell / "pip.conf").write_text(
        "[global]\nindex-url = file:///mirror\ntimeout = 7\ntarget = /t\n[install]\nuser = true\nprefix = /p\n"
    )
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "/wheels")
    for_pip = environment.pip_environment()
    assert for_pip["PIP_CONFIG_FILE"] == os.devnull
    assert (for_pip["PIP_INDEX_URL"], for_pip["PIP_TIMEOUT"]) == ("file:///mirror", "7")
    assert for_pip["PIP_FIND_LINKS"] == "/wheels"
    assert not {"PIP_TARGET", "PIP_USER", "PIP_PREFIX"} & set(for_pip)
    for_uv = environment.uv_environment()
    assert (for_uv["UV_DEFAULT_INDEX"], for_uv["UV_HTTP_TIMEOUT"]) == ("file:///mirror", "7")
    assert for_uv["UV_FIND_LINKS"] == "/wheels"


def test_of_uvs_configuration_only_where_packages_come_from_reaches_uv(shell, monkeypatch):
    (shell / "machine.toml").write_text('index-url = "file:///old"\nnative-tls = true\nprerelease = "allow"\n')
    (shell / "user.toml").write_text(
        'no-binary = true\n[pip]\ntarget = "/t"\nfind-links = ["/a", "/b"]\n'
        '[[index]]\nurl = "file:///new"\ndefault = true\n[[index]]\nname = "more"\nurl = "file:///more"\n'
        '[[index]]\nname = "torch"\nurl = "file:///torch"\nexplicit = true\n'
    )
    monkeypatch.setattr(environment, "pip_settings", dict)
    monkeypatch.setenv("UV_TARGET", "/elsewhere")
    monkeypatch.setenv("UV_CONFIG_FILE", "/another")
    monkeypatch.setenv("UV_NATIVE_TLS", "false")
    for_uv = {name: value for name, value in environment.uv_environment().items() if name.startswith("UV_")}
    assert for_uv == {
        "UV_NO_CONFIG": "1",
        "UV_DEFAULT_INDEX": "file:///new",
        "UV_INDEX": "more=file:///more",
        "UV_FIND_LINKS": "/a,/b",
        "UV_NATIVE_TLS": "false",
    }


def test_the_course_stands_in_venv_by_a_path_that_any_locale_can_read(tmp_path, monkeypatch):
    folder = tmp_path / "Übung"
    packages = folder / ".venv" / "lib" / "python3.12" / "site-packages"
    packages.mkdir(parents=True)
    path = packages / "__editable__.deep_learning_from_code-0.1.0.pth"
    path.write_text(str(folder), encoding="utf-8")
    monkeypatch.setattr(environment, "FOLDER", str(folder))
    monkeypatch.setattr(environment, "VENV", str(folder / ".venv"))
    environment.relative_path()
    line = path.read_bytes().decode("ascii").strip()
    assert not os.path.isabs(line)
    assert (packages / line).resolve() == folder
