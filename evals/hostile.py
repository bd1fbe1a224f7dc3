"""A model that lies: every answer it gives tries another way to get a wrong figure shown.

It calls tools as models do, some with nonsense, and then writes a right sentence among wrong ones.
What it wrote that is wrong is kept in `lies`, worded as a person would have read it.
"""

import random
import re
from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from pydantic import Field

from engine.facts import Fact

NONSENSE = "no-such-thing"
_CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("list_segments", {}),
    ("churn_by_segment", {}),
    ("describe_dataset", {}),
    ("list_segments", {"segment": NONSENSE}),
    ("erase_customer", {"customer": NONSENSE}),
    ("calculate", {"operation": NONSENSE, "facts": ["f1", "f2"]}),
    ("calculate", {"operation": "sum", "facts": ["f9999", "f9998"]}),
    ("run_sql", {"sql": "select 1"}),
)
_FREE = (
    "{name} has {number:,} customers.", "{name} brings £{number:,} of revenue.",
    "About {percent} % of {name} will leave.", "{name} grew by {percent}% last month.",
    "Roughly half of {name} left.", "A dozen customers of {name} are new.",
    "{name} is worth {number}k.", "Every third customer is in {name}.",
    "See https://example.test/{number} for {name}.", "Customer {number} of {name} is your best.",
    "I called list_segments, which gave {number} rows.", "{name} zählt {number} Kunden.",
    "{name} compte environ mille clients.", "It is {number}/{percent}.",
    "The last sale was on 3 November 2019.", "{name} doubled.", "{name} is the largest segment.",
)  # fmt: skip
_BOUND = (
    "{name} has [[{fact}]] customers.", "{name} brings [[{fact}]] of revenue.",
    "The churn of {name} is [[{fact}]].", "Last month, {name} spent [[{fact}]].",
    "- **{name}**: [[{fact}]]", "{name} has twice [[{fact}]] customers.",
    "{name} lost [[{fact}]] customers.", "{name} has [[{fact}]]0 customers.",
    "{name} grew by [[{fact}]].", "[[{fact}]] of {name} left in 2019.",
)  # fmt: skip


class Hostile(BaseChatModel):
    """One for each question; `seed` decides what it tries."""

    context: Any  # a Context; pydantic would ask for every type that one names
    seed: int
    lies: list[str] = Field(default_factory=list)
    asked: int = 0

    @property
    def _llm_type(self) -> str:
        return "hostile"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Runnable[Any, AIMessage]:
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._answer(messages))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        """In pieces of any size; one time in ten the stream ends in the middle."""
        answer = self._answer(messages)
        draw = random.Random(f"{self.seed}/{self.asked}/cut")  # noqa: S311
        text = str(answer.text)
        if draw.random() < 0.1:
            text = text[: len(text) // 2]
        if answer.tool_calls:
            yield ChatGenerationChunk(
                message=AIMessageChunk(content="", tool_calls=answer.tool_calls)
            )
        while text:
            size = draw.randint(1, 40)
            yield ChatGenerationChunk(message=AIMessageChunk(content=text[:size]))
            text = text[size:]

    def _answer(self, messages: list[BaseMessage]) -> AIMessage:
        self.asked += 1
        draw = random.Random(f"{self.seed}/{self.asked}")  # noqa: S311
        told = any(isinstance(message, ToolMessage) for message in messages)
        if not told or (self.asked < 4 and draw.random() < 0.3):
            calls = [_CALLS[draw.randrange(3)], *draw.sample(_CALLS, draw.randint(0, 3))]
            return AIMessage("", tool_calls=[
                {"name": name, "args": arguments, "id": f"call_{self.asked}_{number}"}
                for number, (name, arguments) in enumerate(calls)
            ])  # fmt: skip
        return AIMessage(" ".join(self._sentences(draw)))

    def _sentences(self, draw: random.Random) -> Iterator[str]:
        facts = list(self.context.book.facts.values())
        names = [segment.name for segment in self.context.segments]
        for _ in range(draw.randint(3, 6)):
            name = draw.choice(names)
            if facts and draw.random() < 0.6:
                fact = draw.choice(facts)
                own = fact.figure.subject.name
                yield self._bound(draw, own if draw.random() < 0.5 else name, fact)
            else:
                line = draw.choice(_FREE).format(
                    name=name, number=draw.randint(13, 99999), percent=draw.randint(2, 98)
                )
                self.lies.append(line)
                yield line

    def _bound(self, draw: random.Random, name: str, fact: Fact) -> str:
        """A sentence around a fact that is likely about somebody or something else."""
        template = draw.choice(_BOUND)
        line = template.format(name=name, fact=fact.id)
        if not _is_true(template, name, fact):
            self.lies.append(re.sub(r"\[\[\w+\]\]", lambda match: fact.text, line))
        return line


def _is_true(template: str, name: str, fact: Fact) -> bool:
    metrics = {_BOUND[0]: ("customers",), _BOUND[1]: ("revenue", "share_of_revenue"),
               _BOUND[2]: ("churn",), _BOUND[4]: ("customers", "revenue", "churn")}  # fmt: skip
    figure = fact.figure
    return figure.subject.name == name and figure.metric in metrics.get(template, ())
