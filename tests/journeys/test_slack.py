"""Slack at its worst: lost calls, lost acknowledgements, repeated events, broken sockets, ended
streams, and a process that is killed in the middle. Each question still has exactly one final
message, whole, in its own thread.

A round is one seed: ten scenarios at once against one process, which is killed at a moment that
the seed chooses, and the process that comes after it.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from segue_in_slack import QUICK, finals, on_a_loop, settings_for, words

from evals.peers.slack import Chances, FakeSlack, Faults, Message, Posted
from stores.home import Home

ROOT = Path(__file__).parents[2]
SEGUE = [sys.executable, "-c", "from api.cli import main; main()"]
SCENARIOS = 10
WAIT_SECONDS = 90
QUESTIONS = (
    "which segment brings most revenue?",
    "how many customers are in each segment?",
    "who is likely to leave?",
    "how much revenue does the shop make?",
)
# The calls around which a process is killed: before, while and after it writes.
MOMENTS = ("assistant.threads.setStatus", "chat.startStream", "chat.appendStream",
           "chat.stopStream", "files.completeUploadExternal")  # fmt: skip


@dataclass
class Round:
    slack: FakeSlack
    seed: int
    asked: list[Posted] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311 - repeatable

    async def play(self, number: int) -> None:
        """One scenario: a first question, sometimes others in its thread, sometimes trouble."""
        random = Random(f"{self.seed}:{number}")  # noqa: S311
        await asyncio.sleep(random.random())
        first = self._ask(random, f"place-{number}", "mia", None)
        if random.random() < 0.4:
            await asyncio.sleep(random.random())
            self._ask(random, first.channel, random.choice(["mia", "tom"]), first.ts)
        if random.random() < 0.3:
            self.slack.edit(first.message, f"{first.message.text} Thank you.")
        if random.random() < 0.3:
            await self._end_its_stream(first)
        if random.random() < 0.2:
            await self.slack.sockets.cut()

    def _ask(self, random: Random, place: str, who: str, thread_ts: str | None) -> Posted:
        text = random.choice(QUESTIONS)
        if thread_ts is None and random.random() < 0.4:
            posted = self.slack.direct(f"{who}-{place}", text)
        else:
            posted = self.slack.mention(place, who, text, thread_ts)
        self.asked.append(posted)
        return posted

    async def _end_its_stream(self, posted: Posted) -> None:
        """As Slack does after five minutes; when the stream is there within a moment."""
        for _ in range(40):
            for message in self.slack.transcript(posted.channel).answers(posted.thread_ts):
                if message.stream and message.stream.state == "in_progress":
                    self.slack.expire_stream(message)
                    return
            await asyncio.sleep(0.05)

    def final_of(self, posted: Posted) -> list[Message]:
        events = {delivery.event_id for delivery in posted.deliveries}
        return [
            message
            for message in finals(self.slack, posted)
            if message.metadata and message.metadata["event_payload"]["event"] in events
        ]

    def all_answered(self) -> bool:
        return all(self.final_of(posted) for posted in self.asked)


@contextmanager
def process(environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    started = subprocess.Popen(
        [*SEGUE, "slack"], cwd=ROOT, env=os.environ | environment, stderr=subprocess.DEVNULL
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


async def killed_at(slack: FakeSlack, running: "subprocess.Popen[bytes]", random: Random) -> None:
    """Kills the process -9 when it has made a certain call a certain number of times."""
    method, count, before = random.choice(MOMENTS), random.randint(1, 6), len(slack.calls)

    def reached() -> bool:
        return sum(call.method == method for call in slack.calls[before:]) >= count

    await slack.wait_until(reached, WAIT_SECONDS, f"{count} x {method}")
    running.kill()
    await asyncio.to_thread(running.wait)


def check(slack: FakeSlack, played: Round) -> None:
    for posted in played.asked:
        found = played.final_of(posted)
        assert len(found) == 1, (posted.message.text, [words(m) for m in found])
        (message,) = found
        assert message.thread_ts == posted.thread_ts
        assert message.stream is None or message.stream.state != "in_progress"
        assert sentences(message) == expected(posted)
    for channel in slack.workspace.channels.values():
        left = [m for m in channel.messages.values() if m.by_bot and not m.files and not m.deleted]
        stray = [m.text for m in left if not m.metadata and m.shown_only_to is None]
        assert stray == []
        drawn = [m.files[0].name for m in channel.messages.values() if m.by_bot and m.files]
        assert len(drawn) == len(set(drawn))


def sentences(message: Message) -> str:
    return words(message).split("\n")[0]


def expected(posted: Posted) -> str:
    question = next(q for q in QUESTIONS if q in posted.message.text)
    return FIRST_LINES[question]


FIRST_LINES: dict[str, str] = {}


async def play_round(home: Home, seed: int) -> None:
    faults = Faults(chances=Chances())
    async with FakeSlack(QUICK, faults) as slack:
        environment = settings_for(home, slack) | {"PYTHONPATH": str(ROOT)}
        with process(environment) as running:
            await slack.wait_until(lambda: slack.sockets.connections, 60, "a socket")
            await learn(slack)
            faults.seed = seed
            played = Round(slack, seed)
            plays = [asyncio.create_task(played.play(n)) for n in range(SCENARIOS)]
            await killed_at(slack, running, played.random)
        with process(environment):
            await asyncio.gather(*plays)
            await slack.wait_until(played.all_answered, WAIT_SECONDS, "all answered")
            await slack.settled(WAIT_SECONDS)
            await slack.wait_until(lambda: all_done(home), WAIT_SECONDS, "all questions ended")
        check(slack, played)


def all_done(home: Home) -> bool:
    import sqlalchemy as sa

    from stores.schema import slack_questions

    with home.read() as connection:
        states = set(connection.scalars(sa.select(slack_questions.c.state)))
    return states == {"answered"}


async def learn(slack: FakeSlack) -> None:
    """What each question is answered while nothing is wrong."""
    for question in QUESTIONS:
        posted = slack.direct("ada", question)
        await slack.wait_until(lambda: finals(slack, posted), WAIT_SECONDS, question)  # noqa: B023
        FIRST_LINES[question] = sentences(finals(slack, posted)[0])


@on_a_loop
async def test_ten_scenarios_and_a_process_killed_in_the_middle(home: Home) -> None:
    await play_round(home, seed=1)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(2, 5))
def test_thirty_scenarios(home: Home, seed: int) -> None:
    asyncio.run(play_round(home, seed))
