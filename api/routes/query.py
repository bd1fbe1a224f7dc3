"""Counting over the API: what `segue query` and the tool take, in the same words."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from api.routes.asker import person_of, services_of
from api.services import Services
from api.wire import called_to_wire
from stores.people import Person
from tools.catalog import call
from tools.query import QueryRecords

router = APIRouter(prefix="/v1")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]


@router.post("/query")
async def query(
    asked: QueryRecords, person: Asker, services: Built, dataset: str | None = None
) -> dict[str, Any]:
    """The facts of one page of rows, each with its receipt."""
    return await asyncio.to_thread(_counted, services, person, dataset, asked)


def _counted(
    services: Services, person: Person, dataset: str | None, asked: QueryRecords
) -> dict[str, Any]:
    context = services.context(person, dataset)
    return called_to_wire(call(context, "query_records", asked.model_dump(mode="json")), context)
