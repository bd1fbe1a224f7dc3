"""The control plane under /control/: drive and read the fake Slack from another process.

Every request that does something is a POST of JSON; the content type is required, so that a page
in a browser cannot send one unnoticed.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from aiohttp import web

from evals.peers.slack.arguments import Json, Refusal
from evals.peers.slack.faults import Repeat
from evals.peers.slack.workspace import Message

if TYPE_CHECKING:
    from evals.peers.slack.deliveries import Delivery
    from evals.peers.slack.people import Posted
    from evals.peers.slack.server import FakeSlack

Act = Callable[["FakeSlack", Json], Awaitable[Json]]


def add_routes(app: web.Application, slack: "FakeSlack") -> None:
    async def act(request: web.Request) -> web.Response:
        action = ACTIONS.get(request.match_info["action"])
        if action is None:
            return _error(404, f"No action {request.match_info['action']!r}.", sorted(ACTIONS))
        if request.content_type != "application/json":
            return _error(415, "Send JSON with content type application/json.")
        try:
            return web.json_response(await action(slack, await request.json()))
        except KeyError as missing:
            return _error(400, f"The request needs {missing}.")
        except (LookupError, TypeError, ValueError, json.JSONDecodeError) as error:
            return _error(400, str(error))
        except Refusal as refusal:
            return _error(400, " ".join([refusal.error, *refusal.details]))

    async def transcript(request: web.Request) -> web.Response:
        try:
            return web.json_response(slack.transcript(request.query.get("channel", "")).to_json())
        except LookupError as error:
            return _error(404, str(error))

    async def calls(request: web.Request) -> web.Response:
        return web.json_response({"calls": [call.to_json() for call in slack.calls]})

    async def deliveries(request: web.Request) -> web.Response:
        shown = [_to_delivery(delivery) for delivery in slack.deliveries]
        return web.json_response(
            {"deliveries": shown, "connections": len(slack.sockets.connections)}
        )

    app.router.add_post("/control/{action}", act)
    app.router.add_get("/control/transcript", transcript)
    app.router.add_get("/control/calls", calls)
    app.router.add_get("/control/deliveries", deliveries)


def _error(status: int, message: str, known: list[str] | None = None) -> web.Response:
    return web.json_response({"error": message, "known": known or []}, status=status)


def _to_delivery(delivery: "Delivery") -> Json:
    return {
        "kind": delivery.kind,
        "event": delivery.event_type,
        "event_id": delivery.event_id,
        "state": delivery.state,
        "attempts": [asdict(attempt) for attempt in delivery.attempts],
    }


def _to_posted(posted: "Posted") -> Json:
    return {"channel": posted.channel, "ts": posted.ts, "thread_ts": posted.thread_ts}


def _message(slack: "FakeSlack", values: Json) -> Message:
    transcript = slack.transcript(values["channel"])
    for message in transcript.messages:
        if message.ts == values["ts"]:
            return message
    raise LookupError(f"No message {values['ts']} in {values['channel']}.")


async def _say(slack: "FakeSlack", values: Json) -> Json:
    thread_ts = values.get("thread_ts")
    return _to_posted(slack.say(values["channel"], values["user"], values["text"], thread_ts))


async def _mention(slack: "FakeSlack", values: Json) -> Json:
    thread_ts = values.get("thread_ts")
    return _to_posted(slack.mention(values["channel"], values["user"], values["text"], thread_ts))


async def _direct(slack: "FakeSlack", values: Json) -> Json:
    return _to_posted(slack.direct(values["user"], values["text"], values.get("thread_ts")))


async def _click(slack: "FakeSlack", values: Json) -> Json:
    action_id, value = values.get("action_id"), values.get("value")
    return _to_delivery(slack.click(_message(slack, values), values["user"], action_id, value))


async def _command(slack: "FakeSlack", values: Json) -> Json:
    text = values.get("text", "")
    return _to_delivery(slack.command(values["channel"], values["user"], values["command"], text))


async def _stop(slack: "FakeSlack", values: Json) -> Json:
    slack.press_stop(values["channel"], values["user"], values["thread_ts"])
    return {}


async def _expire(slack: "FakeSlack", values: Json) -> Json:
    slack.expire_stream(_message(slack, values))
    return {}


async def _disconnect(slack: "FakeSlack", values: Json) -> Json:
    """With "silently" no word is sent before the connections end."""
    if values.get("silently"):
        await slack.sockets.cut()
    else:
        await slack.sockets.ask_to_leave(values.get("reason", "refresh_requested"))
    return {}


async def _events_url(slack: "FakeSlack", values: Json) -> Json:
    await slack.send_events_to(values["url"])
    return {}


async def _faults(slack: "FakeSlack", values: Json) -> Json:
    """Orders: seed, call {method, trouble, call, ...}, repeat {copies, ...}, lose_acks, ..."""
    faults = slack.faults
    if values.get("clear"):
        faults.clear()
    if "seed" in values:
        faults.seed = values["seed"]
    if "call" in values:
        faults.on_call(**values["call"])
    if "repeat" in values:
        faults.repeat_events(Repeat(**values["repeat"]))
    faults.lose_acks(values.get("lose_acks", 0))
    faults.refuse_blocks(*values.get("refuse_blocks", []))
    return {}


async def _forge(slack: "FakeSlack", values: Json) -> Json:
    """A forged form of the last event that was sent."""
    events = [delivery for delivery in slack.deliveries if delivery.kind == "events_api"]
    if not events:
        raise LookupError("No event was sent yet.")
    answer = await slack.forge(values["forgery"], events[-1])
    return {"status": answer.status, "body": answer.body}


ACTIONS: dict[str, Act] = {
    "say": _say,
    "mention": _mention,
    "direct": _direct,
    "click": _click,
    "command": _command,
    "stop": _stop,
    "expire": _expire,
    "disconnect": _disconnect,
    "events-url": _events_url,
    "faults": _faults,
    "forge": _forge,
}
