"""What the planner says about shifts: only what the accounts say, through the gate."""

import pytest
from conftest import Ask
from rerunning import changed_on_rerun

from agent.found import Found
from agent.shifting import QUIET, news, shift_lines
from engine.grounding import check_sentence
from tools.catalog import call
from tools.context import Context, segment_subject
from tools.shifts import BEYOND_CHANCE, WITHIN_CHANCE


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
    assert changed_on_rerun(context, found.facts) == []


def test_who_moved_is_told_with_where_from_and_worth(ask: Ask, context: Context) -> None:
    half = context.as_of.days_before(183).local_date
    found, _ = ask(f"who moved since {half}?")
    moved = [f for f in found.facts if f.figure.metric == "moved"]
    moved = [f for f in moved if f.figure.subject.kind != "run"]
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
        "Loyal changed by [[f1]] customers from 1 Oct 2025 to 9 Dec 2025: [[f2]] left.",
        "[[f5]] customers moved from Loyal to At risk, worth [[f6]].",
    ]


def test_when_nothing_is_news_that_is_said_first() -> None:
    assert shift_lines(found(WITHIN_CHANCE, WITHIN_CHANCE))[0] == QUIET


def test_a_segment_that_was_asked_for_is_told_with_its_verdict() -> None:
    lines = shift_lines(found(WITHIN_CHANCE, WITHIN_CHANCE), ["At risk"])
    assert lines[0] == "At risk grew by [[f4]] customers from 1 Oct 2025 to 9 Dec 2025."
    assert "For At risk that is within chance." in lines


# ---- what no model could slip past the gate ------------------------------------------------------


@pytest.fixture
def told(context: Context) -> dict[str, str]:
    """Facts of half a year, by what a sentence would call them; and the segments they are about."""
    since = context.as_of.days_before(183).local_date.isoformat()
    facts = call(context, "segment_shifts", {"since": since}).facts
    move = next(f for f in facts if f.figure.metric == "moved" and f.figure.subject.kind != "run")
    one, two = (part for part in move.figure.subject.name.removeprefix("from ").split(" to "))
    about = [f for f in facts if f.figure.subject.name == two]
    net = next(f for f in about if f.figure.operation == "difference")
    by_metric = {f.figure.metric: f.id for f in about if f.figure.period.start}
    return by_metric | {"move": move.id, "one": one, "two": two, "net": net.id,
                        "sign": "up" if int(net.figure.value) > 0 else "down"}  # type: ignore[arg-type]  # fmt: skip


def passes(context: Context, sentence: str) -> bool:
    names = [segment_subject(segment) for segment in context.segments]
    return check_sentence(sentence, context.book.facts, names, "").ok


def test_a_move_cannot_be_turned_round(context: Context, told: dict[str, str]) -> None:
    right = "[[{move}]] customers moved from {one} to {two}."
    turned = "[[{move}]] customers moved from {two} to {one}."
    assert passes(context, right.format(**told))
    assert not passes(context, turned.format(**told))


def test_who_entered_cannot_be_told_as_who_left(context: Context, told: dict[str, str]) -> None:
    assert passes(context, "[[{entered}]] customers entered {two}.".format(**told))
    assert not passes(context, "[[{entered}]] customers left {two}.".format(**told))
    assert not passes(context, "[[{left}]] customers entered {two}.".format(**told))
    assert not passes(context, "[[{entered}]] customers entered {one}.".format(**told))


def test_a_change_cannot_be_told_in_the_other_direction(
    context: Context, told: dict[str, str]
) -> None:
    up, down = (
        f"{told['two']} {verb} by [[{told['net']}]] customers." for verb in ("grew", "fell")
    )
    assert passes(context, up) == (told["sign"] == "up")
    assert passes(context, down) == (told["sign"] == "down")
