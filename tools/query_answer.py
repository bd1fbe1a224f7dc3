"""The answer to a query: its rows, and the subject and the period that each row speaks of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from engine.concepts import Moment, Money, Shop
from engine.facts import Period, Subject, SubjectKind, Value
from engine.query import (
    Dimension,
    Key,
    Keys,
    Measure,
    Number,
    Query,
    Row,
    cell_days,
    key_text,
    key_words,
)
from tools.query_names import KeyNames

_MOST_NAMED = 3  # values of a filter that a name spells out


@dataclass(frozen=True)
class Answer:
    """All rows, sorted; `leader` is the measure by which the first one stands before all others.

    `stretch` are the days that were asked about, as far as the records reach.
    """

    query: Query
    rows: Sequence[Row]
    names: KeyNames
    shop: Shop
    whole: Subject
    as_of: Moment
    stretch: tuple[date, date]
    count: int  # rows before a cut to the top
    leader: Measure | None = None
    ascending: bool = False
    where: str = ""
    customers: tuple[str, ...] = ()  # who were named
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by dimension, names
    sentence: str = ""  # whom `where` means
    earlier: tuple[date, date] | None = None
    before: Mapping[Keys, Row] = field(default_factory=dict)
    totals: Mapping[Keys, Row] | None = None  # of all rows, or of all of one month, day, ...

    def value(self, measure: Measure, number: Number) -> Value:
        if isinstance(number, date):
            return number
        if measure.unit == "money":
            return Money(int(number), self.shop.currency)
        return int(number) if isinstance(number, int) else float(number)

    def key_name(self, dimension: Dimension, key: Key) -> str:
        return self.names.get((dimension.name, key)) or key_words(dimension, key)

    def total(self, row: Row) -> Row | None:
        """What the row is a part of."""
        if self.totals is None:
            return None
        grain = self.query.grain
        return self.totals.get((self._grain_key(row, grain),) if grain else ())

    def _grain_key(self, row: Row, grain: Dimension) -> date:
        return cast(date, row.keys[self.query.dimensions.index(grain)])

    # ---- periods ----

    def period(self, row: Row) -> Period:
        """Of a row by month the part of that month that was asked about."""
        start, end = self.stretch
        grain = self.query.grain
        if grain is not None:
            first, after = cell_days(grain, self._grain_key(row, grain))
            asked_start = self.query.days[0]
            start = max(first, asked_start) if asked_start else first
            end = min(after, end)
        return self._between(start, end)

    def whole_period(self) -> Period:
        return self._between(*self.stretch)

    def earlier_period(self) -> Period:
        assert self.earlier is not None  # noqa: S101  asked for only where rows are compared
        return self._between(*self.earlier)

    def _between(self, start: date, end: date) -> Period:
        zone = self.shop.zone
        until = Moment.midnight(end, zone)
        if until.at > self.as_of.at:
            until = self.as_of
        return Period(start=Moment.midnight(start, zone).local, end=until.local)

    # ---- subjects ----

    def subject(self, row: Row, with_all_filters: bool = False) -> Subject:
        """What the row is cut by: Tea, "Germany, Tea", "Tea within Germany", or
        "Tea among customers who are 40 or older"."""
        cuts = [
            (dimension, key)
            for dimension, key in zip(self.query.dimensions, row.keys, strict=True)
            if dimension.kind != "time"
        ]
        told = set() if with_all_filters else {dimension.name for dimension, _ in cuts}
        filters = {name: keys for name, keys in self.query.only.items() if name not in told}
        if self.customers:
            return self._of_customers(cuts, filters)
        if len(cuts) == 1 and not filters and not self.where:
            dimension, key = cuts[0]
            kind = cast(SubjectKind, dimension.name)
            return Subject(kind, key_text(dimension, key), self.key_name(dimension, key))
        if not cuts and len(filters) == 1 and not self.where:
            ((name, keys),) = filters.items()
            if len(keys) == 1:
                return Subject(cast(SubjectKind, name), keys[0], self._key_called(name, keys[0]))
        if not cuts and not filters and not self.where:
            return self.whole
        return self._selection(cuts, filters)

    def _of_customers(
        self, cuts: Sequence[tuple[Dimension, Key]], filters: Mapping[str, tuple[str, ...]]
    ) -> Subject:
        if len(self.customers) == 1 and not cuts and not filters and not self.where:
            (customer,) = self.customers
            return Subject("customer", customer, f"customer {customer}")
        return self._selection(cuts, {**filters, "customer": self.customers})

    def _selection(
        self, cuts: Sequence[tuple[Dimension, Key]], filters: Mapping[str, tuple[str, ...]]
    ) -> Subject:
        ids = [f"{dimension.name}={key_text(dimension, key)}" for dimension, key in cuts]
        ids += [f"{name} in {'|'.join(keys)}" for name, keys in filters.items()]
        within = ", ".join(self._filter_words(name, keys) for name, keys in filters.items())
        people = ""
        if self.where:
            ids.append(f"where {self.where}")
            people = self._who()
        named = ", ".join(self.key_name(dimension, key) for dimension, key in cuts)
        name = " within ".join(part for part in (named, within) if part)
        name = " among ".join(part for part in (name, people) if part)
        return Subject("selection", ";".join(ids), name)

    def _who(self) -> str:
        """Whom the filter means, as it stands within a sentence."""
        said = self.sentence.removesuffix(".")
        return said[:1].lower() + said[1:] if said else f"customers where {self.where}"

    def _filter_words(self, name: str, keys: Sequence[str]) -> str:
        if name in self.left_out:
            return f"all but {' and '.join(self.left_out[name])}"
        if len(keys) > _MOST_NAMED:
            return f"{len(keys)} chosen by {name}"
        return " or ".join(self._key_called(name, key) for key in keys)

    def _key_called(self, name: str, key: str) -> str:
        return self.names.get((name, key), key)
