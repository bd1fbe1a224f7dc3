"""What a thread is about: shown under each answer, leaned on by the next question, and editable.

Each author has a thread of their own, so nobody's edits reach another's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import BadInput
from engine.facts import Fact, Figure

_KEYS = ("segment", "metric", "period", "filters", "customer")  # what a person may edit
_EMPTY: dict[str, Any] = {
    "segment": [],
    "metric": "",
    "period": None,
    "filters": {},
    "customer": [],
}
_TOGETHER: dict[str, dict[str, list[Any]]] = {
    "metric": {"metrics": []},
    "period": {"periods": []},
}  # kept beside by the planner


def standing_of(facts: Sequence[Fact]) -> dict[str, Any]:
    """Of an answer that a model wrote: what its figures are about."""
    figures = [fact.figure for fact in facts]
    filters = {kind: _names(facts, kind) for kind in ("country", "category")}
    people = [figure.subject.id for figure in figures if figure.subject.kind == "customer"]
    return {
        "segment": _names(facts, "segment"),
        "metric": figures[0].metric if figures else "",
        "period": _period(figures),
        "filters": {kind: names for kind, names in filters.items() if names},
        "customer": list(dict.fromkeys(people)),
    }


def about(state: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a thread's state that a person sees and may edit."""
    return {key: state[key] for key in _KEYS if state.get(key)}


def about_words(state: Mapping[str, Any]) -> str:
    """In one line; empty when the thread is about nothing in particular."""
    shown = about(state)
    period = shown.get("period")
    parts = [
        *shown.get("segment", []),
        str(shown.get("metric", "")).replace("_", " "),
        f"{period['since']} to {period['until'] or 'now'}" if period else "",
        *(value for values in shown.get("filters", {}).values() for value in values),
        *(f"customer {customer}" for customer in shown.get("customer", [])),
    ]
    return ", ".join(dict.fromkeys(filter(None, parts)))


def edited(state: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """With other words in their places; None forgets one."""
    found = dict(state)
    for key, value in change.items():
        if key not in _KEYS:
            raise BadInput(f"A thread has no '{key}' to edit.", f"Edit one of {', '.join(_KEYS)}.")
        empty = _EMPTY[key]
        if value is not None and type(value) is not type(empty) and not _is_period(key, value):
            raise BadInput(
                f"That is no {key}: {value!r}.", "Give it as the thread's state shows it."
            )
        found[key] = empty if value is None else value
        found |= _TOGETHER.get(key, {}) if value is None else _beside(key, value)
    return found


def _beside(key: str, value: Any) -> dict[str, Any]:
    return {name: [value] for name in _TOGETHER.get(key, {})}


def _is_period(key: str, value: Any) -> bool:
    return key == "period" and isinstance(value, dict) and value.keys() == {"since", "until"}


def _period(figures: Sequence[Figure]) -> dict[str, str] | None:
    """The first stretch that a figure is about."""
    for start, end in ((figure.period.start, figure.period.end) for figure in figures):
        if start is not None:
            return {"since": start.date().isoformat(), "until": end.date().isoformat()}
    return None


def _names(facts: Sequence[Fact], kind: str) -> list[str]:
    return list(
        dict.fromkeys(f.figure.subject.name for f in facts if f.figure.subject.kind == kind)
    )
