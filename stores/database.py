"""The database behind a home: SQLite in its folder, or PostgreSQL by URL.

Everything that the two do differently is here. A server that is down, refuses us or goes away in
the middle becomes a sentence that names host, port and database, and never the password. A
connection that died in the pool is replaced before it is used; a transaction that is cut off is
not begun again by itself, because only its caller knows whether that is safe.
"""

import json
import math
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput, NotPossible, OutOfReach

_BUSY_SECONDS = 30
_CONNECT_SECONDS = 10
_LEAST_SERVER = 14
_SCHEMES = ("postgresql", "postgres")
# What a server says of its own state rather than of our statement (SQLSTATE, first letters).
_SERVER_STATES = ("08", "28", "3D", "53", "57P", "25006", "42501")
APPLICATION = "segue"  # by this name a database knows our connections


def sqlite_url(file: Any) -> sa.URL:
    return sa.URL.create("sqlite", database=str(file))


def postgres_url(text: str) -> sa.URL:
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        url = None
    if url is None or url.drivername.partition("+")[0] not in _SCHEMES or not url.database:
        # The text may hold a password, so it is not repeated.
        raise BadInput(
            "The address of the database cannot be read.",
            "Write it as postgresql://USER:PASSWORD@HOST:5432/DATABASE (SEGUE_DATABASE_URL).",
        )
    return url.set(drivername="postgresql+psycopg")


def place_of(url: sa.URL) -> str:
    """Where a database is, in words; without user and password."""
    if url.get_backend_name() == "sqlite":
        return f"the file {url.database}"
    host = url.host or url.query.get("host") or "this machine"
    return f"the database '{url.database}' on {host}:{url.port or 5432}"


def open_engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() == "sqlite":
        engine = sa.create_engine(url, json_serializer=json_text, hide_parameters=True)
        _prepare_sqlite(engine)
    else:
        engine = sa.create_engine(
            url,
            json_serializer=json_text,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": _CONNECT_SECONDS,
                "application_name": APPLICATION,
            },
        )
        _prepare_postgres(engine)
    sa.event.listen(engine, "handle_error", _speaker(place_of(url)))
    return engine


def json_text(value: Any) -> str:
    """JSON knows no NaN and no infinity, and PostgreSQL refuses them; they are kept as null."""
    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value), allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return value


def _prepare_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we say when a transaction begins
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        begin = connection.get_execution_options().get("segue_begin", "BEGIN")
        connection.exec_driver_sql(begin)


def _prepare_postgres(engine: sa.Engine) -> None:
    place = place_of(engine.url)

    @sa.event.listens_for(engine, "connect")
    def check(connection: Any, _: Any) -> None:
        encoding = connection.info.parameter_status("server_encoding")
        check_server(connection.info.server_version, encoding, place)


def check_server(version: int, encoding: str | None, place: str) -> None:
    """`version` as the server counts: 150018 is 15.18."""
    if version // 10_000 < _LEAST_SERVER:
        raise NotPossible(
            f"The server of {place} is PostgreSQL {version // 10_000}.",
            f"Segue needs PostgreSQL {_LEAST_SERVER} or newer.",
        )
    if encoding != "UTF8":
        raise NotPossible(
            f"The texts of {place} are kept as {encoding}.",
            "Make a database for Segue with ENCODING 'UTF8' TEMPLATE template0.",
        )


def _speaker(place: str) -> Callable[[sa.engine.ExceptionContext], None]:
    def speak(context: sa.engine.ExceptionContext) -> None:
        if context.is_pre_ping:
            return  # the pool opens another connection
        error = context.original_exception
        if context.dialect.name == "sqlite":
            if "database is locked" in str(error):
                raise NotPossible(
                    f"Another process of Segue has been writing to {place} for over "
                    f"{_BUSY_SECONDS} seconds.",
                    "Wait until it is done, then try again.",
                ) from error
        elif _is_of_server(error):
            reason = _reason(str(error))
            raise OutOfReach(f"{_capital(place)} cannot be used: {reason}.", _advice(reason))

    return speak


def _is_of_server(error: BaseException) -> bool:
    import psycopg

    if not isinstance(error, psycopg.Error):
        return False
    if error.sqlstate is None:  # it never came to a statement, or its connection broke
        return isinstance(error, psycopg.OperationalError | psycopg.ProgrammingError)
    return error.sqlstate.startswith(_SERVER_STATES)


def _reason(text: str) -> str:
    """The last that was said about it, in one line."""
    first = text.strip().splitlines()[0]
    return first.rpartition("failed: ")[2].removeprefix("FATAL:").strip().rstrip(".")


def _advice(reason: str) -> str:
    if reason.startswith("database") and "exist" in reason:
        return "Make the database first (createdb), or name another in SEGUE_DATABASE_URL."
    if reason.startswith("permission denied"):
        return "Make that user the owner of the database, or let it make tables there."
    if "password" in reason or "role" in reason or "authentication" in reason:
        return "Look at the user and the password in SEGUE_DATABASE_URL."
    return "See that the server runs and can be reached from here, then try again."


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
