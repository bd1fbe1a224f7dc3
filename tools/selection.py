"""A selection: the customers that a filter means, and the sentence that says it.

A filter may speak of every feature of the dataset's records. Only those that it names are worked
out, as of the moment that the filter is about.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment
from engine.consent import Consent
from engine.errors import BadInput, NotFound
from engine.features import (
    Records,
    attributes_of,
    fetch,
    full_feature_table,
    known_at,
    offered_features,
)
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
from engine.filters.model import Bought, conditions_of
from stores.attributes import attributes_held
from stores.consents import consent_of
from stores.models import ModelStore
from stores.records import open_dataset
from stores.runs import RunStore
from tools.context import Context
from tools.feature_fields import field_of, words_in

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from engine.features.attributes import Attributes

Where = str | Mapping[str, Any]  # a filter's text form, or its JSON form


@dataclass(frozen=True)
class Selection:
    filter: Filter
    sentence: str
    customers: frozenset[str]
    text: str = ""  # the filter as one would write it today
    kept: Mapping[str, Any] = field(default_factory=dict)  # its JSON, segments by their ids

    def to_json(self) -> dict[str, Any]:
        return {"filter": filter_to_json(self.filter), "sentence": self.sentence}


def select_customers(context: Context, where: Where) -> Selection:
    """Those of the context's snapshot, as of its moment, whom a filter means."""
    with selecting(context, [where]) as select:
        return select(where)


@contextmanager
def selecting(context: Context, wheres: Sequence[Where]) -> Iterator[Callable[[Where], Selection]]:
    """Selects by each of these filters; the features that they name are worked out once."""
    version, moment = context.need_snapshot().version, context.snapshot_moment
    consent = consent_of(context.home, context.dataset, version)
    currency = context.dataset.shop.currency
    with open_dataset(context.home, context.dataset, version) as records:
        named = frozenset().union(*map(_words, wheres))
        told = attributes_held(context.home, context.dataset, version, moment)
        people, fields = _with_features(records, moment, consent, named, _people(context), told)
        fields += _fields(context, "churn" in people)
        yield lambda where: _select(records, moment, where, people, fields, currency)


_SEGMENTS = "Find segments first (segue segment), then ask with segue members all --where."
_SCORES = "Make scores first (segue score), then ask with segue members all --where."
_ELSEWHERE = {"segment": _SEGMENTS, "confidence": _SEGMENTS, "churn": _SCORES}


@dataclass(frozen=True)
class Wording:
    """A filter as one would write it today, and as a sentence."""

    text: str
    sentence: str


def word_filter(context: Context, where: Where) -> Wording:
    """In the names that segments have now; nobody is looked up."""
    snapshot, moment = context.need_snapshot(), context.snapshot_moment
    with open_dataset(context.home, context.dataset, snapshot.version) as records:
        offered = offered_features(records, moment, _words(where))
        scored = ModelStore(context.home).find_latest(context.dataset.dataset_id, "churn")
        named = [field_of(feature, context.members.get(feature.name)) for feature in offered]
        known = Fields(
            (*named, *_fields(context, scored is not None)), context.dataset.shop.currency
        )
    filter = _read(where, known)
    return Wording(filter_text(filter, known), sentence(filter, known, moment))


def select_from(
    records: Records, moment: Moment, consent: Consent, where: Where, currency: str
) -> Selection:
    """Of everybody whom the feature table knows; segments and scores cannot be asked for."""
    people, fields = _with_features(records, moment, consent, _words(where), None)
    return _select(records, moment, where, people, fields, currency)


def _select(
    records: Records, moment: Moment, where: Where, people: "pd.DataFrame",
    fields: Sequence[Field], currency: str,
) -> Selection:  # fmt: skip
    import ibis
    import pyarrow as pa

    orders = records.transactions
    categories = () if orders is None else _categories(orders, moment)
    offered = {field.name for field in fields}
    elsewhere = {name: hint for name, hint in _ELSEWHERE.items() if name not in offered}
    known = Fields(tuple(fields), currency, categories, elsewhere)
    filter = _read(where, known)
    if orders is not None:
        _require_products(filter, orders, moment, categories)
    rows = people.rename_axis("customer_id").reset_index()
    table = ibis.memtable(pa.Table.from_pandas(rows, preserve_index=False))
    meant = compile_filter(filter, known, table, orders, moment)
    found = fetch(table.filter(meant).select("customer_id"))
    said, text = sentence(filter, known, moment), filter_text(filter, known)
    kept = filter_to_json(filter, known)
    return Selection(filter, said, frozenset(found["customer_id"]), text, kept)


def _read(where: Where, known: Fields) -> Filter:
    return parse_filter(where, known) if isinstance(where, str) else filter_from_json(where, known)


def _with_features(
    records: Records, moment: Moment, consent: Consent, words: frozenset[str],
    people: "pd.DataFrame | None", told: "Attributes | None" = None,
) -> "tuple[pd.DataFrame, list[Field]]":  # fmt: skip
    """The people, with the features among these words, and a field for every feature."""
    attributes = told or attributes_of(records, moment)
    offered = offered_features(records, moment, words, attributes)
    known = () if people is None else people.columns
    named = [one.name for one in offered if one.name in words and one.name not in known]
    if people is None:
        found = full_feature_table(records, moment, consent, named, attributes=attributes)
        people = found.frame[named]
    elif named:
        found = full_feature_table(
            records, moment, consent, named, people=people.index, attributes=attributes
        )
        people = people.join(found.frame[named])
    return people, [field_of(feature, people.get(feature.name)) for feature in offered]


def _words(where: Where) -> frozenset[str]:
    return words_in(where if isinstance(where, str) else json.dumps(where, ensure_ascii=False))


def _people(context: Context) -> "pd.DataFrame":
    """One row per customer of the snapshot: its features, segments by id, scores."""
    members = context.members
    members = members[~members.index.isin(list(context.opted_out))]
    probabilities = [column for column in members if str(column).startswith("p_")]
    people = members.drop(columns=probabilities).rename(columns={"segment_id": "segment"})
    model = ModelStore(context.home).find_latest(context.dataset.dataset_id, "churn")
    if model is not None:
        people = people.join(ModelStore(context.home).scores(model)[["churn"]])
    return people


def _fields(context: Context, scored: bool) -> list[Field]:
    """What a snapshot knows beside the features."""
    segments = {segment.name: segment.segment_id for segment in context.segments}
    former = RunStore(context.home).retired(context.dataset.dataset_id)
    fields = [
        Field("segment", "word", "the segment by name", "are {}", segments, True, former),
        Field("confidence", "share", "how sure the assignment is", always=True),
    ]
    if scored:
        meaning = "probability of no kept sale within the horizon"
        fields.append(Field("churn", "share", meaning, "have a probability of leaving of {}"))
    return fields


def _categories(transactions: "ibis.Table", moment: Moment) -> tuple[str, ...]:
    found = fetch(known_at(transactions, moment).select("category").distinct().order_by("category"))
    return tuple(found["category"].dropna())


def _require_products(
    filter: Filter, transactions: "ibis.Table", moment: Moment, categories: Sequence[str]
) -> None:
    """A product that nobody ever bought is a slip of the pen, not an empty audience."""
    bought = [c for c in conditions_of(filter) if isinstance(c, Bought) and c.what == "product"]
    if not bought:
        return
    known = fetch(known_at(transactions, moment).select("product_id", "product").distinct())
    names = set(known["product_id"].dropna()) | set(known["product"].dropna())
    folded = {name.casefold() for name in names}
    for name in (name for condition in bought for name in condition.names):
        if name.casefold() in folded:
            continue
        if name.casefold() in {category.casefold() for category in categories}:
            raise BadInput(
                f"'{name}' is a category, not a product.", f'Write: bought category "{name}".'
            )
        raise NotFound.named("product", name, names, "the orders")
