"""Random queries over a dataset: as they are asked, and as the count in other code takes them."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from evals.query_truth import Asked, QueryTruth

if TYPE_CHECKING:
    import pandas as pd

_MEASURES = (
    "revenue", "gross_revenue", "returns", "orders", "customers", "units", "products", "countries",
    "new_customers", "returning_customers", "average_order", "items_per_order", "repeat_rate",
    "discount_share", "median_recency", "mean_recency", "median_frequency", "mean_frequency",
    "median_monetary", "mean_monetary", "median_tenure", "mean_tenure",
)  # fmt: skip
_DIMENSIONS = ("segment", "country", "category", "product", "channel", "weekday", "hour", "cohort",
               "months_since_first")  # fmt: skip
_GRAINS = ("year", "quarter", "month", "week", "day")
_FILTERS = ("segment", "country", "category", "product", "channel")


@dataclass(frozen=True)
class RandomQueries:
    truth: QueryTruth
    draw: random.Random

    def next(self) -> tuple[dict[str, Any], Asked]:
        """The arguments of the tool, and what they mean."""
        draw = self.draw
        measures = draw.sample(_MEASURES, draw.randrange(1, 5))
        by = draw.sample(_DIMENSIONS, draw.choice((0, 1, 1, 2)))
        by += [draw.choice(_GRAINS)] if draw.random() < 0.4 else []
        draw.shuffle(by)
        period, start, end = self._period()
        only = self._only()
        where, who = self._where() if draw.random() < 0.3 else ("", None)
        arguments: dict[str, Any] = {
            "measures": measures,
            "by": by,
            "period": period,
            "where": where,
            **only,
        }
        if draw.random() < 0.4:
            arguments |= {"sort": draw.choice(measures), "ascending": draw.random() < 0.3}
        filters = {name: tuple(values) for name, values in only.items()}
        return arguments, Asked(tuple(measures), tuple(by), start, end, filters, who)

    def _only(self) -> dict[str, list[str]]:
        names = self.draw.sample(_FILTERS, self.draw.choice((0, 0, 1, 1, 2)))
        found = {}
        for name in names:
            column = self.truth.goods["product_id" if name == "product" else name]
            values = sorted(column.dropna().unique())
            if values:
                found[name] = self.draw.sample(values, min(len(values), self.draw.randrange(1, 4)))
        return found

    def _where(self) -> "tuple[str, Any]":
        """Thresholds that people of the dataset really have."""
        feature = self.draw.choice(("recency", "frequency", "monetary", "tenure"))
        value = int(self.draw.choice(self.truth.people[feature].tolist()))
        spoken = f"{value / 100:.2f}" if feature == "monetary" else str(value)

        def who(people: "pd.DataFrame") -> "pd.Series[bool]":
            return people[feature] >= value

        return f"{feature} >= {spoken}", who

    def _period(self) -> tuple[str, date | None, date | None]:
        """The words, the first day and the last; None: without a bound."""
        import pandas as pd

        today = pd.Timestamp(self.truth.today)
        days = self.truth.goods["day"]
        day = pd.Timestamp(self.draw.choice([days.iloc[self.draw.randrange(len(days))]]))
        month = day.to_period("M")
        match self.draw.randrange(7):
            case 0:
                return f"{month}", month.start_time.date(), month.end_time.date()
            case 1:
                year = day.to_period("Y")
                return f"in {year}", year.start_time.date(), year.end_time.date()
            case 2:
                return f"since {day.date()}", day.date(), None
            case 3:
                return f"until {month}", None, month.end_time.date()
            case 4:
                last = today.to_period("M") - 1
                return "last month", last.start_time.date(), last.end_time.date()
            case 5:
                count = self.draw.randrange(20, 200)
                first = (today - timedelta(days=count - 1)).date()
                return f"last {count} days", first, today.date()
        return "", None, None
