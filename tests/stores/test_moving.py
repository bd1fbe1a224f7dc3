"""A move: everything arrives, nothing is lost when it is killed, and the old state says where."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from conftest import NOW
from databases import Databases

from agent.events import Answer
from agent.loop import NamedModel, answer
from engine.errors import NotPossible
from evals.peers.postgres import PostgresServer
from stores.datasets import DatasetStore
from stores.home import REVISIONS, Home, Places
from stores.live import LiveStore
from stores.moving import move
from stores.people import PeopleStore
from stores.runs import RunStore
from stores.schema import answers, jobs, metadata, people, receipts
from stores.snapshots import SnapshotStore
from stores.threads import ThreadStore
from tools.context import Context
from tools.receipts import receipt_card

pytestmark = pytest.mark.full

SIZES = "how many customers are in each segment, and which group brings most revenue?"
KILLED = """
import os, sys
from pathlib import Path
from stores.home import Home
from stores.live import LiveStore
from stores.moving import move

def die(text):
    if text.startswith(sys.argv[3]):
        os._exit(9)

move(Home.open(Path(sys.argv[1])), sys.argv[2], die)
"""


def quiet(text: str) -> None: ...


@pytest.fixture
def new_url(postgres: PostgresServer) -> Iterator[str]:
    url = postgres.new_database(f"move_{uuid4().hex[:8]}")
    yield url
    postgres.drop_database(url)


@pytest.fixture
def old(databases: Databases, request: pytest.FixtureRequest) -> Home:
    """The small shop, its state in the folder."""
    if databases.server is not None:
        pytest.skip("a move starts from SQLite")
    found: Home = request.getfixturevalue("home")
    return found


def rows(home: Home) -> dict[str, int]:
    with home.read() as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


def asked(home: Home) -> str:
    """What the planner answers, in a new thread."""
    context = Context.open(home, "local", None, NOW)
    thread = ThreadStore(home).make("local", context.dataset.dataset_id, NOW)

    async def last() -> Answer:
        events = [event async for event in answer(SIZES, context, thread, NamedModel())]
        assert isinstance(events[-1], Answer)
        return events[-1]

    return asyncio.run(last()).text


def everything(home: Home) -> dict[str, Any]:
    """What people see: turns, receipts worked out again, segments, members."""
    with home.read() as connection:
        ids = sorted(connection.scalars(sa.select(receipts.c.receipt_id)).all())
        turns = connection.execute(sa.select(answers).order_by(answers.c.answer_id)).all()
    context = Context.open(home, "local", None, NOW)
    run = RunStore(home).need_published(context.dataset.dataset_id)
    snapshot = SnapshotStore(home).latest(context.dataset.dataset_id, run.run_id)
    return {
        "turns": [tuple(turn) for turn in turns],
        "receipts": [receipt_card(home, "local", one, NOW, again=True) for one in ids],
        "segments": RunStore(home).segments_of(run),
        "members": SnapshotStore(home).members(snapshot)["segment_id"].to_dict(),
    }


def test_nothing_that_people_see_changes_by_a_move_or_by_the_way_back(
    old: Home, new_url: str
) -> None:
    dataset_id = DatasetStore(old).get().dataset_id
    LiveStore(old, dataset_id).claim("orders", [0])
    said, known, before = asked(old), everything(old), rows(old)
    assert len(known["receipts"]) > 5 and before["answers"] == 1

    moved = move(old, new_url, quiet)
    assert moved.rows == before
    with pytest.raises(NotPossible, match=r"was moved from the file .* to the database 'move_"):
        Home.open(old.root)
    there = Home.open(old.root, Places(new_url))
    assert (rows(there), everything(there)) == (before, known)
    assert asked(there) == said
    assert LiveStore(there, dataset_id).claim("orders", [0])[0].epoch == 2
    assert not old.stream_file(dataset_id).exists()

    back = move(there, None, quiet)
    assert back.rows["answers"] == 2
    with pytest.raises(NotPossible, match="Leave SEGUE_DATABASE_URL empty"):
        Home.open(old.root, Places(new_url))
    here = Home.open(old.root)
    assert (rows(here), asked(here)) == (back.rows, said)

    move(here, new_url, quiet)  # over what was left behind there
    again = Home.open(old.root, Places(new_url))
    assert rows(again)["answers"] == 3
    assert LiveStore(again, dataset_id).claim("orders", [0])[0].epoch == 3
    again.close()


def test_texts_moments_and_empty_values_arrive_as_they_were(old: Home, new_url: str) -> None:
    PeopleStore(old).add("Zoë 客户", "member", NOW)
    with old.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO people VALUES ('odd', 'half' || char(0) || 'name', 'member', "
            "'2026-01-02 09:00:00.000001')"
        )
        connection.exec_driver_sql(
            "INSERT INTO jobs (job_id, owner, kind, arguments, state, attempt, progress, "
            "cancel_asked, created_at) VALUES ('job_1', 'local', 'load', '{\"share\": NaN}', "
            "'done', 1, '', 0, '2026-01-02 09:00:00.000000')"
        )
    move(old, new_url, quiet)
    home = Home.open(old.root, Places(new_url))
    with home.read() as connection:
        names = set(connection.scalars(sa.select(people.c.name)).all())
        job = connection.execute(sa.select(jobs)).one()
        empty = connection.scalar(sa.select(sa.func.count()).where(jobs.c.result.is_(None)))
    home.close()
    assert {"Zoë 客户", "half\ufffdname"} <= names
    assert (job.arguments, job.created_at, job.cancel_asked) == ({"share": None}, NOW, False)
    assert empty == 1


@pytest.mark.parametrize("at", ["Moving people", "Moving receipts", "Comparing"])
def test_a_killed_move_leaves_the_old_state_in_use_and_the_target_empty(
    old: Home, new_url: str, at: str
) -> None:
    old.close()
    command = [sys.executable, "-c", KILLED, str(old.root), new_url, at]
    assert subprocess.run(command, check=False).returncode == 9
    target = Home.at(old.root, Places(new_url))
    assert sa.inspect(target.engine).get_table_names() == []
    target.close()
    home = Home.open(old.root)
    before = rows(home)
    assert before["segments"] > 0
    assert move(home, new_url, quiet).rows == before


def test_a_move_killed_just_before_the_mark_is_finished_by_the_next(
    old: Home, new_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("stores.moving._mark", killed)
        move(old, new_url, quiet)
    home = Home.open(old.root)  # still in use
    before = rows(home)
    assert move(home, new_url, quiet).rows == before
    with pytest.raises(NotPossible, match="was moved"):
        Home.open(old.root)


def test_a_database_with_another_state_is_not_touched(
    old: Home, new_url: str, tmp_path: Path
) -> None:
    other = Home.open(tmp_path / "other", Places(new_url))
    PeopleStore(other).add("Grace", "admin", NOW)
    other.close()
    with pytest.raises(NotPossible, match="There is a state of Segue in the database"):
        move(old, new_url, quiet)
    assert rows(Home.open(old.root))["segments"] > 0
    assert rows(other)["people"] == 1
    other.close()


def test_tables_of_another_program_are_not_touched(
    old: Home, new_url: str, postgres: PostgresServer
) -> None:
    engine = Home.at(old.root, Places(new_url)).engine
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE jobs (id int)")
    engine.dispose()
    with pytest.raises(NotPossible, match="Another program has tables in .*: jobs"):
        move(old, new_url, quiet)
    assert Home.open(old.root).revision() == REVISIONS[-1]


def test_while_anybody_else_has_the_state_open_it_stays(
    old: Home, new_url: str, open_home: Callable[[Path], Home]
) -> None:
    other = Home.open(old.root)
    with pytest.raises(NotPossible, match="Another process of Segue works with this state"):
        move(old, new_url, quiet)
    PeopleStore(other).add("Ada", "admin", NOW)
    other.close()
    move(Home.open(old.root), new_url, quiet)
    there, busy = Home.open(old.root, Places(new_url)), Home.open(old.root, Places(new_url))
    with pytest.raises(NotPossible, match="Another process of Segue works with this state"):
        move(there, None, quiet)
    busy.close()
    assert move(there, None, quiet).rows["people"] == 2


def test_an_empty_database_beside_a_home_with_a_state_is_a_move_forgotten(
    old: Home, new_url: str
) -> None:
    with pytest.raises(NotPossible, match="holds no state of Segue, but the home"):
        Home.open(old.root, Places(new_url))


def test_no_table_counts_by_itself() -> None:
    """A move sets no sequences; whoever adds such a column has to make it do so."""
    assert [t.name for t in metadata.sorted_tables if t.autoincrement_column is not None] == []
