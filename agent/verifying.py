"""Verifying: an answer that a person looked at and called right becomes a note, and a case.

It happens only when somebody asks for it. What names a customer, or is not whole, or is no longer
of the newest records, is not kept: a note is for everybody, and is told as true.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent.disguise import Disguise
from agent.known_people import people_of
from agent.memory import note_of
from engine.errors import NotFound, NotPossible, Refused
from engine.grounding import Rendered
from stores.feedback import FeedbackStore, Judged
from stores.home import Home
from stores.notes import Note, NoteStore
from stores.people import Person
from stores.threads import ThreadStore
from tools.context import Context

_TOOLS_ABOUT_PEOPLE = frozenset({"customer_scores", "why_customer", "list_anomalies"})
_ABOUT = "verified answer|checked answer|agreed"


def need_judge(person: Person) -> None:
    if person.role != "admin":
        raise Refused(
            "Only somebody with the role admin says that an answer is right.",
            "Ask one of them, or make a key for one: segue key make NAME --role admin",
        )


def verify(home: Home, answer_id: str, person: Person, now: datetime) -> Note:
    """Keeps the answer as a note of its dataset; the feedback on it is settled."""
    need_judge(person)
    judged = _judged(home, answer_id)
    _, body = ThreadStore(home).answer(judged.owner, answer_id)
    context = Context.open(home, judged.owner, judged.dataset_id, now)
    _refuse(body, context)
    sentences = [
        Rendered(one["text"], tuple((s["start"], s["end"], s["fact"]) for s in one["spans"]))
        for one in body["sentences"]
    ]
    receipts = {fact["id"]: fact["receipt"] for fact in body["facts"]}
    question = _spoken(str(body["question"]))
    title = f"Verified answer to the question: {question}"
    note = note_of(context, "answer", f"{question}|{_ABOUT}", sentences, receipts, title)
    NoteStore(home, home.embedder()).save([note], now)
    FeedbackStore(home).settle(answer_id, person, "verified", now)
    return note


def dismiss(home: Home, answer_id: str, person: Person, now: datetime) -> None:
    """What was verified before is a note no longer."""
    need_judge(person)
    judged = _judged(home, answer_id)
    store, question = NoteStore(home, home.embedder()), _spoken(judged.question)
    kept = store.of(judged.dataset_id, "answer")
    store.end([note for note in kept if note.names[0] == question], now)
    FeedbackStore(home).settle(answer_id, person, "dismissed", now)


def case_of(home: Home, judged: Judged) -> dict[str, Any]:
    """A verified answer as a question of the benchmark: what has to be shown when it is asked."""
    store = ThreadStore(home)
    thread, body = store.answer(judged.owner, judged.answer_id)
    asked = [turn.question for turn in store.turns(thread)]
    state = body["state"]
    return {
        "id": judged.answer_id,
        "before": asked[: asked.index(body["question"])],
        "say": body["question"],
        **{name: state[name] for name in ("dataset", "version", "snapshot", "as_of")},
        "outcome": body["kind"],
        "model": body["model"],
        "tools": list(dict.fromkeys(tool["name"] for tool in body["tools"])),
        "figures": figures_of(body),
    }


def figures_of(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What an answer shows, without what is its own alone: ids of facts and receipts."""
    return [
        {"subject": fact["subject"]["name"], "metric": fact["metric"],
         "period": fact["period"]["words"], "operation": fact["operation"],
         "value": fact["value"], "text": fact["text"]}
        for fact in body["facts"]
    ]  # fmt: skip


def cases_of(home: Home) -> list[dict[str, Any]]:
    """Of all verified answers, oldest first."""
    return [case_of(home, judged) for judged in FeedbackStore(home).verified()]


def _spoken(question: str) -> str:
    """In one line, and without the sign that stands between names."""
    return " ".join(question.replace("|", " ").split())


def _judged(home: Home, answer_id: str) -> Judged:
    found = FeedbackStore(home).find(answer_id)
    if found is None:
        raise NotFound(
            f"Nobody has judged an answer '{answer_id}'.", "segue feedback list shows those judged."
        )
    return found


def _refuse(body: dict[str, Any], context: Context) -> None:
    if body["kind"] != "answer" or body["withheld"] or not body["facts"]:
        raise NotPossible(
            "Only a whole answer with figures can be verified.", "Dismiss it, or ask again."
        )
    if _names_somebody(body, context):
        raise NotPossible(
            "The answer is about a single customer, and a note is for everybody.",
            "Verify answers about segments or the shop.",
        )
    snapshot = context.need_snapshot().snapshot_id
    if (body["state"]["snapshot"], body["state"]["version"]) != (snapshot, context.version):
        raise NotPossible(
            "The records have changed since this answer.", "Ask again, and verify the new answer."
        )


def _names_somebody(body: dict[str, Any], context: Context) -> bool:
    about = {fact["subject"]["kind"] for fact in body["facts"]}
    used = {tool["name"] for tool in body["tools"]}
    disguise = Disguise(lambda: people_of(context), "")
    texts = (str(body["question"]), str(body["answer"]))
    hidden = any(disguise.hide(text) != text for text in texts)
    return "customer" in about or bool(used & _TOOLS_ABOUT_PEOPLE) or hidden
