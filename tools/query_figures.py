"""The rows of a query as figures: each measure, the period before, the change, the part."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from engine.facts import Figure, Operation
from engine.query import Measure, Number, Row, empty
from tools.query_answer import Answer


def column_names(answer: Answer) -> list[str]:
    """Of the figures of every row."""
    return [
        f"{measure.name}_{kind}" if kind else measure.name
        for measure in answer.query.measures
        for kind in _kinds(answer, measure)
    ]


def row_figures(answer: Answer, row: Row) -> list[Figure | None]:
    """One for each column; None where it is undefined, such as an average of nothing."""
    found = []
    for measure in answer.query.measures:
        cell = _Cell(answer, row, measure)
        makers = {
            "": cell.now,
            "before": cell.before,
            "change": cell.change,
            "share": cell.share,
        }
        found += [makers[kind]() for kind in _kinds(answer, measure)]
    return found


def page_figures(answer: Answer, first: int, last: int) -> Iterator[Figure]:
    """Of the rows from `first` on and before `last`; what leads comes before all."""
    if first == 0 and answer.leader is not None:
        yield _Cell(answer, answer.rows[0], answer.leader).leading()
    for row in answer.rows[first:last]:
        yield from (figure for figure in row_figures(answer, row) if figure is not None)


def _kinds(answer: Answer, measure: Measure) -> list[str]:
    compared = [] if answer.earlier is None else ["before", "change"]
    shared = ["share"] if answer.totals is not None and measure.additive else []
    return ["", *compared, *shared]


@dataclass(frozen=True)
class _Cell:
    answer: Answer
    row: Row
    measure: Measure

    @property
    def value(self) -> Number | None:
        return self.row.values[self.measure.name]

    @property
    def earlier(self) -> Number | None:
        before = self.answer.before.get(self.row.keys)
        return before.values[self.measure.name] if before else empty(self.measure)

    def now(self) -> Figure | None:
        if self.value is None:
            return None
        answer, measure = self.answer, self.measure
        return Figure(
            answer.subject(self.row),
            measure.metric,
            answer.period(self.row),
            answer.value(measure, self.value),
            measure.formula,
            self.row.lines,
        )

    def before(self) -> Figure | None:
        if self.earlier is None:
            return None
        answer, measure, before = self.answer, self.measure, self.answer.before.get(self.row.keys)
        return Figure(
            answer.subject(self.row),
            measure.metric,
            answer.earlier_period(),
            answer.value(measure, self.earlier),
            measure.formula,
            before.lines if before else 0,
        )

    def change(self) -> Figure | None:
        """Growth of an amount that there was before; of all else the difference."""
        answer, measure, value, earlier = self.answer, self.measure, self.value, self.earlier
        if value is None or earlier is None or isinstance(value, date) or isinstance(earlier, date):
            return None
        grew = measure.unit in ("count", "money") and earlier > 0
        operation: Operation = "growth" if grew else "difference"
        return Figure(
            answer.subject(self.row),
            measure.metric,
            answer.period(self.row),
            value / earlier - 1 if grew else answer.value(measure, value - earlier),
            f"{operation} against {answer.earlier_period().words()}: {measure.formula}",
            self.row.lines,
            operation,
            against=answer.earlier_period(),
        )

    def share(self) -> Figure | None:
        answer, measure, total = self.answer, self.measure, self.answer.total(self.row)
        whole = total.values[measure.name] if total else None
        if not isinstance(whole, int | float) or not isinstance(self.value, int | float):
            return None
        if total is None or whole <= 0:
            return None
        return Figure(
            answer.subject(self.row, with_all_filters=True),
            measure.metric,
            answer.period(self.row),
            self.value / whole,
            f"part of all rows: {measure.formula}",
            total.lines,
            "share",
        )

    def leading(self) -> Figure:
        answer, measure = self.answer, self.measure
        operation: Operation = "smallest" if answer.ascending else "largest"
        return Figure(
            answer.subject(self.row, with_all_filters=True),
            measure.metric,
            answer.period(self.row),
            answer.value(measure, self.value or 0),
            f"{operation} of {answer.count} rows: {measure.formula}",
            self.row.lines,
            operation,
        )
