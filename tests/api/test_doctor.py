"""The doctor says where data goes, and what is wrong with how to mend it."""

from pathlib import Path

from api.doctor import Finding, examine
from api.settings import read_settings


def findings(home: Path, **environment: str) -> dict[str, Finding]:
    settings = read_settings({}, {"SEGUE_HOME": str(home)} | environment)
    return {finding.name: finding for finding in examine(settings)}


def test_a_fresh_installation_is_well_and_sends_nothing_out(tmp_path: Path) -> None:
    found = findings(tmp_path / "home")
    assert all(finding.ok for finding in found.values()), found
    assert "no data leaves this machine" in found["language model"].found
    assert found["Slack"].found.startswith("off") and found["Kafka"].found.startswith("off")


def test_where_data_goes_is_said(tmp_path: Path) -> None:
    found = findings(
        tmp_path, SEGUE_MODEL="gpt-x", SEGUE_MODEL_URL="http://model.test", SEGUE_KAFKA="k:9092",
        SEGUE_SLACK_BOT_TOKEN="xoxb-secret",
    )  # fmt: skip
    assert "http://model.test" in found["language model"].found
    assert (found["Kafka"].found, "xoxb" in str(found)) == ("k:9092", False)
    assert "sent to Slack" in found["Slack"].found


def test_a_home_that_cannot_be_opened_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("", encoding="utf-8")
    found = findings(tmp_path / "home")["home"]
    assert (found.ok, bool(found.hint)) == (False, True)
