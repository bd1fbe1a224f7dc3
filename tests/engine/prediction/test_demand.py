"""Demand from months: last year's month is the rule, and growth has to beat it."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from engine.errors import NotPossible
from engine.prediction.demand import (
    AHEAD,
    RULE,
    WAYS,
    MonthlySales,
    find_cutoffs,
    forecast_demand,
    try_ways,
    wape,
)

SEASON = np.array([1, 1, 2, 2, 3, 3, 2, 2, 3, 4, 6, 5]) * 1000.0


def months(count: int) -> tuple[date, ...]:
    return tuple(date(2023 + n // 12, n % 12 + 1, 1) for n in range(count))


def make_sales(series: dict[str, np.ndarray], category: str | None = None) -> MonthlySales:
    """Each customer's revenue by month; units are a tenth of it."""
    length = len(next(iter(series.values())))
    rows = [
        (customer, category, month, float(value) / 10, round(value))
        for customer, values in series.items()
        for month, value in zip(months(length), values, strict=True)
    ]
    schema = {"customer_id": pl.String, "category": pl.String, "month": pl.Date,
              "units": pl.Float64, "revenue": pl.Int64}  # fmt: skip
    return MonthlySales(pl.DataFrame(rows, schema=schema, orient="row"), months(length))


def growing(years: int, by: float) -> np.ndarray:
    return np.concatenate([SEASON * by**year for year in range(years)])


def nobody(month: date) -> dict[str, str]:
    return {}


def test_a_growing_shop_beats_last_year() -> None:
    found = forecast_demand(make_sales({"a": growing(3, 1.4)}), "shop", "revenue", nobody)
    assert not found.refused and found.errors[found.way] < 0.01
    assert found.errors[RULE] == pytest.approx(1 - 1 / 1.4, abs=0.001)
    assert found.months == (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
    assert found.forecast["shop"] == pytest.approx(SEASON[:AHEAD] * 1.4**3, rel=0.01)


def test_a_shop_that_repeats_itself_is_served_by_the_rule() -> None:
    found = forecast_demand(make_sales({"a": growing(3, 1.0)}), "shop", "units", nobody)
    assert found.refused and found.way == RULE
    assert found.forecast["shop"] == pytest.approx(SEASON[:AHEAD] / 10)
    assert "same month last year" in found.reason


def test_a_segment_is_its_customers_as_of_the_cut_off() -> None:
    sales = make_sales({"a": growing(3, 1.5), "b": growing(3, 1.0), "guestlike": growing(3, 2.0)})
    asked = []

    def members(month: date) -> dict[str, str]:
        asked.append(month)
        return {"a": "loyal", "b": "lost"}

    found = forecast_demand(sales, "segment", "revenue", members)
    assert list(found.forecast) == ["lost", "loyal"]
    assert asked == [*(sales.months[c] for c in find_cutoffs(sales)), date(2026, 1, 1)]


def test_nothing_after_the_cut_off_is_seen() -> None:
    plain = growing(3, 1.2)
    changed = plain.copy()
    cutoff = find_cutoffs(make_sales({"a": plain}))[0]
    changed[cutoff:] = 7
    before, after = (
        try_ways(make_sales({"a": one}), cutoff, "shop", "revenue", nobody)
        for one in (plain, changed)
    )
    for way in WAYS:
        assert (before.said[way] == after.said[way]).all()
    assert (before.truth != after.truth).all()


def test_what_chooses_had_come_before_what_is_reported() -> None:
    cutoffs = find_cutoffs(make_sales({"a": growing(2, 1.1)}))
    choosing, reported = cutoffs[:-3], cutoffs[-3:]
    assert choosing and max(choosing) + AHEAD <= min(reported)
    assert max(reported) + AHEAD == 24
    with pytest.raises(
        NotPossible, match="18 full months of orders; a forecast of demand takes 19"
    ):
        find_cutoffs(make_sales({"a": growing(2, 1.1)[:18]}))


def test_a_shop_without_categories_says_so() -> None:
    with pytest.raises(NotPossible, match="No sale says its category"):
        forecast_demand(make_sales({"a": growing(3, 1.2)}), "category", "revenue", nobody)
    found = forecast_demand(
        make_sales({"a": growing(3, 1.2)}, "Tea"), "category", "revenue", nobody
    )
    assert list(found.forecast) == ["Tea"]


def test_the_error_is_what_was_missed_over_what_came() -> None:
    trial = try_ways(make_sales({"a": growing(3, 1.25)}), 24, "shop", "revenue", nobody)
    assert wape([trial], RULE) == pytest.approx(0.2, abs=0.001)
