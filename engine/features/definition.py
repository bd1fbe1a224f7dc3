"""How features are worked out: parts give columns per customer, definitions make features of them.

A part is one grouping of one kind of records (orders, lines, days, events, ...); it works out only
the columns that are asked of it. A feature is one of these columns, or one divided by another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.features.feature import Feature

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True)
class Ratio:
    """One column divided by another; unknown where that is zero."""

    above: str
    below: str


@dataclass(frozen=True)
class Definition:
    """Without a formula the feature is the column of its name."""

    feature: Feature
    formula: Ratio | None = None

    @property
    def name(self) -> str:
        return self.feature.name

    @property
    def needs(self) -> tuple[str, ...]:
        if self.formula is None:
            return (self.name,)
        return (self.formula.above, self.formula.below)

    def over(self, table: "ibis.Table") -> "ibis.Value":
        if self.formula is None:
            return table[self.name]
        below = table[self.formula.below].cast("float64").nullif(0.0)
        return table[self.formula.above].cast("float64") / below


Build = Callable[[frozenset[str]], "ibis.Table"]


@dataclass(frozen=True)
class Part:
    """`build` makes a table of customer_id and those of `columns` that are asked for.

    Somebody who is not in it has 0 in the columns of `zeros` and nothing known in the others.
    """

    columns: frozenset[str]
    build: Build
    zeros: frozenset[str] = frozenset()


def pick(
    columns: "dict[str, Callable[[ibis.Table], ibis.Value]]", asked: frozenset[str]
) -> "dict[str, Callable[[ibis.Table], ibis.Value]]":
    """Of the columns of a part those that are asked for."""
    return {name: column for name, column in columns.items() if name in asked}


def find_definitions(offered: Sequence[Definition], names: Sequence[str]) -> list[Definition]:
    """Those of these names and their evidence, in the order offered."""
    by_name = {definition.name: definition for definition in offered}
    wanted = set(names) | {by_name[name].feature.evidence for name in names}
    return [definition for definition in offered if definition.name in wanted]
