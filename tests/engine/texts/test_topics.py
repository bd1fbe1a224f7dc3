import json
from functools import cache

import polars as pl
import pytest

from engine.texts.topics import LEAST_TEXTS, Topics, count_topics, topic_words
from engine.texts.vocabulary import LEAST_CUSTOMERS, Vocabulary

PARCELS = ("courier", "parcel", "depot", "driver")
SLEEVES = ("sleeves", "waist", "shoulders", "collar")


def texts_of(words: tuple[str, ...], count: int) -> list[list[str]]:
    """Three of the four words each, in turn."""
    return [[*words[:at], *words[at + 1 :]] for at in (number % 4 for number in range(count))]


WORDS = texts_of(PARCELS, 40) + texts_of(SLEEVES, 40)
CUSTOMERS = [f"c{number % 20}" for number in range(80)]


@cache
def fitted(seed: int = 0) -> Topics:
    return Topics.fit(WORDS, CUSTOMERS, "en", seed)


def test_two_subjects_are_two_topics_named_by_their_words() -> None:
    topics = fitted()
    known = {frozenset(words) for words in topic_words(topics).values()}
    assert known == {frozenset(PARCELS), frozenset(SLEEVES)}
    assert all(len(name.split(", ")) == 3 for name in topic_words(topics))


def test_there_are_as_many_topics_as_reach_the_texts() -> None:
    third = ("voucher", "checkout", "card", "basket")
    topics = Topics.fit(WORDS + texts_of(third, 40), [*CUSTOMERS, *CUSTOMERS[:40]], "en", 0)
    known = {frozenset(words) for words in topic_words(topics).values()}
    assert known == {frozenset(PARCELS), frozenset(SLEEVES), frozenset(third)}


def test_a_looser_subject_is_not_left_out_for_tighter_ones() -> None:
    loose = texts_of(("voucher", "checkout", "card", "basket"), 40)
    words = [list(PARCELS)] * 40 + [list(SLEEVES)] * 40 + loose
    topics = Topics.fit(words, [*CUSTOMERS, *CUSTOMERS[:40]], "en", 0)
    assert None not in topics.assign(loose)


def test_a_text_has_the_topic_of_its_words_or_none() -> None:
    topics = fitted()
    parcels, sleeves, none, empty = topics.assign(
        [["my", "parcel", "courier"], ["collar", "waist"], ["candle"], []]
    )
    assert set((parcels or "").split(", ")) <= set(PARCELS)
    assert set((sleeves or "").split(", ")) <= set(SLEEVES)
    assert none is None
    assert empty is None


def test_the_same_texts_and_seed_have_the_same_topics() -> None:
    assert Topics.fit(WORDS, CUSTOMERS, "en", 7) == fitted(7)


def test_another_seed_finds_the_same_subjects() -> None:
    subjects = [{frozenset(t.words) for t in fitted(seed).topics} for seed in (1, 2)]
    assert subjects[0] == subjects[1]


def test_kept_topics_are_the_same_even_when_their_keys_were_sorted() -> None:
    topics = fitted()
    kept = json.loads(json.dumps(topics.to_json(), sort_keys=True))
    assert Topics.from_json(kept) == topics
    assert topic_words(Topics.from_json(kept)) == topic_words(topics)
    assert Topics.from_json(kept).assign(WORDS) == topics.assign(WORDS)


def test_too_few_texts_have_no_topic() -> None:
    few = Topics.fit(WORDS[: LEAST_TEXTS - 1], CUSTOMERS[: LEAST_TEXTS - 1], "en", 0)
    assert few.topics == ()
    assert few.assign([["parcel"]]) == [None]
    assert Topics.fit([], [], "en", 0).topics == ()


def test_texts_that_are_all_alike_have_no_topic() -> None:
    assert Topics.fit([["parcel"]] * 80, CUSTOMERS, "en", 0).topics == ()


def test_a_word_of_few_customers_is_never_a_topics() -> None:
    few = [f"c{number % (LEAST_CUSTOMERS - 1)}" for number in range(20)]
    assert "smith" not in Vocabulary.of([["smith"]] * 20 + WORDS, few + CUSTOMERS, "en").words
    more = [f"c{number % LEAST_CUSTOMERS}" for number in range(20)]
    assert "smith" in Vocabulary.of([["smith"]] * 20 + WORDS, more + CUSTOMERS, "en").words


def test_texts_of_nobody_known_count_as_those_of_one_customer() -> None:
    assert Vocabulary.of(WORDS, [None] * len(WORDS), "en").words == []


@pytest.mark.parametrize("word", ["the", "lovely", "broke", "not", "it"])
def test_words_that_say_nothing_of_a_subject_are_no_topics(word: str) -> None:
    words = [[*found, word] if at % 4 == 0 else found for at, found in enumerate(WORDS)]
    assert word not in Vocabulary.of(words, CUSTOMERS, "en").words


def test_a_rarer_word_weighs_more() -> None:
    words, customers = [*WORDS, *[["parcel"]] * 3], [*CUSTOMERS, *CUSTOMERS[:3]]
    weights = Vocabulary.of(words, customers, "en").weights
    assert weights["parcel"] < weights["courier"]


def test_topics_are_counted_per_segment() -> None:
    marks = pl.DataFrame(
        {
            "customer_id": ["a", "a", "b", "c", None],
            "topic": ["parcel", "parcel", "parcel", None, "parcel"],
            "sentiment": [0.5, -0.1, None, 0.9, 0.0],
        }
    )
    members = pl.DataFrame({"customer_id": ["a", "b", "c"], "segment_id": ["s1", "s1", "s2"]})
    assert count_topics(marks, members).to_dicts() == [
        {"segment_id": "s1", "topic": "parcel", "texts": 3, "customers": 2, "sentiment": 0.2}
    ]
