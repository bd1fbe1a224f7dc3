"""Receipts as people and programs read them, and their re-run."""

from datetime import datetime
from typing import Any

from engine.facts import Figure, to_text, value_to_json
from engine.metrics import METRICS
from stores.erasures import ErasureStore
from stores.home import Home
from stores.receipts import ReceiptStore
from tools.catalog import rerun
from tools.context import Context


def receipt_card(
    home: Home, person: str, receipt_id: str, now: datetime, again: bool
) -> dict[str, Any]:
    receipt = ReceiptStore(home).get(person, receipt_id)
    figure = receipt.figure
    card: dict[str, Any] = {
        "receipt": receipt.id,
        "tool": receipt.tool,
        "arguments": receipt.arguments,
        "dataset": receipt.dataset,
        "version": receipt.version,
        "as_of": receipt.as_of.isoformat(),
        "snapshot": receipt.snapshot,
        "filters": list(receipt.filters),
        "rows": figure.rows,
        "formula": figure.formula,
        "about": _about(figure),
        "meaning": METRICS[figure.metric].meaning,
        "subject": figure.subject.to_json(),
        "metric": figure.metric,
        "period": figure.period.to_json() | {"words": figure.period.words()},
        "unit": figure.unit,
        "value": value_to_json(figure.value),
        "text": to_text(figure),
        "operands": list(receipt.operands),
        "seconds": receipt.seconds,
        "changed_by": None,
    }
    if again and (erasure := ErasureStore(home).after(receipt.dataset, receipt.version)):
        # The records it came from are not there any more; what was said stands.
        card |= {"changed_by": erasure.to_json(), "rerun_value": None, "rerun_text": None}
    elif again:
        found = rerun(Context.open(home, person, receipt.dataset, now), receipt)
        card["rerun_value"] = value_to_json(found.value)
        card["rerun_text"] = to_text(found)
    return card


def _about(figure: Figure) -> str:
    """What it counts, of whom and of when, in words."""
    name = figure.subject.name
    moved = figure.subject.kind == "selection" and name.startswith("from ")
    whom = f"customers who moved {name}" if moved else name
    return f"{figure.metric.replace('_', ' ')} of {whom}, {figure.period.words()}"
