"""What segments, customers, predictions, records and the stream are like, in sentences."""

from collections.abc import Sequence

from agent.found import Fact, Found
from agent.phrasing import ref, told

_MOST_BULLETS = 8
_MOST_CHURNING = 5  # segments, each with two figures


def segment_lines(found: Found) -> list[str]:
    count = found.of_run("segments")
    if not count:
        return []
    names = list(dict.fromkeys(fact["subject"] for fact in found.segments_with("customers")))
    return [
        f"There are {ref(count[0])} segments:",
        *(_bullet(name, found) for name in names[:_MOST_BULLETS]),
    ]


def _bullet(name: str, found: Found) -> str:
    pieces = [f"{ref(found.of_segment(name, 'customers')[0])} customers"]
    share = found.of_segment(name, "share_of_customers")
    if share:
        pieces[0] += f" ({ref(share[0])} of customers)"
    revenue = found.of_segment(name, "revenue")
    if revenue:
        pieces.append(f"revenue {ref(revenue[0])}")
    return f"- {name}: {', '.join(pieces)}"


def portrait_lines(found: Found, names: Sequence[str]) -> list[str]:
    """What a segment is like in words, then its figures; with no name, whom the notes tell."""
    notes = [text for text in found.texts if "note" in text]
    named = list(names) or [note["segment"] for note in notes[:1]]
    lines = [_ended(note["note"]) for note in notes if note["segment"] in named]
    return lines + [line for name in named for line in _one_segment(name, found)]


def _ended(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _one_segment(name: str, found: Found) -> list[str]:
    def of(metric: str) -> list[Fact]:
        return found.of_segment(name, metric)

    lines = []
    for size, share, verb, rest in (
        ("customers", "share_of_customers", "have", "customers, which is {} of customers"),
        ("revenue", "share_of_revenue", "bring", "in revenue, which is {} of revenue"),
    ):
        if of(size) and of(share):
            lines.append(f"{name} {verb} {ref(of(size)[0])} {rest.format(ref(of(share)[0]))}.")
    if of("frequency") and of("monetary") and of("recency"):
        lines.append(
            f"A typical customer of {name} has a frequency of {ref(of('frequency')[0])}, a median "
            f"spend of {ref(of('monetary')[0])} and a recency of {ref(of('recency')[0])}."
        )
    return lines


# ---- predictions --------------------------------------------------------------------------------


def churn_lines(found: Found, names: Sequence[str]) -> list[str]:
    """Of the segments asked for; else who is likeliest to leave, and the rest."""
    if names:
        return [line for name in names for line in _churn_of(name, found)]
    lines = []
    worst = found.done("largest", "churn")
    if worst:
        name = worst[0]["subject"]
        lines.append(f"{name} are the most likely to leave: churn is {ref(worst[0])}.")
        lines += [
            f"{name} have brought {ref(fact)} in revenue so far."
            for fact in found.of_segment(name, "revenue")
        ]
    for fact in found.segments_with("churn")[:_MOST_CHURNING]:
        brought = found.of_segment(fact["subject"], "revenue")
        if brought and not (worst and fact["subject"] == worst[0]["subject"]):
            lines.append(f"- {fact['subject']}: churn {ref(fact)}, revenue {ref(brought[0])}")
    return lines + _churn_of_shop(found)


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
    ]


# ---- one customer -------------------------------------------------------------------------------


def customer_lines(found: Found, why: bool) -> list[str]:
    lines: list[str] = []
    for text in (text for text in found.texts if "customer" in text and "after" in text):
        name = f"customer {text['customer']}"
        lines.append(f"{name.capitalize()} is in {text['after']}.")
        if text["before"] != text["after"]:
            lines.append(f"Before, this was {text['before']}.")
        if "held_by" in text:
            lines.append(f"What keeps {name} there: {text['held_by']}.")
        if "reason" in text and why:
            lines.append(f"What moved {name}: {text['reason']}.")
        lines += _habits(name, found)
    return lines


def _habits(name: str, found: Found) -> list[str]:
    """As of the later of the two moments."""
    facts: dict[str, Fact] = {f["metric"]: f for f in found.facts if f["subject"] == name}
    lines = [told(facts[m], False) for m in ("revenue", "orders", "average_order") if m in facts]
    if lines:
        return lines
    said = {"frequency": "frequency", "recency": "recency"}
    return [
        f"The {word} of {name} is {ref(facts[m])} {facts[m]['period']}."
        for m, word in said.items() if m in facts
    ]  # fmt: skip


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
        return ["No audience is saved yet."]
    if not saved:
        return (
            [*lines, 'Keep them as an audience with: segue audience --where "..."'] if lines else []
        )
    return lines


def record_lines(found: Found) -> list[str]:
    first, last = found.of_dataset("first_sale"), found.of_dataset("last_sale")
    lines = []
    if first and last:
        lines.append(f"The first sale is of {ref(first[0])}, the last sale of {ref(last[0])}.")
    lines += [f"The shop has {ref(fact)} records." for fact in found.of_dataset("rows")]
    return lines + [
        f"The shop has {ref(fact)} customers." for fact in found.of_dataset("customers")
    ]


def evidence_lines(found: Found) -> list[str]:
    lines = []
    for text in found.texts:
        lines += [_ended(text[key]) for key in ("reason", "why_not") if text.get(key)]
    facts = [f for f in found.facts if f["metric"] in ("separation", "stability")]
    lines += [f"The {f['metric']} of {f['subject']} is {ref(f)}." for f in facts[:2]]
    return lines[:5]


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
