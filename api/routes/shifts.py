"""Who moved between segments, and why one customer did."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.routes.asker import person_of, services_of
from api.services import Services
from engine.concepts import Moment
from stores.people import Person
from tools.catalog import call
from tools.context import Context
from tools.shifts import shifts_card
from tools.why import why_card

router = APIRouter(prefix="/v1")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]
Since = Annotated[str | None, Query(alias="from")]
Until = Annotated[str | None, Query(alias="to")]

_METRICS = {
    ("customers", None, False): "opening",
    ("customers", None, True): "closing",
    ("customers", "difference", True): "net",
    ("entered", None, True): "entered",
    ("left", None, True): "left",
    ("new_customers", None, True): "new",
    ("removed", None, True): "lost",
}


@router.get("/shifts")
def shifts(
    person: Asker, services: Built, dataset: str | None = None, since: Since = None,
    until: Until = None,
) -> dict[str, Any]:  # fmt: skip
    """The accounts between two moments, by default of the last whole month; figures with receipts.

    `receipts` has, for each segment, a receipt for each part of its account, and for each flow
    `FROM>TO` one for its customers.
    """
    context = services.context(person, dataset)
    context.need_snapshot()
    if since is None:
        since, until = last_month(context.as_of)
    kept = services.overviews
    key = (
        "shifts", person.person_id, context.dataset.dataset_id, str(context.version),
        context.run.run_id, since, until or "",
    )  # fmt: skip
    if key not in kept:
        kept[key] = _with_receipts(context, services, since, until)
    return kept[key]


def _with_receipts(
    context: Context, services: Services, since: str, until: str | None
) -> dict[str, Any]:
    called = call(context, "segment_shifts", {"since": since, "until": until})
    card = shifts_card(services.home, context.dataset, since, until, services.now())
    receipts: dict[str, dict[str, Any]] = {}
    for fact in called.facts:
        figure = fact.figure
        parts = receipts.setdefault(figure.subject.id, {})
        ends_later = figure.period.start is not None or figure.period.end.isoformat() == card["to"]
        part = _METRICS.get((figure.metric, figure.operation, ends_later), figure.metric)
        parts[part] = {"text": fact.text, "receipt": fact.receipt}
    colours = {segment.segment_id: segment.colour for segment in context.segments}
    for row in card["segments"]:
        row["colour"] = colours[row["id"]]
    return card | {"receipts": receipts}


@router.get("/why")
def why(
    person: Asker, services: Built, customer: str, dataset: str | None = None,
    since: Since = None, until: Until = None,
) -> dict[str, Any]:  # fmt: skip
    context = services.context(person, dataset)
    return why_card(services.home, context.dataset, customer, since, until, services.now())


def last_month(newest: Moment) -> tuple[str, str]:
    """The starts of the last whole calendar month before the newest record, and of the next."""
    end = newest.local_date.replace(day=1)
    start = (end - timedelta(days=1)).replace(day=1)
    return start.isoformat(), end.isoformat()
