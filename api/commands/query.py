"""The command that counts: query."""

from pathlib import Path
from typing import Any

import click

from api.cli import Door, command

_MANY: dict[str, Any] = {"multiple": True, "metavar": "NAME", "help": "Only these; repeatable."}
_COMPARED = {"previous": "previous period", "last-year": "same period last year", None: "none"}


@command
@click.argument("measures", nargs=-1, required=True)
@click.option("--dataset", metavar="NAME", help="Default: the only dataset.")
@click.option("--by", multiple=True, metavar="DIMENSION", help="country, month, ...; repeatable.")
@click.option("--period", default="", metavar="P", help='2025-11, "last 90 days", "since 2025-06".')
@click.option("--where", default="", metavar="EXPR", help="Which customers, as for members.")
@click.option("--segment", **_MANY)
@click.option("--country", **_MANY)
@click.option("--category", **_MANY)
@click.option("--product", **_MANY)
@click.option("--channel", **_MANY)
@click.option(
    "--compare", type=click.Choice(["previous", "last-year"]), help="With the time before."
)
@click.option("--share", is_flag=True, help="Each row's part of the total as well.")
@click.option("--sort", default="", metavar="NAME", help="A measure or dimension; largest first.")
@click.option("--ascending", is_flag=True, help="Smallest or earliest first.")
@click.option("--top", type=click.IntRange(1, 1000), help="Only so many rows.")
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="All rows, as CSV.")
def query(door: Door, dataset: str | None, out: Path | None, **given: Any) -> None:
    """Count MEASURES in the orders, such as revenue, orders, customers, average_order.

    segue query revenue --by country --by quarter --period 2025, or
    segue query customers --by cohort --by months_since_first. A wrong name gives the nearest.
    """
    from api.query_words import query_words
    from api.wire import called_to_wire
    from tools.catalog import call
    from tools.query import QueryRecords, answer_query
    from tools.query_file import write_rows

    given["compare"] = _COMPARED[given["compare"]]
    arguments = {n: list(v) if isinstance(v, tuple) else v for n, v in given.items()}
    services = door.services
    context = services.context(services.local_person, dataset)
    found: dict[str, Any] = {}
    if door.json:  # for a program every figure comes with its receipt
        found = called_to_wire(call(context, "query_records", arguments), context)
    if door.json and out is None:
        door.show(found, str)
        return
    answer = answer_query(context, QueryRecords.model_validate(arguments))
    said = query_words(answer, given["page"])
    if out is not None:
        found |= {"file": str(out), "rows": write_rows(answer, out)}
        said += f"\nWrote {found['rows']:,} rows to {out}."
    door.show(found, lambda: said)


COMMANDS = (query,)
