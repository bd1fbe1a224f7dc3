"""The full feature table against tests/reference.py, on shops drawn at random."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.concepts import Moment
from engine.features import FeatureTable, full_feature_table, open_records
from engine.records import record_schema
from tests.full_rows import Row, day, row
from tests.reference import reference_features
from tests.shops import at, write

EXACT = {"count", "days", "word"}


def table_of(rows: list[Row], moment: Moment, names: Sequence[str] | None = None) -> FeatureTable:
    table = pa.Table.from_pylist(rows, schema=record_schema())
    with (
        tempfile.TemporaryDirectory() as folder,
        open_records({"transactions": write(table, Path(folder))}) as records,
    ):
        return full_feature_table(records, moment, names=names)


def check(table: FeatureTable, wanted: dict[str, dict[str, Any]]) -> None:
    """Counts, days and whole money exactly, all else to 1e-9."""
    assert list(table.frame.index) == sorted(wanted)
    assert list(table.frame.columns) == [feature.name for feature in table.features]
    for customer, features in wanted.items():
        for feature in table.features:
            found: Any = table.frame.loc[customer, feature.name]
            right = features[feature.name]
            if right is None:
                assert pd.isna(found), (customer, feature.name, found)
            elif feature.unit in EXACT and isinstance(right, int | str):
                assert found == right, (customer, feature.name, found, right)
            elif feature.unit == "money" and isinstance(right, int):
                assert int(found) == right, (customer, feature.name, found, right)
            else:
                assert found == pytest.approx(right, rel=1e-9, abs=1e-12), (customer, feature.name)


SHOPS: dict[str, list[Row]] = {
    "one customer, one order": [row(1, "o1", "anna", day("2024-03-01 10:00"))],
    "refunds larger than sales": [
        row(1, "o1", "anna", day("2024-03-01 10:00")),
        row(2, "c1", "anna", day("2024-03-20 10:00"), quantity=-3, price="9.00"),
    ],
    "a leap day": [
        row(1, "o1", "anna", day("2024-02-29 10:00")),
        row(2, "o2", "anna", day("2024-03-01 10:00")),
        row(3, "o3", "anna", day("2024-03-09 10:00")),
    ],
    "the clock goes forward": [
        row(1, "o1", "anna", day("2024-03-30 23:30")),
        row(2, "o2", "anna", day("2024-03-31 00:30")),
        row(3, "o3", "anna", day("2024-04-01 00:10")),
    ],
    "the first order was cancelled": [
        row(1, "o1", "anna", day("2024-03-01 10:00"), price="80.00"),
        row(2, "c1", "anna", day("2024-03-02 10:00"), quantity=-1, price="80.00"),
        row(3, "o2", "anna", day("2024-03-05 10:00"), price="7.00"),
    ],
    "guests": [
        row(1, "o1", None, day("2024-03-01 10:00"), category="Tea", channel="web"),
        row(2, "o2", "anna", day("2024-03-02 10:00"), category="Cups", channel="shop"),
    ],
    "more than a year": [
        row(1, "o1", "anna", day("2022-12-31 10:00"), category="Tea", price="4.00"),
        row(2, "o2", "anna", day("2023-12-30 10:00"), category="Tea", price="4.00"),
        row(3, "o3", "ben", day("2023-04-01 10:00"), category="Tea", price="1.00"),
        row(4, "o3", "ben", day("2023-04-01 10:00"), category="Cups", price="9.00"),
        row(5, "o4", "ben", day("2023-10-01 10:00"), category="Cups", price="0.00"),
    ],
}


@pytest.mark.parametrize("rows", SHOPS.values(), ids=SHOPS.keys())
def test_a_shop_by_hand_agrees_with_the_reference(rows: list[Row]) -> None:
    moment = at("2024-04-02", "Europe/London")
    check(table_of(rows, moment), reference_features(rows, moment.at, moment.local_date))


START = datetime(2024, 1, 1, tzinfo=UTC)
ROWS = st.lists(
    st.builds(
        lambda order, customer, minutes, product, quantity, price, discount, *words: row(
            0, f"{customer}{order}", customer, START + timedelta(minutes=minutes),
            product, quantity, price, discount, *words,
        ),
        st.integers(1, 4),
        st.sampled_from(["anna", "ben", "cleo", None]),
        st.one_of(st.integers(0, 5 * 24 * 60), st.integers(0, 120 * 24 * 60)),
        st.sampled_from(["P", "Q", "R", "POST", None]),
        st.sampled_from([1, 1, 2, 3, -1, -2]),
        st.sampled_from(["1.25", "1.25", "40.00", "0.00"]),
        st.sampled_from([None, None, "0.00", "0.25"]),
        st.sampled_from([None, "tea", "cups", "pots"]),
        st.sampled_from([None, "web", "shop", "app"]),
        st.sampled_from([None, "France", "Spain"]),
    ),
    min_size=1,
    max_size=18,
)  # fmt: skip


def numbered(rows: list[Row]) -> list[Row]:
    found = [
        one | {"event_id": f"{number:032x}", "line": number} for number, one in enumerate(rows)
    ]
    for one in found:  # a price of nothing has no discount
        if one["unit_price"] == 0 and one["discount"]:
            one |= {"discount": Decimal(0), "total_minor": 0}
    return found


@settings(deadline=None, max_examples=30)
@given(rows=ROWS, hours=st.integers(1, 130 * 24))
def test_a_shop_at_random_agrees_with_the_reference(rows: list[Row], hours: int) -> None:
    rows, moment = numbered(rows), Moment.of(START + timedelta(hours=hours), "Europe/London")
    wanted = reference_features(rows, moment.at, moment.local_date)
    check(table_of(rows, moment), wanted)


@settings(deadline=None, max_examples=10)
@given(rows=ROWS, hours=st.integers(1, 130 * 24))
def test_features_at_a_moment_are_those_of_the_records_until_then(
    rows: list[Row], hours: int
) -> None:
    """Cancellations that come later take nothing back yet."""
    rows, moment = numbered(rows), Moment.of(START + timedelta(hours=hours), "Europe/London")
    cut = [one for one in rows if one["occurred_at"] < moment.at]
    pd.testing.assert_frame_equal(table_of(rows, moment).frame, table_of(cut, moment).frame)


def test_only_what_is_asked_for_is_there_with_its_evidence() -> None:
    moment = at("2024-04-02", "Europe/London")
    table = table_of(SHOPS["guests"], moment, ["return_share", "recency"])
    assert list(table.frame.columns) == ["recency", "lines", "return_share"]
    assert table.of("return_share").evidence == "lines"


def test_the_season_of_the_orders_is_a_place_on_the_circle_of_the_year() -> None:
    table = table_of(SHOPS["more than a year"], at("2024-04-02", "Europe/London"))
    leans = table.frame[["year_end_lean", "april_lean"]]
    assert leans.loc["anna"].tolist() == pytest.approx([1, 0], abs=0.02)
    assert leans.loc["ben"].tolist() == pytest.approx([0, 0], abs=0.02)  # April and October
    assert table.of("year_end_lean").evidence == "frequency"


def test_the_season_is_not_told_of_a_shop_younger_than_a_year() -> None:
    names = {f.name for f in table_of(SHOPS["guests"], at("2025-03-01", "Europe/London")).features}
    assert "year_end_lean" not in names
    names = {f.name for f in table_of(SHOPS["guests"], at("2025-03-02", "Europe/London")).features}
    assert "year_end_lean" in names  # the guest of 1 March 2024 was nobody's order


def test_the_price_level_is_held_against_the_category() -> None:
    """Tea is 4, 4 and 1, so 2.52 is usual; the cup of 9 is the only one with a price."""
    table = table_of(SHOPS["more than a year"], at("2024-04-02", "Europe/London"))
    assert table.frame["price_level"].to_dict() == pytest.approx(
        {"anna": 4 / 16 ** (1 / 3), "ben": (1 / 16 ** (1 / 3)) ** 0.5}
    )


def test_of_known_people_the_orders_are_left_alone_and_every_feature_is_the_same() -> None:
    table = pa.Table.from_pylist(SHOPS["more than a year"], schema=record_schema())
    moment = at("2024-04-02", "Europe/London")
    with (
        tempfile.TemporaryDirectory() as folder,
        open_records({"transactions": write(table, Path(folder))}) as records,
    ):
        whole = full_feature_table(records, moment).frame
        people = whole.index[::-1]
        pd.testing.assert_frame_equal(
            full_feature_table(records, moment, people=people).frame, whole
        )
        stranger = pd.Index(["nobody"], name="customer_id")
        lines = full_feature_table(records, moment, names=["lines_sold"], people=stranger).frame
    assert list(lines.index) == ["nobody"] and pd.isna(lines.loc["nobody", "lines_sold"])
