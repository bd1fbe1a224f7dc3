"""A backtest that somebody asks for: every rule and model as of past dates of their choice."""

from collections.abc import Callable, Sequence
from typing import Any

from engine.concepts import Moment
from engine.errors import BadInput
from engine.prediction.target import find_targets
from stores.datasets import Dataset, DatasetStore
from stores.home import Home
from stores.runs import RunStore
from tools.next_segments import published_run, segmented_shop
from tools.scoring import Lookouts, ScoreRequest


def judge_models(
    home: Home, dataset: Dataset, cutoffs: Sequence[str], request: ScoreRequest,
    progress: Callable[[str], None],
) -> dict[str, Any]:  # fmt: skip
    """`table`: a row for every target, model, cut-off and metric. Nothing after a cut-off is used
    but to judge."""
    from engine.prediction.backtest import backtest_table
    from engine.prediction.walk_trial import walk_table

    store = DatasetStore(home)
    version = store.version(dataset)
    until = store.moment(dataset, version, request.as_of)
    moments = [Moment.parse(text, dataset.shop.zone) for text in cutoffs]
    lookouts = Lookouts(home, dataset, version, until)
    rows: list[dict[str, Any]] = []
    for target in find_targets(request.targets):
        lookout = lookouts.to_learn(target.horizon(request.horizon_days), request.seed)
        ordered = sorted(moments, key=_at)
        for moment in ordered:
            _require_judged(moment, lookout.horizon_days, until)
        if target.kind != "segment":
            rows += backtest_table(lookout, target, ordered, request.seed, progress)
        elif request.targets or RunStore(home).published_id(dataset.dataset_id):
            shop = segmented_shop(home, lookouts, lookout, published_run(home, lookouts))
            rows += walk_table(shop, ordered, request.seed, progress)
    return {
        "dataset": dataset.name,
        "horizon_days": request.horizon_days,
        "cutoffs": [moment.iso() for moment in moments],
        "table": rows,
    }


def _at(moment: Moment) -> Any:
    return moment.at


def _require_judged(moment: Moment, horizon_days: int, until: Moment) -> None:
    end = moment.days_before(-horizon_days)
    if end.at > until.at:
        raise BadInput(
            f"What came within {horizon_days} days of {moment.local_date} is known on "
            f"{end.local_date}; the records end on {until.local_date}.",
            "Choose an earlier cut-off, or a shorter --horizon.",
        )
