"""Groups that are there go before cuts through a continuum, even where the rules tell more."""

import numpy as np
import pandas as pd
import pytest

from engine.clustering.choice import Segmentation, choose_segmentation

MIDDLES = np.array([[20, 70], [35, 20], [50, 90], [65, 45]])


def shop(customers: int = 400) -> tuple[pd.DataFrame, pd.Series, np.ndarray]:
    """A continuum in what was bought, four groups in age and income; what comes later hangs on the
    first most and on the second a little."""
    draw = np.random.default_rng(5)
    active = draw.normal(size=customers)
    group = draw.integers(0, 4, customers)
    noise = draw.normal(size=(customers, 4)) * 0.7
    around = MIDDLES[group] + draw.normal(0, 4, (customers, 2))
    frame = pd.DataFrame(
        {
            "recency": np.exp(4.5 - active + noise[:, 0]).astype(int),
            "frequency": np.maximum(np.exp(1 + active + noise[:, 1]).round(), 1).astype(int),
            "monetary": np.exp(8 + active + noise[:, 2]).astype(int),
            "age": around[:, 0].round(),
            "income": around[:, 1],
        },
        index=[f"c{place:05}" for place in range(customers)],
    )
    later = np.where(active + 0.5 * (group - 1.5) + noise[:, 3] > 0, 5000.0, 0.0)
    return frame, pd.Series(later, index=frame.index), group


def before(frame: pd.DataFrame) -> pd.DataFrame:
    """The same people, who had bought a little more or less than now."""
    draw = np.random.default_rng(6)
    bought = frame[["recency", "frequency", "monetary"]]
    bought = (bought * np.exp(draw.normal(0, 0.5, bought.shape))).round().clip(lower=1)
    return frame.assign(**bought.astype(int))


@pytest.fixture(scope="module")
def found() -> Segmentation:
    frame, later, _ = shop()
    return choose_segmentation(frame, before(frame), later, 3, workers=2)


def test_the_groups_are_found(found: Segmentation) -> None:
    assert (found.verdict, found.feature_space, found.k) == ("natural", "attributes", 4)
    pairs = pd.crosstab(shop()[2], found.labels)
    assert pairs.gt(0).sum().sum() == 4, "one label for each group"
    assert found.null is not None
    assert found.candidates[0].measures["silhouette"] > found.null.level


def test_they_hold_every_check_but_need_not_tell_as_much_as_the_rules(found: Segmentation) -> None:
    chosen = found.candidates[0]
    assert chosen.measures["outcome_gain"] < -0.05
    assert "outcome_beside_rules" not in found.checks
    assert all(check.ok for check in found.checks.values() if check.value is not None)
    against_rules = next(c for c in found.comparisons if c.against == "the rules")
    assert against_rules.difference == pytest.approx(chosen.measures["outcome_gain"])


def test_cuts_of_the_continuum_say_why_they_were_not_chosen(found: Segmentation) -> None:
    cuts = [c for c in found.candidates if (c.method, c.space) == ("KMeans", "quantile RFM")]
    assert {c.k for c in cuts if "natural groups were found in other" in c.why_not} >= {4, 5, 6}


def test_who_is_the_same_as_before_lasts(found: Segmentation) -> None:
    assert found.candidates[0].measures["persistence"] == pytest.approx(1.0)
