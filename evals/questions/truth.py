"""What is true of a shop, counted in plain pandas.

This file shares nothing with the engine or the tools. Who is in which segment, and how likely
somebody is to leave, comes from the product (its CSV files and snapshots): these are its opinions.
Everything that can be counted is counted here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from evals.query_truth import Asked, QueryTruth
from evals.questions.times import LIFETIME, Stretch

if TYPE_CHECKING:
    import pandas as pd

Labels = Mapping[str, str]  # customer to segment_id
Cut = Mapping[str, Any]  # what a figure is about: {"segment": id, "country": name, ...}
Value = int | float | date | str

_ROWS = ("country", "category", "product", "channel", "segment")
_PEOPLE = ("gender", "lifestyle", "city")
_SCORES = {"churn": "churn", "expected_leavers": "churn", "expected_value": "value_minor",
           "expected_value_per_customer": "value_minor", "value_at_risk": "value_minor",
           "next_order_date": "expected_next", "next_segment": "next_segment",
           "buy_soon": "buy_30", "revenue_at_risk": "churn"}  # fmt: skip
_MOVES = ("entered", "left", "net_change", "movers", "moved", "lost")
_COUNTED = ("customers", "orders", "revenue", "gross_revenue", "returns", "units", "products",
            "new_customers", "returning_customers", "average_order", "items_per_order",
            "repeat_rate", "discount_share", "median_recency", "median_frequency",
            "median_monetary", "median_tenure", "mean_recency", "mean_frequency",
            "mean_monetary", "mean_tenure")  # fmt: skip
_DEFINED_OF_NOTHING = _COUNTED[: _COUNTED.index("average_order")]


class Uncountable(Exception):
    """No truth is known for this figure; the report lists it."""


@dataclass(frozen=True, eq=False)
class QuestionTruth:
    """`labels_at` gives who was where at the start of a day, None where that was never drawn."""

    records: "pd.DataFrame"
    customers: "pd.DataFrame"
    texts: "pd.DataFrame"
    labels: Labels
    names: Mapping[str, str]  # of the segments
    scores: "pd.DataFrame"
    today: date
    labels_at: Callable[[date], Labels | None]
    rows_in: int = 0

    def value(self, metric: str, cut: Cut, stretch: Stretch) -> Value:
        """The right value of a figure, or Uncountable."""
        key = (metric, tuple(sorted(cut.items(), key=lambda one: one[0])), stretch)
        if key not in self._counts:
            self._counts[key] = self._value(metric, cut, stretch)
        return self._counts[key]

    def _value(self, metric: str, cut: Cut, stretch: Stretch) -> Value:
        if metric in _SCORES:
            return self._scored(metric, cut)
        if metric in _MOVES:
            return self._moved(metric, cut, stretch)
        if metric in ("share_of_customers", "share_of_revenue"):
            return self._share(metric, cut, stretch)
        if metric == "customers" and stretch.start is None and stretch.end is not None:
            return self._labelled(cut, stretch)
        if metric in _COUNTED:
            return self._counted(metric, cut, stretch)
        return self._plain(metric, cut, stretch)

    @cached_property
    def _counts(self) -> dict[tuple[Any, ...], Value]:
        return {}

    @cached_property
    def count(self) -> QueryTruth:
        return QueryTruth(self.records, self.labels, self.today)

    @cached_property
    def first(self) -> date:
        """The day of the first sale to a customer who is known."""
        found: date = self.standing.dropna(subset=["customer_id"])["day"].min().date()
        return found

    @cached_property
    def standing(self) -> "pd.DataFrame":
        return self.count.goods[self.count.goods["stands"]]

    # ---- counted over the records ----

    def _counted(self, metric: str, cut: Cut, stretch: Stretch) -> Value:
        asked = self.asked((metric,), (), cut, stretch)
        found = self.count.answer(asked).get((), {}).get(metric)
        if found is None and metric in _DEFINED_OF_NOTHING:
            return 0
        if found is None:
            raise Uncountable(f"nothing to work {metric} out of")
        return found

    def asked(
        self, measures: tuple[str, ...], by: tuple[str, ...], cut: Cut, stretch: Stretch
    ) -> Asked:
        only = {name: _several(cut[name]) for name in _ROWS if name in cut}
        for name in ("country", "segment"):
            if f"{name}_not" in cut:
                known = set(self.count.goods[name].dropna())
                only[name] = tuple(sorted(known - {cut[f"{name}_not"]}))
        who = self._who(cut)
        if measures[0].startswith(("median_", "mean_")):  # whoever opted out is featured nowhere
            who = (set(self.count.people.index) if who is None else set(who)) - self._opted_out
        mask = None if who is None else lambda people: people.index.isin(list(who))
        return Asked(measures, by, stretch.start, stretch.last, only, mask)

    def _share(self, metric: str, cut: Cut, stretch: Stretch) -> Value:
        """Of customers: of all who are in a segment, or of all who bought in the stretch."""
        now = stretch.start is None
        if metric == "share_of_customers" and set(cut) == {"segment"} and now:
            return self._labelled(cut, LIFETIME) / len(self.labels)
        counted = metric.removeprefix("share_of_")
        part, whole = (float(self._counted(counted, one, stretch)) for one in (cut, {}))  # type: ignore[arg-type]
        return part / whole

    def _plain(self, metric: str, cut: Cut, stretch: Stretch) -> Value:
        match metric:
            case "segments":
                return len(self.names)
            case "rows":
                return len(self.records)
            case "rows_dropped":
                return self.rows_in - len(self.records)
            case "countries":
                return int(self._of_days(stretch)["country"].nunique())
            case "last_order_date" | "first_order_date" | "newest_day":
                return self._day(metric, cut, stretch)
            case "average_rating":
                if cut.keys() - {"product"} or stretch.start or self.texts.empty:
                    raise Uncountable("only of a product or of all is a rating counted")
                of_goods = self.texts["product_id"].isin(cut.get("product", ()))
                rated = self.texts[of_goods if cut else of_goods | True]["rating"].dropna()
                if rated.empty:
                    raise Uncountable("nobody has rated it")
                return float(rated.mean())
            case "revenue_per_customer":
                money, people = (self._counted(m, cut, stretch) for m in ("revenue", "customers"))
                return round(float(money) / float(people))  # type: ignore[arg-type]
        raise Uncountable(f"no count of {metric}")

    def _of_days(self, stretch: Stretch) -> "pd.DataFrame":
        bought = self.standing
        if stretch.start is not None:
            bought = bought[bought["day"].dt.date >= stretch.start]
        if stretch.end is not None:
            bought = bought[bought["day"].dt.date < stretch.end]
        return bought

    def _day(self, metric: str, cut: Cut, stretch: Stretch) -> date:
        bought = self._of_days(stretch)
        for name in ("country", "category", "channel"):
            if name in cut:
                bought = bought[bought[name].isin(_several(cut[name]))]
        if cut.keys() - {"country", "category", "channel"}:  # what guests bought is nobody's
            bought = bought[bought["customer_id"].isin(self.people(cut))]
        if bought.empty:
            raise Uncountable("no order")
        found = bought["day"].min() if metric == "first_order_date" else bought["day"].max()
        day: date = found.date()
        return day

    # ---- people ----

    def people(self, cut: Cut) -> set[str]:
        """The customers whom a cut means; by a country those who bought there."""
        found = set(map(str, self.count.people.index))
        if "segment" in cut:
            found &= {who for who, segment in self.labels.items() if segment == cut["segment"]}
        if "segment_not" in cut:
            found -= {who for who, label in self.labels.items() if label == cut["segment_not"]}
        for name in ("country", "category", "product", "channel"):
            if name in cut:
                rows = self.standing[self.standing[name if name != "product" else "product_id"]
                                     .isin(_several(cut[name]))]  # fmt: skip
                found &= set(rows["customer_id"].dropna())
        who = self._who(cut)
        return found if who is None else found & who

    def _who(self, cut: Cut) -> set[str] | None:
        """Whom the conditions on people mean; None without one."""
        masks = [self._attribute(name, cut[name]) for name in _PEOPLE if name in cut]
        people = self.count.people
        if "customer" in cut:
            masks.append({cut["customer"]})
        if "opted_out" in cut:
            out = self._opted_out
            masks.append(out if cut["opted_out"] else set(people.index) - out)
        if "recency_over" in cut:
            masks.append(set(people.index[people["recency"] > cut["recency_over"]]))
        if "orders_exactly" in cut:
            masks.append(set(people.index[people["frequency"] == cut["orders_exactly"]]))
        if "moved_in" in cut:
            masks.append(self._movers(cut["from"], cut["to"], cut["moved_in"]))
        if "latest_country" in cut:
            masks.append(set(self._latest.index[self._latest == cut["latest_country"]]))
        if "home_country" in cut:
            masks.append(self._attribute("country", cut["home_country"]))
        return set.intersection(*masks) if masks else None

    def _attribute(self, name: str, value: str) -> set[str]:
        if name not in self.customers or self.customers[name].isna().all():
            raise Uncountable(f"nobody's {name} is known")
        column = self.customers[name].astype("string").str.lower()
        return set(self.customers["customer_id"][(column == value.lower()).fillna(False)])

    @cached_property
    def _opted_out(self) -> set[str]:
        if "opted_out" not in self.customers:
            return set()
        return set(self.customers["customer_id"][self.customers["opted_out"].eq(True)])  # noqa: E712

    @cached_property
    def _latest(self) -> "pd.Series[str]":
        """Where each customer's latest kept sale was made."""
        rows = self.standing.dropna(subset=["customer_id", "country"])
        rows = rows.sort_values(["occurred_at", "country"], ascending=[True, False])
        return rows.groupby("customer_id")["country"].last()

    def countries_of(self, customer: str) -> set[str]:
        """Where a customer is, by either meaning."""
        lives = self.customers[self.customers["customer_id"] == customer] if len(
            self.customers) else self.customers  # fmt: skip
        found = set(lives["country"].dropna()) if "country" in lives else set()
        return found | ({self._latest[customer]} if customer in self._latest else set())

    # ---- opinions of the product, added up ----

    def _scored(self, metric: str, cut: Cut) -> Value:
        column = _SCORES[metric]
        if column not in self.scores:
            raise Uncountable(f"the product gives no {column}")
        who = self.people(cut) & set(self.labels)
        own = self.scores[self.scores.index.isin(list(who))]
        if own.empty or own[column].isna().all():
            raise Uncountable(f"no {column} of these customers")
        match metric:
            case "churn" | "buy_soon":
                return float(own[column].mean())
            case "revenue_at_risk":
                spent = self.count.people["monetary"].reindex(own.index).clip(lower=0)
                return round(float((own["churn"] * spent).sum()))
            case "expected_leavers":
                return round(float(own["churn"].sum()))
            case "expected_value":
                return round(float(own[column].sum()))
            case "expected_value_per_customer":
                return round(float(own[column].mean()))
            case "value_at_risk":
                return round(float((own["churn"] * own[column]).sum()))
            case "next_order_date":
                return date.fromisoformat(str(own[column].iloc[0])[:10])
        return str(own[column].iloc[0])

    # ---- who was where ----

    def _labelled(self, cut: Cut, stretch: Stretch) -> int:
        if set(cut) != {"segment"}:
            raise Uncountable("the size of something else than a segment at an earlier moment")
        found = self._labels(stretch.end)
        return sum(segment == cut["segment"] for segment in found.values())

    def _moved(self, metric: str, cut: Cut, stretch: Stretch) -> int:
        if stretch.start is None:
            raise Uncountable(f"{metric} needs two moments")
        before, after = self._labels(stretch.start), self._labels(stretch.end)
        both = before.keys() & after.keys()
        if metric == "movers":
            return sum(before[who] != after[who] for who in both)
        if metric == "moved":
            return len(self._movers(cut["from"], cut["to"], stretch))
        own = cut.get("segment")
        if own is None:
            raise Uncountable(f"{metric} of something else than a segment")
        was, now = (
            {who for who, segment in labels.items() if segment == own} for labels in (before, after)
        )
        match metric:
            case "entered":
                return len((now - was) & before.keys())
            case "left":
                return len((was - now) & after.keys())
            case "lost":
                return len(was - after.keys())
        return len(now) - len(was)

    def _movers(self, one: str, two: str, stretch: Stretch) -> set[str]:
        if stretch.start is None:
            raise Uncountable("moves need two moments")
        before, after = self._labels(stretch.start), self._labels(stretch.end)
        both = before.keys() & after.keys()
        return {who for who in both if (before[who], after[who]) == (one, two)}

    def _labels(self, day: date | None) -> Labels:
        found = self.labels if day is None else self.labels_at(day)
        if found is None:
            raise Uncountable(f"nobody drew the segments as of {day}")
        return found


def _several(found: Any) -> tuple[str, ...]:
    return tuple(found) if isinstance(found, tuple | list) else (found,)
