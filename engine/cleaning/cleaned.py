"""The result of cleaning, and the doors to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.cleaning import rules as named
from engine.cleaning.amounts import exact_number, has_long_decimals, total_minor
from engine.cleaning.identity import event_ids, mark_copies, row_keys
from engine.cleaning.keyed import known_reasons
from engine.cleaning.ledger import Ledger, measure_impact
from engine.cleaning.mending import is_cancelled_order, is_fee, is_test_row, mend
from engine.cleaning.moments import Undecided, local_moment, read_moments
from engine.cleaning.rules import CleaningRules
from engine.concepts import UNKNOWN_CURRENCY, Shop, require_aware
from engine.errors import BadInput
from engine.reading import Source
from engine.records import record_schema

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa


@dataclass(frozen=True, eq=False)
class Cleaned:
    """`rows` in the canonical schema; `dropped` with line, reason and text.

    `marks` runs beside `rows`: which source row each came from, and what was mended in it.
    """

    rows: "pa.Table"
    dropped: "pa.Table"
    ledger: Ledger
    marks: "pl.DataFrame"
    source: Source


def clean(
    source: Source,
    shop: Shop,
    load_id: str,
    now: datetime,
    rules: CleaningRules = CleaningRules(),  # noqa: B008  (frozen)
) -> Cleaned:
    require_aware(now)
    worked, assumed = _with_moments(mend(source.rows), source, shop, rules)
    worked = _with_reasons(_with_amounts(worked, shop), now).with_row_index("row")
    taken = worked.filter(worked["reason"].is_null())
    keys = mark_copies(row_keys(source)[taken["row"]], rules.duplicates)
    copies = taken.filter(keys["copy"])
    taken, keys = taken.filter(~keys["copy"]), keys.filter(~keys["copy"])
    taken = taken.with_columns(event_ids(keys))
    dropped = _dropped_rows(source, [
        worked.filter(worked["reason"].is_not_null()).select("row", "reason"),
        _under(named.EXACT_DUPLICATE, copies),
    ])  # fmt: skip
    return _balanced(
        _canonical(taken, shop, load_id),
        dropped,
        taken.select("row", *named.FIXED_REASONS),
        source,
        source.assumed | _money_assumed(shop) | assumed,
    )


def drop_known(cleaned: Cleaned, known_event_ids: "pa.ChunkedArray | pa.Array") -> Cleaned:
    """Without the rows that the dataset already holds, which join the dropped ones."""
    import polars as pl

    reasons = known_reasons(cleaned.source, cleaned.rows["event_id"], known_event_ids)
    new = reasons.is_null()
    if new.all():
        return cleaned
    gone = cleaned.marks.select("row", reasons).filter(~new)
    parts = [pl.DataFrame(cleaned.dropped), _dropped_rows(cleaned.source, [gone])]
    return _balanced(
        cleaned.rows.filter(new.to_arrow()),
        pl.concat(parts).sort("line", maintain_order=True),
        cleaned.marks.filter(new),
        cleaned.source,
        cleaned.ledger.assumed,
    )


# ---- reading the cells -----------------------------------------------------------------------


def _with_moments(
    rows: "pl.DataFrame", source: Source, shop: Shop, rules: CleaningRules
) -> tuple["pl.DataFrame", dict[str, str]]:
    try:
        moments = read_moments(rows["occurred_at"], shop.zone, rules.dates)
    except Undecided as error:
        row = rows["occurred_at"].index_of(error.example) or 0
        where = source.place(row, "occurred_at")
        raise BadInput(f"{where}: {error.message}", error.hint) from error
    return rows.with_columns(moments.utc.alias("moment")), moments.assumed


def _with_amounts(rows: "pl.DataFrame", shop: Shop) -> "pl.DataFrame":
    """Numbers as exact decimals, what kind of line it is, and its total."""
    import polars as pl

    quantity, negative = exact_number(pl.col("quantity")), pl.col("amount") < 0
    rows = rows.with_columns(amount=quantity, price=exact_number(pl.col("unit_price")))
    cancelled_sale = is_cancelled_order() & (pl.col("amount") > 0)
    rows = rows.with_columns(
        cancelled_sale.fill_null(False).alias(named.POSITIVE_CANCELLATION),
        pl.any_horizontal(map(has_long_decimals, (pl.col("quantity"), pl.col("unit_price"))))
        .alias(named.LONG_DECIMALS),
        amount=pl.when(cancelled_sale).then(-pl.col("amount")).otherwise("amount"),
    )  # fmt: skip
    return rows.with_columns(
        line_kind=pl.when(is_fee())
        .then(pl.lit("fee"))
        .when(negative)
        .then(pl.lit("return"))
        .otherwise(pl.lit("sale")),
        total_minor=total_minor(pl.col("amount"), pl.col("price"), shop.currency),
    )


def drop_conditions(now: datetime) -> dict[str, "pl.Expr"]:
    """What drops a row, whether it came in a file or as an event."""
    import polars as pl

    return {
        named.MISSING_DATE: pl.col("occurred_at").is_null(),
        named.UNPARSABLE_DATE: pl.col("moment").is_null(),
        named.FUTURE_DATE: pl.col("moment") > now + timedelta(days=1),
        named.MISSING_QUANTITY: pl.col("quantity").is_null(),
        named.UNPARSABLE_QUANTITY: pl.col("amount").is_null(),
        named.MISSING_PRICE: pl.col("unit_price").is_null(),
        named.UNPARSABLE_PRICE: pl.col("price").is_null(),
        named.ZERO_QUANTITY: pl.col("amount") == 0,
        named.ZERO_PRICE: pl.col("price") == 0,
        named.NEGATIVE_PRICE: pl.col("price") < 0,
        named.AMOUNT_TOO_LARGE: pl.col("total_minor").is_null(),
        named.TEST_ROW: is_test_row(),
    }


def _with_reasons(rows: "pl.DataFrame", now: datetime) -> "pl.DataFrame":
    """The first reason to drop a row, in the published order; null when it is taken."""
    import polars as pl

    applies = drop_conditions(now)
    in_order = [
        pl.when(applies[reason]).then(pl.lit(reason))
        for reason in named.DROPPED_REASONS
        if reason in applies
    ]
    return rows.with_columns(reason=pl.coalesce(in_order))


# ---- the result ------------------------------------------------------------------------------


def _canonical(taken: "pl.DataFrame", shop: Shop, load_id: str) -> "pa.Table":
    import polars as pl

    local = local_moment(pl.col("moment"), shop.zone)
    derived = pl.format(
        "{}@{}",
        pl.col("customer_id").fill_null("guest"),
        pl.col("moment").dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ"),
    )
    taken = taken.with_columns(order_id=pl.coalesce("order_id", derived))
    position = pl.int_range(1, pl.len() + 1).over("order_id", "customer_id")
    line = pl.col("line").cast(pl.Float64, strict=False).cast(pl.Int32, strict=False)
    schema = record_schema()
    ready = taken.with_columns(
        line=pl.coalesce(pl.when(line >= 1).then(line), position).cast(pl.Int32),
        occurred_at=pl.col("moment"),
        local_date=local.dt.date(),
        local_hour=local.dt.hour(),
        weekday=local.dt.weekday(),
        quantity=pl.col("amount").cast(pl.Float64),
        unit_price=pl.col("price"),
        load_id=pl.lit(load_id),
    )
    return ready.select(schema.names).to_arrow().cast(schema)


def _under(reason: str, rows: "pl.DataFrame") -> "pl.DataFrame":
    import polars as pl

    return rows.select("row", pl.lit(reason).alias("reason"))


def _dropped_rows(source: Source, parts: Iterable["pl.DataFrame"]) -> "pl.DataFrame":
    import polars as pl

    dropped = pl.concat(parts).sort("row")
    return dropped.select(
        source.lines[dropped["row"]].alias("line"),
        "reason",
        source.text_of(dropped["row"]).alias("text"),
    )


def _balanced(
    rows: "pa.Table",
    dropped: "pl.DataFrame",
    marks: "pl.DataFrame",
    source: Source,
    assumed: dict[str, str],
) -> Cleaned:
    import polars as pl
    import pyarrow as pa

    mended = marks.select(pl.any_horizontal(named.FIXED_REASONS)).to_series()
    customers = pl.Series(rows["customer_id"])
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
    ledger = Ledger(
        rows_in=counts["in"],
        kept=counts["kept"],
        fixed=counts["fixed"],
        dropped=len(dropped),
        fixed_reasons=_counted(marks),
        dropped_reasons=_tallied(dropped["reason"]),
        assumed=assumed,
        impact=measure_impact(counts, people),
    )
    schema = pa.schema([("line", pa.int64()), ("reason", pa.string()), ("text", pa.string())])
    return Cleaned(rows, dropped.to_arrow().cast(schema), ledger, marks, source)


def _counted(marks: "pl.DataFrame") -> dict[str, int]:
    counts = {reason: int(marks[reason].sum()) for reason in named.FIXED_REASONS}
    return {reason: count for reason, count in counts.items() if count}


def _tallied(reasons: "pl.Series") -> dict[str, int]:
    found = dict(reasons.value_counts().iter_rows())
    return {reason: found[reason] for reason in named.DROPPED_REASONS if reason in found}


def _money_assumed(shop: Shop) -> dict[str, str]:
    if shop.currency == UNKNOWN_CURRENCY:
        return {"currency": "currency unknown; amounts are counted with two decimals"}
    return {"currency": f"all amounts are {shop.currency}"}
