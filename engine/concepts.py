"""What everything below the doors agrees on: money, moments, the shop."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

from engine.errors import BadInput

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
