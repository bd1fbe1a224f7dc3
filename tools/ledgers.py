"""What was loaded, and what became of its rows: the datasets, and the account of one's loads."""

from collections import Counter
from collections.abc import Mapping

from engine.facts import Figure, Period, Subject
from stores.datasets import DatasetStore
from stores.loads import Load
from tools.context import Context
from tools.datasets import loads_in_force
from tools.tool import Arguments, Result


class ListDatasets(Arguments):
    pass


def list_datasets(context: Context, arguments: ListDatasets) -> Result:
    """The datasets that are loaded, and which of them is asked about.

    When to use: when asked which shops, datasets or files there are.
    Arguments: none.
    Result: for each dataset its kept rows, and a text with its name, currency and time zone and
    whether this conversation is about it.
    """
    store = DatasetStore(context.home)
    every = store.all()
    texts = tuple(
        {
            "dataset": one.name,
            "currency": one.shop.currency,
            "zone": one.shop.zone,
            "asked_about": "yes" if one == context.dataset else "no",
        }
        for one in every
    )
    now = Period(end=context.as_of.local)
    figures = []
    for one in every:
        version = context.version if one == context.dataset else store.version(one)
        rows = sum(store.counts(one, version).values())
        subject = Subject("dataset", one.dataset_id, one.name)
        figures.append(Figure(subject, "rows", now, rows, "kept records of all kinds", rows))
    return Result(tuple(figures), texts)


class ShowLedger(Arguments):
    pass


def show_ledger(context: Context, arguments: ShowLedger) -> Result:
    """What became of the rows that were loaded: kept as they came, mended, dropped, and why.

    When to use: when asked how clean the data is, how many rows were dropped, mended or thrown
    away, or why. The dropped rows themselves are told by the command segue ledger.
    Arguments: none.
    Result: of all loads of orders that are in force together: rows that came in, rows mended, rows
    dropped; the same for each reason. A text a load names its file.
    """
    loads = loads_in_force(context)
    now = Period(end=context.as_of.local)
    came = sum(load.ledger["rows_in"] for load in loads)
    figures = [Figure(context.subject, "rows_loaded", now, came, "rows of the loaded files", came)]
    for metric, key in (("rows_fixed", "fixed"), ("rows_dropped", "dropped")):
        count = sum(load.ledger[key] for load in loads)
        formula = f"rows that were {key if key == 'dropped' else 'mended'} when loading"
        figures.append(Figure(context.subject, metric, now, count, formula, came))
        for reason, rows in _by_reason(loads, f"{key}_reasons").items():
            subject = Subject("selection", f"{key}:{reason}", reason)
            figures.append(Figure(subject, metric, now, rows, formula, rows))
    return Result(tuple(figures), tuple({"load": load.load_id, "file": load.source}
                                        for load in loads[-_MOST_LOADS:]))  # fmt: skip


_MOST_LOADS = 20


def _by_reason(loads: list[Load], key: str) -> Mapping[str, int]:
    """The commonest first."""
    found: Counter[str] = Counter()
    for load in loads:
        found.update(load.ledger[key])
    return dict(found.most_common())
