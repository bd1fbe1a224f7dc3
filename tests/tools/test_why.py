"""Why one customer is where he is, from the records of a small shop."""

import pytest

from engine.clustering.method import SegmentModel
from engine.errors import NotFound
from engine.why import Crossing
from stores.snapshots import SnapshotStore
from tools.catalog import call
from tools.context import Context
from tools.reasons import reason_words, value_text
from tools.shifts import shifts_card
from tools.snapshots import make_snapshot, monthly_snapshots
from tools.why import why_card

from conftest import NOW  # isort: skip

SINCE, UNTIL = "2025-10-01", "2025-11-01"


@pytest.fixture
def mover(context: Context) -> str:
    """An example that the shifts give."""
    card = shifts_card(context.home, context.dataset, SINCE, UNTIL, NOW)
    example: str = card["reasons"][0]["example"]
    return example


def test_the_features_that_are_named_restore_the_segment(context: Context, mover: str) -> None:
    card = why_card(context.home, context.dataset, mover, SINCE, UNTIL, NOW)
    assert card["moved"] and card["before"] != card["after"]
    assert card["restores"] == [c["feature"] for c in card["crossed"] if c["would_restore"]] != []
    before, after = (
        SnapshotStore(context.home).members(
            make_snapshot(
                context.home, context.dataset, type(context.as_of).parse(day, "Europe/London"), NOW
            )
        )
        for day in (SINCE, UNTIL)
    )
    kept = after.loc[[mover]].drop(columns=card["restores"])
    back = kept.join(before.loc[[mover], card["restores"]])
    model = SegmentModel.from_json(context.run.model)
    assert context.run.segment_ids[model.assign(back)[0][0]] == card["before"]["id"]
    assert f"stays {card['before']['name']}" in card["sentence"]


def test_without_a_start_it_is_when_last_elsewhere(context: Context, mover: str) -> None:
    monthly_snapshots(context.home, context.dataset, NOW)
    card = why_card(context.home, context.dataset, mover, None, UNTIL, NOW)
    assert card["from"][:10] == SINCE and card["moved"]


def test_what_holds_everybody_is_said(context: Context) -> None:
    customer = str(context.members.index[0])
    card = why_card(context.home, context.dataset, customer, None, None, NOW)
    assert card["after"]["id"] == context.members.at[customer, "segment_id"]
    assert card["nearest"] != card["after"]
    assert card["held_by"] and all(one["value"] != one["typical_there"] for one in card["held_by"])


def test_an_unknown_customer_is_refused_in_words(context: Context) -> None:
    with pytest.raises(NotFound, match="Nothing is known of a customer 'nobody'"):
        why_card(context.home, context.dataset, "nobody", SINCE, UNTIL, NOW)


def test_the_tool_gives_facts_and_texts_without_figures(context: Context, mover: str) -> None:
    called = call(context, "why_customer", {"customer": mover, "since": SINCE, "until": UNTIL})
    told = {(f.figure.metric, f.figure.period.end.date().isoformat()) for f in called.facts}
    assert {("recency", SINCE), ("recency", UNTIL), ("monetary", UNTIL)} <= told
    assert {f.figure.subject.kind for f in called.facts} == {"customer"}
    (text,) = called.texts
    assert text["customer"] == mover
    words = " ".join(value for key, value in text.items() if key != "customer")
    assert not any(letter.isdigit() for letter in words)
    assert text["reason"].endswith(f"stays {text['before']}")


def test_only_features_that_mean_what_their_metric_means_are_figures(context: Context) -> None:
    customer = str(context.members.index[0])
    figures = [f.figure for f in call(context, "why_customer", {"customer": customer}).facts]
    assert {figure.metric for figure in figures} == {"recency", "frequency", "monetary", "tenure"}


@pytest.mark.parametrize(
    ("feature", "value", "told"),
    [
        ("recency", 41, "41 days"),
        ("frequency", 3, "3"),
        ("average_order", 4940.0, "£49.40"),
        ("share_channel_app", 0.2, "20.0%"),
        ("return_share", 0.125, "12.5%"),
        ("units_per_order", 3.5, "3.5"),
        ("units_per_order", 1234.4, "1,234"),
        ("income", 41_250, "41,250"),
        ("city", "Leeds", "Leeds"),
        ("age", None, "unknown"),
    ],
)
def test_a_value_is_told_in_the_unit_of_its_feature(
    feature: str, value: int | float | str | None, told: str
) -> None:
    assert value_text(feature, value, "GBP") == told


def test_a_reason_names_features_as_people_do() -> None:
    crossed = (Crossing("share_channel_app", 0.5, 0.25, True), Crossing("recency", 3, 9, False))
    assert reason_words(crossed, "Loyal", "GBP") == (
        "share over app 50.0% -> 25.0%; with share over app 50.0% this customer stays Loyal"
    )
