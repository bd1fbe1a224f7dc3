"""Arithmetic over facts: the only way to a figure that no tool counted."""

from collections.abc import Callable
from typing import Literal

from pydantic import Field

from engine.concepts import Money
from engine.errors import BadInput
from engine.facts import Fact, Figure, Subject, Value
from stores.receipts import ReceiptStore
from tools.context import Context
from tools.tool import Arguments, Result

Operation = Literal["sum", "difference", "ratio", "share", "growth", "mean", "largest", "smallest"]

# Counts of what is different: what bought in two countries is one customer of both.
_DIFFERENT = ("customers", "orders", "products", "new_customers", "returning_customers")
# Subjects that share no customer.
_APART = {"dataset", "segment", "customer", "cohort", "comparison"}
_QUOTIENTS = ("average_order", "items_per_order", "repeat_rate", "discount_share", "mean_recency",
              "mean_frequency", "mean_monetary", "mean_tenure")  # fmt: skip


class Calculate(Arguments):
    operation: Operation
    facts: list[str] = Field(min_length=2, max_length=40)


def calculate(context: Context, arguments: Calculate) -> Result:
    """Arithmetic over facts of this answer; the result is a new fact.

    When to use: whenever a sentence needs a figure, a ranking or a comparison that no fact states
    yet: totals over segments, how much more, how many times, what part, which is most or least.
    Arguments: operation (sum, mean, largest, smallest over two or more facts; difference, ratio,
    share and growth of exactly two: first minus, over, as part of, against the second) and facts,
    their ids such as "f3", or of earlier answers the ids of their receipts. All must have the same
    metric and period.
    Result: one fact. Of largest and smallest it is about the winner.
    """
    facts = [_recall(context, fact) for fact in arguments.facts]
    _check_alike(facts, arguments.operation)
    if arguments.operation in ("largest", "smallest"):
        return Result((_extreme(facts, arguments.operation),))
    value = _OPERATIONS[arguments.operation](facts)
    first = facts[0].figure
    return Result(
        (
            Figure(
                subject=_joined(facts, arguments.operation),
                metric=first.metric,
                period=first.period,
                value=value,
                formula=f"{arguments.operation} of {' and '.join(_named(f) for f in facts)}",
                rows=sum(fact.figure.rows for fact in facts),
                operation=arguments.operation,
                operands=tuple(fact.receipt for fact in facts),
            ),
        )
    )


def _recall(context: Context, fact: str) -> Fact:
    """A fact of this answer, or one that an earlier answer has left a receipt of."""
    if context.book.holds(fact) or not fact.startswith("receipt_"):
        return context.book.get(fact)
    receipt = ReceiptStore(context.home).get(context.person, fact)
    if receipt.dataset != context.dataset.dataset_id:
        raise BadInput(
            f"{fact} is about another dataset than '{context.dataset.name}'.",
            "Give facts of one dataset.",
        )
    return context.book.add(receipt.figure, receipt.id)


def _check_alike(facts: list[Fact], operation: str) -> None:
    first = facts[0].figure
    for fact in facts[1:]:
        figure = fact.figure
        if (figure.metric, figure.unit) != (first.metric, first.unit):
            raise BadInput(
                f"{facts[0].id} is {first.metric} and {fact.id} is {figure.metric}: "
                "they cannot be put together.",
                "Give facts of one metric.",
            )
        if figure.period.words() != first.period.words():
            raise BadInput(
                f"{facts[0].id} is {first.period.words()} and {fact.id} is "
                f"{figure.period.words()}: they speak of different times.",
                "Give facts of one period.",
            )
    if operation in ("difference", "ratio", "share", "growth") and len(facts) != 2:
        raise BadInput(f"{operation} needs exactly two facts, not {len(facts)}.")
    if operation == "sum" and first.unit not in ("count", "money", "share"):
        raise BadInput(f"{first.metric} cannot be added up: it is no amount.")
    if operation == "sum" and first.metric in _QUOTIENTS:
        raise BadInput(f"{first.metric} is a quotient; quotients cannot be added up.")
    overlap = {fact.figure.subject.kind for fact in facts} - _APART
    if operation == "sum" and first.metric in _DIFFERENT and overlap:
        raise BadInput(
            f"The same {first.metric} can be in several of them, and would count twice.",
            "Count them together with query_records.",
        )
    if operation in ("sum", "mean") and first.metric in ("recency", "frequency", "monetary"):
        raise BadInput(f"{first.metric} is a median; medians cannot be added or averaged.")


def _extreme(facts: list[Fact], operation: Operation) -> Figure:
    best = max if operation == "largest" else min
    value = best(_number(fact) for fact in facts)
    winners = [fact for fact in facts if _number(fact) == value]
    if len(winners) > 1:
        names = " and ".join(_named(fact) for fact in winners)
        raise BadInput(f"{names} come out alike.", "Name them all.")
    figure = winners[0].figure
    return Figure(
        subject=figure.subject,
        metric=figure.metric,
        period=figure.period,
        value=figure.value,
        formula=f"{operation} of {len(facts)}: " + ", ".join(_named(fact) for fact in facts),
        rows=sum(fact.figure.rows for fact in facts),
        operation=operation,
        operands=tuple(fact.receipt for fact in facts),
    )


def _number(fact: Fact) -> float:
    value = fact.figure.value
    if isinstance(value, Money):
        return value.minor
    if isinstance(value, int | float):
        return value
    raise BadInput(f"{fact.id} is a date: there is nothing to calculate.")


def _like(fact: Fact, number: float) -> Value:
    value = fact.figure.value
    if isinstance(value, Money):
        return Money(round(number), value.currency)
    return round(number) if isinstance(value, int) and float(number).is_integer() else number


def _sum(facts: list[Fact]) -> Value:
    return _like(facts[0], sum(_number(fact) for fact in facts))


def _mean(facts: list[Fact]) -> Value:
    return _like(facts[0], sum(_number(fact) for fact in facts) / len(facts))


def _difference(facts: list[Fact]) -> Value:
    return _like(facts[0], _number(facts[0]) - _number(facts[1]))


def _ratio(facts: list[Fact]) -> Value:
    if _number(facts[1]) == 0:
        raise BadInput(f"{facts[1].id} is zero: nothing can be divided by it.")
    return _number(facts[0]) / _number(facts[1])


def _growth(facts: list[Fact]) -> Value:
    return float(_ratio(facts)) - 1  # type: ignore[arg-type]


_OPERATIONS: dict[str, Callable[[list[Fact]], Value]] = {
    "sum": _sum,
    "mean": _mean,
    "difference": _difference,
    "ratio": _ratio,
    "share": _ratio,
    "growth": _growth,
}


def _named(fact: Fact) -> str:
    return fact.figure.subject.name


def _joined(facts: list[Fact], operation: Operation) -> Subject:
    """A part of the whole shop is told of the part alone."""
    parts = tuple(dict.fromkeys(fact.figure.subject for fact in facts))
    if len(parts) == 1 or (operation == "share" and parts[1].kind == "dataset"):
        return parts[0]
    names = [part.name for part in parts]
    name = ", ".join(names[:-1]) + " and " + names[-1]
    return Subject("comparison", "|".join(part.id for part in parts), name, parts)
