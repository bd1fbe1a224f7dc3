"""Which algorithm and why, with figures; and a shop without orders from load to members."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from engine.errors import NotFound, NotPossible
from stores.datasets import DatasetStore
from stores.home import Home
from stores.people import LOCAL, PeopleStore
from tools.catalog import call
from tools.context import Context
from tools.datasets import LoadRequest, load_file
from tools.members import write_members
from tools.segmenting import SegmentRequest, run_segmentation
from tools.snapshots import make_snapshot

NOW = datetime(2026, 1, 3, tzinfo=UTC)
MIDDLES = ((25, 20, 80), (30, 90, 85), (45, 55, 50), (50, 88, 15), (40, 22, 18))


def write_people(file: Path, customers: int = 200) -> None:
    draw = np.random.default_rng(1)
    lines = ["customer_id,age,income,spending_score"]
    for place in range(customers):
        age, income, score = draw.normal(MIDDLES[place % 5], 5)
        lines.append(f"p{place:03},{round(age)},{income:.1f},{score:.1f}")
    file.write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture
def people(open_home: Callable[[Path], Home], tmp_path: Path) -> Context:
    write_people(tmp_path / "people.csv")
    home = open_home(tmp_path / "home")
    PeopleStore(home).ensure_local(NOW)
    load_file(home, LoadRequest(tmp_path / "people.csv"), NOW)
    dataset = DatasetStore(home).get()
    run_segmentation(home, dataset, SegmentRequest(), NOW, lambda text: None)
    return Context.open(home, LOCAL, None, NOW)


def test_customers_without_orders_are_segmented_by_their_attributes(
    people: Context, tmp_path: Path
) -> None:
    card = people.run.evidence
    assert (card["verdict"], card["feature_space"], card["k"]) == ("natural", "attributes", 5)
    assert all(segment["revenue"] is None and segment["because"] for segment in card["segments"])
    assert write_members(people, "all", tmp_path / "all.csv") == 200
    told = call(people, "list_segments", {})
    assert {fact.figure.metric for fact in told.facts} == {
        "segments", "customers", "share_of_customers"
    }  # fmt: skip
    again = make_snapshot(people.home, people.dataset, people.as_of, NOW)
    assert again.snapshot_id == card["snapshot_id"], "the same run, version and moment"

    evidence = call(people, "segment_evidence", {"method": "dbscan"})
    names = {fact.figure.subject.name.split(" on ")[0] for fact in evidence.facts}
    leads = {"chosen over plain KMeans", "chosen over the rules"}
    assert names == {card["method"], "DBSCAN"} | leads
    ahead = {f.figure.metric: f.figure for f in evidence.facts
             if f.figure.subject.name == "chosen over the rules"}  # fmt: skip
    rules = next(c for c in card["comparisons"] if c["against"] == "the rules")
    assert ahead["separation_lead"].value == rules["difference"]
    assert ahead["lead_low"].value <= ahead["separation_lead"].value <= ahead["lead_high"].value
    metrics = {fact.figure.metric for fact in evidence.facts}
    assert metrics >= {"segments", "separation", "stability", "assignability", "rating"}
    why = [text for text in evidence.texts if text.get("candidate", "").startswith("DBSCAN")]
    assert why[0]["why_not"] and not any(letter.isdigit() for letter in why[0]["why_not"])
    with pytest.raises(NotFound, match="No clustering method named 'dbscam'"):
        call(people, "segment_evidence", {"method": "dbscam"})


def test_features_that_a_person_names(people: Context) -> None:
    request = SegmentRequest(method="kmeans", k=4, features="age, income", draft=True)
    card = run_segmentation(people.home, people.dataset, request, NOW, lambda text: None)
    assert card["feature_space"] == "features of your choice" and card["k"] == 4
    assert {c["feature"] for c in card["preparation"] if "done" in c} == {"age", "income"}
    assert card["automatic"]["k"] == 5
    said = "You set the method, the number of segments and the features yourself."
    assert card["overridden"] == said
    with pytest.raises(NotFound, match="No feature named 'agee'.*'age'"):
        run_segmentation(people.home, people.dataset, SegmentRequest(features="agee"), NOW, print)


def test_a_handful_of_people_is_too_few(open_home: Callable[[Path], Home], tmp_path: Path) -> None:
    write_people(tmp_path / "few.csv", 30)
    home = open_home(tmp_path / "home")
    load_file(home, LoadRequest(tmp_path / "few.csv"), NOW)
    dataset = DatasetStore(home).get()
    with pytest.raises(NotPossible, match="Only 30 customers are known"):
        run_segmentation(home, dataset, SegmentRequest(), NOW, lambda text: None)
    with pytest.raises(NotPossible, match="has no dates"):
        run_segmentation(home, dataset, SegmentRequest(as_of="2025-01-01"), NOW, lambda text: None)
