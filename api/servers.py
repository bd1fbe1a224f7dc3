"""A real look at each server that the settings name: does it answer, and as what it has to be."""

import json
from datetime import UTC, datetime
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from api.findings import Check, Finding
from api.settings import Settings
from engine.errors import Fixable
from stores.home import REVISIONS

if TYPE_CHECKING:
    import psycopg

_OLDEST_POSTGRES = 14
_MOST_SECONDS_APART = 30.0  # leases and schedules go by the clock of whoever looks


def place_of(url: str) -> str:
    """Host, port and path of a URL: what may be shown of one that holds a password."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an address that cannot be read"
    return f"{parts.hostname or '(no host)'}{port}{parts.path.rstrip('/')}"


# ---- PostgreSQL -------------------------------------------------------------------------------


def check_database(settings: Settings, seconds: float) -> Finding | None:
    url = settings.places.database
    if url is None:
        return None
    import psycopg

    scheme, _, rest = url.partition("://")
    if scheme.partition("+")[0] not in ("postgresql", "postgres"):
        return Finding(
            "PostgreSQL", False, "the database URL is of another kind",
            "SEGUE_DATABASE_URL starts with postgresql://.",
        )  # fmt: skip
    try:
        with psycopg.connect(
            f"postgresql://{rest}", connect_timeout=max(2, round(seconds)), autocommit=True,
            options=f"-c statement_timeout={round(seconds * 1000)}",
        ) as connection:  # fmt: skip
            return _judged(connection, place_of(url))
    except psycopg.Error as error:
        return Finding("PostgreSQL", False, *_why_not(str(error), place_of(url)))


def _judged(connection: "psycopg.Connection[Any]", place: str) -> Finding:
    asked = datetime.now(UTC)
    (row,) = connection.execute(
        "SELECT clock_timestamp(), current_user, current_schema(), "
        "coalesce(has_schema_privilege(current_schema(), 'CREATE'), false), "
        "coalesce(has_table_privilege(to_regclass('alembic_version'), 'SELECT'), false)"
    ).fetchall()
    now, user, schema, may_create, may_read = row
    # The server's clock was read between our two readings.
    apart = max((asked - now).total_seconds(), (now - datetime.now(UTC)).total_seconds(), 0.0)
    revision = None
    if may_read:
        stored = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        revision = stored[0] if stored else None
    version = connection.info.server_version
    shown = f"{version // 10_000}.{version % 10_000}"
    hint = ""
    if version < _OLDEST_POSTGRES * 10_000:
        hint = f"Segue needs PostgreSQL {_OLDEST_POSTGRES} or newer."
    elif revision is not None and revision not in REVISIONS:
        hint = "A newer Segue made this schema: install that Segue again."
    elif not may_create:
        hint = f"Let it make tables: GRANT CREATE ON SCHEMA {schema or 'public'} TO {user};"
    elif apart > _MOST_SECONDS_APART:
        hint = "Set both clocks by NTP: digests and leases go by them."
    state = f"schema {revision}" if revision else "no schema yet, the first start makes it"
    found = f"{shown} at {place} as {user}; {state}; clocks {apart:.1f} s apart"
    return Finding("PostgreSQL", not hint, found, hint)


def _why_not(said: str, place: str) -> tuple[str, str]:
    """In plain words; what the driver said is not repeated, for it may hold the whole URL."""
    if "authentication failed" in said or "no password supplied" in said:
        return f"{place} refuses the user or the password", "Check SEGUE_DATABASE_URL."
    if "does not exist" in said:
        return (
            f"{place} answers, but has no such database or user",
            "Make it: CREATE DATABASE ... OWNER ...;",
        )
    if "too many clients" in said or "remaining connection slots" in said:
        return f"{place} has no connection left", "Raise max_connections, or stop what holds them."
    if "statement timeout" in said:
        return f"{place} is too busy to answer a question", "Look at what keeps it busy."
    return (
        f"nothing answers as PostgreSQL at {place}",
        "Check that it runs, SEGUE_DATABASE_URL, and what lies between.",
    )


# ---- Chroma -----------------------------------------------------------------------------------


def check_chroma(settings: Settings, seconds: float) -> Finding | None:
    url = settings.places.chroma
    if url is None:
        return None
    place = place_of(url)
    hint = (
        "Check that it runs (chroma run), SEGUE_CHROMA_URL and, where it asks for one, "
        "SEGUE_CHROMA_TOKEN. Notes stay in the database."
    )
    try:
        token = settings.places.chroma_token
        beat = fetch_json(f"{url.rstrip('/')}/api/v2/heartbeat", seconds, token)
        version = fetch_json(f"{url.rstrip('/')}/api/v2/version", seconds, token)
    except NoAnswer as error:
        return Finding("Chroma", False, f"{place} {error}", hint)
    if not isinstance(beat, dict) or "nanosecond heartbeat" not in beat:
        return Finding("Chroma", False, f"what answers at {place} is no Chroma server", hint)
    return Finding("Chroma", True, f"{version} at {place}")


# ---- the object store -------------------------------------------------------------------------


def check_objects(settings: Settings, seconds: float) -> Finding | None:
    """Writes, reads and deletes one small file."""
    if settings.places.files is None:
        return None
    from stores.files import check_files

    try:
        return Finding("object store", True, check_files(settings.home, settings.places.files))
    except Fixable as error:
        return Finding("object store", False, error.message, error.hint)


# ---- Kafka ------------------------------------------------------------------------------------


def check_kafka(settings: Settings, seconds: float) -> Finding | None:
    if settings.kafka is None:
        return None
    from confluent_kafka import KafkaException

    from api.stream import Source, open_consumer

    consumer = open_consumer(Source(settings.kafka, settings.kafka_topic), quiet=True)
    try:
        cluster = consumer.list_topics(timeout=seconds)
    except KafkaException:
        return Finding(
            "Kafka", False, f"no broker answers at {settings.kafka}",
            "Check that it runs, and SEGUE_KAFKA; the broker's advertised address counts too.",
        )  # fmt: skip
    finally:
        consumer.close()
    size = len(cluster.brokers)
    brokers = f"{size} broker{'' if size == 1 else 's'} at {settings.kafka}"
    topic = cluster.topics.get(settings.kafka_topic)
    if topic is None or not topic.partitions:
        return Finding(
            "Kafka", False, f"{brokers}, but no topic '{settings.kafka_topic}'",
            "Create it, or name another with SEGUE_KAFKA_TOPIC.",
        )  # fmt: skip
    found = f"{brokers}; topic {settings.kafka_topic} with {len(topic.partitions)} partitions"
    return Finding("Kafka", True, found)


CHECKS = (
    Check("PostgreSQL", check_database),
    Check("Chroma", check_chroma),
    Check("object store", check_objects),
    Check("Kafka", check_kafka),
)


# ---- the service itself -----------------------------------------------------------------------


def check_service(url: str, seconds: float) -> Finding:
    """Whether a running `segue serve` answers: what a container's health check asks."""
    place = place_of(url)
    hint = "Start it with segue serve, or give its address."
    try:
        found = fetch_json(f"{url.rstrip('/')}/health", seconds)
    except NoAnswer as error:
        return Finding("service", False, f"{place} {error}", hint)
    if not isinstance(found, dict) or found.get("ok") is not True:
        return Finding("service", False, f"what answers at {place} is no Segue", hint)
    return Finding("service", True, f"Segue {found.get('version')} at {place}")


class NoAnswer(Exception):
    """A sentence that goes on after the place."""


def fetch_json(url: str, seconds: float, token: str | None = None) -> Any:
    if urlsplit(url).scheme not in ("http", "https"):
        raise NoAnswer("is no http address")
    try:
        # Our own servers are not behind a proxy that the environment may name.
        asked = Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})  # noqa: S310  (http, as checked)
        with build_opener(ProxyHandler({})).open(asked, timeout=seconds) as answer:
            return json.loads(answer.read(100_000))
    except HTTPError as error:
        raise NoAnswer(f"answered {error.code}") from None
    except (OSError, HTTPException) as error:
        raise NoAnswer(f"does not answer ({type(error).__name__})") from None
    except ValueError:
        raise NoAnswer("answered something else") from None
