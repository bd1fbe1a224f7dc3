"""Digests on their way: opened when their moment comes, composed once, sent once.

Any number of processes may run this at the same time, and any of them may die at any point; what
that needs lies in stores/digests.py. Here is what is done with a delivery that was taken:

    composing   compose it, and put what is to be said into the outbox
    pending     Slack: look whether it is there already, unless this is the first attempt; then post
                webhook: post, with the key of the delivery, which is the same at each attempt
"""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agent.digest import write_digest
from agent.narrative import RULES, Narrative
from api.outside import CannotLook, NotSent, SlackPoster, TryLater
from api.problems import report_defect
from api.slack_post import blocks_of, metadata_of
from api.webhooks import WebhookPoster
from engine.errors import Fixable, OutOfReach
from engine.facts import day_text
from engine.schedule import next_moments
from stores.digests import Delivery, DeliveryStore, Digest, DigestStore
from stores.home import Home
from tools.context import Context
from tools.digests import starts_at

MOST_ATTEMPTS = 8
MOST_COMPOSINGS = 3
LONGEST_WAIT = timedelta(minutes=10)
CLOCKS_DIFFER = timedelta(minutes=10)  # ours and Slack's, at most
_LOOK_EVERY_SECONDS = 1.0
_log = logging.getLogger("segue.digests")


@dataclass(frozen=True)
class Scheduler:
    home: Home
    clock: Callable[[], datetime]
    slack: SlackPoster | None  # None: this installation has no token
    webhooks: WebhookPoster
    narrative: Narrative = RULES

    async def run(self) -> None:
        """While the service runs; whatever happens to one delivery, the others go on."""
        while True:
            try:
                await self.step()
            except OutOfReach as error:
                _log.warning("digests wait: %s", error)
            except Exception as error:
                report_defect(error)
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    async def step(self) -> None:
        """Opens what is due, then works on everything that waits."""
        for delivery in await asyncio.to_thread(self._open_due):
            await self.work_on(delivery)
        while (waiting := await asyncio.to_thread(self._take)) is not None:
            await self.work_on(waiting)

    async def work_on(self, delivery: Delivery) -> None:
        digest = await asyncio.to_thread(DigestStore(self.home).of_delivery, delivery)
        if digest is None:
            return
        if delivery.state == "composing":
            await asyncio.to_thread(self._compose, digest, delivery)
        else:
            await self._send(digest, delivery)

    def _open_due(self) -> list[Delivery]:
        now = self.clock()
        opened = []
        for digest in DigestStore(self.home).due(now):
            following = next_moments(digest.cron, digest.zone, now, 1)[0]
            delivery = DeliveryStore(self.home).open(digest, following, now)
            if delivery is not None:
                opened.append(delivery)
        return opened

    def _take(self) -> Delivery | None:
        return DeliveryStore(self.home).take(self.clock())

    # ---- composing ------------------------------------------------------------------------------

    def _compose(self, digest: Digest, delivery: Delivery) -> None:
        store = DeliveryStore(self.home)
        if delivery.attempts > MOST_COMPOSINGS:
            self._end(digest, delivery, "failed", "Composing it was interrupted again and again.")
            return
        try:
            body, snapshot_id = compose(self.home, digest, self.clock(), self.narrative)
        except OutOfReach:
            raise
        except Fixable as error:
            self._end(digest, delivery, "failed", str(error))
        except Exception as error:
            message, hint = report_defect(error)
            self._end(digest, delivery, "failed", f"{message} {hint}")
        else:
            store.composed(delivery, body, snapshot_id, self.clock())

    # ---- sending --------------------------------------------------------------------------------

    async def _send(self, digest: Digest, delivery: Delivery) -> None:
        try:
            outcome = await self._reach(digest, delivery)
        except NotSent as error:
            await asyncio.to_thread(self._end, digest, delivery, "failed", str(error))
        except CannotLook as error:
            reason = f"It may have arrived or not. {error}"
            await asyncio.to_thread(self._end, digest, delivery, "unknown", reason)
        except TryLater as error:
            await asyncio.to_thread(self._again, digest, delivery, error)
        else:
            await asyncio.to_thread(DeliveryStore(self.home).finish, delivery, "sent", outcome)

    async def _reach(self, digest: Digest, delivery: Delivery) -> dict[str, Any]:
        address = digest.target["address"]
        if digest.target["kind"] == "webhook":
            body = json.dumps(delivery.body, ensure_ascii=False).encode()
            return {"status": await self.webhooks.post(address, delivery.delivery_id, body)}
        return {"ts": await self._reach_slack(address, delivery)}

    async def _reach_slack(self, channel: str, delivery: Delivery) -> str:
        if self.slack is None:
            raise TryLater("There is no token for Slack: set SEGUE_SLACK_BOT_TOKEN.", 60)
        if delivery.attempts > 1:
            since = (delivery.created_at - CLOCKS_DIFFER).timestamp()
            there = await self.slack.find(channel, delivery.delivery_id, since)
            if there is not None:
                return there
        body = delivery.body
        blocks = blocks_of(body["title"], body["text"], body["foot"])
        metadata = metadata_of(delivery.delivery_id)
        return await self.slack.post(channel, body["text"], blocks, metadata)

    def _again(self, digest: Digest, delivery: Delivery, error: TryLater) -> None:
        if delivery.attempts >= MOST_ATTEMPTS:
            reason = f"{error} It was tried {delivery.attempts} times and may have arrived or not."
            self._end(digest, delivery, "unknown", reason)
            return
        wait = min(timedelta(seconds=max(error.seconds, 2.0**delivery.attempts)), LONGEST_WAIT)
        DeliveryStore(self.home).postpone(delivery, self.clock() + wait, {"reason": str(error)})

    def _end(self, digest: Digest, delivery: Delivery, state: str, reason: str) -> None:
        """Tells the owner where owners look: in the log, and in `segue digest list`."""
        if DeliveryStore(self.home).finish(delivery, state, {"reason": reason}):
            _log.warning("digest '%s' (%s) %s: %s", digest.name, digest.owner, state, reason)


def compose(
    home: Home, digest: Digest, now: datetime, narrative: Narrative = RULES
) -> tuple[dict[str, Any], str]:
    """What the digest says now, and the snapshot where its next one starts."""
    context = Context.open(home, digest.owner, digest.dataset_id, now)
    written = write_digest(context, starts_at(context, digest), narrative)
    body = {
        "digest": digest.name,
        "dataset": context.dataset.name,
        "as_of": context.as_of.iso(),
        "title": f"{digest.name}: who moved",
        "foot": f"{context.dataset.name}, records up to {day_text(context.as_of.local_date)}",
        **written.to_json(),
    }
    return body, written.snapshot.snapshot_id
