"""Two exports loaded a month apart, with no stream: one digest with the right shift.

The shop is small enough to know the answer: sixty of its customers buy every few days until the end
of June and never again; everybody else goes on as before.
"""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

SEGUE = [sys.executable, "-c", "from api.cli import main; main()"]
FIRST, MIDDLE, LAST = date(2025, 1, 1), date(2025, 7, 1), date(2025, 8, 1)
COLUMNS = ("order_id", "line", "customer_id", "occurred_at", "product_id", "product", "quantity",
           "unit_price")  # fmt: skip
# name of the group, customers, days between two orders, price, last day
GROUPS = (
    ("stops", 60, 5, "40.00", MIDDLE),
    ("stays", 60, 5, "38.00", LAST),
    ("monthly", 80, 25, "15.00", LAST),
    ("rare", 100, 70, "8.00", LAST),
    ("gone", 100, 45, "12.00", date(2025, 3, 1)),
)


def orders(since: date, until: date) -> Iterator[tuple[str, ...]]:
    for group, size, every, price, end in GROUPS:
        for number in range(size):
            day = FIRST + timedelta(days=number % every)
            while day < min(until, end):
                if day >= since:
                    customer = f"{group}-{number}"
                    when = f"{day} {9 + number % 8:02}:00:00"
                    yield (f"{customer}-{day}", "1", customer, when, "mug", "Mug", "1", price)
                day += timedelta(days=every)


def export(file: Path, since: date, until: date) -> Path:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(sorted(orders(since, until), key=lambda row: (row[3], row[0])))
    return file


class Hook(HTTPServer):
    """Keeps what is posted to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Keeps)
        self.posted: list[dict[str, Any]] = []


class _Keeps(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posted.append(json.loads(body) | {"key": self.headers["Idempotency-Key"]})
        self.send_response(204)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        return


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Shell:
    def __init__(self, home: Path, hook: Hook) -> None:
        allowed = f"127.0.0.1:{hook.server_port}"
        self._environment = os.environ | {"SEGUE_HOME": str(home), "SEGUE_WEBHOOK_HOSTS": allowed}

    def read(self, *arguments: str) -> dict[str, Any]:
        done = subprocess.run(
            [*SEGUE, *arguments, "--json"], env=self._environment, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def test_two_files_a_month_apart_give_one_digest_with_the_right_shift(
    tmp_path: Path, hook: Hook
) -> None:
    shell = Shell(tmp_path / "home", hook)
    june = export(tmp_path / "june.csv", FIRST, MIDDLE)
    july = export(tmp_path / "july.csv", MIDDLE, LAST)
    shell.read("load", str(june), "--dataset", "corner", "--zone", "Europe/London",
               "--currency", "GBP")  # fmt: skip
    segments = shell.read("segment", "--method", "rules")["segments"]
    address = f"http://127.0.0.1:{hook.server_port}/hook"
    first = segments_moment(shell, 0)
    schedule = ("--cron", "0 9 1 * *", "--zone", "Europe/London", "--webhook", address)
    added = shell.read("digest", "add", "monthly", *schedule)
    assert [moment[8:16] for moment in added["next"]] == ["01T09:00"] * 3
    assert added["text"].startswith("Nothing worth your time")

    shell.read("load", str(july), "--dataset", "corner")
    preview = shell.read("digest", "preview", "monthly")
    sent = shell.read("digest", "send", "monthly")
    assert sent["text"] == preview["text"]
    (body,) = hook.posted
    assert (body["text"], body["key"]) == (sent["text"], sent["deliveries"][0]["delivery_id"])

    # What the accounts of the same stretch say, worked out from the files by the same frozen run.
    stretch = ("--from", first, "--to", segments_moment(shell, -1))
    card = shell.read("shifts", *stretch)
    for row in card["segments"]:
        moved = row["entered"] - row["left"] + row["new"] - row["lost"]
        assert row["opening"] + moved == row["closing"]
    news = [row for row in card["segments"] if row["significant"]]
    changes = {
        fact["subject"]["name"]: fact["value"]
        for fact in sent["facts"]
        if fact["operation"] == "difference"
    }
    assert changes == {row["name"]: row["closing"] - row["opening"] for row in news}

    # The planted truth: the sixty who stopped went the same way, with all that they have brought.
    (largest, *_) = [fact for fact in sent["facts"] if fact["metric"] == "moved"]
    before, after = largest["subject"]["name"].removeprefix("from ").split(" to ")
    assert largest["value"] == 60
    assert {before, after} <= {segment["name"] for segment in segments}
    assert changes[after] > 0
    stopped = [row for row in orders(FIRST, LAST) if row[2].startswith("stops-")]
    (worth,) = [
        fact["value"]
        for fact in sent["facts"]
        if fact["metric"] == "revenue" and fact["subject"] == largest["subject"]
    ]
    assert worth == {"minor": 4000 * len(stopped), "currency": "GBP"}
    assert f"60 customers moved from {before} to {after}, worth £" in sent["text"]
    receipt = shell.read("receipt", largest["receipt"], "--rerun")
    assert receipt["rerun_value"] == receipt["value"] == 60

    again = shell.read("digest", "send", "monthly")
    assert again["text"] == "Nothing worth your time: no segment moved by more than chance."


def segments_moment(shell: Shell, place: int) -> str:
    moment: str = shell.read("snapshots")["snapshots"][place]["as_of"]
    return moment
