"""Threads: whose conversation it is, what it is about, and what was asked and answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound
from stores.erasing import Traces, blot_rows, delete_rows, rows_naming
from stores.home import Home, new_id
from stores.schema import answers, threads


@dataclass(frozen=True)
class Thread:
    thread_id: str
    owner: str
    dataset_id: str
    state: dict[str, Any]


@dataclass(frozen=True)
class Turn:
    answer_id: str
    question: str
    answer: str
    body: dict[str, Any]
    asked_at: datetime


class ThreadStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def make(self, owner: str, dataset_id: str, now: datetime) -> Thread:
        thread = Thread(new_id("thread"), owner, dataset_id, {})
        with self._home.write() as connection:
            connection.execute(
                threads.insert().values(
                    thread_id=thread.thread_id,
                    owner=owner,
                    dataset_id=dataset_id,
                    state=thread.state,
                    created_at=now,
                )
            )
        return thread

    def get(self, owner: str, thread_id: str) -> Thread:
        """Somebody else's thread does not exist, as far as the asker can tell."""
        with self._home.read() as connection:
            row = connection.execute(
                sa.select(threads).where(threads.c.thread_id == thread_id, threads.c.owner == owner)
            ).one_or_none()
        if row is None:
            raise NotFound(f"There is no thread '{thread_id}'.", "Leave it out to start one.")
        return Thread(row.thread_id, row.owner, row.dataset_id, row.state)

    def all(self, owner: str, limit: int = 50) -> list[Thread]:
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(threads)
                .where(threads.c.owner == owner)
                .order_by(threads.c.created_at.desc())
                .limit(limit)
            ).all()
        return [Thread(row.thread_id, row.owner, row.dataset_id, row.state) for row in rows]

    def add_turn(self, thread: Thread, turn: Turn, state: dict[str, Any]) -> None:
        with self._home.write() as connection:
            connection.execute(
                answers.insert().values(
                    answer_id=turn.answer_id,
                    thread_id=thread.thread_id,
                    question=turn.question,
                    answer=turn.answer,
                    body=turn.body,
                    asked_at=turn.asked_at,
                )
            )
            connection.execute(
                threads.update().where(threads.c.thread_id == thread.thread_id).values(state=state)
            )

    def drop(self, thread: Thread) -> None:
        """With all that was asked in it."""
        own = threads.c.thread_id == thread.thread_id
        with self._home.write() as connection:
            connection.execute(answers.delete().where(answers.c.thread_id == thread.thread_id))
            connection.execute(threads.delete().where(own))

    def keep_state(self, thread: Thread, state: dict[str, Any]) -> None:
        with self._home.write() as connection:
            connection.execute(
                threads.update().where(threads.c.thread_id == thread.thread_id).values(state=state)
            )

    def turns(self, thread: Thread) -> list[Turn]:
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(answers)
                .where(answers.c.thread_id == thread.thread_id)
                .order_by(answers.c.asked_at)
            ).all()
        return [
            Turn(row.answer_id, row.question, row.answer, row.body, row.asked_at) for row in rows
        ]

    def answer(self, owner: str, answer_id: str) -> tuple[Thread, dict[str, Any]]:
        """One answer with its thread; somebody else's does not exist."""
        with self._home.read() as connection:
            row = connection.execute(
                sa.select(threads, answers.c.body)
                .join(answers, threads.c.thread_id == answers.c.thread_id)
                .where(threads.c.owner == owner, answers.c.answer_id == answer_id)
            ).one_or_none()
        if row is None:
            raise NotFound(
                f"There is no answer '{answer_id}'.", "Its id stands in what --json prints."
            )
        return Thread(row.thread_id, row.owner, row.dataset_id, row.state), row.body

    def answers_to(
        self, owner: str, dataset_id: str, question: str, limit: int = 5
    ) -> list[dict[str, Any]]:
        """What this person was answered to the very same words, the newest first."""
        own = (threads.c.owner == owner) & (threads.c.dataset_id == dataset_id)
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(answers.c.body)
                .join(threads, threads.c.thread_id == answers.c.thread_id)
                .where(own, answers.c.question == question)
                .order_by(answers.c.asked_at.desc())
                .limit(limit)
            ).all()
        return [row.body for row in rows]

    def held(self, customer: Traces) -> list[dict[str, Any]]:
        return [
            {
                "thread": row.thread_id,
                "question": row.question,
                "answer": row.answer,
                "asked_at": row.asked_at.isoformat(),
            }
            for row in self._turns_naming(customer)
        ]

    def erase(self, customer: Traces) -> int:
        """Turns go whole, because what an answer says of the customer is not only the name."""
        count = delete_rows(self._home, answers, self._turns_naming(customer))
        named = rows_naming(self._home, threads, customer, ["state"], self._own(customer))
        return count + blot_rows(self._home, threads, customer, named, ["state"])

    def _turns_naming(self, customer: Traces) -> list[Any]:
        own = answers.c.thread_id.in_(sa.select(threads.c.thread_id).where(self._own(customer)))
        return rows_naming(self._home, answers, customer, ["question", "answer", "body"], own)

    def _own(self, customer: Traces) -> sa.ColumnElement[bool]:
        return threads.c.dataset_id == customer.dataset_id
