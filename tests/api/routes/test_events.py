import json
from typing import Any

from starlette.testclient import TestClient

EVENT: dict[str, Any] = {
    "order_id": "1",
    "customer_id": "anna",
    "occurred_at": "2026-01-01T10:00:00Z",
    "quantity": 1,
    "unit_price": "5.00",
}


def event(number: int) -> str:
    return json.dumps(EVENT | {"event_id": str(number)})


def test_an_array_and_lines_are_taken_once(client: TestClient) -> None:
    array = client.post("/v1/events", content=f"[{event(1)}, {event(2)}, 7]").json()
    assert (array["events"], array["kept"], array["duplicates"]) == (3, 2, 0)
    assert [(one["place"], one["reason"]) for one in array["dead"]] == [(2, "not one JSON object")]
    lines = client.post("/v1/events", content=f"{event(2)}\n{event(3)}\n").json()
    assert (lines["events"], lines["kept"], lines["duplicates"]) == (2, 1, 1)


def test_too_many_and_no_array_are_refused_whole(client: TestClient) -> None:
    broken = client.post("/v1/events", content=f"[{event(1)}, ")
    assert broken.status_code == 400
    assert "no JSON array" in broken.json()["detail"]
    many = client.post("/v1/events", content="{}\n" * 10_001)
    assert many.status_code == 400
    assert "10,000 are the most" in many.json()["detail"]
    assert client.post("/v1/events", content=event(1)).json()["kept"] == 1
