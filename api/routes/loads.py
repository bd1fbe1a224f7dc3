"""The loads of a dataset, each with its ledger, and the rows that a load dropped."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.routes.asker import person_of, services_of
from api.services import Services
from stores.datasets import DatasetStore
from stores.people import Person
from tools.datasets import load_summary

router = APIRouter(prefix="/v1")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]
Most = Annotated[int, Query(ge=1, le=1000)]


@router.get("/datasets/{name}/loads")
def loads(name: str, person: Asker, services: Built) -> dict[str, Any]:
    """Newest first."""
    store = DatasetStore(services.home)
    dataset = store.get(name)
    found = sorted(store.loads(dataset), key=lambda load: load.loaded_at, reverse=True)
    return {"loads": [load_summary(dataset, load) for load in found]}


@router.get("/loads/{load_id}/dropped")
def dropped(load_id: str, person: Asker, services: Built, most: Most = 20) -> dict[str, Any]:
    """The first dropped rows: line, reason and text, as they stood in the source."""
    store = DatasetStore(services.home)
    rows = store.dropped_rows(store.load(load_id))
    return {"load_id": load_id, "dropped": len(rows), "rows": rows.slice(0, most).to_pylist()}
