"""A person's name for a segment stays, whatever a refit would call it."""

from datetime import UTC, datetime

import pytest

from engine.errors import BadInput, Conflict, NotFound
from engine.naming import FURTHER_TIERS, TIERS
from stores.runs import RunStore
from tools.catalog import ask_confirmation, call
from tools.context import Context
from tools.renaming import rename_to
from tools.run_card import current_card
from tools.segmenting import SegmentRequest, run_segmentation

NOW = datetime(2026, 1, 3, tzinfo=UTC)


def reopened(context: Context) -> Context:
    return Context.open(context.home, context.person, context.dataset.name, NOW)


def test_a_new_name_is_everywhere_and_outlives_refits(context: Context) -> None:
    first = context.segments[0]
    before, after = rename_to(context, first.name, "  Our   darlings ")
    assert (before.name, after.name) == (first.name, "Our darlings")
    now = reopened(context)
    assert now.segments[0].name == "Our darlings"
    assert "Our darlings" in {s["name"] for s in current_card(now.home, now.run)["segments"]}
    for request in (SegmentRequest(method="rules", seed=1),
                    SegmentRequest(method="rules", seed=1, names="tiers")):  # fmt: skip
        card = run_segmentation(context.home, context.dataset, request, NOW, lambda text: None)
        kept = next(s for s in card["segments"] if s["id"] == first.segment_id)
        assert kept["name"] == "Our darlings"
    others = {s["name"] for s in card["segments"] if s["id"] != first.segment_id}
    assert len(others) == len(card["segments"]) - 1
    assert others < {*TIERS, *(f"{ordinal} tier" for ordinal in FURTHER_TIERS)}


def test_no_two_segments_share_a_name(context: Context) -> None:
    one, other = context.segments[:2]
    with pytest.raises(Conflict, match=f"Another segment is called '{other.name.upper()}'"):
        rename_to(context, one.segment_id, other.name.upper())
    assert rename_to(context, one.name, one.name)[1].name == one.name


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "all", "a\x00b"])
def test_what_is_no_name(context: Context, name: str) -> None:
    with pytest.raises(BadInput):
        rename_to(context, context.segments[0].name, name)


def test_the_tool_waits_for_agreement(context: Context) -> None:
    asked = {"segment": context.segments[0].name, "name": "Gems"}
    token = ask_confirmation(context, "rename_segment", asked).token
    called = call(context, "rename_segment", asked, token)
    assert called.texts[0]["segment"] == "Gems"
    assert RunStore(context.home).find_segment(context.run, "gems").named_by == "person"
    with pytest.raises(NotFound, match="No segment named 'Nobody'"):
        rename_to(context, "Nobody", "Somebody")
