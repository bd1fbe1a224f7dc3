"""Real answers of a small shop are judged; changed ones are found out."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from databases import Databases

from api.services import Services
from api.settings import read_settings
from evals.questions.meaning import Meaning
from evals.questions.question import Expected, Question, Turn, Wanted
from evals.questions.shop import ShopFolder, read_meaning
from evals.report import report
from evals.running import ask_and_score
from evals.scoring import Asked, Score, score
from evals.summary import by_split, models_called

REVENUE = Wanted("revenue", {"segment": "top"}, "lifetime")
TOP = Expected(("answer",), (REVENUE,), ({"segment": "top"},))


RAIN = Expected(("refuse",))
OTHER_SEGMENT = replace(TOP, figures=(replace(REVENUE, subject={"segment": "bottom"}),), names=())
OTHER_YEAR = replace(TOP, figures=(replace(REVENUE, period={"year": 2024}),), names=())
NEVER = replace(TOP, never=("{top} bring",))
UNCOUNTABLE = replace(TOP, figures=(replace(REVENUE, metric="rain"),), names=())
SAID = {
    "right": ("revenue of {top}?", TOP),
    "other segment": ("revenue of {top}?", OTHER_SEGMENT),
    "other year": ("revenue of {top}?", OTHER_YEAR),
    "never": ("revenue of {top}?", NEVER),
    "uncountable": ("revenue of {top}?", UNCOUNTABLE),
    "unwanted": ("revenue of {top}?", RAIN),
    "rain": ("will it rain?", RAIN),
}


@dataclass(frozen=True)
class Judged:
    meaning: Meaning
    scores: dict[str, Score]


@pytest.fixture(scope="module")
def judged(
    small_shop: Path, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Judged]:
    """All questions asked once, of a copy of the small shop."""
    folder = tmp_path_factory.mktemp("asked")
    databases.copy(small_shop, folder / "home")
    source = small_shop.parent / "files" / "transactions.csv"
    services = Services.open(read_settings({"home": str(folder / "home")}, environment={}))
    meaning = read_meaning(ShopFolder("synthetic", folder, source), services)
    questions = [
        Question(name, "own", "lookup", "synthetic", "en", (Turn(say, expected),))
        for name, (say, expected) in SAID.items()
    ]
    scores = ask_and_score(services, meaning, questions, None)
    yield Judged(meaning, dict(zip(SAID, scores, strict=True)))
    services.home.close()


def changed(asked: Asked, **fields: Any) -> Asked:
    """The same answer, its first fact or other fields changed."""
    answer = deepcopy(dict(asked.answer))
    for name, value in fields.items():
        if name in answer:
            answer[name] = value
        else:
            answer["facts"][0][name] = value
    return replace(asked, answer=answer)


def test_a_right_answer_and_ways_to_make_it_wrong(judged: Judged) -> None:
    right, meaning = judged.scores["right"], judged.meaning
    assert right.verdict == "right", right
    asked = right.asked
    (fact,) = [f for f in asked.answer["facts"] if f["metric"] == "revenue"]
    only = changed(asked, facts=[fact], sentences=[{"text": "So it is.", "spans": []}])
    assert score(only, meaning).verdict == "right"
    minor = fact["value"] | {"minor": fact["value"]["minor"] + 1}
    assert score(changed(only, value=minor), meaning).verdict == "wrong"
    country = {"kind": "country", "id": "France", "name": "France"}
    assert score(changed(only, subject=country), meaning).verdict == "wrong"
    assert score(changed(only, text="£7"), meaning).verdict == "wrong"
    said = [{"text": "About 123456 pounds.", "spans": []}]
    assert score(changed(only, sentences=said), meaning).wrong == ("123456: no fact",)
    assert score(changed(only, kind="refuse"), meaning).verdict == "refused"
    assert score(changed(only, kind="clarify"), meaning).verdict == "asked back"


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("other segment", "missed"),
        ("other year", "missed"),
        ("never", "wrong"),
        ("uncountable", "unjudged"),
        ("unwanted", "answered"),
        ("rain", "right"),
    ],
)
def test_verdicts(judged: Judged, name: str, verdict: str) -> None:
    """A true figure of another segment or year is no answer; a refusal is, where nothing is."""
    assert judged.scores[name].verdict == verdict


def test_the_report_says_who_answered_and_shows_the_worst(judged: Judged) -> None:
    scores = [judged.scores["rain"], judged.scores["never"]]
    assert models_called(scores) == {"planner": 2}
    (tally,) = by_split(scores)
    assert (tally.share(), tally.count("wrong"), tally.declined) == (0.5, 1, 1.0)
    text = report(scores, "openai:never-called", ["3 questions"], "gpt-other read 7 answers")
    assert "not their figures: gpt-other read 7 answers" in text
    assert "- called: planner, 2 turns" in text
    assert "- never answered: openai:never-called" in text
    assert text.index("says '{top} bring'") < text.index("## Fifty answers to read")
