"""Asking back: two questions to choose from, and what becomes of the choice."""

from conftest import Ask

from agent.asking import readings
from agent.meaning import Meaning
from agent.slots import Slots


def test_two_readings_are_two_questions() -> None:
    lost = Slots({"segment": ("Lost",)})
    assert readings(Meaning("churn", lost, "", "value")) == (
        "how likely are Lost to leave?", "how much will Lost spend?",
    )  # fmt: skip
    one, two = readings(Meaning("total", Slots(), "", "churn"))
    assert one != two
    assert len(set(readings(Meaning("stream", Slots(), "", "stream")))) == 2


def test_who_asks_for_nothing_in_particular_chooses(ask: Ask) -> None:
    first, _ = ask("the usual please")
    assert (first.kind, first.withheld) == ("clarify", 0), first.text
    one, two = first.state["choices"]
    assert f"- {one}\n- {two}" in first.text
    second, _ = ask("the second", thread_id=first.thread_id)
    assert second.kind == "answer" and second.state["intent"] == "churn", second.text


def test_days_before_the_records_are_not_counted(ask: Ask) -> None:
    found, _ = ask("revenue in 1999")
    assert (found.kind, found.withheld) == ("refuse", 0)
    assert [fact.figure.metric for fact in found.facts] == ["first_sale", "last_sale"]
    found, _ = ask("orders in 1999 versus 2025")
    assert found.kind == "answer"
