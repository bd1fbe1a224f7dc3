"""Commands about the feature table: features."""

from pathlib import Path
from typing import Any, Literal

import click

from api.cli import Door, command


@command
@click.option("--dataset", metavar="NAME", help="Default: the only dataset.")
@click.option("--as-of", metavar="T", help="A date or moment; default: after the newest record.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A .csv or .parquet.")
@click.option("--where", metavar="EXPR", help='Only those, e.g. "return_share > 20%".')
@click.option("--only", metavar="NAME,NAME", help="Only these features, and what they rest on.")
@click.option("--list", "listed", is_flag=True, help="Only say which features there are.")
@click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True
)
def features(
    door: Door,
    dataset: str | None,
    as_of: str | None,
    out: Path | None,
    where: str | None,
    only: str | None,
    listed: bool,
    engine: Literal["duckdb", "spark"],
) -> None:
    """What is known of every customer as of a moment, written to a file.

    Shares get a second column, drawn towards the shop's mean where they rest on little.
    """
    from stores.datasets import DatasetStore
    from tools.features import FeatureRequest, list_features, write_features

    if out is None and not listed:
        raise click.UsageError("Say --out FILE for the table, or --list for what it would hold.")
    home = door.services.home
    found_dataset = DatasetStore(home).get(dataset)
    names = None if only is None else tuple(name.strip() for name in only.split(","))
    request = FeatureRequest(as_of, where, names, engine)
    if listed or out is None:
        found = list_features(home, found_dataset, request)
        door.show(found, lambda: _listed(found))
        return
    door.progress("Working out the features")
    written = write_features(home, found_dataset, request, out)
    sentence = f"{written['sentence']}\n" if where else ""
    said = f"Wrote {len(written['features'])} features of {written['rows']:,} customers to {out}."
    door.show(written, lambda: sentence + said)


def _listed(found: dict[str, Any]) -> str:
    from api.words import table

    columns = ("feature", "group", "unit", "better", "rests on", "what it is")
    better = {True: "higher", False: "lower", None: ""}
    rows = [
        (f["name"], f["group"], f["unit"], better[f["higher_is_better"]], f["evidence"],
         f["meaning"])
        for f in found["features"]
    ]  # fmt: skip
    return f"Features as of {found['as_of']}:\n\n{table(columns, rows)}"


COMMANDS = (features,)
