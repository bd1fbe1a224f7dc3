"""The same question again, by the same person, on the same records: answered as before.

What is recalled is a kept answer, so an erased customer is in no recalled one. Answers that lean on
what moves without a new snapshot (a stream, audiences, jobs, notes) are found anew.
"""

import hashlib
import json
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from agent.events import Answer, Sentence, Span, ToolUsed
from agent.named import NamedModel
from agent.tables import Table
from engine.charts import Chart
from engine.facts import Fact
from stores.home import new_id
from stores.models import ModelStore
from stores.receipts import ReceiptStore
from stores.threads import Thread, ThreadStore, Turn
from tools.context import Context

# Their figures follow from version, snapshot, scores and arguments alone.
_LASTING = frozenset({
    "describe_dataset", "list_segments", "segment_evidence", "segment_shifts", "query_records",
    "why_customer", "churn_by_segment", "customer_scores", "value_by_segment", "churn_threshold",
    "demand_forecast", "prediction_quality", "list_anomalies", "calculate", "recommend_products",
})  # fmt: skip


def key_of(
    question: str, context: Context, thread: Thread, turns: list[Turn], model: NamedModel
) -> str:
    """Of all that an answer follows from; a model reads the thread, the planner its state. A newer
    Segue may answer better."""
    remembered = {k: v for k, v in thread.state.items() if k not in ("notice", "about")}
    read = [(turn.question, turn.answer) for turn in turns] if model.model else []
    scores = [found.model_id for found in ModelStore(context.home).all(thread.dataset_id)]
    parts = [
        question, context.person, context.dataset.dataset_id, context.version, context.as_of.iso(),
        context.snapshot.snapshot_id if context.snapshot else "", scores,
        [(segment.segment_id, segment.name) for segment in context.segments],
        remembered, read, model.name, version("segue"),
    ]  # fmt: skip
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def may_be_recalled(answer: Answer) -> bool:
    used = {tool.name for tool in answer.tools}
    whole = answer.kind == "answer" and not answer.withheld and not answer.fell_back
    return whole and bool(used) and used <= _LASTING


def recall(question: str, context: Context, thread: Thread, key: str) -> Answer | None:
    """The answer that was given before, as an answer of this thread; None where there is none."""
    store = ThreadStore(context.home)
    for body in store.answers_to(context.person, thread.dataset_id, question):
        if body.get("key") == key and "tables" in body:  # an older Segue kept none
            before = _answer(body, context)
            return replace(before, thread_id=thread.thread_id, answer_id=new_id("answer"))
    return None


def _answer(body: dict[str, Any], context: Context) -> Answer:
    receipts = ReceiptStore(context.home)
    return Answer(
        answer_id=body["answer_id"],
        thread_id=body["thread"],
        question=body["question"],
        kind=body["kind"],
        text=body["answer"],
        sentences=tuple(
            Sentence(one["text"], tuple(Span(**span) for span in one["spans"]))
            for one in body["sentences"]
        ),
        facts=tuple(
            Fact(fact["id"], receipts.get(context.person, fact["receipt"]).figure, fact["receipt"])
            for fact in body["facts"]
        ),
        tools=tuple(ToolUsed(**tool) for tool in body["tools"]),
        state=body["state"],
        follow_ups=tuple(body["follow_ups"]),
        model=body["model"],
        fell_back=body["fell_back"],
        withheld=body["withheld"],
        seconds=0,
        recalled=True,
        key=body["key"],
        tables=tuple(Table.from_json(table) for table in body["tables"]),
        charts=tuple(Chart.from_json(chart) for chart in body["charts"]),
    )
