"""Audiences from the command line: one look, a name, files, an approved push."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import Door
from api.commands.audiences import audience
from engine.errors import BadInput, NotPossible, Unconfirmed
from evals.peers.receiver import AudienceReceiver
from stores.home import Home

WHERE = "recency > 60 and monetary >= 500"


def run(home: Home, *arguments: str, as_json: bool = True) -> Result:
    door = Door(str(home.root), as_json)
    return CliRunner().invoke(audience, list(arguments), obj=door, catch_exceptions=True)


def found(home: Home, *arguments: str) -> dict[str, Any]:
    done = run(home, *arguments)
    if done.exception is not None:
        raise done.exception
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def test_a_look_a_save_and_the_files(home: Home, tmp_path: Path) -> None:
    seen = found(home, "--where", WHERE, "--name", "Lapsed", "--holdout", "0.25")
    assert seen["saved"] is False and seen["sentence"].startswith("Customers who last bought")
    assert found(home, "list")["audiences"] == []
    out, emails = tmp_path / "out.csv", tmp_path / "emails.csv"
    files = ("--out", str(out), "--emails", str(emails))
    saved = found(home, "--where", WHERE, "--name", "Lapsed", "--holdout", "0.25", "--save", *files)
    assert saved["saved"] is True
    assert [saved[name] for name in ("customers", "value", "holdout")] == [
        seen[name] for name in ("customers", "value", "holdout")
    ]
    assert saved["rows"] == saved["customers"] - saved["holdout"] == saved["without_email"]
    with out.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == saved["rows"]
    assert emails.read_text(encoding="utf-8") == "email_sha256\n"
    (listed,) = found(home, "list")["audiences"]
    assert (listed["audience"], listed["customers"]) == ("Lapsed", seen["customers"])
    again = found(home, "export", "lapsed", "--out", str(tmp_path / "again.csv"))
    assert again["rows"] == saved["rows"]
    assert (tmp_path / "again.csv").read_bytes() == out.read_bytes()
    assert found(home, "delete", "Lapsed")["deleted"] is True


def test_people_are_said_in_words(home: Home) -> None:
    said = found(home, "--say", "who spent at least 500 and did not buy for 60 days")
    assert said["where"] == "monetary >= 500 and recency > 60"
    assert said["customers"] == found(home, "--where", WHERE)["customers"] > 0
    with pytest.raises(BadInput, match="I did not understand: red, hair"):
        found(home, "--say", "people with red hair")


def test_people_read_sentences(home: Home) -> None:
    shown = run(home, "--where", WHERE, "--holdout", "0.25", as_json=False).output
    assert "customers, worth £" in shown and "held out" in shown and "Not saved" in shown
    assert "No audiences yet" in run(home, "list", as_json=False).output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((), "Say whom you mean"), (("--where", WHERE, "--save"), "give it a --name"),
     (("export", "Lapsed"), "Say where to")],
)  # fmt: skip
def test_what_is_missing_is_said(home: Home, arguments: tuple[str, ...], said: str) -> None:
    done = run(home, *arguments)
    assert done.exit_code == 2 and said in done.output


def test_a_push_is_shown_then_approved_and_sent_once(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = found(home, "--where", WHERE, "--name", "Lapsed", "--holdout", "0.25", "--save")
    refused = run(home, "push", "Lapsed", "--to", "https://127.0.0.1/hook", "--yes")
    assert "inside a network" in str(refused.exception)
    with AudienceReceiver("") as receiver:
        monkeypatch.setenv("SEGUE_WEBHOOK_HOSTS", receiver.host)
        push = ("push", "Lapsed", "--to", receiver.address)
        shown = run(home, *push)
        assert isinstance(shown.exception, Unconfirmed)
        assert f"{saved['reached']:,} added, 0 removed" in str(shown.exception)
        unsigned = run(home, *push, "--yes")
        assert isinstance(unsigned.exception, NotPossible) and receiver.keys == []
        monkeypatch.setenv("SEGUE_WEBHOOK_SECRET", "a secret of the installation")
        receiver.secret = found(home, "secret", "Lapsed")["secret"]
        sent = found(home, *push, "--yes")
        assert (sent["sent"], sent["added"]) == (True, saved["reached"])
        assert len(receiver.people) == saved["reached"] and receiver.unsigned == 0
        assert found(home, *push, "--yes")["sent"] is False
        assert len(receiver.keys) == 1
    (listed,) = found(home, "list")["audiences"]
    assert [one["state"] for one in listed["pushes"]] == ["sent"]


def test_a_read_out_before_its_days_are_over_is_refused(home: Home) -> None:
    found(home, "--where", WHERE, "--name", "Lapsed", "--holdout", "0.25", "--save")
    early = run(home, "readout", "Lapsed", "--after", "7")
    assert isinstance(early.exception, NotPossible) and "The 7 days" in str(early.exception)
