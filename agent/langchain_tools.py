"""The catalogue as LangChain tools, bound to one question's context.

What changes something is left out: an answer cannot ask for the confirmation that it needs.
"""

import json
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationError

from engine.errors import BadInput
from prompts import load
from tools.catalog import Called, call, catalogue
from tools.context import Context
from tools.tool import Arguments

if TYPE_CHECKING:
    from langchain_core.tools import StructuredTool


@cache
def _schema(arguments: type[Arguments]) -> dict[str, Any]:
    return arguments.model_json_schema()


def bind_catalogue(
    context: Context,
    on_call: Callable[[Called], None],
    tell: Callable[[Called], dict[str, Any]] = Called.for_model,
) -> "list[StructuredTool]":
    """`tell` says what of a call's result is told on."""
    from langchain_core.tools import StructuredTool

    one_at_a_time = Lock()  # facts are numbered in the order they are found

    def bind(name: str) -> Callable[..., str]:
        def run(**arguments: Any) -> str:
            with one_at_a_time:
                called = call(context, name, arguments)
                on_call(called)
                told = tell(called)
            return json.dumps(told, ensure_ascii=False)

        return run

    return [
        StructuredTool.from_function(
            func=bind(tool.name),
            name=tool.name,
            description=tool.description,
            # A plain schema: the catalogue checks the arguments itself, unknown ones included.
            args_schema=_schema(tool.arguments),
        )
        for tool in catalogue().values()
        if tool.effect != "changes"
    ]


class AskBack(Arguments):
    question: str = Field(min_length=1, max_length=300)
    choices: list[str] = Field(min_length=2, max_length=3)


def asking_back(on_ask: Callable[[str], None]) -> "StructuredTool":
    """What a model calls instead of answering; whoever hears of it ends the turn."""
    from langchain_core.tools import StructuredTool

    def ask_back(**arguments: Any) -> str:
        try:
            asked = AskBack.model_validate(arguments)
        except ValidationError:
            raise BadInput("ask_back needs a question and two or three choices.") from None
        on_ask("\n".join([asked.question, *(f"- {choice}" for choice in asked.choices)]))
        return "The person was asked."

    return StructuredTool.from_function(
        func=ask_back,
        name="ask_back",
        description=load("clarify").strip(),
        args_schema=AskBack.model_json_schema(),
    )
