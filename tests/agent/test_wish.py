"""What is said beside a wish is left out; what would change the answer stays."""

from datetime import date

import pytest

from agent.slots import Slots, read_slots
from agent.vocabulary import Vocabulary
from agent.wish import wish

TODAY = date(2025, 12, 9)
SHOP = Vocabulary(
    TODAY,
    segments=("Champions", "Loyal", "At risk", "Lost"),
    countries=("United Kingdom", "Germany", "France", "Norway", "Sweden"),
    categories=("Kitchen",),
)


def read(text: str) -> Slots:
    return read_slots(text, SHOP, ())


@pytest.mark.parametrize(
    ("said", "wished"),
    [
        ("off to a fair next week!! six german customers who spent the most, so i can thank them",
         "six german customers who spent the most"),
        ("my boss is on the phone: revenue in 2025?", "revenue in 2025?"),
        ("from Lost, the ten who spent the most, I'll write to them myself",
         "from Lost, the ten who spent the most"),
        ("thinking of a newsletter, customers in norway and sweden, how many each",
         "customers in norway and sweden, how many each"),
        ("umsatz in deutschland, mein chef fragt schon wieder", "umsatz in deutschland"),
    ],
)  # fmt: skip
def test_the_reason_is_no_part_of_the_wish(said: str, wished: str) -> None:
    assert wish(said, read, TODAY) == wished


@pytest.mark.parametrize(
    "said",
    [
        "revenue in germany, not counting returns",
        "how many Champions, and how much do they bring in",
        "Lost: how many are they, and what do they bring",
        "we sold a lot in november 2025, how much was it",
        "average order, france versus germany",
        "i am not a numbers person",
        "hello there, thank you",
    ],
)
def test_what_would_change_the_answer_stays(said: str) -> None:
    assert wish(said, read, TODAY) == said


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "Our auditors come on Thursday and two departments have shown me two sheets. One of "
            "them forgot what was sent back. So what did we turn over in 2024? A number will do.",
            "So what did we turn over in 2024?",
        ),
        (
            "The monthly note says Lost has been stable, a phrase I have learned to distrust in "
            "thirty years. By how many customers has it changed over the last month?",
            "By how many customers has it changed over the last month? (Lost)",
        ),
        (
            "I was told that Kitchen paid for the lot in 2024, though whoever said so also runs "
            "Kitchen. What did that category in fact bring in over the year?",
            "What did that category in fact bring in over the year? (Kitchen) "
            "between 2024-01-01 and 2024-12-31",
        ),
        (
            "Need an audience for the mailing on friday: Loyal, quiet for 60 days or longer, and "
            "in Germany. How many is that?",
            "Need an audience for the mailing on friday: Loyal, quiet for 60 days or longer, and "
            "in Germany. How many is that?",
        ),
        (
            "We have argued about this all morning and I would like to be done with it by noon, "
            "honestly. How many customers do we have? Only Germany, please.",
            "How many customers do we have?, Only Germany",
        ),
    ],
)
def test_of_a_text_the_sentence_that_asks(text: str, asked: str) -> None:
    assert wish(text, read, TODAY) == asked
