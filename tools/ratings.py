"""How many stars customers gave to products, from the texts that they wrote."""

from datetime import date

from pydantic import Field

from engine.concepts import Moment
from engine.errors import NotPossible
from engine.facts import Figure, Period, Subject
from stores.records import open_dataset
from tools.context import Context
from tools.prepared import prepared
from tools.query_names import Vocabulary
from tools.tool import Arguments, Result

_MOST_PRODUCTS = 20


class ProductRatings(Arguments):
    product: list[str] = Field(
        default_factory=list,
        max_length=_MOST_PRODUCTS,
        description="products, by code or name; none: whatever was rated",
    )


def product_ratings(context: Context, arguments: ProductRatings) -> Result:
    """The average rating of products, or of the whole shop, of those who rated them.

    When to use: questions about ratings, stars or how well a product is reviewed.
    Arguments: product, a list of codes or names; none for all texts with stars.
    Result: for each product that was rated the mean of its stars. Nothing is said of who gave them.
    """
    if "texts" not in context.counts:
        raise NotPossible("No reviews are loaded.", "Load the reviews as a file of texts.")
    with prepared(tuple(context.files), context.as_of) as ready:
        words = Vocabulary(context, ready)
        first = ready.first_day or context.as_of.local_date
        codes = {name: words.keys("product", [name]) for name in dict.fromkeys(arguments.product)}
    asked = list(codes.items()) or [("", ())]
    found = [figure for name, keys in asked for figure in _figures(context, name, keys, first)]
    return Result(tuple(found), () if found else ({"found": "nobody has rated it"},))


def _figures(context: Context, name: str, keys: tuple[str, ...], first: date) -> list[Figure]:
    with open_dataset(context.home, context.dataset, context.version) as records:
        texts = records.texts
        if texts is None:
            return []
        known = texts.filter(texts.occurred_at.isnull() | (texts.occurred_at < context.as_of.at))
        rated = known.filter(known.rating.notnull())
        rated = rated.filter(rated.product_id.isin(keys)) if keys else rated
        (row,) = rated.aggregate(
            stars=rated.rating.mean(), count=rated.count()
        ).to_pyarrow().to_pylist()  # fmt: skip
    if not row["count"]:
        return []
    end = context.as_of.local
    start = Moment.midnight(first, context.dataset.shop.zone).local
    if not keys:
        subject = context.subject
    elif len(keys) == 1:
        subject = Subject("product", keys[0], name)
    else:
        subject = Subject("selection", f"product in {'|'.join(keys)}", name)
    return [
        Figure(subject, "average_rating", Period(start=start, end=end), float(row["stars"]),
               "mean of the stars of those who rated it", int(row["count"]))
    ]  # fmt: skip
