"""The full feature table: every feature that a shop's records can give, or only those asked for.

It is one Ibis expression over the records, which any engine runs where they lie. One row per
customer with a kept sale; where there are no orders at all, per person whom the records know.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.consent import EVERYBODY_IN, Consent
from engine.errors import NotFound, NotPossible
from engine.features.assortment import Assortment, look_over
from engine.features.attributes import Attributes
from engine.features.definition import Definition, Part, find_definitions
from engine.features.feature import Feature, FeatureTable
from engine.features.known import fetch
from engine.features.lines import (
    CHANNEL,
    DISCOUNTS,
    HABITS,
    LINES,
    channel_columns,
    channel_definitions,
    lines_part,
)
from engine.features.orders import BASKETS, RFM, SEASONS, knows_seasons, order_parts
from engine.features.products import (
    CATEGORY,
    COUNTRY,
    PRODUCTS,
    category_columns,
    category_definitions,
    country_part,
    product_parts,
)
from engine.features.records import Records
from engine.features.rhythm import RHYTHM, rhythm_part
from engine.features.texts import TEXTS, TOPIC, MarkedTexts
from engine.features.web import WEB, WEB_AND_ORDERS, web_part
from engine.features.words import WordColumn, WordColumns

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from engine.texts.topics import Topics

_ORDERS = (*RFM, *RHYTHM, *BASKETS, *LINES, *HABITS)
FIXED = (*_ORDERS, *DISCOUNTS, *SEASONS, *COUNTRY, *PRODUCTS, *WEB, *WEB_AND_ORDERS, *TEXTS)
_TAKEN = frozenset(definition.name for definition in FIXED)


@dataclass
class _Offer:
    """What the records can give: definitions, in order, and the parts that they stand on."""

    definitions: list[Definition] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def add(self, definitions: Iterable[Definition], *parts: Part) -> None:
        self.definitions += definitions
        self.parts += parts


def attributes_of(records: Records, moment: Moment) -> Attributes:
    """Nothing is looked up yet."""
    return Attributes(records.until(moment), moment, _TAKEN)


def offered_features(
    records: Records, moment: Moment, mentioned: Collection[str] | None = None,
    attributes: Attributes | None = None,
) -> tuple[Feature, ...]:  # fmt: skip
    """Every feature of these records. `attributes`: theirs, where they are looked up again.

    What takes work to find out (which channels, categories, topics, attributes there are) is
    looked up only as far as the words that are `mentioned` could be the name of one.
    """
    offer = _offer(records.until(moment), moment, mentioned, None, attributes, named=False)
    return tuple(one.feature for one in offer.definitions)


def build_all(
    records: Records, moment: Moment, names: Sequence[str] | None = None,
    topics: "Topics | None" = None,
) -> "ibis.Table":  # fmt: skip
    """customer_id and every feature as of `moment`, or those of these names and their evidence.

    Shares of channels and categories have columns for those used most, or those asked for by name.
    `topics`: those fitted before; without them they are found in the texts known by then.
    """
    known = records.until(moment)
    offer = _offer(known, moment, names, topics)
    return _build(known, offer.parts, _chosen(offer, names))


def full_feature_table(
    records: Records, moment: Moment, consent: Consent = EVERYBODY_IN,
    names: Sequence[str] | None = None, topics: "Topics | None" = None,
    people: "pd.Index[str] | None" = None, attributes: Attributes | None = None,
) -> FeatureTable:  # fmt: skip
    """Without those who had opted out by then. `people`: the rows, where it is known who has one;
    the orders are left alone then if no feature speaks of them."""
    known = records.until(moment)
    offer = _offer(known, moment, names, topics, attributes)
    chosen = _chosen(offer, names)
    frame = fetch(_build(known, offer.parts, chosen, people)).set_index("customer_id")
    frame = frame[~frame.index.isin(list(consent.opted_out(moment)))]
    return FeatureTable(frame, tuple(one.feature for one in chosen))


def _offer(
    known: Records, moment: Moment, names: Collection[str] | None, topics: "Topics | None",
    attributes: Attributes | None = None, named: bool = True,
) -> _Offer:  # fmt: skip
    """Only what the names need is looked up. `named`: only they are channels and categories."""
    offer = _Offer()
    if known.transactions is not None:
        _offer_orders(offer, known, moment, names, named)
    if known.events is not None:
        offer.add(WEB, web_part(known))
        offer.add(WEB_AND_ORDERS if known.transactions is not None else ())
    if known.texts is not None:
        texts = MarkedTexts(known, _any_of(names, TOPIC), topics)
        offer.add((*TEXTS, *texts.topic_definitions()), *texts.parts())
    if known.customers is not None and _beyond(names, offer):
        attributes = attributes or Attributes(known, moment, _TAKEN)
        offer.add(attributes.definitions, attributes.part())
    return offer


def _offer_orders(
    offer: _Offer, known: Records, moment: Moment, names: Collection[str] | None, named: bool
) -> None:
    def chosen(columns: WordColumns) -> tuple[WordColumn, ...]:
        if names is None:
            return columns.used_most
        if not _any_of(names, columns.prefix):
            return ()
        return columns.named(names) if named else columns.all

    looked_up = _any_of(names, CHANNEL) or _any_of(names, CATEGORY)
    assortment = look_over(known.sales) if looked_up else Assortment(())
    channels = chosen(channel_columns(assortment))
    categories = chosen(category_columns(assortment))
    offer.add(
        (*_ORDERS, *channel_definitions(channels)),
        *order_parts(known, moment),
        rhythm_part(known, moment),
        lines_part(known, channels),
    )
    if names is not None or assortment.discounts:
        offer.add(DISCOUNTS)
    if names is not None or knows_seasons(assortment, moment):
        offer.add(SEASONS)
    if names is not None or assortment.countries:
        offer.add(COUNTRY, country_part(known))
    if names is not None or categories:
        offer.add((*PRODUCTS, *category_definitions(categories)), *product_parts(known, categories))


def _any_of(names: Collection[str] | None, prefix: str) -> bool:
    return names is None or any(name.startswith(prefix) for name in names)


def _beyond(names: Collection[str] | None, offer: _Offer) -> bool:
    return names is None or not {one.name for one in offer.definitions}.issuperset(names)


def _chosen(offer: _Offer, names: Sequence[str] | None) -> list[Definition]:
    if names is None:
        return offer.definitions
    known = {definition.name for definition in offer.definitions}
    for name in names:
        if name not in known:
            raise NotFound.named("feature", name, known, "these records")
    return find_definitions(offer.definitions, names)


def _build(
    known: Records, parts: Sequence[Part], chosen: Sequence[Definition],
    people: "pd.Index[str] | None" = None,
) -> "ibis.Table":  # fmt: skip
    import ibis
    import pyarrow as pa

    needed = frozenset(name for one in chosen for name in one.needs)
    if people is None:
        table = _people(known, needed, parts)
    else:
        table = ibis.memtable(pa.table({"customer_id": pa.array(people, pa.string())}))
    for part in parts:
        asked = (part.columns & needed) - set(table.columns)
        if asked:
            table = _join(table, part.build(asked), part, asked)
    return table.select("customer_id", **{one.name: one.over(table) for one in chosen}).order_by(
        "customer_id"
    )


def _join(
    table: "ibis.Table", more: "ibis.Table", part: Part, asked: frozenset[str]
) -> "ibis.Table":
    joined = table.left_join(more, table.customer_id == more.customer_id)
    columns = {
        name: more[name].fill_null(0) if name in part.zeros else more[name]
        for name in sorted(asked)
    }
    return joined.select(table, **columns)


def _people(known: Records, needed: frozenset[str], parts: Sequence[Part]) -> "ibis.Table":
    """The rows of the table: those with a kept sale, else everybody whom the records know."""
    import ibis

    if known.transactions is not None:
        orders = parts[0]  # its table has exactly these rows
        return orders.build(orders.columns & needed)
    tables = [table for table in (known.customers, known.events, known.texts) if table is not None]
    if not tables:
        raise NotPossible("There are no records to describe anybody by.", "Load some first.")
    people = [table.filter(table.customer_id.notnull()).select("customer_id") for table in tables]
    return ibis.union(*people, distinct=True) if len(people) > 1 else people[0].distinct()
