"""Dates and times read from text, and placed in the shop's zone.

Understood: year first (2011-04-03 08:26, T or blank, fraction, Z or offset), and year last
(03/04/2011 8:26, also with . or -, two-digit years, AM and PM). Each different text is read once.

Where clocks change, one rule, that of Python's fold=0: a time that the shop's clock showed twice
is the first of the two; a time that it skipped is counted with the offset from before the change.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args
from zoneinfo import ZoneInfo

from engine.cleaning.rules import DateOrder
from engine.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

_DAY = (
    r"^(?:(?<long_year>[12]\d{3})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})"
    r"|(?<first>\d{1,2})[-/.](?<second>\d{1,2})[-/.](?<year>[12]\d{3}|\d{2}))"
)
_CLOCK = (
    r"(?:[T ]+(?<hour>[01]?\d|2[0-3]):(?<minute>[0-5]\d)(?::(?<seconds>[0-5]\d)"
    r"(?:[.,](?<fraction>\d+))?)? *(?<half>[AaPp][Mm])? *(?<offset>Z|[+-]\d{2}:?\d{2})?)?$"
)
CENTURY_TURN = 70  # a two-digit year from here on is 19xx


@dataclass(frozen=True)
class Moments:
    """One UTC moment a text, null where it is no date; and what was assumed to read them."""

    utc: "pl.Series"
    assumed: dict[str, str]


class Undecided(BadInput):
    """Day and month cannot be told apart; `example` is a text that shows it."""

    def __init__(self, message: str, example: str) -> None:
        super().__init__(message, "Say which comes first: --dates dmy or --dates mdy.")
        self.example = example


def read_moments(texts: "pl.Series", zone: str, order: DateOrder | None) -> Moments:
    import polars as pl

    require_zone(zone)
    distinct = texts.unique(maintain_order=True).drop_nulls().alias("text").to_frame()
    parts = distinct.with_columns(pl.col("text").str.extract_groups(_DAY + _CLOCK).struct.unnest())
    order, assumed = _settle_order(parts, order)
    moments = parts.select("text", utc=_utc(_naive(order), zone))
    found = texts.alias("text").to_frame().join(moments, on="text", how="left",
                                                maintain_order="left")  # fmt: skip
    assumed["times"] = f"a time without a zone is a time in {zone}"
    return Moments(found["utc"], assumed)


def local_moment(moment: "pl.Expr", zone: str) -> "pl.Expr":
    return moment.dt.convert_time_zone(zone)


def require_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise BadInput(
            f"'{zone}' is no time zone.", "Give one such as Europe/London or UTC."
        ) from error


# ---- day or month first ----------------------------------------------------------------------


def _settle_order(
    parts: "pl.DataFrame", order: DateOrder | None
) -> tuple[DateOrder, dict[str, str]]:
    """The order that was asked for, or the only one that the data allow."""
    import polars as pl

    first, second = pl.col("first").cast(pl.Int32), pl.col("second").cast(pl.Int32)
    open_forms = parts.filter(first.is_not_null(), first != second)
    if not len(open_forms):
        return order or "dmy", {}
    words = {"dmy": "the day comes before the month", "mdy": "the month comes before the day"}
    if order is not None:
        return order, {"dates": f"{words[order]}, as asked"}
    proofs: dict[DateOrder, list[str]] = {
        "dmy": open_forms.filter(first > 12, second <= 12)["text"].to_list(),
        "mdy": open_forms.filter(first <= 12, second > 12)["text"].to_list(),
    }
    proven = [choice for choice in get_args(DateOrder) if proofs[choice]]
    if len(proven) == 1:
        return proven[0], {"dates": f"{words[proven[0]]}: '{proofs[proven[0]][0]}' shows it"}
    raise _undecided(open_forms["text"][0], proofs)


def _undecided(example: str, proofs: dict[DateOrder, list[str]]) -> Undecided:
    if any(proofs.values()):
        return Undecided(
            f"Dates are written in two ways: '{proofs['dmy'][0]}' has the day first, "
            f"'{proofs['mdy'][0]}' has the month first.",
            proofs["mdy"][0],
        )
    return Undecided(f"'{example}' can be read in two ways, and no other date decides.", example)


# ---- from parts to a moment ------------------------------------------------------------------


def _naive(order: DateOrder) -> "pl.Expr":
    """What the clock on the wall showed; null when there is no such day or time."""
    import polars as pl

    day_part, month_part = ("first", "second") if order == "dmy" else ("second", "first")
    short = pl.col("year").cast(pl.Int32)
    century = pl.when(short < CENTURY_TURN).then(2000).otherwise(1900)
    year = pl.when(pl.col("year").str.len_chars() == 2).then(short + century).otherwise(short)
    written = pl.format(
        "{}-{}-{} {}:{}:{}",
        pl.coalesce(pl.col("long_year").cast(pl.Int32), year),
        pl.coalesce("month", month_part).str.zfill(2),
        pl.coalesce("day", day_part).str.zfill(2),
        _hour().cast(pl.String).str.zfill(2),
        pl.col("minute").fill_null("00"),
        pl.col("seconds").fill_null("00"),
    )
    moment = written.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
    micros = pl.col("fraction").str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64)
    return moment + pl.duration(microseconds=micros.fill_null(0))


def _hour() -> "pl.Expr":
    """0..23; null for an hour that the half of the day cannot have (14 PM, 0 AM)."""
    import polars as pl

    hour = pl.col("hour").cast(pl.Int32)
    half = pl.col("half").str.to_lowercase()
    possible = hour.is_between(1, 12)
    return (
        pl.when(half.is_null())
        .then(hour.fill_null(0))
        .when(possible)
        .then(hour % 12 + pl.when(half == "pm").then(12).otherwise(0))
    )


def _utc(naive: "pl.Expr", zone: str) -> "pl.Expr":
    import polars as pl

    offset = pl.col("offset")
    digits = offset.str.replace(":", "", literal=True)
    minutes = (
        digits.str.slice(1, 2).cast(pl.Int32, strict=False) * 60
        + digits.str.slice(3, 2).cast(pl.Int32, strict=False)
    ).fill_null(0)
    signed = pl.when(offset.str.starts_with("-")).then(-minutes).otherwise(minutes)
    stated = (naive - pl.duration(minutes=signed)).dt.replace_time_zone("UTC")
    return pl.when(offset.is_null()).then(_from_wall_clock(naive, zone)).otherwise(stated)


def _from_wall_clock(naive: "pl.Expr", zone: str) -> "pl.Expr":
    """A skipped time does not exist in the zone; the same time a day earlier has the old offset."""
    import polars as pl

    day = pl.duration(days=1)
    plain = _placed(naive, zone)
    return pl.coalesce(plain, _placed(naive - day, zone) + day)


def _placed(naive: "pl.Expr", zone: str) -> "pl.Expr":
    placed = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return placed.dt.convert_time_zone("UTC")
