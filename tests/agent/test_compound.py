"""Several things asked at once: each told once, of its own subject."""

from conftest import Ask


def test_how_many_are_in_whom_the_answer_finds(ask: Ask) -> None:
    found, _ = ask("which segment brings the most revenue, and how many people are in it?")
    assert found.text.count("customers") >= 1 and "they have" in found.text, found.text
    assert "The shop had" not in found.text, "nobody asked about the shop"


def test_the_same_in_two_wordings_is_told_once(ask: Ask) -> None:
    found, _ = ask("who leaves us next? which segment is most at risk?")
    assert found.text.count("are the most likely to leave") == 1, found.text


def test_whom_to_call_is_asked_of_everybody(ask: Ask) -> None:
    found, _ = ask("how many Loyal do we have and also who should I call?")
    assert "Loyal have" in found.text and "Start with" in found.text, found.text


def test_what_to_do_with_them_is_about_them(ask: Ask) -> None:
    found, _ = ask("tell me about Champions and what to do with them")
    assert found.text.count("A typical customer of Champions") == 1, found.text
    assert [tool.name for tool in found.tools][-1] == "playbook"
