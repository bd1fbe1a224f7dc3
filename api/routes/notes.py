"""What is noted, and what people say of answers."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from agent.verifying import cases_of, dismiss, need_judge, verify
from api.routes.asker import person_of, services_of
from api.services import Services
from api.wire import called_to_wire
from stores.feedback import FeedbackStore
from stores.people import Person
from stores.threads import ThreadStore
from tools.catalog import call

router = APIRouter(prefix="/v1")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]


class Judgement(BaseModel):
    model_config = ConfigDict(extra="forbid")
    value: Literal["good", "bad"]


class Settlement(BaseModel):
    model_config = ConfigDict(extra="forbid")
    settled_as: Literal["verified", "dismissed"]


@router.get("/notes")
async def notes(
    person: Asker,
    services: Built,
    query: Annotated[str, Query(min_length=1, max_length=300)],
    dataset: str | None = None,
    kind: str = "",
    limit: int = 3,
    past: bool = False,
) -> dict[str, Any]:
    """The notes that answer the query, with the figures that they show, as of now."""
    arguments = {"query": query, "kind": kind, "limit": limit, "past": past}

    def found() -> dict[str, Any]:
        context = services.context(person, dataset)
        return called_to_wire(call(context, "search_notes", arguments), context)

    return await asyncio.to_thread(found)


@router.put("/answers/{answer_id}/feedback")
def judge(answer_id: str, said: Judgement, person: Asker, services: Built) -> dict[str, Any]:
    """Whether one's own answer was good or bad; the last word counts."""
    ThreadStore(services.home).answer(person.person_id, answer_id)
    FeedbackStore(services.home).give(answer_id, person, said.value, services.now())
    return {"answer_id": answer_id, "value": said.value}


@router.get("/feedback")
def waiting(person: Asker, services: Built) -> dict[str, Any]:
    """Judged answers that nobody has looked at; for the role admin."""
    need_judge(person)
    return {"answers": [vars(one) for one in FeedbackStore(services.home).waiting()]}


@router.put("/feedback/{answer_id}")
def settle(answer_id: str, how: Settlement, person: Asker, services: Built) -> dict[str, Any]:
    """Calls an answer right, so that it becomes a note and a case; or leaves it."""
    now, settled = services.now(), {"answer_id": answer_id, "settled_as": how.settled_as}
    if how.settled_as == "dismissed":
        dismiss(services.home, answer_id, person, now)
        return settled
    return settled | {"note_id": verify(services.home, answer_id, person, now).note_id}


@router.get("/feedback/cases")
def cases(person: Asker, services: Built) -> dict[str, Any]:
    """Verified answers: what has to be shown when the same is asked again."""
    need_judge(person)
    return {"cases": cases_of(services.home)}
