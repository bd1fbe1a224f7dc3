"""The months behind a customer: what was ordered and spent in each of the last twelve of 30 days.

They are the sequence that the deep models read, oldest first; no other model sees them.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.prediction.history import History

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from engine.prediction.target import Floats

MONTHS, DAYS = 12, 30
OF_EACH = ("orders", "spend")
COLUMNS = tuple(f"month_{ago:02}_{what}" for ago in range(MONTHS, 0, -1) for what in OF_EACH)


def months_at(history: History, moment: Moment) -> "pd.DataFrame":
    """Of everybody with a kept sale before the moment; nought where a month was quiet."""
    import polars as pl

    known = history.until(moment).rows
    sales = known.filter(pl.col("sale") & pl.col("cancelled_at").is_null())
    ago = (pl.lit(moment.local_date) - pl.col("day")).dt.total_days()
    month = ((ago - 1) // DAYS + 1).clip(1)
    cells = {}
    for number in range(MONTHS, 0, -1):
        there = month == number
        cells[f"month_{number:02}_orders"] = pl.col("order_id").filter(there).n_unique()
        cells[f"month_{number:02}_spend"] = pl.col("spend").filter(there).sum()
    table = sales.group_by("customer_id").agg(**cells).sort("customer_id")
    found = table.select("customer_id", pl.col(COLUMNS).cast(pl.Float64)).to_pandas()
    return found.set_index("customer_id")


def without_months(columns: Iterable[str]) -> list[str]:
    return [name for name in columns if name not in COLUMNS]


def sequence(features: "pd.DataFrame") -> "NDArray[np.float64]":
    """Customers by months by what was counted; customers who are new to the table were quiet."""
    values: Floats = features[list(COLUMNS)].fillna(0).to_numpy("float64")
    return values.reshape(len(features), MONTHS, len(OF_EACH))
