"""What is held on a customer, and the erasure, over the API."""

from starlette.testclient import TestClient

from stores.home import Home
from stores.people import KeyStore, PeopleStore
from tests.conftest import NOW


def test_it_asks_before_it_erases(client: TestClient) -> None:
    held = client.get("/v1/customers/10003/holdings").json()
    assert held["counts"]["transactions"] == len(held["records"]["transactions"]) > 0
    asked = client.delete("/v1/customers/10003")
    assert asked.status_code == 400
    assert asked.json()["hint"] == "Send the same with confirmed=true to agree."
    assert "in transactions" in asked.json()["detail"]
    assert client.get("/v1/customers/10003/holdings").status_code == 200
    done = client.delete("/v1/customers/10003", params={"confirmed": "true"})
    assert done.status_code == 200 and done.json()["counts"]["snapshots"] == 1
    assert client.get("/v1/customers/10003/holdings").status_code == 404


def test_only_an_admin_sees_and_erases(client: TestClient, home: Home) -> None:
    member = PeopleStore(home).add("Mia", "member", NOW)
    _, key = KeyStore(home).make(member, "", NOW, None)
    headers = {"Authorization": f"Bearer {key}"}
    for method, address in (
        ("GET", "/v1/customers/10003/holdings"),
        ("DELETE", "/v1/customers/10003?confirmed=true"),
    ):
        answer = client.request(method, address, headers=headers)
        assert answer.status_code == 401
        assert "Only an admin" in answer.json()["detail"]
