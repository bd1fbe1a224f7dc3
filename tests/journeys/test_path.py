"""The first path, as a newcomer walks it: real processes, from a CSV to a receipt."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SEGUE = Path(sys.executable).with_name("segue")


class Shell:
    """Types commands of `segue` at one home."""

    def __init__(self, home: Path) -> None:
        self._environment = os.environ | {"SEGUE_HOME": str(home)}
        self._environment.pop("SEGUE_MODEL", None)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(SEGUE), *arguments], env=self._environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip

    def read(self, *arguments: str) -> dict[str, Any]:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def refused(self, *arguments: str) -> dict[str, str]:
        done = self.run(*arguments, "--json")
        assert done.returncode == 2, (done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        error: dict[str, str] = json.loads(done.stdout)["error"]
        assert error["message"] in done.stderr
        return error


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shell, dict[str, dict[str, Any]]]:
    """Everything up to the scores, done once; each step's object is kept."""
    folder = tmp_path_factory.mktemp("path")
    shell = Shell(folder / "home")
    made = shell.read("generate", "--customers", "500", "--seed", "11", "--out", str(folder))
    file = made["files"]["transactions"]
    shop = ("--zone", made["zone"], "--currency", made["currency"])
    return shell, {
        "generate": made,
        "dry": shell.read("load", file, *shop, "--dry-run"),
        "load": shell.read("load", file, *shop, "--dataset", "corner"),
        "again": shell.read("load", file),
        "segment": shell.read("segment"),
        "score": shell.read("score"),
    }


Walked = tuple[Shell, dict[str, dict[str, Any]]]


def test_the_ledger_balances_and_the_same_file_changes_nothing(walked: Walked) -> None:
    shell, done = walked
    load = done["load"]
    assert load["rows_in"] == load["kept"] + load["fixed"] + load["dropped"]
    assert load["rows_in"] == done["generate"]["transactions"]
    assert sum(load["dropped_reasons"].values()) == load["dropped"] > 0
    assert {"assumed", "impact", "mapping", "customers"} <= load.keys()
    assert (done["again"]["already_loaded"], done["again"]["load_id"]) == (True, load["load_id"])
    assert done["dry"]["kept"] == load["kept"]
    ledger = shell.read("ledger", load["load_id"], "--dropped")
    assert len(ledger["rows"]) == load["dropped"]
    assert {"line", "reason", "text"} == ledger["rows"][0].keys()
    (dataset,) = shell.read("datasets")["datasets"]
    assert (dataset["name"], dataset["rows"]) == ("corner", load["kept"] + load["fixed"])


def test_segments_are_published_with_their_evidence(walked: Walked, tmp_path: Path) -> None:
    shell, done = walked
    card = done["segment"]
    assert card["published"] and card["verdict"] in ("natural", "useful", "rules")
    (dataset,) = shell.read("datasets")["datasets"]
    assert sum(segment["customers"] for segment in card["segments"]) == dataset["customers"]
    assert abs(sum(segment["share"] for segment in card["segments"]) - 1) < 1e-9
    assert {c["method"] for c in card["candidates"]} >= {"KMeans", "GMM full", "RFM rules"}
    assert all(c["why_not"] or c["passed"] or c["method"] == "RFM rules"
               for c in card["candidates"])  # fmt: skip
    assert shell.read("segments") == shell.read("evidence", card["run_id"]) == card
    wrote = shell.read("members", "all", "--out", str(tmp_path / "members.csv"))
    lines = (tmp_path / "members.csv").read_text(encoding="utf-8").splitlines()
    assert wrote["rows"] == dataset["customers"] == len(lines) - 1
    assert lines[0].startswith("customer_id,segment_id,segment_name,confidence,p_segment_")


def test_a_filter_keeps_the_customers_it_means(walked: Walked, tmp_path: Path) -> None:
    shell, _ = walked
    out, where = str(tmp_path / "some.csv"), "recency > 60 and bought category Kitchen"
    wrote = shell.read("members", "all", "--out", out, "--where", where)
    lines = (tmp_path / "some.csv").read_text(encoding="utf-8").splitlines()
    assert wrote["rows"] == len(lines) - 1 > 0
    assert wrote["sentence"].startswith("Customers who last bought more than 60 days ago and")
    assert wrote["filter"]["version"] == 1
    error = shell.refused("members", "all", "--out", out, "--where", "recncy > 60")
    assert "No field named 'recncy'. (column 1)" in error["message"]
    assert "'recency'" in error["hint"]


def test_scores_say_whether_they_beat_the_rule(walked: Walked) -> None:
    _, done = walked
    targets = done["score"]["targets"]
    assert set(targets) == {
        "churn", "buy_30", "value", "expected_next", "vip", "next_segment",
    }  # fmt: skip
    for target in targets.values():
        assert target["reason"] and target["metrics"]
        assert target["refused"] == (target["model"] == target["rule"])
    names = {m["model"] for m in targets["churn"]["models"]}
    assert {"everybody alike", "recency rule", "BG/NBD", "boosted trees"} < names


def test_every_customer_is_scored_and_explained(walked: Walked, tmp_path: Path) -> None:
    shell, done = walked
    out = tmp_path / "scores.csv"
    wrote = shell.read("scores", "--out", str(out))
    lines = out.read_text(encoding="utf-8").splitlines()
    assert wrote["rows"] == wrote["eligible"] == len(lines) - 1 == done["score"]["customers"]
    assert lines[0] == (
        "customer_id,churn,churn_low,churn_high,buy_30,vip,value_minor,value_low,value_high,"
        "currency,next_segment,expected_next,next_segment_name"
    )
    customer = lines[1].split(",")[0]
    found = shell.read("explain", customer)
    assert found["scores"]["churn"]["churn"] == pytest.approx(
        float(lines[1].split(",")[1]), abs=1e-6
    )
    assert {reason["target"] for reason in found["reasons"]} >= {"churn"}
    assert "no scores of a customer 'nobody'" in shell.refused("explain", "nobody")["message"]
    assert shell.read("scores", "--board")["board"] == []
    cut = shell.read("scores", "--threshold", "0.5", "--cost", "100", "--benefit", "500")
    assert cut["expected_catches"] + cut["false_alarms"] == pytest.approx(cut["customers"])


def test_an_answer_comes_from_facts_with_receipts(walked: Walked) -> None:
    shell, done = walked
    found = shell.read(
        "ask", "how many customers are in each segment, and which group brings most revenue?"
    )
    sizes = {s["name"]: s["customers"] for s in done["segment"]["segments"]}
    shown = {f["subject"]["name"]: f["value"] for f in found["facts"] if f["metric"] == "customers"}
    assert shown == sizes
    assert f"{done['segment']['segments'][0]['name']} lead with £" in found["answer"]
    assert (found["model"], found["fell_back"], found["kind"]) == ("planner", False, "answer")
    assert all(fact["text"] in found["answer"] for fact in found["facts"])
    receipt = shell.read("receipt", found["facts"][0]["receipt"], "--rerun")
    assert receipt["rerun_value"] == receipt["value"] == found["facts"][0]["value"]
    follow_up = shell.read("ask", "and which is likely to leave?", "--thread", found["thread"])
    assert follow_up["thread"] == found["thread"]


def test_a_refit_keeps_ids_and_names(walked: Walked) -> None:
    shell, done = walked
    again = shell.read("segment", "--seed", "1")
    before = {s["id"]: s["name"] for s in done["segment"]["segments"]}
    if not again["published"]:  # too different: what is in force stays
        assert {s["id"]: s["name"] for s in shell.read("segments")["segments"]} == before
    elif again["k"] == done["segment"]["k"]:
        assert {s["id"]: s["name"] for s in again["segments"]} == before
    assert {row["kind"] for row in again["changelog"]} <= {
        "kept", "split", "merged", "new", "retired",
    }  # fmt: skip


def test_mistakes_are_told_in_a_sentence(walked: Walked, tmp_path: Path) -> None:
    shell, _ = walked
    assert "No dataset named 'cornr'" in shell.refused("segments", "--dataset", "cornr")["message"]
    near = shell.refused("members", "Champion", "--out", str(tmp_path / "x.csv"))
    assert "No segment named 'Champion'" in near["message"]
    assert "There is no receipt" in shell.refused("receipt", "receipt_0")["message"]
    assert (
        "No file named 'none.csv'" in shell.refused("load", str(tmp_path / "none.csv"))["message"]
    )
    assert shell.refused("frobnicate")["hint"]
    empty = Shell(tmp_path / "empty")
    assert "segue load" in empty.refused("ask", "how many customers?")["hint"]


def test_only_what_exists_is_offered(walked: Walked) -> None:
    shell, _ = walked
    offered = shell.run("--help").stdout
    assert "\n  chat " in offered
    assert "\n  forecast " not in offered
