"""Totals, discounts, currencies and guests: tables that a person can work out."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from engine.cleaning import Cleaned, CleaningRules, before_after, clean
from engine.concepts import Shop
from engine.errors import BadInput, NeedsChoice
from engine.reading import Source

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
LONDON = Shop("Europe/London", "GBP")
BASE = {"customer_id": "7", "occurred_at": "2024-01-01 10:00", "product_id": "20001K"}


def cleaned_from(*rows: Mapping[str, str | None], shop: Shop = LONDON, **rules: Any) -> Cleaned:
    full = [{**BASE, "product": str(n), **row} for n, row in enumerate(rows)]
    names = list(dict.fromkeys(name for row in full for name in row))
    table = pl.DataFrame(full, schema=dict.fromkeys(names, pl.String))
    lines = pl.int_range(2, len(full) + 2, dtype=pl.Int64, eager=True)
    source = Source("orders.csv", table, lines, {name: name for name in names}, (), {}, "")
    return clean(source, shop, "load-1", NOW, CleaningRules(**rules))


def money_of(cleaned: Cleaned) -> list[tuple[float, Decimal, int]]:
    names = ("quantity", "unit_price", "total_minor")
    return [tuple(row[name] for name in names) for row in cleaned.rows.to_pylist()]


# ---- totals and discounts --------------------------------------------------------------------


def test_a_total_is_the_rows_own_and_the_price_of_one_is_worked_out() -> None:
    cleaned = cleaned_from(
        {"total": "10.00", "quantity": "3"},
        {"total": "-10.00", "quantity": "4"},
        {"total": "7.5", "quantity": "-2"},
        {"total": "5", "quantity": "0"},
        {"total": None, "quantity": "1"},
    )
    assert money_of(cleaned) == [(3.0, Decimal("3.333333"), 1000), (-4.0, Decimal("2.5"), -1000)]
    assert cleaned.ledger.dropped_reasons == {
        "missing price": 1, "zero quantity": 1, "negative price": 1,
    }  # fmt: skip


def test_without_a_quantity_there_is_one_of_each() -> None:
    cleaned = cleaned_from({"total": "12.34"}, {"total": "-5"})
    assert money_of(cleaned) == [(1.0, Decimal("12.34"), 1234), (-1.0, Decimal(5), -500)]
    assert cleaned.rows["line_kind"].to_pylist() == ["sale", "return"]
    assert cleaned.ledger.assumed["quantity"].startswith("one of each")


def test_a_discount_comes_off_the_price_of_one() -> None:
    rows = [{"unit_price": "10", "quantity": "3", "discount": text}
            for text in ("2.50", "25%", None, "11")]  # fmt: skip
    cleaned = cleaned_from(*rows)
    assert cleaned.rows["total_minor"].to_pylist() == [2250, 2250, 3000]
    assert cleaned.rows["discount"].to_pylist() == [Decimal("2.5"), Decimal("2.5"), None]
    assert cleaned.ledger.dropped_reasons == {"negative price": 1}
    included = cleaned_from(*rows[:1], discounts="included").rows.to_pylist()[0]
    assert (included["unit_price"], included["total_minor"]) == (Decimal("12.5"), 3000)


# ---- currencies --------------------------------------------------------------------------------


def test_one_currency_is_the_shops_and_another_one_is_refused() -> None:
    rows = [{"unit_price": "£2", "quantity": "1"}, {"unit_price": "3 GBP", "quantity": "1"}]
    assert cleaned_from(*rows).ledger.assumed["currency"] == (
        "all amounts are GBP, as the source says"
    )
    assert cleaned_from(*rows, shop=Shop("UTC")).shop.currency == "GBP"
    with pytest.raises(BadInput, match="than the dataset's EUR: 2 rows of GBP"):
        cleaned_from(*rows, shop=Shop("UTC", "EUR"))


def test_mixed_currencies_are_refused_with_counts_or_converted_exactly() -> None:
    rows: list[dict[str, str | None]] = [
        {"unit_price": "10", "quantity": "1", "currency": "GBP"},
        {"unit_price": "10.01", "quantity": "3", "currency": "eur"},
        {"unit_price": "5", "quantity": "1", "currency": None},
    ]
    with pytest.raises(BadInput, match="mixes currencies: 1 row of EUR, 1 row of GBP"):
        cleaned_from(*rows)
    with pytest.raises(BadInput, match="1 row of EUR, and no rate for it"):
        cleaned_from(*rows, rates={"USD": Decimal("0.8")})
    cleaned = cleaned_from(*rows, rates={"EUR": Decimal("0.85")})
    # 10.01 x 0.85 = 8.5085; three of them 25.5255
    assert cleaned.rows["total_minor"].to_pylist() == [1000, 2553, 500]
    assert cleaned.rows["unit_price"][1].as_py() == Decimal("8.5085")
    assert cleaned.ledger.fixed_reasons == {"currency converted": 1}
    assert cleaned.ledger.rules["rates"] == "EUR 0.85"


def test_the_doubtful_decimal_is_asked_with_its_place() -> None:
    with pytest.raises(NeedsChoice, match="orders.csv, line 3, column 'unit_price'") as caught:
        cleaned_from(
            {"unit_price": "12", "quantity": "1"}, {"unit_price": "1.234", "quantity": "1"}
        )
    assert caught.value.choice == "decimal"


# ---- policies ----------------------------------------------------------------------------------

ORDERS: list[dict[str, str | None]] = [
    {"order_id": "1", "customer_id": "7"},
    {"order_id": "1", "customer_id": None},
    {"order_id": "2", "customer_id": "7"},
    {"order_id": "2", "customer_id": "8"},
    {"order_id": "2", "customer_id": "NULL"},
    {"order_id": "3", "customer_id": "n/a"},
    {"order_id": "4", "customer_id": "0"},
]


@pytest.mark.parametrize(
    ("guests", "expected"),
    [
        ("impute", ["7", "7", "7", "8", None, None, "0"]),
        ("keep", ["7", None, "7", "8", None, None, "0"]),
        ("drop", ["7", "7", "8", "0"]),
    ],
)
def test_a_guest_takes_the_one_customer_that_the_order_names(
    guests: str, expected: list[str | None]
) -> None:
    rows = [{**row, "quantity": "1", "unit_price": "2"} for row in ORDERS]
    cleaned = cleaned_from(*rows, guests=guests)
    assert cleaned.rows["customer_id"].to_pylist() == expected
    counts = {
        "impute": ({"missing customer id": 2, "customer found by the order": 1}, {}),
        "keep": ({"missing customer id": 3}, {}),
        "drop": ({}, {"no customer id": 3}),
    }
    assert (cleaned.ledger.fixed_reasons, cleaned.ledger.dropped_reasons) == counts[guests]


def test_policies_waive_their_reason_and_the_ledger_says_which_were_in_force() -> None:
    rows: list[dict[str, str | None]] = [
        {"unit_price": "0", "quantity": "1"},
        {"unit_price": "1", "quantity": "1", "product_id": "TEST1"},
        {"unit_price": "1", "quantity": "1", "occurred_at": "2030-01-01"},
    ]
    assert cleaned_from(*rows).ledger.dropped == 3
    kept = cleaned_from(*rows, zero_price="keep", test_rows="keep", future="keep").ledger
    assert kept.kept == 3
    assert kept.rules["zero_price"] == "keep" and kept.rules["duplicates"] == "drop"


def test_what_is_kept_as_it_is_is_counted() -> None:
    sold = {"customer_id": "9", "product_id": "A", "quantity": "2", "unit_price": "1"}
    noted = cleaned_from(
        {**sold, "product": "BLUE MUG"},
        {**sold, "product": "MUG BLUE", "quantity": "-2", "occurred_at": "2024-01-02"},
        {**sold, "product": "RED MUG", "product_id": "BB", "quantity": "-1"},
        {**sold, "product": "wet boxes", "product_id": "C"},
        {**sold, "product": "?", "product_id": "POST", "country": "Unspecified"},
    ).ledger.noted
    assert noted == {
        "non-product code kept as fee": 1, "staff note as description": 1,
        "description without a letter": 1, "country that is none": 1,
        "product code with several descriptions": 1, "cancelled sale matched": 1,
        "return unmatched": 1,
    }  # fmt: skip


def test_a_formula_in_a_cell_is_data() -> None:
    row = {"product": "=HYPERLINK(1)", "quantity": "=1+1", "unit_price": "2"}
    assert cleaned_from(row).ledger.dropped_reasons == {"unparsable quantity": 1}
    assert cleaned_from({**row, "quantity": "1"}).rows["product"][0].as_py() == "=HYPERLINK(1)"


def test_the_first_rows_before_and_after() -> None:
    cleaned = cleaned_from(
        {"unit_price": "0", "quantity": "1"}, {"unit_price": "£2", "quantity": "1 "}
    )
    first, second = before_after(cleaned)
    assert (first["line"], first["after"], first["reasons"]) == (2, None, ["zero price"])
    assert second["before"]["unit_price"] == "£2"
    assert second["after"]["total_minor"] == 200
    assert second["reasons"] == ["padded text", "number written with signs"]
    assert len(before_after(cleaned, 1)) == 1
