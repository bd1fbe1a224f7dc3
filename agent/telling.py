"""What was counted, in sentences: totals, rows side by side, rankings, parts of the whole."""

from collections.abc import Sequence
from dataclasses import replace

from agent.against import first_told, is_part, told_against
from agent.comparing import of_two
from agent.counting import first_few, measures_of
from agent.found import Fact, Found, known
from agent.meaning import Meaning
from agent.measures import OF_SEGMENTS, metric_of
from agent.phrasing import (
    alone,
    first_upper,
    label,
    leading,
    listed,
    number,
    ref,
    subject,
    told,
    when,
)
from agent.slots import KINDS, Slots

MOST_TOLD = 4
_GRAINS = ("year", "quarter", "month", "week", "day")
_MOST_LISTED = 8


def total_lines(meaning: Meaning, found: Found) -> list[str]:
    slots = meaning.slots
    default = (
        ("customers", "revenue") if slots.of("segment") else ("revenue", "orders", "customers")
    )
    asked = [metric_of(measure) for measure in measures_of(slots, default)]
    asked += [m for m in slots.measures if m.startswith("share_of") and m not in asked]
    lines = []
    for fact in found.done("sum"):
        verb, what = (
            ("have", "customers") if fact["metric"] == "customers" else ("bring", "in revenue")
        )
        lines.append(f"{fact['subject']} together {verb} {ref(fact)} {what}.")
    names = slots.of("segment")
    if slots.consent and not slots.filter:
        key = "opted out" if slots.consent == "out" else "have not opted"
        return [told(f, False) for f in found.plain("customers") if key in str(f["subject"])]
    for metric in asked:
        facts = [
            f
            for f in _of_part(found.plain(metric), slots)
            if (f["kind"] != "segment" or not names or f["subject"] in names)
            and "opted out" not in str(f["subject"])
        ]
        facts = first_told(facts, found)
        if not slots.periods and not is_part(slots) and not slots.customers:
            facts = facts[:1]  # what follows is of the year, and told beside it
        dated = bool(slots.periods)
        if len(facts) == 2 and _of_one_time(facts):
            lines.append(of_two(metric, facts, found, dated))
            continue
        for fact in facts[:MOST_TOLD]:
            alone = fact["kind"] == "segment" and len(names) == 1 and not dated
            only = len(asked) == 1
            text = told_against(fact, found, dated)
            plain = text == told(fact, False)
            lines.append(_of_segment(fact, found, only) if alone and plain else text)
    return lines or nothing(found)


def _of_one_time(facts: Sequence[Fact]) -> bool:
    """Whether they are of two who can be told in one sentence."""
    one, two = facts
    apart = one["subject"] != two["subject"] and one["shows_as"] != two["shows_as"]
    return bool(apart and one["period"] == two["period"] and one["unit"] != "date")


def buyer_lines(meaning: Meaning, found: Found) -> list[str]:
    """How many bought it, and those who spent most on it."""
    people = [f for f in found.plain("revenue") if str(f["subject"]).startswith("customer ")]
    rest = replace(found, facts=tuple(fact for fact in found.facts if fact not in people))
    counted = replace(meaning.slots, measures=("customers",))
    lines = total_lines(replace(meaning, slots=counted), rest)
    rows = [f"- {subject(fact)}: {ref(fact)}" for fact in people]
    return [*lines, *(["Revenue, customer by customer:"] if rows else []), *rows]


def _of_part(facts: Sequence[Fact], slots: Slots) -> list[Fact]:
    """Without the whole shop's, where a part of it was asked for."""
    part = is_part(slots) or slots.customers
    return [f for f in facts if not (part and f["kind"] == "dataset")] or list(facts)


def _of_segment(fact: Fact, found: Found, only: bool = True) -> str:
    """A size is told with the part that it is of the whole, a habit with whose is highest."""
    metric = fact["metric"]
    share = found.of_segment(fact["subject"], f"share_of_{metric}")
    if share:
        part = f"{told(fact, False)[:-1]}, {ref(share[0])} of all {label(metric)}"
        return f"{part}{_other_share(fact, found) if only else ''}."
    rest = sorted(found.segments_with(metric), key=number)
    if metric in OF_SEGMENTS and len(rest) > 1 and rest[-1]["shows_as"] != rest[-2]["shows_as"]:
        top = rest[-1]
        if top["subject"] != fact["subject"]:
            degree = "longest" if metric == "recency" else "highest"
            beside = f"{top['subject']} have the {degree}, {ref(top)}"
            return f"{told(fact, False)[:-1]}; {beside}."
    return told(fact, False)


def _other_share(fact: Fact, found: Found) -> str:
    """How many they are beside what they bring; or what they bring beside how many they are."""
    name = str(fact["subject"])
    if fact["metric"] == "customers":
        brought = found.of_segment(name, "share_of_revenue")
        return f"; they bring {ref(brought[0])} of revenue" if brought else ""
    people, size = (found.of_segment(name, m) for m in ("share_of_customers", "customers"))
    if fact["metric"] != "revenue" or not people or not size:
        return ""
    return f"; they have {ref(size[0])} customers, {ref(people[0])} of all customers"


def breakdown_lines(meaning: Meaning, found: Found) -> list[str]:
    slots = meaning.slots
    by = slots.dimensions[0] if slots.dimensions else "segment"
    metric = metric_of(measures_of(slots, ("revenue",))[0])
    leader = next((f for f in found.calculated if f["operation"] in ("largest", "smallest")), None)
    facts = [
        f for f in known(found.plain(metric)) if f["kind"] != "run"
    ]  # fmt: skip
    names = slots.of("segment")
    if slots.attribute[0] and not slots.dimensions:
        return [told(fact, bool(slots.periods)) for fact in facts] or nothing(found)
    if by == "segment" and names:
        facts = [f for f in facts if f["subject"] in names]
    if len(facts) == 1:
        return [told_against(facts[0], found, bool(slots.periods)) if slots.periods
                else _of_segment(facts[0], found)]  # fmt: skip
    timed = by in _GRAINS
    lines = _leading(found, metric, bool(slots.periods), timed)
    spare = subject(leader) if leader else ""
    facts = list({(fact["subject"], fact["period"]): fact for fact in facts}.values())
    limit = 12 if timed else max(_MOST_LISTED, meaning.slots.top or 0)
    return (
        lines + listed(metric, by, facts[-limit:] if timed else facts[:limit], spare)
    ) or nothing(found)


def _leading(found: Found, metric: str, dated: bool, timed: bool) -> list[str]:
    """Who stands first, and which part that is; of months the best, then the worst."""
    won = [f for f in found.calculated if f["operation"] in ("largest", "smallest")]
    lines: list[str] = []
    for fact in (fact for fact in won if fact["metric"] == metric):
        if lines and timed and when(fact)[:4] != when(won[0])[:4]:
            continue  # a month of which there are a few days is the lowest of course
        share = {"revenue": "share_of_revenue", "customers": "share_of_customers"}.get(metric, "")
        parts = [f for f in found.done("share", metric) if f["subject"] == fact["subject"]]
        parts += found.of_segment(str(fact["subject"]), share) if share else []
        whole = alone(fact) == fact["subject"]
        part = f", {ref(parts[0])} of all {label(metric)}" if parts and whole else ""
        size = found.of_segment(str(fact["subject"]), "customers")
        people = _other_share(fact, found) if fact["kind"] == "segment" else ""
        if size and not people and metric != "customers":
            people = f"; they have {ref(size[0])} customers"
        lines.append(f"{leading(fact, dated, timed)[:-1]}{part}{people}.")
        lines += _ahead_of(fact, found) if not (timed or people) else []
    return lines[:2]


def _ahead_of(fact: Fact, found: Found) -> list[str]:
    """How many times as much as the second has."""
    won = subject(fact)
    times = [f for f in found.done("ratio", fact["metric"]) if str(f["subject"]).startswith(won)]
    others = [f for f in known(found.plain(fact["metric"])) if subject(f) != won]
    if not times or not others or fact["operation"] != "largest":
        return []
    if number(times[0]) < _CLOSE:
        return ["The next ones are close behind."]
    second = subject(max(others, key=number))
    as_much, what = "as much" if fact["unit"] == "money" else "as many", f" {label(fact['metric'])}"
    verb, what = ("brought", "") if fact["metric"] == "revenue" else ("had", what)
    return [f"{first_upper(won)} {verb} {ref(times[0])} {as_much}{what} as {second}."]


_CLOSE = 1.05  # times as much: below, who comes first is hardly ahead


def extreme_lines(meaning: Meaning, found: Found) -> list[str]:
    slots = meaning.slots
    by = slots.dimensions[0] if slots.dimensions else "segment"
    metric = metric_of(measures_of(slots, ("revenue",))[0])
    won = [
        f
        for f in found.calculated
        if f["operation"] in ("largest", "smallest") and f["metric"] == metric
    ]
    facts = sorted(
        (
            f for f in known(found.plain(metric)) if f["kind"] != "run"
        ),
        key=number, reverse=slots.extreme != "smallest",
    )[: first_few(slots)]  # fmt: skip
    if not won:
        return listed(metric, by, facts) or nothing(found)
    timed = by in _GRAINS
    lines = _leading(found, metric, bool(slots.periods), timed)[: 1 if timed else 2]
    rest = [
        fact
        for fact in facts
        if fact["shows_as"] != won[0]["shows_as"] or subject(fact) != subject(won[0])
    ]
    if timed:
        rest = [fact for fact in facts if fact["period"] != won[0]["period"]]
    return lines + listed(metric, by, rest)


def share_lines(meaning: Meaning, found: Found) -> list[str]:
    slots = meaning.slots
    names = slots.of("segment")
    of_customers = "share_of_customers" in slots.measures or (
        "customers" in slots.measures and not {"revenue", "share_of_revenue"} & set(slots.measures)
    )
    metric = "share_of_customers" if of_customers else "share_of_revenue"
    lines = [
        told(fact, False) for name in names if not slots.best
        for fact in found.of_segment(name, metric)
    ]  # fmt: skip
    plain = "customers" if of_customers else "revenue"
    if lines:
        habits = ("frequency", "monetary") if meaning.why and len(names) == 1 else ()
        return [line for name in names for line in _part_of_segment(name, metric, plain, found)] + [
            told(fact, False) for habit in habits for fact in found.of_segment(names[0], habit)
        ]
    asked = {value for kind in KINDS for value in slots.of(kind)}
    for part in (fact for fact in found.done("share") if fact["subject"] in asked):
        of_what = label(part["metric"])
        has = "have" if part["kind"] == "segment" else "has"
        days = when(part) if slots.periods else ""
        amount = [f for f in found.plain(part["metric"]) if f["subject"] == part["subject"]]
        beside = f": {ref(amount[0])}" if amount else ""
        lines.append(f"{part['subject']} {has} {ref(part)} of all {of_what}{days}{beside}.")
    if slots.filter or slots.without or slots.best:
        plain_facts = [f for f in found.facts if "operation" not in f][:1]
        parts = found.done("share")
        lines = [f"That is {ref(part)} of the whole." for part in parts]
        return [told(fact, bool(slots.periods)) for fact in plain_facts] + lines
    facts = [f for f in found.facts if "operation" not in f and f["subject"] in asked]
    return lines or [told(fact, bool(slots.periods)) for fact in facts[:2]] or nothing(found)


def _part_of_segment(name: str, metric: str, plain: str, found: Found) -> list[str]:
    """What they bring beside how many they are, or the other way round."""
    part, amount = found.of_segment(name, metric), found.of_segment(name, plain)
    of_revenue = metric == "share_of_revenue"
    other = found.of_segment(name, "share_of_customers" if of_revenue else "share_of_revenue")
    if not (part and amount and other):
        return [told(fact, False) for fact in part]
    said = f"{ref(part[0])} of {label(plain)} ({ref(amount[0])})"
    if of_revenue:
        return [f"{name} bring {said} with {ref(other[0])} of customers."]
    return [f"{name} are {said} and bring {ref(other[0])} of revenue."]


def nothing(found: Found) -> list[str]:
    empty = any("found" in text for text in found.texts)
    return ["Nothing was recorded for these days and filters."] if empty or not found.errors else []
