import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.grounding.sentences import SENTENCE_LIMIT, split_sentences

# the sentences of a text, joined by | for the eye
SPLIT = [
    "One is here.| Two is there.",
    "It rose by 1.5 points.| Fine.",
    "Some, e.g. Loyal, stay.| Others leave.",
    "No. 1 is here.| Yes. |No.| The end.".replace(" |", "| "),
    "By J. Smith it was said.| So it is.",
    "Of [[f1]]. Then more.".replace(". Then", ".| Then"),
    "Wait [[f1. x]] here.| Next.",
    "Really?!| Yes.",
    'He said "no."| She left.',
    "## Champions|\n\nThey stay.",
    "Here:|\n- one|\n- two. More|\n1. Loyal. Next".replace("two. More", "two.| More").replace(
        "Loyal. Next", "Loyal.| Next"
    ),
    "It is over\nfour lines.",
    "On 3. November it rose.| Then not.",
    "| a | b ||\n| c | d |",
    "Shops, toys etc. are in.| Toys etc.| They go.",
    "Version 2.0 is out.",
    "Wait...| what?",
]


@pytest.mark.parametrize("marked", SPLIT)
def test_sentences_end_where_a_reader_ends_them(marked: str) -> None:
    if marked.startswith("| a"):
        assert list(split_sentences("| a | b |\n| c | d |")) == ["| a | b |", "\n| c | d |"]
    else:
        assert list(split_sentences(marked.replace("|", ""))) == marked.split("|")


TEXTS = st.text(alphabet="aB1.!? \n-*#[]|)e,", max_size=60)


@given(TEXTS, st.data())
def test_pieces_do_not_matter_and_nothing_is_lost(text: str, data: st.DataObject) -> None:
    whole = list(split_sentences(text))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert list(split_sentences(pieces)) == whole
    assert list(split_sentences(list(text))) == whole
    assert "".join(whole) == text


def test_an_endless_sentence_is_cut() -> None:
    text = "word " * 1000
    assert max(len(sentence) for sentence in split_sentences(text)) == SENTENCE_LIMIT
    assert list(split_sentences(list(text))) == list(split_sentences(text))
