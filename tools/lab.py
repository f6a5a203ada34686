"""Open the course in JupyterLab, for this machine only.

make lab [PORT=8888] [LESSON=04] [HEADLESS=1]

LESSON=05b opens that lesson, LESSON=05 the first of the chapter; without it the first of all opens.
"""

import json
import os
import socket
import subprocess
import sys
import webbrowser
from pathlib import Path

import lessons
import run_tests

# No question about news, no look for a newer JupyterLab.
SETTINGS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}


def free_port() -> int:
    text = os.environ.get("PORT", "").strip() or "8888"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        sys.exit(f"PORT={text} is not a port: make lab PORT=8889")
    port = int(text)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            sys.exit(f"Port {port} is not for this user. Take one above 1023: make lab PORT=8889")
        except OSError:
            other = port + 1 if port < 65535 else port - 1
            sys.exit(f"Port {port} is busy: another JupyterLab, perhaps. Take another port: make lab PORT={other}")
    return port


def has_browser() -> bool:
    """Whether a window can be opened here: not over ssh, not without a display, not with a browser in the terminal."""
    if os.environ.get("HEADLESS", "") not in ("", "0") or os.environ.get("SSH_CONNECTION") or os.environ.get("CI"):
        return False
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def write_settings() -> None:
    path = Path(sys.prefix) / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if any(known.get(name) != value for name, value in SETTINGS.items()):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(known | SETTINGS, indent=1), encoding="utf-8")


def own_folders(environment: dict[str, str]) -> None:
    """Where the home folder cannot be written, Jupyter and its kernels keep their files in .venv."""
    home = Path.home()
    if home.is_dir() and os.access(home, os.W_OK):
        return
    own = lessons.ROOT / ".venv" / "home"
    own.mkdir(exist_ok=True)
    print(f"The home folder {home} cannot be written: Jupyter keeps its files in .venv/home.", flush=True)
    environment["HOME"] = str(own)


def main() -> int:
    wanted = os.environ.get("LESSON", "").strip()
    opened = lessons.find(wanted.replace(",", " ").split())[0]
    port = free_port()
    environment = run_tests.settings()
    write_settings()
    own_folders(environment)
    # The kernel of .venv, also where the user has one of the same name.
    environment["JUPYTER_PREFER_ENV_PATH"] = "1"
    command = [sys.executable, "-m", "jupyterlab", "--log-level=WARN", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={lessons.ROOT}"]
    command += [f"--LabApp.default_url=/lab/tree/{opened.relative_to(lessons.ROOT).as_posix()}"]
    if not has_browser():
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    print(f"Opening {opened.name} in JupyterLab, for this machine only. Stop it with Ctrl-C here.", flush=True)
    if os.name == "nt":
        return subprocess.call(command, cwd=lessons.ROOT, env=environment)
    os.chdir(lessons.ROOT)
    os.execve(command[0], command, environment)


if __name__ == "__main__":
    sys.exit(main())
