"""docs/security.md promises nothing that no test holds."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def missing(text: str) -> list[str]:
    """The tests that a page names and that are not there."""
    gone = []
    for file, name in NAMED.findall(text):
        path = ROOT / file
        held = path.is_file() and f"def {name}(" in path.read_text("utf-8")
        if not held:
            gone.append(f"{file}::{name}")
    return gone


def test_every_test_that_the_page_names_exists() -> None:
    text = PAGE.read_text("utf-8")
    assert len(NAMED.findall(text)) > 30
    assert text.count("::") == len(NAMED.findall(text))
    assert missing(text) == []


def test_a_row_without_a_test_says_what_is_open() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    bare = [row for row in rows if not NAMED.search(row) and not row.startswith("| who |")]
    assert [row for row in bare if "**Open:**" not in row and "no such door" not in row] == []


def test_a_test_that_is_not_there_is_found() -> None:
    here = "`tests/house/test_security.py::test_a_test_that_is_not_there_is_found`"
    assert missing(here) == []
    assert missing(here.replace("is_found`", "is_lost`")) != []
    assert missing("`tests/house/nowhere.py::test_x`") == ["tests/house/nowhere.py::test_x"]
