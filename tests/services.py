"""A running service: a real process on a home of its own."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx

SEGUE = str(Path(sys.executable).with_name("segue"))
PATIENCE_SECONDS = 120
Found = TypeVar("Found")


class Service:
    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.settings = settings
        self._environment = os.environ | {"SEGUE_HOME": str(home)} | settings
        self.process: subprocess.Popen[str] | None = None
        self.address = ""

    def start(self, *arguments: str) -> "Service":
        self.process = subprocess.Popen(
            [SEGUE, "serve", "--port", "0", *arguments], env=self._environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        found = re.search(r"http://\S+", said)
        assert found, f"{said}{self.process.stderr.read() if self.process.stderr else ''}"
        self.address = found.group()
        return self

    def stop(self, kill: bool = False) -> int:
        if self.process is None:
            return 0
        if self.process.poll() is None:
            (self.process.kill if kill else self.process.terminate)()
        code = self.process.wait(timeout=30)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()
        return code

    def client(self, key: str | None = None, **headers: str) -> httpx.Client:
        if key:
            headers["Authorization"] = f"Bearer {key}"
        return httpx.Client(base_url=self.address, headers=headers, timeout=PATIENCE_SECONDS)

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [SEGUE, *arguments], env=self._environment, capture_output=True, text=True, check=False
        )


def wait_for(look: Callable[[], Found | None], what: str) -> Found:
    """Looks until there is something to see."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if (found := look()) is not None:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {PATIENCE_SECONDS} s for {what}")


def final(client: httpx.Client, job_id: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        job: dict[str, Any] = client.get(f"/v1/jobs/{job_id}").json()
        return job if job["state"] in ("done", "failed", "cancelled") else None

    return wait_for(look, f"job {job_id} to end")


def events(response: httpx.Response) -> list[tuple[str, str]]:
    """The events of a finished stream: name and data."""
    found = []
    for block in response.text.split("\n\n"):
        lines = [line.partition(": ") for line in block.splitlines() if not line.startswith(":")]
        parts = {name: value for name, _, value in lines}
        if "data" in parts:
            found.append((parts.get("event", ""), parts["data"]))
    return found
