"""The narrative port: who writes the sentences of reports and digests.

The rules do by default. A language model may, from the same facts; what it writes has to pass the
gate whole, or what the rules wrote stands in its place.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from agent.discretion import tell
from agent.disguise import Disguise
from agent.fence import fenced
from agent.finding import Findings
from agent.gate import Gate, Released
from agent.known_people import people_of
from engine.grounding import Rendered
from prompts import load
from tools.catalog import Called
from tools.context import Context, segment_subject

if TYPE_CHECKING:
    from agent.named import NamedModel

Task = Literal["report", "digest", "insight"]  # prompts of the same names
_LONGEST_NAME = 40


class Narrative(Protocol):
    """`about` narrows the task down; `instead` is what the rules wrote."""

    def write(
        self, task: Task, findings: Findings, instead: Sequence[Rendered], about: str = ""
    ) -> Sequence[Rendered]: ...


class RuleWritten:
    def write(
        self, task: Task, findings: Findings, instead: Sequence[Rendered], about: str = ""
    ) -> Sequence[Rendered]:
        return instead


RULES = RuleWritten()


class ModelWritten:
    """`open_model` makes one for a single text: its connections end with it."""

    def __init__(self, open_model: "Callable[[], NamedModel]") -> None:
        self._open_model = open_model

    def write(
        self, task: Task, findings: Findings, instead: Sequence[Rendered], about: str = ""
    ) -> Sequence[Rendered]:
        context = findings.context
        disguise = _disguise(context)
        model = self._open_model()
        called = Called(task, {}, 0, findings.facts, ())
        facts = json.dumps(tell(called, context, model.privacy)["facts"], ensure_ascii=False)
        rules = " ".join(sentence.text for sentence in instead)
        prompt = load(task, facts=fenced(facts), rules=fenced(rules), about=fenced(about))
        text = asyncio.run(_said(model, disguise.hide(prompt)))
        return _checked(text, findings, disguise) or instead

    def name(self, context: Context, segment: str, profile: str) -> str:
        """A name for a segment; empty when the model gave none that can be used."""
        others = [each.name for each in context.segments if each.name != segment]
        about = json.dumps({"profile": profile, "taken": others}, ensure_ascii=False)
        disguise = _disguise(context)
        prompt = load("name_segment", about=fenced(about))
        said = asyncio.run(_said(self._open_model(), disguise.hide(prompt)))
        name = " ".join(disguise.show(said).strip(" .\"'\n").split())
        plain = name.replace(" ", "").replace("-", "").isalpha()
        free = name.casefold() not in {other.casefold() for other in others}
        return name if plain and free and len(name) <= _LONGEST_NAME else ""


def _disguise(context: Context) -> Disguise:
    return Disguise(lambda: people_of(context), context.dataset.dataset_id)


async def _said(model: "NamedModel", prompt: str) -> str:
    """All of it, or nothing: a model that fails has written nothing."""
    assert model.model is not None  # noqa: S101  who opens one names it
    try:
        async with asyncio.timeout(model.ceilings.seconds):
            return str((await model.model.ainvoke(prompt)).text)
    except model.failures:
        return ""
    finally:
        await model.let_go()


def _checked(text: str, findings: Findings, disguise: Disguise) -> list[Rendered]:
    """Its sentences, when all of them pass the gate; else none."""
    context = findings.context
    subjects = [segment_subject(segment) for segment in context.segments]
    gate = Gate(lambda: context.book.facts, lambda: subjects, "", disguise.show)
    pieces = [*gate.feed(text), *gate.finish()]
    released = [piece.rendered for piece in pieces if isinstance(piece, Released)]
    if len(released) < len(pieces):
        return []
    return [_stripped(one) for one in released if one.text.strip()]


def _stripped(one: Rendered) -> Rendered:
    cut = len(one.text) - len(one.text.lstrip())
    spans = tuple((start - cut, end - cut, fact) for start, end, fact in one.spans)
    return Rendered(one.text.strip(), spans)
