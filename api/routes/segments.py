"""The overview of a dataset, its segments and snapshots."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from agent.finding import Findings
from api.routes.asker import person_of, services_of
from api.services import Services
from api.wire import rendered_to_wire
from engine.facts import Fact
from stores.datasets import DatasetStore
from stores.models import ModelStore
from stores.people import Person
from stores.runs import RunStore, Segment
from stores.snapshots import SnapshotStore
from tools.context import Context
from tools.run_card import current_card

router = APIRouter(prefix="/v1")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]

_TILES = (
    ("customers", "Customers", "who bought at least once"),
    ("orders", "Orders", "guests included"),
    ("revenue", "Revenue", "after returns"),
    ("average_order", "Average order", ""),
)
_FIGURES = (
    "customers", "share_of_customers", "revenue", "share_of_revenue", "recency", "frequency",
    "monetary", "churn",
)  # fmt: skip


@router.get("/overview")
def overview(person: Asker, services: Built, dataset: str | None = None) -> dict[str, Any]:
    """What the page opens with: finding, tiles, segments; every figure with its receipt."""
    context = services.context(person, dataset)
    kept = services.overviews
    key = (
        person.person_id,
        context.dataset.dataset_id,
        str(context.version),
        _snapshot_id(context),
        _scores_id(context),
    )
    if key not in kept:
        if len(kept) > 100:
            kept.clear()
        kept[key] = _overview(context, services)
    return kept[key]


@router.get("/segments")
def segments(person: Asker, services: Built, dataset: str | None = None) -> dict[str, Any]:
    found = DatasetStore(services.home).get(dataset)
    run = RunStore(services.home).need_published(found.dataset_id)
    return current_card(services.home, run)


@router.get("/snapshots")
def snapshots(person: Asker, services: Built, dataset: str | None = None) -> dict[str, Any]:
    found = DatasetStore(services.home).get(dataset)
    return {
        "snapshots": [
            {
                "snapshot_id": s.snapshot_id,
                "run_id": s.run_id,
                "as_of": s.as_of.isoformat(),
                "version": s.version,
                "customers": s.customers,
            }
            for s in SnapshotStore(services.home).all(found.dataset_id)
        ]
    }


def _overview(context: Context, services: Services) -> dict[str, Any]:
    from agent.loop import state_of

    findings = Findings.gather(context)
    card = context.run.evidence if context.snapshot else {}
    facts = context.book.facts
    return {
        "dataset": context.dataset.name,
        "as_of": context.as_of.iso(),
        "notice": state_of(context)["notice"],
        "verdict": card.get("verdict"),
        "reason": card.get("reason"),
        "finding": [rendered_to_wire(found, facts) for found in findings.sentences()],
        "tiles": [
            {"label": label, "note": note, **_figure(fact)}
            for metric, label, note in _TILES
            if (fact := findings.shop(metric)) is not None
        ],
        "segments": [_segment(segment, findings) for segment in findings.segments],
    }


def _segment(segment: Segment, findings: Findings) -> dict[str, Any]:
    found = {metric: findings.segment(segment, metric) for metric in _FIGURES}
    return {
        "id": segment.segment_id,
        "name": segment.name,
        "profile": segment.profile,
        "colour": segment.colour,
        "figures": {metric: _figure(fact) for metric, fact in found.items() if fact is not None},
    }


def _figure(fact: Fact) -> dict[str, Any]:
    value = fact.to_json()
    return {"text": fact.text, "value": value["value"], "receipt": fact.receipt}


def _snapshot_id(context: Context) -> str:
    return context.snapshot.snapshot_id if context.snapshot else ""


def _scores_id(context: Context) -> str:
    model = ModelStore(context.home).find_latest(context.dataset.dataset_id, "churn")
    return model.model_id if model else ""
