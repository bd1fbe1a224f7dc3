"""The tools of a push: looked at first, begun as a job at the asker's yes."""

import pytest

from engine.errors import Conflict, Unconfirmed
from tools.audience_lists import bring_up, people_of
from tools.audiences import keep_audience
from tools.catalog import ask_confirmation, call
from tools.context import Context

TO = "https://hooks.example.com/segue"


def test_a_push_is_looked_at_agreed_to_and_begun(context: Context) -> None:
    audience = keep_audience(context, "Lapsed", "recency > 60", 0.25)
    seen = call(context, "preview_push", {"name": "Lapsed", "to": TO})
    (fact,), (text,) = seen.facts, seen.texts
    people = people_of(context, bring_up(context, audience))
    assert (fact.figure.metric, fact.figure.value) == ("customers", len(people.reached))
    assert text["state"] == "to be approved"
    wish = {"name": "Lapsed", "to": TO, "approve": text["approve"]}
    with pytest.raises(Unconfirmed, match="Send an audience of 'corner' to an address outside"):
        call(context, "push_audience", wish)
    asked = ask_confirmation(context, "push_audience", wish)
    assert TO in asked.question
    job = call(context, "push_audience", wish, asked.token).job
    assert job is not None and (job.kind, job.state) == ("push", "queued")
    assert job.arguments["approve"] == text["approve"]


def test_what_nobody_saw_is_not_sent(context: Context) -> None:
    keep_audience(context, "Lapsed", "recency > 60", 0.25)
    wish = {"name": "Lapsed", "to": TO, "approve": "0" * 64}
    token = ask_confirmation(context, "push_audience", wish).token
    with pytest.raises(Conflict, match="another now than the one that was approved"):
        call(context, "push_audience", wish, token)
