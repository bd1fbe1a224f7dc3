"""What customers are expected to do, in sentences: leave, spend; and how far to trust it."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.found import Fact, Found
from agent.phrasing import beside_shop, label, leading, number, ref, subject, told

if TYPE_CHECKING:
    from agent.meaning import Meaning
    from agent.slots import Slots

_TARGETS = {"churn": "leaving", "buy_30": "buying soon", "value": "the money ahead",
            "expected_next": "the day of the next purchase", "vip": "the large buyers",
            "next_segment": "the next segment"}  # fmt: skip
_MOST_CHURNING = 2  # segments, each with two figures


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
_BESIDE_OF_ONE = {"churn": "buy_soon", "buy_soon": "expected_value"}
_LIKELY = ("churn", "buy_soon")
_HOW_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)  # comes before how likely
_EVEN = 50  # of a hundred
_WHETHER = re.compile(
    r"^\W*(?:and |so )?(?:will|is|are|do|does|should)\b(?!.*\b(?:how|or|not|n't)\b)", re.IGNORECASE
)
_STAYS = re.compile(
    r"\b(?:(?:com(?:e|ing)|be) back|return|stay\w*|remain|stick\w* (?:around|with)|hang\w* around|"
    r"(?:buy\w*|order\w*|shop\w*) (?:again|with us)|loyal)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"\b(?:cost|worth|money|revenue|value|pounds?|euros?)\b", re.IGNORECASE)


def ahead_lines(meaning: "Meaning", found: Found) -> list[str]:
    """What was asked for first, then the figure that puts it in place."""
    single = bool(meaning.slots.customers)
    asked = [measure for measure in meaning.slots.measures if measure in _AHEAD]
    asked = asked or (["churn", "buy_soon", "expected_value"] if single else ["churn"])
    if single and "next_segment" in meaning.slots.measures:
        asked = []
    other = _BESIDE_OF_ONE if single else _BESIDE
    beside = [other[m] for m in asked if m in other]
    lines = [
        f"{_ahead_of(metric, fact)[:-1]}{_above(fact, found)}."
        for metric in dict.fromkeys([*asked, *beside])
        for fact in _told(metric, found, single)[:4]
    ]
    chance = _told(asked[0], found, single) if single and asked and asked[0] in _LIKELY else []
    if chance and _WHETHER.search(meaning.slots.masked):
        stays = asked[0] == "churn" and bool(_STAYS.search(meaning.slots.masked))
        likely = (number(chance[0]) >= _EVEN) != stays
        lines[0] = f"Probably{'' if likely else ' not'}: {lines[0][0].lower()}{lines[0][1:]}"
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


def _ahead_of(metric: str, fact: Fact) -> str:
    """ "Customers of customers who ..." says it twice."""
    said = _AHEAD[metric].format(subject(fact), ref(fact))
    return said.replace("Customers of customers who", "Customers who", 1)


def _told(metric: str, found: Found, single: bool) -> list[Fact]:
    """Beside a customer or a group the shop is only what the figure is held against."""
    facts = found.plain(metric)
    return [f for f in facts if f["kind"] != "dataset"] or ([] if single else facts)


def _above(fact: Fact, found: Found) -> str:
    return beside_shop(fact, found) if fact["metric"] in _HELD_AGAINST else ""


_HELD_AGAINST = ("churn", "buy_soon", "expected_value_per_customer")


def people_lines(slots: "Slots", found: Found) -> list[str]:
    """Single customers, the first first."""
    facts = [fact for fact in found.facts if "operation" not in fact]
    if not facts:
        return []
    metric, dated = facts[0]["metric"], bool(slots.periods)
    if len(facts) == 1:
        return [told(facts[0], dated)]
    led = [leading(f, dated) for f in found.calculated if f["subject"] == facts[0]["subject"]]
    rows = facts[1:] if led else facts
    heading = f"{label(metric).capitalize()}, customer by customer:"
    name = "" if metric == "revenue" else f"{label(metric)} "
    return [*led[:1], heading, *(f"- {subject(fact)}: {name}{ref(fact)}" for fact in rows)]


def churn_lines(meaning: "Meaning", found: Found) -> list[str]:
    """Of the segments asked for; else who is likeliest to leave, what is at stake, and the rest."""
    names, asked = meaning.slots.of("segment"), meaning.slots.measures
    if names:
        ordered = sorted(names, key=lambda name: _churn_number(name, found), reverse=True)
        first = "expected_leavers" in asked or bool(_HOW_MANY.search(meaning.slots.text))
        if len(ordered) == 2 and (lines := _churn_of_two(ordered[0], ordered[1], found)):
            return lines
        sizes = "customers" in asked and asked.index("customers") == 0 and len(names) == 1
        size = [told(fact, False) for fact in found.of_segment(names[0], "customers")[:1] if sizes]
        first = first and not size  # "how many are there, and how likely are they to leave?"
        return size + [line for name in ordered for line in _churn_of(name, found, first)]
    lines, money = [], _MONEY.search(meaning.slots.text)
    if money:  # what it costs comes before who
        lines += [told(fact, False) for fact in found.of_dataset("revenue_at_risk")]
    if "expected_leavers" in asked:
        lines += _churn_of_shop(found)[1:]
    worst = found.done("largest", "churn") or found.done("smallest", "churn")
    most = bool(worst) and worst[0]["operation"] == "largest"
    says = "are the most likely to leave: churn is" if most else "have the lowest churn:"
    for fact in worst[:1]:
        name = str(fact["subject"])
        lines.append(f"{name} {says} {ref(fact)}{_brought(name, found)}.")
    for fact in found.done("largest", "revenue_at_risk") if most else ():
        lines.append(f"{fact['subject']} have the highest revenue at risk: {ref(fact)}.")
    rest = sorted(found.segments_with("churn"), key=number, reverse=most)
    rest = [fact for fact in rest if not worst or fact["subject"] != worst[0]["subject"]]
    for fact in rest[: 0 if money else _MOST_CHURNING]:
        brought = found.of_segment(fact["subject"], "revenue")
        if brought:
            lines.append(f"- {fact['subject']}: churn {ref(fact)}, revenue {ref(brought[0])}")
    return lines + [line for line in _churn_of_shop(found) if line not in lines]


def _churn_of_two(likelier: str, other: str, found: Found) -> list[str]:
    """Who is likelier to leave; then how many of each, and what they have brought."""
    one, two = found.of_segment(likelier, "churn"), found.of_segment(other, "churn")
    if not one or not two or one[0]["shows_as"] == two[0]["shows_as"]:
        return []
    return [
        f"Churn of {likelier} is {ref(one[0])}, above that of {other}, {ref(two[0])}.",
        *(
            f"- {name}: expected to leave {ref(leavers)}, revenue {ref(brought)}"
            for name in (likelier, other)
            for leavers in found.of_segment(name, "expected_leavers")
            for brought in found.of_segment(name, "revenue")
        ),
    ]


def _brought(name: str, found: Found) -> str:
    """How many they are and what they brought so far, which may be little for so many."""
    size, brought = found.of_segment(name, "customers"), found.of_segment(name, "revenue")
    if not size or not brought:
        return ""
    parts = [found.of_segment(name, f"share_of_{part}") for part in ("revenue", "customers")]
    little = all(parts) and number(parts[0][0]) < number(parts[1][0]) / 2
    but, only = ("but ", "only ") if little else ("", "")
    return (
        f"; {but}their {ref(size[0])} customers have brought {only}{ref(brought[0])} in revenue so "
        "far"
    )


def _churn_number(name: str, found: Found) -> float:
    return max((number(fact) for fact in found.of_segment(name, "churn")), default=0.0)


def _churn_of(name: str, found: Found, leavers_first: bool) -> list[str]:
    lines = [
        f"Churn of {name} is {ref(fact)}{beside_shop(fact, found)}."
        for fact in found.of_segment(name, "churn")
    ]
    leavers = [
        f"Customers of {name} expected to leave: {ref(fact)}."
        for fact in found.of_segment(name, "expected_leavers")
    ]
    share = [f", {ref(fact)} of revenue" for fact in found.of_segment(name, "share_of_revenue")]
    return [*(leavers + lines if leavers_first else lines + leavers)] + [
        f"{name} have brought {ref(fact)} in revenue so far{''.join(share[:1])}."
        for fact in found.of_segment(name, "revenue")
    ]


def _churn_of_shop(found: Found) -> list[str]:
    everybody, leavers = found.of_dataset("churn"), found.of_dataset("expected_leavers")
    if not everybody or not leavers:
        return []
    return [
        f"Churn across the shop is {ref(everybody[0])}.",
        f"Customers expected to leave across the shop: {ref(leavers[0])}.",
    ]


# ---- money ahead --------------------------------------------------------------------------------


def value_lines(found: Found, names: Sequence[str]) -> list[str]:
    """What customers are expected to spend, and what might be lost."""
    if names:
        pairs = [(name, m) for name in names for m in ("expected_value", "revenue_at_risk")]
        return [told(fact, False) for name, m in pairs for fact in found.of_segment(name, m)]
    ranked = [f for f in found.calculated if f["metric"] == "expected_value"]
    lines = [leading(fact, False) for fact in ranked[:1]]
    whole = [told(f, False) for m in ("expected_value", "revenue_at_risk")
             for f in found.of_dataset(m)]  # fmt: skip
    spare = ranked[0]["subject"] if ranked else ""
    rest = [f for f in found.segments_with("expected_value") if f["subject"] != spare]
    rest.sort(key=number, reverse=not ranked or ranked[0]["operation"] == "largest")
    return [
        *lines,
        *(f"- {f['subject']}: expected value {ref(f)}" for f in rest[:_MOST_CHURNING]),
        *whole,
    ]


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
    """How far off it was, then what serves for which target."""
    lines = [told(fact, False) for fact in found.of_dataset("calibration_error")]
    lines += ["That is how far predictions lay from what happened later."] if lines else []
    for refused, serves in (("False", "the model serves"), ("True", "a rule serves")):
        targets = [_TARGETS.get(text["target"], "others")
                   for text in found.texts if text.get("refused") == refused]  # fmt: skip
        if targets:
            *most, last = targets
            named = f"{', '.join(most)} and {last}" if most else last
            lines.append(f"For {named} {serves}.")
    return lines
