"""The answer to a query: its cells and their measures.

Counts and money are exact; what is divided is divided once, from exact parts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import BadInput
from engine.query.lines import Known, query_lines
from engine.query.model import Key, Measure, Number, Query

if TYPE_CHECKING:
    import ibis

MOST_CELLS = 200_000
_EXACT = "decimal(18, 6)"  # a sum of it does not depend on the order of the rows

Keys = tuple[Key, ...]
Parts = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One cell: `values` by the name of the measure (money in minor units), None: undefined."""

    keys: Keys
    values: Mapping[str, Number | None]
    lines: int  # records that it rests on


def run_query(query: Query, known: Known) -> list[Row]:
    """The cells that have records, in the order of their keys."""
    lines = query_lines(query, known)
    cells = _by_keys(_totals(lines, query), query)
    for more in _further(lines, query, known):
        for keys, parts in _by_keys(more, query).items():
            cells[keys] |= parts
    rows = [
        Row(keys, {m.name: _value(m, parts) for m in query.measures}, parts["lines"])
        for keys, parts in cells.items()
    ]
    return sorted(rows, key=lambda row: keys_order(row.keys))


def keys_order(keys: Keys) -> tuple[tuple[bool, Any], ...]:
    """Unknown ones last."""
    return tuple((key is None, "" if key is None else key) for key in keys)


def _key_names(query: Query) -> list[str]:
    return [f"key_{number}" for number in range(len(query.dimensions))]


def _by_keys(expression: "ibis.Table", query: Query) -> dict[Keys, dict[str, Any]]:
    found = expression.limit(MOST_CELLS + 1).to_pyarrow().to_pylist()
    if len(found) > MOST_CELLS:
        raise BadInput(
            f"The query has more than {MOST_CELLS:,} rows.",
            "Leave out a dimension, or ask of fewer records.",
        )
    return {tuple(row.pop(name) for name in _key_names(query)): row for row in found}


# ---- what is counted ---------------------------------------------------------------------------


def _totals(lines: "ibis.Table", query: Query) -> "ibis.Table":
    needed = {"lines", *(part for measure in query.measures for part in _parts_of(measure))}
    whole = {name: _whole(part) for name, part in _parts(lines).items() if name in needed}
    return lines.aggregate(by=_key_names(query), **whole)


def _parts_of(measure: Measure) -> tuple[str, ...]:
    """What it is made of; nothing of the lines where it speaks of features."""
    return () if measure.feature else _MADE_OF.get(measure.name, (measure.name,))


_MADE_OF = {
    "average_order": ("revenue", "orders"),
    "items_per_order": ("units", "orders"),
    "revenue_per_customer": ("revenue", "customers"),
    "repeat_rate": ("customers",),
    "discount_share": ("discounts", "list_value"),
    "returning_customers": ("customers", "new_customers"),
}


def _parts(lines: "ibis.Table") -> "dict[str, ibis.Value]":
    sale, kept = lines.line_kind == "sale", lines.kept
    quantity = lines.quantity.cast(_EXACT)
    order = lines.order_id.concat("|", lines.customer_id.fill_null(""))
    new = kept & (lines.occurred_at == lines.first_at)
    return {
        "lines": lines.count(),
        "revenue": lines.total_minor.sum(),
        "gross_revenue": lines.total_minor.sum(where=sale),
        "returns": -lines.total_minor.sum(where=~sale),
        "orders": order.nunique(where=kept),
        "customers": lines.customer_id.nunique(where=kept),
        "units": quantity.sum(),
        "products": lines.product_id.nunique(where=kept),
        "countries": lines.country.nunique(where=kept),
        "new_customers": lines.customer_id.nunique(where=new),
        "first_sale": lines.local_date.min(where=kept),
        "last_sale": lines.local_date.max(where=kept),
        "discounts": (quantity * lines.discount.fill_null(0)).sum(where=sale),
        "list_value": (quantity * lines.unit_price).sum(where=sale),
    }


def _whole(part: "ibis.Value") -> "ibis.Value":
    if part.type().is_date():
        return part
    part = part.fill_null(0)
    return part if part.type().is_decimal() else part.cast("int64")


def _further(lines: "ibis.Table", query: Query, known: Known) -> "list[ibis.Table]":
    """What needs a second counting: of customers with several orders, and of features."""
    people = lines.filter(lines.kept & lines.customer_id.notnull())
    found = []
    if any(measure.name == "repeat_rate" for measure in query.measures):
        by = [*_key_names(query), "customer_id"]
        orders = people.aggregate(by=by, orders=people.order_id.nunique())
        repeaters = orders.count(where=orders.orders > 1).cast("int64")
        found.append(orders.aggregate(by=_key_names(query), repeaters=repeaters))
    if any(measure.feature for measure in query.measures):
        found.append(_features(people, query, known))
    return found


def _features(people: "ibis.Table", query: Query, known: Known) -> "ibis.Table":
    """Medians and means over the different customers of each cell."""
    import ibis
    import pyarrow as pa

    names = sorted({measure.feature for measure in query.measures if measure.feature})
    assert known.features is not None  # noqa: S101  whoever asks for features brings them
    table = known.features[names].rename_axis("customer_id").reset_index()
    features = ibis.memtable(pa.Table.from_pandas(table, preserve_index=False))
    pairs = people.select(*_key_names(query), "customer_id").distinct()
    pairs = pairs.inner_join(features, "customer_id")
    medians = {f"median_{name}": pairs[name].median() for name in names}
    means = {f"mean_{name}": pairs[name].mean() for name in names}
    return pairs.aggregate(by=_key_names(query), **medians, **means)


# ---- what is made of it ------------------------------------------------------------------------


def _value(measure: Measure, parts: Parts) -> Number | None:
    if measure.feature:
        found = parts.get(measure.name)
        return None if found is None else _plain(found, measure)
    if measure.name in _DIVIDED:
        above, below = _DIVIDED[measure.name](parts)
        return _plain(above / below, measure) if below else None
    if measure.name == "returning_customers":
        return int(parts["customers"] - parts["new_customers"])
    found = parts[measure.name]
    return found if measure.unit == "date" else _plain(found, measure)


_DIVIDED: dict[str, Callable[[Parts], tuple[Any, Any]]] = {
    "average_order": lambda parts: (parts["revenue"], parts["orders"]),
    "items_per_order": lambda parts: (parts["units"], parts["orders"]),
    "revenue_per_customer": lambda parts: (parts["revenue"], parts["customers"]),
    "repeat_rate": lambda parts: (parts.get("repeaters", 0), parts["customers"]),
    "discount_share": lambda parts: (parts["discounts"], parts["list_value"]),
}


def _plain(value: int | float, measure: Measure) -> Number:
    """Money in whole minor units; a count without decimals as a whole number."""
    if measure.unit == "money":
        return round(value)
    if measure.unit in ("share", "ratio"):
        return float(value)
    return int(value) if value == int(value) else float(value)
