"""Datasets, uploads and loads."""

import re
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, UploadFile
from pydantic import BaseModel, ConfigDict

from api.routes.asker import person_of, runner_of, services_of
from api.runner import Runner
from api.services import Services
from engine.errors import BadInput, NotFound
from stores.datasets import DatasetStore
from stores.home import new_id
from stores.jobs import JobStore
from stores.people import Person
from tools.datasets import LoadRequest, dataset_summary, load_summary, preview

router = APIRouter(prefix="/v1")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]
Jobs = Annotated[Runner, Depends(runner_of)]
_PIECE = 1 << 20


class Preview(BaseModel):
    model_config = ConfigDict(extra="forbid")
    upload_id: str | None = None
    source: str | None = None  # a name that segue.toml declares; never a URL
    dataset: str | None = None
    zone: str | None = None
    currency: str | None = None
    dates: str | None = None
    mapping: dict[str, str] = {}


@router.get("/datasets")
def datasets(person: Asker, services: Built) -> dict[str, Any]:
    store = DatasetStore(services.home)
    return {"datasets": [dataset_summary(services.home, dataset) for dataset in store.all()]}


@router.post("/uploads", status_code=201)
async def upload(file: UploadFile, person: Asker, services: Built) -> dict[str, Any]:
    """Streamed to disk; nothing is read into a dataset yet."""
    upload_id = new_id("upload")
    folder = _uploads(services) / upload_id
    folder.mkdir(parents=True)
    name = _plain_name(file.filename or "orders.csv")
    (folder / "owner").write_text(person.person_id, encoding="utf-8")
    size = 0
    with (folder / "content").open("wb") as target:
        while piece := await file.read(_PIECE):
            target.write(piece)
            size += len(piece)
    (folder / "name").write_text(name, encoding="utf-8")
    return {"upload_id": upload_id, "name": name, "size": size}


@router.post("/loads/preview")
def look(asked: Preview, person: Asker, services: Built) -> dict[str, Any]:
    return preview(services.home, _request(services, person, asked), services.now())


@router.post("/loads", status_code=202)
def load(asked: Preview, person: Asker, services: Built, runner: Jobs) -> dict[str, Any]:
    request = _request(services, person, asked)
    arguments = {
        "file": str(request.file) if request.file else None,
        "source": asked.source,
        "name": request.name,
        "dataset": asked.dataset,
        "zone": asked.zone,
        "currency": asked.currency,
        "mapping": asked.mapping,
        "dates": asked.dates,
    }
    store = JobStore(services.home)
    job = store.add(person.person_id, "load", arguments, services.now())
    runner.wake()
    return job.to_json()


@router.get("/loads/{load_id}")
def ledger(load_id: str, person: Asker, services: Built) -> dict[str, Any]:
    store = DatasetStore(services.home)
    found = store.load(load_id)
    return load_summary(store.get(found.dataset_id), found)


def _request(services: Services, person: Person, asked: Preview) -> LoadRequest:
    if (asked.upload_id is None) == (asked.source is None):
        raise BadInput("Say what to load.", "Give either upload_id or source.")
    folder = None if asked.upload_id is None else _upload(services, person, asked.upload_id)
    return LoadRequest(
        file=folder / "content" if folder else None,
        name=(folder / "name").read_text(encoding="utf-8") if folder else "",
        table=services.settings.table(asked.source) if asked.source is not None else None,
        dataset=asked.dataset,
        zone=asked.zone,
        currency=asked.currency,
        mapping=tuple(asked.mapping.items()),
        dates="dmy" if asked.dates == "dmy" else "mdy" if asked.dates == "mdy" else None,
    )


def _upload(services: Services, person: Person, upload_id: str) -> Path:
    folder = _uploads(services) / upload_id
    known = re.fullmatch(r"upload_[0-9a-f]{12}", upload_id) and folder.is_dir()
    if not known or (folder / "owner").read_text(encoding="utf-8") != person.person_id:
        raise NotFound(f"There is no upload '{upload_id[:40]}'.", "Upload the file again.")
    return folder


def _uploads(services: Services) -> Path:
    return services.home.root / "uploads"


def _plain_name(name: str) -> str:
    """Only a name: no folder of the sender's machine, no control characters."""
    return re.sub(r"[^\w.() -]", "_", re.split(r"[/\\]", name)[-1])[:120] or "orders.csv"
