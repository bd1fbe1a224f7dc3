"""How the days of a fact are put into words."""

import pytest

from agent.phrasing import when


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("from 1 Mar 2011 to 31 May 2011", " from Mar to May 2011"),
        ("from 1 Dec 2010 to 28 Feb 2011", " from 1 Dec 2010 to 28 Feb 2011"),
        ("from 1 Nov 2011 to 30 Nov 2011", " in Nov 2011"),
        ("from 1 Jan 2010 to 31 Dec 2010", " in 2010"),
    ],
)
def test_stretches_are_told_as_months_and_years_where_they_are_some(
    period: str, words: str
) -> None:
    assert when({"period": period}) == words
