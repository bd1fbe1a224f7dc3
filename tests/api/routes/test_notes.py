"""Notes and feedback over the API: whose answer it is, and who may call it right."""

from starlette.testclient import TestClient


def answered(client: TestClient, question: str) -> str:
    """The id of the answer."""
    asked = {"messages": [{"role": "user", "content": question}], "model": "segue"}
    client.post("/v1/chat/completions", json=asked)
    thread = client.get("/v1/threads").json()["threads"][0]["thread"]
    found: str = client.get(f"/v1/threads/{thread}").json()["turns"][-1]["answer_id"]
    return found


def test_a_note_is_found_with_its_figures(client: TestClient) -> None:
    found = client.get("/v1/notes", params={"query": "how is churn defined?", "limit": 1}).json()
    assert [text["about"] for text in found["texts"]] == ["churn"]
    asked: dict[str, str | int] = {"query": "who are Champions?", "kind": "segment", "limit": 1}
    found = client.get("/v1/notes", params=asked).json()
    assert len(found["facts"]) == 4 and all(fact["receipt"] for fact in found["facts"])
    assert client.get("/v1/notes", params={"query": "x", "kind": "letter"}).status_code == 400
    assert client.get("/v1/notes").status_code == 422


def test_a_thumb_waits_until_somebody_calls_the_answer_right(client: TestClient) -> None:
    answer = answered(client, "How many customers are there?")
    assert client.put(f"/v1/answers/{answer}/feedback", json={"value": "meh"}).status_code == 422
    client.put(f"/v1/answers/{answer}/feedback", json={"value": "bad"})
    said = client.put(f"/v1/answers/{answer}/feedback", json={"value": "good"}).json()
    assert said == {"answer_id": answer, "value": "good"}
    [waiting] = client.get("/v1/feedback").json()["answers"]
    assert (waiting["answer_id"], waiting["good"], waiting["bad"]) == (answer, 1, 0)
    settled = client.put(f"/v1/feedback/{answer}", json={"settled_as": "verified"}).json()
    assert settled["note_id"].startswith("note_")
    assert client.get("/v1/feedback").json()["answers"] == []
    [case] = client.get("/v1/feedback/cases").json()["cases"]
    assert case["say"] == "How many customers are there?" and case["figures"]
    nobodys = client.put("/v1/answers/answer_0/feedback", json={"value": "good"})
    assert nobodys.status_code == 404
