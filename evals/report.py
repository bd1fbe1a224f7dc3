"""The report of a run of the benchmark, as Markdown for people."""

from collections.abc import Iterable, Sequence

from evals.marks import marked, read_marks
from evals.questions.question import UNSEEN
from evals.scoring import Score
from evals.summary import COLUMNS, Tally, by_kind, by_split, models_called, table

_WORST = 10
_TO_READ = 50
_ORDER = ("wrong", "answered", "missed", "refused", "asked back")


def report(
    scores: Sequence[Score], wanted_model: str, not_asked: Sequence[str], judged: str = ""
) -> str:
    """`judged` is what a model as a judge said."""
    shown = [score for score in scores if score.asked.question.split != UNSEEN]
    parts = [
        "# The question benchmark",
        "Written by `segue eval`. How the questions are read and judged stands in "
        "[README.md](README.md).",
        "## Who answered",
        *_models(scores, wanted_model, judged),
        *(f"- not asked: {line}" for line in not_asked),
        "## By split",
        _markdown(by_split(scores)),
        "## By kind",
        _markdown(by_kind(scores)),
        _dialogues(scores),
        _checked(scores),
        "## Wrong figures",
        *(_wrong(scores) or ["None was shown."]),
        "## The ten worst answers",
        f"Of all but {UNSEEN}: those are counted and never shown, or somebody would tune on them.",
        *(_shown(score) for score in worst(shown)),
        "## Figures without a known truth",
        *_bullets(_unjudged(shown)),
        "## Marked by a reader",
        *_marked(shown),
        "## Fifty answers to read",
        "By a person: does the finding come first, are the figures the ones that matter, does it "
        "say what to do, is it free of boilerplate, under 120 words? No program judges this.",
        *(_shown(score) for score in to_read(shown)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _models(scores: Sequence[Score], wanted: str, judged: str) -> list[str]:
    called = models_called(scores)
    lines = [f"- called: {name}, {count} turns" for name, count in called.most_common()]
    if wanted not in {name.partition(",")[0] for name in called}:
        lines.append(f"- never answered: {wanted}, although it was asked for")
    lines += [f"- how the answers are put, not their figures: {judged}"] if judged else []
    lines.append("- no other model was called in this run; nothing here speaks for one")
    tokens = sum(sum(score.asked.answer["tokens"].values()) for score in scores)
    return ["\n".join([*lines, f"- tokens: {tokens:,}; prices are not known here"])]


def _markdown(tallies: Sequence[Tally]) -> str:
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *table(tallies)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _dialogues(scores: Sequence[Score]) -> str:
    turns = Tally("dialogues", tuple(s for s in scores if s.asked.question.split == "dialogues"))
    if not turns.scores:
        return ""
    return f"Of the dialogues' turns {turns.states:.3f} are about what they should be about."


def _checked(scores: Sequence[Score]) -> str:
    shown = sum(len(score.asked.answer["facts"]) for score in scores)
    unchecked = sum(len(score.unchecked) for score in scores)
    return (
        f"{shown:,} figures were shown; {shown - unchecked:,} of them were counted again, "
        f"{unchecked:,} speak in words that the count does not know."
    )


def worst(scores: Sequence[Score]) -> list[Score]:
    """Wrong ones first, then what was answered past the question, then what was declined."""
    bad = [score for score in scores if score.verdict in _ORDER]
    return sorted(bad, key=lambda score: _ORDER.index(score.verdict))[:_WORST]


def _wrong(scores: Sequence[Score]) -> list[str]:
    lines = [
        f'- {score.asked.question.question_id} "{_line(score.asked.said)}": '
        + "; ".join(map(_line, score.wrong))
        for score in scores
        if score.wrong
    ]
    return ["\n".join(lines)] if lines else []


def _unjudged(scores: Sequence[Score]) -> list[str]:
    return [f"{s.asked.question.question_id}: {what}" for s in scores for what in s.unjudged]


def _marked(scores: Sequence[Score]) -> list[str]:
    """The mean, and the ten worst with the reason."""
    found = marked(scores, read_marks())
    if not found:
        return ["None of these answers has been marked."]
    mean = sum(one.mark.mark for one in found) / len(found)
    lines = [
        f"{len(found)} answers, marked from 1 to 5 by one of those who make the planner: does the "
        "finding come first, are the figures the ones that matter, does it say what to do, is it "
        f"free of boilerplate, under 120 words? The mean is {mean:.2f}. The ten worst:"
    ]
    for one in found[:_WORST]:
        lines += [f"Mark {one.mark.mark}: {one.mark.why}", _shown(one.score)]
    return lines


def _bullets(lines: Iterable[str]) -> list[str]:
    return ["\n".join(f"- {_line(line)}" for line in lines) or "All could be counted."]


def to_read(scores: Sequence[Score]) -> list[Score]:
    """Spread evenly over all answers that are answers."""
    answers = [score for score in scores if score.asked.outcome == "answer"]
    step = max(1, len(answers) // _TO_READ)
    return answers[::step][:_TO_READ]


def _shown(score: Score) -> str:
    asked = score.asked
    text = "\n".join(f"> {line}" for line in str(asked.answer["answer"]).splitlines())
    lines = [f"**{asked.question.question_id}** ({asked.question.shop}, {score.verdict}): "
             f"{_line(asked.said)}", text]  # fmt: skip
    for what, found in (("wrong", score.wrong), ("missing", score.missing)):
        if found:
            lines.append(f"{what}: {'; '.join(map(_line, found))}")
    return "\n\n".join(lines)


def _line(text: str) -> str:
    return " ".join(text.split())
