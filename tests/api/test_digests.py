"""Digests on their way, against the fake Slack: composed once, posted once, whatever dies."""

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from agent.digest import NOTHING
from api.digests import add_digest, card, list_digests, preview_digest, send_digest, set_state
from api.scheduler import Scheduler
from api.services import Services
from api.settings import read_settings
from api.slack_post import EVENT_TYPE, SECTION_LIMIT, SlackWebPoster, blocks_of
from api.webhooks import WebhookPoster
from engine.concepts import Moment
from engine.errors import BadInput, NotFound, NotPossible
from evals.peers.slack import FakeSlack, Message
from stores.datasets import DatasetStore
from stores.digests import COMPOSE_LEASE, SEND_LEASE, Delivery, DeliveryStore, Digest, DigestStore
from stores.home import Home, new_id
from tools.context import Context
from tools.receipts import receipt_card
from tools.snapshots import make_snapshot

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Clock:
    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def make_digest(home: Home, kind: str, address: str, next_at: datetime, name: str = "d") -> Digest:
    """Its first stretch is the last half year of the records, in which much has moved."""
    dataset = DatasetStore(home).get()
    context = Context.open(home, "local", None, next_at)
    half = Moment.midnight(context.as_of.days_before(183).local_date, dataset.shop.zone)
    digest = Digest(
        digest_id=new_id("digest"),
        owner="local",
        dataset_id=dataset.dataset_id,
        name=name,
        cron="0 9 * * mon",
        zone="UTC",
        target={"kind": kind, "address": address},
        state="active",
        last_snapshot_id=make_snapshot(home, dataset, half, next_at).snapshot_id,
        next_at=next_at,
        created_at=next_at,
    )
    DigestStore(home).add(digest)
    return digest


def the_delivery(home: Home, digest: Digest) -> Delivery:
    (found,) = DeliveryStore(home).latest(digest)
    return found


def posted(slack: FakeSlack, channel: str) -> list[Message]:
    messages = slack.transcript(channel).messages
    return [m for m in messages if (m.metadata or {}).get("event_type") == EVENT_TYPE]


def with_slack(test: Callable[[FakeSlack, str], Awaitable[None]]) -> None:
    async def run() -> None:
        async with FakeSlack() as slack:
            await test(slack, slack.workspace.channel_named("shop").id)

    asyncio.run(asyncio.wait_for(run(), 120))


def scheduler(home: Home, slack: FakeSlack | None, clock: Clock) -> Scheduler:
    poster = SlackWebPoster(slack.bot_token, slack.base_url) if slack else None
    return Scheduler(home, clock, poster, WebhookPoster(frozenset({"127.0.0.1"})))


# ---- what it says --------------------------------------------------------------------------------


def test_a_due_digest_reaches_its_channel_once(home: Home) -> None:
    async def test(slack: FakeSlack, channel: str) -> None:
        digest = make_digest(home, "slack", channel, NOW)
        clock = Clock(NOW - SECOND)
        works = scheduler(home, slack, clock)
        await works.step()
        assert posted(slack, channel) == []
        clock.now = NOW
        for _ in range(3):
            await works.step()
        (message,) = posted(slack, channel)
        delivery = the_delivery(home, digest)
        assert (delivery.state, delivery.outcome) == ("sent", {"ts": message.ts})
        assert message.text == delivery.body["text"]
        assert [block["type"] for block in message.blocks] == ["header", "section", "context"]
        fresh = DigestStore(home).get("local", "d")
        assert fresh.next_at == NOW + timedelta(days=7)
        assert fresh.last_snapshot_id != digest.last_snapshot_id

    with_slack(test)


def test_it_tells_who_moved_from_where_worth_how_much(home: Home) -> None:
    digest = make_digest(home, "slack", "C1", NOW)
    asyncio.run(scheduler(home, None, Clock()).step())
    body = the_delivery(home, digest).body
    assert "customers moved from " in body["text"] and ", worth £" in body["text"]
    assert body["facts"]
    for fact in body["facts"]:
        assert fact["text"] in body["text"]
        receipt = receipt_card(home, "local", fact["receipt"], NOW, True)
        assert receipt["rerun_value"] == receipt["value"] == fact["value"]


def test_what_was_told_is_not_told_again(home: Home) -> None:
    async def test(slack: FakeSlack, channel: str) -> None:
        digest = make_digest(home, "slack", channel, NOW)
        clock = Clock()
        works = scheduler(home, slack, clock)
        await works.step()
        clock.now = NOW + timedelta(days=7)
        await works.step()
        first, second = posted(slack, channel)
        assert NOTHING not in first.text
        assert second.text == NOTHING
        assert len(DeliveryStore(home).latest(digest)) == 2

    with_slack(test)


def test_weeks_that_nobody_served_give_one_digest(home: Home) -> None:
    digest = make_digest(home, "slack", "C1", NOW)
    late = NOW + timedelta(days=23)
    asyncio.run(scheduler(home, None, Clock(late)).step())
    assert len(DeliveryStore(home).latest(digest)) == 1
    assert DigestStore(home).get("local", "d").next_at == NOW + timedelta(days=28)


def test_a_long_text_is_parted_and_no_name_becomes_a_mention() -> None:
    blocks = blocks_of("title", "\n".join(["<!channel> & co"] * 400), "foot")
    texts = [block["text"]["text"] for block in blocks if block["type"] == "section"]  # type: ignore[index]
    assert len(texts) > 1 and all(len(text) <= SECTION_LIMIT for text in texts)
    assert "<!channel>" not in "".join(texts)
    assert "".join(texts).count("&lt;!channel&gt; &amp; co") == 400


# ---- whatever goes wrong -------------------------------------------------------------------------


class Dies(BaseException):
    """The process is gone: nothing after this line ran."""


def test_a_process_that_dies_after_posting_is_not_followed_by_a_second_message(
    home: Home,
) -> None:
    async def test(slack: FakeSlack, channel: str) -> None:
        digest = make_digest(home, "slack", channel, NOW)

        class DiesAfterPosting(SlackWebPoster):
            async def post(self, *arguments: Any) -> str:
                await super().post(*arguments)
                raise Dies

        clock = Clock()
        dying = Scheduler(
            home, clock, DiesAfterPosting(slack.bot_token, slack.base_url), WebhookPoster()
        )
        with pytest.raises(Dies):
            await dying.step()
        assert the_delivery(home, digest).state == "pending"
        other = scheduler(home, slack, clock)
        await other.step()  # the lease still holds
        assert the_delivery(home, digest).attempts == 1
        clock.now = NOW + SEND_LEASE + SECOND
        await other.step()
        (message,) = posted(slack, channel)
        delivery = the_delivery(home, digest)
        assert (delivery.state, delivery.outcome) == ("sent", {"ts": message.ts})
        assert delivery.attempts == 2

    with_slack(test)


def test_a_process_that_dies_while_composing_is_followed_by_another(home: Home) -> None:
    async def test(slack: FakeSlack, channel: str) -> None:
        digest = make_digest(home, "slack", channel, NOW)
        store = DeliveryStore(home)
        assert store.open(digest, NOW + timedelta(days=7), NOW) is not None  # and it was gone
        clock = Clock()
        works = scheduler(home, slack, clock)
        await works.step()
        assert posted(slack, channel) == []
        clock.now = NOW + COMPOSE_LEASE + SECOND
        await works.step()
        assert len(posted(slack, channel)) == 1
        assert the_delivery(home, digest).state == "sent"

    with_slack(test)


@pytest.mark.parametrize("trouble", ["dropped", "dropped_after", "server_error", "rate_limited"])
def test_trouble_with_one_call_is_overcome_with_one_message(home: Home, trouble: Any) -> None:
    async def test(slack: FakeSlack, channel: str) -> None:
        digest = make_digest(home, "slack", channel, NOW)
        slack.faults.on_call("chat.postMessage", trouble, retry_after=30)
        clock = Clock()
        works = scheduler(home, slack, clock)
        await works.step()
        waiting = the_delivery(home, digest)
        assert waiting.state == "pending" and waiting.outcome is not None
        assert ("wait" in waiting.outcome["reason"]) == (trouble == "rate_limited")
        clock.now = NOW + timedelta(seconds=29)
        await works.step()
        assert (the_delivery(home, digest).state == "pending") == (trouble == "rate_limited")
        clock.now = NOW + timedelta(seconds=31)
        await works.step()
        assert the_delivery(home, digest).state == "sent"
        assert len(posted(slack, channel)) == 1

    with_slack(test)


def test_where_nobody_can_look_it_is_said_once_at_most_and_the_owner_is_told(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    async def test(slack: FakeSlack, channel: str) -> None:
        digest = make_digest(home, "slack", channel, NOW)
        slack.faults.on_call("chat.postMessage", "dropped_after")
        slack.faults.on_call("conversations.history", "error", error="missing_scope", times=9)
        clock = Clock()
        works = scheduler(home, slack, clock)
        await works.step()
        clock.now = NOW + timedelta(minutes=1)
        await works.step()
        delivery = the_delivery(home, digest)
        assert delivery.state == "unknown" and delivery.outcome is not None
        assert "may have arrived" in delivery.outcome["reason"]
        clock.now = NOW + timedelta(minutes=30)
        await works.step()
        assert len(posted(slack, channel)) == 1

    with caplog.at_level(logging.WARNING, "segue.digests"):
        with_slack(test)
    assert "digest 'd' (local) unknown: It may have arrived or not." in caplog.text


def test_a_channel_without_the_app_fails_with_what_to_do(home: Home, services: Services) -> None:
    async def test(slack: FakeSlack, channel: str) -> None:
        digest = make_digest(home, "slack", "C0NOWHERE", NOW)
        await scheduler(home, slack, Clock()).step()
        assert the_delivery(home, digest).state == "failed"

    with_slack(test)
    (found,) = list_digests(services, services.local_person)["digests"]
    (delivery,) = found["deliveries"]
    assert "channel_not_found. Invite the app" in delivery["outcome"]["reason"]


def test_a_webhook_that_fails_is_met_again_with_the_same_key_and_body(home: Home) -> None:
    met: list[tuple[str, bytes]] = []

    async def take(request: web.Request) -> web.Response:
        met.append((request.headers["Idempotency-Key"], await request.read()))
        return web.Response(status=503 if len(met) < 3 else 200)

    async def test() -> Digest:
        app = web.Application()
        app.router.add_post("/hook", take)
        async with TestServer(app, host="127.0.0.1") as server:
            digest = make_digest(home, "webhook", str(server.make_url("/hook")), NOW)
            clock = Clock()
            works = scheduler(home, None, clock)
            for minutes in range(4):
                clock.now = NOW + timedelta(minutes=minutes)
                await works.step()
            return digest

    digest = asyncio.run(test())
    delivery = the_delivery(home, digest)
    assert (delivery.state, delivery.outcome) == ("sent", {"status": 200})
    assert len(met) == 3 and set(met) == {(delivery.delivery_id, met[0][1])}
    assert json.loads(met[0][1]) == delivery.body


def test_a_webhook_inside_is_refused_when_it_is_sent_and_when_it_is_added(
    home: Home, services: Services
) -> None:
    digest = make_digest(home, "webhook", "https://localhost/hook", NOW)
    asyncio.run(Scheduler(home, Clock(), None, WebhookPoster()).step())
    delivery = the_delivery(home, digest)
    assert delivery.state == "failed" and delivery.outcome is not None
    assert "inside a network" in delivery.outcome["reason"]
    with pytest.raises(BadInput, match="inside a network"):
        add(services, webhook="https://169.254.169.254/")


# ---- what people do ------------------------------------------------------------------------------


@pytest.fixture
def services(home: Home) -> Services:
    environment = {"SEGUE_HOME": str(home.root), "SEGUE_WEBHOOK_HOSTS": "127.0.0.1"}
    return Services(read_settings(environment=environment), home)


def add(services: Services, name: str = "monday", **target: Any) -> dict[str, Any]:
    asked = {"slack": None, "webhook": None} | target
    return add_digest(
        services, services.local_person, name, None, "0 9 * * mon", "Europe/London", **asked
    )


def test_adding_one_shows_when_it_comes_and_what_it_would_say(services: Services) -> None:
    found = add(services, slack="C0SHOP")
    assert found["digest"] == "monday" and len(found["next"]) == 3
    local = [datetime.fromisoformat(moment) for moment in found["next"]]
    assert {(m.isoweekday(), m.hour, m.minute) for m in local} == {(1, 9, 0)}
    assert (found["text"], found["facts"]) == (NOTHING, [])
    with pytest.raises(BadInput, match="already"):
        add(services, slack="C0SHOP")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({}, "Say where the digest goes"),
        ({"slack": "C1", "webhook": "https://hooks.test/"}, "Say where the digest goes"),
        ({"slack": "#general"}, "is no id of a Slack channel"),
        ({"webhook": "http://hooks.test/"}, "is not https"),
    ],
)
def test_a_target_that_cannot_be_is_refused(
    services: Services, target: dict[str, str], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        add(services, **target)
    assert list_digests(services, services.local_person) == {"digests": []}


def test_a_preview_sends_nothing_and_moves_nothing(home: Home, services: Services) -> None:
    digest = make_digest(home, "slack", "C1", NOW)
    found = preview_digest(services, services.local_person, "d")
    assert "customers moved from " in found["text"] and found["facts"]
    assert DeliveryStore(home).latest(digest) == []
    assert DigestStore(home).get("local", "d") == digest


def test_a_paused_one_says_nothing_until_it_is_resumed(home: Home, services: Services) -> None:
    digest = make_digest(home, "slack", "C1", NOW)
    paused = set_state(services, services.local_person, "d", "paused")
    assert (paused["state"], paused["next"]) == ("paused", [])
    asyncio.run(scheduler(home, None, Clock(NOW + timedelta(days=99))).step())
    assert DeliveryStore(home).latest(digest) == []
    resumed = set_state(services, services.local_person, "d", "active")
    assert len(resumed["next"]) == 3
    assert DigestStore(home).get("local", "d").next_at > services.now()


def test_sending_at_once_goes_the_same_path(home: Home, services: Services) -> None:
    met: list[Any] = []

    async def take(request: web.Request) -> web.Response:
        met.append(await request.json())
        return web.Response()

    async def test() -> dict[str, Any]:
        app = web.Application()
        app.router.add_post("/hook", take)
        async with TestServer(app, host="127.0.0.1") as server:
            make_digest(
                home, "webhook", str(server.make_url("/hook")), datetime.now(UTC) + SECOND * 900
            )
            return await asyncio.to_thread(send_digest, services, services.local_person, "d")

    found = asyncio.run(test())
    assert [body["text"] for body in met] == [found["text"]]
    assert [delivery["state"] for delivery in found["deliveries"]] == ["sent"]


def test_sending_where_nothing_can_arrive_says_so(home: Home, services: Services) -> None:
    make_digest(home, "webhook", "https://localhost/", datetime.now(UTC) + SECOND * 900)
    with pytest.raises(NotPossible, match="The digest 'd' is failed.*inside a network"):
        send_digest(services, services.local_person, "d")


def test_somebody_elses_digest_does_not_exist(home: Home, services: Services) -> None:
    make_digest(home, "slack", "C1", NOW)
    from stores.people import Person

    other = Person("person_other", "Other", "member")
    with pytest.raises(NotFound, match="There is no digest yet"):
        preview_digest(services, other, "d")
    assert card(services, DigestStore(home).get("local", "d"))["digest"] == "d"


# ---- three services ------------------------------------------------------------------------------


class Served:
    """A service in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, home: Home, slack: FakeSlack) -> "Served":
        environment = os.environ | {
            "SEGUE_HOME": str(home.root),
            "SEGUE_SLACK_BOT_TOKEN": slack.bot_token,
            "SEGUE_SLACK_URL": slack.base_url,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", "0",
            env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stdout is not None
        assert b"Segue is at" in await process.stdout.readline()
        return cls(process)

    async def stop(self, how: int = signal.SIGTERM) -> None:
        if self._process.returncode is None:
            self._process.send_signal(how)
        await self._process.wait()


def test_three_services_say_each_digest_once(home: Home) -> None:
    async def test(slack: FakeSlack, channel: str) -> None:
        served = await asyncio.gather(*(Served.start(home, slack) for _ in range(3)))
        try:
            due = datetime.now(UTC)
            digests = [make_digest(home, "slack", channel, due, f"d{n}") for n in range(4)]
            for digest in digests:
                await until_final(home, digest)
        finally:
            await asyncio.gather(*(service.stop() for service in served))
        assert sorted(told(slack, channel)) == sorted(
            the_delivery(home, digest).delivery_id for digest in digests
        )

    with_slack(test)


@pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")
def test_a_service_killed_while_it_posts_is_followed_without_a_second_message(home: Home) -> None:
    async def test(slack: FakeSlack, channel: str) -> None:
        digest = make_digest(home, "slack", channel, datetime.now(UTC))
        slack.faults.on_call("chat.postMessage", "slow", seconds=60.0)
        killed = await Served.start(home, slack)
        await slack.wait_until(lambda: the_delivery_posts(home, digest), 60, "a post")
        await killed.stop(signal.SIGKILL)
        with home.write() as connection:  # its lease runs out
            connection.exec_driver_sql("UPDATE deliveries SET lease_until = NULL")
        slack.faults.clear()
        second = await Served.start(home, slack)
        try:
            await until_final(home, digest)
        finally:
            await second.stop()
        delivery = the_delivery(home, digest)
        assert (delivery.state, delivery.attempts) == ("sent", 2)
        assert told(slack, channel) == [delivery.delivery_id]

    with_slack(test)


def the_delivery_posts(home: Home, digest: Digest) -> bool:
    found = DeliveryStore(home).latest(digest)
    return bool(found) and (found[0].state, found[0].attempts) == ("pending", 1)


def told(slack: FakeSlack, channel: str) -> list[str]:
    """The deliveries that the channel's messages are, one each."""
    return [m.metadata["event_payload"]["delivery"] for m in posted(slack, channel)]  # type: ignore[index]


async def until_final(home: Home, digest: Digest) -> None:
    for _ in range(600):
        found = DeliveryStore(home).latest(digest)
        if found and found[0].state in ("sent", "failed", "unknown"):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{digest.name} was never sent: {DeliveryStore(home).latest(digest)}")
