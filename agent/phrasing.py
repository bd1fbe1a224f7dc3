"""How one fact is put into a sentence: by its metric, its subject and its days."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from agent.found import Fact, Found
from engine.metrics import METRICS

_STRETCH = re.compile(r"(?:from|on) (\d+ \w{3} \d{4})(?: to (\d+ \w{3} \d{4}))?")
_LABELS = {"recency": "median recency", "frequency": "median frequency",
           "monetary": "median spend", "tenure": "median tenure", "churn": "churn",
           "mean_monetary": "average spend", 
           "mean_recency": "average days since the last purchase",
           "mean_frequency": "average orders per customer", "mean_tenure": "average tenure",
           "returns_value": "returns", "items_per_order": "units per order"}  # fmt: skip
_BARE = ("rows", "products")
_MANY = ("returns_value", "items_per_order")  # "returns were ..."
_COUNTED = ("customers", "orders", "products", "units", "new_customers", "returning_customers")
_PLURAL = ("segment",)
_MAY = 5
_GRAINS = ("year", "quarter", "month", "week", "day")


def ref(fact: Fact) -> str:
    return f"[[{fact['id']}]]"


def label(metric: str) -> str:
    return _LABELS.get(metric, METRICS[metric].words[0])


def when(fact: Fact) -> str:
    """The days of a stretch as people name them: a month, a year, else from and to."""
    ends = _ends(fact)
    if ends is None:
        return ""
    start, end = ends
    months = (end.year - start.year) * 12 + end.month - start.month
    last = end - timedelta(days=1)
    if months == 0 or not start.day == end.day == 1:
        return f" {fact['period']}"
    if months == 1:
        return f" in {start:%b %Y}"
    if months == 12 and start.month == 1:
        return f" in {start.year}"
    if last.year != start.year or start.month == _MAY:
        return f" {fact['period']}"  # read as two periods; and "May" alone is another word too
    return f" from {start:%b} to {last:%b %Y}"


def starts(fact: Fact) -> datetime:
    """When its stretch begins."""
    ends = _ends(fact)
    return ends[0] if ends else datetime.min  # noqa: DTZ901


def days_of(fact: Fact) -> int:
    """How many its stretch has."""
    ends = _ends(fact)
    return (ends[1] - ends[0]).days if ends else 0


def _ends(fact: Fact) -> tuple[datetime, datetime] | None:
    """The first day of its stretch, and the day before which it ends."""
    found = _STRETCH.fullmatch(fact["period"])
    if found is None:
        return None
    first, last = (datetime.strptime(day or found[1], "%d %b %Y") for day in found.groups())  # noqa: DTZ007
    return first, last + timedelta(days=1)


def before_words(before: Fact, after: Fact) -> str:
    """The stretch before as people name it; days only where the two have none in common."""
    days = when(before)
    one, two = _ends(before), _ends(after)
    if one is None or two is None or not re.match(r" (?:from|on) \d", days):
        return days
    if f"{one[0]:%d %b}" == f"{two[0]:%d %b}":
        return " a year before"
    return " before that" if one[1] == two[0] else days


def alone(fact: Fact) -> str:
    """Whose the figure is, without what it is narrowed to: "Tea within Germany" is Tea."""
    return re.split(r" (?:within|among) ", str(fact["subject"]), maxsplit=1)[0]


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
        return first_upper(
            f"{name} {'sold' if days else 'has sold'} to {ref(fact)} countries{days}."
        )
    if metric == "customers" and re.search(r"\bcustomers (?:who|where)\b", name):
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
    if metric in ("new_customers", "returning_customers"):
        return first_upper(f"{name} {has} {ref(fact)} {label(metric)}{days}.")
    if metric == "units":
        verb = "bought" if fact["kind"] in (*_PLURAL, "customer") else "sold"
        return first_upper(f"{name} {verb} {ref(fact)} units{days}.")
    if metric == "gross_revenue":
        return f"Gross revenue of {name} {'was' if days else 'is'} {ref(fact)}{days}."
    if metric in _MANY:
        return (
            f"{label(metric).capitalize()} of {name} {'were' if days else 'are'} {ref(fact)}{days}."
        )
    if metric in _BARE:
        days = f",{days}" if days.startswith(" from") else days
        return f"{label(metric).capitalize()} of {name}{days}: {ref(fact)}."
    if metric in _OF_ONE and fact["kind"] in ("segment", "dataset") and not days:
        return _OF_ONE[metric].format(name, ref(fact))
    return f"The {label(metric)} of {name} {'was' if days else 'is'} {ref(fact)}{days}."


_OF_ONE = {
    "frequency": "A typical customer of {} has placed {} orders.",
    "recency": "A typical customer of {} last bought {} ago.",
    "mean_tenure": "Customers of {} have been with the shop for {} on average.",
}


def leading(fact: Fact, dated: bool, timed: bool = False) -> str:
    """Who stands first, and by how much; of months, days, ... (`timed`) which one."""
    name, metric = subject(fact), fact["metric"]
    days = when(fact) if dated else ""
    most = fact["operation"] == "largest"
    many = fact["kind"] in _PLURAL
    degree = {"recency": ("longest", "shortest")}.get(metric, ("highest", "lowest"))[not most]
    if timed or fact["kind"] == "dataset":
        was = "were" if metric in _COUNTED or metric in _MANY else "was"
        what = first_upper(f"{label(metric)} of {name}")
        return f"{what} {was} {degree}{when(fact)}: {ref(fact)}."
    if metric == "revenue" or metric in _COUNTED:
        unit = "in revenue" if metric == "revenue" else label(metric)
        if most:
            return first_upper(
                f"{name} {'lead' if many else 'leads'} with {ref(fact)} {unit}{days}."
            )
        verb = f"{_brings(fact, days)} the least" if metric == "revenue" else (
            f"{'had' if days else 'have' if many else 'has'} the fewest")  # fmt: skip
        return first_upper(f"{name} {verb}, {ref(fact)} {unit}{days}.")
    has = "had" if days else "have" if many else "has"
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
        return when(fact).removeprefix(" in").removeprefix(" on").strip()
    days = when(fact) if timed else ""
    return subject(fact) + ("," if days.startswith(" from") else "") + days


def first_upper(text: str) -> str:
    return text[0].upper() + text[1:] if text[0].islower() else text


def number(fact: Fact) -> float:
    """As it is shown, to put larger before smaller."""
    found = re.search(r"-?[\d,]+(?:\.\d+)?", fact["shows_as"])
    return float(found.group().replace(",", "")) if found else 0.0


def beside_shop(fact: Fact, found: Found) -> str:
    """ ", above the shop's own 61.8%"; empty where that is not known, or the same."""
    whole = found.of_dataset(fact["metric"])
    if not whole or whole[0]["shows_as"] == fact["shows_as"]:
        return ""
    above = number(fact) > number(whole[0])
    return f", {'above' if above else 'below'} the shop's own {ref(whole[0])}"
