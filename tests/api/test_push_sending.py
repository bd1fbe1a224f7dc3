"""Pushes against a receiver with faults: what was approved, once, signed, and nothing else."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from pydantic import SecretStr

from api.push_sending import SIGNATURE, PushSender, audience_secret, sign
from api.webhooks import WebhookPoster
from engine.concepts import Moment
from engine.errors import Conflict, NotPossible
from evals.peers.receiver import AudienceReceiver, Fault
from stores.audiences import Audience
from stores.home import Home
from stores.pushes import LEASE, Push, PushStore
from tests.conftest import NOW
from tools import pushing
from tools.audience_lists import bring_up, people_of
from tools.audiences import keep_audience
from tools.context import Context
from tools.datasets import LoadRequest, load_file
from tools.erasing import erase_customer, held_on
from tools.pushing import approve, difference
from tools.snapshots import make_snapshot

WHERE = "recency > 60 and monetary >= 500"
SECRET = SecretStr("a secret of the installation")


@pytest.fixture
def audience(context: Context) -> Audience:
    return keep_audience(context, "Lapsed", WHERE, 0.25)


def receiver_of(audience: Audience, *faults: Fault) -> AudienceReceiver:
    return AudienceReceiver(audience_secret(SECRET, audience.audience_id), iter(faults))


def send(context: Context, audience: Audience, receiver: AudienceReceiver, push: Push) -> Push:
    async def at_once(seconds: float) -> None:
        assert seconds > 0

    secret = audience_secret(SECRET, audience.audience_id)
    poster = WebhookPoster(frozenset({receiver.host}))
    sender = PushSender(context, audience, secret, poster, lambda: context.now, at_once)
    return asyncio.run(sender.send(push))


def approved(context: Context, audience: Audience, receiver: AudienceReceiver) -> Push:
    shown = difference(context, audience, receiver.address)
    push = approve(context, audience, receiver.address, shown.content)
    assert push is not None
    return push


def test_the_receiver_gets_who_is_reached_and_then_only_what_changed(context: Context) -> None:
    moment = Moment.parse("2025-09-01", "Europe/London")
    early = replace(context, snapshot=make_snapshot(context.home, context.dataset, moment, NOW))
    audience = keep_audience(early, "Lapsed", WHERE, 0.25)
    with receiver_of(audience) as receiver:
        before = people_of(early, bring_up(early, audience)).reached
        assert send(early, audience, receiver, approved(early, audience, receiver)).state == "sent"
        assert receiver.people == before
        shown = difference(context, audience, receiver.address)
        after = people_of(context, bring_up(context, audience)).reached
        assert (set(shown.added), set(shown.removed)) == (after - before, before - after)
        assert shown.added and shown.removed and set(shown.stays) == before & after
        push = approved(context, audience, receiver)
        assert send(context, audience, receiver, push).state == "sent"
        assert receiver.people == after
        assert receiver.taken[1]["added"] == list(shown.added)
        assert receiver.unsigned == 0 and len(receiver.keys) == 2


def test_a_second_approval_of_the_same_sends_nothing(context: Context, audience: Audience) -> None:
    with receiver_of(audience) as receiver:
        shown = difference(context, audience, receiver.address)
        first = approve(context, audience, receiver.address, shown.content)
        assert first is not None
        with pytest.raises(Conflict, match="being sent right now"):
            approve(context, audience, receiver.address, shown.content)
        send(context, audience, receiver, first)
        assert approve(context, audience, receiver.address, shown.content) is None
        assert difference(context, audience, receiver.address).is_nothing
        assert len(receiver.keys) == 1


def test_of_two_that_approve_at_once_one_sends(context: Context, audience: Audience) -> None:
    with receiver_of(audience) as receiver:
        content = difference(context, audience, receiver.address).content
        ready = Barrier(2)

        def approve_it(number: int) -> Push | None:
            own = Context.open(context.home, "local", None, NOW)
            ready.wait()
            try:
                return approve(own, audience, receiver.address, content)
            except Conflict:
                return None

        with ThreadPoolExecutor(2) as pool:
            taken = [push for push in pool.map(approve_it, range(2)) if push is not None]
        assert len(taken) == 1
        assert len(PushStore(context.home).all(audience)) == 1


@pytest.mark.parametrize("fault", ["error", "late error", "drop", "late drop"])
def test_a_fault_is_met_again_with_the_same_key(
    context: Context, audience: Audience, fault: Fault
) -> None:
    with receiver_of(audience, fault, fault) as receiver:
        push = send(context, audience, receiver, approved(context, audience, receiver))
        assert push.state == "sent"
        assert receiver.keys == [f"{push.push_id}-1"] * 3
        assert len(receiver.taken) == 1
        assert receiver.people == people_of(context, bring_up(context, audience)).reached


def test_what_may_have_arrived_is_marked_and_sent_again_only_when_asked(
    context: Context, audience: Audience
) -> None:
    with receiver_of(audience, *(["late drop"] * 4)) as receiver:  # type: ignore[arg-type]
        push = send(context, audience, receiver, approved(context, audience, receiver))
        assert push.state == "unknown" and "could not be reached" in str(push.outcome)
        shown = difference(context, audience, receiver.address)
        assert shown.to_json()["state"] == "unknown" and shown.content == push.content
        with pytest.raises(NotPossible, match="Nobody knows whether this arrived"):
            approve(context, audience, receiver.address, shown.content)
        again = approve(context, audience, receiver.address, shown.content, again=True)
        assert again is not None and again.push_id == push.push_id
        assert send(context, audience, receiver, again).state == "sent"
        assert len(set(receiver.keys)) == 1 and len(receiver.taken) == 1


def test_a_refusal_ends_it_and_a_later_push_brings_the_same(
    context: Context, audience: Audience
) -> None:
    with receiver_of(audience, "refuse") as receiver:
        push = send(context, audience, receiver, approved(context, audience, receiver))
        assert push.state == "failed" and "answered 404" in str(push.outcome)
        assert receiver.people == set()
        again = approved(context, audience, receiver)
        assert again.push_id == push.push_id
        assert send(context, audience, receiver, again).state == "sent"
        assert receiver.people == people_of(context, bring_up(context, audience)).reached


def test_parts_go_on_where_a_killed_process_stopped(
    context: Context, audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "PART_BYTES", 40)
    with receiver_of(audience, "none", "none", "refuse") as receiver:
        push = approved(context, audience, receiver)
        assert push.parts > 4
        ended = send(context, audience, receiver, push)
        assert (ended.state, ended.parts_sent) == ("failed", 2)
        later = replace(context, now=NOW + LEASE + timedelta(seconds=1))
        shown = difference(later, audience, receiver.address)
        taken = approve(later, audience, receiver.address, shown.content)
        assert taken is not None and taken.parts_sent == 2
        assert send(later, audience, receiver, taken).state == "sent"
        assert receiver.people == people_of(context, bring_up(context, audience)).reached
        assert [one["part"] for one in receiver.taken] == list(range(1, push.parts + 1))


def test_who_opts_out_after_the_approval_is_not_sent_and_then_taken_off(
    home: Home, context: Context, audience: Audience, tmp_path: Path
) -> None:
    with receiver_of(audience) as receiver:
        push = approved(context, audience, receiver)
        early, late = sorted(people_of(context, bring_up(context, audience)).reached)[:2]
        today = opted_out(home, tmp_path, early)
        send(today, audience, receiver, push)
        assert early not in receiver.people and late in receiver.people
        today = opted_out(home, tmp_path, late)
        shown = difference(today, audience, receiver.address)
        assert (set(shown.added), set(shown.removed)) == (set(), {early, late})
        send(today, audience, receiver, approved(today, audience, receiver))
        assert late not in receiver.people


def opted_out(home: Home, folder: Path, customer: str) -> Context:
    file = folder / f"{customer}.csv"
    file.write_text(f"customer_id,opted_out\n{customer},yes\n", encoding="utf-8")
    load_file(home, LoadRequest(file, kind="customers"), NOW)
    return Context.open(home, "local", None, NOW)


def test_an_approval_of_another_content_is_void(
    home: Home, context: Context, audience: Audience, tmp_path: Path
) -> None:
    with receiver_of(audience) as receiver:
        shown = difference(context, audience, receiver.address)
        today = opted_out(home, tmp_path, shown.added[0])
        with pytest.raises(Conflict, match="another now than the one that was approved"):
            approve(today, audience, receiver.address, shown.content)
        assert receiver.keys == []


def test_an_erased_customer_is_in_no_stored_push(
    home: Home, context: Context, audience: Audience
) -> None:
    with receiver_of(audience) as receiver:
        push = send(context, audience, receiver, approved(context, audience, receiver))
    who = min(receiver.people)
    (held,) = held_on(home, context.dataset, who).found["pushes"]
    assert (held["what"], held["address"]) == ("added", receiver.address)
    erase_customer(home, context.dataset, who, "local", NOW, lambda text: None)
    left = PushStore(home).content(push)
    assert set(left["customer_id"]) == receiver.people - {who}


def test_signatures_tell_audiences_moments_and_bodies_apart() -> None:
    one, two = (audience_secret(SECRET, name) for name in ("audience_1", "audience_2"))
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert sign(one, b"{}", moment).startswith("t=1767225600,v1=")
    found = {
        sign(one, b"{}", moment), sign(two, b"{}", moment), sign(one, b"[]", moment),
        sign(one, b"{}", moment + timedelta(seconds=1)),
    }  # fmt: skip
    assert len(found) == 4 and SIGNATURE == "X-Segue-Signature"


@pytest.mark.parametrize("weak", [None, SecretStr(""), SecretStr("too short")])
def test_nothing_goes_unsigned(weak: SecretStr | None) -> None:
    with pytest.raises(NotPossible, match="no secret to sign with"):
        audience_secret(weak, "audience_1")


def test_an_address_inside_is_refused_and_nothing_is_sent(
    context: Context, audience: Audience
) -> None:
    with receiver_of(audience) as receiver:
        push = approved(context, audience, receiver)
        secret = audience_secret(SECRET, audience.audience_id)
        sender = PushSender(context, audience, secret, WebhookPoster(), lambda: NOW)
        ended = asyncio.run(sender.send(push))
        assert ended.state == "failed" and "is not https" in str(ended.outcome)
        assert receiver.keys == []
