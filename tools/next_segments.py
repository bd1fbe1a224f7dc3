"""The next segment of everybody, under the published run and no other."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment
from engine.errors import NotPossible
from stores.home import Home, new_id
from stores.models import ModelStore, ScoreModel
from stores.runs import Run, RunStore
from tools.run_features import PLAIN, kept_columns, run_features
from tools.snapshots import assign_members

if TYPE_CHECKING:
    import pandas as pd

    from engine.prediction.examples import Lookout
    from engine.prediction.next_segment import Segmented
    from engine.prediction.target import Target
    from tools.scoring import Lookouts, Progress, ScoreRequest

_LIMITS = (
    "It holds for the segments of its run; when another run is published, score anew.",
    "The segments of past moments are told by the run as it is now, from what was known then.",
)


def segmented_shop(home: Home, lookouts: "Lookouts", lookout: "Lookout", run: Run) -> "Segmented":
    """Whoever is where at any moment is assigned by the run's frozen transform."""
    from engine.clustering.method import SegmentModel
    from engine.prediction.next_segment import Segmented

    plain = set(kept_columns(SegmentModel.from_json(run.model))) <= set(PLAIN)
    customers = list(set(lookout.history.rows["customer_id"]))

    def members(moment: Moment) -> "pd.Series[str]":
        if plain:  # the history says the same, sooner
            features = lookout.at(moment).features[list(PLAIN)]
        else:
            features = run_features(home, lookouts.dataset, lookouts.version, moment, run)
            features = features[features.index.isin(customers)]
        found: pd.Series[str] = assign_members(run, features)["segment_id"]
        return found

    return Segmented(lookout, members, tuple(run.segment_ids))


def published_run(home: Home, lookouts: "Lookouts") -> Run:
    run = RunStore(home).published(lookouts.dataset.dataset_id)
    if run is None:
        raise NotPossible(
            "There are no segments yet, so none can be the next.", "Find them: segue segment"
        )
    return run


def score_next_segment(
    home: Home, lookouts: "Lookouts", target: "Target", request: "ScoreRequest", now: datetime,
    progress: "Progress",
) -> ScoreModel:  # fmt: skip
    from engine.prediction.walk_trial import choose_next_segment
    from tools.scoring import asked, make_card

    run = published_run(home, lookouts)
    horizon = target.horizon(request.horizon_days)
    shop = segmented_shop(home, lookouts, lookouts.to_learn(horizon, request.seed), run)
    everybody = segmented_shop(home, lookouts, lookouts.of(horizon), run)
    features, places = everybody.standing(lookouts.as_of)
    if features.empty:
        raise NotPossible(f"No customer had bought before {lookouts.as_of.local_date}.")
    found = choose_next_segment(shop, request.seed, progress)
    report: dict[str, Any] = found.report | {"run_id": run.run_id}
    card = make_card(
        target, shop.lookout, report, list(found.fitted.columns), list(_LIMITS), request, now
    )
    model = ScoreModel(
        new_id("model"),
        lookouts.dataset.dataset_id,
        lookouts.version,
        lookouts.as_of.at,
        target.name,
        shop.lookout.horizon_days,
        report | {"card": card},
        {"asked": asked(home, lookouts, request, target), "customers": len(features)},
    )
    return ModelStore(home).save(model, found.scores(features, places), now, found.to_json())
