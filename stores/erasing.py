"""Erasing: what identifies one customer of a dataset, and what every store does about it.

A store that may hold something on a customer says what (`held`) and removes it (`erase`). Both may
be done again: what is gone is not found twice. `tools/erasing.py` lists the stores, and a test
compares its list with all the classes that are here.

In free text a customer is found by id, full name, e-mail address, telephone, and by what the
customer wrote, as whole words.
An id of fewer than five characters is an ordinary number or word too often ("12"), so it is looked
for only after a word that means a customer. A name of one word belongs to many and is not looked
for.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import sqlalchemy as sa

from stores.home import Home

ERASED = "[erased customer]"
_LEAST_ID = 5
_LEAST_DIGITS = 7  # of a telephone
_LEAST_TEXT = 20  # characters; shorter ones ("very good") many people write
_BEFORE_AN_ID = r"(?:customers?|clients?|buyers?|persons?|members?)(?:[ _-]?ids?)?[\W_]{1,4}"


@dataclass(frozen=True)
class Traces:
    """By what one customer is recognised; `words` are as the records hold them."""

    dataset_id: str
    customer: str
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()  # what the customer wrote

    @property
    def words(self) -> tuple[str, ...]:
        names = [name for name in self.names if len(name.split()) > 1]
        phones = [one for one in self.phones if sum(map(str.isdigit, one)) >= _LEAST_DIGITS]
        texts = [text for text in self.texts if len(text) >= _LEAST_TEXT]
        return (*names, *self.emails, *phones, *texts)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        own = re.escape(self.customer)
        ids = own if len(self.customer) >= _LEAST_ID else _BEFORE_AN_ID + own
        found = "|".join([ids, *(re.escape(word) for word in self.words)])
        return re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE)

    def are_in(self, value: Any) -> bool:
        """Whether a text, or any text inside a JSON value, names the customer."""
        if isinstance(value, str):
            return value.strip() == self.customer or self._pattern.search(value) is not None
        if isinstance(value, Mapping):
            return any(self.are_in(part) for pair in value.items() for part in pair)
        return isinstance(value, list | tuple) and any(map(self.are_in, value))

    def blotted(self, value: Any) -> Any:
        """The same value without the customer in it."""
        if isinstance(value, str):
            if value.strip() == self.customer:
                return ERASED
            return self._pattern.sub(ERASED, value)
        if isinstance(value, Mapping):
            return {self.blotted(name): self.blotted(part) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [self.blotted(part) for part in value]
        return value


class Erasing(Protocol):
    def held(self, customer: Traces) -> list[dict[str, Any]]:
        """What is held on the customer, as JSON."""

    def erase(self, customer: Traces) -> int:
        """Removes it; from how many places."""


def rows_naming(
    home: Home,
    table: sa.Table,
    customer: Traces,
    columns: Iterable[str],
    *wanted: sa.ColumnElement[bool],
) -> list[sa.Row[Any]]:
    """The rows of a table of the state that name the customer in any of the columns."""
    looked_at = list(columns)
    with home.read() as connection:
        found = connection.execute(
            sa.select(table).where(*wanted), execution_options={"yield_per": 500}
        )
        return [
            row
            for row in found
            if any(customer.are_in(row._mapping[table.c[name]]) for name in looked_at)
        ]


def delete_rows(home: Home, table: sa.Table, rows: Iterable[sa.Row[Any]]) -> int:
    key = next(iter(table.primary_key.columns))
    gone = [row._mapping[key] for row in rows]
    if gone:
        with home.write() as connection:
            for one in gone:
                connection.execute(table.delete().where(key == one))
    return len(gone)


def blot_rows(
    home: Home,
    table: sa.Table,
    customer: Traces,
    rows: Iterable[sa.Row[Any]],
    columns: Iterable[str],
) -> int:
    """The rows stay, without the customer in these columns."""
    key, names, count = next(iter(table.primary_key.columns)), list(columns), 0
    with home.write() as connection:
        for row in rows:
            values = {name: customer.blotted(row._mapping[table.c[name]]) for name in names}
            connection.execute(table.update().where(key == row._mapping[key]).values(**values))
            count += 1
    return count
