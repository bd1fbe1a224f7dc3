"""What leaves: ids or hashed addresses, of those who are reached and nobody else."""

import csv
from pathlib import Path

import pytest

from engine.addresses import hash_address
from engine.errors import Unconfirmed
from stores.home import Home
from tests.conftest import NOW
from tools.audience_lists import People
from tools.audiences import keep_audience
from tools.catalog import ask_confirmation, call
from tools.context import Context
from tools.datasets import LoadRequest, load_file
from tools.exports import current_people, newest_addresses, write_addresses, write_customers

WHERE = "recency > 60 and monetary >= 500"


def column(file: Path, name: str) -> list[str]:
    with file.open(encoding="utf-8", newline="") as opened:
        return [row[name] for row in csv.DictReader(opened)]


def say(home: Home, file: Path, *rows: str) -> Context:
    """Customers records: id, since when, opted out, address."""
    head = "customer_id,occurred_at,opted_out,email\n"
    file.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    load_file(home, LoadRequest(file, kind="customers"), NOW)
    return Context.open(home, "local", None, NOW)


def test_the_file_holds_who_is_reached(context: Context, tmp_path: Path) -> None:
    audience = keep_audience(context, "Lapsed", WHERE, 0.25)
    people = current_people(context, audience)
    assert write_customers(context, people, tmp_path / "all.csv") == len(people.reached)
    assert set(column(tmp_path / "all.csv", "customer_id")) == people.reached
    names = {segment.name for segment in context.segments}
    assert set(column(tmp_path / "all.csv", "segment")) <= names


def test_no_cell_is_a_formula(home: Home, tmp_path: Path) -> None:
    rows = "order_id,customer_id,occurred_at,product_id,quantity,unit_price\n"
    orders = tmp_path / "orders.csv"
    orders.write_text(
        rows + "o1,=1+1,2025-06-01 10:00:00,tea,1,5.00\n"
        + "".join(f"o{n},C{n},2025-0{n}-01 10:00:00,tea,1,{n}.00\n" for n in range(2, 9)),
        encoding="utf-8",
    )  # fmt: skip
    load_file(home, LoadRequest(orders, dataset="corner"), NOW)
    from stores.datasets import DatasetStore
    from tools.segmenting import SegmentRequest, run_segmentation

    dataset = DatasetStore(home).get()
    run_segmentation(home, dataset, SegmentRequest(method="rules"), NOW, lambda text: None)
    context = Context.open(home, "local", None, NOW)
    assert "=1+1" in context.members.index
    people = People(frozenset({"=1+1", "C2"}), frozenset())
    write_customers(context, people, tmp_path / "out.csv")
    assert column(tmp_path / "out.csv", "customer_id") == ["'=1+1", "C2"]


def test_addresses_are_hashed_and_people_without_one_counted(
    home: Home, context: Context, tmp_path: Path
) -> None:
    audience = keep_audience(context, "Lapsed", WHERE, 0.25)
    people = current_people(context, audience)
    (one, two, three, four), apart = sorted(people.reached)[:4], min(people.held_out)
    say(home, tmp_path / "a.csv", f"{one},2025-01-01,no,old@example.com",
        f"{two},,no, Two.B+x@Example.COM ", f"{three},,no,not an address",
        f"{four},,yes,four@example.com", f"{apart},,no,apart@example.com")  # fmt: skip
    today = say(home, tmp_path / "b.csv", f"{one},2025-02-01,no,new@example.com",
                f"{one},2025-03-01,no,none")  # fmt: skip
    assert newest_addresses(today)[one] == "new@example.com"
    people = current_people(today, audience)
    missing = write_addresses(today, people, tmp_path / "out.csv")
    hashes = column(tmp_path / "out.csv", "email_sha256")
    wanted = {hash_address("new@example.com"), hash_address("two.b+x@example.com")}
    assert set(hashes) == wanted and hashes == sorted(hashes)
    assert missing == len(people.reached) - 2


def test_the_tool_writes_a_file_once_the_asker_agrees(context: Context) -> None:
    audience = keep_audience(context, "Lapsed", WHERE, 0.25)
    wish = {"name": "Lapsed"}
    with pytest.raises(Unconfirmed, match="Write an audience of 'corner' to a file"):
        call(context, "export_audience", wish)
    assert context.home.files.all("exports") == {}
    token = ask_confirmation(context, "export_audience", wish).token
    (told,) = call(context, "export_audience", wish, token).texts
    file = context.home.files.get(told["file"])
    assert set(column(file, "customer_id")) == current_people(context, audience).reached
    assert told["address"] == f"/v1/audiences/{audience.audience_id}/customers.csv"
