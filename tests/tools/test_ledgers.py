"""The account of the loads and the datasets, as tools: counted from files a person can read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import NOW

from stores.home import Home
from stores.people import PeopleStore
from tools.catalog import Called, call
from tools.context import Context
from tools.datasets import LoadRequest, load_file

HEAD = "order_id,customer_id,occurred_at,product_id,quantity,unit_price\n"
JANUARY = HEAD + (
    "1,ann,2025-01-03 10:00,tea,2,5.00\n"
    "1,ann,2025-01-03 10:00,tea,2,5.00\n"
    "2, bob ,2025-01-04 10:00,cup,1,3.50\n"
    "3,cat,2025-01-05 10:00,cup,1,0.00\n"
)
FEBRUARY = HEAD + "2, bob ,2025-01-04 10:00,cup,1,3.50\n4,ann,2025-02-02 10:00,tea,1,5.00\n"


@pytest.fixture
def loaded(tmp_path: Path, open_home: Callable[[Path], Home]) -> Home:
    home = open_home(tmp_path / "home")
    PeopleStore(home).ensure_local(NOW)
    for dataset, name, text in (
        ("corner", "january.csv", JANUARY), ("corner", "february.csv", FEBRUARY),
        ("other", "other.csv", JANUARY),
    ):  # fmt: skip
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        load_file(home, LoadRequest(file, dataset=dataset, currency="GBP"), NOW)
    return home


def counted(called: Called) -> dict[tuple[str, str], object]:
    return {(f.figure.metric, f.figure.subject.name): f.figure.value for f in called.facts}


def test_every_row_of_both_loads_is_accounted_for(loaded: Home) -> None:
    called = call(Context.open(loaded, "local", "corner", NOW), "show_ledger", {})
    assert counted(called) == {
        ("rows_loaded", "corner"): 6,
        ("rows_fixed", "corner"): 1, ("rows_fixed", "padded text"): 1,
        ("rows_dropped", "corner"): 3, ("rows_dropped", "exact duplicate"): 1,
        ("rows_dropped", "zero price"): 1, ("rows_dropped", "already in the dataset"): 1,
    }  # fmt: skip
    assert [Path(text["file"]).name for text in called.texts] == ["january.csv", "february.csv"]


def test_the_datasets_are_listed_and_the_one_asked_about_is_told(loaded: Home) -> None:
    called = call(Context.open(loaded, "local", "other", NOW), "list_datasets", {})
    assert counted(called) == {("rows", "corner"): 3, ("rows", "other"): 2}
    assert {text["dataset"]: text["asked_about"] for text in called.texts} == {
        "corner": "no", "other": "yes",
    }  # fmt: skip


def test_rows_dropped_of_orders_are_the_same_for_every_tool(loaded: Home, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("customer_id,country\nann,France\nann,France\n", encoding="utf-8")
    people = load_file(loaded, LoadRequest(file, dataset="corner", kind="customers"), NOW)
    assert people["dropped"] == 1
    context = Context.open(loaded, "local", "corner", NOW)
    told = [
        counted(call(context, name, {}))["rows_dropped", "corner"]
        for name in ("show_ledger", "describe_dataset")
    ]
    assert told == [3, 3]
