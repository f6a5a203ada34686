"""A JupyterLab server and a real browser for the tests in this folder.

    python -m pip install -r tests/browser/requirements.txt
    python -m pytest tests/browser

They need Chromium or Chrome on the machine; nothing is downloaded. Options: ``--notebook`` drives another lesson,
``--theme`` another theme, ``--screenshots`` keeps a picture of every step.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import lessons
import pytest

TOKEN = "browser-test"
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
NO_BROWSER = (
    "There is no Chromium on this machine. Install it (Debian, Ubuntu: apt install chromium), "
    "or set CHROMIUM to the path of Chromium or Chrome."
)
NO_PLAYWRIGHT = "Playwright is not installed. Run: python -m pip install -r tests/browser/requirements.txt"
CHROMIUM_OPTIONS = [
    "--no-sandbox",  # needed where the tests run as root, as in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FAILED = pytest.StashKey[bool]()


def pytest_addoption(parser):
    group = parser.getgroup("browser")
    group.addoption("--notebook", default="04", help="the lesson to drive: 05b, a chapter or a file")
    group.addoption("--theme", default="JupyterLab Light", help='theme of JupyterLab, as "JupyterLab Dark"')
    group.addoption("--screenshots", help="folder for a picture of every step")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Leave the outcome on the test, for the fixture below."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(autouse=True)
def _picture_on_failure(request, tmp_path):
    """Save a picture of the page when a test of a lesson fails."""
    lesson = request.getfixturevalue("lesson") if "lesson" in request.fixturenames else None
    yield
    if lesson and request.node.stash.get(FAILED, False):
        print("picture of the failure:", lesson.picture(tmp_path, request.node.name))


@pytest.fixture(scope="session")
def notebook(request):
    """The path of the lesson under test."""
    return lessons.find([request.config.getoption("notebook")])[0]


@pytest.fixture(scope="session")
def lab_folder(notebook, tmp_path_factory):
    """A copy of the lesson's folder, which the JupyterLab of the tests serves."""
    pages = tmp_path_factory.mktemp("pages") / "pages"
    shutil.copytree(notebook.parent, pages, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return pages


@pytest.fixture(scope="session")
def lab(lab_folder, request, tmp_path_factory):
    """The address of a JupyterLab that serves that folder, with settings of its own."""
    theme = {"apputils-extension/themes": {"theme": request.config.getoption("theme")}}
    with serving(lab_folder, tmp_path_factory.mktemp("lab"), theme) as address:
        yield address


@pytest.fixture(scope="session")
def lab_with_all_cells(lab_folder, tmp_path_factory):
    """A second JupyterLab, which puts all cells of a notebook into the page at once, those out of sight too."""
    settings = {"notebook-extension/tracker": {"windowingMode": "none"}}
    with serving(lab_folder, tmp_path_factory.mktemp("lab"), settings) as address:
        yield address


@contextlib.contextmanager
def serving(folder, home, settings):
    """A JupyterLab that serves a folder and keeps what it writes in ``home``; gives its address.

    The settings are values by the file of their extension, as "notebook-extension/tracker".
    """
    for name, values in {"apputils-extension/notification": {"fetchNews": "false"}, **settings}.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    port = free_port()
    log = home / "lab.log"
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    environment = os.environ | {
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),  # no notebook is trusted yet, as after a fresh clone
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    with log.open("w") as output:
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
    try:
        wait_for_server(server, f"http://127.0.0.1:{port}/api/status?token={TOKEN}", log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()  # JupyterLab ends its kernels
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_server(server, address, log, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}", pytrace=False)


@pytest.fixture(scope="session")
def browser():
    """A running Chromium."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.fail(NO_PLAYWRIGHT, pytrace=False)
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found or not Path(found).exists():
        pytest.fail(NO_BROWSER, pytrace=False)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=CHROMIUM_OPTIONS)
        yield running
        running.close()
