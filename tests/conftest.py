"""A small shop with segments and scores, made once and copied for each test that needs one."""

import asyncio
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from databases import Databases

from agent.events import Answer, Event
from agent.loop import NamedModel, answer
from engine.synthetic import make_shop, write_shop
from evals.peers.postgres import PostgresServer
from stores.database import open_engine
from stores.datasets import DatasetStore
from stores.home import Home
from stores.people import PeopleStore
from stores.threads import ThreadStore
from tools.context import Context
from tools.datasets import LoadRequest, load_file
from tools.scoring import ScoreRequest, make_scores
from tools.segmenting import SegmentRequest, run_segmentation

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from api.services import Services

NOW = datetime(2026, 1, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_settings_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("SEGUE_") and name not in ("SEGUE_SCREENSHOTS", "SEGUE_CHROMIUM"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def connections_end_with_their_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command ends with its process, which closes what it opened; a test's process goes on."""
    opened: list[sa.Engine] = []

    def remembered(url: str | sa.URL) -> sa.Engine:
        opened.append(open_engine(url))
        return opened[-1]

    monkeypatch.setattr("stores.home.open_engine", remembered)
    yield
    for engine in opened:
        engine.dispose()


# The longest files first, so that no process is left alone with one at the end.
_FIRST = ("journeys", "evals", "stores", "api")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((n for n, name in enumerate(_FIRST) if name in item.path.parts), len(_FIRST))

    items.sort(key=place)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=("sqlite", "postgres"), default="sqlite",
        help="where the homes of the tests keep their state",
    )  # fmt: skip


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Databases:
    if request.config.getoption("--database") == "sqlite":
        return Databases(None)
    return Databases(request.getfixturevalue("postgres"))


@pytest.fixture
def open_home(databases: Databases) -> Iterator[Callable[[Path], Home]]:
    """Opens the home of a folder; what it needs outside of its folder goes away with the test."""
    opened: list[Home] = []

    def run(folder: Path) -> Home:
        opened.append(databases.open(folder))
        return opened[-1]

    with databases.kept_for_a_while():
        yield run
        for home in opened:
            home.close()


@pytest.fixture(scope="session")
def small_shop(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Path:
    """The home of 400 customers, loaded, segmented by fixed rules and scored; one for all the
    processes of a run, where its state lies in its folder."""
    base = tmp_path_factory.getbasetemp()
    if databases.server is not None or "PYTEST_XDIST_WORKER" not in os.environ:
        return _make_small_shop(base / "small-shop", databases)
    shared = base.parent / "small-shop"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            _make_small_shop(base / "small-shop", databases).parent.rename(shared)
    return shared / "home"


def _make_small_shop(folder: Path, databases: Databases) -> Path:
    folder.mkdir()
    files = write_shop(make_shop(400, seed=5), folder / "files")
    home = databases.open(folder / "home")
    PeopleStore(home).ensure_local(NOW)
    request = LoadRequest(
        files["transactions"], dataset="corner", zone="Europe/London", currency="GBP"
    )
    load_file(home, request, NOW)
    dataset = DatasetStore(home).get()
    run_segmentation(home, dataset, SegmentRequest(method="rules"), NOW, lambda text: None)
    make_scores(home, dataset, ScoreRequest(), NOW, lambda text: None)
    home.close()
    shutil.rmtree(folder / "home" / "index")
    return folder / "home"


@pytest.fixture
def home(
    small_shop: Path, tmp_path: Path, databases: Databases, open_home: Callable[[Path], Home],
    monkeypatch: pytest.MonkeyPatch,
) -> Home:  # fmt: skip
    """The small shop of one's own; processes started by the test find its database as well."""
    databases.copy(small_shop, tmp_path / "home")
    for name, value in databases.settings(tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    return open_home(tmp_path / "home")


@pytest.fixture
def services(home: Home) -> "Services":
    from api.services import Services
    from api.settings import read_settings

    return Services(read_settings({"home": str(home.root)}, {}), home)


@pytest.fixture
def client(services: "Services") -> "Iterator[TestClient]":
    """A browser or a program on this very machine."""
    from starlette.testclient import TestClient

    from api.http import build_app

    app = build_app(services, "127.0.0.1")
    app.state.services = services
    client = TestClient(app, base_url="http://127.0.0.1")
    yield client
    client.close()


@pytest.fixture
def context(home: Home) -> Context:
    return Context.open(home, "local", None, NOW)


Ask = Callable[..., tuple[Answer, list[Event]]]


@pytest.fixture
def ask(context: Context) -> Ask:
    """Asks in a thread of its own, or goes on in a given one; gives answer and all events."""
    store = ThreadStore(context.home)

    def run(
        question: str, model: NamedModel | None = None, thread_id: str | None = None
    ) -> tuple[Answer, list[Event]]:
        thread = (
            store.get("local", thread_id)
            if thread_id
            else store.make("local", context.dataset.dataset_id, NOW)
        )
        fresh = Context.open(context.home, "local", None, NOW)

        async def collect() -> list[Event]:
            used = model or NamedModel()
            events = [event async for event in answer(question, fresh, thread, used)]
            await used.let_go()
            return events

        events = asyncio.run(collect())
        assert isinstance(events[-1], Answer)
        return events[-1], events

    return run
