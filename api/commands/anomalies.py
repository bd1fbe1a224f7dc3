"""Commands about anomalies: anomalies."""

from typing import Any

import click

from api.cli import Door, command


@command
@click.option("--dataset", metavar="NAME", help="Default: the only dataset.")
@click.option(
    "--budget",
    type=float,
    default=0.01,
    show_default=True,
    metavar="S",
    help="At most this share of the customers.",
)
@click.option("--compare", is_flag=True, help="Also say what other detectors would have flagged.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the comparison.")
def anomalies(door: Door, dataset: str | None, budget: float, compare: bool, seed: int) -> None:
    """Customers who are most out of the ordinary, each with a sentence that says why.

    An alert is somebody to look at, no proof of anything.
    """
    from tools.anomalies import anomalies_card

    services = door.services
    context = services.context(services.local_person, dataset)
    door.progress("Measuring every customer")
    card = anomalies_card(context, budget, compare, seed)
    door.show(card, lambda: _words(card))


def _words(card: dict[str, Any]) -> str:
    from api.words import table

    alerts = card["alerts"]
    if not alerts:
        return f"Nothing out of the ordinary among {card['customers']:,} customers."
    rows = [(a["customer_id"], a["title"], f"{a['strength']:.1f}", a["sentence"]) for a in alerts]
    head = f"{len(alerts):,} of {card['customers']:,} customers are out of the ordinary."
    said = f"{head}\n\n{table(('customer', 'kind', 'strength', 'why'), rows)}"
    if not card.get("detectors"):
        return said
    columns = ("detector", "flags", "of them alerts")
    other = [(d["detector"], f"{d['flagged']:,}", f"{d['shared']:,}") for d in card["detectors"]]
    among = f"What others flag, among {card['detectors'][0]['customers']:,} customers:"
    return f"{said}\n\n{among}\n\n{table(columns, other)}"


COMMANDS = (anomalies,)
