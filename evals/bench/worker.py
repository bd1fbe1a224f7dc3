"""The worker as a process of its own, so that it can be killed like one."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from api.stream import Source
from engine.errors import NotPossible
from evals.bench.stream_shop import NOW
from stores.datasets import DatasetStore
from stores.home import Home
from tools.stream import stream_card

PATIENCE = 180  # seconds until something has to happen


def start_worker(home: Home, source: Source, *options: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", "from api.cli import main; main()", "stream", *options]
    environment = os.environ | {
        "SEGUE_HOME": str(home.root),
        "SEGUE_KAFKA": source.bootstrap,
        "SEGUE_KAFKA_TOPIC": source.topic,
    }
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)


def taken(home: Home) -> int:
    try:
        found: int = stream_card(home, DatasetStore(home).get(), NOW)["events"]
    except NotPossible:
        return 0
    return found


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > deadline:
            raise NotPossible(f"Nothing happened in {PATIENCE} seconds.")
        time.sleep(0.02)
