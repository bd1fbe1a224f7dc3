"""Who speaks in Slack: which team, which person, whose question; and what is a question at all."""

import html
import re
from dataclasses import dataclass
from datetime import datetime

from api.slack.client import Json
from engine.errors import Refused
from stores.slack import SlackQuestion

_MARKS = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True)
class Workspace:
    """The team the token belongs to, or the teams that the settings let in; and ourselves."""

    teams: frozenset[str]
    bot_user: str
    bot_id: str

    def lets_in(self, body: Json) -> bool:
        return team_of(body) in self.teams

    def reads(self, body: Json, now: datetime, takes_part: bool) -> SlackQuestion | None:
        """The question that an event brings; None for everything else that is said.

        `takes_part`: whether an unaddressed reply in this thread is meant for us too.
        """
        event = body.get("event") or {}
        if self._is_of_a_stranger(event) or not self._is_said_to_us(event, takes_part):
            return None
        ts = str(event["ts"])
        return SlackQuestion(
            event_id=str(body["event_id"]),
            team_id=team_of(body),
            channel=str(event["channel"]),
            message_ts=ts,
            thread_ts=str(event.get("thread_ts") or ts),
            user_id=str(event["user"]),
            text=self.plain(str(event.get("text") or "")),
            state="waiting",
            attempt=0,
            answer_id=None,
            reply_ts=None,
            created_at=now,
        )

    def _is_of_a_stranger(self, event: Json) -> bool:
        """In a channel shared with another company the body names our team, the event theirs."""
        said = {event.get(name) for name in ("user_team", "source_team", "team")}
        return not said - {None, ""} <= self.teams

    def _is_said_to_us(self, event: Json, takes_part: bool) -> bool:
        by_a_person = event.get("user") and event["user"] != self.bot_user
        new = event.get("subtype") in (None, "file_share", "thread_broadcast")
        if not (by_a_person and new) or event.get("bot_id") or event.get("hidden"):
            return False
        if event.get("type") == "app_mention" or event.get("channel_type") == "im":
            return True
        return f"<@{self.bot_user}>" in str(event.get("text")) or takes_part

    def plain(self, text: str) -> str:
        """As it was typed: without the mention of us and without Slack's marks."""
        without = text.replace(f"<@{self.bot_user}>", " ")
        return " ".join(html.unescape(_MARKS.sub(_shown, without)).split())


def _shown(mark: re.Match[str]) -> str:
    """<https://shop.example|the shop>, <#C1|sales>, <@U1>, <!here>: what a reader sees of it."""
    target, _, label = mark.group(1).partition("|")
    return label or target


def team_of(body: Json) -> str:
    """Where an event, a click or a command comes from; they say it in different places."""
    team = body.get("team_id") or (body.get("team") or {}).get("id")
    return str(team or "")


def require_owner(question: SlackQuestion | None, user_id: str, what: str) -> SlackQuestion:
    """Clicks on somebody else's answer change nothing, whatever they are for."""
    if question is None:
        raise Refused("That answer is not known here any more.", "Ask again, and it will be.")
    if question.user_id != user_id:
        raise Refused(
            f"Only <@{question.user_id}>, who asked, can {what}.",
            "Ask the same thing yourself and you get an answer of your own.",
        )
    return question
