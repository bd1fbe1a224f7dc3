"""Recommendations for one customer or one segment, with how often such suggestions were bought."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import Field

from engine.errors import NotFound, NotPossible
from engine.facts import Figure, Period, Subject
from engine.features import open_transactions
from engine.recommending import (
    POPULAR_DAYS,
    POPULARITY,
    Mix,
    Pair,
    Recommender,
    Suggestion,
    bought_between,
    choose_mix,
    hits,
    only_new,
    purchases_until,
)
from stores.datasets import DatasetStore
from stores.runs import Segment
from tools.context import Context, segment_subject
from tools.past import earlier, end_of, need_orders
from tools.tool import Arguments, Result

if TYPE_CHECKING:
    import ibis

MOST_JUDGED = 1000  # buyers of a stretch that the mixes are judged on
MOST_SHARED_OUT = 2000  # members of a segment whose suggestions are counted


class RecommendProducts(Arguments):
    whom: str = Field(min_length=1, max_length=200, description="a segment, or a customer's id")
    count: int = Field(default=10, ge=1, le=50)
    new: bool = False


def recommend_products(context: Context, arguments: RecommendProducts) -> Result:
    """Products to suggest to one customer or to a segment, and why each.

    When to use: questions such as what should I offer, suggest or recommend to a segment or a
    customer, or what will they buy next. For plain best sellers use query_records by product.
    Arguments: whom, the segment's name or a customer's id; count, how many products; new, true to
    leave out what the customer bought before (else buying again counts, as it mostly does).
    Result: texts with a product each, best first, and the reason; a figure for each: its orders by
    the customer, the part of those with one product who have the other, how many buy it now, or of
    a segment the part of its people whom it is suggested to. Two hit rates of the shop's own past:
    of these suggestions, and of the best sellers of each segment.
    """
    need_orders(context, "product to suggest")
    found = recommendations(context, arguments.new)
    segment = find_segment(context, arguments.whom)
    if segment is not None:
        lines = list(_of_segment(context, found, segment, arguments.count))
    else:
        lines = list(_of_customer(context, found, arguments.whom, arguments.count))
    texts = tuple(text for _, text in lines)
    figures = tuple(figure for figure, _ in lines)
    return Result((*figures, *found.judged), ({"chosen by": found.mix.words}, *texts))


@dataclass(frozen=True, eq=False)
class Recommendations:
    """A shop's recommender, the mix that its past chose, and the figures of how that mix did."""

    recommender: Recommender
    mix: Mix
    judged: tuple[Figure, ...]

    @property
    def names(self) -> Mapping[str, str]:
        return self.recommender.purchases.names


def recommendations(context: Context, new: bool = False) -> Recommendations:
    """The mix is chosen on the stretch before last, and its hit rate told on the last."""
    files = DatasetStore(context.home).files(context.dataset, context.need_snapshot().version)
    with open_transactions(files) as transactions:
        recommender = learn(context, transactions)
        choosing, judging = earlier(context, 2), earlier(context, 1)
        mix = (
            only_new(POPULARITY, new) if choosing is None else _choose(choosing, transactions, new)
        )
        judged = () if judging is None else _judge(judging, transactions, mix, new)
    return Recommendations(recommender, mix, judged)


def learn(context: Context, transactions: "ibis.Table") -> Recommender:
    """As of the context's snapshot."""
    purchases = purchases_until(transactions, context.snapshot_moment)
    if not len(purchases.products):
        raise NotPossible(
            "No order names a product.", "Load orders with a column of product codes or names."
        )
    segments = context.members["segment_id"]
    return Recommender(purchases, {str(one): str(of) for one, of in segments.items()})


def find_segment(context: Context, name: str) -> Segment | None:
    folded = name.casefold()
    return next(
        (s for s in context.segments if folded in (s.segment_id.casefold(), s.name.casefold())),
        None,
    )


def _choose(past: Context, transactions: "ibis.Table", new: bool) -> Mix:
    recommender, later = _stretch(past, transactions, new)
    return choose_mix(recommender, later, new)


def _judge(
    past: Context, transactions: "ibis.Table", mix: Mix, new: bool
) -> tuple[Figure, ...]:  # fmt: skip
    recommender, later = _stretch(past, transactions, new)
    if not later:
        return ()
    period = Period(start=past.snapshot_moment.local, end=end_of(past).local)
    rivals = (
        (Subject("selection", "suggestions", "these suggestions"), mix),
        (
            Subject("selection", "best_sellers", "the best sellers of each segment"),
            only_new(POPULARITY, new),
        ),
    )
    formula = f"of {len(later):,} buyers, those who bought one of ten products suggested before"
    return tuple(
        Figure(
            subject, "hit_rate", period, float(hits(recommender, one, later).mean()), formula,
            len(later),
        )
        for subject, one in rivals
    )  # fmt: skip


def _stretch(
    past: Context, transactions: "ibis.Table", new: bool
) -> tuple[Recommender, dict[str, frozenset[str]]]:
    """What was known at a moment, and what some of its customers bought afterwards."""
    recommender = learn(past, transactions)
    later = bought_between(transactions, past.snapshot_moment, end_of(past))
    known = {one: later[one] for one in sorted(later) if one in recommender.segments}
    if new:
        known = recommender.without_known(known)
    step = max(1, -(-len(known) // MOST_JUDGED))
    return recommender, {one: known[one] for one in list(known)[::step]}


# ---- lines --------------------------------------------------------------------------------------

Line = tuple[Figure, dict[str, str]]


def _of_customer(
    context: Context, found: Recommendations, customer: str, count: int
) -> Iterator[Line]:
    if customer not in context.members.index or customer in context.opted_out:
        raise NotFound(
            f"No segment and no customer named '{customer}'.",
            "Give a segment's name, or an id as in the orders.",
        )
    segment_id = context.members.loc[customer, "segment_id"]
    segment = next(one for one in context.segments if one.segment_id == segment_id)
    for one in found.recommender.suggest([customer], found.mix, count)[customer]:
        yield _line(context, found, customer, segment, one)


def _line(
    context: Context, found: Recommendations, customer: str, segment: Segment, one: Suggestion
) -> Line:
    name = found.names[one.product_id]
    if one.bought_before:
        figure = _before(context, found, customer, one.product_id)
        return figure, {"product": name, "reason": "bought before"}
    if one.because:
        pair = found.recommender.pair(one.because, one.product_id)
        other = found.names[one.because]
        figure = _also_bought(context, found, pair)
        return figure, {"product": name, "reason": f"often bought by who has {other}"}
    figure = _now(context, found, segment, one.product_id)
    return figure, {"product": name, "reason": f"what {segment.name} buy now"}


def _of_segment(
    context: Context, found: Recommendations, segment: Segment, count: int
) -> Iterator[Line]:
    members = context.members.index[context.members["segment_id"] == segment.segment_id]
    people = sorted(set(members) - context.opted_out)
    if not people:
        raise NotPossible(f"Nobody is in '{segment.name}' now.")
    step = max(1, -(-len(people) // MOST_SHARED_OUT))
    people = people[::step]
    counted: Counter[int] = Counter()
    for places in found.recommender.best(people, found.mix, 10):
        counted.update(int(place) for place in places)
    formula = f"of {len(people):,} of its customers, those whose first ten suggestions hold it"
    for place, times in sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:count]:
        product = found.recommender.purchases.products[place]
        subject = _within(product, found.names[product], segment)
        share, period = times / len(people), context.snapshot_period()
        figure = Figure(subject, "suggested_share", period, share, formula, len(people))
        yield figure, {"product": found.names[product], "reason": f"suggested to {segment.name}"}


def _before(context: Context, found: Recommendations, customer: str, product: str) -> Figure:
    who = f"customer {customer}"
    subject = Subject(
        "selection", f"{product}/{customer}", f"{found.names[product]} within {who}",
        (Subject("product", product, found.names[product]), Subject("customer", customer, who)),
    )  # fmt: skip
    orders = found.recommender.orders(customer, product)
    formula = "orders of the customer with a kept sale of the product"
    return Figure(subject, "orders", context.lifetime_period(), orders, formula, orders)


def _also_bought(context: Context, found: Recommendations, pair: Pair) -> Figure:
    first, second = found.names[pair.first], found.names[pair.second]
    subject = Subject(
        "selection", f"{pair.second}/{pair.first}", f"{second} within buyers of {first}",
        (Subject("product", pair.second, second), Subject("product", pair.first, first)),
    )  # fmt: skip
    formula = "customers with kept sales of both products / those with the first"
    return Figure(
        subject, "also_bought", context.lifetime_period(), pair.share, formula, pair.customers
    )


def _now(context: Context, found: Recommendations, segment: Segment, product: str) -> Figure:
    moment = context.snapshot_moment
    period = Period(start=moment.days_before(POPULAR_DAYS).local, end=moment.local)
    buyers = found.recommender.buyers(segment.segment_id, product)
    subject = _within(product, found.names[product], segment)
    formula = "customers of the segment with a kept sale of the product"
    return Figure(subject, "customers", period, buyers, formula, buyers)


def _within(product: str, name: str, segment: Segment) -> Subject:
    return Subject(
        "selection", f"{product}/{segment.segment_id}", f"{name} within {segment.name}",
        (Subject("product", product, name), segment_subject(segment)),
    )  # fmt: skip
