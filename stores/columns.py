"""The kinds of columns that the tables of the service state are made of."""

import re
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class MomentColumn(sa.types.TypeDecorator[datetime]):
    """An aware moment; kept as UTC without a zone, because SQLite knows no zones."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class TextColumn(sa.types.TypeDecorator[str]):
    """Any text that people or programs send. PostgreSQL keeps no NUL and no half of a character,
    so they become the sign for an unreadable one, on SQLite too: the two answer alike."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else storable(value)


class LongTextColumn(TextColumn):
    impl = sa.Text
    cache_ok = True


JSON = sa.JSON(none_as_null=True)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text)
