"""Queries on a shop that a person can check by hand."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shops import Line, at, transactions, write

from engine.errors import BadInput, NotFound
from engine.features import feature_table, open_transactions
from engine.query import (
    DIMENSIONS,
    MEASURES,
    Known,
    Row,
    before,
    cell_days,
    clipped,
    key_text,
    key_words,
    leads,
    make_query,
    read_period,
    run_query,
    sort_rows,
    with_lost,
)

MOMENT = at("2025-05-01")
# Bob's pot is taken back the day after; Ann's returned tea was another price, and stays sold.
LINES: list[Line] = [
    ("1", "ann", "2025-03-01T10:00", "tea", 2, "5.00"),
    ("2", "bob", "2025-03-30T12:00", "pot", 1, "40.00"),
    ("C2", "bob", "2025-03-31T12:00", "pot", -1, "40.00"),
    ("3", None, "2025-04-01T09:00", "tea", 1, "5.00"),
    ("4", "ann", "2025-04-02T09:00", "cup", 3, "2.50"),
    ("5", "ann", "2025-04-02T10:00", "tea", 1, "5.00"),
    ("5", "ann", "2025-04-02T10:00", "POST", 1, "4.00"),
    ("6", "cat", "2025-04-02T11:00", "cup", 1, "2.50"),
    ("C7", "ann", "2025-04-20T10:00", "tea", -1, "4.00"),
    ("9", "dan", "2025-05-02T10:00", "tea", 9, "5.00"),  # not known yet
]
Answer = Callable[..., dict[tuple[Any, ...], tuple[Any, ...]]]


@pytest.fixture
def answer(tmp_path: Path) -> Iterator[Answer]:
    with open_transactions(write(transactions(LINES), tmp_path)) as table:
        features = feature_table(table, MOMENT)

        def run(measures: str, by: str = "", **more: Any) -> dict[tuple[Any, ...], tuple[Any, ...]]:
            query = make_query(measures.split(), by.split())
            query = type(query)(query.measures, query.dimensions, **more)
            records = Known(table, MOMENT, {"ann": "s1", "cat": "s2"}, features)
            rows = run_query(query, records)
            return {row.keys: tuple(row.values.values()) for row in rows}

        yield run


def test_money_is_net_and_knows_guests_and_no_postage(answer: Answer) -> None:
    # 10 + 40 - 40 + 5 + 7.50 + 5 + 2.50 - 4
    assert answer("revenue gross_revenue returns units") == {(): (2600, 7000, 4400, 7)}


def test_orders_customers_and_products_are_of_kept_sales(answer: Answer) -> None:
    assert answer("orders customers products average_order") == {(): (5, 2, 2, 520)}
    assert answer("countries") == {(): (0,)}  # none is recorded
    assert answer("items_per_order repeat_rate discount_share") == {(): (1.4, 0.5, 0.0)}


def test_new_and_returning_customers_by_month(answer: Answer) -> None:
    assert answer("customers new_customers returning_customers", "month") == {
        (date(2025, 3, 1),): (1, 1, 0),
        (date(2025, 4, 1),): (2, 1, 1),
    }


def test_a_cell_without_a_kept_sale_has_no_average(answer: Answer) -> None:
    assert answer("revenue orders average_order repeat_rate", "product") == {
        ("cup",): (1000, 2, 500, 0.0),
        ("pot",): (0, 0, None, None),
        ("tea",): (1600, 3, 533, 1.0),
    }


def test_cohorts_and_the_months_since_keep_guests_apart(answer: Answer) -> None:
    assert answer("customers median_monetary mean_tenure", "cohort months_since_first") == {
        (date(2025, 3, 1), 0): (1, 1850, 61),
        (date(2025, 3, 1), 1): (1, 1850, 61),
        (date(2025, 4, 1), 0): (1, 250, 29),
        (None, None): (0, None, None),
    }


def test_segments_weekdays_and_hours(answer: Answer) -> None:
    assert answer("orders", "segment") == {("s1",): (3,), ("s2",): (1,), (None,): (1,)}
    assert answer("orders", "weekday hour", only={"segment": ("s1",)}) == {
        (3, 9): (1,), (3, 10): (1,), (6, 10): (1,), (7, 10): (0,),
    }  # fmt: skip


def test_rows_are_kept_by_key_day_and_customer(answer: Answer) -> None:
    april = (date(2025, 4, 1), date(2025, 4, 3))
    assert answer("revenue", days=april, only={"product": ("tea", "pot")}) == {(): (1000,)}
    assert answer("revenue", customers=frozenset({"cat", "bob"})) == {(): (250,)}
    assert answer("revenue", "product", days=(date(2026, 1, 1), None)) == {}


def test_the_parts_of_a_discount_are_exact(tmp_path: Path) -> None:
    from decimal import Decimal

    import pyarrow as pa

    table = transactions([("1", "ann", "2025-03-01T10:00", "tea", 3, "0.10")])
    off = pa.array([Decimal("0.01")], pa.decimal128(18, 6))
    table = table.set_column(table.column_names.index("discount"), "discount", off)
    with open_transactions(write(table, tmp_path)) as found:
        (row,) = run_query(make_query(["discount_share"], []), Known(found, MOMENT))
    assert row.values == {"discount_share": 0.1}


def test_every_measure_and_dimension_can_be_asked(answer: Answer) -> None:
    for measure in MEASURES:
        assert len(answer(measure)) == 1
    for dimension in DIMENSIONS:
        assert answer("orders", dimension)


def test_names_are_read_kindly_and_unknown_ones_answered_with_the_nearest() -> None:
    query = make_query(["Average order", "average_order"], ["Month"])
    assert [measure.name for measure in query.measures] == ["average_order"]
    with pytest.raises(NotFound, match="Did you mean 'customers'"):
        make_query(["custmers"], [])
    with pytest.raises(NotFound, match="Did you mean 'country'"):
        make_query(["orders"], ["countri"])
    with pytest.raises(BadInput, match="Two grains of time"):
        make_query(["orders"], ["month", "year"])
    with pytest.raises(BadInput, match="A query along 4 dimensions"):
        make_query(["orders"], ["month", "country", "segment", "product"])


# ---- periods -----------------------------------------------------------------------------------

TODAY = date(2025, 12, 10)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", (None, None)),
        ("2025-11", (date(2025, 11, 1), date(2025, 12, 1))),
        ("in 2024", (date(2024, 1, 1), date(2025, 1, 1))),
        ("last month", (date(2025, 11, 1), date(2025, 12, 1))),
        ("Last 10 days", (date(2025, 12, 1), date(2025, 12, 11))),
        ("since 2025-06", (date(2025, 6, 1), None)),
        ("until 2025-06-03", (None, date(2025, 6, 4))),
        ("between 2025-01 and 2025-03", (date(2025, 1, 1), date(2025, 4, 1))),
    ],
)
def test_periods_are_written_as_in_filters(
    text: str, days: tuple[date | None, date | None]
) -> None:
    assert read_period(text, TODAY) == days


@pytest.mark.parametrize("text", ["lately", "in 2025 or period in 2024", "is missing", "2025-13"])
def test_what_is_no_period_is_told(text: str) -> None:
    with pytest.raises(BadInput, match="no (single )?period"):
        read_period(text, TODAY)


def test_the_period_before_is_as_long_and_as_far() -> None:
    november, december = (date(2025, 11, 1), date(2025, 12, 1)), (date(2025, 12, 1), None)
    assert before(november, TODAY, "previous period") == (date(2025, 10, 1), date(2025, 11, 1))
    assert before(november, TODAY, "same period last year") == (
        date(2024, 11, 1), date(2024, 12, 1),
    )  # fmt: skip
    this_month = (date(2025, 12, 1), date(2026, 1, 1))
    assert before(this_month, TODAY, "previous period") == (date(2025, 11, 1), date(2025, 11, 11))
    assert before(december, TODAY, "previous period") == (date(2025, 11, 21), date(2025, 12, 1))
    with pytest.raises(BadInput, match="needs a period with a beginning"):
        before((None, None), TODAY, "previous period")


@given(st.dates(date(2001, 1, 1), date(2030, 1, 1)), st.integers(1, 400), st.booleans())
def test_the_period_before_ends_where_the_period_begins(
    start: date, days: int, last_year: bool
) -> None:
    end = date.fromordinal(start.toordinal() + days)
    known = date.fromordinal(end.toordinal() - 1)
    found = before((start, end), known, "same period last year" if last_year else "previous period")
    assert found[0] < found[1]
    assert last_year or found[1] == start


def test_a_period_stops_where_the_records_stop() -> None:
    first, last = date(2025, 1, 3), date(2025, 12, 10)
    assert clipped((None, None), first, last) == (first, date(2025, 12, 11))
    assert clipped((date(2025, 12, 1), date(2026, 1, 1)), first, last)[1] == date(2025, 12, 11)
    with pytest.raises(BadInput, match="from 3 Jan 2025 to 10 Dec 2025"):
        clipped((date(2026, 1, 1), None), first, last)


# ---- words and order ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key", "words", "text"),
    [
        ("weekday", 1, "Monday", "1"),
        ("hour", 9, "hour from 09:00", "9"),
        ("cohort", date(2025, 3, 1), "cohort of Mar 2025", "2025-03"),
        ("months_since_first", 0, "first month", "0"),
        ("months_since_first", 1, "1 month after the first", "1"),
        ("quarter", date(2025, 4, 1), "2025-Q2", "2025-Q2"),
        ("country", None, "no known country", ""),
        ("country", "France", "France", "France"),
    ],
)
def test_keys_have_words(name: str, key: str | int | date | None, words: str, text: str) -> None:
    assert key_words(DIMENSIONS[name], key) == words
    assert key_text(DIMENSIONS[name], key) == text


def test_a_cell_of_time_covers_its_days() -> None:
    assert cell_days(DIMENSIONS["quarter"], date(2025, 10, 1)) == (
        date(2025, 10, 1), date(2026, 1, 1),
    )  # fmt: skip
    assert cell_days(DIMENSIONS["week"], date(2025, 12, 29))[1] == date(2026, 1, 5)


def test_rows_are_sorted_with_the_undefined_last() -> None:
    query = make_query(["revenue"], ["country"])
    values = {"France": 5, "Spain": None, "Italy": 9, None: 5}
    rows = [Row((key,), {"revenue": value}, 1) for key, value in values.items()]
    by = query.measures[0]
    largest = sort_rows(query, rows, by, ascending=False)
    assert [row.keys[0] for row in largest] == ["Italy", "France", None, "Spain"]
    smallest = sort_rows(query, rows, by, ascending=True)
    assert [row.keys[0] for row in smallest] == ["France", None, "Italy", "Spain"]
    assert leads(largest, by) and not leads(smallest, by) and not leads(largest[:1], by)
    named = sort_rows(query, rows, query.dimensions[0], ascending=True)
    assert [row.keys[0] for row in named] == ["France", "Italy", "Spain", None]


def test_what_is_sold_no_more_has_a_row_of_nothing() -> None:
    query = make_query(["revenue", "average_order"], ["country"])
    earlier = {("France",): Row(("France",), {"revenue": 5, "average_order": 5}, 3)}
    assert with_lost(query, [], earlier) == [
        Row(("France",), {"revenue": 0, "average_order": None}, 0)
    ]


def test_a_query_is_an_expression(tmp_path: Path) -> None:
    from engine.query.lines import query_lines

    with open_transactions(write(transactions(LINES), tmp_path)) as table:
        lines = query_lines(make_query(["revenue"], ["month"]), Known(table, MOMENT))
        assert isinstance(lines, ibis.Table) and "key_0" in lines.columns
