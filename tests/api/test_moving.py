"""`segue move`: what goes where, and when not."""

from pathlib import Path

import pytest
from services import Service

from api.moving import move_state
from api.settings import Settings, read_settings
from engine.errors import BadInput, NotPossible
from evals.peers.postgres import PostgresServer
from stores.home import Home, Places


def settings(home: Path, url: str = "") -> Settings:
    return read_settings({}, {"SEGUE_HOME": str(home), "SEGUE_DATABASE_URL": url})


def quiet(text: str) -> None: ...


def test_a_database_has_to_be_named(tmp_path: Path) -> None:
    Home.open(tmp_path).close()
    for database in (None, "sqlite"):
        with pytest.raises(BadInput, match="No database is named"):
            move_state(settings(tmp_path), database, quiet)


def test_a_home_without_a_state_has_nothing_to_move(tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match="has no state of its own to move"):
        move_state(settings(tmp_path), "postgresql://h/segue", quiet)
    assert not (tmp_path / "state.db").exists()


@pytest.mark.full
def test_the_command_moves_there_and_back(postgres: PostgresServer, tmp_path: Path) -> None:
    url = postgres.new_database("moved_by_command")
    Home.open(tmp_path).close()
    plain, there = Service(tmp_path), Service(tmp_path, SEGUE_DATABASE_URL=url)
    try:
        plain.start()
        busy = there.run("move")
        assert (busy.returncode, "A service runs on this home" in busy.stderr) == (2, True)
        plain.stop()
        moved = there.run("move")
        assert moved.returncode == 0, moved.stderr
        assert "to the database 'moved_by_command' on 127.0.0.1" in moved.stdout
        assert "SEGUE_DATABASE_URL has to name that database" in moved.stdout
        again = there.run("move")
        assert (again.returncode, "was moved from the file" in again.stderr) == (2, True)
        refused = plain.run("datasets")
        assert (refused.returncode, "Set SEGUE_DATABASE_URL" in refused.stderr) == (2, True)
        assert there.run("datasets").returncode == 0
        assert there.run("move", "--database", "sqlite", "--json").returncode == 0
        assert plain.run("datasets").returncode == 0
    finally:
        plain.stop()
        postgres.drop_database(url)


def test_the_places_of_a_home_are_told_without_secrets(tmp_path: Path) -> None:
    home = Home.at(tmp_path, Places("postgresql://ada:open-sesame@db.test/segue"))
    assert home.state_place == "the database 'segue' on db.test:5432"
    home.close()
