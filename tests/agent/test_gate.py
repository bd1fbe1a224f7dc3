from collections.abc import Iterable
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.gate import Gate, Released, Withheld
from engine.facts import Fact, Figure, Period, Subject

NOW = Period(datetime(2011, 12, 9, 13, tzinfo=UTC))
CHAMPIONS = Subject("segment", "s-1", "Champions")
LOYAL = Subject("segment", "s-2", "Loyal")


def fact(number: int, subject: Subject, metric: str, value: int | float) -> Fact:
    return Fact(f"f{number}", Figure(subject, metric, NOW, value, "by hand", 1), f"r-{number}")


FACTS = {
    each.id: each
    for each in (
        fact(1, CHAMPIONS, "customers", 412),
        fact(2, LOYAL, "customers", 655),
        fact(3, CHAMPIONS, "share_of_revenue", 0.661),
    )
}


def new_gate(facts: dict[str, Fact] = FACTS, question: str = "") -> Gate:
    return Gate(lambda: facts, lambda: (CHAMPIONS, LOYAL), question)


def pass_through(gate: Gate, pieces: Iterable[str]) -> list[Released | Withheld]:
    found = [each for piece in pieces for each in gate.feed(piece)]
    return found + gate.finish()


def shown(found: Iterable[Released | Withheld]) -> str:
    return "".join(each.rendered.text for each in found if isinstance(each, Released))


def test_right_sentences_go_out_in_order_with_their_figures() -> None:
    text = (
        "Champions have [[f1]] customers. They bring [[f3]] of revenue.\n\n"
        "- Loyal: [[f2]] customers"
    )
    assert shown(pass_through(new_gate(), [text])) == (
        "Champions have 412 customers. They bring 66.1% of revenue.\n\n- Loyal: 655 customers"
    )


def test_a_sentence_goes_out_as_soon_as_its_end_is_sure() -> None:
    gate = new_gate()
    assert gate.feed("Champions have [[f1]] customers.") == []
    assert shown(gate.feed(" ")) == "Champions have 412 customers."


def test_a_reference_cut_over_pieces_is_whole_again() -> None:
    pieces = ["Champions have [", "[f", "1", "]", "] customers."]
    assert shown(pass_through(new_gate(), pieces)) == "Champions have 412 customers."


def test_a_withheld_sentence_never_leaks_in_part() -> None:
    hostile = "Hello. Champions have 9,999 customers. Loyal have [[f1]] customers! Bye."
    found = pass_through(new_gate(), list(hostile))
    assert shown(found) == "Hello. Bye."
    assert [each.sentence for each in found if isinstance(each, Withheld)] == [
        " Champions have 9,999 customers.",
        " Loyal have [[f1]] customers!",
    ]


def test_the_hint_tells_what_was_withheld_and_why() -> None:
    gate = new_gate()
    assert gate.hint() == ""
    pass_through(gate, ["Champions have 9,999 customers."])
    assert '"Champions have 9,999 customers."' in gate.hint()
    assert "free figure" in gate.hint()


def test_a_withheld_sentence_is_not_what_the_next_one_leans_on() -> None:
    text = "Champions have [[f1]] customers. Loyal have 5. They bring [[f3]] of revenue."
    assert shown(pass_through(new_gate(), [text])) == (
        "Champions have 412 customers. They bring 66.1% of revenue."
    )


def test_facts_may_appear_while_the_answer_is_written() -> None:
    facts: dict[str, Fact] = {}
    gate = new_gate(facts)
    assert shown(gate.feed("Let me look. ")) == "Let me look."
    facts["f1"] = FACTS["f1"]
    assert shown(pass_through(gate, ["Champions have [[f1]] customers."])) == (
        " Champions have 412 customers."
    )


def test_list_items_take_their_metric_from_the_line_above_and_others_say_it() -> None:
    text = (
        "Customers by segment:\n- Champions: [[f1]]\n- Loyal: [[f2]]\n\nIt helps. Champions: [[f3]]"
    )
    assert shown(pass_through(new_gate(), [text])) == (
        "Customers by segment:\n- Champions: 412\n- Loyal: 655\n\n"
        "It helps. Champions: 66.1% (of revenue)"
    )


def test_list_numbers_count_and_say_nothing_else() -> None:
    right = "1. Champions\n2. Loyal"
    assert shown(pass_through(new_gate(), [right])) == right
    assert shown(pass_through(new_gate(), ["Customers:\n42. Champions"])) == "Customers:"


def test_an_empty_answer_is_empty() -> None:
    assert pass_through(new_gate(), ["", ""]) == []


SENTENCES = st.sampled_from(
    [
        "Champions have [[f1]] customers. ",
        "Loyal have [[f1]] customers. ",
        "They bring [[f3]] of revenue. ",
        "There are 12 of them. ",
        "\n- **Loyal**: [[f2]] customers\n",
        "See [[f9]] there. ",
        "Nothing here... ",
        "Of [[f[[f1]]1]] some. ",
        "[[ ",
        "## Champions\n\n",
    ]
)


@settings(deadline=None)
@given(st.lists(SENTENCES, max_size=8).map("".join), st.lists(st.integers(0, 400), max_size=12))
def test_how_a_stream_is_cut_does_not_matter(text: str, cuts: list[int]) -> None:
    whole = pass_through(new_gate(), [text])
    places = sorted({min(cut, len(text)) for cut in cuts})
    pieces = [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]
    assert pass_through(new_gate(), pieces) == whole
    assert pass_through(new_gate(), list(text)) == whole
    assert "[[" not in shown(whole)
    assert "12" not in shown(whole).replace("412", "")


def test_a_definition_goes_out_word_for_word_and_not_otherwise() -> None:
    said = "Churn: mean probability of no kept sale within the horizon."
    assert shown(pass_through(new_gate(), [said])) == said
    other = said.replace("no kept sale", "less than 3 sales")
    [withheld] = pass_through(new_gate(), [other])
    assert isinstance(withheld, Withheld)
