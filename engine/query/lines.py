"""The lines that a query counts: sales and returns with all that its cells are made of, as Ibis."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.features import kept_sales, known_at
from engine.query.model import Dimension, Query

if TYPE_CHECKING:
    import ibis
    import pandas as pd

_GRAINS = {"year": "Y", "quarter": "Q", "month": "M", "week": "W"}
_KEPT_COLUMNS = ("event_id", "line_kind", "order_id", "customer_id", "occurred_at", "local_date",
                 "local_hour", "weekday", "product_id", "category", "country", "channel",
                 "quantity", "unit_price", "discount", "total_minor")  # fmt: skip
_COLUMNS = {"product": "product_id", "customer": "customer_id", "hour": "local_hour"}


@dataclass(frozen=True, eq=False)
class Known:
    """What a query is asked of; `segments` gives the segment of a customer, by id."""

    transactions: "ibis.Table"
    moment: Moment
    segments: Mapping[str, str] = field(default_factory=dict)
    features: "pd.DataFrame | None" = None  # one row per customer_id
    lines: "ibis.Table | None" = None  # what `goods_lines` gives, when it is there already


def goods_lines(transactions: "ibis.Table", moment: Moment) -> "ibis.Table":
    """Sales and returns that are known; `kept` marks sales that stand."""
    import ibis

    if "discount" not in transactions.columns:  # records of before discounts were kept
        transactions = transactions.mutate(discount=ibis.null("decimal(18, 6)"))
    records = known_at(transactions, moment)
    kept = kept_sales(records)
    goods = records.filter(records.line_kind.isin(["sale", "return"])).select(*_KEPT_COLUMNS)
    stands = (goods.line_kind == "sale") & goods.event_id.isin(kept.event_id)
    return _with_first(goods.mutate(kept=stands), kept).drop("event_id")


def query_lines(query: Query, known: Known) -> "ibis.Table":
    """The lines that the query counts; `key_0`... are their cell."""
    lines = known.lines
    if lines is None:
        lines = goods_lines(known.transactions, known.moment)
    if "segment" in query.needs:
        lines = _with_segment(lines, known.segments)
    lines = _only(lines, query)
    keys = {f"key_{n}": _key(lines, each) for n, each in enumerate(query.dimensions)}
    return lines.mutate(**keys)


def _with_first(lines: "ibis.Table", kept: "ibis.Table") -> "ibis.Table":
    """When and on which day the line's customer first bought."""
    first = (
        kept.filter(kept.customer_id.notnull())
        .group_by("customer_id")
        .aggregate(first_at=kept.occurred_at.min(), first_day=kept.local_date.min())
    )
    return lines.left_join(first, "customer_id").drop("customer_id_right")


def _with_segment(lines: "ibis.Table", segments: Mapping[str, str]) -> "ibis.Table":
    import ibis
    import pyarrow as pa

    columns = [pa.array(values, pa.string()) for values in (list(segments), segments.values())]
    members = ibis.memtable(pa.table(columns, ["customer_id", "segment"]))
    return lines.left_join(members, "customer_id").drop("customer_id_right")


def _only(lines: "ibis.Table", query: Query) -> "ibis.Table":
    import ibis
    import pyarrow as pa

    start, end = query.days
    conditions = [lines[_COLUMNS.get(name, name)].isin(keys) for name, keys in query.only.items()]
    conditions += [] if start is None else [lines.local_date >= ibis.literal(start)]
    conditions += [] if end is None else [lines.local_date < ibis.literal(end)]
    if query.customers is not None:
        names = pa.array(sorted(query.customers), pa.string())
        wanted = ibis.memtable(pa.table([names], ["customer_id"]))
        conditions.append(lines.customer_id.isin(wanted.customer_id))
    return lines.filter(reduce(and_, conditions)) if conditions else lines


def _key(lines: "ibis.Table", dimension: Dimension) -> "ibis.Value":
    name = dimension.name
    if name == "cohort":
        return lines.first_day.truncate("M")
    if name == "months_since_first":
        day, first = lines.local_date, lines.first_day
        months = (day.year() - first.year()) * 12 + day.month() - first.month()
        return months.cast("int32")
    if dimension.kind == "time":
        return lines.local_date.truncate(_GRAINS[name]) if name in _GRAINS else lines.local_date
    return lines[_COLUMNS.get(name, name)]
