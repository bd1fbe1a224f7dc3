"""Kept texts are found by meaning, words and names; without vectors by words and names."""

from hypothesis import given
from hypothesis import strategies as st

from engine.recall import Kept, is_named, rate, words_of

CHURN = Kept(("churn", "leave"), "Churn: mean probability of no kept sale.", defines=True)
GROSS = Kept(("gross revenue",), "Gross revenue: sales before returns.", defines=True)
NET = Kept(("revenue", "turnover"), "Revenue: sales less returns.", defines=True)
LOYAL = Kept(("Loyal",), "Loyal: bought often, and spent a lot.")


def best(query: str, *texts: Kept) -> Kept:
    rated = rate(query, texts, None)
    return texts[rated.index(max(rated))]


def test_a_name_decides_and_a_longer_name_is_told_from_its_part() -> None:
    assert best("what is gross revenue?", NET, GROSS, CHURN) == GROSS
    assert best("how is turnover defined?", NET, GROSS, CHURN) == NET
    assert best("what are Loyals like?", NET, LOYAL, CHURN) == LOYAL


def test_a_definition_nobody_asked_for_stands_back() -> None:
    asked, unasked = rate("what does leave mean?", [CHURN], None), rate("who left?", [CHURN], None)
    assert asked[0] > rate("who will leave?", [CHURN], None)[0] > unasked[0]


def test_meaning_decides_where_no_word_is_shared() -> None:
    assert rate("shoppers?", [LOYAL, LOYAL], [0.1, 0.9])[1] > 0.8


def test_words_are_folded() -> None:
    assert words_of("Companies' orders, the shop's LOSS") == {"company", "order", "the", "shop",
                                                               "loss"}  # fmt: skip
    assert is_named("how do SEGMENTS come about", ["segment"])
    assert not is_named("resegmenting", ["segment"])


@given(st.text(max_size=60), st.lists(st.floats(-1, 1), min_size=3, max_size=3))
def test_more_alike_is_never_worse_and_there_is_a_rating_for_each(
    query: str, near: list[float]
) -> None:
    texts = [CHURN, NET, LOYAL]
    before = rate(query, texts, near)
    after = rate(query, texts, [near[0] + 0.1, *near[1:]])
    assert len(before) == 3 and after[0] > before[0] and after[1:] == before[1:]


def test_nothing_kept_nothing_rated() -> None:
    assert rate("churn", [], None) == []
