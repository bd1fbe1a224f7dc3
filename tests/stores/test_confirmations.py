"""A token is good for one person, one thing, once, and for a few minutes."""

from datetime import timedelta

import pytest

from engine.errors import Refused
from stores.confirmations import GOOD_FOR, ConfirmationStore
from stores.home import Home
from stores.people import PeopleStore

from conftest import NOW  # isort: skip

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def store(home: Home) -> ConfirmationStore:
    return ConfirmationStore(home)


def test_a_token_is_spent_once(store: ConfirmationStore) -> None:
    token, expires_at = store.ask("local", "this", NOW)
    assert expires_at == NOW + GOOD_FOR
    store.spend(token, "local", "this", LATER)
    with pytest.raises(Refused, match="used already"):
        store.spend(token, "local", "this", LATER)


def test_what_it_was_not_given_for_does_not_spend_it(store: ConfirmationStore, home: Home) -> None:
    grace = PeopleStore(home).add("Grace", "member", NOW)
    token, expires_at = store.ask("local", "this", NOW)
    for shown, owner, bound_to, now, why in (
        (token, "local", "that", LATER, "given for something else"),
        (token, grace.person_id, "this", LATER, "not known here"),
        (token[:-1], "local", "this", LATER, "not known here"),
        (token, "local", "this", expires_at, "came too late"),
    ):
        with pytest.raises(Refused, match=why):
            store.spend(shown, owner, bound_to, now)
    store.spend(token, "local", "this", LATER)


def test_only_the_hash_is_kept_and_not_for_long(store: ConfirmationStore, home: Home) -> None:
    token, _ = store.ask("local", "this", NOW)
    rows = _rows(home)
    assert len(rows) == 1 and token not in str(rows)
    store.ask("local", "that", NOW + timedelta(days=2))
    assert len(_rows(home)) == 1
    with pytest.raises(Refused, match="not known here"):
        store.spend(token, "local", "this", NOW + timedelta(days=2))


def _rows(home: Home) -> list[tuple[object, ...]]:
    from stores.schema import confirmations

    with home.read() as connection:
        return [tuple(row) for row in connection.execute(confirmations.select())]
