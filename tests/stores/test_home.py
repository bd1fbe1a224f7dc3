"""Homes: made, migrated, refused when newer."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engine.errors import BadInput, NotPossible
from stores.home import REVISIONS, Home
from stores.schema import metadata


def test_a_new_home_has_the_newest_schema(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "home")
    assert home.revision() == REVISIONS[-1]
    with home.read() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    assert found == []
    home.close()


def test_a_new_home_is_closed_to_other_users_of_the_machine(tmp_path: Path) -> None:
    Home.open(tmp_path / "above" / "home").close()
    assert (tmp_path / "above" / "home").stat().st_mode & 0o077 == 0


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    Home.open(tmp_path).close()
    before = (tmp_path / "state.db").read_bytes()
    Home.open(tmp_path).close()
    assert (tmp_path / "state.db").read_bytes() == before


def test_a_home_of_a_newer_segue_is_refused(tmp_path: Path) -> None:
    home = Home.open(tmp_path)
    with home.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    home.close()
    with pytest.raises(NotPossible, match="made by a newer Segue"):
        Home.open(tmp_path)


def test_writers_wait_for_each_other(tmp_path: Path) -> None:
    """A reader that became a writer would fail at once; `write` takes the lock first."""
    home = Home.open(tmp_path)
    with home.write() as first:
        first.exec_driver_sql("PRAGMA busy_timeout = 1")
        with home.engine.connect() as second:
            second.exec_driver_sql("PRAGMA busy_timeout = 1")
            second.rollback()
            writing = second.execution_options(segue_writes=True)
            with pytest.raises(sa.exc.OperationalError, match="locked"):
                writing.begin()
    home.close()


def test_a_file_is_no_home(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("a,b\n", encoding="utf-8")
    with pytest.raises(BadInput, match="is a file, not a folder"):
        Home.open(file)
