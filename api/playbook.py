"""The playbook and recommendations as the doors show them: plays with their figures in place."""

from typing import Any

from engine.facts import Fact
from tools.catalog import call
from tools.context import Context


def playbook_card(context: Context, segment: str = "") -> dict[str, Any]:
    """Every play with its own facts by metric, and its message as it would be sent."""
    called = call(context, "playbook", {"segment": segment})
    own: dict[str, dict[str, Fact]] = {}
    for fact in called.facts:
        subject = fact.figure.subject
        if subject.kind == "selection":
            own.setdefault(subject.name, {})[fact.figure.metric] = fact
    return {
        "dataset": context.dataset.name,
        "segment": segment or None,
        "as_of": context.snapshot_moment.iso(),
        "plays": [_play(text, own[text["audience"]], called.facts) for text in called.texts],
    }


def _play(
    text: dict[str, str], own: dict[str, Fact], facts: tuple[Fact, ...]
) -> dict[str, Any]:  # fmt: skip
    shown = {metric: fact.text for metric, fact in own.items()}
    earlier = [
        fact.to_json()
        for fact in facts
        if fact.figure.subject.kind == "audience"
        and fact.figure.subject.name.casefold().startswith(text["play"].casefold())
    ]
    return {
        **text,
        "holdout": float(text["holdout"]),
        "message": text["message"].format_map(shown),
        "facts": {metric: fact.to_json() for metric, fact in own.items()},
        "effects": earlier,
    }


def recommendations_card(
    context: Context, whom: str, count: int = 10, new: bool = False
) -> dict[str, Any]:
    """The products in order, each with its reason and the fact behind it; then how such
    suggestions did."""
    called = call(context, "recommend_products", {"whom": whom, "count": count, "new": new})
    chosen, *texts = called.texts
    facts, judged = called.facts[: len(texts)], called.facts[len(texts) :]
    return {
        "dataset": context.dataset.name,
        "whom": whom,
        "as_of": context.snapshot_moment.iso(),
        "chosen_by": chosen["chosen by"],
        "products": [
            {**text, "fact": fact.to_json()} for text, fact in zip(texts, facts, strict=True)
        ],
        "hit_rates": [fact.to_json() for fact in judged],
    }
