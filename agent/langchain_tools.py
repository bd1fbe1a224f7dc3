"""The catalogue as LangChain tools, bound to one question's context.

What changes something is not done when a model calls for it: the person is asked first. The
question goes to the model; the token that stands for the agreement goes past it, into the thread's
state, and only the planner brings it back, when the person has said yes. Of these tools those are
offered that end within a question.
"""

import json
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationError

from engine.errors import BadInput
from prompts import load
from tools.catalog import Called, ask_confirmation, call, catalogue
from tools.context import Context
from tools.tool import Arguments

if TYPE_CHECKING:
    from langchain_core.tools import StructuredTool


ASKING = ("save_audience", "export_audience", "subscribe_digest")


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

    def bind(name: str) -> Callable[..., tuple[str, dict[str, Any]]]:
        def run(**arguments: Any) -> tuple[str, dict[str, Any]]:
            token = arguments.pop("confirmation", None) if name in ASKING else None
            with one_at_a_time:
                if name in ASKING and token is None:
                    return _ask(context, name, arguments)
                called = call(context, name, arguments, token)
                on_call(called)
                told = tell(called)
            return json.dumps(told, ensure_ascii=False), {}

        return run

    return [
        StructuredTool.from_function(
            func=bind(tool.name),
            name=tool.name,
            description=tool.description,
            # A plain schema: the catalogue checks the arguments itself, unknown ones included.
            args_schema=_schema(tool.arguments),
            response_format="content_and_artifact",
        )
        for tool in catalogue().values()
        if tool.effect != "changes" or tool.name in ASKING
    ]


def _ask(context: Context, name: str, arguments: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """What the model is told, and what the thread remembers of it."""
    asked = ask_confirmation(context, name, arguments)
    told = {"ask": asked.question, "name": str(arguments.get("name", ""))}
    change = {"tool": name, "arguments": arguments, **asked.to_json()}
    return json.dumps({"facts": [], "texts": [told]}, ensure_ascii=False), {"change": change}


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
