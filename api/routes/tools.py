"""Every tool of the catalogue over the API, with the arguments that the agent and MCP give it."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends

from api.routes.asker import person_of, services_of
from api.services import Services
from api.wire import called_to_wire
from stores.people import Person
from tools.catalog import ask_confirmation, call, catalogue, find_tool

router = APIRouter(prefix="/v1")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]
Given = Annotated[dict[str, Any] | None, Body()]


@router.get("/tools")
async def tools(person: Asker) -> dict[str, Any]:
    """What can be called: when to use it, its arguments as a JSON schema, and what it does."""
    return {"tools": [tool.to_json() for tool in catalogue().values()]}


@router.post("/tools/{name}")
async def run_tool(
    name: str,
    person: Asker,
    services: Built,
    arguments: Given = None,
    dataset: str | None = None,
    confirmation: str | None = None,
) -> dict[str, Any]:
    """What the tool found. One that changes something first gives a question and a token; the
    same request with `confirmation=TOKEN` makes the change."""
    return await asyncio.to_thread(
        _found, services, person, name, arguments or {}, dataset, confirmation
    )


def _found(
    services: Services,
    person: Person,
    name: str,
    arguments: dict[str, Any],
    dataset: str | None,
    confirmation: str | None,
) -> dict[str, Any]:
    tool = find_tool(name)
    context = services.context(person, dataset)
    if tool.effect == "changes" and confirmation is None:
        return ask_confirmation(context, name, arguments).to_json()
    return called_to_wire(call(context, name, arguments, confirmation), context)
