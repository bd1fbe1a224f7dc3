"""The count in other code agrees, and a filter that is compiled wrongly is found out."""

import pandas as pd
import pytest
from shops import Line, at, transactions

from engine.filters import Field, Fields, compiling, parse_filter
from evals.bench.bars import Setting
from evals.bench.filters_exact import differing
from evals.filter_truth import Truth


def test_random_filters_mean_what_the_independent_count_says() -> None:
    said: list[str] = []
    assert differing(60, 60, Setting(False, said.append)) == 0
    assert said[-1].startswith("60 filters, ")
    assert not said[-1].startswith("60 filters, 0 customers")


def test_a_wrong_comparison_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = lambda column, operator, value: column >= value  # noqa: E731
    monkeypatch.setattr(compiling, "_compared", wrong)
    assert differing(15, 40, Setting(False, lambda text: None)) > 0


def test_the_truth_on_a_shop_that_a_person_can_check() -> None:
    lines: list[Line] = [
        ("1", "ann", "2025-03-01T10:00", "tea", 1, "5.00"),
        ("2", "bob", "2025-03-30T12:00", "pot", 1, "40.00"),
        ("C2", "bob", "2025-03-31T12:00", "pot", -1, "40.00"),
    ]
    people = pd.DataFrame({"age": [30.0, None]}, index=pd.Index(["ann", "bob"]))
    rows = transactions(lines).to_pandas()
    fields = Fields((Field("age", "number", ""),))
    truth = Truth(people, {"age": "number"}, {}, rows, at("2025-04-01"))
    for text, customers in (
        ("age > 20", {"ann"}),
        ("not age > 20", set()),
        ("age is missing or bought tea", {"ann", "bob"}),
        ("never bought pot", {"ann", "bob"}),
        ("bought tea in last month", {"ann"}),
        ("bought tea in this month", set()),
    ):
        assert truth.customers(parse_filter(text, fields)) == customers, text
