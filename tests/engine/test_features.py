"""The feature table on a shop of six customers."""

from pathlib import Path

import pandas as pd
import pytest
from shops import Line, at, transactions, write

from engine.features import dataset_totals, feature_table, later_outcomes, open_transactions

SHOP: list[Line] = [
    ("1", "ann", "2025-01-01T10:00", "tea", 2, "5.00"),
    ("1", "ann", "2025-01-01T10:00", "cup", 1, "3.50"),
    ("2", "ann", "2025-03-01T09:00", "tea", 1, "5.00"),
    ("3", "bob", "2025-02-01T12:00", "pot", 1, "40.00"),
    ("C3", "bob", "2025-02-03T12:00", "pot", -1, "40.00"),  # takes the sale back
    ("4", "cleo", "2025-02-10T12:00", "pot", 2, "40.00"),
    ("C4", "cleo", "2025-03-20T12:00", "pot", -1, "40.00"),  # a return, not a cancellation
    ("5", None, "2025-02-11T12:00", "tea", 3, "5.00"),
    ("6", "dan", "2025-02-12T23:30", "POST", 1, "4.95"),  # a fee is no purchase
    ("7", "eve", "2025-03-31T12:00", "tea", 1, "5.00"),
]


def features(tmp_path: Path, moment: str, zone: str = "UTC") -> pd.DataFrame:
    with open_transactions(write(transactions(SHOP, zone), tmp_path)) as table:
        return feature_table(table, at(moment, zone))


def test_every_customer_with_a_kept_sale_has_a_row(tmp_path: Path) -> None:
    table = features(tmp_path, "2025-04-01")
    assert table.to_dict("index") == {
        "ann": {"recency": 31, "frequency": 2, "monetary": 1850, "tenure": 90},
        "cleo": {"recency": 50, "frequency": 1, "monetary": 4000, "tenure": 50},
        "eve": {"recency": 1, "frequency": 1, "monetary": 500, "tenure": 1},
    }


def test_a_cancellation_counts_only_once_it_is_known(tmp_path: Path) -> None:
    before = features(tmp_path, "2025-02-02")
    assert before.loc["bob"].to_dict() == {
        "recency": 1, "frequency": 1, "monetary": 4000, "tenure": 1,
    }  # fmt: skip
    assert "bob" not in features(tmp_path, "2025-02-04").index


def test_a_return_takes_back_the_latest_sale_and_a_sale_is_taken_back_once(
    tmp_path: Path,
) -> None:
    lines: list[Line] = [
        ("1", "ann", "2025-01-01T10:00", "tea", 2, "5.00"),
        ("2", "ann", "2025-01-02T10:00", "tea", 2, "5.00"),
        ("C1", "ann", "2025-01-02T11:00", "tea", -2, "5.00"),
    ]
    with open_transactions(write(transactions(lines), tmp_path)) as table:
        assert feature_table(table, at("2025-01-03")).loc["ann", "frequency"] == 1
    lines.append(("C2", "ann", "2025-01-02T12:00", "tea", -2, "5.00"))
    with open_transactions(write(transactions(lines), tmp_path)) as table:
        left = feature_table(table, at("2025-01-03"))
    assert left.loc["ann"].to_dict() == {
        "recency": 2, "frequency": 1, "monetary": 0, "tenure": 2,
    }  # fmt: skip


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "UTC", "America/Los_Angeles"])
def test_days_are_the_shops_days(tmp_path: Path, zone: str) -> None:
    lines: list[Line] = [("1", "ann", "2025-01-01T23:59", "tea", 1, "5.00")]
    with open_transactions(write(transactions(lines, zone), tmp_path)) as table:
        assert feature_table(table, at("2025-01-02T00:01", zone)).loc["ann", "recency"] == 1


def test_later_outcomes_look_back_from_the_end_of_the_stretch(tmp_path: Path) -> None:
    with open_transactions(write(transactions(SHOP), tmp_path)) as table:
        customers = feature_table(table, at("2025-02-02")).index
        found = later_outcomes(table, at("2025-02-02"), at("2025-04-01"), customers)
    assert found.to_dict("index") == {
        "ann": {"revenue": 500, "bought": True},
        "bob": {"revenue": -4000, "bought": False},
    }


def test_totals_count_guests_and_leave_out_what_is_no_product(tmp_path: Path) -> None:
    with open_transactions(write(transactions(SHOP), tmp_path)) as table:
        totals = dataset_totals(table, at("2025-04-01"))
    assert (totals.customers, totals.orders, totals.rows) == (3, 5, 10)
    assert totals.revenue == 1000 + 350 + 500 + 8000 - 4000 + 1500 + 500
    assert totals.gross_revenue == totals.revenue + 4000 + 4000
    assert totals.guest_revenue == 1500
    assert (totals.first_day, totals.last_day) == ("2025-01-01", "2025-03-31")
