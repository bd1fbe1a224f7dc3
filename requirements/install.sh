#!/bin/sh
# Makes .venv what requirements/ says, and does nothing when it is that already.
#
#     PYTHON=python3.12 requirements/install.sh     with a Python of your choice
#     PREFLIGHT=no requirements/install.sh          without looking at disk and memory first
#
# .venv/.installed holds a checksum of all that an installation depends on. The pins, the
# interpreter or the folder changed: .venv is built anew, mostly from the cache of downloads.
# Only pyproject.toml changed: the project itself is installed again, without a network.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$@"; } # one line for each argument

fail() {
    say "" "$@" >&2
    exit 2
}

in_venv() { .venv/bin/python "$@"; }

# The first Python of the right version, named by its own path: a virtual environment that is
# switched on could be the very one that is about to be replaced.
find_python() {
    for name in "$@"; do
        "$name" -c 'import sys
if not (3, 11) <= sys.version_info[:2] <= (3, 13): sys.exit(1)
print(getattr(sys, "_base_executable", sys.executable))' 2>/dev/null && return
    done
    return 1
}

if [ -n "${PYTHON:-}" ]; then
    candidates=$PYTHON
else
    # An environment that works keeps its Python, whatever else is installed meanwhile.
    candidates=".venv/bin/python python3.13 python3.12 python3.11 python3"
fi
# shellcheck disable=SC2086  # the names are separate words
if ! python=$(find_python $candidates); then
    for name in $candidates python3 python; do
        if "$name" -c '' 2>/dev/null; then exec "$name" requirements/preflight.py .; fi
    done
    fail "No Python was found. Segue runs on Python 3.11, 3.12 and 3.13." \
        "  Debian, Ubuntu: sudo apt-get install python3 python3-venv" \
        "  macOS:          brew install python@3.13"
fi

# Of the installer's two hundred lines: the downloads of 10 MiB and more, and all that is unusual.
show_large() {
    while read -r word name rest; do
        case "$word $rest" in
        failed*) return 1 ;;
        "Downloading ("?.*MiB\)) ;;
        "Downloading "*) say "    fetching $name $rest" ;;
        Using* | Downloaded* | Uninstalled* | [-+]*) ;;
        *) say "    $word $name $rest" ;;
        esac
    done
}

checksum() { cksum | cut -d' ' -f1; }
version=$("$python" -c 'import sys; print(sys.version)')
pins=$({ cat requirements/*.txt; say "$version" "$PWD"; } | checksum)
project=$(checksum <pyproject.toml)
installed=$(cat .venv/.installed 2>/dev/null || :)

[ "$installed" != "$pins $project" ] || exit 0

if [ "${installed%% *}" != "$pins" ]; then
    say "Installing Segue into .venv: about 3 GB, a few minutes the first time."
    if [ "${PREFLIGHT:-yes}" != no ]; then
        "$python" requirements/preflight.py . || exit 2
    fi
    say "1/4 a virtual environment with Python ${version%% *} ($python)"
    "$python" -m venv --clear .venv || fail "The virtual environment could not be made; see above."

    say "2/4 the installer (uv) and the builder (hatchling), checked against their hashes"
    in_venv -m pip install --quiet --disable-pip-version-check --require-hashes \
        -r requirements/build.txt ||
        fail "The installer could not be fetched; see above." \
            "Is there a network? Then run 'make setup' again."

    say "3/4 the libraries, checked against their hashes"
    { in_venv -m uv pip install --python .venv/bin/python --require-hashes \
        -r requirements/test.txt 2>&1 || say failed; } | show_large ||
        fail "The libraries could not be installed; see above." \
            "Run 'make setup' again: what was downloaded is kept."
fi

say "4/4 Segue itself, as an editable installation of this folder"
in_venv -m uv pip install --quiet --python .venv/bin/python --offline --no-deps \
    --no-build-isolation --editable . ||
    fail "Segue itself could not be installed; see above."

say "$pins $project" >.venv/.installed
say "Done: .venv/bin/segue --help"
