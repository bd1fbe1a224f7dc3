"""Marks belong to answers as they were read."""

from dataclasses import replace
from pathlib import Path

from evals.marks import Mark, key_of, marked, opening, read_marks
from evals.questions.question import Expected, Question, Turn
from evals.scoring import Asked, Score


def answered(text: str) -> Score:
    turn = Turn("how many?", Expected(("answer",)))
    question = Question("x1", "own", "lookup", "synthetic", "en", (turn,))
    return Score(Asked(question, 0, turn.say, (), {"answer": text, "kind": "answer"}, 0.1))


def test_a_mark_is_kept_when_figures_change_and_lost_when_words_do() -> None:
    first = answered("The shop has 1,798 customers.")
    mark = Mark(3, "no context", opening(first))
    assert [one.mark for one in marked([first], {key_of(first): mark})] == [mark]
    assert marked([answered("The shop has 12 customers.")], {key_of(first): mark})
    assert marked([answered("There are 12 customers.")], {key_of(first): mark}) == []


def test_the_worst_comes_first() -> None:
    one = answered("Good.")
    two = replace(one, asked=replace(one.asked, turn=1))
    marks = {key_of(one): Mark(5, "", "Good."), key_of(two): Mark(2, "", "Good.")}
    assert [each.mark.mark for each in marked([one, two], marks)] == [2, 5]


def test_marks_are_read(tmp_path: Path) -> None:
    file = tmp_path / "marks.yaml"
    file.write_text("x1/1: {mark: 4, why: short, opened: The shop has}\n", encoding="utf-8")
    assert read_marks(file) == {"x1/1": Mark(4, "short", "The shop has")}
    assert all(1 <= mark.mark <= 5 for mark in read_marks().values())
