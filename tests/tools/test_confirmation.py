"""A change is made when the asker has agreed to this very change, whatever the door."""

from dataclasses import replace

import pytest

from agent.langchain_tools import ASKING, bind_catalogue
from engine.errors import BadInput, Refused, Unconfirmed
from stores.audiences import AudienceStore
from stores.jobs import JobStore
from tools import jobs
from tools.catalog import ask_confirmation, call, catalogue
from tools.context import Context

CHANGING = sorted(name for name, tool in catalogue().items() if tool.effect == "changes")
JOBS = sorted(tool.name for tool in jobs.TOOLS)


@pytest.mark.parametrize("name", JOBS)
def test_no_change_without_agreement(context: Context, name: str) -> None:
    with pytest.raises(Unconfirmed, match="'corner'"):
        call(context, name, {})
    asked = ask_confirmation(context, name, {})
    job = call(context, name, {}, asked.token).job
    assert job is not None and job.state == "queued" and job.arguments["dataset"] == "corner"
    with pytest.raises(Refused, match="used already"):
        call(context, name, {}, asked.token)
    assert [found.job_id for found in JobStore(context.home).all("local", job.kind)] == [job.job_id]


def test_an_agreement_is_about_these_arguments_and_these_records(context: Context) -> None:
    asked = ask_confirmation(context, "find_segments", {"k": 4})
    assert "With k 4." in asked.question
    newer = replace(context, version=context.version + 1)
    for where, arguments in ((context, {"k": 5}), (newer, {"k": 4})):
        with pytest.raises(Refused, match="given for something else, or the records changed"):
            call(where, "find_segments", arguments, asked.token)
    # A default that is spelt out is the same thing.
    assert call(context, "find_segments", {"k": 4, "draft": False}, asked.token).job


def test_what_cannot_be_done_is_not_asked_about(context: Context) -> None:
    with pytest.raises(BadInput, match="find_segments: k"):
        ask_confirmation(context, "find_segments", {"k": 1})


def test_a_model_that_calls_for_a_change_makes_none(context: Context) -> None:
    offered = {tool.name: tool for tool in bind_catalogue(context, lambda called: None)}
    assert CHANGING and set(offered) == set(catalogue()) - (set(CHANGING) - set(ASKING))
    wish = {"name": "Lapsed", "where": "recency > 60", "holdout": 0.1}
    call_of = {"name": "save_audience", "args": wish, "id": "1", "type": "tool_call"}
    told = offered["save_audience"].invoke(call_of)
    token = told.artifact["change"]["confirmation"]
    assert "Save an audience of 'corner'?" in told.content and token not in told.content
    store = AudienceStore(context.home)
    assert store.all("local", context.dataset.dataset_id) == []
    call_of["args"] = wish | {"confirmation": "confirmation_guessed"}
    with pytest.raises(Refused, match="not known here"):
        offered["save_audience"].invoke(call_of)
    assert store.all("local", context.dataset.dataset_id) == []
