"""Whose newest word keeps them out, as of a moment."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from engine.consent import EVERYBODY_IN, read_consent
from engine.features import dataset_totals, feature_table, open_transactions
from engine.records import record_schema
from tests.shops import at, transactions, write

Word = tuple[str, int | None, bool | None, str]  # customer, day of January 2025, word, load


def words(folder: Path, *given: Word) -> list[str]:
    rows = [
        {
            "customer_id": customer,
            "occurred_at": None if day is None else datetime(2025, 1, day, tzinfo=UTC),
            "opted_out": out,
            "load_id": load,
        }
        for customer, day, out, load in given
    ]
    file = folder / "customers.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=record_schema("customers")), file)
    return [str(file)]


def test_without_customers_nobody_has_opted_out() -> None:
    assert EVERYBODY_IN.opted_out(at("2025-01-01")) == frozenset()
    assert read_consent([], ["a"]).opted_out(at("2025-01-01")) == frozenset()


def test_only_what_was_known_by_then_counts(tmp_path: Path) -> None:
    files = words(tmp_path, ("ann", 5, True, "a"), ("ann", 9, False, "a"), ("bob", None, True, "a"))
    consent = read_consent(files, ["a"])
    assert consent.opted_out(at("2025-01-05")) == {"bob"}
    assert consent.opted_out(at("2025-01-06")) == {"ann", "bob"}
    assert consent.opted_out(at("2025-01-10")) == {"bob"}


def test_only_the_words_of_those_who_ever_opted_out_are_kept(tmp_path: Path) -> None:
    files = words(tmp_path, ("ann", 5, True, "a"), ("ann", 9, False, "a"), ("bob", 2, False, "a"))
    kept = read_consent(files, ["a"]).words
    assert kept is not None and kept["customer_id"].to_list() == ["ann", "ann"]


def test_of_one_moment_the_later_load_wins_and_within_a_load_the_refusal(tmp_path: Path) -> None:
    files = words(
        tmp_path,
        ("ann", 5, True, "late"), ("ann", 5, False, "early"),
        ("bob", None, False, "late"), ("bob", None, True, "early"),
        ("cat", 5, True, "early"), ("cat", 5, False, "early"),
        ("dan", 5, True, "early"), ("dan", 8, None, "late"),
    )  # fmt: skip
    consent = read_consent(files, ["early", "late"])
    assert consent.opted_out(at("2025-02-01")) == {"ann", "cat", "dan"}
    assert read_consent(files, ["late", "early"]).opted_out(at("2025-02-01")) == {
        "bob", "cat", "dan"
    }  # fmt: skip


def test_who_opted_out_has_no_features_and_counts_in_the_totals(tmp_path: Path) -> None:
    files = write(
        transactions(
            [
                ("1", "ann", "2025-01-02", "tea", 1, "5"),
                ("2", "bob", "2025-01-03", "tea", 1, "7"),
            ]
        ),
        tmp_path,
    )
    consent = read_consent(words(tmp_path, ("bob", 5, True, "a")), ["a"])
    with open_transactions(files) as table:
        before = feature_table(table, at("2025-01-04"), consent)
        after = feature_table(table, at("2025-01-06"), consent)
        totals = dataset_totals(table, at("2025-01-06"))
    assert (list(before.index), list(after.index)) == (["ann", "bob"], ["ann"])
    assert (totals.customers, totals.revenue) == (2, 1200)


def test_loads_that_nobody_knows_come_last(tmp_path: Path) -> None:
    files = words(tmp_path, ("ann", 5, True, "unknown"), ("ann", 5, False, "a"))
    found = read_consent(files, ["a"])
    assert found.opted_out(at("2025-02-01")) == {"ann"}
    assert isinstance(found.words, pl.DataFrame)
