"""Receipts worked out again: one figure of each kind, for the others come about the same way."""

from collections.abc import Iterable
from datetime import timedelta

from engine.facts import Fact
from tools.context import Context
from tools.receipts import receipt_card


def changed_on_rerun(context: Context, facts: Iterable[Fact]) -> list[str]:
    """The kinds whose figure is another nine days later; each has rows and says how."""
    kinds = {(f.figure.metric, f.figure.subject.kind, f.figure.operation): f for f in facts}
    assert kinds
    changed = []
    for kind, fact in kinds.items():
        later = context.now + timedelta(days=9)
        card = receipt_card(context.home, context.person, fact.receipt, later, True)
        assert card["rows"] >= 0 and card["formula"]
        if card["rerun_value"] != card["value"]:
            changed.append(f"{kind}: {card['value']}, then {card['rerun_value']}")
    return changed
