"""Receipts: one for every figure that was ever shown, owned by who asked."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound
from engine.facts import Figure, Period, Receipt, Subject, value_from_json, value_to_json
from stores.erasing import Traces, delete_rows, rows_naming
from stores.home import Home
from stores.schema import receipts


class ReceiptStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def save(self, owner: str, dataset_id: str, found: Sequence[Receipt], now: datetime) -> None:
        if not found:
            return
        with self._home.write() as connection:
            connection.execute(
                receipts.insert(),
                [
                    {
                        "receipt_id": receipt.id,
                        "owner": owner,
                        "dataset_id": dataset_id,
                        "body": _to_json(receipt),
                        "created_at": now,
                    }
                    for receipt in found
                ],
            )

    def get(self, owner: str, receipt_id: str) -> Receipt:
        """Somebody else's receipt does not exist, as far as the asker can tell."""
        with self._home.read() as connection:
            row = connection.execute(
                sa.select(receipts).where(
                    receipts.c.receipt_id == receipt_id, receipts.c.owner == owner
                )
            ).one_or_none()
        if row is None:
            raise NotFound(
                f"There is no receipt '{receipt_id}'.",
                "Receipt ids stand beside the facts of an answer: segue ask ... --json",
            )
        return _from_json(row.body)

    def held(self, customer: Traces) -> list[dict[str, Any]]:
        return [row.body for row in self._about(customer)]

    def erase(self, customer: Traces) -> int:
        """With the receipts that were worked out from those about the customer."""
        return delete_rows(self._home, receipts, self._about(customer))

    def _about(self, customer: Traces) -> list[Any]:
        own = receipts.c.dataset_id == customer.dataset_id
        found = rows_naming(self._home, receipts, customer, ["body"], own)
        gone = {row.receipt_id for row in found}
        if not gone:
            return []
        with self._home.read() as connection:
            others = [row for row in connection.execute(sa.select(receipts).where(own)).all()
                      if row.receipt_id not in gone and row.body["operands"]]  # fmt: skip
        while made := [row for row in others if gone & set(row.body["operands"])]:
            found += made
            gone |= {row.receipt_id for row in made}
            others = [row for row in others if row.receipt_id not in gone]
        return found


def figure_to_json(figure: Figure) -> dict[str, Any]:
    return {
        "subject": figure.subject.to_json(),
        "metric": figure.metric,
        "period": figure.period.to_json(),
        "value": value_to_json(figure.value),
        "formula": figure.formula,
        "rows": figure.rows,
        "operation": figure.operation,
        "operands": list(figure.operands),
        "against": figure.against.to_json() if figure.against else None,
    }


def figure_from_json(figure: dict[str, Any]) -> Figure:
    against = figure.get("against")
    return Figure(
        subject=Subject.from_json(figure["subject"]),
        metric=figure["metric"],
        period=Period.from_json(figure["period"]),
        value=value_from_json(figure["value"]),
        formula=figure["formula"],
        rows=figure["rows"],
        operation=figure["operation"],
        operands=tuple(figure["operands"]),
        against=Period.from_json(against) if against else None,
    )


def _to_json(receipt: Receipt) -> dict[str, Any]:
    return {
        **asdict(receipt),
        "as_of": receipt.as_of.isoformat(),
        "filters": list(receipt.filters),
        "operands": list(receipt.operands),
        "figure": figure_to_json(receipt.figure),
    }


def _from_json(body: dict[str, Any]) -> Receipt:
    return Receipt(
        id=body["id"],
        tool=body["tool"],
        arguments=body["arguments"],
        dataset=body["dataset"],
        version=body["version"],
        as_of=datetime.fromisoformat(body["as_of"]),
        snapshot=body["snapshot"],
        filters=tuple(body["filters"]),
        figure=figure_from_json(body["figure"]),
        seconds=body["seconds"],
        operands=tuple(body["operands"]),
    )
