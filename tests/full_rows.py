"""Canonical transactions with all their columns, and a shop of six customers with all kinds."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.records import RecordKind

Row = dict[str, Any]
ZONE = ZoneInfo("Europe/London")  # the clock goes forward on 31 March 2024


def row(
    number: int, order: str, customer: str | None, when: datetime, product: str | None = "P",
    quantity: float = 1, price: str = "5.00", discount: str | None = None,
    category: str | None = None, channel: str | None = None, country: str | None = None,
) -> Row:  # fmt: skip
    local = when.astimezone(ZONE)
    off, worth = Decimal(discount or 0), Decimal(price)
    return {
        "event_id": f"{number:032x}",
        "line_kind": "fee" if product == "POST" else "return" if quantity < 0 else "sale",
        "order_id": order,
        "line": number,
        "customer_id": customer,
        "occurred_at": when,
        "local_date": local.date(),
        "local_hour": local.hour,
        "weekday": local.isoweekday(),
        "product_id": product,
        "category": category,
        "channel": channel,
        "country": country,
        "quantity": float(quantity),
        "unit_price": worth,
        "discount": None if discount is None else off,
        "total_minor": int((worth - off) * 100) * int(quantity),
    }


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def six_customers() -> dict[RecordKind, list[Row]]:
    lines: list[tuple[Any, ...]] = [
        ("o1", "anna", "2024-01-05 10:00", "P", 2, "5.00", None, "Tea", "web", "France"),
        ("o1", "anna", "2024-01-05 10:00", "Q", 1, "7.50", "0.50", "Pots", "web", "France"),
        ("o2", "anna", "2024-02-29 19:00", "P", 3, "5.00", None, "Tea", "shop", "Spain"),
        ("o3", "anna", "2024-03-31 23:30", "P", 1, "5.00", "1.25", "Tea", "web", "Spain"),
        ("o4", "ben", "2024-02-01 08:00", "R", 1, "80.00", None, "Pots", "app", "Spain"),
        ("c4", "ben", "2024-02-03 08:00", "R", -1, "80.00", None, "Pots", "app", "Spain"),
        ("o5", "ben", "2024-02-10 08:00", "R", 1, "80.00", None, "Pots", "app", "Spain"),
        ("o6", "cleo", "2024-03-02 12:00", "P", 1, "0.00"),
        ("c6", "cleo", "2024-03-20 12:00", "Q", -4, "7.50"),
        ("o7", "dan", "2024-03-03 12:00", "POST", 1, "4.95"),
        ("o8", "eve", "2024-03-03 03:00", None, 2, "3.33", None, "Tea", "web", None),
        ("o9", None, "2024-03-03 12:00", "P", 9, "5.00", None, "Cups", "shop", "Italy"),
    ]  # fmt: skip
    events = [
        {"customer_id": who, "action": action, "minutes": minutes, "occurred_at": day(when)}
        for who, action, minutes, when in [
            ("anna", "view", 1.5, "2024-01-04 10:00"),
            ("anna", "cart", None, "2024-01-04 10:05"),
            ("eve", "abandoned_cart", None, "2024-02-04 10:05"),
            ("fay", "view", 2.0, "2024-02-04 10:05"),
        ]
    ]
    texts = [
        {"customer_id": "anna", "text": "Lovely tea and a very good pot.",
         "occurred_at": day("2024-02-01 10:00")},
        {"customer_id": "ben", "text": "Terrible, the pot was broken and the service was rude.",
         "occurred_at": day("2024-02-05 10:00")},
    ]  # fmt: skip
    people = [
        {"customer_id": "anna", "gender": "female", "income": 41000.0,
         "attributes": json.dumps({"lifestyle": "family", "kids": 2})},
        {"customer_id": "cleo", "age": 40.0, "city": "Lyon",
         "occurred_at": day("2024-02-05 10:00")},
    ]  # fmt: skip
    return {
        "transactions": [
            row(number, order, customer, day(when), *rest)
            for number, (order, customer, when, *rest) in enumerate(lines)
        ],
        "events": _told(events),
        "texts": _told(texts),
        "customers": _told(people),
    }


def _told(rows: list[Row]) -> list[Row]:
    return [{"event_id": f"{n:032x}", "load_id": "load_1"} | row for n, row in enumerate(rows)]
