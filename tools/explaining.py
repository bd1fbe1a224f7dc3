"""Why a customer has the scores they have."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment
from engine.errors import NotFound
from stores.models import ModelStore, ScoreModel
from tools.context import Context
from tools.score_table import latest_models

if TYPE_CHECKING:
    import pandas as pd

    from engine.prediction.reasons import Reason
    from tools.scoring import Lookouts


def explain_customer(context: Context, customer: str) -> dict[str, Any]:
    """The scores with their intervals, and the reasons, beside the median of the segment."""
    models = latest_models(context)
    scores: dict[str, Any] = {}
    reasons: list[dict[str, Any]] = []
    notes: list[str] = []
    past = _Past(context)
    for target, newest in models.items():
        model, numbers, refused = ModelStore(context.home).in_force(newest.dataset_id, target)
        notes += refused
        scores[target] = _scores_of(context, model, customer)
        told = _reasons(context, past, model, numbers, [customer])[customer]
        reasons += [{"target": target, **asdict(reason)} for reason in told]
    first = next(iter(models.values()))
    return {
        "customer_id": customer,
        "as_of": Moment.of(first.as_of, context.dataset.shop.zone).iso(),
        "segment": _segment_of(context, customer),
        "scores": scores,
        "reasons": reasons,
        "notes": notes,
    }


def _scores_of(context: Context, model: ScoreModel, customer: str) -> dict[str, Any]:
    table = ModelStore(context.home).scores(model)
    if customer not in table.index or customer in context.opted_out:
        raise NotFound(
            f"There are no scores of a customer '{customer}'.",
            "Scored is who has bought, is no guest and has not opted out; ids are as in the file.",
        )
    own = table.loc[[customer]].to_dict("records")[0]
    found: dict[str, Any] = {
        str(name): value if isinstance(value, str) else float(value) for name, value in own.items()
    }
    if model.target == "next_segment":
        names = {segment.segment_id: segment.name for segment in context.segments}
        found["next_segment_name"] = names.get(found["next_segment"])
    return found | {
        "model": model.report["model"],
        "refused": model.report["refused"],
        "horizon_days": model.horizon_days,
    }


def reasons_of(
    context: Context, model: ScoreModel, customers: Sequence[str]
) -> "dict[str, list[Reason]]":
    """What moved the model's score of each, by the newest model of the target that can be read."""
    serving, numbers, _ = ModelStore(context.home).in_force(model.dataset_id, model.target)
    return _reasons(context, _Past(context), serving, numbers, customers)


class _Past:
    """The features that models read, worked out once for all models of the same records."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lookouts: dict[Any, Lookouts] = {}

    def features(self, model: ScoreModel, deep: bool) -> "pd.DataFrame":
        from tools.scoring import Lookouts

        protected = bool(model.body["asked"].get("protected"))
        key = (model.version, model.as_of, deep, protected)
        if key not in self._lookouts:
            home, dataset = self._context.home, self._context.dataset
            moment = Moment.of(model.as_of, dataset.shop.zone)
            self._lookouts[key] = Lookouts(home, dataset, model.version, moment, deep, protected)
        return self._lookouts[key].features(model.horizon_days)


def _reasons(
    context: Context, past: _Past, model: ScoreModel, numbers: dict[str, Any],
    customers: Sequence[str],
) -> "dict[str, list[Reason]]":  # fmt: skip
    from engine.prediction.deep import DEEP
    from engine.prediction.learning import Fitted
    from engine.prediction.reasons import find_reasons

    if "fitted" not in numbers:  # a segment is told without reasons
        return {customer: [] for customer in customers}
    fitted = Fitted.from_json(numbers["fitted"])
    features = past.features(model, any(one.name in fitted.bodies for one in DEEP))
    currency = context.dataset.shop.currency
    found = {}
    for customer in customers:
        if customer not in features.index:
            raise NotFound(f"The records of '{customer}' are gone.", "Score anew: segue score")
        typical = _peers(context, features, customer).median()
        found[customer] = find_reasons(fitted, features, customer, typical, currency)
    return found


def _peers(context: Context, features: "pd.DataFrame", customer: str) -> "pd.DataFrame":
    """The customers of the same segment; everybody when there is none."""
    if context.snapshot is None or customer not in context.members.index:
        return features
    segments = context.members["segment_id"]
    same = segments.index[segments == segments[customer]]
    return features[features.index.isin(same)]


def _segment_of(context: Context, customer: str) -> str | None:
    if context.snapshot is None or customer not in context.members.index:
        return None
    segment_id = context.members.loc[customer, "segment_id"]
    return next(s.name for s in context.segments if s.segment_id == segment_id)
