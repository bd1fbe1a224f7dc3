"""Receipts drawn at random, worked out again from the records they came from."""

import random

from engine.errors import Fixable
from engine.facts import Fact
from evals.bench.bars import Setting
from evals.bench.demo_shop import demo_shop
from stores.receipts import ReceiptStore
from tools.catalog import call, rerun
from tools.context import Context

_READS = ("describe_dataset", "list_segments", "churn_by_segment")
_OPERATIONS = ("sum", "difference", "ratio", "share", "growth", "mean", "largest", "smallest")


def measure(setting: Setting) -> float:
    wrong = 0
    for seed, customers in ((3, 300), (4, 500)):
        with demo_shop(customers, seed) as context:
            wrong += differing(context, 250, random.Random(seed), setting)  # noqa: S311
    return float(wrong)


def differing(context: Context, count: int, draw: random.Random, setting: Setting) -> int:
    """How many of `count` receipts give another figure when they are worked out again."""
    receipts = [fact.receipt for fact in _facts(context, count, draw)]
    wrong = 0
    for receipt_id in draw.sample(receipts, count):
        receipt = ReceiptStore(context.home).get(context.person, receipt_id)
        again = rerun(context, receipt)
        if (again.value, again.key) != (receipt.figure.value, receipt.figure.key):
            setting.say(f"{receipt.tool}: {receipt.figure.value} and {again.value}")
            wrong += 1
    setting.say(f"{count} of {len(receipts)} receipts worked out again, {wrong} differ")
    return wrong


def _facts(context: Context, count: int, draw: random.Random) -> list[Fact]:
    """What the tools that read say, and calculations over it, until there are enough."""
    for name in _READS:
        call(context, name, {})
    for days in (90, 180):
        since = context.as_of.days_before(days).local_date
        call(context, "segment_shifts", {"since": since.isoformat()})
    while len(context.book.facts) < count + 20:
        facts = list(context.book.facts.values())
        one = draw.choice(facts)
        alike = [f for f in facts if f.figure.metric == one.figure.metric and f.id != one.id]
        if not alike:
            continue
        chosen = [one.id, draw.choice(alike).id]
        try:
            call(context, "calculate", {"operation": draw.choice(_OPERATIONS), "facts": chosen})
        except Fixable:
            continue  # of two periods, of dates, alike: no figure and no receipt
    return list(context.book.facts.values())
