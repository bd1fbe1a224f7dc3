"""A shop with segments to stream into, and events of customers who are known to it or new."""

import json
import random
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine.synthetic import make_shop, write_shop
from stores.datasets import Dataset, DatasetStore
from stores.home import Home
from tools.datasets import LoadRequest, load_file
from tools.segmenting import SegmentRequest, run_segmentation

NOW = datetime(2026, 1, 20, 9, tzinfo=UTC)
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 19
Message = tuple[str, bytes]


def open_shop(root: Path, customers: int = 2000, twin: str = "") -> tuple[Home, Dataset]:
    """A home with a sample shop, cleaned and segmented by the rules; and a copy of it, made while
    it is closed: whoever copies an open SQLite file gives up this process's locks on it, and
    another process may cut off what is mapped here."""
    home = Home.open(root / "home")
    files = write_shop(make_shop(customers, seed=7), root / "files")
    request = LoadRequest(files["transactions"], zone="Europe/London", currency="GBP")
    load_file(home, request, NOW)
    dataset = DatasetStore(home).get()
    run_segmentation(home, dataset, SegmentRequest(method="rules"), NOW, lambda text: None)
    if twin:
        home.close()
        shutil.copytree(root / "home", root / twin)
        home = Home.open(root / "home")
    return home, dataset


def make_events(count: int, customers: int, seed: int) -> Iterator[Message]:
    """Orders of one to four lines in January; one in twenty lines goes back within days."""
    draw = random.Random(seed)  # noqa: S311  (no secret)
    made = 0
    while made < count:
        customer = str(10_001 + draw.randrange(customers))  # as the sample shop numbers them
        at = FIRST_DAY + timedelta(seconds=draw.randrange(DAYS * 86_400 - 6 * 86_400))
        order = f"L{seed}-{made}"
        for line in range(1, draw.randrange(2, 6)):
            if made == count:
                return
            quantity, price = draw.randrange(1, 4), f"{draw.randrange(99, 9999) / 100}"
            goods = {"product_id": f"P{draw.randrange(1000):04}", "product": "GLASS BALL"}
            goods |= {"quantity": str(quantity), "unit_price": price}
            if draw.random() < 0.05:
                back = at + timedelta(seconds=draw.randrange(5 * 86_400))
                goods["quantity"] = str(-quantity)
                yield _message(draw, f"C{order}", line, customer, back, goods)
            else:
                yield _message(draw, order, line, customer, at, goods)
            made += 1


def _message(
    draw: random.Random,
    order: str,
    line: int,
    customer: str,
    at: datetime,
    goods: dict[str, str],
) -> Message:
    event = {
        "event_id": f"{draw.getrandbits(128):032x}",
        "order_id": order,
        "line": line,
        "customer_id": customer,
        "occurred_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "country": "United Kingdom",
        "currency": "GBP",
    }
    return customer, json.dumps(event | goods).encode()
