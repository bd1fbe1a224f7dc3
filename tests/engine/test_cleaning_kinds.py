"""Customers, events and texts: each kind on a table of a few rows."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cleaning import Cleaned, CleaningRules, clean, drop_known
from engine.concepts import Shop
from engine.reading import Source
from engine.records import COLUMNS, WORKED_IN, RecordKind, record_schema

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
LONDON = Shop("Europe/London", "GBP")


def cleaned_from(kind: RecordKind, *rows: Mapping[str, str | None], **rules: Any) -> Cleaned:
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = pl.DataFrame(list(rows), schema=dict.fromkeys(names, pl.String))
    ours = {name for name, _, is_given, _ in COLUMNS[kind] if is_given}
    ours |= {name for name, _ in WORKED_IN[kind]}
    lines = pl.int_range(2, len(rows) + 2, dtype=pl.Int64, eager=True)
    mapping = {name: name for name in names if name in ours}
    source = Source("file.csv", table, lines, mapping, (), {}, "", kind=kind)
    return clean(source, LONDON, "load-1", NOW, CleaningRules(**rules))


def column(cleaned: Cleaned, kind: RecordKind, name: str) -> list[Any]:
    found: list[Any] = cleaned.tables[kind][name].to_pylist()
    return found


# ---- customers -----------------------------------------------------------------------------------


def test_customers_are_typed_and_all_else_becomes_attributes() -> None:
    cleaned = cleaned_from(
        "customers",
        {"customer_id": "1.0", "gender": "F", "age": "34", "birth_date": "12 May 1990",
         "signup_date": "2024-03-31", "consent": "ja", "income": "£30,000.50",
         "country": "Deutschland", "Zip": "01234", "Score": "39", "Name it": 'a "b"'},
        {"customer_id": "2", "gender": "Herr", "age": "200", "birth_date": "2050-01-01",
         "consent": "nein", "Score": "4.50"},
        {"customer_id": None, "gender": "F"},
    )  # fmt: skip
    table = cleaned.tables["customers"]
    assert table.schema == record_schema("customers")
    first, second = table.to_pylist()
    assert (first["customer_id"], first["gender"], first["age"]) == ("1", "female", 34.0)
    assert (first["birth_date"], first["signup_date"]) == (date(1990, 5, 12), date(2024, 3, 31))
    assert (first["income"], first["country"], first["opted_out"]) == (30000.5, "Germany", False)
    assert json.loads(first["attributes"]) == {"Name it": 'a "b"', "Score": 39, "Zip": "01234"}
    assert list(json.loads(first["attributes"])) == ["Name it", "Score", "Zip"]
    assert (second["age"], second["birth_date"], second["opted_out"]) == (None, None, True)
    assert second["attributes"] == '{"Score": 4.50}'
    assert cleaned.ledger.dropped_reasons == {"no customer id": 1}
    assert cleaned.ledger.fixed_reasons["unreadable value left out"] == 1


def test_every_row_of_a_customer_is_kept() -> None:
    rows = [{"customer_id": "1", "city": city, "occurred_at": at}
            for city, at in (("Rome", "2024-01-01"), ("Oslo", None), ("Bonn", "soon"))]  # fmt: skip
    cleaned = cleaned_from("customers", *rows)
    assert column(cleaned, "customers", "city") == ["Rome", "Oslo", "Bonn"]
    assert column(cleaned, "customers", "occurred_at")[1:] == [None, None]
    assert cleaned.ledger.noted == {"customer with several rows": 1}
    assert cleaned.ledger.fixed_reasons == {"unreadable value left out": 1}


def test_consent_that_cannot_be_read_was_not_given() -> None:
    rows = [{"customer_id": str(n), "consent": word} for n, word in enumerate(["hm", "no", "yes"])]
    assert column(cleaned_from("customers", *rows), "customers", "opted_out") == [True, True, False]


# ---- events --------------------------------------------------------------------------------------


def event(action: str, **changes: str | None) -> dict[str, str | None]:
    return {"customer_id": "7", "occurred_at": "2024-01-01 10:00:00 UTC", "action": action,
            "product_id": "P1", "unit_price": "2.50", "session_id": "s1", **changes}  # fmt: skip


def test_actions_of_many_spellings_are_one_word() -> None:
    words = ["addtocart", "Add to Cart", "product_view", "detail", "abandoned_cart", "Wink Twice"]
    rows = [event(word, product=str(n)) for n, word in enumerate([*words, ""])]
    cleaned = cleaned_from("events", *rows)
    assert column(cleaned, "events", "action") == [
        "cart", "cart", "view", "view", "abandoned_cart", "wink_twice",
    ]  # fmt: skip
    assert cleaned.ledger.dropped_reasons == {"missing action": 1}
    assert cleaned.tables["events"].schema == record_schema("events")


def test_what_an_events_file_sells_are_transactions_and_each_row_is_in_one_table() -> None:
    cleaned = cleaned_from(
        "events",
        event("view"), event("purchase"), event("order", session_id=None), event("cart"),
        event("purchase", unit_price="0"), event("view"),
    )  # fmt: skip
    sales = cleaned.tables["transactions"].to_pylist()
    assert [(row["order_id"], row["quantity"], row["total_minor"]) for row in sales] == [
        ("s1", 1.0, 250), ("7@2024-01-01T10:00:00Z", 1.0, 250),
    ]  # fmt: skip
    assert column(cleaned, "events", "action") == ["view", "cart"]
    assert column(cleaned, "events", "unit_price") == [Decimal("2.5")] * 2
    ledger = cleaned.ledger
    assert ledger.dropped_reasons == {"zero price": 1, "exact duplicate": 1}
    assert (ledger.rows_in, ledger.kept + ledger.fixed) == (6, 4)
    again = drop_known(cleaned, cleaned.tables["events"]["event_id"], "events")
    assert again.tables["events"].num_rows == 0 and again.tables["transactions"].num_rows == 2
    assert again.ledger.dropped == 4 and again.marks["row"].to_list() == [1, 2]


# ---- texts ---------------------------------------------------------------------------------------


def test_a_text_is_kept_to_the_letter() -> None:
    words = "  Ignore all rules;\n =1+1 \t"
    cleaned = cleaned_from(
        "texts",
        {"customer_id": "7", "text": words, "rating": "4/5", "occurred_at": None},
        {"customer_id": None, "text": "fine", "rating": "4,5", "occurred_at": "2024-01-01"},
        {"customer_id": "8", "text": "  ", "rating": "1", "occurred_at": None},
        {"customer_id": "9", "text": "hm", "rating": "many", "occurred_at": "once"},
    )
    assert column(cleaned, "texts", "text") == [words, "fine", "hm"]
    assert column(cleaned, "texts", "rating") == [4.0, 4.5, None]
    assert column(cleaned, "texts", "local_date") == [None, date(2024, 1, 1), None]
    assert cleaned.ledger.dropped_reasons == {"missing text": 1}
    assert cleaned.ledger.fixed_reasons == {"unreadable value left out": 1}
    assert cleaned.ledger.assumed["rating"].startswith("stars from 1 to 4.5")


# ---- every kind ----------------------------------------------------------------------------------

MESSY = st.fixed_dictionaries({
    "customer_id": st.sampled_from(["7", " 8", "7.0", "nan", None]),
    "occurred_at": st.sampled_from(["2024-03-01", "1704450600", "2030-01-01", "x", None]),
    "action": st.sampled_from(["view", "purchase", "BUY", "zz", None]),
    "text": st.sampled_from(["good", " ", None]),
    "rating": st.sampled_from(["5", "x", None]),
    "age": st.sampled_from(["5", "x", None]),
    "unit_price": st.sampled_from(["1.5", "£2", "0", "x", None]),
})  # fmt: skip
KINDS: list[RecordKind] = ["customers", "events", "texts"]


@settings(max_examples=40, deadline=None)
@given(st.lists(MESSY, min_size=1, max_size=15), st.sampled_from(KINDS))
def test_every_row_has_one_fate_in_every_kind(
    rows: list[dict[str, str | None]], kind: RecordKind
) -> None:
    cleaned = cleaned_from(kind, *rows)
    taken = sum(table.num_rows for table in cleaned.tables.values())
    assert taken + cleaned.dropped.num_rows == len(rows) == cleaned.ledger.rows_in
    for name, table in cleaned.tables.items():
        assert table.schema == record_schema(name)
        again = drop_known(cleaned, table["event_id"], name)
        assert again.ledger.dropped == cleaned.ledger.dropped + table.num_rows


def test_a_sale_among_events_without_any_price_is_dropped_for_it() -> None:
    row = {"customer_id": "1", "occurred_at": "2024-03-01", "action": "purchase"}
    cleaned = cleaned_from("events", row, {**row, "action": "view"})
    assert cleaned.ledger.dropped_reasons == {"missing price": 1}
    assert len(cleaned.tables["events"]) == 1
