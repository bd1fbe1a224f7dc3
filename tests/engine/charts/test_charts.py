import json
from dataclasses import replace

import pytest

from engine.charts import SegmentPoint, segment_map, segment_sizes
from engine.concepts import Money
from engine.errors import NotPossible
from engine.render.theme import REST

WHEN = "as of 9 Dec 2011"
CHARTS = (segment_sizes, segment_map)


def point(place, name, customers, of_customers, of_revenue, recency, spend, colour=None):
    return SegmentPoint(
        id=f"s{place}",
        name=name,
        colour=place if colour is None else colour,
        customers=customers,
        share_of_customers=of_customers,
        share_of_revenue=of_revenue,
        revenue=Money(int(of_revenue * 10_000_000), "GBP"),
        recency=recency,
        frequency=3,
        monetary=Money(spend, "GBP"),
    )


CHAMPIONS = point(0, "Champions", 100, 0.1, 0.5, 5, 500_000)
LOYAL = point(1, "Loyal", 300, 0.3, 0.3, 30, 100_000)
ONCE = point(2, "Once", 600, 0.6, 0.2, 200, 30_000)
POINTS = [ONCE, CHAMPIONS, LOYAL]


def rows(chart):
    return chart.spec["data"]["values"]


def keys(found):
    if isinstance(found, dict):
        yield from found
        for value in found.values():
            yield from keys(value)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from keys(value)


@pytest.mark.parametrize("draw", CHARTS)
def test_a_specification_is_plain_json_without_an_address_a_colour_or_a_title(draw):
    spec = draw(POINTS, WHEN).spec
    assert json.loads(json.dumps(spec)) == spec
    assert "url" not in set(keys(spec))
    assert not {"title", "config"} & set(spec)
    assert "#" not in json.dumps(spec)


@pytest.mark.parametrize("draw", CHARTS)
def test_a_segment_keeps_its_colour_whatever_its_rank(draw):
    before = {row["id"]: row["colour"] for row in rows(draw(POINTS, WHEN))}
    after = {row["id"]: row["colour"] for row in rows(
        draw([replace(ONCE, share_of_revenue=0.9), CHAMPIONS, LOYAL], WHEN))}  # fmt: skip
    assert before == after == {"s0": 0, "s1": 1, "s2": 2}


@pytest.mark.parametrize("draw", CHARTS)
def test_segments_beyond_eight_colours_are_grey(draw):
    many = [point(place, f"Segment {place}", 50, 0.1, 0.1, 10 * place, 1000 + place)
            for place in range(10)]  # fmt: skip
    colours = {row["id"]: row["colour"] for row in rows(draw(many, WHEN))}
    assert colours["s7"] == 7
    assert colours["s8"] == colours["s9"] == REST


def test_bars_are_sorted_by_revenue_and_say_what_they_measure_once():
    chart = segment_sizes(POINTS, WHEN)
    assert chart.spec["encoding"]["y"]["sort"] == ["s0", "s1", "s2"]
    assert [row["label"] for row in rows(chart)] == [
        "10.0% of customers", "50.0% of revenue", "30.0%", "30.0%", "60.0%", "20.0%",
    ]  # fmt: skip


def test_titles_and_words_beside_the_picture():
    chart = segment_sizes(POINTS, WHEN)
    assert chart.title == (
        "About half of the revenue comes from about a tenth of the customers: Champions"
    )
    assert chart.subtitle.endswith("as of 9 Dec 2011.")
    assert chart.summary.endswith("the largest share of revenue is 50.0%, Champions.")
    assert "\n" not in chart.summary


def test_the_table_holds_every_segment_in_words():
    assert segment_map(POINTS, WHEN).table[:2] == (
        ("Segment", "Customers", "Share of customers", "Revenue", "Share of revenue",
         "Days since last purchase", "Orders each", "Typical spend"),
        ("Champions", "100", "10.0%", "£50,000", "50.0%", "5", "3", "£5,000"),
    )  # fmt: skip


def test_a_negative_share_keeps_its_label_beside_the_zero():
    chart = segment_sizes([CHAMPIONS, replace(ONCE, share_of_revenue=-0.05)], WHEN)
    (row,) = [row for row in rows(chart) if row["share"] < 0]
    assert (row["label"], row["label_at"]) == ("-5.00%", 0.0)


def test_the_map_turns_logarithmic_only_when_spending_spreads_far():
    def scale(points):
        return segment_map(points, WHEN).spec["encoding"]["y"]["scale"]["type"]

    assert scale(POINTS) == "log"
    assert scale([CHAMPIONS, LOYAL]) == "linear"
    assert scale([CHAMPIONS, replace(ONCE, monetary=Money(-500, "GBP"))]) == "linear"


def test_the_map_shows_the_recent_on_the_right_and_names_the_currency():
    encoding = segment_map(POINTS, WHEN).spec["encoding"]
    assert encoding["x"]["scale"]["reverse"] is True
    assert encoding["y"]["axis"]["title"] == "Typical spend per customer, GBP (log scale)"
    unknown = [replace(CHAMPIONS, monetary=Money(500, "XXX"))]
    title = segment_map(unknown, WHEN).spec["encoding"]["y"]["axis"]["title"]
    assert title == "Typical spend per customer, currency unknown"


def test_control_characters_of_a_name_reach_no_specification():
    for draw in CHARTS:
        text = json.dumps(draw([replace(CHAMPIONS, name="Cham\x00pi\x1bons\n2")], WHEN).spec)
        assert "Champions 2" in text


@pytest.mark.parametrize("draw", CHARTS)
def test_no_segment_means_no_chart(draw):
    with pytest.raises(NotPossible, match="no segment to draw"):
        draw([], WHEN)
