"""The records of one shop, of all kinds, as lazy tables; a kind that it does not have is None."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from engine.concepts import Moment
from engine.errors import NotPossible
from engine.features.known import kept_sales, known_at
from engine.records import RecordKind

if TYPE_CHECKING:
    import ibis
    from ibis.backends import BaseBackend


@dataclass(frozen=True, eq=False)
class Records:
    """`loads`: load ids, oldest first: of two records of the same time the later load's counts."""

    transactions: "ibis.Table | None" = None
    customers: "ibis.Table | None" = None
    events: "ibis.Table | None" = None
    texts: "ibis.Table | None" = None
    loads: tuple[str, ...] = ()

    def until(self, moment: Moment) -> "Records":
        """What was known at a moment.

        What is said of a customer without a time was always known. A text or an event without one
        may be later, and is left out.
        """
        customers = self.customers
        if customers is not None:
            at = customers.occurred_at
            customers = customers.filter(at.isnull() | (at < moment.at))
        transactions, events, texts = (
            table if table is None else known_at(table, moment)
            for table in (self.transactions, self.events, self.texts)
        )
        return replace(
            self, transactions=transactions, customers=customers, events=events, texts=texts
        )

    def need(self, kind: RecordKind) -> "ibis.Table":
        table: ibis.Table | None = getattr(self, kind)
        if table is None:
            raise NotPossible(f"There are no {kind} among these records.", "Load some first.")
        return table

    @cached_property
    def goods(self) -> "ibis.Table":
        """Sales and returns of known customers, cancelled or not."""
        lines = self.need("transactions")
        return lines.filter(lines.line_kind.isin(["sale", "return"]) & lines.customer_id.notnull())

    @cached_property
    def sales(self) -> "ibis.Table":
        """Sales of known customers, cancelled or not."""
        return self.goods.filter(self.goods.line_kind == "sale")

    @cached_property
    def kept(self) -> "ibis.Table":
        """Sales of known customers that no return takes back."""
        return kept_sales(self.goods)


Engine = Literal["duckdb", "spark"]


@contextmanager
def open_records(
    files: Mapping[RecordKind, Sequence[str]],
    loads: Sequence[str] = (),
    engine: Engine = "duckdb",
) -> Iterator[Records]:
    """The canonical records in these Parquet files; a kind without any files is None."""
    connection = _connect_spark() if engine == "spark" else _connect_duckdb()
    options = {"mergeSchema": True} if engine == "spark" else {"union_by_name": True}
    try:
        tables = {
            kind: connection.read_parquet(list(found), **options)
            for kind, found in files.items()
            if found
        }
        yield Records(**tables, loads=tuple(loads))
    finally:
        connection.disconnect()


def _connect_duckdb() -> "BaseBackend":
    import ibis

    return ibis.duckdb.connect()


def _connect_spark() -> "BaseBackend":
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise NotPossible(
            "The engine 'spark' needs PySpark, which is not installed.",
            "Install it beside Segue (pip install pyspark; it needs Java), or leave out --engine.",
        ) from None
    import ibis

    quiet = SparkSession.builder.master("local[*]").config("spark.ui.enabled", "false")
    session = quiet.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    return ibis.pyspark.connect(session)
