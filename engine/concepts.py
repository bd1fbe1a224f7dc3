"""The canonical records: what every source is brought to, and what the stream speaks.

One row is one line of one order. A source row keeps nothing of its own form after cleaning:
whatever the export called its columns, they become these.

The stream speaks the same words: an event is a JSON object whose keys are the columns below that
are marked as given (E), e.g.

    {"event_id": "0f...", "order_id": "489434", "line": 1, "customer_id": "13085",
     "occurred_at": "2009-12-01T07:45:00Z", "product_id": "85048", "product": "GLASS BALL",
     "country": "United Kingdom", "quantity": 12, "unit_price": "6.95", "currency": "GBP"}

The columns that are not given are worked out once, at cleaning, with the shop's own zone and
currency, so that nothing below the doors converts a zone or rounds money.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from engine.errors import BadInput

if TYPE_CHECKING:
    import pyarrow as pa

LineKind = Literal["sale", "return", "fee"]

# name, Arrow type, given by an event (E) or worked out, meaning
TRANSACTION_COLUMNS: tuple[tuple[str, str, bool, str], ...] = (
    (
        "event_id",
        "string",
        True,
        "32 hex digits: of the event, or of all source columns of the row",
    ),
    ("line_kind", "string", False, "sale, return (negative quantity) or fee (no product)"),
    ("order_id", "string", True, "the invoice; with customer_id it makes one order"),
    ("line", "int32", True, "position in the order, from 1"),
    ("customer_id", "string", True, "who bought; empty for a guest"),
    ("occurred_at", "timestamp", True, "when it was sold; kept in UTC"),
    ("local_date", "date32", False, "the shop's calendar day"),
    ("local_hour", "int8", False, "the shop's hour, 0..23"),
    ("weekday", "int8", False, "the shop's weekday, 1 = Monday"),
    ("product_id", "string", True, "the product's code"),
    ("product", "string", True, "what the product is called"),
    ("category", "string", True, "the product's category"),
    ("country", "string", True, "where it was sold"),
    ("channel", "string", True, "shop, online, ..."),
    ("quantity", "double", True, "how many; negative for a return"),
    ("unit_price", "decimal", True, "price of one, in the shop's currency; kept as decimal(18, 6)"),
    ("total_minor", "int64", False, "quantity x unit_price, half-even at the currency's exponent"),
    ("load_id", "string", False, "the load that brought the row"),
)

# Currencies whose smallest unit is not a hundredth (ISO 4217); XXX is "currency unknown".
_EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND",
         "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}  # fmt: skip
UNKNOWN_CURRENCY = "XXX"


def currency_exponent(currency: str) -> int:
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True)
class Money:
    """An amount in integer minor units."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> "Money":
        scaled = amount.scaleb(currency_exponent(currency))
        return cls(int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)), currency)

    @property
    def major(self) -> Decimal:
        return Decimal(self.minor).scaleb(-currency_exponent(self.currency))

    def to_json(self) -> dict[str, object]:
        return {"minor": self.minor, "currency": self.currency}


@dataclass(frozen=True)
class Shop:
    """What a dataset knows about its shop."""

    zone: str = "UTC"
    currency: str = UNKNOWN_CURRENCY


def transaction_schema() -> "pa.Schema":
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "int32": pa.int32(),
        "int8": pa.int8(),
        "int64": pa.int64(),
        "double": pa.float64(),
        "date32": pa.date32(),
        "decimal": pa.decimal128(18, 6),
        "timestamp": pa.timestamp("us", tz="UTC"),
    }
    return pa.schema([(name, types[kind]) for name, kind, _, _ in TRANSACTION_COLUMNS])


def require_aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a zone: {moment!r}")
    return moment


@dataclass(frozen=True)
class Moment:
    """A point in time as the shop lives it: the instant and the shop's calendar day."""

    at: datetime
    local_date: date
    zone: str

    @classmethod
    def of(cls, at: datetime, zone: str) -> "Moment":
        local = require_aware(at).astimezone(ZoneInfo(zone))
        return cls(at.astimezone(UTC), local.date(), zone)

    @classmethod
    def midnight(cls, day: date, zone: str) -> "Moment":
        return cls.of(datetime.combine(day, time(), ZoneInfo(zone)), zone)

    @classmethod
    def parse(cls, text: str, zone: str) -> "Moment":
        """A date is shop-local midnight; a moment without a zone is the shop's own."""
        try:
            parsed = datetime.fromisoformat(text)
        except ValueError:
            raise BadInput(
                f"'{text}' is no date or moment.", "Write 2025-11-30 or 2025-11-30T14:00."
            ) from None
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=ZoneInfo(zone))
        return cls.of(parsed, zone)

    @property
    def local(self) -> datetime:
        return self.at.astimezone(ZoneInfo(self.zone))

    def days_before(self, days: int) -> "Moment":
        """The same local time `days` calendar days earlier."""
        return Moment.of(
            (self.local.replace(tzinfo=None) - timedelta(days=days)).replace(
                tzinfo=ZoneInfo(self.zone)
            ),
            self.zone,
        )

    def iso(self) -> str:
        return self.local.isoformat()
