"""Servers are really asked, and what is wrong with one is said without its password."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from api.doctor import examine
from api.findings import Finding
from api.servers import check_chroma, check_database, check_kafka, check_service, place_of
from api.settings import Settings, read_settings
from evals.peers.kafka.process import find_free_port
from stores.home import REVISIONS, Home, Places

SECONDS = 5.0


def settings(**environment: str) -> Settings:
    return read_settings({}, {"SEGUE_HOME": "unused"} | environment)


@contextmanager
def answering(answers: dict[str, object]) -> Iterator[str]:
    """A server that gives these JSON answers, by path."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(answers.get(self.path)).encode()
            self.send_response(200 if self.path in answers else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_only_configured_servers_are_asked() -> None:
    alone = settings()
    looks = (check_database, check_chroma, check_kafka)
    assert [look(alone, SECONDS) for look in looks] == [None, None, None]


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    nowhere = f"127.0.0.1:{find_free_port()}"
    found = [
        check_database(settings(SEGUE_DATABASE_URL=f"postgresql://me:hush@{nowhere}/shop"), 2),
        check_chroma(settings(SEGUE_CHROMA_URL=f"http://me:hush@{nowhere}"), SECONDS),
        check_kafka(settings(SEGUE_KAFKA=nowhere), 0.3),
        check_service(f"http://me:hush@{nowhere}", SECONDS),
    ]
    for finding in found:
        assert finding is not None and not finding.ok and finding.hint
        assert nowhere in finding.found
        assert "hush" not in str(finding)


@pytest.mark.parametrize("url", ["mysql://me:hush@db/shop", "postgresql://me:hush@db:port/shop"])
def test_an_address_that_cannot_be_used_is_told_without_the_password(url: str) -> None:
    finding = check_database(settings(SEGUE_DATABASE_URL=url), 1)
    assert finding is not None and not finding.ok
    assert "hush" not in str(finding)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:hush@db:5432/shop", "db:5432/shop"),
        ("http://chroma:8000/", "chroma:8000"),
        ("http://[::1", "an address that cannot be read"),
    ],
)
def test_what_is_shown_of_an_address(url: str, shown: str) -> None:
    assert place_of(url) == shown


def test_a_service_is_known_by_its_health() -> None:
    with answering({"/health": {"ok": True, "version": "7"}}) as url:
        assert check_service(url, SECONDS).found.startswith("Segue 7 at 127.0.0.1")
        assert check_service(url + "/elsewhere", SECONDS).found.endswith("answered 404")
    with answering({"/health": {"status": "up"}}) as url:
        assert not check_service(url, SECONDS).ok
    assert not check_service("file:///etc/hostname", SECONDS).ok


def test_a_chroma_server_is_known_by_its_heartbeat() -> None:
    paths = {"/api/v2/heartbeat": {"nanosecond heartbeat": 1}, "/api/v2/version": "1.5.9"}
    with answering(paths) as url:
        found = check_chroma(settings(SEGUE_CHROMA_URL=url), SECONDS)
        assert found is not None and found.ok and found.found.startswith("1.5.9 at ")
    with answering(paths | {"/api/v2/heartbeat": {"hello": 1}}) as url:
        other = check_chroma(settings(SEGUE_CHROMA_URL=url), SECONDS)
        assert other is not None and "no Chroma" in other.found


@pytest.mark.full
def test_postgres_is_examined(tmp_path: Path) -> None:
    import psycopg

    from evals.peers.postgres import PostgresServer

    def look(url: str) -> Finding:
        found = check_database(settings(SEGUE_DATABASE_URL=url), SECONDS)
        assert found is not None
        return found

    with PostgresServer() as server:
        assert look(server.url).ok and "no schema yet" in look(server.url).found
        Home.open(tmp_path, Places(database=server.url)).close()
        assert f"schema {REVISIONS[-1]}" in look(server.url).found
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE USER guest")
            assert "GRANT CREATE" in look(server.url.replace("postgres@", "guest@")).hint
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        assert "newer Segue" in look(server.url).hint
        assert "no such database" in look(server.url + "s").found


@pytest.mark.full
def test_a_broker_is_asked_for_the_topic() -> None:
    from evals.peers.kafka.broker import open_broker

    with open_broker("mesh") as broker:
        asked = settings(SEGUE_KAFKA=broker.bootstrap, SEGUE_KAFKA_TOPIC="shop")
        missing = check_kafka(asked, SECONDS)
        assert missing is not None and "no topic 'shop'" in missing.found
        broker.create_topic("shop", 2)
        found = check_kafka(asked, SECONDS)
        assert found is not None and (found.ok, "2 partitions" in found.found) == (True, True)


def test_a_home_whose_database_is_out_is_not_opened(tmp_path: Path) -> None:
    url = f"postgresql://127.0.0.1:{find_free_port()}/shop"
    asked = read_settings({}, {"SEGUE_HOME": str(tmp_path / "home"), "SEGUE_DATABASE_URL": url})
    found = {finding.name: finding for finding in examine(asked, seconds=2)}
    assert (found["PostgreSQL"].ok, found["home"].hint) == (False, "See PostgreSQL.")
    assert not (tmp_path / "home").exists()
