"""Whether an erased customer is still anywhere in a home.

A shop is used in every way that keeps something; one made-up customer, whose id, name, address and
words nobody else has, is in all of it. Then that customer is erased and every file of the home is
searched: Parquet by its values, log entries of the stream by theirs, all others by their bytes.
"""

import csv
import io
import json
import sqlite3
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from evals.bench.bars import Setting
from stores.datasets import Dataset, DatasetStore
from stores.home import Home
from stores.jobs import JobStore
from stores.people import PeopleStore
from stores.threads import ThreadStore, Turn
from tools.audiences import keep_audience
from tools.catalog import ask_confirmation, call
from tools.context import Context
from tools.datasets import LoadRequest, load_file
from tools.erasing import erase_customer
from tools.pushing import approve, difference
from tools.scoring import ScoreRequest, make_scores
from tools.segmenting import SegmentRequest, run_segmentation
from tools.snapshots import monthly_snapshots
from tools.streaming import Batch, Stream

CUSTOMER = "canary-7f3a91"
MARKS = (CUSTOMER, "Zelda Quuxwell", "zelda@quuxwell.example", "the teapot sang to me at night")
NOW = datetime(2026, 1, 2, 9, tzinfo=UTC)
_RECORDS = {
    "transactions": "order_id,customer_id,occurred_at,product_id,quantity,unit_price\n"
    f"q1,{CUSTOMER},2025-03-01 10:00:00,tea,2,5.00\n"
    f"q2,{CUSTOMER},2025-11-01 10:00:00,cup,1,7.00\n"
    f"q3,{CUSTOMER},2025-12-01 10:00:00,cup,0,7.00\n",
    "customers": f"customer_id,name,email,age\n{CUSTOMER},{MARKS[1]},{MARKS[2]},41\n",
    "events": "customer_id,occurred_at,action,product_id\n"
    f"{CUSTOMER},2025-11-01 09:00:00,view,cup\n",
    "texts": "customer_id,occurred_at,source,text\n"
    f"{CUSTOMER},2025-11-02 09:00:00,review,{MARKS[3]}\n",
}


def measure(setting: Setting) -> float:
    """Places that still hold the customer."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home.open(Path(folder) / "home")
        dataset = _used(home, Path(folder), 4000 if setting.full else 500)
        before = places(home.root)
        if len(before) < len(_RECORDS):
            raise ValueError(f"the customer is in {len(before)} places only: {before}")
        setting.say(f"before: {len(before)} files hold the customer")
        erase_customer(home, dataset, CUSTOMER, "local", NOW, setting.say)
        home.close()
        found = places(Path(folder) / "home")
        for place in found:
            setting.say(f"after: {place}")
        return float(len(found))


def places(root: Path) -> list[str]:
    """The files below a folder that hold any of the marks, by their paths."""
    files = sorted(file for file in root.rglob("*") if file.is_file())
    return [str(file.relative_to(root)) for file in files if _holds(file)]


def _holds(file: Path) -> bool:
    content = file.read_bytes()
    if content[:4] == b"PAR1":
        content += _values(content)
    if file.name == "stream.db":
        content += _log(file)
    return any(mark.encode() in content for mark in MARKS)


def _values(content: bytes) -> bytes:
    import pyarrow.parquet as pq

    return str(pq.read_table(io.BytesIO(content)).to_pydict()).encode()


def _log(file: Path) -> bytes:
    """Entries of the log are packed, so their bytes say nothing."""
    import pyarrow as pa

    connection = sqlite3.connect(file)
    bodies = [body for (body,) in connection.execute("SELECT body FROM log")]
    connection.close()
    return b"".join(str(pa.ipc.open_stream(body).read_all().to_pydict()).encode()
                    for body in bodies)  # fmt: skip


# ---- a home in which everything was used ---------------------------------------------------------


def _used(home: Home, folder: Path, customers: int) -> Dataset:
    from engine.synthetic import make_shop, write_shop

    PeopleStore(home).ensure_local(NOW)
    shop = write_shop(make_shop(customers, seed=5), folder / "shop")
    _load(home, shop["transactions"], "shop")
    for kind, content in _RECORDS.items():
        file = folder / f"{CUSTOMER} {kind}.csv"
        file.write_text(content, encoding="utf-8")
        _load(home, file, kind)
        file.unlink()
    dataset = DatasetStore(home).get()
    _stream(home, dataset)
    run_segmentation(home, dataset, SegmentRequest(method="rules"), NOW, lambda text: None)
    monthly_snapshots(home, dataset, NOW)
    make_scores(home, dataset, ScoreRequest(), NOW, lambda text: None)
    _choose(home)
    _talk(home, dataset)
    _leave_files(home)
    return dataset


def _load(home: Home, file: Path, kind: str) -> None:
    known = kind if kind in _RECORDS else "transactions"
    request = LoadRequest(
        file, dataset="corner", zone="Europe/London", currency="GBP", kind=known
    )  # fmt: skip
    load_file(home, request, NOW)


def _stream(home: Home, dataset: Dataset) -> None:
    """A sale that waits in the log, and a message that cannot be used."""
    stream = Stream(home, dataset)
    stream.sweep(NOW)
    good = {
        "event_id": "c" * 32, "order_id": "q4", "customer_id": CUSTOMER, "quantity": 1,
        "occurred_at": "2025-12-30T10:00:00Z", "product_id": "tea", "unit_price": "5.00",
    }  # fmt: skip
    sent = [good, good | {"event_id": "d" * 32, "quantity": "many"}]
    batch = Batch([json.dumps(one).encode() for one in sent], lambda at: f"t:0:{at}", (), "dead")
    stream.take(batch, NOW)
    stream.sweep(NOW + timedelta(days=1))
    again = good | {"event_id": "e" * 32, "order_id": "q5"}
    stream.take(Batch([json.dumps(again).encode()], lambda at: f"t:1:{at}"), NOW)


def _choose(home: Home) -> None:
    """In an audience, a file of it, and a push that somebody approved."""
    context = Context.open(home, "local", None, NOW)
    audience = keep_audience(context, "Everybody", "recency >= 0", 0)
    wish = {"name": audience.name}
    token = ask_confirmation(context, "export_audience", wish).token
    call(context, "export_audience", wish, token)
    address = "https://hooks.example.com/"
    approve(context, audience, address, difference(context, audience, address).content)


def _talk(home: Home, dataset: Dataset) -> None:
    threads = ThreadStore(home)
    thread = threads.make("local", dataset.dataset_id, NOW)
    said = f"{MARKS[1]} ({MARKS[2]}) wrote: {MARKS[3]}."
    turn = Turn("answer_1", f"What does {CUSTOMER} say?", said, {"facts": [{"id": CUSTOMER}]}, NOW)
    threads.add_turn(thread, turn, {"customer": CUSTOMER})
    JobStore(home).add("local", "load", {"name": f"{CUSTOMER}.csv"}, NOW)
    context = Context.open(home, "local", None, NOW)
    call(context, "search_notes", {"query": MARKS[1]})


def _leave_files(home: Home) -> None:
    row = io.StringIO()
    csv.writer(row).writerow(MARKS)
    for name in ("uploads/upload_1/content", "reports/report_1/segments.html"):
        with home.files.writing(name) as file:
            file.write_text(row.getvalue(), encoding="utf-8")
    for folder, name in (("logs", "segue.log"), ("logs", "segue.log.1"),
                         ("backups", "state-before-0005.db")):  # fmt: skip
        (home.root / folder).mkdir(exist_ok=True)
        (home.root / folder / name).write_text(f"{', '.join(MARKS)}\n", encoding="utf-8")
