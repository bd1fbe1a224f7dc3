"""The large variant as one installation: a home that moves to PostgreSQL, a Chroma server, two
services and a worker beside each other, and any of them killed."""

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW
from services import Service, events, final, wait_for

from api.producing import send
from api.stream import Source
from engine.synthetic import make_shop, write_shop
from evals.bench.stream_shop import make_events
from evals.bench.worker import start_worker
from evals.peers.chroma import ChromaServer
from evals.peers.kafka.broker import open_broker
from evals.peers.postgres import PostgresServer
from stores.datasets import Dataset, DatasetStore
from stores.home import Home, Places
from stores.live import LiveStore
from tools.stream import stream_card

pytestmark = pytest.mark.full

QUESTIONS = (
    "how many customers are in each segment, and which group brings most revenue?",
    "what are our best customers like?",
    "how many orders and how much revenue do we have?",
)
MESSAGES = 4000


@pytest.fixture(scope="module")
def chroma() -> Iterator[ChromaServer]:
    with ChromaServer() as server:
        yield server


@pytest.fixture
def pair(
    small_shop: Path, tmp_path: Path, postgres: PostgresServer, chroma: ChromaServer,
    request: pytest.FixtureRequest,
) -> Iterator[tuple[Service, Service]]:  # fmt: skip
    """Two services on one database, not started yet; the home is still SQLite's."""
    if request.config.getoption("--database") != "sqlite":
        pytest.skip("begins with a home on SQLite")
    shutil.copytree(small_shop, tmp_path / "home")
    url = postgres.new_database("large")
    settings = {"SEGUE_DATABASE_URL": url, "SEGUE_CHROMA_URL": chroma.url}
    both = Service(tmp_path / "home", **settings), Service(tmp_path / "home", **settings)
    yield both
    for service in both:
        service.stop(kill=True)
    postgres.drop_database(url)


def asked(service: Service) -> list[tuple[str, list[Any]]]:
    """The answers' texts and their figures, without what is new with every asking."""
    found = []
    with service.client() as client:
        for question in QUESTIONS:
            response = client.post(
                "/v1/questions", json={"question": question, "dataset": "corner"}
            )
            answer = json.loads(events(response)[-1][1])
            figures = [(f["metric"], f["text"], f["value"]) for f in answer["facts"]]
            found.append((answer["answer"], figures))
    return found


def test_a_home_moves_and_two_services_go_on_with_a_worker_whoever_is_killed(
    pair: tuple[Service, Service], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = pair
    alone = Service(one.home).start()  # on SQLite
    before = asked(alone)
    assert alone.stop() == 0

    moved = one.run("move", "--json")
    assert moved.returncode == 0, moved.stderr
    assert json.loads(moved.stdout)["tables"]["receipts"] > 10
    doctor = one.run("doctor")
    assert doctor.returncode == 0 and "PostgreSQL + Chroma server" in doctor.stdout

    one.start()
    two.start()
    assert asked(one) == before
    assert asked(two) == before

    files = write_shop(make_shop(60, seed=3), tmp_path / "files")
    with one.client() as here, two.client() as there:
        text = files["transactions"].read_bytes()
        sent = here.post("/v1/uploads", files={"file": ("orders.csv", text)}).json()
        load = {"upload_id": sent["upload_id"], "dataset": "second"}
        job = there.post("/v1/loads", json=load).json()  # sent to one, loaded through the other
        assert final(here, job["job_id"])["state"] == "done"
        assert {d["name"] for d in here.get("/v1/datasets").json()["datasets"]} >= {"second"}
        report = here.post("/v1/reports", json={"dataset": "corner", "formats": ["html"]}).json()
        one.stop(kill=True)
        done = final(there, report["job_id"])  # whoever had it, the other one finishes it
        assert done["state"] == "done", done["error"]
    one.start()
    assert asked(one) == before

    home = Home.open(one.home, Places(database=one.settings["SEGUE_DATABASE_URL"]))
    monkeypatch.setenv("SEGUE_DATABASE_URL", one.settings["SEGUE_DATABASE_URL"])
    stream(home, DatasetStore(home).get("corner"))
    home.close()
    assert asked(one) == asked(two) != before


def stream(home: Home, dataset: Dataset) -> None:
    """A worker is killed in the middle; the next one goes on; each message counts once."""
    messages = list(make_events(MESSAGES, 400, seed=3))

    def count() -> int:
        if not LiveStore(home, dataset.dataset_id).exists:
            return 0
        found: int = stream_card(home, dataset, NOW)["events"]
        return found

    def wait_until_taken(least: int, worker: "subprocess.Popen[bytes]") -> None:
        def look() -> bool | None:
            assert worker.poll() is None, "the worker ended by itself"
            return True if count() >= least else None

        wait_for(look, f"{least} events to be taken")

    with open_broker("mesh") as broker:
        source = Source(broker.bootstrap, "segue.events")
        broker.create_topic(source.topic, 2)
        worker = start_worker(home, source, "--dataset", dataset.name)
        try:
            send(source, messages[: MESSAGES // 2], None, lambda text: None)
            wait_until_taken(MESSAGES // 4, worker)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            worker = start_worker(home, source, "--dataset", dataset.name)
            send(source, messages[MESSAGES // 2 :], None, lambda text: None)
            wait_until_taken(MESSAGES, worker)
            worker.terminate()
            assert worker.wait(60) == 0
        finally:
            worker.kill()
            worker.wait()
    assert count() == MESSAGES
