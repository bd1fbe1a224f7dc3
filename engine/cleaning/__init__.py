"""Cleaning: source rows to canonical records, with every row accounted for.

rules.py       what may be mended or dropped, under which names, in which order
mending.py     text, ids, codes and countries put right
moments.py     dates and times read, and placed in the shop's zone
amounts.py     numbers read and multiplied exactly
identity.py    the event id of a row: the same row has the same id everywhere
keyed.py       rows that a key identifies: known, changed in the source, or new
ledger.py      the account: rows in = kept + fixed + dropped
cleaned.py     the result, and the door: clean, drop_known
"""

from engine.cleaning.cleaned import Cleaned, clean, drop_known
from engine.cleaning.ledger import Impact, Ledger
from engine.cleaning.rules import DROPPED_REASONS, FIXED_REASONS, CleaningRules

__all__ = [
    "DROPPED_REASONS",
    "FIXED_REASONS",
    "Cleaned",
    "CleaningRules",
    "Impact",
    "Ledger",
    "clean",
    "drop_known",
]
