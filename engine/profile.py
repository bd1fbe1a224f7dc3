"""What a table of records looks like, column by column: what a person reads before trusting it.

Columns that say who somebody is are counted and never shown: their values are nobody's business
in an overview.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from engine.records import COLUMNS, RecordKind

if TYPE_CHECKING:
    import polars as pl

ColumnType = Literal["numeric", "categorical", "date", "text", "id", "empty"]

PERSONAL = frozenset({"customer_id", "name", "email", "phone", "text", "birth_date", "postcode"})
_IDS = frozenset({"event_id", "order_id", "customer_id", "session_id", "load_id", "product_id"})
_CODES = frozenset({"local_hour", "weekday"})  # numbers that count nothing
_BINS = 20
_MIDDLE: tuple[tuple[float, Literal["lower", "higher"]], ...] = ((0.01, "lower"), (0.99, "higher"))
_TOP = 10
_MOST_CATEGORIES = 200  # more different words than that are text
_CORRELATION_ROWS = 100_000
_LEAST_ROWS = 30  # for a correlation to be worth a word


@dataclass(frozen=True)
class Correlation:
    """Spearman's rank correlation of two numeric columns over the rows that have both."""

    first: str
    second: str
    value: float
    rows: int


@dataclass(frozen=True)
class Profile:
    kind: RecordKind
    rows: int
    types: dict[str, ColumnType]
    missing: dict[str, dict[str, float]]  # column -> count, share
    distributions: dict[str, dict[str, Any]]
    correlations: tuple[Correlation, ...]
    left_out: int = 0  # rows of people who opted out

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"correlations": [asdict(one) for one in self.correlations]}


def profile_records(
    kind: RecordKind, files: Sequence[str], seed: int = 0, without: Collection[str] = ()
) -> Profile:
    """The records of one kind in these Parquet files, `without` those of some customers."""
    import polars as pl

    names = [name for name, _, _, _ in COLUMNS[kind]]
    found = pl.scan_parquet(
        list(files), glob=False, missing_columns="insert", extra_columns="ignore",
        schema=_schema(kind),
    )  # fmt: skip
    table = found.select(names).collect()
    hidden = table["customer_id"].is_in(list(without)).fill_null(False)
    shown = _with_attributes(table.filter(~hidden))
    return replace(profile_table(kind, shown, seed), left_out=int(hidden.sum()))


def profile_table(kind: RecordKind, table: "pl.DataFrame", seed: int = 0) -> Profile:
    types = {name: _type_of(table[name]) for name in table.columns}
    numeric = [name for name, found in types.items() if found == "numeric"]
    return Profile(
        kind=kind,
        rows=len(table),
        types=types,
        missing={name: _missing(table[name]) for name in table.columns},
        distributions={
            name: _distribution(table[name], types[name])
            for name in table.columns
            if types[name] != "empty"
        },
        correlations=_correlations(table, numeric, seed),
    )


def _schema(kind: RecordKind) -> "pl.Schema":
    import polars as pl

    from engine.records import record_schema

    return pl.Schema(pl.DataFrame(record_schema(kind).empty_table()).schema)


def _with_attributes(table: "pl.DataFrame") -> "pl.DataFrame":
    """What a customers source says besides, as columns of their own."""
    import json

    import polars as pl

    if "attributes" not in table.columns:
        return table
    said = [json.loads(text) if text else {} for text in table["attributes"]]
    rest = table.drop("attributes")
    for name in sorted({name for one in said for name in one}):
        if name not in rest.columns:
            values = pl.Series(name, [one.get(name) for one in said], strict=False)
            rest = rest.with_columns(values)
    return rest


# ---- one column ----------------------------------------------------------------------------------


def _type_of(column: "pl.Series") -> ColumnType:
    if column.null_count() == len(column):
        return "empty"
    if column.name in _IDS:
        return "id"
    if column.name in _CODES:
        return "categorical"
    if column.dtype.is_temporal():
        return "date"
    if column.dtype.is_numeric() or column.dtype.is_decimal():
        return "numeric"
    if column.name in PERSONAL:
        return "text"
    return "categorical" if column.n_unique() <= _MOST_CATEGORIES else "text"


def _missing(column: "pl.Series") -> dict[str, float]:
    count = column.null_count()
    return {"count": count, "share": count / len(column) if len(column) else 0.0}


def _distribution(column: "pl.Series", kind: ColumnType) -> dict[str, Any]:
    filled = column.drop_nulls()
    found: dict[str, Any] = {"distinct": filled.n_unique()}
    if column.name in PERSONAL:
        return found
    if kind == "numeric":
        return found | _numbers(filled)
    if kind == "date":
        return found | _dates(filled)
    if kind == "categorical":
        return found | {"top": _top(filled)}
    if kind == "text":
        lengths = filled.cast(str).str.len_chars()
        return found | {"median_length": lengths.median(), "longest": lengths.max()}
    return found


def _numbers(filled: "pl.Series") -> dict[str, Any]:
    """Five numbers, the mean, and a histogram of the middle 98 %; what is outside is counted."""
    import polars as pl

    values = filled.cast(pl.Float64)
    low, high = (values.quantile(at, how) or 0.0 for at, how in _MIDDLE)
    width = (high - low) / _BINS
    inside = values.filter(values.is_between(low, high))
    counts = [0] * _BINS
    places = ((inside - low) / width).floor().clip(0, _BINS - 1) if width else inside * 0
    for place, count in places.cast(pl.Int32).value_counts().iter_rows():
        counts[place] = count
    return {
        "least": values.min(),
        "quarter": values.quantile(0.25, "linear"),
        "median": values.median(),
        "three_quarters": values.quantile(0.75, "linear"),
        "most": values.max(),
        "mean": values.mean(),
        "histogram": {
            "from": low,
            "to": high,
            "counts": counts if width else [len(inside)],
            "below": int((values < low).sum()),
            "above": int((values > high).sum()),
        },
    }


def _dates(filled: "pl.Series") -> dict[str, Any]:
    """First, last, and how many in each month."""
    months = filled.dt.strftime("%Y-%m").value_counts().sort(filled.name)
    return {
        "first": str(filled.min()),
        "last": str(filled.max()),
        "months": dict(months.iter_rows()),
    }


def _top(filled: "pl.Series") -> list[dict[str, Any]]:
    import polars as pl

    counts = filled.cast(pl.String).value_counts(name="count").sort(
        ["count", filled.name], descending=[True, False]
    )  # fmt: skip
    return [{"value": value, "count": count} for value, count in counts.head(_TOP).iter_rows()]


# ---- pairs of columns ----------------------------------------------------------------------------


def _correlations(
    table: "pl.DataFrame", names: Sequence[str], seed: int
) -> tuple[Correlation, ...]:
    """Strongest first; of a large table, over a sample of its rows."""
    from itertools import combinations

    import polars as pl

    if len(table) > _CORRELATION_ROWS:
        table = table.sample(_CORRELATION_ROWS, seed=seed)
    found = []
    for first, second in combinations(names, 2):
        both = table.select(
            pl.col(first).cast(pl.Float64), pl.col(second).cast(pl.Float64)
        ).drop_nulls()
        if len(both) < _LEAST_ROWS:
            continue
        value = both.select(pl.corr(first, second, method="spearman")).item()
        if value is not None and value == value:  # a constant column has no correlation
            found.append(Correlation(first, second, float(value), len(both)))
    return tuple(sorted(found, key=lambda one: -abs(one.value)))
