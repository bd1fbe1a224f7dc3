"""What a shop's segments, countries, categories, products and channels are called.

Read once for each version of a dataset and kept: a question is read against it in a millisecond.
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.features import known_at, open_transactions

if TYPE_CHECKING:
    from tools.context import Context

_MOST_PRODUCTS = 20_000
_MOST_WORDS = 60  # of an attribute
_SAID = ("gender", "city", "region")
_PLACES = ("country", "category", "channel")


@dataclass(frozen=True)
class Vocabulary:
    """`today` is the day of the newest record, `first` of the oldest. `products` gives for a name
    or code, folded, the name as the records write it, those
    with most lines first."""

    today: date
    segments: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    products: tuple[tuple[str, str], ...] = ()
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    first: date | None = None
    people: bool = True  # whether anything is recorded of customers but their orders

    def words(self, kind: str) -> tuple[str, ...]:
        return {
            "segment": self.segments,
            "country": self.countries,
            "category": self.categories,
            "channel": self.channels,
        }[kind]


def vocabulary_of(context: "Context") -> Vocabulary:
    """Of the context's version and moment; segments of its snapshot."""
    segments = tuple(segment.name for segment in context.segments)
    files = tuple(context.files) if "transactions" in context.counts else ()
    records = _recorded(files, context.as_of.local_date, _Held(context))
    told = "customers" in context.counts
    people = context.files_of("customers") if told else ()
    attributes = _attributes(tuple(people))
    return replace(records, segments=segments, attributes=attributes, people=told)


@lru_cache(maxsize=32)
def _attributes(files: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What customers are said to be, where few words are used for it."""
    import pyarrow.parquet as pq

    words: dict[str, set[str]] = {}
    for file in files:
        known = pq.ParquetFile(file).schema_arrow.names
        columns = [name for name in (*_SAID, "attributes") if name in known]
        for row in pq.read_table(file, columns=columns, partitioning=None).to_pylist():
            said = json.loads(row.pop("attributes", None) or "{}")
            for name, value in {**row, **said}.items():
                if isinstance(value, str) and value:
                    words.setdefault(str(name), set()).add(value)
    return tuple(
        (name, tuple(sorted(found)))
        for name, found in sorted(words.items())
        if len(found) <= _MOST_WORDS
    )


class _Held:
    """Brings the context along without being part of the key."""

    def __init__(self, context: "Context") -> None:
        self.context = context

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=32)
def _recorded(files: tuple[str, ...], today: date, held: _Held) -> Vocabulary:
    context, held.context = held.context, None  # type: ignore[assignment]  # keys outlive the call
    if not files:
        return Vocabulary(today)
    with open_transactions(files) as transactions:
        known = known_at(transactions, context.as_of)
        places = {
            name: tuple(
                sorted(known.select(name).distinct().drop_null(name).to_pyarrow()[name].to_pylist())
            )
            for name in _PLACES
        }
        first: date | None = known.local_date.min().to_pyarrow().as_py()
        named = known.group_by("product_id", "product").aggregate(lines=known.count())
        named = named.order_by(named.lines.desc(), named.product_id, named.product)
        rows = named.limit(_MOST_PRODUCTS).to_pyarrow()
    products: dict[str, str] = {}
    for row in rows.to_pylist():
        code, name = row["product_id"], row["product"]
        for word in (name, code):
            if word and (name or code):
                products.setdefault(word.casefold(), name or code)
    return Vocabulary(
        today,
        countries=places["country"],
        categories=places["category"],
        channels=places["channel"],
        products=tuple(products.items()),
        first=first,
    )
