"""A job's process: it ends well when its work is done, and with the service that started it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from conftest import NOW

from stores.home import Home
from stores.jobs import Job, JobStore


@contextmanager
def at_work(home: Home, job: Job) -> Iterator["subprocess.Popen[bytes]"]:
    """The process as the service starts it, with the pipe that tells it that the service lives."""
    child = subprocess.Popen(
        [sys.executable, "-m", "api.runner", job.owner, job.job_id],
        env=os.environ | {"SEGUE_HOME": str(home.root)},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdin is not None and child.stderr is not None
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        child.stdin.close()
        child.stderr.close()


def claimed(home: Home, kind: str, dataset: str) -> Job:
    store = JobStore(home)
    store.add("local", kind, {"dataset": dataset}, NOW)
    job = store.claim(NOW)
    assert job is not None
    return job


def test_it_ends_well_while_the_service_lives(home: Home) -> None:
    job = claimed(home, "segmentation", "no such dataset")
    with at_work(home, job) as child:
        assert child.stderr is not None
        said = child.stderr.read()
        assert (child.wait(), said) == (0, b"")
    assert JobStore(home).get("local", job.job_id).state == "failed"


def test_it_ends_with_the_service(home: Home) -> None:
    job = claimed(home, "segmentation", "corner")
    with at_work(home, job) as child:
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(60) == 3
    assert JobStore(home).get("local", job.job_id).state == "running"
