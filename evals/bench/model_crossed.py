"""A thousand questions in many threads at once: whether any answer or state ends in another's.

Every thread is about a segment of its own and its second question only says "and how many orders
did they place?", so that an answer about another segment shows that states crossed. Two people ask
at the same time; a thread has two, each with a state of their own. Half of the threads are answered
by the planner, half by a model on a mock endpoint that says the thread's own word back.
"""

import asyncio
import re
from dataclasses import dataclass, replace

from agent.events import Answer
from agent.loop import answer
from agent.named import NamedModel
from evals.bench.bars import Setting
from evals.bench.demo_shop import NOW, demo_shop
from evals.peers.model_server import Heard, ModelServer, Said
from stores.people import PeopleStore
from stores.runs import Segment
from stores.slack import SlackPeopleStore
from stores.threads import ThreadStore
from tools.context import Context, FactBook

_THREADS = 20

CODE_WORD = re.compile(r"\bword[a-j]+\b")


@dataclass(frozen=True)
class Talk:
    """One person's part of a thread."""

    number: int
    person: str
    segment: Segment
    model: NamedModel


def measure(setting: Setting) -> float:
    with demo_shop(300, seed=8) as context:
        found = crossed(context, 1000 if setting.full else 200, setting)
    for what in found:
        setting.say(what)
    return len(found)


def crossed(context: Context, questions: int, setting: Setting) -> list[str]:
    """What of an answer, its thread or its owner belongs to another."""
    return asyncio.run(_all_at_once(context, questions // 2, setting))


async def _all_at_once(context: Context, talks: int, setting: Setting) -> list[str]:
    people = _two_people(context)
    places = asyncio.Semaphore(_THREADS)
    with ModelServer(_says_back) as server:
        model = server.open()
        every = [
            Talk(
                number,
                people[number % 2],
                context.segments[number // 2 % len(context.segments)],
                model if number % 4 < 2 else NamedModel(),
            )
            for number in range(talks)
        ]

        async def one(talk: Talk) -> list[str]:
            async with places:
                return await _talk(context, talk)

        found = await asyncio.gather(*(one(talk) for talk in every))
        await model.let_go()
    setting.say(f"{2 * talks} questions of {len(people)} people, {_THREADS} threads at once")
    return [what for each in found for what in each]


def _two_people(context: Context) -> tuple[str, str]:
    """As they come from one Slack thread."""
    PeopleStore(context.home).ensure_local(NOW)
    store = SlackPeopleStore(context.home)
    return store.person("T1", "U1", NOW).person_id, store.person("T1", "U2", NOW).person_id


def _says_back(heard: Heard) -> Said:
    """Repeats the code word of the question, and of the one before where it is asked for."""
    if not heard.results:
        return Said(calls=(("list_segments", {}),))
    words = sorted(set(CODE_WORD.findall(heard.everything)))
    return Said(f"You said {' and '.join(words)}.")


async def _talk(context: Context, talk: Talk) -> list[str]:
    store = ThreadStore(context.home)
    thread = store.make(talk.person, context.dataset.dataset_id, NOW)
    word = f"word{_letters(talk.number)}"
    by_planner = talk.model.model is None
    questions = (
        f"how many customers do {talk.segment.name} have?" if by_planner else f"repeat {word}",
        "and how many orders did they place?" if by_planner else "and what did I say before?",
    )
    wrong = []
    for question in questions:
        fresh = replace(context, person=talk.person, book=FactBook())
        known = store.get(talk.person, thread.thread_id)
        events = [event async for event in answer(question, fresh, known, talk.model)]
        found = events[-1]
        assert isinstance(found, Answer)
        right = _about(found, talk.segment) if by_planner else found.text == f"You said {word}."
        if not right or found.thread_id != thread.thread_id:
            wrong.append(f"{talk.number}, {question}: {found.text}")
    turns = store.turns(store.get(talk.person, thread.thread_id))
    if [turn.question for turn in turns] != list(questions):
        wrong.append(f"{talk.number}: the thread holds {[turn.question for turn in turns]}")
    return wrong


def _about(found: Answer, segment: Segment) -> bool:
    subjects = {fact.figure.subject.id for fact in found.facts}
    return subjects == {segment.segment_id}


def _letters(number: int) -> str:
    """A number as letters: digits would be figures, which the gate withholds."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number))
