"""Whether features as of a moment know anything of what came later.

At moments drawn from the shop's time the features are worked out from all records, and from the
records cut at that moment, where no later row exists at all. A customer who differs in anything
was seen with knowledge of the future: a cancellation that was yet to come, a category that was yet
to be large, a text that was yet to be written.
"""

import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.concepts import Moment, Shop
from engine.errors import Defect
from engine.records import RecordKind
from evals.bench.bars import Setting

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_SHOP = Shop("Europe/London", "GBP")
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_CUSTOMERS, _FULL_CUSTOMERS = 400, 4_000
_MOMENTS = 20
_SEED = 7


def measure(setting: Setting) -> float:
    """Customers that differ, over all moments."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = _records(setting, folder)
        differing = 0
        for moment in _moments(rows["transactions"]):
            _write(rows, folder)
            whole = _features(rows, folder, moment)
            _write({kind: _cut(table, kind, moment) for kind, table in rows.items()}, folder)
            differing += _differing(whole, _features(rows, folder, moment))
    setting.say(f"{_MOMENTS} moments, {sum(len(table) for table in rows.values()):,} records")
    return float(differing)


def _records(setting: Setting, folder: Path) -> "dict[RecordKind, pl.DataFrame]":
    """All kinds of a generated shop, or the transactions of one's own export."""
    import polars as pl

    from engine.cleaning import clean
    from engine.reading import read_source
    from engine.synthetic import Recipe, generate_shop

    if setting.data is None:
        recipe = Recipe(_FULL_CUSTOMERS if setting.full else _CUSTOMERS, seed=_SEED)
        files = generate_shop(recipe, folder / "shop", "parquet").files
        kinds: tuple[RecordKind, ...] = ("transactions", "customers", "events", "texts")
        sources = {kind: files[kind] for kind in kinds}
    else:
        sources = {"transactions": setting.data}
    return {
        kind: pl.DataFrame(clean(read_source(file), _SHOP, "load_1", _NOW).tables[kind])
        for kind, file in sources.items()
    }


def _moments(transactions: "pl.DataFrame") -> list[Moment]:
    """Drawn evenly from the time in which anything was sold."""
    import numpy as np

    first, last = transactions["occurred_at"].min(), transactions["occurred_at"].max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        raise Defect("The shop sold nothing.")
    drawn = np.random.default_rng(_SEED).random(_MOMENTS)
    return sorted(
        (Moment.of(first + (last - first) * float(share), _SHOP.zone) for share in drawn),
        key=lambda moment: moment.at,
    )


def _cut(rows: "pl.DataFrame", kind: RecordKind, moment: Moment) -> "pl.DataFrame":
    import polars as pl

    at = pl.col("occurred_at")
    return rows.filter((at < moment.at) | (at.is_null() & (kind == "customers")))


def _write(rows: "dict[RecordKind, pl.DataFrame]", folder: Path) -> None:
    for kind, table in rows.items():
        table.write_parquet(folder / f"{kind}.parquet")


def _features(
    rows: "dict[RecordKind, pl.DataFrame]", folder: Path, moment: Moment
) -> "pd.DataFrame":
    from engine.features import full_feature_table, open_records

    files: dict[RecordKind, list[str]] = {kind: [str(folder / f"{kind}.parquet")] for kind in rows}
    with ExitStack() as stack:
        records = stack.enter_context(open_records(files, ["load_1"]))
        return full_feature_table(records, moment).frame


def _differing(whole: "pd.DataFrame", cut: "pd.DataFrame") -> int:
    """Customers in one table alone, or with another value; all of them if columns differ."""
    import numpy as np

    if list(whole.columns) != list(cut.columns):
        return max(len(whole), len(cut))
    shared = whole.index.intersection(cut.index)
    differs = np.zeros(len(shared), dtype=bool)
    whole_shared, cut_shared = whole.loc[shared], cut.loc[shared]
    for name in whole:
        ours, theirs = whole_shared[name], cut_shared[name]
        same = (ours == theirs) | (ours.isna() & theirs.isna())
        if ours.dtype.kind == "f":
            same |= np.isclose(ours, theirs, rtol=1e-9, atol=1e-12)
        differs |= ~same.to_numpy(dtype=bool)
    return int(differs.sum()) + len(whole.index.symmetric_difference(cut.index))
