"""Verified answers asked again: whether each still comes out the same, and what changed.

A case (`segue feedback cases`) is asked of the records and the snapshot that it was verified on,
by the model that answers now, after the questions that came before it in its thread. What is asked
here is in no thread afterwards.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import BadInput, Fixable
from evals.questions.shop import Say

if TYPE_CHECKING:
    from agent.named import NamedModel
    from api.services import Services
    from tools.context import Context

Case = Mapping[str, Any]
_NEEDED = ("id", "say", "dataset", "version", "snapshot", "as_of", "outcome", "figures")


@dataclass(frozen=True)
class Replayed:
    """One case; nothing has changed when it came out the same."""

    case: Case
    changed: tuple[str, ...]
    model: str  # who answered now

    @property
    def same(self) -> bool:
        return not self.changed

    def to_json(self) -> dict[str, Any]:
        return {"id": self.case["id"], "say": self.case["say"], "same": self.same,
                "changed": list(self.changed), "model": self.model}  # fmt: skip


def read_cases(file: Path) -> list[Case]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        cases: list[Case] = found["cases"]
        whole = all(name in case for case in cases for name in _NEEDED)
    except (OSError, ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise BadInput(
            f"{file} holds no cases.", f"Write them: segue feedback cases --out {file.name}"
        )
    return cases


def replay(services: "Services", cases: Sequence[Case], model: str, say: Say) -> list[Replayed]:
    say(f"asking {len(cases)} verified questions again")
    return asyncio.run(_replay_all(services, cases, services.model(model)))


async def _replay_all(
    services: "Services", cases: Sequence[Case], model: "NamedModel"
) -> list[Replayed]:
    used = replace(model, recalls=False)  # else it would only repeat itself
    found = [await _replay(services, case, used) for case in cases]
    await used.let_go()
    return found


async def _replay(services: "Services", case: Case, model: "NamedModel") -> Replayed:
    try:
        context = _as_it_was(services, case)
        body = await _ask(context, [*case.get("before", ()), case["say"]], model)
    except Fixable as error:
        return Replayed(case, (f"it cannot be asked: {error.message}",), model.name)
    return Replayed(case, tuple(differences(case, body)), body["model"])


def _as_it_was(services: "Services", case: Case) -> "Context":
    """The records, the moment and the snapshot of the case, whatever came since."""
    from engine.concepts import Moment
    from stores.snapshots import SnapshotStore

    context = services.context(services.local_person, case["dataset"])
    return replace(
        context,
        version=case["version"],
        as_of=Moment.parse(case["as_of"], context.dataset.shop.zone),
        snapshot=SnapshotStore(services.home).get(case["snapshot"]) if case["snapshot"] else None,
    )


async def _ask(context: "Context", said: Sequence[str], model: "NamedModel") -> dict[str, Any]:
    """The last answer of a thread that is dropped again."""
    from agent.events import Answer
    from agent.loop import answer
    from stores.threads import ThreadStore
    from tools.context import FactBook

    store = ThreadStore(context.home)
    thread = store.make(context.person, context.dataset.dataset_id, context.now)
    body: dict[str, Any] = {}
    try:
        for question in said:
            thread = store.get(context.person, thread.thread_id)  # with what it remembers by now
            fresh = replace(context, book=FactBook())
            async for event in answer(question, fresh, thread, model):
                if isinstance(event, Answer):
                    body = event.to_json()
    finally:
        store.drop(thread)
    return body


def differences(case: Case, body: Mapping[str, Any]) -> list[str]:
    """In words, each of the kind of the answer and of the figures it shows."""
    from agent.verifying import figures_of

    was, now = _by_what(case["figures"]), _by_what(figures_of(body))
    found = []
    if body["kind"] != case["outcome"]:
        found.append(f"its kind was {case['outcome']}, and is {body['kind']} now")
    for what, figure in was.items():
        if what not in now:
            found.append(f"not shown any more: {_words(figure)}")
        elif now[what]["value"] != figure["value"]:
            found.append(f"{_words(figure)}, and {now[what]['text']} now")
    found += [f"shown besides: {_words(now[what])}" for what in now if what not in was]
    return found


def _by_what(figures: Sequence[Mapping[str, Any]]) -> dict[tuple[Any, ...], Mapping[str, Any]]:
    names = ("subject", "metric", "period", "operation")
    return {tuple(figure[name] for name in names): figure for figure in figures}


def _words(figure: Mapping[str, Any]) -> str:
    what = " ".join(filter(None, (figure["operation"], figure["metric"].replace("_", " "))))
    shown = figure.get("text", figure["value"])
    return f"{what} of {figure['subject']} {figure['period']}: {shown}"
