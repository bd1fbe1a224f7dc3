"""Jobs: work that outlives a request.

A job is claimed with a lease and worked on in a child process that renews it. When the process
dies the lease runs out and the job is claimed again, as its next attempt; whoever still works on
an earlier attempt can no longer write. A job that fails three attempts that way has failed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound
from stores.erasing import Traces, blot_rows, delete_rows, rows_naming
from stores.home import Home, new_id
from stores.schema import jobs

LEASE = timedelta(seconds=15)
MOST_ATTEMPTS = 3
FINAL = ("done", "failed", "cancelled")
_SAYING = ("arguments", "progress", "result", "error")


@dataclass(frozen=True)
class Job:
    job_id: str
    owner: str
    kind: str
    arguments: dict[str, Any]
    state: str  # queued, running, done, failed, cancelled
    attempt: int
    progress: str
    cancel_asked: bool
    result: dict[str, Any] | None
    error: dict[str, str] | None
    created_at: datetime

    def to_json(self) -> dict[str, Any]:
        return {
            "job_id": self.job_id,
            "kind": self.kind,
            "state": self.state,
            "attempt": self.attempt,
            "progress": self.progress,
            "result": self.result,
            "error": self.error,
            "created_at": self.created_at.isoformat(),
        }


class JobStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def add(self, owner: str, kind: str, arguments: dict[str, Any], now: datetime) -> Job:
        job_id = new_id("job")
        with self._home.write() as connection:
            connection.execute(
                jobs.insert().values(
                    job_id=job_id,
                    owner=owner,
                    kind=kind,
                    arguments=arguments,
                    state="queued",
                    attempt=0,
                    progress="Waiting for its turn",
                    cancel_asked=False,
                    created_at=now,
                )
            )
        return self.get(owner, job_id)

    def add_once(self, owner: str, kind: str, arguments: dict[str, Any], now: datetime) -> None:
        """Not while the same waits already."""
        waits = (jobs.c.owner == owner, jobs.c.kind == kind, jobs.c.state == "queued")
        with self._home.read() as connection:
            waiting = connection.scalars(sa.select(jobs.c.arguments).where(*waits)).all()
        if arguments not in waiting:
            self.add(owner, kind, arguments, now)

    def get(self, owner: str, job_id: str) -> Job:
        """Somebody else's job does not exist, as far as the asker can tell."""
        with self._home.read() as connection:
            row = connection.execute(
                sa.select(jobs).where(jobs.c.job_id == job_id, jobs.c.owner == owner)
            ).one_or_none()
        if row is None:
            raise NotFound(f"There is no job '{job_id}'.")
        return _job(row)

    def all(self, owner: str, kind: str) -> list[Job]:
        """Newest first."""
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(jobs)
                .where(jobs.c.owner == owner, jobs.c.kind == kind)
                .order_by(jobs.c.created_at.desc())
            ).all()
        return [_job(row) for row in rows]

    def claim(self, now: datetime) -> Job | None:
        """The oldest job that waits, or whose worker has gone silent; as its next attempt."""
        silent = sa.and_(jobs.c.state == "running", jobs.c.lease_until < now)
        with self._home.write() as connection:
            row = connection.execute(
                sa.select(jobs)
                .where(sa.or_(jobs.c.state == "queued", silent))
                .order_by(jobs.c.created_at, jobs.c.job_id)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).one_or_none()
            if row is None:
                return None
            ended = _ended_by(row)
            if ended is None:
                ended = {
                    "state": "running",
                    "attempt": row.attempt + 1,
                    "lease_until": now + LEASE,
                    "progress": "Starting" if row.attempt == 0 else "Starting again",
                }
            connection.execute(jobs.update().where(jobs.c.job_id == row.job_id).values(**ended))
        if ended["state"] != "running":
            return None
        return self.get(row.owner, row.job_id)

    def renew(self, job: Job, now: datetime, progress: str | None = None) -> bool:
        """Keeps the lease; False tells the worker to stop: cancelled, or no longer its job."""
        values: dict[str, Any] = {"lease_until": now + LEASE}
        if progress is not None:
            values["progress"] = progress
        with self._home.write() as connection:
            written = connection.execute(
                jobs.update()
                .where(*_still_mine(job), jobs.c.cancel_asked.is_(False))
                .values(**values)
            )
        return written.rowcount == 1

    def finish(self, job: Job, result: dict[str, Any]) -> bool:
        return self._end(job, state="done", result=result, progress="Done")

    def fail(self, job: Job, message: str, hint: str) -> bool:
        return self._end(job, state="failed", error={"message": message, "hint": hint})

    def mark_cancelled(self, job: Job) -> bool:
        return self._end(job, state="cancelled", progress="Cancelled; nothing was changed")

    def ask_cancel(self, owner: str, job_id: str) -> Job:
        job = self.get(owner, job_id)
        with self._home.write() as connection:
            connection.execute(
                jobs.update().where(jobs.c.job_id == job_id).values(cancel_asked=True)
            )
            connection.execute(
                jobs.update()
                .where(jobs.c.job_id == job_id, jobs.c.state == "queued")
                .values(state="cancelled", progress="Cancelled before it started")
            )
        return self.get(owner, job.job_id)

    def held(self, customer: Traces) -> list[dict[str, Any]]:
        return [
            _job(row).to_json() | {"arguments": row.arguments} for row in self._naming(customer)
        ]

    def erase(self, customer: Traces) -> int:
        """Jobs that are over go; one that waits or runs goes on without the customer's words."""
        found = self._naming(customer)
        over = [row for row in found if row.state in FINAL]
        going_on = [row for row in found if row.state not in FINAL]
        return delete_rows(self._home, jobs, over) + blot_rows(
            self._home, jobs, customer, going_on, _SAYING
        )

    def _naming(self, customer: Traces) -> list[Any]:
        return rows_naming(self._home, jobs, customer, _SAYING)

    def _end(self, job: Job, **values: Any) -> bool:
        with self._home.write() as connection:
            written = connection.execute(
                jobs.update().where(*_still_mine(job)).values(lease_until=None, **values)
            )
        return written.rowcount == 1


def _still_mine(job: Job) -> list[sa.ColumnElement[bool]]:
    return [
        jobs.c.job_id == job.job_id,
        jobs.c.state == "running",
        jobs.c.attempt == job.attempt,
    ]


def _ended_by(row: Any) -> dict[str, Any] | None:
    """How a job whose worker went silent ends, when it is not to be tried again."""
    if row.cancel_asked:
        return {"state": "cancelled", "progress": "Cancelled; nothing was changed"}
    if row.attempt >= MOST_ATTEMPTS:
        return {
            "state": "failed",
            "error": {
                "message": f"The work was interrupted {row.attempt} times.",
                "hint": "Look into the log (segue doctor says where), then try again.",
            },
        }
    return None


def _job(row: Any) -> Job:
    return Job(
        row.job_id,
        row.owner,
        row.kind,
        row.arguments,
        row.state,
        row.attempt,
        row.progress,
        row.cancel_asked,
        row.result,
        row.error,
        row.created_at,
    )
