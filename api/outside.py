"""Reaching somebody outside: what can come of an attempt, whichever way it goes.

A poster either delivers, or raises one of these.
"""

from typing import Protocol


class NotSent(Exception):
    """It surely did not arrive, and will not by itself: a person has to do something."""


class TryLater(Exception):
    """It did not arrive this time, or nobody knows; another attempt does no harm."""

    def __init__(self, reason: str, seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.seconds = seconds  # how long we were asked to wait


class CannotLook(Exception):
    """There is no way to find out whether it arrived, so another attempt might say it twice."""


class SlackPoster(Protocol):
    async def post(
        self,
        channel: str,
        text: str,
        blocks: list[dict[str, object]],
        metadata: dict[str, object],
    ) -> str:
        """The message's ts."""

    async def find(self, channel: str, delivery_id: str, since: float) -> str | None:
        """The ts of the delivery's message; `since` is in seconds of the epoch."""
