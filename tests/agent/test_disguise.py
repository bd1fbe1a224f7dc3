"""Pseudonyms: what is hidden, what is left alone, and that it comes back as it was."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.disguise import Disguise
from agent.known_people import KnownPeople

PEOPLE = KnownPeople(
    frozenset({"13085", "C-00042", "12", "ann@shop.example"}),
    {"mary ann o'neill": "P", "+44 20 7946 0958": "T", "ls1 4ap": "A"},
    4,
)


def disguise(thread: str = "thread_1") -> Disguise:
    return Disguise(lambda: PEOPLE, thread)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Will 13085 leave?", "13085"),
        ('{"customer": "C-00042", "kind": "burst"}', "C-00042"),
        ("why did customer 12 move?", "12"),
        ("is Mary Ann O'Neill a champion?", "Mary Ann O'Neill"),
        ("what about mary ann o'neill.", "mary ann o'neill"),
        ("No segment named 'Mary Ann O'Neill'.", "Mary Ann O'Neill"),
        ("write to jo.doe+x@mail.example.org now", "jo.doe+x@mail.example.org"),
        ("ask ann@shop.example", "ann@shop.example"),
        ("call +44 20 7946 0958", "+44 20 7946 0958"),
        ("call (0131) 496 0123", "(0131) 496 0123"),
        ("send it to 12 Rose Hill Road, please", "12 Rose Hill Road"),
        ("an die Lindenstraße 5", "Lindenstraße 5"),
        ("postcode LS1 4AP", "LS1 4AP"),
    ],
)
def test_people_are_hidden_and_come_back(text: str, who: str) -> None:
    worn = disguise()
    hidden = worn.hide(text)
    assert who not in hidden
    assert re.search(r"\b[CPETA]-[A-Z2-7]{8}\b", hidden)
    assert worn.show(hidden) == text
    assert worn.hide(hidden) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "How many orders in the last 12 months?",
        "Champions have [[f3]] customers, as of 9 Dec 2011.",
        "from 2010-12-01 to 2011-12-09T12:50:00+00:00",
        '{"shows_as": "£1,234,567.89", "period": "from 1 Jan 2010 to 9 Dec 2011"}',
        "the top 10 products of 2011 and their 20 best weeks",
    ],
)
def test_what_is_nobody_is_left_alone(text: str) -> None:
    assert disguise().hide(text) == text


def test_a_person_has_one_pseudonym_in_a_thread_and_another_elsewhere() -> None:
    one, two, other = disguise(), disguise(), disguise("thread_2")
    assert one.hide("13085") == two.hide("see 13085").removeprefix("see ")
    assert one.hide("13085") != other.hide("13085")
    assert two.show(other.hide("13085")) == other.hide("13085")  # nobody's here


def test_arguments_inside_out() -> None:
    worn = disguise()
    arguments = {"customer": "13085", "limit": 3, "where": [{"id": "13085"}, None]}
    hidden = worn.hide_all(arguments)
    assert "13085" not in str(hidden)
    assert hidden["limit"] == 3
    assert worn.show_all(hidden) == arguments


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_comes_back(text: str) -> None:
    worn = disguise()
    said = f"{text} 13085 {text}"
    hidden = worn.hide(said)
    assert "13085" not in hidden.split()
    assert worn.show(hidden) == said
