from collections.abc import Callable
from typing import Any

import pytest

from stores.datasets import DatasetStore
from stores.home import Home
from stores.live import Position
from tests.conftest import NOW, Ask
from tools.streaming import Batch, Stream

GOOD = (
    b'{"event_id": "1", "order_id": "1", "customer_id": "anna", "quantity": 1,'
    b' "occurred_at": "2026-01-01T10:00:00Z", "unit_price": "5.00"}'
)


@pytest.fixture
def stream_of(home: Home) -> Callable[[int], None]:
    """A stream that has read four messages of one partition, and how many it has not."""

    def make(left: int) -> None:
        stream = Stream(home, DatasetStore(home).get())
        stream.sweep(NOW)
        [claimed] = stream.live.claim("orders", [0])
        position = Position("orders", 0, 4, claimed.epoch, end=4 + left)
        batch = Batch([GOOD, GOOD, b"{}", b"[]"], lambda n: f"orders:0:{n}", (position,))
        stream.take(batch, NOW)

    return make


def test_is_the_stream_up_to_date(ask: Ask, stream_of: Callable[[int], None]) -> None:
    stream_of(0)
    answer, _ = ask("is the stream up to date?")
    assert answer.text.splitlines() == [
        "The stream is up to date.",
        "Waiting to be read: 0.",
        "The stream has brought 4 events.",
        "Duplicates, each counted once: 1.",
        "Late: 1.",
        "Dead letters: 2.",
        "The last event is of 1 Jan 2026.",
    ]
    tools: list[Any] = [tool["name"] for tool in answer.to_json()["tools"]]
    assert tools == ["stream_status"]


def test_a_stream_that_is_behind_says_so(ask: Ask, stream_of: Callable[[int], None]) -> None:
    stream_of(7)
    answer, _ = ask("is the stream up to date?")
    assert answer.text.splitlines()[:2] == [
        "The stream is behind.",
        "Waiting to be read: 7.",
    ]


def test_without_a_stream_the_answer_says_how_to_start_one(ask: Ask) -> None:
    answer, _ = ask("how many events came over the stream?")
    assert "has no stream" in answer.text and "segue stream" in answer.text
