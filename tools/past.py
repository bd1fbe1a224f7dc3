"""The past of a shop as a playbook and recommendations learn from it: a snapshot some days back."""

from dataclasses import replace

from engine.concepts import Moment
from engine.errors import NotPossible
from tools.context import Context
from tools.snapshots import make_snapshot

DAYS = 30  # how long it is looked what people did; the same as a read-out's


def earlier(context: Context, periods: int = 1) -> Context | None:
    """The context as of so many times `DAYS` before its snapshot; none before the first sale."""
    snapshot = context.need_snapshot()
    moment = context.snapshot_moment.days_before(DAYS * periods)
    try:
        made = make_snapshot(
            context.home, context.dataset, moment, context.now, context.run, snapshot.version
        )
    except NotPossible:
        return None
    return replace(context, snapshot=made)


def end_of(context: Context) -> Moment:
    """The moment to which what followed a snapshot is counted."""
    return context.snapshot_moment.days_before(-DAYS)
