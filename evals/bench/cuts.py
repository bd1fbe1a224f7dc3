"""One shop cut at many moments: its feature tables, and who is where under one frozen model."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.concepts import Moment, Shop
from engine.synthetic import Recipe, draw_shop, write_shop
from evals.bench.bars import Setting

if TYPE_CHECKING:
    import pandas as pd

    from engine.clustering.method import SegmentModel

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_SHOP = Shop("Europe/London", "GBP")
SEGMENTS = tuple(f"segment-{label}" for label in range(6))


@dataclass(frozen=True)
class Cuts:
    """The canonical orders of a shop in a file; `end` is midnight after the newest of them."""

    file: Path
    end: Moment

    def tables(self, moments: Sequence[Moment]) -> "list[pd.DataFrame]":
        from engine.features import feature_table, open_transactions

        with open_transactions([str(self.file)]) as transactions:
            return [feature_table(transactions, moment) for moment in moments]

    def every(self, days: int, times: int) -> list[Moment]:
        """So many moments so many days apart, the last at the end."""
        return [self.end.days_before(days * back) for back in range(times - 1, -1, -1)]


def cut_data(setting: Setting, recipe: Recipe, folder: Path) -> Cuts:
    """The export that was given, else a shop of that recipe."""
    if setting.data is not None:
        return cut_file(setting.data, folder)
    with tempfile.TemporaryDirectory() as raw:
        return cut_file(write_shop(draw_shop(recipe), Path(raw))["transactions"], folder)


def cut_file(source: Path, folder: Path) -> Cuts:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from engine.cleaning import clean
    from engine.reading import read_source

    rows = clean(read_source(source), _SHOP, "load-1", _NOW).rows
    file = folder / "orders.parquet"
    pq.write_table(rows, file)
    newest = pc.max(rows["occurred_at"]).as_py()
    end = Moment.midnight(Moment.of(newest, _SHOP.zone).local_date, _SHOP.zone)
    return Cuts(file, end.days_before(-1))


def fit_model(features: "pd.DataFrame", seed: int = 0) -> "SegmentModel":
    """KMeans of six on quantiles of recency, frequency, money: what a shop often comes to."""
    from engine.clustering.method import SegmentModel, find_methods

    return SegmentModel.fit(features, "quantile RFM", find_methods("kmeans")[0], 6, seed)


def place(model: "SegmentModel", features: "pd.DataFrame") -> "pd.DataFrame":
    """The features with each customer's segment."""
    import numpy as np

    return features.assign(segment_id=np.array(SEGMENTS)[model.assign(features)[0]])
