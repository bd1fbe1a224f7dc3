"""The rows of an answer beside each other: sorted, ranked, and with what is there no more."""

from collections.abc import Mapping, Sequence
from datetime import date

from engine.query.answering import Keys, Row, keys_order
from engine.query.model import Dimension, Measure, Number, Query


def with_lost(query: Query, rows: Sequence[Row], earlier: Mapping[Keys, Row]) -> list[Row]:
    """With a row of nothing for each cell that had records in the period before only."""
    here = {row.keys for row in rows}
    nothing = {measure.name: empty(measure) for measure in query.measures}
    lost = [Row(keys, nothing, 0) for keys in earlier if keys not in here]
    return sorted([*rows, *lost], key=lambda row: keys_order(row.keys))


def empty(measure: Measure) -> Number | None:
    """Of a cell without records."""
    return 0 if measure.additive else None


def sort_rows(
    query: Query, rows: Sequence[Row], by: Measure | Dimension, ascending: bool
) -> list[Row]:
    """What is unknown comes last either way; rows that are alike keep the order of their keys."""

    def value(row: Row) -> Number | None:
        return row.values[by.name]  # of a measure

    if isinstance(by, Measure):
        known = [row for row in rows if value(row) is not None]
        unknown = [row for row in rows if value(row) is None]
        known.sort(key=lambda row: _order(value(row)) * (1 if ascending else -1))
        return known + unknown
    place = query.dimensions.index(by)
    known = [row for row in rows if row.keys[place] is not None]
    unknown = [row for row in rows if row.keys[place] is None]
    known.sort(key=lambda row: keys_order((row.keys[place],)), reverse=not ascending)
    return known + unknown


def _order(value: Number | None) -> int | float:
    return value.toordinal() if isinstance(value, date) else value or 0


def leads(rows: Sequence[Row], by: Measure) -> bool:
    """Whether the first of the sorted rows stands before another, alone."""
    values = [row.values[by.name] for row in rows]
    return len(values) > 1 and values[0] is not None and values[0] != values[1]
