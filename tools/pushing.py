"""What a push would send: the difference to what the receiver has, which somebody has to approve.

The approval names the very content by its digest. When the audience, the consent of its people or
what the receiver has is another by then, the approval is void and the difference is shown anew.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import Conflict, NotPossible
from stores.audiences import Audience, AudienceList
from stores.home import new_id
from stores.pushes import Push, PushStore
from tools.audience_lists import bring_up, people_of
from tools.context import Context

if TYPE_CHECKING:
    import pandas as pd

PART_BYTES = 150_000  # of ids; with the rest it stays below what a webhook is given
SAMPLE = 10


@dataclass(frozen=True)
class Difference:
    """`open_push`: content approved before that has not surely arrived; it has to be settled before
    anything else can go to that address."""

    address: str
    content: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    stays: tuple[str, ...]
    open_push: Push | None = None

    @property
    def is_nothing(self) -> bool:
        return self.open_push is None and not self.added and not self.removed

    def to_json(self) -> dict[str, Any]:
        push = self.open_push
        return {
            "to": self.address,
            "approve": self.content,
            "added": len(self.added),
            "removed": len(self.removed),
            "stays": len(self.stays),
            "added_sample": list(self.added[:SAMPLE]),
            "removed_sample": list(self.removed[:SAMPLE]),
            "state": push.state if push else "to be approved" if not self.is_nothing else "nothing",
        }


def difference(context: Context, audience: Audience, address: str) -> Difference:
    """Against the last push that arrived at the address. Nothing is changed or sent."""
    return _difference(context, audience, address)[0]


def _difference(
    context: Context, audience: Audience, address: str
) -> tuple[Difference, AudienceList]:
    current = bring_up(context, audience)
    store = PushStore(context.home)
    last = store.latest(audience, address)
    if last is not None and last.state != "sent":
        return _open_difference(store, last), current
    before: frozenset[str] = frozenset()
    if last is not None:
        content = store.content(last)
        before = frozenset(content.loc[content["what"] != "removed", "customer_id"])
    wanted = people_of(context, current).reached
    added, removed = tuple(sorted(wanted - before)), tuple(sorted(before - wanted))
    digest = _digest(audience, address, last.push_id if last else "", added, removed)
    found = Difference(address, digest, added, removed, tuple(sorted(wanted & before)))
    return found, current


def approve(
    context: Context, audience: Audience, address: str, content: str, again: bool = False
) -> Push | None:
    """The push that may be sent now, taken up under a lease; none when nothing is to be sent.

    `again`: send once more what may have arrived already.
    """
    store = PushStore(context.home)
    if is_sent(context, audience, address, content):
        return None  # the second approval of one content
    found, current = _approved(context, audience, address, content)
    if found.open_push is not None:
        return _taken_up(context, store, found.open_push, again)
    if found.is_nothing:
        return None
    table = _content_table(found)
    push = _new_push(context, audience, current, found, int(table["part"].max()))
    kept = store.approve(push, table, context.now)
    if kept.push_id == push.push_id:
        return kept
    return _taken_up(context, store, kept, again)


def is_sent(context: Context, audience: Audience, address: str, content: str) -> bool:
    last = PushStore(context.home).latest(audience, address)
    return last is not None and last.state == "sent" and last.content == content


def require_approved(context: Context, audience: Audience, address: str, content: str) -> None:
    """Refuses an approval of what would not be sent now."""
    _approved(context, audience, address, content)


def _approved(
    context: Context, audience: Audience, address: str, content: str
) -> tuple[Difference, AudienceList]:
    found, current = _difference(context, audience, address)
    if found.content != content:
        raise Conflict(
            "The audience is another now than the one that was approved.",
            "Look at the difference again, and approve that.",
        )
    return found, current


def _taken_up(context: Context, store: PushStore, push: Push, again: bool) -> Push | None:
    if push.state == "sent":
        return None
    if push.state == "unknown" and not again:
        raise NotPossible(
            "Nobody knows whether this arrived, so it is not sent again by itself. "
            f"{(push.outcome or {}).get('reason', '')}".strip(),
            "Look at the receiver. To send it once more with the same keys, by which a receiver "
            "knows it again: --again.",
        )
    return store.take_up(push, context.now)


def message(
    context: Context, audience: Audience, push: Push, content: "pd.DataFrame", number: int
) -> Mapping[str, Any]:
    """One part as the receiver gets it, from 1 on. Nobody is added who has opted out meanwhile."""
    own, opted_out = content[content["part"] == number], context.opted_out
    added = own.loc[own["what"] == "added", "customer_id"]
    return {
        "audience": audience.name,
        "audience_id": audience.audience_id,
        "push_id": push.push_id,
        "part": number,
        "parts": push.parts,
        "added": [one for one in added if one not in opted_out],
        "removed": list(own.loc[own["what"] == "removed", "customer_id"]),
    }


def _open_difference(store: PushStore, push: Push) -> Difference:
    content = store.content(push)
    by = {what: tuple(rows["customer_id"]) for what, rows in content.groupby("what")}
    added, removed, stays = (by.get(what, ()) for what in ("added", "removed", "stays"))
    return Difference(push.address, push.content, added, removed, stays, push)


def _new_push(
    context: Context, audience: Audience, current: AudienceList, found: Difference, parts: int
) -> Push:
    return Push(
        push_id=new_id("push"),
        audience_id=audience.audience_id,
        number=0,
        list_id=current.list_id,
        address=found.address,
        content=found.content,
        approved_by=context.person,
        state="sending",
        added=len(found.added),
        removed=len(found.removed),
        parts=parts,
        parts_sent=0,
        attempt=1,
        outcome=None,
        created_at=context.now,
    )


def _content_table(found: Difference) -> "pd.DataFrame":
    """Everybody with what becomes of them and the part they go in; who stays goes in none."""
    import pandas as pd

    rows: list[tuple[str, str, int]] = [(one, "stays", 0) for one in found.stays]
    part, size = 1, 0
    for what, customers in (("added", found.added), ("removed", found.removed)):
        for one in customers:
            length = len(json.dumps(one)) + 2
            if size and size + length > PART_BYTES:
                part, size = part + 1, 0
            size += length
            rows.append((one, what, part))
    return pd.DataFrame(rows, columns=["customer_id", "what", "part"])


def _digest(
    audience: Audience, address: str, base: str, added: tuple[str, ...], removed: tuple[str, ...]
) -> str:
    approved = [audience.audience_id, address, base, added, removed]
    return hashlib.sha256(json.dumps(approved).encode()).hexdigest()
