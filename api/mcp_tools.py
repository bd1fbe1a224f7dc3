"""What the MCP door offers beside the catalogue: a whole question, a receipt, a job.

Loading a file is not offered: over HTTP a path would be one of the server, which is not the
caller's to read. Files come in by upload, or with `segue load`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool

from api.services import Services
from engine.errors import BadInput
from stores.jobs import JobStore
from stores.people import Person
from stores.threads import Thread
from tools.context import Context
from tools.tool import Arguments

if TYPE_CHECKING:
    from agent.events import Answer

Found = tuple[dict[str, Any], str]  # the object for a program, and the words


class Ask(Arguments):
    question: str = Field(min_length=1, max_length=2000)
    dataset: str | None = None
    thread: str | None = None


async def ask(services: Services, person: Person, arguments: Ask) -> Found:
    """Ask a question about the customers and get one answer whose figures are all checked.

    When to use: for an answer in words; the single tools give figures only.
    Arguments: question; dataset, when there are several; thread, of the answer to go on from.
    Result: kind, answer, its facts each with a receipt, follow-ups, and the thread.
    """
    from api.routes.questions import Question, open_question

    asked = Question(**arguments.model_dump())
    context, thread = await run_in_threadpool(open_question, services, person, asked)
    answering = asyncio.create_task(_answer(services, asked.question, context, thread))
    try:
        found = await asyncio.shield(answering)
    except asyncio.CancelledError:
        # The protocol's library cancels over and over, which would keep the graph from ending its
        # own tasks; it is told once.
        answering.cancel()
        raise
    words = [found.text, found.state["notice"], f"Thread: {found.thread_id}"]
    words += [f"{fact.text}: {fact.receipt}" for fact in found.facts]
    drawn: dict[str, Any] = {"charts": []}  # no agent looks at a chart; its table is there
    return found.to_json() | drawn, "\n".join(filter(None, words))


async def _answer(services: Services, question: str, context: Context, thread: Thread) -> "Answer":
    from agent.events import Answer
    from agent.loop import answer
    from api.logs import working_on

    model = services.model()
    try:
        with working_on(thread.thread_id):
            async for event in answer(question, context, thread, model):
                found = event
    finally:
        await model.let_go()
    assert isinstance(found, Answer)  # noqa: S101  the last event is the answer
    return found


class ShowReceipt(Arguments):
    receipt: str
    rerun: bool = False


async def show_receipt(services: Services, person: Person, arguments: ShowReceipt) -> Found:
    """Where a figure comes from, and whether it still comes out the same.

    When to use: to check a figure or to say how it was made.
    Arguments: receipt, the id beside a fact; rerun, true works it out again from the records.
    Result: tool, arguments, records, formula and value; with rerun the value worked out again.
    """
    from tools.receipts import receipt_card

    card = await run_in_threadpool(
        receipt_card, services.home, person.person_id, arguments.receipt, services.now(),
        arguments.rerun,
    )  # fmt: skip
    words = f"{card['text']}: {card['formula']}, from {card['rows']:,} rows by {card['tool']}."
    again = f" Worked out again: {card['rerun_text']}." if arguments.rerun else ""
    return card, words + again


class ShowJob(Arguments):
    job: str


async def job(services: Services, person: Person, arguments: ShowJob) -> Found:
    """How far a job is, and what it gave.

    When to use: after a tool that began a job; look again every few seconds until it has ended.
    Arguments: job, its id.
    Result: state (queued, running, done, failed, cancelled), progress, result or error.
    """
    store = JobStore(services.home)
    found = await run_in_threadpool(store.get, person.person_id, arguments.job)
    error = f" {found.error['message']} {found.error['hint']}" if found.error else ""
    return found.to_json(), f"{found.job_id} ({found.kind}): {found.state}. {found.progress}{error}"


@dataclass(frozen=True)
class DoorTool:
    """A function of the door that only reads; like a tool it is described by its docstring."""

    function: Callable[..., Awaitable[Found]]
    arguments: type[Arguments]

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def description(self) -> str:
        return (self.function.__doc__ or "").strip()

    async def run(self, services: Services, person: Person, given: Mapping[str, Any]) -> Found:
        try:
            checked = self.arguments.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "arguments"
            raise BadInput(f"{self.name}: {where}: {first['msg']}.") from None
        return await self.function(services, person, checked)


DOOR_TOOLS = {
    tool.name: tool
    for tool in (DoorTool(ask, Ask), DoorTool(show_receipt, ShowReceipt), DoorTool(job, ShowJob))
}
