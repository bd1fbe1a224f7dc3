"""Dialogues: what a follow-up leaves out is taken from the thread, and what it says replaces it."""

from datetime import date
from typing import Any

import pytest
from conftest import Ask

from agent.questions import read_question
from agent.vocabulary import Vocabulary

Turn = tuple[str, dict[str, Any]]

DIALOGUES: dict[str, list[Turn]] = {
    "filters come and go": [
        ("how many sit in Champions", {"segment": ["Champions"], "metric": "customers"}),
        ("and what do they spend per order", {"segment": ["Champions"], "metric": "average_order"}),
        ("in france too?", {"segment": ["Champions"], "filters": {"country": ["France"]}}),
        ("drop france again", {"segment": ["Champions"], "filters": {}}),
        ("what about Lost?", {"segment": ["Lost"], "metric": "average_order"}),
    ],
    "a period is corrected": [
        ("revenue 2025", {"metric": "revenue", "period": {"since": "2025-01-01", "until": None}}),
        ("no i meant 2024", {"period": {"since": "2024-01-01", "until": "2025-01-01"}}),
        ("only Kitchen", {"filters": {"category": ["Kitchen"]}, "metric": "revenue"}),
        ("how many orders was that", {"metric": "orders", "filters": {"category": ["Kitchen"]},
                                      "period": {"since": "2024-01-01", "until": "2025-01-01"}}),
    ],
    "one of those seen": [
        ("germany sales all time", {"filters": {"country": ["Germany"]}, "intent": "total"}),
        ("and france", {"filters": {"country": ["France"]}, "intent": "total"}),
        ("which of the two was best",
         {"intent": "compare", "filters": {"country": ["Germany", "France"]}}),
    ],
    "a year back, then the weakest of months": [
        ("which month of 2025 had the highest revenue?", {"by": ["month"], "extreme": "largest"}),
        ("great, and the weakest one?", {"by": ["month"], "extreme": "smallest"}),
    ],
    "how many of those would go": [
        ("average churn risk in Lost", {"segment": ["Lost"], "metric": "churn"}),
        ("So how many people would we expect to go?",
         {"segment": ["Lost"], "metric": "expected_leavers"}),
    ],
    "one year back": [
        ("revenue of Kitchen 2025", {"filters": {"category": ["Kitchen"]}}),
        ("now go back one year, please",
         {"filters": {"category": ["Kitchen"]},
          "period": {"since": "2024-01-01", "until": "2025-01-01"}}),
    ],
    "them is the winner": [
        ("who is most likely to leave us?", {"intent": "churn", "segment": []}),
        ("how many of them will go", {"intent": "churn", "segment": ["Lost"]}),
    ],
    "from what was to what will be": [
        ("which segment brings most revenue?", {"intent": "extreme", "metric": "revenue"}),
        ("and which is likely to leave?", {"intent": "churn"}),
    ],
    "one customer, then another": [
        ("customer 10001", {"customer": ["10001"]}),
        ("how many orders did she place", {"customer": ["10001"], "metric": "orders"}),
        ("what about 10002", {"customer": ["10002"], "metric": "orders"}),
    ],
    "the first of two": [
        ("how many orders did 10001 place", {"customer": ["10001"]}),
        ("and 10002?", {"customer": ["10002"], "metric": "orders"}),
        ("what did the first one spend", {"customer": ["10001"], "metric": "revenue"}),
        ("who is more likely to leave of those two", {"customer": ["10001", "10002"]}),
    ],
    "where a number comes from": [
        ("average order of Lost", {"segment": ["Lost"], "metric": "average_order"}),
        ("where does that number come from?", {"segment": ["Lost"], "metric": "average_order"}),
    ],
    "a ranking goes on": [
        ("top 5 products", {"by": ["product"], "top": 5, "extreme": "largest"}),
        ("and the worst 3", {"by": ["product"], "top": 3, "extreme": "smallest"}),
        ("in germany", {"by": ["product"], "filters": {"country": ["Germany"]}}),
    ],
    "a place in a list": [
        ("top 3 countries by customers", {"by": ["country"], "top": 3}),
        ("the second one, how much revenue",
         {"filters": {"country": ["Ireland"]}, "metric": "revenue", "by": []}),
        ("and its average order", {"filters": {"country": ["Ireland"]}, "metric": "average_order"}),
        ("the next one down", {"filters": {"country": ["France"]}, "metric": "average_order"}),
        ("those two side by side",
         {"intent": "compare", "filters": {"country": ["Ireland", "France"]}}),
    ],
    "the best month": [
        ("which month was our strongest in 2025", {"by": ["month"], "extreme": "largest"}),
        ("how many orders came in then", {"metric": "orders", "by": [], "extreme": None}),
    ],
    "which one is worst": [
        ("returns in France", {"metric": "returns", "filters": {"country": ["France"]}}),
        ("which country is worst", {"metric": "returns", "by": ["country"], "filters": {}}),
    ],
    "how large that segment is": [
        ("customer 10001: last order?", {"customer": ["10001"]}),
        ("what segment", {"customer": ["10001"]}),
        ("how many are in there", {"customer": [], "metric": "customers"}),
    ],
    "a name is taken back": [
        ("average order of Champions in France", {"filters": {"country": ["France"]}}),
        ("never mind the country", {"filters": {}, "segment": ["Champions"]}),
        ("and in Germany", {"filters": {"country": ["Germany"]}}),
        ("take the country filter off", {"filters": {}, "segment": ["Champions"]}),
    ],
    "the same two": [
        ("revenue in France", {"metric": "revenue"}),
        ("and how many orders", {"metric": "orders"}),
        ("same two for Germany", {"metrics": ["revenue", "orders"]}),
    ],
    "two of another language": [
        ("Wie viele Kunden haben wir in Deutschland?", {"filters": {"country": ["Germany"]}}),
        ("und in Frankreich?", {"filters": {"country": ["France"]}}),
        ("Welches der beiden Länder bringt mehr Umsatz?",
         {"intent": "compare", "filters": {"country": ["Germany", "France"]}}),
    ],
    "a new question starts anew": [
        ("revenue in France in 2025", {"filters": {"country": ["France"]}}),
        ("how many customers do we have?", {"filters": {}, "period": None, "metric": "customers"}),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", DIALOGUES)
def test_dialogues(ask: Ask, name: str) -> None:
    thread = None
    for question, expected in DIALOGUES[name]:
        found, _ = ask(question, thread_id=thread)
        thread = found.thread_id
        state = {key: found.state[key] for key in expected}
        assert state == expected, question
        assert (found.kind, found.withheld) == ("answer", 0), (question, found.text)


def test_of_two_readings_one_is_taken() -> None:
    shop = Vocabulary(date(2025, 12, 9), segments=("Champions",))
    remembered = {"choices": ["tell me about Champions", "how has Champions changed since May?"]}
    [first] = read_question("the first", shop, tuple, remembered)
    [second] = read_question("the second one", shop, tuple, remembered)
    assert [first.intent, second.intent] == ["portrait", "shifts"]
    assert second.slots.of("segment") == ("Champions",)


@pytest.mark.parametrize("words", ["bananas in pyjamas", "xxqq", "hi, you still there?"])
def test_words_that_change_nothing_are_not_answered_as_before(ask: Ask, words: str) -> None:
    before, _ = ask("revenue in November 2025")
    found, _ = ask(words, thread_id=before.thread_id)
    assert not found.facts
    after, _ = ask("and in October?", thread_id=before.thread_id)
    assert after.state["period"] == {"since": "2025-10-01", "until": "2025-11-01"}


def test_one_of_those_listed_is_meant_whatever_the_list_was_narrowed_to(ask: Ask) -> None:
    listed, _ = ask("the three best customers who ordered more than once")
    names = [fact.figure.subject.name for fact in listed.facts]
    first = next(name for name in names if name.startswith("customer "))
    found, _ = ask("when did the first one last order?", thread_id=listed.thread_id)
    assert " among customers who " in first
    assert found.state["customer"] == [first.split()[1]]
