"""Events over HTTP: the way in of a shop that has no Kafka, through the same fold and store."""

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool

from api.routes.asker import person_of, services_of
from api.services import Services
from engine.errors import BadInput
from stores.datasets import DatasetStore
from stores.people import Person
from tools.streaming import Batch, Stream

router = APIRouter(prefix="/v1")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]
MOST_EVENTS = 10_000
_MOST_BYTES = 32 << 20


@router.post("/events")
async def events(
    request: Request, person: Asker, services: Built, dataset: str | None = None
) -> dict[str, Any]:
    """A JSON array of events, or one event a line; sent again, an event counts once."""
    body = await _body(request)
    return await run_in_threadpool(_take, services, dataset, body)


def _take(services: Services, dataset: str | None, body: bytes) -> dict[str, Any]:
    values = split_events(body)
    if len(values) > MOST_EVENTS:
        raise BadInput(
            f"{len(values):,} events in one request; {MOST_EVENTS:,} are the most.",
            "Send them in several.",
        )
    store = DatasetStore(services.home)
    stream = Stream(services.home, store.get(dataset))
    call = uuid4().hex
    taken = stream.take(Batch(values, lambda place: f"api:{call}:{place}"), services.now())
    if taken.needs_sweep:
        stream.sweep(services.now())
    return {
        "events": taken.messages,
        "kept": taken.kept,
        "duplicates": taken.duplicates,
        "late": taken.late,
        "dead": [{"place": d.place, "reason": d.reason, "detail": d.detail} for d in taken.dead],
    }


def split_events(body: bytes) -> list[bytes]:
    """The messages of a body, each still unread."""
    import msgspec

    if not body.lstrip().startswith(b"["):
        return [line for line in body.split(b"\n") if line.strip()]
    try:
        return [bytes(raw) for raw in msgspec.json.decode(body, type=list[msgspec.Raw])]
    except (ValueError, RecursionError) as error:
        raise BadInput(
            f"The body is no JSON array: {error}.", "Send an array of events, or one a line."
        ) from None


async def _body(request: Request) -> bytes:
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > _MOST_BYTES:
            raise BadInput(
                f"The request is larger than {_MOST_BYTES >> 20} MB.", "Send several smaller ones."
            )
        pieces.append(piece)
    return b"".join(pieces)
