"""The plain rules of a shop without orders."""

import pandas as pd

from engine.clustering.method import BANDS, RULES, SegmentModel, yardstick_of
from engine.preparation import offered_spaces

TEN = pd.DataFrame(
    {"age": range(20, 30), "income": [10, 20, 30, 40, 50, 60, 70, 80, 90, 100], "town": ["a"] * 10},
    index=[f"c{n}" for n in range(10)],
)


def names(frame: pd.DataFrame) -> list[str]:
    model = SegmentModel.fit(frame, "leading attribute", BANDS, 0, 0)
    return [model.fitted.names[label] for label in model.assign(frame)[0]]


def test_fifths_of_the_attribute_that_is_worth_most() -> None:
    model = SegmentModel.fit(TEN, "leading attribute", BANDS, 0, 0)
    assert [column.name for column in model.preparation.columns] == ["income"]
    assert names(TEN)[::2] == [
        "Lowest fifth", "Second fifth", "Middle fifth", "Fourth fifth", "Highest fifth",
    ]  # fmt: skip


def test_equal_values_are_never_divided() -> None:
    found = names(TEN.assign(income=[0] * 6 + [1, 2, 3, 4]))
    assert found[:6] == ["Second fifth"] * 6
    assert set(found[6:]) == {"Fourth fifth", "Highest fifth"}


def test_without_a_number_everybody_is_one_segment() -> None:
    assert set(names(TEN[["town"]])) == {"Everyone"}
    assert set(names(TEN.assign(income=5.0, age=30.0))) == {"Everyone"}


def test_the_rules_where_there_are_orders_else_the_bands() -> None:
    assert yardstick_of(offered_spaces(TEN)) is BANDS
    orders = TEN.assign(recency=1, frequency=2, monetary=3)
    assert yardstick_of(offered_spaces(orders)) is RULES
