"""Writers that go side by side: on PostgreSQL nothing makes them queue but what they say.

The same tests run on SQLite, where they hold because there is one writer.
"""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest
import sqlalchemy as sa

from evals.peers.postgres import PostgresServer
from stores.datasets import DatasetStore
from stores.digests import Delivery, DeliveryStore, Digest, DigestStore
from stores.feedback import FeedbackStore
from stores.home import REVISIONS, Home, Places
from stores.jobs import LEASE, JobStore
from stores.people import PeopleStore, Person
from stores.runs import Run, RunStore
from stores.schema import datasets, deliveries, people, runs, slack_people
from stores.slack import (
    SlackPeopleStore,
    SlackQuestion,
    SlackQuestionStore,
)
from stores.snapshots import Snapshot
from tools.datasets import LoadRequest, dataset_summary, load_file

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + LEASE + timedelta(seconds=1)
AT_ONCE = 6
ROUNDS = 5
Found = TypeVar("Found")


@pytest.fixture
def home(tmp_path: Path, open_home: Callable[[Path], Home]) -> Home:
    home = open_home(tmp_path / "home")
    PeopleStore(home).ensure_local(NOW)
    with home.write() as connection:
        connection.execute(
            datasets.insert().values(
                dataset_id="dataset_1", name="corner", zone="UTC", currency="GBP", created_at=NOW
            )
        )
    return home


def together(work: Callable[[int], Found], count: int = AT_ONCE) -> list[Found]:
    """Calls `work` with 0, 1, ... in threads that start at the same moment."""
    barrier = Barrier(count)

    def run(number: int) -> Found:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_each_job_is_claimed_once(home: Home) -> None:
    store = JobStore(home)
    made = {store.add("local", "load", {}, NOW).job_id for _ in range(20)}

    def claim_all(_: int) -> list[str]:
        claimed = []
        while (job := store.claim(NOW)) is not None:
            claimed.append(job.job_id)
        return claimed

    claimed = [job_id for some in together(claim_all) for job_id in some]
    assert (len(claimed), set(claimed)) == (20, made)


def test_a_job_left_alone_is_taken_over_by_one(home: Home) -> None:
    store = JobStore(home)
    for _ in range(ROUNDS):
        store.add("local", "load", {}, NOW)
        left = store.claim(NOW)
        assert left is not None
        taken = [job for job in together(lambda _: store.claim(LATER)) if job is not None]
        assert [(job.job_id, job.attempt) for job in taken] == [(left.job_id, 2)]
        assert not store.finish(left, {}) and store.finish(taken[0], {})


def test_a_renewed_lease_and_a_claim_never_both_hold(home: Home) -> None:
    store = JobStore(home)
    for _ in range(ROUNDS):
        store.add("local", "load", {}, NOW)
        held = store.claim(NOW)
        assert held is not None
        renewed, claimed = together(
            lambda n, held=held: store.claim(LATER) if n else store.renew(held, LATER),  # type: ignore[misc]
            2,
        )
        assert renewed is (claimed is None)
        store.finish(claimed or held, {})  # type: ignore[arg-type]


def question(number: int, thread: str) -> SlackQuestion:
    return SlackQuestion(
        event_id=f"Ev{number}", team_id="T1", channel="C1", message_ts=f"{number}.1",
        thread_ts=thread, user_id="U1", text="how many?", state="waiting", attempt=0,
        answer_id=None, reply_ts=None, created_at=NOW + timedelta(seconds=number),
    )  # fmt: skip


def test_of_one_slack_thread_one_question_is_at_work(home: Home) -> None:
    store = SlackQuestionStore(home)
    for number in range(ROUNDS * 2):
        store.take_in(question(number, "1.1"))
    moment = NOW + timedelta(minutes=1)
    for number in range(ROUNDS * 2):
        claimed = [one for one in together(lambda _: store.claim(moment)) if one is not None]
        assert [one.event_id for one in claimed] == [f"Ev{number}"]  # in order, too
        store.end(claimed[0], "answered")


def test_two_slack_threads_are_worked_on_side_by_side(home: Home) -> None:
    store = SlackQuestionStore(home)
    for number in range(6):
        store.take_in(question(number, f"{number % 3}.1"))
    moment = NOW + timedelta(minutes=1)
    claimed = [one for one in together(lambda _: store.claim(moment)) if one is not None]
    assert sorted(one.event_id for one in claimed) == ["Ev0", "Ev1", "Ev2"]


def test_a_message_that_comes_as_many_events_is_taken_in_once(home: Home) -> None:
    store = SlackQuestionStore(home)
    for round_ in range(ROUNDS):
        first = question(round_, f"{round_}.1")
        taken = together(
            lambda n, first=first: store.take_in(  # type: ignore[misc]
                replace(first, event_id=f"{first.event_id}-{n // 2}")
            )
        )
        assert taken.count(True) == 1


def test_a_slack_user_becomes_one_person(home: Home) -> None:
    store = SlackPeopleStore(home)
    for round_ in range(ROUNDS):
        found = together(lambda _, user=f"U{round_}": store.person("T1", user, NOW))  # type: ignore[misc]
        assert len({person.person_id for person in found}) == 1
    assert count(home, slack_people) == ROUNDS


def test_a_name_becomes_one_person_and_the_local_one_is_one(home: Home) -> None:
    store = PeopleStore(home)
    together(lambda _: store.add("Ada", "admin", NOW))
    with home.write() as connection:
        connection.execute(people.delete().where(people.c.person_id == "local"))
    together(lambda _: store.ensure_local(NOW))
    assert count(home, people) == 2


def test_the_last_word_on_an_answer_counts_once(home: Home) -> None:
    store, me = FeedbackStore(home), Person("local", "You", "admin")
    for round_ in range(ROUNDS):
        together(lambda n, r=round_: store.give(f"a{r}", me, "good" if n % 2 else "bad", NOW))  # type: ignore[misc]
        assert len(store.of(f"a{round_}")) == 1


def test_of_a_digest_each_occurrence_is_opened_and_taken_once(home: Home) -> None:
    store = DeliveryStore(home)
    digest = Digest(
        "digest_1", "local", "dataset_1", "monday", "0 9 * * mon", "UTC",
        {"kind": "slack", "address": "C1"}, "active", None, NOW, NOW,
    )  # fmt: skip
    DigestStore(home).add(digest)
    for week in range(ROUNDS):
        due = replace(digest, next_at=NOW + timedelta(weeks=week))
        following = NOW + timedelta(weeks=week + 1)
        opened = together(lambda _: store.open(due, following, due.next_at))  # noqa: B023
        assert sum(one is not None for one in opened) == 1
        silent = due.next_at + timedelta(hours=1)
        taken: list[Delivery | None] = together(lambda _: store.take(silent))  # noqa: B023
        mine = [one for one in taken if one is not None]
        assert len(mine) == 1 and store.finish(mine[0], "sent", {})
    assert count(home, deliveries) == ROUNDS


def test_a_digest_deleted_while_it_is_opened_leaves_nothing(home: Home) -> None:
    for round_ in range(ROUNDS):
        digest = Digest(
            f"digest_{round_}", "local", "dataset_1", f"d{round_}", "0 9 * * mon", "UTC",
            {"kind": "slack", "address": "C1"}, "active", None, NOW, NOW,
        )  # fmt: skip
        DigestStore(home).add(digest)
        following = NOW + timedelta(weeks=1)

        def work(number: int, digest: Digest = digest, following: datetime = following) -> None:
            if number:
                DigestStore(home).delete(digest)
            else:
                DeliveryStore(home).open(digest, following, NOW)

        together(work, 2)
        assert count(home, deliveries) == 0


def test_one_run_of_a_dataset_is_published(home: Home) -> None:
    store = RunStore(home)

    def publish(number: int) -> None:
        run = Run(f"run_{number}", "dataset_1", 0, NOW, "published", {}, {"segment_ids": []})
        store.save(run, [], [], Snapshot(f"s_{number}", "dataset_1", run.run_id, 0, NOW, 0), NOW)

    together(publish)
    assert store.published("dataset_1") is not None
    assert count(home, runs) == AT_ONCE


def test_files_loaded_at_once_into_a_new_dataset_give_their_union(
    tmp_path: Path, open_home: Callable[[Path], Home]
) -> None:
    empty = open_home(tmp_path / "other")
    head = "order_id,customer_id,occurred_at,product_id,quantity,unit_price\n"

    for name in (0, 1):
        rows = "".join(f"{n},ann,2025-01-0{n} 10:00,tea,1,1.00\n" for n in (1, 2 + name))
        (tmp_path / f"{name}.csv").write_text(head + rows, encoding="utf-8")

    def load(number: int) -> dict[str, object]:
        file = tmp_path / f"{number // 2}.csv"  # each file twice
        return load_file(empty, LoadRequest(file, dataset="shop", currency="GBP"), NOW)

    found = together(load, 4)
    assert sum(bool(one["already_loaded"]) for one in found) == 2
    store = DatasetStore(empty)
    assert dataset_summary(empty, store.get())["rows"] == 3
    assert [one.version for one in store.loads(store.get())] == [0, 1]


OPEN = """
import sys
from pathlib import Path
from stores.home import Home, Places
Home.open(Path(sys.argv[1]), Places(sys.argv[2] or None)).close()
"""


@pytest.mark.full
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_processes_that_open_an_empty_state_together_make_it_once(
    postgres: PostgresServer, tmp_path: Path, kind: str
) -> None:
    url = postgres.new_database("opened_together") if kind == "postgres" else ""
    command = [sys.executable, "-c", OPEN, str(tmp_path / "home"), url]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(4)]
    said = [process.communicate()[1].decode() for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    home = Home.open(tmp_path / "home", Places(url or None))
    assert home.revision() == REVISIONS[-1]
    home.close()


def count(home: Home, table: sa.Table) -> int:
    with home.read() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
