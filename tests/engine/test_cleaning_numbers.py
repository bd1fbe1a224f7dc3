"""Numbers as people write them: every rendering reads back exactly, or is asked about."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cleaning.cells import Cells
from engine.cleaning.numbers import read_numbers
from engine.cleaning.rules import DecimalSign
from engine.errors import NeedsChoice

PROOFS: dict[DecimalSign, str] = {".": "0.5", ",": "0,5"}


def read(*texts: str, decimal: DecimalSign | None = None) -> list[Decimal | None]:
    cells = Cells.of(pl.Series("unit_price", texts))
    numbers, _ = read_numbers({"unit_price": cells}, decimal)
    return cells.spread(numbers["unit_price"].value).to_list()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("£1,234.50", "1234.5"), ("$ 5", "5"), ("5 EUR", "5"), ("US$12.00", "12"),
        ("(12.00)", "-12"), ("12-", "-12"), ("−3", "-3"), ("-£5.25", "-5.25"),
        ("£-5.25", "-5.25"), ("12,34,567.00", "1234567"), ("1 234 567.5", "1234567.5"),
        ("1'234.5", "1234.5"), ("1.5e3", "1500"), ("2E-2", "0.02"), (".5", "0.5"),
        ("٣٫٥", "3.5"), ("+7", "7"), ("007", "7"),
    ],
)  # fmt: skip
def test_forms_of_a_number(text: str, expected: str) -> None:
    assert read(text) == [Decimal(expected)]


@pytest.mark.parametrize(
    "text",
    ["nan", "inf", "-Infinity", "1e400", "1,2,3", "1.2.3", "--5", "(5", "(-5)", "1,23,45",
     "=1+1", "12:30", "1234567890123", "five", "-", "."],
)  # fmt: skip
def test_what_is_no_number(text: str) -> None:
    assert read(text, decimal=".") == [None]


def test_one_telling_number_decides_for_its_column() -> None:
    assert read("1.234", "2,5") == [Decimal(1234), Decimal("2.5")]
    assert read("1.234", "2.5") == [Decimal("1.234"), Decimal("2.5")]
    assert read("1.234", "1.234.567") == [Decimal(1234), Decimal(1234567)]


def test_another_column_decides_where_the_column_itself_does_not() -> None:
    columns = {"unit_price": Cells.of(pl.Series(["1.234"])),
               "quantity": Cells.of(pl.Series(["0,5"]))}  # fmt: skip
    numbers, assumed = read_numbers(columns, None)
    assert numbers["unit_price"].value.to_list() == [Decimal(1234)]
    assert assumed["decimal of unit_price"] == "a comma is the decimal sign: '0,5' shows it"


def test_what_can_be_read_in_two_ways_is_asked_about() -> None:
    with pytest.raises(NeedsChoice, match="'1.234' can be read in two ways") as caught:
        read("12", "1.234")
    assert (caught.value.choice, caught.value.options) == ("decimal", (".", ","))
    assert caught.value.example == "1.234" and "--decimal" in caught.value.hint
    assert read("1.234", decimal=".") == [Decimal("1.234")]
    assert read("1.234", decimal=",") == [Decimal(1234)]


def test_two_ways_of_writing_are_read_each_by_its_own_and_a_doubtful_one_is_asked() -> None:
    assert read("£1,234.50", "1.234,50 EUR") == [Decimal("1234.5")] * 2
    with pytest.raises(NeedsChoice, match="speak against each other"):
        read("1,234.50", "1.234,50", "1.234")


amounts = st.decimals("0", "9999999.999999", places=6).map(lambda number: number.normalize())


def written(number: Decimal, decimal: str, group: str, form: str) -> str:
    text = f"{number:,f}".replace(",", "G").replace(".", decimal).replace("G", group)
    return form.format(text)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(amounts, min_size=1, max_size=8),
    st.sampled_from([(".", ","), (".", ""), (".", " "), (".", "'"), (",", "."), (",", ""),
                     (",", " "), (",", "'")]),
    st.sampled_from(["{}", "£{}", "{} EUR", "€ {}", "-{}", "({})", "{}-", "£-{}"]),
)  # fmt: skip
def test_every_rendering_of_an_amount_reads_back_exactly(
    numbers: list[Decimal], signs: tuple[DecimalSign, str], form: str
) -> None:
    decimal, group = signs
    texts = [written(number, decimal, group, form) for number in numbers]
    sign = -1 if "-" in form or "(" in form else 1
    assert read(*texts, decimal=decimal) == [sign * number for number in numbers]
    assert read(*texts, PROOFS[decimal])[:-1] == [sign * number for number in numbers]


def test_a_sign_between_thousands_is_told_as_mended() -> None:
    import polars as pl

    from engine.cleaning.cells import Cells
    from engine.cleaning.numbers import read_numbers

    texts = pl.Series(["1,200", "1200", "12.50", "0.125"])
    numbers, _ = read_numbers({"quantity": Cells.of(texts)}, None)
    assert numbers["quantity"].written.to_list() == [True, False, False, False]
