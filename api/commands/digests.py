"""Commands about digests: digest add, list, preview, send, pause, resume, delete."""

from collections.abc import Mapping
from typing import Any

import click

from api.cli import Door, command


@click.group()
def digest() -> None:
    """What moved, told on a schedule to a Slack channel or a webhook."""


@command
@click.argument("name")
@click.option("--cron", required=True, metavar="LINE", help='E.g. "0 9 * * mon": Mondays at nine.')
@click.option("--zone", metavar="ZONE", help="Whose clock; default: the shop's.")
@click.option("--slack", metavar="CHANNEL", help="The id of a channel that has the app.")
@click.option("--webhook", metavar="URL", help="An https address.")
@click.option("--dataset", metavar="NAME", help="Default: the only dataset.")
def add(
    door: Door,
    name: str,
    cron: str,
    zone: str | None,
    slack: str | None,
    webhook: str | None,
    dataset: str | None,
) -> None:
    """Add a digest NAME; it is sent while `segue serve` runs."""
    from api.digests import add_digest

    services = door.services
    found = add_digest(services, services.local_person, name, dataset, cron, zone, slack, webhook)
    door.show(found, lambda: digest_words(found))


@command
def list_(door: Door) -> None:
    """The digests, when they come next, and whether the latest arrived."""
    from api.digests import list_digests

    found = list_digests(door.services, door.services.local_person)
    shown = [digest_words(each) for each in found["digests"]]
    door.show(found, lambda: "\n\n".join(shown) or "No digests yet. Add one: segue digest add")


@command
@click.argument("name")
def preview(door: Door, name: str) -> None:
    """What digest NAME would say now; nothing is sent."""
    from api.digests import preview_digest

    door.progress("Looking who moved")
    found = preview_digest(door.services, door.services.local_person, name)
    door.show(found, lambda: str(found["text"]))


@command
@click.argument("name")
def send(door: Door, name: str) -> None:
    """Send digest NAME now, beside its schedule."""
    from api.digests import send_digest

    door.progress("Looking who moved")
    found = send_digest(door.services, door.services.local_person, name)
    door.show(found, lambda: f"Sent:\n{found['text']}")


@command
@click.argument("name")
def pause(door: Door, name: str) -> None:
    """Send nothing of digest NAME until it is resumed."""
    _set(door, name, "paused")


@command
@click.argument("name")
def resume(door: Door, name: str) -> None:
    """Go on with digest NAME at its next moment."""
    _set(door, name, "active")


@command
@click.argument("name")
def delete(door: Door, name: str) -> None:
    """Forget digest NAME and its deliveries."""
    from api.digests import delete_digest

    found = delete_digest(door.services, door.services.local_person, name)
    door.show(found, lambda: f"Deleted '{name}'.")


def _set(door: Door, name: str, state: str) -> None:
    from api.digests import set_state

    found = set_state(door.services, door.services.local_person, name, state)
    door.show(found, lambda: digest_words(found))


def digest_words(found: Mapping[str, Any]) -> str:
    target = found["target"]
    lines = [
        f"{found['digest']} ({found['state']}): {found['cron']} in {found['zone']}, "
        f"to {target['kind']} {target['address']}"
    ]
    lines += [f"  next    {moment}" for moment in found["next"]]
    for delivery in found["deliveries"]:
        reason = (delivery["outcome"] or {}).get("reason", "")
        lines.append(f"  {delivery['state']:<7} {delivery['at']}  {reason}".rstrip())
    return "\n".join(lines)


list_.name = "list"
for _command in (add, list_, preview, send, pause, resume, delete):
    digest.add_command(_command)
COMMANDS = (digest,)
