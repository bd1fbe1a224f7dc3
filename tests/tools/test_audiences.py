"""Audiences: looked at, saved, and looked at again at each snapshot."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.concepts import Moment
from engine.errors import BadInput, NotFound
from stores.audiences import AudienceStore
from stores.home import Home
from stores.people import PeopleStore
from stores.snapshots import Snapshot, SnapshotStore
from tests.conftest import NOW
from tools.audience_lists import bring_up, people_of
from tools.audiences import audience_card, keep_audience, look_at
from tools.catalog import ask_confirmation, call
from tools.context import Context
from tools.datasets import LoadRequest, load_file
from tools.erasing import erase_customer, held_on
from tools.receipts import receipt_card
from tools.renaming import rename_to
from tools.selection import select_customers
from tools.snapshots import make_snapshot

WHERE = "recency > 60 and monetary >= 500"


def opted_out(home: Home, folder: Path, customer: str) -> None:
    file = folder / "customers.csv"
    file.write_text(f"customer_id,opted_out\n{customer},yes\n", encoding="utf-8")
    load_file(home, LoadRequest(file, kind="customers"), NOW)


def test_a_look_tells_size_value_and_sentence_and_keeps_nothing(context: Context) -> None:
    found = look_at(context, WHERE, "Lapsed", 0.25).card
    wanted = select_customers(context, WHERE).customers
    members = context.members.loc[sorted(wanted)]
    assert found["customers"] == len(wanted) > 0
    assert found["value"] == {"minor": int(members["monetary"].sum()), "currency": "GBP"}
    assert found["reached"] + found["holdout"] == found["customers"]
    assert 0 < found["holdout"] < found["customers"] / 2
    assert found["sentence"].startswith("Customers who last bought more than 60 days ago")
    assert set(found["sample"]) <= wanted
    assert AudienceStore(context.home).all("local", context.dataset.dataset_id) == []


def test_what_was_seen_is_what_is_saved(context: Context) -> None:
    seen = look_at(context, WHERE, "Lapsed", 0.25)
    audience = keep_audience(context, "Lapsed", WHERE, 0.25)
    people = people_of(context, bring_up(context, audience))
    assert people == seen.people
    card = audience_card(context, audience)
    assert [card[name] for name in ("customers", "holdout", "value", "sentence", "where")] == [
        seen.card[name] for name in ("customers", "holdout", "value", "sentence", "where")
    ]
    with pytest.raises(BadInput, match="There is an audience 'Lapsed' already"):
        keep_audience(context, "Lapsed", WHERE, 0.1)


def test_each_snapshot_has_its_list_with_who_came_and_who_went(context: Context) -> None:
    early, later = (
        make_snapshot(context.home, context.dataset, Moment.parse(day, "Europe/London"), NOW)
        for day in ("2025-08-01", "2025-10-01")
    )
    before = replace(context, snapshot=early)
    audience = keep_audience(before, "Lapsed", WHERE, 0.3)
    bring_up(context, audience)
    lists = AudienceStore(context.home).lists(audience)
    moments = [replace(context, snapshot=one) for one in (early, later, context.snapshot)]
    meant = [select_customers(one, WHERE).customers for one in moments]
    assert [one.customers for one in lists] == [len(customers) for customers in meant]
    assert [(one.entered, one.left) for one in lists] == [
        (0, 0),
        (len(meant[1] - meant[0]), len(meant[0] - meant[1])),
        (len(meant[2] - meant[1]), len(meant[1] - meant[2])),
    ]
    assert lists[1].entered > 0 and lists[1].left > 0
    first, last = (people_of(context, lists[number]) for number in (0, 2))
    both = first.all & last.all
    assert both and first.held_out & both == last.held_out & both != set()


def test_a_new_snapshot_is_listed_though_nobody_looks(context: Context) -> None:
    def made(day: str) -> Snapshot:
        moment = Moment.parse(day, "Europe/London")
        return make_snapshot(context.home, context.dataset, moment, NOW)

    early = made("2025-08-01")
    before = replace(context, snapshot=early)
    mine = keep_audience(before, "Lapsed", WHERE, 0.3)
    ann = PeopleStore(context.home).add("Ann", "member", NOW).person_id
    hers = keep_audience(replace(before, person=ann), "Lapsed", "recency > 90", 0)
    later, backfilled = made("2025-09-01"), made("2025-07-01")
    store = AudienceStore(context.home)
    meant = [select_customers(replace(context, snapshot=one), WHERE).customers
             for one in (early, later)]  # fmt: skip
    lists = store.lists(mine)
    assert [one.snapshot_id for one in lists] == [early.snapshot_id, later.snapshot_id]
    assert (lists[1].entered, lists[1].left) == (len(meant[1] - meant[0]), len(meant[0] - meant[1]))
    assert [one.snapshot_id for one in store.lists(hers)] == [one.snapshot_id for one in lists]
    assert backfilled.as_of < early.as_of


def test_a_renamed_segment_is_still_the_one_that_was_meant(context: Context) -> None:
    first, second = context.segments[:2]
    audience = keep_audience(context, "Mine", f'segment = "{first.name}" and recency > 1', 0)
    people = people_of(context, bring_up(context, audience))
    old_name = first.name
    rename_to(context, first.name, "Our best")
    rename_to(context, second.name, old_name)  # the old name means others now
    today = Context.open(context.home, "local", None, NOW)
    moment = Moment.parse("2026-01-02", "Europe/London")
    later = make_snapshot(context.home, context.dataset, moment, NOW)
    members = SnapshotStore(context.home).members(later)
    meant = members[(members["segment_id"] == first.segment_id) & (members["recency"] > 1)]
    card = audience_card(replace(today, snapshot=later), audience)
    assert card["customers"] == len(meant) > 0 and people.all
    assert card["sentence"].startswith("Customers who are Our best and")
    assert card["where"].startswith('segment = "Our best"')


def test_an_audience_that_cannot_be_worked_out_any_more_spoils_no_list(context: Context) -> None:
    keep_audience(context, "Lapsed", WHERE, 0)
    keep_audience(context, "Mine", f'segment = "{context.segments[0].name}"', 0)
    later = replace(
        context,
        snapshot=make_snapshot(
            context.home, context.dataset, Moment.parse("2025-10-01", "Europe/London"), NOW
        ),
    )
    later.__dict__["segments"] = context.segments[1:]
    called = call(later, "list_audiences", {})
    assert {fact.figure.subject.name for fact in called.facts} == {"Lapsed"}
    assert [text["audience"] for text in called.texts] == ["Lapsed", "Mine"]
    assert "No segment named" in called.texts[1]["trouble"]


def test_who_opted_out_is_in_no_list(home: Home, tmp_path: Path, context: Context) -> None:
    audience = keep_audience(context, "Lapsed", WHERE, 0.25)
    who = min(people_of(context, bring_up(context, audience)).reached)
    opted_out(home, tmp_path, who)
    today = Context.open(home, "local", None, NOW)
    assert who not in people_of(today, bring_up(today, audience)).all
    assert who not in look_at(today, WHERE, None, 0).people.all


def test_an_erased_customer_is_in_no_stored_list(home: Home, context: Context) -> None:
    audience = keep_audience(context, "Lapsed", WHERE, 0.25)
    who = min(people_of(context, bring_up(context, audience)).all)
    held = held_on(home, context.dataset, who).found["audiences"]
    assert [one["as_of"] for one in held] == [context.snapshot_moment.at.isoformat()]
    size = AudienceStore(home).lists(audience)[0].customers
    erase_customer(home, context.dataset, who, "local", NOW, lambda text: None)
    store = AudienceStore(home)
    (left,) = store.lists(audience)
    assert left.customers == size - 1 == len(store.people(left))
    assert who not in set(store.people(left)["customer_id"])


def test_an_audience_is_nobody_elses(home: Home, context: Context) -> None:
    audience = keep_audience(context, "Lapsed", WHERE, 0)
    with pytest.raises(NotFound, match="No audience named 'Lapsed'"):
        AudienceStore(home).get("ann", context.dataset.dataset_id, audience.name)
    with pytest.raises(NotFound, match="Did you mean 'Lapsed'"):
        AudienceStore(home).get("local", context.dataset.dataset_id, "Laps")
    AudienceStore(home).delete(audience)
    assert AudienceStore(home).all("local", context.dataset.dataset_id) == []
    assert home.files.all("audiences") == {}


def test_the_tools_tell_figures_that_can_be_worked_out_again(context: Context) -> None:
    wish = {"name": "Lapsed", "where": WHERE, "holdout": 0.25}
    seen = call(context, "preview_audience", wish).facts
    token = ask_confirmation(context, "save_audience", wish).token
    saved = call(context, "save_audience", wish, token)
    assert saved.texts[0]["saved"] == "Lapsed" and not saved.facts
    listed = call(context, "list_audiences", {}).facts
    values = [{fact.figure.metric: fact.figure.value for fact in facts} for facts in (seen, listed)]
    assert values[0] == values[1]
    assert {fact.figure.subject.kind for fact in listed} == {"audience"}
    for fact in (*seen, *listed):
        later = NOW + timedelta(days=3)
        card = receipt_card(context.home, "local", fact.receipt, later, True)
        assert card["rerun_value"] == card["value"]


def test_no_customer_is_named_to_a_model(context: Context) -> None:
    keep_audience(context, "Lapsed", WHERE, 0.25)
    ids = set(context.members.index)
    for name, wish in (("preview_audience", {"where": WHERE}), ("list_audiences", {})):
        said = str(call(context, name, wish).for_model())
        assert not any(one in said for one in ids)


@pytest.mark.parametrize("name", ["", "a/b", "<b>", "x" * 80, "=1"])
def test_a_name_has_to_be_one(context: Context, name: str) -> None:
    with pytest.raises(BadInput, match="is no name for an audience"):
        keep_audience(context, name, WHERE, 0)
