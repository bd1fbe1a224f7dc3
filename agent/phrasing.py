"""How one fact is put into a sentence: by its metric, its subject and its days."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from agent.found import Fact
from engine.metrics import METRICS

_STRETCH = re.compile(r"from (\d+ \w{3} \d{4}) to (\d+ \w{3} \d{4})")
_LABELS = {"recency": "median recency", "frequency": "median frequency",
           "monetary": "median spend", "tenure": "median tenure", "churn": "churn",
           "mean_monetary": "average spend", "mean_recency": "average recency",
           "mean_frequency": "average frequency", "mean_tenure": "average tenure",
           "returns_value": "returns", "items_per_order": "units per order"}  # fmt: skip
_BARE = ("returns_value", "units", "items_per_order", "gross_revenue", "rows", "products",
         "new_customers", "returning_customers")  # fmt: skip
_PLURAL = ("segment",)
_GRAINS = ("year", "quarter", "month", "week", "day")


def ref(fact: Fact) -> str:
    return f"[[{fact['id']}]]"


def label(metric: str) -> str:
    return _LABELS.get(metric, METRICS[metric].words[0])


def when(fact: Fact) -> str:
    """The days of a stretch as people name them: a month, a year, else from and to."""
    found = _STRETCH.fullmatch(fact["period"])
    if found is None:
        return ""
    start, end = (datetime.strptime(day, "%d %b %Y") for day in found.groups())  # noqa: DTZ007
    months = (end.year - start.year) * 12 + end.month - start.month
    if start.day == end.day == 1 and months == 1:
        return f" in {start:%b %Y}"
    last = end + timedelta(days=1)  # the records end on the last day of a month
    if start.day == last.day == 1 and (last.year, last.month) == _after(start):
        return f" in {start:%b %Y}"
    if start.day == end.day == 1 and months == 12 and start.month == 1:
        return f" in {start.year}"
    if (end - start).days == 1:
        return f" on {found[1]}"
    return f" {fact['period']}"


def _after(month: datetime) -> tuple[int, int]:
    return (month.year + 1, 1) if month.month == 12 else (month.year, month.month + 1)


def subject(fact: Fact) -> str:
    return "the shop" if fact["kind"] in ("dataset", "run") else str(fact["subject"])


def told(fact: Fact, dated: bool) -> str:
    """One whole sentence; `dated` says the days too."""
    name, metric, days = subject(fact), fact["metric"], when(fact) if dated else ""
    has = ("had" if days else "have") if fact["kind"] in _PLURAL else ("had" if days else "has")
    whole = name == "the shop"
    if metric == "rows_dropped":
        return f"Rows not kept when loading: {ref(fact)}."
    if metric == "countries":
        return f"The shop has sold to {ref(fact)} countries."
    if metric == "customers" and name.startswith("customers"):
        return f"{name[0].upper()}{name[1:]}: {ref(fact)} customers{days}."
    if metric == "customers":
        return first_upper(f"{name} {has} {ref(fact)} customers{days}.")
    if metric == "revenue":
        if whole:
            return f"Revenue of the shop {'was' if days else 'is'} {ref(fact)}{days}."
        return first_upper(f"{name} {_brings(fact, days)} {ref(fact)} in revenue{days}.")
    if metric == "orders":
        if fact["kind"] in ("segment", "cohort", "country", "customer"):
            return first_upper(f"{name} placed {ref(fact)} orders{days}.")
        return first_upper(f"{name} {has} {ref(fact)} orders{days}.")
    if metric == "share_of_customers":
        return first_upper(
            f"{name} {'are' if fact['kind'] in _PLURAL else 'is'} {ref(fact)} of customers."
        )
    if metric == "share_of_revenue":
        return first_upper(f"{name} bring {ref(fact)} of revenue.")
    if metric in _BARE:
        days = f",{days}" if days.startswith(" from") else days
        return f"{label(metric).capitalize()} of {name}{days}: {ref(fact)}."
    return f"The {label(metric)} of {name} {'was' if days else 'is'} {ref(fact)}{days}."


def leading(fact: Fact, dated: bool) -> str:
    """Who stands first, and by how much."""
    name, metric = subject(fact), fact["metric"]
    days = when(fact) if dated else ""
    most = fact["operation"] == "largest"
    if fact["kind"] == "dataset":  # of months, days, ...: the days tell which
        degree = "highest" if most else "lowest"
        return f"The {label(metric)} of the shop was {degree}{when(fact)}: {ref(fact)}."
    if metric == "revenue":
        return first_upper(
            f"{name} {_brings(fact, days)} the {'most' if most else 'least'} revenue{days}: "
            f"{ref(fact)}."
        )
    if metric in ("customers", "orders", "products", "units"):
        has = "have" if fact["kind"] in _PLURAL and not days else "had" if days else "has"
        return first_upper(
            f"{name} {has} the {'most' if most else 'fewest'} {metric}{days}: {ref(fact)}."
        )
    has = "have" if fact["kind"] in _PLURAL and not days else "had" if days else "has"
    degree = {"recency": ("longest", "shortest")}.get(metric, ("highest", "lowest"))[not most]
    return first_upper(f"{name} {has} the {degree} {label(metric)}{days}: {ref(fact)}.")


def listed(metric: str, dimension: str, facts: Sequence[Fact], spare: str = "") -> list[str]:
    """Rows under a heading that names what they count; `spare` has been told already."""
    timed = dimension in _GRAINS
    rows = [fact for fact in facts if subject(fact) != spare or timed]
    if not rows:
        return []
    if dimension == "product":  # the word is a metric too: each row says what it counts
        return ["By product:", *(f"- {_row(fact)}: {label(metric)} {ref(fact)}" for fact in rows)]
    heading = f"{label(metric).capitalize()} by {dimension.replace('_', ' ')}:"
    return [heading, *(f"- {_row(fact, timed)}: {ref(fact)}" for fact in rows)]


def joined(parts: Sequence[str]) -> str:
    """A blank line ends a list; without it the next line would belong to the last item."""
    if not parts:
        return ""
    text = parts[0]
    for before, part in pairwise(parts):
        ends_list = before.startswith("- ") and not part.startswith("- ")
        text += ("\n\n" if ends_list else "\n") + part
    return text


def _brings(fact: Fact, days: str) -> str:
    return "bring" if fact["kind"] in _PLURAL and not days else "brought"


def _row(fact: Fact, timed: bool = False) -> str:
    if fact["kind"] == "dataset":
        return when(fact).strip()
    days = when(fact) if timed else ""
    return subject(fact) + ("," if days.startswith(" from") else "") + days


def first_upper(text: str) -> str:
    return text[0].upper() + text[1:] if text[0].islower() else text


def number(fact: Fact) -> float:
    """As it is shown, to put larger before smaller."""
    found = re.search(r"-?[\d,]+(?:\.\d+)?", fact["shows_as"])
    return float(found.group().replace(",", "")) if found else 0.0
