"""Memory: what is written down of what was told, and what is recalled for a question.

Sentences that passed the gate become notes whose figures are kept as the calls that gave them, so
that a note that is recalled shows figures of now. A note that a newer snapshot, version or run
overtook is not recalled as true.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from agent.found import Found
from agent.shifting import QUIET, news, shift_lines
from engine.concepts import Moment
from engine.errors import Fixable
from engine.grounding import Rendered
from stores.home import new_id
from stores.notes import Note, NoteKind, NoteStore, Source
from stores.receipts import ReceiptStore
from stores.snapshots import SnapshotStore
from tools.catalog import call
from tools.context import Context
from tools.knowledge import standing

SHIFT = "what changed|what moved|shift story|story of who moved|lately|since last month|news"
REPORT = "last report|latest report|our report|report|main finding|headline|abstract"
_MOST_RECALLED = 3
_FIGURE = re.compile(r"\[\[\w+\]\]")


def note_of(
    context: Context, kind: NoteKind, about: str, sentences: Sequence[Rendered],
    receipts: Mapping[str, str], title: str,
) -> Note:  # fmt: skip
    """Of sentences that show facts, each with its receipt of the context's person."""
    snapshot = context.need_snapshot()
    facts = list(dict.fromkeys(fact for one in sentences for _, _, fact in one.spans))
    lines = [title, *(_numbered(one, facts) for one in sentences)]
    return Note(
        new_id("note"),
        kind,
        about,
        "\n".join(lines),
        context.dataset.dataset_id,
        snapshot.snapshot_id,
        version=context.version,
        valid_from=snapshot.as_of,
        sources=tuple(source_of(context, receipts[fact]) for fact in facts),
    )


def _receipts(context: Context) -> dict[str, str]:
    return {fact.id: fact.receipt for fact in context.book.facts.values()}


def source_of(context: Context, receipt_id: str) -> Source:
    """The call that gave a figure, and those that gave what it was calculated from."""
    receipt = ReceiptStore(context.home).get(context.person, receipt_id)
    arguments = {name: value for name, value in receipt.arguments.items() if name != "facts"}
    operands = tuple(source_of(context, operand) for operand in receipt.operands)
    kept = arguments if operands else receipt.arguments
    return Source(receipt.tool, kept, receipt.figure.key, operands)


def _numbered(sentence: Rendered, facts: Sequence[str]) -> str:
    text, done = "", 0
    for start, end, fact in sentence.spans:
        text += f"{sentence.text[done:start]}[[{facts.index(fact) + 1}]]"
        done = end
    return text + sentence.text[done:]


def write_shift_story(context: Context) -> Note | None:
    """What moved between the last month start and the newest snapshot; None where there is but
    one moment to look at."""
    from agent.finding import Findings

    since = _month_before(context)
    if since is None:
        return None
    called = call(context, "segment_shifts", {"since": since.iso()})
    found = Found.of_call(called.for_model())
    findings = Findings(context, called.facts)
    lines = shift_lines(found) if news(found) else []
    title = "What changed lately in the segments, who moved, which grew or shrank:"
    sentences = findings.through_the_gate(lines or [QUIET])
    note = note_of(context, "shift", SHIFT, sentences, _receipts(context), title)
    NoteStore(context.home, context.home.embedder()).save([note], context.now)
    return note


def _month_before(context: Context) -> Moment | None:
    """The newest snapshot of the run that is a month or so older than the newest records."""
    run, zone = context.run.run_id, context.dataset.shop.zone
    last = context.as_of.at - timedelta(days=25)
    found = [s.as_of for s in SnapshotStore(context.home).all(context.dataset.dataset_id)
             if s.run_id == run and s.as_of <= last]  # fmt: skip
    return Moment.of(max(found), zone) if found else None


def write_report_abstract(context: Context, sentences: Sequence[Rendered]) -> Note:
    """The finding of a report that was made."""
    title = "What the latest report says, its main finding in writing:"
    note = note_of(context, "report", REPORT, sentences, _receipts(context), title)
    NoteStore(context.home, context.home.embedder()).save([note], context.now)
    return note


def recall_for(question: str, context: Context, smallest_group: int = 1) -> str:
    """Notes that are true now, as a language model is given them with a question: words alone,
    for figures are facts, which the tools give. Segments of fewer customers are not described."""
    store = NoteStore(context.home, context.home.embedder())
    try:
        found = store.search(standing(context), question, _MOST_RECALLED, context.index)
    except Fixable:
        return ""
    told = [
        {"kind": note.kind, "about": note.names[0], "note": _plain(note.text)}
        for note, _ in found.notes
        if note.segment_id is None or _size(context, note.segment_id) >= smallest_group
    ]
    return json.dumps([one for one in told if one["note"]], ensure_ascii=False) if told else ""


def _size(context: Context, segment_id: str) -> int:
    return int((context.members["segment_id"] == segment_id).sum())


def _plain(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not _FIGURE.search(line))
