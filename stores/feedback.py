"""Feedback: what people said of answers, and what became of it.

Nothing is learnt by itself: a thumb only waits until a person has looked at the answer, and has
called it right or has left it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from engine.errors import BadInput
from stores.home import Home
from stores.people import Person
from stores.schema import answers, feedback, threads

VALUES = ("good", "bad")
Settlement = Literal["verified", "dismissed"]


@dataclass(frozen=True)
class Judged:
    """An answer that somebody judged, with how many found it good and bad."""

    answer_id: str
    dataset_id: str
    owner: str
    question: str
    answer: str
    good: int
    bad: int
    settled_as: str | None


class FeedbackStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def give(self, answer_id: str, person: Person, value: str, now: datetime) -> None:
        """The last word of a person on an answer counts, and is to be looked at again."""
        if value not in VALUES:
            raise BadInput(f"'{value}' says nothing of an answer.", "Say good or bad.")
        mine = (feedback.c.answer_id == answer_id, feedback.c.person_id == person.person_id)
        with self._home.write(alone=f"feedback on {answer_id}") as connection:
            connection.execute(feedback.delete().where(*mine))
            connection.execute(
                feedback.insert().values(
                    answer_id=answer_id, person_id=person.person_id, value=value, given_at=now
                )
            )

    def of(self, answer_id: str) -> dict[str, str]:
        """What each person said of an answer."""
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(feedback).where(feedback.c.answer_id == answer_id)
            ).all()
        return {row.person_id: row.value for row in rows}

    def waiting(self, limit: int = 50) -> list[Judged]:
        """Answers with a word that nobody has looked at, those found bad first."""
        found = [one for one in self._judged() if one.settled_as is None]
        return sorted(found, key=lambda one: (-one.bad, -one.good, one.answer_id))[:limit]

    def verified(self) -> list[Judged]:
        return [one for one in self._judged() if one.settled_as == "verified"]

    def find(self, answer_id: str) -> Judged | None:
        return next((one for one in self._judged() if one.answer_id == answer_id), None)

    def settle(self, answer_id: str, person: Person, how: Settlement, now: datetime) -> None:
        with self._home.write(alone=f"feedback on {answer_id}") as connection:
            connection.execute(
                feedback.update()
                .where(feedback.c.answer_id == answer_id)
                .values(settled_as=how, settled_by=person.person_id, settled_at=now)
            )

    def _judged(self) -> list[Judged]:
        def those(value: str) -> sa.ColumnElement[int]:
            return sa.func.sum(sa.case((feedback.c.value == value, 1), else_=0)).label(value)

        what = (answers.c.answer_id, threads.c.dataset_id, threads.c.owner, answers.c.question,
                answers.c.answer)  # fmt: skip
        # Somebody's word of after the settlement has no settlement: then all wait again.
        open_words = sa.func.count() - sa.func.count(feedback.c.settled_as)
        settled = sa.case((open_words == 0, sa.func.max(feedback.c.settled_as)))
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(*what, those("good"), those("bad"), settled.label("settled_as"))
                .join(threads, threads.c.thread_id == answers.c.thread_id)
                .join(feedback, feedback.c.answer_id == answers.c.answer_id)
                .group_by(*what)
                .order_by(sa.func.min(feedback.c.given_at), answers.c.answer_id)
            ).all()
        return [Judged(**row._mapping) for row in rows]
