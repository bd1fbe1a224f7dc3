"""Finding segments: from the records to a published run with its first snapshot.

It changes what everybody sees, so it is offered to people and programs, not to a model.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment, Money
from engine.consent import Consent
from engine.features import feature_table, later_outcomes, open_transactions
from stores.consents import consent_of
from stores.datasets import Dataset, DatasetStore
from stores.home import Home, new_id
from stores.runs import Run, RunStore, Segment
from stores.snapshots import Snapshot, SnapshotStore
from tools.knowledge import write_segment_notes
from tools.shifts import compared_features
from tools.snapshots import to_members

if TYPE_CHECKING:
    import pandas as pd

    from engine.clustering.choice import Segmentation
    from engine.identity import Match

OUTCOME_DAYS = 90
COLOURS = 8  # a palette that colour-blind people can tell apart holds no more


@dataclass(frozen=True)
class SegmentRequest:
    as_of: str | None = None
    method: str = "auto"
    k: int | None = None
    seed: int = 0
    draft: bool = False


def run_segmentation(
    home: Home,
    dataset: Dataset,
    request: SegmentRequest,
    now: datetime,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """Feature table, candidates, evidence, winner, names, identities, snapshot; then publish."""
    from engine.clustering.choice import choose_segmentation

    store = DatasetStore(home)
    version = store.version(dataset)
    as_of = store.moment(dataset, version, request.as_of)
    asked = {"as_of": as_of.iso(), "method": request.method, "k": request.k, "seed": request.seed}
    published = RunStore(home).published(dataset.dataset_id)
    if published and published.version == version and published.evidence.get("asked") == asked:
        progress("These segments are published already")  # the same again gives the same
        return published.evidence
    progress("Reading the orders")
    features, earlier, later = _read(
        store.files(dataset, version), as_of, consent_of(home, dataset, version)
    )
    segmentation = choose_segmentation(
        features, earlier, later, request.seed, request.method, request.k, progress
    )
    progress("Naming the segments")
    match = _match(home, dataset, features, segmentation)
    draft = request.draft or (match is not None and not match.good)
    run_id = new_id("run")
    segments = _identify(home, dataset, run_id, features, segmentation, match)
    run = Run(
        run_id,
        dataset.dataset_id,
        version,
        as_of.at,
        "draft" if draft else "published",
        evidence={},
        model=segmentation.model.to_json() | {"segment_ids": [s.segment_id for s in segments]},
    )
    members = to_members(
        features, [s.segment_id for s in segments], segmentation.labels, segmentation.probabilities
    )
    snapshot = Snapshot(
        new_id("snapshot"), dataset.dataset_id, run_id, version, as_of.at, len(members)
    )
    card = _card(run, dataset, segmentation, segments, members, snapshot, match)
    card["asked"] = asked
    SnapshotStore(home).write_members(snapshot, members)
    retired = [] if match is None else _ended(match)
    RunStore(home).save(replace(run, evidence=card), segments, retired, snapshot, now)
    if not draft:
        progress("Writing the notes")
        write_segment_notes(home, dataset, snapshot, segments, now)
    return card


def _read(
    files: Sequence[str], as_of: Moment, consent: Consent
) -> "tuple[pd.DataFrame, pd.DataFrame | None, pd.Series | None]":
    """Features now, features a while ago, and what those customers spent since."""
    past = as_of.days_before(OUTCOME_DAYS)
    with open_transactions(files) as transactions:
        features = feature_table(transactions, as_of, consent)
        earlier = feature_table(transactions, past, consent)
        if earlier.empty:
            return features, None, None
        later = later_outcomes(transactions, past, as_of, earlier.index)["revenue"]
    return features, earlier, later


def _match(
    home: Home, dataset: Dataset, features: "pd.DataFrame", segmentation: "Segmentation"
) -> "Match | None":
    """Which of the new segments are those of the published run; None for the first run."""
    import pandas as pd

    from engine.clustering.method import SegmentModel
    from engine.identity import SegmentIdentity, match_segments

    store = RunStore(home)
    published = store.published(dataset.dataset_id)
    if published is None:
        return None
    # Both runs label the same customers as of the same moment: only the cut differs.
    labels, _ = SegmentModel.from_json(published.model).assign(features)
    ids = [published.segment_ids[label] for label in labels]
    return match_segments(
        pd.Series(ids, index=features.index),
        pd.Series(segmentation.labels, index=features.index),
        [SegmentIdentity(s.segment_id, s.name) for s in store.segments_of(published)],
        lambda: new_id("segment"),
        features[compared_features(segmentation.model, features)],
    )


def _identify(
    home: Home,
    dataset: Dataset,
    run_id: str,
    features: "pd.DataFrame",
    segmentation: "Segmentation",
    match: "Match | None",
) -> list[Segment]:
    """One segment for each label of the model: those that live on keep id, name and colour."""
    from engine.naming import name_segments

    living = RunStore(home).living(dataset.dataset_id)
    kept = match.mapping if match else {}
    settled = dict(enumerate(segmentation.model.fitted.names))
    settled |= {label: identity.name for label, identity in kept.items() if identity.name}
    names = {n.label: n for n in name_segments(features, segmentation.labels, settled)}
    free = [c for c in range(COLOURS) if c not in {s.colour for s in living.values()}]
    segments = []
    for label in range(segmentation.k):
        identity = kept.get(label)
        before = living.get(identity.id) if identity else None
        segment_id = identity.id if identity else new_id("segment")
        colour = before.colour if before else (free.pop(0) if free else label % COLOURS)
        name = names[label].name if label in names else settled[label]
        profile = names[label].profile if label in names else "nobody at this moment"
        segments.append(
            Segment(segment_id, name, profile, colour, before.born_in if before else run_id)
        )
    return segments


def _ended(match: "Match") -> list[str]:
    """Segments of the run before that no label of this one carries on."""
    carried = {identity.id for identity in match.mapping.values()}
    return [change.id for change in match.changelog if change.id not in carried]


# ---- the card: everything a person or program asks of a run -----------------------------------


def _card(
    run: Run,
    dataset: Dataset,
    segmentation: "Segmentation",
    segments: Sequence[Segment],
    members: "pd.DataFrame",
    snapshot: Snapshot,
    match: "Match | None",
) -> dict[str, Any]:
    as_of = Moment.of(run.as_of, dataset.shop.zone)
    null = segmentation.null
    return {
        "run_id": run.run_id,
        "snapshot_id": snapshot.snapshot_id,
        "dataset": dataset.name,
        "as_of": as_of.iso(),
        "verdict": segmentation.verdict,
        "reason": segmentation.reason,
        "overridden": segmentation.overridden,
        "method": segmentation.method,
        "feature_space": segmentation.feature_space,
        "k": segmentation.k,
        "published": run.state == "published",
        "judged_on": segmentation.judged_on,
        "checks": {name: asdict(check) for name, check in segmentation.checks.items()},
        "null": asdict(null) if null else None,
        "segments": _segment_rows(segments, members, dataset.shop.currency),
        "candidates": [
            {
                "method": c.method,
                "space": c.space,
                "k": c.k,
                "measures": dict(c.measures),
                "rating": c.rating,
                "passed": c.passed,
                "why_not": c.why_not,
            }
            for c in segmentation.candidates
        ],
        "changelog": [] if match is None else [asdict(change) for change in match.changelog],
        "agreement": None if match is None else match.agreement,
        "match": None if match is None else match.sentence,
    }


def _segment_rows(
    segments: Sequence[Segment], members: "pd.DataFrame", currency: str
) -> list[dict[str, Any]]:
    """Most revenue first."""
    revenues = members.groupby("segment_id")["monetary"]
    sizes, sums = revenues.size().to_dict(), revenues.sum().to_dict()
    rows = []
    for segment in segments:
        size, revenue = sizes.get(segment.segment_id, 0), sums.get(segment.segment_id, 0)
        rows.append(
            {
                "id": segment.segment_id,
                "name": segment.name,
                "profile": segment.profile,
                "customers": int(size),
                "share": int(size) / len(members),
                "revenue": Money(int(revenue), currency).to_json(),
            }
        )
    return sorted(rows, key=lambda row: -row["revenue"]["minor"])
