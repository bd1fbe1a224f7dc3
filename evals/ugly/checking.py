"""What the engine makes of an ugly file, held against the truth: a sentence for each difference."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cleaning import FIXED_REASONS, Cleaned, CleaningRules, clean, drop_known
from engine.concepts import Shop
from engine.reading import read_source
from evals.ugly.row import RATE, Row
from evals.ugly.style import Style
from evals.ugly.writing import UglyFile, write_ugly

if TYPE_CHECKING:
    import pyarrow as pa

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)


def differences(seed: int, folder: Path) -> list[str]:
    """Nothing, when each row of the file fared as it had to."""
    file = write_ugly(seed, folder)
    cleaned = clean_ugly(file)
    found = [*_fates(file, cleaned), *_account(file, cleaned), *_again(file, cleaned)]
    return [f"{file.path.name}: {each}" for each in found]


def clean_ugly(file: UglyFile) -> Cleaned:
    style = file.style
    source = read_source(file.path)
    other = "EUR" if style.currency == "GBP" else "GBP"
    rules = CleaningRules(guests=style.guests, rates={other: RATE})
    return clean(source, Shop(style.zone, style.currency), "load_1", NOW, rules)


def _fates(file: UglyFile, cleaned: Cleaned) -> Iterator[str]:
    dropped = {row["line"]: row["reason"] for row in cleaned.dropped.to_pylist()}
    taken = _taken(cleaned)
    for line, row in file.rows.items():
        if dropped.get(line, "") != row.dropped:
            yield f"line {line} dropped for '{dropped.get(line, '')}', not '{row.dropped}'"
        elif line in taken:
            yield from _unlike(line, row, *taken[line])
        elif not row.dropped:
            yield f"line {line} is nowhere"
    for line in (dropped.keys() | taken.keys()) - file.rows.keys():
        yield f"line {line} holds no row"


def _taken(cleaned: Cleaned) -> dict[int, tuple[str, frozenset[str], dict[str, object]]]:
    """Each kept row by its line: its kind, what was mended in it, its values."""
    rows = [(kind, row) for kind, table in cleaned.tables.items() for row in table.to_pylist()]
    marks = cleaned.marks.to_dicts()
    lines = cleaned.source.lines
    return {
        lines[mark["row"]]: (kind, frozenset(r for r in FIXED_REASONS if mark[r]), row)
        for (kind, row), mark in zip(rows, marks, strict=True)
    }


def _unlike(
    line: int, row: Row, kind: str, fixed: frozenset[str], values: Mapping[str, object]
) -> Iterator[str]:
    if row.dropped:
        yield f"line {line} is kept and dropped"
    if kind != row.kind:
        yield f"line {line} became one of {kind}, not of {row.kind}"
    if fixed != row.fixed:
        yield f"line {line} mended for {sorted(fixed)}, not {sorted(row.fixed)}"
    for name, value in row.values.items():
        if values[name] != value:
            yield f"line {line}: {name} is {values[name]!r}, not {value!r}"


def _account(file: UglyFile, cleaned: Cleaned) -> Iterator[str]:
    """The ledger beside counts of the truth."""
    ledger, rows = cleaned.ledger, file.rows.values()
    gone = Counter(row.dropped for row in rows if row.dropped)
    mended = Counter(reason for row in rows if not row.dropped for reason in row.fixed)
    fixed = sum(bool(row.fixed) for row in rows if not row.dropped)
    for what, found, true in (
        ("rows in", ledger.rows_in, len(rows)),
        ("dropped", ledger.dropped_reasons, dict(gone)),
        ("mended", ledger.fixed_reasons, dict(mended)),
        ("fixed", ledger.fixed, fixed),
        ("kept", ledger.kept, len(rows) - fixed - gone.total()),
    ):
        if found != true:
            yield f"the ledger says {what} {found}, the truth is {true}"


def _again(file: UglyFile, cleaned: Cleaned) -> Iterator[str]:
    """The same file once more: the same account; and nothing of it is new to the dataset."""
    again = clean_ugly(file)
    if again.ledger != cleaned.ledger or again.tables != cleaned.tables:
        yield "the same file is cleaned differently the second time"
    taken = 0
    for kind, table in cleaned.tables.items():
        taken += len(table)
        again = drop_known(again, _ids(table), kind)
    known = again.ledger.dropped_reasons.get("already in the dataset", 0)
    if known != taken or again.ledger.kept or again.ledger.fixed:
        yield f"of {taken} rows taken before, {known} are known on reload"


def _ids(table: "pa.Table") -> "pa.ChunkedArray":
    return table["event_id"]


__all__ = ["NOW", "Style", "clean_ugly", "differences"]
