"""What is expected of any group of customers, or of its single customers in order."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from engine.concepts import Moment, Money
from engine.errors import NotFound, NotPossible
from engine.facts import Figure, Period, Subject, Value
from stores.models import ScoreModel
from tools.context import Context, segment_subject
from tools.prepared import Prepared, prepared
from tools.query_names import Vocabulary
from tools.score_table import score_table
from tools.selection import select_customers
from tools.tool import Arguments, Result

if TYPE_CHECKING:
    import pandas as pd

_MOST_VALUES = 100
_BOUGHT = ("country", "category", "product", "channel")
_RANKED = {"churn": "churn", "buy_soon": "buy_30", "expected_value": "value_minor"}
_TARGETS = {"churn": "churn", "buy_30": "buy_30", "value_minor": "value"}


class Outlook(Arguments):
    segment: list[str] = Field([], max_length=_MOST_VALUES, description="only these")
    country: list[str] = Field([], max_length=_MOST_VALUES, description="who bought there")
    category: list[str] = Field([], max_length=_MOST_VALUES, description="who bought of it")
    product: list[str] = Field([], max_length=_MOST_VALUES, description="who bought it")
    channel: list[str] = Field([], max_length=_MOST_VALUES, description="who bought there")
    customer: list[str] = Field([], max_length=_MOST_VALUES, description="only these, by id")
    without: list[str] = Field([], max_length=_MOST_VALUES, description="segments to leave out")
    where: str = Field("", description="which customers, such as: recency > 60")
    rank_by: Literal["", "churn", "buy_soon", "expected_value"] = Field(
        "", description="single customers in this order instead of the whole group"
    )
    ascending: bool = Field(False, description="the least likely, or smallest, first")
    top: int = Field(5, ge=1, le=50, description="so many customers, when they are ranked")


def outlook(context: Context, arguments: Outlook) -> Result:
    """What customers are expected to do, of any group, or customer by customer.

    When to use: churn, leavers or expected spend of customers of a country, category, product,
    channel or of a filter, also within a segment; and who is most likely to leave or to buy, or
    will spend most, as a list of customers. For all segments side by side use churn_by_segment and
    value_by_segment; for the reasons of one customer's scores customer_scores.
    Arguments: segment, country, category, product, channel, customer, without, where: who is meant;
    rank_by, churn, buy_soon or expected_value, for single customers; ascending; top.
    Result: of the group how many are scored, mean churn, expected leavers, mean chance of buying
    soon, expected value in all and per customer, revenue and expected value at risk; or a fact for
    each of the first customers.
    """
    table, models = score_table(context)
    with prepared(tuple(context.files), context.as_of) as ready:
        meant = _Meant.of(context, arguments, ready)
    own = table[table.index.isin(list(meant.customers - context.opted_out))]
    if own.empty:
        return Result(texts=({"found": "nobody of these customers is scored"},))
    if arguments.rank_by:
        return Result(tuple(_ranked(context, arguments, own, models)))
    group = _Group(context, own, models, meant.subject)
    if meant.subject.kind == "customer":
        return Result((*group.figures(), *group.next_order()), group.next_segment())
    return Result(tuple(group.figures()), ({"customers": meant.subject.name},))


@dataclass(frozen=True)
class _Meant:
    subject: Subject
    customers: frozenset[str]

    @classmethod
    def of(cls, context: Context, arguments: Outlook, ready: Prepared) -> "_Meant":
        words = Vocabulary(context, ready)
        members = context.members["segment_id"]
        who = frozenset(str(customer) for customer in members.index)
        only = {
            name: words.keys(name, values)
            for name in ("segment", *_BOUGHT)
            if (values := getattr(arguments, name))
        }
        if "segment" in only:
            who &= frozenset(members.index[members.isin(list(only["segment"]))])
        gone = words.left_out(arguments.without).get("segment", ())
        if gone:
            out = words.keys("segment", gone)
            who &= frozenset(members.index[~members.isin(list(out))])
        if bought := {name: keys for name, keys in only.items() if name != "segment"}:
            who &= ready.buyers(bought)
        if named := frozenset(arguments.customer):
            _check_known(named, frozenset(map(str, members.index)) - context.opted_out)
            who &= named
        said = ""
        if arguments.where.strip():
            meant = select_customers(context, arguments.where)
            said, who = meant.sentence.removesuffix("."), who & meant.customers
        return cls(_subject(context, arguments, only, gone, said[:1].lower() + said[1:]), who)


def _check_known(named: frozenset[str], known: frozenset[str]) -> None:
    for customer in sorted(named - known):
        raise NotFound(
            f"There are no scores of a customer '{customer}'.",
            "Scored is who has bought, is no guest and has not opted out.",
        )


def _subject(
    context: Context,
    arguments: Outlook,
    only: dict[str, tuple[str, ...]],
    gone: tuple[str, ...],
    whom: str,
) -> Subject:
    """As a query calls the same cut; `whom` is what the filter means."""
    where = " ".join(arguments.where.split())
    people = tuple(dict.fromkeys(arguments.customer))
    if not (only or gone or where or people):
        return context.subject
    if len(people) == 1 and not (only or gone or where):
        return Subject("customer", people[0], f"customer {people[0]}")
    names = {name: list(dict.fromkeys(getattr(arguments, name))) for name in only}
    if len(only) == 1 and not (gone or where or people):
        ((name, keys),) = only.items()
        if name == "segment" and len(keys) == 1:
            return segment_subject(next(s for s in context.segments if s.segment_id == keys[0]))
        if name == "country" and len(keys) == 1:
            return Subject("country", keys[0], keys[0])
    ids = [f"{name} in {'|'.join(keys)}" for name, keys in only.items()]
    said = [" or ".join(values) for values in names.values()]
    if gone:
        ids.append(f"without {'|'.join(gone)}")
        said.append(f"all but {' and '.join(gone)}")
    if people:
        ids.append(f"customer in {'|'.join(people)}")
        said.append(" and ".join(f"customer {each}" for each in people))
    if where:
        ids.append(f"where {where}")
        said.append(whom)
    return Subject("selection", ";".join(ids), ", ".join(said))


@dataclass(frozen=True, eq=False)
class _Group:
    context: Context
    own: "pd.DataFrame"
    models: dict[str, ScoreModel]
    subject: Subject

    def figures(self) -> list[Figure]:
        own, found = self.own, []
        spent = self.context.members["monetary"].reindex(own.index).clip(lower=0)
        if "churn" in own:
            churn = own["churn"]
            found += [
                self._figure("churn", "churn", float(churn.mean()), "mean of the scores"),
                self._figure("churn", "expected_leavers", round(float(churn.sum())),
                             "sum of the scores, rounded"),
                self._figure("churn", "revenue_at_risk", self._money(float((churn * spent).sum())),
                             "sum of churn x revenue so far"),
            ]  # fmt: skip
        if "buy_30" in own:
            chance = float(own["buy_30"].mean())
            found.append(self._figure("buy_30", "buy_soon", chance, "mean of the scores"))
        if "value_minor" in own:
            value = own["value_minor"]
            found += [
                self._figure("value", "expected_value", self._money(float(value.sum())),
                             "sum of the scores"),
                self._figure("value", "expected_value_per_customer",
                             self._money(float(value.mean())), "mean of the scores"),
            ]  # fmt: skip
            if "churn" in own:
                risk = self._money(float((own["churn"] * value).sum()))
                found.append(
                    self._figure("value", "value_at_risk", risk, "sum of churn x expected value")
                )
        return found

    def next_order(self) -> list[Figure]:
        day = self.own["expected_next"].iloc[0] if "expected_next" in self.own else None
        if not isinstance(day, str):
            return []
        formula = "the customer's score"
        return [self._figure("expected_next", "next_order_date", date.fromisoformat(day), formula)]

    def next_segment(self) -> tuple[dict[str, str], ...]:
        if "next_segment" not in self.own:
            return ()
        names = {segment.segment_id: segment.name for segment in self.context.segments}
        name = names.get(str(self.own["next_segment"].iloc[0]))
        return ({"about": "next_segment", "expected in": name},) if name else ()

    def _money(self, minor: float) -> Money:
        return Money(round(minor), self.context.dataset.shop.currency)

    def _figure(self, target: str, metric: str, value: Value, formula: str) -> Figure:
        period = _ahead(self.context, self.models[target])
        return Figure(self.subject, metric, period, value, formula, len(self.own))


def _ranked(
    context: Context, arguments: Outlook, own: "pd.DataFrame", models: dict[str, ScoreModel]
) -> list[Figure]:
    """Those who are alike come in the order of their ids."""
    metric, column = arguments.rank_by, _RANKED[arguments.rank_by]
    if column not in own:
        raise NotPossible(f"There is no {metric} yet.", "Make it: segue score")
    period = _ahead(context, models[_TARGETS[column]])
    known = own[column].dropna().sort_index()
    first = known.sort_values(ascending=arguments.ascending, kind="stable").head(arguments.top)
    currency = context.dataset.shop.currency
    return [
        Figure(
            Subject("customer", str(customer), f"customer {customer}"),
            metric,
            period,
            Money(round(value), currency) if metric == "expected_value" else float(value),
            f"the customer's score, in order of {len(known):,} customers",
            1,
        )
        for customer, value in first.items()
    ]


def _ahead(context: Context, model: ScoreModel) -> Period:
    moment = Moment.of(model.as_of, context.dataset.shop.zone)
    return Period(end=moment.local, horizon_days=model.horizon_days)
