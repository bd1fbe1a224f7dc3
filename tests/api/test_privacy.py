"""The commands about one customer, as people and programs give them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import Door
from api.commands.privacy import erase, person
from engine.errors import NotFound, Unconfirmed
from stores.home import Home


def run(home: Home, command: object, *arguments: str) -> Result:
    found: Result = CliRunner().invoke(
        command, list(arguments), obj=Door(str(home.root), True), catch_exceptions=True  # type: ignore[arg-type]
    )  # fmt: skip
    return found


def test_a_customer_is_shown_then_erased_once_somebody_agrees(home: Home, tmp_path: Path) -> None:
    shown = run(home, person, "10003", "--out", str(tmp_path / "out"))
    found = json.loads(shown.stdout)
    assert found["customer_id"] == "10003" and found["snapshots"][0]["segment_id"]
    assert (tmp_path / "out" / "person.json").exists()
    refused = run(home, erase, "10003")
    assert isinstance(refused.exception, Unconfirmed)
    assert "removes for good" in str(refused.exception)
    done = run(home, erase, "10003", "--yes")
    assert json.loads(done.stdout)["counts"]["records"] == found["counts"]["transactions"] + (
        found["counts"].get("dropped rows", 0)
    )
    assert isinstance(run(home, person, "10003").exception, NotFound)


def test_who_is_not_known_is_said(home: Home) -> None:
    with pytest.raises(NotFound, match="Nothing is held on a customer 'nobody'"):
        raise run(home, erase, "nobody", "--yes").exception or AssertionError
