"""Jobs: long work that outlives the request that asked for it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field

from api.routes.asker import person_of, runner_of, services_of
from api.runner import Runner
from api.services import Services
from engine.errors import NotFound
from engine.render.formats import FORMATS, need_formats
from stores.home import new_id
from stores.jobs import FINAL, Job, JobStore
from stores.people import Person

router = APIRouter(prefix="/v1")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]
Jobs = Annotated[Runner, Depends(runner_of)]
_LOOK_EVERY_SECONDS = 0.2


class About(BaseModel):
    model_config = ConfigDict(extra="forbid")
    dataset: str | None = None


class ScoreWish(About):
    horizon_days: int = Field(default=90, ge=7, le=730)
    deep: bool = False
    protected: bool = False


class ReportWish(About):
    formats: list[str] = Field(default=["pdf", "html"], min_length=1)


@router.post("/samples", status_code=202)
def sample(person: Asker, services: Built, runner: Jobs) -> dict[str, Any]:
    return _add(services, runner, person, "sample", {})


@router.post("/segmentations", status_code=202)
def segmentation(asked: About, person: Asker, services: Built, runner: Jobs) -> dict[str, Any]:
    return _add(services, runner, person, "segmentation", {"dataset": asked.dataset})


@router.post("/scorings", status_code=202)
def scoring(asked: ScoreWish, person: Asker, services: Built, runner: Jobs) -> dict[str, Any]:
    """`deep`: two neural networks compete; `protected`: models may read gender, age, country."""
    return _add(services, runner, person, "scoring", asked.model_dump())


@router.post("/reports", status_code=202)
def report(asked: ReportWish, person: Asker, services: Built, runner: Jobs) -> dict[str, Any]:
    need_formats(asked.formats)
    arguments = {
        "dataset": asked.dataset,
        "formats": asked.formats,
        "report_id": new_id("report"),
    }
    return _add(services, runner, person, "report", arguments)


@router.get("/reports/{report_id}/{name}")
def report_file(report_id: str, name: str, person: Asker, services: Built) -> FileResponse:
    """A file of a report that the asker ordered."""
    for job in JobStore(services.home).all(person.person_id, "report"):
        if job.result and job.result["report_id"] == report_id:
            for file in job.result["files"]:
                if file["name"] == name:
                    kept = services.home.files.get(f"reports/{report_id}/{name}")
                    return FileResponse(kept, filename=name, media_type=FORMATS[file["format"]])
    raise NotFound(f"There is no report file '{name[:80]}'.", "Make a report first.")


@router.get("/jobs/{job_id}")
def job(job_id: str, person: Asker, services: Built) -> dict[str, Any]:
    return JobStore(services.home).get(person.person_id, job_id).to_json()


@router.delete("/jobs/{job_id}", status_code=202)
def cancel(job_id: str, person: Asker, services: Built) -> dict[str, Any]:
    return JobStore(services.home).ask_cancel(person.person_id, job_id).to_json()


def _known_job(job_id: str, person: Asker, services: Built) -> Job:
    return JobStore(services.home).get(person.person_id, job_id)


@router.get("/jobs/{job_id}/events", response_class=EventSourceResponse)
async def follow(
    known: Annotated[Job, Depends(_known_job)], services: Built
) -> AsyncIterator[ServerSentEvent]:
    """The job each time it changed, until it has ended."""
    store = JobStore(services.home)
    said: dict[str, Any] = {}
    while True:
        found = await asyncio.to_thread(store.get, known.owner, known.job_id)
        if found.to_json() != said:
            said = found.to_json()
            yield ServerSentEvent(event="job", data=said)
        if found.state in FINAL:
            return
        await asyncio.sleep(_LOOK_EVERY_SECONDS)


def _add(
    services: Services, runner: Runner, person: Person, kind: str, arguments: dict[str, Any]
) -> dict[str, Any]:
    found = JobStore(services.home).add(person.person_id, kind, arguments, services.now())
    runner.wake()
    return found.to_json()
