"""SQL tables as sources: found, opened for reading only, and every failure in plain words."""

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.errors import BadInput, Fixable, NotFound, NotPossible
from stores.sources import SqlSource, find_table, is_url, open_source


@pytest.fixture
def shop(tmp_path: Path) -> str:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT)")
        connection.execute("INSERT INTO orders VALUES (1, 'ann')")
        connection.execute("CREATE VIEW sold AS SELECT * FROM orders")
    connection.close()
    return f"sqlite:///{tmp_path / 'shop.db'}"


def test_a_source_never_shows_its_password() -> None:
    source = SqlSource("postgres://ann:s3cret@db.example:5433/shop?password=s3cret", "sales.orders")
    assert source.name == "postgresql://ann@db.example:5433/shop sales.orders"
    assert source.scope == "shop sales.orders"
    assert "s3cret" not in repr(source)
    assert source.with_password("oth€r/").place == source.place


def test_the_same_table_at_another_host_is_the_same_table() -> None:
    one = SqlSource("postgresql://ann@db1/shop", "orders")
    other = SqlSource("postgresql://bob:x@10.0.0.7:6432/shop", "orders")
    assert one.scope == other.scope != SqlSource("postgresql://ann@db1/other", "orders").scope


@pytest.mark.parametrize(
    ("text", "found"),
    [("orders.csv", False), ("C:/orders.csv", False), ("postgresql://h/d", True),
     ("sqlite:///x.db", True), ("https://example.com/orders.csv", True)],
)  # fmt: skip
def test_a_url_is_told_from_a_file(text: str, found: bool) -> None:
    assert is_url(text) is found


@pytest.mark.parametrize("url", ["https://example.com/a", "mysql://h/d", "sqlite://", "://", "a"])
def test_other_kinds_of_sources_are_refused(url: str) -> None:
    with pytest.raises(BadInput, match="Segue reads postgresql://.* and sqlite:///file.db"):
        _ = SqlSource(url, "orders").name


def test_a_table_and_a_view_are_told_apart(shop: str) -> None:
    found = {}
    for name in ("orders", "sold"):
        with open_source(SqlSource(shop, name)) as connection:
            found[name] = find_table(connection, SqlSource(shop, name))[1]
    assert found == {"orders": False, "sold": True}


def test_a_missing_table_names_the_nearest(shop: str) -> None:
    source = SqlSource(shop, "order")
    with (
        pytest.raises(NotFound, match="No table named 'order' in .*Did you mean 'orders'"),
        open_source(source) as connection,
    ):
        find_table(connection, source)


def test_nothing_can_be_written_through_the_connection(shop: str) -> None:
    with (
        pytest.raises(Fixable, match="readonly database"),
        open_source(SqlSource(shop, "orders")) as connection,
    ):
        connection.execute(sa.text("DELETE FROM orders"))
    with open_source(SqlSource(shop, "orders")) as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM orders")) == 1


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with (
        pytest.raises(NotFound, match="No file named 'shop.db'"),
        open_source(SqlSource(f"sqlite:///{tmp_path / 'shop.db'}", "orders")),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "orders.db").write_text("customer,date\n" * 200, encoding="utf-8")
    source = SqlSource(f"sqlite:///{tmp_path / 'orders.db'}", "orders")
    with (
        pytest.raises(NotPossible, match="is no SQLite database"),
        open_source(source) as connection,
    ):
        find_table(connection, source)


def test_a_port_where_nobody_listens_is_said_without_the_password() -> None:
    source = SqlSource("postgresql://ann:s3cret@127.0.0.1:1/shop", "orders")
    with (
        pytest.raises(NotPossible, match="ann@127.0.0.1:1/shop cannot be reached") as caught,
        open_source(source),
    ):
        pass
    assert "s3cret" not in f"{caught.value}{caught.value.__cause__}"
