"""Scores as the doors show them: by segment, who is most worth saving, and one customer."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from engine.errors import NotPossible
from engine.facts import Fact
from tools.catalog import call
from tools.context import Context
from tools.explaining import explain_customer, reasons_of
from tools.score_table import latest_models

if TYPE_CHECKING:
    from engine.prediction.reasons import Reason


def score_card(context: Context, count: int = 3) -> dict[str, Any]:
    """Every figure is a fact with a receipt."""
    facts = list(call(context, "churn_by_segment", {}).facts)
    with suppress(NotPossible):  # churn alone was asked for
        facts += call(context, "value_by_segment", {}).facts
    saving = call(context, "worth_saving", {"count": count})
    own = _by_subject(saving.facts)
    people = [text["customer"] for text in saving.texts]
    reasons = reasons_of(context, latest_models(context)["churn"], people)
    return {
        "dataset": context.dataset.name,
        "as_of": context.as_of.iso(),
        "segments": [{"name": name, "facts": found} for name, found in _by_subject(facts).items()],
        "worth_saving": [
            {
                "customer": text["customer"],
                "segment": text["segment"],
                "facts": own[f"customer {text['customer']}"],
                "reasons": _against(reasons[text["customer"]]),
            }
            for text in saving.texts
        ],
    }


def customer_card(context: Context, customer: str) -> dict[str, Any]:
    """One customer's scores as facts, and the sentences behind each."""
    called = call(context, "customer_scores", {"customer": customer})
    told = explain_customer(context, customer)
    return {
        "dataset": context.dataset.name,
        "customer": customer,
        "segment": told["segment"],
        "facts": {fact.figure.metric: fact.to_json() for fact in called.facts},
        "next_segment": told["scores"].get("next_segment", {}).get("next_segment_name"),
        "reasons": [
            {"target": reason["target"], "sentence": reason["sentence"]}
            for reason in told["reasons"]
        ],
        "notes": list(told["notes"]),
    }


def _against(reasons: "list[Reason]") -> list[str]:
    """What speaks for leaving, before what speaks against it."""
    ordered = sorted(reasons, key=lambda reason: (reason.effect or 0) < 0)
    return [reason.sentence for reason in ordered]


def _by_subject(facts: "list[Fact] | tuple[Fact, ...]") -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for fact in facts:
        found.setdefault(fact.figure.subject.name, {})[fact.figure.metric] = fact.to_json()
    return found
