"""What the terminal says of a load."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.words import ledger_words, new_tables, receipt_words

LOAD: dict[str, Any] = {
    "dataset": "corner", "version": 0, "load_id": "load_1", "already_loaded": False,
    "rows_in": 10, "kept": 6, "fixed": 3, "dropped": 1,
    "fixed_reasons": {"padded text": 2, "country alias": 3}, "dropped_reasons": {"zero price": 1},
    "noted": {"return unmatched": 2}, "assumed": {"unit_price": "a comma is the decimal sign"},
    "mapping": {"Kunde": "customer_id", "Preis": "unit_price"},
    "impact": {
        "rows_saved": {"value": 3}, "customers_saved": {"value": 1},
        "consistent_before": {"value": 0.6}, "consistent_after": {"value": 1.0},
    },
}  # fmt: skip


def test_the_account_of_a_load_is_said_line_by_line() -> None:
    said = ledger_words(LOAD)
    assert "10 rows in = 6 kept as they are + 3 mended + 1 dropped." in said
    lines = [" ".join(line.split()) for line in said.splitlines()]
    order = ["mended 3 country alias", "mended 2 padded text", "dropped 1 zero price",
             "kept 2 return unmatched"]  # fmt: skip
    assert [line for line in lines if line in order] == order
    assert "worth: mending saved 3 rows and 1 customer that dropping would lose" in lines
    assert "in order: 60.0% of the rows as they came, 100.0% of those taken" in lines
    assert "assumed: unit price: a comma is the decimal sign" in lines


def test_a_look_shows_how_surely_and_what_changes() -> None:
    dry = LOAD | {
        "dry_run": True,
        "sample": [{"Kunde": "13085.0", "Preis": "1,50", "X": None}],
        "guesses": [{"theirs": "Preis", "ours": "unit_price", "confidence": 0.7, "why": "named"}],
        "compared": [
            {"line": 2, "before": {"Kunde": "13085.0", "Preis": "1,50", "X": None},
             "after": {"customer_id": "13085", "unit_price": "1.500000"},
             "reasons": ["id written as float"]},
            {"line": 3, "before": {"Kunde": "1"}, "after": None, "reasons": ["zero price"]},
        ],
    }  # fmt: skip
    lines = [" ".join(line.split()) for line in ledger_words(dry).splitlines()]
    assert "Preis unit_price 70%, named" in lines
    at = lines.index("line 2: mended, id written as float")
    assert lines[at + 1 : at + 4] == [
        "Kunde: '13085.0' -> '13085'",
        "Preis: '1,50' -> '1.5'",
        "line 3: dropped, zero price",
    ]


@given(*[st.integers(0, 10**7)] * 3)
def test_every_fate_that_occurs_is_seen_in_the_bar(kept: int, fixed: int, dropped: int) -> None:
    fates = {"kept": kept, "fixed": fixed, "dropped": dropped, "rows_in": kept + fixed + dropped}
    drawn = ledger_words(LOAD | fates).splitlines()[2].split("  █ kept")[0]
    assert [sign in drawn for sign in "▓░"] == [fixed > 0, dropped > 0]
    assert len(drawn.strip()) <= 61


RECEIPT = {
    "text": "£77.30", "about": "revenue of customers who moved from A to B, as of 31 Dec 2025",
    "meaning": "sales less returns", "formula": "sum of net revenue", "rows": 1, "version": 3,
    "as_of": "2025-12-31T10:00:00+00:00", "tool": "segment_shifts", "snapshot": None,
    "operands": [], "changed_by": None, "value": 77.3, "rerun_value": 77.3, "rerun_text": "£77.30",
}  # fmt: skip


def test_a_receipt_says_what_it_counts_and_from_what() -> None:
    words = receipt_words(RECEIPT, rerun=False)
    assert words.startswith("£77.30: revenue of customers who moved from A to B, as of 31 Dec 2025")
    assert "from:     1 row of version 3 of the data, as known on 2025-12-31" in words
    assert "re-run" not in words and "snapshot" not in words


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "the same value"),
        ({"rerun_value": 80.0, "rerun_text": "£80.00"}, "£80.00, which is not what was said"),
        ({"changed_by": {"by": "local"}, "rerun_value": None}, "a customer whose rows were among"),
    ],
)
def test_a_re_run_says_whether_it_is_the_same(changed: dict[str, object], said: str) -> None:
    assert said in receipt_words(RECEIPT | changed, rerun=True).splitlines()[-1]


def test_a_table_is_shown_when_the_sentences_did_not_tell_all_of_it() -> None:
    def table(*receipts: str | None) -> dict[str, Any]:
        return {"rows": [{"cells": [one and {"receipt": one} for one in receipts]}]}

    answer = {"facts": [{"receipt": "r1"}, {"receipt": "r2"}]}
    told, new = table("r1", "r2", None), table("r1", "r3")
    assert new_tables(answer | {"tables": [told, new]}) == [new]
