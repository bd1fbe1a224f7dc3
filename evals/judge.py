"""A language model as a judge of answers: how well they are put, never whether figures are right.

Figures are judged against plain pandas; this adds what no count can tell. The judge is another
model than the one that answered, or its verdict says nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.fence import fenced
from agent.named import NamedModel
from agent.planner import NAME as PLANNER
from engine.errors import BadInput
from prompts import load

_POINTS = ("helpful", "complete", "plain")


class Verdict(BaseModel):
    """Each from 1 to 5."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    helpful: int = Field(ge=1, le=5)
    complete: int = Field(ge=1, le=5)
    plain: int = Field(ge=1, le=5)
    why: str = Field(max_length=500)


@dataclass(frozen=True)
class Judged:
    """What was judged by whom, and how many verdicts could not be read."""

    by: str
    verdicts: tuple[Verdict, ...]
    unreadable: int

    def mean(self, of: str) -> float:
        values = [getattr(verdict, of) for verdict in self.verdicts]
        return sum(values) / len(values) if values else 0.0

    @property
    def words(self) -> str:
        means = ", ".join(f"{name} {self.mean(name):.1f}" for name in _POINTS)
        return (
            f"{self.by} read {len(self.verdicts)} answers, from 1 to 5: {means}; "
            f"{self.unreadable} verdicts could not be read"
        )


async def judge(body: dict[str, Any], model: NamedModel) -> Verdict | None:
    """Of an answer as a program reads it; None when the judge gave no verdict that can be read."""
    case = {
        "question": body["question"],
        "answer": body["answer"],
        "facts": [f"{f['subject']['name']}: {f['metric']} {f['text']}" for f in body["facts"]],
    }
    form = json.dumps({"helpful": 3, "complete": 3, "plain": 3, "why": "..."})
    prompt = load("judge", case=fenced(json.dumps(case, ensure_ascii=False)), form=form)
    assert model.model is not None, "the planner judges nobody"
    try:
        said = await model.model.ainvoke(prompt)
    except model.failures:
        return None
    try:
        return Verdict.model_validate_json(str(said.text).strip())
    except ValidationError:
        return None


async def judge_all(bodies: Sequence[dict[str, Any]], model: NamedModel) -> Judged:
    found = [await judge(body, model) for body in bodies]
    await model.let_go()
    verdicts = tuple(verdict for verdict in found if verdict is not None)
    return Judged(model.name, verdicts, len(found) - len(verdicts))


def need_another(judge_name: str, model: str) -> None:
    if judge_name in (model, PLANNER):
        raise BadInput(
            f"{judge_name} cannot judge the answers of {model}.",
            "Name a language model that is not the one that answers: --judge openai:NAME",
        )
