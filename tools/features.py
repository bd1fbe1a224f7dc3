"""The feature table for people and programs: what it knows, and its file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment
from engine.errors import BadInput
from engine.features import Feature, FeatureTable, full_feature_table, offered_features
from engine.features.records import Engine
from stores.consents import consent_of
from stores.datasets import Dataset, DatasetStore
from stores.home import Home
from stores.records import open_dataset

if TYPE_CHECKING:
    import pandas as pd

    from engine.features.shrinkage import Prior

SHRUNK = "_shrunk"


@dataclass(frozen=True)
class FeatureRequest:
    """`names`: only these and what they rest on; `where`: only whom a filter means."""

    as_of: str | None = None
    where: str | None = None
    names: tuple[str, ...] | None = None
    engine: Engine = "duckdb"


def list_features(home: Home, dataset: Dataset, request: FeatureRequest) -> dict[str, Any]:
    """Every feature of the records that were known at a moment."""
    version, moment = _moment(home, dataset, request)
    with open_dataset(home, dataset, version, request.engine) as records:
        features = offered_features(records, moment)
    return _card(dataset, moment, features)


def write_features(
    home: Home, dataset: Dataset, request: FeatureRequest, out: Path
) -> dict[str, Any]:
    """One row per customer to a CSV or Parquet file, shares as they are and shrunk."""
    from tools.selection import select_from

    version, moment = _moment(home, dataset, request)
    with open_dataset(home, dataset, version, request.engine) as records:
        consent = consent_of(home, dataset, version)
        table = full_feature_table(records, moment, consent, request.names)
        found = _card(dataset, moment, table.features)
        frame, priors = shrunk(table)
        if request.where is not None:
            selection = select_from(records, moment, consent, request.where, dataset.shop.currency)
            found |= selection.to_json()
            frame = frame[frame.index.isin(list(selection.customers))]
    _write(frame, out)
    found |= {"priors": {name: asdict(prior) for name, prior in priors.items()}}
    return found | {"rows": len(frame), "file": str(out)}


def shrunk(table: FeatureTable) -> "tuple[pd.DataFrame, dict[str, Prior]]":
    """The table with a further column for each share that says what it rests on."""
    from engine.features.shrinkage import fit_prior, shrink

    frame, priors = table.frame.copy(), {}
    for feature in table.features:
        if feature.evidence:
            ratio, evidence = (
                table.frame[name].to_numpy("float64", na_value=float("nan"))
                for name in (feature.name, feature.evidence)
            )
            priors[feature.name] = fit_prior(ratio, evidence)
            after = frame.columns.tolist().index(feature.name) + 1
            drawn = shrink(ratio, evidence, priors[feature.name])
            frame.insert(after, feature.name + SHRUNK, drawn)
    return frame, priors


def _moment(home: Home, dataset: Dataset, request: FeatureRequest) -> tuple[int, Moment]:
    """Without dates everything is known, and a person's age is as of the newest load."""
    store = DatasetStore(home)
    version = store.version(dataset)
    if request.as_of is None:
        return version, store.known_until(dataset, version)
    return version, store.moment(dataset, version, request.as_of)


def _card(dataset: Dataset, moment: Moment, features: Sequence[Feature]) -> dict[str, Any]:
    return {
        "dataset": dataset.name,
        "as_of": moment.iso(),
        "features": [
            {name: value for name, value in asdict(feature).items() if name != "says"}
            for feature in features
        ],
    }


def _write(frame: "pd.DataFrame", out: Path) -> None:
    suffix = out.suffix.casefold()
    if suffix not in (".csv", ".parquet"):
        raise BadInput(f"'{out.name}' ends neither in .csv nor in .parquet.", "Name one of them.")
    try:
        if suffix == ".csv":
            frame.to_csv(out, encoding="utf-8")
        else:
            frame.reset_index().to_parquet(out, index=False)
    except OSError as error:
        raise BadInput(f"{out} cannot be written: {error.strerror or error}.") from None
