import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.texts.lexicon import load_lexicon
from engine.texts.sentiment import NEITHER, find_leanings, score_sentiment
from engine.texts.words import to_tokens


def score(text: str) -> float:
    return score_sentiment(to_tokens(text))


@pytest.mark.parametrize(
    "text",
    [
        "I love this lamp",
        "works like a charm",
        "It's not bad at all.",
        "👍",
        "10/10",
        "no complaints",
    ],
)
def test_praise_is_above_neither(text: str) -> None:
    assert score(text) >= NEITHER


@pytest.mark.parametrize(
    "text",
    [
        "It broke on day one",
        "not good",
        "I'm not happy with it",
        "never again",
        "😡",
        "waste of money",
    ],
)
def test_blame_is_below_neither(text: str) -> None:
    assert score(text) <= -NEITHER


@pytest.mark.parametrize(
    "text", ["", "It is a kettle.", "Do you ship to Wales?", "lovely colour, but it leaks"]
)
def test_nothing_said_and_both_said_are_neither(text: str) -> None:
    assert abs(score(text)) < NEITHER


def test_the_sum_can_be_done_by_hand() -> None:
    assert score("love it") == pytest.approx(3 / (3 + 2))
    assert score("very good") == pytest.approx(2 * 1.3 / (2 * 1.3 + 2))
    assert score("a bit slow") == pytest.approx(-2 * 0.6 / (2 * 0.6 + 2))
    assert score("good but slow") == pytest.approx((2 * 0.7 - 2) / (2 * 0.7 + 2 + 2))


def test_a_negation_turns_and_weakens() -> None:
    assert find_leanings(["not", "good"]) == pytest.approx([-1.6])
    assert find_leanings(["not", "bad"]) == pytest.approx([1.0])


def test_a_negation_does_not_reach_over_the_end_of_a_clause() -> None:
    assert find_leanings(to_tokens("I did not order it, lovely though")) == pytest.approx([3 * 0.7])
    assert find_leanings(to_tokens("no. good")) == [2.0]


def test_a_negation_three_words_before_still_reaches_and_four_does_not() -> None:
    assert find_leanings(["not", "in", "any", "good"])[0] < 0
    assert find_leanings(["not", "in", "any", "way", "good"])[0] > 0


def test_what_follows_but_counts_more() -> None:
    assert score("slow but good") > score("good but slow")


def test_a_phrase_is_taken_before_its_words() -> None:
    assert load_lexicon()["good"] > 0
    assert find_leanings(["no", "good"]) == [-2.0]


def test_stronger_words_weigh_more() -> None:
    assert score("superb") > score("good") > score("decent") > 0
    assert score("appalling") < score("bad") < score("mediocre") < 0


def test_no_word_speaks_both_ways_and_none_is_silent() -> None:
    assert all(leaning != 0 and abs(leaning) <= 3 for leaning in load_lexicon().values())
    assert all(entry == " ".join(entry.split()) for entry in load_lexicon())


def test_every_phrase_can_be_met_in_a_text() -> None:
    unmet = [entry for entry in load_lexicon() if " ".join(to_tokens(entry)) != entry]
    assert unmet == []


@given(st.text(max_size=300))
def test_any_text_scores_within_the_bounds(text: str) -> None:
    assert -1 < score(text) < 1


@given(st.lists(st.sampled_from(["good", "bad", "love", "broke", "kettle", "."]), max_size=12))
def test_one_more_word_of_praise_never_makes_it_worse(words: list[str]) -> None:
    assert score_sentiment([*words, ".", "good"]) >= score_sentiment(words)
