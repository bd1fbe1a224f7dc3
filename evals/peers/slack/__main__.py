"""Serve the fake Slack by hand: `python -m evals.peers.slack --port 8750`."""

import argparse
import asyncio
import signal
import sys
from contextlib import suppress

from evals.peers.slack import Chances, FakeSlack, Faults, Pace

TOKEN = "xoxb-fake-bot"  # noqa: S105 - opens the fake workspace only
APP_TOKEN = "xapp-fake-app"  # noqa: S105
SECRET = "fake-signing-secret"  # noqa: S105


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.peers.slack", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8750)
    parser.add_argument("--events-url", help="send signed events here instead of over sockets")
    parser.add_argument("--retry-scale", type=float, default=1.0, help="1 is Slack's own pace")
    parser.add_argument("--fault-seed", type=int, help="bring random trouble, repeatable")
    return parser.parse_args(arguments)


async def serve(options: argparse.Namespace) -> None:
    faults = Faults(seed=options.fault_seed, chances=Chances())
    pace = Pace().scaled(options.retry_scale)
    slack = FakeSlack(
        pace,
        faults,
        host=options.host,
        port=options.port,
        bot_token=TOKEN,
        app_token=APP_TOKEN,
        signing_secret=SECRET,
    )
    async with slack:
        sys.stdout.write(
            f"Fake Slack on {slack.address}\n"
            f"  API base URL   {slack.base_url}\n"
            f"  bot token      {slack.bot_token}\n"
            f"  app token      {slack.app_token}\n"
            f"  signing secret {slack.signing_secret}\n"
        )
        sys.stdout.flush()
        if options.events_url:
            await slack.send_events_to(options.events_url)
        await _until_told_to_stop()


async def _until_told_to_stop() -> None:
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: there Ctrl-C raises KeyboardInterrupt
            asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    await stop.wait()


def main() -> None:
    try:
        asyncio.run(serve(read_options()))
    except ValueError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
