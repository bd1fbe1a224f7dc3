from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.grounding.figures import find_figures, list_number

# text, the figures in it as written
FOUND = [
    ("12 and 1,234 and 1.5", ["12", "1,234", "1.5"]),
    ("1.234,50 or 1 234,5 or 1\u00a0234 or 1\u202f234 or 1'234",
     ["1.234,50", "1 234,5", "1\u00a0234", "1\u202f234", "1'234"]),
    ("1.2k, 3M, 2bn and 4.5 million", ["1.2k", "3M", "2bn", "4.5 million"]),
    ("£5, 5 €, EUR 3.4 m, $1.5bn and 20 pounds", ["£5", "5 €", "EUR 3.4 m", "$1.5bn", "20 pounds"]),
    ("12%, 12 %, 12 percent, 12 per cent, ten percent",
     ["12%", "12 %", "12 percent", "12 per cent", "ten percent"]),
    ("up 3 pp or 2 percentage points", ["3 pp", "2 percentage points"]),
    ("2x, 3 times, 4-fold and tenfold", ["2x", "3 times", "4-fold", "tenfold"]),
    ("3 Nov 2011, Nov 3, 2011, 2011-11-03 and 3/11/2011",
     ["3 Nov 2011", "Nov 3, 2011", "2011-11-03", "3/11/2011"]),
    ("3. November 2011 and 3rd of November", ["3. November 2011", "3rd of November"]),
    ("Q3, Q3 2011 and H1 2012", ["Q3", "Q3 2011", "H1 2012"]),
    ("in 2011 and November 2010", ["2011", "November 2010"]),
    ("customer C-1234 bought 85048A", ["C-1234", "85048A"]),
    ("receipt r_8f3a", ["r_8f3a"]),
    ("eleven, twenty-five, one hundred and five",
     ["eleven", "twenty-five", "one hundred and five"]),
    ("two thirds, a third, three quarters, half",
     ["two thirds", "a third", "three quarters", "half"]),
    ("twice, doubled, tripled, halved, hundreds",
     ["twice", "doubled", "tripled", "halved", "hundreds"]),
    ("a dozen, a couple, dozens", ["dozen", "a couple", "dozens"]),
    ("one customer, one in ten, just one.", ["one", "one", "ten", "just one"]),
    ("this one, one of them, the one that", []),
    ("the first and the second", []),
    ("the 1st and the 2nd", ["1st", "2nd"]),
    ("no customers, none, nobody", ["no customers", "none", "nobody"]),
    ("½ and ٣ and ４ and ²", ["½", "٣", "４", "²"]),
    ("zwei Drittel, la moitié", ["zwei", "Drittel", "moitié"]),
    ("-5% and $-3", ["-5%", "$-3"]),
    ("2. Loyal", []),
    ("12. of them", ["12"]),
    ("last quarter, on behalf, someone, tense, often", []),
    ("Champions, Loyal and At risk", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "figures"), FOUND)
def test_figures_are_found_as_people_write_them(text: str, figures: list[str]) -> None:
    assert [numeral.text for numeral in find_figures(text)] == figures


VALUES = [
    ("1,234", Decimal(1234)),
    ("1.234,50", Decimal("1234.50")),
    ("1,234.50", Decimal("1234.50")),
    ("1\u202f234,5", Decimal("1234.5")),
    ("1.234.567", Decimal(1234567)),
    ("0.500", Decimal("0.500")),
    ("1.2k", Decimal(1200)),
    ("EUR 3.4 m", Decimal(3400000)),
    ("-5%", Decimal(-5)),
    ("3 Nov 2011", date(2011, 11, 3)),
    ("Nov 3, 2011", date(2011, 11, 3)),
    ("2011-11-03", date(2011, 11, 3)),
    ("3 Nov", (None, 11, 3)),
    ("November 2011", (2011, 11, None)),
    ("Q3 2011", (2011, None, 3)),
    ("3/11/2011", "3/11/2011"),  # whose day and month are not sure
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_figures_are_read(text: str, value: object) -> None:
    assert [numeral.value for numeral in find_figures(text)] == [value]


def test_spans_point_at_the_text() -> None:
    text = "About 12.5% of 1,234."
    assert [text[n.start : n.end] for n in find_figures(text)] == ["12.5%", "1,234"]


@pytest.mark.parametrize(
    ("line", "number"), [("1. Loyal", 1), ("\n 12) **Loyal**", 12), ("12. of", None), ("12.", None)]
)
def test_list_numbers(line: str, number: int | None) -> None:
    assert list_number(line) == number


@given(st.text(alphabet="ab 1,.%£k٣½-x\n", max_size=40))
def test_no_numeric_character_is_missed(text: str) -> None:
    covered = {place for n in find_figures(text) for place in range(n.start, n.end)}
    first = len(text) - len(text.lstrip())
    missed = [place for place, c in enumerate(text) if c.isnumeric() and place not in covered]
    # list numbers aside: at most two digits that open a line
    assert all(text[:place].rsplit("\n")[-1].strip(" 1") == "" for place in missed) or first < 0
