"""The earlier stretches that say what is usual."""

from dataclasses import replace

from engine.concepts import Moment
from stores.datasets import DatasetStore
from stores.snapshots import SnapshotStore
from tools.context import Context
from tools.shifts import CHANCE_ALONE, USUAL, shifts_card
from tools.snapshots import monthly_snapshots
from tools.stretches import MOST, Stretches

from conftest import NOW  # isort: skip

ZONE = "Europe/London"


def at(day: str) -> Moment:
    return Moment.parse(day, ZONE)


def stretches(context: Context) -> Stretches:
    version = DatasetStore(context.home).version(context.dataset)
    return Stretches(context.home, context.dataset, context.run, version, NOW)


def moments(context: Context) -> list[str]:
    kept = SnapshotStore(context.home).all(context.dataset.dataset_id)
    return [Moment.of(s.as_of, ZONE).iso()[:10] for s in kept]


def test_months_are_compared_with_the_months_before(context: Context) -> None:
    monthly_snapshots(context.home, context.dataset, NOW)
    before = moments(context)
    found = stretches(context).earlier(at("2025-11-01"), at("2025-12-01"), 100)
    assert len(found) == MOST
    assert moments(context) == before, "the monthly ones do"
    assert len(found[0][1]) > len(found[1][1]), "the latest comes first"


def test_days_are_compared_with_as_many_days(context: Context) -> None:
    found = stretches(context).earlier(at("2025-11-10"), at("2025-11-17"), 100)
    assert len(found) == MOST
    assert {"2025-11-03", "2025-10-27", "2025-08-18"} <= set(moments(context))


def test_a_shop_of_half_the_size_is_no_measure(context: Context) -> None:
    everybody = len(context.members)
    assert len(stretches(context).earlier(at("2025-11-01"), at("2025-12-01"), 2 * everybody)) == 0
    assert stretches(context).year_ago(at("2025-11-01"), at("2025-12-01"), everybody * 2) is None


def test_a_year_ago_is_the_same_days(context: Context) -> None:
    found = stretches(context).year_ago(at("2025-11-01"), at("2025-12-01"), 10)
    assert found is not None
    assert {"2024-11-01", "2024-12-01"} <= set(moments(context))


def test_the_card_says_what_it_was_compared_with(context: Context) -> None:
    late = shifts_card(context.home, context.dataset, "2025-11-01", "2025-12-01", NOW)
    assert late["compared_with"] == USUAL and late["stretches"] == MOST
    assert all(row["expected"] is not None for row in late["segments"])
    early = shifts_card(context.home, context.dataset, "2024-02-01", "2024-03-01", NOW)
    assert early["compared_with"] == CHANCE_ALONE and early["stretches"] == 0
    assert all(row["expected"] is None for row in early["segments"])


def test_a_stretch_to_the_eve_of_a_month_is_of_whole_months(context: Context) -> None:
    monthly_snapshots(context.home, context.dataset, NOW)
    before = moments(context)
    found = stretches(context).earlier(at("2025-11-01"), at("2025-12-31T23:59"), 100)
    assert found and moments(context) == before, "two months before two months, all of them kept"


def test_only_the_columns_that_are_compared_are_read(context: Context) -> None:
    wanted = replace(stretches(context), columns=("segment_id", "recency"))
    one, two = (
        found.earlier(at("2025-11-10"), at("2025-11-17"), 100)[0]
        for found in (wanted, stretches(context))
    )
    assert list(one[0].columns) == ["segment_id", "recency"]
    assert one[1].equals(two[1][["segment_id", "recency"]])
