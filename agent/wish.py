"""What somebody wishes to know, without what they say beside it: why they ask, what they think.

"Off to the fair next week!! six German customers who've spent the most, so I can take them for a
beer" wishes for the customers; the fair, the week and the beer are no part of it. A clause is left
out only where the reader of such clauses is sure, it names nothing that could narrow the answer,
and what stays is a question without it.
"""

import re
from collections.abc import Callable
from datetime import date

from agent.intents import read_told
from agent.outside import is_no_question
from agent.slots import Slots

_SURE = 0.8
_LONGEST = 8  # clauses; more is a text, and no question
_BREAK = re.compile(
    r"(?<=[.!?…;])\s+|\s*\.\.+\s*|\s+[-–—]+\s+|\s*\n\s*|,\s+(?!\d)|(?<=\D):\s+|"
    r"\s+(?=(?:so (?:that )?|because |cos |since )(?:i|we|that|they|my|our)\b)",
    re.IGNORECASE,
)

Reader = Callable[[str], Slots]


def wish(question: str, read: Reader, today: date) -> str:
    """The question, or the clauses of it that ask."""
    clauses = [clause for clause in _BREAK.split(question) if clause and clause.strip()]
    if not 1 < len(clauses) <= _LONGEST or is_no_question(question):
        return question
    read_clauses = [read(clause) for clause in clauses]
    told = read_told([slots.masked for slots in read_clauses])
    kept = [
        clause
        for clause, slots, sure in zip(clauses, read_clauses, told, strict=True)
        if sure < _SURE or _CONDITION.search(clause) or _narrows(slots, today)
    ]
    if len(kept) == len(clauses):
        return question
    asked = ", ".join(clause.rstrip(",;. ") for clause in kept)
    return asked if _counts(read(asked)) else question


# How a condition begins: whatever follows, the answer would be another without it. A long number
# may be somebody's id.
_CONDITION = re.compile(
    r"\d{4}|^\W*(?:not|no|without|excl\w*|except|only|just the|but|if|unless|when|whenever|before|"
    r"after|since|during|between|from|until|over|under|within|per|by|in|on|at|with|ohne|nur|"
    r"au(?:ß|ss)er|seit|sin|solo|desde|sans|seulement|depuis|"
    r"the (?:day|week|fortnight|month|quarter|year)s?|"
    r"(?:\w+ ){1,3}(?:off|out|aside|excluded|included)(?=\W*$))\b",
    re.IGNORECASE,
)


def _counts(slots: Slots) -> bool:
    """Whether it is a question by itself."""
    return bool(slots.measures or slots.dimensions or slots.names or slots.customers)


def _narrows(slots: Slots, today: date) -> bool:
    """Whether it names somebody, something, or days that there are records of."""
    if any(stretch.since <= today for stretch in slots.periods):
        return True
    return bool(
        slots.names or slots.customers or slots.where or slots.people or slots.consent
        or slots.without or slots.top or slots.extreme
    )  # fmt: skip
