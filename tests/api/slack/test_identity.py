"""Which team, whose question, and what is a question at all."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.slack.identity import Workspace, require_owner
from engine.errors import Refused
from stores.slack import SlackQuestion

NOW = datetime(2026, 1, 2, 9, tzinfo=UTC)
HERE = Workspace(frozenset({"T1"}), "U0BOT", "B0BOT")


def heard(takes_part: bool = False, **event: Any) -> SlackQuestion | None:
    said = {"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1",
            "ts": "10.1", "text": "how many?"} | event  # fmt: skip
    return HERE.reads({"team_id": "T1", "event_id": "Ev1", "event": said}, NOW, takes_part)


def test_what_is_a_question() -> None:
    assert heard(type="app_mention", text="<@U0BOT> how many?")
    assert heard(channel_type="im", channel="D1")
    assert heard(text="hello <@U0BOT>, how many?")
    assert heard(takes_part=True, thread_ts="9.1")


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"channel_type": "im", "subtype": "message_changed", "hidden": True},
        {"channel_type": "im", "subtype": "message_deleted"},
        {"channel_type": "im", "subtype": "channel_join"},
        {"channel_type": "im", "user": "U0BOT"},
        {"channel_type": "im", "bot_id": "B9"},
        {"channel_type": "im", "user": None},
    ],
)
def test_what_is_none(event: dict[str, Any]) -> None:
    assert heard(**event) is None


def test_a_question_knows_its_thread_and_is_read_as_it_was_typed() -> None:
    found = heard(
        type="app_mention", thread_ts="9.1",
        text="<@U0BOT>  is <https://shop.example|the shop> &gt; 5 in <#C2|sales>, <!here>?",
    )  # fmt: skip
    assert found is not None
    assert (found.thread_ts, found.message_ts) == ("9.1", "10.1")
    assert found.text == "is the shop > 5 in sales, !here?"


def test_only_the_teams_on_the_list_are_let_in() -> None:
    assert HERE.lets_in({"team_id": "T1"})
    assert HERE.lets_in({"team": {"id": "T1"}})
    assert not HERE.lets_in({"team_id": "T2"})
    assert not HERE.lets_in({})


@pytest.mark.parametrize("field", ["user_team", "source_team", "team"])
def test_people_of_another_company_in_a_shared_channel_are_not_answered(field: str) -> None:
    said: dict[str, Any] = {"type": "app_mention", "text": "<@U0BOT> how many?"}
    assert heard(**said, **{field: "T1"})
    assert heard(**said, **{field: "T2"}) is None


def test_a_stranger_s_click_is_refused_in_plain_words() -> None:
    question = heard(channel_type="im")
    assert require_owner(question, "U1", "stop it") is question
    with pytest.raises(Refused, match="Only <@U1>, who asked, can stop it"):
        require_owner(question, "U2", "stop it")
    with pytest.raises(Refused, match="not known here any more"):
        require_owner(None, "U1", "stop it")
