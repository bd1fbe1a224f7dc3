import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.render.text import (
    LONGEST_WORD,
    ZERO_WIDTH_SPACE,
    breakable,
    plain_cell,
    printable,
)


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("Loyal\x00 \x1bcustomers", "Loyal customers"),
        ("two\nlines\tof  text", "two lines of text"),
        ("lone \ud800 half", "lone  half"),
        ("naïve 客 שלום", "naïve 客 שלום"),
    ],
)
def test_only_what_can_be_drawn_stays(given_text, kept):
    assert printable(given_text) == kept


@given(st.text())
def test_a_printable_text_can_be_written_and_stays_as_it_is(text):
    once = printable(text)
    once.encode("utf-8")
    assert printable(once) == once


def test_long_words_may_break_and_short_ones_stay_whole():
    assert breakable("a" * LONGEST_WORD) == "a" * LONGEST_WORD
    assert (
        breakable("b" * 25) == "b" * 10 + ZERO_WIDTH_SPACE + "b" * 10 + ZERO_WIDTH_SPACE + "bbbbb"
    )


def test_a_break_never_parts_a_letter_from_its_accent():
    word = "e" * 9 + "e\u0301" + "e" * 15
    assert "e\u0301" in breakable(word)
    assert f"{ZERO_WIDTH_SPACE}\u0301" not in breakable("e" * 10 + "\u0301" + "e" * 15)


@given(st.text(alphabet=st.characters(exclude_characters=ZERO_WIDTH_SPACE)))
def test_breaks_add_nothing_that_is_seen(text):
    assert breakable(text).replace(ZERO_WIDTH_SPACE, "") == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＠A"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert plain_cell(text) == f"'{text}"


def test_other_cells_stay_as_they_are() -> None:
    assert plain_cell("C-17 = a") == "C-17 = a"
