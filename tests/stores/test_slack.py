"""Questions of Slack: taken in once, worked on by one at a time, taken over when left."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stores.home import Home
from stores.people import PeopleStore
from stores.slack import LEASE, SlackPeopleStore, SlackQuestion, SlackQuestionStore

NOW = datetime(2026, 1, 2, 9, tzinfo=UTC)
LATER = NOW + LEASE + timedelta(seconds=1)
FIRST = SlackQuestion(
    event_id="Ev1", team_id="T1", channel="C1", message_ts="1.1", thread_ts="1.1", user_id="U1",
    text="how many?", state="waiting", attempt=0, answer_id=None, reply_ts=None, created_at=NOW,
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path, open_home: Callable[[Path], Home]) -> SlackQuestionStore:
    return SlackQuestionStore(open_home(tmp_path / "home"))


def test_an_event_and_a_message_are_taken_in_once(store: SlackQuestionStore) -> None:
    assert store.take_in(FIRST)
    assert not store.take_in(FIRST)
    assert not store.take_in(replace(FIRST, event_id="Ev2"))  # the same message as another event
    assert store.take_in(replace(FIRST, event_id="Ev2", message_ts="2.1", thread_ts="2.1"))


def test_a_question_left_in_the_middle_is_taken_over(store: SlackQuestionStore) -> None:
    store.take_in(FIRST)
    left = store.claim(NOW)
    assert left is not None and left.attempt == 1
    assert store.claim(NOW) is None
    store.keep(left, reply_ts="1.2")
    taken = store.claim(LATER)
    assert taken is not None and (taken.attempt, taken.reply_ts) == (2, "1.2")
    assert store.renew(left, LATER) == "lost"
    store.end(left, "answered")  # too late: it is not his any more
    assert store.get("Ev1").state == "working"
    store.end(taken, "answered")
    assert store.claim(LATER + LEASE + LEASE) is None


def test_one_question_of_a_thread_at_a_time_in_order(store: SlackQuestionStore) -> None:
    store.take_in(FIRST)
    store.take_in(replace(FIRST, event_id="Ev2", message_ts="1.5", created_at=NOW))
    store.take_in(replace(FIRST, event_id="Ev3", message_ts="9.1", thread_ts="9.1", created_at=NOW))
    claimed = [store.claim(NOW), store.claim(NOW), store.claim(NOW)]
    assert [q and q.event_id for q in claimed] == ["Ev1", "Ev3", None]
    assert claimed[0] is not None
    store.end(claimed[0], "answered")
    second = store.claim(NOW)
    assert second is not None and second.event_id == "Ev2"


def test_a_question_put_back_waits_for_its_moment(store: SlackQuestionStore) -> None:
    store.take_in(FIRST)
    question = store.claim(NOW)
    assert question is not None
    store.put_back(question, LATER)
    assert store.claim(NOW) is None
    again = store.claim(LATER + timedelta(seconds=1))
    assert again is not None and again.attempt == 2
    store.put_back(again, None)  # its process was told to end: no attempt of its own
    assert store.get("Ev1").attempt == 1


def test_a_question_that_no_process_survives_is_given_up(store: SlackQuestionStore) -> None:
    store.take_in(FIRST)
    moments = [NOW + n * (LEASE + timedelta(seconds=1)) for n in range(12)]
    assert [store.claim(moment) is not None for moment in moments].count(True) == 8
    assert store.get("Ev1").state == "failed"


def test_a_stop_is_seen_by_whoever_works_on_it(store: SlackQuestionStore) -> None:
    store.take_in(FIRST)
    question = store.claim(NOW)
    assert question is not None
    store.ask_stop(question)
    assert store.renew(question, NOW) == "stopping"
    store.end(question, "stopped")
    store.ask_stop(question)
    assert store.get("Ev1").state == "stopped"


def test_a_stop_before_its_turn_reaches_the_one_who_claims_it(store: SlackQuestionStore) -> None:
    store.take_in(FIRST)
    store.ask_stop(FIRST)
    claimed = store.claim(LATER)
    assert claimed is not None and claimed.state == "stopping"


def test_a_slack_user_is_one_person_and_no_local_one(store: SlackQuestionStore) -> None:
    home = store._home
    people = SlackPeopleStore(home)
    mia = people.person("T1", "U1", NOW)
    assert people.person("T1", "U1", LATER) == mia
    assert people.person("T2", "U1", NOW).person_id != mia.person_id
    assert (mia.name, mia.role) == ("U1", "member")
    assert not PeopleStore(home).anybody()
    PeopleStore(home).add("Ada", "admin", NOW)
    assert PeopleStore(home).anybody()
