"""What is counted and kept as it is: a person should know it, and no rule should touch it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.cleaning import rules as named
from engine.cleaning.cells import Cells
from engine.cleaning.mending import are_no_countries, are_notes, are_wordless

if TYPE_CHECKING:
    import polars as pl

CANCEL_WITHIN_DAYS = 3  # as engine.features matches a return with a sale when it reads


def noted_of(rows: "pl.DataFrame", cells: Mapping[str, Cells]) -> dict[str, int]:
    """Counts of the rows that were taken, by what was noted; sorts of codes, not rows, for
    descriptions.
    """
    taken = rows["reason"].is_null()
    matched, unmatched = _cancellations(rows, cells)
    counts = {
        named.FEE_LINE: int((taken & rows["fee"]).sum()),
        named.STAFF_NOTE: int((taken & are_notes(cells["product"])).sum()),
        named.NO_DESCRIPTION: int((taken & are_wordless(cells["product"])).sum()),
        named.NO_COUNTRY: int((taken & are_no_countries(cells["country"])).sum()),
        named.SEVERAL_DESCRIPTIONS: _several(cells["product_id"], cells["product"]),
        named.CANCELLED_SALE: matched,
        named.UNMATCHED_RETURN: unmatched,
    }
    return {name: count for name, count in counts.items() if count}


def _several(codes: Cells, products: Cells) -> int:
    import polars as pl

    pairs = pl.DataFrame({"code": codes.codes, "product": products.codes}).drop_nulls().unique()
    counts = pairs["code"].value_counts()["count"]
    return int((counts > 1).sum())


def _cancellations(rows: "pl.DataFrame", cells: Mapping[str, Cells]) -> tuple[int, int]:
    """Sales that a return takes back, and returns that take none back.

    By the rule of engine.features.kept_sales, over the rows of this load alone.
    """
    import polars as pl

    lines = rows.select("amount", "moment", kind="fee", reason="reason").with_columns(
        cells["customer_id"].codes.alias("customer"), cells["product_id"].codes.alias("product")
    )
    lines = lines.filter(pl.col("reason").is_null() & ~pl.col("kind")).drop("reason", "kind")
    lines = lines.with_row_index("row")
    returns = lines.filter(pl.col("amount") < 0)
    known = returns.drop_nulls().select(
        "customer", "product", amount=-pl.col("amount"), returned="moment", back="row"
    )
    pairs = lines.join(known, on=["customer", "product", "amount"])
    since = pl.col("returned") - pl.duration(days=CANCEL_WITHIN_DAYS)
    pairs = pairs.filter(pl.col("moment").is_between(since, pl.col("returned")))
    latest = pairs.sort("moment", descending=True, maintain_order=True).unique("back", keep="first")
    return latest["row"].n_unique(), len(returns) - len(latest)
