"""A webhook is reached where webhooks may lie, and nowhere else."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from api.outside import NotSent, TryLater
from api.webhooks import BODY_LIMIT, WebhookPoster, is_outside, read_place
from engine.errors import BadInput

BODY = b'{"text": "Nothing."}'


class Receiver:
    """A webhook's other side: keeps what came, answers as it is told."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.keys: list[str] = []
        self.bodies: list[bytes] = []

    async def take(self, request: web.Request) -> web.Response:
        self.keys.append(request.headers["Idempotency-Key"])
        self.bodies.append(await request.read())
        status = self.statuses.pop(0) if self.statuses else 200
        headers = {"Location": "/elsewhere"} if 300 <= status < 400 else {"Retry-After": "7"}
        return web.Response(status=status, headers=headers)

    def meet(self, test: Callable[[str, int], Awaitable[None]]) -> None:
        async def run() -> None:
            app = web.Application()
            app.router.add_post("/{path:.*}", self.take)
            async with TestServer(app, host="127.0.0.1") as server:
                assert server.port is not None
                await test(f"http://127.0.0.1:{server.port}/hook", server.port)

        asyncio.run(run())


def test_it_arrives_with_the_key_of_its_delivery() -> None:
    receiver = Receiver()

    async def test(url: str, port: int) -> None:
        poster = WebhookPoster(frozenset({f"127.0.0.1:{port}"}))
        assert await poster.post(url, "delivery_1", BODY) == 200

    receiver.meet(test)
    assert (receiver.keys, receiver.bodies) == (["delivery_1"], [BODY])


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (500, TryLater, "answered 500"),
        (429, TryLater, "answered 429"),
        (404, NotSent, "answered 404"),
        (302, NotSent, "Redirects are not followed"),
    ],
)
def test_what_an_answer_means(status: int, error: type[Exception], words: str) -> None:
    receiver = Receiver(status)

    async def test(url: str, port: int) -> None:
        with pytest.raises(error, match=words):
            await WebhookPoster(frozenset({"127.0.0.1"})).post(url, "delivery_1", BODY)

    receiver.meet(test)
    assert len(receiver.keys) == 1  # no redirect was followed


def test_nobody_there_is_tried_later() -> None:
    async def test() -> None:
        poster = WebhookPoster(frozenset({"127.0.0.1"}))
        with pytest.raises(TryLater, match="could not be reached"):
            await poster.post("http://127.0.0.1:9/", "delivery_1", BODY)

    asyncio.run(test())


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/hook",
        "https://10.0.0.8/hook",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://[::1]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://224.0.0.1/",
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "https://user:password@hooks.example.com/",
        "https:///hook",
        "https://hooks.example.com:99999/",
        "file:///etc/hosts",
    ],
)
def test_an_address_that_no_webhook_may_have_is_refused(url: str) -> None:
    with pytest.raises(BadInput):
        read_place(url)


def answering(*answers: Sequence[str]) -> tuple[Callable[[str, int], Awaitable[Sequence[str]]],
                                                list[str]]:  # fmt: skip
    """A name service that says something else each time, and what it was asked."""
    left, asked = list(answers), []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return left.pop(0)

    return resolve, asked


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::2"])
def test_a_name_that_leads_inside_is_refused(inside: str) -> None:
    resolve, asked = answering(["93.184.215.14", inside])

    async def test() -> None:
        with pytest.raises(NotSent, match="inside a network"):
            await WebhookPoster(resolve=resolve).post("https://hooks.test/", "delivery_1", BODY)

    asyncio.run(test())
    assert asked == ["hooks.test"]


def test_the_name_is_looked_up_once_and_the_connection_goes_there() -> None:
    """The second answer of the name service would be refused; it is never asked for."""
    receiver = Receiver()

    async def test(url: str, port: int) -> None:
        resolve, asked = answering(["127.0.0.1"], ["203.0.113.9"])
        poster = WebhookPoster(frozenset({f"hooks.test:{port}"}), resolve)
        assert await poster.post(f"http://hooks.test:{port}/", "delivery_1", BODY) == 200
        assert asked == ["hooks.test"]

    receiver.meet(test)
    assert receiver.keys == ["delivery_1"]


def test_only_the_very_host_that_was_allowed_may_lie_inside() -> None:
    allowed = frozenset({"hooks.internal", "127.0.0.1:8080"})
    assert read_place("http://hooks.internal/x", allowed).host == "hooks.internal"
    assert read_place("http://127.0.0.1:8080/x", allowed).port == 8080
    for url in (
        "http://127.0.0.1:8081/",
        "http://x.hooks.internal/",
        "http://hooks.internal.evil/",
    ):
        with pytest.raises(BadInput):
            read_place(url, allowed)


def test_two_readers_of_one_address_must_agree() -> None:
    async def test() -> None:
        resolve, _ = answering(["93.184.215.14"])
        with pytest.raises(NotSent):
            await WebhookPoster(resolve=resolve).post(
                "https://hooks.test\\@127.0.0.1/", "delivery_1", BODY
            )

    asyncio.run(test())


def test_a_body_has_a_limit() -> None:
    async def test() -> None:
        with pytest.raises(NotSent, match="larger than a webhook is given"):
            await WebhookPoster().post("https://hooks.test/", "delivery_1", b"x" * (BODY_LIMIT + 1))

    asyncio.run(test())


def test_public_addresses_are_outside() -> None:
    assert is_outside("93.184.215.14") and is_outside("2606:2800:21f:cb07:6820:80da:af6b:8b2c")
