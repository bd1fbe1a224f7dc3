"""Is the pick sound whatever the features, the seed, the day and the customers?

One shop in variations: other seeds, a third of the features gone, random parts of the customers,
and earlier days. A pick is degenerate when its checks do not hold, when it has fewer than four
segments or more than eight, or when one of them holds more than half of the customers or less than
two in a hundred.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from evals.bench.bars import Setting
from evals.bench.segment_shop import cut_tables

if TYPE_CHECKING:
    from engine.clustering.choice import Segmentation
    from engine.features.feature import FeatureTable
    from evals.bench.segment_shop import Tables

EACH, EACH_CHEAP = 10, 2
DAYS = 20  # between two earlier days
ALWAYS = ("recency", "frequency", "monetary")
LEAST_SHARE = 0.5


def measure(setting: Setting) -> float:
    from engine.clustering.choice import choose_segmentation

    picked: list[str] = []
    degenerate = 0
    for name, (table, earlier, later), seed in _variations(setting):
        found = choose_segmentation(table, earlier, later, seed)
        wrong = _wrong(found)
        degenerate += bool(wrong)
        picked.append(f"{found.verdict}: {found.method} on {found.feature_space}, {found.k}")
        setting.say(f"{name}: {picked[-1]} segments{f', {wrong}' if wrong else ''}")
    for pick in sorted(set(picked)):
        setting.say(f"{picked.count(pick)} of {len(picked)}: {pick} segments")
    return float(degenerate)


def _wrong(found: "Segmentation") -> str:
    shares = np.bincount(found.labels, minlength=found.k) / len(found.labels)
    failed = [name for name, check in found.checks.items() if check.ok is False]
    if found.verdict != "rules" and failed:
        return "fails " + ", ".join(failed)
    if not 4 <= found.k <= 8:
        return "too few or too many segments"
    return "a segment too large or small" if shares.max() > 0.5 or shares.min() < 0.02 else ""


def _variations(setting: Setting) -> "Iterator[tuple[str, Tables, int]]":
    times = EACH if setting.full else EACH_CHEAP
    cuts = cut_tables(setting.data, [DAYS * place for place in range(times + 1)])
    whole = next(cuts)
    for place in range(times):
        yield f"seed {place}", whole, place
    for place in range(times):
        yield f"features {place}", _fewer_features(whole, place), 0
    for place in range(times):
        yield f"customers {place}", _fewer_customers(whole, place), 0
    for place, tables in enumerate(cuts, 1):
        yield f"{DAYS * place} days earlier", tables, 0


def _fewer_features(tables: "Tables", seed: int) -> "Tables":
    table, earlier, later = tables
    draw = np.random.default_rng(seed)
    kept = {f.name for f in table.features if f.name in ALWAYS or draw.random() > 1 / 3}
    return _columns(table, kept), earlier and _columns(earlier, kept), later


def _columns(table: "FeatureTable", kept: set[str]) -> "FeatureTable":
    from engine.features.feature import FeatureTable

    features = tuple(feature for feature in table.features if feature.name in kept)
    return FeatureTable(table.frame[[feature.name for feature in features]], features)


def _fewer_customers(tables: "Tables", seed: int) -> "Tables":
    from engine.features.feature import FeatureTable

    table, earlier, later = tables
    draw = np.random.default_rng(seed)
    share = LEAST_SHARE + (1 - LEAST_SHARE) * draw.random()
    kept = table.frame.index[draw.random(len(table.frame)) < share]
    if earlier is not None:
        before = earlier.frame.loc[earlier.frame.index.intersection(kept)]
        earlier = FeatureTable(before, earlier.features)
    return FeatureTable(table.frame.loc[kept], table.features), earlier, later
