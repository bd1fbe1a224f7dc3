"""What the choice says where the truth is known: noise is rules, planted groups are found, and the
same shop gives the same segments whatever the seed and whoever is missing."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from evals.bench.bars import Setting

if TYPE_CHECKING:
    import pandas as pd

    from engine.clustering.choice import Segmentation
    from engine.features.feature import FeatureTable

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
# Rank correlations of recency (turned), orders and revenue as shops have them.
RETAIL = ((1.0, 0.45, 0.45), (0.45, 1.0, 0.8), (0.45, 0.8, 1.0))
PLANTED = ((25, 20, 80), (30, 90, 85), (45, 55, 50), (50, 88, 15), (40, 22, 18))


def measure_noise(setting: Setting) -> float:
    """Share of tables without any groups, and without dates, that get the rules."""
    kinds = {"square": _square, "cube": _cube, "bell": _bell, "retail copula": _copula}
    draws, customers = (10, 1500) if setting.full else (5, 800)
    verdicts = []
    for kind, draw in kinds.items():
        found = [_choose(_people(draw(np.random.default_rng(seed), customers))).verdict
                 for seed in range(draws)]  # fmt: skip
        setting.say(f"{kind}: {found.count('rules')} of {draws} get the rules")
        verdicts += found
    return verdicts.count("rules") / len(verdicts)


def measure_no_dates(setting: Setting) -> float:
    """Least agreement with five planted groups of age, income and spending score; 0 where another
    number was found."""
    from sklearn.metrics import adjusted_rand_score

    agreements = []
    for seed in range(10 if setting.full else 3):
        draw = np.random.default_rng(seed)
        group = draw.integers(0, len(PLANTED), 600)
        points = np.array(PLANTED)[group] + draw.normal(0, 6, (600, 3))
        found = _choose(_people(points, ("age", "income", "spending_score")), seed)
        agreement = float(adjusted_rand_score(group, found.labels))
        setting.say(f"{found.verdict}, {found.method}, {found.k} segments, ARI {agreement:.3f}")
        agreements.append(agreement if found.k == len(PLANTED) else 0.0)
    return round(min(agreements), 3)


def measure_stable(setting: Setting) -> float:
    """Least agreement of the segments across seeds, and with a fit to 80 % of the customers to
    which a tenth is added, so that one bar holds for both."""
    from sklearn.metrics import adjusted_rand_score

    table, earlier, later = _shop(setting)
    first = _choose(table, 0, earlier, later)
    setting.say(f"{first.verdict}: {first.method} on {first.feature_space}, {first.k} segments")
    if first.null is not None:
        best = first.candidates[0].measures["silhouette"]
        setting.say(f"silhouette {best:.3f}, null 95 % {first.null.percentile_95:.3f}, "
                    f"level {first.null.level:.3f}")  # fmt: skip
    agreements = []
    for seed in range(1, 6 if setting.full else 3):
        other = _choose(table, seed, earlier, later)
        agreements.append(float(adjusted_rand_score(first.labels, other.labels)))
        setting.say(f"seed {seed}: {other.method} on {other.feature_space}, {other.k} segments, "
                    f"ARI {agreements[-1]:.3f}")  # fmt: skip
    kept = np.sort(np.random.default_rng(1).choice(len(table.frame), int(0.8 * len(table.frame)),
                                                   replace=False))  # fmt: skip
    part = _choose(_rows(table, kept), 0, earlier, later)
    told = part.model.assign(table)[0]
    apart = float(adjusted_rand_score(first.labels, told))
    setting.say(f"fit on 80 %: {part.method} on {part.feature_space}, {part.k} segments, "
                f"ARI {apart:.3f} (wanted 0.90)")  # fmt: skip
    copy = _choose(_people(_copula_of(table.frame)), 0)
    setting.say(f"a copula copy as customers without dates: {copy.verdict}")
    if copy.verdict != "rules":
        return 0.0
    return round(min([*agreements, apart + 0.05]), 3)


def measure_reasons(setting: Setting) -> float:
    """Share of customers who change segment when the features that are named as holding them take
    the values of the neighbouring segment: no more of them than it takes."""
    from engine.clustering.reasons import held_by

    table, earlier, later = _shop(setting)
    found = _choose(table, 0, earlier, later)
    customers = table.frame.index[:: max(1, len(table.frame) // (1000 if setting.full else 200))]
    held = [held_by(found.model, table.frame, str(customer)) for customer in customers]
    named = [len(one.by) for one in held if one is not None]
    setting.say(f"{len(named)} customers of {found.k} segments, {np.mean(named):.2f} features each")
    return round(sum(one is not None and one.changes for one in held) / len(held), 3)


def _choose(
    table: "FeatureTable",
    seed: int = 0,
    earlier: "FeatureTable | None" = None,
    later: "pd.Series[float] | None" = None,
) -> "Segmentation":
    from engine.clustering.choice import choose_segmentation

    return choose_segmentation(table, earlier, later, seed)


def _shop(
    setting: Setting,
) -> "tuple[FeatureTable, FeatureTable | None, pd.Series[float] | None]":
    from engine.synthetic import Recipe, draw_shop
    from evals.bench.segment_shop import export_tables, shop_tables

    if setting.data is not None:
        return export_tables(Path(setting.data))
    return shop_tables(draw_shop(Recipe(3_000, seed=7)))


def _people(points: Array, names: tuple[str, ...] = ("one", "two", "three")) -> "FeatureTable":
    import pandas as pd

    from engine.preparation import as_table

    ids = [f"c{place:06}" for place in range(len(points))]
    return as_table(pd.DataFrame(dict(zip(names, points.T, strict=False)), index=ids))


def _rows(table: "FeatureTable", places: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> (
    "FeatureTable"
):  # fmt: skip
    from engine.features.feature import FeatureTable

    return FeatureTable(table.frame.iloc[places], table.features)


def _square(draw: np.random.Generator, customers: int) -> Array:
    return draw.random((customers, 2))


def _cube(draw: np.random.Generator, customers: int) -> Array:
    return draw.random((customers, 3))


def _bell(draw: np.random.Generator, customers: int) -> Array:
    return draw.normal(size=(customers, 3))


def _copula(draw: np.random.Generator, customers: int) -> Array:
    """Margins of a shop, joined by nothing but their rank correlations."""
    normals = draw.multivariate_normal(np.zeros(3), RETAIL, customers)
    return np.column_stack(
        [np.exp(4.5 - normals[:, 0]), np.exp(0.6 + normals[:, 1]), np.exp(6 + 1.2 * normals[:, 2])]
    )


def _copula_of(frame: "pd.DataFrame") -> Array:
    from engine.clustering.null import null_tables

    points = frame[["recency", "frequency", "monetary"]].to_numpy(dtype=np.float64)
    return next(null_tables(points, 1, seed=0))
