"""Live rows from the records: all of them, or those of customers whom folding could not keep."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.features import open_transactions
from engine.folding import kept_orders, live_rows
from stores.flushing import event_ids
from stores.live import LiveTransaction

if TYPE_CHECKING:
    import ibis
    import polars as pl


def rebuild(live: LiveTransaction, version: int, files: Sequence[str]) -> None:
    """Everything anew from the records of a version; the segments of the customers stay."""
    import polars as pl

    segments = live.rows().select("customer_id", "segment_id")
    live.forget()
    if files:
        ids = pl.Series(event_ids(files)).str.decode("hex").unique().to_list()
        live.keep_new_events(ids)
        with open_transactions(files) as transactions:
            rows, orders = _worked_out(transactions)
        live.save_rows(rows.join(segments, "customer_id", how="left", maintain_order="left"))
        live.replace_orders([], orders)
    live.note(covered=version)
    live.drop_note("stale")


def mend(live: LiveTransaction, files: Sequence[str]) -> int:
    """The dirty rows, worked out from the records; how many there were."""
    import ibis

    dirty = live.dirty()
    if not len(dirty):
        return 0
    wanted = ibis.memtable(dirty.select("customer_id").to_arrow())
    with open_transactions(files) as transactions:
        rows, orders = _worked_out(transactions.semi_join(wanted, "customer_id"))
    live.replace_orders(dirty["customer_id"].to_list(), orders)
    live.save_rows(
        rows.join(dirty.select("customer_id", "segment_id"), "customer_id", how="left",
                  maintain_order="left")
    )  # fmt: skip
    return len(dirty)


def _worked_out(transactions: "ibis.Table") -> "tuple[pl.DataFrame, list[tuple[str, str]]]":
    import polars as pl

    rows = pl.DataFrame(live_rows(transactions).to_pyarrow())
    orders = pl.DataFrame(kept_orders(transactions).to_pyarrow())
    return rows, orders.rows()
