"""The question files are read, and their placeholders are filled."""

from pathlib import Path

import pytest

from evals.questions.question import SPLITS, fill, read_questions, with_typo

CAST = {"top": "Champions", "customer": "10614"}


def test_every_question_file_reads_and_no_id_comes_twice() -> None:
    ids = [question.question_id for split in SPLITS for question in read_questions(split)]
    assert len(ids) > 400
    assert len(ids) == len(set(ids))


def test_every_placeholder_has_a_part_in_the_cast() -> None:
    cast = dict.fromkeys(("top", "second", "bottom", "biggest", "customer", "customer2"), "Name")
    for split in SPLITS:
        for question in read_questions(split):
            for turn in question.turns:
                assert "{" not in fill(turn.say, cast)


def test_names_of_the_shop_stand_for_placeholders() -> None:
    assert fill("does {customer} fit {top}?", CAST) == "does 10614 fit Champions?"
    assert fill("{typo:top}", CAST) == "Chamipons"


def test_a_typo_makes_another_word_of_the_same_letters() -> None:
    for name in ("Champions", "Loyal", "At risk", "Lost"):
        assert with_typo(name) != name
        assert sorted(with_typo(name)) == sorted(name)


def test_an_outcome_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    text = "- {id: x, kind: lookup, shop: retail, language: en, turns: [{say: hi, expect: {outcome: shrug}}]}"  # noqa: E501
    (tmp_path / "own.yaml").write_text(text, "utf-8")
    with pytest.raises(ValueError, match="shrug"):
        read_questions("own", tmp_path)
