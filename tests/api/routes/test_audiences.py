"""Audiences over the API: each is its owner's, and a push needs the very content approved."""

import csv
import io
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.http import build_app
from api.runner import Runner
from api.services import Services
from api.settings import read_settings
from api.work import WORK
from evals.peers.receiver import AudienceReceiver
from stores.home import Home
from stores.jobs import JobStore
from stores.people import KeyStore, PeopleStore
from tests.conftest import NOW

WISH = {"where": "recency > 60 and monetary >= 500", "name": "Lapsed", "holdout": 0.25}


@pytest.fixture
def receiver() -> Iterator[AudienceReceiver]:
    with AudienceReceiver("") as found:
        yield found


@pytest.fixture
def client(home: Home, receiver: AudienceReceiver) -> Iterator[TestClient]:
    given = {"SEGUE_WEBHOOK_HOSTS": receiver.host, "SEGUE_WEBHOOK_SECRET": "0123456789abcdef"}
    services = Services(read_settings({"home": str(home.root)}, given), home)
    app = build_app(services, "127.0.0.1")
    app.state.services, app.state.runner = services, Runner(services)
    client = TestClient(app, base_url="http://127.0.0.1")
    yield client
    client.close()


def test_look_save_list_fetch_and_delete(client: TestClient) -> None:
    seen = client.post("/v1/audiences/preview", json=WISH).json()
    assert client.get("/v1/audiences").json()["audiences"] == []
    saved = client.post("/v1/audiences", json=WISH)
    assert saved.status_code == 201 and saved.json()["customers"] == seen["customers"]
    (listed,) = client.get("/v1/audiences").json()["audiences"]
    assert listed == client.get("/v1/audiences/Lapsed").json() == saved.json()
    fetched = client.get(f"/v1/audiences/{listed['audience_id']}/customers.csv")
    rows = list(csv.DictReader(io.StringIO(fetched.text)))
    assert len(rows) == listed["reached"] == listed["customers"] - listed["holdout"]
    assert client.get("/v1/audiences/Lapsed/emails.csv").text == "email_sha256\n"
    assert client.get("/v1/audiences/Lapsed/secrets.csv").status_code != 200
    assert client.delete("/v1/audiences/Lapsed").json()["deleted"] is True
    assert client.get("/v1/audiences/Lapsed").status_code == 404


def test_a_push_needs_its_content_approved(
    client: TestClient, receiver: AudienceReceiver, home: Home
) -> None:
    client.post("/v1/audiences", json=WISH)
    to = {"to": receiver.address}
    shown = client.post("/v1/audiences/Lapsed/pushes", json=to).json()
    assert shown["state"] == "to be approved" and receiver.keys == []
    void = client.post("/v1/audiences/Lapsed/pushes", json=to | {"approve": "0" * 64})
    assert void.status_code == 409 and receiver.keys == []
    inside = {"to": "https://169.254.169.254/", "approve": shown["approve"]}
    assert client.post("/v1/audiences/Lapsed/pushes", json=inside).status_code == 400
    approved = to | {"approve": shown["approve"]}
    from api.push_sending import audience_secret

    services = client.app.state.services  # type: ignore[attr-defined]
    audience_id = client.get("/v1/audiences/Lapsed").json()["audience_id"]
    receiver.secret = audience_secret(services.settings.webhook_secret, audience_id)
    begun = client.post("/v1/audiences/Lapsed/pushes", json=approved).json()["job"]
    twice = client.post("/v1/audiences/Lapsed/pushes", json=approved).json()["job"]
    assert receiver.keys == []  # nobody waits while it is sent
    jobs = [JobStore(home).get("local", one["job_id"]) for one in (begun, twice)]
    sent = [WORK["push"](services, job.owner, job.arguments, lambda text: None) for job in jobs]
    assert [one["sent"] for one in sent] == [True, False]
    assert client.post("/v1/audiences/Lapsed/pushes", json=approved).json()["sent"] is False
    assert len(receiver.keys) == 1 and len(receiver.people) == shown["added"]


def test_somebody_elses_audience_does_not_exist(client: TestClient, home: Home) -> None:
    client.post("/v1/audiences", json=WISH)
    member = PeopleStore(home).add("Mia", "member", NOW)
    _, key = KeyStore(home).make(member, "", NOW, None)
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get("/v1/audiences", headers=headers).json()["audiences"] == []
    for method, place in (("GET", ""), ("GET", "/customers.csv"), ("DELETE", "")):
        answer = client.request(method, f"/v1/audiences/Lapsed{place}", headers=headers)
        assert answer.status_code == 404
