#!/bin/sh
# What the full tier needs beside Python: a browser, a PDF reader, Java and Maven for the broker
# and the object store, PostgreSQL.
# Installed from Debian's packages where that is possible; else it says what is missing.
set -eu

missing=""
for pair in chromium:chromium pdftotext:poppler-utils java:default-jre-headless mvn:maven; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
# Debian keeps PostgreSQL's programs off the path.
command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ||
    missing="$missing postgresql"
[ -n "$missing" ] || exit 0

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing for the full tier:$missing"
    apt-get update -q >/dev/null
    # shellcheck disable=SC2086  (a list of packages)
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >/dev/null
else
    echo "The full tier needs these packages, which are not here:$missing" >&2
    echo "On Debian: apt-get install$missing" >&2
    exit 2
fi
