"""What customers do and say besides buying: views, carts and reviews."""

from typing import TYPE_CHECKING

from engine.synthetic.latent import People, customer_ids
from engine.synthetic.purchases import DAY

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

_VIEW_SPREAD = 2  # of the negative binomial: lower is wilder
_REVIEW_SHARE = 0.12
# Stars from 1 to 5: for an order that stays, and for one of which something comes back.
_STARS_KEPT = (0.02, 0.04, 0.12, 0.37, 0.45)
_STARS_RETURNED = (0.35, 0.30, 0.20, 0.10, 0.05)

_REVIEWS: tuple[tuple[str, ...], ...] = (
    ("The {} arrived broken and nobody answered my message.",
     "Terrible. The {} fell apart within a week.",
     "Nothing like the picture. I want my money back for the {}."),
    ("The {} is poorly made for the price.",
     "Disappointed with the {}: late, and the colour is wrong.",
     "Not good. The {} feels cheap and I sent it back."),
    ("The {} is all right, nothing special.",
     "An ordinary {}. Delivery took a while.",
     "The {} does its job, though I expected a little more."),
    ("Happy with the {}, good value.",
     "A nice {}, well packed and on time.",
     "Good quality. The {} looks just as shown."),
    ("I love the {}, it is beautiful.",
     "Wonderful {}! Fast delivery and lovely wrapping.",
     "Excellent. The {} is perfect and I will order again."),
)  # fmt: skip


def draw_events(
    people: People, lines: "pl.DataFrame", catalogue: "pl.DataFrame", rng: "np.random.Generator"
) -> "pl.DataFrame":
    """Views in the three days before an online order, and one cart for each of its lines."""
    import numpy as np
    import polars as pl

    online = lines.filter("online", pl.col("quantity") > 0)
    first = online.filter(pl.col("line") == 1)
    mean = people.trait("views")[first["customer"].to_numpy()]
    count = rng.negative_binomial(_VIEW_SPREAD, _VIEW_SPREAD / (_VIEW_SPREAD + mean))
    seen = first[np.repeat(np.arange(len(first)), count)]
    product = seen["product_row"].to_numpy()
    near = (product + rng.integers(-3, 4, len(product))) % len(catalogue)
    before = 300 + rng.integers(3 * DAY, size=len(seen))
    views = _event_rows("view", seen, near, before)
    carts = _event_rows(
        "cart", online, online["product_row"].to_numpy(), rng.integers(60, 300, len(online))
    )
    events = pl.concat([views, carts]).filter(pl.col("second") >= 0)
    events = events.sort("second", "customer", "kind", maintain_order=True)
    return events.select(
        pl.format("W{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(9)).alias(
            "event_id"
        ),
        customer_ids(len(people))[events["customer"]].alias("customer_id"),
        "second",
        "kind",
        catalogue["product_id"][events["product_row"]].alias("product_id"),
        pl.lit("online").alias("channel"),
    )


def draw_texts(
    people: People,
    lines: "pl.DataFrame",
    returned: "pl.DataFrame",
    catalogue: "pl.DataFrame",
    rng: "np.random.Generator",
) -> "pl.DataFrame":
    """Reviews some days after an order, harsher when a line of that customer came back."""
    import numpy as np
    import polars as pl

    first = lines.filter(pl.col("line") == 1)
    said = first.filter(pl.Series(rng.random(len(first)) < _REVIEW_SHARE))
    came_back = pl.struct("customer", "product_row").is_in(
        returned.select(both=pl.struct("customer", "product_row"))["both"].implode()
    )
    unhappy = said.select(came_back).to_series().to_numpy()
    draw = rng.random(len(said))
    edges = np.where(unhappy[:, None], np.cumsum(_STARS_RETURNED), np.cumsum(_STARS_KEPT))
    rating = np.minimum((draw[:, None] >= edges).sum(axis=1), 4)
    template = rng.integers(len(_REVIEWS[0]), size=len(said))
    wording = pl.Series(np.array(_REVIEWS)[rating, template], dtype=pl.String)
    name = catalogue["product"].str.to_lowercase()[said["product_row"]]
    return (
        said.select(
            customer_ids(len(people))[said["customer"]].alias("customer_id"),
            pl.col("second") + pl.Series(rng.integers(DAY, 10 * DAY, len(said))),
            pl.lit("review").alias("source"),
            pl.Series("rating", rating + 1),
            catalogue["product_id"][said["product_row"]].alias("product_id"),
            wording.alias("text"),
            name.alias("name"),
        )
        .with_columns(text=_filled())
        .sort("second", "customer_id", maintain_order=True)
        .drop("name")
        .with_columns(text_id=pl.format("T{}", pl.int_range(1, pl.len() + 1)))
        .select("text_id", pl.exclude("text_id"))
    )


def _filled() -> "pl.Expr":
    """The product's name where the wording leaves room for it."""
    import polars as pl

    parts = pl.col("text").str.split_exact("{}", 1).struct
    return parts.field("field_0") + pl.col("name") + parts.field("field_1")


def _event_rows(
    kind: str,
    rows: "pl.DataFrame",
    product: "NDArray[np.int64]",
    before: "NDArray[np.int64]",
) -> "pl.DataFrame":
    import polars as pl

    return rows.select(
        "customer",
        pl.col("second") - pl.Series(before),
        pl.lit(kind).alias("kind"),
        pl.Series("product_row", product),
    )
