"""Loading a table: once, then what is new; what changed there is told and not taken."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.errors import BadInput
from stores.datasets import DatasetStore
from stores.home import Home
from stores.sources import SqlSource
from tools.datasets import LoadRequest, dataset_summary, load_file, preview, try_load

NOW = datetime(2025, 2, 1, tzinfo=UTC)
KEYED = "id INTEGER PRIMARY KEY, "
COLUMNS = "customer_id TEXT, occurred_at TEXT, product_id TEXT, quantity INT, unit_price TEXT"
ROWS = [
    (1, "ann", "2025-01-03 10:00:00", "tea", 2, "5.00", "2025-01-03 10:00:00"),
    (2, "bob", "2025-01-04 10:00:00", "cup", 1, "3.50", "2025-01-04 10:00:00"),
    (3, "bob", "2025-01-31 10:00:00", "cup", 0, "3.50", "2025-01-31 10:00:00"),
]  # the last is dropped: its quantity is zero


class Shop:
    """A shop's own database, and the home it is loaded into."""

    def __init__(self, folder: Path) -> None:
        self.home = Home.open(folder / "home")
        self.file = folder / "shop.db"
        self.run(f"CREATE TABLE orders ({KEYED}{COLUMNS}, updated_at TEXT)")
        for row in ROWS:
            self.add(row)

    def run(self, statement: str, *values: object) -> None:
        connection = sqlite3.connect(self.file)
        with connection:
            connection.execute(statement, values)
        connection.close()

    def add(self, row: tuple[object, ...], table: str = "orders") -> None:
        marks = ", ".join("?" * len(row))
        self.run(f"INSERT INTO {table} VALUES ({marks})", *row)  # noqa: S608

    def request(self, table: str = "orders", watermark: str | None = None) -> LoadRequest:
        source = SqlSource(f"sqlite:///{self.file}", table, watermark)
        return LoadRequest(table=source, currency="GBP")

    def load(self, table: str = "orders", watermark: str | None = None) -> dict[str, Any]:
        return load_file(self.home, self.request(table, watermark), NOW)

    @property
    def rows(self) -> int:
        summary = dataset_summary(self.home, DatasetStore(self.home).get())
        rows: int = summary["rows"]
        return rows


@pytest.fixture
def shop(tmp_path: Path) -> Any:
    made = Shop(tmp_path)
    yield made
    made.home.close()


@pytest.mark.parametrize("watermark", [None, "updated_at", "id"])
def test_pulling_again_changes_nothing_and_says_so(shop: Shop, watermark: str | None) -> None:
    first = shop.load(watermark=watermark)
    assert (first["rows_in"], first["kept"] + first["fixed"], first["version"]) == (3, 2, 0)
    assert first["source"] == f"sqlite:///{shop.file} orders"
    for _ in range(2):
        assert shop.load(watermark=watermark) == first | {"already_loaded": True}
    assert len(DatasetStore(shop.home).loads(DatasetStore(shop.home).get())) == 1


@pytest.mark.parametrize("watermark", [None, "updated_at", "id"])
def test_only_new_rows_are_taken(shop: Shop, watermark: str | None) -> None:
    shop.load(watermark=watermark)
    shop.add((4, "eve", "2025-01-31 09:30:00", "tea", 1, "5.00", "2025-01-31 09:30:00"))
    second = shop.load(watermark=watermark)
    assert (second["kept"] + second["fixed"], second["version"]) == (1, 1)
    assert shop.rows == 3
    assert shop.load(watermark=watermark)["already_loaded"]


def test_rows_that_tie_with_the_watermark_are_not_lost(shop: Shop) -> None:
    shop.load(watermark="updated_at")
    shop.add((4, "eve", "2025-01-31 10:00:00", "tea", 1, "5.00", "2025-01-31 10:00:00"))
    assert shop.load(watermark="updated_at")["kept"] == 1


def test_a_row_that_changed_there_is_told_and_not_taken(shop: Shop) -> None:
    shop.load(watermark="updated_at")
    shop.run("UPDATE orders SET quantity = 9, updated_at = '2025-01-31 12:00:00' WHERE id = 1")
    second = shop.load(watermark="updated_at")
    assert second["dropped_reasons"]["changed in the source"] == 1
    assert second["version"] == 0
    assert shop.rows == 2
    assert shop.load(watermark="updated_at")["already_loaded"]


def test_a_change_of_what_is_not_taken_is_no_change(shop: Shop) -> None:
    shop.load()
    shop.run("ALTER TABLE orders ADD COLUMN remark TEXT DEFAULT 'x'")
    shop.run("UPDATE orders SET updated_at = '2025-01-31 12:00:00'")
    found = shop.load()
    assert found["dropped_reasons"] == {"zero quantity": 1, "already in the dataset": 2}


def test_a_dropped_row_that_is_put_right_there_is_taken(shop: Shop) -> None:
    shop.load(watermark="updated_at")
    shop.run("UPDATE orders SET quantity = 1, updated_at = '2025-01-31 12:00:00' WHERE id = 3")
    assert shop.load(watermark="updated_at")["kept"] == 1
    assert shop.rows == 3


def test_without_a_key_rows_are_known_by_all_their_values(shop: Shop, tmp_path: Path) -> None:
    """As in a CSV of the same table."""
    shop.run("CREATE TABLE plain AS SELECT customer_id, occurred_at, product_id, quantity, "
             "unit_price FROM orders WHERE id < 3")  # fmt: skip
    assert shop.load("plain")["assumed"]["key"].startswith("plain is without a primary key")
    file = tmp_path / "same.csv"
    file.write_text(
        "customer_id,occurred_at,product_id,quantity,unit_price\n"
        "ann,2025-01-03 10:00:00,tea,2,5.00\nbob,2025-01-04 10:00:00,cup,1,3.50\n",
        encoding="utf-8",
    )
    found = load_file(shop.home, LoadRequest(file, currency="GBP"), NOW)
    assert found["dropped_reasons"] == {"already in the dataset": 2}


def test_two_tables_with_the_same_keys_are_not_taken_for_one(shop: Shop) -> None:
    shop.run(f"CREATE TABLE older ({KEYED}{COLUMNS}, updated_at TEXT)")
    shop.add((1, "eve", "2024-01-03 10:00:00", "tea", 2, "5.00", "2024-01-03"), "older")
    shop.load()
    assert shop.load("older")["kept"] == 1
    assert shop.rows == 3


def test_a_table_without_rows_is_said_and_makes_no_dataset(shop: Shop) -> None:
    shop.run("DELETE FROM orders")
    with pytest.raises(BadInput, match="orders names its columns but holds no rows"):
        shop.load(watermark="updated_at")
    assert DatasetStore(shop.home).all() == []


def test_a_table_emptied_after_a_pull_changes_nothing(shop: Shop) -> None:
    first = shop.load(watermark="updated_at")
    shop.run("DELETE FROM orders")
    assert shop.load(watermark="updated_at") == first | {"already_loaded": True}


def test_a_look_shows_columns_and_rows_and_changes_nothing(shop: Shop) -> None:
    found = try_load(shop.home, shop.request(), NOW)
    assert found["mapping"]["unit_price"] == "unit_price"
    assert [row["id"] for row in found["sample"]] == ["1", "2", "3"]
    assert preview(shop.home, shop.request(), NOW)["ledger"]["rows_in"] == 3
    assert DatasetStore(shop.home).all() == []


def test_the_password_of_a_source_is_nowhere_in_the_home(shop: Shop) -> None:
    source = SqlSource(f"sqlite://ann:s3cret@/{shop.file}?password=s3cret", "orders")
    load_file(shop.home, LoadRequest(table=source), NOW)
    shop.home.close()
    written = [file for file in shop.home.root.rglob("*") if file.is_file()]
    assert written
    assert not [file for file in written if b"s3cret" in file.read_bytes()]
