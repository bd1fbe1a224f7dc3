"""What the planner says about shifts: only what the accounts say, through the gate."""

import pytest
from conftest import Ask

from agent.composing import Found
from agent.shifting import QUIET, news, shift_lines
from tools.context import Context
from tools.receipts import receipt_card
from tools.shifts import BEYOND_CHANCE, WITHIN_CHANCE

from conftest import NOW  # isort: skip


@pytest.mark.parametrize(
    "question",
    [
        "what changed since last month?",
        "who moved between the segments since {half_a_year}?",
        "which segments grew in {month}?",
        "who moved this year?",
        "what changed?",
        "how did {segment} change since {half_a_year}?",
    ],
)
def test_every_sentence_passes_and_every_figure_re_runs(
    ask: Ask, context: Context, question: str
) -> None:
    half = context.as_of.days_before(183).local_date
    words = question.format(
        half_a_year=half.isoformat(), month=f"{half:%B}", segment=context.segments[0].name
    )
    found, _ = ask(words)
    assert (found.kind, found.withheld) == ("answer", 0), found.text
    assert [tool.name for tool in found.tools] == ["segment_shifts"]
    assert "cannot answer" not in found.text
    for fact in found.facts:
        card = receipt_card(context.home, "local", fact.receipt, NOW, True)
        assert card["rerun_value"] == card["value"]


def test_who_moved_is_told_with_where_from_and_worth(ask: Ask, context: Context) -> None:
    half = context.as_of.days_before(183).local_date
    found, _ = ask(f"who moved since {half}?")
    moved = [f for f in found.facts if f.figure.metric == "moved"]
    assert moved
    for fact in moved:
        assert f"{fact.text} customers moved {fact.figure.subject.name}, worth £" in found.text


def fact(number: int, subject: str, metric: str, shows_as: str, **more: str) -> dict[str, str]:
    period = "from 1 Oct 2025 to 9 Dec 2025"
    return {"id": f"f{number}", "subject": subject, "kind": "segment", "metric": metric,
            "period": period, "shows_as": shows_as, **more}  # fmt: skip


FACTS = (
    fact(1, "Loyal", "customers", "-12", operation="difference"),
    fact(2, "Loyal", "left", "15"),
    fact(3, "Loyal", "entered", "0"),
    fact(4, "At risk", "customers", "12", operation="difference"),
    fact(5, "from Loyal to At risk", "moved", "15"),
    fact(6, "from Loyal to At risk", "revenue", "£900.00"),
)


def found(loyal: str, at_risk: str) -> Found:
    texts = ({"segment": "Loyal", "change": loyal}, {"segment": "At risk", "change": at_risk})
    return Found(FACTS, texts, ())


def test_only_what_is_beyond_chance_is_news() -> None:
    both = found(BEYOND_CHANCE, WITHIN_CHANCE)
    assert news(both) == ["Loyal"]
    assert shift_lines(both) == [
        "Loyal changed by [[f1]] customers from 1 Oct 2025 to 9 Dec 2025.",
        "[[f2]] customers left Loyal.",
        "[[f5]] customers moved from Loyal to At risk, worth [[f6]].",
    ]


def test_when_nothing_is_news_that_is_said_first() -> None:
    assert shift_lines(found(WITHIN_CHANCE, WITHIN_CHANCE))[0] == QUIET


def test_a_segment_that_was_asked_for_is_told_with_its_verdict() -> None:
    lines = shift_lines(found(WITHIN_CHANCE, WITHIN_CHANCE), ["At risk"])
    assert lines[0] == "At risk grew by [[f4]] customers from 1 Oct 2025 to 9 Dec 2025."
    assert "For At risk that is within chance." in lines
