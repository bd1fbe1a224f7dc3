"""The service as programs meet it: real processes over HTTP."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from conftest import NOW
from databases import Databases
from openai import APIStatusError, OpenAI
from services import Service, events, final, wait_for

from engine.synthetic import make_shop, write_shop
from stores.people import KeyStore, PeopleStore
from stores.schema import metadata

SIZES = "how many customers are in each segment, and which group brings most revenue?"


@pytest.fixture(scope="module")
def service(
    small_shop: Path, tmp_path_factory: pytest.TempPathFactory, databases: Databases
) -> Iterator[Service]:
    home = tmp_path_factory.mktemp("service") / "home"
    databases.copy(small_shop, home)
    running = Service(home, **databases.settings(home)).start()
    yield running
    assert running.stop() == 0
    assert not (home / "service.json").exists()


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client


def test_the_page_comes_under_a_strict_policy(client: httpx.Client) -> None:
    page = client.get("/")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert client.get("/health").json()["ok"] is True
    assert "/v1/questions" in client.get("/openapi.json").json()["paths"]


def test_a_question_is_answered_as_events(client: httpx.Client) -> None:
    response = client.post("/v1/questions", json={"question": SIZES})
    assert response.headers["content-type"].startswith("text/event-stream")
    found = events(response)
    names = [name for name, _ in found]
    assert names[0] == "status" and names[-1] == "done" and "tool" in names
    answer = json.loads(found[-1][1])
    sentences = [json.loads(data) for name, data in found if name == "sentence"]
    assert "".join(sentence["text"] for sentence in sentences).strip() == answer["answer"]
    said = next(sentence for sentence in sentences if sentence["spans"])
    span = said["spans"][0]
    card = client.get(f"/v1/receipts/{span['receipt']}").json()
    assert card["text"] == said["text"][span["start"] : span["end"]]
    again = client.post(f"/v1/receipts/{span['receipt']}/rerun").json()
    assert again["rerun_value"] == card["value"]
    turns = client.get(f"/v1/threads/{answer['thread']}").json()["turns"]
    assert turns == [answer]
    assert answer["thread"] in [t["thread"] for t in client.get("/v1/threads").json()["threads"]]


def test_the_overview_shows_only_figures_with_receipts(client: httpx.Client) -> None:
    overview = client.get("/v1/overview").json()
    assert overview["finding"] and overview["tiles"] and overview["segments"]
    for sentence in overview["finding"]:
        assert sentence["spans"]
    figures = [f for s in overview["segments"] for f in s["figures"].values()]
    for figure in [*overview["tiles"], *figures][:12]:
        assert client.get(f"/v1/receipts/{figure['receipt']}").json()["text"] == figure["text"]
    assert client.get("/v1/overview").json() == overview
    card = client.get("/v1/segments").json()
    assert {s["id"] for s in card["segments"]} >= {s["id"] for s in overview["segments"]}
    (snapshot,) = client.get("/v1/snapshots").json()["snapshots"]
    assert snapshot["snapshot_id"] == card["snapshot_id"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"X-Forwarded-Host": "evil.example"}, 200),
    ],
)
def test_other_sites_are_kept_out(service: Service, headers: dict[str, str], status: int) -> None:
    with service.client(**headers) as client:
        assert client.get("/v1/datasets").status_code == status


def test_mistakes_are_problems_in_plain_sentences(client: httpx.Client) -> None:
    for response, status, words in (
        (client.get("/v1/receipts/receipt_x"), 404, "There is no receipt 'receipt_x'"),
        (client.get("/v1/nothing"), 404, "There is nothing at /v1/nothing"),
        (client.post("/v1/questions", json={"question": ""}), 422, "question"),
        (client.post("/v1/loads/preview", json={"upload_id": "../x"}), 404, "no upload"),
        (client.get("/v1/overview?dataset=cornr"), 404, "No dataset named 'cornr'"),
        (client.get("/v1/reports/report_x/../../state.db"), 404, ""),
    ):
        assert response.status_code == status
        problem = response.json()
        assert response.headers["content-type"] == "application/problem+json"
        assert words in problem["detail"] and "Traceback" not in response.text


def test_an_upload_is_looked_at_then_loaded(client: httpx.Client, tmp_path: Path) -> None:
    orders = write_shop(make_shop(60, seed=3), tmp_path)["transactions"]
    text = orders.read_text(encoding="utf-8").replace("occurred_at", "When", 1)
    sent = client.post("/v1/uploads", files={"file": ("..\\up/my orders.csv", text)}).json()
    assert sent["name"] == "my orders.csv" and sent["size"] == len(text.encode())
    look = {"upload_id": sent["upload_id"], "mapping": {}}
    first = client.post("/v1/loads/preview", json=look).json()
    assert first["missing"] == [] and first["mapping"]["When"] == "occurred_at"
    assert "When" in first["columns"] and len(first["sample"]) == 5
    look["mapping"] = {"When": "occurred_at"}
    ledger = client.post("/v1/loads/preview", json=look).json()["ledger"]
    assert ledger["rows_in"] == ledger["kept"] + ledger["fixed"] + ledger["dropped"]
    job = client.post("/v1/loads", json=look | {"dataset": "uploaded"}).json()
    done = final(client, job["job_id"])
    assert (done["state"], done["result"]["rows_in"]) == ("done", ledger["rows_in"])
    assert client.get(f"/v1/loads/{done['result']['load_id']}").json()["dataset"] == "uploaded"


def test_what_can_be_read_in_two_ways_is_asked_back(client: httpx.Client) -> None:
    text = (
        "order_id,customer_id,occurred_at,product_id,quantity,unit_price\n"
        "1,ann,03/04/2024,tea,1,5.00\n"
    )
    sent = client.post("/v1/uploads", files={"file": ("orders.csv", text)}).json()
    look = {"upload_id": sent["upload_id"], "dataset": "asked"}
    asked = client.post("/v1/loads/preview", json=look)
    assert asked.status_code == 422
    problem = asked.json()
    assert (problem["choice"], problem["options"]) == ("dates", ["dmy", "mdy"])
    assert problem["example"] == "03/04/2024"
    answered = look | {problem["choice"]: "dmy"}
    assert client.post("/v1/loads/preview", json=answered).json()["ledger"]["kept"] == 1
    wrong = client.post("/v1/loads/preview", json=look | {"dates": "ymd"})
    assert (wrong.status_code, "dates" in wrong.json()["detail"]) == (422, True)
    job = client.post("/v1/loads", json=answered | {"kind": "transactions"}).json()
    assert final(client, job["job_id"])["state"] == "done"
    versions = client.get("/v1/datasets/asked/versions").json()["versions"]
    assert [(one["what"], one["rows"]) for one in versions] == [("load", 1)]


def test_a_report_is_a_job_whose_files_can_be_fetched(client: httpx.Client) -> None:
    asked = {"dataset": "corner", "formats": ["html", "pdf", "docx"]}
    refused = client.post("/v1/reports", json=asked | {"formats": ["xls"]})
    assert (refused.status_code, "xls" in refused.json()["detail"]) == (400, True)
    job = client.post("/v1/reports", json=asked).json()
    assert events(client.get(f"/v1/jobs/{job['job_id']}/events"))[-1][0] == "job"
    done = final(client, job["job_id"])
    assert done["state"] == "done", done
    kinds = {}
    for file in done["result"]["files"]:
        fetched = client.get(file["url"])
        assert (fetched.status_code, len(fetched.content)) == (200, file["size"])
        kinds[file["format"]] = fetched.headers["content-type"]
    assert "wordprocessing" in kinds["docx"]


def test_openais_own_client_is_served(service: Service) -> None:
    with OpenAI(base_url=f"{service.address}/v1", api_key="any") as client:
        assert "segue/corner" in [model.id for model in client.models.list()]
        ask = [{"role": "user", "content": SIZES}]
        whole = client.chat.completions.create(model="segue/corner", messages=ask)
        text = whole.choices[0].message.content
        assert text and "Champions lead with £" in text
        stream = client.chat.completions.create(model="segue/corner", messages=ask, stream=True)
        pieces = [chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices]
        assert "".join(pieces).strip() == text
        with pytest.raises(APIStatusError, match="no model"):
            client.chat.completions.create(model="gpt-4o", messages=ask)
        thread = whole.model_extra["segue"]["thread"] if whole.model_extra else ""
        onward = client.chat.completions.create(
            model="segue", messages=ask, metadata={"thread": thread}
        )
        assert onward.model_extra and onward.model_extra["segue"]["thread"] == thread


def test_the_command_line_asks_the_service(service: Service) -> None:
    done = service.run("ask", "how many customers does the shop have?", "--json",
                       "--dataset", "corner")  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    with service.client() as client:
        titles = [t["title"] for t in client.get("/v1/threads").json()["threads"]]
    assert found["question"] in titles
    refused = service.run("ask", "how many?", "--thread", "thread_x", "--json")
    assert refused.returncode == 2
    assert "There is no thread 'thread_x'" in json.loads(refused.stdout)["error"]["message"]


# ---- a service of one's own --------------------------------------------------------------------


@pytest.fixture
def own(small_shop: Path, tmp_path: Path, databases: Databases) -> Iterator[Service]:
    databases.copy(small_shop, tmp_path / "home")
    running = Service(tmp_path / "home", **databases.settings(tmp_path / "home"))
    yield running
    running.stop(kill=True)


def test_keys_tell_people_apart(own: Service, databases: Databases) -> None:
    made = [json.loads(own.run("key", "make", name, "--json").stdout) for name in ("ada", "grace")]
    home = databases.open(own.home)
    ada = PeopleStore(home).get(KeyStore(home).owner(made[0]["secret"], NOW).person_id)
    _, expired = KeyStore(home).make(ada, "old", NOW, NOW + timedelta(days=1))
    own.start()
    with own.client() as nobody, own.client("segue_key_0_0") as stranger:
        assert nobody.get("/v1/datasets").status_code == 401
        assert stranger.get("/v1/datasets").status_code == 401
        assert nobody.get("/health").status_code == 200
    with own.client(expired) as late:
        assert "expired" in late.get("/v1/datasets").json()["detail"]
    with own.client(made[0]["secret"]) as ada_client, own.client(made[1]["secret"]) as other:
        answer = json.loads(
            events(ada_client.post("/v1/questions", json={"question": SIZES}))[-1][1]
        )
        for path in (
            f"/v1/threads/{answer['thread']}",
            f"/v1/receipts/{answer['facts'][0]['receipt']}",
        ):
            assert ada_client.get(path).status_code == 200
            assert other.get(path).status_code == 404
        foreign = {"question": SIZES, "thread": answer["thread"]}
        assert events(other.post("/v1/questions", json=foreign))[-1][0] == "error"
        own.run("key", "revoke", made[0]["key_id"])
        assert ada_client.get("/v1/datasets").status_code == 401
    with home.read() as connection:
        kept = str([connection.execute(table.select()).all() for table in metadata.sorted_tables])
    assert made[0]["key_id"] in kept
    assert made[0]["secret"].rpartition("_")[2] not in kept
    home.close()


def test_a_signal_right_after_the_address_is_not_lost(own: Service) -> None:
    assert own.start().stop() == 0


def test_others_may_reach_it_only_with_an_admin_key(own: Service) -> None:
    refused = own.run("serve", "--host", "0.0.0.0", "--port", "0", "--json")  # noqa: S104
    assert refused.returncode == 2
    assert "nobody holds an admin key" in json.loads(refused.stdout)["error"]["message"]


def test_a_job_outlives_its_killed_service(own: Service) -> None:
    own.start()
    with own.client() as client:
        in_force = client.get("/v1/segments").json()["run_id"]
        job = client.post("/v1/segmentations", json={"dataset": "corner"}).json()

        def begun() -> bool | None:
            found = client.get(f"/v1/jobs/{job['job_id']}").json()
            return True if found["progress"].startswith(("Tried", "Refitting")) else None

        wait_for(begun, "the work to begin")
    own.stop(kill=True)
    own.start()
    with own.client() as client:
        done = final(client, job["job_id"])
        assert (done["state"], done["attempt"]) == ("done", 2)
        made = done["result"]
        due = made["run_id"] if made["published"] else in_force
        assert client.get("/v1/segments").json()["run_id"] == due


def test_a_job_can_be_cancelled(own: Service) -> None:
    own.start()
    with own.client() as client:
        before = client.get("/v1/segments").json()["run_id"]
        job = client.post("/v1/segmentations", json={"dataset": "corner"}).json()
        client.delete(f"/v1/jobs/{job['job_id']}")
        assert final(client, job["job_id"])["state"] == "cancelled"
        assert client.get("/v1/segments").json()["run_id"] == before
