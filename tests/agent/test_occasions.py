"""Days that are known by a name."""

from datetime import date

import pytest

from agent.occasions import unsettled, with_occasions

TODAY = date(2025, 12, 9)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("sales black friday 2024", "sales on 2024-11-29"),
        ("black friday sales", " on 2025-11-28 sales"),
        ("orders bfcm 24", "orders between 2024-11-29 and 2024-12-02"),
        ("black friday week", " between 2025-11-24 and 2025-11-30"),
        ("cyber monday 2025", " on 2025-12-01"),
        ("on boxing day", " on 2024-12-26"),
        ("valentine's day 2025 revenue", " on 2025-02-14 revenue"),
        ("black friday sales vs 2024", " on 2025-11-28 sales versus on 2024-11-29"),
        ("black friday month (nov 25)", "black friday month (nov 25)"),
        ("black friday week, 24-30 nov 2025", "black friday week, 24-30 nov 2025"),
    ],
)
def test_days_that_have_a_name(question: str, said: str) -> None:
    assert with_occasions(question, TODAY).split() == said.split()


def test_what_only_the_asker_knows() -> None:
    assert unsettled("how did Easter go") == "Easter"
    assert not unsettled("how did March go")
