import pytest

from engine.texts.language import LANGUAGES, find_language
from engine.texts.words import to_words


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The zip was stuck and I could not open it."),
        ("en", "Zip broke"),
        ("de", "Das Kleid fällt viel zu klein aus"),
        ("fr", "Je n’achèterai plus jamais ici"),
        ("es", "La cremallera se rompió al segundo día"),
        ("it", "La cerniera si è rotta subito"),
        ("nl", "Ik raad het niet aan, veel te klein"),
    ],
)
def test_a_sentence_is_recognised(language: str, text: str) -> None:
    assert find_language(to_words(text)) == language


@pytest.mark.parametrize(
    "text",
    [
        "Produto veio com defeito e não consigo trocar",
        "Zamek jest zepsuty",
        "çok güzel bir ürün",
        "とても良かったです",
        "Очень доволен",
    ],
)
def test_a_language_that_is_not_ours_is_unknown(text: str) -> None:
    assert find_language(to_words(text)) is None


@pytest.mark.parametrize("text", ["", "12345", "😍", "qwrt zxcv", "super", "b c d"])
def test_too_little_to_go_by_is_unknown(text: str) -> None:
    assert find_language(to_words(text)) is None


def test_the_language_that_most_words_are_of_wins() -> None:
    assert find_language(to_words("sehr gut, it is a very good thing and I like it")) == "en"


def test_two_languages_in_equal_parts_are_neither() -> None:
    assert find_language(["und", "the", "nicht", "and"]) is None


def test_the_words_come_first_and_only_so_many_are_asked() -> None:
    assert find_language(["und", "nicht"] * 100 + ["the", "and"] * 500) == "de"


def test_every_language_has_words_of_its_own() -> None:
    own = {"en": "the", "de": "und", "fr": "avec", "es": "pero", "it": "perché", "nl": "niet"}
    assert {find_language([word]) for word in own.values()} == set(LANGUAGES)
