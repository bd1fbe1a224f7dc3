"""The doctor says where data goes, and what is wrong with how to mend it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from api.doctor import examine, variant
from api.findings import Check, Finding, run_checks
from api.settings import Settings, read_settings


def settings(home: Path, **environment: str) -> Settings:
    return read_settings({}, {"SEGUE_HOME": str(home)} | environment)


def findings(home: Path, **environment: str) -> dict[str, Finding]:
    found = examine(settings(home, **environment), seconds=0.5)
    return {finding.name: finding for finding in found}


def test_a_fresh_installation_is_well_and_sends_nothing_out(tmp_path: Path) -> None:
    found = findings(tmp_path / "home")
    assert all(finding.ok for finding in found.values()), found
    assert "no data leaves this machine" in found["language model"].found
    assert found["Slack"].found.startswith("off") and found["Kafka"].found.startswith("off")
    assert found["variant"].found == "embedded: one machine, no server"


def test_where_data_goes_is_said(tmp_path: Path) -> None:
    found = findings(
        tmp_path, SEGUE_MODEL="gpt-x", SEGUE_MODEL_URL="http://model.test",
        SEGUE_SLACK_BOT_TOKEN="xoxb-secret",
    )  # fmt: skip
    assert "http://model.test" in found["language model"].found
    assert "xoxb" not in str(found)
    assert "sent to Slack" in found["Slack"].found


def test_tracing_that_somebody_switched_on_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING", "false")
    assert "tracing" not in findings(tmp_path)
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    assert findings(tmp_path)["tracing"].ok is False


def test_a_home_that_cannot_be_opened_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("", encoding="utf-8")
    found = findings(tmp_path / "home")["home"]
    assert (found.ok, bool(found.hint)) == (False, True)


def test_what_an_installation_stands_on_is_named(tmp_path: Path) -> None:
    servers = {
        "SEGUE_DATABASE_URL": "postgresql://db/segue", "SEGUE_CHROMA_URL": "http://chroma:8000",
        "SEGUE_FILES_URL": "s3://shop/segue", "SEGUE_KAFKA": "kafka:9092",
    }  # fmt: skip
    all_of_them = "PostgreSQL + Chroma server + object store + Kafka"
    assert variant(settings(tmp_path, **servers)) == all_of_them
    assert variant(settings(tmp_path, SEGUE_KAFKA="kafka:9092")) == "SQLite + Kafka"


def test_a_check_that_hangs_or_breaks_is_a_finding_and_holds_up_no_other(tmp_path: Path) -> None:
    from threading import Event

    never = Event()

    def hang(settings: Settings, seconds: float) -> Finding | None:
        never.wait(30)
        return None

    def fail(settings: Settings, seconds: float) -> Finding | None:
        raise RuntimeError("inside")

    checks = (
        Check("hangs", hang),
        Check("breaks", fail),
        Check("fine", lambda settings, seconds: Finding("fine", True, "here")),
        Check("not asked for", lambda settings, seconds: None),
    )
    found = run_checks(checks, settings(tmp_path), seconds=0.1)
    never.set()
    assert [(f.name, f.ok) for f in found] == [("hangs", False), ("breaks", False), ("fine", True)]
    assert "did not answer" in found[0].found and "RuntimeError" in found[1].found


def test_what_is_wrong_is_in_the_object_and_in_the_exit(tmp_path: Path) -> None:
    program = "from api.cli import main; main()"
    command = [sys.executable, "-c", program, "doctor", "--json", "--home", str(tmp_path / "home")]
    well = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (well.returncode, json.loads(well.stdout)["ok"]) == (0, True), well.stderr
    (tmp_path / "file").touch()
    command[-1] = str(tmp_path / "file")
    ill = subprocess.run(command, capture_output=True, text=True, check=False)
    found = json.loads(ill.stdout)
    assert (ill.returncode, found["ok"], list(found)) == (2, False, ["ok", "variant", "findings"])
    assert {tuple(f) for f in found["findings"]} == {("name", "ok", "found", "hint")}
    assert "home" in ill.stderr
