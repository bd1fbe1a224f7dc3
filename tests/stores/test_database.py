"""A PostgreSQL that is down, refuses or goes away: sentences that say where, never the password."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import NOW
from services import Service, final, wait_for

from api.settings import read_settings
from engine.errors import BadInput, NotPossible, OutOfReach
from evals.peers.kafka.process import find_free_port
from evals.peers.postgres import PostgresServer
from stores.database import check_server, json_text, place_of, postgres_url
from stores.home import Home, Places
from stores.people import PeopleStore

PASSWORD = "open-sesame"  # noqa: S105  (made up)


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def refusal(folder: Path, url: str) -> NotPossible:
    with pytest.raises(NotPossible) as found:
        Home.open(folder, Places(url))
    assert PASSWORD not in f"{found.value}{found.value!r}{found.value.__cause__}"
    return found.value


# ---- without a server --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["postgresql://u:p@h:5432/segue", "postgres://u:p@h/segue", "postgresql+psycopg://h/segue"]
)  # fmt: skip
def test_every_usual_form_of_the_address_is_understood(text: str) -> None:
    url = postgres_url(text)
    assert url.drivername == "postgresql+psycopg"
    assert place_of(url) == "the database 'segue' on h:5432"


@pytest.mark.parametrize(
    "text", [f"mysql://u:{PASSWORD}@h/segue", f"postgresql://u:{PASSWORD}@h", PASSWORD, "",
             f"postgresql://u:{PASSWORD}@h:port/segue"],
)  # fmt: skip
def test_an_address_that_cannot_be_read_is_not_repeated(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput, match="cannot be read") as found:
        Home.open(tmp_path, Places(text))
    assert PASSWORD not in str(found.value)


def test_a_server_that_is_down_is_told_with_its_place(tmp_path: Path) -> None:
    port = find_free_port()
    said = refusal(tmp_path, f"postgresql://ada:{PASSWORD}@127.0.0.1:{port}/segue")
    assert said.message == (
        f"The database 'segue' on 127.0.0.1:{port} cannot be used: Connection refused."
    )
    assert "See that the server runs" in said.hint


def test_the_command_line_says_it_and_ends_with_2(tmp_path: Path) -> None:
    url = f"postgresql://ada:{PASSWORD}@127.0.0.1:{find_free_port()}/segue"
    environment = os.environ | {"SEGUE_HOME": str(tmp_path), "SEGUE_DATABASE_URL": url}
    said = []
    for arguments, code in ((["datasets", "--json"], 2), (["config"], 0), (["doctor"], 2)):
        command = [sys.executable, "-c", "from api.cli import main; main()", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        said.append(done.stdout + done.stderr)
    assert "Connection refused" in json.loads(said[0].splitlines()[0])["error"]["message"]
    assert "nothing answers as PostgreSQL" in said[2]
    assert PASSWORD not in "".join(said)
    kept = [file.read_text() for file in tmp_path.rglob("*") if file.is_file()]
    assert PASSWORD not in "".join(kept)


def test_the_password_is_in_no_repr(tmp_path: Path) -> None:
    url = f"postgresql://ada:{PASSWORD}@127.0.0.1/segue"
    settings = read_settings({}, {"SEGUE_HOME": str(tmp_path), "SEGUE_DATABASE_URL": url})
    home = Home.at(tmp_path, settings.places)
    assert settings.places.database == url
    assert PASSWORD not in f"{settings!r}{settings.places!r}{home!r}{home.engine!r}"
    home.close()


def test_an_old_server_and_another_encoding_are_refused() -> None:
    check_server(140_000, "UTF8", "the database 'x' on h:5432")
    with pytest.raises(NotPossible, match="is PostgreSQL 13.*|needs PostgreSQL 14"):
        check_server(130_022, "UTF8", "the database 'x' on h:5432")
    with pytest.raises(NotPossible, match="are kept as SQL_ASCII"):
        check_server(150_000, "SQL_ASCII", "the database 'x' on h:5432")


def test_what_json_cannot_say_is_kept_as_null() -> None:
    found = json_text({"a": [1.5, float("nan")], "b": {"c": float("-inf"), "d": "NaN"}})
    assert json.loads(found) == {"a": [1.5, None], "b": {"c": None, "d": "NaN"}}


# ---- with one ----------------------------------------------------------------------------------


@pytest.mark.full
def test_a_server_that_refuses_says_what_to_look_at(
    own_server: PostgresServer, tmp_path: Path
) -> None:
    from psycopg import sql

    own_server.run_sql(sql.SQL("CREATE ROLE ada LOGIN PASSWORD {}").format(PASSWORD))
    own_server.run_sql(sql.SQL("ALTER ROLE postgres PASSWORD {}").format(PASSWORD))
    rules = Path(own_server._data, "pg_hba.conf")
    trusting = rules.read_text(encoding="utf-8")
    rules.write_text(trusting.replace("trust", "scram-sha-256"), encoding="utf-8")
    own_server.halt()
    own_server.start()
    base = f"127.0.0.1:{own_server.port}"
    right = f"postgresql://ada:{PASSWORD}@{base}"
    wrong = refusal(tmp_path, f"postgresql://ada:{PASSWORD}x@{base}/postgres")
    assert 'password authentication failed for user "ada"' in wrong.message
    assert "user and the password" in wrong.hint
    missing = refusal(tmp_path, f"{right}/nothing")
    assert f"The database 'nothing' on {base} cannot be used" in missing.message
    assert "Make the database first" in missing.hint
    bare = refusal(tmp_path, f"{right}/postgres")
    assert "permission denied for schema public" in bare.message
    assert "owner of the database" in bare.hint
    assert "invalid connection option" in refusal(tmp_path, f"{right}/postgres?nonsense=1").message


@pytest.mark.full
def test_a_connection_that_breaks_is_told_once_and_replaced(
    own_server: PostgresServer, tmp_path: Path
) -> None:
    home = Home.open(tmp_path, Places(own_server.url))
    people = PeopleStore(home)
    people.add("Ada", "admin", NOW)
    own_server.halt()
    with pytest.raises(OutOfReach, match="cannot be used"):
        people.anybody()
    own_server.start()
    assert people.anybody()
    with pytest.raises(OutOfReach, match="cannot be used"), home.write() as connection:
        connection.exec_driver_sql("DELETE FROM people")
        own_server.halt()
        own_server.start()
        connection.exec_driver_sql("DELETE FROM keys")
    assert people.anybody()  # what was cut off has changed nothing
    home.close()


@pytest.mark.full
def test_a_service_goes_on_when_its_database_is_back(
    own_server: PostgresServer, tmp_path: Path
) -> None:
    service = Service(tmp_path / "home", SEGUE_DATABASE_URL=own_server.url).start()
    try:
        with service.client() as client:
            assert client.get("/v1/datasets").json()["datasets"] == []
            own_server.halt()
            down = client.get("/v1/datasets")
            assert down.status_code == 503 and "cannot be used" in down.json()["detail"]
            assert client.get("/health").status_code == 200
            log = tmp_path / "home" / "logs" / "segue.log"
            wait_for(
                lambda: (log.is_file() and "no job can be claimed" in log.read_text()) or None,
                "the runner",
            )
            own_server.start()
            assert client.get("/v1/datasets").json()["datasets"] == []
            job = client.post("/v1/samples").json()["job_id"]
            wait_for(lambda: client.get(f"/v1/jobs/{job}").json()["attempt"] or None, "a claim")
            client.delete(f"/v1/jobs/{job}")
            assert final(client, job)["state"] == "cancelled"
            assert "Traceback" not in log.read_text()
    finally:
        service.stop()
