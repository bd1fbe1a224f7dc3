"""The shape of the tree and what no file of it may say."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.guard import PACKAGES

ROOT = Path(__file__).parents[2]
TOP_FOLDERS = {*PACKAGES, "tests", "docs", "requirements", ".ci"}
MOST_LINES = 400

# The brackets keep this file from finding itself.
REGISTRY = re.compile(
    r"pypi[.]org|python[h]osted|registry[.]npmjs|npmjs[.]com|static[.]crates|crates[.]io"
    r"|proxy[.]golang|repo1?[.]maven|deb[.]debian|conda[.]anaconda",
    re.IGNORECASE,
)
INDEX_OPTION = re.compile(
    r"--(?:extra-|default-)?[i]ndex(?:-url)?\b|--find-[l]inks|--trusted-[h]ost"
    r"|\b(?:PIP|UV)_(?:EXTRA_|DEFAULT_)?[I]NDEX|\b(?:PIP|UV)_FIND_[L]INKS|^\s*(?:index|find)-[u]rl"
)
MACHINE_PATH = re.compile(r"(?<![\w.~/$}-])/(?:(?:home|Users)/\w+|root|work|opt/wheels)/")
# A container has a home of its own; its path is no path of a machine.
IMAGES = {"Dockerfile", "compose.yaml"}


def project_files() -> list[Path]:
    """What git tracks, and what it would track if it were added now."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = sorted({Path(name) for name in listed.split("\0") if name})
    return [name for name in names if (ROOT / name).is_file()]


def texts() -> Iterator[tuple[Path, str]]:
    for name in project_files():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content:
            yield name, content.decode("utf-8")


def found_by(pattern: re.Pattern[str], files: Iterator[tuple[Path, str]]) -> list[str]:
    return [
        f"{name}:{number}: {match.group()}"
        for name, text in files
        for number, line in enumerate(text.splitlines(), start=1)
        if (match := pattern.search(line))
    ]


def test_the_top_level_holds_the_agreed_folders_and_no_other() -> None:
    assert {name.parts[0] for name in project_files() if len(name.parts) > 1} <= TOP_FOLDERS


def test_a_file_is_one_noun() -> None:
    lengths = {
        str(name): len((ROOT / name).read_text("utf-8").splitlines())
        for name in project_files()
        if name.parts[0] in PACKAGES and name.suffix == ".py"
    }
    assert lengths
    too_long = {name: lines for name, lines in lengths.items() if lines >= MOST_LINES}
    assert too_long == {}, "look for a second noun"


def test_tests_are_no_packages() -> None:
    assert [n for n in project_files() if n.parts[0] == "tests" and n.name == "__init__.py"] == []


def test_no_file_names_a_package_registry() -> None:
    assert found_by(REGISTRY, texts()) == []


def test_no_file_says_where_packages_come_from() -> None:
    assert found_by(INDEX_OPTION, texts()) == []


def test_no_file_names_a_place_of_one_machine() -> None:
    assert found_by(MACHINE_PATH, (file for file in texts() if file[0].name not in IMAGES)) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (REGISTRY, "see https://pypi" + ".org/project/duckdb"),
        (REGISTRY, "https://files.python" + "hosted.org/packages/a.whl"),
        (INDEX_OPTION, "pip install --extra-" + "index-url https://example.com"),
        (INDEX_OPTION, "--find-" + "links wheels"),
        (MACHINE_PATH, "open('/home" + "/ada/orders.csv')"),
        (MACHINE_PATH, "cd /work" + "/segue"),
    ],
)
def test_each_is_found(pattern: re.Pattern[str], line: str) -> None:
    assert found_by(pattern, iter([(Path("a.md"), line)]))


@pytest.mark.parametrize(
    "line", ["GET https://example.com/home/ada", "a framework/part", "~/wor" + "k/"]
)
def test_what_only_looks_like_a_place_is_let_by(line: str) -> None:
    assert found_by(MACHINE_PATH, iter([(Path("a.md"), line)])) == []
