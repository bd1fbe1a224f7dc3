"""What was loaded, for people to look at: the profile of a dataset."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from api.routes.asker import person_of, services_of
from api.services import Services
from stores.datasets import DatasetStore
from stores.people import Person
from tools.profile import profile_dataset

router = APIRouter(prefix="/v1")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]


@router.get("/datasets/{name}/profile")
async def profile(
    name: str, person: Asker, services: Built, kind: str | None = None
) -> dict[str, Any]:
    dataset = DatasetStore(services.home).get(name)
    return await asyncio.to_thread(profile_dataset, services.home, dataset, kind)
