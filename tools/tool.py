"""What a tool is: typed arguments in, figures and texts out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from engine.facts import Figure


class Arguments(BaseModel):
    """Required, or with an explicit default; an unknown one is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Result:
    """What a tool found: figures for the answer, and texts that hold no figure."""

    figures: tuple[Figure, ...] = ()
    texts: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class Tool:
    """A function `tool(context, arguments) -> Result`; its docstring is what a model reads."""

    function: Callable[..., Result]
    arguments: type[Arguments]
    effect: Literal["reads", "computes", "changes"]

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def description(self) -> str:
        return (self.function.__doc__ or "").strip()
