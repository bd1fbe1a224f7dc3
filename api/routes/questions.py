"""Questions, threads and receipts."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field

from agent.loop import answer
from agent.standing import about, about_words, edited
from api.logs import working_on
from api.problems import report_defect
from api.routes.asker import person_of, services_of
from api.services import Services
from api.wire import to_wire
from engine.errors import Fixable
from stores.people import Person
from stores.threads import Thread, ThreadStore
from tools.context import Context
from tools.receipts import receipt_card

router = APIRouter(prefix="/v1")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid")
    question: str = Field(min_length=1, max_length=2000)
    dataset: str | None = None
    thread: str | None = None


def open_question(services: Services, person: Person, asked: Question) -> tuple[Context, Thread]:
    """Its thread, found or made, and what the answer will be about."""
    store = ThreadStore(services.home)
    thread = store.get(person.person_id, asked.thread) if asked.thread else None
    context = services.context(person, thread.dataset_id if thread else asked.dataset)
    if thread is None:
        thread = store.make(person.person_id, context.dataset.dataset_id, services.now())
    return context, thread


@router.post("/questions", response_class=EventSourceResponse)
async def ask(asked: Question, person: Asker, services: Built) -> AsyncIterator[ServerSentEvent]:
    """The answer as it comes about: status, tool_started, tool (finished), sentence, restarted,
    confirm (a change that waits for agreement), table, chart (of the table with its id), facts
    (those of the sentences), then done or error."""
    try:
        context, thread = open_question(services, person, asked)
        with working_on(thread.thread_id):
            async for event in answer(asked.question, context, thread, services.model()):
                name, data = to_wire(event)
                yield ServerSentEvent(event=name, data=data)
    except Fixable as error:
        yield ServerSentEvent(event="error", data={"message": error.message, "hint": error.hint})
    except Exception as error:
        message, hint = report_defect(error)
        yield ServerSentEvent(event="error", data={"message": message, "hint": hint})


@router.get("/threads")
def threads(person: Asker, services: Built) -> dict[str, Any]:
    store = ThreadStore(services.home)
    found = []
    for thread in store.all(person.person_id):
        turns = store.turns(thread)
        if turns:
            found.append(
                {
                    "thread": thread.thread_id,
                    "title": turns[0].question,
                    "asked_at": turns[-1].asked_at.isoformat(),
                }
            )
    return {"threads": found}


@router.get("/threads/{thread_id}")
def thread(thread_id: str, person: Asker, services: Built) -> dict[str, Any]:
    store = ThreadStore(services.home)
    found = store.get(person.person_id, thread_id)
    turns = [turn.body for turn in store.turns(found)]
    return {"thread": thread_id, "turns": turns, "about": about(found.state)}


@router.patch("/threads/{thread_id}")
def edit_thread(
    thread_id: str, change: dict[str, Any], person: Asker, services: Built
) -> dict[str, Any]:
    """What the thread is about, in other words: segment, metric, period, filters, customer."""
    store = ThreadStore(services.home)
    found = store.get(person.person_id, thread_id)
    state = edited(found.state, change)
    store.keep_state(found, state | {"about": about_words(state)})
    return {"thread": thread_id, "about": about(state)}


@router.get("/receipts/{receipt_id}")
def receipt(receipt_id: str, person: Asker, services: Built) -> dict[str, Any]:
    return receipt_card(services.home, person.person_id, receipt_id, services.now(), again=False)


@router.post("/receipts/{receipt_id}/rerun")
def rerun(receipt_id: str, person: Asker, services: Built) -> dict[str, Any]:
    return receipt_card(services.home, person.person_id, receipt_id, services.now(), again=True)
