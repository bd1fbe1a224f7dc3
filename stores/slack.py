"""What has to be kept of Slack: its people, its threads, the questions that came in.

A question is claimed by inserting it: an event that Slack sends twice, or a mention that comes as
two events, finds its row taken. It is worked on under a lease; when the process dies the lease
runs out and another one goes on. One question of a thread is worked on at a time, in order.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from stores.erasing import Traces, blot_rows, rows_naming
from stores.home import Home, new_id
from stores.people import Person
from stores.schema import people, slack_people, slack_questions, slack_threads

LEASE = timedelta(seconds=6)
_LAST_ATTEMPT = 8  # by then not even an excuse could be delivered
_AT_WORK = ("working", "stopping")


@dataclass(frozen=True)
class SlackQuestion:
    event_id: str
    team_id: str
    channel: str  # "" until a command's question has found its place
    message_ts: str
    thread_ts: str
    user_id: str
    text: str
    state: str  # waiting, working, stopping, answered, stopped, failed
    attempt: int
    answer_id: str | None
    reply_ts: str | None
    created_at: datetime


class SlackQuestionStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def take_in(self, question: SlackQuestion) -> bool:
        """False when this event, or this message by another event, is here already."""
        with self._home.write(alone="Slack questions") as connection:
            taken = connection.scalar(
                sa.select(slack_questions.c.event_id).where(
                    sa.or_(
                        slack_questions.c.event_id == question.event_id,
                        sa.and_(
                            slack_questions.c.team_id == question.team_id,
                            slack_questions.c.channel == question.channel,
                            slack_questions.c.message_ts == question.message_ts,
                        ),
                    )
                )
            )
            if taken is not None:
                return False
            connection.execute(slack_questions.insert().values(**vars(question)))
        return True

    def claim(self, now: datetime) -> SlackQuestion | None:
        """The oldest question that waits, or whose worker has gone silent; as its next attempt."""
        q, other = slack_questions.c, slack_questions.alias("other").c
        due = sa.or_(
            sa.and_(q.state == "waiting", sa.or_(q.lease_until.is_(None), q.lease_until < now)),
            sa.and_(q.state.in_(_AT_WORK), q.lease_until < now),
        )
        thread_is_busy = (
            sa.exists()
            .where(other.team_id == q.team_id, other.channel == q.channel)
            .where(other.thread_ts == q.thread_ts, other.event_id != q.event_id)
            .where(other.state.in_(_AT_WORK), other.lease_until >= now)
        )
        # Alone: of two that claim side by side, neither would see that the other makes a thread
        # busy. And no row is skipped because somebody writes in it: that would change the order.
        with self._home.write(alone="Slack questions") as connection:
            row = connection.execute(
                sa.select(slack_questions)
                .where(due, sa.not_(thread_is_busy))
                .order_by(q.created_at, q.message_ts)
                .limit(1)
                .with_for_update()
            ).one_or_none()
            if row is None:
                return None
            given_up = row.attempt >= _LAST_ATTEMPT
            state = "failed" if given_up else "stopping" if row.state == "stopping" else "working"
            connection.execute(
                slack_questions.update()
                .where(q.event_id == row.event_id)
                .values(state=state, attempt=row.attempt + 1, lease_until=now + LEASE)
            )
        return None if given_up else self.get(row.event_id)

    def held(self, customer: Traces) -> list[dict[str, Any]]:
        return [
            {"channel": row.channel, "message": row.message_ts, "text": row.text}
            for row in rows_naming(self._home, slack_questions, customer, ["text"])
        ]

    def erase(self, customer: Traces) -> int:
        """What stands in Slack itself stays there."""
        found = rows_naming(self._home, slack_questions, customer, ["text"])
        return blot_rows(self._home, slack_questions, customer, found, ["text"])

    def get(self, event_id: str) -> SlackQuestion:
        with self._home.read() as connection:
            row = connection.execute(
                sa.select(slack_questions).where(slack_questions.c.event_id == event_id)
            ).one()
        return _question(row)

    def of_answer(self, answer_id: str) -> SlackQuestion | None:
        return next(iter(self._where(slack_questions.c.answer_id == answer_id)), None)

    def open_in(self, team_id: str, channel: str, thread_ts: str) -> list[SlackQuestion]:
        """The questions of a thread that are not answered yet, oldest first."""
        q = slack_questions.c
        return self._where(
            q.team_id == team_id,
            q.channel == channel,
            q.thread_ts == thread_ts,
            q.state.in_(("waiting", *_AT_WORK)),
        )

    def replies_to_others(self, question: SlackQuestion) -> set[str]:
        """The messages that belong to the other questions of the same thread."""
        q = slack_questions.c
        found = self._where(
            q.team_id == question.team_id,
            q.channel == question.channel,
            q.thread_ts == question.thread_ts,
            q.event_id != question.event_id,
        )
        return {other.reply_ts for other in found if other.reply_ts}

    def _where(self, *wanted: sa.ColumnElement[bool]) -> list[SlackQuestion]:
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(slack_questions).where(*wanted).order_by(slack_questions.c.created_at)
            ).all()
        return [_question(row) for row in rows]

    def renew(self, question: SlackQuestion, now: datetime) -> str:
        """Keeps the lease; says "working", "stopping", or "lost" when it is no longer ours."""
        if not self._change(question, lease_until=now + LEASE):
            return "lost"
        return self.get(question.event_id).state

    def keep(self, question: SlackQuestion, **values: str) -> None:
        """Notes a place, a reply_ts or an answer_id as soon as it is known."""
        self._change(question, **values)

    def put_back(self, question: SlackQuestion, not_before: datetime | None) -> None:
        """For another attempt; without a moment it is as if this attempt had not been."""
        attempt = question.attempt if not_before else question.attempt - 1
        self._change(question, state="waiting", lease_until=not_before, attempt=attempt)

    def end(self, question: SlackQuestion, state: str) -> None:
        self._change(question, state=state, lease_until=None)

    def ask_stop(self, question: SlackQuestion) -> None:
        q = slack_questions.c
        with self._home.write() as connection:
            mine = q.event_id == question.event_id
            for before, after in (("working", "stopping"), ("waiting", "stopping")):
                values: dict[str, Any] = {"state": after}
                if before == "waiting":  # nobody holds it: whoever comes next ends it at once
                    values["lease_until"] = question.created_at
                connection.execute(
                    slack_questions.update().where(mine, q.state == before).values(**values)
                )

    def _change(self, question: SlackQuestion, **values: Any) -> bool:
        """Writes only while the question is still ours: at work, in our attempt."""
        q = slack_questions.c
        with self._home.write() as connection:
            written = connection.execute(
                slack_questions.update()
                .where(q.event_id == question.event_id, q.attempt == question.attempt)
                .where(q.state.in_(_AT_WORK))
                .values(**values)
            )
        return written.rowcount == 1


class SlackPeopleStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def person(self, team_id: str, user_id: str, now: datetime) -> Person:
        """The person behind a Slack user; at first sight a new member, named by the user's id."""
        with self._home.write(alone=f"Slack person {team_id} {user_id}") as connection:
            row = connection.execute(
                sa.select(people)
                .join(slack_people, slack_people.c.person_id == people.c.person_id)
                .where(slack_people.c.team_id == team_id, slack_people.c.user_id == user_id)
            ).one_or_none()
            if row is not None:
                return Person(row.person_id, row.name, row.role)
            person = Person(new_id("person"), user_id, "member")
            connection.execute(people.insert().values(**vars(person), created_at=now))
            connection.execute(
                slack_people.insert().values(
                    team_id=team_id, user_id=user_id, person_id=person.person_id
                )
            )
        return person


class SlackThreadStore:
    """Which thread of ours a Slack thread is, for each of its authors."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def find(self, question: SlackQuestion, person: Person) -> str | None:
        with self._home.read() as connection:
            found: str | None = connection.scalar(
                sa.select(slack_threads.c.thread_id).where(
                    *_of_thread(question.team_id, question.channel, question.thread_ts),
                    slack_threads.c.person_id == person.person_id,
                )
            )
        return found

    def keep(self, question: SlackQuestion, person: Person, thread_id: str) -> None:
        with self._home.write() as connection:
            connection.execute(
                slack_threads.insert().values(
                    team_id=question.team_id,
                    channel=question.channel,
                    thread_ts=question.thread_ts,
                    person_id=person.person_id,
                    thread_id=thread_id,
                )
            )

    def takes_part(self, team_id: str, channel: str, thread_ts: str) -> bool:
        """Whether anything was asked in this Slack thread before."""
        with self._home.read() as connection:
            found = connection.scalar(
                sa.select(sa.func.count()).where(*_of_thread(team_id, channel, thread_ts))
            )
        return bool(found)


def _of_thread(team_id: str, channel: str, thread_ts: str) -> list[sa.ColumnElement[bool]]:
    t = slack_threads.c
    return [t.team_id == team_id, t.channel == channel, t.thread_ts == thread_ts]


def _question(row: Any) -> SlackQuestion:
    return SlackQuestion(
        **{name: getattr(row, name) for name in SlackQuestion.__dataclass_fields__}
    )
