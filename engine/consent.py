"""Consent: who has asked not to be profiled, as of a moment.

What a person's records say of `opted_out` counts from its `occurred_at` on, without one always.
The newest word that was known by the moment is in force; of two of the same time that of the later
load, and within one load the one that keeps the person out. A record that says nothing of consent
changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.concepts import Moment

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, eq=False)
class Consent:
    """`words`: customer_id, occurred_at, order (of its load, from 0), opted_out; none is null but
    the time. Only of those who ever opted out."""

    words: "pl.DataFrame | None" = None

    def opted_out(self, moment: Moment | None = None) -> frozenset[str]:
        """As of a moment; without one, by all that is known."""
        import polars as pl

        if self.words is None:
            return frozenset()
        at = pl.col("occurred_at")
        known = self.words
        if moment is not None:
            known = known.filter(at.is_null() | (at < moment.at))
        latest = known.sort(
            "occurred_at", "order", "opted_out", nulls_last=False, maintain_order=True
        ).unique("customer_id", keep="last", maintain_order=True)
        return frozenset(latest.filter(pl.col("opted_out"))["customer_id"].to_list())


EVERYBODY_IN = Consent()


def read_consent(files: Sequence[str], loads: Sequence[str]) -> Consent:
    """From Parquet files of customers records; `loads` are load ids, oldest first."""
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not files:
        return EVERYBODY_IN
    columns = ["customer_id", "occurred_at", "opted_out", "load_id"]
    tables = [pq.read_table(file, columns=columns, partitioning=None) for file in files]
    place = {load_id: number for number, load_id in enumerate(loads)}
    words = pl.DataFrame(pa.concat_tables(tables)).drop_nulls(["customer_id", "opted_out"])
    order = pl.col("load_id").replace_strict(place, default=len(place), return_dtype=pl.Int64)
    ever = pl.col("opted_out").any().over("customer_id")
    return Consent(words.filter(ever).with_columns(order=order).drop("load_id"))
