from collections import Counter

from evals.bench.bars import BARS, Setting
from evals.bench.text_marks import (
    BASELINES,
    accuracy,
    count_lexicon_words,
    count_plain_words,
    gold_lines,
)
from evals.texts.generated import Line, generate_lines

ENGLISH = [line for line in gold_lines() if line.sentiment]


def test_the_lines_written_by_hand_are_as_many_as_said() -> None:
    assert Counter(line.sentiment for line in ENGLISH) == {
        "positive": 70, "negative": 70, "neutral": 30, "mixed": 30,
    }  # fmt: skip
    assert len(gold_lines()) == len({line.text for line in gold_lines()}) == 240


def test_the_lines_written_by_hand_are_no_generated_ones() -> None:
    generated = {line.text.casefold() for line in generate_lines(2000, seed=5)}
    assert not generated & {line.text.casefold() for line in gold_lines()}


def test_accuracy_counts_both_feelings_as_neither_and_unknown_as_wrong() -> None:
    lines = [Line("a", "positive", ""), Line("b", "mixed", ""), Line("c", "negative", "")]
    assert accuracy({"a": 0.9, "b": 0.0, "c": None}.__getitem__, lines) == 2 / 3


def test_words_are_counted_without_what_turns_them() -> None:
    assert count_plain_words("not good") == count_lexicon_words("not good") == 1
    assert count_plain_words("great, but broken") == 0


def test_the_bars_are_reached_and_stand_above_the_better_baseline() -> None:
    said: list[str] = []
    setting = Setting(full=False, say=said.append)
    for name in ("sentiment_accuracy", "language_accuracy"):
        assert BARS[name].reached(BARS[name].measure(setting)), said
    counted = max(accuracy(score, ENGLISH) for score in BASELINES.values())
    assert BARS["sentiment_accuracy"].bar >= counted + 0.05 - 1e-9
