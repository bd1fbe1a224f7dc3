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
