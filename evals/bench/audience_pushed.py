"""Whether exactly the approved people reach a receiver with faults, each once.

A shop's audience is pushed at four month starts, while people opt out, seven requests in ten fail
in one of four ways, and each approval is given twice. Who should be there is counted here, from the
snapshot's rows and with the holdout's hash written once more.
"""

import asyncio
import hashlib
import hmac
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from api.push_sending import PushSender, audience_secret
from api.webhooks import WebhookPoster
from engine.concepts import Moment
from engine.synthetic import make_shop, write_shop
from evals.bench.bars import Setting
from evals.peers.receiver import AudienceReceiver, Fault
from stores.audiences import Audience
from stores.datasets import DatasetStore
from stores.home import Home
from stores.people import PeopleStore
from stores.pushes import Push
from tools.audiences import keep_audience
from tools.context import Context
from tools.datasets import LoadRequest, load_file
from tools.pushing import approve, difference
from tools.segmenting import SegmentRequest, run_segmentation
from tools.snapshots import make_snapshot

NOW = datetime(2026, 1, 2, 9, tzinfo=UTC)
ZONE, HOLDOUT, LAPSED_DAYS = "Europe/London", 0.2, 45
DAYS = ("2025-08-01", "2025-09-01", "2025-10-01", "2025-11-01")
_FAULTS: tuple[Fault, ...] = ("error", "late error", "drop", "late drop")


def measure(setting: Setting) -> float:
    """Wrong deliveries: somebody who should not be there, is missing, or came twice."""
    wrong = 0
    for seed in range(5 if setting.full else 1):
        with tempfile.TemporaryDirectory() as folder:
            wrong += pushed_wrongly(Path(folder), 2000 if setting.full else 500, seed, setting)
    return float(wrong)


def pushed_wrongly(folder: Path, customers: int, seed: int, setting: Setting) -> int:
    draw = random.Random(seed)  # noqa: S311  (no secret)
    home = _shop(folder, customers)
    first = _context(home, DAYS[0])
    audience = keep_audience(first, "Lapsed", f"recency > {LAPSED_DAYS}", HOLDOUT)
    secret = audience_secret(SecretStr("a secret of the bench"), audience.audience_id)
    out: set[str] = set()
    wrong = 0
    with AudienceReceiver(secret, _drawn(seed)) as receiver:
        for day in DAYS:
            context = _context(home, day)
            _Round(context, audience, receiver, secret).push_twice()
            wanted = _wanted(context, audience, out)
            missing, extra = len(wanted - receiver.people), len(receiver.people - wanted)
            wrong += missing + extra
            setting.say(
                f"{day}: {len(wanted)} people wanted, {missing} missing, {extra} too many, "
                f"{len(receiver.keys)} requests so far"
            )
            out |= _opt_out(home, folder, draw.sample(sorted(wanted), 5))
        keys = [one["key"] for one in receiver.taken]
        wrong += len(keys) - len(set(keys)) + abs(len(keys) - len(DAYS)) + receiver.unsigned
    home.close()
    return wrong


@dataclass(frozen=True)
class _Round:
    context: Context
    audience: Audience
    receiver: AudienceReceiver
    secret: str

    def push_twice(self) -> None:
        """Approved, sent until it has surely arrived, then approved once more."""
        address = self.receiver.address
        content = difference(self.context, self.audience, address).content
        push = approve(self.context, self.audience, address, content)
        while push is not None:
            push = self._sent(push)
            push = approve(self.context, self.audience, address, content, again=True)

    def _sent(self, push: Push) -> Push:
        async def at_once(seconds: float) -> None:
            return None

        poster = WebhookPoster(frozenset({self.receiver.host}))
        sender = PushSender(self.context, self.audience, self.secret, poster, lambda: NOW, at_once)
        return asyncio.run(sender.send(push))


def _drawn(seed: int) -> Iterator[Fault]:
    draw = random.Random(seed + 1)  # noqa: S311  (no secret)
    while True:
        yield draw.choice(_FAULTS) if draw.random() < 0.7 else "none"


def _wanted(context: Context, audience: Audience, out: set[str]) -> set[str]:
    """Counted from the rows alone."""
    members = context.members
    meant = set(members.index[members["recency"] > LAPSED_DAYS]) - out
    return {one for one in meant if not _is_held_out(audience.audience_id, one)}


def _is_held_out(audience_id: str, customer: str) -> bool:
    keyed = hmac.new(audience_id.encode(), customer.encode(), hashlib.sha256).hexdigest()
    return int(keyed[:16], 16) / 16**16 < HOLDOUT


def _opt_out(home: Home, folder: Path, customers: list[str]) -> set[str]:
    file = folder / "customers.csv"
    rows = "".join(f"{one},yes\n" for one in customers)
    file.write_text(f"customer_id,opted_out\n{rows}", encoding="utf-8")
    load_file(home, LoadRequest(file, kind="customers"), NOW)
    return set(customers)


def _shop(folder: Path, customers: int) -> Home:
    files = write_shop(make_shop(customers, seed=23), folder / "files")
    home = Home.open(folder / "home")
    PeopleStore(home).ensure_local(NOW)
    request = LoadRequest(files["transactions"], dataset="corner", zone=ZONE, currency="GBP")
    load_file(home, request, NOW)
    dataset = DatasetStore(home).get()
    run_segmentation(home, dataset, SegmentRequest(method="rules"), NOW, lambda text: None)
    return home


def _context(home: Home, day: str) -> Context:
    context = Context.open(home, "local", None, NOW)
    moment = Moment.parse(day, ZONE)
    return replace(context, snapshot=make_snapshot(home, context.dataset, moment, NOW))
