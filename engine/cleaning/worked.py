"""What every kind of record is worked out with: cells, moments, reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.cleaning.cells import Cells
from engine.cleaning.moments import read_distinct
from engine.cleaning.rules import DROPPED_REASONS, PADDED_TEXT, CleaningRules
from engine.concepts import Shop
from engine.errors import NeedsChoice
from engine.reading import Source

if TYPE_CHECKING:
    import polars as pl

_NO_CLOCK = r"[T ]00:00(:00(\.0+)?)?$"  # the empty time of a day whose time stands apart


@dataclass(frozen=True, eq=False)
class Worked:
    """`rows`: one a source row, with `reason` (null: it is taken), the canonical columns but for
    event_id and load_id, and a mark a reason it was mended for.
    """

    rows: "pl.DataFrame"
    shop: Shop
    assumed: dict[str, str]
    noted: dict[str, int] = field(default_factory=dict)


def cells_of(
    source: Source, untouched: tuple[str, ...] = ()
) -> tuple[dict[str, Cells], "pl.Series"]:
    """The recognised columns without blanks around; and which rows had any."""
    import polars as pl

    padded = pl.repeat(False, len(source.table), dtype=pl.Boolean, eager=True).alias(PADDED_TEXT)
    found = Cells.of_all(source.rows.drop(untouched, strict=False))
    for name, cells in found.items():
        found[name], had_blanks = cells.trimmed()
        padded = padded | had_blanks
    return found, padded


def moment_columns(
    cells: Mapping[str, Cells], source: Source, zone: str, rules: CleaningRules
) -> tuple[dict[str, "pl.Series"], dict[str, str]]:
    """`moment` in UTC, and the shop's calendar day, hour and weekday."""

    dates = cells["occurred_at"]
    try:
        utc, assumed = read_distinct(dates.values, zone, rules.dates)
    except NeedsChoice as error:
        raise _placed(error, source, "occurred_at", dates) from error
    local = utc.dt.convert_time_zone(zone)
    found = {
        "moment": utc,
        "local_date": local.dt.date(),
        "local_hour": local.dt.hour(),
        "weekday": local.dt.weekday(),
    }
    spread = {name: dates.spread(values).alias(name) for name, values in found.items()}
    return spread | {"dated": dates.codes.is_not_null().alias("dated")}, assumed


def with_times(cells: dict[str, Cells]) -> dict[str, Cells]:
    """A time of day that stands apart joins its day."""
    import polars as pl

    if "time" not in cells:
        return cells
    day = cells["occurred_at"].texts().str.replace(_NO_CLOCK, "")
    clock = cells["time"].texts()
    joined = pl.select(
        pl.coalesce(pl.concat_str([day, clock], separator=" "), day).alias("occurred_at")
    )["occurred_at"]
    return {**cells, "occurred_at": Cells.of(joined)}


def _placed(error: NeedsChoice, source: Source, column: str, cells: Cells) -> NeedsChoice:
    """The same question with the file, line and column of its example."""
    place = cells.values.index_of(error.example)
    row = None if place is None else cells.codes.index_of(place)
    where = source.name if row is None else source.place(row, column)
    return NeedsChoice(
        f"{where}: {error.message}", error.hint, error.choice, error.options, error.example
    )


def place_of_choice(error: NeedsChoice, source: Source, cells: Mapping[str, Cells]) -> NeedsChoice:
    for name, column in cells.items():
        if column.values.index_of(error.example) is not None:
            return _placed(error, source, name, column)
    return error


def first_reason(applies: Mapping[str, "pl.Expr"], rules: CleaningRules) -> "pl.Expr":
    """The first reason to drop a row, in the published order; null when it is taken."""
    import polars as pl

    waived = rules.waived()
    names = [name for name in DROPPED_REASONS if name in applies and name not in waived]
    return pl.coalesce(pl.when(applies[name]).then(pl.lit(name)) for name in names).alias("reason")


def optional_moments(
    cells: dict[str, Cells], source: Source, zone: str, rules: CleaningRules
) -> tuple[dict[str, "pl.Series"], dict[str, str]]:
    """The same where a time may be missing; `unread`: rows with one that cannot be read."""
    cells = dict(cells)
    if "occurred_at" not in cells:
        cells["occurred_at"] = Cells.absent("occurred_at", len(source.table))
    found, assumed = moment_columns(with_times(cells), source, zone, rules)
    unread = found["dated"] & found["moment"].is_null()
    return found | {"unread": unread.alias("unread")}, assumed
