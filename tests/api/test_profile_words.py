"""What the terminal says of a profile."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.profile_words import bars, correlation_words, profile_words
from engine.profile import profile_table


def profile(**more: Any) -> dict[str, Any]:
    import polars as pl

    table = pl.DataFrame(
        {
            "customer_id": ["ann", "bob", None, "ann"],
            "weekday": [1, 1, 1, 7],
            "total_minor": [100, 250, 250, 123456],
            "discount": [None] * 4,
        },
        schema_overrides={"discount": pl.Decimal(18, 6)},
    )
    about = {
        "dataset": "corner", "version": 3, "kinds": ["transactions", "texts"], "currency": "GBP",
        "decimals": 2, "money": ["total_minor"],
    }  # fmt: skip
    return about | profile_table("transactions", table).to_json() | more


def test_each_column_is_one_line_with_money_in_the_shops_currency() -> None:
    lines = profile_words(profile()).splitlines()
    assert lines[0] == "Transactions of 'corner', version 3: 4 rows."
    assert "--kind texts" in lines[1]
    found = {line.split("  ")[0]: " ".join(line.split()) for line in lines[5:8]}
    assert found["customer id"] == "customer id id 75% 2"
    assert found["weekday"].endswith("Mon 75%, Sun 25%")
    assert found["total"].endswith("£1.00 to £1,235, half above £2.50")
    assert "Empty: discount." in lines


def test_all_is_said_only_of_all() -> None:
    nearly = profile(missing={name: {"count": 1, "share": 0.001} for name in profile()["missing"]})
    assert "over 99%" in profile_words(nearly)


def test_strong_correlations_are_sentences_and_weak_ones_are_not() -> None:
    pairs = [
        {"first": "visits", "second": "total_minor", "value": 0.71, "rows": 50},
        {"first": "age", "second": "visits", "value": -0.4, "rows": 50},
        {"first": "age", "second": "total_minor", "value": 0.29, "rows": 50},
    ]
    assert correlation_words(pairs)[1:] == [
        "  visits and total rise together (0.71)",
        "  visits falls as age rises (-0.40)",
    ]
    assert "No two columns" in correlation_words(pairs[2:])[0]


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=40).filter(any))
def test_bars_have_a_height_for_each_count_and_a_gap_for_nothing(counts: list[int]) -> None:
    drawn = bars(counts)
    assert len(drawn) == len(counts)
    assert drawn[counts.index(max(counts))] == "█"
    assert [bar == " " for bar in drawn] == [count == 0 for count in counts]
