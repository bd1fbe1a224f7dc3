"""Are columns that say nothing left out, and do those that carry groups help?

Twenty shops without orders: five groups in age, income and a score, a word and a number of
lifestyle that go with the groups, one column of noise (even, a bell, a word or a flag in turn) and
one copy. A misjudged column is noise or a copy that stays, or a column of the groups that goes.
"""

from typing import TYPE_CHECKING

import numpy as np

from evals.bench.bars import Setting

if TYPE_CHECKING:
    import pandas as pd

    from engine.clustering.method import Labels

DRAWS = 20
CUSTOMERS = 1500
PLANTED = {"noise", "copy"}
WORDS = np.array(["outdoors", "family", "culture", "sport", "home"])


def measure(setting: Setting) -> float:
    from engine.preparation import select_features

    misjudged = 0
    gains = []
    for seed in range(DRAWS * (5 if setting.full else 1)):
        frame, groups = draw_customers(seed)
        left_out = {column.name for column in select_features(frame, seed)}
        wrong = left_out ^ PLANTED
        if "age" in left_out and "copy" not in left_out:  # either of the two may stand
            wrong -= {"age", "copy"}
        if wrong:
            setting.say(f"seed {seed}: misjudged {', '.join(sorted(wrong))}")
        misjudged += len(wrong)
        gains.append(_gain(frame, groups))
    without, with_all, chosen = np.mean(gains, axis=0)
    setting.say(
        f"ARI without lifestyle {without:.3f}, with all {with_all:.3f}, chosen {chosen:.3f}"
    )
    return float(misjudged)


def draw_customers(seed: int) -> "tuple[pd.DataFrame, Labels]":
    import pandas as pd

    draw = np.random.default_rng(seed)
    groups = draw.integers(0, 5, CUSTOMERS)
    age = np.array([25, 32, 45, 58, 66])[groups] + draw.normal(0, 6, CUSTOMERS)
    earning = np.array([9.9, 10.8, 10.3, 11.1, 10.0])[groups] + draw.normal(0, 0.3, CUSTOMERS)
    spending = np.array([70, 40, 55, 75, 25])[groups] + draw.normal(0, 12, CUSTOMERS)
    honest = draw.random(CUSTOMERS) < 0.75
    lifestyle = WORDS[np.where(honest, groups, draw.integers(0, 5, CUSTOMERS))]
    sensitivity = np.array([0.8, 0.3, 0.6, 0.2, 0.5])[groups] + draw.normal(0, 0.12, CUSTOMERS)
    noise = (
        draw.random(CUSTOMERS),
        draw.normal(size=CUSTOMERS),
        draw.choice(["red", "green", "blue"], CUSTOMERS),
        draw.integers(0, 2, CUSTOMERS).astype(float),
    )[seed % 4]
    columns = {
        "age": age.round(),
        "income": np.exp(earning).round(-2),
        "spending": spending.round(),
        "lifestyle": lifestyle,
        "sensitivity": sensitivity,
        "noise": noise,
        "copy": age * 12 + draw.normal(0, 2, CUSTOMERS),
    }
    index = pd.Index([f"c{place:05}" for place in range(CUSTOMERS)], name="customer_id")
    return pd.DataFrame(columns, index=index), groups


def _gain(frame: "pd.DataFrame", groups: "Labels") -> tuple[float, float, float]:
    """The agreement with the groups: without lifestyle, with every column, with those chosen."""
    from sklearn.metrics import adjusted_rand_score

    from engine.clustering.method import SegmentModel, find_methods
    from engine.preparation import LeftOut, select_features

    (kmeans,) = find_methods("kmeans")

    def agreement(table: "pd.DataFrame", left_out: tuple[LeftOut, ...] = ()) -> float:
        model = SegmentModel.fit(table, "attributes", kmeans, 5, 0, left_out)
        return float(adjusted_rand_score(groups, model.assign(table)[0]))

    bare = frame.drop(columns=["lifestyle", "sensitivity"])
    return (
        agreement(bare, select_features(bare, 0)),
        agreement(frame),
        agreement(frame, select_features(frame, 0)),
    )
