"""Products that are bought together oftener than chance would have it."""

from pydantic import Field

from engine.errors import NotFound, NotPossible
from engine.facts import Figure, Subject
from engine.features import open_transactions
from engine.recommending import Pair, Purchases
from stores.datasets import DatasetStore
from tools.context import Context
from tools.past import need_orders
from tools.recommendations import find_segment, learn
from tools.tool import Arguments, Result


class BoughtTogether(Arguments):
    segment: str = Field("", max_length=200, description="a segment; empty: all customers")
    count: int = Field(default=5, ge=1, le=20)


def bought_together(context: Context, arguments: BoughtTogether) -> Result:
    """Products that customers have together oftener than by chance.

    When to use: questions such as what is bought together, which bundle, what do Champions buy
    with something. For suggestions to a segment or a customer use recommend_products.
    Arguments: segment, to take the pairs that its people have most; empty means everybody; count.
    Result: a text with the two products of each pair, most shared first, and two figures for each,
    counted over all customers: the part of those with the first who have the second as well, and
    how many times as often as by chance.
    """
    need_orders(context, "product that is bought with another")
    people = sorted(_people(context, arguments.segment) - context.opted_out)
    files = DatasetStore(context.home).files(context.dataset, context.need_snapshot().version)
    with open_transactions(files) as transactions:
        recommender = learn(context, transactions)
    pairs = recommender.pairs(people, arguments.count)
    if not pairs:
        raise NotPossible("No two products are bought together often enough to tell.")
    figures = [one for pair in pairs for one in pair_figures(context, recommender.purchases, pair)]
    return Result(tuple(figures), tuple(_text(recommender.purchases, pair) for pair in pairs))


def _people(context: Context, name: str) -> set[str]:
    if not name:
        return set(context.members.index)
    segment = find_segment(context, name)
    if segment is None:
        raise NotFound.named("segment", name, [one.name for one in context.segments])
    members = context.members
    return set(members.index[members["segment_id"] == segment.segment_id])


def pair_figures(context: Context, purchases: Purchases, pair: Pair) -> list[Figure]:
    """Whose subject is the second product, within those who have the first."""
    first, second = purchases.names[pair.first], purchases.names[pair.second]
    subject = Subject(
        "selection", f"{pair.second}/{pair.first}", _named(purchases, pair),
        (Subject("product", pair.second, second), Subject("product", pair.first, first)),
    )  # fmt: skip
    period = context.lifetime_period()
    return [
        Figure(subject, "also_bought", period, pair.share, f"{_METHOD} / those with the first",
               pair.customers),
        Figure(subject, "together", period, pair.lift, f"{_METHOD} / as many as by chance",
               pair.customers),
    ]  # fmt: skip


_METHOD = "customers with kept sales of both products"


def _named(purchases: Purchases, pair: Pair) -> str:
    return f"{purchases.names[pair.second]} within buyers of {purchases.names[pair.first]}"


def _text(purchases: Purchases, pair: Pair) -> dict[str, str]:
    first, second = purchases.names[pair.first], purchases.names[pair.second]
    return {"first": first, "second": second, "pair": _named(purchases, pair)}
