"""A row of an ugly file: what stands in it, what must come of it, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from engine.records import RecordKind

EXPONENT = Decimal("0.000001")  # of a kept price
RATE = Decimal("0.8")  # units of the shop's currency for one of the other


@dataclass(frozen=True)
class Row:
    """`cells`: our column -> the text in the file; `values`: what must come out of it, exactly.

    `dropped` is the one reason it must be dropped for, `fixed` all it must be mended for.
    """

    kind: RecordKind
    cells: dict[str, str]
    values: dict[str, object] = field(default_factory=dict)
    dropped: str = ""
    fixed: frozenset[str] = frozenset()

    def with_cells(self, **cells: str) -> "Row":
        return replace(self, cells=self.cells | cells)

    def gone(self, reason: str, **cells: str) -> "Row":
        return replace(self.with_cells(**cells), values={}, dropped=reason)

    def mended(self, reasons: Iterable[str], values: dict[str, object], **cells: str) -> "Row":
        fixed = self.fixed | set(reasons)
        return replace(self.with_cells(**cells), values=self.values | values, fixed=fixed)


@dataclass(frozen=True)
class Table:
    """`header`: our column -> what this file calls it."""

    header: dict[str, str]
    rows: Sequence[Row]
