"""Why one customer changed segment, and what holds one in a segment."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import Field

from engine.concepts import Moment, Money
from engine.errors import NotFound
from engine.facts import Figure, Period, Subject, Value, day_text
from engine.features import plain_name
from engine.metrics import METRICS
from stores.consents import consent_of
from stores.datasets import Dataset, DatasetStore
from stores.home import Home
from stores.runs import Run, RunStore, Segment
from stores.snapshots import Snapshot, SnapshotStore
from tools.changes import settle_moment
from tools.context import Context
from tools.reasons import crossed_json, joined, reason_words, value_json
from tools.snapshots import make_snapshot
from tools.tool import Arguments, Result

if TYPE_CHECKING:
    import pandas as pd

    from engine.clustering.reasons import Held
    from engine.why import Crossing

USUAL_DAYS = 30  # back, where no snapshot shows the customer elsewhere


class WhyCustomer(Arguments):
    customer: str = Field(description="the customer's id, as in the orders", max_length=200)
    since: str | None = Field(
        None, description="a date, a month (its start), a moment; none: when last elsewhere"
    )
    until: str | None = Field(None, description="the same; none: just after the newest record")


def why_customer(context: Context, arguments: WhyCustomer) -> Result:
    """Why one customer changed segment, and what keeps this customer in the segment now.

    When to use: questions about a single customer: why did this customer move, slip, rise; why is
    this customer in this segment.
    Arguments: customer, the id; since and until as in segment_shifts; without since, the last
    moment at which the customer was in another segment.
    Result: the customer's figures at both moments; one text with the segments, the features that
    would put the customer back, and those that hold the customer where he is.
    """
    records = _Records(context.home, context.dataset, context.run, context.version, context.now)
    since, until = (
        None if text is None else settle_moment(context.dataset, context.as_of, text)
        for text in (arguments.since, arguments.until)
    )
    found = records.why(arguments.customer, since, until or context.as_of)
    return Result(tuple(found.figures(context.dataset)), (found.text(),))


def why_card(
    home: Home, dataset: Dataset, customer: str, since: str | None, until: str | None, now: datetime
) -> dict[str, Any]:
    """Before, after, what crossed and what holds, as programs read it."""
    store = DatasetStore(home)
    version = store.version(dataset)
    newest = store.newest(dataset, version)
    run = RunStore(home).need_published(dataset.dataset_id)
    start = None if since is None else settle_moment(dataset, newest, since)
    records = _Records(home, dataset, run, version, now)
    found = records.why(customer, start, settle_moment(dataset, newest, until))
    return {"dataset": dataset.name, "run_id": run.run_id} | found.to_json(dataset.shop.currency)


# Not average_order or discount_share: as features they are counted otherwise than as metrics.
_TOLD = ("recency", "frequency", "monetary", "tenure")


@dataclass(frozen=True, eq=False)
class Why:
    """One customer at two moments; None is a moment at which he is not known."""

    customer: str
    since: Moment
    until: Moment
    before: "pd.Series[Any] | None"
    after: "pd.Series[Any] | None"
    crossed: "tuple[Crossing, ...]"
    held: "Held | None"
    segments: dict[str, Segment]
    order: tuple[str, ...]  # the segment of each label

    @property
    def moved(self) -> bool:
        one, two = self._segment(self.before), self._segment(self.after)
        return one is not None and two is not None and one != two

    @property
    def restores(self) -> list[str]:
        return [crossing.feature for crossing in self.crossed if crossing.would_restore]

    def _segment(self, row: "pd.Series[Any] | None") -> Segment | None:
        return None if row is None else self.segments[str(row["segment_id"])]

    def _nearest(self) -> Segment | None:
        return None if self.held is None else self.segments[self.order[self.held.against]]

    def sentence(self, currency: str) -> str:
        one, two = self._segment(self.before), self._segment(self.after)
        start, end = (day_text(at.local_date) for at in (self.since, self.until))
        if two is None:
            return f"{one.name if one else 'Unknown'} on {start}; by {end} nothing bought is left."
        if one is None:
            return f"{two.name} on {end}; on {start} nothing was bought yet."
        if one == two:
            return f"{two.name} on {start} and on {end}."
        why = reason_words(self.crossed, one.name, currency)
        return f"{one.name} on {start}, {two.name} on {end}: {why}."

    def held_words(self) -> str:
        nearest = self._nearest()
        if self.held is None or nearest is None:
            return ""
        held = joined([plain_name(hold.feature) for hold in self.held.by])
        return f"{held}, and not {nearest.name}"

    def to_json(self, currency: str) -> dict[str, Any]:
        nearest = self._nearest()
        return {
            "customer_id": self.customer,
            "from": self.since.iso(),
            "to": self.until.iso(),
            "before": _segment_json(self._segment(self.before)),
            "after": _segment_json(self._segment(self.after)),
            "moved": self.moved,
            "crossed": crossed_json(self.crossed, currency),
            "restores": self.restores,
            "nearest": _segment_json(nearest),
            "held_by": [
                {
                    "feature": hold.feature,
                    "value": value_json(hold.feature, hold.value, currency),
                    "typical_there": value_json(hold.feature, hold.elsewhere, currency),
                }
                for hold in (self.held.by if self.held else ())
            ],
            "sentence": self.sentence(currency),
            "held_words": self.held_words(),
        }

    def text(self) -> dict[str, str]:
        """Without a figure: those are facts."""
        one, two = self._segment(self.before), self._segment(self.after)
        found = {
            "customer": self.customer,
            "before": one.name if one else "had not bought",
            "after": two.name if two else "nothing bought is left",
        }
        if self.moved and one:
            restores = joined([plain_name(feature) for feature in self.restores])
            found["reason"] = f"{restores}: put back, this customer stays {one.name}"
        held = self.held_words()
        return found | ({"held_by": held} if held else {})

    def figures(self, dataset: Dataset) -> list[Figure]:
        """Of the features that mean what the metric of their name means, at both moments."""
        subject = Subject("customer", self.customer, f"customer {self.customer}")
        found = []
        for at, row in ((self.since, self.before), (self.until, self.after)):
            known = () if row is None else (name for name in _TOLD if name in row.index)
            for name in known:
                value = row[name] if row is not None else 0
                found.append(
                    Figure(
                        subject, name, Period(end=at.local),
                        _figure_value(name, float(value), dataset.shop.currency),
                        "the customer's own value as of the moment", 1,
                    )
                )  # fmt: skip
        return found


@dataclass(frozen=True)
class _Records:
    """What is read for an answer: one run, one version of the records."""

    home: Home
    dataset: Dataset
    run: Run
    version: int
    now: datetime

    def why(self, customer: str, since: Moment | None, until: Moment) -> Why:
        from engine.clustering.method import SegmentModel
        from engine.clustering.reasons import held_by
        from engine.why import find_crossings

        self._refuse_opted_out(customer, until)
        model = SegmentModel.from_json(self.run.model)
        later = self._members(until)
        since = since or self._last_elsewhere(customer, later, until)
        earlier = self._members(since)
        before, after = _row(earlier, customer), _row(later, customer)
        if before is None and after is None:
            raise _unknown(customer)
        both = before is not None and after is not None
        return Why(
            customer,
            since,
            until,
            before,
            after,
            find_crossings(model, earlier, later, customer) if both else (),
            None if after is None else held_by(model, later, customer),
            {s.segment_id: s for s in RunStore(self.home).segments_of(self.run)},
            tuple(self.run.segment_ids),
        )

    def _members(self, moment: Moment) -> "pd.DataFrame":
        return SnapshotStore(self.home).members(self._snapshot(moment))

    def _snapshot(self, moment: Moment) -> Snapshot:
        return make_snapshot(self.home, self.dataset, moment, self.now, self.run, self.version)

    def _last_elsewhere(self, customer: str, later: "pd.DataFrame", until: Moment) -> Moment:
        """The latest kept moment at which the customer was in another segment."""
        zone, store = self.dataset.shop.zone, SnapshotStore(self.home)
        kept = [
            snapshot
            for snapshot in store.all(self.dataset.dataset_id)
            if (snapshot.run_id, snapshot.version) == (self.run.run_id, self.version)
            and snapshot.as_of < until.at
        ]
        if customer in later.index:
            here = str(later.at[customer, "segment_id"])
            for snapshot in reversed(kept):
                members = store.members(snapshot, ["segment_id"])
                if customer not in members.index:
                    break
                if str(members.at[customer, "segment_id"]) != here:
                    return Moment.of(snapshot.as_of, zone)
        return until.days_before(USUAL_DAYS)

    def _refuse_opted_out(self, customer: str, until: Moment) -> None:
        """As if unknown: whoever opted out is described to nobody."""
        latest = Moment.of(max(until.at, self.now), self.dataset.shop.zone)
        if customer in consent_of(self.home, self.dataset, self.version).opted_out(latest):
            raise _unknown(customer)


def _row(members: "pd.DataFrame", customer: str) -> "pd.Series[Any] | None":
    return members.loc[[customer]].iloc[0] if customer in members.index else None


def _unknown(customer: str) -> NotFound:
    return NotFound(
        f"Nothing is known of a customer '{customer}' at these moments.",
        "Customers are known from their first kept sale on: segue members all --out FILE lists "
        "them.",
    )


def _segment_json(segment: Segment | None) -> dict[str, str] | None:
    return None if segment is None else {"id": segment.segment_id, "name": segment.name}


def _figure_value(metric: str, value: float, currency: str) -> Value:
    return Money(round(value), currency) if METRICS[metric].unit == "money" else round(value)
