"""Cleaning: each rule on a row that shows it, and an account that always balances."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.cleaning import (
    DROPPED_REASONS,
    FIXED_REASONS,
    Cleaned,
    CleaningRules,
    Impact,
    Ledger,
    clean,
    drop_known,
)
from engine.concepts import Money, Shop
from engine.errors import BadInput, Defect, NeedsChoice
from engine.reading import Source, read_source
from engine.records import record_schema

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
LONDON = Shop("Europe/London", "GBP")
GOOD = {
    "order_id": "100",
    "customer_id": "7",
    "occurred_at": "2024-03-01 10:00:00",
    "product_id": "20001K",
    "product": "Enamel Mug",
    "country": "Ireland",
    "quantity": "2",
    "unit_price": "3.50",
}


def source_of(*rows: Mapping[str, str | None]) -> Source:
    """Rows as a file would bring them; what a row does not say is as in GOOD."""
    full = [{**GOOD, **row} for row in rows]
    names = list(dict.fromkeys(name for row in full for name in row))
    table = pl.DataFrame(full, schema=dict.fromkeys(names, pl.String))
    lines = pl.int_range(2, len(full) + 2, dtype=pl.Int64, eager=True)
    return Source("orders.csv", table, lines, {name: name for name in names}, (), {}, "0" * 64)


def cleaned_from(*rows: Mapping[str, str | None], shop: Shop = LONDON, **rules: Any) -> Cleaned:
    return clean(source_of(*rows), shop, "load-1", NOW, CleaningRules(**rules))


def only_row(**changes: str | None) -> dict[str, Any]:
    taken = cleaned_from(changes).rows.to_pylist()
    assert len(taken) == 1
    found: dict[str, Any] = taken[0]
    return found


# ---- a clean row -----------------------------------------------------------------------------


def test_a_clean_row_is_kept_in_the_canonical_schema() -> None:
    cleaned = cleaned_from({})
    assert cleaned.rows.schema == record_schema()
    assert cleaned.rows.to_pylist() == [
        {
            "event_id": cleaned.rows["event_id"][0].as_py(),
            "line_kind": "sale",
            "order_id": "100",
            "line": 1,
            "customer_id": "7",
            "occurred_at": datetime(2024, 3, 1, 10, tzinfo=UTC),
            "local_date": date(2024, 3, 1),
            "local_hour": 10,
            "weekday": 5,
            "product_id": "20001K",
            "product": "Enamel Mug",
            "category": None,
            "country": "Ireland",
            "channel": None,
            "quantity": 2.0,
            "unit_price": Decimal("3.500000"),
            "discount": None,
            "total_minor": 700,
            "load_id": "load-1",
        }
    ]
    ledger = cleaned.ledger
    assert (ledger.rows_in, ledger.kept, ledger.fixed, ledger.dropped) == (1, 1, 0, 0)
    assert ledger.assumed == {
        "currency": "all amounts are GBP",
        "times": "a time without a zone is a time in Europe/London",
    }


# ---- dropped ---------------------------------------------------------------------------------

DROPPED: list[tuple[str, dict[str, str | None]]] = [
    ("missing date", {"occurred_at": " "}),
    ("unparsable date", {"occurred_at": "2024-02-30"}),
    ("unparsable date", {"occurred_at": "soon"}),
    ("future date", {"occurred_at": "2024-06-03 00:00"}),
    ("missing quantity", {"quantity": None}),
    ("unparsable quantity", {"quantity": "two"}),
    ("missing price", {"unit_price": ""}),
    ("unparsable price", {"unit_price": "nan"}),
    ("unparsable price", {"unit_price": "1234567890123"}),
    ("zero quantity", {"quantity": "0.0"}),
    ("zero price", {"unit_price": "0"}),
    ("negative price", {"unit_price": "-3.5"}),
    ("amount too large", {"quantity": "999999999999", "unit_price": "999999999999"}),
    ("test row", {"product_id": "TEST001"}),
    ("test row", {"product_id": "test"}),
]


@pytest.mark.parametrize(("reason", "changes"), DROPPED)
def test_an_unusable_row_is_dropped_under_its_reason(
    reason: str, changes: dict[str, str | None]
) -> None:
    cleaned = cleaned_from({}, changes)
    assert cleaned.ledger.dropped_reasons == {reason: 1}
    assert cleaned.rows.num_rows == 1
    assert cleaned.dropped.select(["line", "reason"]).to_pylist() == [{"line": 3, "reason": reason}]


def test_every_published_reason_has_a_row_that_shows_it() -> None:
    shown = {reason for reason, _ in DROPPED}
    shown |= {"exact duplicate", "already in the dataset", "changed in the source"}
    shown |= {"erased customer"}
    in_other_kinds = {"no customer id", "missing action", "missing text"}
    assert shown | in_other_kinds == set(DROPPED_REASONS)
    in_other_kinds = {"inconsistent word"}
    several_rows = {"customer found by the order", "currency converted"}
    fixed = {reason for reason, _, _ in FIXED}
    assert fixed | in_other_kinds | several_rows == set(FIXED_REASONS)


def test_a_row_with_two_faults_is_dropped_under_the_first_published() -> None:
    changes: list[dict[str, str | None]] = [changes for _, changes in DROPPED]
    for first, second in ((0, 4), (3, 9), (9, 13), (11, 13)):
        reasons = cleaned_from({**changes[second], **changes[first]}).ledger.dropped_reasons
        assert list(reasons) == [DROPPED[first][0]]


def test_a_dropped_row_can_be_read_as_it_stood_in_the_file() -> None:
    cleaned = cleaned_from({"product": 'a "blue", mug ', "unit_price": "0"})
    assert cleaned.dropped["text"].to_pylist() == [
        '100,7,2024-03-01 10:00:00,20001K,"a ""blue"", mug ",Ireland,2,0'
    ]


def test_a_moment_up_to_a_day_after_now_is_no_future() -> None:
    assert only_row(occurred_at="2024-06-02 13:00:00")["local_date"] == date(2024, 6, 2)


# ---- fixed -----------------------------------------------------------------------------------

FIXED: list[tuple[str, dict[str, str | None], dict[str, Any]]] = [
    ("missing customer id", {"customer_id": None}, {"customer_id": None}),
    ("missing customer id", {"customer_id": "NaN"}, {"customer_id": None}),
    ("missing order id", {"order_id": ""}, {"order_id": "7@2024-03-01T10:00:00Z"}),
    ("id written as float", {"customer_id": "13085.0"}, {"customer_id": "13085"}),
    ("id written as float", {"order_id": "489434.0"}, {"order_id": "489434"}),
    ("padded text", {"product": " Enamel Mug  "}, {"product": "Enamel Mug"}),
    ("padded text", {"quantity": " 2"}, {"quantity": 2.0}),
    ("lower-case product code", {"product_id": "85123a"}, {"product_id": "85123A"}),
    ("country alias", {"country": "EIRE"}, {"country": "Ireland"}),
    ("country alias", {"country": "rsa"}, {"country": "South Africa"}),
    ("country alias", {"country": "UK"}, {"country": "United Kingdom"}),
    (
        "positive quantity on a cancelled order",
        {"order_id": "C100"},
        {"quantity": -2.0, "total_minor": -700, "line_kind": "return"},
    ),
    ("id written as float", {"customer_id": "1.3085e4"}, {"customer_id": "13085"}),
    ("country alias", {"country": "Deutschland"}, {"country": "Germany"}),
    ("number written with signs", {"unit_price": "£1,003.50"}, {"total_minor": 200_700}),
    ("unreadable value left out", {"discount": "some"}, {"discount": None, "total_minor": 700}),
    (
        "number rounded to 6 decimals",
        {"unit_price": "3.5000004"},
        {"unit_price": Decimal("3.500000")},
    ),
]


@pytest.mark.parametrize(("reason", "changes", "expected"), FIXED)
def test_a_mended_row_is_taken_and_counted_under_its_reason(
    reason: str, changes: dict[str, str | None], expected: dict[str, Any]
) -> None:
    cleaned = cleaned_from(changes)
    row = cleaned.rows.to_pylist()[0]
    assert {name: row[name] for name in expected} == expected
    assert cleaned.ledger.fixed_reasons == {reason: 1}
    assert (cleaned.ledger.kept, cleaned.ledger.fixed) == (0, 1)


def test_a_row_mended_twice_is_one_fixed_row() -> None:
    ledger = cleaned_from({"country": "EIRE", "product": "Mug "}, {}).ledger
    assert ledger.fixed_reasons == {"padded text": 1, "country alias": 1}
    assert (ledger.kept, ledger.fixed) == (1, 1)


def test_lower_case_codes_are_kept_where_they_are_the_custom() -> None:
    codes = ["blue-mug", "red-mug", "Cup"]
    cleaned = cleaned_from(*({"product_id": code} for code in codes))
    assert cleaned.rows["product_id"].to_pylist() == codes
    codes = ["BLUE-MUG", "RED-MUG", "cup"]
    cleaned = cleaned_from(*({"product_id": code} for code in codes))
    assert cleaned.rows["product_id"].to_pylist() == ["BLUE-MUG", "RED-MUG", "CUP"]


# ---- kinds of lines --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    ["POST", "DOT", "M", "m", "C2", "D", "S", "BANK CHARGES", "AMAZONFEE", "CRUK", "B", "ADJUST",
     "gift_0001_20"],
)  # fmt: skip
def test_a_line_that_is_no_product_is_a_fee_and_kept_as_it_is(code: str) -> None:
    cleaned = cleaned_from({"product_id": code})
    assert cleaned.rows["line_kind"].to_pylist() == ["fee"]
    assert cleaned.rows["product_id"].to_pylist() == [code]
    assert cleaned.ledger.kept == 1


def test_a_negative_quantity_is_a_return() -> None:
    assert only_row(quantity="-2")["line_kind"] == "return"
    assert only_row(quantity="-2", order_id="C100")["total_minor"] == -700
    assert only_row(quantity="-1", product_id="D")["line_kind"] == "fee"
    assert only_row(order_id="CX9")["line_kind"] == "sale"


def test_lines_are_numbered_within_their_order_unless_the_file_numbers_them() -> None:
    rows: list[dict[str, str | None]] = [
        {"order_id": "1", "product_id": "a"},
        {"order_id": "2", "product_id": "a"},
        {"order_id": "1", "product_id": "b"},
        {"order_id": "1", "product_id": "c", "customer_id": None},
    ]
    assert cleaned_from(*rows, guests="keep").rows["line"].to_pylist() == [1, 1, 2, 1]
    assert cleaned_from(*rows).rows["line"].to_pylist() == [1, 1, 2, 3]
    numbered = cleaned_from(*({**row, "line": "5"} for row in rows))
    assert numbered.rows["line"].to_pylist() == [5, 5, 5, 5]


def test_without_order_ids_there_is_one_order_per_customer_and_moment() -> None:
    rows = source_of({"product": "a"}, {"product": "b"}, {"customer_id": "8"})
    table = rows.table.drop("order_id")
    mapping = {name: name for name in table.columns}
    source = Source("orders.csv", table, rows.lines, mapping, (), {}, "")
    cleaned = clean(source, LONDON, "load-1", NOW)
    assert cleaned.rows["order_id"].to_pylist() == [
        "7@2024-03-01T10:00:00Z", "7@2024-03-01T10:00:00Z", "8@2024-03-01T10:00:00Z",
    ]  # fmt: skip
    assert cleaned.ledger.kept == 3


# ---- event ids and duplicates ----------------------------------------------------------------


def test_an_event_id_is_the_md5_of_the_source_values_in_the_order_of_our_names() -> None:
    values = [GOOD[name] for name in sorted(GOOD)]
    expected = hashlib.md5("\x1f".join(values).encode(), usedforsecurity=False).hexdigest()
    assert only_row()["event_id"] == expected
    assert expected == "dbc14b922fabd12742684949f4f25402"


def test_mending_does_not_change_the_event_id_but_another_value_does() -> None:
    ids = {only_row(product=name)["event_id"] for name in ("Mug", "Mug ", "mug")}
    assert len(ids) == 3


def test_equal_values_have_equal_ids_in_csv_and_parquet_and_any_column_order(
    tmp_path: Path,
) -> None:
    frame = pl.DataFrame([GOOD]).with_columns(
        pl.col("occurred_at").str.to_datetime(), pl.col("customer_id").cast(pl.Int64)
    )
    renamed = {"order_id": "Invoice", "unit_price": "Price"}
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_csv(tmp_path / "b.csv")  # the moment with a T and an empty fraction
    frame.select(reversed(frame.columns)).rename(renamed).write_csv(
        tmp_path / "c.csv", datetime_format="%Y-%m-%d %H:%M:%S"
    )
    ids = [
        clean(read_source(tmp_path / name), LONDON, "load-1", NOW).rows["event_id"].to_pylist()
        for name in ("a.parquet", "b.csv", "c.csv")
    ]
    assert ids == [[only_row()["event_id"]]] * 3


def test_one_copy_of_an_exact_duplicate_is_taken() -> None:
    cleaned = cleaned_from({}, {"quantity": "3"}, {}, {})
    assert cleaned.ledger.dropped_reasons == {"exact duplicate": 2}
    assert cleaned.dropped["line"].to_pylist() == [4, 5]


def test_copies_are_kept_when_asked_under_ids_of_their_own() -> None:
    two = cleaned_from({}, {}, duplicates="keep")
    three = cleaned_from({}, {}, {}, duplicates="keep")
    ids = three.rows["event_id"].to_pylist()
    assert two.rows["event_id"].to_pylist() == ids[:2] and len(set(ids)) == 3
    assert ids[0] == only_row()["event_id"]
    again = drop_known(three, two.rows["event_id"])
    assert again.rows["event_id"].to_pylist() == ids[2:]


@pytest.mark.parametrize("duplicates", ["drop", "keep"])
def test_a_given_event_id_is_used_and_its_repetition_is_the_same_event(duplicates: str) -> None:
    given_id = "0123456789abcdef0123456789ABCDEF"
    cleaned = cleaned_from(
        {"event_id": given_id, "unit_price": "0"},
        {"event_id": given_id},
        {"event_id": given_id, "quantity": "3"},
        {"event_id": "not an id"},
        duplicates=duplicates,
    )
    ids = cleaned.rows["event_id"].to_pylist()
    assert ids[0] == given_id.lower() and len(ids[1]) == 32 and len(ids) == 2
    assert cleaned.ledger.dropped_reasons == {"zero price": 1, "exact duplicate": 1}


def test_known_rows_move_to_the_dropped_and_the_ledger_still_balances() -> None:
    cleaned = cleaned_from({}, {"country": "EIRE", "customer_id": "8"}, {"unit_price": "0"})
    known = cleaned.rows["event_id"].slice(1)
    again = drop_known(cleaned, known)
    assert again.rows.num_rows == 1
    assert again.dropped.select(["line", "reason"]).to_pylist() == [
        {"line": 3, "reason": "already in the dataset"},
        {"line": 4, "reason": "zero price"},
    ]
    ledger = again.ledger
    assert (ledger.rows_in, ledger.kept, ledger.fixed, ledger.dropped) == (3, 1, 0, 2)
    assert ledger.fixed_reasons == {} and ledger.impact["customers_saved"].value == 0
    assert drop_known(again, known.combine_chunks()).ledger == ledger
    nothing_left = drop_known(cleaned, cleaned.rows["event_id"])
    assert nothing_left.rows.num_rows == 0 and nothing_left.ledger.dropped == 3


def test_a_dataset_without_rows_knows_none() -> None:
    cleaned = cleaned_from({})
    assert drop_known(cleaned, pa.array([], pa.string())) is cleaned


# ---- money -----------------------------------------------------------------------------------

quantities = st.decimals("-99999.999", "99999.999", places=3).filter(bool)
prices = st.decimals("0.000001", "99999.999999", places=6)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(quantities, prices), min_size=1, max_size=30),
    st.sampled_from(["GBP", "JPY", "KWD", "XXX"]),
)
def test_totals_are_exact_and_half_even(
    pairs: list[tuple[Decimal, Decimal]], currency: str
) -> None:
    rows: list[dict[str, str | None]] = [
        {"quantity": f"{quantity:f}", "unit_price": f"{price:f}", "product": str(n)}
        for n, (quantity, price) in enumerate(pairs)
    ]
    cleaned = cleaned_from(*rows, shop=Shop("UTC", currency))
    expected = [Money.of(quantity * price, currency).minor for quantity, price in pairs]
    assert cleaned.rows["total_minor"].to_pylist() == expected
    assert cleaned.rows["unit_price"].to_pylist() == [price for _, price in pairs]


@pytest.mark.parametrize(
    ("quantity", "price", "minor"),
    [("1", "0.125", 12), ("1", "0.135", 14), ("-1", "0.125", -12), ("-1", "0.135", -14),
     ("3", "0.335", 100), ("0.5", "0.01", 0), ("80995", "2.08", 16_846_960)],
)  # fmt: skip
def test_halves_go_to_the_even_side(quantity: str, price: str, minor: int) -> None:
    exact = (Decimal(quantity) * Decimal(price)).scaleb(2)
    assert int(exact.quantize(Decimal(1), ROUND_HALF_EVEN)) == minor
    assert only_row(quantity=quantity, unit_price=price)["total_minor"] == minor


# ---- moments ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-05T10:30:00Z", "2024-01-05 10:30:00"),
        ("2024-01-05T10:30:00.250+02:00", "2024-01-05 08:30:00.250000"),
        ("2024-01-05 10:30:00-0530", "2024-01-05 16:00:00"),
        ("2024/1/5 9:05", "2024-01-05 09:05:00"),
        ("2024-01-05", "2024-01-05 00:00:00"),
        ("25/12/2023 8:26", "2023-12-25 08:26:00"),
        ("25.12.23", "2023-12-25 00:00:00"),
        ("12/25/2023 12:05 AM", "2023-12-25 00:05:00"),
        ("12/25/2023 8:26:09 pm", "2023-12-25 20:26:09"),
        ("25/12/2023 8:26 p.m.", "2023-12-25 20:26:00"),
        ("2024-01-05 10:30 +02", "2024-01-05 08:30:00"),
        ("2024-01-05 10:30 UTC", "2024-01-05 10:30:00"),
        ("5 Jan 2024 10:30", "2024-01-05 10:30:00"),
        ("January 5th, 2024 at 3:04 PM", "2024-01-05 15:04:00"),
        ("5 de enero de 2024", "2024-01-05 00:00:00"),
        ("5. März 2024", "2024-03-05 00:00:00"),
        ("1er août 2023", "2023-07-31 23:00:00"),  # summer time in London
        ("5 lutego 2024", "2024-02-05 00:00:00"),
        ("05-JAN-24", "2024-01-05 00:00:00"),
        ("Fri, 05 Jan 2024 10:00:00 +0100", "2024-01-05 09:00:00"),
        ("1704450600", "2024-01-05 10:30:00"),
        ("1704450600250", "2024-01-05 10:30:00.250000"),
        ("1704450600000250", "2024-01-05 10:30:00.000250"),
        ("45296.4375", "2024-01-05 10:30:00"),
        ("45413", "2024-04-30 23:00:00"),  # midnight on the shop's clock, in summer
        ("20240105", "2024-01-05 00:00:00"),
        ("20240105103000", "2024-01-05 10:30:00"),
    ],
)
def test_forms_of_a_moment(text: str, expected: str) -> None:
    assert only_row(occurred_at=text)["occurred_at"] == datetime.fromisoformat(expected + "Z")


def test_one_telling_date_decides_for_the_whole_file() -> None:
    cleaned = cleaned_from({"occurred_at": "3/4/2024"}, {"occurred_at": "25/4/2024"})
    assert cleaned.rows["local_date"].to_pylist() == [date(2024, 4, 3), date(2024, 4, 25)]
    assert "'25/4/2024' shows it" in cleaned.ledger.assumed["dates"]


def test_dates_that_can_be_read_in_two_ways_are_asked_about() -> None:
    rows = ({"occurred_at": "1/1/2024"}, {"occurred_at": "3/4/2024"})
    with pytest.raises(BadInput, match="line 3, column 'occurred_at': '3/4/2024' can be") as caught:
        cleaned_from(*rows)
    assert "--dates dmy" in caught.value.hint
    assert isinstance(caught.value, NeedsChoice)
    assert (caught.value.choice, caught.value.options) == ("dates", ("dmy", "mdy"))
    assert cleaned_from(*rows, dates="mdy").rows["local_date"].to_pylist()[1] == date(2024, 3, 4)
    assert cleaned_from(*rows, dates="dmy").rows["local_date"].to_pylist()[1] == date(2024, 4, 3)


def test_dates_in_both_orders_are_asked_about_and_those_that_do_not_fit_are_dropped() -> None:
    rows = ({"occurred_at": "25/4/2024"}, {"occurred_at": "4/25/2024"})
    with pytest.raises(BadInput, match="'25/4/2024' has the day first, '4/25/2024' has the month"):
        cleaned_from(*rows)
    assert cleaned_from(*rows, dates="dmy").ledger.dropped_reasons == {"unparsable date": 1}


def test_the_shops_calendar_before_and_after_the_clocks_change() -> None:
    rows = ({"occurred_at": "2024-03-30 23:30Z"}, {"occurred_at": "2024-03-31 23:30Z"})
    taken = cleaned_from(*rows).rows
    assert taken["local_date"].to_pylist() == [date(2024, 3, 30), date(2024, 4, 1)]
    assert taken["local_hour"].to_pylist() == [23, 0]
    assert taken["weekday"].to_pylist() == [6, 1]


def test_a_skipped_hour_and_a_repeated_hour_follow_the_stated_rule() -> None:
    skipped = only_row(occurred_at="2024-03-31 01:30:00")
    assert skipped["occurred_at"] == datetime(2024, 3, 31, 1, 30, tzinfo=UTC)
    assert skipped["local_hour"] == 2
    repeated = only_row(occurred_at="2023-10-29 01:30:00")
    assert repeated["occurred_at"] == datetime(2023, 10, 29, 0, 30, tzinfo=UTC)


naive = datetime.fromisoformat
moments_on_the_wall = st.datetimes(naive("1990-01-01"), naive("2024-05-01"))


@settings(max_examples=60, deadline=None)
@example([naive("2023-10-01 02:15"), naive("2023-04-02 01:45")], "Australia/Lord_Howe")
@given(
    st.lists(moments_on_the_wall, min_size=1, max_size=20),
    st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
)
def test_wall_clock_times_agree_with_the_standard_library(
    moments: list[datetime], zone: str
) -> None:
    rows: list[dict[str, str | None]] = [
        {"occurred_at": moment.isoformat(" ", "microseconds"), "product": str(n)}
        for n, moment in enumerate(moments)
    ]
    taken = cleaned_from(*rows, shop=Shop(zone, "GBP")).rows
    expected = [moment.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC) for moment in moments]
    assert taken["occurred_at"].to_pylist() == expected


def test_an_unknown_zone_is_refused_with_an_example() -> None:
    with pytest.raises(BadInput, match="'Mars/Olympus' is no time zone"):
        cleaned_from({}, shop=Shop("Mars/Olympus", "GBP"))


def test_a_moment_without_a_zone_cannot_be_now() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        clean(source_of({}), LONDON, "load-1", NOW.replace(tzinfo=None))


# ---- the ledger ------------------------------------------------------------------------------


def ledger_with(**changes: Any) -> Ledger:
    plain: dict[str, Any] = {
        "rows_in": 3, "kept": 1, "fixed": 1, "dropped": 1,
        "fixed_reasons": {"padded text": 1, "country alias": 1},
        "dropped_reasons": {"zero price": 1}, "assumed": {}, "impact": {},
    }  # fmt: skip
    return Ledger(**{**plain, **changes})


def test_a_ledger_that_does_not_balance_cannot_be_made() -> None:
    assert ledger_with().rows_in == 3
    faults: list[dict[str, Any]] = [
        {"rows_in": 4},
        {"dropped_reasons": {"zero price": 2}},
        {"fixed_reasons": {"padded text": 2}},
        {"fixed_reasons": {}},
    ]
    for broken in faults:
        with pytest.raises(Defect):
            ledger_with(**broken)


def test_impact_says_what_mending_saved_with_its_counts() -> None:
    impact = cleaned_from(
        {},
        {"country": "EIRE", "quantity": "5"},  # of a customer who has a clean row too
        {"country": "EIRE", "customer_id": "8"},
        {"customer_id": None},
        {"unit_price": "0"},
    ).ledger.impact
    assert impact["rows_saved"].value == 3
    assert impact["customers_saved"] == Impact(
        1,
        "customers with any row taken less customers with a row taken unchanged",
        {"customers": 2, "customers_unchanged": 1},
    )
    assert impact["consistent_before"].value == 1 / 5
    assert impact["consistent_after"].value == 3 / 4
    assert impact["consistent_after"].counts == {"passing": 3, "taken": 4, "guests": 1}


MESSY = st.fixed_dictionaries({
    "order_id": st.sampled_from(["1", "C1", "2.0", None]),
    "customer_id": st.sampled_from(["7", " 8", "7.0", "nan", None]),
    "occurred_at": st.sampled_from(["2024-03-01", "2030-01-01", "x", None]),
    "product_id": st.sampled_from(["1a", "POST", "TEST1", "ABC", None]),
    "country": st.sampled_from(["EIRE", "France", None]),
    "quantity": st.sampled_from(["1", "-1", "0", "x", None]),
    "unit_price": st.sampled_from(["1.5", "0", "-1", "x", None]),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(MESSY, min_size=1, max_size=25), st.sampled_from(["drop", "keep"]))
def test_every_row_has_one_fate(rows: list[dict[str, str | None]], duplicates: str) -> None:
    cleaned = cleaned_from(*rows, duplicates=duplicates)
    ledger = cleaned.ledger
    assert ledger.rows_in == len(rows)
    assert cleaned.rows.num_rows == ledger.kept + ledger.fixed
    assert cleaned.dropped.num_rows == ledger.dropped
    assert len(set(cleaned.rows["event_id"].to_pylist())) == cleaned.rows.num_rows
    assert cleaned.dropped["line"].to_pylist() == sorted(cleaned.dropped["line"].to_pylist())
    again = drop_known(cleaned, cleaned.rows["event_id"])
    assert again.ledger.dropped == len(rows)
    assert all(
        moment <= NOW + timedelta(days=1) for moment in cleaned.rows["occurred_at"].to_pylist()
    )
