"""What was loaded, over HTTP: loads with their ledgers, dropped rows, profiles."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW
from starlette.testclient import TestClient

from api.http import build_app
from api.services import Services
from api.settings import read_settings
from stores.home import Home
from tools.datasets import load_file
from tools.load_request import LoadRequest

ORDERS = (
    "order_id,customer_id,occurred_at,product_id,quantity,unit_price\n"
    "1,ann,2025-01-03 10:00,tea,2,5.00\n"
    "1,ann,2025-01-03 10:00,tea,2,5.00\n"
    "2,bob,someday,cup,1,3.50\n"
    "3,bob,2025-01-31 10:00,cup,1,3.50\n"
)


@pytest.fixture
def client(tmp_path: Path, open_home: Callable[[Path], Home]) -> Iterator[TestClient]:
    home = open_home(tmp_path / "home")
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS, encoding="utf-8")
    load_file(home, LoadRequest(file, dataset="corner", currency="GBP"), NOW)
    services = Services(read_settings({"home": str(home.root)}, {}), home)
    app = build_app(services, "127.0.0.1")
    app.state.services = services
    client = TestClient(app, base_url="http://127.0.0.1")
    yield client
    client.close()


def test_a_load_keeps_its_ledger_and_its_dropped_rows(client: TestClient) -> None:
    (load,) = client.get("/v1/datasets/corner/loads").json()["loads"]
    assert (load["source"], load["rows_in"], load["dropped"]) == ("orders.csv", 4, 2)
    found = client.get(f"/v1/loads/{load['load_id']}/dropped").json()
    assert [(row["line"], row["reason"]) for row in found["rows"]] == [
        (3, "exact duplicate"),
        (4, "unparsable date"),
    ]
    assert found["rows"][1]["text"] == "2,bob,someday,cup,1,3.50"
    first = client.get(f"/v1/loads/{load['load_id']}/dropped?most=1").json()
    assert (len(first["rows"]), first["dropped"]) == (1, 2)


def test_the_profile_is_what_the_command_prints(client: TestClient) -> None:
    found = client.get("/v1/datasets/corner/profile").json()
    assert (found["kind"], found["rows"]) == ("transactions", 2)
    assert found["distributions"]["quantity"]["most"] == 2.0
    refused = client.get("/v1/datasets/corner/profile?kind=texts")
    assert refused.status_code == 400
    assert "holds no texts" in refused.json()["detail"]


def test_a_look_before_the_load_shows_fates_and_asks_what_only_a_person_knows(
    client: TestClient,
) -> None:
    def look(text: str, **more: str) -> Any:
        sent = client.post("/v1/uploads", files={"file": ("new.csv", text.encode())}).json()
        return client.post("/v1/loads/preview", json={"upload_id": sent["upload_id"], **more})

    seen = look(ORDERS.replace("1,ann", "9,cat")).json()
    assert [row["line"] for row in seen["dropped_rows"]] == [3, 4]
    assert [row["after"] is None for row in seen["compared"]] == [False, True, True, False]
    doubtful = ORDERS.replace("2025-01-03 10:00", "03/02/2025").replace("2025-01-31 10:00", "")
    asked = look(doubtful)
    assert asked.status_code == 422
    assert {key: asked.json()[key] for key in ("choice", "options", "example")} == {
        "choice": "dates", "options": ["dmy", "mdy"], "example": "03/02/2025",
    }  # fmt: skip
    assert look(doubtful, dates="dmy").json()["compared"][0]["after"]["local_date"] == "2025-02-03"


def test_what_is_not_there_is_said(client: TestClient) -> None:
    assert client.get("/v1/datasets/cornet/profile").status_code == 404
    assert client.get("/v1/loads/load_0/dropped").status_code == 404
