"""What a question's expectations and an answer's facts speak of, in the words of the truth."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from evals.questions.question import Wanted
from evals.questions.times import (
    LIFETIME,
    Stretch,
    month_start,
    read_fact_period,
    read_period,
)
from evals.questions.truth import Cut, QuestionTruth, Uncountable, Value

_ALIASES = {"EIRE": "Ireland", "RSA": "South Africa", "USA": "United States"}
# What the product calls a metric of the questions, and with which operation.
SAME: dict[str, tuple[tuple[str, str | None], ...]] = {
    "recency_median": (("recency", None), ("median_recency", None)),
    "frequency_median": (("frequency", None), ("median_frequency", None)),
    "monetary_median": (("monetary", None), ("median_monetary", None)),
    "median_recency": (("recency", None), ("median_recency", None)),
    "median_frequency": (("frequency", None), ("median_frequency", None)),
    "median_monetary": (("monetary", None), ("median_monetary", None)),
    "median_tenure": (("tenure", None), ("median_tenure", None)),
    "mean_monetary": (("mean_monetary", None), ("revenue_per_customer", None)),
    "lost": (("removed", None), ("lost", None)),
    "returns": (("returns_value", None),),
    "share_of_customers": (("share_of_customers", None), ("customers", "share")),
    "share_of_revenue": (("share_of_revenue", None), ("revenue", "share")),
    "net_change": (("net_change", None), ("customers", "difference")),
    "movers": (("movers", None), ("moved", None), ("moved", "sum")),
    "newest_day": (("last_sale", None), ("newest_day", None)),
    "last_order_date": (("last_sale", None), ("last_order_date", None)),
    "first_order_date": (("first_sale", None), ("first_order_date", None)),
    "next_order_date": (("next_order_date", None), ("expected_next", None)),
    "average_rating": (("average_rating", None), ("mean_rating", None), ("rating", None)),
}
_TRUTH_NAMES = {
    "recency_median": "median_recency", "frequency_median": "median_frequency",
    "monetary_median": "median_monetary", "recency": "median_recency",
    "frequency": "median_frequency", "monetary": "median_monetary", "tenure": "median_tenure",
    "returns_value": "returns", "removed": "lost", "expected_next": "next_order_date",
    "first_sale": "first_order_date",
    "last_sale": "newest_day",
}  # fmt: skip
_KINDS = ("segment", "customer", "country", "category", "product", "channel")


@dataclass(frozen=True)
class Sought:
    """One way to read an expected figure: several cuts may be meant, each has a right value."""

    metric: str
    cuts: tuple[Cut, ...]
    period: Any
    stretch: Stretch


@dataclass(frozen=True)
class Meaning:
    """Reads expectations with the shop's own names: `roles` are the ids behind top, second, ..."""

    truth: QuestionTruth
    roles: Mapping[str, str]
    cast: Mapping[str, str]

    # ---- expectations ----

    def sought(self, wanted: Wanted) -> Sought:
        metric, subject, period = self._redefined(wanted)
        cut = self.cut(subject)
        name = _TRUTH_NAMES.get(metric, metric)
        stretch = read_period(period, self.truth.today)
        return Sought(name, tuple(_variants(cut)), period, stretch)

    def values(self, sought: Sought, stretch: Stretch) -> list[Value]:
        found: list[Value] = []
        reason = Uncountable("nothing is meant")
        for cut in sought.cuts:
            try:
                found.append(self.truth.value(sought.metric, cut, stretch))
            except Uncountable as error:
                reason = error
        if not found:
            raise reason
        return found

    def cut(self, subject: Mapping[str, Any]) -> dict[str, Any]:
        """In the words of the truth; what depends on another answer is settled."""
        cut: dict[str, Any] = {}
        for key, value in subject.items():
            match key:
                case "shop":
                    pass
                case "segment" | "segment_not" | "from" | "to":
                    cut[key] = self.roles[value]
                case "segment_with":
                    cut["segment"] = self.extreme("segment", value)[0]
                case "segment_of":
                    cut["segment"] = self.truth.labels[self._customer(value["customer"])]
                case "country_with":
                    cut["country"] = self.extreme("country", value)[0]
                case "customer":
                    cut[key] = self._customer(value)
                case "country" | "country_not":
                    cut[key] = self.country(value)
                case "product":
                    cut[key] = self.products(value)
                case "recency":
                    cut["recency_over"] = _days(value, self.truth.today)
                case "orders":
                    cut["orders_exactly"] = 1
                case _:
                    cut[key] = value
        return cut

    def country(self, name: str) -> str:
        """As the records spell it; their cleaning may have spelt it out."""
        known = set(self.truth.count.goods["country"].dropna())
        return name if name in known else _ALIASES.get(name, name)

    def products(self, name: str) -> tuple[str, ...]:
        """The codes of what was ever called so."""
        goods = self.truth.count.goods
        called = goods["product"].astype("string").str.lower() == name.lower()
        return tuple(sorted(goods["product_id"][called.fillna(False)].dropna().unique()))

    def extreme(self, what: str, asked: Mapping[str, Any]) -> list[str]:
        """The segments or countries with most or least, all that share the first place."""
        from evals.questions.naming import ranked

        values = ranked(self, what, asked)
        best = (max if "most" in asked else min)(values.values())
        return [key for key, value in values.items() if value == best]

    def _customer(self, text: str) -> str:
        return self.cast.get(text.strip("{}"), text)

    def _redefined(self, wanted: Wanted) -> tuple[str, Mapping[str, Any], Any]:
        """`means` wins over what stands beside it."""
        abroad = {"country_not": "United Kingdom"}
        match wanted.means:
            case "customers of the segment outside the United Kingdom":
                return wanted.metric, {**wanted.subject, **abroad}, wanted.period
            case "customers of all segments except bottom":
                return wanted.metric, {"segment_not": "bottom"}, wanted.period
            case "customers of the country with most revenue outside the United Kingdom":
                asked = {"most": "revenue", "in": abroad, "period": "lifetime"}
                return wanted.metric, {"country_with": asked}, wanted.period
            case "customers in the segment of customer 1":
                return wanted.metric, {"segment_of": {"customer": "{customer}"}}, wanted.period
            case "revenue of the calendar month before the last one":
                return wanted.metric, wanted.subject, "month_before_last"
            case "orders in the best of the three months by revenue":
                return wanted.metric, wanted.subject, self._best_month(wanted)
        return wanted.metric, wanted.subject, wanted.period

    def _best_month(self, wanted: Wanted) -> dict[str, str]:
        stretch = read_period(wanted.period, self.truth.today)
        assert stretch.start is not None and stretch.end is not None
        months, day = [], stretch.start
        while day < stretch.end:
            months.append(day)
            day = month_start(day, -1)
        cut = self.cut(wanted.subject)
        best = max(months, key=lambda d: self.truth.value("revenue", cut, _month(d)))
        return {"month": f"{best:%Y-%m}"}

    # ---- facts ----

    def fact(self, fact: Mapping[str, Any]) -> tuple[str, Cut, Stretch] | None:
        """What a shown fact claims to be; None where this file does not know its words."""
        metric, operation = fact["metric"], fact.get("operation")
        cut = fact_cut(fact["subject"])
        stretch = read_fact_period(fact["period"], self.truth.today)
        if cut is None:
            return None
        if operation == "share" and metric in ("customers", "revenue"):
            metric = f"share_of_{metric}"
        elif operation == "difference" and metric == "customers" and stretch.start is not None:
            metric = "net_change"
        elif operation not in (None, "largest", "smallest"):
            return None
        if metric == "moved" and not cut:
            metric = "movers"
        if metric == "customers" and stretch == LIFETIME and set(cut) == {"segment"}:
            stretch = LIFETIME
        return _TRUTH_NAMES.get(metric, metric), cut, stretch


def fact_cut(subject: Mapping[str, Any]) -> dict[str, Any] | None:
    """The cut of a fact's subject; None for an audience, a condition on people, ..."""
    kind, key = subject["kind"], subject["id"]
    if kind in ("dataset", "run"):
        return {}
    if kind in _KINDS:
        return {kind: (key,) if kind == "product" else key}
    if kind != "selection":
        return None
    if re.fullmatch(r"[^>=; ]+>[^>=; ]+", key):
        one, two = key.split(">")
        return {"from": one, "to": two}
    cut: dict[str, Any] = {}
    for part in key.split(";"):
        match = re.fullmatch(r"(\w+)(?:=| in )(.+)", part)
        if match is None or match[1] not in _KINDS or key == f"{match[1]}=":
            return None
        keys = tuple(match[2].split("|")) if match[1] == "product" else match[2]
        if "|" in match[2] and match[1] != "product":
            return None
        cut[match[1]] = keys
    return cut


def says(wanted: Wanted, fact: Mapping[str, Any]) -> bool:
    """Whether a fact is a figure of the wanted metric."""
    known = SAME.get(wanted.metric, ((wanted.metric, None),))
    operation = fact.get("operation")
    pairs = {(fact["metric"], operation)}
    if operation in ("largest", "smallest"):
        pairs.add((fact["metric"], None))
    return bool(pairs & set(known))


_CONDITIONS = {"gender", "lifestyle", "city", "recency_over", "orders_exactly"}


def _variants(cut: Cut) -> Iterator[Cut]:
    """ "French customers" bought in France, bought there last, or live there."""
    yield cut
    if cut.keys() & _CONDITIONS:  # nobody is picked out by a condition who asked not to be
        yield {**cut, "opted_out": False}
    if "country" in cut:
        rest = {key: value for key, value in cut.items() if key != "country"}
        yield {**rest, "latest_country": cut["country"]}
        yield {**rest, "home_country": cut["country"]}


def _days(text: str, today: date) -> int:
    match = re.fullmatch(r"over (\d+) (days|months)", text)
    if match is None:
        raise Uncountable(f"no recency: {text}")
    if match[2] == "days":
        return int(match[1])
    months = today.year * 12 + today.month - 1 - int(match[1])
    year, month = months // 12, months % 12 + 1
    return (today - date(year, month, min(today.day, monthrange(year, month)[1]))).days


def _month(day: date) -> Stretch:
    return Stretch(day, month_start(day, -1))
