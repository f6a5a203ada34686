"""The environment of everything that the course starts, made from what is let through.

A shell carries settings that were made for other work: a path of modules, a shorter training, another kernel, a
folder to install into. No list of them is ever complete. So nothing is kept out here: a new environment is made, of
the variables that `LET_THROUGH` names, of the course's own (`OWN`), and of folders for what the libraries write.

    .venv/bin/python tools/surroundings.py -m pytest tests/browser

starts this Python with these arguments in the environment of the lessons. The tools import this module first: it
uses the standard library alone, and any Python from 3.6 can read it.
"""

import os
import sys

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# What the libraries write about themselves stays here, and what the user has set for them elsewhere is not read.
OWN_HOME = os.path.join(FOLDER, ".venv", "home")
BACKENDS = ("tensorflow", "jax", "torch")
ARITHMETICS = ("noise", "tf32")
# The course's own variables, from the shell or from the command line of make. README.md explains them.
OWN = ("BACKEND", "SEED", "ARITHMETIC", "LESSON", "WORKERS", "PORT", "HEADLESS", "GPU")

# Each kind with the reason why it has to come through. A name that ends in * stands for all that begin so.
LET_THROUGH = [
    (
        "Where programs, the home folder and temporary files are, and whose they are.",
        "PATH HOME USER LOGNAME SHELL TMPDIR TEMP TMP TZ XDG_* JUPYTER_ALLOW_INSECURE_WRITES",
    ),
    (
        "The user's language and encoding; Python itself always takes UTF-8.",
        "LANG LANGUAGE LC_* __CF_USER_TEXT_ENCODING",
    ),
    (
        "How the network is reached, and whose certificates are believed.",
        "HTTP_PROXY HTTPS_PROXY ALL_PROXY FTP_PROXY NO_PROXY http_proxy https_proxy all_proxy ftp_proxy no_proxy"
        " SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NIX_SSL_CERT_FILE",
    ),
    (
        "Where a window or a browser can be opened.",
        "DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS BROWSER CHROMIUM DESKTOP_SESSION"
        " KDE_FULL_SESSION KDE_SESSION_VERSION GNOME_DESKTOP_SESSION_ID WSL_DISTRO_NAME WSL_INTEROP WSLENV"
        " VSCODE_IPC_HOOK_CLI CODESPACES REMOTE_CONTAINERS REMOTE_CONTAINERS_IPC",
    ),
    ("What the terminal can show.", "TERM COLORTERM NO_COLOR"),
    ("Whether continuous integration runs this.", "CI GITHUB_ACTIONS"),
    (
        "Which accelerators compute, where the loader finds their libraries, and how much of their memory is free.",
        "CUDA_VISIBLE_DEVICES CUDA_DEVICE_ORDER CUDA_HOME CUDA_PATH CUDA_ROOT CUDA_CACHE_PATH NVIDIA_VISIBLE_DEVICES"
        " NVIDIA_DRIVER_CAPABILITIES HIP_VISIBLE_DEVICES ROCR_VISIBLE_DEVICES ROCM_PATH HSA_OVERRIDE_GFX_VERSION"
        " LD_LIBRARY_PATH LD_PRELOAD NIX_LD NIX_LD_LIBRARY_PATH DYLD_LIBRARY_PATH DYLD_FALLBACK_LIBRARY_PATH"
        " KERAS_TORCH_DEVICE JAX_PLATFORMS TF_FORCE_GPU_ALLOW_GROWTH XLA_PYTHON_CLIENT_PREALLOCATE"
        " XLA_PYTHON_CLIENT_MEM_FRACTION XLA_PYTHON_CLIENT_ALLOCATOR",
    ),
    (
        "Which processor this is, where a virtual machine hides it from the libraries that compute.",
        "OPENBLAS_CORETYPE OPENBLAS_L2_SIZE NVPL_BLAS_DEBUG_CPU_TYPE",
    ),
    (
        "What no program of Windows starts without.",
        "SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT OS USERPROFILE USERNAME USERDOMAIN HOMEDRIVE HOMEPATH APPDATA"
        " LOCALAPPDATA PROGRAMDATA ALLUSERSPROFILE PUBLIC PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432"
        " COMMONPROGRAMFILES COMMONPROGRAMFILES(X86) COMMONPROGRAMW6432 COMPUTERNAME NUMBER_OF_PROCESSORS PROCESSOR_*",
    ),
]
# For the set-up alone: where packages come from and how they are fetched, never where they go and which they are.
PACKAGES = (
    "PIP_CONFIG_FILE PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_NO_INDEX PIP_TRUSTED_HOST PIP_CERT"
    " PIP_CLIENT_CERT PIP_PROXY PIP_TIMEOUT PIP_DEFAULT_TIMEOUT PIP_RETRIES PIP_KEYRING_PROVIDER PIP_CACHE_DIR"
    " PIP_NO_CACHE_DIR NETRC"
    " UV_CONFIG_FILE UV_DEFAULT_INDEX UV_INDEX UV_INDEX_* UV_EXTRA_INDEX_URL UV_FIND_LINKS UV_NO_INDEX"
    " UV_INSECURE_HOST UV_KEYRING_PROVIDER UV_HTTP_TIMEOUT UV_REQUEST_TIMEOUT UV_HTTP_RETRIES UV_NATIVE_TLS"
    " UV_SYSTEM_CERTS UV_OFFLINE UV_CACHE_DIR UV_NO_CACHE UV_LINK_MODE UV_CONCURRENT_* UV_TORCH_BACKEND"
)


def let_through(environment, packages=False):
    """The variables of an environment that are named above, those of PACKAGES too where the set-up asks."""
    names = " ".join(names for _, names in LET_THROUGH).split() + (PACKAGES.split() if packages else [])
    exact = {name for name in names if not name.endswith("*")}
    prefixes = tuple(name[:-1] for name in names if name.endswith("*"))
    return {name: value for name, value in environment.items() if name in exact or name.startswith(prefixes)}


def home():
    """The user's home folder where there is one that can be written, else None."""
    folder = os.path.expanduser("~")
    # Without HOME and without a name for the user's number the ~ stays.
    return folder if folder != "~" and os.path.isdir(folder) and os.access(folder, os.W_OK) else None


def speaks_utf8():
    """Whether the locale writes all letters; the locales C and POSIX know English ones alone."""
    if os.name == "nt":
        return True
    import locale

    return locale.nl_langinfo(locale.CODESET).lower().replace("-", "") == "utf8"


def made(packages=False):
    """What is let through, and what every Python that is started has: UTF-8, no user site, a home, a name."""
    environment = let_through(os.environ, packages)
    environment.update(PYTHONUTF8="1", PYTHONNOUSERSITE="1")
    if not speaks_utf8():  # PYTHONUTF8 does not reach all: Python 3.12 reads the paths of packages in the locale's code
        environment.pop("LC_ALL", None)
        environment.update(LANG="C", LC_CTYPE="UTF-8" if sys.platform == "darwin" else "C.UTF-8")
    if home() is None:
        environment["HOME"] = OWN_HOME
        if os.name == "nt":
            environment["USERPROFILE"] = OWN_HOME
    if not any(environment.get(name) for name in ("LOGNAME", "USER", "USERNAME")):
        environment["USER"] = "learner"  # a user's number may have no name; PyTorch asks for one
    return environment


def own(name):
    """One of the course's own variables, "" where it is not set."""
    if name not in OWN:
        raise ValueError("{} is none of {}".format(name, " ".join(OWN)))
    return os.environ.get(name, "").strip()


def whole_number(name):
    """One of the course's own variables that is a whole number, as text; "" where it is not set."""
    text = own(name)
    if text and not text.isdecimal():
        sys.exit(f"{name}={text} is not a whole number: {name}=3 would be one")
    return text


def is_installed(backend):
    """Whether this Python has a backend."""
    import importlib.util

    return importlib.util.find_spec(backend) is not None


def of_lessons(backend="", seed="", arithmetic=""):
    """The environment of the lessons: of pytest, of JupyterLab, of their kernels, of whatever computes.

    As a lesson is stored: on TensorFlow, with its own seed and the backend's own arithmetic, whatever the shell has.
    The arguments, as text, choose something else; the program stops with one line where they cannot be met.
    """
    backend = backend or "tensorflow"
    if backend not in BACKENDS:
        sys.exit("There is no backend {}. There are: {}".format(backend, " ".join(BACKENDS)))
    if not is_installed(backend):
        sys.exit(f"BACKEND={backend} is not installed. Install JAX and PyTorch into .venv: make backends")
    if arithmetic and arithmetic not in ARITHMETICS:
        sys.exit("There is no arithmetic {}. There are: {}".format(arithmetic, " ".join(ARITHMETICS)))
    environment = made()
    environment["KERAS_BACKEND"] = backend
    environment["JAX_ENABLE_X64"] = "true"  # as in a lesson: JAX reads it once, whichever test comes first
    if seed:
        environment["LESSON_SEED"] = seed
    if arithmetic:
        environment["LESSON_ARITHMETIC"] = arithmetic
    # In .venv they can also be written where the home folder cannot.
    folders = {
        "IPYTHONDIR": "ipython",
        "JUPYTER_CONFIG_DIR": "jupyter",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "KERAS_HOME": "keras",
        "MPLCONFIGDIR": "matplotlib",
    }
    for name, folder in folders.items():
        environment[name] = os.path.join(OWN_HOME, folder)
        os.makedirs(environment[name], exist_ok=True)
    environment["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of .venv before any other of its name
    return environment


def as_chosen():
    """The environment of the lessons as BACKEND, SEED and ARITHMETIC choose it."""
    return of_lessons(own("BACKEND"), whole_number("SEED"), own("ARITHMETIC"))


def python(*arguments):
    """The command that starts this Python again as the tools run: deaf to PYTHON… and to the user's site folder."""
    return [sys.executable, "-E", "-s", "-X", "utf8", *arguments]


def start_again():
    """Start this program again where the shell's PYTHON… variables or the user's site folder reach it.

    A tool calls it before it imports anything else, so that `python tools/lab.py` does what `make lab` does.
    """
    flags = sys.flags
    if flags.ignore_environment and flags.no_user_site and not flags.optimize and getattr(flags, "utf8_mode", 1):
        return
    command = python(*sys.argv)
    if os.name == "nt":
        import subprocess

        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


def enter():
    """Start again where that is needed, and go on in the environment of the lessons."""
    start_again()
    environment = of_lessons()
    os.environ.clear()
    os.environ.update(environment)


if __name__ == "__main__":
    start_again()
    import subprocess

    sys.exit(subprocess.call([sys.executable, *sys.argv[1:]], cwd=FOLDER, env=of_lessons()))
