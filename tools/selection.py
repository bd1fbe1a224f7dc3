"""A selection: the customers of a snapshot that a filter means, and the sentence that says it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment
from engine.errors import NotFound
from engine.features import FEATURES, fetch, kept_sales, known_at, open_transactions
from engine.filters import (
    Field,
    Fields,
    Filter,
    compile_filter,
    filter_from_json,
    filter_text,
    filter_to_json,
    parse_filter,
    sentence,
)
from engine.filters.fields import Kind
from engine.filters.model import Bought, conditions_of
from stores.datasets import DatasetStore
from stores.models import ModelStore
from tools.context import Context

if TYPE_CHECKING:
    import ibis
    import pandas as pd

_KINDS: dict[str, Kind] = {"days": "days", "money": "money", "share": "share"}
_SAYS = {
    "recency": "last bought {} ago",
    "frequency": "have ordered {} times",
    "monetary": "have spent {}",
    "tenure": "first bought {} ago",
}


@dataclass(frozen=True)
class Selection:
    filter: Filter
    sentence: str
    customers: frozenset[str]
    text: str = ""  # the filter as one would write it today

    def to_json(self) -> dict[str, Any]:
        return {"filter": filter_to_json(self.filter), "sentence": self.sentence}


def select_customers(context: Context, where: str | Mapping[str, Any]) -> Selection:
    """Those of the context's snapshot, as of its moment, whom a filter means; in its text form or
    its JSON form."""
    import ibis
    import pyarrow as pa

    moment = context.snapshot_moment
    with _transactions(context) as transactions:
        people = _people(context, transactions, moment)
        fields = _fields(context, people, _categories(transactions, moment))
        filter = (
            parse_filter(where, fields)
            if isinstance(where, str)
            else filter_from_json(where, fields)
        )
        _require_products(filter, transactions, moment)
        table = ibis.memtable(pa.Table.from_pandas(people, preserve_index=False))
        meant = compile_filter(filter, fields, table, transactions, moment)
        found = fetch(table.filter(meant).select("customer_id"))
    said, text = sentence(filter, fields, moment), filter_text(filter, fields)
    return Selection(filter, said, frozenset(found["customer_id"]), text)


@contextmanager
def _transactions(context: Context) -> Iterator["ibis.Table"]:
    """The records that the snapshot was made from."""
    version = context.need_snapshot().version
    files = DatasetStore(context.home).files(context.dataset, version)
    with open_transactions(files) as transactions:
        yield transactions


def _people(context: Context, transactions: "ibis.Table", moment: Moment) -> "pd.DataFrame":
    """One row per customer, a column a field; segments are their ids."""
    members = context.members
    members = members[~members.index.isin(list(context.opted_out))]
    columns = [feature.name for feature in FEATURES if feature.name in members]
    people = members[[*columns, "confidence"]].assign(segment=members["segment_id"])
    model = ModelStore(context.home).find_latest(context.dataset.dataset_id, "churn")
    if model is not None:
        people = people.join(ModelStore(context.home).scores(model)[["churn"]])
    if "country" not in people:
        people = people.join(_countries(transactions, moment))
    return people.rename_axis("customer_id").reset_index()


def _countries(transactions: "ibis.Table", moment: Moment) -> "pd.DataFrame":
    """Where each customer's latest kept sale was made; of several at once, the first by name."""
    import ibis

    sales = kept_sales(known_at(transactions, moment))
    sales = sales.filter(sales.customer_id.notnull() & sales.country.notnull())
    order = [sales.occurred_at.desc(), sales.country]
    sales = sales.mutate(nth=ibis.row_number().over(group_by=sales.customer_id, order_by=order))
    latest = sales.filter(sales.nth == 0).select("customer_id", "country")
    return fetch(latest).set_index("customer_id")


def _fields(context: Context, people: "pd.DataFrame", categories: tuple[str, ...]) -> Fields:
    fields = [
        Field(
            feature.name,
            _KINDS.get(feature.unit, "number"),
            feature.meaning,
            _SAYS.get(feature.name, ""),
            always=True,
        )
        for feature in FEATURES
        if feature.name in people
    ]
    segments = {segment.name: segment.segment_id for segment in context.segments}
    fields += [
        Field("segment", "word", "the segment by name", "are {}", segments, always=True),
        Field("confidence", "share", "how sure the assignment is", always=True),
    ]
    if "churn" in people:
        meaning = "probability of no kept sale within the horizon"
        fields.append(Field("churn", "share", meaning, "have a probability of leaving of {}"))
    countries = {str(word): str(word) for word in sorted(people["country"].dropna().unique())}
    fields.append(Field("country", "word", "where they last bought", "are in {}", countries))
    return Fields(tuple(fields), context.dataset.shop.currency, categories)


def _categories(transactions: "ibis.Table", moment: Moment) -> tuple[str, ...]:
    found = fetch(known_at(transactions, moment).select("category").distinct().order_by("category"))
    return tuple(found["category"].dropna())


def _require_products(filter: Filter, transactions: "ibis.Table", moment: Moment) -> None:
    """A product that nobody ever bought is a slip of the pen, not an empty audience."""
    bought = [c for c in conditions_of(filter) if isinstance(c, Bought) and c.what == "product"]
    if not bought:
        return
    known = fetch(known_at(transactions, moment).select("product_id", "product").distinct())
    names = set(known["product_id"].dropna()) | set(known["product"].dropna())
    folded = {name.casefold() for name in names}
    for name in (name for condition in bought for name in condition.names):
        if name.casefold() not in folded:
            raise NotFound.named("product", name, names, "the orders")
