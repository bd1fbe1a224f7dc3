"""The features that a run compares, as of any moment: at its making, and for every snapshot."""

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.features import FEATURES, feature_table, open_transactions
from engine.features.feature import FeatureTable
from stores.consents import consent_of
from stores.datasets import Dataset, DatasetStore
from stores.home import Home
from stores.live import LiveStore
from stores.records import open_dataset
from stores.runs import Run

if TYPE_CHECKING:
    import pandas as pd

    from engine.clustering.method import SegmentModel

PLAIN = tuple(feature.name for feature in FEATURES)


def has_orders(home: Home, dataset: Dataset, version: int) -> bool:
    return "transactions" in DatasetStore(home).counts(dataset, version)


def all_features(home: Home, dataset: Dataset, version: int, moment: Moment) -> FeatureTable:
    """What a new run may compare.

    Texts stay out: what they are about is found anew in every set of them, so no column of theirs
    means the same as of another moment. With a stream it is what the stream keeps of everybody.
    """
    from engine.features import full_feature_table

    if LiveStore(home, dataset.dataset_id).exists:
        return _plain_features(home, dataset, version, moment)
    consent = consent_of(home, dataset, version)
    with open_dataset(home, dataset, version) as records:
        return full_feature_table(replace(records, texts=None), moment, consent)


def named_features(
    home: Home, dataset: Dataset, version: int, moment: Moment, names: list[str]
) -> FeatureTable:
    """These alone; those that every shop with orders has take the short way."""
    from engine.features import full_feature_table

    if set(names) <= set(PLAIN) and has_orders(home, dataset, version):
        return _plain_features(home, dataset, version, moment)
    consent = consent_of(home, dataset, version)
    with open_dataset(home, dataset, version) as records:
        return full_feature_table(replace(records, texts=None), moment, consent, names)


def run_features(
    home: Home, dataset: Dataset, version: int, moment: Moment, run: Run
) -> "pd.DataFrame":
    """What the run compares and, where there are orders, what every shop has."""
    from engine.clustering.method import SegmentModel

    names = kept_columns(SegmentModel.from_json(run.model))
    if has_orders(home, dataset, version):
        names = list(dict.fromkeys((*PLAIN, *names)))
    return named_features(home, dataset, version, moment, names).frame


def kept_columns(model: "SegmentModel") -> list[str]:
    """The columns that assigning somebody takes: those compared, and what shares rest on."""
    columns = model.preparation.columns
    evidence = [str(getattr(column.source, "evidence", "")) for column in columns]
    return list(dict.fromkeys([*(column.name for column in columns), *filter(None, evidence)]))


def _plain_features(home: Home, dataset: Dataset, version: int, moment: Moment) -> FeatureTable:
    files = DatasetStore(home).files(dataset, version)
    with open_transactions(files) as transactions:
        frame = feature_table(transactions, moment, consent_of(home, dataset, version))
    return FeatureTable(frame, FEATURES)
