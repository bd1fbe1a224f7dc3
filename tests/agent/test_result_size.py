"""What a model is told of one tool's result fits a page."""

import json
from typing import Any

import pytest

from agent.discretion import Privacy, tell
from tools.catalog import call, catalogue
from tools.context import Context

A_PAGE = 12_000  # characters, about three thousand tokens
# They need an audience, a stream or facts, and tell a handful of figures.
_FEW = {
    "audience_readout",
    "calculate",
    "list_audiences",
    "preview_push",
    "product_ratings",
    "stream_status",
}
READING = sorted({name for name, tool in catalogue().items() if tool.effect != "changes"} - _FEW)


def widest(name: str, context: Context) -> dict[str, Any]:
    """The arguments that bring most, as far as a person would think of them."""
    customer, segment = str(context.members.index[0]), context.segments[0].name
    measures = ["revenue", "orders", "customers", "average_order"]
    wide: dict[str, dict[str, Any]] = {
        "bought_together": {"count": 20},
        "churn_threshold": {"threshold": 0.5},
        "customer_scores": {"customer": customer},
        "outlook": {"where": "recency > 10", "top": 10},
        "preview_audience": {"name": "Sleepers", "where": "recency > 30"},
        "preview_digest": {"since": context.as_of.days_before(183).local_date.isoformat()},
        "query_records": {"measures": measures, "by": ["product", "month", "country"]},
        "recommend_products": {"whom": segment, "count": 20},
        "search_notes": {"query": f"what are {segment} like, and what is revenue?"},
        "segment_shifts": {"since": context.as_of.days_before(183).local_date.isoformat()},
        "why_customer": {"customer": customer},
    }
    return wide.get(name, {})


@pytest.mark.parametrize("name", READING)
def test_a_result_fits_a_page(name: str, context: Context) -> None:
    asked = widest(name, context)
    told = tell(call(context, name, asked), context, Privacy(smallest_group=1))
    assert told["facts"] or told["texts"]
    assert len(json.dumps(told, ensure_ascii=False)) <= A_PAGE
