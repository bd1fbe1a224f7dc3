"""One answer held against what was expected, point by point."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isclose
from typing import Any, Literal

from evals.questions.meaning import Meaning, fact_cut, says
from evals.questions.naming import named
from evals.questions.numerals import loose_numbers, renders
from evals.questions.question import Expected, Question, Wanted, fill
from evals.questions.times import read_fact_period, speaks_of
from evals.questions.truth import Uncountable, Value
from evals.remembered import right_state

Verdict = Literal["right", "wrong", "missed", "asked back", "refused", "answered", "unjudged"]
_NONE = re.compile(
    r"\b(?:no|none|nobody|nothing|keine?r?|niemand|aucune?|ningun[oa]?|nadie)\b", re.I
)
_OUTCOMES = {"partial": "answer", "confirm": "answer"}


@dataclass(frozen=True)
class Asked:
    """A turn as it was asked, and the answer as a program reads it."""

    question: Question
    turn: int
    said: str
    before: tuple[str, ...]  # what was said earlier in the thread
    answer: Mapping[str, Any]
    seconds: float

    @property
    def expected(self) -> Expected:
        return self.question.turns[self.turn].expected

    @property
    def outcome(self) -> str:
        kind = str(self.answer["kind"])
        return _OUTCOMES.get(kind, kind)


@dataclass(frozen=True)
class Score:
    """`wrong` are figures that are false or that nothing stands behind, and forbidden words;
    `missing` is what a right answer holds besides; `unjudged` what no truth is known for."""

    asked: Asked
    wrong: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()  # facts shown whose words the truth does not know
    judged: int = 0
    right_state: bool = True
    right_tools: bool | None = None

    @property
    def verdict(self) -> Verdict:
        expected, outcome = self.asked.expected, self.asked.outcome
        if self.wrong:
            return "wrong"
        if outcome not in expected.outcomes:
            if outcome == "answer":
                return "answered"
            return "asked back" if outcome == "clarify" else "refused"
        if outcome != "answer":
            return "right"
        if not self.judged and self.unjudged:
            return "unjudged"
        return "missed" if self.missing else "right"


@dataclass
class _Marks:
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    judged: int = 0


def score(asked: Asked, meaning: Meaning, known: Sequence[str] = ()) -> Score:
    """`known` are the names of the shop's products and segments, which may hold digits."""
    marks = _Marks()
    _judge_facts(asked, meaning, marks)
    _judge_words(asked, meaning, marks, known)
    if asked.outcome == "answer" and asked.expected.answerable:
        for wanted in asked.expected.figures:
            _seek_figure(wanted, asked, meaning, marks)
        for name in asked.expected.names:
            _seek_name(name, asked, meaning, marks)
    tools = {tool["name"] for tool in asked.answer["tools"]}
    wished = asked.expected.tools
    return Score(
        asked,
        tuple(marks.wrong),
        tuple(marks.missing),
        tuple(marks.unjudged),
        tuple(marks.unchecked),
        marks.judged,
        right_state(asked.answer, asked.outcome, asked.expected, meaning),
        bool(tools & set(wished)) if wished else None,
    )


# ---- what is shown ----


def _judge_facts(asked: Asked, meaning: Meaning, marks: _Marks) -> None:
    """Each shown figure at its own word: is it what it claims to be?"""
    for fact in asked.answer["facts"]:
        if not renders(fact):
            marks.wrong.append(f"{_words(fact)} is shown as {fact['text']}")
        claim = _with_start(meaning.fact(fact), fact, asked.answer["facts"], meaning)
        try:
            if claim is None:
                raise Uncountable("other words")
            right = _right_values(meaning, *claim)
        except Uncountable:
            marks.unchecked.append(_words(fact))
            continue
        if not any(same(value, fact["value"]) for value in right):
            marks.wrong.append(f"{_words(fact)}; right is {right[0]}")


def _with_start(
    claim: tuple[str, Any, Any] | None,
    fact: Mapping[str, Any],
    facts: Sequence[Mapping[str, Any]],
    meaning: Meaning,
) -> tuple[str, Any, Any] | None:
    """What movers are worth is said of a moment; since when they moved, the fact beside it says."""
    if claim is None or "from" not in claim[1] or claim[0] == "moved":
        return claim
    for other in facts:
        if other["subject"] == fact["subject"] and other["metric"] == "moved":
            stretch = read_fact_period(other["period"], meaning.truth.today)
            return claim[0], {**claim[1], "moved_in": stretch}, claim[2]
    return None


def _right_values(meaning: Meaning, metric: str, cut: Any, stretch: Any) -> list[Value]:
    """Newcomers of a segment are counted in two ways: first bought, or were not there before."""
    truth = meaning.truth
    found = [truth.value(metric, cut, stretch)]
    if metric == "new_customers" and set(cut) == {"segment"} and stretch.start is not None:
        before, after = truth.labels_at(stretch.start), truth.labels
        after = after if stretch.end is None else truth.labels_at(stretch.end) or {}
        own = {who for who, segment in after.items() if segment == cut["segment"]}
        found.append(len(own - (before or {}).keys()))
    return found


def _judge_words(asked: Asked, meaning: Meaning, marks: _Marks, known: Sequence[str]) -> None:
    text = asked.answer["answer"]
    for forbidden in asked.expected.never:
        if fill(forbidden, meaning.cast).lower() in text.lower():
            marks.wrong.append(f"says {forbidden!r}")
    if asked.outcome == "answer":
        said = (*asked.before, asked.said)
        marks.wrong += [f"{n}: no fact" for n in loose_numbers(asked.answer, said, known)]


# ---- what was wanted ----


def _seek_figure(wanted: Wanted, asked: Asked, meaning: Meaning, marks: _Marks) -> None:
    try:
        if wanted.metric == "next_segment":  # a name, and no figure
            sought = meaning.sought(wanted)
            name = meaning.truth.names[str(meaning.values(sought, sought.stretch)[0])]
            right = name in asked.answer["answer"]
        else:
            right = _matches(wanted, asked.answer, meaning)
    except Uncountable as error:
        marks.unjudged.append(f"{wanted.words()}: {error}")
        return
    marks.judged += 1
    if not right:
        marks.missing.append(wanted.words())


def _matches(wanted: Wanted, answer: Mapping[str, Any], meaning: Meaning) -> bool:
    """Whether a shown fact is the wanted figure: metric, subject, period and value.

    Where there is nothing, "none" says so as well as a 0 does.
    """
    truth, sought = meaning.truth, meaning.sought(wanted)
    countable = meaning.values(sought, sought.stretch)
    if set(countable) == {0} and _NONE.search(answer["answer"]):
        return True
    for fact in answer["facts"]:
        stretch = read_fact_period(fact["period"], truth.today)
        if not says(wanted, fact) or not speaks_of(
            stretch, sought.period, truth.today, truth.first
        ):
            continue
        cut = fact_cut(fact["subject"])
        if cut is not None and not any(_alike(cut, one) for one in sought.cuts):
            continue
        # "Last month" is what the fact says it is; of a fact's own cut there is one right value.
        told = stretch if sought.period in ("since_last_month", "last_month") else sought.stretch
        right = countable
        if cut is not None:
            right = [truth.value(sought.metric, cut, told)]
        elif told is not sought.stretch:
            right = meaning.values(sought, told)
        if any(same(value, fact["value"]) for value in right):
            return True
    return False


def _alike(fact: Mapping[str, Any], sought: Mapping[str, Any]) -> bool:
    """The same cut; of a product that has several codes one of them will do."""
    if fact.keys() != sought.keys():
        return False
    return all(
        set(fact[key]) <= set(value) if key == "product" else fact[key] == value
        for key, value in sought.items()
    )


def _seek_name(name: Mapping[str, Any], asked: Asked, meaning: Meaning, marks: _Marks) -> None:
    """One of the readings will do."""
    try:
        found = named(meaning, name)
    except Uncountable as error:
        marks.unjudged.append(f"{name}: {error}")
        return
    shown = " ; ".join(fact["subject"]["name"] for fact in asked.answer["facts"])
    text = f"{asked.answer['answer']} ; {shown}"
    missing = [one.missing_from(text) for one in found]
    marks.judged += 1
    if all(missing):
        marks.missing.append(f"name {missing[0][0]}")


def same(value: Value, shown: Any) -> bool:
    """Counts and money exactly, ratios to 1e-9, days by the day."""
    if isinstance(shown, Mapping):
        return bool(value == shown["minor"])
    if isinstance(value, date | datetime):
        return str(shown)[:10] == value.isoformat()[:10]
    if isinstance(value, str) or isinstance(shown, str):
        return str(value) == str(shown)
    if isinstance(shown, int) and float(value).is_integer():
        return int(value) == shown
    return isclose(float(value), float(shown), rel_tol=1e-9, abs_tol=1e-12)


def _words(fact: Mapping[str, Any]) -> str:
    value = fact["value"]
    shown = value["minor"] if isinstance(value, Mapping) else value
    operation = f" ({fact['operation']})" if fact.get("operation") else ""
    return (
        f"{fact['metric']}{operation} of {fact['subject']['name']} "
        f"{fact['period']['words']}: {shown}"
    )
