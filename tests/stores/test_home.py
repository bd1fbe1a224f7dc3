"""Homes: made, migrated, refused when newer."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from databases import Databases

from engine.errors import BadInput, NotFound, NotPossible
from stores.home import REVISIONS, Home
from stores.people import PeopleStore
from stores.schema import metadata

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_a_new_home_has_the_newest_schema(
    tmp_path: Path, open_home: Callable[[Path], Home]
) -> None:
    home = open_home(tmp_path / "home")
    assert home.revision() == REVISIONS[-1]
    with home.read() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    assert found == []


@pytest.mark.parametrize("name", ["[old] home", "a|b", "a^b", "a\\b", "two\nlines", "a%41"])
def test_a_home_is_not_made_where_records_cannot_lie(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="Choose another folder"):
        Home.open(tmp_path / name)
    assert not (tmp_path / name).exists()


def test_texts_that_not_every_database_can_keep_are_kept_with_a_sign(
    tmp_path: Path, open_home: Callable[[Path], Home]
) -> None:
    people = PeopleStore(open_home(tmp_path / "home"))
    made = people.add("Z\0oë \ud83d", "member", NOW)
    assert people.get(made.person_id).name == "Z\ufffdoë \ufffd"
    assert people.add("Z\0oë \ud83d", "member", NOW).person_id == made.person_id
    with pytest.raises(NotFound):
        people.get("nobody\0")


@pytest.mark.parametrize("made_by", range(1, len(REVISIONS)))
def test_a_state_of_every_earlier_revision_gets_the_newest_schema(
    tmp_path: Path, open_home: Callable[[Path], Home], databases: Databases, made_by: int
) -> None:
    earlier = Home.open(tmp_path, databases.places(tmp_path), REVISIONS[:made_by])
    assert earlier.revision() == REVISIONS[made_by - 1]
    earlier.close()
    with open_home(tmp_path).read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


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
            writing = second.execution_options(segue_begin="BEGIN IMMEDIATE")
            with pytest.raises(NotPossible, match="Another process of Segue has been writing"):
                writing.begin()
    home.close()


def test_a_file_is_no_home(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("a,b\n", encoding="utf-8")
    with pytest.raises(BadInput, match="is a file, not a folder"):
        Home.open(file)
