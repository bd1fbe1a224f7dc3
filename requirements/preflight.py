"""Looks at the machine before several gigabytes are installed, and says what is missing.

Run by whatever Python a machine has, so this file keeps to the standard library and to the
language of Python 3.6. Prints nothing and exits 0 when all is well, else one paragraph for each
thing that is missing and exit 2.
"""

import os
import shutil
import sys

OLDEST, NEWEST = (3, 11), (3, 13)
# Measured on Linux: 3.1 GB at most while installing, downloads included; the rest is for the demo.
DISK_GB = 4.0
# Importing TensorFlow alone takes 650 MB, in a process of its own beside the one that serves.
MEMORY_GB = 2.0
GIGABYTE = 1e9
REGARDLESS = "  To go on all the same: make setup PREFLIGHT=no"


def find_missing(folder):
    """Every sentence a person needs before an installation into `folder` can work."""
    checks = (
        python_problem(sys.version_info[:2]),
        venv_problem(),
        git_problem(shutil.which("git")),
        disk_problem(free_disk(folder), folder),
        cache_problem(folder, cache_folder(os.environ)),
        memory_problem(total_memory()),
    )
    return [sentence for sentence in checks if sentence]


def python_problem(version):
    if OLDEST <= version <= NEWEST:
        return ""
    found = f"{version[0]}.{version[1]} was found ({sys.executable})"
    return (
        f"Python {found}, and Segue runs on Python 3.11, 3.12 and 3.13.\n"
        "  Debian, Ubuntu: sudo apt-get install python3 python3-venv (Debian 12 has 3.11)\n"
        "  macOS:          brew install python@3.13\n"
        "  elsewhere installed: make setup PYTHON=/path/to/python3.13"
    )


def venv_problem():
    try:
        import ensurepip  # noqa: F401 (Debian leaves it out of its smallest Python)
        import venv  # noqa: F401
    except ImportError as error:
        major, minor = sys.version_info[:2]
        return (
            f"This Python cannot make a virtual environment: its module {error.name} is missing.\n"
            f"  Debian, Ubuntu: sudo apt-get install python{major}.{minor}-venv\n"
            "  macOS:          brew install python@3.13"
        )
    return ""


def git_problem(found):
    if found:
        return ""
    return (
        "git was not found; the tests list the project's files with it.\n"
        "  Debian, Ubuntu: sudo apt-get install git\n"
        "  macOS:          xcode-select --install"
    )


def disk_problem(free, folder):
    if free >= DISK_GB * GIGABYTE:
        return ""
    return (
        f"{in_gb(free)} are free where {folder} is; installing needs about {DISK_GB:.0f} GB.\n"
        "  Make room, or clone the project to a larger disk.\n" + REGARDLESS
    )


def cache_problem(folder, cache):
    """Downloads are kept in a cache; on a disk of its own it needs the same room again."""
    free = free_disk(cache)
    if device(cache) == device(folder) or free >= DISK_GB * GIGABYTE:
        return ""
    return (
        f"{in_gb(free)} are free for the downloads kept in {cache}; they need {DISK_GB:.0f} GB.\n"
        "  Make room there, or keep them beside the project:\n"
        "  UV_CACHE_DIR=.cache/uv make setup\n" + REGARDLESS
    )


def memory_problem(total):
    if total is None or total >= MEMORY_GB * GIGABYTE:
        return ""
    return (
        f"This machine has {in_gb(total)} of memory, and Segue needs about {MEMORY_GB:.0f} GB.\n"
        "  In a container, raise its memory limit.\n" + REGARDLESS
    )


def in_gb(size):
    return f"{size / GIGABYTE:.1f} GB"


def cache_folder(environment):
    given = environment.get("UV_CACHE_DIR")
    base = environment.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return given or os.path.join(base, "uv")


def existing(path):
    """The nearest folder above `path` that is there already."""
    path = os.path.abspath(path)
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return path


def device(path):
    return os.stat(existing(path)).st_dev


def free_disk(path):
    return shutil.disk_usage(existing(path)).free


def total_memory(limit_file="/sys/fs/cgroup/memory.max"):
    """Bytes of memory: the container's limit where there is one; None where nothing tells."""
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
    try:
        with open(limit_file, encoding="ascii") as file:
            return min(total, int(file.read()))
    except (OSError, ValueError):  # no container, or the word "max"
        return total


def main(folder="."):
    missing = find_missing(os.path.abspath(folder))
    for sentence in missing:
        print(sentence + "\n", file=sys.stderr)
    return 2 if missing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
