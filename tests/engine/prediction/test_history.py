"""Looking back: what was known then is what the feature table of then says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.concepts import Moment
from engine.consent import Consent
from engine.errors import Defect, NotPossible
from engine.features import feature_table, later_outcomes, open_transactions
from engine.prediction.columns import COLUMNS, features_at
from engine.prediction.examples import Lookout, require_known, require_past
from engine.prediction.history import read_history
from engine.records import record_schema

START = datetime(2025, 1, 1, 12, tzinfo=UTC)


def day(number: int) -> Moment:
    return Moment.midnight((START + timedelta(days=number)).date(), "UTC")


# customer, order, day, product, quantity, price in pence
LINES = [
    ("ann", "1", 0, "cup", 2, 500),
    ("ann", "2", 40, "pot", 1, 3000),
    ("ann", "3", 40, "cup", 1, 500),
    ("ann", "4", 100, "pot", 1, 3000),
    ("ann", "4r", 102, "pot", -1, 3000),  # takes order 4 back, known from day 102 on
    ("bob", "5", 10, "cup", 1, 500),
    ("bob", "6", 95, "cup", 3, 500),
    (None, "7", 20, "cup", 1, 500),  # a guest
    ("cat", "8", 120, "pot", 2, 3000),
]


@pytest.fixture(scope="module")
def transactions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ibis.Table]:
    schema = record_schema()
    rows = []
    for number, (customer, order, at, product, quantity, price) in enumerate(LINES):
        moment = START + timedelta(days=at)
        given = {
            "event_id": f"{number:032x}",
            "line_kind": "sale" if quantity > 0 else "return",
            "order_id": order,
            "customer_id": customer,
            "occurred_at": moment,
            "local_date": moment.date(),
            "product_id": product,
            "quantity": float(quantity),
            "total_minor": quantity * price,
        }
        rows.append({name: given.get(name) for name in schema.names})
    file = tmp_path_factory.mktemp("history") / "lines.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), file)
    with open_transactions([str(file)]) as table:
        yield table


@pytest.mark.parametrize("number", [1, 50, 101, 103, 130])
def test_features_and_outcomes_are_those_of_the_feature_table(
    transactions: ibis.Table, number: int
) -> None:
    history = read_history(transactions, day(200))
    found = features_at(history, day(number), 30)
    wanted = feature_table(transactions, day(number))
    pd.testing.assert_frame_equal(found[list(wanted.columns)], wanted.astype("float64"))
    outcomes = Lookout(history, day(200), 30).at(day(number)).outcomes
    later = later_outcomes(transactions, day(number), day(number + 30), wanted.index)
    assert list(outcomes["bought"]) == list(later["bought"])
    assert list(outcomes["revenue"]) == list(later["revenue"])


def test_a_row_says_what_a_person_counts(transactions: ibis.Table) -> None:
    ann = features_at(read_history(transactions, day(200)), day(101), 30).loc["ann"]
    assert ann["recency"] == 1 and ann["tenure"] == 101
    assert ann["frequency"] == 4 and ann["buying_days"] == 3
    assert (ann["gap"], ann["last_gap"]) == (50, 60)
    assert (ann["orders_30"], ann["spend_90"], ann["spend_365"]) == (1, 6500, 7500)
    assert (ann["day_spend"], ann["last_spend"]) == (2500, 3000)
    assert ann["overdue"] == 1 / 50 and pd.isna(ann["season_orders"])


def test_every_column_is_described(transactions: ibis.Table) -> None:
    found = features_at(read_history(transactions, day(200)), day(130), 30)
    assert list(found.columns) == [column.name for column in COLUMNS]


def test_who_opted_out_later_is_in_no_example(transactions: ibis.Table) -> None:
    import polars as pl

    words = pl.DataFrame(
        {"customer_id": ["bob"], "occurred_at": [None], "order": [0], "opted_out": [True]},
        schema_overrides={"occurred_at": pl.Datetime("us", "UTC")},
    )
    lookout = Lookout(read_history(transactions, day(200)), day(200), 30, Consent(words))
    assert list(lookout.at(day(50)).features.index) == ["ann"]


def test_no_customer_is_said(transactions: ibis.Table) -> None:
    with pytest.raises(NotPossible, match="No customer has bought anything yet"):
        read_history(transactions, day(0).days_before(5)).first  # noqa: B018


def test_a_sample_holds_all_of_its_customers_and_nobody_else(transactions: ibis.Table) -> None:
    history = read_history(transactions, day(200))
    drawn = history.sample(2, seed=0)
    chosen = set(drawn.rows["customer_id"])
    assert len(chosen) == 2
    assert drawn.rows.equals(history.of(sorted(chosen)).rows)
    assert history.sample(3, seed=0) is history


# ---- leaks ---------------------------------------------------------------------------------------


def test_a_true_lookout_does_not_leak(transactions: ibis.Table) -> None:
    lookout = Lookout(read_history(transactions, day(200)), day(200), 30)
    require_past(lookout, day(101))
    require_known([lookout.at(day(101))], day(131))


def test_examples_from_after_the_cut_off_are_caught(transactions: ibis.Table) -> None:
    lookout = Lookout(read_history(transactions, day(200)), day(200), 30)
    with pytest.raises(Defect, match="leak: their outcome is known from 2025-05-12 on"):
        require_known([lookout.at(day(101))], day(130))


def test_a_future_column_is_caught(transactions: ibis.Table) -> None:
    lookout = Lookout(read_history(transactions, day(200)), day(200), 30)
    features = lookout.features(day(90))
    features["next_spend"] = later_outcomes(transactions, day(90), day(120), features.index)[
        "revenue"
    ]
    with pytest.raises(Defect, match="leak: next_spend"):
        require_past(lookout, day(90), features)


def test_a_joined_column_that_looks_ahead_is_caught(transactions: ibis.Table) -> None:
    def spent_in_all(moment: Moment, until: Moment) -> pd.DataFrame:
        whole = feature_table(transactions, until)[["monetary"]]
        return whole.rename(columns={"monetary": "ever"})

    lookout = Lookout(read_history(transactions, day(200)), day(200), 30, further=spent_in_all)
    with pytest.raises(Defect, match="leak: ever"):
        require_past(lookout, day(90))


def test_a_cancellation_known_only_later_is_caught(transactions: ibis.Table) -> None:
    """On day 101 nobody knew that ann's last order would come back."""
    lookout = Lookout(read_history(transactions, day(200)), day(200), 30)
    features = lookout.features(day(101))
    features.loc["ann", "frequency"] = 3.0
    with pytest.raises(Defect, match="leak: frequency"):
        require_past(lookout, day(101), features)
