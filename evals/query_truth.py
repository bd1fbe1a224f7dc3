"""What a query counts, in plain pandas.

This file shares nothing with the engine: it says again, in other code, what a kept sale, an order,
a cohort and each measure are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_CANCELLATION = timedelta(days=3)
_ZERO = ("revenue", "gross_revenue", "returns", "orders", "customers", "units", "products",
         "countries", "new_customers", "returning_customers")  # fmt: skip
_FREQUENCY = {"year": "Y", "quarter": "Q", "month": "M", "week": "W-SUN", "day": "D"}

Cell = tuple[Any, ...]
Values = dict[str, float | None]


@dataclass(frozen=True)
class Asked:
    """A query as this file understands it: `start` and `end` are the first and the last day."""

    measures: tuple[str, ...]
    by: tuple[str, ...]
    start: date | None
    end: date | None
    only: Mapping[str, tuple[str, ...]]
    who: "Callable[[pd.DataFrame], pd.Series[bool]] | None" = None


@dataclass(frozen=True)
class QueryTruth:
    """`records` until the moment; `segments` by customer; `today` is the moment's own day."""

    records: "pd.DataFrame"
    segments: Mapping[str, str]
    today: date

    def answer(self, asked: Asked) -> dict[Cell, Values]:
        lines = self.lines(asked)
        by = [f"by_{name}" for name in asked.by] or ["by_all"]
        for name in asked.by:
            lines[f"by_{name}"] = self._keys(lines, name)
        lines["by_all"] = 0
        found = {measure: self._measured(measure, lines, by) for measure in asked.measures}
        cells = lines[by].drop_duplicates()
        answer: dict[Cell, Values] = {}
        for keys in cells.itertuples(index=False, name=None):
            cell = tuple(_plain(key) for key in keys) if asked.by else ()
            answer[cell] = {
                m: found[m].get(_hashable(keys), 0 if m in _ZERO else None) for m in asked.measures
            }
        return answer

    @cached_property
    def goods(self) -> "pd.DataFrame":
        """Sales and returns with their day; `stands` marks the sales that were not taken back."""
        import pandas as pd

        goods = self.records[self.records["line_kind"].isin(["sale", "return"])].copy()
        goods["day"] = pd.to_datetime(goods["local_date"])
        goods["stands"] = (goods["line_kind"] == "sale") & ~goods["event_id"].isin(self._taken)
        first = goods[goods["stands"]].dropna(subset=["customer_id"]).groupby("customer_id")
        goods["first_at"] = goods["customer_id"].map(first["occurred_at"].min())
        goods["first_day"] = goods["customer_id"].map(first["day"].min())
        goods["segment"] = goods["customer_id"].map(dict(self.segments))
        return goods

    @cached_property
    def _taken(self) -> set[str]:
        """Of each return the latest sale of as many of the product to the same customer."""
        same = ["customer_id", "product_id", "quantity"]
        kinds = self.records["line_kind"]
        sales = self.records[kinds == "sale"][[*same, "occurred_at", "event_id"]]
        returns = self.records[kinds == "return"].dropna(subset=same)
        returns = returns.assign(quantity=-returns["quantity"])
        pairs = sales.dropna(subset=same).merge(
            returns[[*same, "occurred_at", "event_id"]], on=same, suffixes=("", "_back")
        )
        waited = pairs["occurred_at_back"] - pairs["occurred_at"]
        pairs = pairs[(waited >= timedelta(0)) & (waited <= _CANCELLATION)]
        order = pairs.sort_values(["occurred_at", "event_id"], ascending=[False, True])
        return set(order.drop_duplicates("event_id_back")["event_id"])

    @cached_property
    def people(self) -> "pd.DataFrame":
        """One row per customer with a kept sale, from all their time."""
        import pandas as pd

        goods = self.goods.dropna(subset=["customer_id"])
        bought = goods[goods["stands"]].groupby("customer_id")
        today = pd.Timestamp(self.today)
        return pd.DataFrame(
            {
                "recency": (today - bought["day"].max()).dt.days,
                "frequency": bought["order_id"].nunique(),
                "tenure": (today - bought["day"].min()).dt.days,
            }
        ).join(goods.groupby("customer_id")["total_minor"].sum().rename("monetary"))

    def lines(self, asked: Asked) -> "pd.DataFrame":
        """The sales and returns that a query is about."""
        import pandas as pd

        lines = self.goods
        if asked.start is not None:
            lines = lines[lines["day"] >= pd.Timestamp(asked.start)]
        if asked.end is not None:
            lines = lines[lines["day"] <= pd.Timestamp(asked.end)]
        for name, keys in asked.only.items():
            lines = lines[lines["product_id" if name == "product" else name].isin(keys)]
        if asked.who is not None:
            people = self.people
            lines = lines[lines["customer_id"].isin(people.index[asked.who(people)])]
        return lines.copy()

    def _keys(self, lines: "pd.DataFrame", name: str) -> Any:
        if name in _FREQUENCY:
            return lines["day"].dt.to_period(_FREQUENCY[name]).dt.start_time
        if name == "cohort":
            return lines["first_day"].dt.to_period("M").dt.start_time
        if name == "months_since_first":
            day, first = lines["day"].dt, lines["first_day"].dt
            return (day.year - first.year) * 12 + day.month - first.month
        return lines[{"product": "product_id", "hour": "local_hour"}.get(name, name)]

    # ---- measures ----

    def _measured(self, measure: str, lines: "pd.DataFrame", by: list[str]) -> dict[Cell, Any]:
        kind, _, feature = measure.partition("_")
        if kind in ("median", "mean"):
            pairs = lines[lines["stands"]].drop_duplicates([*by, "customer_id"])
            pairs = pairs.join(self.people, on="customer_id", how="inner")[[*by, feature]]
            found = pairs.groupby(by, dropna=False)[feature].agg(kind)
            return _cells(found.map(round) if feature == "monetary" else found)
        if measure in ("average_order", "items_per_order", "repeat_rate", "discount_share"):
            return self._divided(measure, lines, by)
        if measure == "returning_customers":
            everybody = self._measured("customers", lines, by)
            new = self._measured("new_customers", lines, by)
            return {cell: count - new.get(cell, 0) for cell, count in everybody.items()}
        return _cells(self._counted(measure, lines, by))

    def _counted(self, measure: str, lines: "pd.DataFrame", by: list[str]) -> "pd.Series[Any]":
        sales, kept = lines[lines["line_kind"] == "sale"], lines[lines["stands"]]
        match measure:
            case "revenue":
                return lines.groupby(by, dropna=False)["total_minor"].sum()
            case "gross_revenue":
                return sales.groupby(by, dropna=False)["total_minor"].sum()
            case "returns":
                back = lines[lines["line_kind"] == "return"]
                return -back.groupby(by, dropna=False)["total_minor"].sum()
            case "units":
                return lines.groupby(by, dropna=False)["quantity"].sum()
            case "orders":
                return _different(kept, by, ["order_id", "customer_id"])
            case "products":
                return _different(kept.dropna(subset=["product_id"]), by, ["product_id"])
            case "countries":
                return _different(kept.dropna(subset=["country"]), by, ["country"])
        people = kept.dropna(subset=["customer_id"])
        if measure == "new_customers":
            people = people[people["occurred_at"] == people["first_at"]]
        return _different(people, by, ["customer_id"])

    def _divided(self, measure: str, lines: "pd.DataFrame", by: list[str]) -> dict[Cell, Any]:
        if measure == "discount_share":
            sales = lines[lines["line_kind"] == "sale"]
            price, off = (sales[name].astype(float) for name in ("unit_price", "discount"))
            parts = sales[by].assign(off=sales["quantity"] * off.fillna(0),
                                     full=sales["quantity"] * price)  # fmt: skip
            sums = parts.groupby(by, dropna=False)[["off", "full"]].sum()
            return _cells((sums["off"] / sums["full"])[sums["full"] != 0])
        if measure == "repeat_rate":
            people = lines[lines["stands"]].dropna(subset=["customer_id"])
            orders = _different(people, [*by, "customer_id"], ["order_id"]).rename("orders")
            return _cells((orders > 1).groupby(level=by, dropna=False).mean())
        above = self._measured("revenue" if measure == "average_order" else "units", lines, by)
        orders_of = self._measured("orders", lines, by)
        quotients = {cell: above[cell] / count for cell, count in orders_of.items() if count}
        whole = measure == "average_order"
        return {cell: round(one) if whole else one for cell, one in quotients.items()}


def _different(lines: "pd.DataFrame", by: list[str], what: list[str]) -> "pd.Series[Any]":
    return lines.drop_duplicates([*by, *what]).groupby(by, dropna=False).size()


def _cells(found: "pd.Series[Any]") -> dict[Cell, Any]:
    pairs = zip(found.index, found.tolist(), strict=True)
    return {_hashable(keys if isinstance(keys, tuple) else (keys,)): value for keys, value in pairs}


def _hashable(keys: tuple[Any, ...]) -> Cell:
    return tuple(_plain(key) for key in keys)


def _plain(key: Any) -> Any:
    import pandas as pd

    if pd.isna(key):
        return None
    if isinstance(key, pd.Timestamp):
        return key.date()
    return key if isinstance(key, str) else int(key)
