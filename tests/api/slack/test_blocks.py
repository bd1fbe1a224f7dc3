"""How an answer looks, and that nothing a customer wrote becomes more than words."""

from hypothesis import given
from hypothesis import strategies as st

from api.slack import blocks
from api.slack.blocks import Final, safe, split
from evals.peers.slack.blocks import check_blocks

PIECE = st.sampled_from(["word ", "\n", ". ", "x" * 40, "é"])


@given(st.lists(PIECE, max_size=200).map("".join), st.sampled_from([50, 200]))
def test_a_split_loses_nothing_and_keeps_the_limit(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(len(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_split_prefers_the_end_of_a_line_then_of_a_sentence() -> None:
    assert split("one two three\nfour. five six", 20) == ["one two three", "four. five six"]
    assert split("one two. three four", 14) == ["one two.", "three four"]
    assert split("abcdefgh", 3) == ["abc", "def", "gh"]


@given(st.text(max_size=200))
def test_no_text_mentions_anybody_or_links(text: str) -> None:
    shown = safe(text)
    assert "<" not in shown
    assert "](" not in shown


@given(st.text(min_size=1, max_size=30_000), st.text(max_size=500))
def test_every_form_keeps_slack_s_limits(text: str, footer: str) -> None:
    final = Final(text, footer, "answer_1")
    for form in blocks.FORMS:
        for part in split(text, form.limit):
            if part.strip():
                arguments = form.to_arguments(part, final, True)
                check_blocks(arguments["blocks"])
                assert len(arguments["text"]) <= 4_000


def test_the_footer_says_who_answered_and_what_to_know() -> None:
    body = {
        "answer": "There are 3.",
        "answer_id": "answer_1",
        "model": "planner",
        "fell_back": True,
        "happened": ["The endpoint refused the key. The built-in planner answers instead."],
        "seconds": 1.25,
        "facts": [{}],
        "state": {"notice": "The records end on 9 Dec 2011; every figure is as of then."},
    }
    assert blocks.of_answer(body).footer == (
        "The records end on 9 Dec 2011; every figure is as of then · "
        "The endpoint refused the key. The built-in planner answers instead · "
        "1 figure, with its receipt · Answered by the built-in planner in 1.2 s"
    )
