"""The playbook of a small shop: its audiences, what people do anyway, and the proof."""

from dataclasses import replace

import pandas as pd
import pytest
from rerunning import changed_on_rerun

from engine.concepts import Moment
from engine.errors import NotFound, NotPossible
from engine.uplift import detectable_rise, proving_share
from stores.datasets import DatasetStore
from tests.conftest import NOW
from tools.audience_lists import bring_up, people_of
from tools.audiences import keep_audience
from tools.catalog import Called, call
from tools.context import Context
from tools.erasing import erase_customer
from tools.selection import select_customers
from tools.snapshots import make_snapshot


def values(called: Called) -> dict[tuple[str, str], object]:
    return {(f.figure.subject.name, f.figure.metric): f.figure.value for f in called.facts}


def as_of(context: Context, day: str) -> Context:
    moment = Moment.parse(day, "Europe/London")
    return replace(context, snapshot=make_snapshot(context.home, context.dataset, moment, NOW))


def test_each_play_is_an_audience_that_can_be_saved(context: Context) -> None:
    called = call(context, "playbook", {})
    found = values(called)
    assert {text["play"] for text in called.texts} == {"Loyalty", "Win back"}
    for text in called.texts:
        name, people = text["audience"], select_customers(context, text["where"]).customers
        assert found[name, "customers"] == len(people) >= 20
        kept = keep_audience(context, name, text["where"], float(text["holdout"]))
        assert kept.sentence == text["means"]
        held = people_of(context, bring_up(context, kept)).held_out
        assert found[name, "held_out"] == len(held) > 0
    worth = [f.figure.value for f in called.facts if f.figure.metric == "revenue"]
    assert worth == sorted(worth, key=lambda one: -one.minor)  # type: ignore[union-attr]


def test_every_figure_is_worked_out_again_to_the_same(context: Context) -> None:
    assert changed_on_rerun(context, call(context, "playbook", {}).facts) == []


def test_what_people_do_anyway_is_counted_on_the_same_filter_a_month_before(
    context: Context,
) -> None:
    now = as_of(context, "2025-12-01")
    called = call(now, "playbook", {})
    found = values(called)
    text = next(one for one in called.texts if one["play"] == "Win back")
    then = as_of(context, "2025-11-01")
    people = select_customers(then, text["where"]).customers
    bought = people & _buyers(context, "2025-11-01", "2025-12-01")
    rate = found[text["audience"], "purchase_rate"]
    assert rate == len(bought) / len(people)
    assert isinstance(rate, float)
    size = found[text["audience"], "customers"]
    assert isinstance(size, int)
    assert float(text["holdout"]) == proving_share(rate, size)
    assert found[text["audience"], "detectable"] == detectable_rise(
        rate, size, float(text["holdout"])
    )
    assert text["effect"].startswith("unknown until")


def _buyers(context: Context, first: str, last: str) -> set[str]:
    """Customers with a sale in the days that nothing took back."""
    files = DatasetStore(context.home).files(context.dataset, context.version)
    rows = pd.concat([pd.read_parquet(file) for file in files])
    rows = rows[(rows["line_kind"] == "sale") & rows["customer_id"].notna()]
    days = rows["local_date"].astype(str)
    return set(rows.loc[(days >= first) & (days < last), "customer_id"])


def test_the_effect_is_that_of_the_shops_own_audience_once_it_is_read_out(
    context: Context,
) -> None:
    keep_audience(as_of(context, "2025-10-01"), "Win back autumn", "recency > 20", 0.3)
    called = call(context, "playbook", {})
    found = {f.figure.metric: f.figure for f in called.facts if f.figure.subject.kind == "audience"}
    assert set(found) == {"uplift", "uplift_low", "uplift_high"}
    assert {f.subject.name for f in found.values()} == {"Win back autumn"}
    effects = {text["play"]: text["effect"] for text in called.texts}
    assert effects["Win back"] == "as earlier audiences of this play were read out"
    assert effects["Loyalty"].startswith("unknown until")


def test_a_segment_has_plays_of_its_own_people(context: Context) -> None:
    called = call(context, "playbook", {"segment": "champions"})
    segment = next(one for one in context.segments if one.name == "Champions")
    own = set(context.members.index[context.members["segment_id"] == segment.segment_id])
    assert called.texts
    for text in called.texts:
        assert select_customers(context, text["where"]).customers <= own
        assert text["audience"].endswith(" Champions")


def test_what_is_missing_is_said(context: Context) -> None:
    with pytest.raises(NotFound, match="No segment named 'Champion'"):
        call(context, "playbook", {"segment": "Champion"})
    with pytest.raises(NotPossible, match="No play has 20 people or more in 'At risk'"):
        call(context, "playbook", {"segment": "At risk"})


def test_the_same_question_of_the_same_records_is_answered_from_what_was_kept(
    context: Context,
) -> None:
    first = call(context, "playbook", {})
    kept = context.home.files.all("results")
    again = call(context, "playbook", {})
    assert (values(again), again.texts) == (values(first), first.texts)
    assert context.home.files.all("results") == kept and len(kept) == 1
    # Another audience of a play may have brought something since, so it is looked anew.
    keep_audience(context, "Win back everybody", first.texts[0]["where"], 0.2)
    call(context, "playbook", {})
    assert len(context.home.files.all("results")) == 2
    erase_customer(
        context.home,
        context.dataset,
        str(context.members.index[0]),
        "local",
        NOW,
        lambda text: None,
    )
    assert context.home.files.all("results") == {}
