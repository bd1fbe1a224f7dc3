"""Digests and deliveries: an occurrence is opened once, and a lost attempt is mute."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from engine.errors import BadInput, NotFound
from stores.digests import COMPOSE_LEASE, SEND_LEASE, Delivery, DeliveryStore, Digest, DigestStore
from stores.home import Home
from stores.people import PeopleStore
from stores.schema import datasets

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def home(tmp_path: Path, open_home: Callable[[Path], Home]) -> Home:
    home = open_home(tmp_path / "home")
    PeopleStore(home).ensure_local(NOW)
    return home


@pytest.fixture
def digest(home: Home) -> Digest:
    with home.write() as connection:
        connection.execute(
            datasets.insert().values(
                dataset_id="dataset_1", name="corner", zone="UTC", currency="GBP", created_at=NOW
            )
        )
    digest = Digest(
        digest_id="digest_1",
        owner="local",
        dataset_id="dataset_1",
        name="monday",
        cron="0 9 * * mon",
        zone="UTC",
        target={"kind": "slack", "address": "C1"},
        state="active",
        last_snapshot_id=None,
        next_at=NOW,
        created_at=NOW - WEEK,
    )
    DigestStore(home).add(digest)
    return digest


def pending(home: Home, digest: Digest) -> Delivery:
    """An opened delivery whose text is there."""
    store = DeliveryStore(home)
    opened = store.open(digest, NOW + WEEK, NOW)
    assert opened is not None
    with home.write() as connection:
        connection.exec_driver_sql("UPDATE deliveries SET state = 'pending', lease_until = NULL")
        connection.exec_driver_sql("UPDATE deliveries SET attempts = 0")
    return store.get(opened.delivery_id)


def test_what_is_kept_is_found_again_by_its_owner_alone(home: Home, digest: Digest) -> None:
    store = DigestStore(home)
    assert store.get("local", "monday") == digest
    assert store.all("somebody") == []
    with pytest.raises(NotFound, match="No digest named 'munday'.*Did you mean 'monday'"):
        store.get("local", "munday")
    with pytest.raises(BadInput, match="There is a digest 'monday' already"):
        store.add(replace(digest, digest_id="digest_2"))


def test_it_is_due_at_its_moment_and_not_while_paused(home: Home, digest: Digest) -> None:
    store = DigestStore(home)
    assert store.due(NOW - timedelta(seconds=1)) == []
    assert store.due(NOW) == [digest]
    store.set_state(digest, "paused", NOW)
    assert store.due(NOW) == []


def test_of_many_who_open_an_occurrence_one_does(home: Home, digest: Digest) -> None:
    store, start, opened = DeliveryStore(home), Barrier(8), []

    def race() -> None:
        start.wait()
        opened.append(store.open(digest, NOW + WEEK, NOW))

    threads = [Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in opened if one is not None]) == 1
    assert DigestStore(home).get("local", "monday").next_at == NOW + WEEK
    assert len(store.latest(digest)) == 1


def test_a_paused_digest_is_not_opened(home: Home, digest: Digest) -> None:
    DigestStore(home).set_state(digest, "paused", NOW)
    assert DeliveryStore(home).open(digest, NOW + WEEK, NOW) is None


def test_a_delivery_is_held_by_one_until_its_lease_runs_out(home: Home, digest: Digest) -> None:
    store = DeliveryStore(home)
    waiting = pending(home, digest)
    taken = store.take(NOW)
    assert taken == replace(waiting, attempts=1)
    assert store.take(NOW + SEND_LEASE) is None
    again = store.take(NOW + SEND_LEASE + timedelta(seconds=1))
    assert again == replace(waiting, attempts=2)
    assert not store.finish(taken, "sent", {"ts": "1.1"})  # it has lost it
    assert store.finish(again, "sent", {"ts": "2.2"})
    assert store.get(waiting.delivery_id).outcome == {"ts": "2.2"}
    assert store.take(NOW + WEEK) is None


def test_composing_that_died_is_taken_again_and_counts_once(home: Home, digest: Digest) -> None:
    store = DeliveryStore(home)
    dead = store.open(digest, NOW + WEEK, NOW)
    assert dead is not None and store.take(NOW) is None
    later = NOW + COMPOSE_LEASE + timedelta(seconds=1)
    again = store.take(later)
    assert again is not None and (again.state, again.attempts) == ("composing", 2)
    assert not store.finish(dead, "failed", {})
    assert store.get(dead.delivery_id).state == "composing"


def test_one_that_has_to_wait_is_left_alone_until_then(home: Home, digest: Digest) -> None:
    store = DeliveryStore(home)
    pending(home, digest)
    taken = store.take(NOW)
    assert taken is not None
    assert store.postpone(taken, NOW + timedelta(minutes=5), {"reason": "Slack asked to wait."})
    assert store.take(NOW + timedelta(minutes=4)) is None
    assert store.take(NOW + timedelta(minutes=5), "delivery_other") is None
    again = store.take(NOW + timedelta(minutes=5), taken.delivery_id)
    assert again is not None and again.attempts == 2


def test_deleting_takes_its_deliveries_along(home: Home, digest: Digest) -> None:
    store = DeliveryStore(home)
    delivery = pending(home, digest)
    DigestStore(home).delete(digest)
    assert DigestStore(home).of_delivery(delivery) is None
    assert store.take(NOW) is None
    with pytest.raises(NotFound, match="There is no delivery"):
        store.get(delivery.delivery_id)
