"""Builds canonical transactions from a few short lines that a person can check by hand."""

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from engine.concepts import Moment
from engine.records import record_schema

Line = tuple[
    str, str | None, str, str, float, str
]  # order, customer, local time, product, n, price


def transactions(lines: list[Line], zone: str = "UTC", load_id: str = "load_1") -> pa.Table:
    rows = []
    for number, (order, customer, when, product, quantity, price) in enumerate(lines):
        moment = Moment.parse(when, zone)
        kind = "fee" if product == "POST" else "return" if quantity < 0 else "sale"
        rows.append(
            {
                "event_id": f"{load_id}{number:08d}".rjust(32, "0"),
                "line_kind": kind,
                "order_id": order,
                "line": number,
                "customer_id": customer,
                "occurred_at": moment.at,
                "local_date": moment.local_date,
                "local_hour": moment.local.hour,
                "weekday": moment.local_date.isoweekday(),
                "product_id": product,
                "product": product.title(),
                "quantity": quantity,
                "unit_price": Decimal(price),
                "total_minor": int(Decimal(str(quantity)) * Decimal(price) * 100),
                "load_id": load_id,
            }
        )
    return pa.Table.from_pylist(rows, schema=record_schema())


def write(table: pa.Table, folder: Path) -> list[str]:
    path = folder / "part.parquet"
    pq.write_table(table, path)
    return [str(path)]


def at(text: str, zone: str = "UTC") -> Moment:
    return Moment.parse(text, zone)
