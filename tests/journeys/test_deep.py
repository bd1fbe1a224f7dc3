"""The deep models, trained for real on a small shop: from a CSV to a customer who is explained."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.full

SEGUE = Path(sys.executable).with_name("segue")


def read(home: Path, *arguments: str) -> dict[str, Any]:
    environment = os.environ | {"SEGUE_HOME": str(home)}
    environment.pop("SEGUE_MODEL", None)
    done = subprocess.run(
        [str(SEGUE), *arguments, "--json"], env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_both_are_trained_and_stand_in_the_table(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = read(home, "generate", "--customers", "500", "--seed", "11", "--out", str(tmp_path))
    shop = ("--zone", made["zone"], "--currency", made["currency"])
    read(home, "load", made["files"]["transactions"], *shop, "--dataset", "corner")
    (dataset,) = read(home, "datasets")["datasets"]
    start = date.fromisoformat(dataset["from"][:10])
    wanted = ("--targets", "churn", "--horizon", "60", "--as-of", str(start + timedelta(days=205)))
    churn = read(home, "score", *wanted, "--deep")["targets"]["churn"]

    rows = {row["model"]: row for row in churn["models"]}
    for name in ("MLP", "LSTM"):
        assert 0 <= rows[name]["brier"] <= 1 and not rows[name]["rule"]
        epochs = churn["training"][name]
        assert [one["epoch"] for one in epochs] == list(range(1, len(epochs) + 1))
        assert {"loss", "accuracy", "val_loss", "val_accuracy"} <= set(epochs[0])

    found = read(home, "scores", "--out", str(tmp_path / "scores.csv"))
    assert found["rows"] > 100
    customer = (tmp_path / "scores.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[0]
    assert 0 <= read(home, "explain", customer)["scores"]["churn"]["churn"] <= 1
    plain = read(home, "score", *wanted)["targets"]["churn"]
    assert "LSTM" not in {row["model"] for row in plain["models"]}
