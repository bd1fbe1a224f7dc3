"""What customers are expected to do, in sentences: leave, spend; and how far to trust it."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.found import Found
from agent.phrasing import label, leading, number, ref, subject, told

if TYPE_CHECKING:
    from agent.meaning import Meaning
    from agent.slots import Slots

_TARGETS = {"churn": "leaving", "buy_30": "buying soon", "value": "the money ahead",
            "expected_next": "the day of the next purchase", "vip": "the large buyers",
            "next_segment": "the next segment"}  # fmt: skip
_MOST_CHURNING = 3  # segments, each with two figures


_AHEAD = {
    "churn": "Churn of {} is {}.",
    "expected_leavers": "Customers of {} expected to leave: {}.",
    "buy_soon": "The chance of buying of {} is {}.",
    "expected_value": "The expected value of {} is {}.",
    "expected_value_per_customer": "The expected value per customer of {} is {}.",
    "revenue_at_risk": "The revenue at risk of {} is {}.",
    "value_at_risk": "The value at risk of {} is {}.",
    "next_order_date": "The next order of {} is expected on {}.",
}
_BESIDE = {"churn": "expected_leavers", "expected_leavers": "churn",
           "expected_value": "expected_value_per_customer",
           "expected_value_per_customer": "expected_value",
           "revenue_at_risk": "churn", "value_at_risk": "expected_value"}  # fmt: skip


def ahead_lines(meaning: "Meaning", found: Found) -> list[str]:
    """What was asked for first, then the figure that puts it in place."""
    single = bool(meaning.slots.customers)
    asked = [measure for measure in meaning.slots.measures if measure in _AHEAD]
    asked = asked or (["churn", "buy_soon", "expected_value"] if single else ["churn"])
    beside = [] if single else [_BESIDE[m] for m in asked if m in _BESIDE]
    if single and "next_segment" in meaning.slots.measures:
        asked = []
    lines = [
        _AHEAD[metric].format(subject(fact), ref(fact))
        for metric in dict.fromkeys([*asked, *beside])
        for fact in found.plain(metric)[:4]
    ]
    lines += [
        f"Heading for: {text['expected in']}." for text in found.texts
        if single and "expected in" in text and "next_segment" in meaning.slots.measures
    ]  # fmt: skip
    moved = [
        text["moved by"] for text in found.texts
        if text.get("about") in ("churn", "buy_30") and not re.search(r"\d|gap", text["moved by"])
    ]  # fmt: skip
    if meaning.why and moved:
        lines.append(f"What weighs in it: {', '.join(dict.fromkeys(moved[:3]))}.")
    return lines or [text["found"].capitalize() + "." for text in found.texts if "found" in text]


def people_lines(slots: "Slots", found: Found) -> list[str]:
    """Single customers, the first first."""
    facts = [fact for fact in found.facts if "operation" not in fact]
    if not facts:
        return []
    metric = facts[0]["metric"]
    if len(facts) == 1:
        return [told(facts[0], bool(slots.periods))]
    heading = f"{label(metric).capitalize()}, customer by customer:"
    name = "" if metric == "revenue" else f"{label(metric)} "
    return [heading, *(f"- {subject(fact)}: {name}{ref(fact)}" for fact in facts)]


def churn_lines(found: Found, names: Sequence[str], asked: Sequence[str] = ()) -> list[str]:
    """Of the segments asked for; else who is likeliest to leave, and the rest."""
    if names:
        ordered = sorted(names, key=lambda name: _churn_number(name, found), reverse=True)
        return [line for name in ordered for line in _churn_of(name, found)]
    lines = []
    if "expected_leavers" in asked:  # how many comes before who
        lines += _churn_of_shop(found)[1:2]
    worst = found.done("largest", "churn") or found.done("smallest", "churn")
    if worst:
        name = worst[0]["subject"]
        most = "are the most likely to leave: churn is"
        says = most if worst[0]["operation"] == "largest" else "have the lowest churn:"
        lines.append(f"{name} {says} {ref(worst[0])}.")
        lines += [
            f"{name} have brought {ref(fact)} in revenue so far."
            for fact in found.of_segment(name, "revenue")
        ]
    for fact in found.segments_with("churn")[:_MOST_CHURNING]:
        brought = found.of_segment(fact["subject"], "revenue")
        if brought and not (worst and fact["subject"] == worst[0]["subject"]):
            lines.append(f"- {fact['subject']}: churn {ref(fact)}, revenue {ref(brought[0])}")
    return lines + [line for line in _churn_of_shop(found) if line not in lines]


def _churn_number(name: str, found: Found) -> float:
    return max((number(fact) for fact in found.of_segment(name, "churn")), default=0.0)


def _churn_of(name: str, found: Found) -> list[str]:
    lines = [f"Churn of {name} is {ref(fact)}." for fact in found.of_segment(name, "churn")]
    lines += [
        f"Customers of {name} expected to leave: {ref(fact)}."
        for fact in found.of_segment(name, "expected_leavers")
    ]
    return lines + [
        f"{name} have brought {ref(fact)} in revenue so far."
        for fact in found.of_segment(name, "revenue")
    ]


def _churn_of_shop(found: Found) -> list[str]:
    everybody, leavers = found.of_dataset("churn"), found.of_dataset("expected_leavers")
    if not everybody or not leavers:
        return []
    return [
        f"Churn across the shop is {ref(everybody[0])}.",
        f"Customers expected to leave across the shop: {ref(leavers[0])}.",
        *(told(fact, False) for fact in found.of_dataset("revenue_at_risk")),
    ]


# ---- money ahead --------------------------------------------------------------------------------


def value_lines(found: Found, names: Sequence[str]) -> list[str]:
    """What customers are expected to spend, and what might be lost."""
    if names:
        pairs = [(name, m) for name in names for m in ("expected_value", "revenue_at_risk")]
        return [told(fact, False) for name, m in pairs for fact in found.of_segment(name, m)]
    ranked = [f for f in found.calculated if f["metric"] == "expected_value"]
    lines = [leading(fact, False) for fact in ranked[:1]]
    for metric in ("expected_value", "revenue_at_risk"):
        lines += [told(fact, False) for fact in found.of_dataset(metric)]
    spare = ranked[0]["subject"] if ranked else ""
    rest = [f for f in found.segments_with("expected_value") if f["subject"] != spare]
    return lines + [f"- {f['subject']}: expected value {ref(f)}" for f in rest[:_MOST_CHURNING]]


def risk_lines(found: Found) -> list[str]:
    """Where there is most to lose: what somebody with little time looks at first."""
    lines = []
    for fact in found.done("largest", "revenue_at_risk")[:1]:
        name = fact["subject"]
        lines.append(f"Start with {name}: {name} have the highest revenue at risk, {ref(fact)}.")
        lines += [f"Churn of {name} is {ref(f)}." for f in found.of_segment(name, "churn")]
        lines += [told(f, False) for f in found.of_segment(name, "customers")]
    return lines + [told(fact, False) for fact in found.of_dataset("revenue_at_risk")]


def quality_lines(found: Found) -> list[str]:
    lines = [told(fact, False) for fact in found.of_dataset("calibration_error")]
    for text in (text for text in found.texts if "model" in text):
        served = "a rule serves" if text["refused"] == "True" else "the model serves"
        lines.append(f"For {_TARGETS.get(text['target'], 'others')} {served}.")
    return lines
