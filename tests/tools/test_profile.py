"""The profile of a dataset that was loaded."""

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import NOW

from engine.errors import NotFound, NotPossible
from stores.datasets import DatasetStore
from stores.home import Home
from tools.datasets import load_file
from tools.load_request import LoadRequest
from tools.profile import profile_dataset

ORDERS = (
    "order_id,customer_id,occurred_at,product_id,quantity,unit_price\n"
    "1,ann,2025-01-03 10:00,tea,2,5.00\n"
    "2,bob,2025-01-04 10:00,cup,1,3.50\n"
    "3,bob,2025-01-31 10:00,cup,1,3.50\n"
)


@pytest.fixture
def corner(tmp_path: Path, open_home: Callable[[Path], Home]) -> Home:
    home = open_home(tmp_path / "home")
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS, encoding="utf-8")
    load_file(home, LoadRequest(file, dataset="corner", currency="GBP"), NOW)
    return home


def test_the_newest_version_is_profiled_with_what_its_money_is(corner: Home) -> None:
    found = profile_dataset(corner, DatasetStore(corner).get("corner"))
    assert {key: found[key] for key in ("dataset", "version", "kind", "kinds", "rows")} == {
        "dataset": "corner", "version": 0, "kind": "transactions", "kinds": ["transactions"],
        "rows": 3,
    }  # fmt: skip
    assert found["distributions"]["customer_id"] == {"distinct": 2}
    assert found["distributions"]["total_minor"]["most"] == 1000
    assert found["currency"] == "GBP"
    assert found["money"] == ["unit_price", "discount", "total_minor"]


def test_customers_who_opted_out_are_counted_and_not_described(
    corner: Home, tmp_path: Path
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("customer_id,age,opted_out\nann,30,false\nbob,90,true\n", encoding="utf-8")
    load_file(corner, LoadRequest(file), NOW)
    dataset = DatasetStore(corner).get("corner")
    found = profile_dataset(corner, dataset, "customers")
    assert (found["kinds"], found["rows"]) == (["transactions", "customers"], 1)
    assert (found["left_out"], found["distributions"]["age"]["most"]) == (1, 30.0)
    assert profile_dataset(corner, dataset)["distributions"]["customer_id"] == {"distinct": 2}


def test_a_kind_that_is_not_there_is_said(corner: Home) -> None:
    dataset = DatasetStore(corner).get("corner")
    with pytest.raises(NotPossible, match="holds no texts"):
        profile_dataset(corner, dataset, "texts")
    with pytest.raises(NotFound, match="orders"):
        profile_dataset(corner, dataset, "orders")
