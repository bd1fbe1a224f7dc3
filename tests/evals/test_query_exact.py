"""The count in other code agrees, and a query that counts wrongly is found out."""

from datetime import date

import pytest
from shops import Line, transactions

from engine.query import lines as query_lines
from evals.bench.bars import Setting
from evals.bench.query_exact import differing
from evals.query_truth import Asked, QueryTruth
from tools.context import Context


def test_random_queries_equal_the_independent_count(context: Context) -> None:
    said: list[str] = []
    assert differing(context, 25, Setting(False, said.append)) == 0
    assert said[-1].startswith("25 queries with ")
    assert not said[-1].startswith("25 queries with 0 ")


def test_a_wrong_count_is_found(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_lines, "kept_sales", lambda known: known)
    assert differing(context, 12, Setting(False, lambda text: None)) > 0


def test_the_truth_on_a_shop_that_a_person_can_check() -> None:
    lines: list[Line] = [
        ("1", "ann", "2025-03-01T10:00", "tea", 1, "5.00"),
        ("2", "bob", "2025-03-30T12:00", "pot", 1, "40.00"),
        ("C2", "bob", "2025-03-31T12:00", "pot", -1, "40.00"),
        ("3", "ann", "2025-04-02T12:00", "tea", 2, "5.00"),
        ("4", None, "2025-04-02T12:00", "tea", 1, "5.00"),
    ]
    truth = QueryTruth(transactions(lines).to_pandas(), {"ann": "s1"}, date(2025, 5, 1))
    measures = (
        "revenue",
        "orders",
        "customers",
        "new_customers",
        "average_order",
        "median_monetary",
    )
    asked = Asked(measures, ("month",), None, None, {})
    found = truth.answer(asked)
    assert {cell: tuple(values.values()) for cell, values in found.items()} == {
        (date(2025, 3, 1),): (500, 1, 1, 1, 500, 1500),
        (date(2025, 4, 1),): (1500, 2, 1, 0, 750, 1500),
    }
    by_segment = truth.answer(Asked(("repeat_rate", "units"), ("segment",), None, None, {}))
    assert by_segment[("s1",)] == {"repeat_rate": 1.0, "units": 3}
    assert by_segment[(None,)] == {"repeat_rate": None, "units": 1}
