"""Feature tables drawn at random, of the kinds of columns that shops have."""

import numpy as np
import pandas as pd

from engine.features import FEATURES, Feature, FeatureTable

EXTRA = (
    Feature("return_share", "lines returned", "share", False, "behaviour", "sums", "frequency"),
    Feature("online_share", "orders online", "share", None, "habits", "sums", "frequency"),
    Feature("basket_size", "units an order", "ratio", True, "basket", "sums", "frequency"),
    Feature("age", "years of age", "number", None, "demographic", "sweep"),
    Feature("income", "a year", "money", True, "demographic", "sweep"),
    Feature("country", "where they live", "word", None, "geographic", "sweep"),
    Feature("member", "in the club", "number", True, "psychographic", "sweep"),
)


def shop(customers: int, seed: int = 1) -> pd.DataFrame:
    """Skewed and tied as shops are: most buy once or twice, a few a lot."""
    draw = np.random.default_rng(seed)
    frequency = draw.geometric(0.3, customers)
    recency = draw.integers(0, 500, customers)
    columns = {
        "recency": recency,
        "frequency": frequency,
        "monetary": (frequency * draw.lognormal(8, 1, customers)).astype(int),
        "tenure": recency + draw.integers(0, 200, customers),
    }
    index = pd.Index([f"c{place:05}" for place in range(customers)], name="customer_id")
    return pd.DataFrame(columns, index=index)


def rich(customers: int, seed: int = 1) -> FeatureTable:
    """With two kinds of customers in everything that is not an order, and gaps."""
    draw = np.random.default_rng(seed)
    frame = shop(customers, seed)
    kind = draw.integers(0, 2, customers)
    frame["return_share"] = draw.binomial(frame["frequency"], 0.05 + 0.3 * kind)
    frame["return_share"] /= frame["frequency"]
    frame["online_share"] = draw.binomial(frame["frequency"], 0.2 + 0.6 * kind)
    frame["online_share"] /= frame["frequency"]
    frame["basket_size"] = draw.lognormal(1 + kind, 0.3, customers)
    frame["age"] = np.where(draw.random(customers) < 0.1, np.nan, 30.0 + 25 * kind)
    frame["age"] += draw.normal(0, 5, customers).round()
    frame["income"] = np.round(draw.lognormal(10 + kind, 0.4, customers))
    countries = np.array(["France", "Ireland", "Spain"])[(draw.integers(0, 2, customers) + kind)]
    frame["country"] = np.where(draw.random(customers) < 0.1, None, countries)
    frame["member"] = (draw.random(customers) < 0.2 + 0.6 * kind).astype(float)
    return FeatureTable(frame, FEATURES + EXTRA)


def rows(table: FeatureTable, places: list[int]) -> FeatureTable:
    return FeatureTable(table.frame.iloc[places], table.features)
