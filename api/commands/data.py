"""Commands about records: generate, load, datasets, ledger, profile."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from api.cli import Door, command

if TYPE_CHECKING:
    from stores.sources import SqlSource


@command
@click.option("--customers", type=click.IntRange(1, 5_000_000), default=2000, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--format", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@click.option(
    "--difficulty",
    type=float,
    default=1.0,
    show_default=True,
    help="How hard the segments are to find: over 1 nearer to each other and less "
    "alike inside, below 1 more alike inside.",
)
@click.option(
    "--events",
    type=float,
    metavar="SHARE",
    help="Share of the web events that is kept, 0 to 1; default: all up to 100,000 "
    "customers, and as many altogether beyond.",
)
@click.option("--dirt/--no-dirt", default=True, help="Plant the dirt of a real export.")
@click.option(
    "--drift/--no-drift",
    default=True,
    help="Some loyal customers slow down five times, four months before the end.",
)
@click.option(
    "--anomalies/--no-anomalies",
    default=True,
    help="One customer in a hundred commits fraud, abuses refunds, wakes up or is a bot.",
)
@click.option(
    "--gender-bias/--no-gender-bias",
    default=True,
    help="Women get a promotion's discount on half of their orders only.",
)
@click.option("--currencies", is_flag=True, help="Pounds, euros and dollars, by country.")
@click.option("--languages", is_flag=True, help="Texts in four languages, by country.")
def generate(
    door: Door, out: Path, format: Literal["csv", "parquet"], customers: int, **wishes: Any
) -> None:
    """Make a sample shop with known truth: transactions, customers, events, texts, and truth/."""
    from engine.synthetic import Recipe, generate_shop
    from engine.synthetic.export import CURRENCY, RATES

    door.progress(f"Making a shop of {customers:,} customers")
    recipe = Recipe(customers, **wishes)
    shop = generate_shop(
        recipe, out, format, lambda done: door.progress(f"{done:,} of {customers:,} customers")
    )
    files = {name: str(path) for name, path in shop.files.items()}
    found = {
        "files": files,
        "customers": customers,
        "transactions": shop.transactions,
        "zone": "Europe/London",
        "currency": CURRENCY,
        "rates": RATES if recipe.currencies else {},
    }
    rates = f" --rates {files['rates']}" if recipe.currencies else ""
    people = f"{customers:,} {'customer' if customers == 1 else 'customers'}"
    load = f"segue load {files['transactions']} --zone Europe/London --currency {CURRENCY}{rates}"
    door.show(
        found,
        lambda: f"Made {shop.transactions:,} lines of orders of {people} in {out}.\nNext: {load}",
    )


@command
@click.argument("file_or_url", required=False)
@click.option("--table", metavar="TABLE", help="Of a database: the table, or schema.table.")
@click.option(
    "--watermark", metavar="COLUMN", help="Of a table: grows with every change, e.g. updated_at."
)
@click.option("--source", metavar="NAME", help="A table that segue.toml declares.")
@click.option("--dataset", metavar="NAME", help="Where it goes; default: the only dataset.")
@click.option(
    "--kind",
    type=click.Choice(["transactions", "customers", "events", "texts"]),
    help="What its rows are; default: recognised.",
)
@click.option(
    "--mode",
    type=click.Choice(["append", "replace"]),
    default="append",
    show_default=True,
    help="replace: in place of all records of the kinds it brings; old versions stay.",
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="THEIRS=OURS",
    help='Read their column as ours, e.g. --map "Order Date=occurred_at".',
)
@click.option("--zone", metavar="ZONE", help="The shop's time zone, e.g. Europe/London.")
@click.option("--currency", metavar="CODE", help="The shop's currency, e.g. GBP.")
@click.option("--dates", type=click.Choice(["dmy", "mdy"]), help="How to read 03/04/2025.")
@click.option("--decimal", type=click.Choice([".", ","]), help="The decimal sign of 1.234.")
@click.option(
    "--rates",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A CSV of currency,rate: units of the shop's currency for one of another.",
)
@click.option(
    "--duplicates", type=click.Choice(["drop", "keep"]), default="drop", show_default=True
)
@click.option(
    "--guests",
    type=click.Choice(["impute", "keep", "drop"]),
    default="impute",
    show_default=True,
    help="Rows without a customer: who the order names, a guest, or nothing.",
)
@click.option("--test-rows", type=click.Choice(["drop", "keep"]), default="drop", show_default=True)
@click.option(
    "--zero-price", type=click.Choice(["drop", "keep"]), default="drop", show_default=True
)
@click.option(
    "--future",
    type=click.Choice(["drop", "keep"]),
    default="drop",
    show_default=True,
    help="Rows later than a day from now.",
)
@click.option(
    "--discounts",
    type=click.Choice(["off", "included"]),
    default="off",
    show_default=True,
    help="Whether a discount comes off the price that is given, or is off it already.",
)
@click.option("--dry-run", is_flag=True, help="Show what would happen; change nothing.")
def load(
    door: Door,
    file_or_url: str | None,
    table: str | None,
    watermark: str | None,
    source: str | None,
    mapping: tuple[str, ...],
    rates: Path | None,
    dry_run: bool,
    **options: str | None,
) -> None:
    """Clean a file of orders, customers, events or texts, or a table of a database, and add it to
    a dataset.

    FILE_OR_URL is a file, postgresql://user@host/database or sqlite:///file.db.
    """
    from api.words import ledger_words
    from tools.datasets import load_file, try_load
    from tools.load_request import LoadRequest, read_rates

    services = door.services
    sql = _sql_source(door, file_or_url, table, watermark, source)
    request = LoadRequest(
        None if sql is not None or file_or_url is None else Path(file_or_url),
        table=sql,
        mapping=_mapping(mapping),
        rates=None if rates is None else read_rates(rates),
        **options,
    )
    door.progress(f"Reading and cleaning {request.source_name}")
    if dry_run:
        found = try_load(services.home, request, services.now())
    else:
        found = load_file(services.home, request, services.now())
    door.show(found, lambda: ledger_words(found))


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    from engine.errors import BadInput

    found = {}
    for pair in pairs:
        theirs, equals, ours = pair.partition("=")
        if not equals:
            raise BadInput(f"--map '{pair}' has no '='.", 'Write --map "Their column=our_column".')
        found[theirs.strip()] = ours.strip()
    return found


def _sql_source(
    door: Door, place: str | None, table: str | None, watermark: str | None, source: str | None
) -> "SqlSource | None":
    """The table that was meant; nothing when it was a file."""
    from engine.errors import BadInput
    from stores.sources import SqlSource, is_url

    if (place is None) == (source is None):
        raise BadInput(
            "Say what to load: one file, one URL, or --source NAME.",
            "For example: segue load orders.csv",
        )
    if source is not None:
        if table or watermark:
            raise BadInput(
                f"The source '{source}' has its table and watermark in segue.toml.",
                "Leave out --table and --watermark.",
            )
        return door.settings.table(source)
    assert place is not None  # noqa: S101  one of the two was given
    if is_url(place):
        if not table:
            raise BadInput("A database has many tables.", "Say which: --table orders.")
        return SqlSource(place, table, watermark)
    if table or watermark:
        raise BadInput("--table and --watermark are for databases.", "Give the URL of one.")
    return None


@command
@click.option("--versions", metavar="NAME", help="The versions of one dataset.")
def datasets(door: Door, versions: str | None) -> None:
    """What is loaded."""
    from api.words import datasets_words, versions_words
    from stores.datasets import DatasetStore
    from tools.datasets import dataset_summary, dataset_versions

    home = door.services.home
    if versions is not None:
        listed = dataset_versions(home, versions)
        door.show(listed, lambda: versions_words(listed))
        return
    found = [dataset_summary(home, dataset) for dataset in DatasetStore(home).all()]
    door.show({"datasets": found}, lambda: datasets_words(found))


@command
@click.argument("load_id", metavar="LOAD")
@click.option("--dropped", is_flag=True, help="List the dropped rows.")
def ledger(door: Door, load_id: str, dropped: bool) -> None:
    """The account of one load: every row kept, mended or dropped, and why."""
    from api.words import ledger_words, table
    from stores.datasets import DatasetStore
    from tools.datasets import load_summary

    home = door.services.home
    store = DatasetStore(home)
    load = store.load(load_id)
    found = load_summary(store.get(load.dataset_id), load)
    rows = store.dropped_rows(load).to_pylist()
    found["rows"] = rows if dropped else []

    def words() -> str:
        text = ledger_words(found)
        if dropped and rows:
            shown = [(r["line"], r["reason"], r["text"][:80]) for r in rows[:200]]
            text += "\n\n" + table(("line", "reason", "text"), shown)
            if len(rows) > len(shown):
                text += f"\n... and {len(rows) - len(shown):,} more: segue ledger --dropped --json"
        return text

    door.show(found, words)


@command
@click.option(
    "--kind",
    type=click.Choice(["transactions", "customers", "events", "texts"]),
    help="Which records; default: the first kind that the dataset holds.",
)
@click.option("--dataset", metavar="NAME", help="Which dataset; default: the only one.")
def profile(door: Door, kind: str | None, dataset: str | None) -> None:
    """What the records look like: types, gaps, distributions, what moves together."""
    from api.profile_words import profile_words
    from stores.datasets import DatasetStore
    from tools.profile import profile_dataset

    home = door.services.home
    found = profile_dataset(home, DatasetStore(home).get(dataset), kind)
    door.show(found, lambda: profile_words(found))


COMMANDS = (generate, load, datasets, ledger, profile)
