"""Parquet: native values written out as the text a CSV of the same table would hold."""

from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import BadInput
from engine.reading.rows import Rows, numbered

if TYPE_CHECKING:
    import polars as pl

_MARK = b"PAR1"


def read_columnar(path: Path, name: str) -> Rows:
    import polars as pl

    try:
        with path.open("rb") as file:
            table = pl.read_parquet(file)
    except (pl.exceptions.PolarsError, OSError) as error:
        if not _is_whole(path):
            raise BadInput(
                f"{name} is a Parquet file whose end is missing.", "Export or copy it again."
            ) from error
        raise BadInput(
            f"{name} starts like a Parquet file but cannot be read: {str(error).splitlines()[0]}.",
            "Export or copy it again.",
        ) from error
    text = table.select(_as_text(own, kind, name) for own, kind in table.schema.items())
    return Rows(text, numbered(text))


def _is_whole(path: Path) -> bool:
    """It begins and ends with the same mark."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - len(_MARK)))
        return file.read() == _MARK


def _as_text(name: str, kind: "pl.DataType", where: str) -> "pl.Expr":
    import polars as pl

    column = pl.col(name)
    if isinstance(kind, pl.Datetime):
        return _moment_text(column, kind)
    if kind.is_float():
        return column.fill_nan(None).cast(pl.String)
    if kind.is_nested() or kind == pl.Binary or kind == pl.Object:
        raise BadInput(
            f"Column '{name}' of {where} holds {kind} values, not single ones.",
            "Leave the column out or write it as text.",
        )
    return column.cast(pl.String)


def _moment_text(column: "pl.Expr", kind: "pl.Datetime") -> "pl.Expr":
    zone = kind.time_zone
    moment = column.dt.convert_time_zone("UTC") if zone else column
    text = moment.dt.strftime("%Y-%m-%d %H:%M:%S%.6f").str.strip_suffix(".000000")
    return text + "Z" if zone else text
