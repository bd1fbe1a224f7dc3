"""Alerts on a shop of 145 plain customers and five who are not."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pyarrow as pa
import pytest
import shops

from engine.anomalies import (
    GENERAL,
    Watch,
    budget_count,
    compare_detectors,
    count_kinds,
    find_alerts,
    watch_records,
)
from engine.concepts import Moment
from engine.consent import Consent
from engine.errors import BadInput
from engine.features import Records, open_records

END = shops.at("2026-01-01")


def plain(who: str, first: int, orders: int = 8) -> list[shops.Line]:
    """An order a month, of one to three pieces."""
    start = datetime(2025, 1, 1 + first % 20, 10, tzinfo=UTC)
    days = [start + timedelta(days=(28 + first % 5) * nth) for nth in range(orders)]
    return [
        (f"{who}-{nth}", who, f"{day:%Y-%m-%dT%H:%M}", "TEA", 1 + (nth + first) % 3, "10.00")
        for nth, day in enumerate(days)
    ]


def lines() -> list[shops.Line]:
    found = [line for place in range(145) for line in plain(f"c{place:03}", place)]
    found += [*plain("bulk", 1), ("b", "bulk", "2025-12-01T10:00", "TEA", 200, "10.00")]
    found += plain("burst", 2, orders=12)
    found += [(f"v{n}", "burst", "2025-12-02T10:00", "TEA", 1, "10.00") for n in range(15)]
    found += plain("back", 3)
    found += [(f"R{n}", "back", "2025-11-20T10:00", "TEA", -1, "10.00") for n in range(8)]
    found += plain("sleeper", 4, orders=2)
    found += [(f"s{n}", "sleeper", "2025-12-20T10:00", "TEA", 1, "10.00") for n in range(3)]
    return [*found, *plain("dear", 5), ("d", "dear", "2025-12-03T10:00", "TEA", 1, "150.00")]


def views() -> pa.Table:
    """Everybody looks at a few things; c007 at three hundred within an hour of a night."""
    people = [(f"c{place:03}", 10, 2 + place % 3) for place in range(145)] + [("c007", 3, 300)]
    rows = [
        {
            "event_id": f"{who}{hour}{nth}".rjust(32, "0"), "customer_id": who, "action": "view",
            "occurred_at": Moment.parse(f"2025-12-0{1 + hour % 3}T{hour:02}:00", "UTC").at,
            "local_date": date(2025, 12, 1 + hour % 3), "local_hour": hour,
            "minutes": 1.0,
        }
        for who, hour, count in people
        for nth in range(count)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    import pyarrow.parquet as pq

    folder = tmp_path_factory.mktemp("odd")
    files = shops.write(shops.transactions(lines()), folder)
    pq.write_table(views(), folder / "views.parquet")
    with open_records({"transactions": files, "events": [str(folder / "views.parquet")]}) as found:
        yield found


@pytest.fixture(scope="module")
def watched(records: Records) -> Watch:
    return watch_records(records, END)


def test_each_is_told_by_the_rule_for_it(watched: Watch) -> None:
    alerts = {alert.customer_id: alert for alert in find_alerts(watched, 0.04, None, "GBP")}
    assert {who: alerts[who].kind for who in alerts} == {
        "bulk": "bulk_order", "burst": "velocity", "back": "refund_abuse",
        "sleeper": "dormant_return", "dear": "odd_price", "c007": "bot_browsing",
    }  # fmt: skip
    assert all(alert.strength >= 2 for alert in alerts.values())
    assert count_kinds(tuple(alerts.values())) == dict.fromkeys(
        (alert.kind for alert in alerts.values()), 1
    )


def test_a_sentence_sets_the_past_and_the_peers_beside_it(watched: Watch) -> None:
    alerts = {alert.customer_id: alert for alert in find_alerts(watched, 0.04, None, "GBP")}
    said = alerts["burst"].sentence
    assert said.startswith("Placed 15 orders on 2 Dec 2025, where 1 is usual for this customer;")
    assert said.endswith("99 of 100 customers never place more than 1 on a day.")
    assert alerts["back"].sentence.startswith("Sent back 8 of 8 lines (100.0%), the latest on 20 N")
    assert "Placed 3 orders on 20 Dec 2025 after" in alerts["sleeper"].sentence
    assert "Paid 15.0 times what the product usually costs" in alerts["dear"].sentence


def test_peers_are_those_of_the_segment(watched: Watch) -> None:
    names = [
        "Loyal" if who[0] == "c" or who == "burst" else "New" for who in watched.measures.index
    ]
    segments = pd.Series(names, index=watched.measures.index)
    alerts = {alert.customer_id: alert for alert in find_alerts(watched, 0.04, segments, "GBP")}
    assert alerts["burst"].sentence.endswith("99 of 100 in Loyal never place more than 1 on a day.")
    assert alerts["bulk"].segment == "New"
    assert "99 of 100" not in alerts["bulk"].sentence  # four peers are no measure


def test_the_budget_is_the_most(watched: Watch) -> None:
    strongest = find_alerts(watched, 0.04, None, "GBP")
    assert [a.customer_id for a in find_alerts(watched, 0.015, None, "GBP")] == [
        a.customer_id for a in strongest[:2]
    ]
    assert len(find_alerts(watched, 0.2, None, "GBP")) < budget_count(0.2, 150)
    assert (budget_count(0.01, 20), budget_count(0.01, 250), budget_count(0.1, 0)) == (1, 2, 0)
    for wrong in (0, -1, 0.5):
        with pytest.raises(BadInput, match="above 0 and at most 0.2"):
            budget_count(wrong, 50)


def test_before_it_happened_it_is_no_alert(records: Records) -> None:
    before = watch_records(records, shops.at("2025-11-01"))
    alerts = find_alerts(before, 0.04, None, "GBP")
    assert {alert.kind for alert in alerts} <= {
        GENERAL
    }  # with two orders or twelve instead of eight


def test_whoever_opted_out_is_nobodys_alert(records: Records) -> None:
    import polars as pl

    word = {"customer_id": ["bulk"], "occurred_at": [None], "order": [0], "opted_out": [True]}
    consent = Consent(
        pl.DataFrame(word, schema_overrides={"occurred_at": pl.Datetime("us", "UTC")})
    )
    found = watch_records(records, END, consent)
    assert "bulk" not in {alert.customer_id for alert in find_alerts(found, 0.2)}
    assert "bulk" not in found.standing.index
    left = found.without(frozenset({"burst"}))
    assert "burst" not in {alert.customer_id for alert in find_alerts(left, 0.2)}


def test_other_detectors_are_evidence(watched: Watch) -> None:
    people = [alert.customer_id for alert in find_alerts(watched, 0.04)]
    compared = {one.detector: one for one in compare_detectors(watched.standing, people, seed=0)}
    assert set(compared) == {"mahalanobis", "isolation_forest", "dbscan_noise", "hdbscan_noise"}
    assert compared["isolation_forest"].flagged == len(people)
    assert all(one.shared <= one.flagged and one.customers == 150 for one in compared.values())
    assert compare_detectors(watched.standing, people, seed=0) == tuple(compared.values())
