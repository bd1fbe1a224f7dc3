import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pandas.testing import assert_frame_equal

from engine.concepts import Moment
from engine.features import feature_table, open_transactions
from stores.datasets import DatasetStore
from stores.home import Home
from tests.conftest import NOW
from tools.context import Context
from tools.datasets import DescribeDataset, describe_dataset
from tools.streaming import Batch, Stream, live_snapshot

ZONE = "Europe/London"


def event(number: int, customer: str, at: str, **changes: Any) -> bytes:
    return json.dumps(
        {
            "event_id": f"{number:032x}",
            "order_id": f"s{number}",
            "customer_id": customer,
            "occurred_at": at,
            "product_id": "P1",
            "quantity": 1,
            "unit_price": "5.00",
        }
        | changes
    ).encode()


def batch(*values: bytes) -> Batch:
    return Batch(values, lambda place: f"test:{place}")


@pytest.fixture
def stream(home: Home) -> Stream:
    opened = Stream(home, DatasetStore(home).get())
    opened.sweep(NOW)
    return opened


def check_against_batch(stream: Stream, moment: Moment) -> None:
    store = DatasetStore(stream.home)
    files = store.files(stream.dataset, store.version(stream.dataset))
    with open_transactions(files) as records:
        features = feature_table(records, moment)
    members = live_snapshot(stream.home, stream.dataset, moment)
    columns = ["recency", "frequency", "monetary", "tenure"]
    assert_frame_equal(members[columns], features, check_index_type=False)
    model = stream.need_model()
    assert members["segment_id"].to_dict() == model.assign(features).to_dict()


def test_events_join_the_totals_and_the_snapshot(stream: Stream) -> None:
    context = Context.open(stream.home, "local", None, NOW)
    before = describe_dataset(context, DescribeDataset()).figures
    customer = live_snapshot(stream.home, stream.dataset, context.as_of).index[0]
    taken = stream.take(
        batch(
            event(1, customer, "2026-01-01T10:00:00Z"),
            event(2, "new", "2026-01-01T10:00:00Z", quantity=2),
            event(2, "new", "2026-01-01T10:00:00Z", quantity=2),
            event(3, "new", "2025-06-01T10:00:00Z"),
            b"{}",
        ),
        NOW,
    )
    assert (taken.messages, taken.kept, taken.duplicates, taken.late) == (5, 3, 1, 3)
    assert [one.reason for one in taken.dead] == ["a key is missing or of the wrong type"]
    context = Context.open(stream.home, "local", None, NOW)
    after = describe_dataset(context, DescribeDataset()).figures
    changed = {
        new.metric: (old.value, new.value)
        for old, new in zip(before, after, strict=True)
        if new.metric in ("rows", "customers", "orders", "revenue")
    }
    assert changed["rows"][1] == changed["rows"][0] + 3  # type: ignore[operator]
    assert changed["customers"][1] == changed["customers"][0] + 1  # type: ignore[operator]
    assert changed["orders"][1] == changed["orders"][0] + 3  # type: ignore[operator]
    assert changed["revenue"][1].minor == changed["revenue"][0].minor + 2000  # type: ignore[union-attr]
    for text in ("2026-01-02", "2025-12-15", "2025-06-01"):
        check_against_batch(stream, Moment.parse(text, ZONE))


def test_again_changes_nothing(stream: Stream) -> None:
    values = [event(n, f"c{n % 3}", f"2026-01-01T10:0{n}:00Z") for n in range(6)]
    assert stream.take(batch(*values), NOW).kept == 6
    assert stream.take(batch(*values), NOW).kept == 0
    DatasetStore(stream.home).version(stream.dataset)  # the log is in the records now
    assert stream.take(batch(*reversed(values)), NOW).kept == 0
    check_against_batch(stream, Moment.parse("2026-01-02", ZONE))


def test_a_customer_moves_when_an_order_says_so_and_when_a_day_passes(stream: Stream) -> None:
    members = live_snapshot(stream.home, stream.dataset, Moment.parse("2026-01-01", ZONE))
    longest = members["recency"].idxmax()
    taken = stream.take(batch(event(1, str(longest), "2026-01-01T10:00:00Z")), NOW)
    assert (taken.moves, taken.needs_sweep) == (1, False)
    with stream.live.reading() as live:
        [move] = live.moves()
    assert (move[0], move[1], move[4]) == (longest, members["segment_id"][longest], "event")
    # Months later, while the stream is live: customers age without an event.
    later = datetime(2026, 4, 1, 9, tzinfo=UTC)
    assert stream.take(batch(event(2, "somebody", "2026-04-01T08:00:00Z")), later).needs_sweep
    assert stream.sweep(later) > 10
    assert not stream.needs_sweep(later + timedelta(hours=3))
    assert stream.needs_sweep(later + timedelta(hours=20))


def test_a_return_that_takes_a_sale_back_is_mended_by_the_sweep(stream: Stream) -> None:
    stream.take(batch(event(1, "new", "2026-01-01T10:00:00Z")), NOW)
    stream.take(batch(event(2, "new", "2026-01-01T12:00:00Z", quantity=-1, order_id="back")), NOW)
    check_against_batch(stream, Moment.parse("2026-01-02", ZONE))
    # The order counts again with another line that nobody took back.
    stream.take(batch(event(3, "new", "2026-01-01T13:00:00Z", order_id="s1")), NOW)
    check_against_batch(stream, Moment.parse("2026-01-02", ZONE))
    assert (
        "new" in live_snapshot(stream.home, stream.dataset, Moment.parse("2026-01-02", ZONE)).index
    )


def test_a_load_beside_the_stream_is_seen_by_it(stream: Stream, tmp_path: Any) -> None:
    from tools.datasets import LoadRequest, load_file

    stream.take(batch(event(1, "new", "2026-01-01T10:00:00Z")), NOW)
    file = tmp_path / "more.csv"
    file.write_text(
        "event_id,order_id,customer_id,occurred_at,product_id,quantity,unit_price\n"
        f"{1:032x},s1,new,2026-01-01T10:00:00Z,P1,1,5.00\n"
        f"{2:032x},s2,new,2026-01-01T11:00:00Z,P1,1,5.00\n",
        encoding="utf-8",
    )
    found = load_file(stream.home, LoadRequest(file), NOW)
    assert (found["kept"], found["dropped_reasons"]) == (1, {"already in the dataset": 1})
    # The loaded event comes over the stream as well; and one that is really new.
    taken = stream.take(
        batch(event(2, "new", "2026-01-01T11:00:00Z"), event(3, "new", "2026-01-01T12:00:00Z")),
        NOW,
    )
    assert taken.kept == 1
    check_against_batch(stream, Moment.parse("2026-01-02", ZONE))
