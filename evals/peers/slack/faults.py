"""Trouble on order: what goes wrong with which call, and what with which event.

Orders are made by name ("the second chat.startStream answers 429") or by seed. A seed decides per
method and count, so that the same call meets the same trouble however calls interleave.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Literal

Trouble = Literal["rate_limited", "server_error", "dropped", "dropped_after", "error", "slow"]


@dataclass
class CallFault:
    """The trouble that calls number `on_call` .. `on_call + times - 1` of a method meet.

    dropped: the connection closes and nothing happened; dropped_after: it happened, and the
    answer is lost.
    """

    trouble: Trouble
    method: str
    on_call: int = 1
    times: int = 1
    retry_after: int = 1  # seconds
    error: str = "internal_error"
    seconds: float = 0.0  # how long a slow one takes

    def meets(self, number: int) -> bool:
        return self.on_call <= number < self.on_call + self.times


@dataclass(frozen=True)
class Chances:
    """How often each trouble comes when a seed decides, from 0 to 1."""

    rate_limited: float = 0.05
    server_error: float = 0.02
    dropped: float = 0.02
    dropped_after: float = 0.02
    repeated_event: float = 0.2
    lost_ack: float = 0.1


@dataclass
class Repeat:
    """The next `events` events (of this type) come `copies` times more, `after` seconds later."""

    copies: int = 1
    after: float = 0.0
    event_type: str | None = None
    events: int = 1


@dataclass
class Faults:
    seed: int | None = None
    chances: Chances = Chances()
    retry_after: int = 1  # seconds, of the 429s that the seed decides
    call_faults: list[CallFault] = field(default_factory=list)
    repeats: list[Repeat] = field(default_factory=list)
    refused_blocks: set[str] = field(default_factory=set)
    lost_acks: int = 0
    _calls: dict[str, int] = field(default_factory=dict)
    _events: int = 0

    def on_call(
        self, method: str, trouble: Trouble, call: int = 1, **more: int | float | str
    ) -> None:
        """Order trouble for the `call`-th call of `method`, counted from now."""
        number = self._calls.get(method, 0) + call
        self.call_faults.append(CallFault(trouble, method, number, **more))  # type: ignore[arg-type]

    def repeat_events(self, repeat: Repeat) -> None:
        self.repeats.append(repeat)

    def lose_acks(self, count: int = 1) -> None:
        """The next acknowledgements come too late: what they acknowledge is sent again."""
        self.lost_acks += count

    def refuse_blocks(self, *types: str) -> None:
        """Answer invalid_blocks to these types, as in a workspace that lacks them still."""
        self.refused_blocks.update(types)

    def clear(self) -> None:
        self.seed = None
        self.call_faults.clear()
        self.repeats.clear()
        self.refused_blocks.clear()
        self.lost_acks = 0

    def next_call(self, method: str) -> CallFault | None:
        number = self._calls[method] = self._calls.get(method, 0) + 1
        for fault in self.call_faults:
            if fault.method == method and fault.meets(number):
                return fault
        return self._seeded_call(method, number)

    def _seeded_call(self, method: str, number: int) -> CallFault | None:
        if self.seed is None:
            return None
        draw = self._draw(method, number)
        troubles: tuple[Trouble, ...] = ("rate_limited", "server_error", "dropped", "dropped_after")
        for trouble in troubles:
            draw -= getattr(self.chances, trouble)
            if draw < 0:
                return CallFault(trouble, method, number, retry_after=self.retry_after)
        return None

    def next_event(self, event_type: str) -> Repeat | None:
        self._events += 1
        for repeat in self.repeats:
            if repeat.events > 0 and repeat.event_type in {None, event_type}:
                repeat.events -= 1
                return repeat
        if (
            self.seed is not None
            and self._draw("event", self._events) < self.chances.repeated_event
        ):
            return Repeat()
        return None

    def loses_ack(self, event_number: int) -> bool:
        if self.lost_acks > 0:
            self.lost_acks -= 1
            return True
        return self.seed is not None and self._draw("ack", event_number) < self.chances.lost_ack

    def _draw(self, what: str, number: int) -> float:
        return Random(f"{self.seed}:{what}:{number}").random()  # noqa: S311 - repeatable trouble
