"""Which answers get a chart, and that one is drawn in another process."""

import asyncio

import pytest

from api.slack.pictures import Pictures, calls_for_chart, chart_of
from tools.context import Context

LISTED = [{"name": "list_segments"}]


def fact(kind: str, metric: str) -> dict[str, object]:
    return {"subject": {"kind": kind, "id": "x"}, "metric": metric}


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ([fact("segment", "revenue")], True),
        ([fact("run", "segments"), fact("segment", "customers")], True),
        ([fact("segment", "churn"), fact("segment", "revenue")], False),
        ([fact("dataset", "revenue")], False),
        ([], False),
    ],
)
def test_only_answers_about_the_size_of_segments_get_a_chart(
    facts: list[dict[str, object]], wanted: bool
) -> None:
    assert calls_for_chart({"tools": LISTED, "facts": facts}) is wanted
    assert not calls_for_chart({"tools": [], "facts": facts})


def test_a_chart_is_drawn_elsewhere_with_words_for_those_who_cannot_see_it(
    context: Context,
) -> None:
    pictures = Pictures()
    try:
        picture = asyncio.run(pictures.draw(chart_of(context)))
    finally:
        pictures.close()
    assert picture.content.startswith(b"\x89PNG")
    assert picture.summary.startswith(picture.title)
