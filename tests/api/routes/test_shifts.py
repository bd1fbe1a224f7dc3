"""Who moved, and why, over the API; every figure with a receipt."""

from starlette.testclient import TestClient

from api.routes.shifts import last_month
from engine.concepts import Moment


def test_the_last_whole_month_with_a_receipt_for_every_part(client: TestClient) -> None:
    found = client.get("/v1/shifts").json()
    assert (found["from"][:10], found["to"][:10]) == ("2025-11-01", "2025-12-01")
    for row in found["segments"]:
        parts = found["receipts"][row["id"]]
        for part in ("opening", "entered", "left", "new", "lost", "closing"):
            assert parts[part]["text"] == f"{row[part]:,}"
            assert client.get(f"/v1/receipts/{parts[part]['receipt']}").status_code == 200
        assert row["colour"] >= 0
    assert found["segments"][0]["opening"] == sum(found["matrix"][0]) + found["segments"][0]["lost"]


def test_a_stretch_of_ones_own_and_why_one_moved(client: TestClient) -> None:
    about = {"from": "2025-10-01", "to": "2025-11-01"}
    example = client.get("/v1/shifts", params=about).json()["reasons"][0]
    card = client.get("/v1/why", params={"customer": example["example"], **about}).json()
    assert card["before"]["name"] == example["from"]
    assert card["after"]["name"] == example["to"]
    assert sorted(card["restores"]) == sorted(example["features"])


def test_a_customer_whom_nobody_knows_is_not_found(client: TestClient) -> None:
    answer = client.get("/v1/why", params={"customer": "nobody"})
    assert answer.status_code == 404 and "Nothing is known" in answer.json()["detail"]


def test_in_january_the_last_month_is_december() -> None:
    assert last_month(Moment.parse("2026-01-02T08:00", "UTC")) == ("2025-12-01", "2026-01-01")
