"""Whether the notes that a question needs are among the first three, and none that is stale.

A shop with every kind of note: definitions, segments, run card, shift story, report abstract, a
verified answer. Fifty questions are asked of it in the state, by the index, without the sentence
model, and with vectors of a mock endpoint that speaks as OpenAI's does; then again after newer
records and after a newer run, when nothing that was true before may be told as true.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from agent.embeddings import EndpointEmbedder
from agent.loop import answer
from agent.memory import write_shift_story
from agent.named import NamedModel
from agent.reporting import build_report
from agent.verifying import verify
from engine.concepts import Moment
from engine.embedding import TermEmbedder
from evals.bench.bars import Setting
from evals.bench.demo_shop import NOW, demo_shop
from evals.peers.embedding_server import EmbeddingServer
from stores.feedback import FeedbackStore
from stores.note_index import NoteIndex
from stores.people import Person
from stores.threads import ThreadStore
from tools.catalog import call
from tools.context import Context, FactBook
from tools.segmenting import SegmentRequest, run_segmentation
from tools.snapshots import make_snapshot

_ASKED = "How many customers are there?"
_ME = Person("local", "You", "admin")
_PASSING = ("shift", "report", "answer")
Text = dict[str, str]


def measure(setting: Setting) -> float:
    """The least recall of the four ways; 0 when a stale note was told as true."""
    with demo_shop(600 if setting.full else 300, seed=5) as shop:
        context = _noted(shop)
        found = {way: _recall(one, setting, way) for way, one in _ways(context)}
        stale = _stale(context, setting)
    setting.say(", ".join(f"{way}: {value:.2f}" for way, value in found.items()))
    setting.say(f"{stale} stale notes told as true")
    return 0.0 if stale else min(found.values())


def _noted(shop: Context) -> Context:
    """With a shift story, a report and a verified answer, as events of the product write them."""
    month = Moment.parse(f"{shop.as_of.local_date:%Y-%m}-01", shop.dataset.shop.zone)
    make_snapshot(shop.home, shop.dataset, month.days_before(31), NOW, shop.run)
    write_shift_story(_afresh(shop))
    build_report(_afresh(shop))
    asyncio.run(_verified(_afresh(shop)))
    return _afresh(shop)


async def _verified(context: Context) -> None:
    thread = ThreadStore(context.home).make("local", context.dataset.dataset_id, NOW)
    events = [event async for event in answer(_ASKED, context, thread, NamedModel())]
    answer_id = events[-1].answer_id  # type: ignore[union-attr]
    FeedbackStore(context.home).give(answer_id, _ME, "good", NOW)
    verify(context.home, answer_id, _ME, NOW)


def _afresh(context: Context) -> Context:
    return Context.open(context.home, "local", None, NOW)


def _ways(context: Context) -> Iterator[tuple[str, Context]]:
    yield "in the state", context
    with _indexed(context) as indexed:
        yield "by the index", indexed
    yield "without a model", replace(context, home=replace(context.home, embedder=TermEmbedder))
    with EmbeddingServer() as server:
        embedder = EndpointEmbedder("mock-embeddings", server.url, "none")
        yield (
            "of an endpoint",
            replace(context, home=replace(context.home, embedder=lambda: embedder)),
        )


@contextmanager
def _indexed(context: Context) -> Iterator[Context]:
    index = NoteIndex.open(context.home)
    assert index is not None
    yield replace(context, index=index)
    index.close()


def _recall(context: Context, setting: Setting, way: str) -> float:
    questions = read_questions(context)
    missed = []
    for asked, wanted in questions:
        told = _ask(context, asked)
        if not any(_is_wanted(text, wanted, context) for text in told):
            missed.append(f"{way}: {asked} -> {[text.get('about') for text in told]}")
    for line in missed:
        setting.say(line)
    return 1 - len(missed) / len(questions)


def read_questions(context: Context) -> list[tuple[str, list[str]]]:
    """With the names of the shop's segments, most revenue first."""
    import yaml

    found = yaml.safe_load((Path(__file__).parent / "notes_questions.yaml").read_text("utf-8"))
    rows = context.run.evidence["segments"]
    names = {f"s{place}": str(row["name"]) for place, row in enumerate(rows, 1)}
    return [
        (one["ask"].format(**names), [w.format(**names) for w in one["wants"]]) for one in found
    ]


def _ask(context: Context, query: str) -> Sequence[Text]:
    fresh = replace(context, book=FactBook())
    return [text for text in call(fresh, "search_notes", {"query": query}).texts if "note" in text]


def _is_wanted(text: Text, wanted: Sequence[str], context: Context) -> bool:
    profiles = {segment.name: segment.profile for segment in context.segments}
    for one in wanted:
        like = one.removeprefix("like: ")
        if like != one and text["kind"] == "segment" and like in profiles[text["segment"]]:
            return True
        if one in (text["kind"], f"{text['kind']} {text['about']}"):
            return True
    return False


def _stale(context: Context, setting: Setting) -> int:
    """Notes told as true that newer records or a newer run have overtaken."""
    newer = replace(context, version=context.version + 1)
    told = _all_told(newer, context)
    found = [text for text in told if text["kind"] in _PASSING]
    before = {text["id"] for text in _all_told(context, context)}
    request = SegmentRequest(method="rules", names="tiers")
    card = run_segmentation(context.home, context.dataset, request, NOW, lambda text: None)
    assert card["published"] and card["run_id"] != context.run.run_id
    after = [text for text in _all_told(_afresh(context), context) if text["kind"] != "term"]
    found += [text for text in after if text["kind"] in _PASSING or text["id"] in before]
    for text in found:
        setting.say(f"stale: {text}")
    return len(found)


def _all_told(context: Context, asked: Context) -> list[Text]:
    return [text for query, _ in read_questions(asked) for text in _ask(context, query)]
