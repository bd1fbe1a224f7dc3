"""The event id of a row: equal source values have equal ids, in any file, order and version."""

from typing import TYPE_CHECKING

from engine.cleaning.cells import Cells
from engine.cleaning.keyed import keyed_ids
from engine.cleaning.rules import Duplicates
from engine.reading import Source

if TYPE_CHECKING:
    import polars as pl

_SEPARATOR = "\x1f"  # the unit separator, which no export writes
_DIGEST = "SELECT md5(key) AS event_id FROM keys"


def identify(source: Source) -> "pl.DataFrame":
    """Of each row its `key`, whether that was `given`, and the `event_id` that follows from it."""
    keys = row_keys(source)
    return keys.with_columns(event_ids(keys))


def row_keys(source: Source) -> "pl.DataFrame":
    """`key`: the event id that was given or follows from the source's key columns, else all source
    values; `given`: which of the two.

    A value counts as it is written: 3.5 in a Parquet file and 3.50 in a CSV are two. Columns are
    taken in the order of our names, so that their order and spelling in the file do not matter; a
    moment of ISO form counts the same with a T, a blank or an empty fraction.
    """
    import polars as pl

    names = sorted(source.table.columns, key=lambda name: source.mapping.get(name, f"~{name}"))
    values = [_value(source.table[name], source.mapping.get(name)) for name in names]
    all_values = pl.concat_str(pl.all().fill_null(""), separator=_SEPARATOR)
    keys = pl.DataFrame(values).select(key=all_values, given=pl.lit(False))
    given = _given_id(source)
    if given is None:
        return keys
    return keys.with_columns(key=pl.coalesce(given, keys["key"]), given=given.is_not_null())


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


def mark_copies(
    identified: "pl.DataFrame", wanted: "pl.Series", duplicates: Duplicates
) -> "pl.DataFrame":
    """`event_id`, and `copy`: true for a wanted row that repeats an earlier one and is not taken.

    Under "keep" the n-th copy gets an id of its own, so that two files which both hold two copies
    agree on two; a repeated event id that was given is the same event all the same.
    """
    import polars as pl

    ids, given = identified["event_id"], identified["given"]
    if not wanted.all():
        ids = ids.set(~wanted, None)
    again = wanted & ~ids.is_first_distinct()
    if duplicates == "drop" or not again.any():
        return pl.DataFrame([ids, again.alias("copy")])
    numbers = ids.to_frame().select(number=pl.int_range(1, pl.len() + 1).over("event_id"))
    others = (again & ~given).arg_true()
    numbered = identified[others].with_columns(numbers[others])
    later = event_ids(numbered.with_columns(key=pl.format("{}#{}", "key", "number")))
    return pl.DataFrame([ids.scatter(others, later), (again & given).alias("copy")])


def _value(column: "pl.Series", canonical: str | None) -> "pl.Series":
    if canonical != "occurred_at":
        return column
    cells = Cells.of(column)
    text = cells.values.str.replace(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)", "$1 $2")
    text = text.str.replace(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.0+", "$1")
    return cells.spread(text).alias(column.name)


def _given_id(source: Source) -> "pl.Series | None":
    """The id that an event brings, else the one of the row's key; nothing where there are none."""
    own = next((name for name, known in source.mapping.items() if known == "event_id"), None)
    keyed = keyed_ids(source) if source.key_columns else None
    if own is None:
        return keyed
    text = source.table[own].str.strip_chars().str.to_lowercase()
    given = text.set(~text.str.contains("^[0-9a-f]{32}$"), None)
    return given if keyed is None else given.zip_with(given.is_not_null(), keyed)
