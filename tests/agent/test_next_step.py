"""What an answer proposes to do next: about whoever it found, and a question that is answered."""

import re

import pytest
from conftest import Ask

QUESTIONS = (
    "who is slipping away?", "how many customers are in Champions?", "churn of Lost",
    "which segment brings the most revenue?", "revenue by country", "top 3 products",
    "sales in Germany", "is our revenue growing?", "customer 10001", "top 5 spenders",
    "what changed since last month?", "tell me about Lost", "how much revenue did we make",
    "compare October 2025 with November 2025", "list the customers in Lost",
    "how many customers bought just once?", "which segments do we have?",
)  # fmt: skip


def proposed(text: str) -> str:
    found = re.search(r"Worth asking next: (.+)$", text)
    return found[1] if found else ""


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_proposed_is_answered(ask: Ask, question: str) -> None:
    first, _ = ask(question)
    after = proposed(first.text)
    assert after and after == first.state["next"], first.text
    second, _ = ask("yes please", thread_id=first.thread_id)
    assert second.kind in ("answer", "confirm"), (after, second.text)
    assert second.withheld == 0, second.text
    assert after != proposed(second.text)


def test_the_step_is_about_who_was_found(ask: Ask) -> None:
    first, _ = ask("churn of Lost")
    assert proposed(first.text) == "what should we do for Lost?"
    first, _ = ask("sales in Germany")
    assert proposed(first.text) == "which products sell best in Germany?"


def test_the_same_step_is_not_proposed_twice_in_a_row(ask: Ask) -> None:
    first, _ = ask("sales in Germany")
    second, _ = ask("orders in Germany", thread_id=first.thread_id)
    assert proposed(first.text) and not proposed(second.text)


def test_where_nothing_was_found_nothing_is_proposed(ask: Ask) -> None:
    for question in ("what is our profit?", "help", "how many customers are in the segment Gold?"):
        first, _ = ask(question)
        assert not proposed(first.text), first.text
