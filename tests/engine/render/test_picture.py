import multiprocessing
import struct
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from engine.charts import SegmentPoint, segment_sizes
from engine.concepts import Money
from engine.render.picture import to_png, to_svg, with_title
from engine.render.theme import COLOURS, SEGMENT_COLOURS

SVG = "{http://www.w3.org/2000/svg}"


def words(svg):
    root = ElementTree.fromstring(svg)  # noqa: S314 (drawn by us)
    return [" ".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def size(png):
    return struct.unpack(">II", png[16:24])


def test_the_bars_carry_names_and_values(charts):
    found = words(to_svg(charts[0]))
    assert {"Champions", "Loyal", "At risk"} <= set(found)
    assert {"16.7% of customers", "50.0% of revenue", "33.3%"} <= set(found)


def test_the_map_carries_names_and_axes(charts):
    found = words(to_svg(charts[1]))
    assert {"Champions", "Loyal", "At risk", "Days since the last purchase"} <= set(found)
    assert "Typical spend per customer, GBP" in found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_brings_its_colours_and_our_typeface(charts, theme):
    for chart in charts:
        svg = to_svg(chart, theme)
        assert all(colour in svg for colour in SEGMENT_COLOURS[theme][:3])
        assert COLOURS[theme]["card"] in svg
        assert 'font-family="Inter"' in svg


def test_the_title_is_drawn_only_when_asked(charts):
    title = charts[0].title
    assert title not in " ".join(words(to_svg(charts[0])))
    assert title in " ".join(words(to_svg(charts[0], titled=True)))


def test_a_long_title_takes_several_lines(charts):
    long = replace(charts[0], title="word " * 40)
    assert len(with_title(long)["title"]["text"]) > 1
    assert "title" not in long.spec


def test_a_png_grows_with_its_scale_and_is_the_same_twice(charts):
    small, large = to_png(charts[0], scale=1), to_png(charts[0], scale=2)
    assert small[:8] == b"\x89PNG\r\n\x1a\n"
    assert size(large) == tuple(2 * side for side in size(small))
    assert to_png(charts[0], scale=1) == small


def test_a_drawing_is_the_same_twice(charts):
    assert [to_svg(chart) for chart in charts] == [to_svg(chart) for chart in charts]


def test_hostile_names_stay_words(hostile_report, hostile_names):
    charts = [block.chart for block in hostile_report.blocks if hasattr(block, "chart")]
    for chart in charts:
        svg = to_svg(chart, titled=True)
        tags = {element.tag for element in ElementTree.fromstring(svg).iter()}  # noqa: S314
        assert tags <= {f"{SVG}{name}" for name in ("svg", "g", "rect", "path", "line", "text",
                                                    "tspan", "defs", "clipPath")}  # fmt: skip
        assert any(word.startswith(hostile_names[0][:8]) for word in words(svg))


def test_an_address_in_a_specification_is_refused(charts):
    reading = replace(charts[0], spec=charts[0].spec | {"data": {"url": "https://example.org/a"}})
    with pytest.raises(ValueError, match="not allowed"):
        to_svg(reading)


def test_another_process_draws_the_same(charts):
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawning) as pool:
        drawn = pool.submit(to_svg, charts[0], "dark").result(timeout=60)
    assert drawn == to_svg(charts[0], "dark")


def test_no_two_segments_of_one_name_are_drawn_as_one(charts):
    twins = [
        SegmentPoint(name_id, "Loyal", 0, 50, 0.5, 0.5, Money(100, "GBP"), 5, 1, Money(2, "GBP"))
        for name_id in ("a", "b")
    ]
    assert words(to_svg(segment_sizes(twins, "now"))).count("Loyal") == 2
