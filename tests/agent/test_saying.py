"""People described in one line: every word of it counts, or none does."""

from datetime import date

import pytest

from agent.saying import filter_of
from agent.vocabulary import Vocabulary
from engine.errors import BadInput

SHOP = Vocabulary(
    date(2026, 1, 1), ("Champions", "At risk", "Loyal"), ("Germany", "France", "United Kingdom"),
    ("Tea", "Kitchen"), ("web",), (("big cat", "Big cat"),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("champions in Germany who did not buy for 60 days",
         "recency > 60 and segment in (Champions) and country in (Germany)"),
        ("Champions or Loyal in Germany and France",
         "segment in (Champions, Loyal) and country in (Germany, France)"),
        ("customers with at least 3 orders in the UK",
         'frequency >= 3 and country in ("United Kingdom")'),
        ("people who bought more than 3 times and spent over £1,000",
         "monetary > 1000 and frequency > 3"),
        ("Germans who are not champions and not loyal",
         "segment not in (Champions, Loyal) and country in (Germany)"),
        ("customers who never bought Tea", "never bought category Tea"),
        ("who bought Tea or Kitchen", "bought category (Tea, Kitchen)"),
        ("loyal customers who bought the Big Cat",
         'segment in (Loyal) and bought product "Big cat"'),
    ],
)  # fmt: skip
def test_whom_a_line_means(said: str, meant: str) -> None:
    assert filter_of(said, SHOP) == meant


@pytest.mark.parametrize(
    "said",
    ["", "everyone", "customers not in Germany", "people in Germany with red hair",
     "champions in Germany or spent over 500",
     "loyal customers who are not champions", "customers who ordered last month"],
)  # fmt: skip
def test_what_is_not_understood_makes_no_audience(said: str) -> None:
    with pytest.raises(BadInput, match="does not say surely whom you mean"):
        filter_of(said, SHOP)
