"""Pulling from a real PostgreSQL: its types, its rights, its failures, and late commits."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from services import wait_for

import stores.pulling
from engine.errors import BadInput, Fixable, NotFound, NotPossible
from evals.peers.postgres import PostgresServer
from stores.datasets import DatasetStore
from stores.home import Home
from stores.pulling import pull
from stores.sources import SqlSource, open_source
from tools.datasets import LoadRequest, dataset_summary, load_file

pytestmark = pytest.mark.full
NOW = datetime(2025, 2, 1, tzinfo=UTC)
ORDERS = """
    CREATE TABLE orders (id int PRIMARY KEY, customer_id text, occurred_at timestamptz,
    product_id text, quantity int, unit_price numeric(10, 2), updated_at timestamptz)
"""
MANY = """
    INSERT INTO orders SELECT n, 'c' || n % 9000, timestamptz '2024-01-01Z' + n * interval '1 min',
    'p' || n % 100, 1 + n % 5, 1 + n % 7, timestamptz '2024-01-01Z' + n * interval '1 min'
    FROM generate_series(1, 200000) n
"""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as running:
        yield running


Run = Callable[..., None]


@pytest.fixture
def url(server: PostgresServer, request: pytest.FixtureRequest) -> str:
    return server.new_database(f"t{abs(hash(request.node.name)) % 10**9}")


@pytest.fixture
def run(url: str) -> Run:
    def execute(*statements: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    return execute


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home.open(tmp_path / "home")
    yield opened
    opened.close()


def order(number: int, updated_at: str, price: str = "5.00") -> str:
    return (
        f"INSERT INTO orders VALUES ({number}, 'ann', '2025-01-03 10:00:00+00', 'tea', 2, "  # noqa: S608
        f"{price}, '{updated_at}')"
    )


def test_every_type_is_the_text_a_csv_would_hold(url: str, run: Run) -> None:
    run(
        "CREATE TYPE mood AS ENUM ('glad', 'sad')",
        """CREATE TABLE kinds (exact numeric(12, 4), zoned timestamptz, plain timestamp, day date,
           words text, flag boolean, id uuid, feeling mood, body json, small float8, cash money,
           whole bigint, nothing text)""",
        """INSERT INTO kinds VALUES (1234567.5, '2025-07-03 10:00:00+02', '2025-07-03 10:00:00.25',
           '2025-07-03', E'two\nlines, "quoted"', true, '0191D5C2-0000-7000-8000-000000000000',
           'sad', '{"a":  1}', 1e-7, 1234.5, 9007199254740993, NULL)""",
    )
    pulled = pull(SqlSource(url, "kinds"), None, NOW)
    assert pulled.rows.row(0, named=True) == {
        "exact": "1234567.5000",
        "zoned": "2025-07-03 08:00:00Z",
        "plain": "2025-07-03 10:00:00.25",
        "day": "2025-07-03",
        "words": 'two\nlines, "quoted"',
        "flag": "true",
        "id": "0191d5c2-0000-7000-8000-000000000000",
        "feeling": "sad",
        "body": '{"a":  1}',
        "small": "0.0000001",
        "cash": "1234.50",
        "whole": "9007199254740993",
        "nothing": None,
    }


@pytest.mark.parametrize(
    ("kind", "what"), [("bytea", "bytes"), ("text[]", "several values in one cell")]
)
def test_what_no_cell_can_hold_is_refused(url: str, run: Run, kind: str, what: str) -> None:
    run(f"CREATE TABLE t (id int, odd {kind})")
    with pytest.raises(BadInput, match=f"Column 'odd' of .* holds {what}"):
        pull(SqlSource(url, "t"), None, NOW)


def test_schemas_views_and_odd_names_are_found(url: str, run: Run) -> None:
    run(
        "CREATE SCHEMA sales", 'CREATE TABLE sales."Order ""Lines" (id int PRIMARY KEY)',
        'INSERT INTO sales."Order ""Lines" VALUES (7)',
        'CREATE MATERIALIZED VIEW kept AS SELECT * FROM sales."Order ""Lines"',
    )  # fmt: skip
    assert pull(SqlSource(url, 'sales.Order "Lines'), None, NOW).rows.rows() == [("7",)]
    assert "is a view" in pull(SqlSource(url, "kept"), None, NOW).assumed["key"]
    with pytest.raises(NotFound, match="No schema named 'sale' in .*Did you mean 'sales'"):
        pull(SqlSource(url, "sale.orders"), None, NOW)
    with pytest.raises(NotFound, match="""Did you mean 'Order "Lines'"""):
        pull(SqlSource(url, "sales.orderlines"), None, NOW)


@pytest.mark.parametrize("kind", ["uuid", "json", "boolean", "text", "interval"])
def test_a_watermark_has_to_be_a_date_or_a_number(url: str, run: Run, kind: str) -> None:
    run(f"CREATE TABLE t (id int, mark {kind})")
    if kind == "text":
        run("INSERT INTO t VALUES (1, 'lately')")
    with pytest.raises(BadInput, match="'mark' of .* holds no dates and no numbers"):
        pull(SqlSource(url, "t", "mark"), None, NOW)


def test_a_load_again_takes_only_what_is_new(url: str, run: Run, home: Home) -> None:
    request = LoadRequest(table=SqlSource(url, "orders", "updated_at"), currency="GBP")
    run(ORDERS, order(1, "2025-01-03 10:00Z"), order(2, "2025-01-03 12:00Z"))
    first = load_file(home, request, NOW)
    assert (first["kept"], first["version"]) == (2, 0)
    assert load_file(home, request, NOW) == first | {"already_loaded": True}
    run(
        order(3, "2025-01-03 12:00Z"),  # a tie
        order(4, "2025-01-03 11:30Z"),  # committed late
        order(5, "2025-01-03 13:00Z"),
        "UPDATE orders SET unit_price = 9, updated_at = '2025-01-03 13:00Z' WHERE id = 1",
    )
    second = load_file(home, request, NOW)
    assert second["kept"] == 3
    assert second["dropped_reasons"] == {"already in the dataset": 1, "changed in the source": 1}
    assert load_file(home, request, NOW)["already_loaded"]
    assert dataset_summary(home, DatasetStore(home).get())["revenue"]["minor"] == 5000


def test_a_pull_sees_one_moment_and_the_row_of_an_open_transaction_comes_next(
    url: str, run: Run, home: Home
) -> None:
    request = LoadRequest(table=SqlSource(url, "orders", "updated_at"), currency="GBP")
    run(ORDERS, order(1, "2025-01-03 10:00Z"))
    with psycopg.connect(url) as late:
        late.execute(order(2, "2025-01-03 10:10Z").encode())
        run(order(3, "2025-01-03 10:20Z"))
        assert load_file(home, request, NOW)["kept"] == 2
        late.commit()
    second = load_file(home, request, NOW)
    assert (second["kept"], second["dropped_reasons"]) == (1, {"already in the dataset": 2})


def test_nothing_can_be_written_even_by_the_owner(url: str, run: Run) -> None:
    run(ORDERS, order(1, "2025-01-03 10:00Z"))
    for statement in ("DELETE FROM orders", "DROP TABLE orders", "CREATE TABLE t (id int)"):
        with (
            pytest.raises(Fixable, match="in a read-only transaction"),
            open_source(SqlSource(url, "orders")) as connection,
        ):
            connection.execute(sa.text(statement))
    assert len(pull(SqlSource(url, "orders"), None, NOW).rows) == 1


def test_a_role_that_may_only_read_is_enough_and_one_that_may_not_is_told(
    url: str, run: Run
) -> None:
    run(ORDERS, "CREATE ROLE reader LOGIN", "GRANT SELECT ON orders TO reader",
        "CREATE ROLE stranger LOGIN")  # fmt: skip
    assert pull(SqlSource(url.replace("postgres@", "reader@"), "orders"), None, NOW).mark is None
    stranger = SqlSource(url.replace("postgres@", "stranger@"), "orders")
    with pytest.raises(NotPossible, match="'stranger' may not read orders .*GRANT SELECT"):
        pull(stranger, None, NOW)


def test_a_wrong_password_is_told_without_it(url: str, run: Run) -> None:
    run(
        "CREATE ROLE locked LOGIN PASSWORD 'right'",
        """DO $$ BEGIN EXECUTE format('COPY (VALUES (%L), (%L)) TO %L',
           'host all locked 127.0.0.1/32 scram-sha-256', 'host all all 127.0.0.1/32 trust',
           current_setting('hba_file')); END $$""",
        "SELECT pg_reload_conf()",
        ORDERS,
        "GRANT SELECT ON orders TO locked",
    )
    locked = SqlSource(url.replace("postgres@", "locked:wr0ng@"), "orders")
    with pytest.raises(NotPossible, match="does not let the user 'locked' in") as caught:
        pull(locked, None, NOW)
    assert "wr0ng" not in str(caught.value)
    assert len(pull(locked.with_password("right"), None, NOW).rows) == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("postgres@", "nobody@", "There is no user 'nobody'"),
     ("/t", "/nothing", "There is no database 'nothing")],
)  # fmt: skip
def test_a_wrong_name_in_the_url_is_told(url: str, old: str, new: str, said: str) -> None:
    with pytest.raises(NotPossible, match=said):
        pull(SqlSource(url.replace(old, new), "orders"), None, NOW)


def test_many_rows_come_in_pieces_and_a_connection_that_breaks_leaves_nothing(
    url: str, run: Run, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(ORDERS, MANY)
    source = SqlSource(url, "orders", "updated_at")
    pieces = 0
    text_columns = stores.pulling.text_columns

    def counted(names: list[str], rows: list[object], before: int) -> object:
        nonlocal pieces
        pieces += 1
        assert len(rows) <= stores.pulling.PIECE
        if pieces == 6:
            run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
        return text_columns(names, rows, before)

    monkeypatch.setattr(stores.pulling, "text_columns", counted)
    with pytest.raises(NotPossible, match="broke while orders was being read.*Nothing was taken"):
        load_file(home, LoadRequest(table=source), NOW)
    assert DatasetStore(home).all() == []
    found = load_file(home, LoadRequest(table=source), NOW)
    assert (found["rows_in"], found["kept"]) == (200_000, 200_000)


def test_a_load_that_is_killed_in_mid_pull_is_simply_done_again(
    url: str, run: Run, tmp_path: Path
) -> None:
    run(ORDERS, MANY)
    home = tmp_path / "home"
    code = "from api.cli import main; main()"
    command = [sys.executable, "-c", code, "load", url, "--table", "orders", "--home", str(home)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def is_pulling() -> bool | None:
        with psycopg.connect(url) as connection:
            found = connection.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
                "AND query LIKE 'FETCH%'"
            )
            return found.fetchone() is not None or None

    wait_for(is_pulling, "the pull to begin")
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    opened = Home.open(home)
    assert DatasetStore(opened).all() == []
    opened.close()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "200,000 rows in = 200,000 kept" in done.stdout, done.stderr


def test_a_table_that_another_program_locks_is_told(url: str, run: Run) -> None:
    run(ORDERS)
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(NotPossible, match="orders at .* is locked by another program"):
            pull(SqlSource(url, "orders"), None, NOW)
