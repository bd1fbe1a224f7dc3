"""A home that an earlier Segue made opens here, and answers as it did."""

import shutil
import sqlite3
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.errors import NotPossible
from stores.datasets import DatasetStore
from stores.home import REVISIONS, Home
from stores.people import LOCAL
from stores.receipts import ReceiptStore
from stores.schema import receipts
from tools.receipts import receipt_card

HOMES = Path(__file__).parent.parent / "homes"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def old_home(tmp_path: Path) -> Path:
    with tarfile.open(HOMES / "revision_1.tar.gz") as packed:
        packed.extractall(tmp_path / "home", filter="data")
    return tmp_path / "home"


def test_a_home_of_the_first_schema_is_migrated_with_a_backup(old_home: Path) -> None:
    home = Home.open(old_home)
    assert home.revision() == REVISIONS[-1]
    assert [dataset.name for dataset in DatasetStore(home).all()] == ["corner"]
    home.close()
    backup = sqlite3.connect(old_home / "backups" / f"state-before-{REVISIONS[-1]}.db")
    assert backup.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    assert backup.execute("SELECT count(*) FROM receipts").fetchone()[0] > 0
    backup.close()


def test_every_receipt_of_the_old_home_re_runs_to_its_value(old_home: Path) -> None:
    home = Home.open(old_home)
    with home.read() as connection:
        ids = [row.receipt_id for row in connection.execute(receipts.select()).all()]
    cards = [receipt_card(home, LOCAL, receipt, NOW, again=True) for receipt in ids]
    assert len(cards) > 40
    assert [card["rerun_value"] for card in cards] == [card["value"] for card in cards]
    assert ReceiptStore(home).get(LOCAL, ids[0]).id == ids[0]
    home.close()


def test_an_earlier_segue_refuses_the_migrated_home(old_home: Path) -> None:
    Home.open(old_home).close()
    with pytest.raises(NotPossible, match="made by a newer Segue"):
        Home.open(old_home, revisions=("0001",))


def test_the_backup_opens_with_the_earlier_segue(old_home: Path) -> None:
    Home.open(old_home).close()
    for left in old_home.glob("state.db*"):
        left.unlink()
    shutil.copy(old_home / "backups" / f"state-before-{REVISIONS[-1]}.db", old_home / "state.db")
    home = Home.open(old_home, revisions=("0001",))
    assert home.revision() == "0001"
    home.close()
