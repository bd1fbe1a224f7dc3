"""What all lines of a customer sum up to: sold, returned, discounted, when and over which channel.

Cancelled sales count here: somebody who buys at night and sends it back bought at night. So every
column is a plain sum over lines, which the stream can add to (engine.folding).
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from engine.features.assortment import Assortment
from engine.features.definition import Definition, Part, Ratio, pick
from engine.features.feature import Feature
from engine.features.records import Records
from engine.features.words import WordColumn, WordColumns, word_columns

if TYPE_CHECKING:
    import ibis

CHANNEL = "share_channel_"
MOST_CHANNELS = 6
SATURDAY = 6
MORNING = (6, 12)  # hours from and before
EVENING = (6, 18)  # hours before and from

LINES = (
    Definition(Feature("lines_sold", "lines sold, cancelled or not", "count", True, "behaviour",
                       "sums",
                says="have bought {} lines")),
    Definition(Feature("lines_returned", "lines sent back", "count", False, "behaviour", "sums",
                says="have sent back {} lines")),
    Definition(Feature("lines", "lines sold and lines sent back", "count", True, "behaviour",
                       "sums",
                says="have bought or sent back {} lines")),
    Definition(
        Feature("return_share", "share of all lines that were sent back", "share", False,
                "behaviour", "sums", evidence="lines",
                says="send back {} of all lines"),
        Ratio("lines_returned", "lines"),
    ),
)  # fmt: skip

DISCOUNTS = (
    Definition(
        Feature("discount_share", "share of lines sold at a discount", "share", None, "behaviour",
                "sums", evidence="lines_sold",
                says="buy {} of their lines at a discount"),
        Ratio("lines_discounted", "lines_sold"),
    ),
    Definition(
        Feature("average_discount", "discount as a share of the price before it", "share", None,
                "behaviour", "sums", evidence="lines_sold",
                says="save {} of the price by discounts"),
        Ratio("discounted", "listed"),
    ),
)  # fmt: skip

HABITS = (
    Definition(
        Feature("weekend_share", "share of lines sold on Saturday or Sunday", "share", None,
                "habits", "sums", evidence="lines_sold",
                says="buy {} of their lines at weekends"),
        Ratio("lines_weekend", "lines_sold"),
    ),
    Definition(
        Feature("morning_share", "share of lines sold from 6 to 12", "share", None, "habits",
                "sums", evidence="lines_sold",
                says="buy {} of their lines in the morning"),
        Ratio("lines_morning", "lines_sold"),
    ),
    Definition(
        Feature("evening_share", "share of lines sold in the evening or at night, from 18 to 6",
                "share", None, "habits", "sums", evidence="lines_sold",
                says="buy {} of their lines in the evening or at night"),
        Ratio("lines_evening", "lines_sold"),
    ),
    Definition(
        Feature("hour_spread", "deviation of the hours of day at which lines were sold", "number",
                None, "habits", "sums",
                says="buy at hours that differ by {}"),
        Ratio("hour_deviation", "lines_sold"),
    ),
)  # fmt: skip


def channel_columns(assortment: Assortment) -> WordColumns:
    return word_columns(assortment.rows("channel"), CHANNEL, MOST_CHANNELS)


def channel_definitions(columns: Iterable[WordColumn]) -> tuple[Definition, ...]:
    return tuple(
        Definition(
            Feature(column.name, f"share of lines sold over {column.spoken}", "share", None,
                    "habits", "sums", evidence="lines_sold",
                    says=f"buy {{}} of their lines over {column.spoken}"),
            Ratio(f"lines_{column.name}", "lines_sold"),
        )
        for column in columns
    )  # fmt: skip


def lines_part(records: Records, channels: Iterable[WordColumn]) -> Part:
    """Whoever sold or returned anything has a row."""
    columns = _columns() | {f"lines_{one.name}": _over(one) for one in channels}

    def build(asked: frozenset[str]) -> "ibis.Table":
        return records.goods.group_by("customer_id").aggregate(**pick(columns, asked))

    return Part(frozenset(columns), build)


Column = Callable[["ibis.Table"], "ibis.Value"]


def _over(channel: WordColumn) -> Column:
    return lambda t: _count(t, t.channel.isin(channel.words))


def _columns() -> dict[str, Column]:
    return {
        "monetary": lambda t: t.total_minor.sum().cast("int64"),
        "lines": lambda t: t.count(),
        "lines_sold": lambda t: t.count(where=_sold(t)),
        "lines_returned": lambda t: t.count(where=~_sold(t)),
        "lines_discounted": lambda t: _count(t, t.discount > 0),
        "discounted": lambda t: (
            (_number(t.discount) * t.quantity).sum(where=_sold(t)).fill_null(0.0)
        ),
        "listed": lambda t: (_number(t.unit_price) * t.quantity).sum(where=_sold(t)),
        "lines_weekend": lambda t: _count(t, t.weekday >= SATURDAY),
        "lines_morning": lambda t: _count(
            t, (t.local_hour >= MORNING[0]) & (t.local_hour < MORNING[1])
        ),
        "lines_evening": lambda t: _count(
            t, (t.local_hour < EVENING[0]) | (t.local_hour >= EVENING[1])
        ),
        "hour_deviation": _hour_deviation,
    }


def _sold(lines: "ibis.Table") -> "ibis.expr.types.BooleanValue":
    return lines.line_kind == "sale"


def _count(
    lines: "ibis.Table", which: "ibis.expr.types.BooleanValue"
) -> "ibis.expr.types.IntegerScalar":
    """Where it is not said of any line, Spark counts nothing, not none."""
    return lines.count(where=_sold(lines) & which).fill_null(0)


def _number(money: "ibis.Column") -> "ibis.expr.types.FloatingValue":
    return money.cast("float64")


def _hour_deviation(lines: "ibis.Table") -> "ibis.Value":
    """In whole numbers until the root, so that no engine rounds."""
    sold, hour = _sold(lines), lines.local_hour.cast("int64")
    hours, squares = (
        column.sum(where=sold).cast("int64").fill_null(0) for column in (hour, hour * hour)
    )
    return (lines.count(where=sold) * squares - hours * hours).cast("float64").sqrt()
