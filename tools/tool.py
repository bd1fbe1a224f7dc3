"""What a tool is: typed arguments in, figures and texts out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from engine.facts import Figure
from stores.jobs import Job
from stores.notes import Source


class Arguments(BaseModel):
    """Required, or with an explicit default; an unknown one is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Result:
    """What a tool found: figures for the answer, texts that hold no figure; or a job it began.

    A text that was recalled may say [[1]], [[2]], ...: the figures that `sources` give.
    """

    figures: tuple[Figure, ...] = ()
    texts: tuple[dict[str, str], ...] = ()
    job: Job | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Tool:
    """A function `tool(context, arguments) -> Result`; its docstring is what a model reads.

    `kept`: its result is kept for as long as the records stay as they are.
    What changes something is done only when the asker agrees to `consequence`, a sentence that
    names the dataset as {dataset}.
    """

    function: Callable[..., Result]
    arguments: type[Arguments]
    effect: Literal["reads", "computes", "changes"]
    consequence: str = ""
    kept: bool = False

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def description(self) -> str:
        return (self.function.__doc__ or "").strip()

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "effect": self.effect,
            "description": self.description,
            "arguments": self.arguments.model_json_schema(),
        }
