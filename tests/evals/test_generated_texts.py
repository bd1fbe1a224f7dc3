from collections import Counter

from evals.texts.generated import generate_lines
from evals.texts.phrases import FRAMES, PHRASES


def test_the_same_seed_gives_the_same_lines() -> None:
    assert generate_lines(30, seed=1) == generate_lines(30, seed=1)
    assert generate_lines(30, seed=1) != generate_lines(30, seed=2)


def test_every_feeling_and_source_is_there_equally_often() -> None:
    lines = generate_lines(120, seed=3)
    assert set(Counter(line.sentiment for line in lines).values()) == {30}
    assert set(Counter(line.source for line in lines).values()) == {40}


def test_a_mixed_line_holds_praise_and_blame_of_its_topic() -> None:
    mixed = [line for line in generate_lines(200, seed=4) if line.sentiment == "mixed"]
    for line in mixed:
        said = line.text.casefold()
        assert any(x.casefold() in said for x in PHRASES[line.topic]["positive"])
        assert any(x.casefold() in said for x in PHRASES[line.topic]["negative"])


def test_no_statement_has_two_feelings() -> None:
    statements = [x for topic in PHRASES.values() for said in topic.values() for x in said]
    statements += [x for frames in FRAMES.values() for x in frames]
    assert len(statements) == len(set(statements))
