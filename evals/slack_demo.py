"""The conversation and the digest of `make slack-demo`, in a Slack of this machine's own.

    SEGUE_HOME=.demo SERVE=0 python -m evals.slack_demo

Starts the fake Slack, starts `segue slack` beside it, lets two people ask and judge, prints what
was said and where to look at it. It goes on until Ctrl-C; with SERVE=0 it ends after the last word.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from evals.demo import DATASET, Walk, WalkStopped, keep_to_one_dataset, say, shorten
from evals.peers.slack import FakeSlack, Message, Posted

CHANNEL = "marketing"
ANSWER_SECONDS = 120.0  # the first answer also pays for loading the libraries


def prepare(walk: Walk) -> None:
    """The home of `make demo`, made when it is not there yet."""
    keep_to_one_dataset(walk)
    if walk.home.is_dir() and walk.read("datasets")["datasets"]:
        return
    say("A sample shop is made first; this takes about a minute.")
    out = str(walk.home / "sample")
    made = walk.read("generate", "--customers", "2000", "--seed", "7", "--out", out)
    shop = [f"--{key}={made[key]}" for key in ("zone", "currency") if key in made]
    walk.read("load", made["files"]["transactions"], "--dataset", DATASET, *shop)
    walk.read("segment")
    walk.read("score")


def settings_for(walk: Walk, slack: FakeSlack) -> dict[str, str]:
    return os.environ | {
        "SEGUE_HOME": str(walk.home),
        "SEGUE_SLACK_BOT_TOKEN": slack.bot_token,
        "SEGUE_SLACK_APP_TOKEN": slack.app_token,
        "SEGUE_SLACK_URL": slack.base_url,
        "SEGUE_SLACK_TEAM": slack.team_id,
    }


@asynccontextmanager
async def segue_beside(walk: Walk, slack: FakeSlack) -> AsyncIterator[None]:
    """`segue slack` as a process of its own, ended with the demo."""
    environment = settings_for(walk, slack)
    started = await asyncio.create_subprocess_exec(*walk.segue, "slack", env=environment)
    try:
        await _until(slack, lambda: bool(slack.sockets.connections), "a socket of Segue")
        yield
    finally:
        if started.returncode is None:
            started.terminate()
        await started.wait()


async def converse(slack: FakeSlack) -> None:
    """A question, a follow-up by somebody else, a direct message, two clicks."""
    asked = slack.mention(CHANNEL, "mia", "which segment brings most revenue?")
    first = await answer_to(slack, asked, chart=True)
    follow = slack.mention(CHANNEL, "tom", "and which is most likely to leave?", asked.ts)
    await answer_to(slack, follow)
    value = f"good:{(first.metadata or {})['event_payload']['answer']}"
    for who in ("mia", "tom"):
        before = len(slack.transcript(CHANNEL).messages)
        slack.click(first, who, value=value)
        await _until(slack, lambda: len(slack.transcript(CHANNEL).messages) > before, "a reply")  # noqa: B023
    direct = slack.direct("mia", "how many customers are in each segment?")
    await answer_to(slack, direct, chart=True)


async def send_digest(walk: Walk, slack: FakeSlack) -> None:
    """Monday's digest of who moved, sent now; added anew so that the demo can be run again."""
    channel = next(c.id for c in slack.workspace.channels.values() if c.name == CHANNEL)
    known = {digest["digest"] for digest in walk.read("digest", "list")["digests"]}
    steps: list[list[str]] = [["delete", "demo"]] if "demo" in known else []
    steps += [["add", "demo", "--cron", "0 9 * * mon", "--slack", channel], ["send", "demo"]]
    for step in steps:
        process = await asyncio.create_subprocess_exec(
            *walk.segue, "digest", *step, env=settings_for(walk, slack),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, said = await process.communicate()
        if process.returncode:
            raise WalkStopped(said.decode(), process.returncode)


async def answer_to(slack: FakeSlack, posted: Posted, chart: bool = False) -> Message:
    """The final message in its thread and, where one belongs to it, the chart."""
    events = {delivery.event_id for delivery in posted.deliveries}

    def own(message: Message) -> bool:
        payload = (message.metadata or {}).get("event_payload", {})
        drawn = bool(message.files) and any(event in message.files[0].name for event in events)
        return payload.get("event") in events or drawn

    def found() -> list[Message]:
        return [m for m in slack.transcript(posted.channel).answers(posted.thread_ts) if own(m)]

    wanted = 2 if chart else 1
    await _until(slack, lambda: len(found()) >= wanted, f"an answer to '{posted.message.text}'")
    return found()[0]


async def _until(slack: FakeSlack, there: Callable[[], bool], what: str) -> None:
    try:
        await slack.wait_until(there, ANSWER_SECONDS, what)
    except TimeoutError as error:
        raise WalkStopped(str(error), 1) from None


def transcript(slack: FakeSlack) -> str:
    """Every channel as its people read it."""
    lines = []
    for channel in slack.workspace.channels.values():
        mark = "@" if channel.kind == "im" else "#"
        lines.append(f"\n== {mark}{channel.name}")
        for message in slack.transcript(channel.id).messages:
            lines += _lines(slack, message)
    return "\n".join(lines)


def _lines(slack: FakeSlack, message: Message) -> list[str]:
    people = slack.workspace.users
    inset = "    " if message.thread_ts not in (None, message.ts) else ""
    who = people[message.user].name
    if message.shown_only_to:
        who += f" (only {people[message.shown_only_to].name} sees this)"
    text = message.text
    for person in people.values():
        text = text.replace(f"<@{person.id}>", f"@{person.name}")
    said = [f"{inset}{who}: {line}" if n == 0 else f"{inset}  {line}"
            for n, line in enumerate(text.splitlines())]  # fmt: skip
    said += [f"{inset}{who} shows: {file.title}" for file in message.files]
    for block in message.blocks:
        if block["type"] == "context":
            said += [f"{inset}  [{element['text']}]" for element in block["elements"]]
    return said


async def demo(walk: Walk, stay: bool) -> None:
    async with FakeSlack() as slack:
        say(f"A Slack of this machine's own is at {slack.address}")
        async with segue_beside(walk, slack):
            await converse(slack)
            await slack.settled(ANSWER_SECONDS)
            await send_digest(walk, slack)
            say(transcript(slack))
            if stay:
                say(f"\nLook at it: {slack.address}/?channel={CHANNEL}   (Ctrl-C ends it)")
                await asyncio.Event().wait()


def run(walk: Walk, stay: bool) -> None:
    """Whatever ends the demo ends what it started."""
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        task = loop.create_task(demo(walk, stay))
        for sign in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):  # Windows raises KeyboardInterrupt
                loop.add_signal_handler(sign, task.cancel)
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)


def main() -> int:
    segue = Path(sys.executable).with_name("segue")
    walk = Walk((shorten(segue),), Path(shorten(Path(os.environ.get("SEGUE_HOME") or ".demo"))))
    try:
        prepare(walk)
        run(walk, stay=os.environ.get("SERVE") != "0")
    except WalkStopped as stopped:
        print(f"\n{stopped}", file=sys.stderr)
        return stopped.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
