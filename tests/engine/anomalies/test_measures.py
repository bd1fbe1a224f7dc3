"""What is measured of a customer: the extreme, and what is usual beside it."""

import math
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import shops

from engine.anomalies import measure_customers
from engine.anomalies.habits import HABITS
from engine.features import open_records

LINES: list[shops.Line] = [
    ("1", "ann", "2025-01-01T10:00", "TEA", 1, "10.00"),
    ("2", "ann", "2025-01-11T10:00", "TEA", 1, "10.00"),
    ("3", "ann", "2025-05-01T10:00", "TEA", 8, "10.00"),
    ("4", "ann", "2025-05-01T12:00", "TEA", 1, "40.00"),
    ("C3", "ann", "2025-05-09T10:00", "TEA", -8, "10.00"),
    ("5", "bob", "2025-02-01T10:00", "TEA", 1, "10.00"),
    ("6", None, "2025-02-02T10:00", "TEA", 900, "10.00"),
]


def measured(folder: Path, until: str = "2026-01-01"):  # type: ignore[no-untyped-def]
    files = shops.write(shops.transactions(LINES), folder)
    with open_records({"transactions": files}) as records:
        return measure_customers(records, shops.at(until))


def test_the_extremes_and_their_days(tmp_path: Path) -> None:
    ann = measured(tmp_path).loc["ann"]
    assert (ann["largest_order"], ann["largest_on"]) == (8000, date(2025, 5, 1))
    assert ann["most_pieces"] == 8  # the guest's 900 are nobody's
    assert (ann["busiest_day"], ann["busiest_on"]) == (2, date(2025, 5, 1))
    assert (ann["longest_gap"], ann["woken_orders"]) == (110, 2)
    assert ann["woke_on"] == date(2025, 5, 1)
    assert ann["price_ratio"] == pytest.approx(4)
    assert (ann["lines_sold"], ann["lines_returned"], ann["returned_share"]) == (4, 1, 0.25)


def test_the_usual_is_of_the_others_drawn_to_the_shops(tmp_path: Path) -> None:
    """Gaps of 10 and 110 days: without the longest 10, and twice the shop's mean of 60."""
    ann = measured(tmp_path).loc["ann"]
    assert ann["usual_gap"] == pytest.approx((10 + 2 * 60) / 3)
    # Orders a day: 1 and 1 beside the 2; the shop has 5 orders on 4 days.
    assert ann["usual_day"] == pytest.approx((1 + 1 + 2 * 5 / 4) / 4)


def test_without_a_past_the_shop_is_the_usual_and_no_gap_is_known(tmp_path: Path) -> None:
    bob = measured(tmp_path).loc["bob"]
    shop = (1000 * 1000 * 8000 * 4000 * 1000) ** (1 / 5)  # the geometric mean of five orders
    assert bob["usual_order"] == pytest.approx(shop)
    assert bob[["longest_gap", "usual_gap"]].isna().all()
    assert bob["lines_returned"] == 0


def test_what_comes_later_is_not_known_yet(tmp_path: Path) -> None:
    before = measured(tmp_path, "2025-03-01").loc["ann"]
    assert (before["largest_order"], before["longest_gap"], before["orders"]) == (1000, 10, 2)


def test_lines_elsewhere_and_lines_in_a_row(tmp_path: Path) -> None:
    """Two CUPs in a row, one TEA, three CUPs; the last two from abroad."""
    bought = ["CUP", "CUP", "TEA", "CUP", "CUP", "CUP"]
    lines: list[shops.Line] = [
        (str(nth), "ann", f"2025-01-{1 + nth:02}T10:00", product, 1, "10.00")
        for nth, product in enumerate(bought)
    ]
    table = pl.DataFrame(shops.transactions([*lines, ("9", "bob", "2025-02-01", "TEA", 1, "1")]))
    abroad = pl.col("order_id").is_in(["4", "5"])
    where = pl.when(abroad).then(pl.lit("Iceland")).otherwise(pl.lit("Ireland")).alias("country")
    files = shops.write(table.with_columns(where).to_arrow(), tmp_path)
    with open_records({"transactions": files}) as records:
        found = measure_customers(records, shops.at("2026-01-01"))
    names = ["elsewhere", "longest_streak", "line_pairs", "same_pairs"]
    assert found.loc["ann", names].tolist() == [2, 3, 5, 3]
    assert found.loc["bob", names].tolist() == [0, 1, 0, 0]
    surprise = HABITS["one_product_in_a_row"](found)
    chance = (3 - 2 + 2 * 3 / 5) / (5 - 2 + 2)  # of the other pairs, and twice as in the shop
    assert surprise.tolist() == pytest.approx([2 * -math.log(chance), 0])
    assert HABITS["lines_from_elsewhere"](found).tolist() == pytest.approx([1 / 3, 0])
