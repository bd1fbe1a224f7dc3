import json
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cleaning import clean
from engine.concepts import Shop
from engine.events import decode_events
from engine.reading import Source
from engine.records import record_schema

SHOP = Shop("Europe/London", "GBP")
NOW = datetime(2025, 6, 1, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "event_id": "0f" * 16,
    "order_id": "100",
    "line": 2,
    "customer_id": "anna",
    "occurred_at": "2025-03-30T00:30:00Z",
    "product_id": "P1",
    "quantity": 3,
    "unit_price": "1.005",
    "currency": "GBP",
}


def message(**changes: Any) -> bytes:
    return json.dumps(GOOD | changes).encode()


def without(key: str) -> bytes:
    return json.dumps({k: v for k, v in GOOD.items() if k != key}).encode()


def test_an_event_becomes_a_record_of_the_shops_day_and_money() -> None:
    decoded = decode_events([message()], SHOP, "stream", NOW)
    assert decoded.dead == ()
    assert decoded.rows.schema == record_schema()
    [row] = decoded.rows.to_pylist()
    # 3 x 1.005 = 3.015, half to even at the penny.
    assert (row["total_minor"], row["line_kind"], row["line"]) == (302, "sale", 2)
    assert (row["local_date"], row["local_hour"], row["weekday"]) == (date(2025, 3, 30), 0, 7)
    assert (row["event_id"], row["load_id"]) == ("0f" * 16, "stream")


def test_a_time_without_a_zone_is_the_shops() -> None:
    values = [message(occurred_at=t) for t in ("2025-05-01 10:00", "2025-05-01T11:00:00.5+02:00")]
    found = decode_events(values, SHOP, "stream", NOW).rows["occurred_at"].to_pylist()
    assert [moment.isoformat() for moment in found] == [
        "2025-05-01T09:00:00+00:00",
        "2025-05-01T09:00:00.500000+00:00",
    ]


def test_returns_fees_guests_numbers_and_ids_of_other_forms() -> None:
    values = [
        message(quantity=-1),
        message(product_id="POST"),
        message(order_id="C100", quantity=2.0),
        message(customer_id=" ", order_id=None, line=None),
        message(customer_id=13085, event_id="order 7, line 1", unit_price=6.95),
        message(unknown={"a": [1, {"b": None}]}),
    ]
    rows = decode_events(values, SHOP, "stream", NOW).rows.to_pylist()
    assert [row["line_kind"] for row in rows[:3]] == ["return", "fee", "return"]
    assert rows[2]["quantity"] == -2
    assert (rows[3]["customer_id"], rows[3]["order_id"], rows[3]["line"]) == (
        None,
        "guest@2025-03-30T00:30:00Z",
        1,
    )
    assert (rows[4]["customer_id"], rows[4]["total_minor"]) == ("13085", 2085)
    assert len(rows[4]["event_id"]) == 32 and rows[4]["event_id"] != rows[0]["event_id"]
    assert len(rows) == 6


DEAD = [
    (None, "no value"),
    (b"", "no value"),
    (b" \n", "no value"),
    (b"null", "not one JSON object"),
    (b"[]", "not one JSON object"),
    (b"[" + message() + b"]", "not one JSON object"),
    (b"7", "not one JSON object"),
    (b"{", "not one JSON object"),
    (message() + b"\n" + message(event_id="b"), "not one JSON object"),
    (message().replace(b'"quantity": 3', b'"quantity": NaN'), "not one JSON object"),
    (message().replace(b'"quantity": 3', b'"quantity": 1e999'),
     "a key is missing or of the wrong type"),
    (message().replace(b"anna", b"an\xffna"), "not UTF-8"),
    (message().replace(b"anna", b"\\ud800"), "not one JSON object"),
    (without("event_id"), "a key is missing or of the wrong type"),
    (without("unit_price"), "a key is missing or of the wrong type"),
    (message(quantity=True), "a key is missing or of the wrong type"),
    (message(customer_id=["anna"]), "a key is missing or of the wrong type"),
    (message(occurred_at=1_700_000_000), "a key is missing or of the wrong type"),
    (message(event_id=" "), "no event id"),
    (message(currency="EUR"), "another currency than the shop's"),
    (message(occurred_at=""), "missing date"),
    (message(occurred_at="2025-02-30T00:00:00Z"), "unparsable date"),
    (message(occurred_at="03/04/2025 10:00"), "unparsable date"),
    (message(occurred_at="99999-01-01T00:00:00Z"), "unparsable date"),
    (message(occurred_at="1001-01-01T00:00:00Z"), "date before 1970"),
    (message(occurred_at="2025-06-03T00:00:00Z"), "future date"),
    (message(quantity=0), "zero quantity"),
    (message(quantity="three"), "unparsable quantity"),
    (message(quantity=10**30), "unparsable quantity"),
    (message(quantity=10**9, unit_price=10**9), "amount too large"),
    (message(unit_price=0), "zero price"),
    (message(unit_price=-1), "negative price"),
    (message(product_id="TEST001"), "test row"),
    (message(customer_id="x" * 300), "too long"),
    (message(product="x" * 200_000), "too long"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "reason"), DEAD)
def test_what_cannot_be_used_is_dead_alone(value: bytes | None, reason: str) -> None:
    decoded = decode_events([message(), value, message(event_id="last")], SHOP, "stream", NOW)
    assert [(one.place, one.reason) for one in decoded.dead] == [(1, reason)]
    assert len(decoded.rows) == 2


def test_deeply_nested_rubbish_is_dead() -> None:
    nested = message(extra=0).replace(b'"extra": 0', b'"extra": ' + b"[" * 40_000 + b"]" * 40_000)
    decoded = decode_events([nested, message()], SHOP, "stream", NOW)
    assert len(decoded.rows) + len(decoded.dead) == 2


@settings(deadline=None)
@given(
    quantity=st.decimals("-1000", "1000", places=3).filter(bool),
    price=st.decimals("0.001", "1000", places=4),
    at=st.datetimes(datetime(2020, 1, 1), datetime(2025, 5, 1)),  # noqa: DTZ001  (the shop's own)
    order=st.sampled_from(["7", "C7"]),
)
def test_an_event_and_the_same_row_of_a_file_are_the_same_record(
    quantity: object, price: object, at: datetime, order: str
) -> None:
    texts = {
        "event_id": "ab" * 16,
        "order_id": order,
        "customer_id": "anna",
        "occurred_at": at.replace(microsecond=0).isoformat(sep=" "),
        "product_id": "P1",
        "quantity": str(quantity),
        "unit_price": str(price),
    }
    table = pl.DataFrame({name: [text] for name, text in texts.items()})
    mapping = dict(zip(texts, texts, strict=True))
    source = Source("file", table, pl.Series([2]), mapping, (), {}, "hash")
    cleaned = clean(source, SHOP, "stream", NOW)
    decoded = decode_events([json.dumps(texts).encode()], SHOP, "stream", NOW)
    assert decoded.rows.to_pylist() == cleaned.rows.to_pylist()
