"""Rows that a key identifies: known, changed in the source, or new."""

from datetime import UTC, datetime

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cleaning import Cleaned, clean, drop_known
from engine.concepts import Shop
from engine.reading import source_of

NOW = datetime(2025, 2, 1, tzinfo=UTC)
COLUMNS = ("id", "customer_id", "occurred_at", "quantity", "unit_price", "remark")
TEA = ("1", "ann", "2025-01-03 10:00:00", "2", "5.00", None)
CUP = ("2", "bob", "2025-01-04 10:00:00", "1", "3.50", None)


def cleaned(
    *rows: tuple[str | None, ...], scope: str = "shop orders", keyed: bool = True
) -> Cleaned:
    table = pl.DataFrame(list(rows), schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    source = source_of(
        table, "orders", "hash", key_columns=("id",) if keyed else (), key_scope=scope
    )
    return clean(source, Shop(), "load_1", NOW)


def against(first: Cleaned, second: Cleaned) -> dict[str, int]:
    return drop_known(second, first.rows["event_id"]).ledger.dropped_reasons


def _with_ann(customers: list[str | None]) -> list[str | None]:
    """A file whose rows all name nobody is refused before."""
    return [*customers, "ann"]


def test_known_changed_and_new_rows_are_told_apart() -> None:
    first = cleaned(TEA, CUP)
    dearer = (*CUP[:4], "4.50", None)
    new = ("3", *TEA[1:])
    found = drop_known(cleaned(TEA, dearer, new), first.rows["event_id"])
    assert found.ledger.dropped_reasons == {"already in the dataset": 1, "changed in the source": 1}
    assert found.rows["customer_id"].to_pylist() == ["ann"]
    assert found.dropped["line"].to_pylist() == [1, 2]


def test_a_column_that_is_not_taken_changes_no_row() -> None:
    assert against(cleaned(TEA), cleaned((*TEA[:5], "seen"))) == {"already in the dataset": 1}


def test_the_same_key_of_another_table_is_another_row() -> None:
    assert against(cleaned(TEA), cleaned(TEA, scope="shop older")) == {}


def test_without_a_key_a_changed_row_is_a_new_one() -> None:
    first, second = (cleaned((*TEA[:5], remark), keyed=False) for remark in (None, "seen"))
    assert against(first, second) == {}
    assert against(first, first) == {"already in the dataset": 1}


@settings(deadline=None)
@given(st.lists(st.sampled_from(["ann", "bob", "", None, " ann"]), max_size=5).map(_with_ann))
def test_every_row_with_a_key_of_its_own_is_taken_once(customers: list[str | None]) -> None:
    rows = [(str(number), who, *TEA[2:]) for number, who in enumerate(customers)]
    first = cleaned(*rows)
    assert len(set(first.rows["event_id"].to_pylist())) == len(rows)
    assert against(first, first) == {"already in the dataset": len(rows)}
