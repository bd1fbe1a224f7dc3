"""The records of one shop, of all kinds, as lazy tables; a kind that it does not have is None."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from engine.concepts import Moment
from engine.errors import NotPossible
from engine.features.known import cancelled_sales, known_at, without
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
        """Sales of known customers that no return takes back.

        Which are taken back is found out first, once: they are few, and several parts ask.
        """
        import ibis

        cancelled = ibis.memtable(cancelled_sales(self.goods).to_pyarrow())
        return without(self.sales, cancelled)

    @cached_property
    def visits(self) -> "ibis.Table":
        """The kept sales of each order, day and country: hardly more rows than orders."""
        kept = self.kept
        return kept.group_by("customer_id", "order_id", "local_date", "country").aggregate(
            first_at=kept.occurred_at.min(),
            last_at=kept.occurred_at.max(),
            worth=kept.total_minor.sum().cast("int64"),
            units=kept.quantity.sum(),
            lines=kept.count(),
        )


Engine = Literal["duckdb", "spark"]


@contextmanager
def open_records(
    files: Mapping[RecordKind, Sequence[str]],
    loads: Sequence[str] = (),
    engine: Engine = "duckdb",
) -> Iterator[Records]:
    """The canonical records in these Parquet files; a kind without any files is None."""
    connection, read = _open_spark() if engine == "spark" else _open_duckdb()
    try:
        tables = {kind: read(list(found)) for kind, found in files.items() if found}
        yield Records(**tables, loads=tuple(loads))
    finally:
        connection.disconnect()


Read = Callable[[list[str]], "ibis.Table"]


def _open_duckdb() -> "tuple[BaseBackend, Read]":
    import ibis

    connection = ibis.duckdb.connect()
    return connection, lambda files: connection.read_parquet(files, union_by_name=True)


def _open_spark() -> "tuple[BaseBackend, Read]":
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
    connection = ibis.pyspark.connect(session)

    def read(files: list[str]) -> "ibis.Table":
        name = ibis.util.gen_name("records")
        rows = session.read.option("mergeSchema", "true").parquet(*files)
        rows.createOrReplaceTempView(name)
        return connection.table(name)

    return connection, read
