"""The orders of a version as of a moment, made ready once and kept in memory.

Which sales stand and when each customer first bought is the same for every query, and reading the
files takes longer than counting. Files of records never change under their name, so what was made
of them stays true; an erasure removes them, and then nothing of them is answered any more. The
last two stay, of shops up to a few million lines.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment
from engine.features import (
    Totals,
    dataset_totals,
    feature_table,
    known_at,
    open_transactions,
    revenue_until,
)
from engine.query import goods_lines

if TYPE_CHECKING:
    import ibis
    import pandas as pd

_KEPT = 2
_MOST_LINES = 3_000_000  # of about 150 bytes each


@dataclass(eq=False)
class Prepared:
    """Each part is worked out when it is first asked for."""

    moment: Moment
    transactions: "ibis.Table"
    stays: bool
    _rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @cached_property
    def lines(self) -> "ibis.Table":
        lines = goods_lines(self.transactions, self.moment)
        if not self.stays:
            return lines
        found: ibis.Table = self.transactions.get_backend().create_table("goods", lines, temp=True)
        return found

    @cached_property
    def features(self) -> "pd.DataFrame":
        """Of everybody: who opted out is included, and is left out where it is used."""
        return feature_table(self.transactions, self.moment)

    @cached_property
    def totals(self) -> Totals:
        return dataset_totals(self.transactions, self.moment)

    @cached_property
    def revenue(self) -> int:
        return revenue_until(self.transactions, self.moment)

    @cached_property
    def countries(self) -> int:
        """Of the sales that stand."""
        lines = self.lines
        return int(lines.country.nunique(where=lines.kept).to_pyarrow().as_py())

    def buyers(self, only: Mapping[str, Collection[str]]) -> frozenset[str]:
        """Who bought there, in these categories, ... and the sale stands; keys by dimension."""
        lines = self.lines
        bought = lines.filter(lines.kept & lines.customer_id.notnull())
        for name, keys in only.items():
            column = "product_id" if name == "product" else name
            bought = bought.filter(bought[column].isin(list(keys)))
        found = bought.select("customer_id").distinct().to_pyarrow()
        return frozenset(found["customer_id"].to_pylist())

    @cached_property
    def first_day(self) -> date | None:
        """Of the first sale that stands."""
        lines = self.lines
        found: date | None = lines.local_date.min(where=lines.kept).to_pyarrow().as_py()
        return found

    def words(self, dimension: str) -> list[str]:
        """What the records call its keys, those of fees included."""
        known = known_at(self.transactions, self.moment)
        rows = self._once(
            dimension, lambda: known.select(dimension).distinct().drop_null(dimension)
        )
        return [row[dimension] for row in rows]

    def product_names(self) -> list[dict[str, Any]]:
        """Every name of every code; of a code the most frequent first."""
        return self._once("product names", self._product_names)

    def _product_names(self) -> "ibis.Table":
        known = known_at(self.transactions, self.moment).drop_null("product_id")
        counted = known.group_by("product_id", "product").aggregate(lines=known.count())
        return counted.order_by("product_id", counted.lines.desc(), "product")

    def _once(self, name: str, make: "Callable[[], ibis.Table]") -> list[dict[str, Any]]:
        if name not in self._rows:
            self._rows[name] = make().to_pyarrow().to_pylist()
        return self._rows[name]


@contextmanager
def prepared(files: tuple[str, ...], moment: Moment) -> Iterator[Prepared]:
    """Ready for whatever is asked of what was known at the moment; one thread at a time."""
    entry = _entry(files, moment)
    with entry.lock:
        found = entry.open()
        yield found
        if not found.stays:
            entry.close()


class _Entry:
    """A connection is not for several threads at once: who holds the lock may ask."""

    def __init__(self, files: tuple[str, ...], moment: Moment) -> None:
        self.lock = RLock()
        self._files, self._moment = files, moment
        self._opened: Prepared | None = None
        self._stack = ExitStack()

    def open(self) -> Prepared:
        if not all(Path(file).exists() for file in self._files):
            self.close()
        if self._opened is None:
            transactions = self._stack.enter_context(open_transactions(self._files))
            stays = int(transactions.count().to_pyarrow().as_py()) <= _MOST_LINES
            self._opened = Prepared(self._moment, transactions, stays)
        return self._opened

    def close(self) -> None:
        with self.lock:
            self._opened = None
            self._stack.close()


_entries: OrderedDict[tuple[tuple[str, ...], Moment], _Entry] = OrderedDict()
_choosing = Lock()


def _entry(files: tuple[str, ...], moment: Moment) -> _Entry:
    with _choosing:
        entry = _entries.setdefault((files, moment), _Entry(files, moment))
        _entries.move_to_end((files, moment))
        old = [_entries.popitem(last=False)[1] for _ in range(len(_entries) - _KEPT)]
    for one in old:
        one.close()
    return entry
