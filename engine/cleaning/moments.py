"""Dates and times read from text, and placed in the shop's zone.

Understood: year first (2011-04-03 08:26, T or blank, fraction, Z or offset), year last
(03/04/2011 8:26, also with . or -, two-digit years, AM and PM), the month as a word (5 Jan 2024),
and bare numbers: 20240105 and 20240105103000, seconds since 1970 and their thousandths, millionths
and billionths (in UTC, by their 10, 13, 16 or 19 digits), and the days since 30 December 1899 that
workbooks count in (45296.4375, on the shop's clock). Each different text is read once.

A zone in the text wins over the shop's. Where clocks change, one rule, that of Python's fold=0: a
time that the shop's clock showed twice is the first of the two; a time that it skipped is counted
with the offset from before the change.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, get_args
from zoneinfo import ZoneInfo

from engine.cleaning.months import with_numbered_months
from engine.cleaning.rules import DateOrder
from engine.errors import BadInput, NeedsChoice

if TYPE_CHECKING:
    import polars as pl

_DAY = (
    r"^(?:(?<long_year>[12]\d{3})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})"
    r"|(?<first>\d{1,2})[-/.](?<second>\d{1,2})[-/.](?<year>[12]\d{3}|\d{2}))"
)
_CLOCK = (
    r"(?:[T ]+(?<hour>[01]?\d|2[0-3]):(?<minute>[0-5]\d)(?::(?<seconds>[0-5]\d)"
    r"(?:[.,](?<fraction>\d+))?)? *(?<half>[AaPp]\.?[Mm]\.?)?"
    r" *(?<offset>[Zz]|(?i:UTC|GMT)|[+-]\d{2}(?::?\d{2})?)?"
    r"(?: *(?i:\[[\w/]+\]|\([A-Z]+\)|Z))?)?$"
)
_NUMBER = r"^\d+(?:\.\d+)?$"
_TICKS = {10: 1_000_000, 13: 1_000, 16: 1}  # digits of a time since 1970 -> microseconds in one
_FIRST_WORKBOOK_DAY = datetime(1899, 12, 30)  # noqa: DTZ001  (a day on the shop's calendar)
_WORKBOOK_DAYS = (20_000, 80_000)  # 1954 to 2119
CENTURY_TURN = 70  # a two-digit year from here on is 19xx


@dataclass(frozen=True)
class Moments:
    """One UTC moment a text, null where it is no date; and what was assumed to read them."""

    utc: "pl.Series"
    assumed: dict[str, str]


def read_moments(texts: "pl.Series", zone: str, order: DateOrder | None) -> Moments:
    import polars as pl

    require_zone(zone)
    distinct = texts.unique(maintain_order=True).drop_nulls().alias("text").to_frame()
    found = texts.alias("text").to_frame()
    moments, assumed = read_distinct(distinct["text"], zone, order)
    known = distinct.with_columns(moments.alias("utc"))
    utc = found.join(known, on="text", how="left", maintain_order="left")["utc"]
    return Moments(utc.cast(pl.Datetime("us", "UTC")), assumed)


def read_distinct(
    texts: "pl.Series", zone: str, order: DateOrder | None
) -> tuple["pl.Series", dict[str, str]]:
    """The UTC moment of each text, null where it is none; and what was assumed."""
    import polars as pl

    require_zone(zone)
    frame = texts.alias("text").to_frame().with_columns(form=with_numbered_months(texts))
    parts = frame.with_columns(pl.col("form").str.extract_groups(_DAY + _CLOCK).struct.unnest())
    order, assumed = _settle_order(parts, order)
    written = _utc(_naive(order), zone)
    counted = pl.when(pl.col("form").str.contains(_NUMBER)).then(_counted(zone))
    utc = parts.select(utc=pl.coalesce(written, counted))["utc"]
    return utc, assumed | _counting(texts, utc) | {
        "times": f"a time without a zone is a time in {zone}"
    }  # fmt: skip


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


def _undecided(example: str, proofs: dict[DateOrder, list[str]]) -> NeedsChoice:
    message = f"'{example}' can be read in two ways, and no other date decides."
    if any(proofs.values()):
        example = proofs["mdy"][0]
        message = (
            f"Dates are written in two ways: '{proofs['dmy'][0]}' has the day first, "
            f"'{example}' has the month first."
        )
    hint = "Say which comes first: --dates dmy or --dates mdy."
    return NeedsChoice(message, hint, choice="dates", options=get_args(DateOrder), example=example)


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
    half = pl.col("half").str.to_lowercase().str.replace_all(".", "", literal=True)
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
    minutes = digits.str.slice(1, 2).cast(pl.Int32, strict=False).fill_null(
        0
    ) * 60 + digits.str.slice(3, 2).cast(pl.Int32, strict=False).fill_null(0)
    signed = pl.when(offset.str.starts_with("-")).then(-minutes).otherwise(minutes)
    stated = (naive - pl.duration(minutes=signed)).dt.replace_time_zone("UTC")
    return pl.when(offset.is_null()).then(_from_wall_clock(naive, zone)).otherwise(stated)


def _counted(zone: str) -> "pl.Expr":
    """A bare number: a day written without signs, ticks since 1970, or a workbook's day."""
    import polars as pl

    form = pl.col("form")
    whole = form.str.replace(r"\..*$", "")
    digits, number = whole.str.len_chars(), form.cast(pl.Float64, strict=False)
    ticks = whole.cast(pl.Int64, strict=False)
    ticks_of_form = [pl.when(digits == 19).then(ticks // 1000)]
    for length, unit in _TICKS.items():
        fraction = ((number - number.floor()) * unit).round().cast(pl.Int64, strict=False)
        ticks_of_form.append(pl.when(digits == length).then(ticks * unit + fraction))
    since_1970 = pl.from_epoch(pl.coalesce(ticks_of_form), "us").dt.replace_time_zone("UTC")
    micros = ((number % 1) * 86_400_000).round().cast(pl.Int64, strict=False) * 1000
    day = pl.when(number.is_between(*_WORKBOOK_DAYS)).then(number.floor().cast(pl.Int64))
    workbook = pl.lit(_FIRST_WORKBOOK_DAY) + pl.duration(days=day, microseconds=micros)
    return pl.coalesce(
        pl.when(digits.is_in([8, 14]) & (form == whole)).then(_from_wall_clock(_unsigned(), zone)),
        since_1970,
        pl.when(digits == 5).then(_from_wall_clock(workbook, zone)),
    )


def _unsigned() -> "pl.Expr":
    import polars as pl

    full = pl.col("form").str.pad_end(14, "0")
    return full.str.to_datetime("%Y%m%d%H%M%S", strict=False, time_unit="us")


def _counting(texts: "pl.Series", utc: "pl.Series") -> dict[str, str]:
    """Says how bare numbers were read."""
    numbers = texts.filter(utc.is_not_null() & texts.str.contains(_NUMBER))
    if not len(numbers):
        return {}
    whole = len(str(numbers[0]).split(".")[0])
    unit = {5: "days of a workbook", 8: "year, month and day", 14: "year to second",
            10: "seconds since 1970", 13: "milliseconds since 1970",
            16: "microseconds since 1970", 19: "nanoseconds since 1970"}[whole]  # fmt: skip
    return {"numbers as dates": f"'{numbers[0]}' is {unit}"}


def _from_wall_clock(naive: "pl.Expr", zone: str) -> "pl.Expr":
    """A skipped time does not exist in the zone; the same time a day earlier has the old offset."""
    import polars as pl

    day = pl.duration(days=1)
    plain = _placed(naive, zone)
    return pl.coalesce(plain, _placed(naive - day, zone) + day)


def _placed(naive: "pl.Expr", zone: str) -> "pl.Expr":
    placed = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return placed.dt.convert_time_zone("UTC")
