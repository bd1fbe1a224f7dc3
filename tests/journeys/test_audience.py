"""From a playbook to a read-out: a play is saved with a holdout, its people are written to a CSV,
next month's orders come, and the audience tells what it brought."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from engine.synthetic import make_shop

SEGUE = Path(sys.executable).with_name("segue")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """The orders until December, and all of them."""
    orders = make_shop(400, seed=5, dirt=False).transactions
    early, whole = tmp_path / "early.csv", tmp_path / "whole.csv"
    days = orders["occurred_at"].cast(pl.String).str.slice(0, 10)
    orders.filter(days < "2025-12-01").write_csv(early)
    orders.write_csv(whole)
    return early, whole


def test_from_a_play_to_its_read_out(files: tuple[Path, Path], tmp_path: Path) -> None:
    early, whole = files

    def segue(*arguments: str) -> dict[str, Any]:
        environment = os.environ | {"SEGUE_HOME": str(tmp_path / "home")}
        done = subprocess.run(
            [str(SEGUE), *arguments, "--json"], env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    shop = ("--dataset", "shop", "--zone", "Europe/London", "--currency", "GBP")
    segue("load", str(early), *shop)
    segue("segment", "--method", "rules")
    plays = {play["play"]: play for play in segue("playbook")["plays"]}
    play = plays["Win back"]
    assert play["effect"].startswith("unknown") and play["effects"] == []
    assert "{" not in play["message"]

    out = tmp_path / "people.csv"
    saved = segue(
        "audience", "--where", play["where"], "--name", play["audience"],
        "--holdout", str(play["holdout"]), "--save", "--out", str(out),
    )  # fmt: skip
    assert saved["customers"] == play["facts"]["customers"]["value"]
    assert saved["holdout"] == play["facts"]["held_out"]["value"] > 0
    with out.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == saved["customers"] - saved["holdout"]

    segue("load", str(whole), *shop)
    brought = segue("audience", "readout", play["audience"], "--after", "30")
    facts = {(f["subject"]["name"], f["metric"]): f for f in brought["facts"]}
    assert facts[play["audience"], "customers"]["value"] == saved["customers"] - saved["holdout"]
    # Nobody was sent anything: chance alone made a difference between the sides. Who is held out
    # differs from home to home, so one time in twenty zero lies outside of the bounds.
    low, uplift, high = (
        facts[play["audience"], one]["value"] for one in ("uplift_low", "uplift", "uplift_high")
    )
    assert low < uplift < high and low < 0.25 and high > -0.25

    later = {play["play"]: play for play in segue("playbook")["plays"]}["Win back"]
    known = {fact["metric"]: fact["value"] for fact in later["effects"]}
    assert known["uplift"] == facts[play["audience"], "uplift"]["value"]
