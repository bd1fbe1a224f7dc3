"""Recommendations: products for a customer, from what the shop's customers bought.

Three things speak for a product: that the customer bought it before, that it goes with what he
bought, and that customers of his segment buy it now. Each is brought to at most 1 for a customer;
a `Mix` says how much each counts. Which mix serves is chosen on the shop's own past: as of an
earlier moment every mix suggests, and the one whose suggestions were bought most often afterwards
is taken (`choose_mix`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.concepts import Moment

if TYPE_CHECKING:
    import ibis
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    Scores = NDArray[np.float64]

HALF_LIFE_DAYS = 180  # an order this old speaks half as loud for buying again
POPULAR_DAYS = 90  # what is bought now
NEIGHBOURS = 50  # products that go with one, at most
SHRINKING = 5.0  # customers who have to share two products before it counts for half
LEAST_TOGETHER = 5  # shared customers below which two products are no pair
BLOCK = 1000  # customers scored at a time: 40 MB with 5,000 products


@dataclass(frozen=True)
class Mix:
    """What counts how much; `new`: nothing that the customer bought before is suggested."""

    again: float
    together: float
    popular: float
    new: bool = False

    @property
    def words(self) -> str:
        """Without a figure."""
        parts = {"what they bought before": self.again,
                 "what goes with it": self.together,
                 "what their segment buys now": self.popular}  # fmt: skip
        ordered = sorted((name for name, one in parts.items() if one), key=lambda n: -parts[n])
        return ", then ".join(ordered) + (", nothing they have already" if self.new else "")


POPULARITY = Mix(0, 0, 1)
MIXES = (
    POPULARITY,
    Mix(0, 1, 0.3),
    Mix(1, 0, 0.3),
    Mix(1, 0.3, 0.1),
    Mix(1, 0.3, 0.3),
    Mix(1, 1, 0.3),
    Mix(0.5, 0.5, 1),
)


@dataclass(frozen=True, eq=False)
class Purchases:
    """Who bought what until a moment: one row per customer and product, and their places."""

    customers: "pd.Index[str]"
    products: "pd.Index[str]"
    names: Mapping[str, str]
    rows: "pd.DataFrame"  # customer, product (places), orders, weight, recent (orders)

    @cached_property
    def owned(self) -> "csr_array":
        """1 where a customer bought a product."""
        return self.matrix("owned")

    def matrix(self, column: str) -> "csr_array":
        from scipy.sparse import csr_array

        values = np.ones(len(self.rows)) if column == "owned" else self.rows[column].to_numpy()
        places = (self.rows["customer"].to_numpy(), self.rows["product"].to_numpy())
        shape = (len(self.customers), len(self.products))
        return csr_array((values.astype(float), places), shape=shape)


@dataclass(frozen=True)
class Suggestion:
    """`because`: a product that the customer has and this one goes with; empty without one."""

    product_id: str
    bought_before: bool
    because: str


@dataclass(frozen=True)
class Pair:
    """Of two products: how many have both, and how much oftener than by chance."""

    first: str
    second: str
    customers: int
    lift: float
    share: float  # of those who have the first, those who have the second


def purchases_until(transactions: "ibis.Table", moment: Moment) -> Purchases:
    """The kept sales of known customers, as known at a moment."""
    import pandas as pd

    from engine.features import fetch, kept_sales, known_at

    sales = kept_sales(known_at(transactions, moment))
    sales = sales.filter(sales.customer_id.notnull() & sales.product_id.notnull())
    orders = sales.group_by("customer_id", "product_id", "order_id").aggregate(
        day=sales.local_date.max(), product=sales["product"].max()
    )
    found = fetch(orders.order_by("customer_id", "product_id", "order_id"))
    age = (pd.Timestamp(moment.local_date) - pd.to_datetime(found["day"])).dt.days.to_numpy()
    found["weight"] = 0.5 ** (age / HALF_LIFE_DAYS)
    found["recent"] = (age <= POPULAR_DAYS).astype(int)
    return _placed(found)


def _placed(orders: "pd.DataFrame") -> Purchases:
    import pandas as pd

    grouped = orders.groupby(["customer_id", "product_id"], sort=True)
    rows = grouped.agg(
        orders=("order_id", "size"), weight=("weight", "sum"), recent=("recent", "max")
    ).reset_index()
    customers = pd.Index(sorted(rows["customer_id"].unique()))
    products = pd.Index(sorted(rows["product_id"].unique()))
    rows["customer"] = customers.get_indexer(rows["customer_id"])
    rows["product"] = products.get_indexer(rows["product_id"])
    named = orders.dropna(subset=["product"]).groupby("product_id")["product"].max()
    names = {product: str(named.get(product, product)) for product in products}
    return Purchases(customers, products, names, rows.drop(columns=["customer_id", "product_id"]))


class Recommender:
    """`segments` gives each customer's segment; who has none is compared with everybody."""

    def __init__(self, purchases: Purchases, segments: Mapping[str, str]) -> None:
        self.purchases = purchases
        self.segments = segments

    def suggest(
        self, customers: Sequence[str], mix: Mix, count: int = 10
    ) -> dict[str, list[Suggestion]]:
        """Best first; fewer where the shop has no more that speaks for itself."""
        found = {}
        for customer, places in zip(customers, self.best(customers, mix, count), strict=True):
            found[customer] = [self._suggestion(customer, int(one)) for one in places]
        return found

    def best(self, customers: Sequence[str], mix: Mix, count: int) -> "list[NDArray[np.int64]]":
        """The places of the products, best first, of each customer."""
        found: list[NDArray[np.int64]] = []
        for start in range(0, len(customers), BLOCK):
            scores = self._scores(customers[start : start + BLOCK], mix)
            order = np.argsort(-scores, axis=1, kind="stable")[:, :count]
            found += [
                places[row[places] > 0].astype(np.int64)
                for places, row in zip(order, scores, strict=True)
            ]
        return found

    def popular(self, segment: str | None, count: int = 10) -> list[str]:
        """The products that most of a segment's customers bought of late."""
        scores = self._popularity[segment or ""]
        order = np.argsort(-scores, kind="stable")[:count]
        return [self.purchases.products[one] for one in order if scores[one] > 0]

    def buyers(self, segment: str, product: str) -> int:
        """Customers of a segment who bought a product of late."""
        place = self.purchases.products.get_loc(product)
        return int(self._popularity.get(segment, self._popularity[""])[place])

    def orders(self, customer: str, product: str) -> int:
        """With this product, by this customer, ever."""
        purchases = self.purchases
        place = purchases.customers.get_loc(customer), purchases.products.get_loc(product)
        return int(purchases.matrix("orders")[place])

    def without_known(self, later: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        """Only the products that each customer had not bought before, and who bought such."""
        products = self.purchases.products
        owned = self._rows(self.purchases.owned, list(later))
        found = {}
        for number, (customer, bought) in enumerate(later.items()):
            before = owned.indices[owned.indptr[number] : owned.indptr[number + 1]]
            if fresh := bought - set(products[before]):
                found[customer] = fresh
        return found

    def pairs(self, customers: Sequence[str], count: int = 5) -> list[Pair]:
        """Products that these customers have and others that go with them, most shared first."""
        own = self._rows(self.purchases.owned, customers).sum(axis=0)
        near = self._together.tocoo()
        weight = near.data * own[near.row]
        order = np.lexsort((near.col, near.row, -weight))
        found: dict[frozenset[int], Pair] = {}
        for place in order[weight[order] > 0][: 4 * count]:
            first, second = int(near.row[place]), int(near.col[place])
            names = self.purchases.products[[first, second]]
            found.setdefault(frozenset((first, second)), self.pair(*names))
        return list(found.values())[:count]

    def pair(self, first: str, second: str) -> Pair:
        """Of all customers of the shop."""
        one, other = (self._buyers_of(product) for product in (first, second))
        both = len(np.intersect1d(one, other))
        lift = both * len(self.purchases.customers) / (len(one) * len(other))
        return Pair(first, second, both, lift, both / len(one))

    def _buyers_of(self, product: str) -> "NDArray[np.int64]":
        rows = self.purchases.rows
        found: NDArray[np.int64] = rows.loc[
            rows["product"] == self.purchases.products.get_loc(product), "customer"
        ].to_numpy()
        return found

    def _suggestion(self, customer: str, product: int) -> Suggestion:
        row = self._rows(self.purchases.owned, [customer]).toarray()[0]
        near = self._together[:, [product]].toarray()[:, 0] * row
        because = self.purchases.products[int(near.argmax())] if near.any() else ""
        before = bool(row[product])
        return Suggestion(self.purchases.products[product], before, "" if before else because)

    def _scores(self, customers: Sequence[str], mix: Mix) -> "Scores":
        owned = self._rows(self.purchases.owned, customers)
        weights = self._rows(self._weights, customers)
        scores: Scores = mix.popular * self._of_segments(customers)
        if mix.again:
            scores += mix.again * _to_one(weights.toarray())
        if mix.together:
            scores += mix.together * _to_one((weights @ self._together).toarray())
        if mix.new:
            scores[owned.toarray() > 0] = 0
        return scores

    def _of_segments(self, customers: Sequence[str]) -> "Scores":
        empty = self._popularity[""]
        named = [self.segments.get(customer, "") for customer in customers]
        return _to_one(np.array([self._popularity.get(segment, empty) for segment in named]))

    def _rows(self, matrix: "csr_array", customers: Sequence[str]) -> "csr_array":
        """A row of nothing for whom nobody knows."""
        import pandas as pd
        from scipy.sparse import csr_array

        places = self.purchases.customers.get_indexer(pd.Index(list(customers)))
        known = np.flatnonzero(places >= 0)
        picking = csr_array(
            (np.ones(len(known)), (known, places[known])),
            shape=(len(customers), len(self.purchases.customers)),
        )
        return (picking @ matrix).tocsr()

    @cached_property
    def _weights(self) -> "csr_array":
        return self.purchases.matrix("weight")

    @cached_property
    def _owners(self) -> "Scores":
        found: Scores = np.asarray(self.purchases.owned.sum(axis=0), dtype=float)
        return found

    @cached_property
    def _popularity(self) -> "dict[str, Scores]":
        """Buyers of late per product: of each segment, and under "" of everybody."""
        recent = self.purchases.matrix("recent")
        of = np.array([self.segments.get(one, "") for one in self.purchases.customers])
        found = {name: np.asarray(recent[of == name].sum(axis=0)) for name in np.unique(of)}
        return found | {"": np.asarray(recent.sum(axis=0), dtype=float)}

    @cached_property
    def _together(self) -> "csr_array":
        """How alike the buyers of two products are (cosine), drawn to nothing where few share
        them; each product keeps its nearest."""
        from scipy.sparse import csr_array, diags_array

        owned = self.purchases.owned
        both = (owned.T @ owned).tocsr()
        both.setdiag(0)
        both.data[both.data < LEAST_TOGETHER] = 0
        both.eliminate_zeros()
        sure = both.copy()
        sure.data = both.data / (both.data + SHRINKING)
        scale = diags_array(1 / np.sqrt(np.maximum(self._owners, 1)))
        return _nearest(csr_array((scale @ both @ scale).multiply(sure)))


def _nearest(similar: "csr_array") -> "csr_array":
    from scipy.sparse import csr_array

    similar.sort_indices()
    keep = np.zeros(len(similar.data), dtype=bool)
    for start, end in zip(similar.indptr[:-1], similar.indptr[1:], strict=True):
        order = np.argsort(-similar.data[start:end], kind="stable")[:NEIGHBOURS]
        keep[start + order] = True
    entries = similar.tocoo()
    return csr_array(
        (entries.data[keep], (entries.row[keep], entries.col[keep])), shape=similar.shape
    )


def _to_one(scores: "Scores") -> "Scores":
    largest = scores.max(axis=1, keepdims=True) if scores.size else scores
    found: Scores = scores / np.where(largest > 0, largest, 1)
    return found


# ---- judging ------------------------------------------------------------------------------------


def hits(
    recommender: Recommender, mix: Mix, later: Mapping[str, frozenset[str]], count: int = 10
) -> "NDArray[np.bool_]":
    """For each customer in order of id, whether a suggested product was bought later."""
    customers = sorted(later)
    products = recommender.purchases.products
    best = recommender.best(customers, mix, count)
    return np.array(
        [
            not later[customer].isdisjoint(products[places])
            for customer, places in zip(customers, best, strict=True)
        ]
    )


def choose_mix(
    recommender: Recommender, later: Mapping[str, frozenset[str]], new: bool = False
) -> Mix:
    """The mix that hit most often; of equally good ones the first, and without any buyer too."""
    mixes = [only_new(mix, new) for mix in MIXES]
    if not later:
        return mixes[0]
    return max(mixes, key=lambda mix: float(hits(recommender, mix, later).mean()))


def only_new(mix: Mix, new: bool) -> Mix:
    return replace(mix, new=new)


def bought_between(
    transactions: "ibis.Table", since: Moment, until: Moment
) -> dict[str, frozenset[str]]:
    """The products that each customer bought in [since, until), as known at its end."""
    from engine.features import fetch, kept_sales, known_at

    sales = kept_sales(known_at(transactions, until))
    sales = sales.filter(sales.occurred_at >= since.at)
    sales = sales.filter(sales.customer_id.notnull() & sales.product_id.notnull())
    found = fetch(sales.select("customer_id", "product_id").distinct())
    grouped = found.groupby("customer_id")["product_id"]
    return {str(customer): frozenset(products) for customer, products in grouped}
