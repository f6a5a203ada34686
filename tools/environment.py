"""Set up .venv, or leave it alone when nothing has changed.

    python3 tools/environment.py                 the environment of the lessons and the tests
    python3 tools/environment.py --extra gpu     and what requirements-gpu.txt holds
    python3 tools/environment.py --uv-only       only what `make lock` needs

Any Python from 3.6 can read this file, so that a Python that is too old gets a clear line and not a SyntaxError.
It uses the standard library alone. A stamp in .venv says for which pins, Python and folder it was made; while the
stamp fits, nothing is installed and the network is not touched.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import surroundings

if __name__ == "__main__":
    surroundings.start_again()

import argparse
import ast
import contextlib
import glob
import hashlib
import json
import platform
import re
import shutil
import subprocess
import time

SUPPORTED = ((3, 11), (3, 12), (3, 13))
FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(FOLDER, ".venv")
STAMP = os.path.join(VENV, "set-up.json")
EXTRAS = {
    "gpu": "requirements-gpu.txt",
    "backends": "requirements-backends.txt",
    "browser": "tests/browser/requirements.txt",
}
# What Binder and README.md hand to pip install: this folder, so that a change in utils is in force at once.
INSTALL_COURSE = ["--no-deps", "--no-build-isolation", "--config-settings", "editable_mode=compat", "-e", "."]
# What of pip's configuration the set-up takes: where packages come from and how they are fetched.
WHERE_FROM = ["index-url", "extra-index-url", "find-links", "no-index", "trusted-host", "cert", "client-cert", "proxy"]
WHERE_FROM += ["timeout", "default-timeout", "retries", "keyring-provider", "cache-dir", "no-cache-dir"]
# The same of a uv.toml, and the variables that say it to uv.
UV_WHERE_FROM = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "allow-insecure-host": "UV_INSECURE_HOST",
    "index-strategy": "UV_INDEX_STRATEGY",
    "keyring-provider": "UV_KEYRING_PROVIDER",
    "native-tls": "UV_NATIVE_TLS",
    "system-certs": "UV_SYSTEM_CERTS",
    "offline": "UV_OFFLINE",
    "cache-dir": "UV_CACHE_DIR",
    "no-cache": "UV_NO_CACHE",
    "link-mode": "UV_LINK_MODE",
    "torch-backend": "UV_TORCH_BACKEND",
}
SIZES = {
    "": "about 0.8 GB to download, 2.7 GB on disk",
    "gpu": "NVIDIA's CUDA libraries: several GB to download",
    "backends": "JAX and PyTorch: 1.3 GB on disk; with CUDA, as PyPI gives it on Linux, several GB",
    "browser": "about 0.2 GB on disk",
}


def stop(message):
    print(message, file=sys.stderr)
    sys.exit(1)


def say(message):
    print(message, flush=True)


def venv_python():
    if os.name == "nt":
        return os.path.join(VENV, "Scripts", "python.exe")
    return os.path.join(VENV, "bin", "python")


def short(version):
    return ".".join(str(number) for number in version[:2])


def runs(python):
    """Whether there is such a command, and it is more than a shim that leads nowhere."""
    try:
        return subprocess.run([python, "-E", "-s", "-c", ""], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def check_python(version):
    """Stop with one line when no wheel of TensorFlow fits this Python."""
    if tuple(version[:2]) not in SUPPORTED:
        names = ["python" + short(one) for one in reversed(SUPPORTED)]
        found = [name for name in names if runs(name)]
        stop(
            "Python {} ({}) does not fit: TensorFlow has wheels for Python {} to {}. {}".format(
                ".".join(str(number) for number in version[:3]),
                sys.executable,
                short(SUPPORTED[0]),
                short(SUPPORTED[-1]),
                f"Try: make lab PYTHON={found[0]}"
                if found
                else "Install one of them and name it: make lab PYTHON=python3.12",
            )
        )
    if sys.maxsize < 2**32:
        stop("This Python is a 32-bit build: TensorFlow needs a 64-bit one. Name it: make lab PYTHON=/path/to/python3")
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        stop(
            "This Python is an Intel build: TensorFlow has macOS wheels for Apple silicon only. On Apple silicon,"
            " name an arm64 Python: make lab PYTHON=/path/to/python3"
        )


def check_venv_module():
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        stop(
            f"This Python ({sys.executable}) has no {error.name} module, which .venv is made with."
            f" On Debian or Ubuntu: sudo apt install python{short(sys.version_info)}-venv;"
            " elsewhere name a complete Python: make lab PYTHON=python3.12"
        )


def digest(name):
    """What a file of pins holds, whatever its line ends; "" without the file."""
    try:
        with open(os.path.join(FOLDER, name), "rb") as file:
            return hashlib.sha256(file.read().replace(b"\r\n", b"\n")).hexdigest()
    except OSError:
        return ""


def read_stamp():
    try:
        with open(STAMP, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def write_stamp(stamp):
    with open(STAMP + ".new", "w", encoding="utf-8") as file:
        json.dump(stamp, file, indent=1)
    os.replace(STAMP + ".new", STAMP)


def environment_state():
    """What .venv is now: its Python as [version, base folder], or None where it does not run or was moved here."""
    try:
        with open(os.path.join(VENV, "pyvenv.cfg"), encoding="utf-8") as file:
            settings = dict(re.findall(r"^\s*([\w-]+)\s*=\s*(.*?)\s*$", file.read(), re.M))
    except OSError:
        return None
    home, version = settings.get("home"), settings.get("version", settings.get("version_info", ""))
    if not re.match(r"3\.\d+\.\d+", version) or not os.path.isdir(home or "") or not os.path.exists(venv_python()):
        return None
    return [".".join(version.split(".")[:3]), os.path.realpath(home)]


def made_here():
    """Whether a .venv without a stamp was made in this folder: its activate script says where."""
    for script in ("bin/activate", "Scripts/activate"):
        try:
            with open(os.path.join(VENV, script), encoding="utf-8") as file:
                return VENV in file.read()
        except OSError:
            continue
    return False


def run(command, what, environment=None):
    """Run quietly, in what is let through or another environment; when it fails show all that it said and stop."""
    environment = environment or surroundings.made(packages=True)
    done = subprocess.run(command, cwd=FOLDER, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.stderr.write(done.stdout.decode("utf-8", "replace"))
        stop(f"{what} failed. Mend what the lines above name, then run the same command again.")
    return done.stdout.decode("utf-8", "replace")


def pip_settings():
    """pip's own configuration (files and PIP_ variables), later ones winning, as {name: [values]}."""
    listing = run([venv_python(), "-m", "pip", "config", "list"], "pip config list")
    order = {"global": 0, "install": 1, ":env:": 2}
    found = []
    for line in listing.splitlines():
        match = re.match(r"(global|install|:env:)\.([\w-]+)=(.*)$", line)
        if match:
            section, name, value = match.groups()
            with contextlib.suppress(SyntaxError, ValueError):
                value = ast.literal_eval(value)
            found.append((order[section], name, str(value).split()))
    return {name: values for _, name, values in sorted(found)}


def pip_environment():
    """pip without its configuration (which may say where packages go: `user`, `target`), but for its WHERE_FROM."""
    environment = surroundings.made()
    environment["PIP_CONFIG_FILE"] = os.devnull
    for name, values in pip_settings().items():
        if name in WHERE_FROM:
            environment["PIP_" + name.upper().replace("-", "_")] = " ".join(values)
    if surroundings.home() is None:
        environment["PIP_NO_CACHE_DIR"] = "1"
    return environment


def uv_files():
    """The machine's uv.toml and the user's, or the one that UV_CONFIG_FILE names; the later one wins."""
    if os.environ.get("UV_CONFIG_FILE"):
        return [os.environ["UV_CONFIG_FILE"]]
    if os.name == "nt":
        folders = [os.environ.get("PROGRAMDATA"), os.environ.get("APPDATA")]
    else:
        folders = ["/etc", *reversed(os.environ.get("XDG_CONFIG_DIRS", "").split(":"))]
        folders += [os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")]
    return [os.path.join(folder, "uv", "uv.toml") for folder in folders if folder]


def uv_settings():
    """Where packages come from by uv's own configuration, as {variable: value}; the rest of it is not read."""
    import tomllib  # of Python 3.11, as is whatever installs

    found = {}
    for path in uv_files():
        try:
            with open(path, "rb") as file:
                settings = tomllib.load(file)
        except (OSError, ValueError):
            continue
        indexes = [one for one in settings.get("index", []) if not one.get("explicit")]
        settings.update(settings.get("pip", {}))
        for name, variable in UV_WHERE_FROM.items():
            value = settings.get(name)
            if isinstance(value, list):
                found[variable] = ("," if name == "find-links" else " ").join(map(str, value))
            elif value is not None:
                found[variable] = str(value).lower() if isinstance(value, bool) else str(value)
        named = ["{}={}".format(one["name"], one["url"]) if one.get("name") else one["url"] for one in indexes]
        default = [name for name, one in zip(named, indexes) if one.get("default")]
        others = [name for name in named if name not in default]
        if default:
            found["UV_DEFAULT_INDEX"] = default[0]
        if others:
            found["UV_INDEX"] = " ".join(others)
    return found


def uv_environment():
    """uv without its configuration, its own or that of a folder above: only where packages come from is passed on.

    The shell's variables win over pip's configuration, which uv does not read, and that over uv's.
    """
    environment = surroundings.made(packages=True)
    environment.pop("UV_CONFIG_FILE", None)
    environment["UV_NO_CONFIG"] = "1"
    pip = pip_settings()

    def give(variable, name, separator=" "):
        if pip.get(name):
            environment.setdefault(variable, separator.join(pip[name]))

    give("UV_DEFAULT_INDEX", "index-url")
    give("UV_INDEX", "extra-index-url")
    give("UV_FIND_LINKS", "find-links", ",")
    give("UV_INSECURE_HOST", "trusted-host")
    give("UV_HTTP_TIMEOUT", "timeout")
    give("UV_HTTP_TIMEOUT", "default-timeout")
    give("SSL_CERT_FILE", "cert")
    give("HTTPS_PROXY", "proxy")
    if pip.get("no-index", ["0"])[0].lower() in ("1", "true", "yes", "on"):
        environment.setdefault("UV_NO_INDEX", "1")
    if pip.get("extra-index-url"):
        # pip takes the best version that any index has; uv stops at the first index that has the package.
        environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    for variable, value in uv_settings().items():
        environment.setdefault(variable, value)
    if surroundings.home() is None and "UV_CACHE_DIR" not in environment:
        environment.setdefault("UV_NO_CACHE", "1")
    return environment


def relative_path():
    """Name this folder to .venv by a relative path.

    setuptools writes the absolute one. A Python before 3.13 does not start in a locale that cannot read its letters.
    """
    for packages in ("lib/python*/site-packages", "Lib/site-packages"):
        for path in glob.glob(os.path.join(glob.escape(VENV), packages, "__editable__.deep_learning*.pth")):
            relative = os.path.relpath(FOLDER, os.path.dirname(path)).encode("ascii") + b"\n"
            with open(path, "rb") as file:
                known = file.read()
            if known != relative:
                with open(path, "wb") as file:
                    file.write(relative)


def pinned(name):
    """As requirements.txt pins it, "uv==0.1.2"; without a pin the name alone, the newest."""
    try:
        with open(os.path.join(FOLDER, "requirements.txt"), encoding="utf-8") as file:
            match = re.search(rf"^{re.escape(name)}==[^\s;]+", file.read(), re.M)
    except OSError:
        match = None
    return match.group(0) if match else name


def make_venv():
    """An empty .venv with pip and uv, from the Python that runs this file."""
    check_python(sys.version_info)
    check_venv_module()
    if os.path.lexists(VENV):
        if not os.path.exists(os.path.join(VENV, "pyvenv.cfg")) and os.listdir(VENV):
            stop(".venv is not a virtual environment: move it away, then run the same command again.")
        shutil.rmtree(VENV)
    # Where this Python is itself a virtual environment's, build on the one below it.
    base = getattr(sys, "_base_executable", sys.executable)
    say(f"Making .venv with Python {platform.python_version()} ({base}).")
    run([base, "-m", "venv", VENV], "python -m venv")


def install_uv():
    try:
        done = subprocess.run(
            [venv_python(), "-m", "uv", "--version"],
            env=surroundings.made(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        installed = done.stdout.decode("utf-8", "replace").split()[1:2] if done.returncode == 0 else []
    except OSError:
        installed = []
    if not installed or pinned("uv") not in ("uv", "uv==" + installed[0]):
        pip = [venv_python(), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
        run([*pip, pinned("uv")], "Installing uv with pip", pip_environment())


def uv_pip(command, *arguments):
    return [venv_python(), "-m", "uv", "pip", command, "--python", venv_python(), *arguments]


def install(file, size=""):
    say("Installing {}{}.".format(file, f" ({size})" if size else ""))
    run(uv_pip("install", "--compile-bytecode", "-r", file), "Installing " + file, uv_environment())


def set_up(extras, explicit, uv_only=False):
    stamp, state = read_stamp(), environment_state()
    folder = os.path.realpath(FOLDER)
    here = [
        platform.python_version(),
        os.path.realpath(os.path.dirname(getattr(sys, "_base_executable", sys.executable))),
    ]
    extras = sorted(set(extras) | {one for one in stamp.get("extras", {}) if digest(EXTRAS.get(one, ""))})
    wanted = {"requirements": digest("requirements.txt"), "project": digest("pyproject.toml")}

    # Keep the Python that .venv was made with, unless another one is asked for by name.
    keep = state is not None and (not explicit or state == here)
    keep = keep and (stamp.get("folder", folder) == folder if stamp else made_here())
    keep = keep and stamp.get("python", state) == state
    keep = keep and tuple(int(number) for number in state[0].split(".")[:2]) in SUPPORTED
    keep = keep and not stamp.get("unfinished")

    complete = keep and bool(stamp) and all(stamp.get(name) == value for name, value in wanted.items())
    missing = [one for one in extras if stamp.get("extras", {}).get(one) != digest(EXTRAS[one])]
    if complete and not missing:
        relative_path()
        return
    if uv_only and keep:
        install_uv()
        return

    began = time.time()
    remembered = stamp.get("extras", {})
    try:
        if not keep:
            make_venv()
            state = environment_state()
            complete, missing = False, extras
        if not complete:
            write_stamp(dict(stamp, unfinished=True))
            install_uv()
            if uv_only:
                return
            install("requirements.txt", "" if keep else SIZES[""])
            run(uv_pip("install", *INSTALL_COURSE), "Installing utils", uv_environment())
            relative_path()
            remembered, missing = {}, extras
            stamp = dict(wanted, folder=folder, python=state, extras=remembered)
            write_stamp(stamp)
        # An extra that fails does not spoil the rest, and is asked for again when it is named again.
        for one in missing:
            install(EXTRAS[one], SIZES[one])
            remembered[one] = digest(EXTRAS[one])
            write_stamp(dict(stamp, extras=remembered))
    except OSError as error:
        stop(f"Set-up cannot write here: {error}. Put the course in a folder that is yours.")
    say(f"Set up in {time.time() - began:.0f} s.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--extra", action="append", default=[], choices=sorted(EXTRAS))
    parser.add_argument("--explicit", action="store_true", help="this Python was named by the user")
    parser.add_argument("--uv-only", action="store_true")
    arguments = parser.parse_args()
    for name in ["requirements.txt"] + [EXTRAS[one] for one in arguments.extra]:
        if not digest(name) and not arguments.uv_only:
            stop(name + " is missing: restore it, or compile it from pyproject.toml with make lock.")
    if arguments.explicit:
        check_python(sys.version_info)
    try:
        set_up(arguments.extra, arguments.explicit, arguments.uv_only)
    except KeyboardInterrupt:
        stop("\nSet-up was interrupted: the same command starts it again.")


if __name__ == "__main__":
    main()
