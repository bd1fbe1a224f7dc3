"""One question in, one grounded answer out, as events.

The model (or the planner) works in a LangChain graph; nothing it writes reaches a person but
through the gate. When a language model fails, the planner takes over and the answer says so. What
a question takes is counted; one that reaches a ceiling ends with what was found.
"""

import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from langchain_core.messages import HumanMessage

from agent.actions import agreement
from agent.ceilings import Account, CeilingReached
from agent.disguise import Disguise
from agent.draft import Draft
from agent.events import Answer, ConfirmationAsked, Event, Kind, Restarted, Status, ToolUsed
from agent.failures import words_of
from agent.fence import fenced
from agent.gate import Gate
from agent.known_people import people_of
from agent.memory import recall_for
from agent.named import NamedModel
from agent.planner import Planner
from agent.recalling import key_of, may_be_recalled, recall
from agent.standing import about, about_words, standing_of
from agent.tables import Table, chart_of, tables_of
from agent.turn import Turn
from agent.vocabulary import vocabulary_of
from engine.facts import day_text
from prompts import load
from stores.home import new_id
from stores.threads import Thread, ThreadStore
from stores.threads import Turn as KeptTurn
from tools.context import Context, FactBook, segment_subject

__all__ = ["NamedModel", "answer", "state_of"]

_REMEMBERED_TURNS = 4
_BEHIND = timedelta(days=7)

_LEFT_OUT = "Part of the answer could not be verified against the records and was left out."
_NOTHING_LEFT = (
    "Nothing the model wrote could be verified against the records, so nothing is shown."
)
_FOUND_SO_FAR = "This is what was found so far."
_LOOKED_UP = "Nothing was said before that; what was looked up stands beside."
_NOTHING_YET = "Nothing was found before that; ask for less at once."


async def answer(
    question: str, context: Context, thread: Thread, model: NamedModel
) -> AsyncIterator[Event]:
    """Events as they come about; the last one is the Answer, already kept in its thread."""
    started = time.perf_counter()
    store = ThreadStore(context.home)
    turns = store.turns(thread)[-_REMEMBERED_TURNS:]
    yield Status("Reading the question")
    key = key_of(question, context, thread, turns, model) if model.recalls else ""
    found = recall(question, context, thread, key) if key else None
    if found is not None:
        found = replace(found, state=found.state | state_of(context))
        for sentence in found.sentences:
            yield sentence
    else:
        account = Account(model.ceilings, model.prices)
        answering = _Answering(question, context, thread, turns, model, account)
        async for event in answering.events():
            yield event
        found = answering.found()
        found = replace(found, key=key if may_be_recalled(found) else "")
    found = replace(found, seconds=round(time.perf_counter() - started, 3))
    body = found.to_json()
    store.add_turn(
        thread, KeptTurn(found.answer_id, question, found.text, body, context.now), found.state
    )
    for event in found.beside():
        yield event
    yield found


class _Answering:
    """One question on its way; what has come about is thrown away when the planner starts over."""

    def __init__(
        self,
        question: str,
        context: Context,
        thread: Thread,
        turns: Sequence[KeptTurn],
        model: NamedModel,
        account: Account,
    ) -> None:
        self._question = question
        self._context = context
        self._thread = thread
        self._turns = turns
        # What the person agrees to is known to the planner alone.
        settles = agreement(question, thread.state) is not None
        self._model = model.instead() if settles else model
        self._account = account
        self._happened: list[str] = []
        self._fell_back = False
        self._cut_short = False  # at a ceiling, before anything was said
        self._disguise = Disguise(lambda: people_of(self._context), thread.thread_id)
        self._draft = self._new_draft()

    async def events(self) -> AsyncIterator[Event]:
        try:
            async for event in self._ask_or_fall_back():
                yield event
        except CeilingReached as reached:
            self._draft.kind = "partial"
            self._happened.append(str(reached))
            self._cut_short = not self._draft.sentences
            looked_up = _LOOKED_UP if self._tables() else _NOTHING_YET
            found = looked_up if self._cut_short else _FOUND_SO_FAR
            yield self._draft.say(f"{reached} {found}")
        if self._draft.change:  # what exactly is agreed to is said by us, never by a model
            asked = self._draft.change["change"]
            yield self._draft.say(f"{asked['question']} Say yes or no.")
            yield ConfirmationAsked(asked["question"], asked["tool"])
        if self._draft.withheld:
            self._draft.kind = "partial"
            yield self._draft.say(_LEFT_OUT if self._draft.sentences else _NOTHING_LEFT)

    async def _ask_or_fall_back(self) -> AsyncIterator[Event]:
        try:
            async for event in self._ask():
                yield event
        except self._model.failures as error:
            said = f"{words_of(error)} The built-in planner answers instead."
            self._happened.append(said)
            self._fell_back, self._model = True, self._model.instead()
            self._context = replace(self._context, book=FactBook())
            self._draft = self._new_draft()
            yield Restarted(said)
            async for event in self._ask():
                yield event

    async def _ask(self) -> AsyncIterator[Event]:
        """The model's turn, and one repair turn when the gate withheld something."""
        draft = self._draft
        draft.messages = [HumanMessage(self._question)]
        async for event in self._turn().events():
            yield event
        if draft.withheld and self._model.model is not None:
            yield Status("Checking the answer again")
            hint = load("repair", withheld=draft.gate.hint())
            draft.withheld = 0
            draft.messages = [*draft.messages, HumanMessage(hint)]
            async for event in self._turn().events():
                yield event

    def _turn(self) -> Turn:
        speaker = self._model.model or self._planner()
        return Turn(
            self._context, self._model, speaker, self._instructions(), self._account, self._draft,
            self._disguise,
        )  # fmt: skip

    def _planner(self) -> Planner:
        context = self._context
        return Planner(
            vocabulary=vocabulary_of(context),
            remembered=self._thread.state,
            customers=lambda: context.members.index if context.snapshot else (),
        )

    def _new_draft(self) -> Draft:
        context = self._context
        subjects = [segment_subject(segment) for segment in context.segments]
        restore = self._disguise.show
        gate = Gate(lambda: context.book.facts, lambda: subjects, self._question, restore)
        return Draft(gate, context.book, hide=self._disguise.hide, happened=self._happened)

    def _instructions(self) -> str:
        """What customers and files called things goes in fenced, as do earlier answers."""
        context = self._context
        names = {
            "shop": context.dataset.name,
            "segments": [segment.name for segment in context.segments],
            "conversation_about": about(self._thread.state),
        }
        earlier = [{"asked": turn.question, "answered": turn.answer} for turn in self._turns]
        model = self._model
        group = model.privacy.smallest_group
        noted = recall_for(self._question, context, group) if model.model is not None else ""
        return load(
            "analyst",
            names=fenced(json.dumps(names, ensure_ascii=False)),
            as_of=day_text(context.as_of.local_date),
            earlier=fenced(json.dumps(earlier, ensure_ascii=False)) if earlier else "nothing",
            notes=fenced(noted) if noted else "nothing",
        )

    def _meant(self) -> dict[str, Any]:
        """The planner says what it understood; of a model's answer the figures do."""
        draft = self._draft
        meant = draft.meant if self._model.model is None else standing_of(draft.shown)
        return meant | {"about": about_words(meant)}

    def _tables(self) -> tuple[Table, ...]:
        """Of what is shown; of all that was looked up where nothing could be said of it."""
        draft = self._draft
        spoken = [fact for facts in draft.found for fact in facts]
        colours = {segment.segment_id: segment.colour for segment in self._context.segments}
        return tables_of(spoken if self._cut_short else draft.shown, draft.found, colours)

    def found(self) -> Answer:
        draft, tables = self._draft, self._tables()
        return Answer(
            answer_id=new_id("answer"),
            thread_id=self._thread.thread_id,
            question=self._question,
            kind="confirm" if draft.change and draft.kind == "answer" else draft.kind,
            text=draft.text,
            sentences=tuple(draft.sentences),
            facts=draft.shown,
            tools=tuple(draft.tools),
            state=self._meant() | draft.change | state_of(self._context),
            follow_ups=("Yes", "No") if draft.change else _follow_ups(draft.tools, draft.kind),
            model=self._model.name,
            fell_back=self._fell_back,
            withheld=draft.withheld,
            seconds=0,
            tokens=self._account.tokens,
            cost=self._account.cost,
            happened=tuple(self._happened),
            tables=tables,
            charts=tuple(chart for table in tables if (chart := chart_of(table)) is not None),
        )


def state_of(context: Context) -> dict[str, Any]:
    behind = context.has_dates and context.now - context.as_of.at > _BEHIND
    day = day_text(context.as_of.local_date)
    return {
        "dataset": context.dataset.name,
        "version": context.version,
        "snapshot": context.snapshot.snapshot_id if context.snapshot else None,
        "as_of": context.as_of.iso(),
        "notice": f"The records end on {day}; every figure is as of then." if behind else "",
    }


_NEXT = {
    "list_segments": "Which segment brings most revenue?",
    "churn_by_segment": "Which segment is most likely to stop buying?",
    "describe_dataset": "How much revenue does the shop make, and from how many customers?",
    "segment_shifts": "What changed since last month?",
}


def _follow_ups(tools: Sequence[ToolUsed], kind: Kind) -> tuple[str, ...]:
    used = {tool.name for tool in tools}
    return tuple(text for name, text in _NEXT.items() if name not in used)[:3]
