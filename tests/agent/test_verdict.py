"""Yes or no, only where the question asks whether and the figures prove it."""

import pytest

from agent.found import Fact
from agent.verdict import of_change, of_order


def fact(subject: str, shows_as: str) -> Fact:
    return {"subject": subject, "shows_as": shows_as}


@pytest.mark.parametrize(
    ("question", "change", "said"),
    [
        ("did revenue grow <PERIOD>?", "5.65%", "Yes."),
        ("did revenue grow <PERIOD>?", "-5.65%", "No."),
        ("is <COUNTRY> shrinking", "-2.44%", "Yes."),
        ("and are sales up <PERIOD>", "0.00%", "No."),
        ("is revenue up or down", "5.65%", ""),
        ("how did revenue grow", "5.65%", ""),
        ("isn't revenue growing?", "5.65%", ""),
        ("why did revenue drop?", "-5.65%", ""),
    ],
)
def test_of_a_change(question: str, change: str, said: str) -> None:
    assert of_change(question, fact("shop", change)) == said


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("is <CATEGORY> bigger than <CATEGORY>?", "Yes."),
        ("does <CATEGORY> bring less than <CATEGORY>?", "No."),
        ("is the shop bigger than <CATEGORY>?", ""),
        ("is <CATEGORY> growing faster than <CATEGORY>?", ""),
        ("which is bigger, <CATEGORY> or <CATEGORY>?", ""),
    ],
)
def test_of_two(question: str, said: str) -> None:
    facts = [fact("Bath", "£140"), fact("Garden", "£245")]
    assert of_order(question, ("Garden", "Bath"), facts) == said


def test_two_that_are_alike_are_neither() -> None:
    facts = [fact("Bath", "£245"), fact("Garden", "£245")]
    assert of_order("is <CATEGORY> bigger than <CATEGORY>?", ("Garden", "Bath"), facts) == ""
