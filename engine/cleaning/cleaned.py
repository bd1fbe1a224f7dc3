"""The result of cleaning, and the doors to it."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from engine.cleaning import rules as named
from engine.cleaning.customers import work_customers
from engine.cleaning.events import is_purchase, work_events
from engine.cleaning.identity import identify, mark_copies
from engine.cleaning.keyed import known_reasons
from engine.cleaning.ledger import Ledger, measure_impact
from engine.cleaning.rules import CleaningRules
from engine.cleaning.texts import work_texts
from engine.cleaning.transactions import work_transactions
from engine.concepts import Shop, require_aware
from engine.reading import Source
from engine.records import RecordKind, record_schema

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

_WORKERS = {
    "transactions": work_transactions,
    "customers": work_customers,
    "events": work_events,
    "texts": work_texts,
}


@dataclass(frozen=True, eq=False)
class Cleaned:
    """`tables`: the rows taken, each kind in its canonical schema; `dropped` with line, reason
    and text.

    `marks` runs beside the tables, one after the other: which source row each of their rows came
    from, and what was mended in it. `shop` is the shop with the currency that the source settled.
    """

    tables: "dict[RecordKind, pa.Table]"
    dropped: "pa.Table"
    ledger: Ledger
    marks: "pl.DataFrame"
    source: Source
    shop: Shop

    @property
    def rows(self) -> "pa.Table":
        """The transactions."""
        if "transactions" not in self.tables:
            return record_schema().empty_table()
        return self.tables["transactions"]


def clean(
    source: Source,
    shop: Shop,
    load_id: str,
    now: datetime,
    rules: CleaningRules = CleaningRules(),  # noqa: B008  (frozen)
) -> Cleaned:
    import polars as pl

    require_aware(now)
    tables: dict[RecordKind, pa.Table] = {}
    marks, dropped, assumed = [], [], dict(source.assumed)
    noted: dict[str, int] = {}
    # Ids need the cells alone: they are worked out while Polars cleans.
    with ThreadPoolExecutor(1) as beside:
        identified = beside.submit(identify, source)
        for kind, part, row in _parts(source):
            worked = _WORKERS[kind](part, shop, now, rules)
            shop, rows = worked.shop, worked.rows.with_columns(row)
            assumed |= worked.assumed
            noted |= worked.noted
            del worked
            rows = _without_copies(rows, identified.result()[row], rules)
            unwanted = rows["reason"].is_not_null()
            dropped.append(rows.filter(unwanted).select("row", "reason"))
            taken = rows.filter(~unwanted)
            del rows
            marks.append(_marks_of(taken, kind))
            tables[kind] = _canonical(taken, kind, load_id)
    gone = _dropped_rows(source, dropped)
    all_marks = pl.concat(marks)
    ledger = _account(source, tables, gone, all_marks, assumed, noted, rules.in_force())
    return Cleaned(tables, _dropped_table(gone), ledger, all_marks, source, shop)


def drop_known(
    cleaned: Cleaned,
    known_event_ids: "pa.ChunkedArray | pa.Array",
    kind: RecordKind = "transactions",
) -> Cleaned:
    """Without the rows that the dataset already holds, which join the dropped ones."""
    import polars as pl

    if kind not in cleaned.tables:
        return cleaned
    reasons = known_reasons(cleaned.source, cleaned.tables[kind]["event_id"], known_event_ids)
    new = reasons.is_null()
    if new.all():
        return cleaned
    own = cleaned.marks.filter(pl.col("kind") == kind)
    others = cleaned.marks.filter(pl.col("kind") != kind)
    gone = _dropped_rows(cleaned.source, [own.select("row", reasons).filter(~new)])
    dropped = pl.concat([pl.DataFrame(cleaned.dropped), gone]).sort("line", maintain_order=True)
    # One order for tables and marks: that of the tables.
    tables = {**cleaned.tables, kind: cleaned.tables[kind].filter(new.to_arrow())}
    left = pl.concat([others, own.filter(new)])
    marks = pl.concat([left.filter(pl.col("kind") == name) for name in tables])
    return recount(replace(cleaned, tables=tables, marks=marks), dropped)


def recount(cleaned: Cleaned, dropped: "pl.DataFrame") -> Cleaned:
    """With a ledger that agrees with its tables and these dropped rows."""
    before = cleaned.ledger
    ledger = _account(
        cleaned.source,
        cleaned.tables,
        dropped,
        cleaned.marks,
        before.assumed,
        before.noted,
        before.rules,
    )
    return replace(cleaned, dropped=_dropped_table(dropped), ledger=ledger)


def _parts(source: Source) -> Iterable[tuple[RecordKind, Source, "pl.Series"]]:
    """The source by the kind its rows become: what an events file sells are transactions."""
    import polars as pl

    row = pl.int_range(len(source.table), dtype=pl.UInt32, eager=True).alias("row")
    sold = is_purchase(source) if source.kind == "events" else None
    if sold is None or not sold.any():
        return [(source.kind, source, row)]
    parts: list[tuple[RecordKind, pl.Series]] = [("transactions", sold), ("events", ~sold)]
    return [(kind, _only(source, kind, these), row.filter(these)) for kind, these in parts
            if these.any()]  # fmt: skip


def _only(source: Source, kind: RecordKind, these: "pl.Series") -> Source:
    mapping = dict(source.mapping)
    if kind == "transactions":
        mapping = {name: "order_id" if ours == "session_id" and "order_id" not in mapping.values()
                   else ours for name, ours in mapping.items()}  # fmt: skip
    return replace(
        source,
        kind=kind,
        table=source.table.filter(these),
        lines=source.lines.filter(these),
        mapping=mapping,
    )


def _without_copies(
    rows: "pl.DataFrame", identified: "pl.DataFrame", rules: CleaningRules
) -> "pl.DataFrame":
    """The rows with their ids; a copy of one that is taken has a reason to go."""
    import polars as pl

    marked = mark_copies(identified, rows["reason"].is_null(), rules.duplicates)
    reason = pl.when(marked["copy"]).then(pl.lit(named.EXACT_DUPLICATE)).otherwise("reason")
    return rows.with_columns(marked["event_id"], reason=reason)


# ---- the result ----------------------------------------------------------------------------------


def _canonical(taken: "pl.DataFrame", kind: RecordKind, load_id: str) -> "pa.Table":
    import polars as pl

    schema = record_schema(kind)
    renamed = {"moment": "occurred_at", "price": "unit_price", "amount": "quantity"}
    ready = taken.rename({old: new for old, new in renamed.items() if old in taken.columns})
    absent = [name for name in schema.names if name not in ready.columns and name != "load_id"]
    ready = ready.with_columns(
        *(pl.lit(None).alias(name) for name in absent), load_id=pl.lit(load_id)
    )
    if "quantity" in ready.columns:
        ready = ready.with_columns(pl.col("quantity").cast(pl.Float64))
    # The newest form shares its texts with Polars; the cast then copies them once.
    return ready.select(schema.names).to_arrow(compat_level=pl.CompatLevel.newest()).cast(schema)


def _marks_of(taken: "pl.DataFrame", kind: RecordKind) -> "pl.DataFrame":
    import polars as pl

    absent = [name for name in named.FIXED_REASONS if name not in taken.columns]
    return taken.with_columns(pl.lit(False).alias(name) for name in absent).select(
        "row", *named.FIXED_REASONS, kind=pl.lit(kind)
    )


def _dropped_rows(source: Source, parts: Iterable["pl.DataFrame"]) -> "pl.DataFrame":
    import polars as pl

    dropped = pl.concat(parts).sort("row")
    return dropped.select(
        source.lines[dropped["row"]].alias("line"),
        "reason",
        source.text_of(dropped["row"]).alias("text"),
    )


def _dropped_table(dropped: "pl.DataFrame") -> "pa.Table":
    import pyarrow as pa

    schema = pa.schema([("line", pa.int64()), ("reason", pa.string()), ("text", pa.string())])
    return dropped.to_arrow().cast(schema)


def _account(
    source: Source,
    tables: "Mapping[RecordKind, pa.Table]",
    dropped: "pl.DataFrame",
    marks: "pl.DataFrame",
    assumed: dict[str, str],
    noted: dict[str, int],
    rules: dict[str, str],
) -> Ledger:
    import polars as pl

    mended = marks.select(pl.any_horizontal(named.FIXED_REASONS)).to_series()
    customers = pl.concat(pl.Series(table["customer_id"]).alias("id") for table in tables.values())
    counts = {
        "in": len(source.table),
        "kept": int((~mended).sum()),
        "fixed": int(mended.sum()),
        "guests": int(marks[named.MISSING_CUSTOMER].sum()),
    }
    people = {
        "taken": customers.drop_nulls().n_unique(),
        "unmended": customers.filter(~mended).drop_nulls().n_unique(),
    }
    return Ledger(
        rows_in=counts["in"],
        kept=counts["kept"],
        fixed=counts["fixed"],
        dropped=len(dropped),
        fixed_reasons=_counted(marks),
        dropped_reasons=_tallied(dropped["reason"]),
        assumed=assumed,
        impact=measure_impact(counts, people),
        noted=noted,
        rules=rules,
    )


def _counted(marks: "pl.DataFrame") -> dict[str, int]:
    counts = {reason: int(marks[reason].sum()) for reason in named.FIXED_REASONS}
    return {reason: count for reason, count in counts.items() if count}


def _tallied(reasons: "pl.Series") -> dict[str, int]:
    found = dict(reasons.value_counts().iter_rows())
    return {reason: found[reason] for reason in named.DROPPED_REASONS if reason in found}
