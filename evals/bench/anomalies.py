"""How many planted anomalies the alerts hold, when there may be as many alerts as plants, or twice.

Without --data shops are generated with their own anomalies, on seeds that nothing was chosen by;
with --data four kinds are planted in an export, and customers who do by themselves what plants do
count as neither found nor missed. What no rule was written for is planted in either.
"""

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.anomalies import FEW_LINES, Watch
from engine.concepts import Moment, Shop
from evals.anomaly_plants import KNOWN, UNKNOWN, UNSEEN, Planted, plant
from evals.bench.bars import Setting
from evals.natural_oddities import natural_oddities

if TYPE_CHECKING:
    import polars as pl

_SEEDS, _FULL_SEEDS = (11, 12), (11, 12, 13, 14)  # 1 to 3 were looked at while the rules were made
_CUSTOMERS = 5_000
_EACH = 40
_SHOP = Shop("Europe/London", "GBP")
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


def measure_found(setting: Setting) -> float:
    """Recall when as many alerts are allowed as there are anomalies."""
    return _recall(setting, 1)


def measure_found_twice(setting: Setting) -> float:
    return _recall(setting, 2)


def measure_unknown(setting: Setting) -> float:
    """Recall of kinds without a rule, at twice their number; a shop's own anomalies are not
    counted, and take places."""
    found = []
    for seed in _seeds(setting):
        transactions, events, _ = _records(setting, seed, anomalies=False)
        for kinds in (UNSEEN, UNKNOWN):
            planted = plant(transactions, kinds, _EACH, seed)
            watched = _watch(planted.lines, events)
            for times in (1, 2):
                setting.say(f"{times}x: {_by_kind(watched, planted.kinds, times)}")
        found.append(_share(watched, planted.kinds, 2))
    return round(sum(found) / len(found), 3)


def _recall(setting: Setting, times: int) -> float:
    found = []
    for seed in _seeds(setting):
        transactions, events, kinds = _records(setting, seed, anomalies=True)
        if setting.data is not None:
            planted: Planted = plant(transactions, KNOWN, _EACH, seed)
            natural = natural_oddities(transactions) - planted.kinds.keys()
            everybody = _watch(planted.lines, events)
            setting.say(
                f"{len(natural)} do it by themselves; were they counted as wrong, "
                f"{_share(everybody, planted.kinds, times):.3f}"
            )
            watched, kinds = everybody.without(natural), planted.kinds
        else:
            watched = _watch(transactions, events)
        kinds = {who: kind for who, kind in kinds.items() if who in watched.measures.index}
        found.append(_share(watched, kinds, times))
        shown = {who: kind for who, kind in kinds.items() if _shows(watched, who, kind)}
        setting.say(
            f"{len(kinds)} of {len(watched.measures):,} are odd: {found[-1]:.3f} found at "
            f"{times}x; of the {len(shown)} in whose records it shows "
            f"{_share(watched, shown, times):.3f}"
        )
        setting.say(f"  {_by_kind(watched, kinds, times)}")
    return round(sum(found) / len(found), 3)


def _shows(watched: Watch, who: str, kind: str) -> bool:
    """Whoever is meant to send back nearly everything may have bought hardly anything."""
    returned = float(watched.measures["lines_returned"][who])
    return not kind.startswith("refund") or returned >= FEW_LINES


def _share(watched: Watch, kinds: Mapping[str, str], times: int) -> float:
    return float(
        watched.most_unusual(times * len(kinds)).index.isin(list(kinds)).sum() / len(kinds)
    )


def _by_kind(watched: Watch, kinds: Mapping[str, str], times: int) -> str:
    flagged = set(watched.most_unusual(times * len(kinds)).index)
    words = []
    for kind in sorted(set(kinds.values())):
        own = [who for who, its in kinds.items() if its == kind]
        words.append(f"{kind} {len(flagged.intersection(own))}/{len(own)}")
    return ", ".join(words)


def _seeds(setting: Setting) -> tuple[int, ...]:
    return _FULL_SEEDS if setting.full else _SEEDS


def _records(
    setting: Setting, seed: int, anomalies: bool
) -> "tuple[pl.DataFrame, pl.DataFrame | None, dict[str, str]]":
    """Canonical transactions and events, and who is an anomaly by the truth of a generated shop."""
    from engine.synthetic import Recipe, draw_shop, write_shop

    if setting.data is not None:
        return _cleaned(setting.data, "transactions"), None, {}
    shop = draw_shop(Recipe(_CUSTOMERS, seed=seed, anomalies=anomalies))
    with tempfile.TemporaryDirectory() as folder:
        files = write_shop(shop, Path(folder), "parquet")
        tables = [_cleaned(files[kind], kind) for kind in ("transactions", "events")]
    odd = shop.truth.drop_nulls("anomaly")
    return tables[0], tables[1], dict(odd.select("customer_id", "anomaly").iter_rows())


def _cleaned(file: Path, kind: str) -> "pl.DataFrame":
    import polars as pl

    from engine.cleaning import clean
    from engine.reading import read_source

    tables = clean(read_source(file), _SHOP, "load_1", _NOW).tables
    return pl.DataFrame(next(table for name, table in tables.items() if name == kind))


def _watch(transactions: "pl.DataFrame", events: "pl.DataFrame | None") -> Watch:
    from engine.anomalies import watch_records
    from engine.features import open_records
    from engine.records import RecordKind

    newest = transactions["occurred_at"].max()
    assert isinstance(newest, datetime)
    with tempfile.TemporaryDirectory() as folder:
        tables: dict[RecordKind, pl.DataFrame | None] = {
            "transactions": transactions, "events": events
        }  # fmt: skip
        files: dict[RecordKind, list[str]] = {}
        for kind, table in tables.items():
            if table is not None:
                files[kind] = [str(Path(folder) / f"{kind}.parquet")]
                table.write_parquet(files[kind][0])
        with open_records(files) as records:
            return watch_records(records, Moment.of(newest, _SHOP.zone).days_before(-1))
