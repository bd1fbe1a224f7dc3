"""The tables beside an answer: of what it speaks of, the same of all others that a tool found.

"Champions bring most revenue" stands beside the revenue of every segment. Each cell is a fact as it
is rendered, with its receipt; a table with one column of amounts can be drawn as bars.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from agent.phrasing import first_upper, label, when
from engine.charts import Bar, Chart, plain_bars
from engine.concepts import Money
from engine.facts import COMPARING, Fact, Period, Subject, value_to_json
from engine.render.text import printable
from engine.render.theme import REST

_MOST_TABLES = 2
_MOST_COLUMNS = 5
_MOST_ROWS = 20
_FEWEST_TIMES = 3
_TITLED = 3  # more columns are not named in a title
_HEADS = {"selection": "Group", "months_since_first": "Months since the first order"}
_OPERATIONS = {None: "", "share": ", share", "growth": ", change"}


@dataclass(frozen=True)
class Column:
    label: str
    metric: str
    period: str  # empty where each row has its own


@dataclass(frozen=True)
class Cell:
    text: str
    value: Any
    receipt: str


@dataclass(frozen=True)
class Row:
    """`colour` is that of a segment, whatever its rank."""

    id: str
    name: str
    colour: int | None
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Table:
    """`note` says of when the figures are; `left_out` counts the rows there was no room for."""

    id: str
    title: str
    note: str
    head: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    left_out: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Table":
        columns = tuple(Column(**column) for column in found["columns"])
        rows = tuple(
            Row(**row | {"cells": tuple(cell and Cell(**cell) for cell in row["cells"])})
            for row in found["rows"]
        )
        return cls(**{**found, "columns": columns, "rows": rows})


def tables_of(
    shown: Sequence[Fact], calls: Sequence[Sequence[Fact]], colours: Mapping[str, int]
) -> tuple[Table, ...]:
    """What is spoken of first comes first. `calls`: the facts of each call of a tool; `colours` of
    segments, by id."""
    receipts = [receipt for fact in shown for receipt in (fact.receipt, *fact.figure.operands)]
    spoken = {receipt: place for place, receipt in reversed(list(enumerate(receipts)))}
    found: dict[tuple[object, ...], tuple[int, _Grid]] = {}
    for facts in calls:
        said = [fact for fact in facts if fact.receipt in spoken]
        said.sort(key=lambda fact: spoken[fact.receipt])  # columns, too, as they are spoken of
        grid = _grid(facts, said)
        if grid is not None:
            found.setdefault(grid.shown, (spoken[said[0].receipt], grid))
    grids = [grid for _, grid in sorted(found.values(), key=lambda one: one[0])][:_MOST_TABLES]
    return tuple(grid.table(f"table-{n}", colours) for n, grid in enumerate(grids, 1))


def chart_of(table: Table) -> Chart | None:
    """The first column as bars, under the id of the table; None where it cannot be drawn."""
    cells = [row.cells[0] for row in table.rows]
    amounts = [_amount(cell.value) for cell in cells if cell is not None]
    drawable = [amount for amount in amounts if amount is not None]
    if len(drawable) < len(table.rows) or min(drawable) < 0 or max(drawable) == 0:
        return None
    bars = [
        Bar(row.id, row.name, amount, cell.text if cell else "", _colour(row))
        for row, cell, amount in zip(table.rows, cells, drawable, strict=True)
    ]
    (first, *_) = table.columns
    title = f"{first.label} by {table.head.lower()}"
    when_said = first_upper(first.period) if first.period else ""
    return plain_bars(table.id, bars, title, when_said, table.head)


def _colour(row: Row) -> int:
    return REST if row.colour is None else row.colour


def _amount(value: Any) -> float | None:
    if isinstance(value, dict):
        return float(Money(value["minor"], value["currency"]).major)
    return float(value) if isinstance(value, int | float) else None


Key = tuple[str, str | None, Period | None]  # metric, operation, of when: what a column shows


@dataclass(frozen=True)
class _Grid:
    """The facts of a table by row and column, before they are put into words."""

    head: str
    keys: tuple[Key, ...]
    rows: Mapping[str, tuple[str, Mapping[Key, Fact]]]  # by id: the name, and the facts

    @property
    def shown(self) -> tuple[object, ...]:
        """The same for a call that was made twice."""
        rows = [
            (row_id, *(f.text for f in facts.values())) for row_id, (_, facts) in self.rows.items()
        ]
        return (self.head, self.keys, *rows)

    def table(self, table_id: str, colours: Mapping[str, int]) -> Table:
        columns = tuple(self._columns())
        kept = list(self.rows.items())[:_MOST_ROWS]
        return Table(
            table_id,
            _title(columns, self.head),
            _note(columns),
            self.head,
            columns,
            tuple(
                Row(row_id, name, colours.get(row_id), tuple(self._cells(facts)))
                for row_id, (name, facts) in kept
            ),
            len(self.rows) - len(kept),
        )

    def _columns(self) -> Iterator[Column]:
        """Two columns of one metric are told apart by their days."""
        for metric, operation, period in self.keys:
            words = period.words() if period else ""
            name = _called(metric) + _OPERATIONS[operation]
            twins = [key for key in self.keys if key[:2] == (metric, operation)]
            days = when({"period": words}) or f" {words}" if len(twins) > 1 else ""
            yield Column(f"{first_upper(name)}{days}", metric, words)

    def _cells(self, facts: Mapping[Key, Fact]) -> Iterator[Cell | None]:
        """The horizon of a forecast stands in the note."""
        for key in self.keys:
            fact = facts.get(key)
            if fact is None:
                yield None
                continue
            text = fact.text
            if key[2] is not None:
                text = text.removesuffix(f" {key[2].words()}")
            yield Cell(text, value_to_json(fact.figure.value), fact.receipt)


def _grid(facts: Sequence[Fact], said: Sequence[Fact]) -> _Grid | None:
    """One call's facts of the kind that is spoken of first; None where that is a single row."""
    for kind in dict.fromkeys(_subject(fact).kind for fact in said):
        spoken = [fact for fact in said if _subject(fact).kind == kind]
        same = [f for f in facts if f.figure.subject.kind == kind and _operation(f) in _OPERATIONS]
        keys = tuple(dict.fromkeys(_key(fact) for fact in spoken))[:_MOST_COLUMNS]
        keys = tuple(key for key in keys if any(_key(fact) == key for fact in same))
        grid = _by_subject(kind, keys, same) or _by_time(spoken, same)
        if grid is not None:
            return grid
    return None


def _by_subject(kind: str, keys: tuple[Key, ...], facts: Sequence[Fact]) -> _Grid | None:
    rows: dict[str, tuple[str, dict[Key, Fact]]] = {}
    for fact in facts:
        if _key(fact) in keys:
            subject = fact.figure.subject
            _, found = rows.setdefault(subject.id, (printable(subject.name), {}))
            found.setdefault(_key(fact), fact)
    head = _HEADS.get(kind, kind.replace("_", " ").capitalize())
    return _Grid(head, keys, rows) if len(rows) > 1 else None


def _by_time(spoken: Sequence[Fact], facts: Sequence[Fact]) -> _Grid | None:
    """One subject's figures, a row for each stretch."""
    keys = tuple(dict.fromkeys((f.figure.metric, _operation(f), None) for f in spoken))
    subject = spoken[0].figure.subject
    rows: dict[str, tuple[str, dict[Key, Fact]]] = {}
    for fact in facts:
        key = (fact.figure.metric, _operation(fact), None)
        if fact.figure.subject == subject and key in keys and fact.figure.period.start:
            words = fact.figure.period.words()
            name = when({"period": words}).removeprefix(" in ").removeprefix(" on ").strip()
            _, found = rows.setdefault(words, (name or words, {}))
            found.setdefault(key, fact)
    return _Grid("Time", keys[:_MOST_COLUMNS], rows) if len(rows) >= _FEWEST_TIMES else None


def _subject(fact: Fact) -> Subject:
    """Of a comparison the first of what is compared."""
    subject = fact.figure.subject
    return subject.parts[0] if subject.kind == "comparison" and subject.parts else subject


def _operation(fact: Fact) -> str | None:
    """What compares is about the amounts that it compares, but for a growth of its own."""
    operation = fact.figure.operation
    compares = operation in COMPARING and (operation != "growth" or bool(fact.figure.operands))
    return None if compares else operation


def _key(fact: Fact) -> Key:
    return fact.figure.metric, _operation(fact), fact.figure.period


def _called(metric: str) -> str:
    words = label(metric)
    return metric.replace("_", " ") if words.startswith("of ") else words


def _title(columns: Sequence[Column], head: str) -> str:
    names = list(dict.fromkeys(column.label for column in columns))[:_TITLED]
    said = ", ".join([names[0], *(name[0].lower() + name[1:] for name in names[1:])])
    return f"{said} by {head.lower()}"


def _note(columns: Sequence[Column]) -> str:
    """The days of the figures, each stretch once."""
    of: dict[str, list[str]] = {}
    for column in columns:
        if column.period:
            of.setdefault(column.period, []).append(column.label)
    if len(of) == 1:
        (words,) = of
        return f"{first_upper(words)}."
    return " ".join(f"{', '.join(labels)} {words}." for words, labels in of.items())
