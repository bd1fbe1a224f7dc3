"""Runs and the segments they map to: a run is a draft until published, one published a dataset."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import Conflict, NotFound, NotPossible
from stores.home import Home
from stores.schema import runs, segments
from stores.snapshots import Snapshot, insert_snapshot


@dataclass(frozen=True)
class Segment:
    segment_id: str
    name: str
    profile: str
    colour: int  # fixed for life, so that charts never swap colours
    born_in: str
    retired_in: str | None = None
    named_by: str = "segue"  # or "person": then no refit gives it another name


@dataclass(frozen=True)
class Run:
    run_id: str
    dataset_id: str
    version: int
    as_of: datetime
    state: str  # draft, published, superseded
    evidence: dict[str, Any]
    model: dict[str, Any]  # the frozen transform, and the segment id of each of its labels

    @property
    def segment_ids(self) -> list[str]:
        found: list[str] = self.model["segment_ids"]
        return found


class RunStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def save(
        self,
        run: Run,
        run_segments: Sequence[Segment],
        retired: Sequence[str],
        snapshot: Snapshot,
        now: datetime,
    ) -> None:
        """Keeps a run with its first snapshot; publishing supersedes the one published before.

        A draft's segments are kept with it, so that the person can look before publishing.
        """
        with self._home.write(alone=f"runs of {run.dataset_id}") as connection:
            if run.state == "published":
                connection.execute(
                    runs.update()
                    .where(runs.c.dataset_id == run.dataset_id, runs.c.state == "published")
                    .values(state="superseded")
                )
            connection.execute(
                runs.insert().values(
                    run_id=run.run_id,
                    dataset_id=run.dataset_id,
                    version=run.version,
                    as_of=run.as_of,
                    state=run.state,
                    created_at=now,
                    evidence=run.evidence,
                    model=run.model,
                )
            )
            known = set(
                connection.scalars(
                    sa.select(segments.c.segment_id).where(segments.c.dataset_id == run.dataset_id)
                )
            )
            for segment in run_segments:
                if segment.segment_id not in known:
                    connection.execute(
                        segments.insert().values(
                            segment_id=segment.segment_id,
                            dataset_id=run.dataset_id,
                            name=segment.name,
                            profile=segment.profile,
                            colour=segment.colour,
                            born_in=run.run_id,
                        )
                    )
                elif run.state == "published":
                    connection.execute(
                        segments.update()
                        .where(segments.c.segment_id == segment.segment_id)
                        .values(profile=segment.profile, name=segment.name)
                    )
            if run.state == "published" and retired:
                connection.execute(
                    segments.update()
                    .where(segments.c.segment_id.in_(retired))
                    .values(retired_in=run.run_id)
                )
            insert_snapshot(connection, snapshot, now)

    def get(self, run_id: str) -> Run:
        with self._home.read() as connection:
            row = connection.execute(sa.select(runs).where(runs.c.run_id == run_id)).one_or_none()
            known = connection.scalars(sa.select(runs.c.run_id)).all()
        if row is None:
            raise NotFound.named("run", run_id, known)
        return _run(row)

    def published(self, dataset_id: str) -> Run | None:
        with self._home.read() as connection:
            row = connection.execute(
                sa.select(runs).where(runs.c.dataset_id == dataset_id, runs.c.state == "published")
            ).one_or_none()
        return None if row is None else _run(row)

    def published_id(self, dataset_id: str) -> str | None:
        """Without the run's evidence and model, which are long."""
        with self._home.read() as connection:
            found: str | None = connection.scalar(
                sa.select(runs.c.run_id).where(
                    runs.c.dataset_id == dataset_id, runs.c.state == "published"
                )
            )
        return found

    def need_published(self, dataset_id: str) -> Run:
        run = self.published(dataset_id)
        if run is None:
            raise NotPossible(
                "This dataset is not segmented yet.", "Find its segments: segue segment"
            )
        return run

    def segments_of(self, run: Run) -> list[Segment]:
        """In the order of the run's labels."""
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(segments).where(segments.c.segment_id.in_(run.segment_ids))
            ).all()
        found = {row.segment_id: _segment(row) for row in rows}
        return [found[segment_id] for segment_id in run.segment_ids]

    def living(self, dataset_id: str) -> dict[str, Segment]:
        """Segments of the dataset that are not retired, by id."""
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(segments).where(
                    segments.c.dataset_id == dataset_id, segments.c.retired_in.is_(None)
                )
            ).all()
        return {row.segment_id: _segment(row) for row in rows}

    def retired(self, dataset_id: str) -> dict[str, str]:
        """What segments of the dataset that are no more were called, by id."""
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(segments.c.segment_id, segments.c.name).where(
                    segments.c.dataset_id == dataset_id, segments.c.retired_in.is_not(None)
                )
            ).all()
        return {row.segment_id: row.name for row in rows}

    def rename(self, dataset_id: str, segment: Segment, name: str) -> Segment:
        """For ever: the name lives on through refits as long as the segment does."""
        with self._home.write(alone=f"runs of {dataset_id}") as connection:
            others = connection.scalars(
                sa.select(segments.c.name).where(
                    segments.c.dataset_id == dataset_id,
                    segments.c.retired_in.is_(None),
                    segments.c.segment_id != segment.segment_id,
                )
            )
            if name.casefold() in {other.casefold() for other in others}:
                raise Conflict(
                    f"Another segment is called '{name}'.", "Choose a name that none has."
                )
            connection.execute(
                segments.update()
                .where(segments.c.segment_id == segment.segment_id)
                .values(name=name, named_by="person")
            )
        return replace(segment, name=name, named_by="person")

    def find_segment(self, run: Run, wanted: str) -> Segment:
        """By id, or by name in any case."""
        known = self.segments_of(run)
        for segment in known:
            if wanted == segment.segment_id or wanted.casefold() == segment.name.casefold():
                return segment
        raise NotFound.named("segment", wanted, [s.name for s in known], f"run {run.run_id}")


def _run(row: Any) -> Run:
    return Run(
        row.run_id, row.dataset_id, row.version, row.as_of, row.state, row.evidence, row.model
    )


def _segment(row: Any) -> Segment:
    return Segment(
        row.segment_id, row.name, row.profile, row.colour, row.born_in, row.retired_in, row.named_by
    )
