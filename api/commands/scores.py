"""Commands about predictions: score, scores, explain, backtest."""

from pathlib import Path
from typing import Any

import click

from api.cli import Door, command

_DATASET = click.option("--dataset", metavar="NAME", help="Default: the only dataset.")
_AS_OF = click.option("--as-of", metavar="T", help="A date or moment; default: after the newest.")
_HORIZON = click.option("--horizon", type=click.IntRange(7, 730), default=90, show_default=True)
_TARGETS = click.option(
    "--targets",
    metavar="T,...",
    help="Of churn, buy_30, value, expected_next, vip, next_segment; default: all.",
)
_SEED = click.option("--seed", type=int, default=0, show_default=True)


@command
@_DATASET
@_AS_OF
@_HORIZON
@_TARGETS
@_SEED
@click.option("--deep", is_flag=True, help="Let an MLP and an LSTM compete; takes minutes.")
@click.option("--protected", is_flag=True, help="Let models read gender, age and country.")
@click.option("--approve", is_flag=True, help="Put yourself on the model cards as who approves.")
def score(
    door: Door, dataset: str | None, as_of: str | None, horizon: int, targets: str | None,
    seed: int, deep: bool, protected: bool, approve: bool,
) -> None:  # fmt: skip
    """Predict for every customer; a model is refused when a simple rule does as well.

    Churn (no purchase within the horizon), buy_30 (a purchase within 30 days), value (sales less
    returns within the horizon), expected_next (the day of the next purchase), vip (entering the
    tenth that has spent most) and next_segment (the segment when the horizon has passed).
    """
    from api.score_words import score_words
    from stores.datasets import DatasetStore
    from tools.scoring import ScoreRequest, approve_models, make_scores

    services = door.services
    owner = services.local_person.person_id
    kept = DatasetStore(services.home).get(dataset)
    request = ScoreRequest(as_of, horizon, seed, _names(targets), owner, deep, protected)
    found = make_scores(services.home, kept, request, services.now(), door.progress)
    if approve:
        approve_models(services.home, kept, tuple(found["targets"]), owner, services.now())
    door.show(found, lambda: score_words(found))


@command
@_DATASET
@_AS_OF
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The CSV to write.")
@click.option("--cards", is_flag=True, help="Of each model: who answers for it, and its limits.")
@click.option("--board", is_flag=True, help="Scores of the past beside what happened.")
@click.option("--threshold", type=float, help="Whom acting from this churn on would reach.")
@click.option("--cost", type=click.IntRange(0), help="Of reaching one customer, minor units.")
@click.option("--benefit", type=click.IntRange(0), help="Of one caught in time, minor units.")
def scores(
    door: Door, dataset: str | None, as_of: str | None, out: Path | None, cards: bool, board: bool,
    threshold: float | None, cost: int | None, benefit: int | None,
) -> None:  # fmt: skip
    """The scores by segment, and the three customers most worth saving; or all in a CSV file."""
    from api.score_words import board_words, cards_words, summary_words, trade_off_words
    from api.scores import score_card
    from tools.score_table import latest_models, past_scores, threshold_of, write_scores

    services = door.services
    context = services.context(services.local_person, dataset)
    if board:
        past: dict[str, Any] = {"board": past_scores(context)}
        door.show(past, lambda: board_words(past["board"]))
    elif cards:
        kept: dict[str, Any] = {
            "cards": {name: one.report["card"] for name, one in latest_models(context).items()}
        }
        door.show(kept, lambda: cards_words(kept["cards"]))
    elif threshold is not None:
        found = threshold_of(context, threshold, cost, benefit)
        door.show(found, lambda: trade_off_words(found))
    elif out is None:
        card = score_card(context)
        door.show(card, lambda: summary_words(card))
    else:
        wrote = write_scores(context, out, as_of)
        missing = f" Not predicted: {', '.join(wrote['missing'])}." if wrote["missing"] else ""
        door.show(wrote, lambda: f"Wrote {wrote['rows']:,} customers to {out}.{missing}")


@command
@click.argument("customer")
@_DATASET
def explain(door: Door, customer: str, dataset: str | None) -> None:
    """A customer's scores, and what moved them beside a typical customer of the segment."""
    from api.score_words import explain_words
    from tools.explaining import explain_customer

    services = door.services
    context = services.context(services.local_person, dataset)
    found = explain_customer(context, customer)
    door.show(found, lambda: explain_words(found))


@command
@_DATASET
@click.option("--cutoffs", metavar="T,T", required=True, help="Dates to look back from.")
@_HORIZON
@_TARGETS
@_SEED
def backtest(
    door: Door, dataset: str | None, cutoffs: str, horizon: int, targets: str | None, seed: int
) -> None:
    """Judge every rule and model as of past dates, on what came after."""
    from api.score_words import backtest_words
    from stores.datasets import DatasetStore
    from tools.backtests import judge_models
    from tools.scoring import ScoreRequest

    services = door.services
    found = judge_models(
        services.home,
        DatasetStore(services.home).get(dataset),
        tuple(part.strip() for part in cutoffs.split(",")),
        ScoreRequest(None, horizon, seed, _names(targets)),
        door.progress,
    )
    door.show(found, lambda: backtest_words(found))


def _names(targets: str | None) -> tuple[str, ...] | None:
    return None if targets is None else tuple(name.strip() for name in targets.split(","))


COMMANDS = (score, scores, explain, backtest)
