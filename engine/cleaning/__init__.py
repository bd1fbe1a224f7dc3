"""Cleaning: source rows to canonical records, with every row accounted for.

rules.py         what may be mended or dropped, under which names, in which order; the policies
cells.py         a column as its distinct texts: each is judged once
mending.py       ids, codes, countries put right; countries.py has one name for each
guests.py        customers that a row's order names
moments.py       dates and times read, and placed in the shop's zone; months.py, months as words
numbers.py       numbers read as people and programs write them
currencies.py    which currency; amounts brought to the shop's
money.py         quantity, price, discount and total of a line; amounts.py, exact arithmetic
words.py         genders, yes and no, actions in several languages
identity.py      the event id of a row: the same row has the same id everywhere
keyed.py         rows that a key identifies: known, changed in the source, or new
worked.py        what every kind of record is worked out with
transactions.py customers.py events.py texts.py     one kind of record each
notes.py         what is counted and kept as it is
ledger.py        the account: rows in = kept + fixed + dropped
cleaned.py       the result, and the door: clean, drop_known
comparing.py     the first rows before and after
"""

from engine.cleaning.cleaned import Cleaned, clean, drop_known
from engine.cleaning.comparing import before_after
from engine.cleaning.ledger import Impact, Ledger
from engine.cleaning.rules import DROPPED_REASONS, FIXED_REASONS, CleaningRules

__all__ = [
    "DROPPED_REASONS",
    "FIXED_REASONS",
    "Cleaned",
    "CleaningRules",
    "Impact",
    "Ledger",
    "before_after",
    "clean",
    "drop_known",
]
