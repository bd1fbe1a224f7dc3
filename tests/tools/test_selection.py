"""Customers of a snapshot by filter, and their file."""

from pathlib import Path

import pandas as pd
import pytest

from engine.errors import BadInput, NotFound
from tools.context import Context
from tools.members import write_members
from tools.selection import select_customers


def test_a_selection_agrees_with_the_snapshot(context: Context) -> None:
    members = context.members
    selection = select_customers(context, "recency > 60 and monetary >= 500")
    wanted = members[(members["recency"] > 60) & (members["monetary"] >= 50_000)]
    assert selection.customers == set(wanted.index) != set()
    assert selection.sentence == (
        "Customers who last bought more than 60 days ago and have spent at least GBP 500."
    )
    assert selection.to_json()["filter"]["filter"]["all"][1] == {
        "field": "monetary", "is": ">=", "value": 500,
    }  # fmt: skip


def test_segments_go_by_name_or_id(context: Context) -> None:
    segment = context.segments[0]
    wanted = set(context.members.index[context.members["segment_id"] == segment.segment_id])
    by_name = select_customers(context, f'segment = "{segment.name}"')
    by_id = select_customers(context, f"segment = {segment.segment_id}")
    assert by_name == by_id
    assert by_name.customers == wanted
    assert by_name.sentence == f"Customers who are {segment.name}."


def test_scores_countries_and_purchases_can_be_asked_for(context: Context) -> None:
    everybody = set(context.members.index)
    french = select_customers(context, "country = France").customers
    others = select_customers(context, "country != France").customers
    assert french and others and french | others == everybody and not french & others
    likely = select_customers(context, "churn >= 50%").customers
    assert likely and likely | select_customers(context, "churn < 50%").customers == everybody
    cooks = select_customers(context, "bought category kitchen").customers
    assert cooks and cooks | select_customers(context, "never bought category Kitchen").customers \
        == everybody  # fmt: skip
    recent = select_customers(context, "bought anything in last 30 days").customers
    assert recent == select_customers(context, "recency < 30").customers


def test_slips_of_the_pen_are_told(context: Context) -> None:
    with pytest.raises(NotFound, match="No product named 'no such thing'"):
        select_customers(context, "never bought 'no such thing'")
    with pytest.raises(BadInput, match="'kitchen' is a category") as error:
        select_customers(context, "bought kitchen in last 90 days")
    assert error.value.hint == 'Write: bought category "kitchen".'
    with pytest.raises(BadInput, match="No country named 'Frence'") as error:
        select_customers(context, "country = Frence")
    assert "France" in error.value.hint


def test_the_file_holds_the_selected_of_a_segment(context: Context, tmp_path: Path) -> None:
    segment = context.segments[0]
    selection = select_customers(context, "country = 'United Kingdom'")
    everybody = write_members(context, segment.segment_id, tmp_path / "all.csv")
    rows = write_members(context, segment.segment_id, tmp_path / "some.csv", selection)
    found = pd.read_csv(tmp_path / "some.csv", dtype=str)
    assert 0 < rows == len(found) < everybody
    assert set(found["customer_id"]) <= selection.customers
    assert set(found["segment_id"]) == {segment.segment_id}


def test_every_feature_of_the_records_can_be_asked_for(context: Context) -> None:
    everybody = set(context.members.index)
    online = select_customers(context, "share_channel_online > 50% and return_share = 0%")
    assert 0 < len(online.customers) < len(everybody)
    assert online.sentence == (
        "Customers who buy more than 50% of their lines over online and "
        "send back exactly 0% of all lines."
    )
    late = select_customers(context, "overdue > 2").customers
    assert late and late | select_customers(context, "overdue <= 2").customers == everybody
    kitchen = select_customers(context, "Top_Category = kitchen")
    assert kitchen.customers
    assert kitchen.sentence == "Customers who buy most of Kitchen."


def test_who_lacks_a_value_is_told_only_where_somebody_does(context: Context) -> None:
    rhythm = select_customers(context, "gap_mean > 30").sentence
    assert rhythm == (
        "Customers who buy again after more than 30 days on average. "
        "Whoever has no known gap mean is found by no condition on it, nor by its opposite."
    )
    assert select_customers(context, "recency > 30").sentence.endswith("ago.")
