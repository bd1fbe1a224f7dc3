"""Which customers a filter means, counted in plain pandas.

This file shares nothing with the engine but the filter itself: it says again, in other code, what
a period is, what a kept sale is, and what becomes of people who lack a value.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property, reduce
from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.filters import model
from engine.filters.periods import Ago, Dated, Last, Period, Stretch, Whole

if TYPE_CHECKING:
    import pandas as pd

_MINOR = {"money": 100}
_DAY = timedelta(days=1)
_CANCELLATION = timedelta(days=3)


@dataclass(frozen=True)
class Answer:
    """For whom it holds, and for whom its opposite does; for the rest neither."""

    yes: "pd.Series[bool]"
    no: "pd.Series[bool]"

    @classmethod
    def where_known(cls, yes: "pd.Series[bool]", known: "pd.Series[bool]") -> "Answer":
        return cls(yes & known, ~yes & known)


@dataclass(frozen=True)
class Truth:
    """`people` is indexed by customer_id; `kinds` says what each column is."""

    people: "pd.DataFrame"
    kinds: dict[str, str]
    segment_ids: dict[str, str]
    transactions: "pd.DataFrame"
    moment: Moment

    def customers(self, filter: model.Filter) -> set[str]:
        yes = self.answer(filter).yes
        return set(yes.index[yes])

    def answer(self, filter: model.Filter) -> Answer:
        if isinstance(filter, model.Not):
            found = self.answer(filter.part)
            return Answer(found.no, found.yes)
        if isinstance(filter, model.And | model.Or):
            found_all = [self.answer(part) for part in filter.parts]
            if isinstance(filter, model.Or):
                found_all = [Answer(found.no, found.yes) for found in found_all]
            every = reduce(lambda a, b: Answer(a.yes & b.yes, a.no | b.no), found_all)
            return Answer(every.no, every.yes) if isinstance(filter, model.Or) else every
        if isinstance(filter, model.Bought):
            buyers = self.people.index.isin(self._buyers(filter))
            return Answer.where_known(self._series(buyers), self._series(True))
        return self._condition(filter)

    def _series(self, values: object) -> "pd.Series[bool]":
        import pandas as pd

        return pd.Series(values, index=self.people.index, dtype=bool)

    def _condition(self, condition: model.Condition) -> Answer:
        column = self.people[condition.field]
        if isinstance(condition, model.Missing):
            return Answer.where_known(column.isna(), self._series(True))
        holds = [
            False if missing else self._holds(condition, value)
            for value, missing in zip(column, column.isna(), strict=True)
        ]
        return Answer.where_known(self._series(holds), column.notna())

    def _holds(self, condition: model.Condition, value: object) -> bool:
        if isinstance(condition, model.OneOf):
            return value in {self.segment_ids.get(word, word) for word in condition.words}
        if isinstance(condition, model.Contains):
            return condition.text.lower() in str(value).lower()
        if isinstance(condition, model.Is):
            return bool(value) == condition.value
        if isinstance(condition, model.When):
            return self._within(condition.period, date.fromisoformat(str(value)[:10]))
        number, scale = float(str(value)), _MINOR.get(self.kinds[condition.field], 1)
        if isinstance(condition, model.Between):
            return _scaled(condition.low, scale) <= number <= _scaled(condition.high, scale)
        if isinstance(condition, model.Compare):
            wanted = _scaled(condition.value, scale)
            return {
                "<": number < wanted,
                "<=": number <= wanted,
                "=": number == wanted,
                ">=": number >= wanted,
                ">": number > wanted,
            }[condition.operator]
        raise TypeError(f"no condition: {condition!r}")

    # ---- purchases ----

    @cached_property
    def _sales(self) -> "pd.DataFrame":
        """Sales of known customers that no return takes back, up to the moment."""
        known = self.transactions[self.transactions["occurred_at"] < self.moment.at]
        known = known[known["customer_id"].notna()]
        sales = known[known["line_kind"] == "sale"]
        same = ["customer_id", "product_id", "quantity"]
        sold: dict[tuple[object, ...], list[tuple[datetime, str]]] = {}
        for *key, at, event in sales[[*same, "occurred_at", "event_id"]].itertuples(index=False):
            sold.setdefault(tuple(key), []).append((at, event))
        taken = set()
        returns = known[known["line_kind"] == "return"]
        for customer, product, quantity, back in returns[[*same, "occurred_at"]].itertuples(
            index=False
        ):
            near = [
                (at, event)
                for at, event in sold.get((customer, product, -quantity), [])
                if timedelta(0) <= back - at <= _CANCELLATION
            ]
            if near:
                latest = max(at for at, _ in near)
                taken.add(min(event for at, event in near if at == latest))
        return sales[~sales["event_id"].isin(taken)]

    def _buyers(self, bought: model.Bought) -> set[str]:
        import pandas as pd

        sales = self._sales
        wanted = {name.lower() for name in bought.names}
        if bought.what == "category":
            sales = sales[sales["category"].str.lower().isin(wanted)]
        elif bought.what == "product":
            either = sales["product_id"].str.lower().isin(wanted)
            sales = sales[either | sales["product"].str.lower().isin(wanted)]
        if bought.period is not None:
            period = bought.period
            inside = [self._within(period, day) for day in sales["local_date"]]
            sales = sales[pd.Series(inside, index=sales.index, dtype=bool)]
        orders = sales.drop_duplicates(["customer_id", "order_id"])["customer_id"].value_counts()
        return set(orders.index[orders >= bought.least])

    # ---- time ----

    def _within(self, period: Period, day: date) -> bool:
        first, last = self._stretch(period.stretch)
        match period.relation:
            case "before":
                return day < first
            case "since":
                return day >= first
            case "after":
                return day > last
            case "until":
                return day <= last
            case "between":
                return first <= day <= self._stretch(period.until or period.stretch)[1]
        return first <= day <= last

    def _stretch(self, stretch: Stretch) -> tuple[date, date]:
        """First and last day."""
        import pandas as pd

        today = pd.Timestamp(self.moment.local_date)
        if isinstance(stretch, Dated):
            found = pd.Period(stretch.text, freq={4: "Y", 7: "M", 10: "D"}[len(stretch.text)])
            return found.start_time.date(), found.end_time.date()
        if isinstance(stretch, Whole):
            letter = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}
            found = pd.Period(today, freq=letter[stretch.unit]) - int(stretch.which == "last")
            return found.start_time.date(), found.end_time.date()
        months = {"month": 1, "quarter": 3, "year": 12}.get(stretch.unit, 0) * stretch.count
        days = {"day": 1, "week": 7}.get(stretch.unit, 0) * stretch.count
        then = (today - pd.DateOffset(months=months, days=days)).date()
        if isinstance(stretch, Ago):
            return then, then
        if isinstance(stretch, Last):
            return then + (_DAY if days else timedelta(0)), today.date()
        raise TypeError(f"no stretch: {stretch!r}")


def _scaled(value: Decimal, scale: int) -> float:
    return float(value * scale)
