"""The agent's events and the tools' results as they go over the wire."""

import re
from collections.abc import Mapping
from typing import Any

from agent.events import (
    Answer,
    ConfirmationAsked,
    Event,
    FactsShown,
    Restarted,
    Sentence,
    Status,
    ToolStarted,
    ToolUsed,
)
from agent.tables import Table
from engine.charts import Chart
from engine.facts import Fact
from engine.grounding import Rendered
from tools.catalog import Called
from tools.context import Context

_DOING = {
    "describe_dataset": "Counting the whole shop",
    "list_datasets": "Looking what is loaded",
    "show_ledger": "Reading the ledger",
    "list_segments": "Looking at the segments",
    "segment_evidence": "Looking why these segments were chosen",
    "segment_shifts": "Looking who moved",
    "why_customer": "Looking why a customer moved",
    "list_anomalies": "Looking who is out of the ordinary",
    "outlook": "Looking what is expected",
    "product_ratings": "Looking at the ratings",
    "bought_together": "Looking what is bought together",
    "save_audience": "Saving the audience",
    "export_audience": "Writing the audience to a file",
    "query_records": "Counting in the records",
    "churn_by_segment": "Looking at the churn scores",
    "customer_scores": "Looking at a customer's scores",
    "worth_saving": "Looking who is most worth saving",
    "value_by_segment": "Looking at the expected value",
    "demand_forecast": "Forecasting the demand",
    "churn_threshold": "Weighing a threshold",
    "prediction_quality": "Looking how good the predictions were",
    "preview_audience": "Looking whom the filter means",
    "list_audiences": "Looking at the audiences",
    "audience_readout": "Comparing with the holdout",
    "list_digests": "Looking at the digests",
    "preview_digest": "Looking what a digest would tell",
    "subscribe_digest": "Setting up the digest",
    "playbook": "Looking what could be done",
    "recommend_products": "Looking what goes with what they bought",
    "search_notes": "Searching the notes",
    "stream_status": "Looking at the stream",
    "calculate": "Calculating",
}


def doing(tool: str) -> str:
    """What a tool does, for a person who waits."""
    return _DOING.get(tool, tool.replace("_", " ").capitalize())


def to_wire(event: Event) -> tuple[str, dict[str, Any]]:
    """The event's name and its data."""
    match event:
        case Status(text):
            return "status", {"text": text}
        case ToolStarted(name):
            return "tool_started", {"name": name, "text": doing(name)}
        case ConfirmationAsked(question, tool):
            return "confirm", {"question": question, "tool": tool}
        case ToolUsed(name, arguments, seconds):
            return "tool", {
                "name": name,
                "text": doing(name),
                "arguments": arguments,
                "seconds": seconds,
            }
        case Sentence():
            return "sentence", event.to_json()
        case Restarted(reason):
            return "restarted", {"reason": reason}
        case Table():
            return "table", event.to_json()
        case Chart():
            return "chart", event.to_json()
        case FactsShown(facts):
            return "facts", {"facts": [fact.to_json() for fact in facts]}
        case Answer():
            return "done", event.to_json()


def rendered_to_wire(found: Rendered, facts: Mapping[str, Fact]) -> dict[str, Any]:
    return {
        "text": found.text,
        "spans": [
            {"start": start, "end": end, "fact": fact, "receipt": facts[fact].receipt}
            for start, end, fact in found.spans
        ],
    }


def called_to_wire(called: Called, context: Context) -> dict[str, Any]:
    """One call of a tool: what it found, and of which records."""
    return {
        "tool": called.name,
        "arguments": called.arguments,
        "facts": [fact.to_json() for fact in called.facts],
        "texts": list(called.texts),
        "job": called.job.to_json() if called.job else None,
        "dataset": context.dataset.name,
        "as_of": context.as_of.iso(),
        "version": context.version,
        "snapshot": context.snapshot.snapshot_id if context.snapshot else None,
        "seconds": called.seconds,
    }


def called_in_words(called: Called, context: Context) -> str:
    """The same for who reads text only: a line for each fact, text or job."""
    lines = [f"Dataset {context.dataset.name}, as of {context.as_of.iso()}."]
    lines += [_fact_line(fact) for fact in called.facts]
    lines += [
        "; ".join(f"{key}: {in_words(text, called)}" for key, text in one.items())
        for one in called.texts
    ]
    if called.job:
        lines.append(f"The job {called.job.job_id} was begun; ask the tool job how far it is.")
    return "\n".join(lines)


def in_words(text: str, called: Called) -> str:
    """A text that was recalled, with its figures in place of their ids."""
    facts = {fact.id: fact.text for fact in called.facts}
    return re.sub(r"\[\[(\w+)\]\]", lambda found: facts.get(found[1], found[0]), text)


def _fact_line(fact: Fact) -> str:
    figure = fact.figure
    what = " ".join(filter(None, (figure.operation, figure.metric.replace("_", " "))))
    return f"{figure.subject.name}: {what} {figure.period.words()}: {fact.text} ({fact.receipt})"
