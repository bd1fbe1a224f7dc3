"""The profile of a dataset: what its records of one kind look like, column by column."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from engine.concepts import currency_exponent
from engine.errors import NotFound, NotPossible
from engine.profile import profile_records
from engine.records import RecordKind
from stores.consents import consent_of
from stores.datasets import Dataset, DatasetStore
from stores.home import Home

Files = Mapping[RecordKind, Sequence[str]]

KINDS: tuple[RecordKind, ...] = get_args(RecordKind)
MONEY = ("unit_price", "discount", "total_minor")  # columns in the shop's currency


def profile_dataset(home: Home, dataset: Dataset, kind: str | None = None) -> dict[str, Any]:
    """One kind of the newest version; without a kind the first that the dataset holds."""
    store = DatasetStore(home)
    version = store.version(dataset)
    files = files_by_kind(store, dataset, version)
    chosen = _choose(dataset, kind, files)
    found = profile_records(
        chosen, files[chosen], without=_not_shown(home, dataset, version, chosen)
    )
    return {
        "dataset": dataset.name,
        "version": version,
        "kinds": list(files),
        **found.to_json(),
        "currency": dataset.shop.currency,
        "decimals": currency_exponent(dataset.shop.currency),
        "money": [name for name in MONEY if name in found.types],
    }


def files_by_kind(store: DatasetStore, dataset: Dataset, version: int) -> Files:
    """The kinds that a version holds, each with its files."""
    return {kind: store.files(dataset, version, kind) for kind in store.counts(dataset, version)}


def _not_shown(home: Home, dataset: Dataset, version: int, kind: RecordKind) -> frozenset[str]:
    """People who opted out count in totals, such as orders, and are described nowhere."""
    if kind == "transactions":
        return frozenset()
    return consent_of(home, dataset, version).opted_out()


def _choose(dataset: Dataset, kind: str | None, files: Files) -> RecordKind:
    if not files:
        raise NotPossible(
            f"The dataset '{dataset.name}' has no records yet.", "Load a file: segue load FILE."
        )
    if kind is None:
        return next(iter(files))
    for known in files:
        if known == kind:
            return known
    if kind in KINDS:
        raise NotPossible(
            f"The dataset '{dataset.name}' holds no {kind}, only {' and '.join(files)}.",
            f"Load a file of {kind} first: segue load FILE --kind {kind}.",
        )
    raise NotFound.named("kind of records", kind, KINDS)
