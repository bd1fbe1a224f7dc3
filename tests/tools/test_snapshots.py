"""Snapshots as of any moment, and the shifts between two of them."""

from datetime import timedelta

import pytest
from rerunning import changed_on_rerun

from engine.concepts import Moment
from engine.errors import BadInput, NotPossible
from stores.datasets import DatasetStore
from stores.runs import RunStore
from stores.snapshots import SnapshotStore
from tools.catalog import call
from tools.context import Context
from tools.shifts import BEYOND_CHANCE, shifts_card
from tools.snapshots import make_snapshot, monthly_snapshots, snapshot_rows

from conftest import NOW  # isort: skip


def at(context: Context, text: str) -> Moment:
    return Moment.parse(text, context.dataset.shop.zone)


def months(context: Context) -> list[str]:
    """The starts of the last two whole months of the records."""
    this = context.as_of.local_date.replace(day=1)
    one = (this - timedelta(days=1)).replace(day=1)
    two = (one - timedelta(days=1)).replace(day=1)
    return [two.isoformat(), one.isoformat(), this.isoformat()]


def test_at_the_runs_own_moment_it_is_the_runs_own_snapshot(context: Context) -> None:
    again = make_snapshot(context.home, context.dataset, context.snapshot_moment, NOW)
    assert again == context.snapshot


def test_the_frozen_transform_gives_the_runs_own_members(context: Context) -> None:
    from engine.features import feature_table, open_transactions
    from tools.snapshots import assign_members

    with open_transactions(context.files) as transactions:
        features = feature_table(transactions, context.snapshot_moment)
    assert assign_members(context.run, features).equals(context.members)


def test_the_same_moment_is_the_same_snapshot(context: Context) -> None:
    moment = at(context, months(context)[0])
    first = make_snapshot(context.home, context.dataset, moment, NOW)
    again = make_snapshot(context.home, context.dataset, moment, NOW + timedelta(days=1))
    assert first == again
    assert first.run_id == context.run.run_id
    members = SnapshotStore(context.home).members(first)
    assert len(members) == first.customers < len(context.members)
    assert set(members["segment_id"]) <= set(context.run.segment_ids)


def test_monthly_ones_lie_at_local_month_starts_and_name_their_run(context: Context) -> None:
    found = monthly_snapshots(context.home, context.dataset, NOW)
    local = [Moment.of(s.as_of, "Europe/London").local for s in found]
    assert {(m.day, m.hour, m.minute) for m in local} == {(1, 0, 0)}
    assert {m.utcoffset() for m in local} == {timedelta(0), timedelta(hours=1)}
    assert len({(m.year, m.month) for m in local}) == len(found)
    rows = snapshot_rows(context.home, context.dataset)
    assert len(rows) == len(found) + 1
    assert [row["backfilled"] for row in rows] == [True] * len(found) + [False]
    assert {row["run_id"] for row in rows} == {context.run.run_id}
    told: list[str] = []
    assert monthly_snapshots(context.home, context.dataset, NOW, told.append) == found
    assert told[0].endswith(f"(1 of {len(found)})") and len(told) == len(found)
    latest = Moment.of(found[-1].as_of, context.dataset.shop.zone).local_date
    assert str(latest) in told[0], "people ask for the latest first"


def test_before_the_first_order_there_is_nobody(context: Context) -> None:
    with pytest.raises(NotPossible, match="Nobody had bought anything before 1999"):
        make_snapshot(context.home, context.dataset, at(context, "1999-01-01"), NOW)


def test_the_card_balances_and_says_both_moments(context: Context) -> None:
    one, two, _ = months(context)
    card = shifts_card(context.home, context.dataset, one, two, NOW)
    for row in card["segments"]:
        for account in (row, {k: v["minor"] for k, v in row["money"].items()}):
            moved = account["entered"] - account["left"] + account["new"] - account["lost"]
            stayed = account.get("stayed_change", 0)
            assert account["opening"] + moved + stayed == account["closing"]
    before = make_snapshot(context.home, context.dataset, at(context, one), NOW)
    assert sum(row["opening"] for row in card["segments"]) == before.customers
    assert (card["from"][:10], card["to"][:10]) == (one, two)
    assert len(card["matrix"]) == len(card["segments"])


def test_a_moment_beyond_the_records_is_refused(context: Context) -> None:
    one, two, _ = months(context)
    with pytest.raises(BadInput, match="nothing is known of 2031-01-01"):
        shifts_card(context.home, context.dataset, one, "2031-01-01", NOW)
    with pytest.raises(BadInput, match="does not lie before"):
        shifts_card(context.home, context.dataset, two, one, NOW)


def test_the_tool_says_what_the_card_says(context: Context) -> None:
    one, two, _ = months(context)
    called = call(context, "segment_shifts", {"since": one[:7], "until": two})
    card = shifts_card(context.home, context.dataset, one, two, NOW)
    for row in card["segments"]:
        told = {
            (f.figure.metric, f.figure.operation, f.figure.period.start is None): f.figure.value
            for f in called.facts
            if f.figure.subject.id == row["id"]
        }
        assert told["entered", None, False] == row["entered"]
        assert told["left", None, False] == row["left"]
        assert told["new_customers", None, False] == row["new"]
        assert told["customers", "difference", False] == row["closing"] - row["opening"]
    significant = {t["segment"] for t in called.texts if t.get("change") == BEYOND_CHANCE}
    assert significant == {row["name"] for row in card["segments"] if row["significant"]}


def test_every_figure_re_runs_to_itself_after_newer_segments(context: Context) -> None:
    from tools.segmenting import SegmentRequest, run_segmentation

    one, _, _ = months(context)
    facts = call(context, "segment_shifts", {"since": one}).facts
    run_segmentation(
        context.home, context.dataset, SegmentRequest(method="rules", seed=1), NOW, lambda _: None
    )
    assert RunStore(context.home).need_published(context.dataset.dataset_id) != context.run
    assert changed_on_rerun(context, facts) == []


def test_notes_are_found_from_a_later_snapshot_of_the_run(context: Context) -> None:
    version = DatasetStore(context.home).version(context.dataset)
    moment = Moment.midnight(context.as_of.local_date + timedelta(days=1), "Europe/London")
    make_snapshot(context.home, context.dataset, moment, NOW, version=version)
    later = Context.open(context.home, "local", None, NOW)
    assert later.snapshot != context.snapshot
    assert call(later, "search_notes", {"query": "people who bought once"}).texts
