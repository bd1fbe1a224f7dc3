"""Whether an answer is about what its turn is about, by the state that it shows."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from evals.questions.meaning import SAME, Meaning, fact_cut, says
from evals.questions.question import Expected, Wanted
from evals.questions.times import Stretch, read_fact_period, speaks_of
from evals.questions.truth import Uncountable

_ALWAYS = ("as_of", "lifetime", "horizon")
_PEOPLE = ("gender", "lifestyle", "city")
_FILTERS = ("country", "category", "product", "channel")
# What the planner calls the metric of a question, where it differs.
_CALLED = {
    "recency_median": "recency", "frequency_median": "frequency", "monetary_median": "monetary",
    "last_order_date": "last_order", "first_order_date": "first_order",
    "newest_day": "last_order", "median_recency": "recency", "median_frequency": "frequency",
    "median_monetary": "monetary", "median_tenure": "tenure",
}  # fmt: skip


def right_state(
    answer: Mapping[str, Any], outcome: str, expected: Expected, meaning: Meaning
) -> bool:
    """By the answer's own state; a model that keeps none is judged by the facts it shows."""
    wanted = dict(expected.state)
    if not wanted or outcome != "answer":
        return outcome in expected.outcomes
    if isinstance(wanted.get("segment"), dict):
        wanted["segment_with"] = wanted.pop("segment")
    if "intent" not in answer["state"]:
        return _by_facts(answer, wanted, meaning)
    metric, period = wanted.pop("metric", None), wanted.pop("period", None)
    try:
        cut = meaning.cut(wanted)
    except Uncountable:
        return False
    return (
        _names_all(answer["state"], cut, meaning)
        and _counts(answer, metric, period)
        and _speaks(answer["state"], period, meaning)
    )


def _names_all(state: Mapping[str, Any], cut: Mapping[str, Any], meaning: Meaning) -> bool:
    for key, value in cut.items():
        if key == "segment":
            held = {*state["segment"], state.get("winner")}
            right = meaning.truth.names[value] in held
        elif key in _FILTERS:
            held = set(state["filters"].get(key, ()))
            names = _product_names(meaning, value) if key == "product" else {value}
            right = bool(held & names)
        elif key in _PEOPLE:
            right = value in state["people"].get(key, ())
        elif key == "customer":
            right = value in state["customer"]
        else:  # a condition on people
            right = bool(state["where"]) or key == "opted_out"
        if not right:
            return False
    return True


def _product_names(meaning: Meaning, codes: tuple[str, ...]) -> set[str]:
    goods = meaning.truth.count.goods
    called = goods["product"][goods["product_id"].isin(list(codes))].dropna().unique()
    return {*map(str, called), *codes}


def _counts(answer: Mapping[str, Any], metric: str | None, period: Any) -> bool:
    """What it says it counts; what is told besides is shown by its facts."""
    if metric is None:
        return True
    known = {metric, _CALLED.get(metric, metric), *(name for name, _ in SAME.get(metric, ()))}
    if known & set(answer["state"]["metrics"]):
        return True
    return any(says(Wanted(metric, {}, period), fact) for fact in answer["facts"])


def _speaks(state: Mapping[str, Any], period: Any, meaning: Meaning) -> bool:
    """Without any days it speaks of all that is known, or of the days that are usual."""
    if period is None:
        return True
    truth = meaning.truth
    stretches = [
        Stretch(
            date.fromisoformat(found["since"]),
            date.fromisoformat(found["until"]) if found["until"] else None,
        )
        for found in state["periods"]
    ]
    if not stretches:
        return period in (*_ALWAYS, "since_last_month")
    if period in _ALWAYS:
        return any(speaks_of(s, "lifetime", truth.today, truth.first) for s in stretches)
    return any(speaks_of(s, period, truth.today, truth.first) for s in stretches)


def _by_facts(answer: Mapping[str, Any], wanted: dict[str, Any], meaning: Meaning) -> bool:
    metric, period = wanted.pop("metric", None), wanted.pop("period", None)
    if isinstance(wanted.get("segment"), dict):
        wanted["segment_with"] = wanted.pop("segment")
    try:
        cut = meaning.cut(wanted)
    except Uncountable:
        return False
    truth = meaning.truth
    for fact in answer["facts"]:
        stretch = read_fact_period(fact["period"], truth.today)
        if metric and not says(Wanted(metric, {}, period), fact):
            continue
        if period and not speaks_of(stretch, period, truth.today, truth.first):
            continue
        own = fact_cut(fact["subject"])
        if own is None or all(own.get(key) == value for key, value in cut.items()):
            return True
    return metric is None and period is None and not answer["facts"]
