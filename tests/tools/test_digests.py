"""Digests through the catalogue: listed, previewed, subscribed to with the asker's agreement."""

from dataclasses import replace

import pytest

from engine.errors import BadInput, Refused, Unconfirmed
from stores.digests import DigestStore
from stores.home import Home
from stores.people import PeopleStore
from tools.catalog import ask_confirmation, call
from tools.context import Context
from tools.receipts import receipt_card
from tools.shifts import BEYOND_CHANCE

from conftest import NOW  # isort: skip

MONDAYS = {"name": "Mondays", "channel": "C0123"}


def subscribe(context: Context, **arguments: str) -> dict[str, str]:
    token = ask_confirmation(context, "subscribe_digest", arguments).token
    (told,) = call(context, "subscribe_digest", arguments, token).texts
    return told


def test_what_is_subscribed_to_is_listed_for_its_owner_alone(home: Home) -> None:
    other = PeopleStore(home).add("bob", "member", NOW)
    context = Context.open(home, "local", None, NOW)
    told = subscribe(context, **MONDAYS, zone="Europe/London")
    assert told["schedule"] == "0 9 * * mon in Europe/London" and told["goes_to"] == "slack C0123"
    assert (
        told["starts"] == context.snapshot_moment.iso() and told["last_delivery"] == "not sent yet"
    )
    assert call(context, "list_digests", {}).texts == (told,)
    assert DigestStore(home).get("local", "Mondays").next_at > NOW
    others = call(replace(context, person=other.person_id), "list_digests", {}).texts
    assert others == ({"digests": "There is none yet."},)


def test_nothing_is_subscribed_to_without_agreement(context: Context) -> None:
    with pytest.raises(Unconfirmed, match="Everybody in the channel reads it"):
        call(context, "subscribe_digest", MONDAYS)
    asked = ask_confirmation(context, "subscribe_digest", MONDAYS)
    with pytest.raises(Refused, match="given for something else"):
        call(context, "subscribe_digest", {**MONDAYS, "channel": "C0999"}, asked.token)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"channel": "#growth"}, "no id of a Slack channel"),
        ({"cron": "every monday"}, "no schedule"),
        ({"zone": "Mars/Base"}, "no time zone"),
        ({"name": "<b>"}, "no name for a digest"),
    ],
)
def test_what_cannot_be_subscribed_to(home: Home, wrong: dict[str, str], words: str) -> None:
    context = Context.open(home, "local", None, NOW)
    with pytest.raises(BadInput, match=words):
        subscribe(context, **(MONDAYS | wrong))
    assert not DigestStore(home).all("local")


def test_a_preview_tells_what_is_beyond_chance_and_nothing_else(context: Context) -> None:
    half = {"since": context.as_of.days_before(183).local_date.isoformat()}
    whole = call(context, "segment_shifts", half)
    news = {text["segment"] for text in whole.texts if text.get("change") == BEYOND_CHANCE}
    quiet = {text["segment"] for text in whole.texts if "segment" in text} - news
    told = call(context, "preview_digest", half)
    segments = {fact.figure.subject.name for fact in told.facts if
                fact.figure.subject.kind == "segment"}  # fmt: skip
    assert news and segments == news and not segments & quiet
    moves = {fact.figure.subject.name for fact in told.facts} - news
    assert all(any(name in move for name in news) for move in moves)
    card = receipt_card(context.home, context.person, told.facts[0].receipt, NOW, True)
    assert card["rerun_value"] == card["value"]


def test_a_preview_without_newer_records_has_nothing_to_tell(context: Context) -> None:
    found = call(context, "preview_digest", {"since": context.as_of.iso()})
    assert not found.facts
    assert found.texts == ({"digest": "No newer record has come, so there is nothing to tell."},)
