"""What a model is told of what a tool found: no small groups, and people only as far as allowed.

The asker sees all of it: a fact that is kept from the model is still shown where it refers to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.facts import Fact
from engine.query import make_query
from tools.catalog import Called
from tools.context import Context
from tools.query import QueryRecords, answer_query

_GROUPS = frozenset({"segment", "selection", "audience", "country", "category", "product",
                     "channel", "cohort"})  # fmt: skip


@dataclass(frozen=True)
class Privacy:
    """`smallest_group`: of how many customers a group has at least to be described."""

    smallest_group: int = 5
    row_values: bool = True


def tell(called: Called, context: Context, privacy: Privacy) -> dict[str, Any]:
    """As `Called.for_model`, without what a model is not told, and in a third of the words: the
    facts of one subject and period together, each by its id."""
    told = called.for_model()
    sizes = _sizes(called, context, privacy)
    small = {name for name, size in sizes.items() if size < privacy.smallest_group}
    kept, facts = [], dict(zip((fact.id for fact in called.facts), told["facts"], strict=True))
    for fact in called.facts:
        if not _is_small(fact, small, privacy):
            kept.append(_as_allowed(facts[fact.id], fact, privacy))
    texts = [text for text in told["texts"] if not small & set(text.values())]
    if not privacy.row_values and _is_about_people(called):
        texts = [{"note": "What is known of single customers is shown to the asker only."}]
    if len(kept) < len(called.facts):
        note = f"Groups of fewer than {privacy.smallest_group} customers are left out."
        texts.append({"note": note})
    return {"facts": _together(kept), "texts": texts}


def _together(facts: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    groups: dict[tuple[str, ...], dict[str, str]] = {}
    for fact in facts:
        shared = {name: fact[name] for name in ("subject", "kind", "period")}
        counts = " ".join(filter(None, (fact["metric"], fact.get("operation"))))
        group = groups.setdefault(tuple(shared.values()), shared)
        group[fact["id"]] = f"{counts}: {fact['shows_as']}"
    return list(groups.values())


def _as_allowed(told: dict[str, Any], fact: Fact, privacy: Privacy) -> dict[str, Any]:
    """Without its value it can still be referred to."""
    if privacy.row_values or fact.figure.subject.kind != "customer":
        return told
    return told | {"shows_as": "(shown to the asker only)"}


def _is_about_people(called: Called) -> bool:
    return any(fact.figure.subject.kind == "customer" for fact in called.facts)


def _is_small(fact: Fact, small: set[str], privacy: Privacy) -> bool:
    """Fewer records than the group may have customers are certainly fewer customers."""
    figure = fact.figure
    if figure.subject.kind not in _GROUPS or figure.metric == "days":
        return False
    few = figure.rows < privacy.smallest_group and figure.operation is None
    return few or figure.subject.name in small


def _sizes(called: Called, context: Context, privacy: Privacy) -> dict[str, int]:
    """How many customers a group has, by its name, where that is known."""
    found: dict[str, int] = {}
    if context.snapshot is not None:
        counted = context.members.groupby("segment_id").size()
        found |= {s.name: int(counted.get(s.segment_id, 0)) for s in context.segments}
    for fact in called.facts:
        figure = fact.figure
        counts = figure.metric == "customers" and figure.operation is None
        if counts and figure.subject.kind in _GROUPS and isinstance(figure.value, int):
            found[figure.subject.name] = figure.value
    if called.name == "query_records" and privacy.smallest_group > 1:
        found |= _counted(called, context)
    return found


def _counted(called: Called, context: Context) -> dict[str, int]:
    """A query that tells no number of customers is asked for it."""
    asked = QueryRecords.model_validate(called.arguments)
    if "customers" in asked.measures:
        return {}
    plain = {"measures": ["customers"], "compare": "none", "share": False, "sort": "", "top": None}
    answer = answer_query(context, asked.model_copy(update=plain))
    (customers,) = make_query(["customers"], []).measures
    found = {answer.subject(row).name: row.values[customers.name] for row in answer.rows}
    return {name: count if isinstance(count, int) else 0 for name, count in found.items()}
