"""The event id of a row: equal source values have equal ids, in any file, order and version."""

from typing import TYPE_CHECKING

from engine.cleaning.keyed import keyed_ids
from engine.cleaning.rules import Duplicates
from engine.reading import Source

if TYPE_CHECKING:
    import polars as pl

_SEPARATOR = "\x1f"  # the unit separator, which no export writes
_DIGEST = "SELECT md5(key) AS event_id FROM keys"


def row_keys(source: Source) -> "pl.DataFrame":
    """`key`: the event id that was given or follows from the source's key columns, else all source
    values; `given`: which of the two.

    A value counts as it is written: 3.5 in a Parquet file and 3.50 in a CSV are two. Columns are
    taken in the order of our names, so that their order and spelling in the file do not matter; a
    moment of ISO form counts the same with a T, a blank or an empty fraction.
    """
    import polars as pl

    names = sorted(source.table.columns, key=lambda name: source.mapping.get(name, f"~{name}"))
    values = [_value(name, source.mapping.get(name)) for name in names]
    all_values = pl.concat_str(values, separator=_SEPARATOR)
    given = _given_id(source)
    if source.key_columns:
        given = pl.coalesce(given, keyed_ids(source))
    return source.table.select(
        key=pl.coalesce(given, all_values), given=given.is_not_null().fill_null(False)
    )


def event_ids(keys: "pl.DataFrame") -> "pl.Series":
    import duckdb
    import polars as pl

    with duckdb.connect() as connection:
        connection.register("keys", keys.select("key").to_arrow())
        digests = connection.sql(_DIGEST).to_arrow_table()
    hashed = pl.Series("event_id", digests["event_id"])
    if not keys["given"].any():
        return hashed
    return keys["key"].alias("event_id").zip_with(keys["given"], hashed)


def mark_copies(keys: "pl.DataFrame", duplicates: Duplicates) -> "pl.DataFrame":
    """`event_id`, and `copy`: true for a row that repeats an earlier one and is not wanted.

    Under "keep" the n-th copy gets an id of its own, so that two files which both hold two copies
    agree on two; a repeated event id that was given is the same event all the same.
    """
    import polars as pl

    ids = event_ids(keys)
    again = ~ids.is_first_distinct()
    found = pl.DataFrame({"event_id": ids, "copy": again})
    if duplicates == "drop" or not again.any():
        return found
    found = found.with_columns(keys["given"], copy=again & keys["given"])
    number = found.select(number=pl.int_range(1, pl.len() + 1).over("event_id"))["number"]
    others = (again & ~keys["given"]).arg_true()
    numbered = keys.select("key", "given")[others].with_columns(number[others])
    later = event_ids(numbered.with_columns(key=pl.format("{}#{}", "key", "number")))
    return found.select("event_id", "copy").with_columns(ids.clone().scatter(others, later))


def _value(name: str, canonical: str | None) -> "pl.Expr":
    import polars as pl

    value = pl.col(name)
    if canonical == "occurred_at":
        value = value.str.replace(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)", "$1 $2")
        value = value.str.replace(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.0+", "$1")
    return value.fill_null("")


def _given_id(source: Source) -> "pl.Expr":
    import polars as pl

    own = next((name for name, known in source.mapping.items() if known == "event_id"), None)
    if own is None:
        return pl.lit(None, dtype=pl.String)
    text = pl.col(own).str.strip_chars().str.to_lowercase()
    return pl.when(text.str.contains("^[0-9a-f]{32}$")).then(text)
