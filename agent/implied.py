"""The measure that a question implies where no word names it, or only words that most hold."""

import re
from dataclasses import replace

from agent.doubt import CLEAR, UNCOUNTED
from agent.intents import read_intents, read_measure
from agent.slots import Slots

_MEASURE_SURE = 0.5


def with_measure(slots: Slots) -> Slots:
    """Where no word names what is counted, what such a sentence counts."""
    sizes = slots.dimensions == ("segment",) and not slots.extreme
    if slots.measures and set(slots.measures) <= _NAMED_IN_PASSING:
        return _otherwise(slots)
    if slots.measures or sizes or len(_WORDS.findall(slots.masked)) < _FEWEST_WORDS:
        return slots
    if slots.extreme and slots.dimensions and _AT_ITS_BEST.search(slots.masked):
        return slots  # the best of months is the one that brought most
    if not slots.customers and _is_beyond(slots.masked):
        return slots
    guess = read_measure(slots.masked)
    if guess.name == "next_segment" and not _TO_COME.search(slots.masked):
        return slots
    plain = guess.name in ("", "customers") and bool(slots.dimensions)
    if not guess.name or plain or guess.probability < _MEASURE_SURE:
        return slots
    return replace(slots, measures=(guess.name,))


# "What does an order come to?" counts no orders, "how many do we stand to lose?" no customers.
_NAMED_IN_PASSING = frozenset(("customers", "orders", "units", "average_order"))
_PLAINLY_OTHER = 0.7


def _otherwise(slots: Slots) -> Slots:
    """What the whole sentence counts, where its words name what nearly every question names."""
    guess = read_measure(slots.masked)
    same = guess.name in ("", "customers", "orders", *slots.measures)
    if same or guess.probability < _PLAINLY_OTHER:
        return slots
    return replace(slots, measures=(guess.name,))


_TO_COME = re.compile(
    r"\b(?:will|next|going|becom\w*|head\w*|end up|soon|later|future|mov\w+|drift\w*|land)\b", re.I
)
_AT_ITS_BEST = re.compile(r"\b(?:second-)?(?:best|worst|strongest|weakest)\b(?! sell)", re.I)


def _is_beyond(text: str) -> bool:
    """Whether the reader is sure that it asks for nothing that is counted."""
    first = next(iter(read_intents(text)), None)
    return first is not None and first.name in UNCOUNTED and first.probability >= CLEAR


_WORDS = re.compile(r"(?<![<\w])[^\W\d_]{2,}(?![\w>])")
_FEWEST_WORDS = 3  # beside names and days; "and in France?" counts what the question before did
