"""SQL tables as sources: where one is, and a connection to it that can only read.

A connection is one transaction that sees the source as of one moment. PostgreSQL is told to keep
it read-only, SQLite opens the file so. A password is never part of what is shown, kept or logged.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput, Fixable, NotFound, NotPossible

CONNECT_SECONDS = 5
_KEEPALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}  # seconds
_SESSION = (
    "SET LOCAL TIME ZONE 'UTC'",
    "SET LOCAL DateStyle = 'ISO'",
    "SET LOCAL lock_timeout = '10s'",
)
_KINDS = "Segue reads postgresql://user@host/database and sqlite:///file.db."


@dataclass(frozen=True)
class SqlSource:
    """One table. `watermark` is a column that grows whenever a row is added or changed."""

    url: str = field(repr=False)  # it may hold a password
    table: str
    watermark: str | None = None

    def with_password(self, password: str) -> "SqlSource":
        url = _parsed(self.url).set(password=password)
        return replace(self, url=url.render_as_string(hide_password=False))

    @property
    def place(self) -> str:
        """The URL without password and options."""
        return _place(_parsed(self.url))

    @property
    def name(self) -> str:
        return f"{self.place} {self.table}"

    @property
    def scope(self) -> str:
        """Of which table a key identifies a row. Host and user may change: it is the same table."""
        url = _parsed(self.url)
        database = url.database or url.username or ""
        return f"{Path(database).name if _is_sqlite(url) else database} {self.table}"


def is_url(text: str) -> bool:
    return "://" in text or text.startswith("sqlite:")


@contextmanager
def open_source(source: SqlSource) -> Iterator[sa.Connection]:
    url = _parsed(source.url)
    engine = _sqlite_engine(url) if _is_sqlite(url) else _postgresql_engine(url)
    connected = False
    try:
        with engine.connect() as connection, connection.begin():
            connected = True
            if not _is_sqlite(url):
                for setting in _SESSION:
                    connection.execute(sa.text(setting))
            yield connection
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        # Without its cause: a driver's message may repeat the whole URL.
        raise _explained(url, source.table, error, connected) from None
    finally:
        engine.dispose()


def find_table(connection: sa.Connection, source: SqlSource) -> tuple[sa.Table, bool]:
    """The table as the database describes it, and whether it is a view."""
    inspector = sa.inspect(connection)
    schema, name = None, source.table
    if name not in _names(inspector, None) and "." in name:
        schema, _, name = name.rpartition(".")
        if schema not in inspector.get_schema_names():
            raise NotFound.named("schema", schema, inspector.get_schema_names(), source.place)
    known = _names(inspector, schema)
    if name not in known:
        where = f"{source.place}, schema {schema}" if schema else source.place
        raise NotFound.named("table", name, known, where)
    table = sa.Table(name, sa.MetaData(), schema=schema, autoload_with=connection,
                     resolve_fks=False)  # fmt: skip
    if connection.dialect.name == "sqlite":
        for column in table.columns:  # SQLite keeps what it was given, whatever the type says
            column.type = sa.types.NullType()
    return table, name not in inspector.get_table_names(schema)


def find_column(table: sa.Table, name: str) -> sa.Column[Any]:
    if name not in table.columns:
        raise NotFound.named("column", name, table.columns.keys(), f"the table {table.name}")
    return table.columns[name]


def _names(inspector: sa.Inspector, schema: str | None) -> list[str]:
    names = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
    if inspector.dialect.name == "postgresql":
        names += inspector.get_materialized_view_names(schema)
    return names


# ---- where it is -------------------------------------------------------------------------------


def _parsed(text: str) -> sa.URL:
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        raise BadInput("The source is no URL that can be read.", _KINDS) from None
    kind = url.drivername.partition("+")[0]
    if kind in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and url.database:
        return url.set(drivername="sqlite")
    raise BadInput(f"A source of the kind '{kind}' cannot be read.", _KINDS)


def _is_sqlite(url: sa.URL) -> bool:
    return url.drivername == "sqlite"


def _place(url: sa.URL) -> str:
    kind = url.drivername.partition("+")[0]
    shown = sa.URL.create(
        kind, username=url.username, host=url.host, port=url.port, database=url.database
    )
    return shown.render_as_string()


def _postgresql_engine(url: sa.URL) -> sa.Engine:
    return sa.create_engine(
        url,
        poolclass=sa.NullPool,
        isolation_level="REPEATABLE READ",
        connect_args={"connect_timeout": CONNECT_SECONDS} | _KEEPALIVE,
        execution_options={"postgresql_readonly": True},
    )


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    file = Path(url.database or "").absolute()
    if not file.is_file():
        beside = [found.name for found in file.parent.glob("*.*")] if file.parent.is_dir() else []
        raise NotFound.named("file", file.name, beside, str(file.parent))

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, isolation_level=None)

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.NullPool)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN")  # one snapshot for all that is read

    return engine


# ---- what goes wrong, in plain words -----------------------------------------------------------

# What the driver says -> what it means and what to do; the first that fits.
_FAILURES: tuple[tuple[tuple[str, ...], Callable[[sa.URL], tuple[str, str]]], ...] = (
    (("password", "authentication failed", "no pg_hba.conf entry"), lambda url: (
        f"{_place(url)} does not let the user '{url.username}' in with this password.",
        "Give it in PGPASSWORD, or in the URL that segue.toml declares.")),
    (("role",), lambda url: (
        f"There is no user '{url.username}' at {_place(url)}.",
        "Name the user in the URL: postgresql://user@host/database.")),
    (("does not exist",), lambda url: (
        f"There is no database '{url.database}' at {url.host}.",
        "Look at the last part of the URL.")),
    (("refused", "timeout", "timed out", "resolve", "translate", "unreachable", "no route"),
     lambda url: (
        f"{_place(url)} cannot be reached within {CONNECT_SECONDS} seconds.",
        "Is the host's name right, is the server running, does a firewall stand between?")),
    (("not a database", "malformed"), lambda url: (
        f"{_place(url)} is no SQLite database.", "Name a SQLite file.")),
    (("locked", "busy"), lambda url: (
        f"{_place(url)} is being written to.", "Try again when the other program is done.")),
)  # fmt: skip


def _explained(
    url: sa.URL, table: str, error: sa.exc.DBAPIError | sqlite3.Error, connected: bool
) -> Fixable:
    cause: object = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    said = str(cause)
    state = getattr(cause, "sqlstate", None)
    if state == "55P03":  # lock not available
        return NotPossible(
            f"{table} at {_place(url)} is locked by another program.",
            "Try again when that program is done.",
        )
    if state == "42501":  # insufficient privilege
        return NotPossible(
            f"The user '{url.username}' may not read {table} at {_place(url)}.",
            "Let its owner give the right to read it: GRANT SELECT.",
        )
    if not connected or _is_sqlite(url):
        for signs, words in _FAILURES:
            if any(sign in said.casefold() for sign in signs):
                return NotPossible(*words(url))
    reason = (said.strip().splitlines() or [type(cause).__name__])[0]
    if url.password:
        reason = reason.replace(str(url.password), "***")
    if isinstance(error, sa.exc.DBAPIError) and isinstance(
        error, sa.exc.OperationalError | sa.exc.InterfaceError
    ):
        return NotPossible(
            f"The connection to {_place(url)} broke while {table} was being read ({reason}). "
            "Nothing was taken.",
            "Run the same again.",
        )
    return BadInput(f"{table} at {_place(url)} cannot be read: {reason}.", "Nothing was taken.")
