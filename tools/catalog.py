"""The catalogue: every tool once, for the agent, the command line, the API alike.

`call` checks the arguments, runs the tool, numbers its figures and keeps a receipt for each. What
changes something it does only with a confirmation, which `ask_confirmation` gives out.
"""

import time
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from engine.concepts import Moment
from engine.errors import BadInput, NotFound
from engine.facts import Fact, Figure, Receipt
from stores.datasets import DatasetStore
from stores.home import new_id
from stores.jobs import Job
from stores.receipts import ReceiptStore
from stores.snapshots import SnapshotStore
from tools import (
    anomalies,
    audiences,
    calculation,
    datasets,
    demand,
    digests,
    evidence,
    exports,
    jobs,
    knowledge,
    ledgers,
    outlook,
    pairs,
    playbook,
    predictions,
    pushes,
    query,
    ratings,
    readout,
    recommendations,
    renaming,
    saving,
    scores,
    segments,
    shifts,
    stream,
    why,
)
from tools.citing import Citing, cited
from tools.confirmation import Confirmation, ask, need_confirmation
from tools.context import Context, FactBook
from tools.kept_results import run_tool
from tools.tool import Result, Tool


@dataclass(frozen=True)
class Called:
    """One call as the answer lists it."""

    name: str
    arguments: dict[str, Any]
    seconds: float
    facts: tuple[Fact, ...]
    texts: tuple[dict[str, str], ...]
    job: Job | None = None

    def for_model(self) -> dict[str, Any]:
        """What the model sees: facts to refer to as [[id]], and texts."""
        return {
            "facts": [
                {
                    "id": fact.id,
                    "subject": fact.figure.subject.name,
                    "kind": fact.figure.subject.kind,
                    "metric": fact.figure.metric,
                    "period": fact.figure.period.words(),
                    "shows_as": fact.text,
                    **({"operation": fact.figure.operation} if fact.figure.operation else {}),
                }
                for fact in self.facts
            ],
            "texts": list(self.texts),
        }


def catalogue() -> dict[str, Tool]:
    tools: list[Tool] = [
        Tool(datasets.describe_dataset, datasets.DescribeDataset, "reads"),
        Tool(ledgers.list_datasets, ledgers.ListDatasets, "reads"),
        Tool(ledgers.show_ledger, ledgers.ShowLedger, "reads"),
        Tool(segments.list_segments, segments.ListSegments, "reads"),
        Tool(evidence.segment_evidence, evidence.SegmentEvidence, "reads"),
        Tool(shifts.segment_shifts, shifts.SegmentShifts, "computes", kept=True),
        Tool(query.query_records, query.QueryRecords, "computes"),
        Tool(why.why_customer, why.WhyCustomer, "computes"),
        Tool(scores.churn_by_segment, scores.ChurnBySegment, "reads"),
        Tool(predictions.customer_scores, predictions.CustomerScores, "computes"),
        Tool(predictions.value_by_segment, predictions.ValueBySegment, "reads"),
        Tool(saving.worth_saving, saving.WorthSaving, "computes"),
        Tool(outlook.outlook, outlook.Outlook, "computes"),
        Tool(ratings.product_ratings, ratings.ProductRatings, "computes"),
        Tool(predictions.churn_threshold, predictions.ChurnThreshold, "reads"),
        Tool(demand.demand_forecast, demand.DemandForecast, "computes"),
        Tool(predictions.prediction_quality, predictions.PredictionQuality, "reads"),
        Tool(anomalies.list_anomalies, anomalies.ListAnomalies, "computes"),
        Tool(knowledge.search_notes, knowledge.SearchNotes, "reads"),
        Tool(stream.stream_status, stream.StreamStatus, "reads"),
        Tool(calculation.calculate, calculation.Calculate, "computes"),
        Tool(audiences.preview_audience, audiences.PreviewAudience, "computes"),
        Tool(audiences.list_audiences, audiences.ListAudiences, "computes"),
        Tool(readout.audience_readout, readout.AudienceReadout, "computes"),
        Tool(playbook.playbook, playbook.Playbook, "computes", kept=True),
        Tool(
            recommendations.recommend_products,
            recommendations.RecommendProducts,
            "computes",
            kept=True,
        ),
        Tool(pairs.bought_together, pairs.BoughtTogether, "computes", kept=True),
        Tool(
            audiences.save_audience,
            audiences.SaveAudience,
            "changes",
            "Save an audience of '{dataset}'? It is yours, and is looked at again with each "
            "snapshot.",
        ),
        Tool(
            exports.export_audience,
            exports.ExportAudience,
            "changes",
            "Write an audience of '{dataset}' to a file? It holds ids or hashed addresses of its "
            "people, and stays in the home.",
        ),
        Tool(pushes.preview_push, pushes.PreviewPush, "computes"),
        Tool(
            pushes.push_audience,
            pushes.PushAudience,
            "changes",
            "Send an audience of '{dataset}' to an address outside? It gets the ids of its people, "
            "without the holdout and who opted out.",
        ),
        *digests.TOOLS,
        *jobs.TOOLS,
        renaming.TOOL,
    ]
    return {tool.name: tool for tool in tools}


def ask_confirmation(context: Context, name: str, arguments: dict[str, Any]) -> Confirmation:
    """What the asker has to agree to before `call` makes this change."""
    tool = find_tool(name)
    return ask(context, tool, _check(tool, arguments))


def call(
    context: Context, name: str, arguments: dict[str, Any], confirmation: str | None = None
) -> Called:
    tool = find_tool(name)
    started = time.perf_counter()
    checked = _check(tool, arguments)
    if tool.effect == "changes":
        need_confirmation(context, tool, checked, confirmation)
    result = run_tool(context, tool, checked)
    seconds = time.perf_counter() - started
    stored = checked.model_dump(mode="json")
    if "facts" in stored:  # an answer's numbering dies with it; receipts stay
        stored["facts"] = [context.book.get(fact).receipt for fact in stored["facts"]]
    receipts = [
        Receipt(
            id=new_id("receipt"),
            tool=name,
            arguments=stored,
            dataset=context.dataset.dataset_id,
            version=context.version,
            as_of=context.as_of.at,
            snapshot=context.snapshot.snapshot_id if context.snapshot else None,
            filters=(),
            figure=figure,
            seconds=seconds,
            operands=figure.operands,
        )
        for figure in result.figures
    ]
    ReceiptStore(context.home).save(
        context.person, context.dataset.dataset_id, receipts, context.now
    )
    facts = tuple(context.book.add(receipt.figure, receipt.id) for receipt in receipts)
    texts, recalled = _recalled(context, result)
    return Called(
        name, checked.model_dump(mode="json"), seconds, facts + recalled, texts, result.job
    )


def _recalled(
    context: Context, result: Result
) -> tuple[tuple[dict[str, str], ...], tuple[Fact, ...]]:
    """Its texts with the figures of other tools that they show, worked out now."""
    citing = Citing(lambda name, arguments: call(context, name, arguments))
    found = {number: citing.find(source) for number, source in enumerate(result.sources, 1)}
    if not found:
        return result.texts, ()
    texts = [{key: cited(text, found) for key, text in one.items()} for one in result.texts]
    shown = {fact.id: fact for fact in found.values() if fact is not None}
    return tuple(texts), tuple(shown.values())


def rerun(context: Context, receipt: Receipt) -> Figure:
    """The receipt's figure, worked out again from the records it came from."""
    return _rerun_figure(context, receipt)


def _rerun_figure(context: Context, receipt: Receipt) -> Figure:
    book = FactBook()
    receipts = ReceiptStore(context.home)
    for operand in receipt.operands:
        book.add(_rerun_figure(context, receipts.get(context.person, operand)), operand)
    pinned = _pin(context, receipt, book)
    tool = find_tool(receipt.tool)
    result = tool.function(pinned, _check(tool, receipt.arguments))
    for figure in result.figures:
        if figure.key == receipt.figure.key:
            return figure
    raise NotFound(
        f"The re-run of {receipt.tool} no longer gives this figure.",
        "Its records may have been erased since.",
    )


def _pin(context: Context, receipt: Receipt, book: FactBook) -> Context:
    """The context as it was: the receipt's dataset, version, moment and snapshot."""
    dataset = DatasetStore(context.home).get(receipt.dataset)
    return replace(
        context,
        dataset=dataset,
        version=receipt.version,
        as_of=Moment.of(receipt.as_of, dataset.shop.zone),
        snapshot=SnapshotStore(context.home).get(receipt.snapshot) if receipt.snapshot else None,
        book=book,
    )


def find_tool(name: str) -> Tool:
    tools = catalogue()
    if name not in tools:
        raise NotFound.named("tool", name, tools)
    return tools[name]


def _check(tool: Tool, arguments: dict[str, Any]) -> Any:
    try:
        return tool.arguments.model_validate(arguments)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "arguments"
        raise BadInput(f"{tool.name}: {where}: {first['msg']}.") from None
