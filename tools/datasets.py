"""Datasets: loading files into them, and what they hold."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from engine.concepts import Money, Shop
from engine.facts import Figure, Period, Value
from engine.features import dataset_totals, open_transactions
from stores.datasets import Dataset, DatasetStore, Load, account, check_shop
from stores.home import Home, new_id
from tools.context import Context
from tools.tool import Arguments, Result

if TYPE_CHECKING:
    from engine.cleaning import Cleaned


class DescribeDataset(Arguments):
    pass


def describe_dataset(context: Context, arguments: DescribeDataset) -> Result:
    """Totals of the whole shop.

    When to use: questions about the shop as a whole: how many customers, orders, products, how
    much revenue, the average order, from when to when the records reach. Not for segments.
    Arguments: none.
    Result: facts about the dataset, over all its records.
    """
    with open_transactions(context.files) as transactions:
        totals = dataset_totals(transactions, context.as_of)
    currency = context.dataset.shop.currency
    first = date.fromisoformat(totals.first_day)
    end = context.as_of.local
    whole = Period(start=datetime(first.year, first.month, first.day, tzinfo=end.tzinfo), end=end)

    def money(minor: int) -> Money:
        return Money(minor, currency)

    found: list[tuple[str, Value, str]] = [
        ("customers", totals.customers, "different customers with a kept sale"),
        ("orders", totals.orders, "different orders with a kept sale, guests included"),
        ("products", totals.products, "different products in kept sales"),
        ("revenue", money(totals.revenue), "sum of sales and returns, guests included"),
        ("gross_revenue", money(totals.gross_revenue), "sum of sales before returns"),
        ("rows", totals.rows, "kept records"),
        ("first_sale", first, "day of the first kept sale"),
        ("last_sale", date.fromisoformat(totals.last_day), "day of the last kept sale"),
    ]
    if totals.orders:
        average = round(totals.revenue / totals.orders)
        found.append(("average_order", money(average), "revenue / orders"))
    return Result(
        tuple(
            Figure(context.subject, metric, whole, value, formula, totals.rows)
            for metric, value, formula in found
        )
    )


# ---- loading: not offered to a model, which must never change records on its own --------------


@dataclass(frozen=True)
class LoadRequest:
    file: Path
    name: str = ""  # the file's own name, where it lies under another
    dataset: str | None = None
    zone: str | None = None
    currency: str | None = None
    mapping: tuple[tuple[str, str], ...] = ()
    duplicates: Literal["drop", "keep"] = "drop"
    dates: Literal["dmy", "mdy"] | None = None

    @property
    def source_name(self) -> str:
        return self.name or self.file.name


def load_file(home: Home, request: LoadRequest, now: datetime) -> dict[str, Any]:
    """Reads, cleans and appends one file; nothing is written before all of it was understood."""
    store = DatasetStore(home)
    load_id = new_id("load")
    cleaned, shop = _clean(store, request, load_id, now)
    planned = store.find_or_plan(request.dataset, shop)
    dataset, load = store.append(planned, cleaned, load_id, now)
    return load_summary(dataset, load)


def try_load(home: Home, request: LoadRequest, now: datetime) -> dict[str, Any]:
    """What `load_file` would find in the file alone; changes nothing."""
    from engine.reading import sample_rows

    cleaned, shop = _clean(DatasetStore(home), request, "", now)
    return {
        "dataset": request.dataset or "",
        "load_id": "",
        "version": None,
        "already_loaded": False,
        "dry_run": True,
        "sample": sample_rows(cleaned.source, 5),
        "zone": shop.zone,
        "currency": shop.currency,
        **account(cleaned),
    }


def preview(home: Home, request: LoadRequest, now: datetime) -> dict[str, Any]:
    """The columns as they are understood, and the ledger once nothing is missing."""
    from engine.reading import read_source, sample_rows
    from engine.reading.needs import meanings, needed_columns

    source = read_source(request.file, dict(request.mapping), request.source_name, need_all=False)
    found: dict[str, Any] = {
        "kind": source.kind,
        "columns": list(source.table.columns),
        "guesses": [asdict(guess) for guess in source.guesses],
        "mapping": source.mapping,
        "missing": list(source.missing),
        "ignored": list(source.ignored),
        "wanted": [
            {"name": name, "meaning": meaning, "needed": name in needed_columns(source.kind)}
            for name, meaning in meanings(source.kind).items()
        ],
        "sample": sample_rows(source, 5),
        "ledger": None,
    }
    if not source.missing:
        cleaned, shop = _clean(DatasetStore(home), request, "", now)
        found["ledger"] = account(cleaned)
        found |= {"zone": shop.zone, "currency": shop.currency}
    return found


def load_summary(dataset: Dataset, load: Load) -> dict[str, Any]:
    return {
        "dataset": dataset.name,
        "load_id": load.load_id,
        "version": load.version,
        "source": load.source,
        "loaded_at": load.loaded_at.isoformat(),
        "already_loaded": load.already_loaded,
        **load.ledger,
    }


def _clean(
    store: DatasetStore, request: LoadRequest, load_id: str, now: datetime
) -> "tuple[Cleaned, Shop]":
    from engine.cleaning import CleaningRules, clean
    from engine.reading import read_source

    source = read_source(request.file, dict(request.mapping), request.source_name)
    shop = _shop_of(store, request)
    rules = CleaningRules(duplicates=request.duplicates, dates=request.dates)
    return clean(source, shop, load_id, now, rules), shop


def _shop_of(store: DatasetStore, request: LoadRequest) -> Shop:
    known = store.all()
    wanted = request.dataset or (known[0].name if len(known) == 1 else "shop")
    for dataset in known:
        if dataset.name == wanted:
            check_shop(dataset, request.zone, request.currency)
            return dataset.shop
    return Shop(request.zone or Shop.zone, request.currency or Shop.currency)


def dataset_summary(home: Home, dataset: Dataset) -> dict[str, Any]:
    """One line of `segue datasets`."""
    store = DatasetStore(home)
    version = store.version(dataset)
    as_of = store.newest(dataset, version)
    with open_transactions(store.files(dataset, version)) as transactions:
        totals = asdict(dataset_totals(transactions, as_of))
    return {
        "name": dataset.name,
        "dataset_id": dataset.dataset_id,
        "version": version,
        "rows": totals["rows"],
        "customers": totals["customers"],
        "orders": totals["orders"],
        "revenue": Money(totals["revenue"], dataset.shop.currency).to_json(),
        "from": totals["first_day"],
        "to": totals["last_day"],
        "has_dates": True,
        "zone": dataset.shop.zone,
        "currency": dataset.shop.currency,
    }
