"""What segments, customers, predictions, records and the stream are like, in sentences."""

import re
from collections.abc import Sequence

from agent.found import Fact, Found
from agent.phrasing import beside_shop, number, ref, told
from engine.grounding.figures import find_figures

_MOST_BULLETS = 8
_MOST_OTHERS = 2
_CLAIMS = re.compile(  # they need a fact beside them
    r"\d|\b(?:better|best|worse|worst|more|most|less|least|higher|lower|bigger|larger|smaller|stronger|"
    r"longer|chang\w*|differ\w*|gap|up|down|one|two|three|none|nobody|few|fewer|because|since)\b"
)


def segment_lines(found: Found) -> list[str]:
    count = found.of_run("segments")
    if not count:
        return []
    names = list(dict.fromkeys(fact["subject"] for fact in found.segments_with("customers")))
    return [
        f"There are {ref(count[0])} segments{_first_of(found)}:",
        *(_bullet(name, found) for name in names[:_MOST_BULLETS]),
    ]


def _first_of(found: Found) -> str:
    """Who brings most, beside how many they are."""
    brings = sorted(found.segments_with("share_of_revenue"), key=number, reverse=True)
    if len(brings) < 2 or brings[0]["shows_as"] == brings[1]["shows_as"]:
        return ""
    name = brings[0]["subject"]
    sizes = found.of_segment(name, "share_of_customers")
    return "".join(f"; {name} are {ref(size)} of customers and bring {ref(brings[0])} of revenue"
                   for size in sizes[:1])  # fmt: skip


def _bullet(name: str, found: Found) -> str:
    pieces = [f"{ref(found.of_segment(name, 'customers')[0])} customers"]
    share = found.of_segment(name, "share_of_customers")
    if share:
        pieces[0] += f" ({ref(share[0])} of customers)"
    revenue, part = found.of_segment(name, "revenue"), found.of_segment(name, "share_of_revenue")
    if revenue:
        of_all = f" ({ref(part[0])} of revenue)" if part else ""
        pieces.append(f"revenue {ref(revenue[0])}{of_all}")
    return f"- {name}: {', '.join(pieces)}"


def portrait_lines(found: Found, names: Sequence[str]) -> list[str]:
    """What a segment is like in words, then its figures; with no name, whom the notes tell."""
    notes = [text for text in found.texts if "note" in text]
    named = list(names) or [note["segment"] for note in notes[:1]]
    said = [note["note"] for note in notes if note["segment"] in named]
    lines = [_ended(note) for note in said if not find_figures(note)]  # figures are facts alone
    return lines + [line for name in named for line in _one_segment(name, found)]


def _ended(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _one_segment(name: str, found: Found) -> list[str]:
    def of(metric: str) -> list[Fact]:
        return found.of_segment(name, metric)

    lines = []
    whole = ("customers", "share_of_customers", "revenue", "share_of_revenue")
    if all(of(metric) for metric in whole):
        people, part, brought, of_all = (ref(of(metric)[0]) for metric in whole)
        lines.append(
            f"{name} have {people} customers, {part} of all customers, and bring {brought} in "
            f"revenue, {of_all} of all revenue."
        )
    if of("frequency") and of("monetary") and of("recency"):
        lines.append(
            f"A typical customer of {name} has placed {ref(of('frequency')[0])} orders and last "
            f"bought {ref(of('recency')[0])} ago; the median spend is {ref(of('monetary')[0])}."
        )
    return lines + [f"Churn of {name} is {ref(fact)}{beside_shop(fact, found)}."
                    for fact in of("churn")]  # fmt: skip


# ---- one customer -------------------------------------------------------------------------------


def customer_lines(found: Found, why: bool, dated: bool) -> list[str]:
    lines: list[str] = []
    for text in (text for text in found.texts if "customer" in text and "after" in text):
        name = f"customer {text['customer']}"
        lines.append(f"{name.capitalize()} is in {text['after']}.")
        lines += _of_customer(text["customer"], found, dated)
        if why and text["before"] != text["after"]:
            lines.append(f"Before, this was {text['before']}.")
        if why and "held_by" in text:
            lines.append(f"What keeps {name} there: {_habit_words(text['held_by'])}.")
        if why and "reason" in text:
            lines.append(f"What moved {name}: {_habit_words(text['reason'])}.")
    return lines


def _habit_words(text: str) -> str:
    """Features as people say them: what is bought in the store, not share_channel_store."""
    text = re.sub(r"\bshare_(?:channel|category)_(\w+)", r"what is bought of \1", text)
    return re.sub(r"(?<=\w)_(?=\w)", " ", text)


_AHEAD = {"churn": "Churn", "buy_soon": "Chance of buying", "expected_value": "Expected value"}


def _of_customer(customer: str, found: Found, dated: bool) -> list[str]:
    """What was bought, what is expected, how long ago the last purchase was."""
    name = f"customer {customer}"
    own = [f for f in found.facts if f["subject"] == name]
    ahead = [f"{_AHEAD[m]} of {name}: {ref(f)}." for m in _AHEAD for f in own if f["metric"] == m]
    habits = ("recency", "frequency", "monetary", "tenure")
    counted = {f["metric"]: f for f in own if f["metric"] not in (*habits, *_AHEAD)}
    if {"orders", "revenue", "last_sale"} <= set(counted) and not dated:
        orders, brought, day = (ref(counted.pop(m)) for m in ("orders", "revenue", "last_sale"))
        ahead.append(
            f"{name.capitalize()} has placed {orders} orders and brought {brought} in revenue; the "
            f"last sale was on {day}."
        )
        return ahead + [told(fact, dated) for fact in counted.values()]
    lines = ahead + [told(fact, dated) for fact in counted.values()]
    last = {f["metric"]: f for f in own if f["metric"] in habits}
    if "recency" in last:
        fact = last["recency"]
        lines.append(f"The recency of {name} is {ref(fact)} {fact['period']}.")
    return lines


# ---- selections, evidence, records, the stream --------------------------------------------------


def audience_lines(found: Found, saved: bool = False) -> list[str]:
    lines = []
    for fact in found.plain("customers"):
        name = fact["subject"]
        opened = f"{name[0].upper()}{name[1:]}"
        share = [f for f in found.plain("share_of_customers") if f["subject"] == name]
        part = f", which is {ref(share[0])} of customers" if share else ""
        lines.append(f"{opened} are {ref(fact)} people{part}.")
        lines += [
            f"{opened} brought {ref(each)} in revenue."
            for each in found.plain("revenue") if each["subject"] == name
        ]  # fmt: skip
    if saved and not lines:
        return ["No audience is saved."]
    if not saved:
        return [*lines, "To keep them, say: save these as an audience."] if lines else []
    return lines


def record_lines(found: Found) -> list[str]:
    first, last = found.of_dataset("first_sale"), found.of_dataset("last_sale")
    lines = []
    if first and last:
        lines.append(f"The first sale across the shop is of {ref(first[0])}.")
        lines.append(f"The last sale across the shop is of {ref(last[0])}.")
    lines += [f"The shop has {ref(fact)} records." for fact in found.of_dataset("rows")]
    return lines + [
        f"The shop has {ref(fact)} customers." for fact in found.of_dataset("customers")
    ]


def evidence_lines(found: Found) -> list[str]:
    """Why this way of cutting; how it measures; what spoke against the others; what the chosen way
    gains over what anybody would have made."""
    reasons = [text["reason"] for text in found.texts if text.get("reason")]
    lines = [_ended(reason) for reason in reasons if not _CLAIMS.search(reason)]
    chosen = next((t["candidate"] for t in found.texts if "candidate" in t), "")
    lines += _measured(found, chosen)
    others = [t for t in found.texts if t.get("why_not") and t["candidate"] != chosen]
    for other in others[:_MOST_OTHERS]:
        if not _CLAIMS.search(other["why_not"]):
            lines += [_ended(f"{other['candidate']}: {other['why_not']}")]
        if len(others) == 1:  # the one that was asked about
            lines += _measured(found, other["candidate"])
    count = [f"There are {ref(fact)} segments." for fact in found.of_run("segments")[:1]]
    return lines + count + _leads(found)


def _leads(found: Found) -> list[str]:
    """Over plain KMeans and over the rules, with the interval."""
    ends = {
        metric: {fact["subject"]: fact for fact in found.plain(metric)}
        for metric in ("lead_low", "lead_high")
    }
    lines = []
    for metric, words in (("outcome_lead", "later spend"), ("separation_lead", "separation")):
        for fact in found.plain(metric):
            name = fact["subject"]
            low, high = (ends[end][name] for end in ("lead_low", "lead_high"))
            lines.append(
                f"{name[:1].upper()}{name[1:]}: a surplus in {words} of {ref(fact)}; the interval "
                f"begins at {ref(low)} and the interval ends at {ref(high)}."
            )
    return lines


def _measured(found: Found, candidate: str) -> list[str]:
    return [
        f"The {metric} of {candidate} is {ref(fact)}."
        for metric in ("separation", "stability")
        for fact in [f for f in found.plain(metric) if f["subject"] == candidate][:1]
    ]


def stream_lines(found: Found) -> list[str]:
    """Up to date or not comes first: that is what people ask."""
    lines = []
    events, lag = found.of_dataset("events"), found.of_dataset("lag")
    if lag:
        current = lag[0]["shows_as"] == "0"
        lines.append("The stream is up to date." if current else "The stream is behind.")
        lines.append(f"Waiting to be read: {ref(lag[0])}.")
    if events:
        lines.append(f"The stream has brought {ref(events[0])} events.")
    for metric, sentence in _STREAM.items():
        fact = found.of_dataset(metric)
        if fact and fact[0]["shows_as"] != "0":
            lines.append(sentence.format(ref(fact[0])))
    newest = found.of_dataset("last_event")
    if newest:
        lines.append(f"The last event is of {ref(newest[0])}.")
    return lines


_STREAM = {
    "duplicates": "Duplicates, each counted once: {}.",
    "late": "Late: {}.",
    "dead_letters": "Dead letters: {}.",
}
