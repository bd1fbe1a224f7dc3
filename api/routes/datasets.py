"""Datasets, uploads and loads."""

import asyncio
import json
import re
import shutil
from pathlib import Path
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Depends, UploadFile

from api.routes.asker import person_of, runner_of, services_of
from api.runner import Runner
from api.services import Services
from engine.errors import BadInput, NotFound
from stores.datasets import DatasetStore
from stores.files import Files
from stores.home import new_id
from stores.jobs import JobStore
from stores.people import Person
from tools.datasets import dataset_summary, dataset_versions, load_summary, preview
from tools.load_request import LoadOptions, LoadRequest

router = APIRouter(prefix="/v1")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]
Jobs = Annotated[Runner, Depends(runner_of)]
_PIECE = 1 << 20


class LoadAsked(LoadOptions):
    """What a load is of, and how it is to be read: as `segue load` takes it."""

    upload_id: str | None = None
    source: str | None = None  # a name that segue.toml declares; never a URL


@router.get("/datasets")
def datasets(person: Asker, services: Built) -> dict[str, Any]:
    store = DatasetStore(services.home)
    return {"datasets": [dataset_summary(services.home, dataset) for dataset in store.all()]}


@router.get("/datasets/{name}/versions")
def versions(name: str, person: Asker, services: Built) -> dict[str, Any]:
    return dataset_versions(services.home, name)


@router.post("/uploads", status_code=201)
async def upload(file: UploadFile, person: Asker, services: Built) -> dict[str, Any]:
    """Streamed to disk; nothing is read into a dataset yet."""
    upload_id = new_id("upload")
    name = _plain_name(file.filename or "orders.csv")
    size = await asyncio.to_thread(_keep, services.home.files, upload_id, file.file)
    about = {"owner": person.person_id, "name": name}
    await asyncio.to_thread(_describe, services.home.files, upload_id, about)
    return {"upload_id": upload_id, "name": name, "size": size}


@router.post("/loads/preview")
def look(asked: LoadAsked, person: Asker, services: Built) -> dict[str, Any]:
    return preview(services.home, _request(services, person, asked), services.now())


@router.post("/loads", status_code=202)
def load(asked: LoadAsked, person: Asker, services: Built, runner: Jobs) -> dict[str, Any]:
    request = _request(services, person, asked)
    arguments = {
        "upload": _content(asked.upload_id) if asked.upload_id else None,
        "source": asked.source,
        "name": request.name,
        **request.options(),
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


def _request(services: Services, person: Person, asked: LoadAsked) -> LoadRequest:
    if (asked.upload_id is None) == (asked.source is None):
        raise BadInput("Say what to load.", "Give either upload_id or source.")
    file, name = (None, "")
    if asked.upload_id is not None:
        file, name = _uploaded(services.home.files, person, asked.upload_id)
    table = services.settings.table(asked.source) if asked.source is not None else None
    return LoadRequest(file, name=name, table=table, **asked.options())


def _uploaded(files: Files, person: Person, upload_id: str) -> tuple[Path, str]:
    """The content on this machine, and what its owner calls it."""
    known = re.fullmatch(r"upload_[0-9a-f]{12}", upload_id)
    note = files.find(_about(upload_id)) if known else None
    about = {} if note is None else json.loads(note.read_bytes())
    if about.get("owner") != person.person_id:
        raise NotFound(f"There is no upload '{upload_id[:40]}'.", "Upload the file again.")
    return files.get(_content(upload_id)), about["name"]


def _keep(files: Files, upload_id: str, sent: BinaryIO) -> int:
    with files.writing(_content(upload_id)) as file, file.open("wb") as target:
        shutil.copyfileobj(sent, target, _PIECE)
        return target.tell()


def _describe(files: Files, upload_id: str, about: dict[str, str]) -> None:
    """After the content: an upload that is known is whole."""
    with files.writing(_about(upload_id)) as file:
        file.write_text(json.dumps(about), encoding="utf-8")


def _content(upload_id: str) -> str:
    return f"uploads/{upload_id}/content"


def _about(upload_id: str) -> str:
    return f"uploads/{upload_id}/about.json"


def _plain_name(name: str) -> str:
    """Only a name: no folder of the sender's machine, no control characters."""
    return re.sub(r"[^\w.() -]", "_", re.split(r"[/\\]", name)[-1])[:120] or "orders.csv"
