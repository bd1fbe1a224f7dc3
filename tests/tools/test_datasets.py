"""Loading files into datasets: published whole or not at all, once, with a ledger that balances."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import NOW

from engine.errors import BadInput, Conflict, NotPossible
from stores.datasets import DatasetStore
from stores.home import Home
from tools.datasets import LoadRequest, dataset_summary, load_file, preview, try_load

HEAD = "order_id,customer_id,occurred_at,product_id,quantity,unit_price\n"
JANUARY = HEAD + (
    "1,ann,2025-01-03 10:00,tea,2,5.00\n"
    "2,bob,2025-01-04 10:00,cup,1,3.50\n"
    "3,bob,2025-01-31 10:00,cup,1,3.50\n"
)
FEBRUARY = HEAD + "3,bob,2025-01-31 10:00,cup,1,3.50\n4,ann,2025-02-02 10:00,tea,1,5.00\n"


@pytest.fixture
def empty(tmp_path: Path, open_home: Callable[[Path], Home]) -> Home:
    return open_home(tmp_path / "home")


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def load(home: Home, file: Path, **more: str) -> dict[str, object]:
    return load_file(home, LoadRequest(file, currency="GBP", **more), NOW)  # type: ignore[arg-type]


def test_overlapping_files_give_their_union_in_either_order(
    tmp_path: Path, open_home: Callable[[Path], Home]
) -> None:
    january, february = (
        write(tmp_path, "jan.csv", JANUARY),
        write(tmp_path, "feb.csv", FEBRUARY),
    )
    found = []
    for name, files in (("ab", (january, february)), ("ba", (february, january))):
        home = open_home(tmp_path / name)
        loads = [load(home, file) for file in files]
        assert loads[1]["dropped_reasons"] == {"already in the dataset": 1}
        summary = dataset_summary(home, DatasetStore(home).get())
        found.append({k: summary[k] for k in ("rows", "customers", "orders", "revenue")})
    assert found[0] == found[1] == {
        "rows": 4, "customers": 2, "orders": 4,
        "revenue": {"minor": 2200, "currency": "GBP"},
    }  # fmt: skip


def test_the_same_file_twice_changes_nothing(empty: Home, tmp_path: Path) -> None:
    file = write(tmp_path, "jan.csv", JANUARY)
    first, second = load(empty, file), load(empty, file)
    assert second == first | {"already_loaded": True}
    assert len(DatasetStore(empty).loads(DatasetStore(empty).get())) == 1


def test_a_file_without_a_usable_row_makes_no_dataset(empty: Home, tmp_path: Path) -> None:
    file = write(tmp_path, "bad.csv", HEAD + "1,ann,2025-01-03 10:00,tea,0,5.00\n")
    with pytest.raises(BadInput, match="No row of bad.csv can be kept: 1 zero quantity"):
        load(empty, file)
    assert DatasetStore(empty).all() == []


def test_a_look_changes_nothing(empty: Home, tmp_path: Path) -> None:
    file = write(tmp_path, "jan.csv", JANUARY)
    request = LoadRequest(file, currency="GBP")
    assert try_load(empty, request, NOW)["kept"] == 3
    assert preview(empty, request, NOW)["ledger"]["rows_in"] == 3
    assert DatasetStore(empty).all() == []


def test_zone_and_currency_are_settled_by_the_first_load(empty: Home, tmp_path: Path) -> None:
    load(empty, write(tmp_path, "jan.csv", JANUARY), zone="Europe/London")
    later = write(tmp_path, "feb.csv", FEBRUARY)
    with pytest.raises(Conflict, match="has the zone Europe/London, not Asia/Tokyo"):
        load(empty, later, zone="Asia/Tokyo")
    assert load(empty, later)["kept"] == 1


def test_several_datasets_have_to_be_named(empty: Home, tmp_path: Path) -> None:
    file = write(tmp_path, "jan.csv", JANUARY)
    load(empty, file, dataset="north")
    load(empty, file, dataset="south")
    with pytest.raises(NotPossible, match="There are several datasets: north, south"):
        load(empty, write(tmp_path, "feb.csv", FEBRUARY))


def test_a_load_killed_after_its_commit_is_known_to_the_next(empty: Home, tmp_path: Path) -> None:
    """The Delta commit is the publication: the row in SQL is made up for."""
    load(empty, write(tmp_path, "jan.csv", JANUARY))
    code = (
        "import os, sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from stores.home import Home, Places; from tools.datasets import LoadRequest, load_file\n"
        "import stores.datasets as d\n"
        "commit = d.DatasetStore._commit\n"
        "def die(*a): commit(*a); os._exit(9)\n"
        "d.DatasetStore._commit = die\n"
        "home = Home.open(Path(sys.argv[1]), Places(sys.argv[3] or None))\n"
        "load_file(home, LoadRequest(Path(sys.argv[2])), "
        "datetime(2026, 1, 2, tzinfo=UTC))\n"
    )
    file = write(tmp_path, "feb.csv", FEBRUARY)
    where = [str(tmp_path / "home"), str(file), empty.places.database or ""]
    killed = subprocess.run([sys.executable, "-c", code, *where], check=False)
    assert killed.returncode == 9
    store = DatasetStore(empty)
    assert dataset_summary(empty, store.get())["rows"] == 4
    again = load_file(empty, LoadRequest(file), NOW + timedelta(days=1))
    assert again["already_loaded"] is True
    assert [found.version for found in store.loads(store.get())] == [0, 1]


def test_a_home_may_lie_in_a_folder_with_blanks_and_accents(
    tmp_path: Path, open_home: Callable[[Path], Home]
) -> None:
    home = open_home(tmp_path / "Ma boutique, été 100% #1")
    load(home, write(tmp_path, "jan.csv", JANUARY))
    load(home, write(tmp_path, "feb.csv", FEBRUARY))
    assert dataset_summary(home, DatasetStore(home).get())["rows"] == 4
