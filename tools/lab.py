"""Open the course in JupyterLab, for this machine only.

make lab [PORT=8888] [LESSON=04] [HEADLESS=1]

LESSON=05b opens that lesson, LESSON=05 the first of the chapter; without it the first of all opens.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import surroundings

if __name__ == "__main__":
    surroundings.start_again()

import json
import socket
import subprocess
import webbrowser
from pathlib import Path

import lessons

# No question about news, no look for a newer JupyterLab.
SETTINGS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}


def free_port() -> int:
    text = surroundings.own("PORT") or "8888"
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
    if surroundings.own("HEADLESS") not in ("", "0") or os.environ.get("SSH_CONNECTION") or os.environ.get("CI"):
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


def looks_of_the_user(environment: dict[str, str]) -> None:
    """JupyterLab looks, and its keys are, as the user has set them; nothing else of the user's Jupyter is read."""
    if home := surroundings.home():
        folder = os.environ.get("JUPYTER_CONFIG_DIR") or Path(home, ".jupyter")
        usual = str(Path(folder, "lab", "user-settings"))
        environment["JUPYTERLAB_SETTINGS_DIR"] = os.environ.get("JUPYTERLAB_SETTINGS_DIR") or usual
    else:
        print("There is no home folder that can be written: what it would hold is kept in .venv/home.", flush=True)


def main() -> int:
    wanted = surroundings.own("LESSON")
    opened = lessons.find(wanted.replace(",", " ").split())[0]
    port = free_port()
    environment = surroundings.as_chosen()
    write_settings()
    looks_of_the_user(environment)
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
