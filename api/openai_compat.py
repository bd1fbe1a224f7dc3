"""The OpenAI-compatible door: /v1/chat/completions and /v1/models.

The model is `segue`, or `segue/DATASET`. Stateless unless `metadata.thread` names a thread: then
that thread goes on. Only the last user message is asked; figures arrive rendered, with the
receipts in `segue` beside the choices.
"""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from agent.events import Answer, Restarted, Sentence
from agent.loop import answer
from api.problems import report_defect
from api.routes.asker import person_of, services_of
from api.routes.questions import Question, open_question
from api.services import Services
from engine.errors import BadInput, Fixable, NotFound
from stores.datasets import DatasetStore
from stores.people import Person
from stores.threads import Thread
from tools.context import Context

router = APIRouter(prefix="/v1")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]


class Message(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "".join(str(part.get("text", "")) for part in self.content)
        return self.content or ""


class Completion(BaseModel):
    """What is asked; parameters that only steer a language model are accepted and ignored."""

    model: str
    messages: list[Message] = Field(min_length=1)
    stream: bool = False
    metadata: dict[str, str] | None = None


@router.get("/models")
def models(person: Asker, services: Built) -> dict[str, Any]:
    names = [f"segue/{dataset.name}" for dataset in DatasetStore(services.home).all()]
    return {
        "object": "list",
        "data": [
            {"id": name, "object": "model", "created": 0, "owned_by": "segue"}
            for name in ["segue", *names]
        ],
    }


@router.post("/chat/completions", response_model=None)
async def complete(
    asked: Completion, person: Asker, services: Built
) -> dict[str, Any] | StreamingResponse:
    question = _question(asked)
    context, thread = open_question(services, person, question)
    if asked.stream:
        pieces = _stream(asked, question.question, context, thread, services)
        return StreamingResponse(pieces, media_type="text/event-stream")
    found = await _whole(question.question, context, thread, services)
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": found.text},
        "finish_reason": "stop",
    }
    return _envelope(asked, found.answer_id, "chat.completion", services) | {
        "choices": [choice],
        "usage": _usage(found),
        "segue": found.to_json(),
    }


def _question(asked: Completion) -> Question:
    name, _, dataset = asked.model.partition("/")
    if name != "segue":
        raise NotFound(f"There is no model '{asked.model}'.", "Use segue, or segue/DATASET.")
    users = [message.text for message in asked.messages if message.role == "user"]
    if not users or not users[-1].strip():
        raise BadInput("There is no user message to answer.", "Send one with role user.")
    thread = (asked.metadata or {}).get("thread")
    return Question(question=users[-1][:2000], dataset=dataset or None, thread=thread)


async def _whole(question: str, context: Context, thread: Thread, services: Services) -> Answer:
    found: Answer | None = None
    async for event in answer(question, context, thread, services.model()):
        if isinstance(event, Answer):
            found = event
    assert found is not None  # noqa: S101  the last event is the answer
    return found


async def _stream(
    asked: Completion, question: str, context: Context, thread: Thread, services: Services
) -> AsyncIterator[str]:
    """Sentences as deltas. What a failed model had said before a restart cannot be taken back
    here, so nothing of it is sent: sentences are held until their turn has ended."""
    head = _envelope(asked, thread.thread_id, "chat.completion.chunk", services)

    def piece(delta: dict[str, Any], reason: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return f"data: {json.dumps(head | {'choices': [choice]} | more)}\n\n"

    model = services.model()
    held: list[str] = []
    try:
        yield piece({"role": "assistant", "content": ""})
        async for event in answer(question, context, thread, model):
            if isinstance(event, Restarted):
                held.clear()
            elif isinstance(event, Sentence) and model.model is None:
                yield piece({"content": event.text})
            elif isinstance(event, Sentence):
                held.append(event.text)
            elif isinstance(event, Answer):
                for text in held:
                    yield piece({"content": text})
                yield piece({}, "stop", usage=_usage(event), segue=event.to_json())
    except Fixable as error:
        yield _error(error.message)
    except Exception as error:
        yield _error(report_defect(error)[0])
    yield "data: [DONE]\n\n"


def _error(message: str) -> str:
    return f"data: {json.dumps({'error': {'message': message, 'type': 'segue'}})}\n\n"


def _envelope(asked: Completion, identifier: str, kind: str, services: Services) -> dict[str, Any]:
    return {
        "id": identifier,
        "object": kind,
        "created": int(services.now().timestamp()),
        "model": asked.model,
    }


def _usage(found: Answer) -> dict[str, int]:
    prompt = found.tokens.get("input_tokens", 0)
    completion = found.tokens.get("output_tokens", 0)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }
