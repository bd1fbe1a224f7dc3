"""What a person asks of a load: one list for the command line, the API and the jobs."""

import csv
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from engine.errors import BadInput
from engine.records import RecordKind
from stores.loads import LoadMode
from stores.sources import SqlSource

if TYPE_CHECKING:
    from engine.cleaning import CleaningRules

_RULES = (
    "duplicates", "dates", "decimal", "rates", "guests", "test_rows", "zero_price", "future",
    "discounts",
)  # fmt: skip


class LoadOptions(BaseModel):
    """How a source is read and cleaned, and where it goes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dataset: str | None = Field(None, description="where it goes; without: the only dataset")
    kind: RecordKind | None = Field(None, description="what its rows are; without: recognised")
    mode: LoadMode = Field("append", description="replace: instead of all records of its kinds")
    zone: str | None = Field(None, description="the shop's time zone, e.g. Europe/London")
    currency: str | None = Field(None, description="the shop's currency, e.g. GBP")
    mapping: dict[str, str] = Field({}, description="their column -> our column")
    duplicates: Literal["drop", "keep"] = "drop"
    dates: Literal["dmy", "mdy"] | None = Field(None, description="how to read 03/04/2025")
    decimal: Literal[".", ","] | None = Field(None, description="the decimal sign of 1.234")
    rates: dict[str, Decimal] | None = Field(
        None, description="units of the shop's currency for one of another"
    )
    guests: Literal["impute", "keep", "drop"] = "impute"
    test_rows: Literal["drop", "keep"] = "drop"
    zero_price: Literal["drop", "keep"] = "drop"
    future: Literal["drop", "keep"] = "drop"
    discounts: Literal["off", "included"] = "off"

    @field_validator("mapping", mode="before")
    @classmethod
    def _of_pairs(cls, given: Any) -> Any:
        return given if isinstance(given, Mapping) else dict(given)

    def rules(self) -> "CleaningRules":
        from engine.cleaning import CleaningRules

        return CleaningRules(**{name: getattr(self, name) for name in _RULES})

    def options(self) -> dict[str, Any]:
        """What a job keeps of it."""
        return self.model_dump(mode="json", include=set(LoadOptions.model_fields))


class LoadRequest(LoadOptions):
    """A file, or a table of a database."""

    file: Path | None = None
    name: str = ""  # the file's own name, where it lies under another
    table: SqlSource | None = None

    def __init__(self, file: Path | None = None, **given: Any) -> None:
        given["file"] = file
        super().__init__(**given)

    @property
    def source_name(self) -> str:
        if self.table is not None:
            return self.table.name
        return self.name or (self.file.name if self.file else "")


def read_rates(file: Path) -> dict[str, Decimal]:
    """A CSV of currency and rate: so many units of the shop's currency for one of the other."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            lines = [row for row in csv.reader(opened) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The rates in {file} cannot be read.", "Give a CSV file.") from error
    if lines and [cell.strip().lower() for cell in lines[0]] == ["currency", "rate"]:
        lines = lines[1:]
    return dict(_rate(row, file.name, number) for number, row in enumerate(lines, start=1))


def _rate(row: list[str], where: str, number: int) -> tuple[str, Decimal]:
    cells = [cell.strip() for cell in row]
    try:
        currency, rate = cells[0].upper(), Decimal(cells[1])
    except (IndexError, InvalidOperation):
        currency, rate = "", Decimal(0)
    if len(cells) != 2 or len(currency) != 3 or not rate.is_finite() or rate <= 0:
        raise BadInput(
            f"{where}, rate {number}: '{','.join(row)}' is no currency and rate.",
            "Write one a line, e.g. EUR,0.86 where one euro is 0.86 of the shop's currency.",
        )
    return currency, rate
