"""What a figure is held against, so that it says something: the stretch before it, the whole shop,
the year so far.

The tools bring it along in the same turn; the sentence that tells the figure tells it as well.
"""

from collections.abc import Sequence
from datetime import date

from agent.found import Fact, Found
from agent.phrasing import before_words, label, number, ref, told, when
from agent.slots import Slots
from agent.times import Stretch

_CHANGES = ("growth", "difference")
ADDITIVE = ("revenue", "gross_revenue", "orders", "customers", "units", "new_customers",
            "returning_customers", "returns_value")  # fmt: skip
OVER_TIME = ("revenue", "gross_revenue", "orders", "customers", "average_order", "units",
             "items_per_order", "repeat_rate", "revenue_per_customer")  # fmt: skip
_A_DAY = -1
_DAYS_OF_A_YEAR = 90  # before, this year says little


def compared_to(stretch: Stretch | None, first: date | None) -> str:
    """Which stretch before stands beside it; empty when the records do not reach back so far."""
    if stretch is None or first is None:
        return ""
    a_year_ago = _a_year_back(stretch.since)
    if stretch.until is None or _whole_year(stretch):
        return "same period last year" if a_year_ago >= first else ""
    before = stretch.since - (stretch.until - stretch.since)
    a_day = (stretch.until - stretch.since).days == 1  # beside another weekday it says little
    return "previous period" if before >= first and not a_day else ""


def recent_year(today: date, first: date | None) -> Stretch | None:
    """This year, or last year while this one is young; none when there is no year before it."""
    this = Stretch(date(today.year, 1, 1))
    if (today - this.since).days < _DAYS_OF_A_YEAR:
        this = Stretch(date(today.year - 1, 1, 1), date(today.year, 1, 1))
    return this if compared_to(this, first) else None


def follows(earlier: Stretch, later: Stretch) -> str:
    """How a query calls the earlier one beside the later; empty when they lie apart."""
    if earlier.until is None or later.until is None:
        return ""
    a_year_ago = Stretch(_a_year_back(later.since), _a_year_back(later.until))
    if earlier == a_year_ago:
        return "same period last year"
    length = _months(later)
    alike = length == _months(earlier) and length != _A_DAY
    return "previous period" if earlier.until == later.since and alike else ""


def _months(stretch: Stretch) -> int:
    """Whole ones; days, taken below nothing, where there are none."""
    since, until = stretch.since, stretch.until or stretch.since
    if since.day == until.day == 1:
        return (until.year - since.year) * 12 + until.month - since.month
    return -(until - since).days


def everybody(slots: Slots) -> Slots:
    return Slots(periods=slots.periods)


def is_part(slots: Slots) -> bool:
    return bool(slots.names or slots.filter or slots.without or slots.best)


def _whole_year(stretch: Stretch) -> bool:
    return (stretch.since.month, stretch.since.day) == (1, 1) and (
        stretch.until == date(stretch.since.year + 1, 1, 1)
    )


def _a_year_back(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


# ---- in a sentence ------------------------------------------------------------------------------


def change_of(fact: Fact, found: Found) -> Fact | None:
    """How it changed against the stretch before."""
    own = (fact["subject"], fact["metric"], fact["period"])
    changes = [f for f in found.calculated if f["operation"] in _CHANGES]
    return next((f for f in changes if (f["subject"], f["metric"], f["period"]) == own), None)


def before_of(fact: Fact, found: Found) -> Fact | None:
    """The same figure of the stretch before: it comes right after, and before the change."""
    change = change_of(fact, found)
    if change is None or "operation" in fact:
        return None
    place = found.facts.index(change)
    before = found.facts[place - 1]
    alike = (before["subject"], before["metric"]) == (fact["subject"], fact["metric"])
    return before if alike and "operation" not in before and before is not fact else None


def first_told(facts: Sequence[Fact], found: Found) -> list[Fact]:
    """Without those that only stand behind another one."""
    behind = [id(before) for fact in facts if (before := before_of(fact, found)) is not None]
    return [fact for fact in facts if id(fact) not in behind]


def told_against(fact: Fact, found: Found, dated: bool) -> str:
    """One whole sentence: the figure, then what it is held against."""
    year = [] if dated or fact["kind"] != "dataset" else _of_the_year(fact, found)
    return "\n".join([f"{told(fact, dated or bool(year))[:-1]}{_against(fact, found)}.", *year])


def _against(fact: Fact, found: Found) -> str:
    metric = fact["metric"]
    if moved := moved_words(fact, found):
        return moved
    if fact["kind"] == "dataset":
        return ""
    shares = [f for f in found.done("share", metric) if f["subject"] == fact["subject"]]
    if shares:
        return f", {ref(shares[0])} of all {label(metric)}"
    whole = [f for f in found.of_dataset(metric) if f["period"] == fact["period"]]
    if not whole or metric in ADDITIVE or fact["unit"] == "date":
        return ""
    return _beside_shop(fact, whole[0])


def told_beside_shop(fact: Fact, whole: Fact, dated: bool) -> str:
    """A quotient beside the shop's own; of an amount only that both are known."""
    if fact["metric"] in ADDITIVE:
        return f"{told(fact, dated)[:-1]}, of {ref(whole)} across the shop."
    return f"{told(fact, dated)[:-1]}{_beside_shop(fact, whole)}."


def _beside_shop(fact: Fact, whole: Fact) -> str:
    if whole["shows_as"] == fact["shows_as"]:
        return f"; across the shop it is {ref(whole)}"
    above = number(fact) > number(whole)
    return f", {'above' if above else 'below'} the shop's own {ref(whole)}"


def moved_words(fact: Fact, found: Found, dated: bool = True) -> str:
    """ ", up from ... in Oct 2025 (+5.65%)"; points of a share would read as a change."""
    change, before = change_of(fact, found), before_of(fact, found)
    if change is None or before is None:
        return ""
    days = before_words(before, fact) if dated else ""
    if before["shows_as"] == fact["shows_as"]:
        return f"; it was {ref(before)}{days} too"
    up = not change["shows_as"].startswith(("-", "−"))
    by = f" ({'+' if up else ''}{ref(change)})" if change["operation"] == "growth" else ""
    return f", {'up' if up else 'down'} from {ref(before)}{days}{by}"


def _of_the_year(fact: Fact, found: Found) -> list[str]:
    """ "It was ... in 2025, up from ... in 2024"."""
    later = [f for f in found.of_dataset(fact["metric"]) if before_of(f, found) is not None]
    if not later or later[0]["period"] == fact["period"]:
        return []
    moved = moved_words(later[0], found)
    if fact["metric"] == "units":
        return [f"{told(later[0], True)[:-1]}{moved}."]
    verb = "had" if " had " in told(fact, True) else "was"
    return [f"It {verb} {ref(later[0])}{when(later[0])}{moved}."]
