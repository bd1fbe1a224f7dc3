"""Commands about what to do: playbook, recommend."""

from collections.abc import Mapping
from typing import Any

import click

from api.cli import Door, command

_DATASET = click.option("--dataset", metavar="NAME", help="Default: the only dataset.")


@command
@click.argument("segment", required=False, default="")
@_DATASET
def playbook(door: Door, segment: str, dataset: str | None) -> None:
    """What to do with SEGMENT, or with all customers: plays, whom, why, and how to prove it.

    Each play ends with the command that saves its audience with a holdout.
    """
    from api.playbook import playbook_card

    services = door.services
    found = playbook_card(services.context(services.local_person, dataset), segment)
    door.show(found, lambda: "\n\n".join(play_words(play) for play in found["plays"]))


@command
@click.argument("whom")
@_DATASET
@click.option("--count", type=click.IntRange(1, 50), default=10, show_default=True)
@click.option("--new", is_flag=True, help="Nothing that the customer bought before.")
def recommend(door: Door, whom: str, dataset: str | None, count: int, new: bool) -> None:
    """Products to suggest to WHOM, a customer's id or a segment, and why each."""
    from api.playbook import recommendations_card

    services = door.services
    context = services.context(services.local_person, dataset)
    found = recommendations_card(context, whom, count, new)
    door.show(found, lambda: recommendation_words(found))


def play_words(play: Mapping[str, Any]) -> str:
    text = {metric: fact["text"] for metric, fact in play["facts"].items()}
    lines = [
        f"{play['play']}: {text['customers']} customers, worth {text['revenue']} so far",
        f"  {play['means']}",
        f"  {play['why']}",
        *_evidence_lines(text),
        f"  What it adds: {play['effect']}.",
        *(
            f"    {fact['subject']['name']}: {fact['metric'].replace('_', ' ')} {fact['text']}"
            for fact in play["effects"]
        ),
    ]
    if play["message"]:
        lines.append(f'  Draft: "{play["message"]}"')
    lines += [
        f"  segue audience --name '{play['audience']}' --holdout {play['holdout']:g} --save \\",
        f"    --where {_quoted(play['where'])}",
    ]
    return "\n".join(lines)


def _evidence_lines(text: Mapping[str, str]) -> list[str]:
    lines = []
    if "also_bought" in text:
        lines.append(
            f"  Of those who have the first product, {text['also_bought']} have the second, "
            f"{text['together']} times as many as by chance."
        )
    if "purchase_rate" not in text:
        return [*lines, f"  What they do anyway: unknown. Held out: {text['held_out']}."]
    lines.append(
        f"  Of people like them a month ago, {text['purchase_rate']} bought within the month "
        "anyway."
    )
    proof = f"  Held out: {text['held_out']}"
    if "detectable" in text:
        proof += f"; it would show a rise by {text['detectable']} of the people or more"
    if "needed_people" in text:
        proof += f"; {text['needed_people']} people would show a rise by a tenth"
    return [*lines, f"{proof}."]


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)


def recommendation_words(found: Mapping[str, Any]) -> str:
    from api.words import table

    rows = [
        (one["product"], one["reason"], f"{one['fact']['metric'].replace('_', ' ')} "
         f"{one['fact']['text']}")
        for one in found["products"]
    ]  # fmt: skip
    lines = [table(("product", "why", "figure"), rows), f"Chosen by {found['chosen_by']}."]
    for fact in found["hit_rates"]:
        lines.append(
            f"  {fact['text']} of the buyers {fact['period']['words']} bought one of ten: "
            f"{fact['subject']['name']}"
        )
    return "\n".join(lines)


COMMANDS = (playbook, recommend)
