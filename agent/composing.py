"""Answers written from facts by rule: the finding first, then the figures that matter."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from langchain_core.messages import ToolMessage

from agent.questions import Reading
from agent.shifting import shift_lines


@dataclass(frozen=True)
class Found:
    """The facts, texts and errors of one turn's tool results."""

    facts: tuple[dict[str, Any], ...]
    texts: tuple[dict[str, str], ...]
    errors: tuple[str, ...]

    @classmethod
    def of(cls, results: Sequence[ToolMessage]) -> "Found":
        facts: list[dict[str, Any]] = []
        texts: list[dict[str, str]] = []
        errors: list[str] = []
        for message in results:
            if message.status == "error":
                errors.append(str(message.content))
                continue
            body = json.loads(str(message.content))
            facts += body["facts"]
            texts += body["texts"]
        return cls(tuple(facts), tuple(texts), tuple(dict.fromkeys(errors)))

    @classmethod
    def of_call(cls, body: dict[str, Any]) -> "Found":
        """One tool call's result, where no model stands between."""
        return cls(tuple(body["facts"]), tuple(body["texts"]), ())

    @property
    def calculated(self) -> list[dict[str, Any]]:
        return [fact for fact in self.facts if "operation" in fact]

    def segments_with(self, metric: str) -> list[dict[str, Any]]:
        return [f for f in self._counted(metric) if f["kind"] == "segment"]

    def of_segment(self, name: str, metric: str) -> list[dict[str, Any]]:
        return [f for f in self.segments_with(metric) if f["subject"] == name]

    def of_dataset(self, metric: str) -> list[dict[str, Any]]:
        return [f for f in self._counted(metric) if f["kind"] == "dataset"]

    def of_run(self, metric: str) -> list[dict[str, Any]]:
        return [f for f in self._counted(metric) if f["kind"] == "run"]

    def _counted(self, metric: str) -> list[dict[str, Any]]:
        return [f for f in self.facts if f["metric"] == metric and "operation" not in f]


def refusal() -> str:
    return (
        "I cannot answer that without a language model. I can tell you about the whole shop "
        "(customers, orders, revenue), about its segments and how they compare, what a segment is "
        "like, who moved between segments since a month or a day, who is likely to stop buying, "
        "and how far the stream of events has been read."
    )


def compose(reading: Reading, extreme_metric: str, found: Found) -> str:
    parts: list[str] = []
    if "churn" in reading.topics:
        parts += _churn(found)
    if "shifts" in reading.topics:
        parts += shift_lines(found, reading.segments)
    if "segments" in reading.topics or "notes" in reading.topics:
        parts += _segments(reading, extreme_metric, found)
    if "notes" in reading.topics:
        parts += _notes(reading, found)
    if "totals" in reading.topics:
        parts += _totals(reading, found)
    if "stream" in reading.topics:
        parts += _stream(found)
    parts += found.errors
    return _joined(parts) if parts else refusal()


def _joined(parts: Sequence[str]) -> str:
    """A blank line ends a list; without it the next line would belong to the last item."""
    text = parts[0]
    for before, part in pairwise(parts):
        ends_list = before.startswith("- ") and not part.startswith("- ")
        text += ("\n\n" if ends_list else "\n") + part
    return text


def _ref(facts: Sequence[dict[str, Any]]) -> str:
    return f"[[{facts[0]['id']}]]"


# ---- segments ----------------------------------------------------------------------------------


def _segments(reading: Reading, extreme_metric: str, found: Found) -> list[str]:
    if reading.segments:
        return _comparison(reading, found) + [
            line for name in reading.segments for line in _one_segment(name, found)
        ]
    lines = _winner(extreme_metric, found)
    if "segments" in reading.topics and found.of_run("segments") and (reading.lists or not lines):
        biggest_first = _by_revenue(found)
        lines.append(f"There are {_ref(found.of_run('segments'))} segments:")
        lines += [_bullet(name, found) for name in biggest_first]
    return lines


def _by_revenue(found: Found) -> list[str]:
    """The tool lists segments by revenue already; each name once."""
    return list(dict.fromkeys(fact["subject"] for fact in found.segments_with("customers")))


_WON = {
    "revenue": ("bring the most revenue", "bring the least revenue"),
    "customers": ("have the most customers", "have the fewest customers"),
    "frequency": ("have the highest frequency", "have the lowest frequency"),
    "recency": ("have the longest recency", "have the shortest recency"),
    "monetary": ("have the highest typical spend", "have the lowest typical spend"),
}


def _winner(metric: str, found: Found) -> list[str]:
    won = [f for f in found.calculated if f["metric"] == metric and f["kind"] == "segment"]
    if not won or metric not in _WON:
        return []
    name, most, least = won[0]["subject"], *_WON[metric]
    lines = [f"{name} {most if won[0]['operation'] == 'largest' else least}: {_ref(won)}."]
    share = found.of_segment(name, "share_of_revenue")
    if metric == "revenue" and share:
        lines.append(f"{name} bring {_ref(share)} of revenue.")
    return lines


def _bullet(name: str, found: Found) -> str:
    pieces = [f"{_ref(found.of_segment(name, 'customers'))} customers"]
    share = found.of_segment(name, "share_of_customers")
    if share:
        pieces[0] += f" ({_ref(share)} of customers)"
    revenue = found.of_segment(name, "revenue")
    if revenue:
        pieces.append(f"revenue {_ref(revenue)}")
    return f"- {name}: {', '.join(pieces)}"


def _comparison(reading: Reading, found: Found) -> list[str]:
    lines = []
    for fact in found.calculated:
        if fact["kind"] != "comparison":
            continue
        people = fact["metric"] == "customers"
        if fact["operation"] == "sum":
            rest = "customers" if people else "in revenue"
            verb = "have" if people else "bring"
            lines.append(f"{fact['subject']} together {verb} [[{fact['id']}]] {rest}.")
        elif fact["operation"] == "ratio":
            first, second = reading.segments
            rest = "as many customers" if people else "as much revenue"
            verb = "have" if people else "bring"
            lines.append(f"{first} {verb} [[{fact['id']}]] {rest} as {second}.")
    return lines


def _one_segment(name: str, found: Found) -> list[str]:
    def of(metric: str) -> list[dict[str, Any]]:
        return found.of_segment(name, metric)

    lines = []
    if of("customers") and of("share_of_customers"):
        share = _ref(of("share_of_customers"))
        lines.append(
            f"{name} have {_ref(of('customers'))} customers, which is {share} of customers."
        )
    if of("revenue") and of("share_of_revenue"):
        share = _ref(of("share_of_revenue"))
        lines.append(f"{name} bring {_ref(of('revenue'))} in revenue, which is {share} of revenue.")
    if of("frequency") and of("monetary") and of("recency"):
        lines.append(
            f"A typical customer of {name} has a frequency of {_ref(of('frequency'))}, a median "
            f"spend of {_ref(of('monetary'))} and a recency of {_ref(of('recency'))}."
        )
    return lines


def _notes(reading: Reading, found: Found) -> list[str]:
    return [
        text["note"] if text["note"].endswith(".") else f"{text['note']}."
        for text in found.texts
        if "note" in text and (not reading.segments or text["segment"] in reading.segments)
    ]


# ---- the whole shop, and churn -----------------------------------------------------------------

_TOTALS = {
    "customers": "The shop has {} customers.",
    "orders": "The shop has {} orders.",
    "revenue": "Revenue of the shop is {}.",
    "average_order": "The average order of the shop is {}.",
    "products": "The shop has {} products.",
}


def _totals(reading: Reading, found: Found) -> list[str]:
    asked = [metric for metric in reading.metrics if metric in _TOTALS] or list(_TOTALS)[:3]
    lines = [
        _TOTALS[metric].format(_ref(found.of_dataset(metric)))
        for metric in asked
        if found.of_dataset(metric)
    ]
    first, last = found.of_dataset("first_sale"), found.of_dataset("last_sale")
    if first and last:
        lines.append(f"The first sale is of {_ref(first)}, the last sale of {_ref(last)}.")
    return lines


def _churn(found: Found) -> list[str]:
    lines = []
    worst = [f for f in found.calculated if f["metric"] == "churn"]
    if worst:
        name = worst[0]["subject"]
        lines.append(f"{name} are the most likely to leave: churn is {_ref(worst)}.")
        revenue = found.of_segment(name, "revenue")
        if revenue:
            lines.append(f"{name} have brought {_ref(revenue)} in revenue so far.")
    for name in _by_revenue(found):
        churn, brought = found.of_segment(name, "churn"), found.of_segment(name, "revenue")
        if churn and brought and not (worst and name == worst[0]["subject"]):
            lines.append(f"- {name}: churn {_ref(churn)}, revenue {_ref(brought)}")
    everybody = found.of_dataset("churn")
    leavers = found.of_dataset("expected_leavers")
    if everybody and leavers:
        lines.append(f"Churn across the shop is {_ref(everybody)}.")
        lines.append(f"Customers expected to leave across the shop: {_ref(leavers)}.")
    return lines


def _stream(found: Found) -> list[str]:
    """Up to date or not comes first: that is what people ask."""
    lines = []
    events, lag = found.of_dataset("events"), found.of_dataset("lag")
    if lag:
        current = lag[0]["shows_as"] == "0"
        lines.append("The stream is up to date." if current else "The stream is behind.")
        lines.append(f"Waiting to be read: {_ref(lag)}.")
    if events:
        lines.append(f"The stream has brought {_ref(events)} events.")
    for metric, sentence in _STREAM.items():
        fact = found.of_dataset(metric)
        if fact and fact[0]["shows_as"] != "0":
            lines.append(sentence.format(_ref(fact)))
    newest = found.of_dataset("last_event")
    if newest:
        lines.append(f"The last event is of {_ref(newest)}.")
    return lines


_STREAM = {
    "duplicates": "Duplicates, each counted once: {}.",
    "late": "Late: {}.",
    "dead_letters": "Dead letters: {}.",
}
