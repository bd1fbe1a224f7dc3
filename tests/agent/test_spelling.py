"""Slips of the pen are mended; names, other languages and words that only look like one are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.spelling import slip, spelt_right
from agent.training import words_of_phrases
from engine.embedding import MiniLm, is_word, open_embedder

READS = pytest.mark.skipif(
    not isinstance(open_embedder(), MiniLm), reason="without the sentence model every word may be"
)


@READS
@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("how mnay diffrent custmers", "how many different customers"),
        ("wich contry, in septmber", "which country, in september"),
        ("revnue per ordr", "revenue per order"),
        ("who leaves the warehose", "who leaves the warehouse"),
    ],
)
def test_a_slip_is_mended(said: str, meant: str) -> None:
    assert spelt_right(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "roas and opex",
        "Wollo Throw",  # somebody's name
        "wie viele kunden haben wir",
        "three fast movers",
        "<SEGMENT> custo.mer 12a45",
        "bargains, bargain, spenders",
    ],
)
def test_what_is_no_slip_stays(said: str) -> None:
    assert spelt_right(said) == said


@given(st.text("abc", min_size=1, max_size=6), st.text("abc", min_size=1, max_size=6))
def test_a_slip_goes_both_ways(one: str, two: str) -> None:
    there, back = slip(one, two), slip(two, one)
    turned = {"missing": "added", "added": "missing"}
    assert back == turned.get(there, there)
    assert (slip(one, one) == "") and not (there and one == two)


@READS
def test_the_words_are_those_of_the_phrases() -> None:
    """Written by `python -m agent.training`."""
    from agent.spelling import _known

    words = words_of_phrases()
    assert list(_known())[: len(words)] == words
    assert is_word("customers") and not is_word("custmers")
