"""Bringing an event to the bot until it is acknowledged, as Slack does."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from evals.peers.slack.arguments import Json
from evals.peers.slack.faults import Faults

Kind = Literal["events_api", "interactive", "slash_commands"]


@dataclass(frozen=True)
class Pace:
    """Slack's own times in seconds; `scaled` makes a test of minutes one of milliseconds."""

    ack: float = 3.0
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    stream: float = 300.0

    def scaled(self, factor: float) -> "Pace":
        """Slack's retries at another pace; answers and streams keep their own limits."""
        return Pace(self.ack, tuple(delay * factor for delay in self.retries), self.stream)


@dataclass(frozen=True)
class Attempt:
    number: int  # 0 is the first delivery, 1 the first retry
    at: float
    outcome: str  # "acked", or the reason that the next attempt carries


@dataclass(eq=False)
class Delivery:
    kind: Kind
    payload: Json
    serial: int = 0
    attempts: list[Attempt] = field(default_factory=list)
    state: Literal["pending", "acked", "given_up"] = "pending"
    answer: Json | None = None  # what came with the acknowledgement

    @property
    def event_type(self) -> str:
        return str(self.payload["event"]["type"]) if self.kind == "events_api" else self.kind

    @property
    def event_id(self) -> str:
        return str(self.payload.get("event_id", ""))


@dataclass(frozen=True)
class Outcome:
    """How one attempt ended."""

    word: str
    answer: Json | None = None
    retry: bool = True

    @property
    def acked(self) -> bool:
        return self.word == "acked"


class Carrier(Protocol):
    """A way to the bot: its sockets or its URL."""

    async def carry(self, delivery: Delivery, number: int, reason: str | None) -> Outcome: ...


class Courier:
    def __init__(
        self,
        carrier: Carrier,
        pace: Pace,
        faults: Faults,
        now: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        self.carrier = carrier
        self.deliveries: list[Delivery] = []
        self.answered: Callable[[Delivery], None] = lambda delivery: None
        self._pace, self._faults = pace, faults
        self._now, self._changed = now, changed
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, delivery: Delivery) -> Delivery:
        self._enter(delivery, 0.0)
        if delivery.kind == "events_api":
            self._repeat(delivery)
        return delivery

    def _enter(self, delivery: Delivery, after: float) -> None:
        self.deliveries.append(delivery)
        delivery.serial = len(self.deliveries)
        self._start(self._bring(delivery, after))

    def _repeat(self, delivery: Delivery) -> None:
        """The same event again, with no sign that it is a copy but its event_id."""
        repeat = self._faults.next_event(delivery.event_type)
        if repeat is None:
            return
        for _ in range(repeat.copies):
            self._enter(Delivery(delivery.kind, delivery.payload), repeat.after)

    async def _bring(self, delivery: Delivery, after: float) -> None:
        await asyncio.sleep(after)
        reason = None
        # Only events are sent again; a button or a command shows its user an error at once.
        retries = self._pace.retries if delivery.kind == "events_api" else ()
        for number, delay in enumerate((0.0, *retries)):
            await asyncio.sleep(delay)
            outcome = await self.carrier.carry(delivery, number, reason)
            if outcome.acked and self._ack_is_lost(delivery, number):
                outcome = Outcome("http_timeout")
            delivery.attempts.append(Attempt(number, self._now(), outcome.word))
            if outcome.acked or not outcome.retry:
                break
            reason = outcome.word
            self._changed()
        self._close(delivery, outcome)

    def _ack_is_lost(self, delivery: Delivery, number: int) -> bool:
        """The last attempt is always heard: a lost acknowledgement must not lose an event."""
        if delivery.kind != "events_api" or number >= len(self._pace.retries):
            return False
        return self._faults.loses_ack(delivery.serial * 10 + number)

    def _close(self, delivery: Delivery, outcome: Outcome) -> None:
        delivery.state = "acked" if outcome.acked else "given_up"
        delivery.answer = outcome.answer
        if outcome.acked:
            self.answered(delivery)
        self._changed()

    @property
    def idle(self) -> bool:
        return all(delivery.state != "pending" for delivery in self.deliveries)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
