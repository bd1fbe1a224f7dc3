"""Pulling: each cell as a CSV would hold it, from the watermark on, hashed whatever the order."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

import stores.pulling
from engine.errors import BadInput, NotFound
from stores.pulling import pull
from stores.sources import SqlSource
from stores.watermarks import Mark

NOW = datetime(2025, 2, 1, tzinfo=UTC)
ROWS = [
    (1, "ann", 5.0, "2025-01-03 10:00:00"),
    (2, None, 1e-7, "2025-01-03 11:00:00"),
    (3, "Ünal, \"B\"\n", 0.1, "2025-01-03 12:30:00"),
]  # fmt: skip


class Shop:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "shop.db"
        self.run("CREATE TABLE orders (id INTEGER PRIMARY KEY, who TEXT, price REAL, updated_at)")
        self.add(*ROWS)

    def run(self, statement: str, *values: object) -> None:
        connection = sqlite3.connect(self.file)
        with connection:
            connection.execute(statement, values)
        connection.close()

    def add(self, *rows: tuple[object, ...]) -> None:
        for row in rows:
            self.run("INSERT INTO orders VALUES (?, ?, ?, ?)", *row)

    def source(self, table: str = "orders", watermark: str | None = "updated_at") -> SqlSource:
        return SqlSource(f"sqlite:///{self.file}", table, watermark)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_cells_are_the_text_a_csv_would_hold(shop: Shop) -> None:
    pulled = pull(shop.source(), None, NOW)
    assert pulled.rows.rows() == [
        ("1", "ann", "5.0", "2025-01-03 10:00:00"),
        ("2", None, "0.0000001", "2025-01-03 11:00:00"),
        ("3", 'Ünal, "B"\n', "0.1", "2025-01-03 12:30:00"),
    ]
    assert pulled.key_columns == ("id",)
    assert pulled.mark == Mark("2025-01-03 12:30:00")


def test_pieces_make_no_difference(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pull(shop.source(), None, NOW)
    monkeypatch.setattr(stores.pulling, "PIECE", 2)
    in_pieces = pull(shop.source(), None, NOW)
    assert in_pieces.rows.equals(whole.rows)
    assert (in_pieces.content_hash, in_pieces.tail) == (whole.content_hash, whole.tail)


def test_the_next_pull_asks_for_an_hour_again_and_its_hash_was_foretold(shop: Shop) -> None:
    first = pull(shop.source(), None, NOW)
    second = pull(shop.source(), first.mark, NOW)
    assert second.rows["id"].to_list() == ["3"]
    assert second.content_hash == first.tail == second.tail
    shop.add((4, "bob", 1.0, "2025-01-03 11:45:00"))  # committed late, within the hour
    third = pull(shop.source(), first.mark, NOW)
    assert third.rows["id"].to_list() == ["3", "4"]
    assert third.content_hash != first.tail


def test_rows_without_a_watermark_are_read_each_time_and_counted(shop: Shop) -> None:
    shop.add((4, "bob", 1.0, None))
    first = pull(shop.source(), None, NOW)
    second = pull(shop.source(), first.mark, NOW)
    assert second.rows["id"].to_list() == ["3", "4"]
    assert second.assumed["watermark"] == "1 row has no updated_at: it is read each time"


def test_a_row_of_the_year_9999_hides_none_that_comes_later(shop: Shop) -> None:
    shop.add((4, "bob", 1.0, "9999-12-31 00:00:00"))
    assert pull(shop.source(), None, NOW).mark == Mark("2025-01-03 12:30:00")


def test_the_order_of_rows_does_not_change_the_hash(shop: Shop) -> None:
    shop.run("CREATE TABLE up AS SELECT * FROM orders ORDER BY id")
    shop.run("CREATE TABLE down AS SELECT * FROM orders ORDER BY id DESC")
    up, down = (pull(shop.source(name, None), None, NOW) for name in ("up", "down"))
    assert up.rows["id"].to_list() != down.rows["id"].to_list()
    assert up.content_hash == down.content_hash
    assert "without a primary key" in up.assumed["key"]


def test_an_empty_cell_and_an_empty_text_have_different_hashes(shop: Shop) -> None:
    before = pull(shop.source(), None, NOW).content_hash
    shop.run("UPDATE orders SET who = '' WHERE id = 2")
    assert pull(shop.source(), None, NOW).content_hash != before


def test_a_view_is_read_and_said_to_have_no_key(shop: Shop) -> None:
    shop.run("CREATE VIEW sold AS SELECT * FROM orders WHERE id < 3")
    pulled = pull(shop.source("sold"), None, NOW)
    assert len(pulled.rows) == 2
    assert pulled.assumed["key"].startswith("sold is a view")


def test_numbers_can_be_watermarks(shop: Shop) -> None:
    assert pull(shop.source(watermark="id"), None, NOW).mark == Mark(3)
    assert pull(shop.source(watermark="price"), None, NOW).mark == Mark(5.0)


def test_a_watermark_that_is_no_date_and_no_number_is_refused(shop: Shop) -> None:
    with pytest.raises(BadInput, match="'who' of .* holds no dates and no numbers"):
        pull(shop.source(watermark="who"), None, NOW)
    with pytest.raises(NotFound, match="Did you mean 'updated_at'"):
        pull(shop.source(watermark="updated"), None, NOW)


def test_bytes_are_refused_with_their_place(shop: Shop) -> None:
    shop.add((4, b"\xff\x00", 1.0, None))
    with pytest.raises(BadInput, match="Column 'who' holds bytes in row 4, not text"):
        pull(shop.source(), None, NOW)


def test_a_name_is_never_read_as_sql(shop: Shop) -> None:
    shop.run('CREATE TABLE "a""b; DROP TABLE orders" ("x y""" TEXT)')
    shop.run('INSERT INTO "a""b; DROP TABLE orders" VALUES (?)', "1")
    assert pull(shop.source('a"b; DROP TABLE orders', None), None, NOW).rows.rows() == [("1",)]
    assert len(pull(shop.source(), None, NOW).rows) == 3


def test_a_look_at_the_first_rows_says_so(shop: Shop) -> None:
    looked = pull(shop.source(), None, NOW, most_rows=2)
    assert looked.rows["id"].to_list() == ["1", "2"]
    assert looked.assumed["rows"] == "only the first 2 rows were looked at"
    assert "rows" not in pull(shop.source(), None, NOW, most_rows=4).assumed
