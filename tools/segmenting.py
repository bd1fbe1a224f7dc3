"""Finding segments: from the records to a published run with its first snapshot.

It changes what everybody sees, so it is offered to people and programs, not to a model.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from engine.concepts import Moment
from engine.features import later_outcomes
from stores.datasets import Dataset, DatasetStore
from stores.home import Home, new_id
from stores.records import open_dataset
from stores.runs import Run, RunStore, Segment
from stores.snapshots import Snapshot, SnapshotStore
from tools.audience_lists import list_all
from tools.changes import compared_features
from tools.noting import write_run_notes
from tools.run_card import make_card
from tools.run_features import (
    PLAIN,
    all_features,
    has_orders,
    kept_columns,
    named_features,
    run_features,
)
from tools.snapshots import to_members

if TYPE_CHECKING:
    import pandas as pd

    from engine.clustering.choice import Segmentation
    from engine.clustering.race import Chosen
    from engine.clustering.wishes import Wishes
    from engine.features.feature import FeatureTable
    from engine.identity import Match
    from engine.naming import SegmentName

OUTCOME_DAYS = 90
COLOURS = 8  # a palette that colour-blind people can tell apart holds no more


@dataclass(frozen=True)
class SegmentRequest:
    """`features`: names with commas between, or a feature space; `weights`: "stability=.5,..."."""

    as_of: str | None = None
    method: str = "auto"
    k: int | None = None
    seed: int = 0
    draft: bool = False
    features: str = ""
    weights: str = ""
    names: Literal["plain", "tiers"] = "plain"

    def wishes(self) -> "Wishes":
        from engine.clustering.evidence import read_weights
        from engine.clustering.wishes import Wishes

        return Wishes(self.method, self.k, self.features, read_weights(self.weights))

    def asked(self, as_of: Moment) -> dict[str, Any]:
        """What makes the same again; that somebody only looks (`draft`) is no part of it."""
        return {key: value for key, value in asdict(self).items() if key != "draft"} | {
            "as_of": as_of.iso()
        }


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
    as_of = _moment(store, dataset, version, request.as_of)
    published = RunStore(home).published(dataset.dataset_id)
    asked = request.asked(as_of)
    if published and published.version == version and published.evidence.get("asked") == asked:
        progress("These segments are published already")  # the same again gives the same
        return published.evidence
    wishes = request.wishes()
    progress("Reading the records")
    table, earlier, later = read_tables(home, dataset, version, as_of)
    segmentation = choose_segmentation(
        table, earlier, later, request.seed, wishes, progress, in_force=_in_force(published)
    )
    progress("Naming the segments")
    match = _match(home, dataset, version, as_of, segmentation, table)
    draft = request.draft or (match is not None and not match.good)
    run_id = new_id("run")
    living = RunStore(home).living(dataset.dataset_id)
    names = _names(table, segmentation, match, living, request)
    segments = _identify(run_id, segmentation, match, living, names)
    run = Run(
        run_id,
        dataset.dataset_id,
        version,
        as_of.at,
        "draft" if draft else "published",
        evidence={},
        model=segmentation.model.to_json() | {"segment_ids": [s.segment_id for s in segments]},
    )
    kept = [c for c in (*PLAIN, *kept_columns(segmentation.model)) if c in table.frame]
    members = to_members(
        table.frame[list(dict.fromkeys(kept))],
        [s.segment_id for s in segments],
        segmentation.labels,
        segmentation.probabilities,
    )
    snapshot = Snapshot(
        new_id("snapshot"), dataset.dataset_id, run_id, version, as_of.at, len(members)
    )
    because = {
        segments[name.label].segment_id: [trait.to_json() for trait in name.because]
        for name in names
    }
    card = make_card(run, dataset, segmentation, segments, members, because, snapshot, match)
    card["asked"] = asked
    SnapshotStore(home).write_members(snapshot, members)
    retired = [] if match is None else _ended(match)
    RunStore(home).save(replace(run, evidence=card), segments, retired, snapshot, now)
    if not draft:
        progress("Writing the notes")
        write_run_notes(home, dataset, snapshot, segments, card, now)
        list_all(home, dataset, snapshot, now)
    return card


def _in_force(published: Run | None) -> "Chosen | None":
    """The cut that is published, unless somebody set it by hand."""
    from engine.clustering.race import Chosen

    card = {} if published is None else published.evidence
    if not card or card.get("overridden"):
        return None
    return Chosen(card["verdict"], card["method"], card["feature_space"], card["k"])


def _moment(store: DatasetStore, dataset: Dataset, version: int, text: str | None) -> Moment:
    """Attributes alone have no time: then it is that of the newest load."""
    if text is None and not store.has_dates(dataset, version):
        return store.known_until(dataset, version)
    return store.moment(dataset, version, text)


def read_tables(
    home: Home, dataset: Dataset, version: int, as_of: Moment
) -> "tuple[FeatureTable, FeatureTable | None, pd.Series[float] | None]":
    """Features now, features a while ago, and what those customers spent since."""
    table = all_features(home, dataset, version, as_of)
    if not has_orders(home, dataset, version):
        return table, None, None
    past = as_of.days_before(OUTCOME_DAYS)
    earlier = named_features(home, dataset, version, past, list(table.frame.columns))
    if earlier.frame.empty:
        return table, None, None
    with open_dataset(home, dataset, version) as records:
        orders = records.need("transactions")
        later = later_outcomes(orders, past, as_of, earlier.frame.index)["revenue"]
    return table, earlier, later


def _match(
    home: Home,
    dataset: Dataset,
    version: int,
    as_of: Moment,
    segmentation: "Segmentation",
    table: "FeatureTable",
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
    before = run_features(home, dataset, version, as_of, published)
    labels, _ = SegmentModel.from_json(published.model).assign(before)
    return match_segments(
        pd.Series([published.segment_ids[label] for label in labels], index=before.index),
        pd.Series(segmentation.labels, index=table.frame.index),
        [SegmentIdentity(s.segment_id, s.name) for s in store.segments_of(published)],
        lambda: new_id("segment"),
        table.frame[compared_features(segmentation.model, table.frame)],
    )


def _names(
    table: "FeatureTable",
    segmentation: "Segmentation",
    match: "Match | None",
    living: dict[str, Segment],
    request: SegmentRequest,
) -> "list[SegmentName]":
    """A person's own names stand above all; tiers, when asked for, above those of before."""
    from engine.naming import name_segments, name_tiers

    kept = {label: one for label, one in (match.mapping if match else {}).items() if one.name}
    own = {
        label: one.name
        for label, one in kept.items()
        if one.id in living and living[one.id].named_by == "person"
    }
    settled = dict(enumerate(segmentation.model.fitted.names))
    settled |= {label: one.name for label, one in kept.items()}
    if request.names == "tiers":
        settled |= name_tiers(table, segmentation.labels, frozenset(own.values()))
    return name_segments(table, segmentation.labels, _unlike(settled | own, own))


def _unlike(settled: dict[int, str], own: dict[int, str]) -> dict[int, str]:
    """Without names of rules that somebody has given to another segment."""
    taken: set[str] = set(own.values())
    found = dict(own)
    for label, name in settled.items():
        if label not in found and name not in taken:
            found[label] = name
            taken.add(name)
    return found


def _identify(
    run_id: str,
    segmentation: "Segmentation",
    match: "Match | None",
    living: dict[str, Segment],
    named: "list[SegmentName]",
) -> list[Segment]:
    """One segment for each label of the model: those that live on keep id and colour."""
    kept = match.mapping if match else {}
    names = {name.label: name for name in named}
    free = [c for c in range(COLOURS) if c not in {s.colour for s in living.values()}]
    segments = []
    for label in range(segmentation.k):
        identity = kept.get(label)
        before = living.get(identity.id) if identity else None
        fitted = segmentation.model.fitted.names
        name = names[label].name if label in names else _of_nobody(fitted, label, named)
        segments.append(
            Segment(
                identity.id if identity else new_id("segment"),
                name,
                names[label].profile if label in names else "nobody at this moment",
                before.colour if before else (free.pop(0) if free else label % COLOURS),
                before.born_in if before else run_id,
                named_by=before.named_by if before else "segue",
            )
        )
    return segments


def _of_nobody(fitted: tuple[str, ...], label: int, named: "list[SegmentName]") -> str:
    """The name of a segment without anybody in it."""
    name = fitted[label] if fitted else "Nobody"
    return name if name not in {one.name for one in named} else f"{name} without anybody"


def _ended(match: "Match") -> list[str]:
    """Segments of the run before that no label of this one carries on."""
    carried = {identity.id for identity in match.mapping.values()}
    return [change.id for change in match.changelog if change.id not in carried]
