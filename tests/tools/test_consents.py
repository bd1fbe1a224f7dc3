"""A customer of the shop who asks not to be profiled, between two moments."""

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest

from engine.concepts import Moment
from engine.errors import NotFound
from stores.datasets import DatasetStore
from stores.home import Home
from stores.live import LiveStore
from stores.models import ModelStore
from stores.snapshots import SnapshotStore
from tests.conftest import NOW
from tools.catalog import call
from tools.context import Context
from tools.datasets import LoadRequest, load_file
from tools.erasing import erase_customer, held_on
from tools.members import write_members
from tools.scoring import ScoreRequest, make_scores
from tools.snapshots import make_snapshot
from tools.streaming import Batch, Stream

ZONE = "Europe/London"


def say(home: Home, folder: Path, *rows: str) -> None:
    """Customers records: id, since when, opted out, name, e-mail."""
    file = folder / f"customers-{abs(hash(rows))}.csv"
    head = "customer_id,occurred_at,opted_out,name,email\n"
    file.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    load_file(home, LoadRequest(file, kind="customers"), NOW)


def figures(home: Home, tool: str) -> dict[tuple[str, str], object]:
    called = call(Context.open(home, "local", None, NOW), tool, {})
    return {(f.figure.subject.kind, f.figure.metric): f.figure.value for f in called.facts}


def test_opted_out_between_two_moments(home: Home, tmp_path: Path) -> None:
    dataset = DatasetStore(home).get()
    context = Context.open(home, "local", None, NOW)
    who = str(context.members.index[3])
    totals = figures(home, "describe_dataset")
    say(home, tmp_path, f"{who},2025-10-15,yes,,", f"{context.members.index[4]},2025-10-15,no,,")
    early, late = (Moment.parse(day, ZONE) for day in ("2025-10-01", "2025-11-01"))
    store = SnapshotStore(home)
    assert who in store.members(make_snapshot(home, dataset, early, NOW)).index
    assert who not in store.members(make_snapshot(home, dataset, late, NOW)).index
    after = figures(home, "describe_dataset")
    names = ("customers", "orders", "revenue", "gross_revenue")
    assert [after["dataset", one] for one in names] == [totals["dataset", one] for one in names]
    make_scores(home, dataset, ScoreRequest(), NOW + timedelta(days=1), lambda text: None)
    model = ModelStore(home).latest(dataset.dataset_id, "churn")
    assert who not in ModelStore(home).scores(model).index
    assert context.members.index[4] in ModelStore(home).scores(model).index


def test_no_list_of_people_names_them(home: Home, tmp_path: Path) -> None:
    context = Context.open(home, "local", None, NOW)
    who, everybody = str(context.members.index[3]), len(context.members)
    say(home, tmp_path, f"{who},,yes,,")
    context = Context.open(home, "local", None, NOW)
    assert who in context.members.index  # of the snapshot before
    assert write_members(context, "all", tmp_path / "all.csv") == everybody - 1
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as file:
        assert who not in {row["customer_id"] for row in csv.DictReader(file)}


def test_their_events_are_kept_and_they_are_in_no_live_segment(home: Home, tmp_path: Path) -> None:
    dataset = DatasetStore(home).get()
    stream = Stream(home, dataset)
    stream.sweep(NOW)
    with LiveStore(home, dataset.dataset_id).reading() as live:
        rows = {row["customer_id"]: row for row in live.rows().to_dicts()}
    who = next(iter(sorted(rows)))
    assert rows[who]["segment_id"] is not None
    say(home, tmp_path, f"{who},,yes,,")
    stream.sweep(NOW)
    sent = json.dumps(
        {
            "event_id": "a" * 32, "order_id": "s1", "customer_id": who, "quantity": 1,
            "occurred_at": "2026-01-01T10:00:00Z", "product_id": "P1", "unit_price": "5.00",
        }
    ).encode()  # fmt: skip
    taken = stream.take(Batch([sent], lambda place: f"t:{place}"), NOW)
    assert (taken.kept, taken.moves) == (1, 0)
    with LiveStore(home, dataset.dataset_id).reading() as live:
        after = {row["customer_id"]: row for row in live.rows().to_dicts()}
    assert after[who]["segment_id"] is None
    assert after[who]["revenue"] == rows[who]["revenue"] + 500
    others = {one: row["segment_id"] for one, row in after.items() if one != who}
    assert all(segment is not None for one, segment in others.items() if after[one]["orders"])
    assert who not in stream.features_at(Moment.of(NOW, ZONE)).index


def test_a_name_in_the_records_is_found_wherever_it_was_said(home: Home, tmp_path: Path) -> None:
    context = Context.open(home, "local", None, NOW)
    dataset, who = context.dataset, str(context.members.index[3])
    say(home, tmp_path, f"{who},,no,Vera Quist,vera@example.com")
    held = held_on(home, dataset, who)
    assert held.customer.words == ("Vera Quist", "vera@example.com")
    assert held.counts["customers"] == 1
    erase_customer(home, dataset, who, "local", NOW, lambda text: None)
    with pytest.raises(NotFound):
        erase_customer(home, dataset, who, "local", NOW, lambda text: None)
