"""Source rows to what people wrote. The text is kept to the letter: it is data."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.cleaning import rules as named
from engine.cleaning.cells import Cells
from engine.cleaning.mending import mend_codes, mend_ids
from engine.cleaning.rules import CleaningRules
from engine.cleaning.worked import Worked, cells_of, first_reason, optional_moments
from engine.concepts import Shop
from engine.reading import Source

if TYPE_CHECKING:
    import polars as pl


def work_texts(source: Source, shop: Shop, now: datetime, rules: CleaningRules) -> Worked:
    import polars as pl

    cells, padded = cells_of(source, untouched=("text",))
    for name in ("customer_id", "product_id", "source", "rating"):
        cells.setdefault(name, Cells.absent(name, len(source.table)))
    moments, assumed = optional_moments(cells, source, shop.zone, rules)
    customers, floats = mend_ids(cells["customer_id"])
    products, lower = mend_codes(mend_ids(cells["product_id"], powers=False)[0])
    stars = _stars(cells["rating"])
    rating = cells["rating"].spread(stars)
    rows = pl.DataFrame([
        *moments.values(), padded, source.rows["text"],
        cells["source"].texts().str.to_lowercase().alias("source"),
        customers.texts().alias("customer_id"), products.texts().alias("product_id"),
        rating.alias("rating"),
    ]).with_columns(
        floats.alias(named.FLOAT_ID),
        lower.alias(named.LOWER_CASE_CODE),
        (moments["unread"] | (cells["rating"].codes.is_not_null() & rating.is_null()))
        .alias(named.UNREAD_VALUE),
    )  # fmt: skip
    wordless = pl.col("text").is_null() | (pl.col("text").str.strip_chars() == "")
    applies = {
        named.FUTURE_DATE: pl.col("moment") > now + timedelta(days=1),
        named.MISSING_TEXT: wordless,
    }
    if rules.guests == "drop":
        applies[named.NO_CUSTOMER] = pl.col("customer_id").is_null()
    rows = rows.with_columns(first_reason(applies, rules))
    return Worked(rows, shop, assumed | _range(stars))


def _stars(ratings: Cells) -> "pl.Series":
    """4, 4,5, 4/5 and ★★★★; no rating is below nought."""
    import polars as pl

    text = ratings.values
    stars = text.str.count_matches("[★⭐]").cast(pl.Float64)
    number = text.str.replace(",", ".", literal=True).str.extract(
        r"^(\d+(?:\.\d+)?)(?:\s*(?:/\s*\d+|stars?))?$"
    )
    return number.cast(pl.Float64, strict=False).fill_null(stars.set(stars == 0, None))


def _range(stars: "pl.Series") -> dict[str, str]:
    if stars.null_count() == len(stars):
        return {}
    found = sorted(stars.drop_nulls().to_list())
    return {"rating": f"stars from {found[0]:g} to {found[-1]:g}, as the source has them"}
