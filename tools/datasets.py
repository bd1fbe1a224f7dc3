"""Datasets: loading files into them, and what they hold."""

from dataclasses import asdict, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from engine.concepts import Money, Shop
from engine.facts import Figure, Period, Subject, Value
from engine.features import dataset_totals, open_transactions
from engine.people import count_people
from stores.datasets import Dataset, DatasetStore, check_shop
from stores.home import Home, new_id
from stores.loads import Load, account
from stores.pulling import Pull, Pulled, pull
from tools.context import Context
from tools.load_request import LoadRequest as LoadRequest
from tools.prepared import prepared
from tools.tool import Arguments, Result

if TYPE_CHECKING:
    from engine.cleaning import Cleaned
    from engine.reading import Source

DROPPED_ROWS = 20  # the first of them, when a load is only looked at
SAMPLED_ROWS = 10_000  # of a table, when it is only looked at


class DescribeDataset(Arguments):
    pass


def describe_dataset(context: Context, arguments: DescribeDataset) -> Result:
    """Totals of the whole shop.

    When to use: questions about the shop as a whole: how many customers, orders, products, how
    much revenue, the average order, how many countries, who opted out, from when to when the
    records reach, how many rows were dropped when loading. Not for segments.
    Arguments: none.
    Result: facts about the dataset, over all its records. Without orders: how many customers it
    names, and how many records it holds.
    """
    if "transactions" not in context.counts:
        return _describe_people(context)
    with prepared(tuple(context.files), context.as_of) as ready:
        totals, countries = ready.totals, ready.countries
        out = len(ready.buyers({}) & context.opted_out)
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
        ("countries", countries, "different countries of kept sales"),
        ("rows_dropped", _rows_dropped(context), "rows of the loads of orders that were dropped"),
        ("first_sale", first, "day of the first kept sale"),
        ("last_sale", date.fromisoformat(totals.last_day), "day of the last kept sale"),
    ]
    if totals.orders:
        average = round(totals.revenue / totals.orders)
        found.append(("average_order", money(average), "revenue / orders"))
    figures = [
        Figure(context.subject, metric, whole, value, formula, totals.rows)
        for metric, value, formula in found
    ]
    return Result((*figures, *_by_consent(totals.customers, out, whole)))


def _by_consent(customers: int, out: int, whole: Period) -> list[Figure]:
    """How many; who they are is told nowhere."""
    parts = (
        ("opted_out=true", "customers who opted out", out),
        ("opted_out=false", "customers who have not opted out", customers - out),
    )
    return [
        Figure(Subject("selection", key, name), "customers", whole, count,
               "by the newest word of each customer", customers)
        for key, name, count in parts
    ]  # fmt: skip


def _rows_dropped(context: Context) -> int:
    return sum(load.ledger["dropped"] for load in loads_in_force(context))


def loads_in_force(context: Context) -> list[Load]:
    """Up to this version; those of orders, where the dataset has any."""
    of_orders = "transactions" in context.counts
    return [
        load
        for load in DatasetStore(context.home).loads(context.dataset)
        if load.in_force
        and load.version <= context.version
        and (not of_orders or "transactions" in load.ledger.get("kinds", ["transactions"]))
    ]


def _describe_people(context: Context) -> Result:
    store = DatasetStore(context.home)
    with open_transactions(_all_files(store, context.dataset, context.version)) as records:
        customers = count_people(records).customers
    rows = sum(context.counts.values())
    now = Period(end=context.as_of.local)
    found: list[tuple[str, Value, str]] = [
        ("customers", customers, "different customers that the records name"),
        ("rows", rows, "kept records"),
    ]
    return Result(
        tuple(
            Figure(context.subject, metric, now, value, formula, rows)
            for metric, value, formula in found
        )
    )


# ---- loading: not offered to a model, which must never change records on its own --------------


def load_file(home: Home, request: LoadRequest, now: datetime) -> dict[str, Any]:
    """Reads, cleans and appends one source; nothing is written before all of it was understood."""
    store = DatasetStore(home)
    load_id = new_id("load")
    shop = _shop_of(store, request)
    planned = store.find_or_plan(request.dataset, shop)
    last = None
    if request.table is not None and request.mode == "append":
        last = store.last_pull(planned, request.table)
    pulled = _pull(request, last, now)
    if pulled is not None and last is not None and _brings_nothing(pulled, last[1]):
        return load_summary(planned, replace(last[0], already_loaded=True))
    source = _read(request, pulled)
    cleaned = _clean(source, request, shop, load_id, now)
    remembered = Pull.of(request.table, pulled) if request.table and pulled else None
    dataset, load = store.append(planned, cleaned, load_id, now, remembered, request.mode)
    return load_summary(dataset, load)


def try_load(home: Home, request: LoadRequest, now: datetime) -> dict[str, Any]:
    """What `load_file` would find in the source alone; changes nothing. Of a table the first rows
    stand for all."""
    from engine.cleaning import before_after
    from engine.reading import sample_rows

    shop = _shop_of(DatasetStore(home), request)
    source = _read(request, _pull(request, None, now, SAMPLED_ROWS))
    cleaned = _clean(source, request, shop, "", now)
    return {
        "dataset": request.dataset or "",
        "load_id": "",
        "version": None,
        "already_loaded": False,
        "dry_run": True,
        "guesses": [asdict(guess) for guess in source.guesses],
        "sample": sample_rows(cleaned.source, 5),
        "compared": before_after(cleaned),
        "mode": request.mode,
        "zone": cleaned.shop.zone,
        "currency": cleaned.shop.currency,
        **account(cleaned),
    }


def preview(home: Home, request: LoadRequest, now: datetime) -> dict[str, Any]:
    """The columns as they are understood, and the ledger once nothing is missing."""
    from engine.cleaning import before_after
    from engine.reading import sample_rows
    from engine.reading.needs import meanings, needed_columns

    source = _read(request, _pull(request, None, now, SAMPLED_ROWS), need_all=False)
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
        shop = _shop_of(DatasetStore(home), request)
        cleaned = _clean(source, request, shop, "", now)
        found |= {
            "ledger": account(cleaned),
            "dropped_rows": cleaned.dropped.slice(0, DROPPED_ROWS).to_pylist(),
            "compared": before_after(cleaned),
            "zone": cleaned.shop.zone,
            "currency": cleaned.shop.currency,
        }
    return found


def load_summary(dataset: Dataset, load: Load) -> dict[str, Any]:
    return {
        "dataset": dataset.name,
        "load_id": load.load_id,
        "version": load.version,
        "source": load.source,
        "loaded_at": load.loaded_at.isoformat(),
        "already_loaded": load.already_loaded,
        **({"not_applied": list(load.not_applied)} if load.not_applied else {}),
        **load.ledger,
    }


def _pull(
    request: LoadRequest,
    last: tuple[Load, Pull] | None,
    now: datetime,
    most_rows: int | None = None,
) -> Pulled | None:
    if request.table is None:
        return None
    return pull(request.table, last[1].mark if last else None, now, most_rows)


def _brings_nothing(pulled: Pulled, last: Pull) -> bool:
    return not len(pulled.rows) or pulled.content_hash == last.tail


def _read(request: LoadRequest, pulled: Pulled | None, need_all: bool = True) -> "Source":
    from engine.reading import read_source, source_of

    mapping, name = request.mapping, request.source_name
    if request.table is None or pulled is None:
        if request.file is None:
            raise ValueError("a load needs a file or a table")
        return read_source(request.file, mapping, name, need_all, request.kind)
    source = source_of(
        pulled.rows,
        name,
        pulled.content_hash,
        mapping,
        request.kind,
        key_columns=pulled.key_columns,
        need_all=need_all,
        key_scope=request.table.scope,
    )
    return replace(source, assumed=source.assumed | pulled.assumed)


def _clean(
    source: "Source", request: LoadRequest, shop: Shop, load_id: str, now: datetime
) -> "Cleaned":
    from engine.cleaning import clean

    return clean(source, shop, load_id, now, request.rules())


def _shop_of(store: DatasetStore, request: LoadRequest) -> Shop:
    known = store.all()
    wanted = request.dataset or (known[0].name if len(known) == 1 else "shop")
    for dataset in known:
        if dataset.name == wanted and not store.is_settled(dataset):
            settled = dataset.shop
            return Shop(request.zone or settled.zone, request.currency or settled.currency)
        if dataset.name == wanted:
            check_shop(dataset, request.zone, request.currency)
            return dataset.shop
    return Shop(request.zone or Shop.zone, request.currency or Shop.currency)


def dataset_summary(home: Home, dataset: Dataset) -> dict[str, Any]:
    """One line of `segue datasets`."""
    store = DatasetStore(home)
    version = store.version(dataset)
    counts = store.counts(dataset, version)
    has_dates = store.has_dates(dataset, version)
    if "transactions" in counts:
        files = store.files(dataset, version)
        with open_transactions(files) as transactions:
            totals = asdict(dataset_totals(transactions, store.newest(dataset, version)))
    else:
        totals = _without_sales(store, dataset, version)
    return {
        "name": dataset.name,
        "dataset_id": dataset.dataset_id,
        "version": version,
        "rows": sum(counts.values()),
        "kinds": counts,
        "customers": totals["customers"],
        "orders": totals["orders"],
        "revenue": Money(totals["revenue"], dataset.shop.currency).to_json(),
        "from": totals["first_day"],
        "to": totals["last_day"],
        "has_dates": has_dates,
        "zone": dataset.shop.zone,
        "currency": dataset.shop.currency,
    }


def dataset_versions(home: Home, name: str | None) -> dict[str, Any]:
    """Every version of a dataset, newest first."""
    store = DatasetStore(home)
    dataset = store.get(name)
    store.take_log(dataset)
    found = [version.to_json() for version in store.versions(dataset)]
    return {"dataset": dataset.name, "versions": found}


def _without_sales(store: DatasetStore, dataset: Dataset, version: int) -> dict[str, Any]:
    with open_transactions(_all_files(store, dataset, version)) as records:
        return {"orders": 0, "revenue": 0, **asdict(count_people(records))}


def _all_files(store: DatasetStore, dataset: Dataset, version: int) -> list[str]:
    return [
        file
        for kind in store.counts(dataset, version)
        for file in store.files(dataset, version, kind)
    ]
