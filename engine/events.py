"""Events as the stream brings them: each message read alone, then all as canonical records.

An event is one JSON object with the keys that engine.concepts marks as given; others are let by.
What cannot be used is dead: it is kept with its reason and counts nowhere. Messages are never
joined before they are read, so no message can smuggle a second one in.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from engine.cleaning.rules import ERASED_CUSTOMER
from engine.cleaning.transactions import drop_conditions
from engine.concepts import (
    UNKNOWN_CURRENCY,
    Shop,
    require_aware,
)
from engine.records import TRANSACTION_COLUMNS, record_schema

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

NO_VALUE = "no value"
NOT_AN_OBJECT = "not one JSON object"
NOT_UTF8 = "not UTF-8"
WRONG_KEY = "a key is missing or of the wrong type"
TOO_LONG = "too long"
NUL_IN_ID = "a NUL character in an id"
NO_EVENT_ID = "no event id"
OTHER_CURRENCY = "another currency than the shop's"
EARLY_DATE = "date before 1970"

LONGEST = 100_000  # bytes of one event
_LONGEST_KEY = 200  # characters of an id
_ISO = r"^[12]\d{3}[-/.]"
_HEX_ID = "^[0-9a-f]{32}$"


class Event(msgspec.Struct, gc=False):
    """The keys of engine.concepts; a number may be written as text, which keeps it exact."""

    event_id: str
    occurred_at: str
    quantity: int | float | str
    unit_price: int | float | str
    order_id: str | int | None = None
    line: int | None = None
    customer_id: str | int | None = None
    product_id: str | int | None = None
    product: str | None = None
    category: str | None = None
    country: str | None = None
    channel: str | None = None
    currency: str | None = None
    discount: int | float | str | None = None


_DECODER = msgspec.json.Decoder(Event)


@dataclass(frozen=True)
class Dead:
    """A message that cannot be used: its place in the batch, and why."""

    place: int
    reason: str
    detail: str = ""


@dataclass(frozen=True, eq=False)
class Decoded:
    """`rows` in the canonical schema, one for each usable message, in the order they came."""

    rows: "pa.Table"
    dead: tuple[Dead, ...]
    places: tuple[int, ...]  # of the rows among the messages


def decode_events(
    values: Sequence[bytes | None], shop: Shop, load_id: str, now: datetime
) -> Decoded:
    import polars as pl

    require_aware(now)
    events, places, dead = read_events(values)
    worked = _with_amounts(_with_moments(_columns(events), shop), shop)
    worked = worked.with_columns(place=pl.Series(places, dtype=pl.Int64), reason=_reason(shop, now))
    refused = worked.filter(pl.col("reason").is_not_null()).select("place", "reason")
    dead += [Dead(place, reason) for place, reason in refused.iter_rows()]
    taken = worked.filter(pl.col("reason").is_null()) if len(refused) else worked
    rows = _canonical(taken, shop, load_id)
    return Decoded(rows, _in_order(dead), tuple(taken["place"].to_list()))


def without_erased(
    decoded: Decoded,
    values: Sequence[bytes | None],
    erased: Callable[[Iterable[str]], set[str]],
) -> Decoded:
    """`erased` says which of some ids were erased; a message of theirs is dead for that alone."""
    import polars as pl

    customers = pl.Series(decoded.rows["customer_id"])
    named = {dead.place: _customer_in(values[dead.place]) for dead in decoded.dead}
    gone = erased({*customers.drop_nulls().unique(), *filter(None, named.values())})
    if not gone:
        return decoded
    theirs = customers.is_in(sorted(gone)).fill_null(False)
    dead = [Dead(place, ERASED_CUSTOMER) for place, its in zip(decoded.places, theirs, strict=True)
            if its]  # fmt: skip
    for one in decoded.dead:
        dead.append(Dead(one.place, ERASED_CUSTOMER) if named[one.place] in gone else one)
    left = [place for place, its in zip(decoded.places, theirs, strict=True) if not its]
    return Decoded(decoded.rows.filter((~theirs).to_arrow()), _in_order(dead), tuple(left))


def _customer_in(value: bytes | None) -> str | None:
    """Whom a message names that cannot be used otherwise."""
    try:
        found = msgspec.json.decode(value or b"")
    except (ValueError, RecursionError):
        return None
    customer = found.get("customer_id") if isinstance(found, dict) else None
    return None if customer is None else str(customer).strip()


def _in_order(dead: Sequence[Dead]) -> tuple[Dead, ...]:
    return tuple(sorted(dead, key=lambda one: one.place))


def read_events(values: Sequence[bytes | None]) -> tuple[list[Event], list[int], list[Dead]]:
    """The events, the place of each among the messages, and the messages that are none."""
    events: list[Event] = []
    places: list[int] = []
    dead: list[Dead] = []
    decode = _DECODER.decode
    for place, value in enumerate(values):
        try:
            if value is None or len(value) > LONGEST:
                dead.append(Dead(place, NO_VALUE if value is None else TOO_LONG))
                continue
            events.append(decode(value))
            places.append(place)
        except (
            ValueError,
            RecursionError,
        ) as error:  # all that msgspec finds wrong is a ValueError
            dead.append(Dead(place, _reason_of(error, value), str(error)[:300]))
    return events, places, dead


def _reason_of(error: Exception, value: bytes | None) -> str:
    if not value or not value.strip():
        return NO_VALUE
    if isinstance(error, UnicodeDecodeError):
        return NOT_UTF8
    # An object, but for one of its keys: msgspec says at which, or which is missing.
    told = str(error)
    in_a_key = " - at `$." in told or told.startswith("Object missing")
    return WRONG_KEY if in_a_key else NOT_AN_OBJECT


# ---- from events to columns ------------------------------------------------------------------


def _columns(events: Sequence[Event]) -> "pl.DataFrame":
    """Every key a column of trimmed text; empty text is nothing."""
    import polars as pl

    names = Event.__struct_fields__
    values = {name: list(map(attrgetter(name), events)) for name in names}
    lines = [line if line is not None and 1 <= line < 2**31 else None for line in values["line"]]
    frame = pl.DataFrame([_texts(name, values[name]) for name in names if name != "line"])
    trimmed = frame.with_columns(pl.all().str.strip_chars())
    emptied = trimmed.with_columns(pl.when(pl.all() != "").then(pl.all()))
    return emptied.with_columns(line=pl.Series(lines, dtype=pl.Int32))


def _texts(name: str, values: Sequence[str | int | float | None]) -> "pl.Series":
    """Most producers write text; a number among them is written as JSON writes it."""
    import polars as pl

    if not set(map(type, values)) <= {str, type(None)}:
        values = [v if v is None or type(v) is str else repr(v) for v in values]
    return pl.Series(name, values, dtype=pl.String)


def _with_moments(rows: "pl.DataFrame", shop: Shop) -> "pl.DataFrame":
    """UTC moments: most are written alike and read at once, the rest by the rules of cleaning."""
    import polars as pl

    from engine.cleaning.moments import read_moments

    text = pl.col("occurred_at")
    plain = rows.select(
        text.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False, time_unit="us")
        .dt.replace_time_zone("UTC")
        .alias("moment")
    )
    rows = rows.hstack(plain)
    # Only year-first texts: no other event could decide between day and month.
    left = rows.select(pl.when(pl.col("moment").is_null() & text.str.contains(_ISO)).then(text))
    if left.to_series().null_count() == len(rows):
        return rows
    moments = read_moments(left.to_series(), shop.zone, None).utc.alias("slowly")
    return rows.hstack([moments]).with_columns(moment=pl.coalesce("moment", "slowly"))


def _with_amounts(rows: "pl.DataFrame", shop: Shop) -> "pl.DataFrame":
    import polars as pl

    from engine.cleaning.amounts import exact_number, total_minor
    from engine.cleaning.mending import is_cancelled_order, is_fee, is_test_row

    code, cancelling = pl.col("product_id"), is_cancelled_order(pl.col("order_id"))
    rows = rows.with_columns(
        amount=exact_number(pl.col("quantity")),
        price=exact_number(pl.col("unit_price")),
        discount=exact_number(pl.col("discount")),
        dated=pl.col("occurred_at").is_not_null(),
        counted=pl.col("quantity").is_not_null(),
        charged=pl.col("unit_price").is_not_null(),
        test_row=is_test_row(code),
    )
    cancelled_sale = (cancelling & (pl.col("amount") > 0)).fill_null(False)
    rows = rows.with_columns(
        amount=pl.when(cancelled_sale).then(-pl.col("amount")).otherwise("amount")
    )
    net = pl.col("price")
    if rows["discount"].null_count() < len(rows):
        net = net - pl.col("discount").fill_null(0)
    return rows.with_columns(
        total_minor=total_minor(pl.col("amount"), net, shop.currency),
        line_kind=pl.when(is_fee(code))
        .then(pl.lit("fee"))
        .when(pl.col("amount") < 0)
        .then(pl.lit("return"))
        .otherwise(pl.lit("sale")),
    )


def _reason(shop: Shop, now: datetime) -> "pl.Expr":
    """The first reason that makes an event dead; those of cleaning under the names they have."""
    import polars as pl

    ids = pl.col("event_id", "customer_id", "order_id")
    applies: dict[str, pl.Expr] = {
        NO_EVENT_ID: pl.col("event_id").is_null(),
        TOO_LONG: pl.any_horizontal(ids.str.len_chars() > _LONGEST_KEY),
        NUL_IN_ID: pl.any_horizontal(ids.str.contains("\0", literal=True)),  # no text in PostgreSQL
        EARLY_DATE: pl.col("moment") < datetime(1970, 1, 1, tzinfo=UTC),
        **drop_conditions(now),
    }
    if shop.currency != UNKNOWN_CURRENCY:
        applies[OTHER_CURRENCY] = pl.col("currency").str.to_uppercase() != shop.currency
    return pl.coalesce(pl.when(test).then(pl.lit(name)) for name, test in applies.items())


def _canonical(taken: "pl.DataFrame", shop: Shop, load_id: str) -> "pa.Table":
    import polars as pl

    local = pl.col("moment").dt.convert_time_zone(shop.zone)
    moment = pl.col("moment").dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")
    derived = pl.format("{}@{}", pl.col("customer_id").fill_null("guest"), moment)
    no_order = taken["order_id"].null_count() > 0
    schema = record_schema()
    ready = taken.with_columns(
        _event_ids(taken["event_id"]),
        order_id=pl.coalesce("order_id", derived) if no_order else pl.col("order_id"),
        line=pl.col("line").fill_null(1),
        occurred_at=pl.col("moment"),
        local_date=local.dt.date(),
        local_hour=local.dt.hour(),
        weekday=local.dt.weekday(),
        quantity=pl.col("amount").cast(pl.Float64),
        unit_price=pl.col("price"),
        load_id=pl.lit(load_id),
    )
    return ready.select(schema.names).to_arrow().cast(schema)


def _event_ids(given: "pl.Series") -> "pl.Series":
    """32 hex digits: the id itself where it has that form, else a digest of it."""
    import polars as pl

    lower = given.str.to_lowercase()
    fits = lower.str.contains(_HEX_ID)
    if fits.all():
        return lower
    digests = [blake2b(text.encode(), digest_size=16).hexdigest() for text in given]
    return lower.zip_with(fits, pl.Series("event_id", digests, dtype=pl.String))


# ---- from records to events --------------------------------------------------------------------


def to_messages(rows: "pa.Table") -> "list[tuple[str | None, bytes]]":
    """The customer and the message of each record, in the order in which they occurred."""
    given = [name for name, _, is_given, _ in TRANSACTION_COLUMNS if is_given]
    encode = msgspec.json.Encoder().encode
    found = []
    for row in rows.sort_by("occurred_at").select(given).to_pylist():
        row["occurred_at"] = row["occurred_at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        row["unit_price"] = str(row["unit_price"])
        row["discount"] = None if row["discount"] is None else str(row["discount"])
        found.append((row["customer_id"], encode(row)))
    return found
