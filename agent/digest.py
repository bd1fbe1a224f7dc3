"""A digest: what moved since it last spoke, in sentences that passed the gate.

It tells only what is beyond chance and large enough. Each digest starts where the one before
ended, so nothing is told twice. When there is nothing to tell, that is one line.
"""

from dataclasses import dataclass
from typing import Any

from agent.finding import Findings
from agent.found import Found
from agent.narrative import RULES, Narrative
from agent.shifting import news, shift_lines
from engine.concepts import Moment
from engine.facts import Fact
from stores.snapshots import Snapshot
from tools.catalog import call
from tools.context import Context
from tools.snapshots import make_snapshot

# A line of ours that names no figure, period or segment: there is nothing in it to check.
NOTHING = "Nothing worth your time: no segment moved by more than chance."


@dataclass(frozen=True)
class DigestText:
    text: str
    facts: tuple[Fact, ...]  # those that the text shows
    snapshot: Snapshot  # where the next one starts

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "facts": [fact.to_json() for fact in self.facts]}


def write_digest(context: Context, since: Moment, narrative: Narrative = RULES) -> DigestText:
    """From `since` to the newest record, under the published run."""
    run = context.run
    now = make_snapshot(
        context.home, context.dataset, context.as_of, context.now, run, context.version
    )
    if since.at >= context.as_of.at:  # no newer order has come
        return DigestText(NOTHING, (), now)
    called = call(context, "segment_shifts", {"since": since.at.isoformat()})
    found = Found.of_call(called.for_model())
    if not news(found):
        return DigestText(NOTHING, (), now)
    findings = Findings(context, called.facts)
    sentences = narrative.write("digest", findings, findings.through_the_gate(shift_lines(found)))
    shown = dict.fromkeys(fact for sentence in sentences for _, _, fact in sentence.spans)
    text = "\n".join(sentence.text for sentence in sentences)
    return DigestText(text, tuple(context.book.get(fact) for fact in shown), now)
