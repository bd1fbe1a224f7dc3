"""Audiences: looked at, saved, exported, pushed and read out. Each is its owner's alone."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api import audiences
from api.routes.asker import person_of, runner_of, services_of
from api.runner import Runner
from api.services import Services
from stores.people import Person
from tools.exports import current_people, find_audience, write_addresses, write_customers

router = APIRouter(prefix="/v1/audiences")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]
Jobs = Annotated[Runner, Depends(runner_of)]
_WRITERS: dict[str, Callable[..., int]] = {"customers": write_customers, "emails": write_addresses}


class Wish(BaseModel):
    model_config = ConfigDict(extra="forbid")
    where: str = Field(min_length=1, max_length=2000)
    name: str | None = Field(default=None, max_length=61)
    holdout: float = Field(default=0.0, ge=0, lt=1)
    dataset: str | None = None


class Look(Wish):
    """`say` instead of `where`: in plain words; the answer's `where` is how they were read."""

    where: str = Field(default="", max_length=2000)
    say: str = Field(default="", max_length=2000)


class NamedWish(Wish):
    name: str = Field(max_length=61)


class PushWish(BaseModel):
    """Without `approve` it is only said what would be sent, and what an approval has to name."""

    model_config = ConfigDict(extra="forbid")
    to: str = Field(max_length=2000)
    approve: str | None = None
    again: bool = False
    dataset: str | None = None


@router.post("/preview")
def preview(wish: Look, person: Asker, services: Built) -> dict[str, Any]:
    context = services.context(person, wish.dataset)
    where = wish.where or audiences.understand(context, wish.say)
    found = audiences.preview(context, where, wish.name, wish.holdout)
    wanted = wish.model_dump(include={"name", "holdout"}) | {"where": where}
    return found | {"facts": audiences.facts(context, "preview_audience", wanted)}


@router.post("", status_code=201)
def save(wish: NamedWish, person: Asker, services: Built) -> dict[str, Any]:
    context = services.context(person, wish.dataset)
    return audiences.save(context, wish.name, wish.where, wish.holdout)


@router.get("")
def all_of_them(person: Asker, services: Built, dataset: str | None = None) -> dict[str, Any]:
    """With the facts of all of them, each figure with its receipt."""
    context = services.context(person, dataset)
    found = audiences.all_cards(context)
    return found | {"facts": audiences.facts(context, "list_audiences", {})}


@router.get("/{name}")
def one(name: str, person: Asker, services: Built, dataset: str | None = None) -> dict[str, Any]:
    return audiences.show(services.context(person, dataset), name)


@router.delete("/{name}")
def delete(name: str, person: Asker, services: Built, dataset: str | None = None) -> dict[str, Any]:
    return audiences.delete(services.context(person, dataset), name)


@router.get("/{name}/{form}.csv")
def export(
    name: str,
    form: Literal["customers", "emails"],
    person: Asker,
    services: Built,
    dataset: str | None = None,
) -> Response:
    """Made when it is asked for; nothing of it stays here."""
    context = services.context(person, dataset)
    audience = find_audience(context, name)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "audience.csv"
        _WRITERS[form](context, current_people(context, audience), file)
        content = file.read_bytes()
    return Response(
        content,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{audience.audience_id}.csv"'},
    )


@router.post("/{name}/pushes")
def push(name: str, wish: PushWish, person: Asker, services: Built, runner: Jobs) -> dict[str, Any]:
    """An approval begins a job: `job` in the answer, whose result says what was sent."""
    context = services.context(person, wish.dataset)
    if wish.approve is None:
        return audiences.push_difference(services, context, name, wish.to)
    begun = audiences.begin_push(services, context, name, wish.to, wish.approve, wish.again)
    runner.wake()
    return begun


@router.get("/{name}/readout")
def readout(
    name: str, person: Asker, services: Built, days: int = 30, dataset: str | None = None
) -> dict[str, Any]:
    return audiences.readout(services.context(person, dataset), name, days)
