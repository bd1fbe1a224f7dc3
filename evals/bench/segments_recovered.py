"""Are the planted segments of a synthetic shop found, when their number is told?

The full feature table of the shop's own records, the preparation and the methods as every run has
them; the value is the agreement with the truth of the best method and space, in the worst of three
shops. Which of them would be chosen without the truth is another question, asked elsewhere.
"""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.records import RecordKind
from engine.synthetic import Recipe, draw_shop, write_shop
from engine.synthetic.latent import KINDS
from evals.bench.bars import Setting

if TYPE_CHECKING:
    from engine.features import FeatureTable

SEEDS = (1, 2, 3)
METHODS = ("kmeans", "gmm-tied", "ward")
SPACES = ("quantile RFM", "behaviour", "character", "all", "all PCA")
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_KINDS = ("transactions", "customers", "events", "texts")


def measure(setting: Setting) -> float:
    found = []
    for seed in SEEDS if setting.full else SEEDS[:1]:
        best = 0.0
        for name, agreement in agreements(*shop_features(10_000, seed)):
            setting.say(f"seed {seed}: {name}: ARI {agreement:.3f}")
            best = max(best, agreement)
        found.append(best)
    return round(min(found), 3)


def agreements(table: "FeatureTable", truth: list[str]) -> Iterator[tuple[str, float]]:
    from sklearn.metrics import adjusted_rand_score

    from engine.clustering.method import SegmentModel, find_methods
    from engine.preparation import select_features

    left_out = select_features(table, seed=0)
    for word in METHODS:
        (method,) = find_methods(word)
        for space in SPACES:
            model = SegmentModel.fit(table, space, method, len(KINDS), 0, left_out)
            labels = model.assign(table)[0]
            yield f"{method.name} on {space}", float(adjusted_rand_score(truth, labels))


def shop_features(customers: int, seed: int) -> "tuple[FeatureTable, list[str]]":
    """Everything that is known of the customers on the day after the last, and the truth."""
    import pyarrow.parquet as pq

    from engine.cleaning import clean
    from engine.concepts import Moment, Shop
    from engine.features import full_feature_table, open_records
    from engine.reading import read_source

    shop = draw_shop(Recipe(customers, seed))
    with tempfile.TemporaryDirectory() as folder:
        written = write_shop(shop, Path(folder))
        files: dict[RecordKind, list[str]] = {}
        for name in _KINDS:
            source = read_source(written[name])
            cleaned = clean(source, Shop("Europe/London", "GBP"), "load-1", _NOW)
            for kind, rows in cleaned.tables.items():
                files.setdefault(kind, []).append(str(Path(folder) / f"{name}-{kind}.parquet"))
                pq.write_table(rows, files[kind][-1])
        with open_records(files) as records:
            table = full_feature_table(records, Moment.of(_NOW, "Europe/London"))
    truth = dict(shop.truth.select("customer_id", "segment").iter_rows())
    return table, [truth[customer] for customer in table.frame.index]
