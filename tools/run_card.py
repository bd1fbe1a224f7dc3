"""The card of a run: everything that a person or a program asks of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment, Money
from stores.datasets import Dataset
from stores.home import Home
from stores.runs import Run, RunStore, Segment
from stores.snapshots import Snapshot

if TYPE_CHECKING:
    import pandas as pd

    from engine.clustering.choice import Segmentation
    from engine.clustering.method import SegmentModel
    from engine.identity import Match


def make_card(
    run: Run,
    dataset: Dataset,
    segmentation: "Segmentation",
    segments: Sequence[Segment],
    members: "pd.DataFrame",
    because: Mapping[str, list[dict[str, Any]]],
    snapshot: Snapshot,
    match: "Match | None",
) -> dict[str, Any]:
    as_of = Moment.of(run.as_of, dataset.shop.zone)
    null = segmentation.null
    return {
        "run_id": run.run_id,
        "snapshot_id": snapshot.snapshot_id,
        "dataset": dataset.name,
        "version": run.version,
        "as_of": as_of.iso(),
        "verdict": segmentation.verdict,
        "reason": segmentation.reason,
        "overridden": segmentation.overridden,
        "automatic": asdict(segmentation.automatic) if segmentation.automatic else None,
        "method": segmentation.method,
        "feature_space": segmentation.feature_space,
        "k": segmentation.k,
        "published": run.state == "published",
        "judged_on": segmentation.judged_on,
        "fitted_on": segmentation.fitted_on,
        "weights": dict(segmentation.weights),
        "comparisons": [asdict(comparison) for comparison in segmentation.comparisons],
        "preparation": _prepared(segmentation.model),
        "checks": {name: asdict(check) for name, check in segmentation.checks.items()},
        "null": asdict(null) if null else None,
        "segments": _segment_rows(segments, members, because, dataset.shop.currency),
        "candidates": [
            {
                "method": c.method,
                "space": c.space,
                "k": c.k,
                "measures": dict(c.measures),
                "rating": c.rating,
                "passed": c.passed,
                "why_not": c.why_not,
                "not_measured": list(c.not_measured),
                "seconds": c.seconds,
                "fitted_on": c.fitted_on,
            }
            for c in segmentation.candidates
        ],
        "changelog": [] if match is None else [asdict(change) for change in match.changelog],
        "agreement": None if match is None else match.agreement,
        "match": None if match is None else match.sentence,
    }


def _prepared(model: "SegmentModel") -> list[dict[str, str]]:
    """What was done to each column, and which were left out and why."""
    preparation = model.preparation
    done = [{"feature": c.name, "done": c.done} for c in preparation.columns]
    return done + [{"feature": c.name, "left_out": c.reason} for c in preparation.left_out]


def _segment_rows(
    segments: Sequence[Segment],
    members: "pd.DataFrame",
    because: Mapping[str, list[dict[str, Any]]],
    currency: str,
) -> list[dict[str, Any]]:
    """Most revenue first; without orders the largest first."""
    sizes = members["segment_id"].value_counts().to_dict()
    has_orders = "monetary" in members
    sums = members.groupby("segment_id")["monetary"].sum().to_dict() if has_orders else {}
    rows = []
    for segment in segments:
        size = int(sizes.get(segment.segment_id, 0))
        revenue = Money(int(sums.get(segment.segment_id, 0)), currency).to_json()
        rows.append(
            {
                "id": segment.segment_id,
                "name": segment.name,
                "profile": segment.profile,
                "customers": size,
                "share": size / len(members),
                "revenue": revenue if has_orders else None,
                "because": because.get(segment.segment_id, []),
            }
        )
    if has_orders:
        return sorted(rows, key=lambda row: -row["revenue"]["minor"])
    return sorted(rows, key=lambda row: -row["customers"])


def current_card(home: Home, run: Run) -> dict[str, Any]:
    """The card with the names that the segments have now."""
    named = {segment.segment_id: segment.name for segment in RunStore(home).segments_of(run)}
    rows = [row | {"name": named[row["id"]]} for row in run.evidence["segments"]]
    return run.evidence | {"segments": rows}
