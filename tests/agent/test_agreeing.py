"""A change in a conversation: asked about first, done at the asker's yes, once."""

from dataclasses import replace

import pytest
from conftest import Ask

from agent.events import ConfirmationAsked
from api.wire import to_wire
from engine.concepts import Moment
from engine.errors import NotFound, Refused
from stores.audiences import AudienceStore
from stores.people import PeopleStore
from stores.threads import ThreadStore
from tests.conftest import NOW
from tools.audiences import keep_audience
from tools.catalog import call
from tools.context import Context
from tools.snapshots import make_snapshot


def names(context: Context) -> list[str]:
    found = AudienceStore(context.home).all("local", context.dataset.dataset_id)
    return [one.name for one in found]


def test_from_a_question_to_a_saved_audience_and_its_file(ask: Ask, context: Context) -> None:
    first, _ = ask("which customers in Germany did not buy for 30 days?")
    thread = first.thread_id
    asked, _ = ask("save these as an audience called Sleepers with a 20% holdout", None, thread)
    assert (asked.kind, asked.withheld, asked.follow_ups) == ("confirm", 0, ("Yes", "No"))
    assert "Save an audience of 'corner'?" in asked.text
    assert "where recency > 30 and country in (Germany), holdout 0.2" in asked.text
    assert names(context) == []
    done, _ = ask("Yes", None, thread)
    assert (done.kind, done.withheld) == ("answer", 0) and "change" not in done.state
    assert names(context) == ["Sleepers"]
    (saved,) = AudienceStore(context.home).all("local", context.dataset.dataset_id)
    (kept,) = AudienceStore(context.home).lists(saved)
    count = next(f for f in asked.facts if f.figure.metric == "customers").figure.value
    assert kept.customers == count and saved.holdout == 0.2

    again, _ = ask("yes", None, thread)  # nothing is asked any more
    assert names(context) == ["Sleepers"] and again.kind != "confirm"
    ask("export the audience Sleepers", None, thread)
    written, _ = ask("yes please", None, thread)
    (file,) = written.state["files"]
    rows = context.home.files.get(file["file"]).read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + kept.customers - kept.held_out
    assert file["address"] == f"/v1/audiences/{saved.audience_id}/customers.csv"
    told, _ = ask("what did the audience Sleepers bring?", None, thread)
    assert told.withheld == 0 and told.text.startswith("It is too early to tell")


def test_what_an_audience_brought_is_told_with_its_interval(ask: Ask, context: Context) -> None:
    moment = Moment.parse("2025-11-01", "Europe/London")
    early = replace(context, snapshot=make_snapshot(context.home, context.dataset, moment, NOW))
    keep_audience(early, "Lapsed", "recency > 30", 0.3)
    found, _ = ask("what did the audience Lapsed bring?")
    assert (found.kind, found.withheld) == ("answer", 0), found.text
    assert found.text.startswith(("It is too few people to tell.", "This stands out from chance."))
    told = {fact.figure.metric for fact in found.facts}
    assert {"uplift", "uplift_low", "uplift_high", "purchase_rate"} <= told


def test_doors_hear_when_a_tool_starts_and_when_agreement_is_asked(ask: Ask) -> None:
    first, events = ask("how many customers are there?")
    kinds = [type(event).__name__ for event in events]
    assert kinds.index("ToolStarted") < kinds.index("ToolUsed") < kinds.index("Sentence")
    assert kinds.count("ToolStarted") == kinds.count("ToolUsed")
    ask("which customers in Germany did not buy for 30 days?", None, first.thread_id)
    asked, events = ask("save these as an audience called Sleepers", None, first.thread_id)
    assert asked.kind == "confirm"
    question = ConfirmationAsked(asked.state["change"]["question"], "save_audience")
    assert question in events
    assert to_wire(question)[0] == "confirm"


def test_a_no_leaves_everything_as_it_was(ask: Ask, context: Context) -> None:
    asked, _ = ask("save the customers in Germany as an audience")
    assert asked.kind == "confirm"
    left, _ = ask("No", None, asked.thread_id)
    assert (left.text, left.kind) == ("Then it is left as it was.", "answer")
    late, _ = ask("yes", None, asked.thread_id)
    assert names(context) == [] and not late.tools


def test_nobody_else_agrees_in_the_askers_place(ask: Ask, context: Context) -> None:
    asked, _ = ask("save the customers in Germany as an audience")
    mia = PeopleStore(context.home).add("Mia", "member", NOW)
    with pytest.raises(NotFound, match="There is no thread"):
        ThreadStore(context.home).get(mia.person_id, asked.thread_id)
    with pytest.raises(NotFound, match="There is no answer"):
        ThreadStore(context.home).answer(mia.person_id, asked.answer_id)
    # The token itself is good for the asker alone.
    change = asked.state["change"]
    other = Context.open(context.home, mia.person_id, None, NOW)
    with pytest.raises(Refused, match="not known here"):
        call(other, change["tool"], change["arguments"], change["confirmation"])
    assert names(context) == []


QUESTIONS = (
    "what should I do about Champions?", "which campaign would work for everybody?",
    "what do customers buy together?", "what should I suggest to Loyal",
    "what should I offer customer 10001",
)  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_that_is_proposed_is_withheld(ask: Ask, question: str) -> None:
    found, _ = ask(question)
    assert (found.kind, found.withheld) == ("answer", 0), found.text
    assert found.facts and len(found.text.split()) < 160
