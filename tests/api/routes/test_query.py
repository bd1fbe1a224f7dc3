"""Counting over HTTP, in the words of the tool."""

from starlette.testclient import TestClient


def test_facts_come_with_receipts_that_can_be_worked_out_again(client: TestClient) -> None:
    asked = {"measures": ["revenue"], "by": ["country"], "top": 1}
    found = client.post("/v1/query", json=asked).json()
    assert found["tool"] == "query_records" and found["dataset"] == "corner"
    largest, same = found["facts"]
    assert largest["operation"] == "largest" and largest["value"] == same["value"]
    card = client.post(f"/v1/receipts/{same['receipt']}/rerun").json()
    assert card["rerun_value"] == card["value"] == same["value"]


def test_what_cannot_be_asked_is_a_problem_in_words(client: TestClient) -> None:
    found = client.post("/v1/query", json={"measures": ["custmers"]})
    assert found.status_code == 404
    assert "Did you mean 'customers'" in found.text
    assert client.post("/v1/query", json={"measures": ["revenue"], "shares": 1}).status_code == 422
    assert client.post("/v1/query", json={"measures": []}).status_code == 422
