"""The next segment, on a shop whose customers walk from segment to segment by a known rule."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest

from engine.concepts import Moment
from engine.errors import NotPossible
from engine.prediction.examples import Lookout
from engine.prediction.history import History
from engine.prediction.next_segment import STAYS, USUAL_MOVE, FittedWalk, Segmented, fit_walk
from engine.prediction.walk_trial import (
    choose_next_segment,
    measure,
    score_walk,
    try_walk,
    walk_table,
)

START = datetime(2024, 1, 1, 12, tzinfo=UTC)
END = Moment.midnight((START + timedelta(days=420)).date(), "UTC")
SEGMENTS = ("active", "cooling", "lost")


def make_history(customers: int, seed: int) -> History:
    """Each customer buys with a rhythm of their own; after each purchase one in twelve leaves."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(customers):
        gap, day = random.uniform(5, 120), random.uniform(0, 300)
        while day < 420:
            rows.append((f"c{number:04}", f"o{len(rows)}", START + timedelta(days=float(day))))
            day = day + gap * random.uniform(0.8, 1.2) if random.random() > 1 / 12 else 999.0
    table = pl.DataFrame(rows, schema=["customer_id", "order_id", "at"], orient="row")
    table = table.with_columns(
        day=pl.col("at").dt.date(),
        sale=pl.lit(True),
        products=pl.lit(1, pl.Int32),
        cancelled_at=pl.lit(None, pl.Datetime("us", "UTC")),
        spend=pl.lit(1000, pl.Int64),
    )
    return History(table.sort("customer_id", "at"), "UTC")


def quietly(text: str) -> None:
    pass


def by_recency(lookout: Lookout) -> Segmented:
    """Whoever bought within 20 days is active, within 80 cooling, else lost."""

    def members(moment: Moment) -> "pd.Series[str]":
        recency = lookout.features(moment)["recency"].to_numpy()
        places = np.digitize(recency, [20, 80])
        return pd.Series(np.array(SEGMENTS, object)[places], index=lookout.features(moment).index)

    return Segmented(lookout, members, SEGMENTS)


@pytest.fixture(scope="module")
def shop() -> Segmented:
    return by_recency(Lookout(make_history(900, seed=6), END, 60))


def test_a_model_that_knows_the_rhythm_beats_staying(shop: Segmented) -> None:
    found = choose_next_segment(shop, seed=0, progress=quietly)
    report = found.report
    assert not report["refused"] and report["gain"]["low"] > 0
    by_name = {row["model"]: row for row in report["models"]}
    assert report["metrics"]["accuracy"] >= by_name[STAYS]["accuracy"]
    assert set(report["chosen_on"]).isdisjoint({report["judged_on"]["day"]})
    features, now = shop.standing(END)
    scores = found.scores(features, now)
    assert set(scores["next_segment"]) <= set(SEGMENTS)
    assert scores["next_chance"].between(1 / 3 - 1e-6, 1 + 1e-6).all()
    again = FittedWalk.from_json(json.loads(json.dumps(found.to_json()["walk"], allow_nan=False)))
    pd.testing.assert_frame_equal(score_walk(again, found.served, features, now), scores)


def test_where_everybody_stays_the_rule_serves() -> None:
    lookout = Lookout(make_history(700, seed=7), END, 60)

    def members(moment: Moment) -> "pd.Series[str]":
        index = lookout.features(moment).index
        return pd.Series(["odd" if int(name[1:]) % 2 else "even" for name in index], index=index)

    found = choose_next_segment(Segmented(lookout, members, ("odd", "even")), 0, quietly)
    assert found.report["refused"] and found.served in (STAYS, USUAL_MOVE)
    assert found.report["metrics"] == {"accuracy": 1.0, "balanced_accuracy": 1.0}


def test_nothing_after_the_cut_off_teaches(shop: Segmented) -> None:
    """Segments that are told of later moments change nothing."""
    cutoff = END.days_before(60)

    def forgetful(moment: Moment) -> "pd.Series[str]":
        assert moment.at <= cutoff.at, "a moment after the cut-off was asked for"
        return shop.members(moment)

    found = fit_walk(Segmented(shop.lookout, forgetful, SEGMENTS), cutoff, 0, ())
    assert all(sum(row) == pytest.approx(1) for row in found.usual)


def test_the_rules_are_what_they_say(shop: Segmented) -> None:
    trial = try_walk(shop, END.days_before(60), 0)
    assert (trial.said[STAYS] == trial.walk.now).all()
    for place in range(3):
        assert len(set(trial.said[USUAL_MOVE][trial.walk.now == place])) == 1


def test_measures_on_six_customers() -> None:
    truth, said = np.array([0, 0, 0, 0, 1, 1]), np.array([0, 0, 0, 1, 1, 0])
    found = measure(truth, said)
    assert found["accuracy"] == pytest.approx(4 / 6)
    assert found["balanced_accuracy"] == pytest.approx((3 / 4 + 1 / 2) / 2)


def test_a_table_has_every_rule_and_model(shop: Segmented) -> None:
    rows = walk_table(shop, [END.days_before(60)], 0, quietly)
    assert {row["model"] for row in rows} >= {STAYS, USUAL_MOVE, "boosted trees"}
    assert {row["metric"] for row in rows} == {"accuracy", "balanced_accuracy"}


def test_too_short_a_history_is_said(shop: Segmented) -> None:
    start = Moment.midnight(shop.lookout.history.first.local_date + timedelta(days=70), "UTC")
    with pytest.raises(NotPossible, match="nobody's next segment was known"):
        fit_walk(shop, start, 0)
