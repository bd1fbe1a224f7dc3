"""Runs jobs: claims them in the service, works on each in a child process.

The child renews the lease with every step and on a timer, and ends itself when its service is
gone (the pipe on its standard input closes), when the job is cancelled, or when it lost the lease.
"""

import asyncio
import contextlib
import logging
import os
import sys
import threading

from api.logs import working_on
from api.problems import report_defect
from api.services import Services
from engine.errors import Fixable, OutOfReach
from stores.jobs import LEASE, Job, JobStore

_AT_ONCE = 2
_LOOK_EVERY_SECONDS = 0.25
_log = logging.getLogger("segue.jobs")


class Runner:
    """Claims jobs while the service runs."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._store = JobStore(services.home)
        self._children: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        try:
            while True:
                self._wake.clear()
                while len(self._children) < _AT_ONCE:
                    job = await asyncio.to_thread(self._claim)
                    if job is None:
                        break
                    child = asyncio.create_task(self._run_child(job))
                    self._children.add(child)
                    child.add_done_callback(self._children.discard)
                    child.add_done_callback(lambda _: self.wake())
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_EVERY_SECONDS):
                        await self._wake.wait()
        finally:
            for child in list(self._children):
                child.cancel()
            await asyncio.gather(*self._children, return_exceptions=True)

    def _claim(self) -> Job | None:
        """None as well while the database is out of reach: it may come back."""
        try:
            return self._store.claim(self._services.now())
        except OutOfReach as error:
            _log.warning("no job can be claimed: %s", error)
            return None

    async def _run_child(self, job: Job) -> None:
        # -P: the folder the service was started in must not stand in for our packages.
        command = [sys.executable, "-P", "-m", "api.runner", job.owner, job.job_id]
        child = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=self._services.child_environment(),
        )
        try:
            assert child.stderr is not None  # noqa: S101  it was asked for
            said = await child.stderr.read()
            if await child.wait():
                _log.error("job %s ended with %s: %s", job.job_id, child.returncode, said.decode())
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()


# ---- in the child process ----------------------------------------------------------------------


class _Stopped(Exception):
    """The job was cancelled, or somebody else works on it now."""


def work_on(services: Services, job: Job) -> None:
    store = JobStore(services.home)
    _die_with_the_service()
    _keep_the_lease(services, store, job)

    def progress(text: str) -> None:
        if not store.renew(job, services.now(), text):
            raise _Stopped

    with working_on(job.job_id):
        try:
            from api.work import WORK

            store.finish(job, WORK[job.kind](services, job.owner, job.arguments, progress))
        except OutOfReach as error:  # when the lease has run out it is tried again
            _log.warning("job %s is left: %s", job.job_id, error)
        except _Stopped:
            store.mark_cancelled(job)
        except Fixable as error:
            store.fail(job, error.message, error.hint)
        except Exception as error:
            store.fail(job, *report_defect(error))


def _die_with_the_service() -> None:
    def watch() -> None:
        # Not through sys.stdin: Python aborts when it ends while a thread holds that one's lock.
        while os.read(0, 1024):
            pass
        os._exit(3)

    threading.Thread(target=watch, daemon=True).start()


def _keep_the_lease(services: Services, store: JobStore, job: Job) -> None:
    """Renews without a word; a job that was taken away or cancelled ends at once."""

    def keep() -> None:
        while True:
            threading.Event().wait(LEASE.total_seconds() / 5)
            try:
                if store.renew(job, services.now()):
                    continue
                store.mark_cancelled(job)
            except OutOfReach as error:  # for less than the lease, maybe
                _log.warning("job %s: its lease could not be renewed: %s", job.job_id, error)
                continue
            os._exit(0)

    threading.Thread(target=keep, daemon=True).start()


def main() -> None:
    from api.settings import read_settings

    owner, job_id = sys.argv[1:3]
    services = Services.open(read_settings())
    job = JobStore(services.home).get(owner, job_id)
    if job.state == "running":
        work_on(services, job)


if __name__ == "__main__":
    main()
