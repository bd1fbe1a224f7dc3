"""Everything at once: how things stand, or what is new; and what only looks like such a wish."""

import pytest
from conftest import Ask

from agent.overview import overview_intent
from agent.slots import Slots


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("how are we doing?", "overview"),
        ("how is the shop doing these days", "overview"),
        ("give me the numbers for the meeting", "overview"),
        ("a short summary please", "overview"),
        ("are we ok?? be straight", "overview"),
        ("anything I should know?", "news"),
        ("I was away, what did I miss?", "news"),
        ("catch me up", "news"),
        ("how are sales in the app", ""),
        ("what should I do for them", ""),
    ],
)
def test_a_wish_for_everything(question: str, intent: str) -> None:
    assert overview_intent(Slots(text=question)) == intent


def test_what_is_named_is_asked_about() -> None:
    named = Slots(names={"country": ("France",)}, text="how are we doing")
    assert overview_intent(named) == ""


def test_how_things_stand(ask: Ask) -> None:
    found, _ = ask("how are we doing?")
    assert (found.kind, found.withheld) == ("answer", 0), found.text
    assert "in 2025, up from" in found.text
    assert "Champions lead with" in found.text and "revenue at risk" in found.text


def test_what_is_new(ask: Ask) -> None:
    found, _ = ask("anything I should know?")
    assert (found.kind, found.withheld) == ("answer", 0), found.text
    assert found.text.startswith("Revenue of the shop was")
    assert "in Dec 2025" in found.text, "the last whole month"
