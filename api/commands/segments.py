"""Commands about segments: finding, naming and showing them, snapshots, shifts, reasons."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from api.cli import Door, command
from engine.errors import NotPossible

if TYPE_CHECKING:
    from tools.context import Context

_DATASET = click.option("--dataset", metavar="NAME", help="Default: the only dataset.")
_AS_OF = click.option("--as-of", metavar="T", help="A date or moment; default: after the newest.")


@command
@_DATASET
@_AS_OF
@click.option(
    "--method",
    default="auto",
    show_default=True,
    help="auto, kmeans, minibatch, gmm, dbscan, hdbscan, ward, hybrid or rules.",
)
@click.option("--k", type=click.IntRange(2, 15), help="How many segments; default: chosen.")
@click.option(
    "--features",
    metavar="A,B",
    default="",
    help="Features, or a feature space such as 'quantile RFM'; default: chosen.",
)
@click.option(
    "--weights",
    metavar="W",
    default="",
    help="Weights of the rating, e.g. stability=.5,outcome=.3; the others keep theirs.",
)
@click.option(
    "--names",
    type=click.Choice(["plain", "tiers"]),
    default="plain",
    help="tiers: Premium, High-Value, Core, Standard, Basic by value.",
)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--draft", is_flag=True, help="Look first; do not publish.")
def segment(
    door: Door,
    dataset: str | None,
    as_of: str | None,
    method: str,
    k: int | None,
    features: str,
    weights: str,
    names: Literal["plain", "tiers"],
    seed: int,
    draft: bool,
) -> None:
    """Find the segments, choose on evidence, name and publish them."""
    from api.words import segments_words
    from stores.datasets import DatasetStore
    from tools.segmenting import SegmentRequest, run_segmentation

    services = door.services
    found = run_segmentation(
        services.home,
        DatasetStore(services.home).get(dataset),
        SegmentRequest(as_of, method, k, seed, draft, features, weights, names),
        services.now(),
        door.progress,
    )
    door.show(found, lambda: segments_words(found))
    if found["published"]:
        _make_history(door, found["dataset"])


def _make_history(door: Door, dataset: str) -> None:
    """Who was where at each month start: by the service where one runs, else here, after the
    segments are shown and only where somebody sees the progress and may stop it."""
    from agent.memory import write_shift_story
    from api.running import find_service
    from stores.datasets import DatasetStore
    from stores.jobs import JobStore
    from tools.run_features import has_orders
    from tools.snapshots import monthly_snapshots

    services = door.services
    found = DatasetStore(services.home).get(dataset)
    if not has_orders(services.home, found, DatasetStore(services.home).version(found)):
        return
    if find_service(door.settings.home) is not None:
        owner = services.local_person.person_id
        JobStore(services.home).add(owner, "snapshots", {"dataset": dataset}, services.now())
        door.progress("The service looks who was where at each month start, in the background")
    elif not door.json and sys.stderr.isatty():
        door.progress("Now the months before, for segue shifts; Ctrl-C leaves them for later")
        monthly_snapshots(services.home, found, services.now(), door.progress)
        write_shift_story(services.context(services.local_person, dataset))


@command
@_DATASET
def segments(door: Door, dataset: str | None) -> None:
    """The published segments."""
    from api.words import segments_words

    found = _card(door, dataset, None)
    door.show(found, lambda: segments_words(found))


@command
@click.argument("run", required=False)
@_DATASET
def evidence(door: Door, run: str | None, dataset: str | None) -> None:
    """Why these segments: every candidate, its measures, the checks, the verdict."""
    from api.words import evidence_words

    found = _card(door, dataset, run)
    door.show(found, lambda: evidence_words(found))


def _card(door: Door, dataset: str | None, run_id: str | None) -> dict[str, Any]:
    from stores.datasets import DatasetStore
    from stores.runs import RunStore
    from tools.run_card import current_card

    home = door.services.home
    if run_id is not None:
        return current_card(home, RunStore(home).get(run_id))
    found = DatasetStore(home).get(dataset)
    return current_card(home, RunStore(home).need_published(found.dataset_id))


@command
@click.argument("segment")
@click.argument("name", required=False)
@click.option("--suggest", is_flag=True, help="Let the language model find the name.")
@_DATASET
def rename(door: Door, segment: str, name: str | None, suggest: bool, dataset: str | None) -> None:
    """Give SEGMENT (a name or an id) another NAME, for as long as it lives."""
    from tools.renaming import rename_to

    services = door.services
    context = services.context(services.local_person, dataset)
    if (name is None) is not suggest:
        raise click.UsageError("Give a name, or --suggest.")
    before, after = rename_to(context, segment, name or _suggested(door, context, segment))
    found = {"id": after.segment_id, "before": before.name, "name": after.name}
    door.show(found, lambda: f"'{before.name}' is now called '{after.name}'.")


def _suggested(door: Door, context: "Context", segment: str) -> str:
    from stores.runs import RunStore

    found = RunStore(context.home).find_segment(context.run, segment)
    name = door.services.writer().name(context, found.name, found.profile)
    if not name:
        raise NotPossible(
            f"The language model found no name for '{found.name}' that can be used.",
            "Give one yourself: segue rename SEGMENT NAME",
        )
    return name


@command
@click.argument("segment")
@_DATASET
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--where", metavar="EXPR", help='Only those, e.g. "recency > 60 and churn > 50%".')
def members(door: Door, segment: str, dataset: str | None, out: Path, where: str | None) -> None:
    """Write the customers of SEGMENT (a name, an id, or all) to a CSV file.

    --where keeps only those whom a filter means; the README shows what it understands.
    """
    from tools.members import write_members
    from tools.selection import select_customers

    services = door.services
    context = services.context(services.local_person, dataset)
    selection = None if where is None else select_customers(context, where)
    rows = write_members(context, segment, out, selection)
    found: dict[str, Any] = {"file": str(out), "rows": rows}
    said = f"Wrote {rows:,} customers to {out}."
    if selection is not None:
        found |= selection.to_json()
        said = f"{selection.sentence}\n{said}"
    door.show(found, lambda: said)


@command
@_DATASET
@click.option("--monthly", is_flag=True, help="Make one at each month start since the first order.")
def snapshots(door: Door, dataset: str | None, monthly: bool) -> None:
    """Who belonged to which segment when: the moments that are kept."""
    from agent.memory import write_shift_story
    from api.words import table
    from stores.datasets import DatasetStore
    from tools.snapshots import monthly_snapshots, snapshot_rows

    services = door.services
    found = DatasetStore(services.home).get(dataset)
    if monthly:
        monthly_snapshots(services.home, found, services.now(), door.progress)
        write_shift_story(services.context(services.local_person, found.name))
    rows = snapshot_rows(services.home, found)

    def words() -> str:
        columns = ("as of", "customers", "run", "")
        cells = [
            (
                r["as_of"],
                f"{r['customers']:,}",
                r["run_id"],
                "backfilled" if r["backfilled"] else "",
            )
            for r in rows
        ]
        return table(columns, cells) if rows else "No snapshots yet. Make segments: segue segment"

    door.show({"dataset": found.name, "snapshots": rows}, words)


@command
@_DATASET
@click.option("--from", "since", metavar="T", required=True, help="A date, a month or a moment.")
@click.option("--to", "until", metavar="T", help="The same; default: after the newest record.")
def shifts(door: Door, dataset: str | None, since: str, until: str | None) -> None:
    """Who changed segment between two moments, on accounts that balance."""
    from api.words import shifts_words
    from stores.datasets import DatasetStore
    from tools.shifts import shifts_card

    services = door.services
    found = DatasetStore(services.home).get(dataset)
    card = shifts_card(services.home, found, since, until, services.now())
    door.show(card, lambda: shifts_words(card))


@command
@click.argument("customer")
@_DATASET
@click.option("--from", "since", metavar="T", help="Default: when last in another segment.")
@click.option("--to", "until", metavar="T", help="Default: after the newest record.")
def why(
    door: Door, customer: str, dataset: str | None, since: str | None, until: str | None
) -> None:
    """Why CUSTOMER changed segment, and what holds CUSTOMER in the segment now."""
    from api.words import why_words
    from stores.datasets import DatasetStore
    from tools.why import why_card

    services = door.services
    found = DatasetStore(services.home).get(dataset)
    card = why_card(services.home, found, customer, since, until, services.now())
    door.show(card, lambda: why_words(card))


COMMANDS = (segment, segments, evidence, rename, members, snapshots, shifts, why)
