"""The account of one load: every row that came in has one fate."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.errors import Defect


@dataclass(frozen=True)
class Impact:
    """One measure of what the mending was worth, with the counts it is made of."""

    value: float
    formula: str
    counts: dict[str, int]


@dataclass(frozen=True)
class Ledger:
    """kept: taken unchanged; fixed: taken after mending, counted once; dropped: one reason each.

    `noted` counts what was taken as it is and a person should know; `rules` are the policies.
    """

    rows_in: int
    kept: int
    fixed: int
    dropped: int
    fixed_reasons: dict[str, int]
    dropped_reasons: dict[str, int]
    assumed: dict[str, str]
    impact: dict[str, Impact]
    noted: dict[str, int] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.rows_in != self.kept + self.fixed + self.dropped:
            raise Defect(
                f"The ledger does not balance: {self.rows_in} rows in, {self.kept} kept, "
                f"{self.fixed} fixed, {self.dropped} dropped."
            )
        if sum(self.dropped_reasons.values()) != self.dropped:
            raise Defect(f"Reasons do not add up to {self.dropped} dropped rows.")
        counts = self.fixed_reasons.values()
        if not max(counts, default=0) <= self.fixed <= sum(counts):
            raise Defect(f"Reasons do not explain {self.fixed} fixed rows.")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def measure_impact(rows: Mapping[str, int], customers: Mapping[str, int]) -> dict[str, Impact]:
    """`rows`: in, kept, fixed, guests; `customers`: taken, unmended (with a row that was kept)."""
    taken = rows["kept"] + rows["fixed"]
    return {
        "rows_saved": Impact(
            rows["fixed"],
            "rows taken after mending, which dropping every imperfect row would lose",
            {"fixed": rows["fixed"]},
        ),
        "customers_saved": Impact(
            customers["taken"] - customers["unmended"],
            "customers with any row taken less customers with a row taken unchanged",
            {"customers": customers["taken"], "customers_unchanged": customers["unmended"]},
        ),
        "consistent_before": Impact(
            _share(rows["kept"], rows["in"]),
            "rows that passed every rule as they came / rows in",
            {"kept": rows["kept"], "rows_in": rows["in"]},
        ),
        "consistent_after": Impact(
            _share(taken - rows["guests"], taken),
            "rows taken that pass every rule now / rows taken; a guest's row still names nobody",
            {"passing": taken - rows["guests"], "taken": taken, "guests": rows["guests"]},
        ),
    }


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
