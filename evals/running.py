"""Asks the questions of the benchmark through the agent, in one warm process, and scores them."""

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from evals.questions.question import Question, fill
from evals.questions.shop import Say, ShopFolder, names_of, read_meaning
from evals.scoring import Asked, Score, score

if TYPE_CHECKING:
    from agent.loop import NamedModel
    from api.services import Services
    from evals.questions.meaning import Meaning

_WARM_UP = "how many customers are there?"


def run_questions(
    shop: ShopFolder, questions: Sequence[Question], model: str | None, say: Say
) -> list[Score]:
    """Only those about this shop are asked."""
    from api.services import Services
    from api.settings import read_settings
    from api.warming import import_slow

    asyncio.run(import_slow())  # as the service does
    services = Services.open(read_settings({"home": str(shop.home)}))
    meaning = read_meaning(shop, services)
    own = [question for question in questions if question.shop == shop.name]
    say(f"asking {sum(len(q.turns) for q in own)} turns of {len(own)} questions ({shop.name})")
    scores = ask_and_score(services, meaning, own, model)
    services.home.close()
    return scores


def ask_and_score(
    services: "Services", meaning: "Meaning", questions: Sequence[Question], model: str | None
) -> list[Score]:
    """All answers come first: what is true is counted when nobody waits for an answer."""
    asked = asyncio.run(_ask_all(services, questions, meaning, model))
    names = names_of(meaning.truth)
    return [score(one, meaning, names) for one in asked]


async def _ask_all(
    services: "Services", questions: Sequence[Question], meaning: "Meaning", model: str | None
) -> list[Asked]:
    used = services.model(model)
    await ask_thread(services, [_WARM_UP], used)
    found: list[Asked] = []
    for question in questions:
        said = [fill(turn.say, meaning.cast) for turn in question.turns]
        answers = await ask_thread(services, said, used)
        found += [
            Asked(question, turn, said[turn], tuple(said[:turn]), *answer)
            for turn, answer in enumerate(answers)
        ]
    await used.let_go()
    return found


async def ask_thread(
    services: "Services", said: Sequence[str], model: "NamedModel"
) -> list[tuple[dict[str, Any], float]]:
    """The turns of one thread: each answer as a program reads it, and the seconds it took."""
    from agent.events import Answer
    from agent.loop import answer
    from stores.threads import ThreadStore

    person = services.local_person
    dataset = services.context(person, None).dataset
    threads = ThreadStore(services.home)
    thread = threads.make(person.person_id, dataset.dataset_id, services.now())
    found: list[tuple[dict[str, Any], float]] = []
    for question in said:
        started = time.perf_counter()
        context = services.context(person, None)
        thread = threads.get(person.person_id, thread.thread_id)  # with what it remembers by now
        async for event in answer(question, context, thread, model):
            if isinstance(event, Answer):
                found.append((event.to_json(), time.perf_counter() - started))
    return found
